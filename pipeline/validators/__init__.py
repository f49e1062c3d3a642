"""A built release before its judges: our own lists, EPUBCheck, Ace, a PDF/UA-1 checker, a browser.

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
| V222 | a rule of accessibility that Ace checks is broken |
| V230 | a rule of PDF/UA-1 is broken |
| V240 | a deck does not open from `file://` without an error |
| V241 | a slide's content lies outside the slide or over its foot; a page is wider than a narrow screen |
| V242 | a slide is blank |
| V243 | a rule of accessibility that axe-core checks is broken on a slide, by day or by night |
| V244 | a deck is too large |
| V250 | a package for a platform cannot be opened, or holds what it must not |
| V251 | a page for platforms has a script or a style, or leads to what is not in the release |
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.diagnostics import Diagnostic
from pipeline.engines import ace, chromium, epubcheck, pdfua
from pipeline.validators.bodies import bodies as _bodies
from pipeline.validators.built import built as read
from pipeline.validators.decks import decks as _decks
from pipeline.validators.decks import pages as _pages
from pipeline.validators.lists import lists as _lists
from pipeline.validators.packages import packages as _packages
from pipeline.validators.volumes import epubs as _epubs
from pipeline.validators.volumes import pdfs as _pdfs

Progress = Callable[[str, int, int], None]


def validate_release(out: Path, progress: Progress) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """Findings about the release in `out`, sorted, and notes on what could not be checked.

    Raises EnvironmentProblem when nothing is built there, or when a judge fails for its own reasons.
    """
    built = read(out)
    books, papers, decks = (
        built.of("application/epub+zip"),
        built.of("application/pdf"),
        built.of("text/html", "slides"),
    )
    workshops, pages = built.of("text/html", "workshop"), built.of("text/html", "site")
    packed = sum(file.role in ("export", "page") for file in built.files)
    total, done = 1 + packed + sum(map(len, (books, papers, decks, workshops, pages))), 0
    findings: list[Diagnostic] = []
    notes = tuple(_notes(bool(books), bool(papers), bool(decks)))
    stages = (
        _lists(built),
        _packages(built),
        _bodies(built),
        _epubs(built, books),
        _pdfs(built, papers),
        _decks(built, decks),
        _decks(built, workshops, own=True),
        _pages(built, pages),
    )
    for stage in stages:
        for what, found in stage:
            findings += found
            done += 1
            progress(what, done, total)
    return tuple(sorted(findings, key=lambda finding: finding.order)), notes


def _notes(books: bool, papers: bool, decks: bool) -> Iterator[str]:
    """What is not checked, and what to do about it."""
    remedy = "run `make setup-test`"
    if books and not epubcheck.has_port():
        yield f"EPUB not checked by epubcheck-ts, which is not installed: {remedy}"
    if books and not epubcheck.jar():
        yield "EPUB not checked by EPUBCheck's own jar: it needs Java 17 and the Python package epubcheck"
    if books and ace.missing():
        yield f"EPUB not checked by Ace: {ace.missing()}: {remedy}"
    if papers and not pdfua.installed():
        yield f"PDF not checked for PDF/UA-1: the Python package page-validation is not installed: {remedy}"
    if decks and chromium.missing():
        yield f"decks not opened: {chromium.missing()}: {remedy}"
    elif decks and not chromium.AXE.is_file():
        yield f"decks not checked by axe-core, which is not installed: {remedy}"
