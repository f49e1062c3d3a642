"""Over EXPORTS: made of the manifest and its files alone, twice the same, safe to unpack, listed as they are."""

import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Built, built
from test_architecture import FILES, own

from pipeline.exports import NEEDS, needed
from pipeline.standing import read_report
from pipeline.targets import NAMES, TARGETS
from pipeline.targets.lms import EXPORTS, Export, Exported, export
from pipeline.targets.lms.contents import Contents, local, minutes

LOCAL = re.compile(
    rb"(?:href|src|action|data|url)\\?[\"']?\s*[=:]\s*\\?[\"'](?:(?:https?:)?//(?:localhost|127\.|0\.0\.0\.0|\[::1\])|file:)"
)


def contents(release: Built) -> Contents:
    manifest = json.loads((release.out / "manifest.json").read_bytes())
    return Contents(manifest, lambda path: (release.out / path).read_bytes())


@pytest.fixture(params=EXPORTS)
def format(request: pytest.FixtureRequest) -> Export:
    return export(request.param)


def members(file: Exported) -> Iterator[tuple[str, bytes]]:
    """The files inside an archive, those of archives inside it included; none of what is no archive."""
    if file.path.endswith((".zip", ".imscc", ".apkg", ".perseus")):
        with zipfile.ZipFile(io.BytesIO(file.data)) as held:
            for info in held.infolist():
                yield info.filename, held.read(info)
                yield from members(Exported(info.filename, "", held.read(info)))
    elif file.path.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(file.data)) as packed:
            for entry in packed:
                assert entry.isfile() or entry.isdir(), f"{entry.name} is a link"
                found = packed.extractfile(entry)
                yield entry.name, found.read() if found else b""


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("targets/lms/")])
def test_an_export_knows_the_manifest_alone(name: str) -> None:
    allowed = ("targets.lms", "engines.", "cache", "diagnostics")
    assert not [part for part in own(name) if not part.startswith(allowed)]


def test_a_format_says_what_it_is(format: Export) -> None:
    assert format.name in EXPORTS
    assert format.format and format.version and format.make.__doc__


def test_what_it_makes_is_released_as_it_is(format: Export, full_release: Built) -> None:
    made = {file.path: file for file in format.make(contents(full_release))}
    report: Any = read_report(full_release.out)
    rows = [row for row in report["files"] if row["target"] == format.name]
    assert sorted(made) == [row["path"] for row in rows]
    for path, file in made.items():
        assert (full_release.out / path).read_bytes() == (
            (full_release.out / file.same).read_bytes() if file.same else file.data
        )
    manifest = contents(full_release).manifest
    listed = [row["file"] for row in manifest["exports"] if row["format"] == format.format]
    assert listed == sorted(file.path for file in made.values() if file.entry)
    assert listed, "a platform is given a file"


def test_it_does_not_depend_on_other_exports(format: Export, full_release: Built) -> None:
    whole = contents(full_release)
    bare = {**whole.manifest, "exports": []}
    bare["files"] = [row for row in whole.manifest["files"] if row["role"] != "export"]
    assert list(format.make(whole)) == list(format.make(Contents(bare, whole.read)))


def test_packages_hold_nothing_outside_them(format: Export, real_release: Built) -> None:
    for file in format.make(contents(real_release)):
        assert not LOCAL.search(file.data), file.path
        for name, data in members(file):
            assert not name.startswith(("/", "\\")) and ".." not in name.split("/") and ":" not in name
            assert not LOCAL.search(data), (file.path, name)


def test_a_loss_names_what_the_manifest_has(format: Export, full_release: Built) -> None:
    manifest = contents(full_release).manifest
    known = {
        row["id"]
        for table in ("questions", "files", "modules", "tracks", "removed")
        for row in manifest[table]
    }
    for loss in format.losses(contents(full_release)):
        assert loss.of in known and loss.what


def test_losses_are_in_the_report(full_release: Built) -> None:
    report: Any = read_report(full_release.out)
    for name in EXPORTS:
        said = [(loss.of, loss.what) for loss in export(name).losses(contents(full_release))]
        assert [(row["of"], row["what"]) for row in report["losses"].get(name, [])] == said


def test_an_export_can_be_asked_for_alone(full_release: Built, tmp_path: Path) -> None:
    """What it is made of is made too, and nothing else; other exports of the release stay."""
    out = built(full_release.content, tmp_path / "out", "moodle")
    report: Any = read_report(out)
    assert {row["target"] for row in report["files"]} == {"moodle", *NEEDS}
    built(full_release.content, out, "solutions")
    assert "moodle" in {row["target"] for row in read_report(out)["files"]}  # type: ignore[attr-defined]
    assert needed(("pdf",)) == ("pdf",)


def test_names_are_those_of_files() -> None:
    assert set(NAMES) == {*TARGETS, *EXPORTS, "manifest"}
    assert [export(name).name for name in EXPORTS] == list(EXPORTS)


def test_contents_follow_ids(full_release: Built) -> None:
    held = contents(full_release)
    module = held.modules[0]
    assert held.row("modules", module["id"]) is module
    assert [row["id"] for row in held.questions(module, "quiz")]
    assert minutes("PT95M") == 95
    assert local("one/q3") == "q3"
    assert held.uuid("a") == held.uuid("a") != held.uuid("b")
    assert b"<body>" in held.page(module)
    with pytest.raises(KeyError):
        held.page({"id": "nowhere"})
