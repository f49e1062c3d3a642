"""Slide comments: `<!-- slide: Title`, a body with directives, `notes:` and what the speaker says."""

import re
from collections.abc import Iterator

from pipeline.diagnostics import Diagnostic, error
from pipeline.document.positions import Comment, ShortText
from pipeline.document.short import BlockReader, InlineReader
from pipeline.model import Block, Directive, Mark, Slide

_HEAD = re.compile(r"\s*slide:[ \t]*(?P<title>[^\n]*)\n?(?P<rest>.*)\Z", re.DOTALL)
_DIRECTIVE = re.compile(r"@(diagram|code|quiz)\(\s*([\w-]+)(?:\s+(\d+)-(\d+))?\s*\)\Z")
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
        yield Directive(found[1], found[2], int(found[3] or 0), int(found[4] or 0))
        return
    remedy = "Write @diagram(id), @code(id), @code(id 10-24) or @quiz(id)."
    findings.append(error("S120", at, f"no slide directive: {line.strip()}", remedy))
