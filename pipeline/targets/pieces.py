"""The pieces of a printed book: what each says in XHTML, and how it is set.

The functions `set_…` run in worker processes; what they are given decides what they make, so pieces that
editions share are set once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape

from markupsafe import Markup

from pipeline.diagnostics import Diagnostic, InvalidCourse, Span, error
from pipeline.document.diagrams import PRINTED
from pipeline.document.places import places, where
from pipeline.document.text import walk
from pipeline.engines.pdflink import LINKS, Fragment
from pipeline.engines.weasy import OPEN, SCHEME, fragment
from pipeline.model import Course, Diagram, Edition, Module, Piece, Provenance, Theme
from pipeline.targets import book, matter, references
from pipeline.targets.cover import cover
from pipeline.targets.links import bridges
from pipeline.targets.map import prerequisite_map
from pipeline.targets.paper import paper, style

PIXELS = 96 / 25.4
"""CSS pixels in a millimeter."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Pages that are written already: `kind` is that of book.Page, or cover, contents, diagrams, map."""

    id: str
    kind: str
    xhtml: str
    assets: tuple[tuple[str, bytes], ...] = ()


# --- how books are written -------------------------------------------------------------------


def page_of(address: str, within: bool) -> str:
    """What a reader of the printed book is told of a link into it: its page, open until the book is linked."""
    before, after = (",\u202f", "") if within else ("\u202f(", ")")
    return f'<span class="pageref" data-at="{_id(address)}">{before}p.\u202f{OPEN}{after}</span>'


def _id(address: str) -> str:
    return escape(unescape(address.removeprefix(LINKS)))


FORM = book.Form(
    address=lambda page, id: f"{LINKS}{id}",
    picture=lambda module, diagram: (
        f'<img src="{SCHEME}{module.id}/{diagram.id}.svg" alt="{escape(diagram.title)}" '
        f'style="width: {diagram.width * PRINTED:.0f}px"/>'
    ),
    image=lambda src: f"{SCHEME}{src.removeprefix('../')}",
    page_of=page_of,
    listed=True,
)


def form(name: str, theme: Theme) -> book.Form:
    """How a book is written for this paper."""
    return replace(FORM, columns=paper(name, theme).columns)


def document(body: str, language: str, title: str = "") -> str:
    """A complete document."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"/>'
        f"<title>{escape(title)}</title></head><body>\n{body}</body></html>"
    )


def leaf(page: book.Page) -> Leaf:
    """A page of the kind that all books have, as a piece."""
    return Leaf(page.id, page.kind, section(page))


def section(page: book.Page, part: str = "") -> str:
    """A page with what its running heads say."""
    top = "" if page.kind == "module" else f' id="{book.name(page.id)}"'
    heads = f'data-title="{escape(page.title)}" data-part="{escape(part)}"'
    return f'<section class="page {page.kind}"{top} {heads}>\n{page.xhtml}</section>\n'


def plain(made: Leaf, course: Course, theme: Theme) -> Piece:
    """A piece of pages that are written already."""
    html = document(made.xhtml, course.language, course.title)
    return Piece(set_pages, (made.id, html, made.assets, theme, course.paper), len(html) // 10)


# --- setting ---------------------------------------------------------------------------------


def set_pages(
    name: str, html: str, assets: tuple[tuple[str, bytes], ...], theme: Theme, size: str
) -> Fragment:
    """Set pages that are written already, on paper of this size."""
    return fragment(html, style(size, theme), assets, theme, f"{name}--")


def set_module(course: Course, edition: Edition, id: str, theme: Theme) -> Fragment:
    """Set a module's pages. Raises InvalidCourse when something of the module does not come out."""
    html, assets = module_document(course, edition, id, theme)
    made = fragment(html, style(course.paper, theme), assets, theme, f"{id}--")
    module, held = course.module(id), {place.id for place in made.places}
    expected = (book.name(id, local) for local in book.ids(module, bridges(course, edition, module)))
    lost = [name for name in expected if name not in held]
    if lost:
        known = places(replace(course, modules=(module,)))
        raise InvalidCourse([_cut_short(name, where(name, known)) for name in lost])
    return made


def _cut_short(name: str, at: Span | None) -> Diagnostic:
    remedy = "This is a fault of the layout engine: report it with the module."
    message = f"{name} does not come out: the pages of its module were cut short"
    return error("V100", at or Span("course.yml"), message, remedy)


def module_document(
    course: Course, edition: Edition, id: str, theme: Theme
) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """A module as a document, and its pictures."""
    module = course.module(id)
    page = book.module_page(module, course, edition, theme, form(course.paper, theme))
    part = next(part.title for part in course.parts if part.id == module.part)
    return document(section(page, part), course.language, course.title), tuple(_assets(course, module))


def set_answers(course: Course, edition: Edition, id: str, first: bool, theme: Theme) -> Fragment:
    """Set the answers to a module's quiz."""
    html, assets = answers_document(course, edition, id, first, theme)
    return fragment(html, style(course.paper, theme), assets, theme, f"{id}-answers--")


def answers_document(
    course: Course, edition: Edition, id: str, first: bool, theme: Theme
) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The answers to a module's quiz as a document, and the module's pictures."""
    module = course.module(id)
    answers = matter.module_answers(module, course, edition, form(course.paper, theme), first)
    page = book.Page("answers" if first else f"answers-{id}", "answers", "", matter.ANSWERS, (answers,))
    return document(section(page), course.language, course.title), tuple(_assets(course, module))


def _assets(course: Course, module: Module) -> Iterator[tuple[str, bytes]]:
    """The module's diagrams, and the course's own pictures that it shows."""
    for block in walk(module.document.blocks):
        if isinstance(block, Diagram):
            yield f"{module.id}/{block.id}.svg", block.svg.encode()
    for asset in course.assets:
        yield asset.path, asset.data


# --- front and back --------------------------------------------------------------------------


def front(
    course: Course, edition: Edition, theme: Theme, provenance: Provenance, back: Sequence[book.Page]
) -> Iterator[Leaf]:
    """Cover, title and imprint; contents; diagrams; before you start; the author; the map."""
    title, before, about = matter.front(course, edition, theme, provenance)
    alt = escape(f"{course.title}: {course.subtitle}, {edition.subtitle}")
    art = f'<section class="cover"><img src="{SCHEME}cover.svg" alt="{alt}"/></section>\n'
    picture = ("cover.svg", cover(course, edition, theme).encode())
    yield Leaf("title", "title", art + section(title), (picture,))
    yield Leaf("contents", "contents", _contents(course, edition, back))
    diagrams = tuple(_diagrams(course.modules_of(edition)))
    if diagrams:
        yield Leaf("diagrams", "diagrams", _listed("diagrams", "Diagrams", diagrams))
    yield leaf(before)
    yield leaf(about)
    if any(module.prerequisites for module in course.modules_of(edition)):
        yield _map(course, edition, theme)


def _contents(course: Course, edition: Edition, back: Iterable[book.Page]) -> str:
    """The table of contents: parts, modules, under each module the ideas of its concepts."""
    rows = []
    for part, inside in book.parts(course, edition):
        rows.append(_row("part", f"Part {part.number}", part.title, book.name(f"part-{part.number}")))
        for module in inside:
            ideas = [idea for section in book.entries(module)[1:2] for idea in section.entries]
            inner = "".join(_row("idea", "", idea.title, idea.id) for idea in ideas)
            rows.append(_row("module", f"Module {module.number}", module.title, book.name(module.id), inner))
    if any(map(book.questions, course.modules_of(edition))):
        rows.append(_row("back", "", matter.ANSWERS, book.name("answers")))
    rows += [_row("back", "", page.title, book.name(page.id)) for page in back if page.id == page.kind]
    if any(module.terms or module.keywords for module in course.modules_of(edition)):
        rows.append(_row("back", "", "Index", book.name("index")))
    return _listed("contents", "Contents", rows)


def _diagrams(modules: Iterable[Module]) -> Iterator[str]:
    """The titles of all diagrams, under their modules."""
    for module in modules:
        shown = [
            block for block in walk(module.document.blocks) if isinstance(block, Diagram) and block.title
        ]
        inner = "".join(_row("idea", "", block.title, book.name(module.id, block.id)) for block in shown)
        if inner:
            yield _row("module", f"Module {module.number}", module.title, book.name(module.id), inner)


def _listed(id: str, title: str, rows: Iterable[str]) -> str:
    return (
        f'<section class="page contents" id="{book.name(id)}" data-title="{title}"><h1>{title}</h1>\n'
        f'<nav aria-label="{title}"><ol>\n{"".join(rows)}</ol></nav></section>\n'
    )


def _row(kind: str, label: str, title: str, id: str, inner: str = "") -> str:
    said = f'<span class="label">{label}</span> ' if label else ""
    page = f' <span class="pageref fixed" data-at="{escape(id)}">{OPEN}</span>'
    listed = f"<ol>{inner}</ol>" if inner else ""
    return f'<li class="{kind}"><a href="{LINKS}{id}">{said}{Markup.escape(title)}{page}</a>{listed}</li>\n'


def _map(course: Course, edition: Edition, theme: Theme) -> Leaf:
    """What builds on what, drawn."""
    drawn = prerequisite_map(course, edition, paper(course.paper, theme).measure * PIXELS)
    image = f'<img src="{SCHEME}map.svg" alt="{escape(drawn.description)}"/>'
    return replace(leaf(references.map_page(image)), assets=(("map.svg", drawn.svg.encode()),))


def closing(course: Course, edition: Edition, theme: Theme) -> Leaf:
    """The back cover."""
    page = book.templated("closing", "", course.title, course, edition, theme)
    return leaf(page)
