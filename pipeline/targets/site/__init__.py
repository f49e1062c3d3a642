"""The site target: pages to read, to follow a track on and to practise with, from a folder or any server.

frame     what stands around every page; `reading` a module's page, with its quiz
tracks    a track's page with its path; the map of the whole course
search    the index of its search
lists     glossary, interview practice, licence; changes and known mistakes, which `changes` writes
linked    what pages say to programs; `card` the picture that stands for the course elsewhere
last      made when a release is staged: `front`, the first page, which says size and hash of all that can be
          downloaded; sitemap.xml, robots.txt and feed.xml of a course with a URL
"""

from dataclasses import dataclass, replace

from pipeline import cache
from pipeline.model import Artifact, Course, Edition, Job, Module, Piece, Provenance, Target, Theme
from pipeline.targets.site import card, lists, search, tracks
from pipeline.targets.site.checks import ids, verify
from pipeline.targets.site.frame import ASSETS, CARD, PLACES, About, Asset, about, assets
from pipeline.targets.site.reading import Reading, expected, links, page, turns


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """Every page but the first, and what they share; whatever the editions."""
    whole = about(course)
    return (
        *(_module(module, course, whole, theme) for module in course.modules),
        *(_path(made, whole, theme) for made in tracks.pages(course)),
        *(_page(made.path, made, whole, theme) for made in lists.pages(course)),
        *(_asset(name, theme) for name in assets(theme)),
        *([Job("site", CARD, "image/png", "asset", (card.card(course), theme))] if course.url else []),
        _index(course),
    )


def _module(module: Module, course: Course, whole: About, theme: Theme) -> Job:
    reading = Reading(replace(module, marks=()), turns(module, course), tuple(links(module, course)))
    slides = (f"slides/{module.id}/index.html", f"slides/{module.id}.pdf")
    return replace(
        _page(f"modules/{module.id}/index.html", reading, whole, theme),
        module=module.id,
        expects=tuple(expected(module)),
        mentions=(*MENTIONS, *slides),
    )


def _path(made: tracks.Path, whole: About, theme: Theme) -> Job:
    books = (path for _, path in made.books)
    return replace(_page(made.path, made, whole, theme), mentions=(*MENTIONS, *books))


MENTIONS = tuple(address for _, address in PLACES if "#" not in address)
"""What pages link to where it is there."""


def _page(path: str, made: object, whole: About, theme: Theme) -> Job:
    return Job(
        "site", path, "text/html", "site", (made, whole, theme), expects=("content",), mentions=MENTIONS
    )


def _asset(name: str, theme: Theme) -> Job:
    kinds = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".txt": "text/plain"}
    kind = next(kind for end, kind in kinds.items() if name.endswith(end))
    return Job("site", f"{ASSETS}/{name}", kind, "asset", (Asset(name), theme))


@dataclass(frozen=True, slots=True)
class Index:
    """The index of the search: id, number and title of each module."""

    modules: tuple[tuple[str, int, str], ...]


def _index(course: Course) -> Job:
    named = tuple((module.id, module.number, module.title) for module in course.modules)
    pieces = tuple(Piece(search.said, (replace(module, marks=()),)) for module in course.modules)
    return Job("site", search.PATH, "text/javascript", "asset", (Index(named),), pieces=pieces)


def render(job: Job) -> Artifact:
    """A page, or a file that pages share."""
    match job.inputs:
        case (Reading() as reading, About() as whole, Theme() as theme):
            html = page(reading, job.path, whole, job.mentions, theme)
        case (tracks.Path() as path, About() as whole, Theme() as theme):
            html = tracks.page(path, whole, job.mentions, theme)
        case (lists.List() as listed, About() as whole, Theme() as theme):
            html = lists.page(listed, whole, job.mentions, theme)
        case (Index(modules=modules),):
            spoken = [made for made in map(cache.piece, job.pieces) if isinstance(made, search.Spoken)]
            return Artifact(job, search.script(modules, spoken), frozenset())
        case (card.Card() as drawn, Theme() as theme):
            return Artifact(job, card.picture(drawn, theme), frozenset())
        case (Asset(name=name), Theme() as theme):
            return Artifact(job, assets(theme)[name], frozenset())
        case _:
            raise TypeError(f"{job.path}: no job of this target")
    return Artifact(job, html.encode(), frozenset(ids(html)))


TARGET = Target("site", "text/html", plan, render, verify, reads=("site/",))
