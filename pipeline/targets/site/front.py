"""The first page, made of what a release holds: it says size and hash of all that can be downloaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Course, ReleasedFile, Theme
from pipeline.targets.book import environment
from pipeline.targets.site import linked
from pipeline.targets.site.frame import about, framed
from pipeline.targets.site.tracks import pages, row
from pipeline.targets.slides.presenter import duration

PATH = "index.html"
KINDS = (
    ("Books to print and to read on a screen (PDF)", "book-pdf"),
    ("Books for readers and phones (EPUB)", "book-epub"),
    ("Packages for learning platforms", "export"),
)
LARGEST = 20
"""Packages of one module each are not listed where there are more than this."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is offered."""

    path: str
    name: str
    size: str
    sha256: str


def html(course: Course, files: Sequence[ReleasedFile], theme: Theme) -> str:
    """The first page of a release that holds these files."""
    parts = (
        (f"Part {part.number}: {part.title}", [row(m) for m in course.modules if m.part == part.id])
        for part in course.parts
    )
    whole = about(course)
    body = (
        environment(theme)
        .get_template("site/front.html.j2")
        .render(
            course=whole,
            modules=course.modules,
            minutes=sum(module.minutes for module in course.modules),
            tracks=[path for path in pages(course) if path.id],
            parts=[part for part in parts if part[1]],
            downloads=list(_downloads(course, files)),
            duration=duration,
        )
    )
    data = linked.script(linked.course_data(course, whole))
    return framed(PATH, "front", course.title, body, whole, {file.path for file in files}, theme, data=data)


def _downloads(course: Course, files: Sequence[ReleasedFile]) -> Iterator[tuple[str, list[Download]]]:
    names = {edition.id: edition.subtitle or edition.title for edition in course.editions}
    for kind, role in KINDS:
        found = [file for file in files if file.role == role and (role != "export" or file.entry)]
        many = len(found) > LARGEST
        rows = [
            Download(file.path, names.get(file.edition) or _last(file.path), size(file.bytes), file.sha256)
            for file in found
            if not (many and file.module)
        ]
        if rows:
            yield kind, rows


def _last(path: str) -> str:
    return path.removeprefix("lms/")


def size(number: int) -> str:
    """A number of bytes in words; "" for a file that is made when somebody asks for it."""
    if not number:
        return ""
    return f"{number / 1_000_000:.1f} MB" if number >= 1_000_000 else f"{max(number, 1000) / 1000:.0f} kB"
