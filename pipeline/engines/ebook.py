"""EPUB 3.3 packaging through EbookLib: it writes OPF, NCX and container; the XHTML is ours.

EbookLib would parse and rewrite XHTML, stamp random ids and the wall clock; so it is given complete
documents, fixed metadata, and its zip is written anew: `mimetype` first and stored (EPUB 3.3,
section 4.2.2), the rest sorted, one date for all.
"""

import io
import tempfile
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ebooklib import epub

from pipeline.engines.archive import Member, archive, packed

FOLDER, MIMETYPE = "EPUB", "mimetype"
"""The folder of a book in which everything stands, and the file that must be its first."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the book: `properties` as in EPUB 3.3, section D.4 (nav, cover-image, svg …); `linear` is yes
    or no for what the spine holds (section 5.7.1)."""

    id: str
    path: str
    media_type: str
    data: bytes | Member
    properties: tuple[str, ...] = ()
    linear: str = ""


@dataclass(frozen=True, slots=True)
class NavPoint:
    """An entry of the NCX, with what is below it."""

    title: str
    path: str
    inner: "tuple[NavPoint, ...]" = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What a package document says of a book. `series` is its title, its identifier, and the book's place in
    it; `metas` are (property, value) of EPUB 3 meta elements; `epoch` is when the book was last modified."""

    identifier: str
    title: str
    subtitle: str
    edition: str
    series: tuple[str, str, int]
    author: str
    language: str
    description: str
    rights: str
    subjects: tuple[str, ...]
    metas: tuple[tuple[str, str], ...]
    epoch: int


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer with the language on the package element."""

    def _write_opf_file(self, root: Any) -> None:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        super()._write_opf_file(root)


def stable_identifier(*names: str) -> str:
    """A URN that never changes for these names (RFC 9562, UUID version 5)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'course-pipeline/' + '/'.join(names))}"


def publish(publication: Publication, parts: Sequence[Part], contents: Sequence[NavPoint]) -> bytes:
    """The EPUB file. The parts of the spine stand in its order."""
    book = _book(publication, parts)
    for part in parts:
        item = epub.EpubItem(part.id, part.path, part.media_type, b"")
        item.properties = list(part.properties)
        book.add_item(item)
    book.spine = [(part.id, part.linear) for part in parts if part.linear]
    book.toc = [_toc(point, (number,)) for number, point in enumerate(contents, 1)]
    book.add_item(epub.EpubNcx())
    moment = datetime.fromtimestamp(publication.epoch, UTC)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.epub"
        writer = _Writer(str(raw), book, {"mtime": moment, "epub3_pages": False, "raise_exceptions": True})
        writer.process()
        writer.write()
        with zipfile.ZipFile(raw) as written:
            held = {name: written.read(name) for name in written.namelist()}
    own = {name: packed(data, name != MIMETYPE) for name, data in held.items()}
    own |= {f"{FOLDER}/{part.path}": _member(part) for part in parts}
    return archive([(name, own[name]) for name in [MIMETYPE, *sorted(set(own) - {MIMETYPE})]], moment)


def _member(part: Part) -> Member:
    if isinstance(part.data, Member):
        return part.data
    return packed(part.data, part.media_type.endswith(("xml", "css")))


def _book(publication: Publication, parts: Sequence[Part]) -> epub.EpubBook:
    book = epub.EpubBook()
    book.FOLDER_NAME, book.IDENTIFIER_ID, book.metadata = FOLDER, "pub-id", {}
    book.set_identifier(publication.identifier)
    book.set_language(publication.language)
    book.title = publication.title
    book.add_metadata("DC", "title", publication.title, {"id": "title"})
    _refine(book, "title", "title-type", "main")
    book.add_metadata("DC", "title", publication.subtitle, {"id": "subtitle"})
    _refine(book, "subtitle", "title-type", "subtitle")
    book.add_metadata("DC", "title", publication.edition, {"id": "edition"})
    _refine(book, "edition", "title-type", "edition")
    book.add_metadata("DC", "creator", publication.author, {"id": "creator"})
    _refine(book, "creator", "role", "aut", scheme="marc:relators")
    book.add_metadata("DC", "description", publication.description)
    book.add_metadata("DC", "rights", publication.rights)
    book.add_metadata("DC", "date", datetime.fromtimestamp(publication.epoch, UTC).strftime("%Y-%m-%d"))
    for subject in publication.subjects:
        book.add_metadata("DC", "subject", subject)
    title, identifier, position = publication.series
    book.add_metadata(None, "meta", title, {"id": "series", "property": "belongs-to-collection"})
    for name, value in (("collection-type", "set"), ("dcterms:identifier", identifier)):
        _refine(book, "series", name, value)
    _refine(book, "series", "group-position", str(position))
    for name, value in publication.metas:
        book.add_metadata(None, "meta", value, {"property": name})
    cover = next((part.id for part in parts if "cover-image" in part.properties), "")
    if cover:
        book.add_metadata(None, "meta", "", {"name": "cover", "content": cover})
    return book


def _refine(book: epub.EpubBook, id: str, name: str, value: str, **more: str) -> None:
    book.add_metadata(None, "meta", value, {"refines": f"#{id}", "property": name, **more})


def _toc(point: NavPoint, at: tuple[int, ...]) -> Any:
    link = epub.Link(point.path, point.title, "ncx-" + "-".join(map(str, at)))
    if not point.inner:
        return link
    return link, [_toc(inner, (*at, number)) for number, inner in enumerate(point.inner, 1)]


def files(data: bytes) -> Sequence[tuple[str, bytes]]:
    """The files of an EPUB, by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return [(name, held.read(name)) for name in held.namelist()]
