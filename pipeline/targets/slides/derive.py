"""A deck for a module whose author wrote no slides: its headings, whole sentences, code and pictures.

H2 gives a section slide, H3 (or an H2 without any) content slides. A paragraph gives whole sentences, the
first that fit; of long code with highlighted lines a window around them is shown. What is not shown stands
in the speaker notes, and `guesses` says where an author would have known better what to show.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.document.text import text
from pipeline.model import (
    Block,
    Blocks,
    Callout,
    Code,
    Diagram,
    Document,
    Inlines,
    ItemList,
    Output,
    Paragraph,
    Plain,
    Question,
    Quiz,
    Quotation,
    Section,
    Styled,
    Table,
    ThematicBreak,
)
from pipeline.targets.slides.parts import (
    limited,
    lines_of,
    listing_parts,
    parted,
    table_parts,
)
from pipeline.targets.slides.points import WORDS, count, packed, points_of, said_of, words
from pipeline.targets.slides.room import Leaf

LINES = 12
"""The most lines of code that a slide shows."""
QUESTIONS = 4
LEAST = 22

Standalone = Code | Output | Diagram | Table | Quiz


def presented(document: Document) -> Blocks:
    """The blocks of a document without those that its author left out by `slide: skip`."""
    numbers = iter(range(sys.maxsize))

    def kept(blocks: Blocks) -> Blocks:
        return tuple(found for block in blocks for found in one(block))

    def one(block: Block) -> Iterator[Block]:
        number = next(numbers)
        match block:
            case Section(blocks=inner) | Callout(blocks=inner) | Quotation(blocks=inner):
                block = replace(block, blocks=kept(inner))
            case ItemList(items=items):
                block = replace(block, items=tuple(map(kept, items)))
        if number not in document.skipped:
            yield block

    return kept(document.blocks) if document.skipped else document.blocks


def derived(blocks: Blocks, most: int) -> tuple[Leaf, ...]:
    """At most so many leaves; what they leave out goes to the notes of the leaf before it."""
    return limited(_all(blocks), most)


def _all(blocks: Blocks) -> list[Leaf]:
    leaves = list(_content("overview", ("Overview",), _own(blocks)))
    for section in _sections(blocks):
        leaves += _chapter(section)
    return [part for leaf in leaves for part in parted(leaf, LEAST)]


def guesses(blocks: Blocks, most: int) -> Iterator[tuple[str, str]]:
    """Where a derived deck had to guess: the id of what it is about, and what was done there."""
    leaves = _all(blocks)
    kept = {leaf.source for leaf in limited(leaves, most)}
    lost: list[str] = []
    for source, several in groupby(leaves, key=lambda leaf: leaf.source):
        made = list(several)
        listings = [leaf for leaf in made if leaf.kind == "code"]
        if not any(leaf.blocks or leaf.kind == "section" for leaf in made):
            yield source, "nothing of this is short enough for a slide"
        elif source not in kept:
            lost.append(source)
        elif len(listings) > 3:
            yield source, f"this code goes over {len(listings)} slides"
    if lost:
        more = f", and for {len(lost) - 1} more" if len(lost) > 1 else ""
        yield lost[0], f"the deck has no room left for this{more}"


def _sections(blocks: Blocks) -> tuple[Section, ...]:
    return tuple(block for block in blocks if isinstance(block, Section))


def _own(blocks: Blocks) -> Blocks:
    return tuple(block for block in blocks if not isinstance(block, Section))


def _chapter(section: Section) -> Iterator[Leaf]:
    """The slides of an H2."""
    inner = _sections(section.blocks)
    if inner and inner[0].kind in ("interview", "exercise"):
        yield from _titles(section, inner)
        return
    if inner:
        rows = ItemList(False, 1, tuple((Plain(part.title),) for part in inner))
        shown = (rows,) if words([rows]) <= WORDS else ()
        yield Leaf("section", section.title, shown, source=section.id)
    yield from _topic(section)


def _topic(section: Section) -> Iterator[Leaf]:
    yield from _content(section.id, section.title, _own(section.blocks))
    for inner in _sections(section.blocks):
        yield from _topic(inner)


def _titles(section: Section, items: tuple[Section, ...]) -> Iterator[Leaf]:
    """Interview questions and exercises: what is asked on the slide, the rest in the notes."""
    asked = [ItemList(False, 1, ((Plain(item.title),),)) for item in items]
    notes = (*spoken(_own(section.blocks)), *spoken(items))
    for n, group in enumerate(packed(asked)):
        yield Leaf("content", section.title, group, () if n else notes, section.id, section.id)


# --- content ---------------------------------------------------------------------------------


def _content(id: str, title: Inlines, blocks: Blocks) -> Iterator[Leaf]:
    """The slides of a heading; the first of them has its full prose in the notes."""
    notes = spoken(blocks)
    for leaf in _shown(id, title, blocks):
        yield replace(leaf, notes=(*notes, *leaf.notes))
        notes = ()
    if notes:
        yield Leaf("content", title, (), notes, id, id)


def _shown(id: str, title: Inlines, blocks: Blocks) -> Iterator[Leaf]:
    """What a heading says, then what it shows."""
    groups = list(_together(blocks))
    said = [group[0] for group in groups if not isinstance(group[-1], Standalone)]
    points = [point for block in said for point in points_of(block, WORDS // len(said))]
    yield from (Leaf("content", title, packed, (), id, id) for packed in packed(points))
    for group in groups:
        if isinstance(group[-1], Standalone):
            yield from _standing(title, group, id)


def _together(blocks: Blocks) -> Iterator[Blocks]:
    """Blocks one by one; but a sentence goes with the code or table that it leads to, short code with
    its output, and the reading of a diagram stays in the notes."""
    rest = [block for block in blocks if not isinstance(block, ThematicBreak) and not _is_reading(block)]
    while rest:
        match rest:
            case [Paragraph() as paragraph, Code() | Table(), *_] if lead := _lead(paragraph):
                yield (*lead, *rest[1 : _end(rest, 1)])
                del rest[: _end(rest, 1)]
            case _:
                yield tuple(rest[: _end(rest, 0)])
                del rest[: _end(rest, 0)]


def _is_reading(block: Block) -> bool:
    """A diagram in words: a paragraph that begins *Read it as.*"""
    return isinstance(block, Paragraph) and text(block.inlines).startswith("Read it as.")


def _end(blocks: Sequence[Block], start: int) -> int:
    """Where the block at `start` ends, with the output that goes with it."""
    match blocks[start:]:
        case [Code() as code, Output() as output, *_] if _lines(code) + _lines(output) < LINES:
            return start + 2
    return start + 1


def _lines(block: Block) -> int:
    return block.text.count("\n") + 1 if isinstance(block, Code | Output) else 0


def _lead(paragraph: Paragraph) -> Blocks:
    """The sentence of a paragraph that may stand above what follows it, if it is short."""
    said = next(said_of(paragraph.inlines, 0), ())
    return (Paragraph(said),) if 0 < count(said) <= WORDS // 2 else ()


def _standing(title: Inlines, group: Blocks, at: str) -> Iterator[Leaf]:
    """The slides of blocks that stand apart from the text, in the section of this id."""
    match group:
        case (Diagram() as diagram,):
            shown = (diagram.title,) if diagram.title else title
            yield Leaf("diagram", shown, group, source=diagram.id)
        case (*lead, Table(id=id) as table):
            yield from _table(title, tuple(lead), table, id or at)
        case (Quiz(questions=questions),):
            for question in _sample(questions):
                yield Leaf("quiz", title, (Quiz((question,)),), source=question.id)
        case (*lead, Code() as code, Output() as output):
            yield Leaf("code", title, (*lead, code, output), (), code.id, code.id)
        case (*lead, Code(id=series) as listing):
            yield from _listing(title, tuple(lead), listing, series)
        case (Output(of=of) as listing,):
            yield from _listing(title, (), listing, f"code.{of}")


def _listing(title: Inlines, lead: Blocks, listing: Code | Output, series: str) -> Iterator[Leaf]:
    """A listing on as many slides as it needs; its output belongs to the same series. Of one with lines that
    stand out only what is around them."""
    whole = _lines(listing) <= LINES
    window = listing if whole or isinstance(listing, Output) else _window(listing)
    for part in listing_parts(window, LINES):
        yield Leaf("code", title, (*lead, part), (), series, series)
        lead = ()


def _window(code: Code) -> Code:
    """As many lines as a slide shows, with those that stand out in their middle; all where none do."""
    marked = [line for step in code.steps for first, last in step for line in (first, last)]
    if not marked or max(marked) - min(marked) >= LINES:
        return code
    spare = LINES - (max(marked) - min(marked) + 1)
    start = max(0, min(min(marked) - 1 - spare // 2, _lines(code) - LINES))
    shown = lines_of(code, start, start + LINES)
    assert isinstance(shown, Code)
    return shown


def _table(title: Inlines, lead: Blocks, table: Table, source: str) -> Iterator[Leaf]:
    """A table on as many slides as it needs, its head on each; none where a row alone says too much."""
    head = sum(map(count, table.head))

    def overfull(part: Table) -> bool:
        return head + sum(count(cell) for row in part.rows for cell in row) > WORDS

    parts = table_parts(table, overfull)
    if any(map(overfull, parts)):
        return
    for part in parts:
        fits = lead and head + words(lead) + sum(count(c) for row in part.rows for c in row) <= WORDS
        yield Leaf("table", title, (*lead, part) if fits else (part,), (), source, source)
        lead = ()


def _sample(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """A few questions that are short enough, spread over the quiz."""
    short = tuple(question for question in questions if _asked(question) <= WORDS)
    return short[:: max(1, -(-len(short) // QUESTIONS))]


def _asked(question: Question) -> int:
    """The words that a question shows before its answer."""
    choices = (*question.items, *(option.text for option in question.options))
    return words(question.stem) + sum(map(count, choices))


# --- notes -----------------------------------------------------------------------------------


def spoken(blocks: Iterable[Block]) -> Blocks:
    """The prose of blocks for the notes: headings as bold lines, no code, pictures or quizzes."""
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Section):
            made += [Paragraph((Styled("strong", block.title),)), *spoken(block.blocks)]
        elif isinstance(block, Table) or not isinstance(block, Standalone | ThematicBreak):
            made.append(block)
    return tuple(made)
