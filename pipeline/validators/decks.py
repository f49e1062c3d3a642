"""Decks, opened in a browser."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines import chromium
from pipeline.validators.built import OURS, Built, Stage


def decks(built: Built, paths: Sequence[str]) -> Stage:
    """Each deck opens from `file://`, and each of its slides shows what it holds."""
    if chromium.missing() or not paths:
        yield from ((path, []) for path in paths)
        return
    looks = chromium.look([built.out / path for path in paths])
    for path, look in zip(paths, looks, strict=True):
        yield path, list(_deck(look, built.span(path)))


def _deck(look: chromium.Look, span: Span) -> Iterator[Diagnostic]:
    for problem in look.problems:
        yield error("V240", span, problem, "A deck works from file://, and loads nothing.")
    for slide in look.slides:
        at = _line(look.deck, slide.id, span)
        if slide.overflow > 1:
            remedy = "Say less on it, or part it in two."
            yield error("V241", at, f"{slide.id}: {slide.overflow} px do not fit the slide", remedy)
        if slide.blank:
            yield error("V242", at, f"{slide.id} shows neither text nor a picture", OURS)


def _line(deck: Path, id: str, span: Span) -> Span:
    """The line of the deck at which a slide begins."""
    before = deck.read_text(encoding="utf-8").partition(f'id="{id}"')
    return Span(span.path, before[0].count("\n") + 1) if before[1] else span
