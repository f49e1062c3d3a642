"""What changed between two releases of a course, as their manifests tell it.

read        a manifest from a file or a release's folder
change      `Change`, and the table of all `KINDS` with what breaks an importer
ids         the ids of a release, and what became of them: renamed, removed, vanished
course modules questions files      what changed, from the whole to its parts
said        changes as text, JSON and Markdown
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.compare.change import Change, Row
from pipeline.compare.course import course_changes, is_other
from pipeline.compare.files import export_changes, file_changes
from pipeline.compare.ids import Ids, fate
from pipeline.compare.modules import module_changes


def compared(old: Row, new: Row) -> tuple[Change, ...]:
    """The changes from one manifest to another: those of the course first, then by module in course order,
    then by id. Both satisfy the schema of `read`."""
    other = is_other(old, new)
    found = [other] if other else list(_changes(old, new, fate(new)))
    places = {row["id"]: row["number"] for row in (*old["modules"], *new["modules"])}
    return tuple(sorted(found, key=lambda change: _order(change, places.get(change.module, 0))))


def _changes(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    yield from course_changes(old, new, ids)
    yield from module_changes(old, new, ids)
    yield from file_changes(old, new, ids)
    yield from export_changes(old, new, ids)


def _order(change: Change, place: int) -> tuple[Any, ...]:
    """The course, then modules by number; within them by id (q2 before q10), kind and values."""
    digits = [part.zfill(9) if part.isdigit() else part for part in re.split(r"(\d+)", change.id)]
    return (place, change.module, digits, change.rank, change.what, change.old, change.new)
