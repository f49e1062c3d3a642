"""Read a folder of numbered Markdown modules: their texts as they are, and the README's.

Nothing is guessed here. What cannot be read at all is a finding at its place in the folder.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pipeline.diagnostics import Diagnostic, InvalidCourse, Span, error
from pipeline.document.blocks import Conversion
from pipeline.document.text import text
from pipeline.engines.pandoc import WITH_POSITIONS, Reader, ReaderStopped
from pipeline.files import ASSET_LIMIT
from pipeline.lint.links import scheme
from pipeline.load import shown_path
from pipeline.mapping import UNPRINTABLE, Positioned, parse
from pipeline.model import Mark, Section
from pipeline.scaffold import slug_of

_MODULE_NAME = re.compile(
    r"(?:(?:module|lesson|chapter|unit|week|day)[\s._-]*)?(\d{1,2})(?:[\s._-]+(.*?))?[\s._-]*\.(?:md|markdown)\Z",
    re.IGNORECASE,
)
_KEY = re.compile(r"---[ \t]*\n\s*[A-Za-z_][\w-]*:(?:\s|\Z)")
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
NUMBERED = re.compile(r"\W*(?:module|lesson|chapter|unit|week|day)\s+(\d{1,2})\b", re.IGNORECASE)
"""How a title or an entry of an outline begins that says a module's number."""


@dataclass(frozen=True, slots=True)
class Page:
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
class Source:
    """A folder as read. `modules` are in order, each with its number and the name it shall have."""

    folder: Path
    readme: Page
    modules: tuple[tuple[int, str, Page], ...]
    license: str
    others: tuple[str, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """Path of a module in the folder, and its new file name."""
        return {page.path: name for _, name, page in self.modules}


def read(folder: Path) -> Source:
    """The folder's README, modules and licence. Raises InvalidCourse with places in the folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    readme = next((path for path in files if path.name.lower() == "readme.md"), None)
    findings: list[Diagnostic] = []
    with Reader() as reader:
        outline = _page(readme, folder, reader, findings) if readme else _no_page()
        paths = {*files, *_linked(outline, folder)} - {readme}
        found = [(path, _MODULE_NAME.match(path.name)) for path in sorted(paths) if is_markdown(path)]
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
    return Source(folder, outline, tuple(_named(pages)), said, tuple(others))


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def is_markdown(path: Path) -> bool:
    """Whether a file's name says that it is Markdown."""
    return path.suffix.lower() in (".md", ".markdown")


def _no_page() -> Page:
    return Page("README.md", Positioned({}, {}, {}, ()), "", (), ())


def _linked(outline: Page, folder: Path) -> Iterator[Path]:
    """The Markdown files that the README links below the folder."""
    for mark in outline.marks:
        path = inside(mark.name, "", folder) if mark.kind == "link" else ""
        if path and is_markdown(Path(path)) and (folder / path).is_file():
            yield folder / path


def inside(href: str, base: str, folder: Path) -> str:
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


def _page(path: Path, folder: Path, reader: Reader, findings: list[Diagnostic]) -> Page:
    shown = shown_path(path)
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    whole = data.decode("utf-8", errors="replace")
    problem = _unreadable(data, whole)
    if problem:
        findings.append(error(problem[0], Span(shown), problem[1], problem[2]))
        return _no_page()
    front, body = _parted(whole, shown)
    if _KEY.match(with_lf(whole)) and not isinstance(front.value, dict):
        findings += front.findings
        return _no_page()
    conversion = Conversion(shown)
    try:
        flat = conversion.blocks(reader.read(with_lf(body), WITH_POSITIONS))
    except (ReaderStopped, RecursionError):
        message = "the text is nested too deeply to be read"
        findings.append(error("F120", Span(shown), message, "Flatten lists, quotations and emphasis."))
        return _no_page()
    return Page(_relative(path, folder), front, body, tuple(flat), tuple(conversion.marks))


def _unreadable(data: bytes, whole: str) -> tuple[str, str, str] | None:
    if len(data) > ASSET_LIMIT:
        return "F109", "the file is too large", f"Make it smaller than {ASSET_LIMIT // 1_000_000} MB."
    if whole.encode("utf-8") != data:
        return "F101", "the file is not UTF-8", "Save the file in the encoding UTF-8."
    if UNPRINTABLE.search(whole):
        return "F110", "a control character cannot be printed", "Remove it, and any other of its kind."
    return None


def with_lf(text: str) -> str:
    """A text with LF at the ends of its lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parted(whole: str, shown: str) -> tuple[Positioned, str]:
    """Front matter and the text below it. A `---` that begins no YAML mapping is a line of the text."""
    nothing = Positioned({}, {(): Span(shown)}, {}, ())
    fences = list(_FENCE.finditer(whole.replace("\r", " ")))
    if len(fences) < 2 or fences[0].start():
        return nothing, whole
    front = parse(with_lf(whole[fences[0].end() : fences[1].start()]).removeprefix("\n"), shown, line=2)
    if not isinstance(front.value, dict):
        return (front if front.findings else nothing), whole
    rest = re.match(r"[ \t]*(?:\r\n|\n|\r|\Z)", whole[fences[1].end() :])
    return front, whole[fences[1].end() + (rest.end() if rest else 0) :]


def _named(pages: Iterable[tuple[int, str, Page]]) -> Iterator[tuple[int, str, Page]]:
    """The modules with their new names; a slug that occurs twice gets its number."""
    taken: set[str] = set()
    for number, written, page in pages:
        slug = slug_of(written) or slug_of(NUMBERED.sub("", page.title)) or "module"
        slug = f"{slug}-{number}" if slug in taken else slug
        taken.add(slug)
        yield number, f"{number:02}-{slug}.md", page
