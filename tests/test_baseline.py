"""Old debt: what the baseline lists stops no build, but for what keeps a course from being read."""

import json
from pathlib import Path

import pytest
from sources import compiled, findings, module_text, run, small_course, write

from pipeline.baseline import NAME, UNREADABLE, lowered, read
from pipeline.diagnostics import InvalidCourse, Severity, Span, error
from pipeline.lint.pages import PAGES


def owed(folder: Path) -> list[str]:
    """Write today's findings as the baseline; gives their codes."""
    run("check", "--write-baseline", "--content", folder, cwd=folder.parent, status=0)
    return [code for code, _, _ in read(folder)]


def test_what_the_baseline_lists_is_a_suggestion_as_often_as_it_lists_it(tmp_path: Path) -> None:
    text = "# First\n\n## Concepts\n\n[One](a.md), [two](b.md), [once more](b.md).\n"
    folder = small_course(tmp_path / "content", {"01-first.md": text})
    assert owed(folder) == ["L101", "L101", "L101"]
    assert {finding.severity for finding in findings(folder)} == {Severity.SUGGESTION}
    write(folder, {"modules/01-first.md": module_text("01-first.md", text.replace("a.md", "b.md"))})
    assert [finding.severity for finding in findings(folder)] == [1, 1, 3]


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("F106", "02-second.md", "no front matter\n"),
        ("F112", "02-second.md", module_text("02-second.md").replace("minutes: 10\n", "")),
        ("C101", "02-second.md", module_text("02-second.md").replace("number: 2", "number: 1")),
        ("C102", "02-second.md", module_text("02-second.md").replace("number: 2", "number: 4")),
        ("C103", "02-second.md", module_text("02-second.md").replace("part: beginning", "part: end")),
    ],
)
def test_what_cannot_be_read_stays_an_error(code: str, name: str, text: str, tmp_path: Path) -> None:
    folder = small_course(tmp_path / "content")
    write(folder, {f"modules/{name}": text})
    found = [finding for finding in findings(folder) if finding.code == code]
    assert found
    said = [{"code": f.code, "path": f"modules/{name}", "message": f.message} for f in findings(folder)]
    write(folder, {NAME: json.dumps({"findings": said})})
    with pytest.raises(InvalidCourse) as raised:
        compiled(folder)
    assert {f.severity for f in raised.value.findings if f.code == code} == {Severity.ERROR}
    assert code not in owed(folder)


def test_every_code_of_what_cannot_be_read_is_refused() -> None:
    for code in (code for code in PAGES if code.startswith(UNREADABLE)):
        finding = error(code, Span("content/course.yml"), "said", "")
        assert lowered([finding], ((code, "course.yml", "said"),), "content") == [finding]
