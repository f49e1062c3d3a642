"""The schemas: every field is described, unknown keys are refused, the examples of the standard are valid."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sources import COURSE, FRONT

from pipeline.mapping import parse
from pipeline.schema import SCHEMAS, schema, schema_findings

NAMES = [
    path.relative_to(SCHEMAS).as_posix().removesuffix(".schema.json")
    for path in sorted(SCHEMAS.rglob("*.schema.json"))
]
AUTHORED = ("course", "module", "quiz")


def fields(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a schema, and every kind of entry of its lists and mappings."""
    if not isinstance(node, dict):
        return
    for name, inner in node.get("properties", {}).items():
        yield f"{at}/{name}", inner
        yield from fields(inner, f"{at}/{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield f"{at}/{key}", node[key]
            yield from fields(node[key], f"{at}/{key}")
    for name, inner in node.get("$defs", {}).items():
        yield f"{at}/$defs/{name}", inner
        yield from fields(inner, f"{at}/$defs/{name}")


def said(text: str, name: str) -> list[tuple[str, str, str]]:
    found = parse(text, "f")
    return [(str(f.span), f.code, f.message) for f in [*found.findings, *schema_findings(found, name)]]


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_one_and_says_what_it_is(name: str) -> None:
    loaded = schema(name)
    Draft202012Validator.check_schema(loaded)
    assert loaded["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert loaded["title"] and loaded["description"]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described(name: str) -> None:
    met = list(fields(schema(name)))
    assert len(met) > 5
    missing = [at for at, field in met if not ("$ref" in field or field.get("description", "").endswith("."))]
    assert missing == []


@pytest.mark.parametrize("name", AUTHORED)
def test_no_mapping_takes_unknown_keys(name: str) -> None:
    open_ones = [
        at
        for at, field in [("", dict(schema(name))), *fields(schema(name))]
        if field.get("type") == "object" and "additionalProperties" not in field
    ]
    assert open_ones == []


@pytest.mark.parametrize("name", AUTHORED)
def test_every_asked_for_key_is_a_field(name: str) -> None:
    for at, field in [("", dict(schema(name))), *fields(schema(name))]:
        assert set(field.get("required", [])) <= set(field.get("properties", {})), at


# The examples of the authoring standard, as they stand there.
MODULE = """\
id: load-balancers-reverse-proxies      # the file name's slug; never changes once published
number: 5                               # the file name's number
title: Load Balancers & Reverse Proxies
summary: How a request finds a healthy server, and what happens when none is.
part: traffic-management                # an id of course.yml
stages: [proxy]             # dns tls http proxy api service data async infra response
tracks: [full-stack, infra-devops]
prerequisites: [dns-resolution-network-routing]              # hard: must lie inside every track of this module
recommended: [transport-layer-security, http-protocol-deep-dive]   # soft: a bridge box where a track skips one
minutes: 95                 # prose at 200 words/min + 10 per example + the exercises
difficulty: intermediate    # intermediate | advanced | expert
objectives:                 # 4-6, each starting with a measurable verb
  - id: o1
    text: "Compare four balancing policies by the queue each builds under the same load."
keywords: [reverse proxy, health check, draining]
terms:                      # the module's new terms, one sentence each; feeds the glossary
  connection draining: "Letting requests in flight finish before a server is removed."
version: 1.0.0
updated: 2026-11-30
kind: module                # the default; the capstone is a project, with sections of its own in course.yml
aliases: []                 # former ids, optional
"""
QUIZ = """\
# fence: ```quiz
- id: q3
  objective: o2
  level: apply              # recall | explain | apply | analyse
  kind: single              # single | multiple | numeric | order
  stem: "Each of five services in series answers 99.9% of requests. About what share succeeds end to end?"
  options:
    - text: "99.9%"
      why: "That holds only if all five fail on the same requests."
    - text: "99.5%"
      correct: true
      why: "0.999⁵ = 0.99501 when failures are independent."
    - text: "99.99%"
      why: "Serial dependencies lower availability; redundancy raises it."
"""


def test_the_examples_of_the_standard_are_valid() -> None:
    assert said(MODULE, "module") == []
    assert said(QUIZ, "quiz") == []
    assert said(COURSE, "course") == []
    assert said(FRONT.format(id="a", number=1, title="A"), "module") == []
    numeric = '- {id: q1, objective: o1, level: recall, kind: numeric, stem: "?", answer: -1.50, tolerance: 0.1, why: "."}'
    order = '- {id: q1, objective: o1, level: analyse, kind: order, stem: "?", items: [a, b, c], why: ".", hints: [h], points: 2}'
    assert said(numeric, "quiz") == said(order, "quiz") == []


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parent.glob("courses/*/course.yml")), ids=lambda p: p.parent.name
)
def test_the_courses_of_the_tests_are_described_validly(path: Path) -> None:
    assert said(path.read_text(encoding="utf-8"), "course") == []


@pytest.mark.parametrize(
    ("change", "code", "place", "message"),
    [
        ("numbr: 6", "F111", "f:22:1", 'unknown key "numbr" (did you mean "number"?)'),
        ("updated: 2026-13-40", "F113", "f:19:10", 'updated: "2026-13-40" is not a valid date'),
        ("updated: yesterday", "F113", "f:19:10", 'updated: "yesterday" is not a valid date'),
        ("id: Upper Case", "F113", "f:1:5", 'id: "Upper Case" does not have the right form'),
        ('id: "line\\n"', "F113", "f:1:5", "id: "),
        ("number: 0", "F113", "f:2:9", "number: 0 is less than the minimum of 1"),
        ("number: 100", "F113", "f:2:9", "number: 100 is greater than the maximum of 99"),
        ("number: five", "F113", "f:2:9", 'number: expected a whole number, not "five"'),
        ("title:", "F113", "f:3:7", "title: is empty"),
        (f"title: {'a' * 121}", "F113", "f:3:8", "title: 121 characters; at most 120 are allowed"),
        ("stages: []", "F113", "f:6:9", "stages: is empty"),
        ("stages: proxy", "F113", "f:6:9", 'stages: expected a list, not "proxy"'),
        ("tracks: [a, a]", "F113", "f:7:9", "tracks: an entry occurs twice"),
        ("keywords: [[a]]", "F113", "f:15:12", "keywords/entry 1: expected a text, not a list"),
        ("terms: [a]", "F113", "f:16:8", "terms: expected a mapping, not a list"),
        ("terms: { a: }", "F113", "f:16:", "terms/a: is empty"),
        (
            "difficulty: expret",
            "F113",
            "f:11:13",
            'is not one of intermediate, advanced, expert (did you mean "expert"?)',
        ),
        ("version: v1", "F113", "f:18:10", 'version: "v1" does not have the right form'),
    ],
)
def test_what_a_schema_refuses_is_said_plainly(change: str, code: str, place: str, message: str) -> None:
    key = change.partition(":")[0]
    text, done = re.subn(
        rf"^{key}:.*\n(  .*\n)*", lambda _: f"{change}\n", MODULE, count=1, flags=re.MULTILINE
    )
    text = text if done else f"{MODULE}{change}\n"
    ((at, given, shown),) = said(text, "module")
    assert given == code
    assert message in shown
    assert at.startswith(place.rstrip(":")) or key in ("terms", "version", "updated", "numbr", "keywords")
    assert "{'" not in shown and "['" not in shown, "no Python in what an author reads"


def test_missing_keys_are_named_once_each() -> None:
    found = said("- id: q1\n  kind: order\n", "quiz")
    assert [message for _, _, message in found] == [
        'entry 1 has no "objective"',
        'entry 1 has no "level"',
        'entry 1 has no "stem"',
    ]


def test_what_follows_from_another_field_waits_for_it() -> None:
    """With no kind, nobody can say which of the four kinds' keys are missing."""
    text = "- {id: q1, objective: o1, level: recall, stem: a}"
    assert [message for _, _, message in said(text, "quiz")] == ['entry 1 has no "kind"']
    assert [message for _, _, message in said(text.replace("stem", "kind: order, stem"), "quiz")] == [
        'entry 1 has no "items"',
        'entry 1 has no "why"',
    ]
