"""Flat blocks into nested sections: heading ids, items with labelled fields, comments put to use."""

import re
from dataclasses import replace
from typing import Any

from pipeline.diagnostics import Span
from pipeline.document.blocks import Conversion
from pipeline.document.positions import Comment
from pipeline.document.slugs import Slugger
from pipeline.document.text import text
from pipeline.model import Block, Blocks, Paragraph, Section, Styled

ITEM_SECTIONS = {
    "Interview questions": "interview",
    "Misconceptions": "misconception",
    "Exercises": "exercise",
}
"""H2 sections whose H3s are items: read anywhere, and still entries of the manifest."""

_ID = re.compile(r"\s*id:\s*([a-z][\w-]*)\s*\Z")


def nested(flat: list[Any], conversion: Conversion) -> Blocks:
    """The blocks below the H1, nested by level. Marks every heading and item."""
    slugger = Slugger()
    roots: list[Any] = []
    stack: list[tuple[Section, list[Any]]] = []

    def close(level: int) -> None:
        while stack and stack[-1][0].level >= level:
            section, inner = stack.pop()
            (stack[-1][1] if stack else roots).append(_finished(section, inner, conversion))

    for block in flat:
        if isinstance(block, Section):
            close(block.level)
            section = _named(block, slugger, conversion)
            parent = stack[-1][0] if stack else None
            kind = ITEM_SECTIONS.get(text(parent.title), "") if parent and parent.level == 2 else ""
            stack.append((replace(section, kind=kind if section.level == 3 else ""), []))
        else:
            (stack[-1][1] if stack else roots).append(block)
    close(0)
    return _below_title(roots)


def _named(heading: Section, slugger: Slugger, conversion: Conversion) -> Section:
    """The heading with its id; `key` held its place until now."""
    line, column = map(int, heading.key.split(":"))
    span = Span(conversion.path, line, column)
    said = text(heading.title)
    id = slugger.slug(said)
    conversion.mark("heading", span, id, said, heading.level)
    return replace(heading, id=id, key=f"{line}:{column}")


def _finished(section: Section, inner: list[Any], conversion: Conversion) -> Section:
    line, column = map(int, section.key.split(":"))
    key = ""
    for block in inner:
        named = _ID.match(block.text) if isinstance(block, Comment) else None
        if named:
            key = named[1]
    blocks = tuple(block for block in inner if not isinstance(block, Comment))
    if section.kind:
        conversion.mark("item", Span(conversion.path, line, column), key, section.kind)
    fields = _fields(blocks) if section.kind else ()
    return replace(section, blocks=blocks, key=key, fields=fields)


def _fields(blocks: Blocks) -> tuple[tuple[str, Blocks], ...]:
    """The parts of an item: each begins with a paragraph whose bold lead ends in a period."""
    fields: list[tuple[str, list[Block]]] = []
    for block in blocks:
        lead = block.inlines[0] if isinstance(block, Paragraph) and block.inlines else None
        label = text(lead.children) if isinstance(lead, Styled) and lead.style == "strong" else ""
        if label.endswith(".") and isinstance(block, Paragraph):
            first = block.inlines[1] if len(block.inlines) > 1 else ""
            rest = block.inlines[1:]
            if isinstance(first, str):
                rest = (first.lstrip(), *block.inlines[2:]) if first.strip() else block.inlines[2:]
            fields.append((label[:-1], [Paragraph(rest)] if rest else []))
        elif fields and not isinstance(block, Section):
            fields[-1][1].append(block)
    return tuple((label, tuple(inner)) for label, inner in fields)


def _below_title(roots: list[Any]) -> Blocks:
    """What stands under the H1, and whatever else the file holds at its side."""
    below: list[Block] = []
    for block in roots:
        if isinstance(block, Section) and block.level == 1:
            below += block.blocks
        elif not isinstance(block, Comment):
            below.append(block)
    return tuple(below)
