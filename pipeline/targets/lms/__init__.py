"""Packages for learning platforms, made of the manifest and the files that it lists, and of nothing else.

contents    what an importer has: the manifest with its ids followed, and the files
markup      pages and questions as platforms want them: links cut, code kept, pictures named
moodle …    one file or folder a format, each with an `EXPORT`; a new one is a file, and its name in `EXPORTS`
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.targets.lms.contents import Contents


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of an export: its bytes, or the released file (`same`) of which it is a copy. `entry` says whether
    it is one that a platform is given, as opposed to a file that belongs to it."""

    path: str
    media_type: str
    data: bytes = b""
    same: str = ""
    module: str = ""
    entry: bool = True


@dataclass(frozen=True, slots=True)
class Loss:
    """What a format cannot say: of which question (an id of the manifest), or of which file."""

    of: str
    what: str


@dataclass(frozen=True, slots=True)
class Export:
    """A format that platforms import, with its version. `make` gives the files, `losses` what of the course
    the format cannot hold."""

    name: str
    format: str
    version: str
    make: Callable[[Contents], Iterator[Exported]]
    losses: Callable[[Contents], Iterator[Loss]]


EXPORTS = ("cartridge", "moodle", "scorm", "olx", "kolibri", "anki")
"""The exports, by the names of their files."""
NEEDS = ("pages",)
"""Targets whose files exports are made of."""


def export(name: str) -> Export:
    """The export of this name, loaded when it is asked for."""
    from importlib import import_module

    found: Export = import_module(f"pipeline.targets.lms.{name}").EXPORT
    return found
