"""What the PDF and the EPUB of an edition have in common: the pages of parts and modules, as XHTML.

A `Form` says how one of the two writes (ids, addresses, pictures). What stands before and behind the
modules is made in `matter`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, nodes
from markupsafe import Markup

from pipeline.document.text import links, text, walk
from pipeline.document.xhtml import Leads, Writing, standing_alone
from pipeline.model import (
    Author,
    Block,
    Course,
    Diagram,
    Edition,
    License,
    Module,
    Paragraph,
    Part,
    Plain,
    Question,
    Quiz,
    Section,
    Theme,
)  # fmt: skip
from pipeline.targets.links import book_links, bridges, place


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of book is written.

    `address(page, id)` is where an id of a page stands; `picture` embeds a diagram, `image` an
    asset, `page_of` what is printed of the page on which an address stands (`Writing`). With `columns`, code lines
    are broken there. With `listed`, references to modules that the edition leaves out lead to the list of these.
    """

    address: Callable[[str, str], str]
    picture: Callable[[Module, Diagram], str]
    image: Callable[[str], str]
    epub: bool = False
    columns: int = 0
    page_of: Callable[[str, bool], str] = lambda address, within: ""
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading inside a page, for contents and navigation."""

    id: str
    title: str
    entries: "tuple[Entry, ...]" = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a book in the sense of a web page: a part opening, a module, the answers.

    `kind` is title, before, about, map, part, module, answers, interview, models, glossary, sources or
    index; `label` stands before the title in contents ("Part 1", "Module 3"). `chunks` are what may go to a file of its own.
    """

    id: str
    kind: str
    label: str
    title: str
    chunks: tuple[str, ...]
    entries: tuple[Entry, ...] = ()

    @property
    def xhtml(self) -> str:
        """All of it."""
        return "".join(self.chunks)


def name(module: str, anchor: str = "") -> str:
    """The id of something in a module, unique in a book and the same in every format."""
    return f"{module}--{anchor or 'top'}"


def expected(course: Course, edition: Edition) -> tuple[str, ...]:
    """Every id that must be found in the books of an edition, known before they are rendered."""
    found: list[str] = []
    for module in course.modules_of(edition):
        shows = bridges(course, edition, module)
        found += [name(module.id, id) for id in ids(module, shows)]
        found += [name(module.id, f"answer.{question.key}") for question in questions(module)]
    return tuple(found)


def environment(theme: Theme) -> Environment:
    """Jinja2 over a theme's templates: autoescaping, and an unknown name is an error."""
    return _environment(theme.digest, theme)


@cache
def _environment(digest: str, theme: Theme) -> Environment:
    sources = {path: data.decode() for path, data in theme.files if path.endswith(".j2")}
    return Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def templated(
    kind: str, label: str, title: str, course: Course, edition: Edition, theme: Theme, **values: Any
) -> Page:
    """A page that a template of the theme writes."""
    template = environment(theme).get_template(f"book/{kind}.html.j2")
    xhtml = template.render(course=course, edition=edition, title=title, label=label, md=_markdown, **values)
    return Page(kind, kind, label, title, (xhtml,))


def _markdown(words: str) -> Markup:
    """`**bold**` of a course.yml text as XHTML: the only markup such a text needs."""
    parts = str(Markup.escape(words)).split("**")
    return Markup("".join(f"<strong>{p}</strong>" if n % 2 else p for n, p in enumerate(parts)))


def part_page(
    part: Part, inside: tuple[Module, ...], course: Course, edition: Edition, theme: Theme, form: Form
) -> Page:
    """A part's opening: what it is about, and its modules."""
    rows = [
        (module, *_reached(module.id, edition, form), Markup(standing_alone().inlines(module.summary)))
        for module in inside
    ]
    made = templated("part", f"Part {part.number}", part.title, course, edition, theme, part=part, rows=rows)
    return Page(f"part-{part.number}", "part", made.label, part.title, made.chunks)


TERM = "x-term:"
"""Addresses of terms, by their ids in the glossary."""


def model_id(module: Module, section: Section) -> str:
    """The id of a question's model answer, in a book that keeps it apart."""
    return name(module.id, f"model.{section.key or section.id}")


def module_writing(module: Module, course: Course, edition: Edition, form: Form) -> Writing:
    """How the book writes this module."""
    places = book_links(
        module, course, edition, lambda id, anchor: form.address(id, name(id, anchor)), form.listed
    )

    def link(href: str) -> Leads:
        if href.startswith(TERM):
            return Leads(form.address("glossary", href.removeprefix(TERM)), kind="glossref")
        return places(href)

    def apart(section: Section) -> str:
        interview = form.epub and section.kind == "interview"
        return form.address("models", model_id(module, section)) if interview else ""

    return Writing(
        link=link,
        image=form.image,
        picture=lambda diagram: form.picture(module, diagram),
        prefix=name(module.id, " ").rstrip(),
        epub=form.epub,
        columns=form.columns,
        answer=lambda question: form.address("answers", name(module.id, f"answer.{question.key}")),
        page_of=form.page_of,
        apart=apart,
        shows=bridges(course, edition, module),
        numbers=_numbers(module),
    )


def _numbers(module: Module) -> dict[int, int]:
    """Numbers for paragraphs: the same for every way to write the module."""
    blocks = enumerate(walk(module.document.blocks))
    return {id(block): number for number, block in blocks if isinstance(block, Paragraph | Plain)}


OPENING = "book/opening.html.j2"


def module_page(module: Module, course: Course, edition: Edition, theme: Theme, form: Form) -> Page:
    """A module with the opening that its front matter gives: objectives, position, what it builds on."""
    writing = module_writing(module, course, edition, form)
    opening = environment(theme).get_template(OPENING)
    head = opening.render(
        module=module,
        course=course,
        id=name(module.id),
        summary=Markup(writing.inlines(module.summary)),
        objectives=[Markup(writing.inlines(objective.text)) for objective in module.objectives],
        builds_on=[(course.module(id), *_reached(id, edition, form)) for id in module.prerequisites],
    )
    body = [writing.blocks((block,)) for block in module.document.blocks]
    chunks = (head, *body, writing.footnotes())
    return Page(module.id, "module", f"Module {module.number}", module.title, chunks, entries(module))


def narrowed(
    module: Module,
    course: Course,
    edition: Edition,
    theme: Theme,
    answers: bool = False,
    listed: bool = False,
) -> tuple[Course, Edition]:
    """Course and edition as far as a module's pages (or its `answers`) depend on them: itself, where the modules
    stand to which it refers, and what the theme says of the course when it opens a module. Editions that agree in
    that share its pages. In a book that lists what it leaves out (`Form.listed`) those modules alone count for which
    a box stands in."""
    leading = (
        links(questions(module)) if answers else (mark.name for mark in module.marks if mark.kind == "link")
    )
    boxes = (mark.text for mark in module.marks if mark.kind == "callout" and mark.text and not answers)
    bridged = {place(href, module, course).module for href in boxes}
    near = {place(href, module, course).module for href in leading} | bridged | {module.id}
    near |= set() if answers else {*module.prerequisites}
    inside = tuple(id for id in edition.modules if id in (bridged | {module.id} if listed else near))
    told = {name: value for name, value in UNTOLD.items() if name not in _opened(theme.digest, theme)}
    seen = replace(course, modules=tuple(other for other in course.modules if other.id in near), **told)
    return seen.trimmed(Edition("", "", "", (module.id,))), Edition("", "", "", inside)


UNTOLD: Mapping[str, Any] = {
    **dict.fromkeys(("version", "subtitle", "description", "goal", "decks"), ""),
    **dict.fromkeys(("removed", "journey", "qualities", "gives", "before", "tracks"), ()),
    "author": Author("", "", ""),
    "license": License("", ""),
}
"""What no module says of the course, unless the theme's opening does."""


@cache
def _opened(digest: str, theme: Theme) -> frozenset[str]:
    """The fields of the course that the opening of a module shows; all, where it hands on the course itself."""
    shared = environment(theme)
    tree = shared.parse(theme.text(OPENING))
    shown = [
        found.attr
        for found in tree.find_all(nodes.Getattr)
        if isinstance(found.node, nodes.Name) and found.node.name == "course"
    ]
    named = [found for found in tree.find_all(nodes.Name) if found.name == "course"]
    elsewhere = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
    known = len(named) == len(shown) and not any(tree.find_all(elsewhere))
    return frozenset(shown if known else UNTOLD)


def _reached(id: str, edition: Edition, form: Form) -> tuple[str, Markup]:
    """The address of a module and what is printed of its page; nothing where the edition lacks it."""
    address = form.address(id, name(id)) if form.listed or id in edition.modules else ""
    return address, Markup(form.page_of(address, False) if address else "")


def ids(module: Module, shows: Callable[[Block], bool]) -> Iterator[str]:
    """The local ids that must be found in every book: headings, callouts, code, questions …"""
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            yield from (question.id for question in block.questions)
        elif hasattr(block, "id") and shows(block):
            yield block.id


def questions(module: Module) -> tuple[Question, ...]:
    """The quiz items of a module."""
    found = (block.questions for block in walk(module.document.blocks) if isinstance(block, Quiz))
    return tuple(question for group in found for question in group)


def entries(module: Module) -> tuple[Entry, ...]:
    """The module's sections with theirs, for contents and navigation."""

    def under(section: Section) -> tuple[Entry, ...]:
        return tuple(
            Entry(name(module.id, inner.id), text(inner.title), under(inner) if inner.level < 3 else ())
            for inner in section.blocks
            if isinstance(inner, Section)
        )

    return tuple(
        Entry(name(module.id, block.id), text(block.title), under(block))
        for block in module.document.blocks
        if isinstance(block, Section)
    )


def parts(course: Course, edition: Edition) -> Iterator[tuple[Part, tuple[Module, ...]]]:
    """The parts of which the edition holds modules, with these."""
    modules = course.modules_of(edition)
    for part in course.parts:
        inside = tuple(module for module in modules if module.part == part.id)
        if inside:
            yield part, inside


def titled(title: str, first: bool) -> str:
    """The heading of a page, before the first of its sections."""
    return f"<h1>{title}</h1>\n" if first else ""
