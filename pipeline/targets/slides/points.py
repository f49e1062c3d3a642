"""What a slide shows of a text: whole sentences, list items, as many as fit.

Each becomes a list of one item, so that they can be parted anywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.document.text import text, walk
from pipeline.model import (
    Block,
    Blocks,
    Callout,
    Inlines,
    ItemList,
    Paragraph,
    Plain,
    Quotation,
)
from pipeline.targets.slides.parts import balanced, joined, sentences, single_items

BULLETS, NESTED, WORDS = 5, 8, 36
"""The most that a slide shows: bullets, bullets with those of lists inside lists, words."""
TERSE, LONG = 7, 26
"""A sentence of fewer words says too little alone; one of more is not joined to another."""


def points_of(block: Block, budget: int) -> Iterator[Block]:
    """What a slide shows of a block: lists of one item each, so that they can be parted anywhere."""
    match block:
        case Paragraph(inlines=inlines) | Plain(inlines=inlines):
            for said in said_of(inlines, budget):
                leads = text(said).rstrip().endswith(":")
                yield Paragraph(said) if leads else ItemList(False, 1, ((Plain(said),),))
        case ItemList():
            yield from single_items(_brief(block))
        case Callout(bridge="", blocks=inner) | Quotation(blocks=inner):
            yield replace(block, blocks=_firsts(inner))


def said_of(inlines: Inlines, budget: int) -> Iterator[Inlines]:
    """The first sentence that a slide can hold, and more as far as the budget of words goes; the last if it
    leads to a list."""
    found = sentences(inlines)
    if found and text(found[-1]).rstrip().endswith(":") and count(found[-1]) <= WORDS:
        yield found[-1]
        return
    spent = 0
    phrases = (said for said in _phrased(found) if count(said) <= WORDS)
    for n, said in enumerate(phrases):
        spent += count(said)
        if n and spent > budget:
            return
        yield said


def _phrased(found: tuple[Inlines, ...]) -> Iterator[Inlines]:
    """Sentences, a terse one joined to the next."""
    rest = list(found)
    while rest:
        said = rest.pop(0)
        while rest and count(said) < TERSE and count(rest[0]) <= LONG:
            said = (*said, " ", *rest.pop(0))
        yield said


def count(inlines: Inlines) -> int:
    """The words of a text."""
    return len(text(inlines).split())


def _firsts(blocks: Blocks) -> Blocks:
    """The first sentences of blocks, as far as the words of a slide reach."""
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph | Plain):
            parts = [part for said in said_of(block.inlines, WORDS - words(made)) for part in (" ", *said)]
            block = Paragraph(tuple(parts[1:]))
        if made and words([*made, block]) > WORDS:
            break
        made.append(block)
    return tuple(made)


def _brief(block: ItemList) -> ItemList:
    """A list with the first sentence of each item, and the lists inside it."""
    return replace(block, items=tuple(tuple(_brief_item(item)) for item in block.items))


def _brief_item(item: Blocks) -> Iterator[Block]:
    said = next((block for block in item if isinstance(block, Paragraph | Plain)), None)
    if said:
        yield Plain(next(said_of(said.inlines, 0), ()))
    yield from (_brief(block) for block in item if isinstance(block, ItemList))


def packed(points: Sequence[Block]) -> list[Blocks]:
    """Points shared out evenly over slides of at most five bullets and as many words as a slide shows."""
    return balanced(lambda most: list(_groups(points, most)), BULLETS)


def _groups(points: Sequence[Block], most: float) -> Iterator[Blocks]:
    """A sentence that leads to a list stays with its first point; it is left to the notes where both are too much."""
    group: list[Block] = []
    for point in points:
        leads = group and isinstance(group[-1], Paragraph)
        if leads and words([group[-1], point]) > WORDS:
            group.pop()
            leads = False
        following = [group.pop(), point] if leads else [point]
        if group and _overfull([*group, *following], most):
            yield _settled(group)
            group = []
        group += following
    if group:
        yield _settled(group)


def _settled(group: list[Block]) -> Blocks:
    """A slide's points as blocks: a single one needs no bullet."""
    match group:
        case [ItemList(ordered=False, items=((Plain(inlines=inlines),),))]:
            return (Paragraph(inlines),)
    return joined(group)


def _overfull(group: list[Block], most: float) -> bool:
    inside = sum(len(block.items) for block in walk(group) if isinstance(block, ItemList))
    return len(group) > most or inside > max(most, NESTED * most / BULLETS) or words(group) > WORDS


def words(blocks: Iterable[Block]) -> int:
    """The words of paragraphs and list items."""
    return sum(count(block.inlines) for block in walk(blocks) if isinstance(block, Paragraph | Plain))
