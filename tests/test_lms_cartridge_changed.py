"""The Common Cartridge of changed manifests: hard questions, other numbers and orders, and what must be found."""

import html
import posixpath
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from cartridge_rules import CP, NEVER, offenders
from cartridges import browsed, contents_of, differences, name, opened, seen
from conftest import Built
from lxml import etree

from pipeline.targets.lms.cartridge import EXPORT
from pipeline.targets.lms.contents import Contents


@pytest.fixture
def full(full_release: Built) -> Contents:
    return contents_of(full_release)


def cartridge(contents: Contents) -> bytes:
    (exported,) = EXPORT.make(contents)
    return exported.data


def changed(contents: Contents, change: Callable[[dict[str, Any]], None], **files: bytes) -> Contents:
    """The contents of a manifest that has been changed."""
    manifest = deepcopy(dict(contents.manifest))
    change(manifest)
    return Contents(manifest, lambda path: files.get(posixpath.basename(path)) or contents.read(path))


def test_feedback_follows_the_answer(full: Contents) -> None:
    items = opened(cartridge(full)).items()
    single, several = (
        items[name(full.manifest, "question", id)] for id in ("names-and-numbers/q1", "names-and-numbers/q2")
    )
    assert single.shown(frozenset({"a1"})) == ["a1_fb"]
    assert single.shown(frozenset({"a2"})) == ["a2_fb"]
    assert several.shown(frozenset({"a1", "a2"})) == ["correct_fb"]
    assert several.shown(frozenset({"a3"})) == ["a3_fb"]
    assert seen(several.feedback["correct_fb"]) == "Itis'y'.x,y,z."


HARD = '<p>Does <code>&lt;script&gt;alert("&amp;lt;")&lt;/script&gt;</code> ]]&gt; &amp; \u2264 run?</p>'
CODE = "def f(x):\n\tif x  &lt; 2:\n\n\t\treturn &amp;x  # \u2264\n"
PICTURE = '<img src="pages/images/last-things/a picture.png" alt="says &quot;\u0141&quot; &amp; &lt;b&gt;"/>'


def _hard(manifest: dict[str, Any]) -> None:
    row = next(row for row in manifest["questions"] if row["id"] == "last-things/q1")
    row["stem"]["html"] = f"{HARD}<figure><pre><code>{CODE}</code></pre></figure><p>{PICTURE}</p>"
    row["options"][0]["html"] = "<code>List&lt;String&gt;</code>"
    row["options"][0]["why"] = (
        'See <a href="drawn-things.html">there</a>, <a href="https://localhost/x">x</a>.'
    )
    row["hints"] = ["<code>&lt;/script&gt;</code>"]


def test_questions_survive_importers(full: Contents) -> None:
    """A question about `<script>`, with quotes, `]]>`, code, a picture and links."""
    hard = changed(full, _hard, **{"a picture.png": b"picture"})
    package = opened(cartridge(hard))
    assert list(differences(hard, package)) == []
    item = package.items()[name(full.manifest, "question", "last-things/q1")]
    assert item.stem.isascii(), "PHP's reader of HTML takes UTF-8 for Latin-1"
    for form in (item.stem, html.unescape(item.stem)):
        shown = browsed(form)
        assert "script" not in shown.tags
        assert '<script>alert("&lt;")</script>' in shown.text
    lines = re.findall(r"<div><code>(.*?)</code></div>", item.stem)
    kept = [browsed(line).text for line in lines]
    assert kept == [
        "def f(x):",
        "\u00a0" * 4 + "if x\u00a0\u00a0< 2:",
        "\u00a0",
        "\u00a0" * 8 + "return &x\u00a0\u00a0# \u2264",
    ]
    assert not browsed(item.feedback["a1_fb"]).links


def test_pictures_of_questions_are_in_the_package(full: Contents) -> None:
    hard = changed(full, _hard, **{"a picture.png": b"picture"})
    package = opened(cartridge(hard))
    (assessment,) = [
        r for r in package.resources.values() if r[0].get("href") == "last-things-quiz/assessment.xml"
    ]
    (needed,) = assessment.findall(f"{{{CP}}}dependency")
    path = package.resources[needed.get("identifierref")].get("href")
    assert package.files[path] == b"picture" and " " not in path
    item = package.items()[name(full.manifest, "question", "last-things/q1")]
    (src,) = browsed(item.stem).pictures
    assert src.startswith("$IMS-CC-FILEBASE$../")
    below = src.replace("$IMS-CC-FILEBASE$", "last-things-quiz/")
    assert posixpath.normpath(below) == path


def test_without_a_public_address_links_are_text(full: Contents) -> None:
    private = changed(full, lambda manifest: manifest.pop("url"))
    package = opened(cartridge(private))
    pages = [browsed(data.decode()) for path, data in package.files.items() if path.endswith(".html")]
    assert not any("courses.example.org" in link for page in pages for link in page.links)
    assert not package.xpath("//cp:resource[@type='imswl_xmlv1p1']")
    assert any("links between pages" in loss.what for loss in EXPORT.losses(private))
    public = [
        browsed(data.decode())
        for path, data in opened(cartridge(full)).files.items()
        if "pages/" in path and path.endswith("html")
    ]
    assert any(f"{full.manifest['url']}/pages/drawn-things.html#pictures" in page.links for page in public)


@pytest.mark.parametrize("kinds", [2, 3, 4, 9])
def test_orders_are_told_apart(full: Contents, kinds: int) -> None:
    def lengthen(manifest: dict[str, Any]) -> None:
        row = next(row for row in manifest["questions"] if row["kind"] == "order")
        row["options"] = [{**row["options"][0], "id": f"a{n}", "html": f"step {n}"} for n in range(kinds)]

    longer = changed(full, lengthen)
    package = opened(cartridge(longer))
    assert list(differences(longer, package)) == []
    item = package.items()[name(full.manifest, "question", "order-of-things/q1")]
    assert len(set(item.labels.values())) == len(item.labels) == (2 if kinds == 2 else 4)


@pytest.mark.parametrize(
    ("number", "tolerance", "accepted"),
    [
        ("5000", "0", "5000 5,000"),
        ("655", "1", "655 654 656"),
        ("0", "0", "0 0.0"),
        ("-7", "0", "-7"),
        ("0.25", "0", "0.25"),
        ("10000", "500", "10000 10,000"),
        ("2.0", "0.1", "2.0 2 1.9 2.1"),
    ],
)
def test_numbers_are_written_out(full: Contents, number: str, tolerance: str, accepted: str) -> None:
    def other(manifest: dict[str, Any]) -> None:
        row = next(row for row in manifest["questions"] if row["kind"] == "numeric")
        row["answer"] |= {"number": number, "tolerance": tolerance}

    contents = changed(full, other)
    package = opened(cartridge(contents))
    assert list(differences(contents, package)) == []
    item = package.items()[name(full.manifest, "question", "order-of-things/q2")]
    assert item.accepted_in_moodle() == accepted.split()


def test_identifiers_never_change(full: Contents) -> None:
    def later(manifest: dict[str, Any]) -> None:
        manifest["version"], manifest["title"] = "9.9.9", "Another title"
        manifest["provenance"]["sourceDateEpoch"] += 86400
        manifest["modules"][0]["title"] = "Renamed"

    now, then = opened(cartridge(full)), opened(cartridge(changed(full, later)))
    assert set(now.resources) == set(then.resources) and set(now.items()) == set(then.items())
    assert "i2c1f81fa19a9590aa9f22afc915e0878" in now.items()


def test_the_same_contents_give_the_same_bytes(full: Contents, full_release: Built) -> None:
    released = full_release.out / "lms" / "full-course.imscc"
    assert cartridge(full) == cartridge(full) == released.read_bytes()


def _wrong_key(kind: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        row = next(row for row in manifest["questions"] if row["kind"] == kind)
        if kind in ("single", "multiple"):
            for option in row["options"]:
                option["correct"] = not option["correct"]
        elif kind == "order":
            row["options"].reverse()
        else:
            row["answer"] |= {"number": "77", "html": "Another answer."}

    return change


def _missing_module(manifest: dict[str, Any]) -> None:
    gone = manifest["modules"].pop(1)["id"]
    for part in manifest["parts"]:
        part["modules"] = [id for id in part["modules"] if id != gone]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_wrong_key("single"), "scores"),
        (_wrong_key("multiple"), "scores"),
        (_wrong_key("order"), "cannot be given"),
        (_wrong_key("numeric"), "does not accept"),
        (_wrong_key("interview"), "another answer"),
        (_missing_module, "missing"),
    ],
)
def test_the_reader_finds_what_is_wrong(
    full: Contents, change: Callable[[dict[str, Any]], None], found: str
) -> None:
    package = opened(cartridge(changed(full, change)))
    assert any(found in difference for difference in differences(full, package))


def test_the_reader_finds_corruption(full: Contents) -> None:
    data = bytearray(cartridge(full))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(ValueError, match="no archive"):
        opened(bytes(data))
    with pytest.raises(ValueError, match="no archive"):
        opened(cartridge(full)[:-100])


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (b'continue="Yes"', b'continue="No"', "a choice before the score"),
        (b'case="Yes"', b'case="No"', "a right answer that Moodle does not count"),
        (b'linkrefid="a1_fb"', b'linkrefid="a9_fb"', "feedback that is not there"),
        (b'action="Set"', b'action="Add"', "a score other than Set SCORE 100"),
    ],
)
def test_rules_can_fail(full: Contents, before: bytes, after: bytes, rule: str) -> None:
    package = opened(cartridge(full))
    roots = (etree.tostring(root).replace(before, after) for root in package.assessments())
    found = {rule for root in roots for rule in offenders(etree.fromstring(root), NEVER)}
    assert rule in found
