"""Courses to measure with: modules repeated until there are enough, and the edits of an author."""

import re
import shutil
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from sys import exit

import yaml

MOST = 99
"""The last number that a module may have."""
NO_PROSE = re.compile(r"<!--.*?-->|^(`{3,})[^\n]*\n.*?^\1", re.MULTILINE | re.DOTALL)
PARAGRAPH = re.compile(r"^[A-Z][^\n]*, [^\n]*$", re.MULTILINE)
IDEA = re.compile(r"^## Concepts\n.*?^(### [^\n]+)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)


def repeated(source: Path, content: Path, modules: int) -> None:
    """A course of so many modules: those there are, then copies of them under other ids.

    A copy keeps its tracks, and what it needs are the originals: so it is in as many editions.
    """
    shutil.copytree(source, content)
    originals = files(content)
    if modules < len(originals):
        exit(f"there are {len(originals)} modules, and they link to each other: not {modules}")
    numbers = range(len(originals) + 1, modules + 1)
    for number, original in zip(numbers, cycle(originals), strict=False):
        text = original.read_text(encoding="utf-8")
        front, rest = text[: -len(body(text))], body(text)
        slug = f"copy-{number}"
        for key, value in (("id", slug), ("number", number)):
            front = re.sub(rf"^{key}: .*$", f"{key}: {value}", front, count=1, flags=re.MULTILINE)
        (content / "modules" / f"{number:02}-{slug}.md").write_text(front + rest, encoding="utf-8")
    course = content / "course.yml"
    text = re.sub(r"^planned:\n(?:  - .*\n)+", "", course.read_text(encoding="utf-8"), flags=re.MULTILINE)
    course.write_text(text, encoding="utf-8")


def files(content: Path) -> list[Path]:
    """The modules of a course, in order."""
    return sorted((content / "modules").glob("*.md"))


def editions(content: Path) -> dict[str, tuple[Path, ...]]:
    """The modules of each edition: of the whole course, and of each track that is a part of it."""
    modules = tuple(files(content))
    tracks = {path: _front(path)["tracks"] for path in modules}
    named = [track["id"] for track in yaml.safe_load((content / "course.yml").read_bytes())["tracks"]]
    chosen = {track: tuple(path for path in modules if track in tracks[path]) for track in named}
    return {"complete": modules} | {t: inside for t, inside in chosen.items() if inside not in ((), modules)}


def _front(path: Path) -> dict[str, list[str]]:
    text = path.read_text(encoding="utf-8")
    front: dict[str, list[str]] = yaml.safe_load(text[: -len(body(text))].strip().strip("-"))
    return front


def body(module: str) -> str:
    """A module's text without its front matter."""
    return module.split("\n---\n", 1)[1]


def prose(path: Path) -> int:
    """Words outside front matter, fences and comments, roughly."""
    return len(NO_PROSE.sub("", body(path.read_text(encoding="utf-8"))).split())


# --- edits of the first module ------------------------------------------------------------------


def edit(content: Path) -> None:
    """Change one paragraph: its first comma becomes a semicolon."""
    path, text, found = _found(content, PARAGRAPH, "paragraph with a comma")
    changed = text[found.start() : found.end()].replace(", ", "; ", 1)
    path.write_text(text[: found.start()] + changed + text[found.end() :], encoding="utf-8")


def lengthen(content: Path, paragraphs: int = 60) -> None:
    """Add pages: so many paragraphs at the end of the first idea of the concepts."""
    path, text, found = _found(content, IDEA, "idea below Concepts")
    added = "".join(f"{paragraph}\n\n" for paragraph in islice(_paragraphs(), paragraphs))
    path.write_text(text[: found.end(2)] + added + text[found.end(2) :], encoding="utf-8")


def rename(content: Path) -> None:
    """Change a heading: the first idea of the concepts gets a longer name, and with it another id."""
    path, text, found = _found(content, IDEA, "idea below Concepts")
    path.write_text(text[: found.end(1)] + ", seen again" + text[found.end(1) :], encoding="utf-8")


def _found(content: Path, pattern: re.Pattern[str], what: str) -> tuple[Path, str, re.Match[str]]:
    """The first module, its text, and the first place of its prose that is like this."""
    path = files(content)[0]
    text = path.read_text(encoding="utf-8")
    hidden = NO_PROSE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    found = pattern.search(hidden, len(text) - len(body(text)))
    if not found:
        exit(f"{path.name} has no {what} to edit")
    return path, text, found


WHO = ("A queue", "The gateway", "Each worker", "A second replica", "The client", "An old cache", "The pool")
DOES = (
    "holds",
    "delays",
    "counts",
    "repeats",
    "forgets",
    "compares",
    "drops",
    "measures",
    "reorders",
    "admits",
    "keeps",
)
WHAT = ("the next request", "a short lease", "its own clock", "every late answer", "the same key")
WHEN = (
    "while the disk is flushed", "before its timer has ended", "as soon as a neighbor fails",
    "although nobody has asked for it", "until the table is read again", "when two writers meet",
    "after the first byte has left", "for as long as the sale goes on", "once the peak is over",
    "because a copy lags behind", "unless the budget is spent", "whenever a route changes",
    "so that the order stays as it was",
)  # fmt: skip


def _paragraphs(sentences: int = 5) -> Iterator[str]:
    """Paragraphs of plain sentences, no two alike: the lists have lengths without a common divisor."""
    rows = zip(cycle(WHO), cycle(DOES), cycle(WHAT), cycle(WHEN), strict=False)
    while True:
        yield " ".join(f"{' '.join(row)}." for row in islice(rows, sentences))
