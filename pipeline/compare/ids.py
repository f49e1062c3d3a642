"""The ids that a release publishes, and what became of them in a later one: renamed, removed, or vanished."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.compare.change import Change, Row, change

TABLES = ("parts", "tracks", "modules", "objectives", "assessments", "questions")
"""Lists of the manifest whose ids never change (docs/manifest.md, "Ids")."""


@dataclass(frozen=True, slots=True)
class Ids:
    """What a manifest says of ids that older releases had: modules' former ids with the present ones, and
    removed ids with what replaces them, or ''."""

    renamed: Mapping[str, str]
    removed: Mapping[str, str]

    def present(self, id: str) -> str:
        """The id that a module, or something in it (`module/q1`), has now."""
        module, slash, rest = id.partition("/")
        return f"{self.renamed.get(module, module)}{slash}{rest}"

    def replaced(self, id: str) -> str | None:
        """What replaces an id that is listed as removed, or ''; None where it is not listed. A module's row
        stands for all that was in it."""
        for listed in (id, self.present(id), id.partition("/")[0]):
            if listed in self.removed:
                return self.removed[listed]
        return None


def fate(manifest: Row) -> Ids:
    """What a manifest says of ids of older releases. A present id is nobody's alias."""
    present = {row["id"] for row in manifest["modules"]}
    renamed = {alias: row["id"] for row in manifest["modules"] for alias in row["aliases"]}
    return Ids(
        {alias: id for alias, id in renamed.items() if alias not in present},
        {row["id"]: row.get("replacedBy", "") for row in manifest["removed"]},
    )


def published(manifest: Row) -> dict[str, list[str]]:
    """All ids that a platform may have stored, by the list they stand in, sorted."""
    found = {table: [row["id"] for row in manifest[table]] for table in TABLES}
    found["aliases"] = [alias for row in manifest["modules"] for alias in row["aliases"]]
    found["removed"] = [row["id"] for row in manifest["removed"]]
    return {table: sorted(ids) for table, ids in found.items()}


def vanished(older: Mapping[str, Iterable[str]], manifest: Row) -> Iterator[tuple[str, str]]:
    """Those of an older release's `published` ids that a manifest neither has, nor knows as alias or removed;
    each with its list."""
    ids, present = fate(manifest), {table: {*found} for table, found in published(manifest).items()}
    anywhere = set().union(*present.values())
    for table, found in older.items():
        for id in found:
            there = anywhere if table == "removed" else present[table]
            if table == "aliases":
                there = present["modules"] | present["aliases"]
            now = id if table in ("parts", "tracks", "aliases", "removed") else ids.present(id)
            if now not in there and ids.replaced(id) is None:
                yield table, id


def pairs(old: Sequence[Row], new: Sequence[Row], ids: Ids) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows of two lists, by id; None stands for a row that the other list does not have."""
    after = {row["id"]: row for row in new}
    for row in old:
        yield row, after.pop(ids.present(row["id"]), None)
    for row in after.values():
        yield None, row


def came_or_went(
    thing: str, old: Row | None, new: Row | None, ids: Ids, text: str, module: str = ""
) -> Change:
    """The change that there is a thing, or is none any more; `text` is what it said."""
    if new:
        return change(f"{thing}-added", module, new["id"], new=text)
    assert old, "a pair holds a row"
    replaced = ids.replaced(old["id"])
    end = "vanished" if replaced is None else "removed"
    return change(f"{thing}-{end}", module, old["id"], text, replaced or "")


def moved(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Ids that stand in another order among those that both lists have: few whose move explains it, each with
    what it came after, and comes after now."""
    old, new = [id for id in old if id in new], [id for id in new if id in old]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {id for block in blocks for id in old[block.a : block.a + block.size]}
    before, now = _after(old), _after(new)
    yield from ((id, before[id], now[id]) for id in new if id not in stayed and before[id] != now[id])


def _after(ids: Sequence[str]) -> dict[str, str]:
    return {id: f"after {ids[n - 1]}" if n else "first" for n, id in enumerate(ids)}
