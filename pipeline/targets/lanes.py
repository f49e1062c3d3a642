"""What leads where in a prerequisite map: a graph of modules as lines in columns.

Columns come from interval colouring by the left-edge algorithm (Hashimoto and Stevens, 1971): a line holds
its column from its own row to that of the last module it leads to. They are then put in an order in which
few lines cross. Rows and columns count from 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.model import Module

SLOT, STACK = 4.6, 14.0
"""Between branches that enter a station from one side, and from the first to the last at most."""

KINDS = 4
"""Ways in which lines are drawn: the `STYLES` of a map."""
Needs = tuple[tuple[int, ...], ...]
"""For each row the rows above that it builds on."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The way from the line of row `of`, in column `start`, to row `to`, in column `end`.

    It enters `offset` below the row's middle: branches from one side stand one below the other.
    """

    of: int
    to: int
    start: int
    end: int
    offset: float


def needs_of(modules: Sequence[Module]) -> Needs:
    """What each module builds on among these. One that comes later is an error of the course (C110)."""
    rows = {module.id: row for row, module in enumerate(modules)}
    return tuple(
        tuple(sorted({rows[id] for id in module.prerequisites if rows.get(id, row) < row}))
        for row, module in enumerate(modules)
    )


def ends_of(needs: Needs) -> tuple[int, ...]:
    """The last row that builds on each row; the row itself where none does."""
    rows = range(len(needs))
    return tuple(max((row for row in rows if of in needs[row]), default=of) for of in rows)


def columns_of(needs: Needs) -> tuple[int, ...]:
    """The column of each row: one whose line ends there, else a free one, near to what it builds on."""
    ends, columns, holders = ends_of(needs), list[int](), list[int]()
    for row, before in enumerate(needs):
        ending = {columns[of] for of in before if ends[of] == row}
        free = ending or {column for column, of in enumerate(holders) if ends[of] < row} or {len(holders)}
        away = {column: sum(abs(column - columns[of]) for of in before) for column in sorted(free)}
        columns.append(min(away, key=away.__getitem__))
        holders[columns[-1] : columns[-1] + 1] = [row]
    return tuple(columns)


def untangled(needs: Needs, columns: tuple[int, ...]) -> tuple[int, ...]:
    """The columns in an order with fewer crossings, and then with shorter branches.

    Two of them change places, the best two first, as long as that helps (steepest descent).
    """
    ends, places = ends_of(needs), tuple(range(max(columns, default=0) + 1))
    passed = [{columns[of] for of in range(row) if ends[of] > row} for row in range(len(needs))]
    ways = [(columns[of], columns[to], passed[to]) for to, before in enumerate(needs) for of in before]

    def tangle(places: tuple[int, ...]) -> tuple[int, int]:
        crossings = length = 0
        for start, end, between in ways:
            low, high = sorted((places[start], places[end]))
            crossings += sum(low < places[column] < high for column in between)
            length += high - low
        return crossings, length

    def exchanged() -> Iterator[tuple[int, ...]]:
        for a, b in combinations(places, 2):
            yield tuple({a: b, b: a}.get(place, place) for place in places)

    while tangle(better := min(exchanged(), key=tangle, default=places)) < tangle(places):
        places = better
    return tuple(places[column] for column in columns)


def branches(needs: Needs, columns: Sequence[int]) -> tuple[Branch, ...]:
    """Every edge once; one that stays in its column is no more than the end of a line.

    From either side the nearest stands highest, so that it crosses no other that ends there.
    """
    made: list[Branch] = []
    for to, before in enumerate(needs):
        end = columns[to]
        near = sorted(before, key=lambda of: abs(columns[of] - end))
        for side in ({end}, set(range(end)), set(range(end + 1, max(columns) + 1))):
            stack = [of for of in near if columns[of] in side]
            slot, middle = min(SLOT, STACK / max(1, len(stack) - 1)), (len(stack) - 1) / 2
            made += (Branch(of, to, columns[of], end, (n - middle) * slot) for n, of in enumerate(stack))
    return tuple(made)


def styles_of(needs: Needs, columns: Sequence[int]) -> tuple[int, ...]:
    """The place in STYLES of each row's line: that of the line it continues, else unlike its neighbours'."""
    ends, styles = ends_of(needs), list[int]()
    for row, before in enumerate(needs):
        straight = [styles[of] for of in before if columns[of] == columns[row]]
        live = (of for of in range(row) if ends[of] > row)
        near = sorted(live, key=lambda of: abs(columns[of] - columns[row]))[: KINDS - 1]
        unlike = set(range(KINDS)) - {styles[of] for of in near}
        styles += straight or [min(sorted(unlike), key=styles.count)]
    return tuple(styles)


def description(modules: Sequence[Module], needs: Needs) -> str:
    """The map in words, by the modules' numbers."""
    said = []
    for module, before in zip(modules, needs, strict=True):
        *most, last = [f"Module {modules[of].number}" for of in before] or ["none of the others"]
        said.append(f"Module {module.number} builds on {', '.join(most)}{' and ' if most else ''}{last}.")
    return " ".join(said)
