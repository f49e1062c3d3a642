"""The pptx target: a module's slides as a PowerPoint file, for those who must. It is made only when asked for.

Text stays text, and diagrams become pictures of pixels; steps are shown as they end. Whether all fits is up to
the program that opens it: the decks are what is checked.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pipeline import cache
from pipeline.diagnostics import Diagnostic
from pipeline.engines.pptx import presentation, slide_texts
from pipeline.engines.resvg import png_of
from pipeline.model import Artifact, Course, Edition, Job, Provenance, Target, Theme
from pipeline.targets.pdf import missing
from pipeline.targets.slides import expected
from pipeline.targets.slides.layout import PICTURE, DeckSlide, settled
from pipeline.targets.slides.made import Deck, piece
from pipeline.targets.slides.shell import data, with_pictures

TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WIDTH = 1600
"""Pixels of a diagram."""


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One file a module."""
    return tuple(
        Job(
            target="pptx",
            path=f"slides/{module.id}.pptx",
            media_type=TYPE,
            role="presentation",
            inputs=(theme, provenance.epoch),
            module=module.id,
            expects=expected(module, course),
            pieces=(piece(module, course),),
        )
        for module in course.modules
    )


def render(job: Job) -> Artifact:
    """The presentation as a file."""
    theme, epoch = job.inputs
    (deck,) = map(cache.piece, job.pieces)
    assert isinstance(theme, Theme) and isinstance(deck, Deck)
    look = json.loads(theme.text("slides/pptx.json"))
    made = presentation(_html(deck, theme), look["colors"], look["font"], int(str(epoch)))
    return Artifact(job, made, frozenset(_held(deck, made)), len(deck.slides))


def _held(deck: Deck, made: bytes) -> Iterator[str]:
    """The ids of slides whose titles are in the file."""
    said = _bare(" ".join(slide_texts(made)))
    return (slide.id for slide in deck.slides if _bare(slide.label) in said)


def _bare(words: str) -> str:
    return "".join(filter(str.isalnum, words))


def _html(deck: Deck, theme: Theme) -> str:
    """The slides as a text with headings."""
    fonts = tuple(str(Path(theme.folder) / f"fonts/BookSans-{weight}.ttf") for weight in ("Regular", "Bold"))
    drawn = {
        name: png_of(picture.decode(), WIDTH, fonts)
        for name, picture in deck.pictures
        if name.endswith(".svg")
    }

    def put(found: re.Match[str]) -> str:
        return f'"{data(drawn[found[1]], "image/png")}"' if found[1] in drawn else found[0]

    title = f"<title>{escape(deck.title)}</title><meta name='author' content='{escape(deck.around.author)}'/>"
    body = "".join(_slide(slide) for slide in deck.slides if slide.kind != "title")
    named = re.sub(rf'"{PICTURE}([^"]+)"', put, body)
    return f"<html><head>{title}</head><body>{with_pictures(named, deck.pictures)}</body></html>"


_ANSWER = re.compile(r'<div class="answer fragment">.*?</div>', re.DOTALL)


def _slide(slide: DeckSlide) -> str:
    """A slide: of a diagram in steps its last; an answer, which could not appear later, in the notes alone."""
    body = _ANSWER.sub("", settled(slide.body))
    return f'<h2>{slide.heading}</h2>\n{body}\n<div class="notes">{slide.notes}</div>\n'


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """All slides are in the file, by their titles."""
    return missing(artifact)


TARGET = Target("pptx", TYPE, plan, render, verify, asked=True, reads=("slides/",))
