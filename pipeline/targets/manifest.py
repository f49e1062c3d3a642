"""The course as data: `manifest.json`, after `schemas/manifest/1/manifest.schema.json`.

It is made last, of the course and the files of a release, by every build. Ids are declared in
sources and never derived from titles; a module's `contentHash` is over its own text, questions and
assets, never over rendered files, so an importer may skip what has not changed.
"""

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from pipeline import __version__, cache
from pipeline.document.text import text
from pipeline.model import Course, Module, Provenance, ReleasedFile
from pipeline.targets.content_hash import content_hash, digest
from pipeline.targets.questions import assessments, questions

SCHEMA = "urn:course-pipeline:schema:course-manifest/1/manifest"
VERSION = "1.0.0"
SCHEMA_ORG, OWN = "https://schema.org/", "urn:course-pipeline:terms:"
NAMED = {
    "title": "name",
    "summary": "abstract",
    "authors": "author",
    "language": "inLanguage",
    "duration": "timeRequired",
    "mediaType": "encodingFormat",
    "bytes": "contentSize",
}
"""What schema.org calls these keys; others have the same name there, or none."""
REFERENCES = (
    "question",
    "module",
    "modules",
    "stages",
    "part",
    "tracks",
    "files",
    "assessments",
    "questions",
    "recommended",
    "file",
)
"""Keys whose strings are ids."""


def context(course: Course) -> dict[str, Any]:
    """A JSON-LD 1.1 context, inline: no importer has to fetch anything. Ids become `urn:course:ID/…`; those of
    options belong to their question alone, and stay strings."""
    return {
        "@base": f"{_urn(course)}/",
        "@vocab": SCHEMA_ORG,
        "id": "@id",
        "$schema": None,
        **NAMED,
        "objectives": {"@id": "teaches", "@type": "@id"},
        "prerequisites": {"@id": f"{OWN}prerequisite", "@type": "@id"},
        **{key: {"@type": "@id"} for key in REFERENCES},
        "options": {"@id": f"{OWN}option", "@context": {"id": f"{OWN}local"}},
    }


def _urn(course: Course) -> str:
    return f"urn:course:{course.id}"


def manifest(
    course: Course,
    files: Sequence[ReleasedFile],
    provenance: Provenance,
    exports: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The manifest of a release that holds these files, and whose `exports` are these."""
    said = {module.id: cache.called(_said, (module,)) for module in course.modules}
    modules = [_module(module, said[module.id], course, files) for module in course.modules]
    asked = frozenset(row["id"] for rows in said.values() for row in rows["questions"])
    return {
        "$schema": SCHEMA,
        "@context": context(course),
        "manifestVersion": VERSION,
        "id": _urn(course),
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
        "contentHash": digest([module["contentHash"] for module in modules]),
        "parts": [_part(part, course) for part in course.parts],
        "stages": [{"id": id, "title": title} for id, title in course.stages],
        "modules": modules,
        "tracks": [_track(track, course) for track in course.tracks],
        **{name: [row for rows in said.values() for row in rows[name]] for name in SAID},
        "files": [_file(file, course, asked) for file in files],
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
    asked = list(questions(module))
    rows = (list(objectives), list(assessments(module.id, asked)), asked)
    return dict(zip(SAID, rows, strict=True))


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


def _file(file: ReleasedFile, course: Course, questions: Set[str]) -> dict[str, Any]:
    row = {
        "id": file.path,
        "path": file.path,
        "mediaType": file.media_type,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "role": file.role,
        "language": course.language,
    }
    more = {"edition": file.edition, "module": file.module, "question": _solved(file, questions)}
    return row | {key: value for key, value in more.items() if value}


def _solved(file: ReleasedFile, questions: Set[str]) -> str:
    """The exercise that a file below `solutions/NN/eN/` solves; '' for other files."""
    steps = file.path.split("/")
    id = f"{file.module}/{steps[2]}" if file.role == "solution" and len(steps) > 3 else ""
    return id if id in questions else ""
