"""Rules that tie what a module promises to what it asks."""

import re
from collections.abc import Iterator, Sequence

from pipeline.diagnostics import Severity, Span, did_you_mean
from pipeline.document.text import text, walk
from pipeline.lint.rule import Found, Rule
from pipeline.lint.structure import kind_of
from pipeline.model import Course, Module, Paragraph, Plain, Section

_OBJECTIVE = re.compile(r"\bo[1-9][0-9]*\b")


def objectives_of_items(module: Module) -> dict[str, tuple[str, ...]]:
    """Heading id of each interview question and exercise, with the objectives it names."""
    found: dict[str, tuple[str, ...]] = {}
    for block in walk(module.document.blocks):
        if isinstance(block, Section) and block.kind in ("interview", "exercise"):
            stated = block.parts("Objective", "Objectives")
            words = " ".join(text(b.inlines) for b in stated if isinstance(b, Paragraph | Plain))
            found[block.id] = tuple(_OBJECTIVE.findall(words) or words.split())
    return found


def quiz_items_name_known_objectives(course: Course) -> Iterator[Found]:
    """The objective that a quiz item or an exercise names is one of its module's.

    A slip here would count as an objective that nothing assesses, and mislead the manifest's readers.

    Bad: `objective: o7` in a module with o1 to o5. Good: `objective: o3`.
    """
    for module in course.modules:
        known = [objective.id for objective in module.objectives]
        spans = {mark.name: mark.span for mark in module.marks if mark.kind == "heading"}
        named = [(mark.span, mark.text) for mark in module.marks if mark.kind == "question"]
        named += [(spans[at], id) for at, ids in objectives_of_items(module).items() for id in ids]
        for span, id in named:
            if id not in known:
                message = f'"{id}" is no objective of this module{did_you_mean(id, known)}'
                yield span, message, f"Objectives: {', '.join(known)}."


def objectives_are_assessed(course: Course) -> Iterator[Found]:
    """Each objective is named by a quiz item, and by an exercise or an interview question.

    What nothing asks about is not taught; what no exercise needs is only heard of. The second half
    holds for kinds of module that have these sections.

    Bad: o4 stands in the front matter and nowhere else.
    Good: a quiz item with `objective: o4`, and an exercise with `**Objective.** o4`.
    """
    for module in course.modules:
        quizzed = {mark.text for mark in module.marks if mark.kind == "question"}
        practised = {id for ids in objectives_of_items(module).values() for id in ids}
        sections = kind_of(course, module).sections
        for number, objective in enumerate(module.objectives):
            at = module.where(f"objectives/{number}/id")
            if "Quiz" in sections and objective.id not in quizzed:
                yield at, f"no quiz item assesses {objective.id}", "Write one, or cut the objective."
            if {"Exercises", "Interview questions"} & set(sections) and objective.id not in practised:
                message = f"no exercise or interview question exercises {objective.id}"
                yield at, message, "Name it in an **Objective.** paragraph."


def terms_are_declared_before_use(course: Course) -> Iterator[Found]:
    """In the order of a track, a term is not used before the module that declares it.

    A reader who meets it unexplained guesses, and keeps the guess. It may be linked there, or stand among
    course.yml's `assumed` terms. Looked for are whole words, in the case of the declaration, also with a
    plural -s.

    Bad: "a token bucket" in module 3, declared by module 9.
    Good: `a [token bucket](09-rate-limits.md)`, or "a budget of requests".
    """
    found: dict[tuple[Span, str], list[str]] = {}
    for track in course.tracks:
        modules = [module for module in course.modules if track.id in module.tracks]
        for span, message in _early_terms(modules, course):
            found.setdefault((span, message), []).append(track.id)
    for (span, message), tracks in found.items():
        yield span, f"{message} (track {', '.join(tracks)})", "Explain it, or link there."


def _early_terms(modules: Sequence[Module], course: Course) -> Iterator[tuple[Span, str]]:
    declared: dict[str, int] = {}
    for number, module in enumerate(modules):
        for term in module.terms:
            declared.setdefault(term.name, number)
    for number, module in enumerate(modules):
        linked = " ".join(mark.text for mark in module.marks if mark.kind == "link")
        prose = [mark for mark in module.marks if mark.kind == "prose"]
        whole = "\n".join(mark.text for mark in prose).replace("’", "'")
        for name, at in declared.items():
            if at <= number or name in course.assumed or name.replace("’", "'") not in whole:
                continue
            words = re.escape(name).replace("’", "'").replace("'", "['’]")
            pattern = re.compile(rf"(?<![\w-]){words}s?(?![\w-])")
            if pattern.search(linked):
                continue
            first = next(((m, hit) for m in prose if (hit := pattern.search(m.text))), None)
            if first:
                span = first[0].at(first[1].start(), first[1].end())
                yield span, f'"{name}" is declared only later, in {modules[at].title}'


RULES = (
    Rule("P101", Severity.ERROR, quiz_items_name_known_objectives),
    Rule("P102", Severity.WARNING, objectives_are_assessed),
    Rule("P108", Severity.SUGGESTION, terms_are_declared_before_use, compares=True),
)
