"""Moodle's question bank, read back as its importer reads it (question/format/xml of Moodle 4.5)."""

import json
from base64 import b64decode
from copy import deepcopy
from itertools import product
from typing import Any

import pytest
from conftest import Built
from lxml import etree

from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.moodle import TYPES, make

GRADES = (100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5,
          11.11111, 10, 5, 0)  # fmt: skip
"""Percents that Moodle takes for a fraction; others stop an import."""


def contents(release: Built, **changes: Any) -> Contents:
    manifest = json.loads((release.out / "manifest.json").read_bytes())
    return Contents({**manifest, **changes}, lambda path: (release.out / path).read_bytes())


def bank(held: Contents) -> dict[str, etree._Element]:
    """The questions by their id numbers."""
    (file,) = make(held)
    tree = etree.fromstring(file.data)
    return {q.findtext("idnumber", ""): q for q in tree if q.get("type") != "category"}


def score(question: etree._Element, ticked: set[int]) -> float:
    """The mark in percent for these options, by the rule of Moodle's multiple choice: a sum, never below 0."""
    answers = question.findall("answer")
    return max(0.0, sum(float(answers[n].get("fraction", "")) for n in ticked))


def right(row: Row) -> set[int]:
    return {n for n, option in enumerate(row["options"]) if option["correct"]}


def test_every_key_is_read_back(every_release: Built) -> None:
    held = contents(every_release)
    found = bank(held)
    assert list(found) == [row["id"] for module in held.modules for row in asked(held, module)]
    for row in held.rows("questions"):
        question = found[row["id"]]
        assert question.get("type") == TYPES[row["kind"]]
        match row["kind"]:
            case "single" | "multiple":
                assert_choice(row, question)
            case "numeric":
                (answer,) = question.findall("answer")
                assert (answer.findtext("text"), answer.get("fraction")) == (row["answer"]["number"], "100")
                assert answer.findtext("tolerance") == row["answer"]["tolerance"]
            case "order":
                given = [answer.findtext("text") for answer in question.findall("answer")]
                assert given == [option["html"] for option in row["options"]]
            case _:
                model = row["answer"]["html"].strip()[:20]
                assert model in question.findtext("graderinfo/text", "")
                assert model in question.findtext("generalfeedback/text", "")


def asked(held: Contents, module: Row) -> list[Row]:
    return list(held.questions(module, "quiz", "interview", "exercise"))


def assert_choice(row: Row, question: etree._Element) -> None:
    several = row["kind"] == "multiple"
    assert question.findtext("single") == str(not several).lower()
    count = len(row["options"])
    for ticks in product((False, True), repeat=count):
        chosen = {n for n, ticked in enumerate(ticks) if ticked}
        if several or len(chosen) == 1:
            assert (score(question, chosen) > 99.9) == (chosen == right(row)), (row["id"], chosen)
    if several:
        assert score(question, set(range(count))) < 0.1, "ticking all boxes gives nothing"
    for answer, option in zip(question.findall("answer"), row["options"], strict=True):
        assert abs(float(answer.get("fraction", ""))) in GRADES
        assert answer.findtext("text") == option["html"]
        assert (answer.findtext("feedback/text") or "").strip() == option["why"].strip()


def test_hints_levels_and_objectives_are_kept(full_release: Built) -> None:
    held = contents(full_release)
    found = bank(held)
    assert any(row["hints"] for row in held.rows("questions"))
    for row in held.rows("questions"):
        hints = [hint.findtext("text", "").strip() for hint in found[row["id"]].findall("hint")]
        assert len(hints) == len(row["hints"]) and all(hints)
        tags = {tag.findtext("text") for tag in found[row["id"]].findall("tags/tag")}
        assert {*row["objectives"], row["kind"]} <= tags


def test_categories_are_modules(full_release: Built) -> None:
    (file,) = make(contents(full_release))
    paths = etree.fromstring(file.data).findall("question[@type='category']/category/text")
    assert paths[0].text and paths[0].text.startswith('$course$/top/Everything & "More"/01 ')


def test_slashes_in_a_title_part_no_category(full_release: Built) -> None:
    held = contents(full_release)
    modules = deepcopy(held.manifest["modules"])
    modules[0]["title"] = "TCP/IP"
    (file,) = make(contents(full_release, modules=modules))
    assert "/01 TCP//IP" in file.data.decode()


HOSTILE = '<p>Is <code>&lt;script&gt;alert(1)&lt;/script&gt;</code> &amp; "]]&gt;" safe?</p>'
CODE = "<pre><code>if (a) {\n    b();\n}</code></pre>"


@pytest.fixture
def hostile(full_release: Built) -> Contents:
    """A course whose first choice asks about markup, with code and a picture."""
    held = contents(full_release)
    image = next(held.files("image"))["path"]
    rows = deepcopy(held.manifest["questions"])
    row = next(row for row in rows if row["kind"] == "single")
    row["stem"] = {
        "html": f'{HOSTILE}{CODE}<p><img src="{image}" alt="it"/></p>',
        "markdown": "",
        "text": "Is it?",
    }
    row["options"][0]["html"] = "<code>&lt;b&gt;</code>"
    row["options"][0]["why"] = 'See <a href="other.html">this</a>, <a href="https://example.org/">that</a>.'
    return contents(full_release, questions=rows)


def test_markup_in_a_question_shows_as_text(hostile: Contents) -> None:
    row = next(row for row in hostile.rows("questions") if row["kind"] == "single")
    question = bank(hostile)[row["id"]]
    shown = etree.HTML(question.findtext("questiontext/text", ""))
    assert "<script>alert(1)</script>" in "".join(map(str, shown.itertext()))
    assert not list(shown.iter("script"))
    assert "if (a) {\n    b();\n}" in "".join(map(str, shown.itertext()))
    assert question.findtext("answer/text") == "<code>&lt;b&gt;</code>"


def test_pictures_come_with_their_question(hostile: Contents) -> None:
    row = next(row for row in hostile.rows("questions") if row["kind"] == "single")
    question = bank(hostile)[row["id"]]
    file = question.find("questiontext/file")
    assert file is not None and file.text
    path = next(hostile.files("image"))["path"]
    assert b64decode(file.text) == hostile.read(path)
    assert f'src="@@PLUGINFILE@@/{path.rpartition("/")[2]}"' in question.findtext("questiontext/text", "")


def test_links_lead_outside_or_nowhere(hostile: Contents) -> None:
    row = next(row for row in hostile.rows("questions") if row["kind"] == "single")
    why = bank(hostile)[row["id"]].findtext("answer/feedback/text")
    assert why == 'See <span>this</span>, <a href="https://example.org/">that</a>.'


def test_a_wrong_key_is_noticed(full_release: Built) -> None:
    rows = deepcopy(contents(full_release).manifest["questions"])
    row = next(row for row in rows if row["kind"] == "single")
    for option in row["options"]:
        option["correct"] = not option["correct"]
    original = contents(full_release).row("questions", row["id"])
    with pytest.raises(AssertionError):
        assert_choice(original, bank(contents(full_release, questions=rows))[row["id"]])
