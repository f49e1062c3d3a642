"""The cache's folder is bounded: what was not used for longest goes first.

Sweeping looks at every entry, so a build does it only when one is due. What has been used since a
build began is never taken from it; the bound may be exceeded by as much. Another build that loses an
entry makes it again.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.cache import disk, journal
from pipeline.diagnostics import EnvironmentProblem

LIMIT = 4_000_000_000
"""Bytes of a cache of which nothing else is said."""
UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
ROOM = 0.9
"""The part of the limit that is left full, so that the next build does not have to sweep again."""
EVERY = 3600.0
"""Seconds after which a build that has written something sweeps in any case."""
SHARE = 16
"""Sooner where builds have written this part of the limit since."""
ABANDONED = 24 * 3600.0
"""Seconds after which a file under a temporary name belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry's file, its bytes, and when it was last used, in seconds since 1970."""

    path: Path
    size: int
    used: float


@dataclass(frozen=True, slots=True)
class Swept:
    """Numbers and bytes of the entries that were removed and of those that stay."""

    removed: int
    freed: int
    left: int
    size: int


def limit(text: str) -> int:
    """Bytes that a size says: `500MB`, `4 GB`, `1.5GB`, or a number of bytes; '' is the default.

    Raises EnvironmentProblem where it is no size.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?b?)\s*", text, re.I)
    unit = UNITS.get(found[2].lower()) if found else None
    size = int(float(found[1]) * unit) if found and unit else 0
    if text.strip() and not size:
        raise EnvironmentProblem(
            f"COURSE_CACHE_SIZE={text} is no size: write 500MB, 4GB or a number of bytes"
            " (COURSE_CACHE=off keeps nothing)"
        )
    return size if text.strip() else LIMIT


def due(root: Path, limit: int, now: float) -> bool:
    """Whether it is time to sweep: an hour has passed, or much was written since."""
    lines = journal.all_lines(root)
    last = max((n for n, line in enumerate(lines) if line[0] == "swept"), default=-1)
    if last < 0 or not 0 <= now - int(lines[last][1]) < EVERY:
        return True
    return journal.size(lines[last:]) > limit / SHARE


def sweep(root: Path, limit: int, keep: float) -> Swept:
    """Remove entries that have not been used since `keep`, the oldest first, until there is room."""
    there = sorted(entries(root), key=lambda entry: entry.used)
    total = sum(entry.size for entry in there)
    over = total - int(limit * ROOM) if total > limit else 0
    gone: list[Entry] = []
    for entry in there:
        if over <= 0 or entry.used >= keep:
            break
        gone.append(entry)
        over -= entry.size
    return _swept(root, there, gone)


def clean(root: Path, unused: float) -> Swept:
    """Remove the entries that have not been used for some seconds."""
    there = entries(root)
    before = time.time() - unused
    return _swept(root, there, [entry for entry in there if entry.used <= before])


def clear(root: Path) -> Swept:
    """Remove all entries and the journal. Builds that run meanwhile make again what they need."""
    there = entries(root)
    swept = _swept(root, there, there)
    for name in (journal.NAME, journal.OLD):
        with suppress(OSError):
            (root / name).unlink()
    return swept


def entries(root: Path) -> list[Entry]:
    """All entries of a folder. What else lies there is none of ours."""
    return [entry for folder in _folders(root) for entry in _files(folder) if _is_name(entry.path.name)]


def _swept(root: Path, there: list[Entry], gone: list[Entry]) -> Swept:
    for entry in [*gone, *_abandoned(root)]:
        with suppress(OSError):
            entry.path.unlink()
    journal.begin(root)
    journal.note(root, "swept", int(time.time()))
    freed = sum(entry.size for entry in gone)
    return Swept(len(gone), freed, len(there) - len(gone), sum(entry.size for entry in there) - freed)


def _abandoned(root: Path) -> list[Entry]:
    """Files that a process began to write and never finished."""
    before = time.time() - ABANDONED
    begun = (
        entry
        for folder in (root, *_folders(root))
        for entry in _files(folder, disk.TEMPORARY)
        if entry.used < before
    )
    return list(begun)


def _folders(root: Path) -> list[Path]:
    return [root / f"{number:02x}" for number in range(256)]


def _is_name(name: str) -> bool:
    return len(name) == 64 and not set(name) - set("0123456789abcdef")


def _files(folder: Path, prefix: str = "") -> Iterator[Entry]:
    """The files of a folder whose names begin so, as long as they are there."""
    with suppress(OSError), os.scandir(folder) as found:
        for file in found:
            with suppress(OSError):
                if file.name.startswith(prefix) and file.is_file(follow_symlinks=False):
                    state = file.stat(follow_symlinks=False)
                    yield Entry(folder / file.name, state.st_size, state.st_mtime)
