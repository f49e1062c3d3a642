"""Run the code of a course and compare what it prints with what the text says it prints.

    planned → sandboxed → finding
    Module → Run → Ran → Example

What came out clean is remembered by all that decides it, so that a second time nothing is run.
`updated` puts what was really printed into the Markdown, for review.
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline import cache, examples_sql
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.engines import node
from pipeline.engines.node import Program
from pipeline.engines.watch import Ran
from pipeline.examples_match import difference
from pipeline.examples_plan import Run, planned
from pipeline.model import Course

OVER: Mapping[str, tuple[str, str, str]] = {
    "seconds": ("E110", "the example does not end within {} s", "Close what it opens; bound its loops."),
    "memory": ("E115", "the example takes more than {} MB of memory", "Hold less at once: bound what grows."),
    "output": ("E116", "the example prints more than {} MB", "Bound its loops and what they print."),
    "processes": ("E117", "the example has more than {} processes at once", "Bound what it starts."),
    "disk": (
        "E118",
        "the example writes more than {} MB to files",
        "Write less, or remove what is done with.",
    ),
}
"""For each limit: the code, the message and the remedy of the finding that a program went over it."""


UPDATED = ("E112", "E113")
"""What `course examples --update` mends: an output that differs, and a solution's that is not there."""


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
    plans = [planned(module, content) for module in modules]
    runs = [run for text, _ in plans for run in text] + [run for _, solved in plans for run in solved]
    programs = list(dict.fromkeys(run.program for run in runs if run.program))
    keys = [cache.key("example", *node.identity(program)) for program in programs]
    with ThreadPoolExecutor(jobs) as threads:
        results = list(threads.map(_ran, programs, keys))
    ran = dict(zip(programs, results, strict=True))
    done = [_example(run, ran) for run in runs]
    failed = {run.program for run, example in zip(runs, done, strict=True) if example.finding}
    for program, key in zip(programs, keys, strict=True):
        if program not in failed:
            cache.put(key, ran[program])
    return tuple(done)


def _ran(program: Program, key: str) -> Ran:
    found = cache.get(key)
    return found if isinstance(found, Ran) else node.sandboxed(program)


def _example(run: Run, ran: Mapping[Program, Ran]) -> Example:
    if not run.program:
        return Example(run.id, run.span, run.expected, "", run.finding)
    done = ran[run.program]
    printed = _printed(run, done)
    finding = None
    if printed is None or run.kind != "sql":
        finding = _ending(run, run.program, done)
    finding = finding or run.finding or _mismatch(run, printed or "")
    return Example(run.id, run.span, run.expected, printed or "", finding)


def _printed(run: Run, done: Ran) -> str | None:
    """What a run printed, as the text shows it; None for SQL that was not reached."""
    if run.kind == "sql":
        return examples_sql.printed(done.stdout, run.part)
    return _counts(done.stdout) if run.kind == "test" else done.stdout.rstrip("\n")


def _counts(tap: str) -> str:
    """The pass and fail counts at the end of node's TAP report."""
    found = dict(re.findall(r"^# (pass|fail) (\d+)$", tap, re.MULTILINE))
    return f"pass {found.get('pass', 0)}\nfail {found.get('fail', 0)}"


def _ending(run: Run, program: Program, done: Ran) -> Diagnostic | None:
    """What is wrong with how a program ended."""
    if done.over:
        code, message, remedy = OVER[done.over]
        limit = getattr(program.limits, done.over)
        shown = message.format(f"{limit:g}" if limit < 1_000_000 else limit // 1_000_000)
        return error(code, run.span, shown, f"{remedy} {node.note()}".strip())
    if done.status == run.status and run.kind != "sql":
        return None
    said = _said(done.stderr)
    return error(
        "E111", run.span, f"the example ends with status {done.status}: {said}", _permission(said, run)
    )


def _said(errors: str) -> str:
    """The line of a program's error output that names the error, or else the last one."""
    lines = [line.strip() for line in errors.split("\n") if line.strip()] or ["no message"]
    named = (line for line in lines if re.match(r"(Uncaught )?\w*(Error|Exception)\b", line))
    return next(named, lines[-1])[:300]


def _permission(said: str, run: Run) -> str:
    """The remedy for a wrong status."""
    for flag, name in (("--allow-child-process", "child"), ("--allow-worker", "worker")):
        if flag in said:
            return f"It is refused unless the fence says allow={name}."
    if "--allow-fs" in said:
        return "An example reads and writes in its own folder alone."
    return f"Status {run.status} is expected."


def _mismatch(run: Run, printed: str) -> Diagnostic | None:
    shown = difference(run.expected, printed, run.match)
    if not shown:
        return None
    message = f"the output is not what the text says\n{shown}"
    if not run.shown:
        remedy = f"Add an ```output {{for={run.id or 'NAME'}}} fence."
        return error("E114", run.span, message, remedy)
    if run.match != "exact":
        return error("E120", run.span, message, f"match={run.match}: mend the fence, or what is printed.")
    return error("E112", run.span, message, "Run `course examples --update`.")


def updated(course: Course, content: Path, done: Sequence[Example]) -> list[Path]:
    """Write what was printed into the `output` fences and `expected.txt` files; gives what changed."""
    changed: list[Path] = []
    for path in sorted({example.span.path for example in done if example.finding}):
        rows = sorted(
            (e for e in done if e.span.path == path and e.finding and e.finding.code in UPDATED),
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
