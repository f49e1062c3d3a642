"""What a README says of the modules that are there: parts, tracks, and which modules belong to them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from unicodedata import category

from pipeline.adopt.pages import NUMBERED, Source, inside
from pipeline.document.text import inlines_of, text, walk
from pipeline.model import Inline, Inlines, ItemList, Link, Paragraph, Section, Styled, Table
from pipeline.scaffold import slug_of

_PART = re.compile(r"(?:part|phase|block)\s+(?:\d+|[ivx]+)\b[\s:.–—-]*(.*)", re.IGNORECASE)
_TRACK = re.compile(r"(?:track|(?:learning )?path)\s+(?:\d+|[a-z])\b[\s:.–—-]*(.*)", re.IGNORECASE)
_TRACKS = re.compile(r"\b(?:tracks?|paths?)\b", re.IGNORECASE)
_RANGE = r"\d{1,2}(?:\s*(?:[–—-]|to|through)\s*\d{1,2})?"
_RANGES = rf"{_RANGE}(?:\s*(?:,\s*and|,|&|and)\s*{_RANGE})*"
_CHOICE = re.compile(rf"\bmodules?\s+({_RANGES})(?!\w)", re.IGNORECASE)
_EVERYTHING = re.compile(r"\b(?:all|every)\b(?:\s+\w+){0,2}\s+modules?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Headed:
    """A heading of the README and the blocks below it, up to the next heading."""

    level: int
    title: Inlines
    blocks: tuple[Any, ...]

    @property
    def said(self) -> str:
        """The heading's text, cleaned."""
        return _clean(text(self.title))

    @property
    def runs(self) -> Iterator[Inlines]:
        """Paragraphs, list items and table rows, one after the other."""
        for block in walk(self.blocks):
            if isinstance(block, Table):
                yield from (tuple(i for cell in row for i in (*cell, " ")) for row in block.rows)
            else:
                yield from inlines_of(block)

    @property
    def paragraphs(self) -> Iterator[str]:
        """The texts of the paragraphs."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield " ".join(text(block.inlines).split())

    @property
    def items(self) -> tuple[str, ...]:
        """The texts of the first list."""
        found = next((block for block in self.blocks if isinstance(block, ItemList)), None)
        rows = found.items if found else ()
        firsts = (next((" ".join(text(i).split()) for b in row for i in inlines_of(b)), "") for row in rows)
        return tuple(filter(None, firsts))


@dataclass(frozen=True, slots=True)
class Entry:
    """A part or a track: id, title, what is said of it, and the numbers of its modules."""

    id: str
    title: str
    description: str
    numbers: tuple[int, ...]


def headings(flat: Sequence[Any]) -> list[Headed]:
    """The README by its headings; what stands before the first one has level 0."""
    starts = [0, *(n for n, block in enumerate(flat) if isinstance(block, Section)), len(flat)]
    found = []
    for start, end in pairwise(starts):
        head = flat[start] if start < end and isinstance(flat[start], Section) else None
        if head or start < end:
            blocks = tuple(flat[start + bool(head) : end])
            found.append(Headed(head.level if head else 0, head.title if head else (), blocks))
    return found


def _clean(title: str) -> str:
    """A title without emoji and the signs around it."""
    kept = "".join(
        " " if category(c) in ("So", "Sk", "Cn", "Co") or c in "\ufe0f\u200d" else c for c in title
    )
    return " ".join(kept.split()).strip(" :.–—-")


def links_of(inlines: Iterable[Inline]) -> Iterator[str]:
    """The addresses of the links in a text."""
    for inline in inlines:
        if isinstance(inline, Link):
            yield inline.href
        if isinstance(inline, Link | Styled):
            yield from links_of(inline.children)


class Outline:
    """The README, read as an outline. `missing` are modules that it names and that are not there."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.numbers = {page.path: number for number, _, page in source.modules}
        self.titles = {slug_of(page.title): number for number, _, page in source.modules if page.title}
        self.headings = headings(source.readme.flat)
        self.missing: dict[int, str] = {}
        self.parts = self._entries(list(self._parts()), "part")
        self.tracks = self._entries(list(self._tracks()), "track")

    def mentioned(self, inlines: Inlines) -> list[int]:
        """The modules that a heading, a list item or a line of a table is about."""
        paths = (inside(href, "", self.source.folder) for href in links_of(inlines))
        linked = [self.numbers[path] for path in paths if path in self.numbers]
        if linked:
            return linked
        said = text(inlines)
        named = NUMBERED.match(said)
        if named and int(named[1]) not in self.numbers.values():
            self.missing.setdefault(int(named[1]), " ".join(said.split()))
            return []
        number = int(named[1]) if named else self.titles.get(slug_of(said), 0)
        return [number] if number else []

    def _parts(self) -> Iterator[Entry]:
        """Headings that say "Part N"; where none does, the headings under which modules are named."""
        stated = [n for n, head in enumerate(self.headings) if _PART.match(head.said)]
        taken: set[int] = set()
        for n in stated or range(len(self.headings)):
            head = self.headings[n]
            scope = [head, *(self._below(n) if stated else self._modules_after(n))]
            rows = [run for h in scope for run in (h.title, *_listed(h))]
            numbers = dict.fromkeys(number for row in rows for number in self.mentioned(row))
            new = tuple(number for number in numbers if number not in taken)
            own_module = not stated and self.mentioned(head.title)
            if (new or stated) and not own_module:
                taken.update(new)
                named = _PART.match(head.said)
                title = _clean(named[1]) if named else head.said
                yield Entry("", title or head.said or "Modules", next(head.paragraphs, ""), new)

    def _below(self, n: int) -> Iterator[Headed]:
        """The headings that belong to a part: deeper ones, and modules at its own level."""
        level = self.headings[n].level
        for head in self.headings[n + 1 :]:
            if head.level < level or (head.level == level and not self._is_module(head)):
                return
            yield head

    def _modules_after(self, n: int) -> Iterator[Headed]:
        for head in self.headings[n + 1 :]:
            if not self._is_module(head):
                return
            yield head

    def _is_module(self, head: Headed) -> bool:
        return bool(NUMBERED.match(head.said) or self.mentioned(head.title))

    def _tracks(self) -> Iterator[Entry]:
        above: list[Headed] = []
        for head in self.headings:
            above = [h for h in above if h.level < head.level]
            named = _TRACK.match(head.said)
            numbers = self._chosen(head)
            under = any(_TRACKS.search(h.said) for h in above)
            if named or (under and numbers):
                title = _clean(named[1]) if named else ""
                yield Entry("", title or head.said, _track_text(head), numbers)
            above.append(head)
            for table in (block for block in head.blocks if isinstance(block, Table)):
                yield from self._rows(table)

    def _rows(self, table: Table) -> Iterator[Entry]:
        """A table of tracks: one column names them, one lists modules, the last may say for whom."""
        names = [_clean(text(cell)).lower() for cell in table.head]
        title = next((n for n, name in enumerate(names) if _TRACKS.search(name)), -1)
        modules = next((n for n, name in enumerate(names) if name.startswith("module")), -1)
        for row in table.rows if title >= 0 and modules >= 0 else ():
            said = [" ".join(text(cell).split()) for cell in row]
            rest = [words for n, words in enumerate(said) if n not in (title, modules)]
            numbers = self._numbers(f"modules {said[modules]}")
            yield Entry("", _clean(said[title]), " ".join(rest), numbers)

    def _chosen(self, head: Headed) -> tuple[int, ...]:
        said = [text(run) for run in head.runs]
        numbers = {number for line in said for number in self._numbers(line)}
        linked = {number for run in _listed(head) for number in self.mentioned(run)}
        return tuple(sorted(numbers | linked))

    def _numbers(self, said: str) -> tuple[int, ...]:
        """The modules that "Modules 1–4, 7" or "All 35 modules" name, and that are there."""
        there = set(self.numbers.values())
        if _EVERYTHING.search(said):
            return tuple(sorted(there))
        found: set[int] = set()
        for choice in _CHOICE.finditer(said):
            for piece in re.finditer(_RANGE, choice[1], re.IGNORECASE):
                first, *last = map(int, re.findall(r"\d+", piece[0]))
                found.update(range(first, (last[0] if last else first) + 1))
        return tuple(sorted(found & there))

    @staticmethod
    def _entries(found: Sequence[Entry], otherwise: str) -> tuple[Entry, ...]:
        taken: set[str] = set()
        entries = []
        for n, entry in enumerate(found, 1):
            id = slug_of(entry.title) or f"{otherwise}-{n}"
            id = f"{id}-{n}" if id in taken else id
            taken.add(id)
            entries.append(replace(entry, id=id))
        return tuple(entries)

    def under(self, pattern: str) -> Headed | None:
        """The first heading below the title that speaks of something."""
        below = (head for head in self.headings if head.level > 1)
        return next((head for head in below if re.search(pattern, head.said, re.IGNORECASE)), None)


def _listed(head: Headed) -> Iterator[Inlines]:
    """List items and table rows: paragraphs mention modules in passing."""
    rest = tuple(block for block in head.blocks if not isinstance(block, Paragraph))
    return Headed(0, (), rest).runs


def _track_text(head: Headed) -> str:
    """What is said of a track beside its numbers, as one text."""
    rests = []
    for run in head.runs:
        said = _EVERYTHING.sub("", _CHOICE.sub("", " ".join(text(run).split())))
        said = said.strip(" :,.–—-") if not said.rstrip().endswith(":") else ""
        if said:
            rests.append(said)
    joined = "; ".join(rests)
    return f"{joined[:1].upper()}{joined[1:]}." if joined else ""
