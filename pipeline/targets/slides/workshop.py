"""A workshop: the decks of a track's modules as one, by day, with timetable and breaks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model import Course, Module, Paragraph, Table, Track
from pipeline.targets.slides import shell
from pipeline.targets.slides.layout import PICTURE, DeckSlide, written
from pipeline.targets.slides.made import Around, Deck
from pipeline.targets.slides.parts import parted
from pipeline.targets.slides.room import Leaf
from pipeline.targets.slides.schedule import Day, Slot, clock, days
from pipeline.targets.slides.shell import Shown

LEAST = 24
"""The least size of text in a timetable."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop before its decks are known: its track, and its days."""

    track: str
    title: str
    description: str
    days: tuple[Day, ...]


def workshop(track: Track, course: Course) -> Workshop | None:
    """The workshop of a track: of the modules that course.yml chooses, else of all it has."""
    modules = chosen(track, course)
    timed = [(module.id, module.minutes) for module in modules]
    return Workshop(track.id, track.title, track.description, days(timed)) if modules else None


def chosen(track: Track, course: Course) -> tuple[Module, ...]:
    """The modules of a track's workshop, in order."""
    return tuple(
        module
        for module in course.modules
        if track.id in module.tracks and (not track.workshop or module.id in track.workshop)
    )


def shown(workshop: Workshop, decks: Mapping[str, Deck]) -> tuple[Shown, ...]:
    """All slides of a workshop."""
    made = enumerate(_all(workshop, decks), 1)
    return tuple(replace(one, number=number) for number, one in made)


def pictures(decks: Mapping[str, Deck]) -> Iterator[tuple[str, bytes]]:
    """The pictures of all decks, under names that tell them apart."""
    for id, deck in decks.items():
        yield from ((f"{id}/{name}", data) for name, data in deck.pictures)


def around(decks: Mapping[str, Deck]) -> Around:
    """What the deck says of the course."""
    return next(iter(decks.values())).around


def _all(workshop: Workshop, decks: Mapping[str, Deck]) -> Iterator[Shown]:
    count = len(workshop.days)
    said = f"Workshop · {count} day{'s' * (count > 1)}"
    opening = Leaf("title", (workshop.title,), (Paragraph((workshop.description,)),))
    yield Shown(written(opening, "workshop", workshop.title, str), said, workshop.title, 0)
    for number, day in enumerate(workshop.days, 1):
        label = f"Day {number}" if count > 1 else "The day"
        for slide in _timetable(label, f"day-{number}", day, decks):
            yield Shown(slide, said, f"{workshop.title}: {label}", 0)
        for at, slot in enumerate(day):
            coming = day[at + 1] if at + 1 < len(day) else None
            yield from _slot(slot, coming, f"day-{number}-{at + 1}", label, decks)


def _timetable(label: str, id: str, day: Day, decks: Mapping[str, Deck]) -> Iterator[DeckSlide]:
    rows = tuple(((f"{clock(slot.begin)}–{clock(slot.end)}",), (_named(slot, decks),)) for slot in day)
    table = Table(id, ("", ""), (("Time",), ("What",)), rows)
    for n, leaf in enumerate(parted(Leaf("table", (label,), (table,)), LEAST)):
        yield written(leaf, f"{id}-plan-{n + 1}", label, str)


def _named(slot: Slot, decks: Mapping[str, Deck]) -> str:
    if slot.kind != "module":
        return slot.kind.capitalize()
    deck = decks[slot.module]
    part = f", part {slot.part} of {slot.parts}" if slot.parts > 1 else ""
    return f"Module {deck.number}: {deck.title}{part}"


def _slot(slot: Slot, coming: Slot | None, id: str, label: str, decks: Mapping[str, Deck]) -> Iterator[Shown]:
    if slot.kind == "module":
        yield from _module(decks[slot.module], slot)
        return
    title = f"{slot.kind.capitalize()}, {slot.end - slot.begin} minutes"
    then = f" with {_named(coming, decks)}" if coming else ""
    body = (Paragraph((f"We go on at {clock(slot.end)}{then}.",)),)
    yield Shown(written(Leaf("section", (title,), body), id, title, str), "", label, 0)


def _module(deck: Deck, slot: Slot) -> Iterator[Shown]:
    """The slides of a module that belong to a slot."""
    first, last = (len(deck.slides) * part // slot.parts for part in (slot.part - 1, slot.part))
    for one in shell.shown(deck)[first:last]:
        yield replace(one, slide=_renamed(one.slide, deck.module))


_NAMES = re.compile(r'\b(id|for|href|aria-[a-z]+)="(#?)slide-')


def _renamed(slide: DeckSlide, module: str) -> DeckSlide:
    """A slide under names that no other module's have."""

    def renamed(xhtml: str) -> str:
        made = _NAMES.sub(rf'\1="\2{module}-slide-', xhtml)
        return made.replace(f'"{PICTURE}', f'"{PICTURE}{module}/')

    return replace(
        slide,
        id=f"{module}-{slide.id}",
        source=f"{module}--{slide.source}",
        heading=renamed(slide.heading),
        body=renamed(slide.body),
        notes=renamed(slide.notes),
    )


def sequence(workshop: Workshop) -> Sequence[str]:
    """The modules in the order in which they come."""
    return list(dict.fromkeys(slot.module for day in workshop.days for slot in day if slot.module))
