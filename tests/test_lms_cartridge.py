"""The Common Cartridge: its XML after the profile's schemas, and the key of every question as importers read it."""

import html
import json
import posixpath
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cartridge_rules import ASSESSMENT, CP, NEVER, TREE, content, offenders
from cartridges import (
    READINGS,
    Item,
    Package,
    bare,
    browsed,
    contents_of,
    differences,
    key,
    name,
    opened,
    pointed,
    seen,
    squeezed,
)
from clients import python
from conftest import Built
from lxml import etree

from pipeline.targets.lms.cartridge import EXPORT
from pipeline.targets.lms.contents import Contents


@pytest.fixture(scope="module", params=["full", "real"])
def made(request: pytest.FixtureRequest) -> tuple[Contents, Package]:
    built: Built = request.getfixturevalue(f"{request.param}_release")
    contents = contents_of(built)
    return contents, opened((built.out / f"lms/{contents.slug}.imscc").read_bytes())


def test_every_question_has_its_key_and_its_texts(made: tuple[Contents, Package]) -> None:
    assert list(differences(*made)) == []


def test_the_xml_is_that_of_the_schemas(made: tuple[Contents, Package]) -> None:
    _, package = made
    documents = [package.manifest, *package.assessments()]
    documents += [etree.fromstring(data) for path, data in package.files.items() if "weblink" in path]
    assert [problem for root in documents for problem in content(root)] == []
    assert offenders(package.manifest, TREE) == []
    assert [rule for root in package.assessments() for rule in offenders(root, NEVER)] == []


def test_importers_find_the_version_and_each_file(made: tuple[Contents, Package]) -> None:
    """Moodle looks into the beginning, wants no prefixes, and validates identifiers as xs:ID."""
    _, package = made
    assert f'<manifest xmlns="{CP}"'.encode() in package.files["imsmanifest.xml"][:500]
    assert b"<cp:" not in package.files["imsmanifest.xml"]
    listed = [file.get("href") for file in package.xpath("//cp:file")]
    assert sorted(listed) == sorted(set(package.files) - {"imsmanifest.xml"})
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", path) and ".." not in path for path in listed)
    idents = [node.get("identifier") for node in package.xpath("//*[@identifier]")]
    assert len(set(idents)) == len(idents)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", ident) for ident in idents)
    folders = [posixpath.dirname(path) for path in listed]
    own = [
        posixpath.dirname(file.get("href")) for file in package.xpath("//cp:resource[@type!='webcontent']/*")
    ]
    assert all(folders.count(folder) == 1 for folder in own if folder), "a folder for each assessment"


def test_the_tree_is_that_of_the_course(made: tuple[Contents, Package]) -> None:
    contents, package = made
    parts = package.xpath("/cp:manifest/cp:organizations/cp:organization/cp:item/cp:item")
    for row, part in zip(contents.rows("parts"), parts, strict=False):
        assert part[0].text == pointed(row["title"])
        modules = part.findall(f"{{{CP}}}item")
        assert [m[0].text.partition(".")[0] for m in modules] == [
            str(contents.row("modules", id)["number"]) for id in row["modules"]
        ]
        for id, module in zip(row["modules"], modules, strict=True):
            assert list(_held(module, package)) == list(_wanted(contents, id))
    online = len(parts) - len(contents.rows("parts"))
    assert online == ("url" in contents.manifest)
    assert len(package.xpath("//cp:resource[@type='imswl_xmlv1p1']")) == online


def _held(module: etree._Element, package: Package) -> Iterator[str]:
    for item in module.iter(f"{{{CP}}}item"):
        if ref := item.get("identifierref"):
            resource = package.resources[ref]
            assessed = resource.get("type") == ASSESSMENT
            yield item[0].text.partition(":")[0] if assessed else resource.get("href")


def _wanted(contents: Contents, id: str) -> Iterator[str]:
    yield f"pages/{id}.html"
    names = {"quiz": "Quiz", "interview": "Interview questions", "exercise": "Exercises"}
    purposes = {a["purpose"] for a in contents.rows("assessments") if a["module"] == id}
    yield from (title for purpose, title in names.items() if purpose in purposes)
    yield from (row["path"] for row in contents.files("solution", id))


def test_pages_stand_alone(made: tuple[Contents, Package]) -> None:
    """Well-formed, with the released text, pictures of the package, and no link to another of its files."""
    contents, package = made
    for module in contents.modules:
        path = f"pages/{module['id']}.html"
        page = package.files[path].decode()
        etree.fromstring(page.encode())
        shown = browsed(page)
        body = page.partition("<body>")[2].partition("</body>")[0]
        released = etree.fromstring(contents.page(module)).find("{*}body")
        assert seen(body) == squeezed("".join(released.itertext()))
        for src in shown.pictures:
            assert posixpath.normpath(posixpath.join("pages", src)) in package.files
        anchors = set(re.findall(r'id="([^"]+)"', page))
        for href in shown.links:
            inside = href.startswith("#") and html.unescape(href[1:]) in anchors
            assert inside or href.startswith(("https://", "mailto:")), href
            assert not re.match(r"https?://(localhost|127\.|\[::1\])", href)
        pictures = {posixpath.normpath(posixpath.join("pages", src)) for src in shown.pictures}
        resource = package.resources[name(contents.manifest, "page", module["id"])]
        needed = {
            package.resources[d.get("identifierref")].get("href") for d in resource.iter("{*}dependency")
        }
        assert needed == pictures
        assert not {"section", "figure", "script", "style", "wbr"} & set(shown.tags)


def test_in_moodle_the_right_choices_have_the_mark(made: tuple[Contents, Package]) -> None:
    """Its importer gives the right ones of several equal shares; it has no negative ones, which losses tell."""
    contents, package = made
    items = package.items()
    lost = {(loss.of, loss.what) for loss in EXPORT.losses(contents)}
    for row in contents.rows("questions"):
        item = items[name(contents.manifest, "question", row["id"])]
        right = key(row, item) if item.labels else frozenset()
        shares = {ident: (1 / len(right) if ident in right else 0.0) for ident in item.labels}
        assert item.in_moodle() == pytest.approx(shares)
        assert seen(item.general_in_moodle()) == bare(row.get("answer", {}).get("html", ""))
        told = [what for of, what in lost if of == row["id"]]
        wanted = {"multiple": "all or nothing", "numeric": "accepted are", "order": "chosen among"}
        assert any(wanted.get(row["kind"], "") in what for what in told) or row["kind"] not in wanted
        assert any("hints" in what for what in told) == bool(row["hints"])


def test_ticking_every_box_gives_nothing(made: tuple[Contents, Package]) -> None:
    contents, package = made
    items = package.items()
    for row in contents.rows("questions"):
        if row["kind"] == "multiple" and not all(option["correct"] for option in row["options"]):
            item = items[name(contents.manifest, "question", row["id"])]
            assert {item.score(frozenset(item.labels), *reading) for reading in READINGS} == {0}


@pytest.mark.clients
def test_pyslet_scores_like_the_manifest(made: tuple[Contents, Package], tmp_path: Path) -> None:
    """A reader of QTI 1.2.1, akin to the one that Canvas imports with; it has tests of cartridges, too."""
    contents, package = made
    tries = list(_tries(contents, package))
    (exported,) = EXPORT.make(contents)
    done = _client(exported.data, tries, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"failed": [], "tries": tries}


@pytest.mark.clients
def test_pyslet_finds_what_is_wrong(full_release: Built, tmp_path: Path) -> None:
    contents = contents_of(full_release)
    (exported,) = EXPORT.make(contents)
    tries = list(_tries(contents, opened(exported.data)))
    wrong = dict(contents.manifest) | {"questions": [_flipped(row) for row in contents.rows("questions")]}
    (other,) = EXPORT.make(Contents(wrong, contents.read))
    assert json.loads(_client(other.data, tries, tmp_path).stdout)["tries"] != tries
    fewer = dict(contents.manifest) | {"modules": contents.modules[1:], "parts": []}
    (other,) = EXPORT.make(Contents(fewer, contents.read))
    assert "KeyError" in _client(other.data, tries, tmp_path).stderr
    corrupted = exported.data[: len(exported.data) // 2] + exported.data[len(exported.data) // 2 + 1 :]
    assert _client(corrupted, tries, tmp_path).returncode


def _flipped(row: Any) -> Any:
    options = [{**option, "correct": not option["correct"]} for option in row["options"]]
    return {**row, "options": options} if row["kind"] == "single" else row


def _tries(contents: Contents, package: Package) -> Iterator[dict[str, Any]]:
    """Responses to every question, with the scores that the manifest gives them."""
    items = package.items()
    for row in contents.rows("questions"):
        ident = name(contents.manifest, "question", row["id"])
        rights, responses = _tried(row, items[ident])
        for response in sorted(responses, key=sorted):
            score = 100.0 if response in rights else 0.0
            yield {"item": ident, "response": sorted(response), "score": score}


def _tried(row: Any, item: Item) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """The right responses, and all that are tried."""
    if row["kind"] == "numeric":
        rights = {frozenset((text,)) for text in item.accepted_in_moodle()}
        return rights, rights | {frozenset(("wrong",)), frozenset((row["answer"]["number"] + "1",))}
    if item.labels:
        return {key(row, item)}, set(item.responses())
    return set(), {frozenset(("a text",))}


def _client(data: bytes, tries: list[dict[str, Any]], folder: Path) -> subprocess.CompletedProcess[str]:
    package = folder / "package.zip"
    package.write_bytes(data)
    script = Path(__file__).with_name("client_pyslet.py")
    return subprocess.run(
        [python("pyslet"), "-W", "ignore", script, package],
        input=json.dumps(tries),
        capture_output=True,
        text=True,
        check=False,
    )
