"""A module's page as a package holds it: pictures beside it, answers folded, links that lead somewhere."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from lxml import etree
from markupsafe import Markup

from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.markup import Element, body, outside, pictured, relinked, written

FOLDER = "pages"
"""Where pages and their pictures stand in a release."""
FOLDED = ("Strong answer.", "Outline.", "Weak answer.", "Acceptance.", "Hint.")
"""Parts of an interview question or an exercise which a reader opens when they have thought."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the release, and its place in a package."""

    path: str
    place: str


@dataclass(frozen=True, slots=True)
class Page:
    """A module's page without its heading: its `lead` says what it is about, `contents` are the ids and
    titles of its sections."""

    lead: Markup
    html: Markup
    contents: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]


def paged(module: Row, contents: Contents) -> Page:
    """The page of a module."""
    found = body(contents.page(module))
    heading, lead = found[0], found[1]
    assert (heading.tag, lead.tag) == ("h1", "p"), "a page begins with its title and what it is about"
    found.remove(heading)
    found.remove(lead)
    pictures = (*localized(lead, FOLDER), *localized(found, FOLDER))
    for table in found.iterfind(".//div[@class='table']"):
        _table(table)
    for section in list(found.iter("section")):
        if {"interview", "exercise"} & set(section.get("class", "").split()):
            _fold(section)
    sections = tuple(_sections(found))
    return Page(Markup(written(lead)), Markup(written(found)), sections, pictures)


def localized(holder: Element, folder: str) -> tuple[Picture, ...]:
    """Make a text of the release stand alone in a package, and say which pictures it shows. `folder` is where
    its addresses begin."""
    ids = {element.get("id") for element in holder.iter()}
    relinked(
        holder, lambda href: href if href.startswith("#") and unquote(href[1:]) in ids else outside(href)
    )
    for link in holder.iter("a"):
        if link.get("href", "").startswith("https:"):
            link.attrib.update({"target": "_blank", "rel": "noopener"})
    paths = pictured(holder, lambda path: quote(_picture(path, folder).place))
    return tuple(_picture(path, folder) for path in list(paths))


def _picture(src: str, folder: str) -> Picture:
    path = posixpath.normpath(posixpath.join(folder, src))
    return Picture(path, path.removeprefix(f"{FOLDER}/"))


def _table(holder: Element) -> None:
    """Let a keyboard scroll a wide table; where it is narrow, each cell says of what it is."""
    holder.attrib.update({"tabindex": "0", "role": "group", "aria-label": "Table"})
    titles = ["".join(map(str, cell.itertext())) for cell in holder.iterfind(".//thead/tr/*")]
    for row in holder.iterfind(".//tbody/tr"):
        for cell, title in zip(row, titles, strict=False):
            cell.set("data-title", title)


def _sections(page: Element) -> Iterator[tuple[str, str]]:
    for section in page.iterfind("section[@id]"):
        heading = section.find("h2")
        if heading is not None:
            yield section.get("id", ""), "".join(map(str, heading.itertext()))


def _fold(section: Element) -> None:
    """Put each part that gives an answer away into a `<details>`."""
    folded: Element | None = None
    for element in list(section):
        label = _label(element)
        if label:
            folded = _details(element, label) if label in FOLDED else None
        if folded is not None:
            folded.append(element)


def _label(element: Element) -> str:
    """The bold words, with a period, with which a part begins; '' where none does."""
    lead = element[0] if element.tag == "p" and len(element) and not (element.text or "").strip() else None
    words = "".join(map(str, lead.itertext())) if lead is not None and lead.tag == "strong" else ""
    return words if words.endswith(".") else ""


def _details(first: Element, label: str) -> Element:
    """A `<details>` before the part's first paragraph, whose label becomes its summary."""
    details = etree.Element("details")
    details.set("class", "part")
    etree.SubElement(details, "summary").text = label.removesuffix(".")
    first.addprevious(details)
    lead = first[0]
    first.text = (lead.tail or "").lstrip()
    first.remove(lead)
    return details
