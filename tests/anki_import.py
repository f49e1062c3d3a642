"""What a learner does with Anki, by Anki's own backend: run by the Python of the client's environment.

`python anki_import.py FOLDER STEP…` opens the collection of a folder and does the steps in order: `import:PATH`,
`answer:GUID` (a good answer to the note's first card), `touch:GUID` (a tag of the learner's own), `read`. It prints
a list with what came of each, as JSON.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest


def imported(col: Collection, path: str) -> dict[str, int]:
    """How many notes were new, updated, and so on; with the choices that Anki's dialog begins with."""
    request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
    log = col.import_anki_package(request).log
    counts = {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}
    return {**counts, "found": log.found_notes}


def answered(col: Collection, guid: str) -> dict[str, int]:
    card = col.get_note(note_id(col, guid)).cards()[0]
    for _ in range(3):  # out of the learning steps, into days
        card.start_timer()
        col.sched.answerCard(card, 3)
        card.load()
    return scheduling(card)


def touched(col: Collection, guid: str) -> None:
    col.tags.bulk_add([note_id(col, guid)], "mine")


def note_id(col: Collection, guid: str) -> Any:
    return col.db.scalar("select id from notes where guid = ?", guid)


def scheduling(card: Any) -> dict[str, int]:
    return {name: getattr(card, name) for name in ("type", "queue", "due", "ivl", "factor", "reps", "lapses")}


def read(col: Collection) -> dict[str, Any]:
    """All that the collection holds, as Anki gives it back."""
    notes = {}
    for id in col.find_notes(""):
        note = col.get_note(id)
        notes[note.guid] = {
            "type": note.note_type()["name"],
            "fields": dict(note.items()),
            "tags": note.tags,
            "mod": note.mod,
            "columns": col.db.first("select sfld, csum from notes where id = ?", id),
            "cards": [
                {
                    "name": card.template()["name"],
                    "deck": col.decks.name(card.did),
                    "question": card.question(),
                    "answer": card.answer(),
                    "sounds": len(card.question_av_tags()) + len(card.answer_av_tags()),
                    **scheduling(card),
                }
                for card in note.cards()
            ],
        }
    folder = Path(col.media.dir())
    media = {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    check = col.media.check()
    return {
        "notes": notes,
        "media": media,
        "lost": [*check.missing, *check.unused],
        "decks": [deck.name for deck in col.decks.all_names_and_ids()],
        "problems": col.fix_integrity()[0],
        "empty": len(col.get_empty_cards().notes),
    }


def done(col: Collection, step: str) -> Any:
    name, _, what = step.partition(":")
    match name:
        case "import":
            return imported(col, what)
        case "answer":
            return answered(col, what)
        case "touch":
            return touched(col, what)
    return read(col)


def main() -> None:
    folder, *steps = sys.argv[1:]
    col = Collection(str(Path(folder) / "collection.anki2"))
    try:
        print(json.dumps([done(col, step) for step in steps]))
    finally:
        col.close()


main()
