"""What changed among the files of a release, by role: which are there, where, and of what type.

An importer finds a file by role, module and edition, so a path is free to change. Bytes are not compared:
every release renders its files anew.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.compare.change import Change, Row, change
from pipeline.compare.ids import Ids

BROUGHT = ("asset", "image", "site")
"""Roles that come with other files, and are not fetched for themselves."""
EXPORT = "export"

Slot = tuple[str, str, str]
"""What a file is looked up by: role, module, edition."""
Slots = Mapping[Slot, Sequence[Row]]


def file_changes(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """Files by role. What came and went with a module, a track or a former id is no change of its own."""
    before, now = _slots(old, ids), _slots(new, ids)
    lasting = _lasting(old, new, ids)
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for slot in sorted({*before, *now}):
        if slot[1:] in lasting:
            for kind, was, is_now in _slot_changes(slot, before, now, ids):
                found[kind, slot[0]].append((was, is_now))
    for (kind, role), rows in sorted(found.items()):
        old_ones, new_ones = ([path for path in side if path] for side in zip(*rows, strict=True))
        yield change(kind, "", role, old_ones, new_ones, f"{role} ({len(rows)})")


def _slots(manifest: Row, ids: Ids) -> Slots:
    slots: dict[Slot, list[Row]] = defaultdict(list)
    for row in manifest["files"]:
        if row["role"] != EXPORT:
            slots[row["role"], ids.present(row.get("module", "")), row.get("edition", "")].append(row)
    return slots


def _lasting(old: Row, new: Row, ids: Ids) -> set[tuple[str, str]]:
    """Modules and editions that both releases have, as places of a slot; and the place of all other files."""
    modules = {ids.present(row["id"]) for row in old["modules"]} & {row["id"] for row in new["modules"]}
    tracks = {row["id"] for row in old["tracks"]} & {row["id"] for row in new["tracks"]}
    editions = {*tracks, "complete", ""}
    return {(module, edition) for module in {*modules, ""} for edition in editions}


def _slot_changes(slot: Slot, old: Slots, new: Slots, ids: Ids) -> Iterator[tuple[str, str, str]]:
    """Kinds of change of the files that are looked up alike, each with the former and the present value. A
    single one may move; several are told apart by their paths."""
    before, now = ({row["path"]: row for row in slots.get(slot, ())} for slots in (old, new))
    gone, fresh = ([path for path in a if path not in b] for a, b in ((before, now), (now, before)))
    renamed = any(row.get("module", "") != slot[1] for row in before.values())
    moved = list(zip(gone, fresh, strict=False)) if renamed or len(before) == len(now) == 1 else []
    for was, path in (*((path, path) for path in before if path in now), *moved):
        if was != path and not renamed:
            yield "files-moved", was, path
        types = before[was]["mediaType"], now[path]["mediaType"]
        if types[0] != types[1]:
            yield "files-type", f"{path} {types[0]}", f"{path} {types[1]}"
    for path in gone[len(moved) :]:
        fetched = not now and slot[0] not in BROUGHT and path not in ids.removed
        yield "files-vanished" if fetched else "files-removed", path, ""
    yield from (("files-added", "", path) for path in fresh[len(moved) :])


def export_changes(old: Row, new: Row, ids: Ids) -> Iterator[Change]:
    """Exports by format: packages of the course, and of modules that both releases have."""
    before, now = _formats(old, ids), _formats(new, ids)
    lasting = {module for module, _ in _lasting(old, new, ids)}
    for format in sorted({*before, *now}):
        was, row = before.get(format, {}), now.get(format, {})
        gone = sorted(path for module, path in was.items() if module in lasting - {*row})
        fresh = sorted(path for module, path in row.items() if module in lasting - {*was})
        if gone:
            yield change("export-vanished", "", format, gone, about=format)
        if fresh:
            yield change("export-added", "", format, new=fresh, about=format)
        versions = _versions(old, format), _versions(new, format)
        if all(versions) and versions[0] != versions[1]:
            yield change("export-version", "", format, versions[0], versions[1], format)


def _versions(manifest: Row, format: str) -> list[str]:
    return sorted({row["version"] for row in manifest["exports"] if row["format"] == format})


def _formats(manifest: Row, ids: Ids) -> dict[str, dict[str, str]]:
    """Of each format the packages, by their module, or '' for the course's."""
    modules = {row["path"]: ids.present(row.get("module", "")) for row in manifest["files"]}
    formats: dict[str, dict[str, str]] = defaultdict(dict)
    for export in manifest["exports"]:
        formats[export["format"]][modules.get(export["file"], "")] = export["file"]
    return formats
