"""`course new module`: what it writes fails only where a text must be written."""

import json
import re
from pathlib import Path

import pytest
from sources import ROOT, copied, findings, inside, small_course, write

from pipeline.diagnostics import EnvironmentProblem, InvalidCourse
from pipeline.lint import RULES
from pipeline.load import load
from pipeline.scaffold import HOLDS, new_module

TODAY = "2026-11-30"
EMPTY = {"S105", "S106", "P102"}
"""What rules say of texts that are not there: an empty section, too few words, nothing assessed."""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with the sections of this project's own."""
    content = copied("minimal", tmp_path / "content")
    kinds = (ROOT / "content" / "course.yml").read_text(encoding="utf-8")
    sections = re.search(r"^    sections:\n((?:      - .*\n)+)", kinds, re.MULTILINE)
    assert sections
    names = json.dumps([line.strip().removeprefix("- ") for line in sections[1].splitlines()])
    path = content / "course.yml"
    text = path.read_text(encoding="utf-8").replace('["Concepts", "Quiz"]', names)
    path.write_text(text.replace("words: { min: 10,", "words: { min: 500,"), encoding="utf-8")
    return content


def filled(text: str) -> str:
    """The front matter and the quiz written, the sections still empty."""
    values = {
        'summary: ""': 'summary: "What it answers."',
        "stages: []": "stages: [one]",
        "tracks: []": "tracks: [whole]",
        'minutes: ""': "minutes: 20",
        'difficulty: ""': "difficulty: expert",
        'answer: ""': 'answer: "42"',
        'items: ["", "", ""]': 'items: ["first", "second", "third"]',
    }
    for empty, written in values.items():
        assert text.count(empty) == 1, empty
        text = text.replace(empty, written)
    words = iter(range(1000))
    return re.sub(r'(?<=: )""', lambda _: f'"Compare number {next(words)}."', text)


def test_an_unwritten_module_is_only_unwritten(course: Path) -> None:
    before = findings(course)
    path = new_module(course, "rate-limiting", TODAY)
    assert path == course / "modules" / "03-rate-limiting.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [finding for finding in findings(course) if finding not in before]
    assert found
    for finding in found:
        assert finding.code == "F113", finding
        assert re.search(r'""|\[\]', lines[finding.span.line - 1]), finding


def test_with_its_values_written_only_texts_are_missing(course: Path) -> None:
    path = new_module(course, "rate-limiting", TODAY)
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = [f for f in findings(course) if f.span.path.endswith(path.name)]
    assert {finding.code for finding in found} == EMPTY, inside(course, found)
    empty = [f.message for f in found if f.code == "S105"]
    assert len(empty) == 12, "every section but the quiz"


def test_every_remark_is_at_something_empty(course: Path) -> None:
    text = new_module(course, "rate-limiting", TODAY).read_text(encoding="utf-8")
    for line in text.split("\n"):
        if "FILL:" in line:
            assert re.search(r'""|\[\]|^objectives:|^<!-- FILL:.*-->$|^# FILL:', line), line
    assert "FILL" not in filled_sections(text)


def filled_sections(text: str) -> str:
    """The text without what a reader never sees."""
    return re.sub(r"<!--.*?-->|```.*?```", "", text.split("\n---\n", 1)[1], flags=re.DOTALL)


def test_the_sections_of_a_course_are_all_there_in_order(course: Path) -> None:
    text = new_module(course, "x", TODAY).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        *("Opening scenario", "Concepts", "Analogy", "Build it", "Trade-offs", "Do and don't"),
        *("Misconceptions", "Case study", "Interview questions", "Quiz", "Exercises", "Summary"),
        "Further reading",
    ]


def test_no_remark_ends_its_comment(course: Path) -> None:
    assert not [held for held in HOLDS.values() if "--" in held]


def test_sections_that_nobody_knows_get_a_remark_too(tmp_path: Path) -> None:
    content = small_course(
        tmp_path,
        fields='kinds: { module: { sections: ["Odd one"], words: { min: 3, max: 60 }, callouts: 1 } }',
    )
    text = new_module(content, "second", TODAY).read_text(encoding="utf-8")
    assert '## Odd one\n\n<!-- FILL: what belongs under "Odd one" -->\n' in text


@pytest.mark.parametrize(
    ("slug", "file"), [("next", "06-next.md"), ("03-between", "03-between.md"), ("99-last", "99-last.md")]
)
def test_a_module_takes_the_next_number_or_the_given_one(slug: str, file: str, tmp_path: Path) -> None:
    content = small_course(tmp_path, {"01-one.md": "", "05-five.md": ""})
    assert new_module(content, slug, TODAY).name == file
    assert not [f for f in findings(content) if f.code.startswith("C")]


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("first", "the slug first is taken by 01-first.md"),
        ("07-first", "the slug first is taken by 01-first.md"),
        ("01-other", "number 1 is taken by 01-first.md"),
        ("02-other", "number 2 is taken by 02-unreadable.md"),
        ("00-other", "no module number 0"),
        ("Rate Limiting", "is no slug"),
        ("../escape", "is no slug"),
        ("ok\n", "is no slug"),
    ],
)
def test_what_is_taken_or_no_slug_is_refused(slug: str, said: str, tmp_path: Path) -> None:
    content = write(small_course(tmp_path), {"modules/02-unreadable.md": "no front matter"})
    before = sorted(path.name for path in (content / "modules").iterdir())
    with pytest.raises(EnvironmentProblem, match=re.escape(said)):
        new_module(content, slug, TODAY)
    assert sorted(path.name for path in (content / "modules").iterdir()) == before


def test_after_99_there_is_no_number(tmp_path: Path) -> None:
    content = small_course(tmp_path, {"99-last.md": ""})
    with pytest.raises(EnvironmentProblem, match="number 100"):
        new_module(content, "more", TODAY)


def test_there_must_be_a_course(tmp_path: Path) -> None:
    with pytest.raises(InvalidCourse):
        new_module(tmp_path, "first", TODAY)


def test_the_part_is_that_of_the_module_before(course: Path) -> None:
    assert "\npart: ending  # one of beginning, ending\n" in new_module(course, "third", TODAY).read_text()


PLANNED = """\
planned:
  - { number: 3, part: beginning, tracks: [whole, odd], title: "Caches & *Queues* in C# (RFC 9111)" }
  - { number: 9, part: ending, tracks: [], title: "Rate Limiting" }
  - { number: 12, part: nowhere, tracks: whole, title: "What’s “next”?" }
  - { number: what, title: "No number" }
  - no entry
"""


@pytest.fixture
def announced(course: Path) -> Path:
    """A course that has announced modules, not all of them well."""
    path = course / "course.yml"
    path.write_text(path.read_text(encoding="utf-8") + PLANNED, encoding="utf-8")
    return course


@pytest.mark.parametrize(
    ("slug", "name", "title", "part", "tracks"),
    [
        ("caches", "03-caches.md", "Caches & *Queues* in C# (RFC 9111)", "beginning", ["whole"]),
        ("03-rate-limiting", "03-rate-limiting.md", "Rate Limiting", "ending", []),
        ("rate-limiting", "09-rate-limiting.md", "Rate Limiting", "ending", []),
        ("whats-next", "12-whats-next.md", "What’s “next”?", "ending", []),
        ("04-other", "04-other.md", "Other", "ending", []),
        ("no-number", "03-no-number.md", "Caches & *Queues* in C# (RFC 9111)", "beginning", ["whole"]),
    ],
)
def test_what_is_planned_of_a_module_is_filled_in(
    slug: str, name: str, title: str, part: str, tracks: list[str], announced: Path
) -> None:
    path = new_module(announced, slug, TODAY)
    front = next(source.front.value for source in load(announced).modules if source.path.endswith(name))
    assert (path.name, front["title"], front["part"]) == (name, title, part)
    assert front["tracks"] == tracks
    text = path.read_text(encoding="utf-8")
    assert "  # the H1 says the same\n" in text
    assert f"part: {part}  # one of beginning, ending\n" in text
    remark = "# one or more of" if tracks else "# FILL: one or more of"
    assert f"tracks: [{', '.join(tracks)}]  {remark} " in text


def test_the_heading_of_a_planned_module_is_its_title(announced: Path) -> None:
    path = announced / "course.yml"
    good = path.read_text(encoding="utf-8").split("  - { number: 9")[0].replace(", odd]", "]")
    path.write_text(good, encoding="utf-8")
    made = new_module(announced, "caches", TODAY)
    text = made.read_text(encoding="utf-8").replace("tracks: [whole]", "tracks: []")
    made.write_text(filled(text), encoding="utf-8")
    assert {f.code for f in findings(announced) if f.span.path.endswith(made.name)} == EMPTY


def test_the_schema_is_named_where_it_stands_beside_the_course(course: Path) -> None:
    assert "yaml-language-server" not in new_module(course, "third", TODAY).read_text(encoding="utf-8")
    write(course.parent, {"schemas/module.schema.json": (ROOT / "schemas/module.schema.json").read_bytes()})
    path = new_module(course, "fourth", TODAY)
    line = path.read_text(encoding="utf-8").split("\n")[1]
    assert line.startswith("# yaml-language-server: $schema=")
    assert (path.parent / line.partition("=")[2]).resolve() == course.parent / "schemas/module.schema.json"


def test_without_a_day_the_day_is_to_be_written(course: Path) -> None:
    new_module(course, "third")
    assert [f for f in findings(course) if f.code == "F113" and f.message.startswith("updated")]


def test_the_codes_of_this_test_exist() -> None:
    assert {rule.code for rule in RULES} >= EMPTY
