"""Rules about code fences."""

import re
from collections.abc import Iterator

from pipeline.diagnostics import Severity, Span, did_you_mean
from pipeline.document.highlight import HIGHLIGHT
from pipeline.document.text import walk
from pipeline.lint.links import marks
from pipeline.lint.rule import Found, Rule
from pipeline.model import Code, Course, Module, Output

COLUMNS = 92
ATTRIBUTES = {
    "id": r"[a-z][\w-]*",
    "file": r"[\w][\w.-]*",
    "append": r"true|false",
    "highlight": HIGHLIGHT,
    "run": r"true|test|sql|solution|false",
    "exit": r"\d{1,3}",
    "timeout": r"\d{1,3}",
    "needs": r"[\w@/.,-]+",
    "allow": r"(worker|child)(,(worker|child))*",
    "path": r"[\w./-]+",
    "why": r".+",
}
OUTPUT_ATTRIBUTES = {"for": r"[a-z][\w-]*", "match": r"exact|lines|pattern"}
"""What fences may say in braces, and the form of each value (docs/authoring.md)."""


def fences(module: Module) -> Iterator[tuple[Code | Output, Span]]:
    """The code and output fences of a module's running text, in order, each with its place."""
    blocks = [block for block in walk(module.document.blocks) if isinstance(block, Code | Output)]
    spans = [mark.span for mark in module.marks if mark.kind in ("code", "output") and not mark.level]
    return zip(blocks, spans, strict=True)


def attribute(block: Code, name: str) -> str:
    """An attribute's value where it has the right form, otherwise ''."""
    value = block.get(name)
    return value if re.fullmatch(ATTRIBUTES[name], value) else ""


def fence_attributes_are_known(course: Course) -> Iterator[Found]:
    """The attributes of a fence are those of docs/authoring.md, and each value has the right form.

    A misspelled `run` or `file` would silently be no example at all.

    Bad: `{runs=true}`, `{timeout=soon}`. Good: `{run=true timeout=20}`.
    """
    for module in course.modules:
        for block, span in fences(module):
            known = ATTRIBUTES if isinstance(block, Code) else OUTPUT_ATTRIBUTES
            for name, value in block.attributes:
                if name not in known:
                    message = f'a fence has no attribute "{name}"{did_you_mean(name, known)}'
                    yield span, message, f"Known: {', '.join(known)}."
                elif not re.fullmatch(known[name], value):
                    remedy = f"It must match {known[name]}."
                    yield span, f'{name}="{value}" does not have the right form', remedy


def lines_fit_the_page(course: Course) -> Iterator[Found]:
    """A line of code has at most 92 columns.

    Longer ones are broken in print, at a place that nobody chose.

    Bad: a call with six arguments on one line. Good: one argument a line.
    """
    for module in course.modules:
        for block, span in fences(module):
            lines = block.text.split("\n") if isinstance(block, Code) else ()
            for number, line in enumerate(lines, 1):
                if len(line) > COLUMNS:
                    at = Span(span.path, span.line + number, span.column + COLUMNS)
                    yield at, f"{len(line)} columns of code; {COLUMNS} fit the page", "Break the line."


def fence_ids_are_unique(course: Course) -> Iterator[Found]:
    """Two fences of a module do not share an id, nor two diagrams, nor two outputs a run.

    Slides, outputs and the manifest name them by it, and would get the wrong one.

    Bad: `{id=server}` twice. Good: `{id=server}`, and `{id=server-with-timeout}`.
    """
    for kind in ("code", "diagram", "output"):
        seen: dict[tuple[str, str], int] = {}
        for module, mark in marks(course, kind):
            key = (module.id, mark.name)
            if mark.name and key in seen:
                what = "another output for" if kind == "output" else "another fence has the id"
                yield (
                    mark.span,
                    f'{what} "{mark.name}": line {seen[key]}',
                    "Keep one of the two." if kind == "output" else "Give each its own id.",
                )
            seen.setdefault(key, mark.span.line)


def runs_show_their_output(course: Course) -> Iterator[Found]:
    """A fence that is run has an id and an `output` fence; one that is not says why.

    The build compares what the text shows with what the program prints, so that no example rots.

    Bad: `{run=true}` alone, `{run=false}` alone.
    Good: `{run=true id=pool}` with an `output {for=pool}`, `{run=false why="It needs two machines."}`.
    """
    for module in course.modules:
        found = [(block, span) for block, span in fences(module) if isinstance(block, Code)]
        outputs = {mark.name for mark in module.marks if mark.kind == "output"}
        runs = {block.get("id") for block, _ in found if block.get("run") not in ("", "false")}
        for block, span in found:
            if block.get("run") not in ("", "false") and block.get("id") not in outputs:
                id = block.get("id") or "NAME"
                yield (
                    span,
                    "what this code prints is not shown",
                    f"Add an ```output {{for={id}}} fence and run `course examples --update`.",
                )
            if block.get("run") == "false" and not block.get("why"):
                yield (
                    span,
                    "the code is shown, not run, without a reason",
                    'Add why="…": the reason is printed.',
                )
        for mark in module.marks:
            if mark.kind == "output" and mark.name not in runs:
                yield (
                    mark.span,
                    f'no code with the id "{mark.name}" is run',
                    "Name the id of a fence with run=true.",
                )


RULES = (
    Rule("E101", Severity.ERROR, fence_attributes_are_known),
    Rule("E102", Severity.WARNING, lines_fit_the_page),
    Rule("E103", Severity.ERROR, fence_ids_are_unique),
    Rule("E104", Severity.ERROR, runs_show_their_output),
)
