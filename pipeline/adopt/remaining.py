"""What is left to do: values to fill in, guesses to look at, and the old debt of the text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import baseline
from pipeline.adopt.course import NOWHERE
from pipeline.adopt.draft import Draft, Note
from pipeline.build import check
from pipeline.diagnostics import Diagnostic, InvalidCourse, Severity, Span
from pipeline.load import load, shown_path
from pipeline.mapping import Positioned
from pipeline.model import Settings
from pipeline.scaffold import FILL

THEME = Path(__file__).resolve().parents[2] / "themes" / "default"
NO_DEBT = (*baseline.UNREADABLE, "Q")
"""How codes begin without whose remedy there is no course."""


def debt(out: Path) -> tuple[Diagnostic, ...]:
    """What `course check` has against the new course, written down as its baseline.

    Twice at most: what is found while reading must be known before the rules look. Raises
    InvalidCourse where something is found without which there is no course.
    """
    known: dict[tuple[Span, str, str], Diagnostic] = {}
    settings = Settings(content=out, out=out, theme=THEME)
    while True:
        try:
            found, whole = check(settings)[1], True
        except InvalidCourse as invalid:
            found, whole = invalid.findings, False
        hopeless = [finding for finding in found if finding.code.startswith(NO_DEBT)]
        if hopeless:
            raise InvalidCourse(hopeless)
        new = {f.order: f for f in found if f.order not in known and not _unwritten(f)}
        known |= new
        baseline.write(known.values(), out, shown_path(out))
        if whole or not new:
            return tuple(sorted(known.values(), key=lambda finding: finding.order))


def _unwritten(finding: Diagnostic) -> bool:
    """Whether a finding is about what a person has yet to write: no old debt, unless it were an error."""
    return FILL[:-1] in finding.message and finding.severity < Severity.ERROR


def to_do(out: Path, draft: Draft) -> tuple[Diagnostic, ...]:
    """What a person must fill in or look at, each at its place in the written files."""
    sources = load(out)
    fronts = {"course.yml": sources.course} | {source.path: source.front for source in sources.modules}
    notes = [*draft.notes, *(note for file, front in fronts.items() for note in _fills(file, front))]
    found = [
        Diagnostic(note.code, note.severity, note.message, note.help, _place(note, fronts[note.file], out))
        for note in notes
    ]
    return tuple(sorted(found, key=lambda finding: finding.order))


def _fills(file: str, front: Positioned) -> Iterator[Note]:
    for path, span in front.spans.items():
        value: Any = front.value
        for step in path:
            value = value[step]
        if isinstance(value, str) and (FILL[:-1] in value or value == NOWHERE) and span:
            field = "/".join(f"entry {step + 1}" if isinstance(step, int) else step for step in path)
            remedy = value.removeprefix(FILL).strip() if value.startswith(FILL) else "Write the real one."
            yield Note("T101", file, path, f"{field} must be filled in", f"{remedy[:1].upper()}{remedy[1:]}")


def _place(note: Note, front: Positioned, out: Path) -> Span:
    """The place of a note: the words it is about, or a value; a short one on one line."""
    if note.at:
        lines = (out / note.file).read_text(encoding="utf-8").split("\n")
        line = next((n for n, said in enumerate(lines, 1) if note.at in said), 1)
        return Span(f"{shown_path(out)}/{note.file}", line)
    span = front.at(note.path)
    return span if span.line == span.end_line else Span(span.path, span.line, span.column)


def note_left_out(draft: Draft) -> None:
    """Notes on what of the folder is not in the course."""
    for path in draft.source.others:
        remedy = "A module's file name begins with its number, from 1 to 99."
        draft.note("T103", "course.yml", (), f"{path} is not adopted", remedy)
    for _, said in sorted(draft.outline.missing.items()):
        remedy = "Write it (`course new module`), or take it out of the outline."
        draft.note("T103", "course.yml", ("parts",), f'there is no file for "{said}"', remedy)
