"""What the tests of Anki's decks share: releases as a course changes, a collection compared with a manifest, the client.

`faults` compares what Anki gives back after an import with the manifest; `checked` imports a package and does that.
"""

import copy
import json
import sqlite3
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from clients import python
from conftest import Built
from lxml import html

from pipeline.targets.lms import export
from pipeline.targets.lms.contents import Contents

CLIENT = Path(__file__).with_name("anki_import.py")
SOME, OTHER, DRAWN = "names-and-numbers/q1", "names-and-numbers/q2", "names-and-numbers/i1"
DAY = 86_400
Manifest = dict[str, Any]


def manifest_of(built: Built) -> Manifest:
    found: Manifest = json.loads((built.out / "manifest.json").read_text(encoding="utf-8"))
    return found


def contents(manifest: Manifest, built: Built) -> Contents:
    return Contents(manifest, lambda path: (built.out / path).read_bytes())


def made(manifest: Manifest, built: Built) -> bytes:
    (file,) = export("anki").make(contents(manifest, built))
    return file.data


def question(manifest: Manifest, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in manifest["questions"] if row["id"] == id)
    return found


def guid(manifest: Manifest, built: Built, *key: str) -> str:
    return str(contents(manifest, built).uuid("anki", *key))


def later(manifest: Manifest, days: int) -> Manifest:
    """The next release, of some days later."""
    changed = copy.deepcopy(manifest)
    changed["provenance"]["sourceDateEpoch"] += days * DAY
    return changed


def without(manifest: Manifest, module: str) -> Manifest:
    changed = copy.deepcopy(manifest)
    changed["modules"] = [row for row in changed["modules"] if row["id"] != module]
    return changed


NASTY = (
    "<script>alert('x')</script> & ]]> \"quotes\" [sound:a.mp3] [latex]x[/latex] [$]x[/$] [$$]x[/$$] \\(x\\) \\[y\\] "
    "\\\\ \\$ {{Question}} {{c1::cloze}} {{/Hints}} [anki:tts lang=en_US]x[/anki:tts] <!-- no --> a\u00a0b"
)
CODE = "if (a < b) {\n    go();\n\tstop();\n\n}"
PICTURES = ("pages/images/drawn-things/flow.svg", "pages/images/drawn-things/checks.png")


def nasty(manifest: Manifest) -> Manifest:
    """The manifest with markup as text wherever text may stand, and with code, pictures, links and accents."""
    changed = copy.deepcopy(manifest)
    row, module = question(changed, SOME), changed["modules"][0]
    said = f"<p>{escape(NASTY)} {unicodedata.normalize('NFD', 'é')}</p>"
    shown = "".join(f'<p><img src="{path}" alt="[sound:{n}.mp3]"/></p>' for n, path in enumerate(PICTURES))
    links = '<p><a href="#here">here</a> <a href="https://example.org/a?b=c&amp;d">there</a></p>'
    row["stem"]["html"] = f'{said}<pre id="qa"><code>{escape(CODE)}</code></pre>{shown}{links}'
    row["options"][0]["html"] = row["options"][0]["why"] = row["hints"][0] = escape(NASTY)
    module["title"] = f"std::names {NASTY}"
    module["terms"] += [
        {"term": "<b> & [sound:x.mp3]", "definition": NASTY},
        {"term": "sameness", "definition": "What Sameness says of itself."},
    ]
    return changed


# --- what Anki gives back, and what the manifest says ---------------------------------------


def words(fragment: str) -> str:
    """The text of a fragment, as a browser has it; Anki writes texts in NFC."""
    if not fragment.strip():
        return ""
    text = html.fragment_fromstring(fragment, create_parent=True).text_content()
    return unicodedata.normalize("NFC", str(text)).strip()


def faults(manifest: Manifest, got: Mapping[str, Any]) -> list[str]:
    """What a collection does not say as the manifest does."""
    notes = list(got["notes"].values())
    by_id = {note["fields"]["Id"]: note for note in notes if "Id" in note["fields"]}
    found = [f"{name}: {len(got[name])}" for name in ("lost",) if got[name]]
    found += ["Anki mends it"] if "optimized" not in got["problems"] or got["empty"] else []
    expected = 0
    for module in manifest["modules"]:
        deck = f"{manifest['title']}::{module['number']:02} {module['title'].replace('::', '∷')}"
        asked = [id for name in module["assessments"] for id in assessed(manifest, name)]
        terms = [note for note in notes if "Term" in note["fields"] and note["cards"][0]["deck"] == deck]
        said = {(words(note["fields"]["Term"]), words(note["fields"]["Definition"])) for note in terms}
        wanted = {(row["term"], row["definition"]) for row in module["terms"]}
        found += [f"{module['id']}: {term}" for term, _ in said ^ wanted]
        for id in asked:
            row, note = question(manifest, id), by_id.get(id)
            found += [f"{id}: {what}" for what in (differs(row, note, deck) if note else ["is not there"])]
        expected += len(asked) + len(wanted)
    pictures = {
        row["sha256"] for row in manifest["files"] if f'src="{row["path"]}"' in said_by(manifest["questions"])
    }
    found += [f"picture {digest}" for digest in pictures ^ set(got["media"].values())]
    return found + ([f"{len(notes)} notes, not {expected}"] if len(notes) != expected else [])


def said_by(questions: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(questions).replace('\\"', '"')


def assessed(manifest: Manifest, name: str) -> list[str]:
    row = next(row for row in manifest["assessments"] if row["id"] == name)
    return list(row["questions"]) if row["purpose"] != "exercise" else []


def differs(row: Mapping[str, Any], note: Mapping[str, Any], deck: str) -> Iterator[str]:
    """How a note differs from a question: its texts, its key, its place and its card."""
    fields, (card,) = note["fields"], note["cards"]
    hints = [item.text_content() for item in parts(fields["Hints"], "ol/li")] or [words(fields["Hints"])]
    explained = fields["Answer"] if row["kind"] == "interview" else fields["Explanation"]
    texts = {
        "question": (words(fields["Question"]), words(row["stem"]["html"])),
        "hints": ([hint for hint in hints if hint], [words(hint) for hint in row["hints"]]),
        "explanation": (words(explained), words(row.get("answer", {}).get("html", ""))),
        "level": (fields["Level"], row["level"]),
        "deck": (card["deck"], deck),
        "key": key(row, fields) if row["kind"] != "interview" else ((), ()),
    }
    yield from (what for what, (is_, should) in texts.items() if is_ != should)
    for side in ("question", "answer"):
        shown = html.fragment_fromstring(card[side], create_parent=True)
        if shown.xpath(".//script") or words(fields["Question"]) not in words(card[side]) or card["sounds"]:
            yield f"the card's {side}"


def key(row: Mapping[str, Any], fields: Mapping[str, str]) -> tuple[object, object]:
    """What a note says is right, and why, and what should be."""
    if row["kind"] == "numeric":
        number, _, tolerance = fields["Answer"].partition(" ± ")
        return (number, tolerance or "0"), (row["answer"]["number"], row["answer"]["tolerance"])
    shown = {item[0].text: item[1].text_content() for item in parts(fields["Options"], "ol/li")}
    right = [shown[letter] for letter in fields["Answer"].replace(" → ", ", ").split(", ")]
    reasons = {item[0].text: item for item in parts(fields["Reasons"], "ol/li")}
    options = [(words(option["html"]), option["correct"], words(option["why"])) for option in row["options"]]
    if row["kind"] == "order":
        again = [item[1].text_content() for item in reasons.values()]
        return (right, again), ([text for text, *_ in options],) * 2
    told = [
        (shown[letter], item.get("class") == "right", item[1].find("div").text_content())
        for letter, item in reasons.items()
    ]
    marked = [(text, good, f"{'✓ right' if good else '✗ wrong'} {why}") for text, good, why in options]
    return (sorted(right), sorted(told)), (sorted(text for text, good, _ in options if good), sorted(marked))


def parts(fragment: str, path: str) -> list[Any]:
    return list(html.fragment_fromstring(fragment or "<p/>", create_parent=True).findall(path))


# --- the client ------------------------------------------------------------------------------


def client(folder: Path, *steps: str) -> list[Any]:
    """What comes of these steps in a collection of this folder."""
    folder.mkdir(exist_ok=True)
    run = [python("anki"), CLIENT, folder, *steps]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def checked(manifest: Manifest, package: bytes, folder: Path) -> list[str]:
    """What is wrong with a package, by Anki and the manifest."""
    folder.mkdir()
    file = folder / "deck.apkg"
    file.write_bytes(package)
    try:
        return faults(manifest, client(folder, f"import:{file}", "read")[1])
    except AssertionError as problem:
        return [str(problem)]


def collection(package: bytes) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.deserialize(zipfile.ZipFile(BytesIO(package)).read("collection.anki2"))
    return base


def repacked(package: bytes, sql: str = "", drop: str = "") -> bytes:
    """A package with its collection changed, or without one of its files."""
    base, out = collection(package), BytesIO()
    base.executescript(sql)
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != drop:
                new.writestr(name, base.serialize() if name == "collection.anki2" else old.read(name))
    return out.getvalue()


LOOKED = """async () => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const scripted = [...document.querySelectorAll('#qa *')].some(
    (one) => one.tagName === 'SCRIPT' || [...one.attributes].some((at) => at.name.startsWith('on')));
  const found = await axe.run('#qa', { resultTypes: ['violations'] });
  return [wide, scripted, found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`)];
}"""
"""How wide a card is too wide, whether it has scripts, and what axe-core finds on it."""
