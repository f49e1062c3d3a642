"""Where the links of a module lead: to a module, into the module itself, outside, to a file."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pipeline.document.xhtml import Leads
from pipeline.model import Block, Callout, Course, Edition, Module


@dataclass(frozen=True, slots=True)
class Place:
    """A link taken apart. `kind` is outside, module, file or unknown; `path` is relative to the
    content folder; `anchor` is empty or a heading's id."""

    kind: str
    module: str = ""
    path: str = ""
    anchor: str = ""


_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):|[\\/]{2}", re.IGNORECASE)
OPENED = ("https", "http", "mailto")
"""Schemes that a link of a book, page or deck may have, whatever the rules said of the address."""


def place(href: str, module: Module, course: Course) -> Place:
    """What an address as written in `module` means, resolved as GitHub does: by file name."""
    scheme = _SCHEME.match(href)
    if scheme:
        opened = ((scheme[1] or "").lower() in OPENED and "://" in href) or href.startswith("mailto:")
        return Place("outside" if opened else "unknown", path=href)
    name, _, anchor = href.partition("#")
    if not name:
        return Place("module", module.id, anchor=unquote(anchor))
    path = posixpath.normpath(posixpath.join(posixpath.dirname(module.path), unquote(name)))
    for other in course.modules:
        if other.path == path:
            return Place("module", other.id, path, unquote(anchor))
    if path.startswith(".."):
        return Place("unknown", path=path)
    return Place("file", path=path, anchor=unquote(anchor))


def source_address(course: Course, path: str) -> str:
    """Where a file of the course stands in its repository."""
    return f"{course.repository.rstrip('/')}/blob/HEAD/content/{quote(path)}"


def book_links(
    module: Module,
    course: Course,
    edition: Edition,
    address: Callable[[str, str], str],
    listed: bool = False,
) -> Callable[[str], Leads]:
    """How a book's edition follows the links of a module. `address` gives where a module of the
    edition (and an anchor in it) stands; a module outside becomes text that says where it is. With `listed` it has
    an address too: the book lists what it leaves out, and whoever links it leads there."""

    def follow(href: str) -> Leads:
        found = place(href, module, course)
        if found.kind == "outside":
            return Leads(href)
        if found.kind == "module" and (listed or found.module in edition.modules):
            return Leads(address(found.module, found.anchor), inside=True)
        if found.kind == "module":
            number = course.module(found.module).number
            public = f"{course.url.rstrip('/')}/modules/{found.module}/" if course.url else ""
            return Leads(public, f"Module {number}, in the complete edition")
        if found.kind == "unknown":
            return Leads()
        if course.repository:
            return Leads(source_address(course, found.path))
        return Leads(remark=f"in the course's source: {found.path}")

    return follow


def bridges(course: Course, edition: Edition, module: Module) -> Callable[[Block], bool]:
    """Which blocks an edition shows: a bridge box only where the module it stands in for is missing."""

    def shows(block: Block) -> bool:
        if not isinstance(block, Callout) or not block.bridge:
            return True
        return place(block.bridge, module, course).module not in edition.modules

    return shows
