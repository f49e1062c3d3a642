"""A channel's database, as Kolibri Studio exports it: SQLite, version 5 of Kolibri's content schema.

The tree is stored as nested sets (`lft`, `rght`).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.targets.lms.contents import Contents
from pipeline.targets.lms.kolibri.tree import Channel, Facts, Node, Place, files, places

SCHEMA_VERSION = "5"
PAGE_SIZE = 4096
WRITER, WRITER_AT = b"\0\0\0\0", 96
"""The version of the library that wrote the file (SQLite file format, 1.3.17): nothing depends on it."""

TABLES: Mapping[str, str] = {
    "contenttag": "id CHAR(32) NOT NULL PRIMARY KEY, tag_name VARCHAR(30) NOT NULL",
    "language": "id VARCHAR(14) NOT NULL PRIMARY KEY, lang_code VARCHAR(3) NOT NULL, lang_subcode VARCHAR(10),"
    " lang_name VARCHAR(100), lang_direction VARCHAR(3) NOT NULL",
    "localfile": "id VARCHAR(32) NOT NULL PRIMARY KEY, extension VARCHAR(40) NOT NULL,"
    " available BOOLEAN NOT NULL, file_size INTEGER",
    "contentnode": "id CHAR(32) NOT NULL PRIMARY KEY, license_name VARCHAR(50), license_description TEXT,"
    " title VARCHAR(200) NOT NULL, coach_content BOOLEAN NOT NULL, content_id CHAR(32) NOT NULL,"
    " channel_id CHAR(32) NOT NULL, description TEXT, sort_order FLOAT, license_owner VARCHAR(200) NOT NULL,"
    " author VARCHAR(200) NOT NULL, kind VARCHAR(200) NOT NULL, available BOOLEAN NOT NULL, options TEXT,"
    " grade_levels TEXT, resource_types TEXT, learning_activities TEXT, accessibility_labels TEXT,"
    " categories TEXT, learner_needs TEXT, duration INTEGER, lft INTEGER NOT NULL, rght INTEGER NOT NULL,"
    " tree_id INTEGER NOT NULL, level INTEGER NOT NULL, lang_id VARCHAR(14) REFERENCES content_language (id),"
    " parent_id CHAR(32) REFERENCES content_contentnode (id)",
    "assessmentmetadata": "id CHAR(32) NOT NULL PRIMARY KEY, assessment_item_ids TEXT NOT NULL,"
    " number_of_assessments INTEGER NOT NULL, mastery_model TEXT NOT NULL, randomize BOOLEAN NOT NULL,"
    " is_manipulable BOOLEAN NOT NULL,"
    " contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id)",
    "channelmetadata": "id CHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL,"
    " description VARCHAR(400) NOT NULL, tagline VARCHAR(150), author VARCHAR(400) NOT NULL,"
    " version INTEGER NOT NULL, thumbnail TEXT NOT NULL, last_updated VARCHAR,"
    " min_schema_version VARCHAR(50) NOT NULL,"
    " root_id CHAR(32) NOT NULL REFERENCES content_contentnode (id)",
    "contentnode_has_prerequisite": "id INTEGER NOT NULL PRIMARY KEY,"
    " from_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id),"
    " to_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id)",
    "contentnode_related": "id INTEGER NOT NULL PRIMARY KEY,"
    " from_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id),"
    " to_contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id)",
    "contentnode_tags": "id INTEGER NOT NULL PRIMARY KEY,"
    " contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id),"
    " contenttag_id CHAR(32) NOT NULL REFERENCES content_contenttag (id)",
    "file": "id CHAR(32) NOT NULL PRIMARY KEY, preset VARCHAR(150) NOT NULL, supplementary BOOLEAN NOT NULL,"
    " thumbnail BOOLEAN NOT NULL, priority INTEGER,"
    " contentnode_id CHAR(32) NOT NULL REFERENCES content_contentnode (id),"
    " lang_id VARCHAR(14) REFERENCES content_language (id),"
    " local_file_id VARCHAR(32) NOT NULL REFERENCES content_localfile (id)",
}


def database(channel: Channel, root: Node, contents: Contents) -> bytes:
    """The database of a channel. The same tree gives the same bytes."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    for name, columns in TABLES.items():
        connection.execute(f"CREATE TABLE content_{name} ({columns})")
    for name, row in _rows(channel, places(channel, root, contents), contents):
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO content_{name} ({', '.join(row)}) VALUES ({marks})"
        connection.execute(sql, tuple(row.values()))
    data = connection.serialize()
    connection.close()
    return data[:WRITER_AT] + WRITER + data[WRITER_AT + len(WRITER) :]


def _rows(channel: Channel, found: tuple[Place, ...], contents: Contents) -> Iterator[tuple[str, Facts]]:
    yield "language", channel.language
    yield "channelmetadata", {"id": channel.id, **channel.facts, "root_id": found[0].id}
    for name, tag in _tags(found, contents).items():
        yield "contenttag", {"id": tag, "tag_name": name}
    for file in files(found).values():
        yield (
            "localfile",
            {"id": file.md5, "extension": file.extension, "available": 0, "file_size": file.size},
        )
    for place in found:
        yield "contentnode", _node(place, channel, contents)
        yield from _parts(place, channel, contents)
    yield from _links(found)


def _tags(found: tuple[Place, ...], contents: Contents) -> dict[str, str]:
    names = sorted({tag for place in found for tag in place.node.tags})
    return {name: contents.uuid("kolibri", "tag", name).hex for name in names}


def _node(place: Place, channel: Channel, contents: Contents) -> Facts:
    node = place.node
    return {
        "id": place.id,
        "content_id": contents.uuid("kolibri", "content", node.key).hex if place.parent else channel.id,
        "channel_id": channel.id,
        "parent_id": place.parent,
        "title": node.title,
        "description": node.description,
        "kind": node.kind,
        "sort_order": float(place.order),
        "coach_content": 0,
        "available": 0,
        "options": _json(node.options),
        "resource_types": node.resource,
        "learning_activities": node.activity,
        "duration": node.seconds or None,
        "lft": place.left,
        "rght": place.right,
        "tree_id": 1,
        "level": place.level,
        "lang_id": channel.language["id"],
        **channel.common,
    }


def _parts(place: Place, channel: Channel, contents: Contents) -> Iterator[tuple[str, Facts]]:
    """The rows of other tables that belong to a place alone."""
    node = place.node
    if node.file:
        yield (
            "file",
            {
                "id": contents.uuid("kolibri", "file", place.id).hex,
                "preset": node.file.preset,
                "supplementary": 0,
                "thumbnail": 0,
                "priority": 1,
                "contentnode_id": place.id,
                "lang_id": channel.language["id"],
                "local_file_id": node.file.md5,
            },
        )
    if node.items:
        yield (
            "assessmentmetadata",
            {
                "id": contents.uuid("kolibri", "assessment", place.id).hex,
                "assessment_item_ids": _json(node.items),
                "number_of_assessments": len(node.items),
                "mastery_model": _json(node.mastery),
                "randomize": 0,
                "is_manipulable": 1,
                "contentnode_id": place.id,
            },
        )
    for tag in node.tags:
        tagged = {"contentnode_id": place.id, "contenttag_id": contents.uuid("kolibri", "tag", tag).hex}
        yield "contentnode_tags", tagged


def _links(found: tuple[Place, ...]) -> Iterator[tuple[str, Facts]]:
    """Links lead to the place in the same part or track, where there is one. Those to related nodes go both
    ways, as Django keeps a symmetrical relation."""
    needs = {pair for place in found for pair in _led(place, place.node.needs, found)}
    related = {pair for place in found for pair in _led(place, place.node.related, found)}
    back = {(end, start) for start, end in related}
    for table, pairs in (("has_prerequisite", needs), ("related", related | back)):
        for start, end in sorted(pairs):
            yield f"contentnode_{table}", {"from_contentnode_id": start, "to_contentnode_id": end}


def _led(place: Place, keys: Iterable[str], found: tuple[Place, ...]) -> Iterator[tuple[str, str]]:
    """The ids of a place and of the nearest places of these nodes."""
    for key in keys:
        standing = [other for other in found if other.node.key == key]
        for other in sorted(standing, key=lambda other: other.branch != place.branch)[:1]:
            yield place.id, other.id


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
