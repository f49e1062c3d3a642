"""The pages target: each module as a bare page and as plain text, with its pictures, for platforms.

A page is an XHTML5 document without style or script: what stands between `<body>` and `</body>` is the
module. Quizzes are not on it, for a platform has them from the manifest as questions of its own.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote, unquote

from lxml import etree

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.plaintext import plaintext
from pipeline.document.text import text, walk
from pipeline.document.xhtml import Leads, Writing
from pipeline.model import (
    Artifact,
    Asset,
    Block,
    Course,
    Diagram,
    Edition,
    Job,
    Module,
    Provenance,
    Quiz,
    Section,
    Target,
    Theme,
)
from pipeline.schema import SCHEMAS
from pipeline.targets.epub.pictures import lettered
from pipeline.targets.links import place, source_address
from pipeline.targets.pdf import missing
from pipeline.targets.pictures import MEDIA_TYPES

FOLDER = "pages"
SCHEMA = "manifest.schema.json"
"""Where the schema of the manifest stands in a release."""
OURS = "This is a bug: please report it."


@dataclass(frozen=True, slots=True)
class Page:
    """A module's page. `links` says where each of its links leads, "" for nowhere."""

    module: Module
    language: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A module's plain text."""

    module: Module


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram of a module."""

    diagram: Diagram


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """A page, a text, and the pictures of each module, whatever the editions; and what the manifest means."""
    assets = {asset.path: asset for asset in course.assets}
    about = Asset(SCHEMA, (SCHEMAS / "manifest/1/manifest.schema.json").read_bytes())
    return (
        Job("pages", SCHEMA, "application/schema+json", "schema", (about,)),
        *(job for module in course.modules for job in _jobs(module, course, theme, assets)),
    )


def _jobs(module: Module, course: Course, theme: Theme, assets: dict[str, Asset]) -> Iterator[Job]:
    stem, bare = f"{FOLDER}/{module.id}", replace(module, marks=())
    page = Page(bare, course.language, tuple(_links(module, course)))
    ids = tuple(block.id for block in _kept(module.document.blocks) if isinstance(block, Section))
    yield Job("pages", f"{stem}.html", "text/html", "page", (page,), module=module.id, expects=ids)
    yield Job("pages", f"{stem}.txt", "text/plain", "text", (Text(bare),), module=module.id)
    for block in walk(module.document.blocks):
        if isinstance(block, Diagram):
            path = f"{FOLDER}/{drawing(module, block)}"
            yield Job("pages", path, MEDIA_TYPES[".svg"], "image", (Drawing(block), theme), module=module.id)
    for name in sorted({asset(mark.name) for mark in module.marks if mark.kind == "image"}):
        kind = MEDIA_TYPES.get(posixpath.splitext(name)[1].lower(), "application/octet-stream")
        if name in assets:
            path = f"{FOLDER}/{picture(module, name)}"
            yield Job("pages", path, kind, "image", (assets[name],), module=module.id)


def drawing(module: Module, diagram: Diagram) -> str:
    """Where a diagram stands, from the pages."""
    return f"images/{module.id}/{diagram.id.removeprefix('diagram.')}.svg"


def picture(module: Module, asset: str) -> str:
    """Where a module's copy of an asset stands, from the pages."""
    return f"images/{module.id}/{asset.removeprefix('assets/')}"


def asset(src: str) -> str:
    """The path of an asset in the course, as a module names it."""
    return src.removeprefix("../")


def _links(module: Module, course: Course) -> Iterator[tuple[str, str]]:
    """Where the links of a module lead: to other pages, to solutions, outside."""
    solutions = {asset.path for asset in course.solutions}
    for href in sorted({mark.name for mark in module.marks if mark.kind == "link"}):
        found = place(href, module, course)
        anchor = f"#{quote(found.anchor)}" if found.anchor else ""
        if found.kind == "outside":
            yield href, href
        elif found.kind == "module":
            yield href, anchor if found.module == module.id and anchor else f"{found.module}.html{anchor}"
        elif found.path in solutions:
            yield href, quote(f"../{found.path}")
        elif course.repository and found.kind != "unknown":
            yield href, source_address(course, found.path)


def render(job: Job) -> Artifact:
    """A page, a text or a picture."""
    match job.inputs:
        case (Page() as page,):
            html = _page(page)
            return Artifact(job, html.encode(), frozenset(_ID.findall(html)))
        case (Text(module=module),):
            return Artifact(job, _text(module).encode(), frozenset())
        case (Drawing(diagram=diagram), Theme() as theme):
            return Artifact(job, lettered(diagram.svg, theme), frozenset())
        case (Asset() as asset,):
            return Artifact(job, asset.data, frozenset())
    raise TypeError(f"{job.path}: no job of this target")


_ID = re.compile(r'\bid="([^"]+)"')
_PRE, _SPAN = re.compile(r"<pre\b.*?</pre>", re.DOTALL), re.compile(r"</?span\b[^>]*>")


def _page(page: Page) -> str:
    module, leads = page.module, dict(page.links)
    made = writing(module, lambda href: Leads(leads.get(href, "")))
    title = escape(module.title, quote=False)
    body = bare(made.blocks(_kept(module.document.blocks)) + made.footnotes())
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{escape(page.language)}">\n<head>\n'
        f'<meta charset="utf-8"/>\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n'
        f"<p>{made.inlines(module.summary)}</p>\n{_objectives(module, made)}{body}</body>\n</html>\n"
    )


def _objectives(module: Module, made: Writing) -> str:
    """What a reader can do afterwards; interview questions and exercises name objectives by these ids."""
    rows = "".join(
        f'<li id="{objective.id}"><strong>{objective.id}</strong> {made.inlines(objective.text)}</li>\n'
        for objective in module.objectives
    )
    return f'<p>{OBJECTIVES}</p>\n<ul class="objectives">\n{rows}</ul>\n' if rows else ""


OBJECTIVES = "After this module you can:"


def _text(module: Module) -> str:
    rows = "\n".join(f"- {objective.id}: {text(objective.text)}" for objective in module.objectives)
    parts = (module.title, text(module.summary), f"{OBJECTIVES}\n\n{rows}" if rows else "")
    body = plaintext(_kept(module.document.blocks))
    return "\n\n".join(part for part in (*parts, body) if part) + "\n"


def writing(module: Module, link: Callable[[str], Leads], folder: str = "") -> Writing:
    """How texts of a module are written for platforms; `folder` leads to the pages."""
    return Writing(
        link=link,
        image=lambda src: f"{folder}{picture(module, asset(src))}",
        picture=lambda diagram: drawn(module, diagram, folder),
    )


def drawn(module: Module, diagram: Diagram, folder: str) -> str:
    """A diagram as an image with its description and size; `folder` leads to the pages."""
    alt = diagram.description or diagram.title
    size = f'width="{round(diagram.width)}" height="{round(diagram.height)}"'
    return f'<img src="{escape(folder + drawing(module, diagram))}" alt="{escape(alt)}" {size}/>'


def bare(xhtml: str) -> str:
    """The text with its code in one color, and without elements for its lines."""
    return _PRE.sub(lambda found: _SPAN.sub("", found[0]), xhtml)


def anonymous(xhtml: str) -> str:
    """The text without ids: several may come to stand on one page."""
    return _OWN_ID.sub(r"\1", xhtml)


_OWN_ID = re.compile(r'(<\w+[^>]*?) id="[^"]*"')


def _kept(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without the section of the quiz."""
    return (block for block in blocks if not (isinstance(block, Section) and _asks(block)))


def _asks(section: Section) -> bool:
    return any(isinstance(block, Quiz) for block in section.blocks)


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """A page is XML, holds the ids of its sections, and links inside itself to what is there."""
    if artifact.job.media_type != "text/html":
        return ()
    span = Span(artifact.job.path)
    try:
        tree = etree.fromstring(artifact.data)
    except etree.XMLSyntaxError as problem:
        return (error("V101", span, f"the page is no XML: {problem}", OURS),)
    dead = (
        href
        for link in tree.iter("{*}a")
        if (href := str(link.get("href"))).startswith("#") and unquote(href[1:]) not in artifact.anchors
    )
    return (
        *missing(artifact),
        *(error("V102", span, f"a link leads to {href}, which is not there", OURS) for href in dead),
    )


TARGET = Target("pages", "text/html", plan, render, verify)
