"""What stands before and behind the modules of a book, and the order of it all.

Front matter: title and imprint, before you start, the author. Back matter, all of it made from data:
answers to the quizzes, interview questions by level, glossary, sources. Contents, map and index are the
formats' own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from markupsafe import Markup

from pipeline.document.text import plain, walk
from pipeline.document.xhtml import standing_alone
from pipeline.model import (
    Block,
    Course,
    Document,
    Edition,
    Inlines,
    ItemList,
    Link,
    Module,
    Paragraph,
    Part,
    Plain,
    Provenance,
    Quiz,
    Section,
    Styled,
    Theme,
)
from pipeline.targets.book import (
    Entry,
    Form,
    Page,
    module_page,
    module_writing,
    name,
    part_page,
    questions,
    templated,
)

ANSWERS, INTERVIEW, SOURCES = "Answers to the quizzes", "Interview questions by level", "Sources"
FURTHER = "further-reading"
"""The id of the section whose entries the list of sources brings together."""


def pages(
    course: Course, edition: Edition, theme: Theme, provenance: Provenance, levels: Iterable[str], form: Form
) -> tuple[Page, ...]:
    """All pages of an edition, in reading order; cover, contents, map and index are the format's own."""
    modules = course.modules_of(edition)
    asked = [page for _, page in interview_pages(modules, levels, form)]
    cited = [page for _, page in source_pages(course, edition, form)]
    return (
        *front(course, edition, theme, provenance),
        *_body(course, edition, theme, form),
        *([_answers(course, edition, modules, form)] if any(map(questions, modules)) else []),
        *_together("interview", INTERVIEW, asked),
        *glossary(modules, form),
        *_together("sources", SOURCES, cited),
    )


def front(course: Course, edition: Edition, theme: Theme, provenance: Provenance) -> tuple[Page, ...]:
    """The title page with its imprint, what to know before one starts, and the author."""
    day = datetime.fromtimestamp(provenance.epoch, UTC).date().isoformat()
    commit = provenance.commit[:12]
    outside = _outside(course, edition)
    return (
        templated("title", "", course.title, course, edition, theme, day=day, commit=commit),
        templated("before", "", "Before you start", course, edition, theme, outside=outside),
        templated("about", "", "About the author", course, edition, theme),
    )


def _outside(course: Course, edition: Edition) -> tuple[Module, ...]:
    """Modules that the edition's modules recommend and that it does not hold."""
    wanted = {id for module in course.modules_of(edition) for id in module.recommended}
    return tuple(module for module in course.modules if module.id in wanted - set(edition.modules))


def _body(course: Course, edition: Edition, theme: Theme, form: Form) -> Iterator[Page]:
    for part, inside in parts(course, edition):
        yield part_page(part, inside, course, edition, theme, form)
        for module in inside:
            yield module_page(module, course, edition, theme, form)


def parts(course: Course, edition: Edition) -> Iterator[tuple[Part, tuple[Module, ...]]]:
    """The parts of which the edition holds modules, with these."""
    modules = course.modules_of(edition)
    for part in course.parts:
        inside = tuple(module for module in modules if module.part == part.id)
        if inside:
            yield part, inside


def _together(kind: str, title: str, made: list[Page]) -> tuple[Page, ...]:
    """Pages of one kind as one, under its title."""
    if not made:
        return ()
    entries = tuple(entry for page in made for entry in page.entries)
    return (Page(kind, kind, "", title, "".join(page.xhtml for page in made), entries),)


def _titled(title: str, first: bool) -> str:
    return f"<h1>{title}</h1>\n" if first else ""


# --- answers ---------------------------------------------------------------------------------


def only_quiz(module: Module) -> Module:
    """The module with nothing but its quiz, so that its answers outlive an edit of its text."""
    blocks = tuple(block for block in walk(module.document.blocks) if isinstance(block, Quiz))
    digest = sha256(repr(blocks).encode()).hexdigest()
    return replace(
        module, document=Document(blocks, (), 0, digest), summary=(), objectives=(), keywords=(), terms=(),
        minutes=0, version="", updated="",
    )  # fmt: skip


def _answers(course: Course, edition: Edition, modules: tuple[Module, ...], form: Form) -> Page:
    """The answers to all quizzes."""
    asked = [module for module in modules if questions(module)]
    entries = tuple(
        Entry(name(module.id, "answers"), f"Module {module.number}: {module.title}") for module in asked
    )
    made = "".join(module_answers(module, course, edition, form, n == 0) for n, module in enumerate(asked))
    return Page("answers", "answers", "", ANSWERS, made, entries)


def module_answers(module: Module, course: Course, edition: Edition, form: Form, first: bool) -> str:
    """The answers to a module's quiz with the reason for every option, each linked to its question."""
    writing = module_writing(module, course, edition, form)
    made = [
        f'{_titled(ANSWERS, first)}<section class="level2" id="{name(module.id, "answers")}">'
        f"<h2>Module {module.number}: {Markup.escape(module.title)}</h2>\n"
    ]
    for number, question in enumerate(questions(module), 1):
        id = name(module.id, f"answer.{question.key}")
        back = form.address(module.id, name(module.id, question.id))
        made.append(
            f'<section class="answer" id="{id}"><p class="answer-head">'
            f'<a href="{back}">Question {number}</a>{form.page_of(back, False)} '
            f'<span class="key-short">{writing.key(question)}</span></p>{writing.solution(question)}</section>\n'
        )
    return "".join([*made, "</section>\n"])


# --- interview questions ---------------------------------------------------------------------


def interview_pages(
    modules: Iterable[Module], levels: Iterable[str], form: Form
) -> Iterator[tuple[str, Page]]:
    """For each level its questions by module, each linked to its model answer; without the answers, so
    that one can ask oneself. `levels` gives their order."""
    asked = [
        (plain(section.parts("Level")).strip(" .").lower(), module, section)
        for module in modules
        for section in walk(module.document.blocks)
        if isinstance(section, Section) and section.kind == "interview"
    ]
    met = dict.fromkeys([*levels, *sorted({level for level, _, _ in asked})])
    for n, level in enumerate(level for level in met if any(row[0] == level for row in asked)):
        rows = [(module, section) for of, module, section in asked if of == level]
        title, id = level.capitalize() or "Any level", name("interview", level or "any")
        body = "".join(_asked(module, [s for m, s in rows if m is module], form) for module in _unique(rows))
        xhtml = f'{_titled(INTERVIEW, n == 0)}<section class="level2" id="{id}"><h2>{title}</h2>\n{body}</section>\n'
        yield level, Page(id if n else "interview", "interview", "", INTERVIEW, xhtml, (Entry(id, title),))


def _unique(rows: list[tuple[Module, Section]]) -> list[Module]:
    return list({module.id: module for module, _ in rows}.values())


def _asked(module: Module, sections: Iterable[Section], form: Form) -> str:
    """A module's questions of one level."""
    rows = []
    for section in sections:
        address = form.address(module.id, name(module.id, section.id))
        title = standing_alone().inlines(section.title)
        rows.append(f'<li><a href="{address}">{title}</a>{form.page_of(address, False)}</li>\n')
    return f"<h3>Module {module.number}: {Markup.escape(module.title)}</h3>\n<ul>\n{''.join(rows)}</ul>\n"


# --- glossary --------------------------------------------------------------------------------


def glossary(modules: tuple[Module, ...], form: Form) -> tuple[Page, ...]:
    """Every term that a module of the edition introduces, in alphabetical order; nothing without terms."""
    terms = sorted(
        ((term, module) for module in modules for term in module.terms),
        key=lambda row: (row[0].name.casefold(), row[1].number),
    )
    rows = []
    for term, module in terms:
        address = form.address(module.id, name(module.id))
        see = f'<a class="see" href="{address}">Module\u00a0{module.number}</a>{form.page_of(address, False)}'
        definition = standing_alone().inlines(term.definition)
        rows.append(f"<dt>{Markup.escape(term.name)}</dt><dd>{definition} {see}</dd>\n")
    xhtml = f"<h1>Glossary</h1>\n<dl>\n{''.join(rows)}</dl>\n"
    return (Page("glossary", "glossary", "", "Glossary", xhtml),) if rows else ()


# --- sources ---------------------------------------------------------------------------------


def source_pages(course: Course, edition: Edition, form: Form) -> Iterator[tuple[str, Page]]:
    """For each part what its modules recommend to read, with the addresses that print would hide."""
    held = [(part, _cited(inside, form)) for part, inside in parts(course, edition)]
    for n, (part, body) in enumerate((part, body) for part, body in held if body):
        title, id = f"Part {part.number}: {part.title}", name("sources", str(part.number))
        heading = f'<section class="level2" id="{id}"><h2>{Markup.escape(title)}</h2>\n'
        xhtml = f"{_titled(SOURCES, n == 0)}{heading}{body}</section>\n"
        yield part.id, Page(id if n else "sources", "sources", "", SOURCES, xhtml, (Entry(id, title),))


def _cited(modules: Iterable[Module], form: Form) -> str:
    made = ""
    for module in modules:
        lists = [block for block in _further(module) if isinstance(block, ItemList)]
        rows = "".join(f"<li>{_source(item)}</li>\n" for block in lists for item in block.items)
        address = form.address(module.id, name(module.id, FURTHER))
        title = f"Module {module.number}: {Markup.escape(module.title)}"
        if rows:
            made += (
                f'<h3><a href="{address}">{title}</a>{form.page_of(address, False)}</h3>\n<ul>\n{rows}</ul>\n'
            )
    return made


def _further(module: Module) -> tuple[Block, ...]:
    for block in module.document.blocks:
        if isinstance(block, Section) and block.id == FURTHER:
            return block.blocks
    return ()


def _source(item: tuple[Block, ...]) -> str:
    """An entry: its words, then the addresses of its links."""
    runs = [block.inlines for block in item if isinstance(block, Paragraph | Plain)]
    words = " ".join(standing_alone().inlines(run) for run in runs)
    links = list(dict.fromkeys(href for run in runs for href in _outside_links(run)))
    shown = " ".join(f'<span class="address">{_breakable(href)}</span>' for href in links)
    return f"{words} {shown}" if shown else words


def _outside_links(inlines: Inlines) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Link) and inline.href.startswith("https://"):
            yield inline.href
        elif isinstance(inline, Link | Styled):
            yield from _outside_links(inline.children)


def _breakable(address: str) -> str:
    """An address without its scheme, that may break behind slashes and hyphens."""
    shown = str(Markup.escape(address.removeprefix("https://").removesuffix("/")))
    for mark in ("/", "-", "_", "."):
        shown = shown.replace(mark, f"{mark}<wbr/>")
    return shown
