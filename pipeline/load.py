"""Read a course folder: bytes become text, front matter and body, with positions; nothing is judged.

Front matter goes through python-frontmatter with a handler of our own (`PositionedYAML`), which
keeps positions and refuses what the library is silent about: duplicate keys, a byte order mark,
an unclosed block, a list instead of a mapping (`docs/authoring.md`).
"""

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
from pipeline.files import assets_of, copied, course_files, is_text, stops, text_of
from pipeline.mapping import Positioned, parse
from pipeline.model import Asset, Theme
from pipeline.trace import traced

MODULE_FILE = re.compile(r"\d{2}-[a-z0-9]+(?:-[a-z0-9]+)*\.md\Z")
SOLUTION = re.compile(r"solutions/[^/]+/.")
NOTES = ("CHANGELOG.md", "ERRATA.md")


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
    if not is_text(course_file, f"{shown}/course.yml", findings):
        raise InvalidCourse(findings)
    text, problems = text_of(course_file, f"{shown}/course.yml")
    findings += problems
    if stops(problems):
        raise InvalidCourse(findings)
    course = parse(text, f"{shown}/course.yml")
    modules = [_module(path, content, shown, findings) for path in _module_files(content, shown, findings)]
    assets = assets_of(content, shown, findings)
    files = tuple(sorted(course_files(content, shown, findings)))
    solutions = tuple(copied(content, (f for f in files if SOLUTION.match(f)), shown, findings))
    notice = tuple(copied(content, (f for f in files if f == "LICENSE"), shown, findings))
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
    for name in names:
        if is_text(content / name, f"{shown}/{name}", findings):
            text, problems = text_of(content / name, f"{shown}/{name}")
            findings += problems
            yield NoteSource(name, f"{shown}/{name}", "" if stops(problems) else text)


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
    good = [
        path
        for path in paths
        if MODULE_FILE.match(path.name) and is_text(path, f"{shown}/modules/{path.name}", findings)
    ]
    for path in paths:
        if not MODULE_FILE.match(path.name):
            span = Span(f"{shown}/modules/{path.name}")
            remedy = "Name it NN-slug.md: two digits, then lower-case words joined by hyphens."
            findings.append(error("F103", span, "the file name is not that of a module", remedy))
    if not paths:
        remedy = "Add modules named NN-slug.md; `content/modules/` of this project shows some."
        findings.append(_nothing(f"{shown}/modules", "the course has no modules", remedy))
    return good


def _module(path: Path, content: Path, root: str, findings: list[Diagnostic]) -> ModuleSource | None:
    relative = path.relative_to(content).as_posix()
    shown = f"{root}/{relative}"
    text, problems = text_of(path, shown)
    findings += problems
    if stops(problems):
        return None
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
