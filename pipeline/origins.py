"""From a place in a built file back to the line of the course that it was made from.

A release's report lists where each id stands in the sources; books carry the same ids.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.diagnostics import Span
from pipeline.document.places import where

_ID = re.compile(rb'\bid="([^"]+)"')


def listed(places: Mapping[str, Span]) -> dict[str, str]:
    """Places as a report keeps them."""
    return {id: f"{span.path}:{span.line}:{span.column}" for id, span in places.items()}


def read(report: Mapping[str, object]) -> dict[str, Span]:
    """The places that a report lists."""
    rows = report.get("places")
    return {id: _span(said) for id, said in rows.items()} if isinstance(rows, dict) else {}


def _span(said: str) -> Span:
    path, line, column = said.rsplit(":", 2)
    return Span(path, int(line), int(column))


def origin(ids: Iterable[str], known: Mapping[str, Span]) -> Span | None:
    """The source of the first of these ids that has one."""
    return next((span for id in ids if (span := where(id, known))), None)


def ids_before(book: Path, place: str) -> list[str]:
    """The ids in a file of an EPUB before a line of it, `text/a.xhtml:12`, the nearest first."""
    name, _, line = place.partition(":")
    try:
        with zipfile.ZipFile(book) as archive:
            found = next(held for held in archive.namelist() if held.endswith(name))
            lines = archive.read(found).split(b"\n")
    except (OSError, StopIteration, zipfile.BadZipFile):
        return []
    before = b"\n".join(lines[: int(line.partition(":")[0] or 0)])
    return [id.decode() for id in reversed(_ID.findall(before))]
