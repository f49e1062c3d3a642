"""The Kolibri channel: its tree, its files and the keys of its quizzes, read back."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Built
from kolibri_client import key, told
from kolibri_package import Package, changed, contents, loaded, question, written
from lxml import etree

from pipeline.targets.lms.contents import Contents
from pipeline.targets.lms.kolibri import EXPORT
from pipeline.targets.lms.kolibri.pages import deck


@pytest.fixture
def package(full_release: Built) -> Package:
    return Package(full_release.out / "lms" / "kolibri")


def test_the_modules_stand_under_parts_and_under_tracks(package: Package) -> None:
    (root,) = package.rows("SELECT * FROM content_contentnode WHERE parent_id IS NULL")
    tree = {
        row["title"]: [child["title"] for child in package.below(row["id"])]
        for row in package.below(root["id"])
    }
    assert list(tree) == [
        "1. Start & Names", '2. The "Middle"', "3. The End",
        "Track: Everything", "Track: Quick & Dirty", "Track: Deep", "Books",
    ]  # fmt: skip
    assert tree['2. The "Middle"'] == ["3. Drawn Things → Pictures", "4. Deep Things, or: <Script> & Sons"]
    assert tree["Track: Quick & Dirty"] == [
        "1. Names & Numbers: What's in a \"Heading\"?", "3. Drawn Things → Pictures", "5. Last Things",
        "Quick & Dirty (PDF)", "Quick & Dirty (EPUB)",
    ]  # fmt: skip
    assert tree["Books"] == ['Everything & "More" (PDF)', 'Everything & "More" (EPUB)']
    module = package.rows("SELECT * FROM content_contentnode WHERE title LIKE '3. Drawn%'")[0]
    assert [(row["kind"], row["title"].partition(":")[0]) for row in package.below(module["id"])] == [
        ("html5", "Drawn Things → Pictures"), ("html5", "Slides"), ("exercise", "Quiz"),
        ("html5", "Interview questions"), ("html5", "Exercises"),
    ]  # fmt: skip


def test_a_module_is_one_content_wherever_it_stands(package: Package) -> None:
    rows = package.rows("SELECT * FROM content_contentnode WHERE title = 'Quiz: Last Things'")
    assert len(rows) == 4, "in its part, and in three tracks"
    assert len({row["content_id"] for row in rows}) == 1
    assert len({row["id"] for row in rows}) == 4
    assert len({package.file(row["id"]) for row in rows}) == 1


def test_nested_sets_hold_the_tree(package: Package) -> None:
    rows = {row["id"]: row for row in package.rows("SELECT * FROM content_contentnode")}
    assert sorted(n for row in rows.values() for n in (row["lft"], row["rght"])) == list(
        range(1, 2 * len(rows) + 1)
    )
    for row in rows.values():
        if row["parent_id"]:
            parent = rows[row["parent_id"]]
            assert parent["lft"] < row["lft"] < row["rght"] < parent["rght"]
            assert row["level"] == parent["level"] + 1


def test_prerequisites_lead_to_pages_of_the_same_part_or_track(package: Package) -> None:
    sql = """SELECT f.title, t.title, fp.title, ft.title FROM content_contentnode_{} l
             JOIN content_contentnode f ON f.id = l.from_contentnode_id JOIN content_contentnode fm ON fm.id = f.parent_id
             JOIN content_contentnode fp ON fp.id = fm.parent_id
             JOIN content_contentnode t ON t.id = l.to_contentnode_id JOIN content_contentnode tm ON tm.id = t.parent_id
             JOIN content_contentnode ft ON ft.id = tm.parent_id"""
    needs = {tuple(row) for row in package.rows(sql.format("has_prerequisite"))}
    first = 'Names & Numbers: What\'s in a "Heading"?'
    assert ("The Order of Things", first, "Track: Deep", "Track: Deep") in needs
    assert ("The Order of Things", first, "1. Start & Names", "1. Start & Names") in needs
    assert ("Last Things", first, "3. The End", "1. Start & Names") in needs
    related = {tuple(row[:2]) for row in package.rows(sql.format("related"))}
    assert {("Last Things", "The Order of Things"), ("The Order of Things", "Last Things")} <= related


def test_files_have_the_names_of_what_they_hold(package: Package) -> None:
    rows = package.rows("SELECT * FROM content_localfile")
    held = {path.name: path.read_bytes() for path in package.storage.rglob("*") if path.is_file()}
    assert {f"{row['id']}.{row['extension']}": row["file_size"] for row in rows} == {
        n: len(d) for n, d in held.items()
    }
    assert all(hashlib.md5(data).hexdigest() == name.partition(".")[0] for name, data in held.items())


def test_facts_of_the_channel_and_its_resources(package: Package, full_release: Built) -> None:
    (about,) = package.rows("SELECT * FROM content_channelmetadata")
    assert about["name"] == 'Everything & "More"' and about["min_schema_version"] == "5"
    assert about["last_updated"] is None
    page = package.rows("SELECT * FROM content_contentnode WHERE title = 'Last Things'")[0]
    assert (page["license_name"], page["license_owner"], page["author"]) == (
        "CC BY",
        "Łucja Example",
        "Łucja Example",
    )
    assert page["license_description"].startswith("CC-BY-4.0: https://")
    assert (page["lang_id"], page["duration"]) == ("en", 600)
    (language,) = package.rows("SELECT * FROM content_language")
    assert (language["lang_name"], language["lang_direction"]) == ("English", "ltr")
    tags = {row["tag_name"] for row in package.rows("SELECT * FROM content_contenttag")}
    assert "number & count" in tags
    about_quizzes = package.rows("SELECT * FROM content_assessmentmetadata WHERE number_of_assessments = 3")[
        0
    ]
    assert json.loads(about_quizzes["mastery_model"]) == {"type": "m_of_n", "m": 3, "n": 3}
    assert len(json.loads(about_quizzes["assessment_item_ids"])) == 3


def test_long_names_are_cut_and_languages_named(full_release: Built, tmp_path: Path) -> None:
    manifest = loaded(full_release.out) | {"title": "Names " * 40, "language": "ar-EG"}
    manifest["modules"][0]["keywords"] = [
        "a keyword of more than thirty characters, or two"[:n] for n in (40, 45)
    ]
    found = Package(written(manifest, full_release.out, tmp_path))
    (about,) = found.rows("SELECT * FROM content_channelmetadata")
    assert len(about["name"]) <= 200 and about["name"].endswith("…")
    assert max(len(row["tag_name"]) for row in found.rows("SELECT tag_name FROM content_contenttag")) == 30
    (language,) = found.rows("SELECT * FROM content_language")
    assert (language["id"], language["lang_direction"]) == ("ar", "rtl")


@pytest.mark.parametrize(
    ("spdx", "name"),
    [
        ("MIT", "Special Permissions"),
        ("CC-BY-NC-SA-4.0", "CC BY-NC-SA"),
        ("CC0-1.0", "Public Domain"),
        ("CC-BY-ND-3.0", "CC BY-ND"),
    ],
)
def test_licenses_that_kolibri_knows(spdx: str, name: str, full_release: Built, tmp_path: Path) -> None:
    manifest = loaded(full_release.out) | {"license": {"spdx": spdx, "url": "https://example.org/terms"}}
    node = Package(written(manifest, full_release.out, tmp_path)).rows("SELECT * FROM content_contentnode")[0]
    assert node["license_name"] == name
    assert node["license_description"] == f"{spdx}: https://example.org/terms"


def test_every_key_is_in_the_package(every_release: Built) -> None:
    found = Package(every_release.out / "lms" / "kolibri")
    manifest = loaded(every_release.out)
    keys = [
        key(json.loads(held.read(f"{id}.json")))
        for row in found.rows(
            "SELECT a.assessment_item_ids, n.id FROM content_assessmentmetadata a JOIN content_contentnode n"
            " ON n.id = a.contentnode_id GROUP BY n.content_id ORDER BY min(n.lft)"
        )
        for held in [zipfile.ZipFile(found.file(row["id"]))]
        for id in json.loads(row["assessment_item_ids"])
    ]
    quiz = [row for row in manifest["questions"] if row["kind"] not in ("interview", "exercise")]
    assert quiz
    assert keys == [told(row) for row in quiz]


def test_the_last_hint_is_the_answer_with_its_reasons(package: Package) -> None:
    (id,) = [n for n in package.zip("Quiz: Last Things").namelist() if n != "exercise.json"]
    item = json.loads(package.zip("Quiz: Last Things").read(id))
    assert [hint["content"] for hint in item["hints"]] == [
        "- **Right:** reading – Always\\.\n- **Wrong:** nothing – Then nobody would read this\\."
    ]


def test_options_stand_in_an_order_that_tells_nothing(real_release: Built) -> None:
    manifest, found = loaded(real_release.out), Package(real_release.out / "lms" / "kolibri")
    first = set()
    for row in found.rows("SELECT DISTINCT local_file_id FROM content_file WHERE preset = 'exercise'"):
        name = row["local_file_id"]
        held = zipfile.ZipFile(found.storage / name[0] / name[1] / f"{name}.perseus")
        for member in held.namelist():
            widget = next(
                iter(json.loads(held.read(member)).get("question", {"widgets": {}})["widgets"].values()), {}
            )
            if widget.get("type") == "radio":
                assert widget["options"]["randomize"] is False
                first.add(widget["options"]["choices"][0]["correct"])
    assert first == {True, False}
    assert manifest["questions"]


def test_pages_have_their_pictures_and_lead_nowhere(package: Package) -> None:
    page = package.zip("Drawn Things → Pictures")
    html = page.read("index.html").decode()
    shown = re.findall(r'<img src="([^"]+)"', html)
    assert len(shown) == 5 and set(shown) <= set(page.namelist())
    other = package.zip("The Order of Things").read("index.html").decode()
    assert "It goes on from <span>the first module</span>." in other
    assert 'href="#tables"' in other
    for row in package.rows(
        "SELECT id FROM content_contentnode WHERE kind = 'html5' AND title NOT LIKE 'Slides%'"
    ):
        held = zipfile.ZipFile(package.file(row["id"]))
        addresses = re.findall(r'(?:href|src)="([^"#]+)', held.read("index.html").decode())
        assert set(addresses) <= set(held.namelist())
        assert b"<script" not in held.read("index.html")


def test_links_out_of_the_course_tell_their_address(full_release: Built, tmp_path: Path) -> None:
    def link(manifest: dict[str, Any]) -> None:
        row = question(manifest, "names-and-numbers/i1")
        row["answer"]["html"] = (
            '<p>See <a href="https://example.org/?a=1&amp;b=2">there</a>, <a href="#x">here</a>.</p>'
        )

    manifest = changed(loaded(full_release.out), "links", link)
    held = Package(written(manifest, full_release.out, tmp_path)).zip(
        'Interview questions: Names & Numbers: What\'s in a "Heading"?'
    )
    html = held.read("index.html").decode()
    assert "<span>there<span> (https://example.org/?a=1&amp;b=2)</span></span>, <span>here</span>." in html


def test_interview_questions_hide_their_model_answers(package: Package) -> None:
    html = package.zip("Interview questions: The Order of Things").read("index.html")
    tree = etree.HTML(html)
    assert [title.text for title in tree.iter("h2")] == [
        "How would you sort a file that does not fit in memory?",
        "What does a stable sort promise?",
    ]
    answer = tree.findall(".//details")[1]
    assert [child.tag for child in answer] == ["summary", "p"]
    assert answer.findtext("p") == "Equal things keep their order."
    assert b"Hint" in package.zip('Exercises: Names & Numbers: What\'s in a "Heading"?').read("index.html")


def test_decks_take_what_they_share_with_them() -> None:
    files = {
        "slides/a/index.html": b'<link href="../assets/deck.css"><script src="../assets/deck.js"></script>',
        "slides/assets/deck.css": b"a",
        "slides/assets/deck.js": b"b",
    }
    rows = [{"path": path, "role": "asset" if "assets" in path else "slides"} for path in files]
    manifest = {"files": rows, "provenance": {"sourceDateEpoch": 0}}
    made = zipfile.ZipFile(io.BytesIO(deck(rows[0], Contents(manifest, files.__getitem__)).data))
    assert made.namelist() == ["index.html", "assets/deck.css", "assets/deck.js"]
    assert made.read("index.html") == b'<link href="assets/deck.css"><script src="assets/deck.js"></script>'


def test_the_same_manifest_gives_the_same_bytes(full_release: Built) -> None:
    manifest = loaded(full_release.out)
    one, other = (tuple(EXPORT.make(contents(manifest, full_release.out))) for _ in range(2))
    assert one == other
    assert [made.path for made in one if made.entry] == [one[0].path]
    for made in one:
        said = made.data or (full_release.out / made.same).read_bytes()
        assert (full_release.out / made.path).read_bytes() == said, "and the release has them"
    assert one[0].data[96:100] == bytes(4), "the version of SQLite is not in them"


def test_a_later_release_is_a_higher_version_with_the_same_ids(full_release: Built, tmp_path: Path) -> None:
    def later(manifest: dict[str, Any]) -> None:
        manifest["id"], manifest["title"] = "urn:course:full-course", "Renamed"
        manifest["modules"][0]["title"] = "Renamed, too"
        manifest["provenance"]["sourceDateEpoch"] += 3600

    manifest = loaded(full_release.out)
    now = Package(full_release.out / "lms" / "kolibri")
    then = Package(written(changed(manifest, "", later), full_release.out, tmp_path))
    versions = [found.rows("SELECT version FROM content_channelmetadata")[0][0] for found in (now, then)]
    assert versions[0] < versions[1]
    ids = "SELECT id, content_id FROM content_contentnode ORDER BY lft"
    assert [tuple(row) for row in now.rows(ids)] == [tuple(row) for row in then.rows(ids)]


def test_a_release_without_books_and_decks(full_release: Built, tmp_path: Path) -> None:
    manifest = loaded(full_release.out)
    manifest["files"] = [row for row in manifest["files"] if row["role"] in ("page", "image")]
    found = Package(written(manifest, full_release.out, tmp_path))
    kinds = {row["kind"] for row in found.rows("SELECT kind FROM content_contentnode")}
    assert kinds == {"topic", "html5", "exercise"}
    assert not found.rows("SELECT id FROM content_contentnode WHERE title = 'Books' OR title LIKE 'Slides%'")


def test_what_is_lost_is_told(full_release: Built) -> None:
    manifest = loaded(full_release.out)
    lost = {loss.of: loss.what for loss in EXPORT.losses(contents(manifest, full_release.out))}
    assert set(lost) == {row["id"] for row in manifest["questions"]}
    assert "dragged" in lost["order-of-things/q1"] and "dragged" not in lost["order-of-things/q2"]
    assert "handed in" in lost["names-and-numbers/i1"] and "points" in lost["names-and-numbers/q2"]
    report = json.loads((full_release.out / "report.json").read_text(encoding="utf-8"))
    assert {row["of"] for row in report["losses"]["kolibri"]} == set(lost)
