"""A channel for Kolibri as its files say it, and channels of courses that were changed."""

import copy
import json
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kolibri_client import channel

from pipeline.targets.lms.contents import Contents
from pipeline.targets.lms.kolibri import EXPORT


def loaded(release: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def contents(manifest: Mapping[str, Any], release: Path) -> Contents:
    return Contents(manifest, lambda path: (release / path).read_bytes())


def written(manifest: Mapping[str, Any], release: Path, out: Path) -> Path:
    """The channel folder of a manifest."""
    for made in EXPORT.make(contents(manifest, release)):
        path = out / made.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data or (release / made.same).read_bytes())
    return out / "lms" / "kolibri"


def changed(
    manifest: Mapping[str, Any], name: str, change: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """A course of its own, with something changed."""
    other = copy.deepcopy(dict(manifest))
    other["id"] = f"urn:course:{name}"
    change(other)
    return other


def question(manifest: Mapping[str, Any], id: str) -> dict[str, Any]:
    (row,) = (row for row in manifest["questions"] if row["id"] == id)
    found: dict[str, Any] = row
    return found


class Package:
    """A channel as its files say it."""

    def __init__(self, folder: Path) -> None:
        self.storage = folder / "content" / "storage"
        database = folder / "content" / "databases" / f"{channel(folder)}.sqlite3"
        self.database = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.database.row_factory = sqlite3.Row

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self.database.execute(sql, values).fetchall()

    def file(self, node: str) -> Path:
        (row,) = self.rows(
            "SELECT l.id, l.extension FROM content_file f JOIN content_localfile l ON l.id = f.local_file_id"
            " WHERE f.contentnode_id = ?",
            node,
        )
        return self.storage / row["id"][0] / row["id"][1] / f"{row['id']}.{row['extension']}"

    def zip(self, title: str) -> zipfile.ZipFile:
        """The file of the first resource with this title."""
        row = self.rows("SELECT id FROM content_contentnode WHERE title = ? AND kind != 'topic'", title)[0]
        return zipfile.ZipFile(self.file(row["id"]))

    def below(self, id: str) -> list[sqlite3.Row]:
        return self.rows("SELECT * FROM content_contentnode WHERE parent_id = ? ORDER BY sort_order", id)
