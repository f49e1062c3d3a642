"""A cache by content: the key is the sha256 of what made a value, so nothing in it can be stale.

Entries are pickles behind their sha256 ([disk.py]), in a folder of bounded size ([sweep.py]), that may come
from a cache that machines share ([remote.py]). An entry can vanish or be damaged at any time; it is made
anew then, so deleting the folder is always safe. What happens to entries is noted ([journal.py]).

| Variable | Says |
| --- | --- |
| `COURSE_CACHE` | another folder; `off` means none |
| `COURSE_CACHE_SIZE` | how large it may get, such as `4GB` |
| `COURSE_CACHE_REMOTE`, `COURSE_CACHE_REMOTE_MODE`, `COURSE_CACHE_KEY` | a shared cache: URL, `read` or `write`, what signs its entries |
"""

import hashlib
import os
import pickle
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pipeline.cache import disk, journal
from pipeline.model import Made, Piece

if TYPE_CHECKING:
    from pipeline.cache.remote import Remote

P = ParamSpec("P")
R = TypeVar("R")
ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / ".cache" / "course"
REMOTE = ("COURSE_CACHE_REMOTE", "COURSE_CACHE_REMOTE_MODE", "COURSE_CACHE_KEY")
BATCH = 64
"""Entries that are fetched or sent together."""
CODE = (".py", ".lua", ".mjs", ".conf", ".css", ".html")
"""Files of the package that decide what is made."""
UNREADABLE = (
    pickle.UnpicklingError, AttributeError, ImportError, EOFError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What a pickle raises of which something has another name or shape by now. Not all: who limits time and
memory ends the work with an exception too."""


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
    data = whole(root, name) or _fetched(root, [name]).get(name)
    if data is None:
        return None
    try:
        value: object = pickle.loads(data)
    except UNREADABLE:
        disk.remove(root, name)
        return None
    return value


def whole(root: Path, name: str) -> disk.Data | None:
    """The bytes of an entry, as they were written. A damaged one is noted, and removed."""
    try:
        return disk.read(root, name)
    except disk.Damaged:
        journal.note(root, "damaged", name)
        disk.remove(root, name)
        return None


def has(name: str) -> bool:
    """Whether there is an entry of this name here, whole or not."""
    root = folder()
    return root is not None and disk.place(root, name).is_file()


def put(name: str, value: object) -> None:
    """Keep a value. A cache that cannot be written costs time, never a build."""
    root = folder()
    if root is None:
        return
    entry = disk.sealed(pickle.dumps(value, protocol=5))
    if disk.write(root, name, entry):
        journal.note(root, "made", name, len(entry))


def drop(name: str) -> None:
    """Forget an entry, if there is one."""
    root = folder()
    if root is not None and name:
        disk.remove(root, name)


def ahead(names: Iterable[str]) -> None:
    """Fetch from the remote cache, if there is one, what is not here: many at once, sooner than one by one."""
    root = folder()
    if root is not None and os.environ.get("COURSE_CACHE_REMOTE"):
        _fetched(root, [name for name in names if not has(name)])


def _fetched(root: Path, names: Sequence[str]) -> dict[str, disk.Data]:
    """What the remote cache has of these entries; it is kept here. Only what was asked for alone is returned,
    so that many are not in memory at once."""
    far = shared()
    found: dict[str, disk.Data] = {}
    for at in range(0, len(names) if far else 0, BATCH):
        for name, entry in far.fetched(names[at : at + BATCH]).items() if far else ():
            data = disk.opened(entry)
            if data is None:
                journal.note(root, "refused", name)
            elif disk.write(root, name, entry):
                journal.note(root, "kept", name, len(entry))
            if data is not None and len(names) == 1:
                found[name] = data
    return found


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
    """An entry that was there, and cannot be read, or is no longer there."""


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


# --- the remote cache ----------------------------------------------------------------------------


def shared() -> "Remote | None":
    """The remote cache that is asked for, opened once in each process. Raises EnvironmentProblem where a setting
    makes no sense."""
    values = tuple((name, os.environ.get(name, "")) for name in REMOTE)
    return _opened(values, code_digest()) if values[0][1] else None


@cache
def _opened(values: tuple[tuple[str, str], ...], code: str) -> "Remote | None":
    from pipeline.cache.remote import Remote, chosen, generation

    def told(what: str, text: str) -> None:
        root = folder()
        if root:
            journal.note(root, what, text)

    found = chosen(dict(values))
    return Remote(found, generation(code), told) if found else None
