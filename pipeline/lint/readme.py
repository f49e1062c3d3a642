"""The README's outline and tracks, between markers: they say what the course says, or `--fix` rewrites them."""

from collections.abc import Iterator, Sequence

from pipeline.diagnostics import Severity, Span
from pipeline.lint.rule import Found, Rule
from pipeline.model import Course, Module, Planned

Entry = Module | Planned


def readme_shows_the_course(course: Course) -> Iterator[Found]:
    """The README lists the parts, modules and tracks of the course as they are.

    They stand between `<!-- outline -->` and `<!-- /outline -->`, and between `<!-- tracks -->` and
    `<!-- /tracks -->`; `course check --fix` writes what belongs there.

    Bad: an outline that lacks the newest module. Good: what `--fix` writes between the markers.
    """
    path, text = course.readme
    for name, wanted in (("outline", outline(course)), ("tracks", tracks(course))):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        start = text.find(begin)
        stop = text.find(end, start)
        if start < 0 or stop < 0:
            continue
        start += len(begin)
        if text[start:stop] != wanted:
            line = text.count("\n", 0, start) + 1
            span = Span(path, line, 1, text.count("\n", 0, stop) + 1, 1)
            yield (
                span,
                f"the {name} of the README differs from the course",
                "Run `course check --fix`.",
                wanted,
            )


def entries(course: Course) -> list[Entry]:
    """Written and planned modules, by number."""
    written = {module.number for module in course.modules}
    planned = [entry for entry in course.planned if entry.number not in written]
    return sorted([*course.modules, *planned], key=lambda entry: entry.number)


def outline(course: Course) -> str:
    """Parts with their descriptions, and the modules of each: written ones linked."""
    rows = entries(course)
    written = [module.number for module in course.modules]
    said = f"{len(rows)} modules in {len(course.parts)} parts."
    if course.planned and len(written) < len(rows):
        said += f" Modules {ranges(written)} can be read now; those without a link are in preparation."
    blocks = [said]
    for part in course.parts:
        inside = [_line(entry, course) for entry in rows if entry.part == part.id]
        blocks += [f"### Part {part.number}: {part.title}", part.description, "\n".join(inside)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _line(entry: Entry, course: Course) -> str:
    if isinstance(entry, Planned):
        return f"{entry.number}. {entry.title}"
    folder = course.folder.rpartition("/")[2]
    return f"{entry.number}. [{entry.title}]({folder}/{entry.path})"


def tracks(course: Course) -> str:
    """A table: the track, the numbers of its modules, whom it is for."""
    rows = ["| Track | Modules | For whom |", "| --- | --- | --- |"]
    for track in course.tracks:
        numbers = [entry.number for entry in entries(course) if track.id in entry.tracks]
        rows.append(f"| {track.title} | {ranges(numbers)} | {track.description} |")
    return "\n".join(rows) + "\n"


def ranges(numbers: Sequence[int]) -> str:
    """`1–4, 7` for 1, 2, 3, 4 and 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


RULES = (Rule("C116", Severity.WARNING, readme_shows_the_course, compares=True),)
