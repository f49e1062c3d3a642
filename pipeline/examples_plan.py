"""What is run of a course: each run as a value, with all the files that its program may see.

A run begins in a folder of its own, with the blocks of its module that stand above it; so it depends
on nothing that another run did, and may be remembered or run at any time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines.node import PACKAGES, Program
from pipeline.engines.watch import Limits
from pipeline.examples_sql import MEMORY, PGLITE
from pipeline.examples_sql import SECONDS as SQL_SECONDS
from pipeline.examples_sql import program as sql_program
from pipeline.lint.code import OUTPUT_ATTRIBUTES, attribute, fences
from pipeline.load import shown_path
from pipeline.model import Code, Module, Output

SECONDS = 10.0
TEST = ("--test", "--test-isolation=none", "--test-reporter=tap")
"""Tests run in one process: others are refused, and cost time."""


@dataclass(frozen=True, slots=True)
class Run:
    """A program and what it should print; `span` is the place of that output in the Markdown.

    `part` is the index of a block among those of an SQL program. `finding` says what is wrong before it
    is run: why there is no program, or that what it should print is nowhere written.
    """

    id: str
    span: Span
    expected: str
    program: Program | None
    status: int = 0
    match: str = "exact"
    shown: bool = True
    kind: str = "true"
    part: int = 0
    finding: Diagnostic | None = None


@dataclass(slots=True)
class _Reading:
    """A module while its fences are read, in order."""

    solutions: Mapping[str, Run]
    outputs: Mapping[str, tuple[Output, Span]]
    sql: Program | None
    files: dict[str, bytes] = field(default_factory=dict)
    parts: int = 0


def planned(module: Module, content: Path) -> tuple[list[Run], list[Run]]:
    """The runs of a module's text, and those of its solutions."""
    found = list(fences(module))
    blocks = [block for block, _ in found if isinstance(block, Code)]
    solutions = {
        name: _solution(content / "solutions" / name, blocks) for name in _named(module, blocks, content)
    }
    outputs = {block.of: (block, span) for block, span in found if isinstance(block, Output)}
    reading = _Reading(solutions, outputs, _sql(blocks))
    runs = [run for block, span in found if isinstance(block, Code) for run in _read(block, span, reading)]
    own = f"{module.number:02}/"
    return runs, [run for name, run in solutions.items() if name.startswith(own)]


def _read(block: Code, span: Span, reading: _Reading) -> Iterator[Run]:
    """Write a block to its file, whose name is one (rule E101), and give its run, if it is one."""
    name = attribute(block, "file")
    if name:
        before = reading.files.get(name, b"") if block.get("append") == "true" else b""
        reading.files[name] = before + block.text.encode() + b"\n"
    kind = attribute(block, "run")
    if kind not in ("", "false"):
        yield _run(block, span, kind, reading)


def _run(block: Code, span: Span, kind: str, reading: _Reading) -> Run:
    shown, at = reading.outputs.get(block.get("id"), (None, span))
    match = dict(shown.attributes).get("match", "exact") if shown else "exact"
    part, status = reading.parts, int(attribute(block, "exit") or 0)
    program, finding = None, _refused(block, span, kind, reading)
    if finding is None and kind == "solution":
        solution = reading.solutions[block.get("path")]
        program, kind = solution.program, solution.kind
        finding = solution.finding
    elif finding is None and kind == "sql":
        program, reading.parts = reading.sql, part + 1
    elif finding is None:
        program = _program(block, kind, reading.files)
    return Run(
        id=block.get("id"),
        span=at,
        expected=shown.text if shown else "",
        program=program,
        status=status,
        match=match if re.fullmatch(OUTPUT_ATTRIBUTES["match"], match) else "exact",
        shown=shown is not None,
        kind=kind,
        part=part,
        finding=finding,
    )


def _program(block: Code, kind: str, files: Mapping[str, bytes]) -> Program:
    name = attribute(block, "file") or "example.mjs"
    seen = {**files, name: block.text.encode() + b"\n"} if not attribute(block, "file") else files
    return _granted((*TEST, name) if kind == "test" else (name,), seen, SECONDS, block)


def _granted(
    arguments: tuple[str, ...], files: Mapping[str, bytes], seconds: float, block: Code | None
) -> Program:
    """A program with the time, packages and permissions that a fence asks for."""
    time, needs, allow = (attribute(block, name) if block else "" for name in ("timeout", "needs", "allow"))
    packages = tuple(sorted({name for name in needs.split(",") if name}))
    limits = Limits(float(time or seconds))
    if PGLITE in packages:
        limits = Limits(float(time or SQL_SECONDS), memory=MEMORY)
    allowed = tuple(sorted({name for name in allow.split(",") if name}))
    return Program(arguments, tuple(sorted(files.items())), limits, allowed, packages)


def _refused(block: Code, span: Span, kind: str, reading: _Reading) -> Diagnostic | None:
    """Why a block cannot be run as it asks."""
    unknown = [name for name in attribute(block, "needs").split(",") if name and name not in PACKAGES]
    if unknown:
        message = f"the package {unknown[0]} is not among those that an example may need"
        return error("E119", span, message, f"There are: {', '.join(PACKAGES)}.")
    if kind == "solution" and block.get("path") not in reading.solutions:
        message = f'there is no solution "{block.get("path")}"'
        return error("E119", span, message, "path=NN/EXERCISE names a folder of solutions/.")
    return None


def _sql(blocks: list[Code]) -> Program | None:
    """One database a module: all its SQL is one program."""
    chosen = [block for block in blocks if attribute(block, "run") == "sql"]
    seconds = max((float(attribute(block, "timeout") or SQL_SECONDS) for block in chosen), default=0)
    return sql_program([block.text for block in chosen], seconds) if chosen else None


# --- solutions -----------------------------------------------------------------------------------


def _named(module: Module, blocks: list[Code], content: Path) -> list[str]:
    """The solutions of a module, then those of others that it shows: `NN/EXERCISE`."""
    root = content / "solutions"
    own = sorted(path for path in (root / f"{module.number:02}").glob("*") if path.is_dir())
    paths = {block.get("path") for block in blocks if attribute(block, "run") == "solution"}
    named = {path for path in paths if re.fullmatch(r"\d\d/\w[\w-]*", path) and (root / path).is_dir()}
    return list(dict.fromkeys([*(f"{path.parent.name}/{path.name}" for path in own), *sorted(named)]))


def _solution(folder: Path, blocks: list[Code]) -> Run:
    """A solution's run. What the fence that shows it asks for is granted to it."""
    at = Span(f"{shown_path(folder)}/expected.txt")
    files = _files(folder)
    answer = files.pop("expected.txt", None)
    tests = tuple(sorted(name for name in files if re.fullmatch(r"[^/]+\.test\.mjs", name)))
    main = "main.mjs" in files
    path = f"{folder.parent.name}/{folder.name}"
    shown = (block for block in blocks if attribute(block, "run") == "solution" and block.get("path") == path)
    program = _granted(("main.mjs",) if main else (*TEST, *tests), files, 3 * SECONDS, next(shown, None))
    kind = "true" if main else "test"
    if answer is None:
        remedy = (
            "Run `course examples --update`, and review what it writes: the output of main.mjs, or the "
            "lines `pass N` and `fail 0` of its tests."
        )
        missing = error("E113", at, "the solution has no expected.txt", remedy)
        return Run(folder.name, at, "", program, kind=kind, finding=missing)
    expected = answer.decode(errors="replace").rstrip("\n")
    return Run(folder.name, at, expected, program, kind=kind)


def _files(folder: Path) -> dict[str, bytes]:
    """The files of a solution, by path; links are not followed (rule F108)."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
