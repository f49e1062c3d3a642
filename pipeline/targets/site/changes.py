"""What has changed and what is known to be wrong, for the page of changes and for the feed."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.document.notes import OUTSIDE, placed
from pipeline.document.xhtml import Leads, Writing
from pipeline.model import Blocks, Course
from pipeline.targets.links import source_address

PATH = "changes/index.html"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the changelog: its place on the page, its text as XHTML. `date` is '' if it is not released."""

    id: str
    version: str
    date: str
    xhtml: str


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is known to be wrong in a module, as XHTML."""

    module: str
    number: int
    title: str
    xhtml: str


def entries(course: Course, root: str) -> Iterator[Entry]:
    """The changelog, the newest first; `root` leads to the site's root."""
    for change in course.changes:
        id = f"v{change.version}" if change.version else "unreleased"
        yield Entry(id, change.version, change.date, _written(change.blocks, id, course, root))


def errata(course: Course, root: str) -> Iterator[Mistakes]:
    """The known mistakes, by module."""
    for erratum in course.errata:
        module = course.module(erratum.module)
        xhtml = _written(erratum.blocks, module.id, course, root)
        yield Mistakes(module.id, module.number, module.title, xhtml)


def _written(blocks: Blocks, id: str, course: Course, root: str) -> str:
    """The text of an entry, whose ids begin with that of the entry."""
    writing = Writing(
        link=lambda href: _leads(href, course, root),
        image=lambda src: src,
        picture=lambda diagram: "",
        prefix=f"{id}-",
    )
    return writing.blocks(blocks) + writing.footnotes()


def _leads(href: str, course: Course, root: str) -> Leads:
    if OUTSIDE.match(href):
        return Leads(href)
    path, anchor = placed(href)
    module = next((module for module in course.modules if module.path == path), None)
    if module:
        return Leads(f"{root}modules/{module.id}/index.html{f'#{quote(anchor)}' if anchor else ''}")
    if any(asset.path == path for asset in course.solutions):
        return Leads(f"{root}{quote(path)}")
    if course.repository and path in course.files:
        return Leads(source_address(course, path))
    return Leads()
