"""What a build, and `course cache`, do with the cache as a whole."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import cache
from pipeline.cache import disk, journal, sweep

if TYPE_CHECKING:
    from pipeline.cache.remote import Chosen


@dataclass(frozen=True, slots=True)
class Seen:
    """Numbers of entries since a build began, in all its processes and those of others with the same folder:
    made, taken from the remote cache, found damaged, refused for want of a signature. `trouble` is what went
    wrong first with the remote cache; it is for the terminal alone."""

    made: int = 0
    fetched: int = 0
    damaged: int = 0
    refused: int = 0
    trouble: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """For report.json."""
        return {"made": self.made, "fetched": self.fetched, "damaged": self.damaged, "refused": self.refused}

    @property
    def told(self) -> tuple[str, ...]:
        """What people should know of it, a line each."""
        damaged = f"cache: damaged entries, made anew: {self.damaged}"
        refused = (
            f"remote cache: entries not signed with COURSE_CACHE_KEY, or damaged; made anew: {self.refused}"
        )
        trouble = f"remote cache not used: {self.trouble}"
        lines = ((self.damaged, damaged), (self.refused, refused), (self.trouble, trouble))
        return tuple(line for number, line in lines if number)


@dataclass(frozen=True, slots=True)
class Watch:
    """When a build began, in seconds since 1970, and where the journal was then."""

    began: float
    mark: journal.Mark


def watch() -> Watch:
    """Begin a build. Raises EnvironmentProblem where a setting of the cache makes no sense."""
    _limit()
    _chosen()
    root = cache.folder()
    return Watch(time.time(), journal.end(root) if root else journal.Mark(0, 0))


def seen(watch: Watch) -> Seen:
    """What has happened to entries since."""
    root = cache.folder()
    lines = journal.since(root, watch.mark) if root else []
    counts = {what: len(set(journal.names(lines, what))) for what in ("made", "kept", "damaged", "refused")}
    troubles = [" ".join(line[1:]) for line in lines if line[0] == "trouble"]
    return Seen(counts["made"], counts["kept"], counts["damaged"], counts["refused"], "".join(troubles[:1]))


def settle(watch: Watch) -> Seen:
    """End a build: what was made goes to the remote cache, where that may be written, and the folder is swept
    if that is due. Ctrl-C ends only this. Nothing that the build has used is removed."""
    root = cache.folder()
    if root is None:
        return Seen()
    with suppress(KeyboardInterrupt):
        _send(root)
        wrote = journal.size(journal.since(root, watch.mark))
        if wrote and sweep.due(root, _limit(), time.time()):
            sweep.sweep(root, _limit(), watch.began - disk.LATELY)
    return seen(watch)


def _send(root: Path) -> None:
    far = cache.shared()
    if not far or not far.chosen.writes:
        return
    names, mark = journal.unsent(root)
    for at in range(0, len(names), cache.BATCH):
        far.send(list(_whole(root, names[at : at + cache.BATCH])))
    if names and not far.off:
        journal.note(root, "sent", mark.inode, mark.offset)


def _whole(root: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Entries that are still there and as they were written."""
    for name in names:
        data = cache.whole(root, name)
        if data is not None:
            yield name, disk.sealed(bytes(data))


def _limit() -> int:
    return sweep.limit(os.environ.get("COURSE_CACHE_SIZE", ""))


def _chosen() -> "Chosen | None":
    if not os.environ.get("COURSE_CACHE_REMOTE"):
        return None
    from pipeline.cache.remote import chosen

    return chosen(os.environ)


# --- for people ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of a cache. `damaged` counts entries that builds found so, as far as is known."""

    folder: Path
    entries: int
    size: int
    limit: int
    damaged: int
    remote: str


def info() -> Told | None:
    """What the cache holds; None where it is switched off, or cannot be written."""
    root, far = cache.folder(), _chosen()
    if root is None:
        return None
    there = sweep.entries(root)
    damaged = len(journal.names(journal.all_lines(root), "damaged"))
    told = f"{far.shown} ({'write' if far.writes else 'read'})" if far else ""
    return Told(root, len(there), sum(entry.size for entry in there), _limit(), damaged, told)


def clean(days: float | None, everything: bool) -> sweep.Swept | None:
    """Remove all entries, or those that were not used for so many days, or what is over the limit; None where
    there is no cache. Builds that run meanwhile make again what they miss."""
    root = cache.folder()
    if root is None:
        return None
    if everything:
        return sweep.clear(root)
    if days is not None:
        return sweep.clean(root, days * 24 * 3600)
    return sweep.sweep(root, _limit(), time.time() - disk.LATELY)
