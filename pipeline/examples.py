"""Run the code of a course and compare what it prints with what the text says it prints.

The blocks of a module with `file=` are written to one scratch folder, in order of appearance; a
block with `run=true` is run once all blocks above it are written. Exercise solutions run the same
way. `updated` puts what was really printed into the Markdown, for review.
"""

import difflib
import re
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines.node import Ran, run
from pipeline.lint.code import attribute, fences
from pipeline.load import shown_path
from pipeline.model import Code, Course, Module, Output

SECONDS = 10.0
_ERROR = re.compile(r"\s*(Uncaught )?\w*Error( \[\w+\])?(:|$)")


@dataclass(frozen=True, slots=True)
class Example:
    """A run with the output it should give; `span` is the place of that output in the Markdown."""

    id: str
    span: Span
    expected: str
    printed: str
    finding: Diagnostic | None


def examples(course: Course, content: Path, only: Sequence[str], jobs: int) -> tuple[Example, ...]:
    """Run the examples and solutions of the chosen modules (all, when none is named)."""
    modules = [module for module in course.modules if not only or module.id in only or module.file in only]
    with ThreadPoolExecutor(jobs) as threads:
        runs = list(threads.map(lambda module: list(_module(module)), modules))
        solved = list(threads.map(lambda module: list(_solutions(module, content)), modules))
    return tuple(example for group in [*runs, *solved] for example in group)


def _module(module: Module) -> Iterator[Example]:
    found = [(block, span) for block, span in fences(module)]
    outputs = {block.of: (block, span) for block, span in found if isinstance(block, Output)}
    with tempfile.TemporaryDirectory(prefix="course-example-") as scratch:
        for block, span in found:
            if not isinstance(block, Code):
                continue
            _write(block, Path(scratch))
            if block.get("run") in ("true", "test"):
                shown, at = outputs.get(block.get("id"), (None, span))
                done = _run(block, Path(scratch), shown.text if shown else "", at)
                yield done if shown or done.finding is None else _unshown(done)


def _unshown(example: Example) -> Example:
    """A run with no fence for what it prints: there is nothing to compare with, nor to update."""
    finding = example.finding
    if finding is None or finding.code != "E112":
        return example
    remedy = f"Add an ```output {{for={example.id or 'NAME'}}} fence."
    return replace(example, finding=replace(finding, code="E114", help=remedy))


def _write(block: Code, scratch: Path) -> None:
    """Write a block to its file. The name may not leave the scratch folder (rule E101)."""
    name = attribute(block, "file")
    if name:
        mode = "a" if block.get("append") == "true" else "w"
        with (scratch / name).open(mode, encoding="utf-8") as file:
            file.write(block.text + "\n")


def _run(block: Code, scratch: Path, expected: str, at: Span) -> Example:
    id, name = block.get("id"), attribute(block, "file") or "example.mjs"
    if not attribute(block, "file"):
        (scratch / name).write_text(block.text + "\n", encoding="utf-8")
    test = block.get("run") == "test"
    arguments = ["--test", "--test-reporter=tap", name] if test else [name]
    done = run(arguments, scratch, float(attribute(block, "timeout") or SECONDS))
    printed = _counts(done.stdout) if test else done.stdout.rstrip("\n")
    wanted = int(attribute(block, "exit") or 0)
    return Example(id, at, expected, printed, _finding(done, printed, expected, wanted, at))


def _counts(tap: str) -> str:
    """The pass and fail counts at the end of node's TAP report."""
    found = dict(re.findall(r"^# (pass|fail) (\d+)$", tap, re.MULTILINE))
    return f"pass {found.get('pass', 0)}\nfail {found.get('fail', 0)}"


def _finding(done: Ran, printed: str, expected: str, wanted: int, at: Span) -> Diagnostic | None:
    if done.status is None:
        return error(
            "E110",
            at,
            "the example does not end",
            "Close what it opens; bound its loops and what they print.",
        )
    if done.status != wanted:
        last = next(
            (line for line in reversed(done.stderr.strip().split("\n")) if line.strip()), "no message"
        )
        errors = [line for line in done.stderr.split("\n") if _ERROR.match(line)]
        said = (errors or [last])[0].strip()[:300]
        return error(
            "E111", at, f"the example ends with status {done.status}: {said}", f"Status {wanted} is expected."
        )
    if _trimmed(printed) != _trimmed(expected):
        shown = "\n".join(
            difflib.unified_diff(
                _trimmed(expected), _trimmed(printed), "in the text", "printed", lineterm="", n=1
            )
        )
        return error(
            "E112", at, f"the output is not what the text says\n{shown}", "Run `course examples --update`."
        )
    return None


def _trimmed(output: str) -> list[str]:
    return [line.rstrip() for line in output.rstrip("\n").split("\n")]


def _solutions(module: Module, content: Path) -> Iterator[Example]:
    """`solutions/NN/<exercise>/`: `main.mjs`, or `*.test.mjs`, with `expected.txt`."""
    root = content / "solutions" / f"{module.number:02}"
    for folder in sorted(path for path in root.glob("*") if path.is_dir()):
        tests = sorted(path.name for path in folder.glob("*.test.mjs"))
        at = Span(f"{shown_path(folder)}/expected.txt")
        try:
            expected = (folder / "expected.txt").read_text(encoding="utf-8").rstrip("\n")
        except OSError:
            remedy = "Add it: what main.mjs prints, or the lines `pass N` and `fail 0` of its tests."
            yield Example(
                folder.name, at, "", "", error("E113", at, "the solution has no expected.txt", remedy)
            )
            continue
        main = (folder / "main.mjs").is_file()
        arguments = ["main.mjs"] if main else ["--test", "--test-reporter=tap", *tests]
        done = run(arguments, folder, 3 * SECONDS)
        printed = done.stdout.rstrip("\n") if main else _counts(done.stdout)
        yield Example(folder.name, at, expected, printed, _finding(done, printed, expected, 0, at))


def updated(course: Course, content: Path, done: Sequence[Example]) -> list[Path]:
    """Write what was printed into the `output` fences and `expected.txt` files; gives what changed."""
    changed: list[Path] = []
    for path in sorted({example.span.path for example in done if example.finding}):
        rows = sorted(
            (e for e in done if e.span.path == path and e.finding and e.finding.code == "E112"),
            key=lambda e: -e.span.line,
        )
        file = Path(path)
        if rows and file.name == "expected.txt":
            file.write_text(rows[0].printed + "\n", encoding="utf-8")
        elif rows:
            file.write_text(_replaced(file.read_text(encoding="utf-8"), rows), encoding="utf-8")
        changed += [file] if rows else []
    return changed


def _replaced(text: str, rows: Sequence[Example]) -> str:
    """The Markdown with the inside of each row's fence replaced, from the last to the first."""
    lines = text.split("\n")
    for row in rows:
        first = row.span.line
        last = first + len(row.expected.split("\n")) if row.expected else first
        margin = re.sub(r"[^>\s]", " ", lines[first - 1][: row.span.column - 1])
        lines[first:last] = [(margin + line).rstrip() for line in row.printed.split("\n")]
    return "\n".join(lines)
