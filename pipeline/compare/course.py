"""What changed in the course as a whole, in its parts and in its tracks."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.compare.change import Change, Row, change, changed
from pipeline.compare.ids import Ids, came_or_went, moved, pairs, published, vanished

COURSE = {
    "course-title": "title",
    "course-description": "description",
    "course-language": "language",
    "course-url": "url",
    "format-version": "manifestVersion",
}
"""Kinds of change, and the field in which each shows."""


def is_other(old: Row, new: Row) -> Change | None:
    """The change that the newer manifest is that of another course."""
    return change("course-id", "", new["id"], old["id"], new["id"]) if old["id"] != new["id"] else None


def course_changes(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """The course's own fields, its parts, its tracks, and its list of removed ids."""
    for kind, field in COURSE.items():
        yield from changed(kind, "", new["id"], old.get(field, ""), new.get(field, ""))
    licenses = [f"{row['license']['spdx']} {row['license']['url']}" for row in (old, new)]
    yield from changed("course-license", "", new["id"], *licenses)
    authors = [[f"{author['name']} {author['url']}" for author in row["authors"]] for row in (old, new)]
    yield from changed("course-authors", "", new["id"], *authors)
    for thing in ("part", "track"):
        yield from _listed(thing, old, new, ids)
    removed = {"removed": published(old)["removed"]}
    yield from (change("removal-vanished", "", id) for _, id in vanished(removed, new))


def _listed(thing: str, old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """Parts or tracks. They have no aliases: what is one there is a module's."""
    ids = replace(ids, renamed={})
    before, now = old[f"{thing}s"], new[f"{thing}s"]
    for was, row in pairs(before, now, ids):
        if was and row:
            for field in ("title", "description"):
                kind = f"{thing}-{field}"
                yield from changed(kind, "", row["id"], was.get(field, ""), row.get(field, ""))
        else:
            yield came_or_went(thing, was, row, ids, (row or was or {})["title"])
    for id, was_after, is_after in moved([row["id"] for row in before], [row["id"] for row in now]):
        yield change(f"{thing}-moved", "", id, was_after, is_after)
