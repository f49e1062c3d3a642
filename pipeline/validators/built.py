"""A release on disk, as its judges see it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline import origins
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, Span
from pipeline.load import shown_path
from pipeline.model import ReleasedFile
from pipeline.standing import read_report

Stage = Iterator[tuple[str, list[Diagnostic]]]
"""What was looked at, and what was found."""
OURS = "Build again; if it comes back, report it."


@dataclass(frozen=True, slots=True)
class Built:
    """A release on disk: its listed files, size and sha256 of every file that is really there, and where
    the ids of its books stand in the sources."""

    out: Path
    files: tuple[ReleasedFile, ...]
    held: Mapping[str, tuple[int, str]]
    places: Mapping[str, Span]

    def span(self, path: str) -> Span:
        return Span(shown_path(self.out / path))

    def of(self, media_type: str, role: str = "") -> list[str]:
        """Paths of the listed files of a kind that are there."""
        return [
            file.path
            for file in self.files
            if file.media_type == media_type and file.path in self.held and role in ("", file.role)
        ]


def built(out: Path) -> Built:
    """The release in a folder. Raises EnvironmentProblem where nothing is built."""
    report = read_report(out)
    if not report:
        raise EnvironmentProblem(f"nothing is built in {out}: run `course build`")
    rows = report.get("files", [])
    files = tuple(ReleasedFile(**row) for row in rows) if isinstance(rows, list) else ()
    held = {}
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        data = path.read_bytes()
        held[path.relative_to(out).as_posix()] = (len(data), sha256(data).hexdigest())
    return Built(out, files, held, origins.read(report))
