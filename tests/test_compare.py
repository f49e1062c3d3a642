"""`course diff`: manifests that differ in one thing, and what is said of it."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSES, ROOT, built, course
from jsonschema import Draft202012Validator
from sources import replaced

from pipeline.cli import COMPARED, main
from pipeline.compare import compared
from pipeline.compare.change import KINDS, Change
from pipeline.compare.ids import published as ids_of
from pipeline.compare.ids import vanished
from pipeline.compare.read import read
from pipeline.compare.said import FORMATS, LONGEST, quotes
from pipeline.diagnostics import EnvironmentProblem
from pipeline.schema import schema
from pipeline.targets.manifest import SCHEMA, VERSION

Manifest = dict[str, Any]
HASH = "0" * 64


# --- a small manifest ----------------------------------------------------------------------------


def option(n: int, text: str) -> Manifest:
    """An option; a text that begins with + is right."""
    words = text.strip("+")
    return {"id": f"a{n}", "html": words, "text": words, "correct": text != words, "why": "So it is."}


def answer(html: str, **number: str) -> Manifest:
    return {"html": html, **number}


def term(name: str, definition: str) -> Manifest:
    return {"term": name, "definition": definition}


def question(id: str, kind: str, text: str, options: Sequence[str] = (), **more: object) -> Manifest:
    row = {
        "id": id,
        "module": id.partition("/")[0],
        "kind": kind,
        "level": "recall",
        "stem": {"html": f"<p>{text}</p>", "markdown": text, "text": text},
    }
    row |= {
        "options": [option(n, each) for n, each in enumerate(options, 1)],
        "hints": [],
        "objectives": [f"{id[0]}/o1"],
        "points": 1,
        "contentHash": HASH,
    }
    return row | more


def module(id: str, number: int, part: str, tracks: list[str], **more: object) -> Manifest:
    lists = ("aliases", "prerequisites", "recommended", "stages", "keywords", "terms", "files", "objectives")
    row: Manifest = {
        "id": id,
        "number": number,
        "part": part,
        "tracks": tracks,
        "title": f"Module {id.upper()}",
    }
    row |= {"kind": "module", "summary": "Says it.", "difficulty": "advanced", "duration": "PT10M"}
    row |= {"version": "1.0.0", "updated": "2026-01-01", "contentHash": HASH, "assessments": [f"{id}/quiz"]}
    return {**row, **{name: [] for name in lists}, **more}


def file(role: str, path: str, **more: object) -> Manifest:
    media = "application/xhtml+xml"
    row = {"id": path, "path": path, "mediaType": media, "bytes": 1, "sha256": HASH, "role": role}
    return row | {"language": "en"} | more


def small() -> Manifest:
    """Three modules, two of them in a second track; a question of each kind."""
    return {
        "$schema": SCHEMA,
        "@context": {},
        "manifestVersion": VERSION,
        "id": "urn:course:small",
        "version": "1.0.0",
        "title": "Small",
        "description": "A small course.",
        "language": "en",
        "license": {"spdx": "MIT", "url": "https://mit.example"},
        "authors": [{"name": "Ada", "url": "https://ada.example"}],
        "provenance": {
            "repository": "",
            "commit": "",
            "sourceDateEpoch": 0,
            "generator": {"name": "g", "version": "1"},
        },
        "contentHash": HASH,
        "parts": [
            {"id": id, "number": n, "title": id.title(), "description": "Part.", "modules": inside}
            for n, (id, inside) in enumerate((("base", ["a"]), ("middle", ["b"]), ("top", ["c"])), 1)
        ],
        "modules": [
            module("a", 1, "base", ["whole", "short"], aliases=["old-a"], terms=[term("t", "T.")]),
            module("b", 2, "middle", ["whole"], prerequisites=["a"], recommended=["a"], keywords=["k"]),
            module("c", 3, "top", ["whole", "short"], stages=["one"]),
        ],
        "stages": [{"id": "one", "title": "One"}],
        "tracks": [
            {"id": id, "title": id.title(), "description": "Track.", "modules": inside, "duration": "PT10M"}
            for id, inside in (("whole", ["a", "b", "c"]), ("short", ["a", "c"]))
        ],
        "objectives": [{"id": f"{id}/o1", "module": id, "text": f"Trace {id}."} for id in "abc"],
        "assessments": [
            {"id": "a/quiz", "module": "a", "purpose": "quiz", "questions": ["a/q1", "a/q2"]},
            {"id": "b/interview", "module": "b", "purpose": "interview", "questions": ["b/i1"]},
            {"id": "b/quiz", "module": "b", "purpose": "quiz", "questions": ["b/q1", "b/q2"]},
            {"id": "c/exercise", "module": "c", "purpose": "exercise", "questions": ["c/e1"]},
        ],
        "questions": [
            question("a/q1", "single", "Which?", ["+the one", "a few", "no 3"]),
            question("a/q2", "multiple", "Which ones?", ["+red", "+blue", "sad"]),
            question("b/q1", "numeric", "How many?", answer=answer("Count.", number="1.5", tolerance="0")),
            question("b/q2", "order", "In order?", ["+go", "+look"], answer=answer("By time.")),
            question("b/i1", "interview", "Why?", answer=answer("<p>Because.</p>"), points=0),
            question("c/e1", "exercise", "Do it.", answer=answer("<p>It runs.</p>"), level="", points=0),
        ],
        "files": [
            *(file("page", f"pages/{id}.html", module=id) for id in "abc"),
            *(file("image", f"pages/a{n}.svg", module="a") for n in (1, 2)),
            file("book-pdf", "pdf/small.pdf", edition="complete"),
            file("book-pdf", "pdf/small-short.pdf", edition="short"),
            file("export", "lms/small.xml"),
            *(file("export", f"lms/{id}.zip", module=id) for id in "abc"),
        ],
        "exports": [
            {"format": "Bank", "version": "1", "file": "lms/small.xml"},
            *({"format": "Package", "version": "1.2", "file": f"lms/{id}.zip"} for id in "abc"),
        ],
        "removed": [{"id": "old-b", "since": "0.9.0", "replacedBy": "b"}],
    }  # fmt: skip


def at(manifest: Manifest, table: str, id: str) -> Manifest:
    """A row of a list, to be changed."""
    found: Manifest = next(row for row in manifest[table] if row["id"] == id)
    return found


def options(manifest: Manifest, id: str, *texts: str) -> None:
    """Give a question options of these texts, those that it has as they are, with the ids of their places."""
    row = at(manifest, "questions", id)
    known = {each["text"]: each for each in row["options"]}
    row["options"] = [
        {**known.get(text.strip("+"), option(n, text)), "id": f"a{n}"} for n, text in enumerate(texts, 1)
    ]


def drop(manifest: Manifest, table: str, *ids: str, removed: bool = False, by: str = "") -> None:
    """Take rows out; with `removed`, list them there, replaced by something if `by` names it."""
    manifest[table] = [row for row in manifest[table] if row["id"] not in ids]
    for assessment in manifest["assessments"]:
        assessment["questions"] = [id for id in assessment["questions"] if id not in ids]
    if removed:
        manifest["removed"] += [
            {"id": id, "since": "1.1.0"} | ({"replacedBy": by} if by else {}) for id in ids
        ]


def drop_module(manifest: Manifest, id: str, removed: bool = False) -> None:
    """Take a module out, with all that belongs to it."""
    drop(manifest, "modules", id, removed=removed)
    for table in ("objectives", "assessments", "questions"):
        drop(manifest, table, *(row["id"] for row in manifest[table] if row["id"].startswith(f"{id}/")))
    manifest["files"] = [row for row in manifest["files"] if row.get("module") != id]
    manifest["exports"] = [row for row in manifest["exports"] if row["file"] != f"lms/{id}.zip"]
    for row in (*manifest["tracks"], *manifest["parts"]):
        row["modules"] = [each for each in row["modules"] if each != id]


def add(manifest: Manifest, table: str, row: Manifest, copy: str) -> None:
    """One more row, made of a copy of another."""
    manifest[table].append({**deepcopy(at(manifest, table, copy)), **row})


def rename(manifest: Manifest, old: str, new: str, alias: bool = True) -> None:
    """Give a module another id, everywhere."""
    text = json.dumps(manifest)
    for was, now in ((f'"{old}"', f'"{new}"'), (f'"{old}/', f'"{new}/'), (f"/{old}.", f"/{new}.")):
        text = text.replace(was, now)
    manifest.update(json.loads(text))
    if alias:
        at(manifest, "modules", new)["aliases"].append(old)


def move_pages(manifest: Manifest) -> None:
    for row in manifest["files"]:
        row["path"] = row["path"].replace("pages/a.", "text/a.")


def alias(manifest: Manifest, module: str, id: str) -> None:
    at(manifest, "modules", module)["aliases"].append(id)


def gone(manifest: Manifest, id: str) -> None:
    manifest["removed"].append({"id": id, "since": "1.1.0"})


def no_files(manifest: Manifest, **those: str) -> None:
    """Take out the files of a role or an edition."""
    manifest["files"] = [row for row in manifest["files"] if not those.items() <= row.items()]


def flip(manifest: Manifest, id: str, *places: int) -> None:
    """Make right options wrong, and wrong ones right."""
    for place in places:
        option = at(manifest, "questions", id)["options"][place]
        option["correct"] = not option["correct"]


def add_module(manifest: Manifest, id: str, number: int) -> None:
    """One more module, with a page."""
    add(manifest, "modules", {"id": id, "number": number, "title": f"Module {id.upper()}"}, "c")
    manifest["files"].append(file("page", f"pages/{id}.html", module=id))


def keep_exports(manifest: Manifest, format: str) -> None:
    manifest["exports"] = [row for row in manifest["exports"] if row["format"] == format]


# --- one change at a time ------------------------------------------------------------------------

Q = "questions"
Case = tuple[str, Callable[[Manifest], object], list[str]]
CASES: list[Case] = [
    # of the course
    ("nothing", lambda m: None, []),
    ("version and date alone",
     lambda m: (m.update(version="2.0.0"), m["provenance"].update(sourceDateEpoch=9)),
     []),
    ("a key that nobody knows", lambda m: m.update({"x-mine": 1}), []),
    ("course", lambda m: m.update(id="urn:course:big", title="Big", modules=[]),
     ["course-id - urn:course:big: urn:course:small → urn:course:big"]),
    ("title", lambda m: m.update(title="Smaller"),
     ["course-title - urn:course:small: Small → Smaller"]),
    ("description", lambda m: m.update(description="Less."),
     ["course-description - urn:course:small: A small course. → Less."]),
    ("language", lambda m: m.update(language="de"),
     ["course-language - urn:course:small: en → de"]),
    ("license", lambda m: m["license"].update(spdx="CC0-1.0"),
     ["course-license - urn:course:small: MIT https://mit.example → CC0-1.0 https://mit.example"]),
    ("authors", lambda m: m.update(authors=[]),
     ["course-authors - urn:course:small: Ada https://ada.example → "]),
    ("url", lambda m: m.update(url="https://small.example"),
     ["course-url - urn:course:small:  → https://small.example"]),
    ("format", lambda m: m.update(manifestVersion="1.7.0"),
     ["format-version - urn:course:small: 1.0.0 → 1.7.0"]),
    ("removed row", lambda m: m.update(removed=[]),
     ["removal-vanished - old-b:  → "]),
    ("removed id that is back", lambda m: (m.update(removed=[]), alias(m, "b", "old-b")),
     ["alias-added b b:  → old-b"]),
    # of parts and tracks
    ("part added", lambda m: add(m, "parts", {"id": "roof", "title": "Roof"}, "top"),
     ["part-added - roof:  → Roof"]),
    ("part removed", lambda m: drop(m, "parts", "top", removed=True, by="middle"),
     ["part-removed - top: Top → middle"]),
    ("part vanished", lambda m: drop(m, "parts", "top"),
     ["part-vanished - top: Top → "]),
    ("part with a module's former id vanished",
     lambda m: (drop(m, "parts", "top"), alias(m, "a", "top")),
     ["part-vanished - top: Top → ",
      "alias-added a a:  → top"]),
    ("part's title", lambda m: at(m, "parts", "top").update(title="Peak"),
     ["part-title - top: Top → Peak"]),
    ("part's description", lambda m: at(m, "parts", "top").update(description="High."),
     ["part-description - top: Part. → High."]),
    ("part moved", lambda m: m["parts"].insert(0, m["parts"].pop()),
     ["part-moved - top: after middle → first"]),
    ("track added", lambda m: add(m, "tracks", {"id": "long", "title": "Long"}, "short"),
     ["track-added - long:  → Long"]),
    ("track removed", lambda m: drop(m, "tracks", "short", removed=True),
     ["track-removed - short: Short → "]),
    ("track vanished", lambda m: drop(m, "tracks", "short"),
     ["track-vanished - short: Short → "]),
    ("track's title", lambda m: at(m, "tracks", "short").update(title="Brief"),
     ["track-title - short: Short → Brief"]),
    ("track's description", lambda m: at(m, "tracks", "short").update(description="All."),
     ["track-description - short: Track. → All."]),
    ("track moved", lambda m: m["tracks"].reverse(),
     ["track-moved - short: after whole → first"]),
    ("track without its book",
     lambda m: (drop(m, "tracks", "short", removed=True), no_files(m, edition="short")),
     ["track-removed - short: Short → "]),
    # of modules
    ("module added", lambda m: add_module(m, "d", 4),
     ["module-added d d:  → Module D"]),
    ("module removed", lambda m: drop_module(m, "c", removed=True),
     ["module-removed c c: Module C → "]),
    ("module vanished", lambda m: drop_module(m, "c"),
     ["module-vanished c c: Module C → "]),
    ("module renamed", lambda m: rename(m, "a", "aa"),
     ["module-renamed aa aa: a → aa"]),
    ("module renamed without alias",
     lambda m: (rename(m, "c", "cc", alias=False), m["files"].clear(), m["exports"].clear()),
     ["export-vanished - Bank: lms/small.xml → ",
      "export-vanished - Package: lms/a.zip, lms/b.zip → ",
      "files-vanished - book-pdf: pdf/small.pdf, pdf/small-short.pdf → ",
      "files-removed - image: pages/a1.svg, pages/a2.svg → ",
      "files-vanished - page: pages/a.html, pages/b.html → ",
      "module-vanished c c: Module C → ",
      "module-added cc cc:  → Module C"]),
    ("alias vanished", lambda m: at(m, "modules", "a").update(aliases=[]),
     ["alias-vanished - old-a:  → "]),
    ("alias removed", lambda m: (at(m, "modules", "a").update(aliases=[]), gone(m, "old-a")), []),
    ("part of a module", lambda m: at(m, "modules", "c").update(part="middle"),
     ["module-part c c: top → middle"]),
    ("number", lambda m: at(m, "modules", "c").update(number=4),
     ["module-number c c: 3 → 4"]),
    ("order in a track", lambda m: at(m, "tracks", "whole")["modules"].reverse(),
     ["module-moved b b: after a → after c",
      "module-moved c c: after b → first"]),
    ("kind of a module", lambda m: at(m, "modules", "c").update(kind="project"),
     ["module-kind c c: module → project"]),
    ("title of a module", lambda m: at(m, "modules", "c").update(title="See", contentHash="1" * 64),
     ["module-title c c: Module C → See"]),
    ("summary", lambda m: at(m, "modules", "c").update(summary="More."),
     ["module-summary c c: Says it. → More."]),
    ("difficulty", lambda m: at(m, "modules", "c").update(difficulty="expert"),
     ["module-difficulty c c: advanced → expert"]),
    ("duration", lambda m: at(m, "modules", "c").update(duration="PT95M"),
     ["module-duration c c: PT10M → PT95M"]),
    ("stages", lambda m: at(m, "modules", "c").update(stages=["one", "two"]),
     ["module-stages c c: one → one, two"]),
    ("keywords", lambda m: at(m, "modules", "b").update(keywords=[]),
     ["module-keywords b b: k → "]),
    ("text", lambda m: at(m, "modules", "c").update(contentHash="1" * 64),
     ["module-text c c:  → "]),
    ("text and duration", lambda m: at(m, "modules", "c").update(contentHash="1" * 64, duration="PT9M"),
     ["module-duration c c: PT10M → PT9M",
      "module-text c c:  → "]),
    ("version of a module", lambda m: at(m, "modules", "c").update(version="1.0.1"), []),
    ("joins a track", lambda m: at(m, "modules", "b").update(tracks=["whole", "short"]),
     ["membership-added b b:  → short"]),
    ("leaves a track", lambda m: at(m, "modules", "c").update(tracks=["whole"]),
     ["membership-removed c c: short → "]),
    ("prerequisite added", lambda m: at(m, "modules", "c").update(prerequisites=["b"]),
     ["prerequisite-added c c:  → b"]),
    ("prerequisite removed", lambda m: at(m, "modules", "b").update(prerequisites=[]),
     ["prerequisite-removed b b: a → "]),
    ("recommended", lambda m: at(m, "modules", "c").update(recommended=["b"]),
     ["recommendation-added c c:  → b"]),
    ("no longer recommended", lambda m: at(m, "modules", "b").update(recommended=[]),
     ["recommendation-removed b b: a → "]),
    ("term added", lambda m: at(m, "modules", "c").update(terms=[{"term": "u", "definition": "U."}]),
     ["term-added c c:  → U."]),
    ("term removed", lambda m: at(m, "modules", "a").update(terms=[]),
     ["term-removed a a: T. → "]),
    ("term reworded", lambda m: at(m, "modules", "a").update(terms=[{"term": "t", "definition": "Tea."}]),
     ["term-reworded a a: T. → Tea."]),
    # of objectives and assessments
    ("objective added", lambda m: add(m, "objectives", {"id": "a/o2", "text": "Name it."}, "a/o1"),
     ["objective-added a a/o2:  → Name it."]),
    ("objective removed", lambda m: drop(m, "objectives", "a/o1", removed=True),
     ["objective-removed a a/o1: Trace a. → "]),
    ("objective vanished", lambda m: drop(m, "objectives", "a/o1"),
     ["objective-vanished a a/o1: Trace a. → "]),
    ("objective reworded", lambda m: at(m, "objectives", "a/o1").update(text="Trace it."),
     ["objective-reworded a a/o1: Trace a. → Trace it."]),
    ("assessment added",
     lambda m: add(m, "assessments", {"id": "a/exercise", "purpose": "exercise"}, "a/quiz"),
     ["assessment-added a a/exercise:  → exercise"]),
    ("assessment removed", lambda m: drop(m, "assessments", "c/exercise", removed=True),
     ["assessment-removed c c/exercise: exercise → "]),
    ("assessment vanished", lambda m: drop(m, "assessments", "c/exercise"),
     ["assessment-vanished c c/exercise: exercise → "]),
    ("order of questions", lambda m: at(m, "assessments", "a/quiz")["questions"].reverse(),
     ["question-moved a a/q2: after a/q1 → first"]),
    # of questions
    ("question added", lambda m: add(m, Q, {"id": "a/q10"}, "a/q1"),
     ["question-added a a/q10:  → Which?"]),
    ("question removed", lambda m: drop(m, Q, "a/q1", removed=True, by="a/q2"),
     ["question-removed a a/q1: Which? → a/q2"]),
    ("question vanished", lambda m: drop(m, Q, "a/q1"),
     ["question-vanished a a/q1: Which? → "]),
    ("question of a renamed module vanished", lambda m: (drop(m, Q, "a/q1"), rename(m, "a", "aa")),
     ["question-vanished aa a/q1: Which? → ",
      "module-renamed aa aa: a → aa"]),
    ("question of a renamed module removed",
     lambda m: (drop(m, Q, "a/q1", removed=True), rename(m, "a", "aa")),
     ["question-removed aa a/q1: Which? → ",
      "module-renamed aa aa: a → aa"]),
    ("stem", lambda m: at(m, Q, "a/q1")["stem"].update(text="What?", html="<p>What?</p>"),
     ["question-stem a a/q1: Which? → What?"]),
    ("markup of a stem", lambda m: at(m, Q, "a/q1")["stem"].update(html="<p><i>Which?</i></p>"),
     ["question-stem a a/q1: <p>Which?</p> → <p><i>Which?</i></p>"]),
    ("stem's source", lambda m: at(m, Q, "a/q1")["stem"].update(markdown="*Which?*"),
     ["question-stem a a/q1: Which? → *Which?*"]),
    ("level", lambda m: at(m, Q, "a/q1").update(level="apply"),
     ["question-level a a/q1: recall → apply"]),
    ("points", lambda m: at(m, Q, "a/q1").update(points=2),
     ["question-points a a/q1: 1 → 2"]),
    ("objectives of a question", lambda m: at(m, Q, "a/q1").update(objectives=[]),
     ["question-objectives a a/q1: a/o1 → "]),
    ("kind of a question", lambda m: at(m, Q, "a/q1").update(kind="order"),
     ["question-kind a a/q1: single → order"]),
    ("hints", lambda m: at(m, Q, "a/q1").update(hints=["Look <b>up</b> &amp; down."]),
     ["question-hints a a/q1:  → Look up & down."]),
    ("markup of hints", lambda m: (at(m, Q, "a/q1").update(hints=["<b>Up</b>"])),
     ["question-hints a a/q1:  → Up"]),
    ("reasons", lambda m: at(m, Q, "a/q1")["options"][1].update(why="No."),
     ["question-reasons a a/q1: So it is. → No."]),
    ("markup of reasons", lambda m: at(m, Q, "a/q1")["options"][1].update(why="<i>So</i> it is."),
     ["question-reasons a a/q1: So it is. → <i>So</i> it is."]),
    ("reason of a number", lambda m: at(m, Q, "b/q1")["answer"].update(html="Sum."),
     ["question-reasons b b/q1: Count. → Sum."]),
    ("reason of an order", lambda m: at(m, Q, "b/q2")["answer"].update(html="So."),
     ["question-reasons b b/q2: By time. → So."]),
    ("model answer", lambda m: at(m, Q, "b/i1")["answer"].update(html="<p>Well.</p>"),
     ["question-answer b b/i1: Because. → Well."]),
    ("acceptance", lambda m: at(m, Q, "c/e1")["answer"].update(html="<p>Well.</p>"),
     ["question-answer c c/e1: It runs. → Well."]),
    ("hash of a question alone", lambda m: at(m, Q, "a/q1").update(contentHash="1" * 64), []),
    # of keys and options
    ("key of one", lambda m: flip(m, "a/q1", 0, 1),
     ["question-key a a/q1: the one → a few"]),
    ("key of several", lambda m: flip(m, "a/q2", 2),
     ["question-key a a/q2: red; blue → red; blue; sad"]),
    ("other order of options", lambda m: options(m, "a/q1", "no 3", "the one", "a few"),
     ["option-moved a a/q1: a1, a2, a3 → a2, a3, a1"]),
    ("another order and another key",
     lambda m: (options(m, "a/q1", "a few", "the one", "no 3"), flip(m, "a/q1", 0, 1)),
     ["question-key a a/q1: the one → a few",
      "option-moved a a/q1: a1, a2, a3 → a2, a1, a3"]),
    ("wrong option added", lambda m: options(m, "a/q1", "the one", "a few", "no 3", "none"),
     ["option-added a a/q1:  → none"]),
    ("wrong option added before", lambda m: options(m, "a/q1", "none", "the one", "a few", "no 3"),
     ["option-added a a/q1:  → none",
      "option-moved a a/q1: a1, a2, a3 → a2, a3, a4"]),
    ("wrong option removed", lambda m: options(m, "a/q1", "the one", "a few"),
     ["option-removed a a/q1: no 3 → "]),
    ("right option added", lambda m: options(m, "a/q2", "red", "blue", "sad", "+green"),
     ["question-key a a/q2: red; blue → red; blue; green",
      "option-added a a/q2:  → green"]),
    ("right option removed", lambda m: options(m, "a/q2", "red", "sad"),
     ["question-key a a/q2: red; blue → red",
      "option-removed a a/q2: blue → ",
      "option-moved a a/q2: a1, a3 → a1, a2"]),
    ("right option replaced", lambda m: options(m, "a/q1", "+the many", "a few", "no 3"),
     ["question-key a a/q1: the one → the many",
      "option-added a a/q1:  → the many",
      "option-removed a a/q1: the one → "]),
    ("right option reworded", lambda m: options(m, "a/q1", "+just the one", "a few", "no 3"),
     ["option-reworded a a/q1: the one → just the one"]),
    ("markup of an option", lambda m: at(m, Q, "a/q1")["options"][0].update(html="<i>the one</i>"),
     ["option-reworded a a/q1: the one → <i>the one</i>"]),
    ("another number in an option", lambda m: options(m, "a/q1", "the one", "a few", "no 4"),
     ["option-added a a/q1:  → no 4",
      "option-removed a a/q1: no 3 → "]),
    ("number", lambda m: at(m, Q, "b/q1")["answer"].update(number="1.6"),
     ["question-key b b/q1: 1.5 ± 0 → 1.6 ± 0"]),
    ("tolerance", lambda m: at(m, Q, "b/q1")["answer"].update(tolerance="0.1"),
     ["question-key b b/q1: 1.5 ± 0 → 1.5 ± 0.1"]),
    ("the same number", lambda m: at(m, Q, "b/q1")["answer"].update(number="1.50", tolerance="0.0"), []),
    ("a number that is none", lambda m: at(m, Q, "b/q1")["answer"].update(number="many"),
     ["question-key b b/q1: 1.5 ± 0 → many ± 0"]),
    ("right order", lambda m: options(m, "b/q2", "look", "go"),
     ["question-key b b/q2: go; look → look; go"]),
    ("one more in an order", lambda m: options(m, "b/q2", "go", "+wait", "look"),
     ["question-key b b/q2: go; look → go; wait; look",
      "option-added b b/q2:  → wait"]),
    ("one less in an order", lambda m: options(m, "b/q2", "go"),
     ["question-key b b/q2: go; look → go",
      "option-removed b b/q2: look → "]),
    # of files and exports
    ("file added", lambda m: m["files"].append(file("handout", "slides/a.pdf", module="a")),
     ["files-added - handout:  → slides/a.pdf"]),
    ("pages gone", lambda m: no_files(m, role="page"),
     ["files-vanished - page: pages/a.html, pages/b.html, pages/c.html → "]),
    ("book gone", lambda m: no_files(m, edition="short"),
     ["files-vanished - book-pdf: pdf/small-short.pdf → "]),
    ("book removed", lambda m: (no_files(m, edition="short"), gone(m, "pdf/small-short.pdf")),
     ["files-removed - book-pdf: pdf/small-short.pdf → "]),
    ("all pictures gone", lambda m: no_files(m, role="image"),
     ["files-removed - image: pages/a1.svg, pages/a2.svg → "]),
    ("another picture", lambda m: at(m, "files", "pages/a2.svg").update(path="pages/a3.svg"),
     ["files-added - image:  → pages/a3.svg",
      "files-removed - image: pages/a2.svg → "]),
    ("path", move_pages,
     ["files-moved - page: pages/a.html → text/a.html"]),
    ("media type", lambda m: at(m, "files", "pages/a.html").update(mediaType="text/html"),
     ["files-type - page: pages/a.html application/xhtml+xml → pages/a.html text/html"]),
    ("bytes", lambda m: [row.update(bytes=7, sha256="7" * 64) for row in m["files"]], []),
    ("export added",
     lambda m: m["exports"].append({"format": "Deck", "version": "2", "file": "lms/small.xml"}),
     ["export-added - Deck:  → lms/small.xml"]),
    ("export gone", lambda m: keep_exports(m, "Bank"),
     ["export-vanished - Package: lms/a.zip, lms/b.zip, lms/c.zip → "]),
    ("export's version", lambda m: m["exports"][0].update(version="2"),
     ["export-version - Bank: 1 → 2"]),
]  # fmt: skip


def edited(edit: Callable[[Manifest], object]) -> Manifest:
    new = small()
    edit(new)
    return new


@pytest.mark.parametrize(("edit", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_change(edit: Callable[[Manifest], object], expected: list[str]) -> None:
    old, new = small(), edited(edit)
    found = compared(old, new)
    assert [f"{c.kind} {c.module or '-'} {c.id}: {c.old} → {c.new}" for c in found] == expected
    assert old == small(), "what is compared is not changed"
    for said in FORMATS.values():
        assert said(old, new, found)


def test_every_kind_has_a_row() -> None:
    met = {row.partition(" ")[0] for _, _, rows in CASES for row in rows}
    assert met == {*KINDS}


def test_the_small_manifest_is_one() -> None:
    Draft202012Validator(schema("manifest/1/manifest")).validate(small())


def test_the_documentation_lists_every_kind() -> None:
    page = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
    rows = [f"| {thing} | {kinds_of(thing, False)} | {kinds_of(thing, True)} |" for thing in things()]
    table = "\n".join(["| Of | Kinds | Breaking |", "| --- | --- | --- |", *rows])
    assert table in page, table


def things() -> list[str]:
    return list(dict.fromkeys(kind.partition("-")[0] for kind in KINDS))


def kinds_of(thing: str, breaks: bool) -> str:
    own = (kind for kind in KINDS if kind.partition("-")[0] == thing and KINDS[kind].breaks == breaks)
    return ", ".join(f"`{kind}`" for kind in own)


# --- many at once --------------------------------------------------------------------------------


def many(manifest: Manifest) -> None:
    manifest.update(version="1.1.0", title="Small & *new*")
    options(manifest, "a/q1", "+the <b>many</b>", "a few", "no 3")
    at(manifest, Q, "a/q1")["stem"]["text"] = "Which of `these`?\nAll\x1b[31m."
    add(manifest, Q, {"id": "a/q10"}, "a/q1")
    add_module(manifest, "d", 2)
    at(manifest, "modules", "d")["title"] = "Module [D]"
    for number, id in ((3, "b"), (4, "c")):
        at(manifest, "modules", id)["number"] = number
    drop(manifest, "objectives", "b/o1", removed=True, by="b/o2")


def test_text() -> None:
    new = edited(many)
    assert (
        FORMATS["text"](small(), new, compared(small(), new))
        == """\
Small & *new* 1.0.0 → 1.1.0

The course
  title changed: "Small" → "Small & *new*"

01 Module A (a)
  breaking: q1 "Which of `these`? All [31m.": key changed: "the one" → "the <b>many</b>"
  q1: stem changed: "Which?" → "Which of `these`? All [31m."
  q1 "Which of `these`? All [31m.": option added: "the <b>many</b>"
  q1 "Which of `these`? All [31m.": option removed: "the one"
  q10: question added: "Which of `these`? All [31m."

02 Module [D] (d)
  module added

03 Module B (b)
  number changed: "2" → "3"
  o1: objective removed: "Trace b.", b/o2 takes its place

04 Module C (c)
  number changed: "3" → "4"

10 changes, 1 breaking
"""
    )


def test_markdown() -> None:
    new = edited(many)
    assert (
        FORMATS["markdown"](small(), new, compared(small(), new))
        == r"""## 1.1.0

### Breaking

- **Module A**: q1 "Which of \`these\`? All \[31m.": key changed: "the one" → "the \<b\>many\</b\>"

### Added

- **Module A**: q1 "Which of \`these\`? All \[31m.": option added: "the \<b\>many\</b\>"
- **Module A**: q10: question added: "Which of \`these\`? All \[31m."
- **Module \[D\]**: module added

### Changed

- **The course**: title changed: "Small" → "Small \& \*new\*"
- **Module A**: q1: stem changed: "Which?" → "Which of \`these\`? All \[31m."
- **Renumbered**: Module B (2 → 3), Module C (3 → 4)

### Removed

- **Module A**: q1 "Which of \`these\`? All \[31m.": option removed: "the one"
- **Module B**: o1: objective removed: "Trace b.", b/o2 takes its place
"""
    )
    assert FORMATS["markdown"](small(), small(), ()) == "## 1.0.0\n\nNothing changed.\n"


def test_json() -> None:
    old, new = small(), edited(many)
    found = compared(old, new)
    said = json.loads(FORMATS["json"](old, new, found))
    assert said["from"] == {
        "id": old["id"],
        "version": "1.0.0",
        "manifestVersion": VERSION,
        "contentHash": HASH,
    }
    assert said["to"]["version"] == "1.1.0"
    assert said["changes"][1] == {
        "kind": "question-key",
        "breaking": True,
        "module": "a",
        "id": "a/q1",
        "what": "key changed",
        "old": "the one",
        "new": "the <b>many</b>",
    }
    assert said["changes"][-1]["module"] == "c"
    assert [row["breaking"] for row in said["changes"]] == [change.breaking for change in found]


def test_no_text_commands_a_terminal_or_takes_a_second_line() -> None:
    wild = "a\x1b[2J\nb\u202e"

    def write(m: Manifest) -> None:
        m.update(title=wild)
        at(m, "modules", "a").update(title=wild, terms=[term(wild, wild)])
        at(m, "questions", "a/q1").update(id=f"a/{wild}", level=wild)
        m["files"].append(file(wild, wild))

    new = edited(write)
    for format in ("text", "markdown"):
        said = FORMATS[format](small(), new, compared(small(), new))
        assert all(char.isprintable() or char == "\n" for char in said)
        assert not re.search(r"^b", said, re.MULTILINE)


def test_the_order_of_rows_in_a_manifest_says_nothing() -> None:
    old, new = small(), edited(many)
    for manifest in (old, new):
        for table in ("modules", "objectives", "assessments", "questions", "files", "exports", "removed"):
            manifest[table].reverse()
    assert compared(old, new) == compared(small(), edited(many))


def test_backwards_what_was_added_is_gone() -> None:
    assert [c.kind for c in compared(edited(many), small()) if c.breaking] == [
        "question-key",
        "question-vanished",
        "module-vanished",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("short", "shorter", ("short", "shorter")),
        ("", "word " * 40, ("", f"{'word ' * 15}word…".replace("word word…", "word…"))),
        (
            f"{'same ' * 30}end",
            f"{'same ' * 30}tail",
            ("…same same same same end", "…same same same same tail"),
        ),
        ("x" * 200, "x" * 201, ("…" + "x" * 20, "…" + "x" * 21)),
    ],
)
def test_quotes_are_short_and_show_the_difference(old: str, new: str, said: tuple[str, str]) -> None:
    found = quotes(old, new)
    assert found == said
    assert all(len(text) <= LONGEST for text in found)


# --- the command ---------------------------------------------------------------------------------


def saved(folder: Path, manifest: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_the_command_says_what_broke(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = saved(tmp_path / "old", small())
    new = saved(tmp_path / "new", edited(lambda m: m.update(title="New")))
    broken = saved(tmp_path / "broken", edited(lambda m: m.update(language="de")))

    def said(*arguments: object, status: int) -> str:
        assert main(["diff", *map(str, arguments)]) == status
        return capsys.readouterr().out

    assert said(old, old / "manifest.json", status=0) == "course diff: nothing changed\n"
    assert "none breaking" in said(old, new, status=0)
    assert "breaking: language changed" in said(old, broken, status=1)
    assert "### Breaking" in said(old, broken, "--format", "markdown", status=1)
    assert len(json.loads(said(old, broken, "--format", "json", status=1))["changes"]) == 1
    assert tuple(FORMATS) == COMPARED
    with pytest.raises(SystemExit, match="0"):
        main(["diff", "--help"])
    helped = " ".join(capsys.readouterr().out.split())
    assert "Exit status: 0 when nothing breaking changed, 1 when something breaking did, 2 for" in helped


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it has no manifestVersion"),
        ('{"modules": []}', "it has no manifestVersion"),
        ('{"manifestVersion": "1"}', "it has no manifestVersion"),
        ('{"manifestVersion": "2.0.0"}', "a manifest of version 2.0.0; only 1.x can be compared"),
        (
            '{"manifestVersion": "1.0.0"}',
            "is no course manifest: the whole: '$schema' is a required property",
        ),
    ],
)
def test_what_is_no_manifest_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(EnvironmentProblem, match=re.escape(said)):
        read(tmp_path)
    done = course("diff", tmp_path, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("course: ") and done.stderr.count("\n") == 1


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "nowhere" / "manifest.json"):
        with pytest.raises(EnvironmentProblem, match=r"there is no manifest at .* name a release's folder"):
            read(path)


def test_what_a_later_minor_version_adds_is_ignored(tmp_path: Path) -> None:
    def newer(manifest: Manifest) -> None:
        manifest["manifestVersion"] = "1.9.0"
        manifest["glossary"] = []
        at(manifest, "modules", "a")["mood"] = "bright"
        at(manifest, "questions", "a/q1")["options"][0]["weight"] = 2
        at(manifest, "questions", "c/e1")["kind"] = "essay"
        manifest["files"].append(file("hologram", "holo/a.bin", module="a"))

    found = compared(small(), read(saved(tmp_path, edited(newer))))
    assert [change.kind for change in found] == ["files-added", "format-version", "question-kind"]
    at(old := edited(newer), "questions", "c/e1")["answer"]["html"] = "Other."
    assert [change.kind for change in compared(old, edited(newer))] == ["question-reasons"]


def test_a_value_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    saved(tmp_path, edited(lambda m: at(m, "questions", "a/q1").update(kind=["single"])))
    with pytest.raises(EnvironmentProblem, match=r"questions/0/kind: .* is not of type 'string'"):
        read(tmp_path)


# --- real manifests ------------------------------------------------------------------------------


def test_a_corrected_key_of_a_real_course(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(COURSES / "minimal", content)
    built(content, tmp_path / "old", "manifest")
    module = content / "modules" / "01-first-steps.md"
    replaced(module, '    - text: "2"\n      correct: true\n', '    - text: "2"\n')
    replaced(module, '    - text: "11"\n', '    - text: "11"\n      correct: true\n')
    built(content, tmp_path / "new", "manifest")
    done = course("diff", tmp_path / "old", tmp_path / "new")
    assert done.returncode == 1, done.stderr
    assert (
        done.stdout
        == """\
A Small Course 1.0.0 → 1.0.0

01 First Steps (first-steps)
  breaking: q1 "What does 1 + 1 print?": key changed: "2" → "11"

1 change, 1 breaking
"""
    )


def test_a_module_of_a_real_course_gets_another_id(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(COURSES / "minimal", content)
    built(content, tmp_path / "old", "pages")
    first, second = (content / "modules" / name for name in ("01-first-steps.md", "02-second-steps.md"))
    replaced(first, "id: first-steps\n", "id: opening\naliases: [first-steps]\n")
    replaced(second, "prerequisites: [first-steps]", "prerequisites: [opening]")
    replaced(second, "01-first-steps.md", "01-opening.md")
    first.rename(first.with_name("01-opening.md"))
    built(content, tmp_path / "new", "pages")
    old, new = read(tmp_path / "old"), read(tmp_path / "new")
    found = compared(old, new)
    assert [(c.kind, c.module) for c in found] == [
        ("module-renamed", "opening"),
        ("module-text", "second-steps"),
    ]
    assert list(vanished(ids_of(old), new)) == []


def test_changes_are_data() -> None:
    (found,) = compared(small(), edited(lambda m: m.update(language="de")))
    assert found == Change("course-language", "", "urn:course:small", "language changed", "en", "de")
    assert found.breaking
    assert hash(found) == hash(compared(small(), edited(lambda m: m.update(language="de")))[0])
