"""The navigation document and the table of contents of a book (EPUB 3.3, section 7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape

from pipeline.engines.ebook import NavPoint
from pipeline.targets import book
from pipeline.targets.epub.files import Laid, page_id

LANDMARKS = (
    ("part module", "bodymatter", "Start of the text"),
    ("glossary", "glossary", "Glossary"),
    ("sources", "bibliography", "Sources"),
)
"""Kinds of pages whose first is a landmark, beside cover and contents: its epub:type, and what it is called."""


def contents(pages: Iterable[book.Page], laid: Laid) -> tuple[NavPoint, ...]:
    """Parts hold their modules, modules their sections."""
    points: list[NavPoint] = []
    for page in pages:
        label = f"{page.label}: {page.title}" if page.label else page.title
        inner = tuple(_point(entry, laid) for entry in page.entries)
        point = NavPoint(label, f"text/{page.id}.xhtml", inner)
        if page.kind == "module" and points and points[-1].title.startswith("Part "):
            part = points.pop()
            point = replace(part, inner=(*part.inner, point))
        points.append(point)
    return tuple(points)


def _point(entry: book.Entry, laid: Laid) -> NavPoint:
    return NavPoint(
        entry.title, laid.address(entry.id), tuple(_point(inner, laid) for inner in entry.entries)
    )


def navigation(pages: Sequence[book.Page], laid: Laid) -> str:
    """What stands in the body of the navigation document: contents, landmarks, pages of print."""
    rows = "".join(map(_listed, contents(pages, laid)))
    marks = "".join(
        f'<li><a epub:type="{kind}" href="{path}">{title}</a></li>' for kind, path, title in _landmarks(pages)
    )
    numbers = "".join(
        f'<li><a href="{laid.address(page_id(label))}">{label}</a></li>\n' for label in laid.labels
    )
    listed = (
        '<nav epub:type="page-list" role="doc-pagelist" aria-labelledby="pages-title" hidden="hidden">'
        f'<h2 id="pages-title">Pages of the printed edition</h2>\n<ol>\n{numbers}</ol></nav>\n'
    )
    return (
        '<nav epub:type="toc" id="toc" role="doc-toc" aria-labelledby="toc-title">'
        f'<h1 id="toc-title">Contents</h1>\n<ol>\n{rows}</ol></nav>\n'
        '<nav epub:type="landmarks" aria-labelledby="landmarks-title" hidden="hidden">'
        f'<h2 id="landmarks-title">Landmarks</h2><ol>{marks}</ol></nav>\n'
        f"{listed if numbers else ''}"
    )


def _landmarks(pages: Sequence[book.Page]) -> Iterator[tuple[str, str, str]]:
    yield "cover", "text/cover.xhtml", "Cover"
    yield "toc", "nav.xhtml#toc", "Contents"
    for kinds, kind, title in LANDMARKS:
        first = next((page for page in pages if page.kind in kinds.split()), None)
        if first:
            yield kind, f"text/{first.id}.xhtml", title


def _listed(point: NavPoint) -> str:
    inner = f"<ol>\n{''.join(map(_listed, point.inner))}</ol>" if point.inner else ""
    return f'<li><a href="{point.path}">{escape(point.title, quote=False)}</a>{inner}</li>\n'
