"""Releases as an importer has them, changed ones too, and the SCORM packages that are made of them."""

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from conftest import Built

from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.scorm import EXPORT

MODULE = "names-and-numbers"
"""The module that is given other questions."""


def contents_of(built: Built) -> Contents:
    """A release as an importer has it."""
    manifest = json.loads((built.out / "manifest.json").read_bytes())
    return Contents(manifest, lambda path: (built.out / path).read_bytes())


def packages(contents: Contents) -> dict[str, bytes]:
    return {made.path: made.data for made in EXPORT.make(contents)}


def package_of(contents: Contents, module: str) -> bytes:
    return packages(contents)[f"lms/scorm/{module}.zip"]


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def changed(contents: Contents, change: Callable[[dict[str, Any]], object]) -> Contents:
    """A release whose manifest is another."""
    manifest = deepcopy(dict(contents.manifest))
    change(manifest)
    return Contents(manifest, contents.read)


def question(manifest: Row, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in manifest["questions"] if row["id"] == id)
    return found


def quizzes(contents: Contents) -> Iterator[tuple[str, list[Row]]]:
    """The questions of each module that has some."""
    for module in contents.modules:
        if rows := list(contents.questions(module, "quiz")):
            yield module["id"], rows


# --- other questions ---------------------------------------------------------------------------


def asked(number: int, kind: str, html: str = "<p>Well?</p>", **more: Any) -> dict[str, Any]:
    """A question for a manifest."""
    return {
        "id": f"{MODULE}/q{number}",
        "kind": kind,
        "level": "recall",
        "stem": {"html": html, "markdown": "", "text": ""},
        "options": [],
        "hints": [],
        "objectives": [],
        "points": 1,
        "contentHash": f"{number:064}",
    } | more


def quiz_of(contents: Contents, rows: Sequence[Row]) -> Contents:
    """A release in which the module asks these questions, and no others."""

    def ask(manifest: dict[str, Any]) -> None:
        ids = [row["id"] for row in rows]
        manifest["questions"] = [row for row in manifest["questions"] if row["id"] not in ids] + list(rows)
        quiz = next(row for row in manifest["assessments"] if row["id"] == f"{MODULE}/quiz")
        quiz["questions"] = ids
        module = next(row for row in manifest["modules"] if row["id"] == MODULE)
        module["assessments"] = [quiz["id"]] if ids else []

    return changed(contents, ask)


def numeric(number: int, right: str, tolerance: str = "0") -> dict[str, Any]:
    return asked(number, "numeric", answer={"number": right, "tolerance": tolerance, "html": "So."})


def rows_of(contents: Contents) -> list[Row]:
    return dict(quizzes(contents))[MODULE]
