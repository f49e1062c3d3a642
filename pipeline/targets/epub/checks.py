"""Our own look at a finished book: what must be in it, and what EPUBCheck does not ask for."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache as once

from lxml import etree

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines.ebook import files
from pipeline.model import Artifact
from pipeline.targets.epub.files import remembered
from pipeline.targets.pdf import missing

OPS = "{http://www.idpf.org/2007/ops}"
OURS = "Report it: books are checked before they are published."
PLAIN = frozenset(
    {"mimetype", "META-INF/container.xml", "EPUB/content.opf", "EPUB/toc.ncx", "EPUB/nav.xhtml"}
)
"""Files to which no text leads."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a document holds: ids, addresses inside the book, the ids of places of printed pages, and the
    addresses that its list of these gives."""

    ids: frozenset[str]
    addresses: tuple[str, ...]
    marks: tuple[str, ...]
    listed: tuple[str, ...]


Documents = Mapping[str, Seen]
"""The documents of a book, by path."""


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """Every id is there; every link inside the book leads to a file and an id that it holds; the pages of
    print are listed as they stand; and no file is there that nothing leads to."""
    held = dict(files(artifact.data))
    texts = {name: data.decode() for name, data in held.items() if name.endswith(".xhtml")}
    seen = {name: remembered(len(text), look, text) for name, text in texts.items()}
    span = Span(artifact.job.path)
    said = (*_dead(held, seen), *_unlisted(seen), *_unused(held, seen))
    return (*missing(artifact), *(error("V102", span, what, OURS) for what in said))


def look(document: str) -> Seen:
    """What is in an XHTML document."""
    tree = etree.fromstring(document.encode())
    lists = [nav for nav in tree.iter("{*}nav") if nav.get(f"{OPS}type") == "page-list"]
    return Seen(
        frozenset(_attributes(tree, "id")),
        tuple(v for v in _attributes(tree, "href", "src") if not v.startswith(("https:", "mailto:"))),
        tuple(str(mark.get("id")) for mark in tree.iter() if mark.get(f"{OPS}type") == "pagebreak"),
        tuple(address for nav in lists for address in _attributes(nav, "href")),
    )


def _attributes(tree: etree._Element, *names: str) -> Iterator[str]:
    found = tree.xpath(" | ".join(f".//@{name}" for name in names))
    return map(str, found) if isinstance(found, list) else iter(())


def _dead(held: Mapping[str, bytes], seen: Documents) -> Iterator[str]:
    for name, document in seen.items():
        for address in document.addresses:
            path, _, anchor = address.partition("#")
            target = _joined(name, path) if path else name
            if target not in held or (anchor and (target not in seen or anchor not in seen[target].ids)):
                yield f"{name}: nothing at {address}"


@once
def _joined(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _unlisted(seen: Documents) -> Iterator[str]:
    """The pages of print stand in the order of the list, and all of them are in it."""
    nav = "EPUB/nav.xhtml"
    listed = [_joined(nav, address) for address in seen[nav].listed]
    marked = {name: [f"{name}#{id}" for id in document.marks] for name, document in seen.items()}
    order = list(dict.fromkeys(address.partition("#")[0] for address in listed))
    if [address for name in order for address in marked.get(name, ())] != listed or {
        name for name, marks in marked.items() if marks
    } != set(order):
        yield "the list of printed pages is not in the order of the text"


def _unused(held: Mapping[str, bytes], seen: Documents) -> Iterator[str]:
    """Files that the spine does not hold and that nothing names."""
    package = etree.fromstring(held["EPUB/content.opf"])
    items = {item.get("id"): f"EPUB/{item.get('href')}" for item in package.iter("{*}item")}
    read = {items.get(item.get("idref")) for item in package.iter("{*}itemref") if item.get("linear") != "no"}
    named = {_joined(name, path.partition("#")[0]) for name, told in seen.items() for path in told.addresses}
    styles = b"".join(data for name, data in held.items() if name.endswith(".css")).decode()
    for name in sorted(set(held) - PLAIN - read - named):
        if posixpath.basename(name) not in styles:
            yield f"nothing leads to {name}"
