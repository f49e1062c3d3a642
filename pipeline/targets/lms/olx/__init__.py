"""A course for Open edX (docs.openedx.org, Open Learning XML): a part is a chapter, a module a sequential.

It is written twice: as a folder to look into, and as the archive that Studio imports. A module's units are its
page, its quiz, its interview questions and its exercises. Tracks are a chapter of their own, for static pages
would need a list of all tabs, and that list is another one in each release of Open edX.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from lxml import etree

from pipeline.engines.tarball import tarball
from pipeline.targets.lms import Export, Exported, Loss
from pipeline.targets.lms.contents import Contents, Row, minutes
from pipeline.targets.lms.markup import Element
from pipeline.targets.lms.olx.course import GRADED, RUN, frame
from pipeline.targets.lms.olx.problem import problem, prompt
from pipeline.targets.lms.olx.text import Texts, to_page

FOLDER = "lms/olx"
MEDIA = {".xml": "application/xml", ".html": "text/html", ".json": "application/json", ".png": "image/png"}
HELD = ("image", "solution")
"""Files that the course holds."""
BOOKS = ("book-pdf", "book-epub", "slides", "handout", "workshop", "presentation")
"""Files that it links to, where the release is published."""
KINDS = {"interview": ("Interview questions", "Interview question"), "exercise": ("Exercises", "Exercise")}


@dataclass(frozen=True, slots=True)
class Block:
    """A block with a file of its own, named after its kind: a name is unique in a course, whatever its kind.
    `page` is what an html block shows."""

    kind: str
    id: str
    element: Element
    inside: tuple["Block", ...] = ()
    page: str = ""

    @property
    def name(self) -> str:
        return f"{self.id}-{self.kind}"


def make(contents: Contents) -> Iterator[Exported]:
    """The folder, and the archive of it."""
    static = {row["path"]: row for role in HELD for row in contents.files(role)}
    texts = Texts(contents, {path: _static(path, contents) for path in static})
    files = dict(_files(contents, texts))
    for path, data in sorted(files.items()):
        yield Exported(f"{FOLDER}/{path}", MEDIA[posixpath.splitext(path)[1]], data, entry=False)
    held = {f"static/{texts.static[path]}": path for path in static}
    for path, source in sorted(held.items()):
        yield Exported(f"{FOLDER}/{path}", static[source]["mediaType"], same=source, entry=False)
    files |= {path: contents.read(source) for path, source in held.items()}
    packed = tarball(((f"course/{path}", data) for path, data in files.items()), contents.moment)
    yield Exported(f"lms/{contents.slug}-olx.tar.gz", "application/gzip", packed)


def _static(path: str, contents: Contents) -> str:
    """The name of a file among those of the course, which are in one folder: safe in addresses, and its own."""
    stem, extension = posixpath.splitext(path)
    readable = re.sub(r"[^A-Za-z0-9-]+", "_", stem.removeprefix("pages/images/"))
    return f"{readable}-{contents.uuid(path).hex[:8]}{extension}"


def _files(contents: Contents, texts: Texts) -> Iterator[tuple[str, bytes]]:
    chapters = tuple(_chapters(contents, texts))
    sequentials = [block for chapter in chapters for block in chapter.inside]
    yield from frame(contents, sum(block.element.get("graded") == "true" for block in sequentials))
    yield f"course/{RUN}.xml", _pointing(etree.Element("course"), chapters)
    for chapter in chapters:
        yield from _written(chapter)


def _written(block: Block) -> Iterator[tuple[str, bytes]]:
    """The files of a block and of what is in it."""
    yield f"{block.kind}/{block.name}.xml", _pointing(block.element, block.inside)
    if block.page:
        yield f"{block.kind}/{block.name}.html", f"{block.page}\n".encode()
    for inner in block.inside:
        yield from _written(inner)


def _pointing(element: Element, blocks: Iterable[Block]) -> bytes:
    """The element with pointers to these blocks."""
    for block in blocks:
        etree.SubElement(element, block.kind, url_name=block.name)
    for child in element:
        child.tail = "\n"
    return etree.tostring(element, encoding="utf-8") + b"\n"


def _block(kind: str, id: str, title: str, inside: Iterable[Block] = (), **facts: str) -> Block:
    return Block(kind, id, etree.Element(kind, {"display_name": _named(title), **facts}), tuple(inside))


def _named(title: str) -> str:
    """A name as an attribute: what is JSON there is read as JSON (xml_block's `deserialize_field`)."""
    try:
        read = json.loads(title)
    except ValueError:
        return title
    return title if isinstance(read, bool | int | float | list | dict) else json.dumps(title)


def _html(id: str, title: str, page: str) -> Block:
    """A page, in a file of HTML."""
    element = etree.Element("html", display_name=_named(title), editor="raw", filename=f"{id}-html")
    return Block("html", id, element, page=page)


def _unit(id: str, title: str, page: str) -> Block:
    return _block("vertical", id, title, [_html(id, title, page)])


def _chapters(contents: Contents, texts: Texts) -> Iterator[Block]:
    if contents.rows("tracks"):
        units = [_track(track, contents) for track in contents.rows("tracks")]
        yield _chapter("_tracks", "Tracks", [_block("sequential", "_tracks", "Tracks", units)])
    for part in contents.rows("parts"):
        modules = [contents.row("modules", id) for id in part["modules"]]
        if modules:
            yield _chapter(part["id"], part["title"], [_module(row, contents, texts) for row in modules])
    if (url := contents.manifest.get("url")) and (page := _downloads(contents, url)):
        unit = _unit("_downloads", "Downloads", page)
        yield _chapter("_downloads", "Downloads", [_block("sequential", "_downloads", "Downloads", [unit])])


def _chapter(id: str, title: str, inside: Iterable[Block]) -> Block:
    return _block("chapter", id, title, inside)


def _track(track: Row, contents: Contents) -> Block:
    """What a track is for, and the way through it."""
    modules = (contents.row("modules", id) for id in track["modules"])
    rows = (
        f'<li><a href="{to_page(module["id"])}" target="_top">{escape(module["title"])}</a></li>'
        for module in modules
    )
    page = f"<p>{escape(track['description'])}</p><p>{minutes(track['duration'])} minutes</p>"
    return _unit(f"_track_{track['id']}", track["title"], f"{page}<ol>{''.join(rows)}</ol>")


def _module(module: Row, contents: Contents, texts: Texts) -> Block:
    quiz = tuple(_quiz(module, contents, texts))
    units = [_unit(f"{module['id']}_page", module["title"], texts.page(module)), *quiz]
    for purpose, (several, one) in KINDS.items():
        rows = list(contents.questions(module, purpose))
        asked = [_prompt(row, f"{one} {number}", texts) for number, row in enumerate(rows, 1)]
        if asked:
            units.append(_block("vertical", f"{module['id']}_{purpose}", several, asked))
    title = f"{module['number']}. {module['title']}"
    facts = {"graded": "true", "format": GRADED} if quiz else {}
    return _block("sequential", module["id"], title, units, **facts)


def _quiz(module: Row, contents: Contents, texts: Texts) -> Iterator[Block]:
    problems = [
        Block("problem", _flat(row["id"]), problem(row, number, texts))
        for number, row in enumerate(contents.questions(module, "quiz"), 1)
    ]
    if problems:
        yield _block("vertical", f"{module['id']}_quiz", "Quiz", problems)


def _prompt(row: Row, title: str, texts: Texts) -> Block:
    """What is read and not asked. It is HTML inside of XML, for what opens and closes is no HTML 4, which files
    of HTML must be (`text`)."""
    element = etree.Element("html", display_name=title, editor="raw")
    element.text = etree.CDATA(prompt(row, texts))
    return Block("html", _flat(row["id"]), element)


def _flat(id: str) -> str:
    return id.replace("/", "_")


def _downloads(contents: Contents, url: str) -> str:
    """Links to the books, slides and handouts of the published release."""
    rows = [row for role in BOOKS for row in contents.files(role)]
    items = (
        f'<li><a href="{escape(_published(url, row["path"]))}" target="_blank" rel="noopener">'
        f"{escape(_called(row, contents))}</a></li>"
        for row in rows
    )
    return f"<ul>{''.join(items)}</ul>" if rows else ""


def _published(url: str, path: str) -> str:
    return f"{url.rstrip('/')}/{quote(path)}"


def _called(row: Row, contents: Contents) -> str:
    """What a file of the release is called. The workshop of a track stands in a folder of its name."""
    tracks = {track["id"]: track["title"] for track in contents.rows("tracks")}
    track = row.get("edition", posixpath.basename(posixpath.dirname(row["path"])))
    of = tracks.get(track, contents.title)
    if "module" in row:
        of = contents.row("modules", row["module"])["title"]
    kind = row["role"].removeprefix("book-")
    return f"{of}: {kind if kind == row['role'] else kind.upper()}"


def losses(contents: Contents) -> Iterator[Loss]:
    """What is not asked, what is asked in another way, and files that stay outside."""
    for row in contents.rows("questions"):
        if row["kind"] in KINDS:
            yield Loss(row["id"], "is read, with its answer to open; nothing can be written or handed in")
        elif row["kind"] == "order":
            yield Loss(row["id"], "each entry gets its place from a list, instead of being moved")
    if not contents.manifest.get("url"):
        for role in BOOKS:
            for row in contents.files(role):
                yield Loss(row["path"], "is not in the course, which links to files of a published release")


EXPORT = Export("olx", "Open Learning XML (Open edX)", "1", make, losses)
