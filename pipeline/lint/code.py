"""Rules about code fences."""

from collections.abc import Iterator

from pipeline.diagnostics import Severity
from pipeline.document.text import walk
from pipeline.lint.links import marks
from pipeline.lint.rule import Found, Rule
from pipeline.model import Code, Course

COLUMNS = 92


def lines_fit_the_page(course: Course) -> Iterator[Found]:
    """A line of code has at most 92 columns: longer ones are broken in print."""
    for module in course.modules:
        spans = [mark.span for mark in module.marks if mark.kind == "code"]
        blocks = [block for block in walk(module.document.blocks) if isinstance(block, Code)]
        for span, block in zip(spans, blocks, strict=False):
            for number, line in enumerate(block.text.split("\n"), 1):
                if len(line) > COLUMNS:
                    at = type(span)(span.path, span.line + number, COLUMNS + 1)
                    yield at, f"{len(line)} columns of code; {COLUMNS} fit the page", "Break the line."


def code_ids_are_unique(course: Course) -> Iterator[Found]:
    """Two fences of a module do not share an id."""
    seen: dict[tuple[str, str], int] = {}
    for module, mark in marks(course, "code"):
        key = (module.id, mark.name)
        if mark.name and key in seen:
            yield (
                mark.span,
                f'the id "{mark.name}" is taken on line {seen[key]}',
                "Give each fence its own id.",
            )
        seen.setdefault(key, mark.span.line)


def runs_show_their_output(course: Course) -> Iterator[Found]:
    """A fence with `run=true` has an id and an `output` fence, and every output names such a fence."""
    for module in course.modules:
        outputs = {mark.name for mark in module.marks if mark.kind == "output"}
        spans = [mark.span for mark in module.marks if mark.kind == "code"]
        blocks = [block for block in walk(module.document.blocks) if isinstance(block, Code)]
        runs = {block.get("id") for block in blocks if block.get("run") not in ("", "false")}
        for span, block in zip(spans, blocks, strict=False):
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
    Rule("E102", Severity.WARNING, lines_fit_the_page),
    Rule("E103", Severity.ERROR, code_ids_are_unique),
    Rule("E104", Severity.ERROR, runs_show_their_output),
)
