"""Files of a course as text and bytes: UTF-8 with LF, of a size that can be read, and no link to elsewhere.

What a stranger's file may not be is refused here, before anything reads it: too large, a symbolic link, lines without
end, characters that cannot be printed or that deceive (`deceptive`).
"""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pipeline.deceptive import HIDDEN, STACKED, deceptions
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.mapping import UNPRINTABLE
from pipeline.model import Asset

ASSET_LIMIT = 5_000_000
"""Bytes of one asset: a book with larger pictures is no longer a download."""
TEXT_LIMIT = 500_000
"""Bytes of a module, of course.yml and of notes. A module of 6,000 words has some 70,000."""
LINE_LIMIT = 20_000
"""Characters of a line: the time to read one grows with its square."""
SHOWN = 5
"""Deceptive characters of a file that are named; a thousand say no more."""

UNREADABLE = re.compile(f"{UNPRINTABLE.pattern}|{HIDDEN.pattern}|{STACKED.pattern}")


def course_files(content: Path, shown: str, findings: list[Diagnostic]) -> Iterator[str]:
    """The paths of all files. Hidden ones are not the course's, and what symbolic links lead to is refused."""
    for folder, inner, names in os.walk(content):
        inner[:] = [name for name in inner if not name.startswith(".") and name != "node_modules"]
        for path in (Path(folder, name) for name in (*inner, *names) if not name.startswith(".")):
            name = path.relative_to(content).as_posix()
            if path.is_symlink():
                if not name.startswith(("assets", "modules/")):  # said where those are read
                    findings.append(_linked(Span(f"{shown}/{name}")))
            elif path.is_file():
                yield name


def copied(content: Path, files: Iterable[str], shown: str, findings: list[Diagnostic]) -> Iterator[Asset]:
    """Files that are released as they stand."""
    for name in files:
        if (content / name).stat().st_size > ASSET_LIMIT:
            findings.append(_too_large(Span(f"{shown}/{name}")))
        else:
            data = (content / name).read_bytes()
            findings += deceptive(data.decode("utf-8", "ignore"), f"{shown}/{name}")
            yield Asset(name, data)


def deceptive(text: str, shown: str) -> Iterator[Diagnostic]:
    """Findings for characters that are not what they seem (`deceptions`)."""
    for at, message, remedy in islice(deceptions(text), SHOWN):
        yield error("F115", _place(text[:at], shown), message, remedy)


def is_text(path: Path, shown: str, findings: list[Diagnostic]) -> bool:
    """Whether a text to be read is a file, and one of the course: a symbolic link may lead out of it."""
    span = Span(shown)
    if path.is_symlink():
        findings.append(_linked(span))
    elif not path.is_file():
        findings.append(error("F100", span, "this is no file", "A module is a Markdown file."))
    elif path.stat().st_size > TEXT_LIMIT:
        findings.append(_too_large(span, TEXT_LIMIT))
    else:
        return True
    return False


def _linked(span: Span) -> Diagnostic:
    return error("F108", span, "a symbolic link", "Copy the file into the course.")


def _too_large(span: Span, limit: int = ASSET_LIMIT) -> Diagnostic:
    return error("F109", span, "the file is too large", f"Make it smaller than {limit // 1000:,} kB.")


def text_of(path: Path, shown: str) -> tuple[str, list[Diagnostic]]:
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
    findings += deceptive(text, shown)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LINE_LIMIT:
            remedy = f"Break it: a line may have {LINE_LIMIT:,} characters."
            findings.append(error("F116", Span(shown, number), "the line is too long", remedy))
    return UNREADABLE.sub("�", text), findings


def stops(findings: Iterable[Diagnostic]) -> bool:
    """Whether a text must not be read on."""
    return any(finding.code == "F116" for finding in findings)


def _place(before: str, shown: str) -> Span:
    """Where a file goes on after this text."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Span(shown, len(lines), len(lines[-1]) + 1)


def assets_of(content: Path, shown: str, findings: list[Diagnostic]) -> tuple[Asset, ...]:
    """Every file below `assets/`. Symbolic links are refused: they may lead out of the course."""
    assets: list[Asset] = []
    folder = content / "assets"
    for path in [folder] if folder.is_symlink() else sorted(folder.rglob("*")):
        name = path.relative_to(content).as_posix()
        span = Span(f"{shown}/{name}")
        if path.is_symlink():
            findings.append(_linked(span))
        elif path.is_file() and path.stat().st_size > ASSET_LIMIT:
            findings.append(_too_large(span))
        elif path.is_file():
            assets.append(Asset(name, path.read_bytes()))
    return tuple(assets)
