"""The PDF target: one tagged book an edition, linked from pieces that WeasyPrint sets.

Cover and title, contents, part pages, modules, the answers to each module's quiz and the back matter
are set apart and remembered; a module looks the same in each edition but for its links to modules
that the edition has or lacks. Page numbers are the linker's (`pipeline.engines.pdflink`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path

from markupsafe import Markup

from pipeline import __version__, cache
from pipeline.diagnostics import Diagnostic, InvalidCourse, Span, error
from pipeline.document.text import walk
from pipeline.engines.pdflink import LINKS, Book, BrokenLink, Folio, Fragment, link
from pipeline.engines.pdftags import stamped
from pipeline.engines.weasy import SCHEME, Gap, fragment
from pipeline.model import (
    Artifact,
    Course,
    Diagram,
    Edition,
    Job,
    Module,
    Piece,
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


@dataclass(frozen=True, slots=True)
class Layout:
    """What the linker is told of each piece: which are numbered in Roman, bare, on a right-hand page."""

    front: int
    bare: frozenset[int]
    recto: frozenset[int]


FOLIO = Folio(edge=68.03, foot=50.5, size=9.0)
"""The page number stands 24 mm from the outer edge, below the text (book.css)."""


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One book an edition."""
    return tuple(_job(course, edition, theme, provenance) for edition in editions)


def _job(course: Course, edition: Edition, theme: Theme, provenance: Provenance) -> Job:
    rows = tuple(_rows(course, edition, theme))
    layout = Layout(
        front=sum(row.kind in ("title", "contents", "before") for row in rows),
        bare=frozenset(n for n, row in enumerate(rows) if row.kind in ("title", "part")),
        recto=frozenset(n for n, row in enumerate(rows) if row.recto),
    )
    information = (
        ("Title", f"{course.title}: {course.subtitle}"),
        ("Author", course.author.name),
        ("Subject", course.description),
        ("Keywords", edition.subtitle),
        ("Producer", f"course-pipeline {__version__}"),
    )
    return Job(
        target="pdf",
        path=f"pdf/{file_name(course, edition)}.pdf",
        media_type="application/pdf",
        role="book-pdf",
        inputs=(layout, information, course.language, theme, provenance.epoch),
        edition=edition.id,
        expects=book.expected(course, edition),
        pieces=tuple(row.piece for row in rows),
    )


def file_name(course: Course, edition: Edition) -> str:
    """`<course>` for the complete edition, `<course>-<track>` for the others."""
    return course.id if edition.id == "complete" else f"{course.id}-{edition.id}"


# --- pieces ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A piece in its place; `kind` is that of its pages."""

    kind: str
    recto: bool
    piece: Piece


def _rows(course: Course, edition: Edition, theme: Theme) -> Iterator[_Row]:
    """All pieces of an edition, in order."""
    title, before = book.front(course, edition, theme)
    alt = escape(f"{course.title}: {course.subtitle}, {edition.subtitle}")
    art = f'<section class="cover"><img src="{SCHEME}cover.svg" alt="{alt}"/></section>\n'
    picture = ("cover.svg", cover(course, edition, theme).encode())
    back = book.back(course, edition, theme, FORM)
    modules = course.modules_of(edition)
    yield _Row("title", True, _plain("title", art + _page(title), course, theme, picture))
    contents = _contents(course, edition, back)
    yield _Row("contents", True, _plain("contents", contents, course, theme))
    yield _Row("before", False, _plain("before", _page(before), course, theme))
    for part in course.parts:
        inside = tuple(module for module in modules if module.part == part.id)
        if inside:
            page = book.part_page(part, inside, course, edition, theme, FORM)
            yield _Row("part", True, _plain(page.id, _page(page), course, theme))
        for module in inside:
            inputs = (*book.narrowed(module, course, edition), module.id, theme)
            yield _Row("module", True, Piece(set_module, inputs, module.document.words))
    asked = [module for module in modules if book.questions(module)]
    for number, module in enumerate(asked):
        seen, near = book.narrowed(module, course, edition)
        quiz = book.only_quiz(module)
        others = tuple(quiz if other.id == module.id else other for other in seen.modules)
        told = (replace(seen, modules=others), near, module.id, number == 0, theme)
        yield _Row("answers", False, Piece(set_answers, told, module.document.words // 4))
    for page in back:
        yield _Row(page.kind, False, _plain(page.id, _page(page), course, theme))


def _plain(name: str, body: str, course: Course, theme: Theme, *assets: tuple[str, bytes]) -> Piece:
    return Piece(set_pages, (name, _document(body, course), assets, theme), len(body) // 10)


def set_pages(name: str, html: str, assets: tuple[tuple[str, bytes], ...], theme: Theme) -> Fragment:
    """Set pages that are written already."""
    return fragment(html, theme.text("book.css"), assets, theme, f"{name}--")


def set_module(course: Course, edition: Edition, id: str, theme: Theme) -> Fragment:
    """Set a module's pages."""
    module = course.module(id)
    page = book.module_page(module, course, edition, theme, FORM)
    part = next(part.title for part in course.parts if part.id == module.part)
    html = _document(_page(page, part), course)
    assets = tuple(_assets(course, module))
    return fragment(html, theme.text("book.css"), assets, theme, f"{id}--", without_gaps)


_FIGURE = re.compile(
    r'(?P<figure><figure class="diagram" id="(?P<id>[^"]*)">.*?</figure>\n)(?P<after>(?:<p>(?:(?!</p>).)*</p>\n)+)',
    re.DOTALL,
)
_PARAGRAPH = re.compile(r"<p>.*?</p>\n", re.DOTALL)
LARGE, LINE, CHARACTERS = 150.0, 15.0, 78
"""Points of a gap that is worth moving a diagram for; the height of a line, and what it holds."""


def without_gaps(html: str, gaps: Sequence[Gap]) -> str:
    """The first diagram that leaves a large gap before it, put behind paragraphs that fill the gap."""
    figures = {unescape(found["id"]): found for found in _FIGURE.finditer(html)}
    waiting = ((gap.height, id) for gap in gaps if gap.height > LARGE for id in gap.ids if id in figures)
    room, id = next(waiting, (0.0, ""))
    if not id:
        return html
    found = figures[id]
    before, behind = [], _PARAGRAPH.findall(found["after"])
    while behind and room > 0:
        before.append(behind.pop(0))
        room -= (len(_TAG.sub("", before[-1])) // CHARACTERS + 1) * LINE + LINE / 2
    return "".join([html[: found.start()], *before, found["figure"], *behind, html[found.end() :]])


_TAG = re.compile(r"<[^>]*>")


def set_answers(course: Course, edition: Edition, id: str, first: bool, theme: Theme) -> Fragment:
    """Set the answers to a module's quiz."""
    module = course.module(id)
    head = f'<h1 id="{book.name("answers")}">{book.ANSWERS}</h1>\n' if first else ""
    answers = book.module_answers(module, course, edition, FORM)
    body = f'<section class="page answers" data-title="{book.ANSWERS}">{head}{answers}</section>'
    html = _document(body, course)
    return fragment(html, theme.text("book.css"), tuple(_assets(course, module)), theme, f"{id}-answers--")


FORM = book.Form(
    address=lambda page, id: f"{LINKS}{id}",
    picture=lambda module, diagram: (
        f'<img src="{SCHEME}{module.id}/{diagram.id}.svg" alt="{escape(diagram.title)}" '
        f'style="width: {diagram.width * PRINTED:.0f}px"/>'
    ),
    image=lambda src: f"{SCHEME}{src.removeprefix('../')}",
    columns=COLUMNS,
    page_of=lambda address: f', page <span class="pageref left">{address}</span>',
)


def _document(body: str, course: Course) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{course.language}"><head><meta charset="utf-8"/>'
        f"<title>{escape(course.title)}</title></head><body>\n{body}</body></html>"
    )


def _page(page: book.Page, part: str = "") -> str:
    top = "" if page.kind == "module" else f' id="{book.name(page.id)}"'
    return (
        f'<section class="page {page.kind}"{top} data-title="{escape(page.title)}" data-part="{escape(part)}">'
        f"\n{page.xhtml}</section>\n"
    )


def _contents(course: Course, edition: Edition, back: Iterable[book.Page]) -> str:
    """The table of contents: parts, modules, under each module the ideas of its concepts."""
    modules = course.modules_of(edition)
    rows = []
    for part in course.parts:
        inside = [module for module in modules if module.part == part.id]
        if inside:
            rows.append(_row("part", f"Part {part.number}", part.title, book.name(f"part-{part.number}")))
        for module in inside:
            ideas = [idea for section in book.entries(module)[1:2] for idea in section.entries]
            inner = "".join(_row("idea", "", idea.title, idea.id) for idea in ideas)
            rows.append(_row("module", f"Module {module.number}", module.title, book.name(module.id), inner))
    if any(map(book.questions, modules)):
        rows.append(_row("answers", "", book.ANSWERS, book.name("answers")))
    rows += [_row(page.kind, "", page.title, book.name(page.id)) for page in back]
    return (
        '<section class="page contents" id="contents--top" data-title="Contents"><h1>Contents</h1>\n'
        f'<nav aria-label="Contents"><ol>\n{"".join(rows)}</ol></nav></section>\n'
    )


def _row(kind: str, label: str, title: str, id: str, inner: str = "") -> str:
    said = f'<span class="label">{label}</span> ' if label else ""
    page = f' <span class="pageref">{LINKS}{id}</span>'
    listed = f"<ol>{inner}</ol>" if inner else ""
    return f'<li class="{kind}"><a href="{LINKS}{id}">{said}{Markup.escape(title)}{page}</a>{listed}</li>\n'


def _assets(course: Course, module: Module) -> Iterator[tuple[str, bytes]]:
    """The module's diagrams, and the course's own pictures that it shows."""
    for block in walk(module.document.blocks):
        if isinstance(block, Diagram):
            yield f"{module.id}/{block.id}.svg", block.svg.encode()
    for asset in course.assets:
        yield asset.path, asset.data


# --- the book --------------------------------------------------------------------------------


def render(job: Job) -> Artifact:
    """Link the book of an edition."""
    layout, information, language, theme, epoch = job.inputs
    assert isinstance(layout, Layout) and isinstance(theme, Theme) and isinstance(information, tuple)
    fragments = [cache.called(piece.make, piece.inputs) for piece in job.pieces]
    given = dict(information)
    linked = Book(
        fragments=fragments,  # type: ignore[arg-type]
        front=layout.front,
        bare=layout.bare,
        recto=layout.recto,
        language=str(language),
        folio=FOLIO,
    )
    try:
        pdf, pages, found = link(linked, Path(theme.folder) / "fonts")
    except BrokenLink as problem:
        remedy = "This is a fault of the pipeline: report it with the module that links there."
        raise InvalidCourse(
            [
                error(
                    "V102", Span(job.path), f"a link leads to {problem}, which is nowhere in the book", remedy
                )
            ]
        ) from problem
    with pdf:
        data = stamped(pdf, int(str(epoch)), given)
    return Artifact(job, data, found, pages)


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
