"""The exports of a release that is being staged: made of its manifest and of the files that it lists."""

import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline import cache
from pipeline.engines.archive import remembering
from pipeline.model import ReleasedFile
from pipeline.targets.lms import EXPORTS, NEEDS, Export, Exported, export
from pipeline.targets.lms.contents import Contents
from pipeline.trace import traced

ROLE = "export"


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of an export, and the released file of which it is a copy; '' where it has bytes of its own."""

    file: ReleasedFile
    data: bytes
    same: str


def needed(targets: tuple[str, ...]) -> tuple[str, ...]:
    """The targets that somebody asked for, with those whose files exports and the site are made of."""
    return tuple(dict.fromkeys((*targets, *NEEDS))) if {*targets} & {*EXPORTS, "site"} else targets


def exported(manifest: Mapping[str, Any], folder: Path, targets: Sequence[str]) -> Iterator[Packed]:
    """The files of the exports that are asked for (all, where no target is named). `manifest` is that of the
    release without exports, `folder` where its files are."""
    known = {row["path"]: row for row in manifest["files"]}
    for name in EXPORTS:
        if not targets or name in targets:
            for made in _made(export(name), manifest, folder):
                yield _staged(name, made, known)


@traced("export", lambda format, manifest, folder: format.name)
def _made(format: Export, manifest: Mapping[str, Any], folder: Path) -> tuple[Exported, ...]:
    """The files of an export, remembered: they depend on the manifest alone, for it has the files' hashes."""
    contents = Contents(manifest, lambda path: (folder / path).read_bytes())
    members = cache.key("members", format.name, manifest["id"])

    def make() -> tuple[Exported, ...]:
        with remembering(cache.get(members) or {}) as used:  # type: ignore[arg-type]
            made = tuple(format.make(contents))
        cache.put(members, used)
        return made

    return cache.made(cache.key("export", format.name, _digest(manifest)), make)


def _digest(manifest: Mapping[str, Any]) -> str:
    return sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _staged(name: str, made: Exported, known: Mapping[str, Mapping[str, Any]]) -> Packed:
    safe = posixpath.normpath(made.path) == made.path and not made.path.startswith(("/", ".."))
    assert safe and ":" not in made.path, f"{made.path}: a path of a release is relative"
    size, digest = len(made.data), sha256(made.data).hexdigest()
    if made.same:
        size, digest = known[made.same]["bytes"], known[made.same]["sha256"]
    file = ReleasedFile(
        made.path, name, made.media_type, ROLE, size, digest, module=made.module, entry=made.entry
    )
    return Packed(file, made.data, made.same)


def rows(files: Iterable[ReleasedFile]) -> list[dict[str, str]]:
    """The rows of the manifest's `exports`."""
    formats = {name: export(name) for name in sorted({file.target for file in files if file.entry})}
    return [
        {"format": formats[file.target].format, "version": formats[file.target].version, "file": file.path}
        for file in files
        if file.entry
    ]


def losses(manifest: Mapping[str, Any], targets: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """What each of these exports cannot say, by its name; for report.json."""
    contents = Contents(manifest, _unread)
    said = {name: [asdict(loss) for loss in export(name).losses(contents)] for name in sorted(set(targets))}
    return {name: found for name, found in said.items() if found}


def _unread(path: str) -> bytes:
    raise KeyError(path)
