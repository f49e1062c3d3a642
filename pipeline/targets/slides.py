"""The slides target: one self-contained reveal.js deck a module, for a browser without a network."""

import posixpath
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from markupsafe import Markup

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.model import Artifact, Asset, Course, Edition, Job, Module, Planned, Provenance, Target, Theme
from pipeline.targets.book import environment
from pipeline.targets.deck import Next, deck, outline
from pipeline.targets.links import place

FONTS = (
    ("Book Sans", 400, "BookSans-Regular"),
    ("Book Sans", 700, "BookSans-Bold"),
    ("Book Mono", 400, "BookMono-Regular"),
    ("Book Symbols", 400, "BookSymbols-Regular"),
)
IMAGE_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a deck says of the course around its module. `images` are the module's, by address."""

    course: str
    author: str
    language: str
    part: str
    following: tuple[Next, ...]
    images: tuple[tuple[str, Asset], ...]


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One deck a module, whatever the editions; a change of another module leaves it as it is."""
    return tuple(_job(module, course, theme) for module in course.modules)


def _job(module: Module, course: Course, theme: Theme) -> Job:
    around = _around(module, course)
    return Job(
        target="slides",
        path=f"slides/{module.id}/index.html",
        media_type="text/html",
        role="slides",
        inputs=(around, replace(module, marks=()), theme),
        module=module.id,
        expects=tuple(f"slide-{n}" for n, _ in enumerate(outline(module, around.following), 1)),
    )


def _around(module: Module, course: Course) -> Around:
    part = next(part for part in course.parts if part.id == module.part)
    return Around(
        course.title,
        course.author.name,
        course.language,
        f"Part {part.number}: {part.title}",
        following(module, course),
        _images(module, course),
    )


def following(module: Module, course: Course) -> tuple[Next, ...]:
    """The module that comes next in each track of this one that goes on, be it announced only."""
    steps = []
    for track in course.tracks:
        known: tuple[Module | Planned, ...] = (*course.modules, *course.planned)
        later = [m for m in known if track.id in m.tracks and m.number > module.number]
        if track.id in module.tracks and later:
            step = min(later, key=lambda m: m.number)
            steps.append((track.title, step.number, step.title))
    return tuple(steps)


def _images(module: Module, course: Course) -> tuple[tuple[str, Asset], ...]:
    assets = {asset.path: asset for asset in course.assets}
    named = sorted({mark.name for mark in module.marks if mark.kind == "image"})
    paths = ((name, place(name, module, course).path) for name in named)
    return tuple((name, assets[path]) for name, path in paths if path in assets)


def render(job: Job) -> Artifact:
    """A deck as one HTML file that needs no other."""
    around, module, theme = job.inputs
    assert isinstance(around, Around) and isinstance(module, Module) and isinstance(theme, Theme)
    slides = deck(module, around.following, _image(around))
    html = (
        environment(theme)
        .get_template("slides/deck.html.j2")
        .render(
            around=around,
            module=module,
            slides=slides,
            md=Markup,
            styles=[Markup(_fonts(theme)), *(Markup(theme.text(f"slides/{name}")) for name in STYLES)],
            scripts=[Markup(inlined(theme.text(f"slides/{name}"))) for name in SCRIPTS],
        )
    )
    return Artifact(job, html.encode(), _read(html).ids, len(slides))


STYLES = ("reveal/reset.css", "reveal/reveal.css", "deck.css")
SCRIPTS = ("reveal/reveal.js", "reveal/notes.js")
_CLOSING = re.compile(r"<(?=/script|script|!--)", re.IGNORECASE)


def inlined(script: str) -> str:
    """A script that may stand between script tags (HTML Standard, 4.12.1.3): `<` written `\\x3c`
    where the parser would see a tag or a comment, which in strings and patterns means the same."""
    return _CLOSING.sub(r"\\x3c", script)


def _fonts(theme: Theme) -> str:
    files = dict(theme.files)
    return "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:normal;"
        f"src:url({_data(files[f'fonts/web/{name}.woff2'], 'font/woff2')}) format('woff2')}}\n"
        for family, weight, name in FONTS
    )


def _image(around: Around) -> Callable[[str], str]:
    images = dict(around.images)

    def address(src: str) -> str:
        if src not in images:
            return "data:,"
        asset = images[src]
        suffix = posixpath.splitext(asset.path)[1].lower()
        return _data(asset.data, IMAGE_TYPES.get(suffix, "application/octet-stream"))

    return address


def _data(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"


# --- looking at a deck again -----------------------------------------------------------------


class _Reading(HTMLParser):
    """The ids of an HTML text, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loads: list[str] = []

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self.found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.found.append(values["id"])
        address = values.get("src") or (values.get("href", "") if tag == "link" else "")
        if address and (tag == "script" or not address.startswith("data:")):
            self.loads.append(f"<{tag}> {address[:80]}")


def _read(html: str) -> _Reading:
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return reading


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """V201 for a slide that is not there, V202 for anything that would be loaded, V203 for an id
    that stands twice."""
    reading = _read(artifact.data.decode())
    span = Span(artifact.job.path)
    missing = [id for id in artifact.job.expects if id not in reading.ids]
    twice = sorted({id for id in reading.found if reading.found.count(id) > 1})
    return (
        *(error("V201", span, f"the deck lacks {id}", "This is a bug: please report it.") for id in missing),
        *(
            error("V202", span, f"the deck loads {url}", "Put the file into the deck.")
            for url in reading.loads
        ),
        *(
            error("V203", span, f"the id {id} stands twice", "This is a bug: please report it.")
            for id in twice
        ),
    )


TARGET = Target(name="slides", media_type="text/html", plan=plan, render=render, verify=verify)
