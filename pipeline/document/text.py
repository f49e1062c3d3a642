"""Plain text of a document, and a walk over all its blocks."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from pipeline.model import (
    Block,
    Blocks,
    Break,
    Callout,
    Code,
    CodeSpan,
    Image,
    Inline,
    ItemList,
    Link,
    Note,
    Output,
    Paragraph,
    Plain,
    Quiz,
    Quotation,
    Section,
    Styled,
    Table,
)


def text(inlines: Iterable[Inline]) -> str:
    """What a reader would read aloud: no markup, no footnotes, an image by its alternative text."""
    return "".join(_inline(inline) for inline in inlines)


def typographic(words: str) -> str:
    """Plain words with the apostrophe of running text, which pandoc sets there (`smart`)."""
    return _APOSTROPHE.sub("’", words)


_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def _inline(inline: Inline) -> str:
    match inline:
        case str():
            return inline
        case Styled(children=children) | Link(children=children):
            return text(children)
        case CodeSpan(text=code):
            return code
        case Image(alt=alt):
            return alt
        case Break():
            return " "
        case Note():
            return ""


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, depth first in reading order, footnotes left out."""
    for block in blocks:
        yield block
        match block:
            case Section(blocks=inner) | Callout(blocks=inner) | Quotation(blocks=inner):
                yield from walk(inner)
            case ItemList(items=items):
                for item in items:
                    yield from walk(item)


def inlines_of(block: Block) -> Iterator[tuple[Inline, ...]]:
    """The runs of inlines that stand in this very block, not in blocks inside it."""
    match block:
        case Paragraph(inlines=inlines) | Plain(inlines=inlines):
            yield inlines
        case Section(title=title):
            yield title
        case Table(head=head, rows=rows):
            yield from head
            for row in rows:
                yield from row


def links(value: object) -> Iterator[str]:
    """The addresses of all links in a block, an inline, or what is made of such."""
    if isinstance(value, Link):
        yield value.href
    if isinstance(value, tuple):
        for inner in value:
            yield from links(inner)
    elif is_dataclass(value):
        for field in fields(value):
            yield from links(getattr(value, field.name))


def prose(blocks: Iterable[Block]) -> Iterator[str]:
    """The text of every heading, paragraph, list item and table cell; fences are no prose."""
    for block in walk(blocks):
        for inlines in inlines_of(block):
            yield text(inlines)


def plain(blocks: Iterable[Block]) -> str:
    """Blocks as plain text, a line each, code included."""
    lines: list[str] = []
    for block in walk(blocks):
        if isinstance(block, Code | Output):
            lines.append(block.text)
        elif isinstance(block, Quiz):
            continue
        else:
            lines += [text(inlines) for inlines in inlines_of(block)]
    return "\n".join(line for line in lines if line)


def count_words(blocks: Iterable[Block]) -> int:
    """Words of prose: tables included, fences, comments and footnotes not."""
    return sum(len(line.split()) for line in prose(blocks))


def bridge_of(blocks: Blocks) -> str:
    """The module file that a bridge box stands in for: `**If you skipped [Module N](file).**`."""
    first = blocks[0] if blocks else None
    lead = first.inlines[0] if isinstance(first, Paragraph) and first.inlines else None
    if not isinstance(lead, Styled) or lead.style != "strong":
        return ""
    if not text(lead.children).startswith("If you skipped "):
        return ""
    return next((part.href for part in lead.children if isinstance(part, Link)), "")
