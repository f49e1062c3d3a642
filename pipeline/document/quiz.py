"""The quiz fence: a YAML list, checked against its schema, its texts read as Markdown."""

from collections.abc import Callable, Iterator
from typing import Any

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.positions import value_text
from pipeline.document.short import BlockReader, InlineReader
from pipeline.mapping import Positioned, parse
from pipeline.model import Inlines, Mark, Option, Question, Quiz

Made = tuple[Question, ...]
Together = Callable[[Callable[[InlineReader, BlockReader], Made]], Made]
"""Makes questions of short texts that are all read at once (`ShortTexts.together`)."""

SchemaCheck = Callable[[Positioned, str], Iterator[Diagnostic]]


def quiz(
    source: str, span: Span, check: SchemaCheck, together: Together
) -> tuple[Quiz | None, list[Mark], list[Diagnostic]]:
    """The questions of a fence, with a mark for each; None and findings where it is no quiz."""
    found = parse(source, span.path, span.line + 1, span.column)
    findings = [*found.findings, *check(found, "quiz")]
    if findings or not isinstance(found.value, list):
        return None, [], findings
    questions = together(
        lambda inline, block: tuple(
            _question(row, number, found, inline, block) for number, row in enumerate(found.value)
        )
    )
    marks: list[Mark] = []
    for number, question in enumerate(questions):
        at = found.at((number, "id"))
        marks.append(Mark("question", at, question.key, question.objectives[0]))
        if any(question.key == before.key for before in questions[:number]):
            findings.append(
                error("Q101", at, f"question id {question.key} is taken", "Give each item its own.")
            )
        findings += _keys(question, at)
    return Quiz(questions), marks, findings


def _question(
    row: dict[str, Any], number: int, found: Positioned, inline: InlineReader, block: BlockReader
) -> Question:
    def text(value: str, *path: str | int) -> Inlines:
        return inline(value_text(found, (number, *path), value))

    options = tuple(
        Option(
            text(option["text"], "options", n, "text"),
            option.get("correct") in (True, "true"),
            text(option["why"], "options", n, "why"),
        )
        for n, option in enumerate(row.get("options", ()))
    )
    return Question(
        id=f"question.{row['id']}",
        key=row["id"],
        kind=row["kind"],
        level=row["level"],
        objectives=(row["objective"],),
        points=int(row.get("points", 1)),
        stem=block(value_text(found, (number, "stem"), row["stem"])),
        stem_markdown=row["stem"].strip(),
        options=options,
        items=tuple(text(item, "items", n) for n, item in enumerate(row.get("items", ()))),
        answer=row.get("answer", ""),
        tolerance=row.get("tolerance", "0") if row["kind"] == "numeric" else "",
        why=text(row["why"], "why") if "why" in row else (),
        hints=tuple(text(hint, "hints", n) for n, hint in enumerate(row.get("hints", ()))),
    )


def _keys(question: Question, at: Span) -> Iterator[Diagnostic]:
    """A single choice has one right option, a multiple choice at least one."""
    right = sum(option.correct for option in question.options)
    if question.kind == "single" and right != 1:
        message = f"{question.key} is a single choice with {right} right options"
        yield error("Q102", at, message, "Mark exactly one option with `correct: true`.")
    if question.kind == "multiple" and not right:
        message = f"{question.key} has no right option"
        yield error("Q102", at, message, "Mark the right options with `correct: true`.")
