"""The PDF target: one tagged book an edition, linked from pieces that WeasyPrint sets.

Front matter, part pages, modules, the answers to each module's quiz and the back matter are set apart and
remembered; a module looks the same in each edition but for boxes that stand in for modules which the edition
lacks. Links to those lead to the list of them, before the first module. Page numbers are the linker's (`pipeline.engines.pdflink`); the index is set last, when it is known
on which pages its words stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import __version__, cache
from pipeline.diagnostics import Diagnostic, InvalidCourse, Span, error
from pipeline.engines.pdflink import LINKS, Book, BrokenLink, Fragment, UndeclaredFont, link
from pipeline.model import (
    NUMBERED,
    Artifact,
    Course,
    Edition,
    Job,
    Module,
    Piece,
    Provenance,
    Target,
    Theme,
)
from pipeline.targets import book, matter, pieces, references
from pipeline.targets.index import Listed, by_letter, entries
from pipeline.targets.paged import Groups, Paged, PrintedPage, paragraph
from pipeline.targets.paper import Paper, paper

FRONT = ("title", "contents", "diagrams", "before", "about", "map")
BARE = ("title", "part", "closing")
"""Kinds of pieces that are numbered in Roman; that show no page number."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the linker is told of each piece: which are numbered in Roman, bare, on a right-hand or a
    left-hand page; which one each module is; before which one the index stands, and on what paper."""

    front: int
    bare: frozenset[int]
    recto: frozenset[int]
    verso: frozenset[int]
    modules: tuple[tuple[int, Listed], ...]
    index: int
    paper: str


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One book an edition."""
    return tuple(_job(course, edition, theme, provenance) for edition in editions)


def _job(course: Course, edition: Edition, theme: Theme, provenance: Provenance) -> Job:
    rows = tuple(_rows(course, edition, theme, provenance))
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
        inputs=(_layout(course, rows, theme), information, course.language, theme, provenance.epoch),
        edition=edition.id,
        expects=book.expected(course, edition),
        pieces=tuple(row.piece for row in rows),
    )


def _layout(course: Course, rows: Sequence["_Row"], theme: Theme) -> Layout:
    sides = paper(course.paper, theme).sides

    def of(*kinds: str) -> frozenset[int]:
        return frozenset(n for n, row in enumerate(rows) if row.kind in kinds)

    return Layout(
        front=len(of(*FRONT)),
        bare=of(*BARE),
        recto=frozenset(n for n, row in enumerate(rows) if row.recto) if sides == 2 else frozenset(),
        verso=of("closing") if sides == 2 else frozenset(),
        modules=tuple((n, row.listed) for n, row in enumerate(rows) if row.listed),
        index=min(of("closing")),
        paper=course.paper,
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
    listed: Listed | None = None


def _rows(course: Course, edition: Edition, theme: Theme, provenance: Provenance) -> Iterator[_Row]:
    """All pieces of an edition but the index, in order."""
    modules = course.modules_of(edition)
    back = tuple(_back(course, edition))
    for made in pieces.front(course, edition, theme, provenance, back):
        yield _Row(made.kind, made.kind in ("title", "contents"), pieces.plain(made, course, theme))
    for part, inside in book.parts(course, edition):
        page = book.part_page(part, inside, course, edition, theme, pieces.form(course.paper, theme))
        yield _Row("part", True, pieces.plain(pieces.leaf(page), course, theme))
        for module in inside:
            inputs = (*book.narrowed(module, course, edition, theme, listed=True), module.id, theme)
            whole = Piece(pieces.set_module, inputs, module.document.words, module.at)
            listed = Listed(module.id, tuple(term.name for term in module.terms), module.keywords)
            yield _Row("module", True, whole, listed)
    asked = [module for module in modules if book.questions(module)]
    for number, module in enumerate(asked):
        yield _Row("answers", False, _answers(module, course, edition, number == 0, theme))
    for page in back:
        yield _Row(page.kind, False, pieces.plain(pieces.leaf(page), course, theme))
    yield _Row("closing", False, pieces.plain(pieces.closing(course, edition, theme), course, theme))


def _back(course: Course, edition: Edition) -> Iterator[book.Page]:
    """The back matter behind the answers, in pieces that an edit elsewhere leaves alone: interview questions
    by level, sources by part. By module they would leave most of their pages empty."""
    modules = course.modules_of(edition)
    form = pieces.FORM
    yield from (page for _, page in matter.interview_pages(modules, course.policy.levels, form))
    yield from references.glossary(modules, form)
    yield from (page for _, page in references.source_pages(course, edition, form))


def _answers(module: Module, course: Course, edition: Edition, first: bool, theme: Theme) -> Piece:
    seen, near = book.narrowed(module, course, edition, theme, answers=True, listed=True)
    quiz = matter.only_quiz(module)
    others = tuple(quiz if other.id == module.id else other for other in seen.modules)
    told = (replace(seen, modules=others), near, module.id, first, theme)
    return Piece(pieces.set_answers, told, module.document.words // 4, module.at)


# --- the book --------------------------------------------------------------------------------


def render(job: Job) -> Artifact:
    """Link the book of an edition."""
    layout, information, language, theme, epoch = job.inputs
    assert isinstance(layout, Layout) and isinstance(theme, Theme) and isinstance(information, tuple)
    made = map(cache.piece, job.pieces)
    fragments = [fragment for fragment in made if isinstance(fragment, Fragment)]
    page = paper(layout.paper, theme)
    told = str(language), page, dict(information), int(str(epoch))
    linked = bound(fragments, layout, *told)
    groups = index_groups(linked, layout.modules)
    if groups:
        fragments.insert(layout.index, _index(groups, linked, str(language), theme, layout.paper))
        linked = bound(fragments, _behind_index(layout), *told)
    try:
        data, pages, found = link(linked, Path(theme.folder) / "fonts")
    except BrokenLink as problem:
        remedy = "This is a fault of the pipeline: report it with the module that links there."
        said = f"a link leads to {problem}, which is nowhere in the book"
        raise InvalidCourse([error("V102", Span(job.path), said, remedy)]) from problem
    except UndeclaredFont as problem:
        remedy = "Add the face to the theme's fonts folder, or do without its characters."
        said = f"some text is set in {problem}, a face that the theme does not have"
        raise InvalidCourse([error("V104", Span(job.path), said, remedy)]) from problem
    return Artifact(job, data, found, pages, _told(linked, layout, groups))


def _told(linked: Book, layout: Layout, groups: Groups) -> Paged:
    laid, ids = linked.laid, {row: listed.id for row, listed in layout.modules}
    made = tuple(
        tuple(
            PrintedPage(
                laid.label(laid.first[row] + n), tuple(_named(name, ids.get(row, "")) for name in names)
            )
            for n, names in enumerate(fragment.begins)
        )
        for row, fragment in enumerate(linked.fragments)
    )
    return Paged(made, groups, tuple(map(laid.label, range(laid.pages))))


def _named(name: str, module: str) -> str:
    return paragraph(module, name) if name.startswith(NUMBERED) else name


def bound(
    fragments: Sequence[Fragment],
    layout: Layout,
    language: str,
    page: Paper,
    said: dict[str, str],
    epoch: int,
) -> Book:
    """Fragments as a book of this layout."""
    rows = layout.front, layout.bare, layout.recto, layout.verso
    return Book(fragments, *rows, language, page.folio, said, epoch)


def _behind_index(layout: Layout) -> Layout:
    """The layout with a piece more where the index stands."""

    def later(rows: frozenset[int]) -> frozenset[int]:
        return frozenset(row + (row >= layout.index) for row in rows)

    return replace(layout, bare=later(layout.bare), recto=later(layout.recto), verso=later(layout.verso))


def index_groups(linked: Book, modules: Sequence[tuple[int, Listed]]) -> Groups:
    """The index of a book, letter by letter."""
    laid = linked.laid
    said = {
        listed.id: [(laid.first[row] + n, words) for n, words in enumerate(linked.fragments[row].words)]
        for row, listed in modules
    }
    return tuple(by_letter(entries([listed for _, listed in modules], said)))


def _index(groups: Groups, linked: Book, language: str, theme: Theme, paper: str) -> Fragment:
    """The index, set for the pages on which its words stand; the same pages give the same index."""
    return cache.called(
        pieces.set_pages, ("index", index_document(groups, linked, language), (), theme, paper)
    )


def index_document(groups: Groups, linked: Book, language: str) -> str:
    """The index of a book as a document."""
    page = references.index(
        groups, references.Printed(linked.laid.label, lambda first: f"{LINKS}page-{first}")
    )
    return pieces.document(pieces.section(page), language)


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


TARGET = Target("pdf", "application/pdf", plan, render, verify, reads=("book", "paper.json"))
