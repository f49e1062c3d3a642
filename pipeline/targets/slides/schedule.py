"""Days of a workshop: how long each module takes, and when there is a break.

A day begins at nine and ends by five. Nobody sits for more than 90 minutes; the first break after half
past eleven is for lunch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

BEGIN, END, NOON = 9 * 60, 17 * 60, 11 * 60 + 30
"""Minutes since midnight."""
STRETCH, BREAK, LUNCH = 90, 15, 60
"""Minutes: the longest without a break, a break, and the one for lunch."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Some of a day: from when to when, in minutes since midnight. `kind` is module, break or lunch; `part` of
    `parts` of the module stand in it."""

    kind: str
    begin: int
    end: int
    module: str = ""
    part: int = 1
    parts: int = 1


Day = tuple[Slot, ...]


def days(modules: Sequence[tuple[str, int]]) -> tuple[Day, ...]:
    """The days of a workshop on these modules, given with their minutes."""
    made: list[list[Slot]] = []
    for id, minutes in modules:
        parts = max(1, ceil(minutes / STRETCH))
        for part in range(1, parts + 1):
            long = ceil(minutes / parts / 5) * 5
            pauses = list(_pause(made[-1], long)) if made else []
            begin = pauses[-1].end if pauses else made[-1][-1].end if made else BEGIN
            if not made or begin + long > END:
                made.append([])
                pauses, begin = [], BEGIN
            made[-1] += [*pauses, Slot("module", begin, begin + long, id, part, parts)]
    return tuple(map(tuple, made))


def _pause(day: Sequence[Slot], coming: int) -> Iterator[Slot]:
    """The break before so many minutes more, if one is due."""
    since = 0
    for slot in reversed(day):
        if slot.kind != "module":
            break
        since += slot.end - slot.begin
    end = day[-1].end
    if since + coming > STRETCH:
        lunch = end >= NOON and not any(slot.kind == "lunch" for slot in day)
        yield Slot("lunch", end, end + LUNCH) if lunch else Slot("break", end, end + BREAK)


def clock(minutes: int) -> str:
    """The time of day: `9:05`."""
    return f"{minutes // 60}:{minutes % 60:02}"
