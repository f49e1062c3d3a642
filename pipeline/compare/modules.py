"""What changed in each module: where it stands, what it says of itself, its objectives and its terms."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.compare.change import Change, Row, change, changed
from pipeline.compare.ids import Ids, came_or_went, moved, pairs, published, vanished
from pipeline.compare.questions import assessment_changes, question_changes

FIELDS = {
    "module-number": "number",
    "module-part": "part",
    "module-kind": "kind",
    "module-title": "title",
    "module-summary": "summary",
    "module-difficulty": "difficulty",
    "module-duration": "duration",
    "module-stages": "stages",
    "module-keywords": "keywords",
}
"""Kinds of change, and the field in which each shows."""
SETS = {"prerequisite": "prerequisites", "recommendation": "recommended", "membership": "tracks"}
"""Things that are added and removed, and the field that lists their ids in no order."""
HASHED = ("module-title", "module-summary", "objective-", "question-", "option-")
"""Kinds of change, by their beginnings, that change the module's contentHash."""


def module_changes(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """All modules. One that was added or removed is one change, whatever is in it."""
    before, now = _Inside(old), _Inside(new)
    for was, row in pairs(old["modules"], new["modules"], ids):
        if was and row:
            found = [*_own(was, row, ids), *_inner(before, now, was["id"], row["id"], ids)]
            yield from found
            if was["contentHash"] != row["contentHash"] and not any(c.kind.startswith(HASHED) for c in found):
                yield change("module-text", row["id"], row["id"])
        else:
            gone = row or was or {}
            yield came_or_went("module", was, row, ids, gone["title"], gone["id"])
    yield from _moves(old, new, ids)
    yield from _aliases(old, new)


def _own(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """What a module says of itself."""
    id = new["id"]
    yield from changed("module-renamed", id, id, old["id"], id)
    for kind, field in FIELDS.items():
        yield from changed(kind, id, id, old[field], new[field])
    for thing, field in SETS.items():
        before = [was if thing == "membership" else ids.present(was) for was in old[field]]
        yield from (change(f"{thing}-removed", id, id, was) for was in before if was not in new[field])
        yield from (change(f"{thing}-added", id, id, new=now) for now in new[field] if now not in before)
    terms = [{term["term"]: term["definition"] for term in row["terms"]} for row in (old, new)]
    yield from _terms(id, *terms)


def _terms(id: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for term in dict.fromkeys((*old, *new)):
        if term not in new:
            yield change("term-removed", id, id, old[term], about=term)
        elif term not in old:
            yield change("term-added", id, id, new=new[term], about=term)
        elif old[term] != new[term]:
            yield change("term-reworded", id, id, old[term], new[term], term)


def _inner(old: "_Inside", new: "_Inside", was: str, module: str, ids: Ids) -> Iterator[Change]:
    """Objectives, assessments and questions of a module."""
    for before, now in pairs(old.of("objectives", was), new.of("objectives", module), ids):
        if before and now:
            yield from changed("objective-reworded", module, now["id"], before["text"], now["text"])
        else:
            yield came_or_went("objective", before, now, ids, (now or before or {})["text"], module)
    for before, now in pairs(old.of("assessments", was), new.of("assessments", module), ids):
        yield from assessment_changes(before, now, module, ids)
    for before, now in pairs(old.of("questions", was), new.of("questions", module), ids):
        yield from question_changes(before, now, module, ids)


def _moves(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """Modules that come earlier or later in a track."""
    tracks = {track["id"]: track["modules"] for track in new["tracks"]}
    for track in old["tracks"]:
        before = [ids.present(module) for module in track["modules"]]
        for module, was_after, is_after in moved(before, tracks.get(track["id"], ())):
            yield change("module-moved", module, module, was_after, is_after, track["id"])


def _aliases(old: Row, new: Row) -> Iterator[Change]:
    """Former ids that platforms may still have stored."""
    older = {"aliases": published(old)["aliases"]}
    owners = {alias: fresh for fresh in new["modules"] for alias in fresh["aliases"]}
    known = {*older["aliases"], *(row["id"] for row in old["modules"])}
    for alias, row in owners.items():
        if alias not in known:
            yield change("alias-added", row["id"], row["id"], new=alias)
    yield from (change("alias-vanished", "", alias) for _, alias in vanished(older, new))


class _Inside:
    """The rows of a manifest by the module in whose id theirs begin."""

    def __init__(self, manifest: Row) -> None:
        self.rows: dict[tuple[str, str], list[Row]] = {}
        for table in ("objectives", "assessments", "questions"):
            for row in manifest[table]:
                self.rows.setdefault((table, row["id"].partition("/")[0]), []).append(row)

    def of(self, table: str, module: str) -> Sequence[Row]:
        """The rows of a list that belong to a module."""
        return self.rows.get((table, module), ())
