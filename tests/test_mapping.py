"""YAML with positions: nothing is guessed, nothing is lost, every value knows where it stands."""

import json

import pytest

from pipeline.mapping import Positioned, converted, parse

TEXT = """\
id: 99.9
flag: No
time: 12:30
none:
tilde: ~
octal: 010
quoted: "null"
hex: 0x1F
date: 2026-01-02
list: [a, 1, true]
inner: { key: value, "two words": 'it''s' }
folded: >-
  one
  two
literal: |
  one

    two
'é "': ü
"""


def test_every_scalar_stays_text() -> None:
    assert parse(TEXT, "f").value == {
        "id": "99.9",
        "flag": "No",
        "time": "12:30",
        "none": "",
        "tilde": "~",
        "octal": "010",
        "quoted": "null",
        "hex": "0x1F",
        "date": "2026-01-02",
        "list": ["a", "1", "true"],
        "inner": {"key": "value", "two words": "it's"},
        "folded": "one two",
        "literal": "one\n\n  two\n",
        'é "': "ü",
    }


def test_every_value_and_key_knows_its_place() -> None:
    found = parse(TEXT, "f", line=10)
    lines = TEXT.split("\n")

    def at(*path: str | int) -> str:
        span = found.at(path)
        assert span.path == "f"
        return lines[span.line - 10][span.column - 1 : span.end_column - 1]

    assert (at("id"), at("date"), at("list"), at("list", 2)) == ("99.9", "2026-01-02", "[a, 1, true]", "true")
    assert (at("inner", "key"), at("inner", "two words"), at('é "')) == ("value", "'it''s'", "ü")
    assert {key: span.line for key, span in found.keys.items() if len(key) == 1}[("literal",)] == 24
    assert found.keys[("inner", "two words")].column == 22
    assert found.at(("list", 9)) == found.at(("list",)), "what is missing is named by what is around it"
    assert found.at(("nothing",)) == found.at(())


INSIDE = [
    # (YAML of the value, a part of its text, line and column of that part)
    ("plain [x](y)", "[x]", (1, 10)),
    ('"quoted [x](y)"', "[x]", (1, 12)),
    ('"a \\"b\\" \\u00e9\\x41\\t[x]"', "[x]", (1, 25)),
    ("'it''s [x]'", "[x]", (1, 11)),
    ("|\n  one\n   two [x]\n", "[x]", (3, 8)),
    (">-\n  one\n  two\n\n  three [x]\n", "[x]", (5, 9)),
    ("plain over\n  two [x]\n", "[x]", (2, 7)),
    ('"quoted over \\\n   two [x]"\n', "[x]", (2, 8)),
    ("é 日本 [x]", "[x]", (1, 9)),
]


@pytest.mark.parametrize(("yaml", "part", "place"), INSIDE)
def test_the_place_of_a_part_of_a_text(yaml: str, part: str, place: tuple[int, int]) -> None:
    found = parse(f"a: {yaml}", "f")
    assert found.findings == ()
    assert found.inside(("a",))(found.value["a"].index(part)) == place


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: [1, 2", "f:1:4", "did not find expected ',' or ']'"),
        ("a: 'b", "f:1:4", "unexpected end of stream"),
        ("a: b: c", "f:1:5", "mapping values are not allowed"),
        ("a: `b`", "f:1:4", "cannot start any token"),
        ("a: b\n\tc: d", "f:2:1", "tab"),
        ("a: 1\n---\nb: 2", "f:2:1", "document"),
        ("a: &x [1]\nb: *x", "f:2:4", "an alias"),
        ("a: &x [*x]", "f:1:8", "an alias"),
        ("b: *x", "f:1:4", "undefined alias"),
        ('a: "\\x07"', "f:1:4", "a control character"),
        ("a: " + "[" * 30 + "]" * 30, "f:1:24", "nested too deeply"),
        ("a: " + "{a: " * 3000, "f:", ""),
        ("%TAG ! tag:example.org,2000:\n--- a", None, ""),
        ("? [a]\n: b", None, ""),
    ],
)
def test_what_cannot_be_read_is_a_finding_or_harmless(text: str, place: str | None, said: str) -> None:
    found = parse(text, "f")
    if place is None:
        assert isinstance(found, Positioned)
        return
    assert found.findings
    assert str(found.findings[0].span).startswith(place)
    assert said in found.findings[0].message
    assert found.findings[0].code == "F104"
    assert found.findings[0].help


def test_aliases_need_no_time() -> None:
    """Nine lines that would stand for a billion values."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    found = parse("\n".join(rows), "f")
    assert found.value is None
    assert [finding.code for finding in found.findings] == ["F104"]


def test_ampersands_and_stars_are_text() -> None:
    found = parse('a: "b & *c*"\nd: e & *f*', "f")
    assert found.findings == ()
    assert found.value == {"a": "b & *c*", "d": "e & *f*"}


def test_duplicate_keys_keep_the_first() -> None:
    found = parse("a: 1\nb: { c: 1, c: 2 }\na: 2", "f", 5)
    assert found.value == {"a": "1", "b": {"c": "1"}}
    assert [(str(f.span), f.code, f.message) for f in found.findings] == [
        ("f:6:12", "F105", 'duplicate key "c" (first on line 6)'),
        ("f:7:1", "F105", 'duplicate key "a" (first on line 5)'),
    ]


def test_nothing_at_all() -> None:
    for text in ("", "# only a comment\n", "\n\n"):
        found = parse(text, "f")
        assert (found.value, found.findings) == (None, ())
        assert str(found.at(())) == "f:1:1"


SCHEMA = json.loads("""{
  "type": "object",
  "properties": {
    "whole": { "type": "integer" },
    "flag": { "type": "boolean" },
    "text": { "type": "string" },
    "list": { "type": "array", "items": { "type": "integer" } },
    "ref": { "$ref": "#/$defs/entry" }
  },
  "additionalProperties": { "type": "integer" },
  "$defs": { "entry": { "type": "object", "properties": { "n": { "type": "integer" } } } }
}""")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"whole": "12"}, {"whole": 12}),
        ({"whole": "-3"}, {"whole": -3}),
        ({"whole": "1.0"}, {"whole": "1.0"}),
        ({"whole": "1_000"}, {"whole": "1_000"}),
        ({"whole": "9" * 5000}, {"whole": "9" * 5000}),
        ({"whole": "١"}, {"whole": "١"}),
        ({"whole": ""}, {"whole": ""}),
        ({"flag": "true"}, {"flag": True}),
        ({"flag": "false"}, {"flag": False}),
        ({"flag": "yes"}, {"flag": "yes"}),
        ({"text": "12"}, {"text": "12"}),
        ({"list": ["1", "b"]}, {"list": [1, "b"]}),
        ({"list": ""}, {"list": []}),
        ({"ref": {"n": "1"}}, {"ref": {"n": 1}}),
        ({"other": "4"}, {"other": 4}),
        ([{"whole": "1"}], [{"whole": "1"}]),
    ],
)
def test_text_becomes_what_the_schema_asks_for(value: object, expected: object) -> None:
    assert converted(value, SCHEMA) == expected
