"""A cache that machines share, by URL through fsspec: `file://`, `s3://`, `https://` and what else it knows.

An entry is a pickle, so whoever can write to the remote cache can run code on every machine that reads it.
An object is therefore HMAC-SHA256 (RFC 2104) under `COURSE_CACHE_KEY` over name and entry, then the entry:
nobody without the key can make one, nor put one in the place of another. Nothing is unpickled before that
has been checked.

Objects lie in `URL/GENERATION/NAME[:2]/NAME`. Machines share a generation when they have the same code
and pins, and the same Python, Pango and HarfBuzz, on which a book's bytes depend too.
`URL/GENERATION/index` lists what is there, the first eight bytes of each name, so that what is not there
costs no request. It is not signed: a false one costs time.

Whatever goes wrong costs time, never a build: it is said once, and this process asks no more.
"""

import ctypes
import hashlib
import hmac
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.diagnostics import EnvironmentProblem

NEEDED = {"http": "aiohttp", "https": "aiohttp", "s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}
"""What fsspec needs beside itself, by the URL's protocol."""
SIGNATURE = 32
SHORTEST = 16
"""Characters of a key."""
NONE = "none"
"""The key of a reader that trusts whoever can write there."""
PREFIX = 8
AT_ONCE = 16
"""Requests at once, and objects in memory."""
SECONDS = 30.0
"""For which a web server may take over one object."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the environment says of the remote cache: `key` is empty where signatures are not looked at."""

    url: str
    key: bytes
    writes: bool

    @property
    def protocol(self) -> str:
        return self.url.partition("://")[0]

    @property
    def shown(self) -> str:
        """The URL without the name and password that it may have."""
        return _without_password(self.url)


def chosen(environment: Mapping[str, str]) -> Chosen | None:
    """The remote cache that is asked for; None where none is. Raises EnvironmentProblem."""
    url, key = environment.get("COURSE_CACHE_REMOTE", ""), environment.get("COURSE_CACHE_KEY", "")
    mode = environment.get("COURSE_CACHE_REMOTE_MODE") or "read"
    if not url:
        return None
    protocol, found, _ = url.partition("://")
    if not found:
        raise EnvironmentProblem(f"COURSE_CACHE_REMOTE={url} is no URL: write file:///…, s3://… or https://…")
    if mode not in ("read", "write"):
        raise EnvironmentProblem(f"COURSE_CACHE_REMOTE_MODE={mode} is neither read nor write")
    for package in ("fsspec", NEEDED.get(protocol, "fsspec")):
        if not find_spec(package):
            extra = (
                f"'course-pipeline[remote]' {package}" if package != "fsspec" else "'course-pipeline[remote]'"
            )
            raise EnvironmentProblem(f"COURSE_CACHE_REMOTE needs {package}: run `pip install {extra}`")
    _check_key(key, mode, url)
    return Chosen(url.rstrip("/"), b"" if key == NONE else key.encode(), mode == "write")


def _check_key(key: str, mode: str, url: str) -> None:
    """A folder of this machine needs no key; elsewhere nobody writes without, nor reads without saying so."""
    here = url.startswith("file://")
    if (
        key == NONE
        and url.startswith("http://")
        and not re.match(r"http://(localhost|127\.0\.0\.1)[:/]", url)
    ):
        raise EnvironmentProblem(
            "COURSE_CACHE_KEY=none needs https://: on the way anybody could change entries"
        )
    if key == NONE and mode == "write" and not here:
        raise EnvironmentProblem("COURSE_CACHE_KEY=none is for reading: who writes must sign")
    if not key and not here:
        raise EnvironmentProblem(
            "the remote cache needs COURSE_CACHE_KEY (`openssl rand -hex 32`): its entries can run code."
            " A reader who trusts all who can write there says COURSE_CACHE_KEY=none"
        )
    if key and key != NONE and len(key) < SHORTEST:
        raise EnvironmentProblem(f"COURSE_CACHE_KEY is too short: {SHORTEST} characters at least")


class Remote:
    """A remote cache as one process sees it."""

    def __init__(self, chosen: Chosen, generation: str, told: Callable[[str, str], None]) -> None:
        self.chosen, self.told = chosen, told
        self.off = False
        self.files, path = _opened(chosen.url)
        self.folder = f"{path.rstrip('/')}/{generation}"
        self._index: set[bytes] | None = None

    def fetched(self, names: Sequence[str]) -> dict[str, bytes]:
        """Entries of these names: those that are there and that the key has signed."""
        if self.off:
            return {}
        if self._index is None:
            self._index = self._read_index()
        asked = [name for name in names if _short(name) in self._index]
        return {name: entry for name, entry in _all(self._fetch, asked) if entry is not None}

    def send(self, entries: Iterable[tuple[str, bytes]]) -> int:
        """Write entries, and list them; the number of those that are there now."""
        sent = [name for name, done in _all(self._send, list(entries)) if done]
        for _ in range(3):  # another build may write its own list over ours
            if not sent or self.off or {_short(name) for name in sent} <= (known := self._read_index()):
                break
            self._guarded(self._write, "index", b"".join(sorted(known | {_short(name) for name in sent})))
        return len(sent)

    def _fetch(self, name: str) -> tuple[str, bytes | None]:
        found = self._guarded(self.files.cat_file, f"{self.folder}/{name[:2]}/{name}")
        if found is None:
            return name, None
        entry = found[SIGNATURE:]
        if self.chosen.key and not hmac.compare_digest(
            signature(self.chosen.key, name, entry), found[:SIGNATURE]
        ):
            self.told("refused", name)
            return name, None
        return name, entry

    def _send(self, item: tuple[str, bytes]) -> tuple[str, bool]:
        name, entry = item
        data = signature(self.chosen.key, name, entry) + entry
        return name, self._guarded(self._write, f"{name[:2]}/{name}", data) is not None

    def _write(self, name: str, data: bytes) -> bool:
        """Where others may read meanwhile: a folder is written under another name first."""
        path = f"{self.folder}/{name}"
        local = self.chosen.protocol == "file"
        written = f"{path}.new-{os.getpid()}" if local else path
        try:
            self.files.pipe_file(written, data)
        except FileNotFoundError:
            if self.chosen.protocol in NEEDED:  # a bucket that does not exist; it is not ours to make one
                raise ValueError("there is no such place") from None
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(written, data)
        if local:
            Path(written).replace(path)
        return True

    def _read_index(self) -> set[bytes]:
        found = self._guarded(self.files.cat_file, f"{self.folder}/index") or b""
        return {found[at : at + PREFIX] for at in range(0, len(found), PREFIX)}

    def _guarded(self, act: Callable[..., Any], *arguments: object) -> Any:
        """What it gives, or None: where there is nothing, and where anything at all goes wrong."""
        if self.off:
            return None
        try:
            return act(*arguments)
        except FileNotFoundError:
            return None
        except Exception as problem:  # fsspec passes on what any of its many file systems raises
            self.off = True
            self.told("trouble", _without_password(f"{type(problem).__name__}: {problem}"))
            return None


def signature(key: bytes, name: str, entry: bytes) -> bytes:
    """HMAC-SHA256 over name and entry; zeros without a key."""
    return hmac.digest(key, name.encode() + entry, "sha256") if key else bytes(SIGNATURE)


def generation(code: str) -> str:
    """Under which machines share entries: the same code, pins, Python and text libraries."""
    versions = [sys.platform, platform.machine(), platform.python_version()]
    versions += [_version("libpango-1.0.so.0", "pango_version_string")]
    versions += [_version("libharfbuzz.so.0", "hb_version_string")]
    return hashlib.sha256(repr((code, versions)).encode()).hexdigest()[:32]


@cache
def _version(library: str, function: str) -> str:
    with suppress(OSError, AttributeError):
        asked = getattr(ctypes.CDLL(library), function)
        asked.restype = ctypes.c_char_p
        return str(asked())
    return ""


def _opened(url: str) -> tuple[Any, str]:
    import fsspec

    options: dict[str, Any] = {"skip_instance_cache": True, "use_listings_cache": False}
    if url.startswith(("http://", "https://")):
        import aiohttp

        options["client_kwargs"] = {
            "timeout": aiohttp.ClientTimeout(total=SECONDS, sock_connect=5),
            "trust_env": True,  # proxies
        }
    try:
        files, path = fsspec.core.url_to_fs(url, **options)
    except (ImportError, ValueError) as problem:
        raise EnvironmentProblem(f"COURSE_CACHE_REMOTE={url} cannot be opened: {problem}") from problem
    return files, str(path)


def _without_password(text: str) -> str:
    return re.sub(r"://[^/@\s]*@", "://…@", text)


def _short(name: str) -> bytes:
    return bytes.fromhex(name)[:PREFIX]


def _all(act: Callable[[Any], Any], things: Sequence[Any]) -> list[Any]:
    """What `act` gives for each, some at a time."""
    if len(things) < 2:
        return [act(thing) for thing in things]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, things))
