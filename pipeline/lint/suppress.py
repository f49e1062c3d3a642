"""Findings that an author has answered: `<!-- lint-disable-next S104 L106: why -->`.

The comment stands before a block and holds for that block alone: to its last line, a fence to its
closing. It needs a reason, and codes that exist; one that silences nothing is itself a finding.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.diagnostics import Diagnostic, Severity, Span, did_you_mean, error
from pipeline.model import Course

_COMMENT = re.compile(r"\s*lint-disable-next\b(?P<codes>[^:]*)(?P<colon>:?)(?P<reason>.*)\Z", re.DOTALL)
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
Lines = Mapping[str, Sequence[str]]
"""The lines of each file, by the path that findings name."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Codes silenced from line `first` to line `last` of a file; `span` is the comment's place."""

    span: Span
    codes: tuple[str, ...]
    first: int
    last: int

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding is answered here."""
        at = finding.span
        return finding.code in self.codes and at.path == self.span.path and self.first <= at.line <= self.last


def suppressed(
    findings: Sequence[Diagnostic],
    course: Course,
    lines: Lines,
    known: Collection[str],
    protecting: Collection[str] = (),
) -> list[Diagnostic]:
    """The findings without those that a comment answers, and what is wrong with the comments. What is `protecting`
    no comment can answer."""
    said: list[Diagnostic] = []
    suppressions = list(_suppressions(course, lines, known, protecting, said))
    left = [f for f in findings if not any(s.covers(f) for s in suppressions)]
    return [*left, *said, *_unused(suppressions, findings)]


def _suppressions(
    course: Course, lines: Lines, known: Collection[str], protecting: Collection[str], said: list[Diagnostic]
) -> Iterator[Suppression]:
    for module in course.modules:
        for mark in module.marks:
            found = _COMMENT.match(mark.text) if mark.kind == "comment" else None
            if found:
                codes = tuple(found["codes"].replace(",", " ").split())
                said += _problems(codes, found["reason"], mark.span, known, protecting)
                first, last = _block_after(mark.span, lines.get(mark.span.path, ()))
                yield Suppression(mark.span, tuple(c for c in codes if c not in protecting), first, last)


def _problems(
    codes: Sequence[str], reason: str, span: Span, known: Collection[str], protecting: Collection[str]
) -> Iterable[Diagnostic]:
    for code in codes:
        if code in protecting:
            message = f"{code} protects readers, and no comment can answer it"
            yield error("N101", span, message, "Mend what it finds.")
        elif code not in known:
            message = f"{code} is no rule{did_you_mean(code, known)}"
            yield error("N101", span, message, "`course explain CODE` shows a rule; docs/rules.md lists all.")
    if not codes or not reason.strip():
        remedy = "Write `lint-disable-next CODE: the reason`."
        yield error("N101", span, "a suppression without a code or without a reason", remedy)


def _block_after(span: Span, lines: Sequence[str]) -> tuple[int, int]:
    """First and last line of the block below a comment: to a blank line, a fence to its closing."""
    first = span.end_line if span.end_column <= 1 else span.end_line + 1
    while first <= len(lines) and not lines[first - 1].strip():
        first += 1
    fence = _FENCE.match(lines[first - 1]) if first <= len(lines) else None
    last = first
    while last < len(lines):
        closing = lines[last].strip()
        if (fence and closing == fence[1]) or (not fence and not closing):
            return first, last + 1
        last += 1
    return first, last


def _unused(suppressions: Iterable[Suppression], findings: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    for suppression in suppressions:
        for code in suppression.codes:
            one = Suppression(suppression.span, (code,), suppression.first, suppression.last)
            if not any(one.covers(finding) for finding in findings):
                message = f"there is no {code} below this comment to be suppressed"
                yield Diagnostic("N102", Severity.WARNING, message, "Remove it.", suppression.span)
