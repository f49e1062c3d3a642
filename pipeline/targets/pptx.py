"""The pptx target: a module's slides as a PowerPoint file, for those who must. It is made only when asked for.

Text stays text, and diagrams become pictures of pixels; steps are shown as they end. Whether all fits is up to
the program that opens it: the decks are what is checked.
"""

import json
import re
from html import escape
from pathlib import Path

from pipeline import cache
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines.pptx import presentation
from pipeline.engines.resvg import png_of
from pipeline.model import Artifact, Course, Edition, Job, Provenance, Target, Theme
from pipeline.targets.slides.layout import PICTURE, DeckSlide
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
    return Artifact(job, made, frozenset(), len(deck.slides))


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


_STEPS = re.compile(r'<span class="steps">.*?(<img [^>]*>)</span>', re.DOTALL)
_ALT = re.compile(r'<span class="steps"><img [^>]*alt="([^"]*)"')


def _slide(slide: DeckSlide) -> str:
    """A slide: of a diagram in steps its last."""
    named = _ALT.search(slide.body)
    body = _STEPS.sub(
        lambda last: last[1].replace('alt=""', f'alt="{named[1] if named else ""}"'), slide.body
    )
    return f'<h2>{slide.heading}</h2>\n{body}\n<div class="notes">{slide.notes}</div>\n'


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """The file is an archive."""
    if artifact.data.startswith(b"PK\3\4"):
        return ()
    return (error("V101", Span(artifact.job.path), "no presentation was made", "Run the build again."),)


TARGET = Target("pptx", TYPE, plan, render, verify, asked=True)
