"""Findings as text, JSON and workflow commands."""

import json

import pytest

from pipeline.diagnostics import (
    FORMATS,
    WINDOW,
    Diagnostic,
    InvalidCourse,
    Severity,
    Span,
    did_you_mean,
    error,
)

FINDING = Diagnostic("L101", Severity.ERROR, "there is no x.md", "Link a module.", Span("a.md", 2, 5, 2, 9))
SOURCES = {"a.md": ["# A", "See [x] here.", "\ttab\tand more"]}


def shown(finding: Diagnostic, format: str = "text") -> str:
    return FORMATS[format]([finding], SOURCES)


def test_text_shows_the_line_with_a_caret_and_the_remedy() -> None:
    assert shown(FINDING) == (
        "a.md:2:5: error L101: there is no x.md\n"
        "    2 | See [x] here.\n"
        "      |     ^^^^\n"
        "      = Link a module.\n"
    )


@pytest.mark.parametrize(
    ("span", "carets"),
    [
        (Span("a.md", 2, 5), "    ^"),
        (Span("a.md", 2, 5, 2, 999), "    ^^^^^^^^^"),
        (Span("a.md", 2, 5, 3, 2), "    ^^^^^^^^^"),
        (Span("a.md", 3, 2, 3, 5), " ^^^"),
        (Span("a.md", 2, 14), "             ^"),
    ],
)
def test_carets(span: Span, carets: str) -> None:
    assert shown(Diagnostic("X100", Severity.WARNING, "m", "", span)).splitlines()[2] == f"      | {carets}"


def test_a_long_line_is_cut_to_what_matters() -> None:
    line = "a" * 1000 + "HERE" + "b" * 1000
    found = Diagnostic("X100", Severity.WARNING, "m", "", Span("a.md", 1, 1001, 1, 1005))
    head, source, carets = FORMATS["text"]([found], {"a.md": [line]}).splitlines()
    assert head == "a.md:1:1001: warning X100: m"
    assert len(source) <= WINDOW + len("    1 | ")
    at = carets.index("^")
    assert source[at : at + carets.count("^")] == "HERE"


def test_text_without_a_source_or_a_remedy() -> None:
    for span in (Span("gone.md", 3, 4), Span("a.md", 99), Span("a.md", 0)):
        finding = Diagnostic("X100", Severity.SUGGESTION, "m", "", span)
        assert shown(finding) == f"{span}: suggestion X100: m\n"


def test_text_commands_no_terminal() -> None:
    finding = error("X100", Span("a.md", 1, 1), "bad \x1b[31mred\x07", "")
    made = FORMATS["text"]([finding], {"a.md": ["\x1b]0;title\x07 \x9b2J\u202etext"]})
    assert all(char.isprintable() or char == "\n" for char in made)


def test_json_is_stable_and_complete() -> None:
    made = json.loads(shown(FINDING, "json"))
    assert made == {
        "findings": [
            {
                "code": "L101",
                "severity": "error",
                "message": "there is no x.md",
                "help": "Link a module.",
                "path": "a.md",
                "line": 2,
                "column": 5,
                "endLine": 2,
                "endColumn": 9,
            }
        ]
    }
    point = json.loads(shown(error("X100", Span("ü.md", 3, 4), "ä", ""), "json"))["findings"][0]
    assert (point["endLine"], point["endColumn"], point["path"]) == (3, 4, "ü.md")
    assert "ü" in shown(error("X100", Span("ü.md"), "", ""), "json"), "not escaped"
    assert json.loads(FORMATS["json"]([], {})) == {"findings": []}


def test_github_commands_are_escaped() -> None:
    finding = Diagnostic("X100", Severity.SUGGESTION, "100%\r\n::error::", "a: b, c", Span("a,b:c%.md", 2, 3))
    assert shown(finding, "github") == (
        "::notice file=a%2Cb%3Ac%25.md,line=2,col=3,title=X100::100%25%0D%0A::error:: a: b, c\n"
    )
    assert shown(FINDING, "github").startswith("::error file=a.md,line=2,col=5,")


@pytest.mark.parametrize("format", FORMATS)
def test_no_findings_in_any_format(format: str) -> None:
    assert FORMATS[format]([], {}) in ("", '{\n  "findings": []\n}\n') or format == "sarif"


def test_findings_are_sorted_by_place() -> None:
    spans = [Span("b.md", 1), Span("a.md", 10), Span("a.md", 2, 5), Span("a.md", 2, 4)]
    found = InvalidCourse(error("X100", span, "m", "") for span in spans).findings
    assert [str(finding.span) for finding in found] == ["a.md:2:4", "a.md:2:5", "a.md:10:1", "b.md:1:1"]


def test_did_you_mean() -> None:
    assert did_you_mean("slide", ["pdf", "slides"]) == ' (did you mean "slides"?)'
    assert did_you_mean("xyz", ["pdf", "slides"]) == ""
    assert did_you_mean("", []) == ""
