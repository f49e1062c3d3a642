"""A module in an EPUB: its page, what of it stands elsewhere, and its pictures.

It is made once for all editions in which its links lead to the same modules.
"""

import posixpath
from dataclasses import dataclass
from html import escape

from pipeline.document.text import walk
from pipeline.engines.pdflink import LINKS
from pipeline.model import Course, Diagram, Edition, Module, Theme
from pipeline.targets import book, matter
from pipeline.targets.epub.pictures import Picture, lettered, picture
from pipeline.targets.epub.terms import glossed
from pipeline.targets.pictures import MEDIA_TYPES


@dataclass(frozen=True, slots=True)
class View:
    """A diagram on a page of its own; `back` is the id of its place in the text."""

    id: str
    title: str
    description: str
    picture: str
    back: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a module gives to a book: `answers` to its quiz and `models`, the model answers to its interview
    questions, are sections of pages that all modules share."""

    page: book.Page
    answers: str
    models: str
    pictures: tuple[Picture, ...]
    views: tuple[View, ...]


def view_id(module: Module, diagram: Diagram) -> str:
    """The id of a diagram's own page."""
    return book.name(module.id, f"{diagram.id}.view")


def picture_path(module: Module, diagram: Diagram) -> str:
    """Where a diagram stands in the book."""
    return f"pictures/{module.id}.{diagram.id.removeprefix('diagram.')}.svg"


def _asset_path(path: str) -> str:
    return f"pictures/{path.removeprefix('../').replace('/', '-')}"


def _drawn(module: Module, diagram: Diagram) -> str:
    """A diagram as it stands in the text: it leads to its own page, where it has all the room there is."""
    return (
        f'<a class="view" href="{LINKS}{view_id(module, diagram)}">'
        f'<img src="../{picture_path(module, diagram)}" alt="{escape(diagram.title)}"/></a>'
        f'<details class="description"><summary>Description</summary>'
        f"<p>{escape(diagram.description)}</p></details>"
    )


FORM = book.Form(
    address=lambda page, id: f"{LINKS}{id}",
    picture=_drawn,
    image=lambda src: f"../{_asset_path(src)}",
    epub=True,
)
"""How an EPUB is written: addresses are ids, until it is known in which file each stands."""


def chapter(course: Course, edition: Edition, id: str, theme: Theme) -> Chapter:
    """A module for every edition that agrees in `book.narrowed`."""
    module = glossed(course.module(id))
    diagrams = [block for block in walk(module.document.blocks) if isinstance(block, Diagram)]
    return Chapter(
        book.module_page(module, course, edition, theme, FORM),
        matter.module_answers(module, course, edition, FORM, False) if book.questions(module) else "",
        matter.model_answers(module, course, edition, FORM),
        (
            *(
                picture(picture_path(module, d), MEDIA_TYPES[".svg"], lettered(d.svg, theme))
                for d in diagrams
            ),
            *_assets(course),
        ),
        tuple(_view(module, diagram) for diagram in diagrams),
    )


def _view(module: Module, diagram: Diagram) -> View:
    path, back = picture_path(module, diagram), book.name(module.id, diagram.id)
    return View(view_id(module, diagram), diagram.title, diagram.description, path, back)


def _assets(course: Course) -> tuple[Picture, ...]:
    named = ((asset, MEDIA_TYPES.get(posixpath.splitext(asset.path)[1].lower())) for asset in course.assets)
    return tuple(picture(_asset_path(asset.path), kind, asset.data) for asset, kind in named if kind)
