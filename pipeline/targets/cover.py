"""The cover, drawn from the course itself: its title, and the request's journey as a line on a map.

Letters are drawn as outlines of the theme's own face, so the cover looks the same in every reader,
whatever fonts it has (SVG 2, chapter 9, "Paths").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache as once
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline import cache
from pipeline.model import Course, Edition, Theme

WIDTH, HEIGHT = 840, 1188
INK, PAPER, ACCENT, PALE = "#1d3543", "#fbf8f1", "#e0a33e", "#9fb4c0"
LEFT, RIGHT = 84, WIDTH - 84


@dataclass(frozen=True, slots=True)
class Face:
    """A face of the theme, to measure and outline text with."""

    font: Any
    glyphs: Any
    units: int
    widths: dict[int, tuple[str, int]]

    def width(self, text: str, size: float, tracking: float = 0) -> float:
        """The text's length in user units."""
        advances = sum(self.widths.get(ord(c), (".notdef", self.units // 2))[1] for c in text)
        return advances * size / self.units + tracking * len(text)

    def outline(self, text: str, x: float, y: float, size: float, tracking: float = 0) -> str:
        """The path data of a text whose baseline begins at (x, y)."""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen

        pen = SVGPathPen(self.glyphs, ntos=lambda number: f"{number:.1f}".rstrip("0").rstrip("."))
        scale = size / self.units
        for char in text:
            name, advance = self.widths.get(ord(char), (".notdef", self.units // 2))
            self.glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, y)))
            x += advance * scale + tracking
        return str(pen.getCommands())


@once
def face(path: Path) -> Face:
    """The face in a TrueType file."""
    from fontTools.ttLib import TTFont

    font = TTFont(path)
    metrics = font["hmtx"].metrics
    widths = {code: (name, metrics[name][0]) for code, name in font.getBestCmap().items()}
    return Face(font, font.getGlyphSet(), font["head"].unitsPerEm, widths)


def cover(course: Course, edition: Edition, theme: Theme) -> str:
    """The cover of an edition as a complete SVG document of WIDTH by HEIGHT units."""
    stations = course.journey or tuple(label for _, label in course.stages)
    said = course.title, course.subtitle, course.author.name, edition.subtitle
    return cache.called(_drawn, (*said, stations, theme))


def _drawn(
    title: str, subtitle: str, author: str, edition: str, stations: tuple[str, ...], theme: Theme
) -> str:
    fonts = Path(theme.folder) / "fonts"
    regular, bold = face(fonts / "BookSans-Regular.ttf"), face(fonts / "BookSans-Bold.ttf")
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{INK}"/>',
        *_title(title, subtitle, regular, bold),
        *_map(stations, regular),
        *_foot(author, edition, regular, bold),
    ]
    name = escape(f"Cover: {title}. {subtitle}", quote=False)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img"><title>{name}</title>{"".join(parts)}</svg>\n'
    )


def _path(outline: str, fill: str) -> str:
    return f'<path d="{outline}" fill="{fill}"/>'


def _title(title: str, subtitle: str, regular: Face, bold: Face) -> Iterator[str]:
    y = 190.0
    for line in lines(title, bold, 84, RIGHT - LEFT):
        yield _path(bold.outline(line, LEFT - 4, y, 84, -1), PAPER)
        y += 92
    yield f'<rect x="{LEFT}" y="{y - 46:.0f}" width="96" height="5" fill="{ACCENT}"/>'
    for line in lines(subtitle, regular, 36, RIGHT - LEFT):
        yield _path(regular.outline(line, LEFT, y + 18, 36), PALE)
        y += 46


def _map(stations: Sequence[str], regular: Face) -> Iterator[str]:
    """The stations on a line that winds in rows, each row turning back under the one before."""
    columns = 3 if len(stations) > 4 else max(1, len(stations))
    rows = -(-len(stations) // columns)
    top, gap = 610.0, min(150.0, 300 / max(1, rows - 1) if rows > 1 else 150.0)
    step = (RIGHT - LEFT - 120) / max(1, columns - 1)
    points: list[tuple[float, float]] = []
    for number in range(len(stations)):
        row, column = divmod(number, columns)
        across = column if row % 2 == 0 else columns - 1 - column
        points.append((LEFT + 60 + across * step, top + row * gap))
    yield f'<path d="{_line(points, gap)}" fill="none" stroke="{ACCENT}" stroke-width="7"/>'
    for number, ((x, y), label) in enumerate(zip(points, stations, strict=True)):
        ends = number in (0, len(stations) - 1)
        fill, radius = (ACCENT, 15) if ends else (INK, 12)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{PAPER}" stroke-width="5"/>'
        yield _path(regular.outline(label, x - regular.width(label, 25) / 2, y + 52, 25), PAPER)


def _line(points: Sequence[tuple[float, float]], gap: float) -> str:
    """Straight along a row, a half circle between rows (SVG 2, 9.3.8, elliptical arcs)."""
    data = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (_, from_y), (x, y) in pairwise(points):
        sweep = 1 if x > WIDTH / 2 else 0
        radius = gap / 2
        data += (
            f" L{x:.1f} {y:.1f}"
            if y == from_y
            else f" A{radius:.1f} {radius:.1f} 0 0 {sweep} {x:.1f} {y:.1f}"
        )
    return data


def _foot(author: str, edition: str, regular: Face, bold: Face) -> Iterator[str]:
    yield _path(bold.outline(author, LEFT, 1078, 34), PAPER)
    yield _path(regular.outline(edition, LEFT, 1118, 24), PALE)


def lines(text: str, font: Face, size: float, width: float) -> list[str]:
    """The text broken between words so that each line is at most `width` long."""
    made: list[str] = []
    for word in text.split():
        longer = f"{made[-1]} {word}" if made else word
        if made and font.width(longer, size) <= width:
            made[-1] = longer
        else:
            made.append(word)
    return made
