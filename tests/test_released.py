"""What a release promises to those who imported an earlier one: ids that last, and a schema that holds."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Built, built
from jsonschema import Draft202012Validator
from released import FOLDER, keep, kept

from pipeline.compare.ids import TABLES, published, vanished
from pipeline.compare.read import MAJOR, read, tolerant
from pipeline.schema import SCHEMAS, schema
from pipeline.targets.manifest import VERSION

MAJORS = sorted(path.name for path in (SCHEMAS / "manifest").iterdir() if path.name.isdigit())


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """That of the whole course."""
    return read(built(ROOT / "content", tmp_path_factory.mktemp("manifest") / "out", "manifest"))


@pytest.mark.parametrize("older", kept(), ids=lambda older: str(older["version"]))
def test_no_released_id_vanishes(older: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    assert older["course"] == manifest["id"]
    assert list(vanished(older["ids"], manifest)) == [], "keep the id, or list it in course.yml's `removed`"


def test_something_is_kept() -> None:
    (first, *_) = kept()
    assert {*first["ids"]} == {*TABLES, "aliases", "removed"}
    assert all(first["ids"][table] for table in TABLES)
    assert [path.name for path in FOLDER.iterdir() if path.suffix != ".json"] == ["README.md"]


@pytest.mark.parametrize("table", [*TABLES, "aliases", "removed"])
def test_a_vanished_id_is_found(table: str, manifest: Mapping[str, Any]) -> None:
    older = published(manifest)
    older[table].append("vanished")
    assert list(vanished(older, manifest)) == [(table, "vanished")]
    told = {**manifest, "removed": [*manifest["removed"], {"id": "vanished", "since": "9.0.0"}]}
    assert list(vanished(older, told)) == []


def test_a_question_taken_out_is_found(manifest: Mapping[str, Any]) -> None:
    less = {**manifest, "questions": manifest["questions"][1:]}
    lost = manifest["questions"][0]["id"]
    assert [*vanished(published(manifest), less)] == [("questions", lost)]
    told = {**less, "removed": [{"id": lost, "since": "9.0.0"}]}
    assert [*vanished(published(manifest), told)] == []


def test_a_renamed_module_keeps_what_is_in_it(manifest: Mapping[str, Any]) -> None:
    newer = deepcopy(dict(manifest))
    old = newer["modules"][0]["id"]
    newer["modules"][0].update(id="renamed", aliases=[old])
    for table in ("objectives", "assessments", "questions"):
        for row in newer[table]:
            row["id"] = row["id"].replace(f"{old}/", "renamed/")
    assert list(vanished(published(manifest), newer)) == []
    newer["modules"][0]["aliases"] = []
    assert ("modules", old) in vanished(published(manifest), newer)


def test_a_version_is_kept_once(manifest: Mapping[str, Any], tmp_path: Path) -> None:
    path = keep(manifest, tmp_path)
    (found,) = kept(tmp_path)
    assert (path.stem, found["ids"]) == (manifest["version"], published(manifest))
    with pytest.raises(FileExistsError):
        keep(manifest, tmp_path)


def test_a_schema_for_each_major_version_is_kept() -> None:
    assert [str(number) for number in range(1, MAJOR + 1)] == MAJORS
    assert VERSION.startswith(f"{MAJOR}.")


@pytest.mark.parametrize("major", MAJORS)
def test_the_schema_of_a_major_version_can_be_read(major: str) -> None:
    found = schema(f"manifest/{major}/manifest")
    Draft202012Validator.check_schema(found)
    assert found["$id"].endswith(f"course-manifest/{major}/manifest")
    assert found["properties"]["manifestVersion"]["pattern"].startswith(f"^{major}\\.")


def test_todays_manifests_satisfy_the_first_schema_of_their_major(every_release: Built) -> None:
    """As those see it who wrote an importer then, and ignore what they do not know."""
    first = tolerant(schema(f"manifest/{MAJOR}/manifest"))
    Draft202012Validator(first).validate(dict(read(every_release.out)))
