"""Decks for Anki: what is in a package, and what Anki's own backend makes of it.

A deck of either course has no faults in Anki, and every damaged one has some.
"""

import copy
import json
import sqlite3
import zipfile
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path

import pytest
from anki_deck import (
    CODE,
    DRAWN,
    LOOKED,
    NASTY,
    OTHER,
    PICTURES,
    SOME,
    checked,
    client,
    collection,
    contents,
    faults,
    guid,
    later,
    made,
    manifest_of,
    nasty,
    parts,
    question,
    repacked,
    without,
    words,
)
from conftest import EPOCH, Built
from lxml import html

from pipeline.engines import chromium
from pipeline.targets.lms import EXPORTS, Loss, export
from pipeline.targets.lms.anki.collection import _ids, blanked
from pipeline.targets.lms.contents import Contents, shuffled

clients = pytest.mark.clients

# --- the package -----------------------------------------------------------------------------


def test_two_builds_give_the_same_bytes(full_release: Built) -> None:
    """Once by the command in a process of its own, once here."""
    manifest = manifest_of(full_release)
    row = next(row for row in manifest["files"] if row["path"] == "lms/full-course.apkg")
    data = made(manifest, full_release)
    assert data == (full_release.out / row["path"]).read_bytes() and row["sha256"] == sha256(data).hexdigest()
    assert row["mediaType"] == "application/vnd.anki" and "anki" in EXPORTS
    assert {"format": "Anki deck package", "version": "11", "file": row["path"]} in manifest["exports"]


def test_the_collection_is_what_anki_documents(full_release: Built) -> None:
    """Units of time, ids, what synchronization needs, and nothing of the library that wrote it."""
    manifest = nasty(manifest_of(full_release))
    package, epoch = made(manifest, full_release), int(EPOCH)
    base = collection(package)
    assert base.execute("pragma integrity_check").fetchall() == [("ok",)]
    crt, mod, scm, ver, usn = base.execute("select crt, mod, scm, ver, usn from col").fetchone()
    assert (crt, mod, scm, ver, usn) == (epoch, epoch * 1000, epoch * 1000, 11, 0)
    assert base.execute("select distinct mod, usn from notes").fetchall() == [(epoch, -1)]
    assert base.execute("select distinct mod, usn, type, queue from cards").fetchall() == [(epoch, -1, 0, 0)]
    ids = [id for table in ("notes", "cards") for (id,) in base.execute(f"select id from {table}")]
    models, decks = map(json.loads, base.execute("select models, decks from col").fetchone())
    assert all(0 < int(id) < epoch * 1000 for id in (*ids, *models, *decks))
    assert {row["mod"] for row in (*models.values(), *decks.values())} == {epoch}
    assert {did for (did,) in base.execute("select distinct did from cards")} < set(map(int, decks))
    with zipfile.ZipFile(BytesIO(package)) as held:
        data = held.read("collection.anki2")
        assert data[24:28] == bytes(4) and data[92:100] == bytes(8)  # SQLite's file format, section 1.3
        assert blanked(data) == data
        names = json.loads(held.read("media"))
        assert sorted(names) == ["0", "1"] and all(name.isascii() for name in names.values())
        shown = {held.read(number) for number in names}
    assert shown == {(full_release.out / path).read_bytes() for path in PICTURES}


def test_what_sqlite_leaves_behind_is_not_in_the_file() -> None:
    """Texts that are gone are not between the cells of a page, and the others are as they were."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.executescript("pragma page_size = 4096; pragma secure_delete = 0; create table t (x text)")
    base.executemany("insert into t values (?)", [(f"row {n} " * 9,) for n in range(400)] + [("stale",)])
    kept = base.execute("select * from t where x != 'stale'").fetchall()
    base.execute("delete from t where x = 'stale'")
    data = base.serialize()
    assert b"stale" in data and b"stale" not in blanked(data)
    base.deserialize(blanked(data))
    assert base.execute("select * from t").fetchall() == kept
    assert base.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_ids_stay_from_release_to_release(full_release: Built) -> None:
    """Whatever is written, added or moved around them."""
    manifest = manifest_of(full_release)
    changed = nasty(later(manifest, 3))
    changed["modules"].reverse()
    one, other = collection(made(manifest, full_release)), collection(made(changed, full_release))
    for sql in ("select guid, id, mid from notes", "select id, nid, did, ord from cards"):
        assert set(one.execute(sql)) < set(other.execute(sql))
    assert guid(manifest, full_release, SOME) in {guid for (guid,) in one.execute("select guid from notes")}


def test_ids_that_meet_are_parted(full_release: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.targets.lms.anki.cards.SPAN", 1)
    found = _ids([("a",), ("b",), ("c",)], contents(manifest_of(full_release), full_release))
    assert found == [10**12, 10**12 + 1, 10**12 + 2]


def test_what_a_deck_cannot_say_is_told(full_release: Built) -> None:
    """Every question is a note or a loss; points and removed cards are losses too."""
    manifest = manifest_of(full_release)
    manifest["removed"] = [{"id": "names-and-numbers/q9", "since": "2.0.0"}]
    lost: list[Loss] = list(export("anki").losses(contents(manifest, full_release)))
    base = collection(made(manifest, full_release))
    guids = {guid for (guid,) in base.execute("select guid from notes")}
    kept = {row["id"] for row in manifest["questions"] if guid(manifest, full_release, row["id"]) in guids}
    assert kept | {loss.of for loss in lost} == {
        "names-and-numbers/q9",
        *(row["id"] for row in manifest["questions"]),
    }
    assert {loss.of for loss in lost if loss.of in kept} == {OTHER}
    assert {row["kind"] for row in manifest["questions"] if row["id"] not in kept} == {"exercise"}


def test_options_are_shuffled_and_stay_so(real_release: Built) -> None:
    """An order is never shown in order; right options are not always at the same letter."""
    manifest = manifest_of(real_release)
    names = {row["id"]: row for row in manifest["questions"] if row["options"]}
    letters = set()
    for (fields,) in collection(made(manifest, real_release)).execute("select flds from notes"):
        values = fields.split("\x1f")
        if (row := names.get(values[-1])) is not None:
            shown = [item[1].text_content() for item in parts(values[1], "ol/li")]
            given = [words(option["html"]) for option in row["options"]]
            assert sorted(shown) == sorted(given)
            assert row["kind"] != "order" or shown != given
            letters |= {values[2]} if row["kind"] == "single" else set()
    assert letters == {"A", "B", "C", "D"}


def test_an_order_that_the_shuffle_leaves_is_turned(full_release: Built) -> None:
    """Whichever entry comes first in the right order."""
    manifest = manifest_of(full_release)
    row = question(manifest, "order-of-things/q1")
    for places in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        changed = copy.deepcopy(manifest)
        question(changed, row["id"])["options"] = [row["options"][place] for place in places]
        base = collection(made(changed, full_release))
        sql, own = "select flds from notes where guid = ?", guid(manifest, full_release, row["id"])
        assert base.execute(sql, [own]).fetchone()[0].split("\x1f")[2] != "A → B → C"


# --- imported --------------------------------------------------------------------------------


@clients
def test_anki_reads_the_full_course_with_markup_as_text(full_release: Built, tmp_path: Path) -> None:
    """Its fields, keys, decks, tags, pictures, and columns that Anki computes as we do."""
    manifest = nasty(manifest_of(full_release))
    package = made(manifest, full_release)
    assert checked(manifest, package, tmp_path / "a") == []
    got = client(tmp_path / "a", "read")[0]
    own = {row[0]: list(row[1:]) for row in collection(package).execute("select guid, sfld, csum from notes")}
    assert {guid: note["columns"] for guid, note in got["notes"].items()} == own
    note = got["notes"][guid(manifest, full_release, SOME)]
    for side in ("question", "answer"):
        shown = html.fragment_fromstring(note["cards"][0][side], create_parent=True)
        assert words(escape(NASTY)) in words(note["cards"][0][side])
        assert [pre.text_content() for pre in shown.iter("pre")] == [CODE]
        assert [image.get("src") for image in shown.iter("img")] == list(reversed(got["media"]))
        assert [link.get("href") for link in shown.iter("a")] == ["https://example.org/a?b=c&d"]
        assert {one.get("id") for one in shown.iter() if one.get("id")} <= {"answer"}
        assert "[latex]" not in note["cards"][0][side] and "\\(" not in note["cards"][0][side]
    start = "full-course::"
    assert set(note["tags"]) == {
        *(
            start + tag
            for tag in ("part::start", "track::whole", "track::quick", "track::deep", "level::recall")
        ),
        *(
            start + tag
            for tag in ("module::names-and-numbers", "module::names-and-numbers::o1", "kind::single")
        ),
    }
    reversed_ = {words(note["fields"].get("Term", "")): len(note["cards"]) for note in got["notes"].values()}
    assert (reversed_["sameness"], reversed_["anchor"], reversed_["R&D"]) == (1, 2, 2)


@clients
def test_anki_reads_the_real_course(real_release: Built, tmp_path: Path) -> None:
    """The second import adds nothing. New cards come in the order of the course."""
    manifest, file = (
        manifest_of(real_release),
        real_release.out / "lms" / "fundamentals-of-backend-engineering.apkg",
    )
    first, second, got = client(tmp_path / "a", f"import:{file}", f"import:{file}", "read")
    count = first["found"]
    assert first == {"new": count, "updated": 0, "duplicate": 0, "conflicting": 0, "found": count}
    assert second == {"new": 0, "updated": 0, "duplicate": count, "conflicting": 0, "found": count}
    assert faults(manifest, got) == []
    cards = [card for note in got["notes"].values() for card in note["cards"]]
    decks = [card["deck"] for card in sorted(cards, key=lambda card: card["due"])]
    assert decks == sorted(decks) and len(set(decks)) == len(manifest["modules"])


@clients
def test_later_releases_keep_what_a_learner_has(full_release: Built, tmp_path: Path) -> None:
    """A corrected question is taken in place, with its schedule; in time, out of time, and with a new title."""
    first = manifest_of(full_release)
    corrected = later(first, 1)
    question(corrected, SOME)["stem"]["html"] = "<p>Corrected?</p>"
    third = later(corrected, 1)
    question(third, OTHER)["stem"]["html"] = "<p>Corrected, too?</p>"
    third["modules"][0]["title"] = "Another Title"
    undated = copy.deepcopy(third)
    undated["provenance"] = corrected["provenance"]
    fourth = later(third, 1)
    fourth["assessments"][2]["questions"].remove(SOME)
    files = []
    for number, manifest in enumerate((first, corrected, undated, third, fourth)):
        files.append(f"import:{tmp_path / str(number)}.apkg")
        (tmp_path / f"{number}.apkg").write_bytes(made(manifest, full_release))
    some, other, drawn = (guid(first, full_release, id) for id in (SOME, OTHER, DRAWN))
    steps = (files[0], f"answer:{some}", f"touch:{drawn}", files[1], "read", files[0], files[2], "read")
    _, answered, _, update, two, again, same, still = client(tmp_path / "a", *steps)
    count = update["found"]
    assert update == {"new": 0, "updated": count - 1, "duplicate": 1, "conflicting": 0, "found": count}
    assert answered["reps"] == 3 and answered["ivl"] >= 1 and answered["type"] == 2
    assert two["notes"][some]["fields"]["Question"] == "<p>Corrected?</p>"
    assert two["notes"][some]["cards"][0] | answered == two["notes"][some]["cards"][0]
    assert "mine" in two["notes"][drawn]["tags"] and len(two["notes"]) == count
    # an older release, and one of the same time with other text, change nothing
    assert again["duplicate"] == same["duplicate"] == count and still["notes"] == two["notes"]
    third_log, three, fourth_log, four = client(tmp_path / "a", files[3], "read", files[4], "read")
    assert (third_log["updated"], third_log["new"], third_log["conflicting"]) == (count - 1, 0, 0)
    assert three["notes"][other]["fields"]["Question"] == "<p>Corrected, too?</p>"
    # decks are known by name: the cards stay where they were, and a deck of the new title stands beside
    assert three["notes"][some]["cards"][0] | answered == three["notes"][some]["cards"][0]
    assert three["notes"][some]["cards"][0]["deck"].endswith(f"::01 {first['modules'][0]['title']}")
    assert any(deck.endswith("::01 Another Title") for deck in three["decks"])
    # what is gone from the course stays with the learner
    assert fourth_log["found"] == count - 1 and len(four["notes"]) == count
    assert four["notes"][some] == three["notes"][some]


@clients
def test_a_picture_that_changed_is_taken(full_release: Built, tmp_path: Path) -> None:
    """It has its name still, so Anki gives it another; the note shows that one."""
    first = nasty(manifest_of(full_release))
    drawn = (full_release.out / PICTURES[0]).read_bytes().replace(b"</svg>", b"<!-- anew --></svg>")
    read = lambda path: drawn if path == PICTURES[0] else (full_release.out / path).read_bytes()  # noqa: E731
    (second,) = export("anki").make(Contents(later(first, 1), read))
    (tmp_path / "1.apkg").write_bytes(made(first, full_release))
    (tmp_path / "2.apkg").write_bytes(second.data)
    *_, got = client(tmp_path / "a", *(f"import:{tmp_path / name}" for name in ("1.apkg", "2.apkg")), "read")
    shown = html.fromstring(got["notes"][guid(first, full_release, SOME)]["cards"][0]["question"]).iter("img")
    assert got["media"][next(shown).get("src")] == sha256(drawn).hexdigest()


@clients
def test_damaged_packages_are_found(full_release: Built, tmp_path: Path) -> None:
    """Broken files, a wrong key, a module, a question or a picture that is missing."""
    manifest = nasty(manifest_of(full_release))
    good, wrong = made(manifest, full_release), copy.deepcopy(manifest)
    options = question(wrong, SOME)["options"]
    options[0]["correct"], options[1]["correct"] = options[1]["correct"], options[0]["correct"]
    flipped = bytearray(good)
    flipped[len(good) // 3] ^= 255
    shown = shuffled(question(manifest, SOME))
    right = "ABCDEFGH"[next(n for n, option in enumerate(shown) if option["correct"])]
    swap = f"char(31) || '{right}' || char(31), char(31) || '{'A' if right != 'A' else 'B'}' || char(31)"
    note = guid(manifest, full_release, SOME)
    key = f"update notes set flds = replace(flds, {swap}) where guid = '{note}'"
    damaged = {
        "cut": (good[: len(good) // 2], ""),
        "flipped": (bytes(flipped), ""),
        "key": (made(wrong, full_release), SOME),
        "key in the file": (repacked(good, key), SOME),
        "module": (made(without(manifest, "deep-things"), full_release), "deep-things"),
        "note": (repacked(good, "delete from notes where id = (select max(id) from notes)"), "notes, not"),
        "picture": (repacked(good, drop="1"), ""),
    }
    assert checked(manifest, repacked(good), tmp_path / "good") == []
    for name, (package, said) in damaged.items():
        found = checked(manifest, package, tmp_path / name)
        assert found and any(said in line for line in found), name


# --- looked at -------------------------------------------------------------------------------


@clients
@pytest.mark.browser
def test_cards_can_be_read(full_release: Built, tmp_path: Path) -> None:
    """On a narrow screen, by day and by night: enough contrast, nothing cut off, hints behind a toggle."""
    manifest = nasty(manifest_of(full_release))
    (tmp_path / "deck.apkg").write_bytes(made(manifest, full_release))
    _, got = client(tmp_path, f"import:{tmp_path / 'deck.apkg'}", "read")
    cards = {
        (card["name"], note["fields"].get("Kind")): card
        for id, note in sorted(got["notes"].items(), key=lambda row: row[1]["fields"].get("Id") == SOME)
        for card in note["cards"]
    }
    assert len(cards) == 7  # three kinds of card that have one look, and four kinds of quiz items
    file = tmp_path / "collection.media" / "card.html"
    frame = '<!doctype html><html lang="en"><title>x</title><meta charset="utf-8"><body class="card %s">'
    with chromium.opened() as browser:
        page = browser.new_page(viewport={"width": 320, "height": 600}, offline=True)
        for card in cards.values():
            for shown in (card["question"], card["answer"]):
                for theme in ("card1", "card1 nightMode night_mode"):
                    file.write_text(f'{frame % theme}<main id="qa">{shown}</main>', encoding="utf-8")
                    page.goto(file.as_uri())
                    page.evaluate(chromium.AXE.read_text(encoding="utf-8"))
                    assert page.evaluate(LOOKED) == [0, False, []], (card["name"], theme)
        file.write_text(cards["Quiz item", "choose one"]["question"], encoding="utf-8")
        page.goto(file.as_uri())
        hints = page.locator("details ol")
        assert not hints.is_visible()
        page.locator("summary").click()
        assert hints.is_visible()
