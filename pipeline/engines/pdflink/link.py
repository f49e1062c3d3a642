"""Fragments into a book."""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from pipeline.engines.pdflink.book import LEFT_OUT, LINKS, Book, BrokenLink, Laid
from pipeline.engines.pdflink.fonts import REFERENCES, embedded, reference_file, reference_map
from pipeline.engines.pdflink.fragment import FIRST, Fragment, Note, Place, Sheet
from pipeline.engines.pdflink.metadata import information, packet
from pipeline.engines.pdflink.objects import File, array, order, real, ref, text
from pipeline.engines.pdflink.outline import outline
from pipeline.engines.pdflink.relocate import coded, filled, width

_PAGE = re.compile(r"page-(\d+)")


POINTS = 0.75
"""Points in a unit of a fragment's content streams, a CSS pixel."""
Band = tuple[float, float, float, float] | None


def link(book: Book, fonts: Path) -> tuple[bytes, int, frozenset[str]]:
    """The book as a file, its number of pages, and the ids that it holds.

    Raises BrokenLink, and fonts.UndeclaredFont.
    """
    laid = book.laid
    places = {
        place.id: (first + place.page, place)
        for fragment, first in reversed(list(zip(book.fragments, laid.first, strict=True)))
        for place in fragment.places
    }
    return _Joining(book, laid, places, fonts).book_file(), laid.pages, frozenset(places)


class _Joining:
    """A book on its way. Pages and what is shared have their numbers from the beginning."""

    def __init__(self, book: Book, laid: Laid, places: Mapping[str, tuple[int, Place]], fonts: Path) -> None:
        self.book, self.laid, self.places, self.file = book, laid, places, File()
        self.glyphs = reference_map(reference_file(fonts))
        self.root, self.pages = self.file.reserve(), self.file.reserve()
        self.document, self.tree = self.file.reserve(), self.file.reserve()
        self.first = self.file.reserve(laid.pages)
        self.fonts = embedded(self.file, (fragment.fonts for fragment in book.fragments), fonts)
        named = (use.name for f in book.fragments for use in f.fonts if use.base == REFERENCES)
        self.references = next(named, "")
        self.open = self.file.add_stream(b"q\n")
        self.parts: list[int] = []
        self.parents: list[tuple[int, int]] = []
        self.next = laid.pages
        self.sizes = [(0.0, 0.0)] * laid.pages

    def book_file(self) -> bytes:
        for number in range(len(self.book.fragments)):
            self._add(number)
        self._pad()
        self._structure()
        self._catalog()
        info = self.file.add(information(self.book.said, self.book.epoch))
        return self.file.written(self.root, info)

    # --- fragments ---------------------------------------------------------------------------

    def _add(self, place: int) -> None:
        """A fragment's objects, its pages among them, and its part of the structure tree."""
        fragment, first = self.book.fragments[place], self.laid.first[place]
        objects = fragment.objects
        count, sheets = objects.text.count(b"\0"), len(objects.sheets)
        base = self.file.reserve(count - sheets) - sheets
        numbers = [self.fonts, self.document, *(self.first + first + n for n in range(sheets))]
        numbers += range(base + sheets, base + count)
        bodies = objects.bodies([ref(number) for number in numbers])
        inner = {sheet.object for sheet in objects.sheets} | {
            note.object for sheet in objects.sheets for note in sheet.notes
        }
        told = self._contents(place, fragment)
        for n, body in enumerate(bodies, FIRST):
            if n in told:
                self.file.put_stream(numbers[n], b"/Filter /FlateDecode", told[n][0])
            elif n in objects.streams:
                self.file.put_stream(numbers[n], body, objects.streams[n])
            elif n not in inner:
                self.file.put(numbers[n], body)
        self.parts += [numbers[part] for part in objects.roots]
        for page, sheet in enumerate(objects.sheets, first):
            self._page(place, page, sheet, bodies, numbers, told.get(sheet.content, (b"", {}))[1])

    def _contents(self, place: int, fragment: Fragment) -> dict[int, tuple[bytes, dict[int, float]]]:
        """The content streams that show page numbers, filled in; and what each number moved, in points."""
        made = {}
        for page in sorted({reference.page for reference in fragment.references}):
            content = fragment.objects.sheets[page].content
            data = zlib.decompress(fragment.objects.streams[content])
            label = self._label(fragment, self.laid.first[place] + page)
            found, moved = filled(data, self.references, self.glyphs, label)
            made[content] = zlib.compress(found), {asked: by * POINTS for asked, by in moved.items()}
        return made

    def _label(self, fragment: Fragment, page: int) -> Callable[[int], tuple[str, bool]]:
        """What is said of a reference on this page: its number, or nothing where it is this very page."""

        def label(asked: int) -> tuple[str, bool]:
            reference = fragment.references[asked]
            padded, at = reference.band is None, self._at(reference.id)
            return ("", False) if at == page and not padded else (self.laid.label(at), padded)

        return label

    def _at(self, id: str) -> int:
        return self.places[self._held(id)][0]

    def _held(self, id: str) -> str:
        """The place that is meant by this one: itself, or where it is said that the book leaves it out."""
        for name in (id, LEFT_OUT + id.partition("--")[0]):
            if name in self.places:
                return name
        raise BrokenLink(id)

    def _page(
        self,
        place: int,
        page: int,
        sheet: Sheet,
        bodies: list[bytes],
        numbers: list[int],
        moved: dict[int, float],
    ) -> None:
        """A page (7.7.3.3), with its links."""
        self.sizes[page] = sheet.size
        folio = b"" if place in self.book.bare else self._folio(page)
        close = self.file.add_stream(b"\nQ\n" + folio)
        contents = array(map(ref, (self.open, numbers[sheet.content], close)))
        rows = [bodies[sheet.object - FIRST], b"/Contents " + contents, b"/StructParents %d" % page]
        if sheet.parents:
            self.parents.append((page, numbers[sheet.parents]))
        references = self.book.fragments[place].references
        bands = [(references[asked].band, by) for asked, by in moved.items()]
        for note in sheet.notes:
            self._note(note, bodies[note.object - FIRST], numbers, bands)
        if sheet.notes:
            rows.append(b"/Annots " + array(ref(numbers[note.object]) for note in sheet.notes))
        self._put_page(page, b" ".join(rows))

    def _put_page(self, page: int, rows: bytes) -> None:
        box = array(map(real, (0, 0, *self.sizes[page])))
        said = b"<< /Type /Page /Parent %s /MediaBox %s %s >>" % (ref(self.pages), box, rows)
        self.file.put(self.first + page, said)

    def _pad(self) -> None:
        """Empty pages, before parts and modules that begin on a right-hand one."""
        for page, size in enumerate(self.sizes):
            if not size[0]:
                self.sizes[page] = max(self.sizes[max(0, page - 1) : page + 2])
                self._put_page(page, b"/Resources << >>")

    def _folio(self, page: int) -> bytes:
        """The page's number in its outer corner, as an artifact (14.8.2.2)."""
        folio, label = self.book.folio, self.laid.label(page)
        wide = width(label, self.glyphs, folio.size)
        outer = page % 2 == 0 or not folio.mirrored
        left = self.sizes[page][0] - folio.edge - wide if outer else folio.edge
        return (
            b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC q 0.086 0.141 0.18 rg BT "
            b"%s %.2f Tf 1 0 0 1 %.3f %.3f Tm <%s> Tj ET Q EMC"
            % (self.references.encode(), folio.size, left, folio.foot, coded(label, self.glyphs))
        )

    def _note(self, note: Note, body: bytes, numbers: list[int], bands: Sequence[tuple[Band, float]]) -> None:
        """A link (12.5.6.5): numbered for the structure tree, in its place, to a name in the book, a page of
        it, or an address."""
        box = note.box
        for band, by in bands:
            box = _moved(box, band, by)
        rows = [body, b"/Rect " + array(map(real, box)), self._target(note.target)]
        if note.element:
            rows.append(b"/StructParent %d" % self.next)
            self.parents.append((self.next, numbers[note.element]))
            self.next += 1
        self.file.put(numbers[note.object], b"<< %s >>" % b" ".join(rows))

    def _target(self, target: str) -> bytes:
        """Where a link leads (12.3.2 and 12.6.4.7), and what it says of it."""
        inside = not target.partition(":")[1] or target.startswith(LINKS)
        if not inside:
            said = text(target)
            return b"/A << /Type /Action /S /URI /URI %s >> /Contents %s" % (said, said)
        name = unquote(target.removeprefix(LINKS))
        page = _PAGE.fullmatch(name)
        at = int(page[1]) if page else self._at(name)
        to = b"[%s /Fit]" % ref(self.first + at) if page else text(self._held(name))
        return b"/Dest %s /Contents %s" % (to, text(f"Page {self.laid.label(at)}"))

    # --- the book as a whole -----------------------------------------------------------------

    def _structure(self) -> None:
        """One tree of all parts (14.7.2), and the parents of marked content and links (14.7.4.4)."""
        rows = b" ".join(b"%d %s" % (key, ref(held)) for key, held in sorted(self.parents))
        parents = self.file.add(b"<< /Nums [%s] >>" % rows)
        kids = array(map(ref, self.parts))
        self.file.put(
            self.document, b"<< /Type /StructElem /S /Document /P %s /K %s >>" % (ref(self.tree), kids)
        )
        self.file.put(
            self.tree,
            b"<< /Type /StructTreeRoot /K [%s] /ParentTree %s /ParentTreeNextKey %d >>"
            % (ref(self.document), ref(parents), self.next),
        )

    def _catalog(self) -> None:
        """The root (7.7.2): pages and their labels (12.4.2), names, outline, language, metadata."""
        kids = array(ref(self.first + page) for page in range(self.laid.pages))
        self.file.put(self.pages, b"<< /Type /Pages /Count %d /Kids %s >>" % (self.laid.pages, kids))
        roman_first = b"0 << /S /r >> " if self.laid.front else b""
        metadata = self.file.add_stream(
            packet(self.book.said, self.book.epoch), b"/Type /Metadata /Subtype /XML"
        )
        rows = [
            b"/Type /Catalog /Pages " + ref(self.pages),
            b"/StructTreeRoot " + ref(self.tree),
            b"/MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >>",
            b"/Lang " + text(self.book.language),
            b"/Names << /Dests %s >>" % ref(self.file.add(b"<< /Names %s >>" % self._names())),
            b"/Outlines " + ref(outline(self.file, tuple(self._bookmarks()))),
            b"/PageLabels << /Nums [%s%d << /S /D /St 1 >>] >>" % (roman_first, self.laid.front),
            b"/PageMode /UseOutlines",
            b"/PageLayout /TwoColumnRight" if self.book.recto else b"/PageLayout /SinglePage",
            b"/Metadata " + ref(metadata),
        ]
        self.file.put(self.root, b"<< %s >>" % b" ".join(rows))

    def _names(self) -> bytes:
        """All places by name, in the order of their bytes (7.9.6 and 12.3.2.3)."""
        rows = []
        for id in sorted(self.places, key=order):
            page, place = self.places[id]
            rows.append(text(id) + b" " + self._spot(page, place.x, place.y))
        return array(rows)

    def _spot(self, page: int, x: float, y: float) -> bytes:
        return b"[%s /XYZ %s %s 0]" % (ref(self.first + page), real(x), real(y))

    def _bookmarks(self) -> Iterator[tuple[int, str, bytes]]:
        """Level, title and place of each heading."""
        for fragment, first in zip(self.book.fragments, self.laid.first, strict=True):
            for mark in fragment.bookmarks:
                yield mark.level, mark.title, self._spot(first + mark.page, mark.x, mark.y)


def _moved(
    box: tuple[float, float, float, float], band: Band, by: float
) -> tuple[float, float, float, float]:
    """A link that follows a page number on its line goes with the text."""
    left, low, right, high = box
    if band and band[0] <= left <= band[2] and band[1] <= (low + high) / 2 <= band[3]:
        return left + by, low, right + by, high
    return box
