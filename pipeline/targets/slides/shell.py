"""Decks and pages as HTML files: what they need stands in them, or beside them in `assets/`.

A file that holds everything opens from a memory stick; files that share it load faster from a server.
"""

import posixpath
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from pipeline.model import Theme
from pipeline.targets.book import environment
from pipeline.targets.pictures import MEDIA_TYPES, faced
from pipeline.targets.slides.layout import PICTURE, DeckSlide
from pipeline.targets.slides.made import Around, Deck

FONTS = (
    ("Book Sans", 400, "BookSans-Regular"),
    ("Book Sans", 700, "BookSans-Bold"),
    ("Book Mono", 400, "BookMono-Regular"),
    ("Book Symbols", 400, "BookSymbols-Regular"),
)
STYLES = ("reveal/reset.css", "reveal/reveal.css", "deck.css")
SCRIPTS = ("reveal/reveal.js", "reveal/notes.js", "deck.js")
ASSETS = "assets"
"""The folder of what decks share, beside theirs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A slide with what its frame says: where its module stands, the line at its foot, and its number."""

    slide: DeckSlide
    position: str
    foot: str
    number: int


def shown(deck: Deck) -> tuple[Shown, ...]:
    """The slides of a module's deck."""
    position, foot = f"Module {deck.number} · {deck.around.part}", f"Module {deck.number}: {deck.title}"
    return tuple(Shown(slide, position, foot, n) for n, slide in enumerate(deck.slides, 1))


def page(
    title: str,
    slides: Sequence[Shown],
    around: Around,
    pictures: Iterable[tuple[str, bytes]],
    theme: Theme,
    up: str = "",
) -> str:
    """A deck as an HTML file; with `up`, the way to the folder of decks, it shares its assets."""
    said = "".join(one.slide.heading + one.slide.body + one.slide.notes for one in slides)
    html = (
        environment(theme)
        .get_template("slides/deck.html.j2")
        .render(title=title, around=around, slides=slides, md=Markup, **_needed(theme, up, said))
    )
    return with_pictures(html, ((name, _lettered(name, picture, theme)) for name, picture in pictures))


def _lettered(name: str, picture: bytes, theme: Theme) -> bytes:
    """A diagram with the faces of slides; another picture as it is."""
    if not posixpath.basename(name).startswith("diagram."):
        return picture
    files = dict(theme.files)
    return faced(picture.decode(), lambda face: files[f"fonts/slides/{face}.woff2"])


def _needed(theme: Theme, up: str, said: str) -> dict[str, object]:
    """What a template puts into the head and behind the slides."""
    if up:
        names = [f"{up}{ASSETS}/{posixpath.basename(name)}" for name, _ in assets(theme)]
        sheets = [name for name in names if name.endswith(".css")]
        sources = [name for name in names if name.endswith(".js")]
        return {"sheets": sheets, "sources": sources, "policy": policy((_view(theme),), "'self' file: ")}
    styles = [Markup(fonts(theme, said)), *(Markup(theme.text(f"slides/{name}")) for name in STYLES)]
    scripts = [Markup(inlined(theme.text(f"slides/{name}"))) for name in SCRIPTS]
    return {"styles": styles, "scripts": scripts, "policy": policy((*scripts, _view(theme)))}


def policy(scripts: Iterable[str], beside: str = "") -> str:
    """What a deck may do (Content Security Policy Level 3): run these scripts and no other, name nothing that is not
    in it, or `beside` it, and send nothing anywhere."""
    sums = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {beside}{sums}; style-src {beside}'unsafe-inline'; img-src {beside}data:; "
        f"font-src {beside}data:; frame-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _view(theme: Theme) -> str:
    """The script of the speaker's window, as reveal.js writes it there: out of a template literal."""
    literal = theme.text("slides/reveal/notes.js").partition("<script>")[2].partition("<\\/script>")[0]
    return literal.replace("\\\\", "\\")


def assets(theme: Theme) -> tuple[tuple[str, bytes], ...]:
    """The files that decks share, in the order in which they are needed."""
    held = dict(theme.files)
    faces = "".join(_face(family, weight, f"url({name}.woff2)") for family, weight, name in FONTS)
    return (
        ("fonts.css", faces.encode()),
        *((posixpath.basename(name), held[f"slides/{name}"]) for name in (*STYLES, *SCRIPTS)),
        *((f"{name}.woff2", held[f"fonts/web/{name}.woff2"]) for _, _, name in FONTS),
    )


_CLOSING = re.compile(r"<(?=/script|script|!--)", re.IGNORECASE)


def inlined(script: str) -> str:
    """A script that may stand between script tags (HTML Standard, 4.12.1.3): `<` written `\\x3c`
    where the parser would see a tag or a comment, which in strings and patterns means the same."""
    return _CLOSING.sub(r"\\x3c", script)


def fonts(theme: Theme, said: str = "") -> str:
    """The faces of slides, each with its file in it: with the letters of nearly all decks, or with all that they
    have where a text has others."""
    files = dict(theme.files)
    common, all_letters = (set(theme.text(f"fonts/{kind}/letters.txt")) for kind in ("slides", "web"))
    kind = "web" if (set(said) - common) & all_letters else "slides"
    return "".join(
        _face(family, weight, f"url({data(files[f'fonts/{kind}/{name}.woff2'], 'font/woff2')})")
        for family, weight, name in FONTS
    )


def _face(family: str, weight: int, source: str) -> str:
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:normal;"
        f"src:{source} format('woff2')}}\n"
    )


def with_pictures(html: str, pictures: Iterable[tuple[str, bytes]]) -> str:
    """A text with pictures in the place of their names."""
    held = dict(pictures)

    def put(found: re.Match[str]) -> str:
        name = found[1]
        kind = MEDIA_TYPES.get(posixpath.splitext(name)[1].lower(), "application/octet-stream")
        return f'"{data(held[name], kind)}"' if name in held else found[0]

    return _PICTURE.sub(put, html)


_PICTURE = re.compile(rf'"{PICTURE}([^"]+)"')


def data(data: bytes, media_type: str) -> str:
    """A file as a data URL (RFC 2397)."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"
