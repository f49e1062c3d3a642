"""Where text and blocks may be parted: sentences, list items, table rows, lines of code."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from pipeline.document.text import text
from pipeline.model import (
    Block,
    Callout,
    Code,
    Inline,
    Inlines,
    ItemList,
    Lines,
    Output,
    Quotation,
    Table,
)
from pipeline.targets.slides.room import LEADING, LEAST, Leaf, code_size, line_rows, needed, room

T = TypeVar("T")


def parted(leaf: Leaf, least: int = LEAST) -> tuple[Leaf, ...]:
    """The leaf, or the leaves it needs so that none is set in text smaller than `least`."""
    height = room(leaf.title)
    if needed(leaf.blocks, least) <= height:
        return (leaf,)
    pieces = [piece for block in leaf.blocks for piece in _pieces(block, least, height)]
    groups = balanced(lambda most: _groups(pieces, least, most), height)
    notes = (leaf.notes, *[()] * len(groups))
    return tuple(replace(leaf, blocks=joined(group), notes=notes[n]) for n, group in enumerate(groups))


def _groups(pieces: list[Block], size: int, height: float) -> list[list[Block]]:
    groups: list[list[Block]] = [[]]
    for piece in pieces:
        if groups[-1] and needed([*groups[-1], piece], size) > height:
            groups.append([])
        groups[-1].append(piece)
    return groups


def balanced(cut: Callable[[float], list[T]], most: float) -> list[T]:
    """The parts that `cut` makes when none may be larger than `most`, as even as their number allows."""
    parts = cut(most)
    smaller = (cut(most * n / 20) for n in range(4, 20))
    return next((found for found in smaller if len(found) == len(parts)), parts)


def _pieces(block: Block, size: int, height: float) -> Iterator[Block]:
    """A block too high for a slide, in parts that are not."""
    if needed((block,), size) <= height:
        yield block
        return
    match block:
        case Code() | Output():
            rows = (height - 84) / (code_size((block,), size) * LEADING)
            yield from listing_parts(block, int(rows), code_size((block,), size))
        case Table():
            yield from balanced(lambda most: _table_parts(block, size, most), height)
        case ItemList(items=items) if len(items) > 1:
            for item in single_items(block):
                yield from _pieces(item, size, height)
        case ItemList(ordered=ordered, start=start, items=(item,)):
            for piece in (piece for inner in item for piece in _pieces(inner, size, height - 80)):
                yield ItemList(ordered, start, ((piece,),))
        case Callout(blocks=inner) | Quotation(blocks=inner) if len(inner) > 1:
            for piece in inner:
                yield replace(block, blocks=(piece,))
        case _:
            yield block


# --- leaves ----------------------------------------------------------------------------------


def limited(leaves: list[Leaf], most: int) -> tuple[Leaf, ...]:
    """The leaves that matter most, in order; a listing or a table is shown whole or not at all."""
    kept: set[int] = set()
    for _, _, unit in sorted(_units(leaves)):
        if len(kept) + len(unit) <= most:
            kept |= set(unit)
    made: list[Leaf] = []
    for n, leaf in enumerate(leaves):
        if n in kept or not made:
            made.append(leaf)
        else:
            made[-1] = replace(made[-1], notes=(*made[-1].notes, *leaf.blocks, *leaf.notes))
    return tuple(made)


def _units(leaves: list[Leaf]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """What is kept together: its rank (lower matters more), its place, its leaves."""
    ranks = {"section": 0, "content": 1, "diagram": 1, "quiz": 1, "table": 2, "code": 2}
    seen: dict[str, int] = {}
    for n, leaf in enumerate(leaves):
        if not leaf.blocks and leaf.kind == "content":
            continue
        before = seen.get(leaf.series, 0)
        seen[leaf.series] = before + 1
        if leaf.kind not in ("table", "code") or not leaf.series:
            yield ranks[leaf.kind] + (1 + before if before and leaf.series else 0), n, (n,)
        elif not before:
            unit = tuple(m for m, other in enumerate(leaves) if other.series == leaf.series)
            yield ranks[leaf.kind] + len(unit) - 1, n, unit


# --- lists and tables ------------------------------------------------------------------------


def single_items(block: ItemList) -> tuple[ItemList, ...]:
    """A list as lists of one item each; the numbers stay."""
    return tuple(replace(block, start=block.start + n, items=(item,)) for n, item in enumerate(block.items))


def joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Neighbouring lists that continue each other, and rows of one table, put together again."""
    made: list[Block] = []
    for block in blocks:
        before = made[-1] if made else None
        if isinstance(before, ItemList) and isinstance(block, ItemList) and _continues(before, block):
            made[-1] = replace(before, items=before.items + block.items)
        elif isinstance(before, Table) and isinstance(block, Table) and before.id == block.id:
            made[-1] = replace(before, rows=before.rows + block.rows)
        else:
            made.append(block)
    return tuple(made)


def _continues(before: ItemList, block: ItemList) -> bool:
    follows = not block.ordered or block.start == before.start + len(before.items)
    return before.ordered == block.ordered and follows


def _table_parts(block: Table, size: int, height: float) -> list[Table]:
    return table_parts(block, lambda table: needed((table,), size) > height)


def table_parts(block: Table, overfull: Callable[[Table], bool]) -> list[Table]:
    """The rows shared out over tables with the same head, none of them overfull but for a single row."""
    made: list[Table] = []
    rows: list[tuple[Inlines, ...]] = []
    for row in block.rows:
        if rows and overfull(replace(block, rows=(*rows, row))):
            made.append(replace(block, rows=tuple(rows)))
            rows = []
        rows.append(row)
    return [*made, replace(block, rows=tuple(rows))]


# --- code ------------------------------------------------------------------------------------


def listing_parts(block: Code | Output, most: int, size: int = LEAST) -> list[Code | Output]:
    """A listing in parts of at most so many rows of this size, ended at an empty line if one is near."""
    rows = line_rows(block, size)
    filled = [bool(line.strip()) for line in block.text.split("\n")]
    cuts = balanced(lambda limit: _cuts(rows, filled, limit), most)
    return [lines_of(block, start, end) for start, end in cuts]


def _cuts(rows: list[int], filled: list[bool], most: float) -> list[tuple[int, int]]:
    """Ranges of lines, ends exclusive. No part begins with an empty line."""
    made: list[tuple[int, int]] = []
    start, last = 0, len(rows)
    while start < last:
        if not filled[start]:
            start += 1
            continue
        end = start + 1
        while end < last and sum(rows[start : end + 1]) <= most:
            end += 1
        nearest = (n for n in range(end, (start + end) // 2, -1) if n < last and not filled[n])
        made.append((start, end if end == last else next(nearest, end)))
        start = made[-1][1]
    return made


def lines_of(block: Code | Output, start: int, end: int) -> Code | Output:
    """Some lines of a listing, counted from 0, the end exclusive; empty ones at the ends fall away."""
    lines = block.text.split("\n")
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    said = "\n".join(lines[start:end])
    if isinstance(block, Code):
        steps = (tuple(_inside(step, start, end)) for step in block.steps)
        return replace(
            block, text=said, lines=block.lines[start:end], steps=tuple(step for step in steps if step)
        )
    return replace(block, text=said)


def _inside(step: Lines, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a step that are among some, counted from the first of these."""
    for first, last in step:
        if last > start and first <= end:
            yield max(first - start, 1), min(last, end) - start


# --- sentences -------------------------------------------------------------------------------

_END = re.compile(r"[.!?][\"”’)]*(\s+)(?=[\"“‘(]?[A-Z0-9]|\Z)")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|etc|approx|Fig|Sec|No|Dr|Mr|Ms|Mrs|St|pp)|\b[A-Z])\.\s*\Z")


def sentences(inlines: Inlines) -> tuple[Inlines, ...]:
    """Inlines sentence by sentence, their markup kept. A bold lead belongs to the sentence behind it."""
    made: list[list[Inline]] = [[]]
    for n, inline in enumerate(inlines):
        if not isinstance(inline, str):
            made[-1].append(inline)
            continue
        pieces = _split(inline, last=n == len(inlines) - 1)
        made[-1].append(pieces[0])
        made += [[piece] for piece in pieces[1:]]
    return tuple(tuple(sentence) for sentence in made if text(sentence).strip())


def _split(said: str, last: bool) -> list[str]:
    """A run of text at the ends of its sentences; at its own end only where more follows."""
    pieces, start = [], 0
    for end in _END.finditer(said):
        if _SHORT.search(said[start : end.end()]) or (last and end.end() == len(said)):
            continue
        pieces.append(said[start : end.start(1)])
        start = end.end()
    return [*pieces, said[start:]]
