"""The handouts target: a module's slides with what the speaker says, as a tagged PDF to print or to hand out.

Slides are those of the deck, made smaller; WeasyPrint sets them, so no browser is needed.
"""

import re
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from pipeline import __version__, cache
from pipeline.diagnostics import Diagnostic
from pipeline.engines.pdflink import Book, Fragment, link
from pipeline.engines.weasy import SCHEME, fragment
from pipeline.model import PAPERS, Artifact, Course, Edition, Job, Module, Piece, Provenance, Target, Theme
from pipeline.targets import pdf
from pipeline.targets.book import environment
from pipeline.targets.paper import paper
from pipeline.targets.slides import expected
from pipeline.targets.slides.layout import PICTURE, settled
from pipeline.targets.slides.made import Around, around, made
from pipeline.targets.slides.presenter import handout
from pipeline.targets.slides.shell import shown


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One handout a module."""
    return tuple(_job(module, course, theme, provenance) for module in course.modules)


def _job(module: Module, course: Course, theme: Theme, provenance: Provenance) -> Job:
    size = course.paper if paper(course.paper, theme).width > NARROW else PAPERS[0]
    inputs = (around(module, course), replace(module, marks=()), theme, size)
    information = (
        ("Title", f"{module.title}: slides and notes"),
        ("Author", course.author.name),
        ("Subject", f"Module {module.number} of {course.title}"),
        ("Keywords", "Handout"),
        ("Producer", f"course-pipeline {__version__}"),
    )
    return Job(
        target="handouts",
        path=handout(module.id),
        media_type="application/pdf",
        role="handout",
        inputs=(information, course.language, theme, provenance.epoch, size),
        module=module.id,
        expects=expected(module, course)[1:],
        pieces=(Piece(set_handout, inputs, module.document.words // 2, module.at),),
    )


NARROW = 180.0
"""Millimeters: a page must be wider than this to hold a slide that can be read."""


def set_handout(around: Around, module: Module, theme: Theme, size: str) -> Fragment:
    """Set the slides of a module with their notes, on this paper."""
    deck = cache.called(made, (around, module))
    title = f"{deck.title}: slides and notes"
    html = (
        environment(theme)
        .get_template("slides/handout.html.j2")
        .render(title=title, deck=deck, around=around, slides=shown(deck), md=_marked, smaller=smaller)
    )
    held = tuple((f"{PICTURE.removesuffix(':')}/{name}", data) for name, data in deck.pictures)
    return fragment(html, _style(theme, size), held, theme, f"{module.id}-handout--")


def _marked(xhtml: str) -> Markup:
    """XHTML of a slide as it goes into a page: smaller, and its pictures are files of the document."""
    named = settled(xhtml).replace(f'"{PICTURE}', f'"{SCHEME}{PICTURE.removesuffix(":")}/')
    return Markup(_SIZE.sub(lambda found: f'style="{smaller(_SIZED.format(*found.groups()))}"', named))


SCALE = 166 / 25.4 * 96 / 1280
"""How large a slide is printed: its 1280 pixels become 166 millimeters."""
_SIZE, _SIZED = re.compile(r'\bwidth="(\d+)" height="(\d+)"'), "width:{}px;height:{}px"
_PIXELS = re.compile(r"(?<![\w.-])(-?\d+(?:\.\d+)?)px")


def smaller(style: str) -> str:
    """A style in which all lengths in pixels are as small as the slide is printed. (A slide that is laid out
    as large as on a screen, and transformed, would be cut off where the page ends.)"""
    return _PIXELS.sub(lambda found: f"{float(found[1]) * SCALE:.2f}px", style)


def _style(theme: Theme, size: str) -> str:
    """The style of slides, and of the pages that they stand on."""
    page = f":root {{ {paper(size, theme).variables()}}}"
    return f"{page}\n{smaller(theme.text('slides/deck.css'))}{theme.text('slides/handout.css')}"


def render(job: Job) -> Artifact:
    """The handout as a file."""
    information, language, theme, epoch, size = job.inputs
    assert isinstance(theme, Theme) and isinstance(information, tuple)
    (made,) = map(cache.piece, job.pieces)
    assert isinstance(made, Fragment)
    none, bare = frozenset[int](), frozenset([0])  # pages are numbered by the style sheet
    folio = paper(str(size), theme).folio
    book = Book((made,), 0, bare, none, none, str(language), folio, dict(information), int(str(epoch)))
    data, pages, found = link(book, Path(theme.folder) / "fonts")
    return Artifact(job, data, found, pages)


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """The file is a PDF with all slides but the title, which is its heading."""
    return pdf.verify(artifact)


TARGET = Target("handouts", "application/pdf", plan, render, verify, reads=("slides/", "paper.json"))
