"""Texts that come out of Open edX as they went in.

Four things change texts there. Its XML parser drops blank text where no other text stands first, and its writer
indents what holds elements alone (lxml: `remove_blank_text`, `pretty_print`). Its problems replace `$seed` and
the like, and its pages quoted addresses below `/static/`, wherever they stand. And courses are checked by an
HTML 4 parser, which refuses elements that came later.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.markup import (
    VOID,
    Element,
    body,
    outside,
    parsed,
    pictured,
    relinked,
    unclassed,
    written,
)

OLDER = {
    **dict.fromkeys(("article", "details", "figcaption", "figure", "footer", "header", "main"), "div"),
    **dict.fromkeys(("nav", "section", "summary"), "div"),
    **dict.fromkeys(("mark", "time"), "span"),
    "aside": "blockquote",
}
"""Elements of HTML 4 for those that are newer."""
BLOCKS = {"p", "div", "ul", "ol", "li", "dl", "dt", "dd", "pre", "blockquote", "hr"}
BLOCKS |= {"table", "caption", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"}
JOINT = "\u200b"
"""A zero-width space: text that holds the blanks behind it, and that nobody sees."""
READ = re.compile(
    r"(\$(?=anonymous_student_id|attempt|extra_files|python_path|script_code|seed)"
    r"""|["'](?=/(?:static|course|jump_to|jump_to_id)/)"""
    r"|%(?=%(?:USER_ID|USER_EMAIL|COURSE_ID)%%)"
    r"|(?:start|end)out(?=text\s*/))"
)
"""Where the platform would read a text as an order to it."""


def fit(holder: Element) -> Element:
    """The same element, in HTML 4, with nothing in its texts that would be read as an order."""
    unclassed(holder)
    etree.strip_elements(holder, "wbr", with_tail=False)
    for code in holder.iter("pre"):
        etree.strip_tags(code, "code")
    for element in list(holder.iter("*")):
        element.tag = OLDER.get(element.tag, element.tag)
        _shield(element)
    return holder


def join(holder: Element) -> Element:
    """The same element, with its blanks as they are after an XML file was read and written."""
    for element in holder.iter("*"):
        if _loose(element):
            element.text = JOINT + (element.text or "")
    return holder


def _shield(element: Element) -> None:
    """Put the first character of what would be read as an order into an element of its own."""
    parent, (text, *spans) = element.getparent(), _parts(element.text)
    if spans:
        element.text, element[0:0] = text, spans
    tail, *spans = _parts(element.tail if parent is not None else None)
    if spans and parent is not None:
        element.tail = tail
        at = parent.index(element) + 1
        parent[at:at] = spans


def _parts(text: str | None) -> tuple[str | None, *tuple[Element, ...]]:
    first, *rest = READ.split(text or "")
    spans = []
    for sign, tail in zip(rest[::2], rest[1::2], strict=True):
        span = etree.Element("span")
        span.text, span.tail = sign, tail
        spans.append(span)
    return first or None, *spans


def _loose(element: Element) -> bool:
    """Whether blanks between what stands in this element would be lost, or added; and what is empty: it would be
    closed at once, which is no HTML."""
    if (element.text or "").strip() or element.tag in VOID:
        return False
    if len(element) == 0:
        return not element.text
    children = list(element)
    gaps = any(not (child.tail or "").strip() for child in children[:-1])
    return gaps and any(child.tag not in BLOCKS for child in children)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a release; `static` names its pictures and solutions as the course holds them."""

    contents: Contents
    static: Mapping[str, str]

    def said(self, html: str) -> Element:
        """A text of a problem, as what stands in a `<div>`."""
        return join(self.read(html))

    def read(self, html: str) -> Element:
        """A text of a question, as what stands in a `<div>`. Its ids are gone: questions share a page."""
        holder = parsed(html)
        relinked(holder, outside)
        _opened(holder)
        list(pictured(holder, lambda path: f"/static/{self.static[path]}"))
        for element in holder.iter():
            element.attrib.pop("id", "")
        return fit(holder)

    def page(self, module: Row) -> str:
        """What stands on a module's page, but its title: the platform shows that."""
        path = next(self.contents.files("page", module["id"]))["path"]
        holder = body(self.contents.read(path))
        for title in holder.findall("h1"):
            holder.remove(title)
        relinked(holder, lambda href: self._leads(href, path))
        _opened(holder)
        list(pictured(holder, lambda src: f"/static/{self.static[_beside(path, src)]}"))
        return written(fit(holder))

    def _leads(self, href: str, path: str) -> str | None:
        if href.startswith("#") or outside(href):
            return href
        target = _beside(path, unquote(href.partition("#")[0]))
        if target in self.static:
            return f"/static/{self.static[target]}"
        pages = {row["path"]: row["module"] for row in self.contents.files("page")}
        return to_page(pages[target]) if target in pages else None


def to_page(module: str) -> str:
    """A link to a module's page (`jump_to_id` finds a block by its name, and knows no anchors in it)."""
    return f"/jump_to_id/{module}_page-vertical"


def _beside(page: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), path))


def _opened(holder: Element) -> None:
    """Links leave the frame in which the platform shows a page: other sites refuse to stand in it."""
    for link in holder.iter("a"):
        if link.get("href", "").startswith("https://"):
            link.set("target", "_blank")
            link.set("rel", "noopener")
        elif link.get("href", "").startswith("/"):
            link.set("target", "_top")
