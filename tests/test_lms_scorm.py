"""SCORM packages: what is in them, and that a platform (scorm-again's runtime) hears of every question."""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import Built
from lxml import etree, html
from scorm_client import Platform, installed, platform, reported
from scorm_release import changed, contents_of, members, package_of, packages, question, quizzes

from pipeline.targets.lms.contents import Contents
from pipeline.targets.lms.scorm import EXPORT

CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADL = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


@pytest.fixture(scope="module")
def full(full_release: Built) -> Contents:
    return contents_of(full_release)


@pytest.fixture(params=["full", "real"], scope="module")
def contents(request: pytest.FixtureRequest) -> Contents:
    return contents_of(request.getfixturevalue(f"{request.param}_release"))


# --- packages ----------------------------------------------------------------------------------


def test_a_package_a_module_and_one_of_all(contents: Contents) -> None:
    made = packages(contents)
    ids = [module["id"] for module in contents.modules]
    assert list(made) == [f"lms/scorm/{id}.zip" for id in (*ids, "all")]
    assert members(made["lms/scorm/all.zip"]) == {f"{id}.zip": made[f"lms/scorm/{id}.zip"] for id in ids}


def test_a_release_lists_them(full_release: Built) -> None:
    contents = contents_of(full_release)
    for path, data in packages(contents).items():
        assert (full_release.out / path).read_bytes() == data
    named = [row["file"] for row in contents.rows("exports") if row["format"] == "SCORM"]
    assert sorted(named) == sorted(packages(contents))
    assert {
        row["module"] for row in contents.files("export") if row["path"] in named and "module" in row
    } == {module["id"] for module in contents.modules}


def test_a_package_names_its_files(contents: Contents) -> None:
    for module in contents.modules:
        held = members(package_of(contents, module["id"]))
        tree = etree.fromstring(held["imsmanifest.xml"])
        listed = [unquote(str(file.get("href"))) for file in tree.iter(f"{CP}file")]
        assert list(held) == ["imsmanifest.xml", *listed]
        (organization,) = tree.iter(f"{CP}organization")
        (item,) = organization.iter(f"{CP}item")
        (sco,) = tree.iter(f"{CP}resource")
        assert (sco.get(f"{ADL}scormtype"), sco.get("href")) == ("sco", "index.html")
        assert item.get("identifierref") == sco.get("identifier")
        assert tree.find(f"{CP}organizations").get("default") == organization.get("identifier")
        assert [e.text for e in tree.find(f"{CP}metadata")[:2]] == ["ADL SCORM", "1.2"]
        mastery = [score.text for score in item.iter(f"{ADL}masteryscore")]
        assert mastery == (["80"] if any(contents.questions(module, "quiz")) else [])
        for path in (path for path in held if path.startswith("images/")):
            assert held[path] == contents.read(f"pages/{path}")


def test_a_page_leads_nowhere_but_outside(contents: Contents) -> None:
    for module in contents.modules:
        held = members(package_of(contents, module["id"]))
        tree = html.document_fromstring(held["index.html"].decode())
        ids = [str(id) for id in tree.xpath("//@id")]
        assert len(ids) == len(set(ids))
        for link in tree.iter("a"):
            href = link.get("href")
            if href.startswith("#"):
                assert unquote(href[1:]) in ids
            elif not href.startswith("mailto:"):
                assert (href[:8], link.get("target"), link.get("rel")) == ("https://", "_blank", "noopener")
        loaded = [str(path) for path in tree.xpath("//@src | //link/@href")]
        assert {unquote(path) for path in loaded} == held.keys() - {"imsmanifest.xml", "index.html"}
        assert not tree.xpath("//@*[starts-with(name(), 'on')] | //@style | //style")
        assert [script.get("type", script.get("src")) for script in tree.iter("script")] == [
            "platform.js",
            "player.js",
            "application/json",
        ]


def test_links_to_other_modules_are_text(full: Contents) -> None:
    page = members(package_of(full, "names-and-numbers"))["index.html"].decode()
    assert "<span>the order of things</span>" in page
    assert "order-of-things.html" not in page


def test_answers_are_folded(contents: Contents) -> None:
    """The answer to each interview question and exercise, and its hints, are on the page, and folded."""
    for module in contents.modules:
        tree = html.document_fromstring(members(package_of(contents, module["id"]))["index.html"].decode())
        folded = " ".join(" ".join("".join(part.itertext()).split()) for part in tree.iter("details"))
        for row in contents.questions(module, "interview", "exercise"):
            for text in (row["answer"]["html"], *row["hints"]):
                for block in html.fragments_fromstring(text):
                    assert " ".join("".join(block.itertext()).split()) in folded, row["id"]


def test_keys_are_the_manifest_s(contents: Contents) -> None:
    for module, rows in quizzes(contents):
        tree = html.document_fromstring(members(package_of(contents, module))["index.html"].decode())
        key = json.loads(tree.get_element_by_id("scorm.key").text)
        assert [one["id"] for one in key["questions"]] == [row["id"].replace("/", "_") for row in rows]
        for one, row in zip(key["questions"], rows, strict=True):
            pattern = reported(row, True)["pattern"]
            assert (
                one["right"] == pattern
                if row["kind"] == "numeric"
                else one["right"] == pattern.replace(",", "")
            )
            items = tree.get_element_by_id(f"scorm.{one['key']}").xpath(".//ol[@class='order']/li")
            shown = [str(item.get("data-letter")) for item in items]
            assert "".join(sorted(shown)) == (one["right"] if shown else "")
            assert not shown or "".join(shown) != one["right"], "an order is shown shuffled"


def test_the_same_release_gives_the_same_bytes(full: Contents) -> None:
    assert packages(full) == packages(changed(full, lambda manifest: None))


def test_identifiers_stay_in_later_releases(full: Contents) -> None:
    later = changed(full, lambda manifest: manifest.update(version="9.0.0", contentHash="0" * 64))
    lists = [members(package_of(full, module["id"]))["imsmanifest.xml"] for module in full.modules]
    assert lists == [members(package_of(later, module["id"]))["imsmanifest.xml"] for module in full.modules]
    ids = [id for each in lists for id in re.findall(rb' identifier="([^"]+)"', each)]
    assert len(ids) == len(set(ids)) == 4 * len(full.modules)


def test_losses_are_named(full: Contents) -> None:
    lost = {loss.of for loss in EXPORT.losses(full)}
    inexact = [
        r["id"] for r in full.rows("questions") if r["kind"] == "numeric" and float(r["answer"]["tolerance"])
    ]
    assert lost == {"lms/scorm/all.zip", *inexact} and inexact


def test_a_module_named_all_keeps_its_package(full: Contents) -> None:
    def rename(manifest: dict[str, Any]) -> None:
        text = json.dumps(manifest).replace('"last-things"', '"all"')
        manifest.update(json.loads(text))

    assert list(packages(changed(full, rename)))[-2:] == ["lms/scorm/all.zip", "lms/scorm/all-modules.zip"]


# --- on a platform -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with platform(tmp_path_factory.mktemp("platform")) as opened:
        yield opened


def taken(served: Platform, contents: Contents, data: Mapping[str, bytes], *only: str) -> None:
    """Take each module's quiz (or only these), first knowing nothing, then everything, and compare what the
    platform hears with the manifest."""
    for module, rows in quizzes(contents):
        if only and module not in only:
            continue
        name = f"{contents.slug}-{module}-{abs(hash(data[f'lms/scorm/{module}.zip']))}"
        session = served.launch(installed(served, data[f"lms/scorm/{module}.zip"], name))
        assert session.record()["core"]["lesson_status"] == "incomplete"
        assert all(verdict.startswith("✗") for verdict in session.answer(rows, False))
        core = session.record()["core"]
        assert (core["lesson_status"], core["score"]["raw"]) == ("failed", "0")
        session.frame.get_by_role("button", name="Take the quiz again").click()
        assert all(verdict.startswith("✓") for verdict in session.answer(rows, True))
        assert session.interactions() == [reported(row, right) for right in (False, True) for row in rows]
        core = session.close()["core"]
        assert (core["lesson_status"], core["exit"]) == ("passed", "")
        assert [core["score"][name] for name in ("raw", "min", "max")] == ["100", "0", "100"]


@pytest.mark.clients
def test_every_quiz_fails_and_passes(served: Platform, contents: Contents) -> None:
    taken(served, contents, packages(contents))


@pytest.mark.clients
def test_the_client_notices_a_wrong_key(served: Platform, full: Contents) -> None:
    def wrong(manifest: dict[str, Any]) -> None:
        for option in question(manifest, "names-and-numbers/q1")["options"]:
            option["correct"] = not option["correct"]

    with pytest.raises(AssertionError):
        taken(served, full, packages(changed(full, wrong)), "names-and-numbers")


@pytest.mark.clients
def test_the_client_notices_a_wrong_order(served: Platform, full: Contents) -> None:
    with pytest.raises(AssertionError):
        mixed = changed(full, lambda manifest: question(manifest, "order-of-things/q1")["options"].reverse())
        taken(served, full, packages(mixed), "order-of-things")


@pytest.mark.clients
def test_the_client_notices_a_missing_module(served: Platform, full: Contents) -> None:
    with pytest.raises(KeyError):
        made = packages(changed(full, lambda manifest: manifest["modules"].pop()))
        taken(served, full, made, "last-things")


@pytest.mark.clients
def test_the_client_notices_a_damaged_package(served: Platform, full: Contents) -> None:
    made = packages(full)
    data = made["lms/scorm/last-things.zip"]
    at = data.index(b"index.html") + 300
    damaged = made | {"lms/scorm/last-things.zip": data[:at] + b"\0\0\0" + data[at + 3 :]}
    with pytest.raises((AssertionError, zipfile.BadZipFile, zlib.error)):
        taken(served, full, damaged, "last-things")
