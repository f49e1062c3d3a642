"""Anki's package, `.apkg`: a zip of a collection in SQLite (schema 11) and of its media, named by numbers.

Every Anki since 2012 reads schema 11; newer ones convert it. The file depends on nothing but its content.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1
from html import unescape
from typing import Any

from pipeline.engines.archive import archive, packed
from pipeline.targets.lms.anki.cards import TYPES, NoteType, model, number
from pipeline.targets.lms.contents import Contents

TABLES = {
    "col": "id crt mod scm ver dty usn ls conf* models* decks* dconf* tags*",
    "notes": "id guid* mid mod usn tags* flds* sfld csum flags data*",
    "cards": "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data*",
    "revlog": "id cid usn ease ivl lastIvl factor time type",
    "graves": "usn oid type",
}
"""Columns by table: `id` is the key, those with a star hold text, the others integers."""
INDEXES = {
    "ix_notes_usn": "notes (usn)",
    "ix_cards_usn": "cards (usn)",
    "ix_revlog_usn": "revlog (usn)",
    "ix_cards_nid": "cards (nid)",
    "ix_cards_sched": "cards (did, queue, due)",
    "ix_revlog_cid": "revlog (cid)",
    "ix_notes_csum": "notes (csum)",
}
SCHEMA = 11
UNSENT = -1
"""`usn` of what no server for synchronization has seen."""
PAGE = 4096
TREES = {2: 12, 5: 12, 10: 8, 13: 8}
"""Sizes of the headers of a tree's pages, by their first byte; that of other pages is 0 in a file of less than 64 GB."""
SETTINGS: dict[str, Any] = {
    "nextPos": 1,
    "curDeck": 1,
    "activeDecks": [1],
    "curModel": None,
    "schedVer": 2,
    "sortType": "noteFld",
    "sortBackwards": False,
    "addToCur": True,
    "newSpread": 0,
    "collapseTime": 1200,
    "timeLim": 0,
    "estTimes": True,
    "dueCounts": True,
}
REVIEWING: dict[str, Any] = {
    "id": 1,
    "mod": 0,
    "usn": 0,
    "name": "Default",
    "maxTaken": 60,
    "timer": 0,
    "autoplay": True,
    "replayq": True,
    "new": {
        "delays": [1, 10],
        "ints": [1, 4, 7],
        "initialFactor": 2500,
        "order": 1,
        "perDay": 20,
        "bury": False,
        "separate": True,
    },
    "rev": {"perDay": 200, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500, "minSpace": 1, "bury": False},
    "lapse": {"delays": [10], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 0},
}  # fmt: skip
"""How often cards come back, as Anki has it where a learner chose nothing; it keeps the learner's own choice."""


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck: the key of its id, its name after its parent's and `::`, and what Anki says of it, as HTML."""

    key: tuple[str, ...]
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note: the key of its ids, its type, its fields by name, its tags, the key of its deck, and which cards of
    its type it has."""

    key: tuple[str, ...]
    kind: NoteType
    fields: Mapping[str, str]
    tags: Sequence[str]
    deck: tuple[str, ...]
    cards: Sequence[int]


def package(
    contents: Contents, decks: Sequence[Deck], notes: Sequence[Note], media: Mapping[str, bytes]
) -> bytes:
    """A package of these decks and notes, with the media that they show, by their names."""
    files = {str(place): data for place, data in enumerate(media.values())}
    names = {str(place): name for place, name in enumerate(media)}
    members = {
        "collection.anki2": _collection(contents, decks, notes),
        "media": json.dumps(names).encode(),
        **files,
    }
    return archive(((path, packed(data)) for path, data in members.items()), contents.moment)


def _collection(contents: Contents, decks: Sequence[Deck], notes: Sequence[Note]) -> bytes:
    """The database as a file. Made in memory, it does not say which SQLite made it, nor how often it was changed."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    try:
        base.execute(f"pragma page_size = {PAGE}")
        for name, columns in TABLES.items():
            base.execute(f"create table {name} ({', '.join(map(_column, columns.split()))})")
        for name, columns in INDEXES.items():
            base.execute(f"create index {name} on {columns}")
        _fill(base, "col", [_col(contents, decks)])
        ids = _ids((note.key for note in notes), contents)
        _fill(base, "notes", (_note(note, id, contents) for note, id in zip(notes, ids, strict=True)))
        _fill(base, "cards", _cards(notes, ids, contents))
        base.execute("vacuum")
        return blanked(base.serialize())
    finally:
        base.close()


def blanked(data: bytes) -> bytes:
    """A database with zeros where its pages hold nothing: releases of SQLite leave different things behind there
    (SQLite's file format, section 1.6: what lies between the pointers to a page's cells and the first of them)."""
    pages = bytearray(data)
    for page in range(0, len(pages), PAGE):
        head = page + (100 if page == 0 else 0)
        if pages[head] in TREES:
            cells, first = (int.from_bytes(pages[head + at : head + at + 2]) for at in (3, 5))
            start = head + TREES[pages[head]] + 2 * cells
            pages[start : page + first] = bytes(page + first - start)
    return bytes(pages)


def _column(name: str) -> str:
    kind = "text" if name.endswith("*") else "integer"
    return f"{name.rstrip('*')} {kind} {'primary key' if name == 'id' else 'not null'}"


def _fill(base: sqlite3.Connection, table: str, rows: Iterable[Sequence[str | int]]) -> None:
    places = ", ".join("?" * len(TABLES[table].split()))
    base.executemany(f"insert into {table} values ({places})", rows)


def _col(contents: Contents, decks: Sequence[Deck]) -> Sequence[str | int]:
    """The one row of `col`: `crt` is in seconds, `mod` and `scm` are in milliseconds."""
    moment = seconds(contents)
    models = [model(kind, contents) for kind in TYPES]
    shown = [_deck(1, "Default", "", moment)]
    shown += [_deck(number(contents, *deck.key), deck.name, deck.about, moment) for deck in decks]
    texts: tuple[Mapping[str, Any], ...] = (SETTINGS, _by_id(models), _by_id(shown), _by_id([REVIEWING]), {})
    return 1, moment, moment * 1000, moment * 1000, SCHEMA, 0, 0, 0, *map(json.dumps, texts)


def _by_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(row["id"]): row for row in rows}


def _deck(id: int, name: str, about: str, moment: int) -> dict[str, Any]:
    studied = {f"{what}Today": [0, 0] for what in ("new", "lrn", "rev", "time")}
    rest = {"conf": 1, "dyn": 0, "collapsed": False, "extendNew": 0, "extendRev": 0}
    return {"id": id, "name": name, "desc": about, "mod": moment, "usn": UNSENT, **studied, **rest}


def seconds(contents: Contents) -> int:
    """The release's date, in seconds since 1970: Anki takes a note anew only if it is newer."""
    return int(contents.moment.timestamp())


def _ids(keys: Iterable[Sequence[str]], contents: Contents) -> list[int]:
    """The ids of these keys. Where two meet, the later one gets the next that is free."""
    taken: dict[int, None] = {}
    for key in keys:
        id = number(contents, *key)
        while id in taken:
            id += 1
        taken[id] = None
    return list(taken)


def _note(note: Note, id: int, contents: Contents) -> Sequence[str | int]:
    fields = [note.fields.get(name, "") for name in note.kind.fields]
    first = stripped(fields[0])
    tags = f" {' '.join(note.tags)} " if note.tags else ""
    facts = (
        str(contents.uuid("anki", *note.key)),
        number(contents, note.kind.name),
        seconds(contents),
        UNSENT,
    )
    return id, *facts, tags, "\x1f".join(fields), first, checksum(first), 0, ""


def _cards(notes: Sequence[Note], ids: Sequence[int], contents: Contents) -> Iterator[Sequence[str | int]]:
    """The cards: new ones, which Anki shows in the order of the course."""
    cards = [(place, card) for place, note in enumerate(notes) for card in note.cards]
    numbers = _ids(((*notes[place].key, "card", str(card)) for place, card in cards), contents)
    for (place, card), id in zip(cards, numbers, strict=True):
        deck = number(contents, *notes[place].deck)
        stamps = (seconds(contents), UNSENT)
        yield id, ids[place], deck, card, *stamps, 0, 0, place + 1, 0, 0, 0, 0, 0, 0, 0, 0, ""


def stripped(field: str) -> str:
    """A field as Anki compares and sorts it: of tags nothing stays but the names of pictures."""
    bare = re.sub(r"<[^>]*>", "", re.sub(r'<img [^>]*?\bsrc="([^"]*)"[^>]*>', r" \1 ", field))
    return unescape(bare).replace("\xa0", " ") if "&" in bare else bare


def checksum(text: str) -> int:
    """The first 8 hex digits of the SHA-1 of a stripped field, by which Anki looks for twins."""
    return int(sha1(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)
