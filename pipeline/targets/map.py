"""The prerequisite map of an edition: a row a module, and lines that lead down to what builds on it.

It reads like a transit map, or the graph of a version history. A module that others build on opens a
line at its station; where another builds on it, a branch leaves the line and ends in that one's
station. The last needs no branch: the line runs straight into it, and goes on as its own. So whoever
asks what a module builds on follows each line that enters its station up to the next station.

Lengths are CSS pixels, rows and columns count from 0. What leads where is in `lanes`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, groupby

from pipeline.model import Course, Edition, Module
from pipeline.targets.lanes import (
    Branch,
    Needs,
    branches,
    columns_of,
    description,
    ends_of,
    needs_of,
    styles_of,
    untangled,
)  # fmt: skip

INK, QUIET, PALE = "#1d3543", "#51626d", "#d3d9dc"
STYLES = ((INK, ""), ("#8c2f1b", "7 2.5"), ("#a86a12", ""), (QUIET, "2.5 2"))
"""Colours and dashes of lines: a dark and a lighter solid one, long and short dashes, so that grey will do."""
PAGE = 860.0
"""The height that a map keeps to where it can: a page of A4 without its margins and a heading."""
SIZES = tuple(size / 10 for size in range(120, 95, -2))
"""Sizes of letters to choose from. None is below 7 points, which are 9.33 pixels."""
RADIUS, CLEAR = 3.8, 3.2
"""Of a station; from a branch to the ends of a line that it crosses."""
Lines = tuple[str, ...]
"""A text as it is broken."""


@dataclass(frozen=True, slots=True)
class Map:
    """A drawn map: a complete SVG document, its size, and all that it shows in words."""

    svg: str
    width: float
    height: float
    description: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Where columns, rows (their middle) and part titles stand; text begins at `left`, `size` large."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    titles: tuple[Lines, ...]
    parts: tuple[tuple[float, Lines], ...]
    left: float
    size: float
    height: float


def prerequisite_map(
    course: Course, edition: Edition, width: float, address: Callable[[str], str] | None = None
) -> Map:
    """The map of an edition, `width` wide, as high as it needs; `address` tells where a module's row leads."""
    modules = course.modules_of(edition)
    needs = needs_of(modules)
    columns = untangled(needs, columns_of(needs))
    grid = grid_of(course, modules, max(columns, default=0) + 1, width)
    said = description(modules, needs)
    name = escape(f"What each module builds on: {edition.title}, {edition.subtitle}", quote=False)
    size = f'width="{_n(width)}" height="{_n(grid.height)}" viewBox="0 0 {_n(width)} {_n(grid.height)}"'
    role = "group" if address else "img"  # what an image holds is presentation, no link
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="{role}"><title>{name}</title>'
        f"<desc>{said}</desc>"
        f"{''.join(_drawn(modules, needs, columns, grid, address))}</svg>\n"
    )
    return Map(svg, width, grid.height, said)


# --- where it stands -------------------------------------------------------------------------


def grid_of(course: Course, modules: Sequence[Module], columns: int, width: float) -> Grid:
    """The grid in the largest letters with which it fits a page, or in the smallest."""
    for size in SIZES:
        grid = _sized(course, modules, columns, width, size)
        if grid.height <= PAGE:
            break
    return grid


def _sized(course: Course, modules: Sequence[Module], columns: int, width: float, size: float) -> Grid:
    """Columns share what 30 sizes of letters leave of the width, or a third where that is too little."""
    step = min(22.0, max(width / 3.2, width - 30 * size) / columns)
    xs = tuple(RADIUS + 1 + column * step for column in range(columns))
    left = xs[-1] + 12 + size / 2
    names = {part.id: f"Part {part.number} · {part.title}" for part in course.parts}
    ys, titles, parts, y = list[float](), list[Lines](), list[tuple[float, Lines]](), -size / 2
    for part, group in groupby(modules, key=lambda module: module.part):
        name = broken(names[part], size, width - left)
        parts.append((y + (0.75 + 0.6 * len(name)) * size, name))
        y += (1 + 1.2 * len(name)) * size
        for module in group:
            titles.append(broken(module.title, size, width - left - 2 * size))
            ys.append(y + (0.25 + 0.6 * len(titles[-1])) * size)
            y += (0.5 + 1.2 * len(titles[-1])) * size
    return Grid(xs, tuple(ys), tuple(titles), tuple(parts), left, size, round(max(y, 0) + 3, 1))


def em(char: str) -> float:
    """The most that a letter is wide, in the books' sans serif or what a reader has in its stead."""
    if char in " .,:;·'’!|()[]/-ijlft":
        return 0.38
    if char > "\u024f":  # beyond Latin letters, some are as wide as they are high
        return 1.0
    return 0.92 if char in "mwMW%@" else 0.7 if char == "&" or char.isupper() else 0.58


def broken(text: str, size: float, width: float) -> Lines:
    """The text in lines no longer than `width`: broken between words, in a word that is longer itself."""
    lines: list[str] = []
    while text := text.strip():
        ends = accumulate(map(em, text), initial=0.0)
        fits = sum(size * end <= width for end in ends) - 1
        cut = fits if fits == len(text) else text.rfind(" ", 0, fits + 1)
        cut = cut if cut > 0 else max(1, fits)
        lines.append(text[:cut])
        text = text[cut:]
    return tuple(lines)


# --- how it is drawn -------------------------------------------------------------------------


def _drawn(
    modules: Sequence[Module],
    needs: Needs,
    columns: Sequence[int],
    grid: Grid,
    address: Callable[[str], str] | None,
) -> Iterator[str]:
    """What lies below comes first: leaders from stations to titles, lines, branches; then the rows."""
    ways, styles, ends = branches(needs, columns), styles_of(needs, columns), ends_of(needs)
    for column, y in zip(columns, grid.ys, strict=True):
        yield f'<path d="M{_n(grid.xs[column])} {_n(y)}H{_n(grid.left)}" stroke="{PALE}"/>'
    for of, end in enumerate(ends):
        yield _path(_line(of, end, ways, columns, grid), styles[of]) if end > of else ""
    for way in ways:
        yield _path(_branch(way, grid), styles[way.of]) if way.start != way.end else ""
    for y, name in grid.parts:
        yield _text(name, grid.left, y, grid.size, QUIET, ' font-weight="700"')
    for row, module in enumerate(modules):
        color = STYLES[styles[row]][0] if ends[row] > row else ""
        half = RADIUS + max((way.offset for way in ways if way.to == row), default=0)
        shown = _station(grid.xs[columns[row]], grid.ys[row], half, color) + _label(row, module, grid)
        yield f'<a href="{escape(address(module.id))}">{shown}</a>' if address else shown


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _path(data: str, style: int) -> str:
    color, dashes = STYLES[style]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{data}" fill="none" stroke="{color}" stroke-width="2"{dashed}/>'


def _turn(grid: Grid) -> float:
    """The radius in which a branch leaves its line."""
    return min(6.0, (grid.xs[1] - grid.xs[0]) / 2)


def _line(of: int, end: int, ways: Sequence[Branch], columns: Sequence[int], grid: Grid) -> str:
    """From a station down to the last module, or the branch that leads there, open where a branch crosses."""
    column = columns[of]
    (last,) = (way for way in ways if (way.of, way.to) == (of, end))
    foot = grid.ys[end] + (last.offset - _turn(grid) if last.end != column else 0)
    crossing = (w for w in ways if of < w.to < end and min(w.start, w.end) < column < max(w.start, w.end))
    crossed = sorted(grid.ys[way.to] + way.offset for way in crossing)
    tops, feet = [grid.ys[of], *(y + CLEAR for y in crossed)], [*(y - CLEAR for y in crossed), foot]
    x = _n(grid.xs[column])
    return "".join(f"M{x} {_n(a)}V{_n(b)}" for a, b in zip(tops, feet, strict=True) if a < b)


def _branch(way: Branch, grid: Grid) -> str:
    x, end, y, turn = grid.xs[way.start], grid.xs[way.end], grid.ys[way.to] + way.offset, _turn(grid)
    after = x + turn if end > x else x - turn
    return f"M{_n(x)} {_n(y - turn)}Q{_n(x)} {_n(y)} {_n(after)} {_n(y)}H{_n(end)}"


def _station(x: float, y: float, half: float, color: str) -> str:
    """Filled where a line begins, else a ring; long enough for the branches that enter."""
    box = f'x="{_n(x - RADIUS)}" y="{_n(y - half)}" width="{_n(2 * RADIUS)}" height="{_n(2 * half)}"'
    look = f'fill="{color or "#ffffff"}" stroke="{color or INK}" stroke-width="1.6"'
    return f'<rect {box} rx="{_n(RADIUS)}" {look}/>'


def _label(row: int, module: Module, grid: Grid) -> str:
    y, size, title = grid.ys[row], grid.size, grid.titles[row]
    first, bold = y - 0.6 * size * (len(title) - 1), ' font-weight="700" text-anchor="end"'
    number = _text((str(module.number),), grid.left + 1.5 * size, first, size, INK, bold)
    return number + _text(title, grid.left + 2 * size, y, size, INK)


def _text(lines: Lines, x: float, y: float, size: float, color: str, more: str = "") -> str:
    """Lines about a height: the middle of letters is a third of their size above their foot."""
    foot = y + (0.35 - 0.6 * (len(lines) - 1)) * size
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(foot + 1.2 * size * n)}">{escape(line, quote=False)}</tspan>'
        for n, line in enumerate(lines)
    )
    font = f'font-family="Book Sans, sans-serif" font-size="{_n(size)}"'
    return f'<text {font} fill="{color}"{more}>{spans}</text>'
