"""What stands before and behind the modules of a book, made from data.

Front matter: title and imprint, before you start, the author. Back matter: answers to the quizzes,
interview questions by level, model answers. What one looks things up in is in `references`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from markupsafe import Markup

from pipeline.document.text import plain, walk
from pipeline.document.xhtml import standing_alone
from pipeline.engines.pdflink import LEFT_OUT
from pipeline.model import (
    Course,
    Document,
    Edition,
    Module,
    Provenance,
    Quiz,
    Section,
    Theme,
)
from pipeline.targets.book import (
    Entry,
    Form,
    Page,
    model_id,
    module_writing,
    name,
    questions,
    templated,
    titled,
)

ANSWERS, INTERVIEW, MODELS = "Answers to the quizzes", "Interview questions by level", "Model answers"


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


def _outside(course: Course, edition: Edition) -> tuple[tuple[Module, str], ...]:
    """Modules that the edition leaves out, each with the id of its line."""
    held = set(edition.modules)
    return tuple((module, f"{LEFT_OUT}{module.id}") for module in course.modules if module.id not in held)


def together(kind: str, title: str, made: list[Page]) -> tuple[Page, ...]:
    """Pages of one kind as one, under its title."""
    if not made:
        return ()
    entries = tuple(entry for page in made for entry in page.entries)
    return (Page(kind, kind, "", title, tuple(page.xhtml for page in made), entries),)


# --- answers ---------------------------------------------------------------------------------


def only_quiz(module: Module) -> Module:
    """The module with nothing but its quiz, so that its answers outlive an edit of its text."""
    blocks = tuple(block for block in walk(module.document.blocks) if isinstance(block, Quiz))
    digest = sha256(repr(blocks).encode()).hexdigest()
    return replace(
        module, document=Document(blocks, (), 0, digest), summary=(), objectives=(), keywords=(), terms=(),
        minutes=0, version="", updated="",
    )  # fmt: skip


def module_answers(module: Module, course: Course, edition: Edition, form: Form, first: bool) -> str:
    """The answers to a module's quiz with the reason for every option, each linked to its question."""
    writing = module_writing(module, course, edition, form)
    made = [
        f'{titled(ANSWERS, first)}<section class="level2" id="{name(module.id, "answers")}">'
        f"<h2>Module {module.number}: {Markup.escape(module.title)}</h2>\n"
    ]
    for number, question in enumerate(questions(module), 1):
        id = name(module.id, f"answer.{question.key}")
        back = form.address(module.id, name(module.id, question.id))
        made.append(
            f'<section class="answer" id="{id}"><p class="answer-head">'
            f'<a href="{back}">Question {number}</a>{form.page_of(back, False)} '
            f'<span class="key-short">{writing.key(question)}</span></p>{writing.solution(question)}'
            f"{_back(back) if form.epub else ''}</section>\n"
        )
    return "".join([*made, "</section>\n"])


def _back(address: str) -> str:
    return f'<p class="to-question"><a href="{address}" role="doc-backlink">Back to the question</a></p>'


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
        xhtml = f'{titled(INTERVIEW, n == 0)}<section class="level2" id="{id}"><h2>{title}</h2>\n{body}</section>\n'
        yield level, Page(id if n else "interview", "interview", "", INTERVIEW, (xhtml,), (Entry(id, title),))


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


def model_answers(module: Module, course: Course, edition: Edition, form: Form) -> str:
    """The model answers to a module's interview questions, for a book that keeps them apart."""
    writing = replace(module_writing(module, course, edition, form), numbers={})
    made = ""
    for section in walk(module.document.blocks):
        if isinstance(section, Section) and section.kind == "interview":
            back = form.address(module.id, name(module.id, section.id))
            title = standing_alone().inlines(section.title)
            made += (
                f'<section class="model" id="{model_id(module, section)}"><h3>{title}</h3>\n'
                f"{writing.model_answer(section)}{_back(back)}</section>\n"
            )
    heading = f"<h2>Module {module.number}: {Markup.escape(module.title)}</h2>\n"
    id = name(module.id, "models")
    notes = writing.footnotes()
    return f'<section class="level2" id="{id}">{heading}{made}{notes}</section>\n' if made else ""
