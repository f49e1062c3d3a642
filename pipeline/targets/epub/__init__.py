"""The EPUB target: one EPUB 3.3 book an edition, packaged by EbookLib from XHTML of our own.

    chapters    a module's page, with what of it stands elsewhere, once for all editions (`terms`, `pictures`)
    files       pages into files, with the places of printed pages and the addresses of everything
    navigation  contents, landmarks, list of printed pages
    documents   the XHTML of files, compressed and looked at, remembered
    evidence    what the files show of their accessibility, for the package's metadata
    checks      our own look at the finished book

The numbers of printed pages are those of the PDF of the same edition, which is made first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from pipeline import __version__, cache
from pipeline.diagnostics import InvalidCourse, Span, error
from pipeline.engines.ebook import Part, Publication, publish, stable_identifier
from pipeline.engines.pdflink import LINKS, BrokenLink
from pipeline.engines.resvg import png
from pipeline.model import Artifact, Course, Edition, Job, Piece, Provenance, Target, Theme
from pipeline.targets import book, matter, pdf, references
from pipeline.targets.cover import cover
from pipeline.targets.epub.chapters import FORM, Chapter, chapter
from pipeline.targets.epub.checks import verify
from pipeline.targets.epub.documents import Written, text, written
from pipeline.targets.epub.evidence import metadata
from pipeline.targets.epub.files import Laid, lay, page_id
from pipeline.targets.epub.navigation import contents, navigation
from pipeline.targets.epub.pictures import Picture, lettered, picture
from pipeline.targets.map import prerequisite_map
from pipeline.targets.paged import Paged

FONTS = (
    "BookSerif-Regular", "BookSerif-Italic", "BookSerif-Bold", "BookSerif-BoldItalic",
    "BookSans-Regular", "BookSans-Bold", "BookMono-Regular", "BookMono-Bold", "BookSymbols-Regular",
)  # fmt: skip
COVER = 1200
"""The width of the cover in pixels: shops and libraries show a picture of pixels only."""
MAP = 440.0
"""The width of the map of prerequisites, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An edition without its modules: the pages before, between and behind them, what is said of the book,
    its cover and further pictures. In `body` stands None where the next module comes."""

    publication: Publication
    front: tuple[book.Page, ...]
    body: tuple[book.Page | None, ...]
    interview: tuple[book.Page, ...]
    back: tuple[book.Page, ...]
    cover: str
    pictures: tuple[Picture, ...]


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One book an edition."""
    return tuple(
        Job(
            target="epub",
            path=f"epub/{pdf.file_name(course, edition)}.epub",
            media_type="application/epub+zip",
            role="book-epub",
            inputs=(_frame(replace(course, paper=""), edition, theme, provenance), theme),
            edition=edition.id,
            expects=book.expected(course, edition),
            pieces=tuple(_chapter(course, edition, id, theme) for id in edition.modules),
        )
        for edition in editions
    )


def _chapter(course: Course, edition: Edition, id: str, theme: Theme) -> Piece:
    seen, near = book.narrowed(course.module(id), course, edition, theme)
    return Piece(chapter, (replace(seen, paper=""), near, id, theme), 0, course.module(id).at)


def _frame(course: Course, edition: Edition, theme: Theme, provenance: Provenance) -> Frame:
    body: list[book.Page | None] = []
    for part, inside in book.parts(course, edition):
        body += [book.part_page(part, inside, course, edition, theme, FORM), *[None] * len(inside)]
    modules = course.modules_of(edition)
    asked = [page for _, page in matter.interview_pages(modules, course.policy.levels, FORM)]
    cited = [page for _, page in references.source_pages(course, edition, FORM)]
    drawn, pictures = _map(course, edition, theme)
    return Frame(
        _publication(course, edition, provenance.epoch),
        (*matter.front(course, edition, theme, provenance), *drawn),
        tuple(body),
        matter.together("interview", matter.INTERVIEW, asked),
        (*references.glossary(modules, FORM), *matter.together("sources", references.SOURCES, cited)),
        cover(course, edition, theme),
        pictures,
    )


def _map(course: Course, edition: Edition, theme: Theme) -> tuple[tuple[book.Page, ...], tuple[Picture, ...]]:
    """What builds on what, drawn, and what the drawing says."""
    if not any(module.prerequisites for module in course.modules_of(edition)):
        return (), ()
    drawn = prerequisite_map(course, edition, MAP)
    image = f'<img src="../pictures/map.svg" alt="{escape(drawn.description)}"/>'
    page = references.map_page(image)
    return (page,), (picture("pictures/map.svg", "image/svg+xml", lettered(drawn.svg, theme)),)


def _publication(course: Course, edition: Edition, epoch: int) -> Publication:
    whole = edition.id == "complete"
    position = [known.id for known in course.editions].index(edition.id) + 1
    return Publication(
        identifier=stable_identifier(course.id, edition.id),
        title=course.title if whole else f"{course.title} ({edition.subtitle})",
        subtitle=course.subtitle,
        edition=edition.subtitle,
        series=(course.title, stable_identifier(course.id), position),
        author=course.author.name,
        language=course.language,
        description=course.description,
        rights=f"© {course.author.name}. {course.license.spdx}: {course.license.url}",
        subjects=tuple(part.title for part in course.parts),
        metas=(
            ("schema:version", course.version),
            ("pageBreakSource", f"{course.title}, {edition.subtitle}, version {course.version}, PDF"),
        ),
        epoch=epoch,
    )


# --- the book --------------------------------------------------------------------------------


def render(job: Job) -> Artifact:
    """Make the book of an edition."""
    frame, theme = job.inputs
    assert isinstance(frame, Frame) and isinstance(theme, Theme) and isinstance(job.told, Paged)
    chapters = [made for made in map(cache.piece, job.pieces) if isinstance(made, Chapter)]
    pages = tuple(_pages(frame, chapters, job.told))
    try:
        laid = lay(pages, (view for made in chapters for view in made.views), job.told)
    except BrokenLink as problem:
        remedy = "This is a fault of the pipeline: report it with the module that links there."
        said = f"a link leads to {problem}, which is nowhere in the book"
        raise InvalidCourse([error("V102", Span(job.path), said, remedy)]) from problem
    told = frame.publication
    texts = tuple(_texts(pages, laid, told))
    css = theme.text("epub.css")
    found = [made.evidence for _, made in texts]
    metas = (*told.metas, *metadata(found, css, f"course-pipeline {__version__}"))
    parts = (*(replace(part, data=made.data) for part, made in texts), *_rest(frame, chapters, css, theme))
    data = publish(replace(told, metas=metas), parts, contents(pages, laid))
    return Artifact(job, data, frozenset(laid.paths))


def _pages(frame: Frame, chapters: list[Chapter], paged: Paged) -> Iterator[book.Page]:
    """All pages in reading order."""
    modules = iter(chapters)
    yield from frame.front
    for page in frame.body:
        yield page or next(modules).page
    yield from _shared("answers", matter.ANSWERS, [(made.page, made.answers) for made in chapters])
    yield from frame.interview
    yield from _shared("models", matter.MODELS, [(made.page, made.models) for made in chapters])
    yield from frame.back
    if paged.index:
        where = paged.labels
        printed = references.Printed(where.__getitem__, lambda n: f"{LINKS}{page_id(where[n])}", epub=True)
        yield references.index(paged.index, printed)


def _shared(kind: str, title: str, sections: list[tuple[book.Page, str]]) -> Iterator[book.Page]:
    """A page to which each module gives a section."""
    held = [(page, section) for page, section in sections if section]
    entries = tuple(book.Entry(book.name(page.id, kind), f"{page.label}: {page.title}") for page, _ in held)
    if held:
        yield book.Page(
            kind, kind, "", title, (f"<h1>{title}</h1>\n", *(section for _, section in held)), entries
        )


def _texts(pages: tuple[book.Page, ...], laid: Laid, told: Publication) -> Iterator[tuple[Part, Written]]:
    """The XHTML documents, in the order of the spine."""
    kind = "application/xhtml+xml"
    nav = Part("nav", "nav.xhtml", kind, b"", ("nav",), "yes")
    cover = Part("cover", "text/cover.xhtml", kind, b"", (), "yes")
    title = escape(f"{told.title}: {told.subtitle}, {told.edition}")
    front = (
        '<section epub:type="cover" class="cover" aria-label="Cover">'
        f'<img src="../pictures/cover.png" alt="{title}" role="doc-cover"/></section>\n'
    )
    yield cover, written(cover.path, "Cover", front, told.language)
    for number, placed in enumerate(laid.texts):
        own = placed.text
        linear = "yes" if own.linear else "no"
        yield Part(f"page-{own.id}", own.path, kind, b"", (), linear), text(placed, told.language)
        if number == 0:
            rows = navigation(pages, laid)
            yield nav, written(nav.path, "Contents", rows, told.language, "style/book.css")


def _rest(frame: Frame, chapters: list[Chapter], css: str, theme: Theme) -> Iterator[Part]:
    """Style sheet, pictures and fonts."""
    yield Part("css", "style/book.css", "text/css", css.encode())
    yield Part("cover-image", "pictures/cover.png", "image/png", png(frame.cover, COVER), ("cover-image",))
    pictures = {shown.path: shown for made in chapters for shown in made.pictures}
    for shown in (*frame.pictures, *pictures.values()):
        id = "picture-" + shown.path.rpartition("/")[2].replace(".", "-")
        yield Part(id, shown.path, shown.media_type, shown.data)
    held = dict(theme.files)
    for name in FONTS:
        yield Part(f"font-{name}", f"fonts/{name}.woff2", "font/woff2", held[f"fonts/web/{name}.woff2"])


TARGET = Target(
    "epub", "application/epub+zip", plan, render, verify, after="pdf", reads=("book/", "epub.css")
)
