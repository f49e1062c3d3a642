"""The changelog and the errata of a course: Markdown in a fixed form, read like a module's text.

CHANGELOG.md is in the form of Keep a Changelog 1.1.0: an H2 an entry, `[Unreleased]` or `[1.2.0] - 2026-03-01`, the
newest first. ERRATA.md has an H2 for each module about which something is known, `Module 3`, as it counts them.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote

from pipeline import cache
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.blocks import Conversion
from pipeline.document.sections import nested
from pipeline.document.text import text
from pipeline.engines.pandoc import WITH_POSITIONS, Reader, ReaderStopped
from pipeline.load import NoteSource
from pipeline.model import Block, Blocks, Change, Erratum, Mark, Module, Section

RELEASED = re.compile(r"\[?(\d+\.\d+\.\d+)\]? [-–—] (\d{4}-\d{2}-\d{2})")
UNRELEASED = re.compile(r"\[?Unreleased\]?", re.IGNORECASE)
OF_MODULE = re.compile(r"Module (\d+)\b.*")
OUTSIDE = re.compile(r"(?:https://|mailto:).")


@dataclass(frozen=True, slots=True)
class Notes:
    """What a course tells of its versions."""

    changes: tuple[Change, ...]
    errata: tuple[Erratum, ...]
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A note as read: its H2 sections, where things stand in it, and what is to be said of it."""

    sections: tuple[Section, ...]
    marks: tuple[Mark, ...]
    findings: tuple[Diagnostic, ...]

    def at(self, section: Section) -> Span:
        """Where the heading of a section stands."""
        return next(mark.span for mark in self.marks if (mark.kind, mark.name) == ("heading", section.id))


def notes(sources: Sequence[NoteSource], modules: Sequence[Module], files: Collection[str]) -> Notes:
    """What these sources say; their links lead to modules and `files` of the course, or out of it."""
    findings: list[Diagnostic] = []
    changes: list[Change] = []
    errata: list[Erratum] = []
    for source in sources:
        read: _Text = cache.called(_read, (source,))
        findings += [*read.findings, *_links(read, modules, files)]
        if source.name == "CHANGELOG.md":
            changes += _changes(read, findings)
        else:
            errata += _errata(read, modules, findings)
    numbers = {module.id: module.number for module in modules}
    return Notes(tuple(changes), tuple(sorted(errata, key=lambda row: numbers[row.module])), tuple(findings))


def _read(source: NoteSource) -> _Text:
    conversion = Conversion(source.shown)
    try:
        with Reader() as reader:
            blocks = nested(conversion.blocks(reader.read(source.text, WITH_POSITIONS)), conversion)
    except (ReaderStopped, RecursionError):
        return _Text(
            (), (), (error("F120", Span(source.shown), "the text is nested too deeply", "Flatten it."),)
        )
    sections = tuple(block for block in blocks if isinstance(block, Section) and block.level == 2)
    return _Text(sections, tuple(conversion.marks), tuple(conversion.findings))


def _links(read: _Text, modules: Sequence[Module], files: Collection[str]) -> Iterator[Diagnostic]:
    """F114 for a picture, and for a link that leads nowhere."""
    anchors = {
        module.path: {mark.name for mark in module.marks if mark.kind == "heading"} for module in modules
    }
    for mark in read.marks:
        if mark.kind == "image":
            yield _wrong(mark.span, "a picture, which no page of changes shows", "Say it in words.")
        if mark.kind == "link" and not OUTSIDE.match(mark.name) and not _known(mark.name, anchors, files):
            remedy = "Link a module or a file as seen from this file, or an address with https."
            yield _wrong(mark.span, f"{mark.name} leads nowhere", remedy)


def _known(address: str, anchors: Mapping[str, Collection[str]], files: Collection[str]) -> bool:
    path, anchor = placed(address)
    return path in files and (not anchor or anchor in anchors.get(path, ()))


def placed(address: str) -> tuple[str, str]:
    """The path below the course's folder to which a relative address in a note leads, and its anchor."""
    name, _, anchor = address.partition("#")
    return posixpath.normpath(unquote(name)), unquote(anchor)


def _changes(read: _Text, findings: list[Diagnostic]) -> Iterator[Change]:
    """The entries, as long as they are in order."""
    last: tuple[tuple[int, ...], str] = ((10**9,), "9999-12-31")
    for number, section in enumerate(read.sections):
        said = text(section.title).strip()
        found = RELEASED.fullmatch(said)
        if UNRELEASED.fullmatch(said) and number == 0:
            yield Change("", "", raised(section))
        elif not found or not _is_day(found[2]):
            remedy = "Write `## [1.2.0] - 2026-03-01`; `## [Unreleased]` may stand before all others."
            findings.append(_wrong(read.at(section), f'"{said}" is no entry of a changelog', remedy))
        else:
            this = (tuple(map(int, found[1].split("."))), found[2])
            if this[0] >= last[0] or this[1] > last[1]:
                remedy = "The newest entry stands first, and each version has one."
                findings.append(_wrong(read.at(section), f"{said} stands behind an older entry", remedy))
            last = this
            yield Change(found[1], found[2], raised(section))


def _errata(read: _Text, modules: Sequence[Module], findings: list[Diagnostic]) -> Iterator[Erratum]:
    ids = {module.number: module.id for module in modules}
    for section in read.sections:
        said = text(section.title).strip()
        found = OF_MODULE.fullmatch(said)
        if found and int(found[1]) in ids:
            yield Erratum(ids[int(found[1])], raised(section))
        else:
            remedy = "Write `## Module 3`, with the number of a module of the course."
            findings.append(_wrong(read.at(section), f'"{said}" is no module of the course', remedy))


def raised(section: Section) -> Blocks:
    """What stands in a section, with the headings of a page on which it is itself one of the third level."""
    return tuple(_lower(block) for block in section.blocks)


def _lower(block: Block) -> Block:
    if not isinstance(block, Section):
        return block
    inner = tuple(_lower(part) for part in block.blocks)
    return replace(block, level=min(6, block.level + 1), blocks=inner)


def _is_day(said: str) -> bool:
    try:
        return bool(date.fromisoformat(said))
    except ValueError:
        return False


def _wrong(span: Span, message: str, remedy: str) -> Diagnostic:
    return error("F114", span, message, remedy)
