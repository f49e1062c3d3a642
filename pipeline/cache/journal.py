"""What happens to a cache's entries, a line each: every process of every build adds to one file.

| Line | Says |
| --- | --- |
| `made NAME BYTES` | somebody made this entry |
| `kept NAME BYTES` | it came from the remote cache |
| `damaged NAME` | it was there, and not what was written |
| `refused NAME` | the remote cache gave something that its key has not signed |
| `trouble TEXT` | the remote cache could not be used |
| `sent INODE BYTES` | what stands before this byte of this file is in the remote cache |
| `swept SECONDS` | the folder was swept then, in seconds since 1970 |

Lines are short and appended by one system call each, so that they do not mix. A line that is lost
costs time or leaves a count too low, never more.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME, OLD = "journal", "journal.old"
MOST = 1_000_000
"""Bytes at which a sweep begins another journal. The one before it is kept."""

Line = Sequence[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a journal: the file and how far it went."""

    inode: int
    offset: int


def note(root: Path, *words: object) -> None:
    """Add a line; a folder that cannot be written has no journal."""
    line = " ".join(" ".join(map(str, words)).split())[:400] + "\n"
    with contextlib.suppress(OSError):
        handle = os.open(root / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def end(root: Path) -> Mark:
    """Where the journal ends now."""
    try:
        found = (root / NAME).stat()
    except OSError:
        return Mark(0, 0)
    return Mark(found.st_ino, found.st_size)


def since(root: Path, mark: Mark) -> list[Line]:
    """The lines behind a mark, also where another journal has been begun since."""
    if end(root).inode == mark.inode:
        return _lines(root / NAME, mark.offset)
    old = root / OLD
    with contextlib.suppress(OSError):
        if old.stat().st_ino == mark.inode:
            return [*_lines(old, mark.offset), *_lines(root / NAME)]
    return _lines(root / NAME)


def all_lines(root: Path) -> list[Line]:
    """What is still known, the oldest first."""
    return [*_lines(root / OLD), *_lines(root / NAME)]


def unsent(root: Path) -> tuple[list[str], Mark]:
    """Names of entries that were made and never sent, and how far the journal went."""
    mark, lines = end(root), _lines(root / NAME)
    sent = (int(line[2]) for line in lines if line[:2] == ["sent", str(mark.inode)])
    return list(dict.fromkeys(names(_lines(root / NAME, max(sent, default=0)), "made"))), mark


def names(lines: Iterable[Line], what: str) -> list[str]:
    """The second words of lines of a kind."""
    return [line[1] for line in lines if line[0] == what]


def size(lines: Iterable[Line]) -> int:
    """Bytes of the entries that these lines say were written."""
    return sum(int(line[2]) for line in lines if line[0] in ("made", "kept"))


def begin(root: Path) -> None:
    """Begin another journal where this one is long."""
    if end(root).offset > MOST:
        with contextlib.suppress(OSError):
            (root / NAME).replace(root / OLD)


def _lines(path: Path, offset: int = 0) -> list[Line]:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [words for words in (line.split() for line in text.splitlines()) if _is_line(words)]


def _is_line(words: Line) -> bool:
    """Whether this is a line of a journal; a disk may damage that too."""
    wanted = {"made": 3, "kept": 3, "damaged": 2, "refused": 2, "trouble": 2, "sent": 3, "swept": 2}
    if len(words) < wanted.get(words[0] if words else "", 99):
        return False
    return words[0] not in ("made", "kept", "sent", "swept") or words[-1].isdecimal()
