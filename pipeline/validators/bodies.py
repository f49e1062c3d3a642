"""Pages for platforms: XHTML without script and style, whose pictures and links are in the release."""

import posixpath
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import unquote, urlsplit

from lxml import etree

from pipeline.diagnostics import error
from pipeline.validators.built import OURS, Built, Stage

XHTML = "{http://www.w3.org/1999/xhtml}"
UNWANTED = tuple(
    f"{XHTML}{name}" for name in ("script", "style", "link", "iframe", "object", "embed", "form")
)


def bodies(built: Built) -> Stage:
    """What is wrong with each page."""
    pages = [file.path for file in built.files if file.role == "page" and file.path in built.held]

    @cache
    def tree(path: str) -> etree._Element | None:
        try:
            return etree.fromstring((built.out / path).read_bytes())
        except etree.XMLSyntaxError:
            return None

    ids = {path: _ids(tree(path)) for path in pages}
    for path in pages:
        page = tree(path)
        said = ["the page is no XHTML"] if page is None else _wrong(path, page, ids, built)
        yield path, [error("V251", built.span(path), what, OURS) for what in said]


def _ids(page: etree._Element | None) -> frozenset[str]:
    return frozenset(element.get("id", "") for element in page.iter("*")) if page is not None else frozenset()


def _wrong(path: str, page: etree._Element, ids: Mapping[str, frozenset[str]], built: Built) -> Iterator[str]:
    for element in page.iter(*UNWANTED):
        yield f"the page has a <{str(element.tag).removeprefix(XHTML)}>"
    for element in page.iter("*"):
        events = (name for name in map(str, element.attrib) if name.startswith("on"))
        yield from (f"the page has an attribute {name}" for name in events)
        address = element.get("src") or element.get("href") or ""
        parts = urlsplit(address)
        if not address or parts.scheme:
            continue
        folder = posixpath.dirname(path)
        leads = posixpath.normpath(posixpath.join(folder, unquote(parts.path))) if parts.path else path
        if leads not in built.held:
            yield f"{address} is not in the release"
        elif parts.fragment and unquote(parts.fragment) not in ids.get(leads, {unquote(parts.fragment)}):
            yield f"{address} leads to no place of its page"
