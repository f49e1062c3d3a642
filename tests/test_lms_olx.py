"""The course for Open edX: its files, and what Open edX's own packages make of it (`olx_client.py`)."""

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import EPOCH, Built
from lxml import etree, html
from olx_course import CODE, Row, client, escaped, hard, problem, quiz, said, wrong

from pipeline.targets.lms import Exported, olx
from pipeline.targets.lms.contents import Contents

# --- making ----------------------------------------------------------------------------------


def contents(
    release: Built,
    change: Callable[[dict[str, Any]], None] | None = None,
    pages: Mapping[str, bytes] | None = None,
) -> Contents:
    """What the exporter is given of a release, or of one whose manifest was changed, and some of its pages."""
    manifest = json.loads((release.out / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = [row for row in manifest["files"] if row["role"] != "export"]
    if change:
        change(manifest)
    other = pages or {}
    return Contents(manifest, lambda path: other.get(path) or (release.out / path).read_bytes())


def laid(of: Contents, out: Path) -> Path:
    """The folder of the course, written."""
    for made in olx.make(of):
        path = out / made.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(of.read(made.same) if made.same else made.data)
    return out / "lms" / "olx"


def files(of: Contents) -> dict[str, Exported]:
    return {made.path: made for made in olx.make(of)}


# --- files -----------------------------------------------------------------------------------


def test_the_archive_holds_the_folder(full_release: Built) -> None:
    of = contents(full_release)
    made = files(of)
    (archive,) = [file for file in made.values() if file.entry]
    with tarfile.open(fileobj=io.BytesIO(archive.data)) as tar:
        members = tar.getmembers()
        held = {member.name: tar.extractfile(member) for member in members}
        assert {name: file.read() for name, file in held.items() if file} == {
            path.replace("lms/olx/", "course/"): of.read(file.same) if file.same else file.data
            for path, file in made.items()
            if not file.entry
        }
    assert archive.path == "lms/full-course-olx.tar.gz" and archive.media_type == "application/gzip"
    assert [member.name for member in members] == sorted(held)
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {(0, 0, "", "", int(EPOCH))}
    with gzip.open(io.BytesIO(archive.data)) as packed:
        packed.read()
        assert packed.mtime == int(EPOCH)  # type: ignore[attr-defined]


def test_two_builds_are_equal(full_release: Built) -> None:
    assert files(contents(full_release)) == files(contents(full_release))
    path = full_release.out / "lms" / "full-course-olx.tar.gz"
    assert path.read_bytes() == files(contents(full_release))["lms/full-course-olx.tar.gz"].data


def test_names_are_unique_and_do_not_change(full_release: Built) -> None:
    def later(manifest: dict[str, Any]) -> None:
        manifest["version"] = "9.0.0"
        for row in (*manifest["modules"], *manifest["parts"], *manifest["tracks"]):
            row["title"] = f"Another {row.get('number', 'one')}"

    before, after = files(contents(full_release)), files(contents(full_release, later))
    assert set(before) == set(after)
    kinds = ("chapter", "sequential", "vertical", "html", "problem")
    names = [Path(path) for path in before if path.endswith(".xml") and Path(path).parent.name in kinds]
    assert len({path.stem for path in names}) == len(names)
    assert all(path.stem.endswith(f"-{path.parent.name}") for path in names)


def test_only_the_archive_is_an_export(full_release: Built) -> None:
    manifest = json.loads((full_release.out / "manifest.json").read_text(encoding="utf-8"))
    rows = [
        row["file"] for row in manifest["exports"] if row["file"].startswith("lms/") and "olx" in row["file"]
    ]
    assert rows == ["lms/full-course-olx.tar.gz"]
    assert {row["path"] for row in manifest["files"]} >= {"lms/olx/course.xml", *rows}


@pytest.mark.parametrize(
    ("spdx", "license"),
    [("CC-BY-SA-4.0", "creative-commons: ver=4.0 BY SA"), ("CC0-1.0", None), ("MIT", None)],
)
def test_the_policy_names_licenses_that_open_edx_knows(
    full_release: Built, spdx: str, license: str | None
) -> None:
    def licensed(manifest: dict[str, Any]) -> None:
        manifest["license"]["spdx"] = spdx

    made = files(contents(full_release, licensed))["lms/olx/policies/self-paced/policy.json"]
    policy = json.loads(made.data)["course/self-paced"]
    assert policy.get("license") == license
    assert (policy["start"], policy["self_paced"]) == ("2026-01-01T00:00:00Z", True)


def test_links_lead_into_the_course_or_out_of_it(full_release: Built) -> None:
    made = files(contents(full_release))
    for path, file in made.items():
        if path.endswith(".html"):
            for link in html.fromstring(f"<div>{file.data.decode()}</div>").iter("a"):
                href = link.get("href")
                assert href.startswith(("#", "https://", "mailto:", "/jump_to_id/", "/static/")), (path, href)
                if href.startswith("/static/"):
                    assert f"lms/olx{href}" in made


def test_a_course_that_is_not_published_links_to_no_book(full_release: Built) -> None:
    def unpublished(manifest: dict[str, Any]) -> None:
        del manifest["url"]

    of = contents(full_release, unpublished)
    assert "lms/olx/chapter/_downloads-chapter.xml" not in files(of)
    lost = {loss.of for loss in olx.losses(of)}
    assert lost >= {row["path"] for role in olx.BOOKS for row in of.files(role)} != set()
    assert not {loss.of for loss in olx.losses(contents(full_release))} & {
        row["path"] for row in of.rows("files")
    }


def test_what_is_lost_is_said(full_release: Built) -> None:
    of = contents(full_release)
    asked_otherwise = {
        row["id"] for row in of.rows("questions") if row["kind"] in ("interview", "exercise", "order")
    }
    assert {loss.of for loss in olx.losses(of)} == asked_otherwise


# --- Open edX --------------------------------------------------------------------------------


@pytest.fixture(params=["full", "real"], scope="module")
def course(request: pytest.FixtureRequest) -> tuple[Built, Row, Row]:
    """A release, its manifest, and what the platform says of its course."""
    release: Built = request.getfixturevalue(f"{request.param}_release")
    manifest = contents(release).manifest
    return release, manifest, client(release.out / "lms" / "olx", manifest)


@pytest.mark.clients
def test_open_edx_grades_every_question_as_the_manifest_does(course: tuple[Built, Row, Row]) -> None:
    _, manifest, found = course
    assert found["strict"], "the check of HTML 4 needs a parser that knows nothing else"
    assert wrong(found, manifest) == []
    assert len(found["problems"]) == len(list(quiz(manifest)))
    assert found["image"] == [378, 225]


def same_page(found: Row, page: bytes, module: str) -> bool:
    """Whether the platform shows what stands on a page of the release: all its words and its code."""
    wanted = html.fromstring(page).find("body")
    for title in wanted.findall("h1"):
        title.drop_tree()
    view = html.fromstring(found["pages"][f"{module}_page-html"]["view"])
    codes = [[code.text_content() for code in tree.iter("pre")] for tree in (view, wanted)]
    return said(view.text_content()) == said(wanted.text_content()) and codes[0] == codes[1]


@pytest.mark.clients
def test_open_edx_shows_every_page_with_its_code(course: tuple[Built, Row, Row]) -> None:
    release, manifest, found = course
    titles = {name: title for _, name, title in found["blocks"]}
    for module in manifest["modules"]:
        assert same_page(found, contents(release).page(module), module["id"])
        assert titles[f"{module['id']}-sequential"] == f"{module['number']}. {module['title']}"


@pytest.mark.clients
def test_tracks_lead_through_their_modules(course: tuple[Built, Row, Row]) -> None:
    _, manifest, found = course
    for track in manifest["tracks"]:
        links = html.fromstring(found["pages"][f"_track_{track['id']}-html"]["view"]).iter("a")
        wanted = [f"/at/jump_to_id/{id}_page-vertical" for id in track["modules"]]
        assert [link.get("href") for link in links] == wanted


@pytest.mark.clients
def test_hard_texts_come_out_as_they_went_in(full_release: Built, tmp_path: Path) -> None:
    page = (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><h1>x</h1>'
        f"<section><p><code>a</code> <em>b</em><strong>c</strong> <mark>d</mark> e<wbr/>f</p>"
        f"<figure><pre><code>{escaped(CODE)}</code></pre><figcaption>{escaped(CODE)}</figcaption></figure>"
        f"<details><summary>s</summary><p><span></span>t</p></details></section></body></html>"
    ).encode()
    of = contents(full_release, hard, {"pages/last-things.html": page})
    folder = laid(of, tmp_path)
    found = client(folder, of.manifest)
    assert wrong(found, of.manifest) == []
    assert same_page(found, page, "last-things")
    for row in quiz(of.manifest):
        done = found["problems"][problem(row)]
        for view in (done["view"], *(attempt["view"] for attempt in done["tries"])):
            page = html.fromstring(f"<div>{view}</div>")
            assert not [script for script in page.iter("script") if "alert" in script.text_content()]
            if row["kind"] == "numeric":
                continue
            assert [code.text_content() for code in page.iter("pre")] == [CODE]
            (image,) = page.iter("img")
            assert (folder / image.get("src").removeprefix("/at/")).is_file()
            assert [link.get("href") for link in page.iter("a")] == ["https://example.org/"]


@pytest.mark.clients
def test_names_that_look_like_json_stay(full_release: Built, tmp_path: Path) -> None:
    names = iter(('"Quoted"', "null", "2024", "true", '{"a": 1}'))

    def named(manifest: dict[str, Any]) -> None:
        for module in manifest["modules"]:
            module["title"] = next(names)

    of = contents(full_release, named)
    found = client(laid(of, tmp_path), of.manifest)
    titles = [found["pages"][f"{module['id']}_page-html"]["title"] for module in of.modules]
    assert titles == ['"Quoted"', "null", "2024", "true", '{"a": 1}']


def _torn(folder: Path) -> None:
    path = next((folder / "problem").glob("*_q1-problem.xml"))
    path.write_bytes(path.read_bytes()[:-40])


def _swapped(folder: Path) -> None:
    path = folder / "problem" / "names-and-numbers_q1-problem.xml"
    tree = etree.parse(path)
    for choice in tree.iter("choice"):
        choice.set("correct", "false" if choice.get("correct") == "true" else "true")
    tree.write(path)


def _lost(folder: Path) -> None:
    path = folder / "chapter" / "middle-chapter.xml"
    tree = etree.parse(path)
    tree.getroot().remove(tree.getroot()[0])
    tree.write(path)


def _newer(folder: Path) -> None:
    path = next((folder / "html").glob("*_page-html.html"))
    path.write_text(f"<section>{path.read_text(encoding='utf-8')}</section>", encoding="utf-8")


@pytest.mark.clients
@pytest.mark.parametrize("spoil", [_torn, _swapped, _lost, _newer])
def test_a_spoiled_course_is_found(
    full_release: Built, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    folder = shutil.copytree(full_release.out / "lms" / "olx", tmp_path / "olx")
    manifest = contents(full_release).manifest
    spoil(folder)
    try:
        assert wrong(client(folder, manifest), manifest)
    except subprocess.CalledProcessError as refused:
        assert spoil is _torn and "XMLSyntaxError" in refused.stderr
