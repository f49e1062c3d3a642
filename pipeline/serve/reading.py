"""Sources become a preview, or a list of what stands in the way."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from pipeline import cache
from pipeline.build import provenance
from pipeline.diagnostics import Diagnostic
from pipeline.document import Compiled
from pipeline.lint import lint
from pipeline.load import load, load_theme
from pipeline.mend import mended
from pipeline.model import Course, Job, Settings, Theme
from pipeline.targets import plan
from pipeline.targets.pdf import file_name
from pipeline.validate import validate

PLANNED = ("pages", "slides", "handouts", "solutions", "site")
"""Targets whose files a preview makes one by one, when they are asked for."""
BOOKS = ("pdf", "epub")
"""Targets whose files are built as a build does it, in a process of their own."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A course that could be read: the jobs of its files and the target and edition of its books, by path.
    `version` is the same for the same sources."""

    version: str
    course: Course
    theme: Theme
    jobs: Mapping[str, Job]
    books: Mapping[str, tuple[str, str]]


def read(
    settings: Settings, pool: Callable[[], Executor], held: MutableMapping[str, Compiled]
) -> tuple[Preview, tuple[Diagnostic, ...]]:
    """The course as it is on disk now, and what the rules say of it; `held` are its modules, from one reading to
    the next. Raises InvalidCourse."""
    sources, theme = load(settings.content), load_theme(settings.theme)
    course = validate(sources, theme, pool, settings.jobs, held)
    findings = lint(course, sources)
    course = mended(course) if sources.baseline else course
    books = dict(_books(course))
    asked = replace(settings, targets=PLANNED)
    moment = provenance(sources)
    jobs = plan(course, asked, theme, moment, frozenset(books))
    version = cache.key(sources, theme, moment)
    return Preview(version, course, theme, {job.path: job for job in jobs}, books), findings


def _books(course: Course) -> Iterator[tuple[str, tuple[str, str]]]:
    for edition in course.editions:
        for target in BOOKS:
            yield f"{target}/{file_name(course, edition)}.{target}", (target, edition.id)
