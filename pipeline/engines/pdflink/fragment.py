"""A fragment: what WeasyPrint wrote, without what belongs to the book as a whole."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, String

from pipeline.engines.pdflink.fonts import FontUse, uses
from pipeline.engines.pdftags import repair


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
class Fragment:
    """A PDF of its own, and what a linker has to know of it.

    `references` stand in the order of their numbers (`relocate`); `words` is the text of each page,
    without code.
    """

    data: bytes
    pages: int
    places: tuple[Place, ...]
    bookmarks: tuple[Bookmark, ...]
    fonts: tuple[FontUse, ...]
    references: tuple[Reference, ...]
    words: tuple[str, ...]


def cleaned(data: bytes, prefix: str) -> tuple[bytes, tuple[FontUse, ...]]:
    """The PDF without fonts, names, outline and metadata, and what it needs of fonts.

    `prefix` goes before the ids of table cells, which must differ between fragments.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        repair(pdf)
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and thing.get("/Type") == pikepdf.Name.StructElem:
                _name_cells(thing, prefix)
        resources = list(resource_dictionaries(pdf.pages))
        fonts = uses(font for found in resources for font in found.get("/Font", Dictionary()).items())
        for found in resources:
            found.Font = Dictionary()
        for key in ("/Names", "/Outlines", "/Metadata", "/ViewerPreferences"):
            if key in pdf.Root:
                del pdf.Root[key]
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            recompress_flate=False,
            fix_metadata_version=False,
        )
        return out.getvalue(), fonts


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
