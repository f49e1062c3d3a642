"""Pages into the files of a book.

Long ones go to several; the places of printed pages are marked; and every address is led to the file in
which its id stands.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape, unescape
from posixpath import basename
from typing import TypeVar

from pipeline import cache
from pipeline.engines.pdflink import LINKS, BrokenLink
from pipeline.model import NUMBERED
from pipeline.targets import book
from pipeline.targets.epub.chapters import View
from pipeline.targets.paged import Paged, paragraph

R = TypeVar("R")
LONG = 120_000
"""Characters from which on a page goes to more than one file: a reading system lays out a file as a whole
before it shows the first page of it."""
SEMANTICS = {
    "title": ("titlepage", ""),
    "before": ("preface", "doc-preface"),
    "about": ("frontmatter", ""),
    "map": ("frontmatter", ""),
    "part": ("part", "doc-part"),
    "module": ("chapter", "doc-chapter"),
    "answers": ("backmatter", ""),
    "interview": ("backmatter", ""),
    "models": ("backmatter", ""),
    "glossary": ("glossary", "doc-glossary"),
    "sources": ("bibliography", "doc-bibliography"),
    "index": ("index", "doc-index"),
}
"""epub:type and matching role a kind of page (EPUB SSV 1.1; DPUB-ARIA 1.1)."""
SHORT = 6000
"""Characters below which a text is looked at sooner than what was seen in it is read from the cache."""
INSIDE = frozenset(["p", "li", "dt", "dd", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"])
"""Elements in which the place of a printed page may stand; it stands before others."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file of the text. What is not `linear` is reached by its links only (EPUB 3.3, section 5.7.1)."""

    id: str
    title: str
    page: str
    body: str
    linear: bool = True

    @property
    def path(self) -> str:
        """Where it stands in the book."""
        return f"text/{self.id}.xhtml"

    def __repr__(self) -> str:
        said = sha256(self.body.encode()).hexdigest()
        return f"Text({self.id!r}, {self.title!r}, {self.page!r}, {said}, {self.linear})"


@dataclass(frozen=True, slots=True)
class Names:
    """What print calls the elements of a text that have a name, the ids that it has, and those it leads to."""

    elements: tuple[str, ...]
    ids: tuple[str, ...]
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A text in a book: the labels of the printed pages that begin in it, by element, and the files to
    which it leads, by id. What is made of it may be remembered: nothing else of the book is in it."""

    text: Text
    places: tuple[tuple[str, tuple[str, ...]], ...]
    paths: tuple[tuple[str, str], ...]

    @property
    def body(self) -> str:
        """All that stands in its file's body."""
        return _led(_with_places(self.text, dict(self.places)), self.text.path, dict(self.paths))


@dataclass(frozen=True, slots=True)
class Laid:
    """The files of a book's text, where each id stands, and the labels of printed pages in order."""

    texts: tuple[Placed, ...]
    paths: Mapping[str, str]
    labels: tuple[str, ...]

    def address(self, id: str) -> str:
        """Where an id stands, as seen from the book's folder."""
        return f"{self.paths[id]}#{id}"


def lay(pages: Iterable[book.Page], views: Iterable[View], paged: Paged) -> Laid:
    """The files of a book. Raises BrokenLink where a link leads nowhere."""
    texts = [text for page in pages for text in _texts(page)]
    texts += map(_viewed, views)
    named = [remembered(len(text.body), names, text) for text in texts]
    places = _places(paged, {name for told in named for name in told.elements})
    begun = [tuple((n, tuple(places[n])) for n in told.elements if n in places) for told in named]
    paths = {id: text.path for text, told in zip(texts, named, strict=True) for id in told.ids}
    for text, rows in zip(texts, begun, strict=True):
        paths |= {page_id(label): text.path for _, labels in rows for label in labels}
    placed = (
        Placed(text, rows, tuple(_leads(told, paths)))
        for text, rows, told in zip(texts, begun, named, strict=True)
    )
    return Laid(tuple(placed), paths, tuple(label for labels in places.values() for label in labels))


def remembered(length: int, make: Callable[..., R], *inputs: object) -> R:
    """What is made of a text of this length, remembered where that is worth it."""
    return make(*inputs) if length < SHORT else cache.called(make, inputs)


def names(text: Text) -> Names:
    """What is named in a text, and what it names."""
    ids = (id for id in _ID.findall(text.body) if not id.startswith(NUMBERED))
    elements = (_name(text, found[3]) for found in _NAMED.finditer(text.body))
    return Names(tuple(elements), tuple(ids), tuple(dict.fromkeys(_HREF.findall(text.body))))


def _leads(told: Names, paths: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for id in told.leads:
        if id not in paths:
            raise BrokenLink(id)
        yield id, paths[id]


# --- files -----------------------------------------------------------------------------------


def _texts(page: book.Page) -> Iterator[Text]:
    """A page in files of whole chunks, each as near to LONG as they allow."""
    groups: list[list[str]] = [[]]
    for chunk in page.chunks:
        if groups[-1] and sum(map(len, groups[-1])) + len(chunk) > LONG and len(groups[-1]) > 1:
            groups.append([])
        groups[-1].append(chunk)
    kind, role = SEMANTICS[page.kind]
    role = f' role="{role}"' if role else ""
    top = "" if page.kind == "module" else f' id="{book.name(page.id)}"'
    for number, group in enumerate(groups, 1):
        label = escape(page.title)
        said = f'epub:type="{kind}"{role}{top} aria-label="{label}"'
        if number > 1:
            said = f'aria-label="{label}, continued"'
        id = page.id if number == 1 else f"{page.id}-{number}"
        body = f'<section class="page {page.kind}" {said}>\n{"".join(group)}</section>\n'
        yield Text(id, page.title, page.id, body)


def _viewed(view: View) -> Text:
    """A diagram with all the room that a page has."""
    body = (
        f'<section class="page picture-page" id="{view.id}" aria-label="{escape(view.title)}">\n'
        f'<h1>{escape(view.title, quote=False)}</h1>\n<p class="whole">'
        f'<img src="../{view.picture}" alt="{escape(view.title)}"/></p>\n'
        f"<p>{escape(view.description, quote=False)}</p>\n"
        f'<p><a href="{LINKS}{view.back}" role="doc-backlink">Back to the text</a></p></section>\n'
    )
    return Text(f"view-{view.id}", view.title, "", body, False)


# --- printed pages ---------------------------------------------------------------------------

_ID = re.compile(r'\sid="([^"]+)"')
_NAMED = re.compile(r'<(\w+)([^>]*?) id="([^"]+)"([^>]*)>')


def _name(text: Text, said: str) -> str:
    """What print calls an element."""
    return paragraph(text.page, said) if said.startswith(NUMBERED) else unescape(said)


def _places(paged: Paged, held: set[str]) -> dict[str, list[str]]:
    """The labels of printed pages, by the element with which each begins: the first on it that the book
    holds. A page on which none begins shares the place of the next that has one, or of the last."""
    places: dict[str, list[str]] = {}
    for piece in paged.pieces:
        waiting: list[str] = []
        last = ""
        for page in piece:
            waiting.append(page.label)
            name = next((name for name in page.begins if name in held), "")
            if name:
                places[name] = waiting
                waiting, last = [], name
        if last:
            places[last] += waiting
    return places


def _with_places(text: Text, places: Mapping[str, Sequence[str]]) -> str:
    """The text with the places of printed pages (EPUB SSV 1.1, pagebreak) instead of paragraph numbers."""

    def put(found: re.Match[str]) -> str:
        tag, before, said, after = found.groups()
        kept = "" if said.startswith(NUMBERED) else f' id="{said}"'
        element = f"<{tag}{before}{kept}{after}>"
        kind = "span" if tag in INSIDE else "div"
        marks = "".join(
            f'<{kind} epub:type="pagebreak" role="doc-pagebreak" id="{page_id(label)}" aria-label="{label}">'
            f"</{kind}>"
            for label in places.get(_name(text, said), ())
        )
        return element + marks if tag in INSIDE else marks + element

    return _NAMED.sub(put, text.body)


def page_id(label: str) -> str:
    """The id of the place where a printed page begins."""
    return f"page-{label}"


# --- addresses -------------------------------------------------------------------------------

_HREF = re.compile(rf' href="(?:{re.escape(LINKS)}|#)([^"]*)"')


def _led(body: str, own: str, paths: Mapping[str, str]) -> str:
    """The text of a file with addresses of files instead of ids."""

    def lead(found: re.Match[str]) -> str:
        path = paths[found[1]]
        return f' href="{"" if path == own else basename(path)}#{found[1]}"'

    return _HREF.sub(lead, body)
