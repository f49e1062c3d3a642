"""What a release says of itself: SHA256SUMS, manifest.json, and the files that are there."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.schema import schema
from pipeline.standing import GENERATED, MANIFEST, SUMS
from pipeline.validators.built import OURS, Built, Stage
from pipeline.verify import listed

REFERENCES = (
    ("parts", "modules", "modules"),
    ("modules", "part", "parts"),
    ("modules", "tracks", "tracks"),
    ("modules", "prerequisites", "modules"),
    ("modules", "recommended", "modules"),
    ("modules", "objectives", "objectives"),
    ("modules", "assessments", "assessments"),
    ("modules", "files", "files"),
    ("tracks", "modules", "modules"),
    ("objectives", "module", "modules"),
    ("assessments", "module", "modules"),
    ("assessments", "questions", "questions"),
    ("questions", "objectives", "objectives"),
    ("files", "module", "modules"),
    ("files", "question", "questions"),
    ("questions", "module", "modules"),
    ("modules", "stages", "stages"),
    ("exports", "file", "files"),
)
"""Of the manifest: rows of a list, the key that names others, and the list where those stand."""


def lists(built: Built) -> Stage:
    """What the release lists is there as listed, and nothing else."""
    own = list(_mine(built))
    wrong = {finding.span.path for finding in own}
    rest = [f for f in (*_sums(built), *_manifest(built), *_unlisted(built)) if f.span.path not in wrong]
    yield MANIFEST, own + rest


def _mine(built: Built) -> Iterator[Diagnostic]:
    for finding in listed(built.out, built.files):
        yield error(finding.code, built.span(finding.span.path), finding.message, finding.help)


def _sums(built: Built) -> Iterator[Diagnostic]:
    """SHA256SUMS names exactly the listed files and the manifest, sorted, with their hashes."""
    try:
        lines = (built.out / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        yield error("V210", built.span(SUMS), "there is no readable SHA256SUMS", OURS)
        return
    said = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    wanted = sorted([*(file.path for file in built.files), MANIFEST])
    if list(said) != wanted or len(lines) != len(wanted):
        odd = sorted(set(said) ^ set(wanted))
        what = f"it differs in {', '.join(odd[:3])}" if odd else "its lines are not sorted or stand twice"
        yield error("V210", built.span(SUMS), f"SHA256SUMS does not list the release: {what}", OURS)
    for name in wanted:
        if name in said and name in built.held and said[name] != built.held[name][1]:
            yield error("V210", built.span(name), "the file is not what SHA256SUMS says", OURS)


def _unlisted(built: Built) -> Iterator[Diagnostic]:
    known = {*(file.path for file in built.files), *GENERATED}
    for path in built.held:
        if path not in known:
            remedy = "Move it out of the folder: a release holds only what it lists."
            yield error("V214", built.span(path), "the file belongs to no release", remedy)


def _manifest(built: Built) -> Iterator[Diagnostic]:
    span = built.span(MANIFEST)
    try:
        manifest = json.loads((built.out / MANIFEST).read_bytes())
    except (OSError, ValueError) as problem:
        yield error("V211", span, f"there is no readable manifest.json: {problem}", OURS)
        return
    broken = list(_schema(manifest, span))
    yield from broken
    if not broken:
        yield from _references(manifest, span)
        yield from _files(manifest, built)


def _schema(manifest: Any, span: Span) -> Iterator[Diagnostic]:
    from jsonschema import Draft202012Validator, FormatChecker

    judge = Draft202012Validator(schema("manifest/1/manifest"), format_checker=FormatChecker())
    for problem in sorted(judge.iter_errors(manifest), key=lambda row: list(map(str, row.absolute_path))):
        at = "/".join(map(str, problem.absolute_path)) or "the manifest"
        yield error("V211", span, f"{at}: {problem.message[:300]}", OURS)


def _references(manifest: Mapping[str, Any], span: Span) -> Iterator[Diagnostic]:
    """What a schema cannot say: ids are unique, and every id that is named stands somewhere."""
    lists = {name: [row["id"] for row in rows if "id" in row] for name, rows in _tables(manifest)}
    for name, ids in lists.items():
        for id, count in Counter(ids).items():
            if count > 1:
                yield error("V212", span, f"{name}: the id {id} stands {count} times", OURS)
    named = [
        (table, row, key, where) for table, key, where in REFERENCES for row in manifest[table] if key in row
    ]
    for table, row, key, where in named:
        for id in row[key] if isinstance(row[key], list) else [row[key]]:
            if id not in lists[where]:
                of = row.get("id", row.get("format"))
                yield error("V212", span, f"{table}/{of}: {key} names {id}, which is not in {where}", OURS)
    editions = {"complete", *lists["tracks"]}
    for row in manifest["files"]:
        if row.get("edition", "complete") not in editions:
            yield error("V212", span, f"files/{row['id']}: there is no edition {row['edition']}", OURS)


def _tables(manifest: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    tables = {name for table, _, where in REFERENCES for name in (table, where)}
    return ((name, manifest[name]) for name in sorted(tables))


def _files(manifest: Mapping[str, Any], built: Built) -> Iterator[Diagnostic]:
    """The manifest lists the files of the release, each with the size and hash that it has."""
    rows = {row["path"]: row for row in manifest["files"]}
    for path in sorted(set(rows) ^ {file.path for file in built.files}):
        what = "is listed, and not in the release" if path in rows else "is not listed"
        yield error("V213", built.span(MANIFEST), f"{path} {what}", OURS)
    for path, row in rows.items():
        if path in built.held and built.held[path] != (row["bytes"], row["sha256"]):
            yield error("V213", built.span(path), "the file is not what manifest.json says", OURS)
