"""WeasyPrint, closed in: XHTML and declared assets go in, a fragment of a tagged PDF (PDF/UA-1) comes out.

Nothing is fetched but what is handed over, fonts come from the theme only (a fontconfig file of our
own), and what belongs to the book as a whole is added by the linker (`pdflink`).
"""

import gc
import io
import logging
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache as once
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pipeline import cache
from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines.patches import mark_tails, mend
from pipeline.engines.pdflink import Bookmark, Fragment, Place, Reference
from pipeline.engines.pdflink.relocate import placeholder
from pipeline.engines.quick import hasten, read
from pipeline.model import NUMBERED, Theme

SCHEME = "asset:"
"""Addresses of declared assets: `asset:cover.svg`."""
OPEN = "####"
"""Stands for a page number in the text of `<span class="pageref" data-at="ID">`. With the class `fixed` the
number is set at the right of its room; else what follows on the line is moved up to it."""


def fragment(
    html: str, css: str, assets: tuple[tuple[str, bytes], ...], theme: Theme, prefix: str
) -> Fragment:
    """Set a document in the fonts of a theme, as a piece of a book. `prefix` makes its names its own.

    Raises EnvironmentProblem when the system lacks Pango, RuntimeError when an asset is missing.
    """
    with _dated(), _collected():
        return _fragment(html, css, assets, theme, prefix)


@contextmanager
def _collected() -> Iterator[None]:
    """Boxes and styles know each other, and live as long as their document: until then Python need not look for
    cycles, and then does so once, as soon as it may again."""
    waits = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if waits:
            gc.enable()


@contextmanager
def _dated() -> Iterator[None]:
    """The files of WeasyPrint have a date that is no clock's. The build's own, which is asked for by the same
    variable, is not changed by it."""
    stated = "SOURCE_DATE_EPOCH" in os.environ
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    try:
        yield
    finally:
        if not stated:
            del os.environ["SOURCE_DATE_EPOCH"]


def _fragment(
    html: str, css: str, assets: tuple[tuple[str, bytes], ...], theme: Theme, prefix: str
) -> Fragment:
    from pipeline.engines.pdflink.taken import cleaned

    _weasyprint(Path(theme.folder) / "fonts")
    fetcher = _fetcher(dict(assets))
    configuration, sheet = _sheet(css)
    asking: list[str] = []
    source = read(_headed(_numbered(html, asking)), SCHEME, fetcher)
    document = source.render(stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1")
    references = tuple(_references(document, asking))
    written = document.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)
    if fetcher.missing:
        raise RuntimeError(f"the book asks for what it does not hold: {', '.join(sorted(fetcher.missing))}")
    data, fonts = cleaned(written, prefix)
    return Fragment(
        data,
        len(document.pages),
        tuple(sorted(_places(document), key=lambda place: place.id)),
        tuple(_bookmarks(document)),
        fonts,
        references,
        tuple(_text(page) for page in document.pages),
        tuple(_begins(document)),
    )


@once
def _sheet(css: str) -> tuple[Any, Any]:
    """A style sheet, read once in a process, with the fonts of all documents that it is for. It may fetch
    nothing."""
    import weasyprint

    configuration = weasyprint.text.fonts.FontConfiguration()
    return configuration, weasyprint.CSS(string=css, font_config=configuration, url_fetcher=_fetcher({}))


POINTS = 0.75
"""Points in a CSS pixel."""
_PAGEREF = re.compile(r'(<span class="pageref[^"]*" data-at=")([^"]*)("[^>]*>[^<#]*)' + OPEN)
_DIGITS = re.compile(r"\d{4}")


def _numbered(html: str, asking: list[str]) -> str:
    """The document with a number for each page number asked for; `asking` gets the ids."""

    def number(found: re.Match[str]) -> str:
        asking.append(unescape(found[2]))
        return f"{found[1]}{found[2]}{found[3]}{placeholder(len(asking) - 1)}"

    return _PAGEREF.sub(number, html)


_HEAD = re.compile("<thead>.*?</thead>", re.DOTALL)


def _headed(html: str) -> str:
    """The document with header cells alone in header rows: each cell of a tagged table needs one above it, also that
    of an empty corner (ISO 14289-1, 7.5)."""
    return _HEAD.sub(lambda head: re.sub(r"(</?)td\b", r"\1th", head[0]), html)


def _references(document: Any, asking: list[str]) -> Iterator[Reference]:
    """Where each page number stands that is asked for."""
    found: dict[int, Reference] = {}
    for page, shown in enumerate(document.pages):
        for box in shown._page_box.descendants(placeholders=True):
            if type(box).__name__ == "LineBox":
                for number, slot in mark_tails(box, _asked):
                    found[number] = Reference(asking[number], page, _band(shown, box, slot))
            elif type(box).__name__ != "TextBox" and _is_slot(box):
                number = int(_DIGITS.findall(_said(box))[0])
                found.setdefault(number, Reference(asking[number], page))
    return (found[number] for number in range(len(asking)))


def _asked(box: Any) -> int | None:
    """The number of an open page number that what follows moves up to; None for other boxes."""
    if not _is_slot(box) or "fixed" in box.element.get("class"):
        return None
    return int(_DIGITS.findall(_said(box))[0])


def _is_slot(box: Any) -> bool:
    return box.element is not None and "data-at" in box.element.attrib


def _band(page: Any, line: Any, slot: Any) -> tuple[float, float, float, float]:
    """Where the rest of a line stands: left, bottom, right and top, in points from the lower left."""
    right = line.position_x + line.width
    edges = slot.position_x, page.height - line.position_y - line.height, right, page.height - line.position_y
    left, bottom, right, top = (round(edge * POINTS, 2) for edge in edges)
    return left, bottom, right, top


def _said(box: Any) -> str:
    """The text of a box and of those inside it."""
    return str(getattr(box, "text", "")) + "".join(map(_said, getattr(box, "children", ())))


def _text(page: Any) -> str:
    """The words of a page in reading order, without code and margins: what an index looks through."""
    made = ""
    waiting = [
        box for box in reversed(page._page_box.children) if not type(box).__name__.startswith("Margin")
    ]
    while waiting:
        box = waiting.pop()
        if type(box).__name__ == "LineBox":
            line = _said(box)
            joins = line.endswith(("-", HYPHEN, "/"))
            made += line.removesuffix(HYPHEN) if joins else line + " "
        elif box.element_tag != "pre":
            waiting += reversed(getattr(box, "children", ()))
    return " ".join(made.split())


HYPHEN = "\u2010"
"""What WeasyPrint puts where it parts a word."""


def _begins(document: Any) -> Iterator[tuple[str, ...]]:
    """For each page the names of what begins there."""
    seen: set[str] = set()
    for page in document.pages:
        yield tuple(name for name in page.anchors if name not in seen)
        seen.update(page.anchors)


def _places(document: Any) -> Iterator[Place]:
    seen: set[str] = set()
    for number, page in enumerate(document.pages):
        for id, (x, y, *_) in page.anchors.items():
            if id not in seen and not id.startswith(NUMBERED):
                seen.add(id)
                yield Place(id, number, round(x * POINTS, 2), round((page.height - y) * POINTS, 2))


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    for number, page in enumerate(document.pages):
        for level, title, (x, y), _ in page.bookmarks:
            at = round(x * POINTS, 2), round((page.height - y) * POINTS, 2)
            yield Bookmark(int(level), str(title), number, *at)


def _weasyprint(fonts: Path) -> None:
    """Import the library with the closed fontconfig in place: it reads it only once."""
    os.environ["FONTCONFIG_FILE"] = str(_fontconfig(fonts))
    try:
        import_module("weasyprint")
    except OSError as problem:
        raise EnvironmentProblem(
            f"a system library of WeasyPrint is missing ({problem}): {REMEDY}"
        ) from problem
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    mend()
    hasten()


REMEDY = (
    "install Pango: `apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` (Debian), "
    "`dnf install pango` (Fedora), `brew install pango` (macOS)"
)


def _fontconfig(fonts: Path) -> Path:
    """A file for fontconfig that knows the theme's fonts only. Libraries read it more than once, so it does not stand
    in the cache, which somebody may empty meanwhile; what fontconfig remembers of the fonts does."""
    folder = _own()
    kept = (cache.folder() or folder).resolve() / "fontconfig"
    template = Path(__file__).with_name("fonts.conf").read_text()
    text = template.replace("@FONTS@", escape(str(fonts))).replace("@CACHE@", escape(str(kept)))
    name = cache.key(text)[:16]
    path = folder / f"{name}.conf"
    if not path.exists():
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_text(text)
        temporary.replace(path)
    return path


@once
def _own() -> Path:
    """A folder for temporary files that nobody else may write to; another one where somebody has taken its name."""
    folder = Path(tempfile.gettempdir()) / f"course-fonts-{os.getuid()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        held = folder.lstat()
        if stat.S_ISDIR(held.st_mode) and held.st_uid == os.getuid() and not held.st_mode & 0o022:
            return folder
    return Path(tempfile.mkdtemp(prefix="course-fonts-"))


def _fetcher(assets: Mapping[str, bytes]) -> Any:
    """A fetcher that serves declared assets and refuses everything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Declared(URLFetcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)
            self.missing: set[str] = set()

        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix(SCHEME).lstrip("/")
            if not url.startswith(SCHEME) or name not in assets:
                self.missing.add(url)
                raise ValueError(f"not a declared asset: {url}")
            kind = "image/svg+xml" if name.endswith(".svg") else "application/octet-stream"
            return URLFetcherResponse(url, io.BytesIO(assets[name]), {"Content-Type": kind})

    return Declared()
