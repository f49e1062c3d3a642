"""Pages and questions as platforms want them: bodies without a frame, links that lead somewhere, named pictures.

Texts of a manifest are well-formed XHTML fragments; so are the texts that leave this file.
"""

from collections.abc import Callable, Iterator
from urllib.parse import unquote, urlsplit

from lxml import etree

Element = etree._Element
XHTML = "{http://www.w3.org/1999/xhtml}"


def parsed(fragment: str) -> Element:
    """A fragment as the children of a `<div>`. Names are in no namespace."""
    return etree.fromstring(f"<div>{fragment}</div>")


def written(holder: Element) -> str:
    """What stands inside an element, as XHTML; elements that may hold something are never closed at once, so
    that HTML parsers read the same (HTML Standard, 13.1.2)."""
    for element in holder.iter():
        if element.text is None and not len(element) and element.tag not in VOID:
            element.text = ""
    inner = "".join(etree.tostring(child, encoding="unicode") for child in holder)
    return _escaped(holder.text or "") + inner


VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def body(page: bytes) -> Element:
    """The body of a page of the release, without namespaces."""
    tree = etree.fromstring(page)
    for element in tree.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.removeprefix(XHTML)
    etree.cleanup_namespaces(tree)
    found = tree.find("body")
    assert found is not None, "a page has a body"
    return found


def relinked(holder: Element, address: Callable[[str], str | None]) -> None:
    """Give each link the address that `address` says for its own; where that is None the link becomes its text."""
    for link in list(holder.iter("a")):
        leads = address(link.get("href", ""))
        if leads is None:
            link.tag = "span"
            link.attrib.clear()
        else:
            link.set("href", leads)


def outside(href: str) -> str | None:
    """The address, if it leads out of the course, and not to the reader's own machine; for platforms where pages
    cannot link to each other."""
    leads = href.startswith(("https://", "mailto:")) and urlsplit(href).hostname not in OWN
    return href if leads else None


OWN = ("localhost", "127.0.0.1", "::1")


def pictured(holder: Element, name: Callable[[str], str]) -> Iterator[str]:
    """Give each picture the address that `name` says for its path, and yield the paths as they were."""
    for image in holder.iter("img"):
        path = unquote(urlsplit(image.get("src", "")).path)
        image.set("src", name(path))
        yield path


def unclassed(holder: Element) -> None:
    """Drop what only our own style sheets and scripts use."""
    for element in holder.iter():
        for name in ("class", "tabindex", "role", "aria-label"):
            if name in element.attrib:
                del element.attrib[name]
