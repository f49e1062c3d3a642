"""Make a course of a folder of plain numbered Markdown modules, whose README is the outline.

    pages → outline → course, modules (phrases, links) → draft → files → remaining
    Source → Outline → Draft → what a person must fill in, and old debt

What the README and the modules say is kept; what they do not say is written as `FILL: …` or as a
guess, and each of these becomes a finding at its place. The text of a module stays as it is, byte for
byte, but for links and pictures whose files have other names now. What the rules have against that
text is old debt: it goes to `.course-baseline.json`, so that the course can be built at once and
only new mistakes stop it.

| Code | Says |
| --- | --- |
| T101 | a value must be filled in |
| T102 | a value is a guess, to be looked at |
| T103 | a file, or a module that the README names, is not in the course |
| T104 | something of a module could not be kept, or a link not be rewritten |
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline import baseline
from pipeline.adopt.course import draft_course
from pipeline.adopt.draft import Draft
from pipeline.adopt.modules import draft_module
from pipeline.adopt.outline import Outline
from pipeline.adopt.pages import read
from pipeline.adopt.remaining import debt, note_left_out, to_do
from pipeline.diagnostics import Diagnostic, EnvironmentProblem


@dataclass(frozen=True, slots=True)
class Adopted:
    """A course that was made: the files written, by their paths in `out`; what a person must fill in
    or look at, at its place; and what the rules have against the text as it came (`debt`)."""

    out: Path
    written: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    debt: tuple[Diagnostic, ...]


def adopt(folder: Path, out: Path) -> Adopted:
    """Read `folder`, write a course into `out`, which must not hold anything yet.

    Raises EnvironmentProblem when `out` is not empty or there is no folder, and InvalidCourse, with
    places in `folder`, where its files cannot become a course: two modules of one number, no UTF-8.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EnvironmentProblem(f"{out} is not empty: nothing is overwritten; name another --out")
    if not folder.is_dir():
        raise EnvironmentProblem(f"there is no folder {folder}")
    source = read(folder)
    draft = Draft(source, Outline(source))
    draft_course(draft)
    for number, name, page in source.modules:
        draft_module(draft, number, name, page)
    note_left_out(draft)
    try:
        for name, data in sorted(draft.files.items()):
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        owed = debt(out)
        return Adopted(out, (*sorted(draft.files), baseline.NAME), to_do(out, draft), owed)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise
