"""The picture that other sites show beside a link to the course: its title, and its journey as a line.

Letters are outlines of the theme's own faces, as on covers, and resvg makes pixels of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeline.engines.resvg import png
from pipeline.model import Course, Theme
from pipeline.targets.cover import ACCENT, INK, PALE, PAPER, Face, face, lines

WIDTH, HEIGHT = 1200, 630
"""Pixels; what Open Graph's readers show without cutting (1.91 to 1)."""
EDGE = 80
SIZES = (84, 72, 60, 50, 42, 34)
"""Of the title, the first in which it and the subtitle stand above the author."""
SMALL, LEADING, FOOT = 38, 48, 480
"""Size and line of the subtitle, and where the author's room begins."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the picture says."""

    title: str
    subtitle: str
    author: str
    stations: int


def card(course: Course) -> Card:
    """What the picture of a course says."""
    return Card(course.title, course.subtitle, course.author.name, len(course.journey or course.stages))


def picture(made: Card, theme: Theme) -> bytes:
    """The picture as PNG."""
    fonts = Path(theme.folder) / "fonts"
    return png(_drawn(made, face(fonts / "BookSans-Regular.ttf"), face(fonts / "BookSans-Bold.ttf")), WIDTH)


def _drawn(made: Card, regular: Face, bold: Face) -> str:
    parts = "".join((*_title(made, regular, bold), *_foot(made, regular)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<title>{escape(made.title, quote=False)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="{INK}"/>'
        f"{parts}</svg>"
    )


def _title(made: Card, regular: Face, bold: Face) -> Iterator[str]:
    room = WIDTH - 2 * EDGE
    below = lines(made.subtitle, regular, SMALL, room)[:2]
    set_in = {size: lines(made.title, bold, size, room) for size in SIZES}
    fits = (
        size
        for size, rows in set_in.items()
        if max((bold.width(row, size) for row in rows), default=0) <= room
        and _end(size, len(rows)) + len(below) * LEADING <= FOOT
    )
    size = next(fits, SIZES[-1])
    y = _end(size, 0)
    for row in set_in[size]:
        yield _path(bold.outline(row, EDGE - 3, y, size, -0.5), PAPER)
        y += size * 1.12
    yield f'<rect x="{EDGE}" y="{y - size * 0.55:.0f}" width="96" height="6" fill="{ACCENT}"/>'
    for row in below:
        yield _path(regular.outline(row, EDGE, y + 28, SMALL), PALE)
        y += LEADING


def _end(size: int, rows: int) -> float:
    """Where the line behind so many of the title stands."""
    return 90 + size * (1 + 1.12 * rows)


def _foot(made: Card, regular: Face) -> Iterator[str]:
    """The author, and below the journey: a station for each of its own."""
    yield _path(regular.outline(made.author, EDGE, HEIGHT - 110, 30), PAPER)
    y, step = HEIGHT - 58, (WIDTH - 2 * EDGE) / max(1, made.stations - 1)
    yield f'<path d="M{EDGE} {y} H{WIDTH - EDGE}" stroke="{ACCENT}" stroke-width="7"/>'
    for number in range(made.stations):
        ends = number in (0, made.stations - 1)
        x, radius, fill = EDGE + number * step, 14 if ends else 11, ACCENT if ends else INK
        yield f'<circle cx="{x:.1f}" cy="{y}" r="{radius}" fill="{fill}" stroke="{PAPER}" stroke-width="5"/>'


def _path(outline: str, fill: str) -> str:
    return f'<path d="{outline}" fill="{fill}"/>'
