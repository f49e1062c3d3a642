"""A fragment: what WeasyPrint wrote, as objects to be put into a book, and what is known of its pages."""

import io
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.engines.pdflink.fonts import FontUse, uses
from pipeline.engines.pdftags import repair

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


def cleaned(data: bytes, prefix: str) -> tuple[Objects, tuple[FontUse, ...]]:
    """The objects of a PDF without fonts, names, outline and metadata, and what it needs of fonts.

    `prefix` goes before the ids of table cells, which must differ between fragments.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        repair(pdf)
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and thing.get("/Type") == Name.StructElem:
                _name_cells(thing, prefix)
        resources = list(resource_dictionaries(pdf.pages))
        fonts = uses(font for found in resources for font in found.get("/Font", Dictionary()).items())
        shared = pdf.make_indirect(Dictionary())
        for found in resources:
            found.Font = shared
        document = pdf.make_indirect(Dictionary())
        for part in _listed(pdf.Root.StructTreeRoot.K):
            part.S, part.P = Name.Part, document
        return _Taking(pdf, {shared.objgen: FONTS, document.objgen: DOCUMENT}).objects(), fonts


class _Taking:
    """Takes what is reachable from the pages and the structure tree out of a file, and numbers it."""

    def __init__(self, pdf: pikepdf.Pdf, numbers: dict[tuple[int, int], int]) -> None:
        self.pdf, self.numbers = pdf, numbers
        self.waiting: list[tuple[int, int]] = []
        self.bodies: list[bytes] = []
        self.refs: array[int] = array("I")
        self.streams: dict[int, bytes] = {}

    def objects(self) -> Objects:
        pages = [page.obj for page in self.pdf.pages]
        tree = self.pdf.Root.StructTreeRoot
        for page in pages:
            self.number(page)
        parents = dict(_pairs(tree.ParentTree.Nums))
        roots = tuple(self.number(part) for part in _listed(tree.K))
        sheets = tuple(self._sheet(page, n, parents) for n, page in enumerate(pages))
        at = 0
        while at < len(self.waiting):
            self._take(self.waiting[at])
            at += 1
        text = b"".join(body + END for body in self.bodies)
        return Objects(text, self.refs, self.streams, sheets, roots)

    def number(self, thing: Any) -> int:
        """The number of an indirect object; it is taken if it is new. A direct one becomes indirect."""
        if not thing.is_indirect:
            thing = self.pdf.make_indirect(thing)
        return self._number(thing.objgen)

    def _number(self, key: tuple[int, int]) -> int:
        if key not in self.numbers:
            self.numbers[key] = FIRST + len(self.waiting)
            self.waiting.append(key)
        return self.numbers[key]

    def _sheet(self, page: Any, number: int, parents: Mapping[int, Any]) -> Sheet:
        box = [float(edge) for edge in page.MediaBox]
        row = parents.get(number)
        notes = tuple(self._note(note, parents) for note in page.get("/Annots", ()))
        content = self.number(page.Contents)
        held = self.number(row) if row is not None else 0
        return Sheet(self.number(page), (box[2], box[3]), content, notes, held)

    def _note(self, note: Any, parents: Mapping[int, Any]) -> Note:
        one, other, three, four = (float(edge) for edge in note.Rect)
        box = (min(one, three), min(other, four), max(one, three), max(other, four))
        action = note.get("/A", Dictionary())
        target = str(action.get("/URI", "")) or str(note.get("/Dest", ""))
        element = parents.get(int(note.StructParent)) if "/StructParent" in note else None
        return Note(self.number(note), box, target, self.number(element) if element is not None else 0)

    def _take(self, key: tuple[int, int]) -> None:
        thing = self.pdf.get_object(key)
        if isinstance(thing, pikepdf.Stream):
            self.streams[self.numbers[key]] = thing.read_raw_bytes()
            said = _LENGTH.sub(b"", _open(thing.stream_dict, ()), count=1)
        elif isinstance(thing, Dictionary) and thing.get("/Type") == Name.Page:
            said = _open(thing, PAGE)
        elif isinstance(thing, Dictionary) and thing.get("/Subtype") == Name.Link:
            said = _open(thing, NOTE)
        else:
            said = thing.unparse(resolved=True)
        self.bodies.append(_TOKEN.sub(self._referred, said))

    def _referred(self, found: re.Match[bytes]) -> bytes:
        if not found[1]:
            return found[0]
        self.refs.append(self._number((int(found[1]), int(found[2]))))
        return REF


_TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9a-fA-F]*>|\b(\d+) (\d+) R\b", re.DOTALL)
"""Strings, in which nothing is a reference, and references."""
PAGE = ("/Type", "/Parent", "/Contents", "/Annots", "/StructParents", "/MediaBox")
NOTE = ("/Rect", "/A", "/Dest", "/Contents", "/StructParent")
"""Entries of pages and links that the linker writes."""


_LENGTH = re.compile(rb"/Length \d+(?: \d+ R)?(?=\s|$)")


def _open(thing: Any, without: tuple[str, ...]) -> bytes:
    """What stands between the angle brackets of a dictionary, without some entries."""
    for key in without:
        if key in thing:
            del thing[key]
    said: bytes = thing.unparse(resolved=True)
    return said.strip()[2:-2].strip()


def _listed(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, Array) else [kids]


def _pairs(numbers: Any) -> Iterator[tuple[int, Any]]:
    """Keys and values of a number tree that is one node (7.9.7)."""
    return ((int(numbers[at]), numbers[at + 1]) for at in range(0, len(numbers), 2))


def resource_dictionaries(pages: Iterable[Any]) -> Iterator[Any]:
    """Those of the pages, and of the forms that they draw (ISO 32000-1, 7.8.3 and 8.10)."""
    seen: set[tuple[int, int]] = set()
    waiting = [page.obj for page in pages]
    while waiting:
        holder = waiting.pop()
        resources = holder.get("/Resources")
        if resources is None:
            continue
        yield resources
        for form in resources.get("/XObject", Dictionary()).values():
            if form.objgen not in seen:
                seen.add(form.objgen)
                waiting.append(form)


def _name_cells(element: Any, prefix: str) -> None:
    """Ids of header cells, and the cells that name them (ISO 32000-1, 14.8.5.7)."""
    if "/ID" in element:
        element.ID = String(prefix + str(element.ID))
    attributes = element.get("/A")
    if isinstance(attributes, Dictionary) and "/Headers" in attributes:
        attributes.Headers = Array([String(prefix + str(header)) for header in attributes.Headers])
