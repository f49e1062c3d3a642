"""Slide comments: `<!-- slide: Title`, a body with directives, `notes:` and what the speaker says.

`<!-- slide: skip -->` leaves what follows it out of a derived deck: a block, or a heading with its section.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.diagnostics import Diagnostic, error
from pipeline.document.highlight import RANGES, steps
from pipeline.document.positions import Comment, ShortText
from pipeline.document.short import BlockReader, InlineReader
from pipeline.document.text import walk
from pipeline.model import Block, Blocks, Directive, Mark, Section, Slide

_HEAD = re.compile(r"\s*slide:[ \t]*(?P<title>[^\n]*)\n?(?P<rest>.*)\Z", re.DOTALL)
_DIRECTIVE = re.compile(
    r"@(diagram|code|quiz)\(\s*([\w-]+)(?:\s+(\d+)-(\d+))?((?:\s*\|\s*" + RANGES + r")*)\s*\)\Z"
)
_NOTES = re.compile(r"^notes:[ \t]*", re.MULTILINE)


def is_slide(comment: Comment) -> bool:
    """Whether a comment is a slide (`slide: skip` is none: it marks a passage for the derivation)."""
    head = _HEAD.match(comment.text)
    return bool(head) and head["title"].strip() != "skip"  # type: ignore[index]


def slide(
    comment: Comment, inline: InlineReader, block: BlockReader
) -> tuple[Slide, list[Mark], list[Diagnostic]]:
    """The slide of a comment for which `is_slide` holds, with a mark for each directive; findings name
    unknown ones."""
    head = _HEAD.match(comment.text)
    assert head
    whole = comment.inside
    notes = _NOTES.search(comment.text, head.start("rest"))
    end = notes.start() if notes else len(comment.text)
    marks: list[Mark] = []
    findings: list[Diagnostic] = []
    body = tuple(_body(whole.part(head.start("rest"), end), block, marks, findings))
    spoken = block(whole.part(notes.end(), len(comment.text))) if notes else ()
    return Slide(inline(whole.part(*head.span("title"))), body, spoken), marks, findings


def _body(
    source: ShortText, block: BlockReader, marks: list[Mark], findings: list[Diagnostic]
) -> Iterator[Block | Directive]:
    """Markdown and directives in order; a directive stands on a line of its own."""
    begin = at = 0
    for line in source.text.splitlines(keepends=True):
        if line.strip().startswith("@"):
            yield from block(source.part(begin, at))
            yield from _directive(line, source.part(at, at + len(line)), marks, findings)
            begin = at + len(line)
        at += len(line)
    yield from block(source.part(begin, at))


def _directive(
    line: str, source: ShortText, marks: list[Mark], findings: list[Diagnostic]
) -> Iterator[Directive]:
    first = len(line) - len(line.lstrip()) + 1
    at = source.place().span((1, first), (1, len(line.rstrip()) + 1))
    found = _DIRECTIVE.match(line.strip())
    if found:
        marks.append(Mark("directive", at, found[2], found[1]))
        first_line, last_line = int(found[3] or 0), int(found[4] or 0)
        yield Directive(found[1], found[2], first_line, last_line, steps(found[5].lstrip(" |")))
        return
    remedy = "Write @diagram(id), @code(id), @code(id 10-24), @code(id 10-24 | 12 | 20-22) or @quiz(id)."
    findings.append(error("S120", at, f"no slide directive: {line.strip()}", remedy))


def skipped(flat: Sequence[object], blocks: Blocks) -> tuple[int, ...]:
    """The numbers of the blocks that `slide: skip` leaves out, in a walk over `blocks`, which `flat` holds
    before they were nested."""
    loose, sections = set[int](), set[int]()
    heading = 0
    for n, block in enumerate(flat):
        told = isinstance(flat[n - 1], Comment) and _skips(flat[n - 1]) if n else False
        if isinstance(block, Section) and block.level > 1:
            sections |= {heading} if told else set()
            heading += 1
        elif told:
            loose.add(id(block))
    return tuple(_numbers(blocks, loose, sections))


def _skips(comment: object) -> bool:
    head = _HEAD.match(comment.text) if isinstance(comment, Comment) else None
    return bool(head) and head["title"].strip() == "skip"  # type: ignore[index]


def _numbers(blocks: Iterable[Block], loose: set[int], sections: set[int]) -> Iterator[int]:
    heading = 0
    for n, block in enumerate(walk(blocks)):
        if isinstance(block, Section):
            if heading in sections:
                yield n
            heading += 1
        elif id(block) in loose:
            yield n
