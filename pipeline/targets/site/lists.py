"""Pages that bring together what modules have: the glossary, interview practice; licence; changes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.document.text import plain, text, walk
from pipeline.document.xhtml import plain_links
from pipeline.model import Course, Module, Section, Theme
from pipeline.targets import pages as bodies
from pipeline.targets.book import environment
from pipeline.targets.site.changes import PATH, entries, errata
from pipeline.targets.site.frame import About, framed
from pipeline.targets.site.search import term_id

FACTS = ("Level", "Objective", "Objectives")
"""Parts of an interview question that are said before its answer."""


@dataclass(frozen=True, slots=True)
class List:
    """A page of one template; `values` are what it shows."""

    path: str
    template: str
    title: str
    summary: str
    values: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term, with the module that introduces it."""

    id: str
    term: str
    definition: str
    module: str
    number: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """An interview question: `level` in lower case, `answer` as XHTML."""

    id: str
    title: str
    level: str
    module: str
    number: int
    answer: str


def pages(course: Course) -> Iterator[List]:
    """The pages, as far as the course has something for them."""
    terms = tuple(_terms(course))
    asked = tuple(prompt for module in course.modules for prompt in _prompts(module))
    if terms:
        yield List(
            "glossary/index.html", "glossary", "Glossary", "Every term, with its module.", (("terms", terms),)
        )
    if asked:
        levels = tuple(dict.fromkeys(prompt.level for prompt in asked if prompt.level))
        named = tuple(
            (m.id, m.number, m.title) for m in course.modules if any(p.module == m.id for p in asked)
        )
        values = (("asked", asked), ("levels", levels), ("modules", named))
        summary = "Interview questions with model answers: say yours aloud, then compare."
        yield List("practice/index.html", "practice", "Interview practice", summary, values)
    summary = "Who made the course, and what you may do with it."
    notice = tuple(asset.data.decode("utf-8", "replace") for asset in course.notice)
    yield List("about/index.html", "about", "About", summary, (("notice", notice),))
    yield _changes(course)


def _changes(course: Course) -> List:
    """What has changed, and what is known to be wrong."""
    changed = tuple((m.id, m.number, m.title, m.version, m.updated) for m in course.modules)
    told = (("entries", tuple(entries(course, "../"))), ("errata", tuple(errata(course, "../"))))
    summary = "What each version changed, and what is known to be wrong."
    return List(PATH, "changes", "Changes and known mistakes", summary, (*told, ("changed", changed)))


def _terms(course: Course) -> Iterator[Definition]:
    rows = ((term, module) for module in course.modules for term in module.terms)
    for term, module in sorted(rows, key=lambda row: (row[0].name.casefold(), row[1].number)):
        made = bodies.writing(module, plain_links, f"../{bodies.FOLDER}/").inlines(term.definition)
        yield Definition(term_id(module.id, term.name), term.name, made, module.id, module.number)


def _prompts(module: Module) -> Iterator[Prompt]:
    writing = bodies.writing(module, plain_links, f"../{bodies.FOLDER}/")
    for block in walk(module.document.blocks):
        if isinstance(block, Section) and block.kind == "interview":
            level = plain(block.parts("Level")).strip(" .").lower()
            said = bodies.anonymous(writing.model_answer(block) + writing.footnotes())
            yield Prompt(
                prompt_id(module.id, block), text(block.title), level, module.id, module.number, said
            )


def prompt_id(module: str, section: Section) -> str:
    """The id of an interview question on the page of practice."""
    return f"{module}-{section.key or section.id}"


def page(made: List, whole: About, there: Collection[str], theme: Theme) -> str:
    """The page as HTML."""
    values = dict(made.values)
    body = (
        environment(theme)
        .get_template(f"site/{made.template}.html.j2")
        .render(course=whole, title=made.title, summary=made.summary, md=Markup, **values)
    )
    kind = f"list {made.template}"
    return framed(made.path, kind, made.title, body, whole, there, theme, description=made.summary)
