"""A module's page: to read, to try its quiz, and to go on from in the track that one follows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from markupsafe import Markup

from pipeline.document.text import text, walk
from pipeline.document.xhtml import Leads, Writing
from pipeline.model import Course, Diagram, Module, Question, Quiz, Section, Table, Theme
from pipeline.targets import pages
from pipeline.targets.book import environment
from pipeline.targets.links import place, source_address
from pipeline.targets.site import linked
from pipeline.targets.site.frame import About, framed
from pipeline.targets.slides.presenter import duration

Step = tuple[str, str] | None
"""Id and title of a module, if there is one."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Where a module stands: its part, what it builds on, and what comes before and after it, in the whole
    course (id "") and in each of its tracks."""

    part: str
    needs: tuple[tuple[str, int, str], ...]
    ways: tuple[tuple[str, str, Step, Step], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A module's page; `links` says where each of its links leads, "" for nowhere."""

    module: Module
    turns: Turns
    links: tuple[tuple[str, str], ...]


def turns(module: Module, course: Course) -> Turns:
    """Where a module stands in the course."""
    part = next(part for part in course.parts if part.id == module.part)
    needs = (course.module(id) for id in module.prerequisites)
    inside = [("", "All modules", course.modules)]
    inside += [
        (track.id, track.title, tuple(other for other in course.modules if track.id in other.tracks))
        for track in course.tracks
        if track.id in module.tracks
    ]
    return Turns(
        f"Part {part.number}: {part.title}",
        tuple((need.id, need.number, need.title) for need in needs),
        tuple((id, name, *_around(module, modules)) for id, name, modules in inside),
    )


def _around(module: Module, modules: tuple[Module, ...]) -> tuple[Step, Step]:
    at = next(n for n, other in enumerate(modules) if other.id == module.id)
    before = modules[at - 1] if at else None
    after = modules[at + 1] if at + 1 < len(modules) else None
    return _step(before), _step(after)


def _step(module: Module | None) -> Step:
    return (module.id, f"Module {module.number}: {module.title}") if module else None


def links(module: Module, course: Course) -> Iterator[tuple[str, str]]:
    """Where the links of a module lead."""
    solutions = {asset.path for asset in course.solutions}
    for href in sorted({mark.name for mark in module.marks if mark.kind == "link"}):
        found = place(href, module, course)
        anchor = f"#{quote(found.anchor)}" if found.anchor else ""
        if found.kind == "outside":
            yield href, href
        elif found.kind == "module":
            own = found.module == module.id and anchor
            yield href, anchor if own else f"../{found.module}/index.html{anchor}"
        elif found.path in solutions:
            yield href, quote(f"../../{found.path}")
        elif course.repository:
            yield href, source_address(course, found.path)


def expected(module: Module) -> Iterator[str]:
    """The ids that a module's page must have."""
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            yield from (question.id for question in block.questions)
        elif isinstance(block, Section | Diagram):
            yield block.id


class _Page(Writing):
    """A writing in which answers are folded away, and a quiz says what a script needs to take it."""

    def question(self, question: Question, number: int) -> str:
        made = super().question(question, number)
        data = f'data-kind="{question.kind}" data-key="{escape(question.key)}"'
        if question.kind == "numeric":
            data += f' data-answer="{escape(question.answer)}" data-tolerance="{escape(question.tolerance or "0")}"'
        hints = "".join(
            f'<details class="hint"><summary>Hint</summary><p>{self.inlines(hint)}</p></details>'
            for hint in question.hints
        )
        answer = (
            f'<details class="answer"><summary>Answer</summary><p class="key-line">{self.key(question)}</p>'
            f"{self.solution(question)}</details>"
        )
        opened = made.replace('<section class="question"', f'<section class="question" {data}', 1)
        return opened.replace("</section>", f"{hints}{answer}</section>", 1)

    def table(self, block: Table) -> str:
        region = f'<div class="table" tabindex="0" role="group" aria-label="Table: {escape(_columns(block))}"'
        return super().table(block).replace('<div class="table"', region, 1)

    def model_answer(self, section: Section) -> str:
        made = super().model_answer(section)
        if section.kind != "interview":
            return made
        return f"<details><summary>Model answer</summary>{made}</details>"


def _columns(table: Table) -> str:
    return ", ".join(text(cell) for cell in table.head)


def page(reading: Reading, path: str, whole: About, there: Collection[str], theme: Theme) -> str:
    """The page as HTML."""
    module, leads = reading.module, dict(reading.links)
    folder = f"../../{pages.FOLDER}/"
    writing = _Page(
        link=lambda href: Leads(leads.get(href, "")),
        image=lambda src: f"{folder}{pages.picture(module, pages.asset(src))}",
        picture=lambda diagram: pages.drawn(module, diagram, folder),
    )
    body = (
        environment(theme)
        .get_template("site/module.html.j2")
        .render(
            module=module,
            where=reading.turns.part,
            needs=reading.turns.needs,
            turns=reading.turns.ways,
            summary=Markup(writing.inlines(module.summary)),
            objectives=[(o.id, Markup(writing.inlines(o.text))) for o in module.objectives],
            contents=[_entry(block) for block in module.document.blocks if isinstance(block, Section)],
            text=Markup(writing.blocks(module.document.blocks) + writing.footnotes()),
            there=there,
            duration=duration,
        )
    )
    title = f"{module.number}. {module.title}"
    data = linked.script(linked.module_data(module, whole))
    about = {"description": text(module.summary), "module": module.id, "data": data}
    return framed(path, "module", title, body, whole, there, theme, **about)


def _entry(section: Section) -> tuple[str, str, list[tuple[str, str]]]:
    inner = [(block.id, text(block.title)) for block in section.blocks if isinstance(block, Section)]
    return section.id, text(section.title), inner
