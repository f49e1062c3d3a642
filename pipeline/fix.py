"""Mechanical mending: findings that carry the text that takes the place of their span."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Span


def fixed(findings: Iterable[Diagnostic]) -> list[Path]:
    """Write the fixes of these findings into their files, last first; gives the files changed.

    Of two that overlap the later one waits for the next run.
    """
    by_path: dict[str, list[Diagnostic]] = {}
    for finding in findings:
        if finding.fix is not None:
            by_path.setdefault(finding.span.path, []).append(finding)
    for path, rows in by_path.items():
        file = Path(path)
        text = file.read_bytes().decode("utf-8")
        file.write_bytes(_with(text, rows).encode("utf-8"))
    return [Path(path) for path in sorted(by_path)]


def _with(text: str, rows: Iterable[Diagnostic]) -> str:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    untouched = len(text)
    for row in sorted(rows, key=lambda finding: finding.span, reverse=True):
        first, last = _offsets(row.span, starts)
        if last <= untouched:
            text = text[:first] + str(row.fix) + text[last:]
            untouched = first
    return text


def _offsets(span: Span, starts: list[int]) -> tuple[int, int]:
    return (
        starts[span.line - 1] + span.column - 1,
        starts[(span.end_line or span.line) - 1] + span.end_column - 1,
    )
