"""Where things stand in a file: what a conversion collects on its way, and short texts in their place.

A text inside a YAML value or a comment is read by itself; `ShortText` knows at which line and column
of the file each of its characters stands.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.mapping import Path, Positioned
from pipeline.model import Mark

_RANGE = re.compile(r"(\d+):(\d+)-(\d+):(\d+)")
_NEWLINE = re.compile("\n")
NO_HTML = "Write it in Markdown; of HTML only <kbd>, <sub>, <sup>, <br> and comments are kept."
DEEPEST = 80
"""Levels of quotations, lists and styles that a text may nest, each list counting for two or three."""


@dataclass(frozen=True, slots=True)
class ShortText:
    """A text of its own inside a file. `where` gives line and column of its N-th character."""

    text: str
    span: Span
    where: Callable[[int], tuple[int, int]]

    def part(self, start: int, end: int) -> "ShortText":
        """A piece of the text, in its place."""
        return ShortText(self.text[start:end], self.span, lambda offset: self.where(start + offset))

    def place(self, shift: int = 0, lines: int = 0) -> "Place":
        """Where its lines and columns stand in the file, when it was read with `shift` characters
        before it, and so many lines."""
        starts = [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        return Place(self.span.path, starts, self.where, shift, lines)


@dataclass(frozen=True, slots=True)
class Place:
    """From the lines and columns of a text that was read by itself to those of the file."""

    path: str
    starts: Sequence[int]
    where: Callable[[int], tuple[int, int]]
    shift: int
    lines: int

    def start(self, line: int, column: int) -> tuple[int, int]:
        """The file's line and column of a place in the text."""
        return self.where(max(self._offset(line, column), 0))

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """The file's span of a range of the text."""
        first = max(self._offset(*start), 0)
        end_line, end_column = self.where(max(first, self._offset(*end) - 1))
        return Span(self.path, *self.where(first), end_line, end_column + 1)

    def _offset(self, line: int, column: int) -> int:
        return self.starts[min(line - self.lines, len(self.starts)) - 1] + column - 1 - self.shift


def value_text(found: Positioned, path: Path, text: str) -> ShortText:
    """The text of a YAML value."""
    return ShortText(text, found.at(path), found.inside(path))


def verbatim_text(text: str, start: Span) -> ShortText:
    """A text that stands in the file as it is, from the beginning of `start`."""

    starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]

    def where(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset)
        return start.line + line - 1, offset - starts[line - 1] + (start.column if line == 1 else 1)

    return ShortText(text, start, where)


@dataclass(frozen=True, slots=True)
class Comment:
    """An HTML comment between blocks: a directive (`id:`, `slide:`), or a remark to be dropped."""

    text: str
    span: Span

    @property
    def inside(self) -> ShortText:
        """What stands between `<!--` and `-->`, in its place."""
        start = Span(self.span.path, self.span.line, self.span.column + len("<!--"))
        return verbatim_text(self.text, start)


@dataclass
class Run:
    """The text of one block as it is read: what the rules about prose look at.

    `places` holds three numbers a word: its offset in the text, its line and its column. Code is
    one object replacement character (U+FFFC): it is no prose.
    """

    parts: list[str] = field(default_factory=list)
    places: "array[int]" = field(default_factory=lambda: array("I"))
    length: int = 0

    def add(self, text: str, at: tuple[int, int] | None = None) -> None:
        """Append a text, with its line and column when they are known."""
        if at:
            self.places.extend((self.length, at[0], at[1]))
        self.parts.append(text)
        self.length += len(text)


@dataclass
class Positions:
    """What a conversion collects: marks, findings and counted ids.

    `line` is the file's line at which the text's first line stands; `place` is there instead when
    the text is a short one. `apart` says that the text stands outside the module's running text.
    """

    path: str
    line: int = 1
    marks: list[Mark] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    place: Place | None = None
    apart: bool = False
    depth: int = 0
    run: Run = field(default_factory=Run)

    def number(self, kind: str, given: str = "") -> str:
        """The local id of a block: `kind.given`, or `kind.N` counted in order of appearance."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}.{given or self.counts[kind]}"

    def span(self, attributes: Sequence[Sequence[Any]], fallback: Span) -> Span:
        """The span of an element's last `data-pos` (a fence in a list carries the list's first)."""
        said = next((value for name, value in reversed(attributes) if name == "data-pos"), "")
        ranges = [tuple(map(int, found)) for found in _RANGE.findall(said)]
        if not ranges:
            return fallback
        start, end = min(r[:2] for r in ranges), max(r[2:] for r in ranges)
        if self.place:
            return self.place.span((start[0], start[1]), (end[0], end[1]))
        shift = self.line - 1
        return Span(self.path, start[0] + shift, start[1], end[0] + shift, end[1])

    def start(self, said: str) -> tuple[int, int] | None:
        """Line and column where a word's `data-pos` begins; None where it says nothing."""
        line, _, column = said.partition("-")[0].partition(":")
        if not column:
            return None
        if self.place:
            return self.place.start(int(line), int(column))
        return int(line) + self.line - 1, int(column)

    def mark(self, kind: str, span: Span, name: str = "", said: str = "", level: int = 0) -> None:
        """Remember where something stands."""
        self.marks.append(Mark(kind, span, name, said, level))

    def unsupported(self, what: str, span: Span, remedy: str = NO_HTML) -> None:
        """Something that not every output could show."""
        self.mark("raw", span, what)
        self.findings.append(error("S110", span, f"{what} is not kept in every output", remedy))
