"""Zip archives that depend on nothing but their content, of members that may be compressed already.

The layout is that of APPNOTE.TXT 6.3 (sections 4.3.7, 4.3.12 and 4.3.16), without extra fields: EPUB wants
none before `mimetype`. Python's zipfile compresses each member anew.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

STORED, DEFLATED = 0, 8
UNIX, REGULAR = 3, 0o100644 << 16
"""Made on Unix; a regular file that everybody may read."""
UTF8 = 0x0800
"""Names are UTF-8 (section 4.4.4, bit 11)."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file as it stands in an archive: `data` is deflated or not, `size` and `crc` are those of what it
    holds."""

    method: int
    size: int
    crc: int
    data: bytes


Members = dict[bytes, Member]
"""Deflated files, by the sha256 of what they hold."""
_memory: ContextVar[tuple[Members, Members] | None] = ContextVar("memory", default=None)
"""What was deflated in earlier archives, and what this one holds."""


@contextmanager
def remembering(known: Members) -> Iterator[Members]:
    """Inside, what was deflated before is not deflated again. Gives what is used, to be `known` the next time."""
    used: Members = {}
    token = _memory.set((known, used))
    try:
        yield used
    finally:
        _memory.reset(token)


def packed(data: bytes, compress: bool = True) -> Member:
    """A file for an archive; deflated (RFC 1951) where that makes it smaller."""
    memory = _memory.get() if compress else None
    if memory is None:
        return _packed(data, compress)
    known, used = memory
    name = sha256(data).digest()
    used[name] = known.get(name) or _packed(data, compress)
    return used[name]


def _packed(data: bytes, compress: bool) -> Member:
    worker = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    small = worker.compress(data) + worker.flush() if compress else data
    method = DEFLATED if len(small) < len(data) else STORED
    return Member(method, len(data), zlib.crc32(data), small if method else data)


def archive(members: Iterable[tuple[str, Member]], moment: datetime) -> bytes:
    """A zip file with these members in this order, all of one date."""
    stamp = _stamp(moment)
    body, central = bytearray(), bytearray()
    held = list(members)
    for path, member in held:
        name, at = path.encode(), len(body)
        flags = 0 if path.isascii() else UTF8
        facts = struct.pack(
            "<HHHHHLLLHH", 20, flags, member.method, *stamp, member.crc, len(member.data), member.size,
            len(name), 0,
        )  # fmt: skip
        body += b"PK\3\4" + facts + name + member.data
        made = struct.pack("<BB", 20, UNIX)
        central += b"PK\1\2" + made + facts + struct.pack("<HHHLL", 0, 0, 0, REGULAR, at) + name
    end = struct.pack("<HHHHLLH", 0, 0, len(held), len(held), len(central), len(body), 0)
    return bytes(body + central + b"PK\5\6" + end)


def _stamp(moment: datetime) -> tuple[int, int]:
    """Time and date as MS-DOS keeps them (section 4.4.6): nothing before 1980."""
    day = max(moment, datetime(1980, 1, 1, tzinfo=UTC))
    time = day.hour << 11 | day.minute << 5 | day.second // 2
    return time, (day.year - 1980) << 9 | day.month << 5 | day.day
