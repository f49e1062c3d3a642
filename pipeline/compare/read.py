"""A manifest of a release, read as any importer should: what it does not know it ignores."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.compare.change import Row
from pipeline.diagnostics import EnvironmentProblem
from pipeline.schema import schema
from pipeline.standing import MANIFEST

MAJOR = 1
"""The major version of the manifests that are compared."""


def read(path: Path) -> Row:
    """The manifest in a file, or in the folder of a release.

    Raises EnvironmentProblem where there is none, or one of another major `manifestVersion`.
    """
    file = path / MANIFEST if path.is_dir() else path
    try:
        found = json.loads(file.read_bytes())
    except OSError as problem:
        remedy = "name a release's folder, or its manifest.json"
        raise EnvironmentProblem(
            f"there is no manifest at {file} ({problem.strerror}): {remedy}"
        ) from problem
    except (ValueError, RecursionError) as problem:
        raise EnvironmentProblem(f"{file} is no course manifest: it is not JSON ({problem})") from problem
    version = found.get("manifestVersion") if isinstance(found, dict) else None
    if not isinstance(version, str) or not re.fullmatch(r"\d+\.\d+\.\d+", version, re.ASCII):
        raise EnvironmentProblem(f"{file} is no course manifest: it has no manifestVersion")
    if version.split(".")[0] != str(MAJOR):
        raise EnvironmentProblem(f"{file} is a manifest of version {version}; only {MAJOR}.x can be compared")
    _check(found, file)
    return dict(found)


def _check(found: Mapping[str, Any], file: Path) -> None:
    from jsonschema import Draft202012Validator

    judge = Draft202012Validator(tolerant(schema(f"manifest/{MAJOR}/manifest")))
    for problem in judge.iter_errors(found):
        at = "/".join(map(str, problem.absolute_path)) or "the whole"
        raise EnvironmentProblem(f"{file} is no course manifest: {at}: {problem.message[:160]}")


def tolerant(schema: Any) -> Any:
    """A schema of the manifest as it binds a reader: keys and values that it does not know are of a later
    minor version (docs/manifest.md, "What may change")."""
    if isinstance(schema, list):
        return [tolerant(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    known = {
        key: tolerant(value) for key, value in schema.items() if key not in ("additionalProperties", "enum")
    }
    return known | ({"type": "string"} if "enum" in schema else {})
