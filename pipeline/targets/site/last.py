"""The site's last files, made when a release is staged: they list what it holds, and no other file has their hash.

The first page is there always. With a URL there are sitemap.xml (sitemaps.org, 0.9), robots.txt (RFC 9309), and, once
the changelog has an entry with a day, feed.xml (Atom, RFC 4287). No clock is asked: days come from the course.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from pipeline.model import Course, ReleasedFile, Theme
from pipeline.targets.site import changes, front
from pipeline.targets.site.frame import FEED, About, about

SITEMAP, ROBOTS = "sitemap.xml", "robots.txt"
ATOM, MAP = "http://www.w3.org/2005/Atom", "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Made:
    """A file. The role of a page is `site`, that of others `asset`."""

    path: str
    media_type: str
    role: str
    data: bytes


def files(course: Course, held: Sequence[ReleasedFile], theme: Theme) -> Iterator[Made]:
    """The last files of a release that holds these."""
    yield Made(front.PATH, "text/html", "site", front.html(course, held, theme).encode())
    if course.url:
        whole = about(course)
        pages = sorted(
            {front.PATH, *(file.path for file in held if (file.target, file.role) == ("site", "site"))}
        )
        yield Made(SITEMAP, "application/xml", "asset", _sitemap(course, whole, pages))
        yield Made(ROBOTS, "text/plain", "asset", _robots(whole))
        if whole.feed:
            yield Made(FEED, "application/atom+xml", "asset", _feed(course, whole))


def _sitemap(course: Course, whole: About, pages: Iterable[str]) -> bytes:
    """Every page of the site, those of modules with the day of their last change."""
    changed = {f"modules/{module.id}/index.html": module.updated for module in course.modules}
    root = etree.Element(f"{{{MAP}}}urlset", nsmap=_default(MAP))
    for page in pages:
        url = etree.SubElement(root, f"{{{MAP}}}url")
        etree.SubElement(url, f"{{{MAP}}}loc").text = whole.address(page)
        if page in changed:
            etree.SubElement(url, f"{{{MAP}}}lastmod").text = changed[page]
    return _xml(root)


def _robots(whole: About) -> bytes:
    return f"User-agent: *\nAllow: /\nSitemap: {whole.address(SITEMAP)}\n".encode()


def _feed(course: Course, whole: About) -> bytes:
    """The released entries of the changelog. Their ids are tag URIs (RFC 4151): they stay when a page moves."""
    released = [entry for entry in changes.entries(course, whole.address("")) if entry.version]
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=_default(ATOM))
    root.set("{http://www.w3.org/XML/1998/namespace}lang", course.language)
    _element(root, "id", _tag(whole, released[-1].date, "changes"))
    _element(root, "title", f"{course.title}: changes")
    _element(root, "updated", _moment(released[0].date))
    author = _element(root, "author")
    _element(author, "name", course.author.name)
    if course.author.url:
        _element(author, "uri", course.author.url)
    _element(root, "rights", f"{course.license.spdx}: {course.license.url}")
    _element(root, "link", rel="self", type="application/atom+xml", href=whole.address(FEED))
    _element(root, "link", rel="alternate", type="text/html", href=whole.address(changes.PATH))
    for entry in released:
        row = _element(root, "entry")
        _element(row, "id", _tag(whole, entry.date, entry.version))
        _element(row, "title", f"{course.title} {entry.version}")
        _element(row, "updated", _moment(entry.date))
        at = f"{whole.address(changes.PATH)}#{entry.id}"
        _element(row, "link", rel="alternate", type="text/html", href=at)
        _element(row, "content", entry.xhtml, type="html")
    return _xml(root)


def _element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = text or None
    return made


def _default(namespace: str) -> Any:
    return {None: namespace}


def _tag(whole: About, day: str, name: str) -> str:
    return f"tag:{urlsplit(whole.url).hostname},{day}:{whole.id}/{name}"


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _xml(root: etree._Element) -> bytes:
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return made
