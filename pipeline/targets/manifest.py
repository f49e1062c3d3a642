"""The course as data: `manifest.json`, after `schemas/manifest/1/manifest.schema.json`.

It is made last, of the course and the files of a release, by every build. Ids are declared in
sources and never derived from titles; a module's `contentHash` is over its own text, questions and
assets, never over rendered files, so an importer may skip what has not changed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from pipeline import __version__, cache
from pipeline.document.text import plain, text, walk
from pipeline.document.xhtml import plain_links
from pipeline.model import (
    Blocks,
    Course,
    Inlines,
    Module,
    Paragraph,
    Provenance,
    Question,
    Quiz,
    ReleasedFile,
    Section,
)
from pipeline.targets import pages

SCHEMA = "urn:course-pipeline:schema:course-manifest/1/manifest"
VERSION = "1.0.0"
CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "id": "@id",
    "$schema": None,
    "title": "name",
    "objectives": "teaches",
    "duration": "timeRequired",
    "mediaType": "encodingFormat",
    "prerequisites": "urn:course-pipeline:terms:prerequisite",
}
"""JSON-LD 1.1 context, inline: no importer has to fetch anything."""


def manifest(
    course: Course,
    files: Sequence[ReleasedFile],
    provenance: Provenance,
    exports: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The manifest of a release that holds these files, and whose `exports` are these."""
    said = {module.id: cache.called(_said, (module,)) for module in course.modules}
    modules = [_module(module, said[module.id], course, files) for module in course.modules]
    return {
        "$schema": SCHEMA,
        "@context": CONTEXT,
        "manifestVersion": VERSION,
        "id": f"urn:course:{course.id}",
        "version": course.version,
        "title": course.title,
        "description": course.description,
        "language": course.language,
        "license": {"spdx": course.license.spdx, "url": course.license.url},
        "authors": [{"name": course.author.name, "url": course.author.url}],
        **({"url": course.url} if course.url else {}),
        "provenance": {
            "repository": course.repository,
            "commit": provenance.commit,
            "sourceDateEpoch": provenance.epoch,
            "generator": {"name": "course-pipeline", "version": __version__},
        },
        "contentHash": _hash([module["contentHash"] for module in modules]),
        "parts": [_part(part, course) for part in course.parts],
        "modules": modules,
        "tracks": [_track(track, course) for track in course.tracks],
        **{name: [row for rows in said.values() for row in rows[name]] for name in SAID},
        "files": [_file(file, course) for file in files],
        "exports": list(exports),
        "removed": [
            {"id": row.id, "since": row.since} | ({"replacedBy": row.replaced_by} if row.replaced_by else {})
            for row in course.removed
        ],
    }


def encoded(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as the file `manifest.json`."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


SAID = ("objectives", "assessments", "questions")
"""Lists of the manifest to which each module gives rows."""


def _said(module: Module) -> dict[str, list[dict[str, Any]]]:
    """What a module gives to lists of the manifest, remembered: nothing else of the course is in it."""
    objectives = (
        {"id": f"{module.id}/{objective.id}", "module": module.id, "text": text(objective.text)}
        for objective in module.objectives
    )
    questions = list(_questions(module))
    rows = (list(objectives), list(_assessments(module.id, questions)), questions)
    return dict(zip(SAID, rows, strict=True))


def _hash(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def _duration(minutes: int) -> str:
    """ISO 8601-1, 5.5.2."""
    return f"PT{minutes}M"


def _part(part: Any, course: Course) -> dict[str, Any]:
    inside = [module.id for module in course.modules if module.part == part.id]
    return {
        "id": part.id,
        "number": part.number,
        "title": part.title,
        "description": part.description,
        "modules": inside,
    }


def _track(track: Any, course: Course) -> dict[str, Any]:
    inside = [module for module in course.modules if track.id in module.tracks]
    return {
        "id": track.id,
        "title": track.title,
        "description": track.description,
        "modules": [module.id for module in inside],
        "duration": _duration(sum(module.minutes for module in inside)),
    }


def _module(
    module: Module, said: Mapping[str, list[dict[str, Any]]], course: Course, files: Sequence[ReleasedFile]
) -> dict[str, Any]:
    return {
        "id": module.id,
        "number": module.number,
        "aliases": list(module.aliases),
        "part": module.part,
        "kind": module.kind,
        "title": module.title,
        "summary": text(module.summary),
        "difficulty": module.difficulty,
        "duration": _duration(module.minutes),
        "objectives": [row["id"] for row in said["objectives"]],
        "prerequisites": list(module.prerequisites),
        "recommended": list(module.recommended),
        "stages": list(module.stages),
        "tracks": list(module.tracks),
        "keywords": list(module.keywords),
        "terms": [{"term": term.name, "definition": text(term.definition)} for term in module.terms],
        "files": [file.path for file in files if file.module == module.id],
        "assessments": [row["id"] for row in said["assessments"]],
        "version": module.version,
        "updated": module.updated,
        "contentHash": content_hash(module, course),
    }


def content_hash(module: Module, course: Course) -> str:
    """sha256 over what the module itself says: its text, its questions, and the assets it shows."""
    shown = {mark.name.removeprefix("../") for mark in module.marks if mark.kind == "image"}
    assets = [(a.path, sha256(a.data).hexdigest()) for a in course.assets if a.path in shown]
    own = [module.title, text(module.summary), [text(o.text) for o in module.objectives]]
    return _hash([own, module.document.digest, assets])


def _assessments(module: str, questions: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    by_purpose: dict[str, list[str]] = {}
    for row in questions:
        purpose = row["kind"] if row["kind"] in ("interview", "exercise") else "quiz"
        by_purpose.setdefault(purpose, []).append(row["id"])
    for purpose, ids in by_purpose.items():
        yield {"id": f"{module}/{purpose}", "module": module, "purpose": purpose, "questions": ids}


def _questions(module: Module) -> Iterator[dict[str, Any]]:
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            for question in block.questions:
                yield _hashed(_quiz_item(question, module))
        elif isinstance(block, Section) and block.kind in ("interview", "exercise") and block.key:
            yield _hashed(_prompt(block, module))


def _hashed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "contentHash": _hash(row)}


class _Texts:
    """The texts of a module's questions: they stand alone, with the pictures that stand beside its page."""

    def __init__(self, module: Module) -> None:
        self.writing = pages.writing(module, plain_links, f"{pages.FOLDER}/")

    def blocks(self, blocks: Blocks) -> str:
        """Blocks as XHTML."""
        return pages.bare(self.writing.blocks(blocks) + self.writing.footnotes())

    def inlines(self, inlines: Inlines) -> str:
        """Inlines as XHTML."""
        return pages.bare(self.writing.inlines(inlines))


def _quiz_item(question: Question, module: Module) -> dict[str, Any]:
    texts = _Texts(module)
    row: dict[str, Any] = {
        "id": f"{module.id}/{question.key}",
        "kind": question.kind,
        "level": question.level,
        "stem": {
            "html": texts.blocks(question.stem),
            "markdown": question.stem_markdown,
            "text": plain(question.stem),
        },
        "options": _options(question, texts),
        "hints": [texts.inlines(hint) for hint in question.hints],
        "objectives": [f"{module.id}/{id}" for id in question.objectives],
        "points": question.points,
    }
    if question.kind == "numeric":
        row["answer"] = {
            "number": question.answer,
            "tolerance": question.tolerance or "0",
            "html": texts.inlines(question.why),
        }
    elif question.kind == "order":
        row["answer"] = {"html": texts.inlines(question.why)}
    return row


def _options(question: Question, texts: _Texts) -> list[dict[str, Any]]:
    rows = [(option.text, option.correct, option.why) for option in question.options]
    rows += [(item, True, ()) for item in question.items]
    return [
        {
            "id": f"a{n}",
            "html": texts.inlines(words),
            "text": text(words),
            "correct": correct,
            "why": texts.inlines(why),
        }
        for n, (words, correct, why) in enumerate(rows, 1)
    ]


def _prompt(section: Section, module: Module) -> dict[str, Any]:
    """An interview question with its model answer, or an exercise with its acceptance check."""
    texts = _Texts(module)
    title = text(section.title)
    task = section.parts("Task") if section.kind == "exercise" else ()
    stem: Blocks = (Paragraph(section.title), *task)
    answer = section.parts("Strong answer", "Outline", "Acceptance")
    objectives = plain(section.parts("Objective", "Objectives")).replace(",", " ").replace(".", " ").split()
    return {
        "id": f"{module.id}/{section.key}",
        "kind": section.kind,
        "level": plain(section.parts("Level")).strip(" ."),
        "stem": {"html": texts.blocks(stem), "markdown": title, "text": plain(stem)},
        "options": [],
        "hints": [texts.blocks(section.parts("Hint"))] if section.parts("Hint") else [],
        "answer": {"html": texts.blocks(answer)},
        "objectives": [f"{module.id}/{id}" for id in objectives],
        "points": 0,
    }


def _file(file: ReleasedFile, course: Course) -> dict[str, Any]:
    row = {
        "id": file.path,
        "path": file.path,
        "mediaType": file.media_type,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "role": file.role,
        "language": course.language,
    }
    more = {"edition": file.edition, "module": file.module}
    return row | {key: value for key, value in more.items() if value}
