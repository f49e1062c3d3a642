"""What the pipeline says to an author: a finding is data (code, severity, span, message, help).

One function a format turns findings into text; `FORMATS` is the table that the command line,
the tests and the documentation read. The shape follows ruff's and typst's diagnostics.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters. At or above the chosen severity it stops a build."""

    SUGGESTION = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of a source file: lines and columns count from 1, the end column is exclusive."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def __reduce__(self) -> tuple[type["Span"], tuple[object, ...]]:
        """There are thousands: pickle's own way of reading frozen dataclasses takes twice as long."""
        return Span, (self.path, self.line, self.column, self.end_line, self.end_column)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A mistake in a course, where it stands, and how to mend it.

    `fix` is the text that may take the place of the span, where mending is mechanical.
    """

    code: str
    severity: Severity
    message: str
    help: str
    span: Span
    fix: str | None = None

    @property
    def order(self) -> tuple[Span, str, str]:
        """Findings are shown by path, position and code."""
        return (self.span, self.code, self.message)


class InvalidCourse(Exception):
    """The folder is no course yet: carries every finding, not only the first."""

    def __init__(self, findings: Iterable[Diagnostic]) -> None:
        self.findings: tuple[Diagnostic, ...] = tuple(sorted(findings, key=lambda f: f.order))
        super().__init__(f"{len(self.findings)} findings")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """For the way back from a worker process."""
        return type(self), (self.findings,)


class EnvironmentProblem(Exception):
    """A tool, library or folder that the pipeline needs is missing; the message says the remedy."""


def error(code: str, span: Span, message: str, help: str) -> Diagnostic:
    """A finding of severity `error`."""
    return Diagnostic(code, Severity.ERROR, message, help, span)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' (did you mean "x"?)' for the nearest known word, or an empty string."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1)
    return f' (did you mean "{near[0]}"?)' if near else ""


WINDOW = 110
"""Characters of a source line that are shown: a paragraph on one line is cut to what matters."""

Lines = Mapping[str, Sequence[str]]


def as_text(findings: Sequence[Diagnostic], sources: Lines) -> str:
    """`path:line:column: severity CODE message`, the source line with a caret, and the remedy."""
    return "".join(_text(finding, sources) for finding in findings)


def _text(finding: Diagnostic, sources: Lines) -> str:
    span = finding.span
    shown = f"{span}: {finding.severity.name.lower()} {finding.code}: {_printable(finding.message)}\n"
    lines = sources.get(span.path, ())
    if 0 < span.line <= len(lines):
        line = _printable(lines[span.line - 1])
        last = span.end_column if span.end_line in (0, span.line) else len(line) + 1
        first = max(0, span.column - 60) if len(line) > WINDOW else 0
        line = line[first : first + WINDOW]
        column = span.column - first
        width = max(1, min(last - first, len(line) + 1) - column)
        shown += f"{span.line:>5} | {line}\n      | {' ' * (column - 1)}{'^' * width}\n"
    return shown + (f"      = {finding.help}\n" if finding.help else "")


def _printable(text: str) -> str:
    """A text without what would command a terminal: it comes from whoever wrote the course."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def as_json(findings: Sequence[Diagnostic], sources: Lines) -> str:
    """One object with a list of findings, keys as in `docs/architecture.md`."""
    rows = [
        {
            "code": finding.code,
            "severity": finding.severity.name.lower(),
            "message": finding.message,
            "help": finding.help,
            "path": finding.span.path,
            "line": finding.span.line,
            "column": finding.span.column,
            "endLine": finding.span.end_line or finding.span.line,
            "endColumn": finding.span.end_column or finding.span.column,
        }
        for finding in findings
    ]
    return json.dumps({"findings": rows}, ensure_ascii=False, indent=2) + "\n"


def as_github(findings: Sequence[Diagnostic], sources: Lines) -> str:
    """Workflow commands that annotate a pull request (GitHub Actions, "Workflow commands")."""
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.SUGGESTION: "notice"}
    return "".join(
        f"::{names[f.severity]} file={_property(f.span.path)},line={f.span.line},col={f.span.column},"
        f"title={_property(f.code)}::{_data(f'{f.message} {f.help}'.strip())}\n"
        for f in findings
    )


def as_sarif(findings: Sequence[Diagnostic], sources: Lines) -> str:
    """SARIF 2.1.0 (OASIS), sections 3.13 to 3.30: one run, its rules, its results."""
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.SUGGESTION: "note"}
    codes = sorted({finding.code for finding in findings})
    results = [
        {
            "ruleId": finding.code,
            "ruleIndex": codes.index(finding.code),
            "level": levels[finding.severity],
            "message": {"text": f"{finding.message}\n{finding.help}".strip()},
            "locations": [{"physicalLocation": _location(finding.span)}],
        }
        for finding in findings
    ]
    driver = {"name": "course", "rules": [{"id": code} for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _location(span: Span) -> dict[str, object]:
    from urllib.parse import quote

    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line or span.line,
        "endColumn": max(span.end_column, span.column)
        if span.end_line in (0, span.line)
        else span.end_column or 1,
    }
    return {"artifactLocation": {"uri": quote(span.path)}, "region": region}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Sequence[Diagnostic], Lines], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
