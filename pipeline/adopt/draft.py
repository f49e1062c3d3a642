"""The new course while it is made: its files, and notes on what they say."""

from dataclasses import dataclass, field

from pipeline.adopt.outline import Outline
from pipeline.adopt.pages import Source
from pipeline.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Note:
    """A finding to be. It stands at the value `path` of the file's YAML, or at the words `at`."""

    code: str
    file: str
    path: tuple[str | int, ...]
    message: str
    help: str
    at: str = ""

    @property
    def severity(self) -> Severity:
        """A guess may well be right; the rest asks for a person."""
        return Severity.SUGGESTION if self.code == "T102" else Severity.WARNING


@dataclass
class Draft:
    """The files of the new course by their paths, and notes on what they say. `assets` are paths in the
    source, and in the course."""

    source: Source
    outline: Outline
    files: dict[str, bytes] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, code: str, file: str, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        """Note something at a value of a file."""
        self.notes.append(Note(code, file, path, message, remedy))
