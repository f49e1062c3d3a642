"""A built release before its judges: our own lists, EPUBCheck, a PDF/UA-1 checker, a browser.

What a release promises is looked at from outside: nothing here knows how a file was made. A judge
that is not installed is named in a note, so that silence always means "checked, and good".

| Code | Says |
| --- | --- |
| V110 | a file is not what the report says (`verify.listed`) |
| V210 | SHA256SUMS and the folder differ |
| V211 | manifest.json does not satisfy its schema |
| V212 | an id in manifest.json leads nowhere, or stands twice |
| V213 | a file is not what manifest.json says |
| V214 | a file that the release does not list |
| V220 | a message of EPUBCheck (its TypeScript port) |
| V221 | a message of EPUBCheck (W3C's jar) |
| V230 | a rule of PDF/UA-1 is broken |
| V240 | a deck does not open from `file://` without an error |
| V241 | a slide's content lies outside the slide or over its foot |
| V242 | a slide is blank |
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline import origins
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, Severity, Span, error
from pipeline.engines import chromium, epubcheck, pdfua
from pipeline.load import shown_path
from pipeline.model import ReleasedFile
from pipeline.package import GENERATED, MANIFEST, SUMS, read_report
from pipeline.schema import schema
from pipeline.verify import listed

Progress = Callable[[str, int, int], None]

OURS = "Build again; if it comes back, report it."
TWO_AT_A_TIME = 2
"""EPUBs checked at once: a Java machine takes a core and 300 MB."""
SEVERITIES = {"warning": Severity.WARNING, "info": Severity.SUGGESTION}

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
    ("exports", "file", "files"),
)
"""Of the manifest: rows of a list, the key that names others, and the list where those stand."""


@dataclass(frozen=True, slots=True)
class _Built:
    """A release on disk: its listed files, size and sha256 of every file that is really there, and where
    the ids of its books stand in the sources."""

    out: Path
    files: tuple[ReleasedFile, ...]
    held: Mapping[str, tuple[int, str]]
    places: Mapping[str, Span]

    def span(self, path: str) -> Span:
        return Span(shown_path(self.out / path))

    def of(self, media_type: str, role: str = "") -> list[str]:
        """Paths of the listed files of a kind that are there."""
        return [
            file.path
            for file in self.files
            if file.media_type == media_type and file.path in self.held and role in ("", file.role)
        ]


def validate_release(out: Path, progress: Progress) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Findings about the release in `out`, sorted, and notes on what could not be checked.

    Raises EnvironmentProblem when nothing is built there, or when a judge fails for its own reasons.
    """
    built = _built(out)
    books, papers, decks = (
        built.of("application/epub+zip"),
        built.of("application/pdf"),
        built.of("text/html", "slides"),
    )
    total, done = 1 + len(books) + len(papers) + len(decks), 0
    findings: list[Diagnostic] = []
    notes = tuple(_notes(bool(books), bool(papers), bool(decks)))
    stages = (_lists(built), _epubs(built, books), _pdfs(built, papers), _decks(built, decks))
    for stage in stages:
        for what, found in stage:
            findings += found
            done += 1
            progress(what, done, total)
    return tuple(sorted(findings, key=lambda finding: finding.order)), notes


def _built(out: Path) -> _Built:
    report = read_report(out)
    if not report:
        raise EnvironmentProblem(f"nothing is built in {out}: run `course build`")
    rows = report.get("files", [])
    files = tuple(ReleasedFile(**row) for row in rows) if isinstance(rows, list) else ()
    held = {}
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        data = path.read_bytes()
        held[path.relative_to(out).as_posix()] = (len(data), sha256(data).hexdigest())
    return _Built(out, files, held, origins.read(report))


def _notes(books: bool, papers: bool, decks: bool) -> Iterator[str]:
    """What is not checked, and what to do about it."""
    remedy = "run `make setup-test`"
    if books and not epubcheck.has_port():
        yield f"EPUB not checked by epubcheck-ts, which is not installed: {remedy}"
    if books and not epubcheck.jar():
        yield "EPUB not checked by EPUBCheck's own jar: it needs Java 17 and the Python package epubcheck"
    if papers and not pdfua.installed():
        yield f"PDF not checked for PDF/UA-1: the Python package page-validation is not installed: {remedy}"
    if decks and chromium.missing():
        yield f"decks not opened: {chromium.missing()}: {remedy}"


# --- lists -----------------------------------------------------------------------------------

Stage = Iterator[tuple[str, list[Diagnostic]]]
"""What was looked at, and what was found."""


def _lists(built: _Built) -> Stage:
    own = list(_mine(built))
    wrong = {finding.span.path for finding in own}
    rest = [f for f in (*_sums(built), *_manifest(built), *_unlisted(built)) if f.span.path not in wrong]
    yield MANIFEST, own + rest


def _mine(built: _Built) -> Iterator[Diagnostic]:
    for finding in listed(built.out, built.files):
        yield error(finding.code, built.span(finding.span.path), finding.message, finding.help)


def _sums(built: _Built) -> Iterator[Diagnostic]:
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


def _unlisted(built: _Built) -> Iterator[Diagnostic]:
    known = {*(file.path for file in built.files), *GENERATED}
    for path in built.held:
        if path not in known:
            remedy = "Move it out of the folder: a release holds only what it lists."
            yield error("V214", built.span(path), "the file belongs to no release", remedy)


def _manifest(built: _Built) -> Iterator[Diagnostic]:
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


def _files(manifest: Mapping[str, Any], built: _Built) -> Iterator[Diagnostic]:
    """The manifest lists the files of the release, each with the size and hash that it has."""
    rows = {row["path"]: row for row in manifest["files"]}
    for path in sorted(set(rows) ^ {file.path for file in built.files}):
        what = "is listed, and not in the release" if path in rows else "is not listed"
        yield error("V213", built.span(MANIFEST), f"{path} {what}", OURS)
    for path, row in rows.items():
        if path in built.held and built.held[path] != (row["bytes"], row["sha256"]):
            yield error("V213", built.span(path), "the file is not what manifest.json says", OURS)


# --- EPUB ------------------------------------------------------------------------------------


def _epubs(built: _Built, books: Sequence[str]) -> Stage:
    with ThreadPoolExecutor(TWO_AT_A_TIME) as threads:
        work = {threads.submit(_epub, built, path): path for path in books}
        for future in as_completed(work):
            yield work[future], future.result()


def _epub(built: _Built, path: str) -> list[Diagnostic]:
    book = built.out / path
    said: list[tuple[str, epubcheck.Message]] = []
    try:
        if epubcheck.has_port():
            said += [("V220", message) for message in epubcheck.check_with_port(book)]
        if epubcheck.jar():
            said += [("V221", message) for message in epubcheck.check_with_jar(book)]
    except epubcheck.CheckerStopped as problem:
        raise EnvironmentProblem(f"{path}: {problem}") from problem
    return [_epub_finding(code, message, built, path) for code, message in said]


def _epub_finding(code: str, message: epubcheck.Message, built: _Built, path: str) -> Diagnostic:
    place = (
        f" ({message.place}{f' and {message.more} more' if message.more else ''})" if message.place else ""
    )
    severity = SEVERITIES.get(message.severity, Severity.ERROR)
    remedy = "EPUBCheck's wiki explains the code; the place is inside the book."
    source = origins.origin(origins.ids_before(built.out / path, message.place), built.places)
    at, book = (source, f"{path}: ") if source else (built.span(path), "")
    return Diagnostic(code, severity, f"{book}{message.code}: {message.text[:400]}{place}", remedy, at)


# --- PDF -------------------------------------------------------------------------------------


def _pdfs(built: _Built, papers: Sequence[str]) -> Stage:
    for path in papers:
        data = (built.out / path).read_bytes()
        failures = pdfua.check(data) if pdfua.installed() else ()
        yield path, [_pdf_finding(failure, data, built, path) for failure in failures]


def _pdf_finding(failure: pdfua.Failure, data: bytes, built: _Built, path: str) -> Diagnostic:
    page, ids = pdfua.near(data, failure.place)
    source = origins.origin(ids, built.places)
    at, book = (source, f"{path}, page {page}: ") if source else (built.span(path), "")
    place = f" ({failure.place})" if failure.place else ""
    return error(
        "V230", at, f"{book}{failure.rule}: {failure.text}{place}", "The rule is one of ISO 14289-1."
    )


# --- decks -----------------------------------------------------------------------------------


def _decks(built: _Built, decks: Sequence[str]) -> Stage:
    if chromium.missing() or not decks:
        yield from ((path, []) for path in decks)
        return
    looks = chromium.look([built.out / path for path in decks])
    for path, look in zip(decks, looks, strict=True):
        yield path, list(_deck(look, built.span(path)))


def _deck(look: chromium.Look, span: Span) -> Iterator[Diagnostic]:
    for problem in look.problems:
        yield error("V240", span, problem, "A deck works from file://, and loads nothing.")
    for slide in look.slides:
        at = _line(look.deck, slide.id, span)
        if slide.overflow > 1:
            remedy = "Say less on it, or part it in two."
            yield error("V241", at, f"{slide.id}: {slide.overflow} px do not fit the slide", remedy)
        if slide.blank:
            yield error("V242", at, f"{slide.id} shows neither text nor a picture", OURS)


def _line(deck: Path, id: str, span: Span) -> Span:
    """The line of the deck at which a slide begins."""
    before = deck.read_text(encoding="utf-8").partition(f'id="{id}"')
    return Span(span.path, before[0].count("\n") + 1) if before[1] else span
