"""Make a course of a folder of plain numbered Markdown modules, whose README is the outline.

    read → outline → rename → front matter → write → what a person must fill in

What the README and the modules say is kept; what they do not say is written as `FILL: …` or as a
guess, and each of these becomes a finding at its place. The text of a module stays as it is, byte for
byte, but for links and pictures whose files have other names now. What the rules have against that
text is old debt: it goes to `.course-baseline.json`, so that the course can be built at once and
only new mistakes stop it.

| Code | Says |
| --- | --- |
| T101 | a value must be filled in |
| T102 | a value is a guess, to be looked at |
| T103 | a file, or a module that the README names, is not in the course |
| T104 | something of a module could not be kept, or a link not be rewritten |
"""

import json
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import category, normalize
from urllib.parse import quote, unquote

from pipeline import baseline
from pipeline.build import check
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, InvalidCourse, Severity, Span, error
from pipeline.document.blocks import CALLOUTS, Conversion
from pipeline.document.text import count_words, inlines_of, text, walk
from pipeline.document.text import plain as everything
from pipeline.engines.git import last_commit
from pipeline.engines.pandoc import WITH_POSITIONS, Reader, ReaderStopped
from pipeline.lint.links import scheme
from pipeline.lint.structure import plain
from pipeline.load import ASSET_LIMIT, load, shown_path
from pipeline.mapping import UNPRINTABLE, Positioned, parse
from pipeline.model import (
    Image,
    Inline,
    Inlines,
    ItemList,
    Link,
    Mark,
    Paragraph,
    Section,
    Settings,
    Styled,
    Table,
)
from pipeline.scaffold import FILL
from pipeline.schema import schema, schema_findings

THEME = Path(__file__).resolve().parent.parent / "themes" / "default"
WORDS_A_MINUTE = 200

_MODULE_NAME = re.compile(
    r"(?:(?:module|lesson|chapter|unit|week|day)[\s._-]*)?(\d{1,2})(?:[\s._-]+(.*?))?[\s._-]*\.(?:md|markdown)\Z",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:part|phase|block)\s+(?:\d+|[ivx]+)\b[\s:.–—-]*(.*)", re.IGNORECASE)
_MODULE = re.compile(r"\W*(?:module|lesson|chapter|unit|week|day)\s+(\d{1,2})\b", re.IGNORECASE)
_TRACK = re.compile(r"(?:track|(?:learning )?path)\s+(?:\d+|[a-z])\b[\s:.–—-]*(.*)", re.IGNORECASE)
_TRACKS = re.compile(r"\b(?:tracks?|paths?)\b", re.IGNORECASE)
_RANGE = r"\d{1,2}(?:\s*(?:[–—-]|to|through)\s*\d{1,2})?"
_RANGES = rf"{_RANGE}(?:\s*(?:,\s*and|,|&|and)\s*{_RANGE})*"
_CHOICE = re.compile(rf"\bmodules?\s+({_RANGES})(?!\w)", re.IGNORECASE)
_EVERYTHING = re.compile(r"\b(?:all|every)\b(?:\s+\w+){0,2}\s+modules?\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])[”’)]?\s+(?=[\W\d]*[^\W\d_])")
_ANNOUNCED = re.compile(r"\b(?:objectives?|outcomes?|goals?)\b|\bwill learn\b|['’]ll learn\b", re.IGNORECASE)
_KEY = re.compile(r"---[ \t]*\n\s*[A-Za-z_][\w-]*:(?:\s|\Z)")
_FENCES = ("code", "output", "diagram")
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)

LICENSES: Mapping[str, tuple[str, str]] = {
    "MIT License": ("MIT", "https://opensource.org/license/mit"),
    "Apache License": ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "GNU GENERAL PUBLIC LICENSE": ("GPL-3.0-or-later", "https://www.gnu.org/licenses/gpl-3.0.html"),
    "Attribution-NonCommercial-ShareAlike 4.0": (
        "CC-BY-NC-SA-4.0",
        "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    ),
    "Attribution-ShareAlike 4.0": ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "Attribution 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0 1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
"""What a licence file says near its beginning: SPDX identifier and address."""
NO_DEBT = ("F", "C10", "Q")
"""Codes without whose remedy there is no course: unreadable files, references that lead nowhere."""
NOWHERE = "https://fill.example/"
"""An address that is none yet."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A course that was made: the files written, by their paths in `out`; what a person must fill in
    or look at, at its place; and what the rules have against the text as it came (`debt`)."""

    out: Path
    written: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    debt: tuple[Diagnostic, ...]


def adopt(folder: Path, out: Path) -> Adopted:
    """Read `folder`, write a course into `out`, which must not hold anything yet.

    Raises EnvironmentProblem when `out` is not empty or there is no folder, and InvalidCourse, with
    places in `folder`, where its files cannot become a course: two modules of one number, no UTF-8.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise EnvironmentProblem(f"{out} is not empty: nothing is overwritten; name another --out")
    if not folder.is_dir():
        raise EnvironmentProblem(f"there is no folder {folder}")
    source = _read(folder)
    made = _Made.of(source)
    try:
        for name, data in sorted(made.files.items()):
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        debt = _debt(out)
        return Adopted(out, (*sorted(made.files), baseline.NAME), _to_do(out, made), debt)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


# --- reading ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """A Markdown file: front matter, the text below it as it is, and that text's blocks and marks, whose
    lines count from the text's first."""

    path: str
    front: Positioned
    body: str
    flat: tuple[Any, ...]
    marks: tuple[Mark, ...]

    @property
    def title(self) -> str:
        """The text of the first H1, or ''."""
        return next((text(b.title) for b in self.flat if isinstance(b, Section) and b.level == 1), "").strip()


@dataclass(frozen=True, slots=True)
class _Source:
    """A folder as read. `modules` are in order, each with its number and the name it shall have."""

    folder: Path
    readme: _Page
    modules: tuple[tuple[int, str, _Page], ...]
    license: str
    others: tuple[str, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """Path of a module in the folder, and its new file name."""
        return {page.path: name for _, name, page in self.modules}


def _read(folder: Path) -> _Source:
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    readme = next((path for path in files if path.name.lower() == "readme.md"), None)
    findings: list[Diagnostic] = []
    with Reader() as reader:
        outline = _page(readme, folder, reader, findings) if readme else _no_page()
        paths = {*files, *_linked(outline, folder)} - {readme}
        found = [(path, _MODULE_NAME.match(path.name)) for path in sorted(paths) if _is_markdown(path)]
        numbered = sorted(
            ((int(name[1]), name[2] or "", path) for path, name in found if name and int(name[1])),
            key=lambda row: (row[0], row[2]),
        )
        findings += _twice(numbered)
        pages = [(number, slug, _page(path, folder, reader, findings)) for number, slug, path in numbered]
    if not numbered:
        message = "the folder has no numbered Markdown files"
        findings.append(error("F100", Span(shown_path(folder)), message, "Name modules like 01-slug.md."))
    if findings:
        raise InvalidCourse(findings)
    others = [_relative(path, folder) for path, name in found if not (name and int(name[1]))]
    license = next((path for path in files if path.name.lower().startswith(("license", "licence"))), None)
    said = license.read_text(encoding="utf-8", errors="replace") if license else ""
    return _Source(folder, outline, tuple(_named(pages)), said, tuple(others))


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _is_markdown(path: Path) -> bool:
    return path.suffix.lower() in (".md", ".markdown")


def _no_page() -> _Page:
    return _Page("README.md", Positioned({}, {}, {}, ()), "", (), ())


def _linked(outline: _Page, folder: Path) -> Iterator[Path]:
    """The Markdown files that the README links below the folder."""
    for mark in outline.marks:
        path = _inside(mark.name, "", folder) if mark.kind == "link" else ""
        if path and _is_markdown(Path(path)) and (folder / path).is_file():
            yield folder / path


def _inside(href: str, base: str, folder: Path) -> str:
    """The path in the folder to which a relative address leads from a folder in it; '' if to none."""
    name = unquote(re.split(r"[#?]", href, maxsplit=1)[0])
    if scheme(href) or not name or name.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(base, name))
    hidden = any(step.startswith(".") for step in path.split("/"))
    return "" if hidden or not (folder / path).resolve().is_relative_to(folder.resolve()) else path


def _twice(numbered: Iterable[tuple[int, str, Path]]) -> Iterator[Diagnostic]:
    seen: dict[int, Path] = {}
    for number, _, path in numbered:
        if seen.setdefault(number, path) != path:
            message = f"number {number} is taken by {seen[number].name}"
            yield error("C101", Span(shown_path(path)), message, "Give each module a number of its own.")


def _page(path: Path, folder: Path, reader: Reader, findings: list[Diagnostic]) -> _Page:
    shown = shown_path(path)
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    whole = data.decode("utf-8", errors="replace")
    problem = _unreadable(data, whole)
    if problem:
        findings.append(error(problem[0], Span(shown), problem[1], problem[2]))
        return _no_page()
    front, body = _parted(whole, shown)
    if _KEY.match(_lines(whole)) and not isinstance(front.value, dict):
        findings += front.findings
        return _no_page()
    conversion = Conversion(shown)
    try:
        flat = conversion.blocks(reader.read(_lines(body), WITH_POSITIONS))
    except (ReaderStopped, RecursionError):
        message = "the text is nested too deeply to be read"
        findings.append(error("F120", Span(shown), message, "Flatten lists, quotations and emphasis."))
        return _no_page()
    return _Page(_relative(path, folder), front, body, tuple(flat), tuple(conversion.marks))


def _unreadable(data: bytes, whole: str) -> tuple[str, str, str] | None:
    if len(data) > ASSET_LIMIT:
        return "F109", "the file is too large", f"Make it smaller than {ASSET_LIMIT // 1_000_000} MB."
    if whole.encode("utf-8") != data:
        return "F101", "the file is not UTF-8", "Save the file in the encoding UTF-8."
    if UNPRINTABLE.search(whole):
        return "F110", "a control character cannot be printed", "Remove it, and any other of its kind."
    return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parted(whole: str, shown: str) -> tuple[Positioned, str]:
    """Front matter and the text below it. A `---` that begins no YAML mapping is a line of the text."""
    nothing = Positioned({}, {(): Span(shown)}, {}, ())
    fences = list(_FENCE.finditer(whole.replace("\r", " ")))
    if len(fences) < 2 or fences[0].start():
        return nothing, whole
    front = parse(_lines(whole[fences[0].end() : fences[1].start()]).removeprefix("\n"), shown, line=2)
    if not isinstance(front.value, dict):
        return (front if front.findings else nothing), whole
    rest = re.match(r"[ \t]*(?:\r\n|\n|\r|\Z)", whole[fences[1].end() :])
    return front, whole[fences[1].end() + (rest.end() if rest else 0) :]


def _named(pages: Iterable[tuple[int, str, _Page]]) -> Iterator[tuple[int, str, _Page]]:
    """The modules with their new names; a slug that occurs twice gets its number."""
    taken: set[str] = set()
    for number, written, page in pages:
        slug = _slug(written) or _slug(_MODULE.sub("", page.title)) or "module"
        slug = f"{slug}-{number}" if slug in taken else slug
        taken.add(slug)
        yield number, f"{number:02}-{slug}.md", page


def _slug(words: str) -> str:
    """Lower-case ASCII words joined by hyphens."""
    ascii = normalize("NFKD", re.sub("['’]", "", words)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii.lower()).strip("-")


# --- the outline -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Headed:
    """A heading of the README and the blocks below it, up to the next heading."""

    level: int
    title: Inlines
    blocks: tuple[Any, ...]

    @property
    def said(self) -> str:
        return _clean(text(self.title))

    @property
    def runs(self) -> Iterator[Inlines]:
        """Paragraphs, list items and table rows, one after the other."""
        for block in walk(self.blocks):
            if isinstance(block, Table):
                yield from (tuple(i for cell in row for i in (*cell, " ")) for row in block.rows)
            else:
                yield from inlines_of(block)

    @property
    def paragraphs(self) -> Iterator[str]:
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield " ".join(text(block.inlines).split())

    @property
    def items(self) -> tuple[str, ...]:
        """The texts of the first list."""
        found = next((block for block in self.blocks if isinstance(block, ItemList)), None)
        rows = found.items if found else ()
        firsts = (next((" ".join(text(i).split()) for b in row for i in inlines_of(b)), "") for row in rows)
        return tuple(filter(None, firsts))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A part or a track: id, title, what is said of it, and the numbers of its modules."""

    id: str
    title: str
    description: str
    numbers: tuple[int, ...]


def _headings(flat: Sequence[Any]) -> list[_Headed]:
    """The README by its headings; what stands before the first one has level 0."""
    starts = [0, *(n for n, block in enumerate(flat) if isinstance(block, Section)), len(flat)]
    found = []
    for start, end in pairwise(starts):
        head = flat[start] if start < end and isinstance(flat[start], Section) else None
        if head or start < end:
            blocks = tuple(flat[start + bool(head) : end])
            found.append(_Headed(head.level if head else 0, head.title if head else (), blocks))
    return found


def _clean(title: str) -> str:
    """A title without emoji and the signs around it."""
    kept = "".join(
        " " if category(c) in ("So", "Sk", "Cn", "Co") or c in "\ufe0f\u200d" else c for c in title
    )
    return " ".join(kept.split()).strip(" :.–—-")


def _links(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Link):
            yield inline.href
        if isinstance(inline, Link | Styled):
            yield from _links(inline.children)


class _Outline:
    """What a README says of the modules that are there."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.numbers = {page.path: number for number, _, page in source.modules}
        self.titles = {_slug(page.title): number for number, _, page in source.modules if page.title}
        self.headings = _headings(source.readme.flat)
        self.missing: dict[int, str] = {}
        self.parts = self._entries(list(self._parts()), "part")
        self.tracks = self._entries(list(self._tracks()), "track")

    def mentioned(self, inlines: Inlines) -> list[int]:
        """The modules that a heading, a list item or a line of a table is about."""
        paths = (_inside(href, "", self.source.folder) for href in _links(inlines))
        linked = [self.numbers[path] for path in paths if path in self.numbers]
        if linked:
            return linked
        said = text(inlines)
        named = _MODULE.match(said)
        if named and int(named[1]) not in self.numbers.values():
            self.missing.setdefault(int(named[1]), " ".join(said.split()))
            return []
        number = int(named[1]) if named else self.titles.get(_slug(said), 0)
        return [number] if number else []

    def _parts(self) -> Iterator[_Entry]:
        """Headings that say "Part N"; where none does, the headings under which modules are named."""
        stated = [n for n, head in enumerate(self.headings) if _PART.match(head.said)]
        taken: set[int] = set()
        for n in stated or range(len(self.headings)):
            head = self.headings[n]
            scope = [head, *(self._below(n) if stated else self._modules_after(n))]
            rows = [run for h in scope for run in (h.title, *_listed(h))]
            numbers = dict.fromkeys(number for row in rows for number in self.mentioned(row))
            new = tuple(number for number in numbers if number not in taken)
            own_module = not stated and self.mentioned(head.title)
            if (new or stated) and not own_module:
                taken.update(new)
                named = _PART.match(head.said)
                title = _clean(named[1]) if named else head.said
                yield _Entry("", title or head.said or "Modules", next(head.paragraphs, ""), new)

    def _below(self, n: int) -> Iterator[_Headed]:
        """The headings that belong to a part: deeper ones, and modules at its own level."""
        level = self.headings[n].level
        for head in self.headings[n + 1 :]:
            if head.level < level or (head.level == level and not self._is_module(head)):
                return
            yield head

    def _modules_after(self, n: int) -> Iterator[_Headed]:
        for head in self.headings[n + 1 :]:
            if not self._is_module(head):
                return
            yield head

    def _is_module(self, head: _Headed) -> bool:
        return bool(_MODULE.match(head.said) or self.mentioned(head.title))

    def _tracks(self) -> Iterator[_Entry]:
        above: list[_Headed] = []
        for head in self.headings:
            above = [h for h in above if h.level < head.level]
            named = _TRACK.match(head.said)
            numbers = self._chosen(head)
            under = any(_TRACKS.search(h.said) for h in above)
            if named or (under and numbers):
                title = _clean(named[1]) if named else ""
                yield _Entry("", title or head.said, _track_text(head), numbers)
            above.append(head)
            for table in (block for block in head.blocks if isinstance(block, Table)):
                yield from self._rows(table)

    def _rows(self, table: Table) -> Iterator[_Entry]:
        """A table of tracks: one column names them, one lists modules, the last may say for whom."""
        names = [_clean(text(cell)).lower() for cell in table.head]
        title = next((n for n, name in enumerate(names) if _TRACKS.search(name)), -1)
        modules = next((n for n, name in enumerate(names) if name.startswith("module")), -1)
        for row in table.rows if title >= 0 and modules >= 0 else ():
            said = [" ".join(text(cell).split()) for cell in row]
            rest = [words for n, words in enumerate(said) if n not in (title, modules)]
            numbers = self._numbers(f"modules {said[modules]}")
            yield _Entry("", _clean(said[title]), " ".join(rest), numbers)

    def _chosen(self, head: _Headed) -> tuple[int, ...]:
        said = [text(run) for run in head.runs]
        numbers = {number for line in said for number in self._numbers(line)}
        linked = {number for run in _listed(head) for number in self.mentioned(run)}
        return tuple(sorted(numbers | linked))

    def _numbers(self, said: str) -> tuple[int, ...]:
        """The modules that "Modules 1–4, 7" or "All 35 modules" name, and that are there."""
        there = set(self.numbers.values())
        if _EVERYTHING.search(said):
            return tuple(sorted(there))
        found: set[int] = set()
        for choice in _CHOICE.finditer(said):
            for piece in re.finditer(_RANGE, choice[1], re.IGNORECASE):
                first, *last = map(int, re.findall(r"\d+", piece[0]))
                found.update(range(first, (last[0] if last else first) + 1))
        return tuple(sorted(found & there))

    @staticmethod
    def _entries(found: Sequence[_Entry], otherwise: str) -> tuple[_Entry, ...]:
        taken: set[str] = set()
        entries = []
        for n, entry in enumerate(found, 1):
            id = _slug(entry.title) or f"{otherwise}-{n}"
            id = f"{id}-{n}" if id in taken else id
            taken.add(id)
            entries.append(replace(entry, id=id))
        return tuple(entries)

    def under(self, pattern: str) -> _Headed | None:
        """The first heading below the title that speaks of something."""
        below = (head for head in self.headings if head.level > 1)
        return next((head for head in below if re.search(pattern, head.said, re.IGNORECASE)), None)


def _listed(head: _Headed) -> Iterator[Inlines]:
    """List items and table rows: paragraphs mention modules in passing."""
    rest = tuple(block for block in head.blocks if not isinstance(block, Paragraph))
    return _Headed(0, (), rest).runs


def _track_text(head: _Headed) -> str:
    """What is said of a track beside its numbers, as one text."""
    rests = []
    for run in head.runs:
        said = _EVERYTHING.sub("", _CHOICE.sub("", " ".join(text(run).split())))
        said = said.strip(" :,.–—-") if not said.rstrip().endswith(":") else ""
        if said:
            rests.append(said)
    joined = "; ".join(rests)
    return f"{joined[:1].upper()}{joined[1:]}." if joined else ""


# --- what is written -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Note:
    """A finding to be. It stands at the value `path` of the file's YAML, or at the words `at`."""

    code: str
    file: str
    path: tuple[str | int, ...]
    message: str
    help: str
    at: str = ""

    @property
    def severity(self) -> Severity:
        return Severity.SUGGESTION if self.code == "T102" else Severity.WARNING


@dataclass
class _Made:
    """The files of the new course, and notes on what they say."""

    source: _Source
    outline: _Outline
    files: dict[str, bytes] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    notes: list[_Note] = field(default_factory=list)

    @classmethod
    def of(cls, source: _Source) -> "_Made":
        made = cls(source, _Outline(source))
        made.course()
        for number, name, page in source.modules:
            made.module(number, name, page)
        made.left_out()
        return made

    def note(self, code: str, file: str, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        self.notes.append(_Note(code, file, path, message, remedy))

    # --- course.yml --------------------------------------------------------------------------

    def course(self) -> None:
        outline = self.outline
        head = outline.headings[0] if outline.headings else _Headed(0, (), ())
        head = next((h for h in outline.headings if h.level), head)
        title, _, subtitle = head.said.partition(": ")
        goal = _labelled(outline.headings, "goal") or _first(outline.under(r"\bgoals?\b"))
        before = outline.under(r"prerequisit|before you|requirements")
        about = outline.under(r"\binstructor|\bauthor|\babout me\b")
        parts, tracks = self.parts(), self.tracks()
        values: dict[str, Any] = {
            "id": _slug(title) or _slug(self.source.folder.resolve().name) or "course",
            "version": "1.0.0",
            "title": title or f"{FILL} the course's title",
            "subtitle": subtitle or f"{FILL} the subtitle",
            "description": _first(head) or f"{FILL} what the course is, in one or two sentences",
            "goal": goal or f"{FILL} what a reader can do at its end",
            "before": list(before.items if before else ()) or [f"{FILL} what a reader should know before"],
            "author": {
                "name": self.author(),
                "biography": _first(about) or f"{FILL} a paragraph about the author",
                "url": next(filter(_is_https, _every_link(about)), NOWHERE),
            },
            "license": dict(zip(("spdx", "url"), self.license(), strict=True)),
            "language": "en",
            "parts": [{"id": e.id, "title": e.title, "description": e.description} for e in parts],
            "tracks": [{"id": e.id, "title": e.title, "description": e.description} for e in tracks],
            "stages": {"course": "Course"},
            "kinds": {
                "module": {"sections": self.sections(), "words": {"min": 0, "max": 50_000}, "callouts": 99}
            },
            "callouts": list(CALLOUTS),
        }
        self.note("T102", "course.yml", ("language",), "the language is a guess", "Write its BCP 47 tag.")
        remedy = "Name the stations of your subject, in order, and give each module those it treats."
        self.note("T102", "course.yml", ("stages",), "there is one stage, for all modules", remedy)
        self.files["course.yml"] = "".join(f"{line}\n" for line in _yaml(values)).encode()

    def parts(self) -> tuple[_Entry, ...]:
        parts = self.outline.parts or (_Entry("modules", "Modules", "", ()),)
        missing = f"{FILL} what the part is about, in one line"
        return tuple(replace(part, description=part.description or missing) for part in parts)

    def tracks(self) -> tuple[_Entry, ...]:
        """The README's tracks; one with everything besides, where a module is in none of them."""
        tracks = [
            replace(t, description=t.description or f"{FILL} whom it is for") for t in self.outline.tracks
        ]
        if self.homeless():
            at = len(tracks)
            tracks.append(_Entry("all-modules", "All Modules", "Every module, in order.", ()))
            remedy = "Give these modules tracks of their own, or keep it."
            message = f"a track with everything, since {self.homeless()} modules are in no track"
            self.note("T102", "course.yml", ("tracks", at), message, remedy)
        return tuple(tracks)

    def homeless(self) -> int:
        inside = {number for track in self.outline.tracks for number in track.numbers}
        return sum(number not in inside for number, _, _ in self.source.modules)

    def sections(self) -> list[str]:
        """The H2 headings, where all modules have the same ones; otherwise the structure is free."""
        found = [
            [plain(text(b.title)) for b in page.flat if isinstance(b, Section) and b.level == 2]
            for _, _, page in self.source.modules
        ]
        common = [name for name in found[0] if all(name in names for names in found)]
        same = all(names == common for names in found) and len(set(common)) == len(common)
        if not same:
            said = f"All modules have {', '.join(common)}. " if common else ""
            remedy = f"{said}List the H2 headings that every module shall have, and no others."
            path = ("kinds", "module", "sections")
            self.note("T102", "course.yml", path, "modules may have any sections", remedy)
        return common if same else []

    def author(self) -> str:
        found = re.search(r"Copyright(?:\s*\(c\)|\s*©)*[\s\d,–-]+(.+)", self.source.license)
        return " ".join(found[1].split()).strip(" .") if found else f"{FILL} the author's name"

    def license(self) -> tuple[str, str]:
        said = self.source.license[:600] or " ".join(
            text(run) for h in [self.outline.under(r"\blicen[sc]e")] if h for run in h.runs
        )
        short = {"MIT": LICENSES["MIT License"], "Apache": LICENSES["Apache License"]}
        known = {**LICENSES, **({} if self.source.license else short)}
        return next((entry for words, entry in known.items() if words in said), ("LicenseRef-FILL", NOWHERE))

    # --- modules -----------------------------------------------------------------------------

    def module(self, number: int, name: str, page: _Page) -> None:
        file = f"modules/{name}"
        body = self.relinked(file, page)
        values = self.front(number, name, page)
        values |= self.kept(file, page, values)
        self.guesses(file, page, values)
        front = "".join(f"{line}\n" for line in _yaml(values))
        gap = "" if body[:1] in ("\n", "\r") else "\n"
        self.files[file] = f"---\n{front}---\n{gap}{body}".encode()

    def front(self, number: int, name: str, page: _Page) -> dict[str, Any]:
        words = count_words(page.flat)
        parts, tracks = self.outline.parts, self.outline.tracks
        part = next((part.id for part in parts if number in part.numbers), "")
        title = page.title or str(page.front.value.get("title", "")) or name[3:-3].replace("-", " ").title()
        objectives = _objectives(page) or [f"{FILL} what a reader can do afterwards, with a measurable verb"]
        if not part:
            remedy = "The README names the module in no part."
            self.note("T102", f"modules/{name}", ("part",), "the part is a guess", remedy)
        return {
            "id": name[3:-3],
            "number": number,
            "title": title[:120],
            "summary": _summary(page) or f"{FILL} one sentence that says what the module answers",
            "part": part or self.nearest(number),
            "stages": ["course"],
            "tracks": [t.id for t in tracks if number in t.numbers] + ["all-modules"] * bool(self.homeless()),
            "prerequisites": [],
            "recommended": [],
            "minutes": max(5, -(-words // (WORDS_A_MINUTE * 5)) * 5),
            "difficulty": "intermediate",
            "objectives": [{"id": f"o{n}", "text": said} for n, said in enumerate(objectives, 1)],
            "keywords": [],
            "terms": {},
            "version": "1.0.0",
            "updated": self.day(page),
        }

    def nearest(self, number: int) -> str:
        """The part of the nearest module before that has one."""
        known = [(n, part.id) for part in self.parts() for n in part.numbers if n < number]
        return max(known)[1] if known else self.parts()[0].id

    def day(self, page: _Page) -> str:
        """Day of the folder's last commit, or of the file's last change."""
        path = self.source.folder / page.path
        commit = last_commit(self.source.folder)
        return datetime.fromtimestamp(commit[1] if commit else path.stat().st_mtime, UTC).date().isoformat()

    def kept(self, file: str, page: _Page, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the file's own front matter says, as far as it is valid and agrees with the text."""
        kept: dict[str, Any] = {}
        for key, value in page.front.value.items():
            if key in ("id", "number", "title") and str(values[key]) == str(value):
                continue
            if key in schema("module")["properties"] and self.holds(key, value, values):
                kept[key] = value
            else:
                message = f'the front matter\'s "{key}" is not kept'
                self.note("T104", file, (), message, f"It was: {json.dumps(value, ensure_ascii=False)[:200]}")
        return kept

    def holds(self, key: str, value: Any, values: Mapping[str, Any]) -> bool:
        """Whether a value satisfies the schema and names only what this course has."""
        known: Mapping[str, Iterable[str]] = {
            "part": [part.id for part in self.parts()],
            "tracks": [track.id for track in self.outline.tracks],
            "stages": ["course"],
            "kind": ["module"],
            **dict.fromkeys(("prerequisites", "recommended"), self.earlier(int(values["number"]))),
            **dict.fromkeys(("id", "number", "title"), ()),
        }
        named = value if isinstance(value, list) else [value]
        if key in known and not all(name in known[key] for name in named):
            return False
        tried = json.loads(json.dumps({**values, key: value}), parse_int=str)
        return not any(schema_findings(Positioned(tried, {(): Span("")}, {}, ()), "module"))

    def earlier(self, number: int) -> list[str]:
        return [name[3:-3] for n, name, _ in self.source.modules if n < number]

    def guesses(self, file: str, page: _Page, values: Mapping[str, Any]) -> None:
        """Notes on what is a guess, or empty because nobody has said it."""
        if "difficulty" not in page.front.value:
            remedy = "Write intermediate, advanced or expert."
            self.note("T102", file, ("difficulty",), "the difficulty is a guess", remedy)
        if not values["keywords"]:
            self.note("T102", file, ("keywords",), "there are no keywords", "List the words of the index.")
        if not values["terms"]:
            remedy = "List the terms that the module introduces, each with its definition."
            self.note("T102", file, ("terms",), "there are no terms", remedy)
        if _MODULE.match(page.title):
            remedy = "Outputs write the number themselves: cut it from the title and the H1."
            self.note("T102", file, ("title",), "the title repeats the module's number", remedy)

    # --- links -------------------------------------------------------------------------------

    def relinked(self, file: str, page: _Page) -> str:
        """The text with its links led to where the files are now. Nothing else of it changes: what
        is read from it afterwards is compared with what was read before."""
        wanted = {m: self.address(m, page) for m in page.marks if m.kind in ("link", "image")}
        moved = {mark: new for mark, new in wanted.items() if new and new != mark.name}
        edits: dict[tuple[int, int], str] = {}
        for mark, new in moved.items():
            edits |= dict.fromkeys(_places(page, mark), new)
        body = page.body
        for (start, end), new in sorted(edits.items(), reverse=True):
            body = body[:start] + new + body[end:]
        with Reader() as reader:
            again = Conversion("")
            flat = again.blocks(reader.read(_lines(body), WITH_POSITIONS))
        found = [mark.name for mark in again.marks if mark.kind in ("link", "image")]
        as_wanted = found == [new or mark.name for mark, new in wanted.items()]
        same = as_wanted and everything(flat) == everything(page.flat)
        return body if same else self.unchanged(file, page, moved)

    def unchanged(self, file: str, page: _Page, moved: Mapping[Mark, str]) -> str:
        for mark, new in moved.items():
            message = f"the link to {mark.name} could not be rewritten"
            self.notes.append(_Note("T104", file, (), message, f"Lead it to {new}.", mark.name))
        return page.body

    def address(self, mark: Mark, page: _Page) -> str:
        """Where a relative address must lead in the new course; '' where nothing is known of it."""
        path = _inside(mark.name, posixpath.dirname(page.path), self.source.folder)
        anchor = "#" + mark.name.partition("#")[2] if "#" in mark.name else ""
        if path in self.source.names:
            name = self.source.names[path]
            stays = posixpath.normpath(posixpath.join("modules", unquote(mark.name.partition("#")[0])))
            return mark.name if stays == f"modules/{name}" else name + anchor
        asset = self.asset(path) if path and not _is_markdown(Path(path)) else ""
        return f"../{asset}{anchor}" if asset else ""

    def asset(self, path: str) -> str:
        """The place of a referenced file in the new course; '' where it cannot be in it."""
        file = self.source.folder / path
        if path in self.assets or not file.is_file():
            return self.assets.get(path, "")
        if file.is_symlink() or file.stat().st_size > ASSET_LIMIT:
            remedy = "A course holds files of its own, of at most 5 MB."
            self.note("T103", "course.yml", (), f"{path} is not copied", remedy)
            return ""
        inner = "/".join(_safe(step) for step in path.removeprefix("assets/").split("/"))
        stem, dot, ending = inner.rpartition(".")
        number = 1
        while f"assets/{inner}" in self.assets.values():
            number += 1
            inner = f"{stem}-{number}{dot}{ending}"
        self.assets[path] = f"assets/{inner}"
        self.files[f"assets/{inner}"] = file.read_bytes()
        return self.assets[path]

    def left_out(self) -> None:
        """Notes on what of the folder is not in the course."""
        for path in self.source.others:
            remedy = "A module's file name begins with its number, from 1 to 99."
            self.note("T103", "course.yml", (), f"{path} is not adopted", remedy)
        for _, said in sorted(self.outline.missing.items()):
            remedy = "Write it (`course new module`), or take it out of the outline."
            self.note("T103", "course.yml", ("parts",), f'there is no file for "{said}"', remedy)


def _safe(name: str) -> str:
    """A file name that needs no escape in an address."""
    return (
        re.sub(r"[^A-Za-z0-9._-]+", "-", normalize("NFKD", name).encode("ascii", "ignore").decode()) or "file"
    )


def _places(page: _Page, mark: Mark) -> Iterator[tuple[int, int]]:
    """Where the text writes the address of a link: inside the link, or in its definition."""
    ways = {mark.name, unquote(mark.name), quote(unquote(mark.name), safe="/#?=&%:+,;@~!$'()*.-_")}
    written = "|".join(re.escape(way) for way in sorted(ways, key=len, reverse=True))
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", page.body)), len(page.body)]
    first, end = starts[mark.span.line - 1], starts[min(mark.span.end_line, len(starts) - 1)]
    tabs = "\t" in page.body[first:end]
    last = starts[mark.span.end_line - 1] + mark.span.end_column - 1
    start = first if tabs else first + mark.span.column - 1
    inline = list(re.finditer(rf"\]\(\s*<?({written})(?=[>\s)])", page.body[start : end if tabs else last]))
    for found in inline[-1:]:
        yield start + found.start(1), start + found.end(1)
    if not inline:
        fences = [(mark.span.line, mark.span.end_line) for mark in page.marks if mark.kind in _FENCES]
        definition = rf"^ {{0,3}}\[[^\]]+\]:\s*<?({written})(?=[>\s]|\Z)"
        for found in re.finditer(definition, page.body, re.MULTILINE):
            line = sum(start <= found.start() for start in starts[:-1])
            if not any(first <= line < last for first, last in fences):
                yield found.start(1), found.end(1)


# --- short texts -----------------------------------------------------------------------------


def _first(head: _Headed | None) -> str:
    """The first sentences below a heading: a paragraph of words, no pictures, no mere links."""
    for block in head.blocks if head else ():
        if isinstance(block, Paragraph) and len(_own_words(block.inlines).split()) > 3:
            return " ".join(text(block.inlines).split())
    return ""


def _own_words(inlines: Inlines) -> str:
    """The text of a paragraph beside its links and pictures."""
    return text(inline for inline in inlines if not isinstance(inline, Link | Image))


def _lead(block: Paragraph) -> str:
    """The bold words with which a paragraph begins, where they end in a colon or a period."""
    first, *rest = block.inlines or ("",)
    said = text(first.children).strip() if isinstance(first, Styled) and first.style == "strong" else ""
    labelled = said.endswith((":", ".")) or text(rest).lstrip().startswith(":")
    return said if labelled else ""


def _labelled(headings: Iterable[_Headed], word: str) -> str:
    """The paragraph whose bold label holds a word, without the label."""
    blocks = (block for head in headings for block in head.blocks if isinstance(block, Paragraph))
    found = (text(block.inlines[1:]) for block in blocks if word in _lead(block).lower())
    return next((" ".join(said.split()).lstrip(": ") for said in found), "")


def _every_link(head: _Headed | None) -> Iterator[str]:
    for run in head.runs if head else ():
        yield from _links(run)


def _is_https(href: str) -> bool:
    return scheme(href) == "https"


def _summary(page: _Page) -> str:
    """The first sentence of the first paragraph that is one, as inline Markdown of at most 300 characters."""
    for block in page.flat:
        words = _own_words(block.inlines).split() if isinstance(block, Paragraph) else []
        if len(words) < 4 or _lead(block) or text(block.inlines).rstrip().endswith(":"):
            continue
        sentence = _SENTENCE.split(" ".join(text(block.inlines).split()), maxsplit=1)[0]
        made = _markdown(sentence)
        return (
            made if len(made) <= 300 else _markdown(sentence[:240].rpartition(" ")[0]).rstrip(" ,;:") + " …"
        )
    return ""


def _objectives(page: _Page) -> list[str]:
    """The list below a heading that announces objectives, if there is one."""
    for head in _headings(page.flat):
        if _ANNOUNCED.search(head.said) and head.items:
            return [_markdown(item) for item in head.items[:8]]
    return []


def _markdown(plain: str) -> str:
    """A text as Markdown that says just this."""
    return re.sub(r"([\\`*_{}\[\]<>~&$#])", r"\\\1", plain)


# --- YAML ------------------------------------------------------------------------------------

_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_WIDTH = 88


def _yaml(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A mapping as lines of YAML: in one line what fits there."""
    for key, value in values.items():
        flow = _flow(value)
        head = f"{indent}{_flow(key)}:"
        if not isinstance(value, dict | list) or not value or len(head) + len(flow) < _WIDTH:
            yield f"{head} {flow}"
            continue
        yield head
        if isinstance(value, dict):
            yield from _yaml(value, f"{indent}  ")
            continue
        for row in value:
            lines = (
                list(_yaml(row, f"{indent}    ")) if isinstance(row, dict) else [f"{indent}    {_flow(row)}"]
            )
            yield f"{indent}  - {lines[0].lstrip()}"
            yield from lines[1:]


def _flow(value: Any) -> str:
    """A value in one line. Texts stand in quotation marks, as in JSON, unless they are plain words."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_flow(k)}: {_flow(v)}' for k, v in value.items())} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if _BARE.match(str(value)) and str(value).lower() != "null":
        return str(value)
    quoted = json.dumps(str(value), ensure_ascii=False)
    return "".join(c if category(c) not in ("Cc", "Cf", "Zl", "Zp") else f"\\u{ord(c):04x}" for c in quoted)


# --- what is left to do ----------------------------------------------------------------------


def _debt(out: Path) -> tuple[Diagnostic, ...]:
    """What `course check` has against the new course, written down as its baseline.

    Twice at most: what is found while reading must be known before the rules look. Raises
    InvalidCourse where something is found without which there is no course.
    """
    known: dict[tuple[Span, str, str], Diagnostic] = {}
    settings = Settings(content=out, out=out, theme=THEME)
    while True:
        try:
            found, whole = check(settings)[1], True
        except InvalidCourse as invalid:
            found, whole = invalid.findings, False
        hopeless = [finding for finding in found if finding.code.startswith(NO_DEBT)]
        if hopeless:
            raise InvalidCourse(hopeless)
        new = {f.order: f for f in found if f.order not in known and not _unwritten(f)}
        known |= new
        baseline.write(known.values(), out, shown_path(out))
        if whole or not new:
            return tuple(sorted(known.values(), key=lambda finding: finding.order))


def _unwritten(finding: Diagnostic) -> bool:
    """Whether a finding is about what a person has yet to write: no old debt, unless it were an error."""
    return FILL[:-1] in finding.message and finding.severity < Severity.ERROR


def _to_do(out: Path, made: _Made) -> tuple[Diagnostic, ...]:
    """What a person must fill in or look at, each at its place in the written files."""
    sources = load(out)
    fronts = {"course.yml": sources.course} | {source.path: source.front for source in sources.modules}
    notes = [*made.notes, *(note for file, front in fronts.items() for note in _fills(file, front))]
    found = [
        Diagnostic(note.code, note.severity, note.message, note.help, _place(note, fronts[note.file], out))
        for note in notes
    ]
    return tuple(sorted(found, key=lambda finding: finding.order))


def _fills(file: str, front: Positioned) -> Iterator[_Note]:
    for path, span in front.spans.items():
        value: Any = front.value
        for step in path:
            value = value[step]
        if isinstance(value, str) and (FILL[:-1] in value or value == NOWHERE) and span:
            field = "/".join(f"entry {step + 1}" if isinstance(step, int) else step for step in path)
            remedy = value.removeprefix(FILL).strip() if value.startswith(FILL) else "Write the real one."
            yield _Note("T101", file, path, f"{field} must be filled in", f"{remedy[:1].upper()}{remedy[1:]}")


def _place(note: _Note, front: Positioned, out: Path) -> Span:
    """The place of a note: the words it is about, or a value; a short one on one line."""
    if note.at:
        lines = (out / note.file).read_text(encoding="utf-8").split("\n")
        line = next((n for n, said in enumerate(lines, 1) if note.at in said), 1)
        return Span(f"{shown_path(out)}/{note.file}", line)
    span = front.at(note.path)
    return span if span.line == span.end_line else Span(span.path, span.line, span.column)
