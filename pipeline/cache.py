"""A cache by content: the key is the sha256 of what made a value, so nothing in it can be stale.

Entries are pickles behind their sha256, written under a temporary name and renamed, so a reader
sees a whole entry or none, and one that the disk has damaged is made anew. Deleting the folder is always safe. `COURSE_CACHE` names another folder; `off` means none.
"""

import contextlib
import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from pipeline.model import Made, Piece

P = ParamSpec("P")
R = TypeVar("R")
ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT / ".cache" / "course"
DIGEST = 32
"""Bytes of a sha256."""
CODE = (".py", ".lua", ".mjs", ".conf", ".css", ".html")
"""Files of the package that decide what is made."""


def folder() -> Path | None:
    """The cache's folder, or None when it is switched off."""
    chosen = os.environ.get("COURSE_CACHE") or str(DEFAULT)
    return None if chosen == "off" else _usable(chosen)


@cache
def _usable(chosen: str) -> Path | None:
    """The folder, made if need be; None where that cannot be: then nothing is remembered."""
    try:
        Path(chosen).mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return Path(chosen) if os.access(chosen, os.W_OK) else None


@cache
def code_digest() -> str:
    """sha256 over the pipeline's code, its schemas and its pinned tools: a change makes all new."""
    digest = hashlib.sha256()
    code = [p for p in (ROOT / "pipeline").rglob("*") if p.suffix in CODE]
    schemas = (ROOT / "schemas").rglob("*.json")
    pins = (ROOT / "requirements").glob("*.txt")
    for path in (*sorted(code), *sorted(schemas), *sorted(pins)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def key(*values: object) -> str:
    """The name of what these values make, given today's code.

    Values are told apart by their `repr`: that of frozen dataclasses, tuples and strings says all
    there is, and unlike a pickle's bytes it does not depend on which objects happen to be shared.
    """
    return hashlib.sha256(f"{code_digest()}{values!r}".encode()).hexdigest()


def get(name: str) -> object | None:
    """The entry of this name; None where there is none, or where it cannot be read."""
    root = folder()
    if root is None:
        return None
    try:
        entry = (root / name[:2] / name).read_bytes()
    except OSError:
        return None
    check, data = entry[:DIGEST], entry[DIGEST:]
    if hashlib.sha256(data).digest() != check:
        return None
    value: object = pickle.loads(data)
    return value


def has(name: str) -> bool:
    """Whether there is an entry of this name, whole or not."""
    root = folder()
    return root is not None and (root / name[:2] / name).is_file()


def put(name: str, value: object) -> None:
    """Keep a value. A cache that cannot be written costs time, never a build."""
    root = folder()
    if root is None:
        return
    data = pickle.dumps(value, protocol=5)
    target = root / name[:2] / name
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
        Path(temporary).replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()


def made(name: str, make: Callable[[], R]) -> R:
    """The entry of this name, made and kept where there is none."""
    found = get(name)
    if found is None:
        found = make()
        put(name, found)
    return found  # type: ignore[return-value]


def called(make: Callable[..., R], inputs: tuple[object, ...]) -> R:
    """What a function gives for these values, remembered across runs."""
    return made(call(make, inputs), lambda: make(*inputs))


class Lost(Exception):
    """An entry that was there, and cannot be read."""


def piece(wanted: Piece | Made) -> object:
    """What a piece was made into; it is made where the cache does not hold it. Raises Lost."""
    if isinstance(wanted, Made):
        found = get(wanted.name)
        if found is None:
            raise Lost(wanted.name)
        return found
    return called(wanted.make, wanted.inputs)


def call(make: Callable[..., object], inputs: tuple[object, ...]) -> str:
    """The name of the entry of a function's result. A function is known by its name: its code is in
    every key."""
    return key(make.__module__, make.__qualname__, inputs)


def memo(function: Callable[P, R]) -> Callable[P, R]:
    """Remember an engine function's results across runs. Its arguments must be values, never paths."""

    @wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        name = key(function.__module__, function.__qualname__, args, sorted(kwargs.items()))
        return made(name, lambda: function(*args, **kwargs))

    return remembered
