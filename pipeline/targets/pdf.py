"""The PDF target: one tagged book an edition, set by WeasyPrint from one XHTML document."""

from html import escape

from markupsafe import Markup

from pipeline import __version__
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.text import walk
from pipeline.engines.pdftags import repaired, stamped
from pipeline.engines.weasy import SCHEME, print_document
from pipeline.model import (
    Artifact,
    Course,
    Diagram,
    Edition,
    Job,
    Provenance,
    Target,
    Theme,
)
from pipeline.targets import book
from pipeline.targets.cover import cover

PRINTED = 0.78
"""How large a diagram is printed: its labels of 15 px become 8.8 pt, a little below the text."""

COLUMNS = 92
"""Characters of code that fit a line of the page; longer lines are broken with a mark."""


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One book an edition."""
    return tuple(
        Job(
            target="pdf",
            path=f"pdf/{file_name(course, edition)}.pdf",
            media_type="application/pdf",
            role="book-pdf",
            inputs=(course.trimmed(edition), edition, theme, provenance.epoch),
            edition=edition.id,
            expects=book.expected(course, edition),
        )
        for edition in editions
    )


def file_name(course: Course, edition: Edition) -> str:
    """`<course>` for the complete edition, `<course>-<track>` for the others."""
    return course.id if edition.id == "complete" else f"{course.id}-{edition.id}"


def render(job: Job) -> Artifact:
    """Set the book of an edition."""
    course, edition, theme, epoch = job.inputs
    assert isinstance(course, Course) and isinstance(edition, Edition) and isinstance(theme, Theme)
    pages = book.pages(course, edition, theme, FORM)
    printed = print_document(
        _document(course, edition, pages),
        theme.text("book.css"),
        tuple(_assets(course, edition, theme)),
        theme,
    )
    data = stamped(repaired(printed.data), int(str(epoch)), f"course-pipeline {__version__}")
    found = frozenset(name for name, _ in printed.anchors)
    return Artifact(job, data, found, printed.pages)


FORM = book.Form(
    address=lambda page, id: f"#{id}",
    picture=lambda module, diagram: (
        f'<img src="{SCHEME}{module.id}/{diagram.id}.svg" alt="{escape(diagram.title)}" '
        f'style="width: {diagram.width * PRINTED:.0f}px"/>'
    ),
    image=lambda src: f"{SCHEME}{src.removeprefix('../')}",
    columns=COLUMNS,
)


def _document(course: Course, edition: Edition, pages: tuple[book.Page, ...]) -> str:
    front = [page for page in pages if page.kind in ("title", "before")]
    rest = [page for page in pages if page not in front]
    title = escape(f"{course.title}: {course.subtitle}")
    head = (
        f'<!DOCTYPE html>\n<html lang="{course.language}"><head><meta charset="utf-8"/><title>{title}</title>'
        f'<meta name="author" content="{escape(course.author.name)}"/>'
        f'<meta name="description" content="{escape(course.description)}"/>'
        f'<meta name="keywords" content="{escape(edition.subtitle)}"/></head><body>\n'
    )
    art = f'<section class="cover"><img src="{SCHEME}cover.svg" alt="{title}, {escape(edition.subtitle)}"/></section>\n'
    return "".join(
        [head, art, _page(front[0]), _contents(rest), *map(_page, [*front[1:], *rest]), "</body></html>"]
    )


def _page(page: book.Page) -> str:
    top = "" if page.kind == "module" else f' id="{book.name(page.id)}"'
    return (
        f'<section class="page {page.kind}"{top} data-title="{escape(page.title)}">\n{page.xhtml}</section>\n'
    )


def _contents(pages: list[book.Page]) -> str:
    """The table of contents: parts, modules, under each module the ideas of its concepts."""
    rows = "".join(_row(page) for page in pages)
    return (
        '<section class="page contents" id="contents--top" data-title="Contents"><h1>Contents</h1>\n'
        f'<nav aria-label="Contents"><ol>\n{rows}</ol></nav></section>\n'
    )


def _row(page: book.Page) -> str:
    label = f'<span class="label">{page.label}</span> ' if page.label else ""
    address = f"#{book.name(page.id)}"
    inner = ""
    if page.kind == "module":
        ideas = [entry for section in page.entries[1:2] for entry in section.entries]
        inner = "".join(f'<li><a href="#{idea.id}">{Markup.escape(idea.title)}</a></li>\n' for idea in ideas)
        inner = f"<ol>{inner}</ol>" if inner else ""
    return f'<li class="{page.kind}"><a href="{address}">{label}{Markup.escape(page.title)}</a>{inner}</li>\n'


def _assets(course: Course, edition: Edition, theme: Theme) -> list[tuple[str, bytes]]:
    """The cover, the diagrams of the edition's modules, and the course's own pictures."""
    diagrams = [
        (f"{module.id}/{block.id}.svg", block.svg.encode())
        for module in course.modules_of(edition)
        for block in walk(module.document.blocks)
        if isinstance(block, Diagram)
    ]
    pictures = [(asset.path, asset.data) for asset in course.assets]
    return [("cover.svg", cover(course, edition, theme).encode()), *diagrams, *pictures]


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """The file is a tagged PDF with its pages, and every id that must appear was placed."""
    span = Span(artifact.job.path)
    if not artifact.data.startswith(b"%PDF-1.") or not artifact.pages:
        return (error("V101", span, "no PDF was made", "Run the build again with an empty cache."),)
    return missing(artifact)


def missing(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """A finding for each expected id that the artifact does not hold."""
    lost = sorted(set(artifact.job.expects) - artifact.anchors)
    remedy = "This is a fault of the pipeline or of the layout engine: report it with the module."
    return tuple(error("V100", Span(artifact.job.path), f"{id} is missing", remedy) for id in lost)


TARGET = Target("pdf", "application/pdf", plan, render, verify)
