"""Read a course folder: bytes become text, front matter and body, with positions; nothing is judged.

Front matter goes through python-frontmatter with a handler of our own (`PositionedYAML`), which
keeps positions and refuses what the library is silent about: duplicate keys, a byte order mark,
an unclosed block, a list instead of a mapping (`docs/authoring.md`).
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import frontmatter
from frontmatter.default_handlers import BaseHandler

from pipeline.baseline import Known
from pipeline.baseline import read as read_baseline
from pipeline.diagnostics import Diagnostic, InvalidCourse, Span, error
from pipeline.mapping import UNPRINTABLE, Positioned, parse
from pipeline.model import Asset, Theme
from pipeline.trace import traced

MODULE_FILE = re.compile(r"\d{2}-[a-z0-9]+(?:-[a-z0-9]+)*\.md\Z")
SOLUTION = re.compile(r"solutions/[^/]+/.")
NOTES = ("CHANGELOG.md", "ERRATA.md")
ASSET_LIMIT = 5_000_000
"""Bytes of one asset: a book with larger pictures is no longer a download."""


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """A module file: its front matter with positions, and the body with its first line's number.
    `digest` is the sha256 of the whole text."""

    path: str
    shown: str
    front: Positioned
    body: str
    body_line: int
    digest: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The file's lines; those of the front matter are left empty."""
        return ("",) * (self.body_line - 1) + tuple(self.body.split("\n"))


@dataclass(frozen=True, slots=True)
class NoteSource:
    """The changelog or the errata of a course: one of NOTES."""

    name: str
    shown: str
    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """A course folder as read. `shown` paths are those that findings name.

    `files` are the paths of all files below the folder, read or not: links may name them.
    `readme` is the path and text of the README beside the folder, when it holds the course's outline.
    """

    root: Path
    course: Positioned
    course_path: str
    modules: tuple[ModuleSource, ...]
    assets: tuple[Asset, ...]
    findings: tuple[Diagnostic, ...]
    baseline: Known = ()
    readme: tuple[str, str] = ("", "")
    files: tuple[str, ...] = ()
    solutions: tuple[Asset, ...] = ()
    notice: tuple[Asset, ...] = ()
    notes: tuple[NoteSource, ...] = ()


class PositionedYAML(BaseHandler):
    """A python-frontmatter handler for one file: `load` keeps the positions in `front`."""

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "---"

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.shown = shown
        self.front = Positioned(None, {(): Span(shown)}, {}, ())

    def load(self, fm: str, **options: object) -> dict[str, object]:
        self.front = parse(fm.removeprefix("\n"), self.shown, line=2)
        return self.front.value if isinstance(self.front.value, dict) else {}


@traced("stage")
def load(content: Path) -> Sources:
    """Read `course.yml`, `modules/*.md`, `assets/`, `solutions/`, NOTES and LICENSE below `content`.

    Raises InvalidCourse at once where there is nothing to read: no folder, no `course.yml`.
    """
    shown = shown_path(content)
    if not content.is_dir():
        raise InvalidCourse(
            [_nothing(shown, "there is no such folder", "Name a course folder with --content DIR.")]
        )
    course_file = content / "course.yml"
    if not course_file.is_file():
        remedy = "Write one (docs/authoring.md shows it), or name another folder with --content DIR."
        raise InvalidCourse([_nothing(f"{shown}/course.yml", "the folder has no course.yml", remedy)])
    findings: list[Diagnostic] = []
    text, problems = _text(course_file, f"{shown}/course.yml")
    findings += problems
    course = parse(text, f"{shown}/course.yml")
    modules = [_module(path, content, shown, findings) for path in _module_files(content, shown, findings)]
    assets = _assets(content, shown, findings)
    files = tuple(sorted(_files(content)))
    solutions = tuple(_copied(content, (f for f in files if SOLUTION.match(f)), shown, findings))
    notice = tuple(_copied(content, (f for f in files if f == "LICENSE"), shown, findings))
    notes = tuple(_notes(content, [f for f in NOTES if f in files], shown, findings))
    return Sources(
        content,
        course,
        f"{shown}/course.yml",
        tuple(m for m in modules if m),
        assets,
        tuple(findings),
        read_baseline(content),
        _readme(content),
        files,
        solutions,
        notice,
        notes,
    )


def _notes(
    content: Path, names: Iterable[str], shown: str, findings: list[Diagnostic]
) -> Iterator[NoteSource]:
    for asset in _copied(content, names, shown, findings):
        text, problems = _text(content / asset.path, f"{shown}/{asset.path}")
        findings += problems
        yield NoteSource(asset.path, f"{shown}/{asset.path}", text)


def _files(content: Path) -> Iterator[str]:
    """The paths of all files. Hidden ones, and what symbolic links lead to, are not the course's."""
    for folder, inner, names in os.walk(content):
        inner[:] = [name for name in inner if not name.startswith(".") and name != "node_modules"]
        found = (Path(folder, name) for name in names if not name.startswith("."))
        yield from (path.relative_to(content).as_posix() for path in found if not path.is_symlink())


def _copied(content: Path, files: Iterable[str], shown: str, findings: list[Diagnostic]) -> Iterator[Asset]:
    """Files that are released as they stand."""
    for name in files:
        if (content / name).stat().st_size > ASSET_LIMIT:
            findings.append(_too_large(Span(f"{shown}/{name}")))
        else:
            yield Asset(name, (content / name).read_bytes())


def _readme(content: Path) -> tuple[str, str]:
    path = content.resolve().parent / "README.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "", ""
    return (shown_path(path), text) if "<!-- outline -->" in text else ("", "")


def load_theme(folder: Path) -> Theme:
    """Read a theme: its text files and vendored scripts; fonts are hashed, not carried along."""
    files: list[tuple[str, bytes]] = []
    digest, fonts = sha256(), sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            data = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
            if name.startswith("fonts/"):
                fonts.update(f"{name}\0{len(data)}\0".encode() + data)
            if path.suffix != ".ttf":
                files.append((name, data))
    return Theme(str(folder.resolve()), tuple(files), digest.hexdigest(), fonts.hexdigest())


def shown_path(path: Path) -> str:
    """The path as findings name it: relative to the working directory when inside it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _nothing(path: str, message: str, remedy: str) -> Diagnostic:
    return error("F100", Span(path), message, remedy)


def _module_files(content: Path, shown: str, findings: list[Diagnostic]) -> list[Path]:
    folder = content / "modules"
    paths = sorted(folder.glob("*.md")) if folder.is_dir() else []
    good = [path for path in paths if MODULE_FILE.match(path.name) and _is_own(path, shown, findings)]
    for path in paths:
        if not MODULE_FILE.match(path.name):
            span = Span(f"{shown}/modules/{path.name}")
            remedy = "Name it NN-slug.md: two digits, then lower-case words joined by hyphens."
            findings.append(error("F103", span, "the file name is not that of a module", remedy))
    if not paths:
        remedy = "Add modules named NN-slug.md; `content/modules/` of this project shows some."
        findings.append(_nothing(f"{shown}/modules", "the course has no modules", remedy))
    return good


def _is_own(path: Path, shown: str, findings: list[Diagnostic]) -> bool:
    """Whether a module is a file, and one of the course: a symbolic link may lead out of it."""
    span = Span(f"{shown}/modules/{path.name}")
    if path.is_symlink():
        findings.append(error("F108", span, "a symbolic link", "Copy the file into the course."))
    elif not path.is_file():
        findings.append(error("F100", span, "this is no file", "A module is a Markdown file."))
    elif path.stat().st_size > ASSET_LIMIT:
        findings.append(_too_large(span))
    else:
        return True
    return False


def _too_large(span: Span) -> Diagnostic:
    return error(
        "F109", span, "the file is too large", f"Make it smaller than {ASSET_LIMIT // 1_000_000} MB."
    )


def _text(path: Path, shown: str) -> tuple[str, list[Diagnostic]]:
    """The file's text with LF ends. What is no UTF-8, or cannot be printed, gives a finding."""
    data = path.read_bytes()
    findings: list[Diagnostic] = []
    if data.startswith(b"\xef\xbb\xbf"):
        remedy = "Save the file as UTF-8 without a byte order mark."
        findings.append(error("F102", Span(shown), "the file begins with a byte order mark", remedy))
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        span = _place(data[: problem.start].decode("utf-8"), shown)
        message = f"the file is not UTF-8 (byte 0x{data[problem.start]:02x})"
        findings.append(error("F101", span, message, "Save the file in the encoding UTF-8."))
        text = data.decode("utf-8", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    strange = UNPRINTABLE.search(text)
    if strange:
        message = f"the control character U+{ord(strange[0]):04X} cannot be printed"
        span = _place(text[: strange.start()], shown)
        findings.append(error("F110", span, message, "Remove it, and any other of its kind."))
    return UNPRINTABLE.sub("�", text), findings


def _place(before: str, shown: str) -> Span:
    """Where a file goes on after this text."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Span(shown, len(lines), len(lines[-1]) + 1)


def _module(path: Path, content: Path, root: str, findings: list[Diagnostic]) -> ModuleSource | None:
    relative = path.relative_to(content).as_posix()
    shown = f"{root}/{relative}"
    text, problems = _text(path, shown)
    findings += problems
    handler = PositionedYAML(shown)
    fences = list(handler.FM_BOUNDARY.finditer(text))
    if not fences or fences[0].start() != 0:
        remedy = "Begin the file with --- on line 1, the fields of docs/authoring.md, and --- again."
        findings.append(error("F106", Span(shown), "the module has no front matter", remedy))
        return None
    if len(fences) < 2:
        remedy = "Close it with a line that holds only ---."
        findings.append(error("F106", Span(shown), "the front matter is never closed", remedy))
        return None
    post = frontmatter.loads(text, handler=handler)
    front = handler.front
    findings += front.findings
    if not isinstance(front.value, dict):
        if not front.findings:
            remedy = "Write one `key: value` a line; docs/authoring.md lists the keys."
            message = "the front matter is not a mapping of keys to values"
            findings.append(error("F107", Span(shown, 2), message, remedy))
        return None
    before = text.index(post.content, fences[1].end()) if post.content else len(text)
    body_line = text.count("\n", 0, before) + 1
    digest = sha256(text.encode()).hexdigest()
    return ModuleSource(relative, shown, front, post.content + "\n", body_line, digest)


def _assets(content: Path, shown: str, findings: list[Diagnostic]) -> tuple[Asset, ...]:
    """Every file below `assets/`. Symbolic links are refused: they may lead out of the course."""
    assets: list[Asset] = []
    folder = content / "assets"
    for path in [folder] if folder.is_symlink() else sorted(folder.rglob("*")):
        name = path.relative_to(content).as_posix()
        span = Span(f"{shown}/{name}")
        if path.is_symlink():
            findings.append(error("F108", span, "a symbolic link", "Copy the file into the course."))
        elif path.is_file() and path.stat().st_size > ASSET_LIMIT:
            findings.append(_too_large(span))
        elif path.is_file():
            assets.append(Asset(name, path.read_bytes()))
    return tuple(assets)
