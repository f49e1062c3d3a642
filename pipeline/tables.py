"""The rows of tables as they are written.

The reader pads a row that lacks cells, and drops the cells that no column has (GFM 4.10). Neither can
be seen in what it has read, so such rows are marked from the source: a table's lines are known, and on
a line only the bars count. A bar with a backslash before it belongs to the cell, one in code does not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from pipeline.diagnostics import Span
from pipeline.model import Mark

_AROUND = " \t>"
"""What stands before a row: indentation, and the signs of a quotation."""
_BAR = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r":?-+:?\Z")


def uneven_rows(marks: Iterable[Mark], lines: Sequence[str]) -> Iterator[Mark]:
    """A mark `row` for each row with other cells than its table's head: `level` is how many more, or
    fewer, and `text` what is lost. Empty cells too many lose nothing, and are left alone."""
    for mark in marks:
        if mark.kind == "table":
            yield from _uneven(mark, lines)


def _uneven(table: Mark, lines: Sequence[str]) -> Iterator[Mark]:
    at = table.span
    first, last = at.line + 1, at.end_line - (at.end_column <= 1)
    if last < first:  # the last lines of a short text have no place
        last = len(lines)
    written = takewhile(_BAR.search, lines[first - 1 : last])
    delimiters, *rows = [_cells(line) for line in written] or [[]]
    if not all(map(_DELIMITER.match, delimiters)):
        return  # a text with escaped line ends, all on one line of its file
    for number, row in enumerate(rows, first + 1):
        lost = [cell for cell in row[len(delimiters) :] if cell]
        if lost or len(row) < len(delimiters):
            line = lines[number - 1]
            column = len(line) - len(line.lstrip(_AROUND)) + 1
            span = Span(at.path, number, column, number, len(line.rstrip()) + 1)
            yield Mark("row", span, table.name, " | ".join(lost), len(row) - len(delimiters))


def _cells(line: str) -> list[str]:
    row = line.strip().lstrip(_AROUND).removeprefix("|")
    cells = [cell.strip() for cell in _BAR.split(row)]
    return cells if cells[-1] or len(cells) == 1 else cells[:-1]
