"""The slides target: decks that need a browser and no network.

deck        a module as slides: the author's, or derived (`derive`, `points`, `parts`), as large as fits (`room`)
layout      a slide as XHTML; `made` a module's slides with their pictures, for all that show them
shell       an HTML file around slides, with all that reveal.js needs in it or beside it
workshop    the decks of a track as one, by days (`schedule`)
presenter   the page that lists them all
checks      our own look at the files
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import cache
from pipeline.model import Artifact, Course, Edition, Job, Module, Provenance, Target, Theme
from pipeline.targets.slides import presenter, workshop
from pipeline.targets.slides.checks import read, verify
from pipeline.targets.slides.deck import Next, outline
from pipeline.targets.slides.made import Deck, following, piece
from pipeline.targets.slides.shell import ASSETS, assets, page, shown

SHARED = "shared"
"""The form of decks that share their assets."""


@dataclass(frozen=True, slots=True)
class Single:
    """A module's deck."""

    up: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A file that decks share."""

    name: str


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One deck a module, whatever the editions; one a track; the page that lists them; what they share."""
    return (
        *(_deck(module, course, theme) for module in course.modules),
        *_workshops(course, theme),
        *_presenter(course, theme),
        *(_shared(name, theme) for name, _ in assets(theme) if course.decks == SHARED),
    )


def path(module: Module) -> str:
    """Where a module's deck stands."""
    return f"slides/{module.id}/index.html"


def _deck(module: Module, course: Course, theme: Theme) -> Job:
    return Job(
        target="slides",
        path=path(module),
        media_type="text/html",
        role="slides",
        inputs=(Single("../" if course.decks == SHARED else ""), theme),
        module=module.id,
        expects=expected(module, course),
        pieces=(piece(module, course),),
    )


def expected(module: Module, course: Course) -> tuple[str, ...]:
    """The ids of all slides of a module, known before they are made."""
    return cache.called(slide_ids, (module, following(module, course)))


def slide_ids(module: Module, following: tuple[Next, ...]) -> tuple[str, ...]:
    """The ids that a deck must have."""
    return tuple(f"slide-{n}" for n, _ in enumerate(outline(module, following), 1))


def _workshops(course: Course, theme: Theme) -> Iterator[Job]:
    for track in course.tracks:
        planned = workshop.workshop(track, course)
        if planned:
            yield Job(
                target="slides",
                path=f"slides/tracks/{track.id}/index.html",
                media_type="text/html",
                role="workshop",
                inputs=(planned, "../../" if course.decks == SHARED else "", theme),
                edition=track.id,
                expects=tuple(f"day-{n}-plan-1" for n, _ in enumerate(planned.days, 1)),
                pieces=tuple(piece(course.module(id), course) for id in workshop.sequence(planned)),
            )


def _presenter(course: Course, theme: Theme) -> Iterator[Job]:
    if course.modules:
        yield Job(
            target="slides",
            path="slides/index.html",
            media_type="text/html",
            role="site",
            inputs=(presenter.listing(course), theme),
            expects=tuple(module.id for module in course.modules),
            pieces=tuple(piece(module, course) for module in course.modules),
            mentions=tuple(presenter.handout(module.id) for module in course.modules),
        )


def _shared(name: str, theme: Theme) -> Job:
    kinds = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}
    kind = next(kind for end, kind in kinds.items() if name.endswith(end))
    return Job("slides", f"slides/{ASSETS}/{name}", kind, "asset", (Shared(name), theme))


def render(job: Job) -> Artifact:
    """A file of the slides."""
    decks = {deck.module: deck for deck in map(cache.piece, job.pieces) if isinstance(deck, Deck)}
    match job.inputs:
        case (Single(up=up), Theme() as theme):
            (deck,) = decks.values()
            title = f"{deck.title}: slides of module {deck.number}, {deck.around.course}"
            html, pages = page(title, shown(deck), deck.around, deck.pictures, theme, up), len(deck.slides)
        case (workshop.Workshop() as planned, str(up), Theme() as theme):
            slides = workshop.shown(planned, decks)
            title = f"{planned.title}: workshop, {next(iter(decks.values())).around.course}"
            held = workshop.pictures(decks)
            html, pages = page(title, slides, workshop.around(decks), held, theme, up), len(slides)
        case (presenter.Listing() as listing, Theme() as theme):
            html, pages = presenter.page(listing, decks, job.mentions, theme), 0
        case (Shared(name=name), Theme() as theme):
            return Artifact(job, dict(assets(theme))[name], frozenset())
        case _:
            raise TypeError(f"{job.path}: no job of this target")
    return Artifact(job, html.encode(), frozenset(read(html).found), pages)


TARGET = Target(
    name="slides", media_type="text/html", plan=plan, render=render, verify=verify, reads=("slides/",)
)
