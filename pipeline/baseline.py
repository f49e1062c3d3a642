"""Old debt of an adopted course: findings that are known, and so do not stop a build.

`.course-baseline.json` beside `course.yml` lists them by code, path and message, without line
numbers, so that an edit elsewhere in the file changes nothing. A listed finding is a suggestion; the
list shrinks as people mend what it names, and a new finding of the same kind is not on it. What keeps
a course from being read is never old debt: with a module missing there would be another course.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Severity

NAME = ".course-baseline.json"
Known = tuple[tuple[str, str, str], ...]
"""Code, path below the course folder, message."""
UNREADABLE = ("F", "C101", "C102", "C103")
"""How codes begin whose findings stay errors: unreadable files, references that lead nowhere."""


def read(content: Path) -> Known:
    """The baseline of a course folder; empty where there is none, or none that can be read."""
    try:
        rows = json.loads((content / NAME).read_bytes())["findings"]
        return tuple((str(row["code"]), str(row["path"]), str(row["message"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def lowered(findings: Iterable[Diagnostic], known: Known, folder: str) -> list[Diagnostic]:
    """The findings, those of the baseline as suggestions: as many of each as it lists."""
    left = Counter(known)
    made: list[Diagnostic] = []
    for finding in findings:
        row = _row(finding, folder)
        if left[row] > 0 and not finding.code.startswith(UNREADABLE):
            left[row] -= 1
            finding = replace(finding, severity=Severity.SUGGESTION)
        made.append(finding)
    return made


def write(findings: Iterable[Diagnostic], content: Path, folder: str) -> int:
    """Write the baseline of a course: every finding that is more than a suggestion, and may be on it.
    Gives their number."""
    owed = (f for f in findings if f.severity > Severity.SUGGESTION and not f.code.startswith(UNREADABLE))
    rows = sorted(_row(finding, folder) for finding in owed)
    listed = [{"code": code, "path": path, "message": message} for code, path, message in rows]
    text = json.dumps({"findings": listed}, ensure_ascii=False, indent=1) + "\n"
    (content / NAME).write_text(text, encoding="utf-8")
    return len(rows)


def _row(finding: Diagnostic, folder: str) -> tuple[str, str, str]:
    return finding.code, finding.span.path.removeprefix(f"{folder}/"), finding.message
