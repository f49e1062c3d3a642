"""Packages for platforms, opened as a platform opens them: whole, nothing outside, well-formed, no local address."""

import io
import re
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from pipeline.diagnostics import error
from pipeline.validators.built import OURS, Built, Stage

ZIPS = (".zip", ".imscc", ".apkg", ".perseus")
MOST = 200_000_000
"""Bytes of one file inside a package: more is no lesson, but an attack on who unpacks it."""
LOCAL = re.compile(
    rb"(?:href|src|action|data|url)\\?[\"']?\s*[=:]\s*\\?[\"'](?:(?:https?:)?//(?:localhost|127\.|0\.0\.0\.0|\[::1\])|file:)"
)
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError)
SQLITE = b"SQLite format 3\0"


def packages(built: Built) -> Stage:
    """What is wrong with each file of an export."""
    for file in built.files:
        if file.role == "export" and file.path in built.held:
            data = (built.out / file.path).read_bytes()
            said = dict.fromkeys(_wrong(file.path, data))
            yield file.path, [error("V250", built.span(file.path), what, OURS) for what in said]


def _wrong(path: str, data: bytes) -> Iterator[str]:
    if LOCAL.search(data):
        yield f"{path} names an address of a local machine"
    if path.endswith((".xml", ".olx")):
        yield from _xml(path, data)
    elif data.startswith(SQLITE):
        yield from _database(path, data)
    elif path.endswith((*ZIPS, ".tar.gz")):
        yield from _archive(path, data)


def _archive(path: str, data: bytes) -> Iterator[str]:
    """What is wrong with an archive, and with the files in it."""
    try:
        for name, member in _zip(data) if path.endswith(ZIPS) else _tar(data):
            if name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name or "\\" in name:
                yield f"{path} holds {name}, which leads out of it"
            yield from (f"{path}: {what}" for what in _wrong(name, member))
    except BROKEN as problem:
        yield f"{path} cannot be opened: {problem}"


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        for info in held.infolist():
            if info.file_size > MOST:
                raise zipfile.BadZipFile(f"{info.filename} is too large")
            yield info.filename, held.read(info)


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data)) as held:
        for entry in held:
            if not (entry.isfile() or entry.isdir()) or entry.size > MOST:
                raise tarfile.TarError(f"{entry.name} is no file, or too large")
            file = held.extractfile(entry)
            yield entry.name, file.read() if file else b""


def _xml(path: str, data: bytes) -> Iterator[str]:
    try:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as problem:
        yield f"{path} is no XML: {problem}"


def _database(path: str, data: bytes) -> Iterator[str]:
    held = sqlite3.connect(":memory:")
    try:
        held.deserialize(data)
        (said,) = held.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            yield f"{path} is a damaged database: {said}"
    except sqlite3.DatabaseError as problem:
        yield f"{path} is a damaged database: {problem}"
    finally:
        held.close()
