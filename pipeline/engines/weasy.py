"""WeasyPrint, closed in: XHTML and declared assets go in, a fragment of a tagged PDF (PDF/UA-1) comes out.

Nothing is fetched but what is handed over, fonts come from the theme only (a fontconfig file of our
own), and what belongs to the book as a whole is added by the linker (`pdflink`).
"""

import io
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache as once
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pipeline import cache
from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines.pdflink import Bookmark, Fragment, Place, cleaned
from pipeline.engines.pdflink.relocate import placeholder
from pipeline.model import Theme

SCHEME = "asset:"
"""Addresses of declared assets: `asset:cover.svg`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Room left at the foot of a page, in points, because what stands first on the next page did not fit;
    `ids` begin there."""

    height: float
    ids: frozenset[str]


Revise = Callable[[str, list[Gap]], str]
"""A document in which less room is left; the same text where there is nothing to be done."""


def fragment(
    html: str,
    css: str,
    assets: tuple[tuple[str, bytes], ...],
    theme: Theme,
    prefix: str,
    revise: Revise | None = None,
) -> Fragment:
    """Set a document in the fonts of a theme, as a piece of a book. `prefix` makes its names its own.

    The page number of a place is asked for by `<span class="pageref">x-book:ID</span>`, with the class
    `left` too where it is to stand at the left of its room. `revise` is shown the gaps, page by page
    from the first, and what it gives is set instead, at most REVISIONS times.

    Raises EnvironmentProblem when the system lacks Pango, RuntimeError when an asset is missing.
    """
    weasyprint = _weasyprint(Path(theme.folder) / "fonts")
    fetcher = _fetcher(dict(assets))
    configuration = weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=css, font_config=configuration, url_fetcher=fetcher)

    def render(html: str) -> tuple[Any, list[str]]:
        asking: list[str] = []
        source = weasyprint.HTML(string=_numbered(html, asking), url_fetcher=fetcher, base_url=SCHEME)
        return source.render(stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1"), asking

    document, asking = render(html)
    for _ in range(REVISIONS if revise else 0):
        assert revise
        revised = revise(html, list(_gaps(document)))
        if revised == html:
            break
        html = revised
        document, asking = render(html)
    written = document.write_pdf(pdf_variant="pdf/ua-1")
    if fetcher.missing:
        raise RuntimeError(f"the book asks for what it does not hold: {', '.join(sorted(fetcher.missing))}")
    data, fonts, pages = cleaned(written, prefix)
    return Fragment(
        data,
        len(document.pages),
        tuple(sorted(_places(document), key=lambda place: place.id)),
        tuple(_bookmarks(document)),
        fonts,
        tuple(asking),
        pages,
    )


REVISIONS = 2
"""How often a document is set once more: each time costs as much as the first."""


def _gaps(document: Any) -> Iterator[Gap]:
    pages = document.pages
    for before, after in pairwise(pages):
        box = before._page_box
        foot = box.position_y + box.margin_top + box.height
        top = after._page_box.position_y + after._page_box.margin_top
        ids = frozenset(id for id, (_, y, *_) in after.anchors.items() if abs(y - top) < TOLERANCE)
        yield Gap((foot - _lowest(box)) * POINTS, ids)


TOLERANCE = 20
"""CSS pixels between the top of a page and what stands first on it: margins of figures and headings."""


def _lowest(page: Any) -> float:
    """Where the content of a page ends: the lowest line of text or picture in the flow."""
    lowest, waiting = 0.0, [child for child in page.children if not type(child).__name__.startswith("Margin")]
    while waiting:
        box = waiting.pop()
        inner = getattr(box, "children", ())
        if type(box).__name__ == "LineBox" or not inner:
            lowest = max(lowest, box.position_y + (box.height if isinstance(box.height, float | int) else 0))
        else:
            waiting += inner
    return lowest


_PAGEREF = re.compile(r'(<span class="pageref( left)?">)x-book:([^<]*)(</span>)')
POINTS = 0.75
"""Points in a CSS pixel."""


def _numbered(html: str, asking: list[str]) -> str:
    """The document with a number for each page number asked for; `asking` gets the ids."""

    def number(found: re.Match[str]) -> str:
        asking.append(unescape(found[3]))
        return f"{found[1]}{placeholder(len(asking) - 1, bool(found[2]))}{found[4]}"

    return _PAGEREF.sub(number, html)


def _places(document: Any) -> Iterator[Place]:
    seen: set[str] = set()
    for number, page in enumerate(document.pages):
        for id, (x, y, *_) in page.anchors.items():
            if id not in seen:
                seen.add(id)
                yield Place(id, number, round(x * POINTS, 2), round((page.height - y) * POINTS, 2))


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    for number, page in enumerate(document.pages):
        for level, title, (x, y), _ in page.bookmarks:
            at = round(x * POINTS, 2), round((page.height - y) * POINTS, 2)
            yield Bookmark(int(level), str(title), number, *at)


def _weasyprint(fonts: Path) -> Any:
    """The library, imported with the closed fontconfig in place: it reads it only once."""
    os.environ["SOURCE_DATE_EPOCH"] = os.environ.get("SOURCE_DATE_EPOCH", "0")
    os.environ["FONTCONFIG_FILE"] = str(_fontconfig(fonts))
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as problem:
        raise EnvironmentProblem(
            f"a system library of WeasyPrint is missing ({problem}): {REMEDY}"
        ) from problem
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    _mend_line_breaks()
    return weasyprint


@once
def _mend_line_breaks() -> None:
    """Let a text stay on its line when all that does not fit is the space at its end.

    WeasyPrint 70 takes such a text (`… steady rate. `, before a link) for one that cannot be broken, and
    leaves its first word alone on the line.
    """
    from weasyprint.layout import inline

    split = inline.split_first_line

    def split_first_line(text: str, style: Any, context: Any, width: Any, *rest: Any, **named: Any) -> Any:
        found = split(text, style, context, width, *rest, **named)
        spaces = text.endswith(" ") and style["white_space"] in ("normal", "pre-line")
        if found[2] is None or not spaces or width is None or len(text) * style["font_size"] > 4 * width:
            return found
        bare = split(text.rstrip(" "), style, context, width, *rest, **named)
        if bare[2] is None and bare[3] <= width:
            return split(text, style, context, None, *rest, **named)
        return found

    inline.split_first_line = split_first_line


REMEDY = (
    "install Pango: `apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` (Debian), "
    "`dnf install pango` (Fedora), `brew install pango` (macOS)"
)


def _fontconfig(fonts: Path) -> Path:
    """A fontconfig file that knows the theme's fonts only, kept where its cache is."""
    folder = (cache.folder() or Path(tempfile.gettempdir()) / "course-pipeline") / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    template = Path(__file__).with_name("fonts.conf").read_text()
    text = template.replace("@FONTS@", escape(str(fonts))).replace("@CACHE@", escape(str(folder)))
    name = cache.key(text)[:16]
    path = folder / f"{name}.conf"
    if not path.exists():
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_text(text)
        temporary.replace(path)
    return path


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
