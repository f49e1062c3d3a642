"""The presenter's page: all decks by part and by track, how long each takes, and a search over their slides."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.document.text import text
from pipeline.model import Course, Theme
from pipeline.targets.book import environment
from pipeline.targets.slides import workshop
from pipeline.targets.slides.layout import PICTURE
from pipeline.targets.slides.made import Deck
from pipeline.targets.slides.schedule import Day
from pipeline.targets.slides.shell import fonts, policy, with_pictures


@dataclass(frozen=True, slots=True)
class Row:
    """A module on the page."""

    id: str
    number: int
    title: str
    summary: str
    minutes: int
    tracks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The page before the decks are known: parts with their modules, tracks with the days of their workshop."""

    course: str
    language: str
    parts: tuple[tuple[str, tuple[Row, ...]], ...]
    tracks: tuple[tuple[str, str, tuple[Day, ...]], ...]


def handout(module: str) -> str:
    """Where a module's handout stands."""
    return f"slides/{module}.pdf"


def listing(course: Course) -> Listing:
    """What the page lists."""
    rows = {
        module.id: Row(
            module.id, module.number, module.title, text(module.summary), module.minutes, module.tracks
        )
        for module in course.modules
    }
    parts = (
        (f"Part {part.number}: {part.title}", tuple(rows[m.id] for m in course.modules if m.part == part.id))
        for part in course.parts
    )
    planned = ((track, workshop.workshop(track, course)) for track in course.tracks)
    tracks = tuple((track.id, track.title, made.days) for track, made in planned if made)
    return Listing(course.title, course.language, tuple(row for row in parts if row[1]), tracks)


def page(listing: Listing, decks: Mapping[str, Deck], handouts: tuple[str, ...], theme: Theme) -> str:
    """The page as an HTML file that needs no other."""
    slides = {id: [slide.label for slide in deck.slides] for id, deck in decks.items()}
    counted = {id: (len(deck.slides), handout(id) in handouts) for id, deck in decks.items()}
    found = json.dumps(slides, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    template, script = (
        environment(theme).get_template("slides/presenter.html.j2"),
        theme.text("slides/presenter.js"),
    )
    return template.render(
        listing=listing,
        counted=counted,
        thumbnails={id: Markup(_thumbnail(deck)) for id, deck in decks.items()},
        slides=Markup(found),
        styles=[Markup(fonts(theme)), Markup(theme.text("slides/presenter.css"))],
        script=Markup(script),
        policy=policy((script,)),
        duration=duration,
    )


def _thumbnail(deck: Deck) -> str:
    """The first picture of a deck, else its first slide with content in words."""
    for name, picture in deck.pictures:
        if name.endswith(".svg"):
            return with_pictures(f'<img src="{PICTURE}{name}" alt="" loading="lazy"/>', [(name, picture)])
    labels = [slide.label for slide in deck.slides if slide.kind not in ("title", "agenda", "closing")]
    return "".join(f"<span>{Markup.escape(label)}</span>" for label in labels[:5])


def duration(minutes: int) -> str:
    """How long something takes, in words: `2 h 35 min`."""
    hours, left = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" * bool(hours), f"{left} min" * bool(left)) if part)
