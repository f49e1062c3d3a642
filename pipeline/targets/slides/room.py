"""How much fits on a slide, in CSS pixels of a slide of 1280 × 720.

Decks are made without a browser, so heights are estimated: characters times the mean advance of the
theme's fonts. A slide's text takes the largest of `SIZES` that fits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from pipeline.document.text import text
from pipeline.model import (
    Block,
    Blocks,
    Callout,
    Code,
    Diagram,
    Inlines,
    ItemList,
    Output,
    Paragraph,
    Plain,
    Question,
    Quiz,
    Quotation,
    Table,
)

WIDTH, HEIGHT = 1152.0, 572.0
"""Of a slide's title and body, without its margins and its foot."""
SIZES = (44, 41, 38, 36, 34, 32, 30, 28, 26, 24, 22, 20)
LEAST = 20
GLYPH, BOLD, MONO = 0.45, 0.5, 0.6
"""Mean advances in em: text, titles, code."""
LEADING = 1.35
FRAME = 36
"""What the frame of a listing takes of its width."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A slide before it is written. `kind` is title, agenda, authored, section, content, code, diagram,
    table, quiz or closing. Leaves of one `series` go on with each other: they get numbers, "(2/3)".
    `source` is the id of what it is made from in its module, `slide.N` for the author's own."""

    kind: str
    title: Inlines
    blocks: Blocks
    notes: Blocks = ()
    series: str = ""
    source: str = "top"


def room(title: Inlines, width: float = WIDTH) -> float:
    """The height that is left below a title, with its number if it has one."""
    size = title_size(title)
    rows = ceil((len(text(title)) + 6) * BOLD * size / width)
    return HEIGHT - rows * size * 1.1


def title_size(title: Inlines) -> int:
    """Long titles are set smaller."""
    return 46 if len(text(title)) <= 88 else 36


def size(blocks: Blocks, height: float, width: float = WIDTH) -> int:
    """The largest text size at which the blocks fit; 0 when they fit at none."""
    return next((size for size in SIZES if needed(blocks, size, width) <= height), 0)


def code_size(blocks: Blocks, size: int) -> int:
    """Code is set as large as its longest line allows, and smaller than the text around it."""
    listings = (block for block in blocks if isinstance(block, Code | Output))
    longest = max((len(line) for block in listings for line in _lines(block)), default=0)
    return max(LEAST, min(size - 4, 28, int((WIDTH - FRAME) / (max(1, longest) * MONO))))


def table_size(size: int) -> int:
    """Tables are set a little smaller than text."""
    return max(LEAST, min(size - 4, 30))


def needed(blocks: Iterable[Block], size: int, width: float = WIDTH) -> float:
    """The height of blocks in text of this size."""
    return sum(_height(block, size, width) for block in blocks)


def _height(block: Block, size: int, width: float) -> float:
    gap = size * 0.5
    match block:
        case Paragraph(inlines=inlines) | Plain(inlines=inlines):
            return _text(inlines, size, width) + gap
        case ItemList(items=items):
            return sum(needed(item, size, width - 1.3 * size) for item in items) + size * 0.3
        case Quotation(blocks=inner):
            return needed(inner, size, width - 48) + gap
        case Callout(blocks=inner):
            return needed(inner, size, width - 56) + size * LEADING + 40
        case Code() | Output():
            return listing_height(block, code_size((block,), size), width)
        case Table():
            return _table(block, table_size(size), width)
        case Quiz(questions=questions):
            return sum(_question(question, size, width) for question in questions)
        case Diagram():
            return 300.0
    return 0.0


def _text(inlines: Inlines, size: int, width: float) -> float:
    return _rows(len(text(inlines)), size, width) * size * LEADING


def _rows(characters: int, size: float, width: float) -> int:
    return max(1, ceil(characters * GLYPH * size / width))


# --- code ------------------------------------------------------------------------------------


def listing_height(block: Code | Output, size: int, width: float = WIDTH) -> float:
    """The height of a listing with its caption."""
    caption = 34 if isinstance(block, Output) or block.get("file") else 0
    return sum(line_rows(block, size, width)) * size * LEADING + 44 + caption


def line_rows(block: Code | Output, size: int, width: float = WIDTH) -> list[int]:
    """How many rows each line of a listing takes: long ones are wrapped."""
    fitting = int((width - FRAME) / (size * MONO))
    return [1 if len(line) <= fitting else ceil((len(line) - 4) / (fitting - 4)) for line in _lines(block)]


def _lines(block: Code | Output) -> list[str]:
    return block.text.expandtabs(4).split("\n")


# --- tables ----------------------------------------------------------------------------------


def _table(block: Table, size: int, width: float) -> float:
    widths = _widths(block, size, width)
    return sum(_row(line, widths, size) for line in (block.head, *block.rows)) + size * 0.5


def _row(line: tuple[Inlines, ...], widths: list[float], size: int) -> float:
    rows = (_rows(len(text(cell)), size, width) for cell, width in zip(line, widths, strict=False))
    return max(rows, default=0) * size * 1.3 + 15


def _widths(block: Table, size: int, width: float) -> list[float]:
    """Column widths as browsers share them out (CSS 2.2, section 17.5.2.2)."""
    columns = list(_columns(block))
    glyph = GLYPH * size
    most = [max(map(len, cells)) * glyph + 1 for cells in columns]
    least = [max(len(word) for cell in cells for word in cell.split() or [""]) * glyph for cells in columns]
    left = width - 28 * len(columns) - sum(least)
    share = min(1.0, max(0.0, left) / max(1.0, sum(most) - sum(least)))
    return [a + (b - a) * share for a, b in zip(least, most, strict=True)]


def _columns(block: Table) -> Iterator[list[str]]:
    lines = (block.head, *block.rows)
    for n in range(max(map(len, lines), default=0)):
        yield [text(line[n]) for line in lines if n < len(line)]


# --- questions -------------------------------------------------------------------------------


def _question(question: Question, size: int, width: float) -> float:
    choices = [*question.items, *(option.text for option in question.options)]
    listed = sum(_text(choice, size, width - 1.3 * size) + size * 0.3 for choice in choices)
    return needed(question.stem, size, width) + listed + _answer(question, size, width) + size


def _answer(question: Question, size: int, width: float) -> float:
    said = [question.why, *(option.why for option in question.options if option.correct)]
    characters = sum(len(text(inlines)) for inlines in said) + 16 + 3 * len(question.items)
    return _rows(characters, size, width - 56) * size * LEADING + 24
