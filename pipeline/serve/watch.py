"""What changes on disk, as sets of paths: one for each burst of saves."""

from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from pipeline.baseline import NAME as BASELINE
from pipeline.model import Settings
from pipeline.schema import SCHEMAS

SETTLED = 40
"""Milliseconds without another change after which a burst is over."""
AT_MOST = 400
"""Milliseconds after which a burst is told of though it goes on."""
LOOK = 100
"""Milliseconds between two looks whether the folders are still those that are watched."""


class _Sources(DefaultFilter):
    """Anything but what editors, git and the system leave beside sources."""

    def __call__(self, change: Change, path: str) -> bool:
        name = path.rpartition("/")[2]
        return (not name.startswith(".") or name == BASELINE) and super().__call__(change, path)


def changes(settings: Settings) -> Iterator[frozenset[str]]:
    """What has changed of content, theme and schemas. The first is empty: it comes as soon as changes are seen,
    so none is missed. Without end; a folder that vanishes is waited for."""
    first = True
    while True:
        folders = [folder.resolve() for folder in (settings.content, settings.theme, SCHEMAS)]
        there = [folder for folder in folders if folder.is_dir()]
        known = _known(folders)
        if not first:
            yield frozenset(map(str, folders))
        for seen in watch(
            *there,
            watch_filter=_Sources(),
            debounce=AT_MOST,
            step=SETTLED,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            raise_interrupt=True,
        ):
            if seen or first:
                yield frozenset(path for _, path in seen)
            first = False
            if _known(folders) != known:
                break


def _known(folders: list[Path]) -> list[int]:
    """The numbers of the folders' inodes, which tell one of the same name from another; 0 where there is none."""
    return [folder.stat().st_ino if folder.is_dir() else 0 for folder in folders]
