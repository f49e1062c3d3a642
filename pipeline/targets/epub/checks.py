"""Our own look at a finished book: what must be in it, and what EPUBCheck does not ask for."""

import posixpath
from collections.abc import Iterator, Mapping
from functools import cache

from lxml import etree

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines.ebook import files
from pipeline.model import Artifact
from pipeline.targets.pdf import missing

OPS = "{http://www.idpf.org/2007/ops}"
OURS = "Report it: books are checked before they are published."
PLAIN = frozenset(
    {"mimetype", "META-INF/container.xml", "EPUB/content.opf", "EPUB/toc.ncx", "EPUB/nav.xhtml"}
)
"""Files to which no text leads."""


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """Every id is there; every link inside the book leads to a file and an id that it holds; the pages of
    print are listed as they stand; and no file is there that nothing leads to."""
    held = dict(files(artifact.data))
    trees = {name: etree.fromstring(data) for name, data in held.items() if name.endswith(".xhtml")}
    span = Span(artifact.job.path)
    said = (*_dead(held, trees), *_unlisted(trees), *_unused(held, trees))
    return (*missing(artifact), *(error("V102", span, what, OURS) for what in said))


def _dead(held: Mapping[str, bytes], trees: Mapping[str, etree._Element]) -> Iterator[str]:
    ids = {name: set(_attributes(tree, "id")) for name, tree in trees.items()}
    for name, tree in trees.items():
        for address in _addresses(tree):
            path, _, anchor = address.partition("#")
            target = _joined(name, path) if path else name
            if target not in held or (anchor and anchor not in ids.get(target, ())):
                yield f"{name}: nothing at {address}"


def _addresses(tree: etree._Element) -> Iterator[str]:
    for value in _attributes(tree, "href", "src"):
        if not value.startswith(("https:", "mailto:")):
            yield value


def _attributes(tree: etree._Element, *names: str) -> Iterator[str]:
    found = tree.xpath(" | ".join(f".//@{name}" for name in names))
    return map(str, found) if isinstance(found, list) else iter(())


@cache
def _joined(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _unlisted(trees: Mapping[str, etree._Element]) -> Iterator[str]:
    """The pages of print stand in the order of the list, and all of them are in it."""
    listed = [
        _joined("EPUB/nav.xhtml", address)
        for nav in trees["EPUB/nav.xhtml"].iter("{*}nav")
        if nav.get(f"{OPS}type") == "page-list"
        for address in _attributes(nav, "href")
    ]
    marked = {
        name: [f"{name}#{mark.get('id')}" for mark in tree.iter() if mark.get(f"{OPS}type") == "pagebreak"]
        for name, tree in trees.items()
    }
    order = list(dict.fromkeys(address.partition("#")[0] for address in listed))
    if [address for name in order for address in marked[name]] != listed or {
        name for name, marks in marked.items() if marks
    } != set(order):
        yield "the list of printed pages is not in the order of the text"


def _unused(held: Mapping[str, bytes], trees: Mapping[str, etree._Element]) -> Iterator[str]:
    """Files that the spine does not hold and that nothing names."""
    package = etree.fromstring(held["EPUB/content.opf"])
    items = {item.get("id"): f"EPUB/{item.get('href')}" for item in package.iter("{*}item")}
    read = {items.get(item.get("idref")) for item in package.iter("{*}itemref") if item.get("linear") != "no"}
    named = {
        _joined(name, path.partition("#")[0]) for name, tree in trees.items() for path in _addresses(tree)
    }
    styles = b"".join(data for name, data in held.items() if name.endswith(".css")).decode()
    for name in sorted(set(held) - PLAIN - read - named):
        if posixpath.basename(name) not in styles:
            yield f"nothing leads to {name}"
