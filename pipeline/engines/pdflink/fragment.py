"""A fragment: what WeasyPrint wrote, as objects to be put into a book, and what is known of its pages."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.engines.pdflink.fonts import FontUse

END, REF = b"\0", b"\1"
"""In the text of objects: the end of one, and a reference. Neither byte stands in what qpdf writes."""
FONTS, DOCUMENT, FIRST = 0, 1, 2
"""References that mean something of the book: its font resources, its structure element, and the number
of the first object that is the fragment's own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id stands: the page from 0, and x and y in points from the lower left corner."""

    id: str
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading for the outline; level 1 is outermost."""

    level: int
    title: str
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A page number to fill in: that of `id`, on the page `page` of the fragment. `band` is where the rest
    of its line stands, left, bottom, right and top in points: what is there moves up to the number; without
    it the number is padded."""

    id: str
    page: int
    band: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A link of a page: its box (left, bottom, right, top in points), the address or name that it leads to,
    and the structure element that holds it (0: none)."""

    object: int
    box: tuple[float, float, float, float]
    target: str
    element: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its object, its size in points, its content stream, its links, and the object that names the
    elements of its marked content (0: none)."""

    object: int
    size: tuple[float, float]
    content: int
    notes: tuple[Note, ...]
    parents: int


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a fragment, numbered from FIRST. `text` holds them one after the other, each followed
    by END, with REF for each reference; `refs` are the numbers that these stand for. Dictionaries of pages,
    links and streams are left open: they get more entries. `streams` holds data as it is stored, by object."""

    text: bytes
    refs: "array[int]"
    streams: Mapping[int, bytes]
    sheets: tuple[Sheet, ...]
    roots: tuple[int, ...]

    def bodies(self, names: Sequence[bytes]) -> list[bytes]:
        """The contents of all objects; `names` says how each number is referred to in the book."""
        pieces = self.text.split(REF)
        mixed = [b""] * (2 * len(pieces) - 1)
        mixed[::2] = pieces
        mixed[1::2] = [names[number] for number in self.refs]
        return b"".join(mixed).split(END)[:-1]


@dataclass(frozen=True, slots=True)
class Fragment:
    """Pages of a book, and what a linker has to know of them.

    `references` stand in the order of their numbers (`relocate`); `words` is the text of each page,
    without code; `begins` names for each page what begins there, in order: ids, and numbers of paragraphs.
    """

    objects: Objects
    pages: int
    places: tuple[Place, ...]
    bookmarks: tuple[Bookmark, ...]
    fonts: tuple[FontUse, ...]
    references: tuple[Reference, ...]
    words: tuple[str, ...]
    begins: tuple[tuple[str, ...], ...] = ()
