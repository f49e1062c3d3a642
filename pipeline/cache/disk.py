"""Entries in a folder: a file each, its sha256 before its bytes.

A file is written under a temporary name and renamed, so a reader sees a whole entry or none, whoever
writes, sweeps or deletes meanwhile. What the disk has damaged is told apart from what is not there.
The time of a file's last change says when its entry was last used.
"""

import contextlib
import hashlib
import os
import shutil
import time
from pathlib import Path
from threading import get_ident

DIGEST = 32
"""Bytes of a sha256."""
LATELY = 600.0
"""Seconds for which an entry counts as used: a reader says so at most once in them."""
TEMPORARY = ".new-"
"""How the names of files begin that are being written."""

Data = bytes | memoryview


class Damaged(Exception):
    """An entry that is there and cannot be believed."""


def place(root: Path, name: str) -> Path:
    """Where the entry of this name is, if there is one."""
    return root / name[:2] / name


def sealed(data: bytes) -> bytes:
    """An entry of these bytes, as it is written."""
    return hashlib.sha256(data).digest() + data


def opened(entry: bytes) -> memoryview | None:
    """The bytes of an entry; None where they are not those that were sealed."""
    data = memoryview(entry)[DIGEST:]
    return data if hashlib.sha256(data).digest() == entry[:DIGEST] else None


def read(root: Path, name: str) -> memoryview | None:
    """The bytes of an entry, None where there is none. Raises Damaged."""
    path = place(root, name)
    try:
        with path.open("rb", buffering=0) as file:
            entry = file.read()
            used = os.fstat(file.fileno()).st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:  # a folder in its place, no permission, a disk that fails
        raise Damaged(name) from problem
    data = opened(entry)
    if data is None:
        raise Damaged(name)
    if time.time() - used > LATELY:
        with contextlib.suppress(OSError):
            os.utime(path)
    return data


def write(root: Path, name: str, entry: bytes) -> bool:
    """Keep an entry; False where that cannot be."""
    path = place(root, name)
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{get_ident()}-{time.monotonic_ns()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb", buffering=0) as file:
            file.write(entry)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        return False
    return True


def remove(root: Path, name: str) -> None:
    """Take an entry away, if that can be done."""
    path = place(root, name)
    try:
        path.unlink()
    except (IsADirectoryError, PermissionError):
        shutil.rmtree(path, ignore_errors=True)
    except OSError:
        return
