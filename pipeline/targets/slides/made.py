"""A module's slides with their pictures: made once for its deck, its handout and the decks of workshops."""

from dataclasses import dataclass, replace

from pipeline.document.text import walk
from pipeline.model import Asset, Course, Diagram, Module, Piece, Planned
from pipeline.targets.links import place
from pipeline.targets.slides.deck import Next, deck
from pipeline.targets.slides.layout import PICTURE, DeckSlide, pictures


@dataclass(frozen=True, slots=True)
class Around:
    """What a deck says of the course around its module. `images` are the module's, by address."""

    course: str
    author: str
    language: str
    part: str
    following: tuple[Next, ...]
    images: tuple[tuple[str, Asset], ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """The slides of a module, and the pictures that they name."""

    module: str
    number: int
    title: str
    minutes: int
    around: Around
    slides: tuple[DeckSlide, ...]
    pictures: tuple[tuple[str, bytes], ...]


def piece(module: Module, course: Course) -> Piece:
    """The deck of a module; a change of another module leaves it as it is."""
    return Piece(made, (around(module, course), replace(module, marks=())), module.document.words, module.at)


def around(module: Module, course: Course) -> Around:
    """What the deck of a module says of the course."""
    part = next(part for part in course.parts if part.id == module.part)
    return Around(
        course.title,
        course.author.name,
        course.language,
        f"Part {part.number}: {part.title}",
        following(module, course),
        _images(module, course),
    )


def following(module: Module, course: Course) -> tuple[Next, ...]:
    """The module that comes next in each track of this one that goes on, be it announced only."""
    steps = []
    for track in course.tracks:
        known: tuple[Module | Planned, ...] = (*course.modules, *course.planned)
        later = [m for m in known if track.id in m.tracks and m.number > module.number]
        if track.id in module.tracks and later:
            step = min(later, key=lambda m: m.number)
            steps.append((track.title, step.number, step.title))
    return tuple(steps)


def _images(module: Module, course: Course) -> tuple[tuple[str, Asset], ...]:
    assets = {asset.path: asset for asset in course.assets}
    named = sorted({mark.name for mark in module.marks if mark.kind == "image"})
    paths = ((name, place(name, module, course).path) for name in named)
    return tuple((name, assets[path]) for name, path in paths if path in assets)


def made(around: Around, module: Module) -> Deck:
    """The deck of a module."""
    images = dict(around.images)

    def address(src: str) -> str:
        return f"{PICTURE}{images[src].path}" if src in images else "data:,"

    drawn = [
        picture
        for block in walk(module.document.blocks)
        if isinstance(block, Diagram)
        for picture in pictures(block)
    ]
    slides = deck(module, around.following, address)
    shown = "".join(slide.body + slide.notes for slide in slides)
    held = (*drawn, *((asset.path, asset.data) for asset in images.values()))
    used = tuple((name, data) for name, data in held if f'"{PICTURE}{name}"' in shown)
    return Deck(module.id, module.number, module.title, module.minutes, around, slides, used)
