"""A file that WeasyPrint wrote, taken apart by pikepdf into the objects of a fragment."""

import io
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.engines.pdflink.fonts import FontUse
from pipeline.engines.pdflink.fragment import DOCUMENT, END, FIRST, FONTS, REF, Note, Objects, Sheet
from pipeline.engines.pdftags import repair


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
            packed = "/Filter" in thing
            data = thing.read_raw_bytes()
            self.streams[self.numbers[key]] = data if packed else zlib.compress(data)
            said = _LENGTH.sub(b"", _open(thing.stream_dict, ()), count=1)
            said += b"" if packed else b" /Filter /FlateDecode"
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


# --- fonts -----------------------------------------------------------------------------------

_PAIR = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")


def uses(resources: Iterable[tuple[Any, Any]]) -> tuple[FontUse, ...]:
    """What fonts of resource dictionaries are used for, each once."""
    fonts = {str(name): font for name, font in resources}
    return tuple(_use(name, font) for name, font in sorted(fonts.items()))


def _use(name: str, font: Any) -> FontUse:
    descendant = font.DescendantFonts[0]
    widths = dict(_widths(list(descendant.W)))
    pairs = _PAIR.findall(font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2])
    meant = {int(glyph, 16): text.decode() for glyph, text in pairs}
    description = tuple(
        (str(key), tuple(map(float, value)) if isinstance(value, Array) else (float(value),))
        for key, value in descendant.FontDescriptor.items()
        if key
        not in ("/FontFile2", "/FontFile3", "/FontName", "/Type", "/FontFamily", "/CIDSet", "/FontStretch")
    )
    glyphs = tuple(
        (glyph, widths.get(glyph, 0.0), meant.get(glyph, "")) for glyph in sorted({*widths, *meant})
    )
    return FontUse(name, _CAPS.sub("", str(font.BaseFont).partition("+")[2]), description, glyphs)


_CAPS = re.compile("-(?:All-)?(?:Small|Petite)-Caps")
"""What Pango adds to the name of a face whose small capitals are used; they stand in the same file."""


def _widths(array: list[Any]) -> Iterable[tuple[int, float]]:
    """Glyph widths as /W lists them (ISO 32000-1, 9.7.4.3)."""
    at = 0
    while at < len(array):
        first, second = int(array[at]), array[at + 1]
        if isinstance(second, Array):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
            at += 2
        else:
            yield from ((glyph, float(array[at + 2])) for glyph in range(first, int(second) + 1))
            at += 3
