"""The release that stands in a folder: what its report says of it, and whether it is still as published.

A report keeps for each file what git keeps in its index: size, time of the last change and inode. A file that has
these was not written to, and is not read; one that lacks any of them is read, and must have its hash.
"""

import json
import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.diagnostics import EnvironmentProblem
from pipeline.model import Release, ReleasedFile

REPORT, SUMS, MANIFEST = "report.json", "SHA256SUMS", "manifest.json"
GENERATED = (REPORT, SUMS, MANIFEST)
Stamp = list[int]
"""Size in bytes, time of the last change in nanoseconds since 1970, inode (stat(2))."""


def current(out: Path, key: str) -> Release | None:
    """The release in `out` when it was made from exactly this, every file is still as published, and
    there was nothing to say about it."""
    report = read_report(out)
    if report.get("key") != key or report.get("findings"):
        return None
    files = released(report)
    stamps: Any = report.get("stamps")
    known = stamps if isinstance(stamps, dict) else {}
    try:
        sums = dict(_row(line) for line in (out / SUMS).read_text().splitlines())
        same = all(_is_same(out, name, known.get(name), digest) for name, digest in sums.items())
    except (OSError, ValueError):
        return None
    whole = sums.keys() == {*(file.path for file in files), MANIFEST}
    return Release(out, files, (), 0) if whole and same else None


def differences(out: Path, sums: Path) -> Iterator[str]:
    """How the files of a release, as they are now, differ from a list of sums (as sha256sum writes it): what is
    another one, what is missing, what the list does not know. Raises EnvironmentProblem where there is no release, or
    no such list."""
    if not read_report(out):
        raise EnvironmentProblem(f"nothing is built in {out}: run `course build`")
    try:
        wanted = dict(map(_row, sums.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as problem:
        raise EnvironmentProblem(f"cannot read {sums}: {problem}") from problem
    if not wanted or not all(_SUM.fullmatch(digest) for digest in wanted.values()):
        raise EnvironmentProblem(f"{sums} is no list of sha256 sums: name the SHA256SUMS of another build")
    held = {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}
    for name in sorted({*wanted, *held} - {REPORT, SUMS}):
        if name not in held:
            yield f"{name}: is not in {out}"
        elif name not in wanted:
            yield f"{name}: is not in {sums}"
        elif sha256(held[name].read_bytes()).hexdigest() != wanted[name]:
            yield f"{name}: another file"


_SUM = re.compile("[0-9a-f]{64}")


def _row(line: str) -> tuple[str, str]:
    digest, _, name = line.partition("  ")
    return name, digest


def _is_same(out: Path, name: str, known: Stamp | None, digest: str) -> bool:
    path = os.path.join(out, name)  # noqa: PTH118
    return stamp(path) == known or sha256(Path(path).read_bytes()).hexdigest() == digest


def stamp(path: str) -> Stamp:
    """What the system says of a file. Raises OSError."""
    found = os.stat(path)  # noqa: PTH116
    return [found.st_size, found.st_mtime_ns, found.st_ino]


def stamps(folder: Path, names: Iterable[str], before: int) -> dict[str, Stamp]:
    """The stamps of files that were last written to before a moment, in nanoseconds since 1970: one that is written
    to in the moment in which it is looked at could be so again without another stamp."""
    found = {}
    for name in names:
        with suppress(OSError):  # whoever looks for it finds out
            found[name] = stamp(str(folder / name))
    return {name: row for name, row in found.items() if row[1] < before}


def read_report(out: Path) -> Mapping[str, object]:
    """The report of the release in `out`; empty where there is none."""
    try:
        report = json.loads((out / REPORT).read_bytes())
    except (OSError, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


def released(report: Mapping[str, object]) -> tuple[ReleasedFile, ...]:
    """The files that a report lists; none where it lists anything else than files of its folder."""
    rows: Any = report.get("files", [])
    try:
        files = tuple(ReleasedFile(**row) for row in rows)
        inside = all(not posixpath.isabs(f.path) and ".." not in f.path.split("/") for f in files)
    except (TypeError, AttributeError):
        return ()
    return files if inside else ()
