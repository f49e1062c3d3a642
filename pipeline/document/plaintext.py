"""Blocks as a plain text that can be read: for search, for readers without HTML, for platforms that want one."""

from collections.abc import Iterable, Iterator
from textwrap import indent

from pipeline.document.text import text
from pipeline.model import (
    Block,
    Blocks,
    Callout,
    Code,
    Diagram,
    Inline,
    ItemList,
    Note,
    Output,
    Paragraph,
    Plain,
    Quiz,
    Quotation,
    Section,
    Styled,
    Table,
    ThematicBreak,
)
from pipeline.model import Link as Linked


def plaintext(blocks: Iterable[Block]) -> str:
    """The blocks with an empty line between them; footnotes follow at the end. A quiz is left out."""
    notes: list[Note] = []
    body = _joined(_block(block, notes) for block in blocks)
    foot = [f"[{n}] {_joined(_block(block, []) for block in note.blocks)}" for n, note in enumerate(notes, 1)]
    return _joined([body, *foot])


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _block(block: Block, notes: list[Note]) -> str:
    match block:
        case Paragraph(inlines=inlines) | Plain(inlines=inlines):
            return _said(inlines, notes)
        case Section(title=title, blocks=inner):
            return _joined([_said(title, notes), *(_block(each, notes) for each in inner)])
        case ItemList():
            return "\n".join(_items(block, notes))
        case Quotation(blocks=inner):
            return indent(_joined(_block(each, notes) for each in inner), "> ", lambda line: True)
        case Callout(kind=kind, blocks=inner):
            return _joined([f"{kind.capitalize()}:", *(_block(each, notes) for each in inner)])
        case Code(text=code):
            return _joined([block.get("file") and f"{block.get('file')}:", indent(code, "    ")])
        case Output(text=output):
            return _joined(["Output:", indent(output, "    ")])
        case Diagram(title=title, description=description):
            return f"[{' '.join(part for part in (f'Diagram: {title}.', description) if part)}]"
        case Table():
            return "\n".join(
                " | ".join(_said(cell, notes) for cell in row) for row in (block.head, *block.rows)
            )
        case ThematicBreak():
            return "* * *"
        case Quiz():
            return ""


def _items(block: ItemList, notes: list[Note]) -> Iterator[str]:
    for number, item in enumerate(block.items, block.start):
        lead = f"{number}. " if block.ordered else "- "
        said = _nested(item, notes)
        yield lead + indent(said, " " * len(lead)).lstrip(" ")


def _nested(item: Blocks, notes: list[Note]) -> str:
    """An item: a list inside it follows its text at once."""
    made = ""
    for block in item:
        said = _block(block, notes)
        made += ("\n" if isinstance(block, ItemList) else "\n\n") * bool(made) + said
    return made


def _said(inlines: Iterable[Inline], notes: list[Note]) -> str:
    return "".join(map(text, ((part,) for part in _numbered(inlines, notes))))


def _numbered(inlines: Iterable[Inline], notes: list[Note]) -> Iterator[Inline]:
    """The inlines, each footnote as its number."""
    for inline in inlines:
        if isinstance(inline, Note):
            notes.append(inline)
            yield f" [{len(notes)}]"
        elif isinstance(inline, Styled | Linked):
            yield from _numbered(inline.children, notes)
        else:
            yield inline
