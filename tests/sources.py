"""What the tests of the source side share: courses made of texts, findings as short lines, the command."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from pipeline.diagnostics import Diagnostic, InvalidCourse
from pipeline.lint import lint
from pipeline.load import load, load_theme, shown_path
from pipeline.model import Course, Module, Theme
from pipeline.validate import validate

ROOT = Path(__file__).resolve().parent.parent
COURSES = ROOT / "tests" / "courses"
COMMAND = Path(sys.executable).with_name("course")


@cache
def theme() -> Theme:
    return load_theme(ROOT / "themes" / "default")


def pool() -> Executor:
    return ThreadPoolExecutor(1)


# --- courses ---------------------------------------------------------------------------------

COURSE = """\
id: small
version: 1.0.0
title: "Small"
subtitle: "A Case"
description: "The base of a case."
goal: "Find what is wrong."
before: ["Reading"]
author: { name: "Ada Example", biography: "Writes cases.", url: "https://author.example" }
license: { spdx: MIT, url: "https://license.example/mit" }
language: en-US
parts: [{ id: beginning, title: "Beginning", description: "Where it starts." }]
tracks: [{ id: whole, title: "Whole", description: "All." }, { id: short, title: "Short", description: "Less." }]
stages: { one: One }
kinds: { module: { sections: [Concepts], words: { min: 3, max: 60 }, callouts: 1 } }
callouts: [note, tip]
"""

FRONT = """\
id: {id}
number: {number}
title: "{title}"
summary: "What the module answers."
part: beginning
stages: [one]
tracks: [whole]
prerequisites: []
recommended: []
minutes: 10
difficulty: intermediate
objectives: [{{ id: o1, text: "Trace a value." }}]
keywords: []
terms: {{}}
version: 1.0.0
updated: 2026-01-02
kind: module
aliases: []
"""

BODY = """\
# {title}

## Concepts

Some words are enough here.
"""
BODY_LINE = 21
"""The line of the file at which the text of a module made by `module_text` begins."""


def with_fields(text: str, fields: str) -> str:
    """One-line YAML fields of `text`, those of `fields` put in the place of the ones they name."""
    groups = re.findall(
        r"^\S[^\n]*\n(?:[ \t]+[^\n]*\n)*", f"{fields.rstrip()}\n" if fields.strip() else "", re.M
    )
    for group in groups:
        pattern = re.compile(rf"^{re.escape(group.split(':')[0])}:.*\n", re.MULTILINE)
        text = pattern.sub(lambda _, new=group: new, text) if pattern.search(text) else text + group
    return text


def module_text(name: str, body: str = "", fields: str = "") -> str:
    """A module named `NN-slug.md`: its front matter takes 20 lines, unless `fields` add some."""
    number, _, slug = name.removesuffix(".md").partition("-")
    title = slug.replace("-", " ").title()
    front = FRONT.format(id=slug, number=int(number), title=title)
    return f"---\n{with_fields(front, fields)}---\n{body or BODY.format(title=title)}"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def small_course(folder: Path, modules: Mapping[str, str] | None = None, fields: str = "") -> Path:
    """A course of these modules (file name to text, by default one), with these fields of course.yml."""
    modules = modules or {"01-first.md": ""}
    texts = {
        f"modules/{name}": text if text.startswith("---") else module_text(name, text)
        for name, text in modules.items()
    }
    return write(folder, {"course.yml": with_fields(COURSE, fields), **texts})


def copied(name: str, folder: Path) -> Path:
    """A copy of one of the courses of tests/courses, to be changed."""
    shutil.copytree(COURSES / name, folder)
    return folder


def replaced(path: Path, old: str, new: str) -> None:
    """Change a text that must occur in the file exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{text.count(old)} times in {path.name}: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- what is said of them --------------------------------------------------------------------


def compiled(folder: Path) -> Course:
    """The course in a folder; InvalidCourse when it is none."""
    return validate(load(folder), theme(), pool)


def compiled_module(folder: Path, body: str, fields: str = "") -> Module:
    """The one module of a course with this text; it must be valid, whatever the rules say."""
    small_course(folder, {"01-first.md": module_text("01-first.md", body, fields)})
    return compiled(folder).modules[0]


def findings(folder: Path) -> tuple[Diagnostic, ...]:
    """All that `course check` would say, with paths relative to the course."""
    try:
        sources = load(folder)
        found = lint(validate(sources, theme(), pool), sources)
    except InvalidCourse as invalid:
        found = invalid.findings
    return found


def inside(folder: Path, found: Sequence[Diagnostic]) -> list[tuple[str, str, str]]:
    """Findings as (place, code, message); the place is `path:line:column`, relative to the course."""
    shown, beside = f"{shown_path(folder)}/", f"{shown_path(folder.parent)}/"
    places = (str(finding.span).removeprefix(shown).removeprefix(beside) for finding in found)
    return [(place, f.code, f.message) for place, f in zip(places, found, strict=True)]


def run(
    *arguments: str | Path, cwd: Path, status: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command `course` in a folder; with `status`, that is what it must end with."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert status is None or done.returncode == status, f"status {done.returncode}\n{said}"
    return done


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def left_behind(out: Path) -> list[str]:
    """Staging folders and probes beside an output folder."""
    return [path.name for path in out.parent.iterdir() if path.name.startswith(f".{out.name}.")]


def until(true: Callable[[], object]) -> None:
    """Wait for something to be true, a minute at most."""
    for _ in range(1200):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it has not come to that")
