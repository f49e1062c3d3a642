"""Pages to look things up in: glossary, sources, the map of what builds on what, the index.

All of it is made from data: terms of the front matter, the lists of further reading, prerequisites, and the
words of printed pages (`targets.index`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.document.xhtml import standing_alone
from pipeline.model import (
    Block,
    Course,
    Edition,
    Inlines,
    ItemList,
    Link,
    Module,
    Paragraph,
    Plain,
    Section,
    Styled,
    Term,
)
from pipeline.targets.book import Entry, Form, Page, name, parts, titled
from pipeline.targets.index import Entry as Listing

SOURCES, MAP = "Sources", "What builds on what"
FURTHER = "further-reading"
"""The id of the section whose entries the list of sources brings together."""


# --- glossary --------------------------------------------------------------------------------


def term_id(module: Module, term: Term) -> str:
    """The id of a term in the glossary."""
    return name(module.id, "term." + re.sub(r"[^\w-]+", "-", term.name.lower()))


def glossary(modules: tuple[Module, ...], form: Form) -> tuple[Page, ...]:
    """Every term that a module of the edition introduces, in alphabetical order; nothing without terms."""
    terms = sorted(
        ((term, module) for module in modules for term in module.terms),
        key=lambda row: (row[0].name.casefold(), row[1].number),
    )
    rows = []
    for term, module in terms:
        address = form.address(module.id, name(module.id))
        see = f'<a class="see" href="{address}">Module\u00a0{module.number}</a>{form.page_of(address, False)}'
        definition = standing_alone().inlines(term.definition)
        title = f'<dt id="{term_id(module, term)}">{Markup.escape(term.name)}</dt>'
        rows.append(f"{title}<dd>{definition} {see}</dd>\n")
    xhtml = f"<h1>Glossary</h1>\n<dl>\n{''.join(rows)}</dl>\n"
    return (Page("glossary", "glossary", "", "Glossary", (xhtml,)),) if rows else ()


# --- sources ---------------------------------------------------------------------------------


def source_pages(course: Course, edition: Edition, form: Form) -> Iterator[tuple[str, Page]]:
    """For each part what its modules recommend to read, with the addresses that print would hide."""
    held = [(part, _cited(inside, form)) for part, inside in parts(course, edition)]
    for n, (part, body) in enumerate((part, body) for part, body in held if body):
        title, id = f"Part {part.number}: {part.title}", name("sources", str(part.number))
        heading = f'<section class="level2" id="{id}"><h2>{Markup.escape(title)}</h2>\n'
        xhtml = f"{titled(SOURCES, n == 0)}{heading}{body}</section>\n"
        yield part.id, Page(id if n else "sources", "sources", "", SOURCES, (xhtml,), (Entry(id, title),))


def _cited(modules: Iterable[Module], form: Form) -> str:
    made = ""
    for module in modules:
        lists = [block for block in _further(module) if isinstance(block, ItemList)]
        rows = "".join(f"<li>{_source(item)}</li>\n" for block in lists for item in block.items)
        address = form.address(module.id, name(module.id, FURTHER))
        title = f"Module {module.number}: {Markup.escape(module.title)}"
        if rows:
            made += (
                f'<h3><a href="{address}">{title}</a>{form.page_of(address, False)}</h3>\n<ul>\n{rows}</ul>\n'
            )
    return made


def _further(module: Module) -> tuple[Block, ...]:
    for block in module.document.blocks:
        if isinstance(block, Section) and block.id == FURTHER:
            return block.blocks
    return ()


def _source(item: tuple[Block, ...]) -> str:
    """An entry: its words, then the addresses of its links."""
    runs = [block.inlines for block in item if isinstance(block, Paragraph | Plain)]
    words = " ".join(standing_alone().inlines(run) for run in runs)
    links = list(dict.fromkeys(href for run in runs for href in _outside_links(run)))
    shown = " ".join(f'<span class="address">{_breakable(href)}</span>' for href in links)
    return f"{words} {shown}" if shown else words


def _outside_links(inlines: Inlines) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Link) and inline.href.startswith("https://"):
            yield inline.href
        elif isinstance(inline, Link | Styled):
            yield from _outside_links(inline.children)


def _breakable(address: str) -> str:
    """An address without its scheme, that may break behind slashes and hyphens."""
    shown = str(Markup.escape(address.removeprefix("https://").removesuffix("/")))
    for mark in ("/", "-", "_", "."):
        shown = shown.replace(mark, f"{mark}<wbr/>")
    return shown


# --- map -------------------------------------------------------------------------------------


def map_page(image: str) -> Page:
    """What builds on what, drawn: a page around the picture."""
    xhtml = (
        f"<h1>{MAP}</h1>\n"
        "<p>A line leads from each module down to those that build on it. Read along any way that follows "
        "the lines; what no line enters can be read at once.</p>\n"
        f'<figure class="picture">{image}</figure>\n'
    )
    return Page("map", "map", "", MAP, (xhtml,))


# --- index -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Printed:
    """How an index names places: the number that a page of print shows, the address where it begins, and
    whether its parts are named as an EPUB reader knows them (EPUB Indexes 1.0)."""

    label: Callable[[int], str]
    address: Callable[[int], str]
    epub: bool = False

    def kind(self, name: str) -> str:
        """The attribute that names a part."""
        return f' epub:type="{name}"' if self.epub else ""


def index(groups: Iterable[tuple[str, Sequence[Listing]]], printed: Printed) -> Page:
    """The index, with pages of print."""
    made = "".join(_group(letter, listed, printed) for letter, listed in groups)
    note = "<p>Numbers in bold: where a term is introduced.</p>\n"
    columns = f'<div class="columns"{printed.kind("index-entry-list")}>{made}</div>\n'
    return Page("index", "index", "", "Index", (f"<h1>Index</h1>\n{note}{columns}",))


def _group(letter: str, listed: Iterable[Listing], printed: Printed) -> str:
    rows = []
    for entry in listed:
        term = str(Markup.escape(entry.name))
        term = f"<span{printed.kind('index-term')}>{term}</span>" if printed.epub else term
        places = ", ".join(_place(range, entry.main, printed) for range in entry.ranges)
        rows.append(f"<li{printed.kind('index-entry')}>{term} {places}</li>\n")
    return f'<h2 id="{name("index", letter)}">{letter}</h2>\n<ul>\n{"".join(rows)}</ul>\n'


def _place(range: tuple[int, int], main: int, printed: Printed) -> str:
    first, last = range
    said = printed.label(first)
    said = said if first == last else f"{said}–{printed.label(last)}"
    shown = f"<strong>{said}</strong>" if first <= main <= last else said
    return f'<a href="{printed.address(first)}"{printed.kind("index-locator")}>{shown}</a>'
