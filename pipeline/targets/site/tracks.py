"""A track's page: its path, what it takes for granted, its books; and the map of the whole course."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.document.text import text
from pipeline.model import Course, Edition, Module, Theme
from pipeline.targets.book import environment
from pipeline.targets.map import prerequisite_map
from pipeline.targets.pdf import file_name
from pipeline.targets.site.frame import About, framed
from pipeline.targets.slides.presenter import duration

WIDTH = 620.0
"""CSS pixels of a drawn path."""


@dataclass(frozen=True, slots=True)
class Row:
    """A module in a list."""

    id: str
    number: int
    title: str
    summary: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Path:
    """A track, or with id "" the whole course, and its drawing. `books` are names and paths of its books, and
    `assumed` the modules outside it on which it builds."""

    path: str
    id: str
    title: str
    description: str
    rows: tuple[Row, ...]
    assumed: tuple[Row, ...]
    books: tuple[tuple[str, str], ...]
    drawing: str
    words: str

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(row.minutes for row in self.rows)

    @property
    def modules(self) -> tuple[str, ...]:
        """The ids of its modules, in order."""
        return tuple(row.id for row in self.rows)


def row(module: Module) -> Row:
    """A module as a list shows it."""
    return Row(module.id, module.number, module.title, text(module.summary), module.minutes)


def pages(course: Course) -> Iterator[Path]:
    """A page for each track, and the map."""
    for track in course.tracks:
        modules = tuple(module for module in course.modules if track.id in module.tracks)
        if modules:
            edition = Edition(track.id, course.title, track.title, tuple(module.id for module in modules))
            yield _path(f"tracks/{track.id}/index.html", edition, track.description, course)
    every = Edition("", course.title, "all modules", tuple(module.id for module in course.modules))
    words = "Each module, and what it builds on. A line leads down from a module to those that build on it."
    yield _path("map/index.html", every, words, course)


def _path(path: str, edition: Edition, description: str, course: Course) -> Path:
    modules = course.modules_of(edition)
    needed = {id for module in modules for id in module.prerequisites} - set(edition.modules)
    drawn = prerequisite_map(course, edition, WIDTH, _address(path))
    return Path(
        path,
        edition.id,
        edition.subtitle if edition.id else "What builds on what",
        description,
        tuple(map(row, modules)),
        tuple(row(module) for module in course.modules if module.id in needed),
        tuple(_books(edition, course)),
        drawn.svg,
        drawn.description,
    )


def _address(path: str) -> "Address":
    return Address("../" * path.count("/"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a module's page stands, from a page whose way to the root is `root`."""

    root: str

    def __call__(self, module: str) -> str:
        return f"{self.root}modules/{module}/index.html"


def _books(edition: Edition, course: Course) -> Iterator[tuple[str, str]]:
    """The books of a track; those of the whole course, where it is all of it."""
    editions = {found.modules: found for found in course.editions}
    found = editions.get(edition.modules)
    if found:
        yield "PDF", f"pdf/{file_name(course, found)}.pdf"
        yield "EPUB", f"epub/{file_name(course, found)}.epub"


def page(made: Path, whole: About, there: Collection[str], theme: Theme) -> str:
    """The page as HTML."""
    template = "track" if made.id else "map"
    body = (
        environment(theme)
        .get_template(f"site/{template}.html.j2")
        .render(
            track=made,
            rows=made.rows,
            assumed=made.assumed,
            books=[book for book in made.books if book[1] in there],
            drawing=Markup(made.drawing),
            words=made.words,
            duration=duration,
        )
    )
    return framed(
        made.path, "list track" if made.id else "map", made.title, body, whole, there, theme,
        description=made.description,
    )  # fmt: skip
