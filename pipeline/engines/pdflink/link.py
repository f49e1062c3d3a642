"""Fragments into a book."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from pipeline.engines.pdflink.fonts import REFERENCES, embedded, reference_file, reference_map
from pipeline.engines.pdflink.fragment import Bookmark, Fragment, Place, resource_dictionaries
from pipeline.engines.pdflink.relocate import coded, filled, roman, width

LINKS = "x-book:"
"""Addresses of places in the book, in the links of fragments: a name, or `page-N`, the page N from 0."""
_PAGE = re.compile(r"page-(\d+)")


class BrokenLink(Exception):
    """A link, or a page number, of a place that no fragment holds."""


@dataclass(frozen=True, slots=True)
class Folio:
    """Where page numbers stand: points from the outer edge and from the foot, and their size. On `mirrored`
    pages the outer edge of every other one is the left."""

    edge: float
    foot: float
    size: float
    mirrored: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """Fragments in order. `front` of them are numbered in Roman; `bare` ones show no page number;
    `recto` ones begin on a right-hand page, `verso` ones on a left-hand one."""

    fragments: Sequence[Fragment]
    front: int
    bare: frozenset[int]
    recto: frozenset[int]
    verso: frozenset[int]
    language: str
    folio: Folio

    @property
    def laid(self) -> "Laid":
        """Where its fragments stand."""
        first, page, front = [], 0, 0
        for number, fragment in enumerate(self.fragments):
            page += number in (self.verso if page % 2 == 0 else self.recto)
            if number == self.front:
                front = page
            first.append(page)
            page += fragment.pages
        return Laid(tuple(first), page, front)


@dataclass(frozen=True, slots=True)
class Laid:
    """A book's pages: the first of each fragment, how many there are, and how many are front matter."""

    first: tuple[int, ...]
    pages: int
    front: int

    def label(self, page: int) -> str:
        """What the folio of a page says (ISO 32000-1, 12.4.2)."""
        return roman(page + 1) if page < self.front else str(page + 1 - self.front)


def link(book: Book, fonts: Path) -> tuple[pikepdf.Pdf, int, frozenset[str]]:
    """The book, its number of pages, and the ids that it holds.

    Raises BrokenLink, and fonts.UndeclaredFont.
    """
    laid = book.laid
    places = {
        place.id: (first + place.page, place)
        for fragment, first in reversed(list(zip(book.fragments, laid.first, strict=True)))
        for place in fragment.places
    }
    pdf = pikepdf.new()
    joined = _Joining(pdf, book, laid, places, fonts)
    for number in range(len(book.fragments)):
        joined.add(number)
    joined.pad(laid.pages)
    joined.finish()
    return pdf, laid.pages, frozenset(places)


class _Joining:
    """A book on its way."""

    def __init__(
        self,
        pdf: pikepdf.Pdf,
        book: Book,
        laid: Laid,
        places: Mapping[str, tuple[int, Place]],
        fonts: Path,
    ) -> None:
        self.pdf, self.book, self.laid, self.places = pdf, book, laid, places
        self.glyphs = reference_map(reference_file(fonts))
        self.resources = embedded(pdf, (fragment.fonts for fragment in book.fragments), fonts)
        named = (use.name for f in book.fragments for use in f.fonts if use.base == REFERENCES)
        self.references = next(named, "")
        self.document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
        self.parents: list[tuple[int, Any]] = []
        self.annotations: list[tuple[int, Any]] = []
        self.next = laid.pages
        self.open = pdf.make_indirect(Stream(pdf, b"q\n"))
        self.size = (595.28, 841.89)

    # --- pages -------------------------------------------------------------------------------

    def pad(self, pages: int) -> None:
        """Empty pages up to a number."""
        while len(self.pdf.pages) < pages:
            self.pdf.add_blank_page(page_size=self.size)

    def add(self, number: int) -> None:
        """Append a fragment's pages with their part of the structure tree."""
        fragment, first = self.book.fragments[number], self.laid.first[number]
        self.pad(first)
        with pikepdf.open(io.BytesIO(fragment.data)) as source:
            self.pdf.pages.extend(source.pages)
            tree = self.pdf.copy_foreign(source.Root.StructTreeRoot)
        box = self.pdf.pages[first].obj.MediaBox
        self.size = (float(box[2]), float(box[3]))
        keys = self._structure(tree, first, fragment.pages)
        for resources in resource_dictionaries(self.pdf.pages[first : first + fragment.pages]):
            resources.Font = self.resources
        for page in range(first, first + fragment.pages):
            self._page(page, number, fragment, keys)

    def _structure(self, tree: Any, first: int, pages: int) -> dict[int, Any]:
        """Hang a fragment's tree into the book's (ISO 32000-1, 14.7.2 and 14.7.4.4). Gives the elements
        of its annotations by their keys."""
        kids = tree.K if isinstance(tree.K, Array) else [tree.K]
        for part in kids:
            part.S, part.P = Name.Part, self.document
            self.document.K.append(part)
        numbers = tree.ParentTree.Nums
        keys: dict[int, Any] = {}
        for at in range(0, len(numbers), 2):
            key = int(numbers[at])
            if key < pages:
                self.parents.append((first + key, numbers[at + 1]))
            else:
                keys[key] = numbers[at + 1]
        return keys

    def _page(self, page: int, number: int, fragment: Fragment, keys: Mapping[int, Any]) -> None:
        shown = self.pdf.pages[page].obj
        shown.StructParents = page
        content = shown.Contents
        moved: dict[int, float] = {}
        if any(reference.page == page - self.laid.first[number] for reference in fragment.references):
            filling = self._label(fragment, page)
            found, moved = filled(content.read_bytes(), self.references, self.glyphs, filling)
            content = self.pdf.make_indirect(Stream(self.pdf, found))
        folio = b"" if number in self.book.bare else self._folio(page)
        close = self.pdf.make_indirect(Stream(self.pdf, b"\nQ\n" + folio))
        shown.Contents = Array([self.open, content, close])
        bands = [(fragment.references[asked].band, by * POINTS) for asked, by in moved.items()]
        for note in shown.get("/Annots", ()):
            self._annotation(note, keys)
            for band, by in bands:
                _move(note, band, by)

    def _label(self, fragment: Fragment, page: int) -> Callable[[int], tuple[str, bool]]:
        """What is said of a reference on this page: its number, or nothing where it is this very page."""

        def label(asked: int) -> tuple[str, bool]:
            reference = fragment.references[asked]
            padded, at = reference.band is None, self._at(reference.id)
            return ("", False) if at == page and not padded else (self.laid.label(at), padded)

        return label

    def _at(self, id: str) -> int:
        if id not in self.places:
            raise BrokenLink(id)
        return self.places[id][0]

    def _folio(self, page: int) -> bytes:
        """The page's number in its outer corner, as an artifact (ISO 32000-1, 14.8.2.2)."""
        folio, text = self.book.folio, self.laid.label(page)
        wide = width(text, self.glyphs, folio.size)
        left = self.size[0] - folio.edge - wide if page % 2 == 0 or not folio.mirrored else folio.edge
        return (
            b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC q 0.086 0.141 0.18 rg BT "
            b"%s %.2f Tf 1 0 0 1 %.3f %.3f Tm <%s> Tj ET Q EMC"
            % (self.references.encode(), folio.size, left, folio.foot, coded(text, self.glyphs))
        )

    def _annotation(self, note: Any, keys: Mapping[int, Any]) -> None:
        """Number it anew, and turn the name it leads to into a destination (ISO 32000-1, 12.6.4)."""
        if "/StructParent" in note:
            self.annotations.append((self.next, keys[int(note.StructParent)]))
            note.StructParent = self.next
            self.next += 1
        action = note.get("/A")
        address = str(action.get("/URI", "")) if action is not None else ""
        target = unquote(address.removeprefix(LINKS)) if address.startswith(LINKS) else ""
        target = target or str(note.get("/Dest", ""))
        if not target:
            return
        page = _PAGE.fullmatch(target)
        at = int(page[1]) if page else self._at(target)
        if "/A" in note:
            del note["/A"]
        note.Dest = Array([self.pdf.pages[at].obj, Name.Fit]) if page else String(target)
        note.Contents = String(f"Page {self.laid.label(at)}")

    # --- the book as a whole -----------------------------------------------------------------

    def finish(self) -> None:
        """Structure, names, outline and page labels."""
        root, pdf = self.pdf.Root, self.pdf
        numbers: Any = Array()
        for key, value in (*sorted(self.parents, key=lambda row: row[0]), *self.annotations):
            numbers.extend([key, value])
        tree = Dictionary(
            Type=Name.StructTreeRoot,
            ParentTree=pdf.make_indirect(Dictionary(Nums=numbers)),
            ParentTreeNextKey=self.next,
            K=Array([self.document]),
        )
        root.StructTreeRoot = self.document.P = pdf.make_indirect(tree)
        root.MarkInfo = Dictionary(Marked=True)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.Lang = String(self.book.language)
        root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=self._names())))
        root.Outlines = self._outline()
        labels: list[Any] = [0, Dictionary(S=Name.r)] if self.laid.front else []
        root.PageLabels = Dictionary(Nums=Array([*labels, self.laid.front, Dictionary(S=Name.D, St=1)]))
        root.PageMode = Name.UseOutlines
        if self.book.recto:
            root.PageLayout = Name.TwoColumnRight

    def _names(self) -> Any:
        """All places by name, in the order of their bytes (ISO 32000-1, 7.9.6 and 12.3.2.3)."""
        pages = [page.obj for page in self.pdf.pages]
        names: Any = Array()
        for id in sorted(self.places, key=lambda id: bytes(String(id))):
            page, place = self.places[id]
            names.extend([String(id), Array([pages[page], Name.XYZ, place.x, place.y, 0])])
        return names

    def _outline(self) -> Any:
        """The headings of all fragments, nested by level (ISO 32000-1, 12.3.3)."""
        root = self.pdf.make_indirect(Dictionary(Type=Name.Outlines))
        stack: list[tuple[int, Any, list[Any]]] = [(0, root, [])]
        for page, bookmark in self._bookmarks():
            while stack[-1][0] >= bookmark.level:
                _close(*stack.pop()[1:], outermost=False)
            item = Dictionary(
                Title=String(bookmark.title),
                Parent=stack[-1][1],
                Dest=Array([self.pdf.pages[page].obj, Name.XYZ, bookmark.x, bookmark.y, 0]),
            )
            made = self.pdf.make_indirect(item)
            stack[-1][2].append(made)
            stack.append((bookmark.level, made, []))
        while stack:
            _close(*stack.pop()[1:], outermost=not stack)
        return root

    def _bookmarks(self) -> Iterator[tuple[int, Bookmark]]:
        for fragment, first in zip(self.book.fragments, self.laid.first, strict=True):
            for bookmark in fragment.bookmarks:
                yield first + bookmark.page, bookmark


POINTS = 0.75
"""Points in a unit of a fragment's content streams, a CSS pixel."""


def _move(note: Any, band: tuple[float, float, float, float] | None, by: float) -> None:
    """A link that follows a page number on its line goes with the text (ISO 32000-1, 12.5.2, Rect)."""
    left, low, right, high = (float(edge) for edge in note.Rect)
    if band and band[0] <= left <= band[2] and band[1] <= (low + high) / 2 <= band[3]:
        note.Rect = Array([round(left + by, 2), low, round(right + by, 2), high])


def _close(parent: Any, kids: list[Any], outermost: bool) -> None:
    """Chain an item's children. Only the outermost are open."""
    for before, after in pairwise(kids):
        before.Next, after.Prev = after, before
    if kids:
        parent.First, parent.Last = kids[0], kids[-1]
        parent.Count = len(kids) if outermost else -len(kids)
