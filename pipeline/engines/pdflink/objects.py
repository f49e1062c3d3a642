"""PDF objects as bytes, and files of them.

Objects are those of ISO 32000-1, 7.3; files have object streams (7.5.7) and a cross-reference stream (7.5.8).
"""

import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
TOGETHER = 200
"""Objects in one object stream."""


def text(said: str) -> bytes:
    """A text string (7.9.2.2): as it is where it is ASCII, else UTF-16 with its byte order mark."""
    if said.isascii():
        return b"(" + literal(said.encode()) + b")"
    return b"<" + (b"\xfe\xff" + said.encode("utf-16-be")).hex().encode() + b">"


def literal(said: bytes) -> bytes:
    """What stands between the parentheses of a literal string (7.3.4.2)."""
    for char in (b"\\", b"(", b")"):
        said = said.replace(char, b"\\" + char)
    return said


def order(said: str) -> bytes:
    """The bytes of a text string: the order of a name tree's keys (7.9.6)."""
    return said.encode() if said.isascii() else b"\xfe\xff" + said.encode("utf-16-be")


def real(value: float) -> bytes:
    """A number in as few digits as it needs, at most three behind the point."""
    return b"%d" % value if float(value).is_integer() else (b"%.3f" % value).rstrip(b"0")


def ref(number: int) -> bytes:
    """A reference to an object."""
    return b"%d 0 R" % number


def array(items: Iterable[bytes]) -> bytes:
    """An array of what is written already."""
    return b"[" + b" ".join(items) + b"]"


class File:
    """A PDF file in the making: objects get numbers first and contents later."""

    def __init__(self) -> None:
        self.size = 1
        self.plain: list[tuple[int, bytes]] = []
        self.streams: list[tuple[int, bytes, bytes]] = []

    def reserve(self, count: int = 1) -> int:
        """The first of so many new numbers."""
        self.size += count
        return self.size - count

    def put(self, number: int, body: bytes) -> None:
        """Give an object its contents."""
        self.plain.append((number, body))

    def add(self, body: bytes) -> int:
        """A new object's number."""
        number = self.reserve()
        self.put(number, body)
        return number

    def put_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Give a stream its dictionary, without `/Length` and angle brackets, and its data as stored."""
        self.streams.append((number, entries, data))

    def add_stream(self, data: bytes, entries: bytes = b"", packed: bool = False) -> int:
        """A new stream's number; `packed` compresses its data."""
        number = self.reserve()
        if packed:
            data, entries = zlib.compress(data), entries + b" /Filter /FlateDecode"
        self.put_stream(number, entries, data)
        return number

    def written(self, root: int, info: int) -> bytes:
        """The whole file, with an ID that its contents give."""
        for at in range(0, len(self.plain), TOGETHER):
            self._pack(at)
        places: dict[int, tuple[int, int, int]] = {
            number: (2, self._packs[n // TOGETHER], n % TOGETHER) for n, (number, _) in enumerate(self.plain)
        }
        parts, at = [HEADER], len(HEADER)
        for number, entries, data in self.streams:
            part = b"%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
                number, entries, len(data), data
            )  # fmt: skip
            places[number] = (1, at, 0)
            parts.append(part)
            at += len(part)
        return b"".join([*parts, self._references(places, at, root, info, parts)])

    _packs: tuple[int, ...] = ()

    def _pack(self, at: int) -> None:
        """Some objects as one stream (7.5.7)."""
        rows, body, offset = [], [], 0
        for number, said in self.plain[at : at + TOGETHER]:
            rows.append(b"%d %d" % (number, offset))
            body.append(said)
            offset += len(said) + 1
        head = b" ".join(rows) + b"\n"
        entries = b"/Type /ObjStm /N %d /First %d" % (len(rows), len(head))
        self._packs += (self.add_stream(head + b"\n".join(body), entries, packed=True),)

    def _references(
        self, places: dict[int, tuple[int, int, int]], at: int, root: int, info: int, parts: list[bytes]
    ) -> bytes:
        """The cross-reference stream, and where it begins (7.5.8)."""
        own = self.reserve()
        places[own] = (1, at, 0)
        rows = (places.get(number, (0, 0, 65535)) for number in range(self.size))
        data = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
        digest = sha256()
        for part in parts:
            digest.update(part)
        id = digest.hexdigest()[:32].encode()
        return (
            b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] "
            b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (own, self.size, root, info, id, id, len(data), data, at)
        )
