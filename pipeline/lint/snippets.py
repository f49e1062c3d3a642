"""Whether the snippets of a course are texts of their languages."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.diagnostics import Severity, Span
from pipeline.engines.syntax import PARSERS
from pipeline.lint.code import fences
from pipeline.lint.rule import Found, Rule
from pipeline.model import Code, Course, Module


@dataclass(frozen=True, slots=True)
class Unit:
    """What is parsed together: a fence, or all fences that are parts of one file, each with its place."""

    language: str
    parts: tuple[tuple[Span, str], ...]

    @property
    def text(self) -> str:
        """The whole text, as it would be written to a file."""
        return "\n".join(text for _, text in self.parts)

    def place(self, line: int, column: int) -> Span:
        """The place in the Markdown of a line of the whole text."""
        for span, text in self.parts:
            count = text.count("\n") + 1
            if line <= count:
                return Span(span.path, span.line + line, column)
            line -= count
        span, text = self.parts[-1]
        return Span(span.path, span.line + text.count("\n") + 1, 1)


def units(module: Module) -> Iterator[Unit]:
    """The snippets of a module; a fence with `append=true` goes on where its file left off."""
    files: dict[str, Unit] = {}
    for number, (block, span) in enumerate(fences(module)):
        if isinstance(block, Code) and block.language in PARSERS:
            name = block.get("file") or f"fence {number}"
            before = files[name].parts if name in files and block.get("append") == "true" else ()
            if name in files and not before:
                yield files.pop(name)
            files[name] = Unit(block.language, (*before, (span, block.text)))
    yield from files.values()


def snippets_parse(course: Course) -> Iterator[Found]:
    """Code in JavaScript, JSON, YAML, SQL and shell has no syntax error, also where it is only shown.

    Bad: `const a = ;`. Good: `const a = 1;`. What is cut short for reading says so in a comment
    (`// …`), not by an ellipsis in the code.
    """
    waiting: dict[str, list[Unit]] = {}
    for module in course.modules:
        for unit in units(module):
            waiting.setdefault(unit.language, []).append(unit)
    for language, rows in waiting.items():
        problems = PARSERS[language](tuple(unit.text for unit in rows))
        for unit, problem in zip(rows, problems, strict=True):
            if problem:
                span = unit.place(problem.line, problem.column)
                yield span, f"{language}: {problem.message}", "Mend it; a reader will copy it."


RULES = (Rule("E105", Severity.WARNING, snippets_parse, compares=True),)
"""It looks at all modules at once because one process parses all code of a language."""
