"""Slide comments: `<!-- slide: Title`, a body with directives, `notes:` and what the speaker says."""

import re
from collections.abc import Callable, Iterator

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.blocks import Comment
from pipeline.model import Block, Blocks, Directive, Inlines, Slide

_HEAD = re.compile(r"\s*slide:[ \t]*(?P<title>[^\n]*)\n?(?P<rest>.*)\Z", re.DOTALL)
_DIRECTIVE = re.compile(r"@(diagram|code|quiz)\(\s*([\w-]+)(?:\s+(\d+)-(\d+))?\s*\)\Z")
_NOTES = re.compile(r"^notes:[ \t]*", re.MULTILINE)


def is_slide(comment: Comment) -> bool:
    """Whether a comment is a slide (`slide: skip` is none: it marks a passage for the derivation)."""
    head = _HEAD.match(comment.text)
    return bool(head) and head["title"].strip() != "skip"  # type: ignore[index]


def slide(
    comment: Comment, inline: Callable[[str, Span], Inlines], block: Callable[[str, Span], Blocks]
) -> tuple[Slide, list[Diagnostic]]:
    """The slide of a comment for which `is_slide` holds; findings name unknown directives."""
    head = _HEAD.match(comment.text)
    assert head
    parted = _NOTES.split(head["rest"], maxsplit=1)
    findings: list[Diagnostic] = []
    body = tuple(_body(parted[0], comment.span, block, findings))
    notes = block(parted[1], comment.span) if len(parted) > 1 else ()
    return Slide(inline(head["title"].strip(), comment.span), body, notes), findings


def _body(
    text: str, span: Span, block: Callable[[str, Span], Blocks], findings: list[Diagnostic]
) -> Iterator[Block | Directive]:
    """Markdown and directives in order; a directive stands on a line of its own."""
    prose: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip().startswith("@"):
            prose.append(line)
            continue
        yield from block("\n".join(prose), span)
        prose = []
        found = _DIRECTIVE.match(line.strip())
        if found:
            yield Directive(found[1], found[2], int(found[3] or 0), int(found[4] or 0))
        else:
            at = Span(span.path, span.line + number, 1)
            remedy = "Write @diagram(id), @code(id), @code(id 10-24) or @quiz(id)."
            findings.append(error("S120", at, f"no slide directive: {line.strip()}", remedy))
    yield from block("\n".join(prose), span)
