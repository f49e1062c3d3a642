"""What the PDF target costs, beside printing the same modules the shortest way.

A course of `--modules` modules is built as PDF in all its editions: with an empty cache, with nothing
changed, and after three edits of its first module. Beside that, `naive.py` prints each edition, and the
edited module alone; once as plain as it goes, once as PDF/UA-1, where the complete edition gets a table
of contents with page numbers too. Each case is a fresh process; all run in one invocation, and the
tables give ratios. What a build may cost at most stands beside what it did cost.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from courses import MOST, edit, editions, files, lengthen, prose, rename, repeated
from measure import (
    COURSE,
    NAIVE,
    ROOT,
    Cost,
    Peak,
    adopt_orphans,
    arguments,
    cost,
    least,
    measured,
    most,
    ratios,
    record,
)  # fmt: skip

Measured = dict[str, tuple[Cost, Peak]]

COLD, SAME = "all editions, cold", "nothing changed"
INDEX = "the indexes alone"
EDITED, LONGER, RENAMED = "one paragraph edited", "60 paragraphs added", "one heading changed"
BASE, TAGGED = "naive: complete", ", tagged"


@dataclass(frozen=True, slots=True)
class Goal:
    """What was found, and how much it may be; `terms` says what it was made of."""

    name: str
    terms: str
    value: float
    limit: float = float("inf")


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        scratches = [Path(folder) / str(number) for number in range(options.runs)]
        found = [run(options, scratch) for scratch in scratches]
        words = sum(map(prose, files(scratches[0] / "content"))) // options.modules
        imported = imports_weasyprint(options, scratches[0])
    costs = least([{case: spent for case, (spent, _) in cases.items()} for cases in found])
    peaks = {case: most([cases[case][1] for cases in found]) for case in costs}
    goals = list(_goals(costs, peaks, options))
    print(f"{options.modules} modules, {words} words of prose each, `--jobs {options.jobs}`\n")
    print(f"{_cases(costs, peaks, imported)}\n\n{_reached(goals)}")
    if options.json:
        kept = record(costs, options.modules, options.jobs, options.runs) | {
            "megabytes": {case: asdict(peak) for case, peak in peaks.items()},
            "nothing changed imports weasyprint": imported,
            "goals": [asdict(goal) for goal in goals],
        }
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = arguments("Measure the PDF target beside a plain WeasyPrint.", jobs=2)
    parser.add_argument("--severity", default="error", help="what stops a build (default: error)")
    parser.add_argument("--full", action="store_true", help="tagged baselines for all editions")
    parser.add_argument("--scale", type=int, default=4, metavar="N", help="a course so many times as large")
    parser.add_argument("--skip-scale", action="store_true", help="without that larger course")
    return parser.parse_args()


# --- cases ---------------------------------------------------------------------------------------


def run(options: argparse.Namespace, scratch: Path) -> Measured:
    """All cases, in a scratch folder with a copy of the course and a cache of its own."""
    content = scratch / "content"
    repeated(options.content, content, options.modules)
    build = _build(options, scratch)
    cost([str(COURSE), "--version"], {})
    cases = _baselines(options, content, scratch)
    cases |= {COLD: measured(*build), SAME: measured(*build)}
    edit(content)
    cases |= {EDITED: measured(*build)} | _alone(EDITED, content, scratch)
    lengthen(content)
    cases |= {LONGER: measured(*build)} | _alone(LONGER, content, scratch) | _indexes(*build)
    rename(content)
    cases |= {RENAMED: measured(*build)} | _alone(RENAMED, content, scratch)
    for modules in _sizes(options):
        if modules != options.modules:
            cases |= _scaled(options, modules, scratch / str(modules))
    return cases


def _build(options: argparse.Namespace, scratch: Path) -> tuple[list[str], dict[str, str]]:
    """The command that builds the PDFs of the course in a folder, and its environment."""
    command = [str(COURSE), "build", "pdf", "--content", str(scratch / "content")]
    command += ["--jobs", str(options.jobs), "--severity", options.severity, "--out", str(scratch / "build")]
    return command, {"COURSE_CACHE": str(scratch / "cache")}


def _baselines(options: argparse.Namespace, content: Path, scratch: Path) -> Measured:
    """Each edition, the shortest way."""
    cases = {}
    for edition, modules in editions(content).items():
        command = [*NAIVE, str(scratch / "naive.pdf"), *map(str, modules)]
        cases[f"naive: {edition}"] = measured(command, {})
        if edition == "complete" or options.full:
            cases[f"naive: {edition}{TAGGED}"] = measured([*command, "--tagged", "--contents"], {})
    return cases


def _alone(name: str, content: Path, scratch: Path) -> Measured:
    """The edited module, and nothing else, the shortest way."""
    command = [*NAIVE, str(scratch / "alone.pdf"), str(files(content)[0])]
    return {
        f"module alone: {name}": measured(command, {}),
        f"module alone: {name}{TAGGED}": measured([*command, "--tagged"], {}),
    }


def _indexes(build: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """The indexes of all editions, in one process that has done nothing else."""
    content = build[build.index("--content") + 1]
    command = [sys.executable, str(ROOT / "benchmarks" / "index.py"), content]
    told = {**os.environ, **environment}
    done = subprocess.run(command, env=told, cwd=ROOT, capture_output=True, text=True, check=True)
    return {INDEX: (Cost(*json.loads(done.stdout)), Peak())}


def _sizes(options: argparse.Namespace) -> tuple[int, ...]:
    """How many modules the smaller and the larger course have: a course holds no more than MOST."""
    modules = min(options.modules, MOST // options.scale)
    return () if options.skip_scale else (modules, modules * options.scale)


def _scaled(options: argparse.Namespace, modules: int, scratch: Path) -> Measured:
    """A course of this size: cold, and after the edit of a paragraph."""
    repeated(options.content, scratch / "content", modules)
    build = _build(options, scratch)
    cold = measured(*build)
    edit(scratch / "content")
    return {_at(COLD, modules, options): cold, _at(EDITED, modules, options): measured(*build)}


def _at(case: str, modules: int, options: argparse.Namespace) -> str:
    """The name of a case in a course of this size."""
    return case if modules == options.modules else f"{case}, {modules} modules"


def imports_weasyprint(options: argparse.Namespace, scratch: Path) -> bool:
    """Whether a build to which there is nothing to do imports WeasyPrint all the same."""
    command, environment = _build(options, scratch)
    told = {**os.environ, **environment, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(command, env=told, cwd=ROOT, capture_output=True, text=True, check=True)
    return any(line.rpartition("|")[2].strip() == "weasyprint" for line in done.stderr.splitlines())


# --- what is said of them ------------------------------------------------------------------------


def _goals(
    costs: Mapping[str, Cost], peaks: Mapping[str, Peak], options: argparse.Namespace
) -> Iterator[Goal]:
    yield from _whole(costs, "plain", [case for case in costs if _is_naive(case) and TAGGED not in case])
    if options.full:
        yield from _whole(costs, "tagged", [case for case in costs if _is_naive(case) and TAGGED in case])
    for name in (EDITED, LONGER, RENAMED):
        yield from _edits(costs, name)
    sizes = _sizes(options)
    for case, limit in ((COLD, 1.1 * options.scale), (EDITED, options.scale / 2)) if sizes else ():
        small, large = (costs[_at(case, modules, options)].cpu for modules in sizes)
        yield Goal(f"{case}, {sizes[1]} ÷ {sizes[0]} modules: CPU", "", large / small, limit)
    for modules in sorted({options.modules, *sizes}):
        cases = (_at(case, modules, options) for case in (COLD, EDITED, LONGER, RENAMED))
        yield from _memory(most([peaks[case] for case in cases if case in peaks]), modules)


def _memory(peak: Peak, modules: int) -> Iterator[Goal]:
    """The largest processes of all builds of a course; with one job the first process does the work."""
    yield Goal(f"largest worker, {modules} modules: MB", "", peak.worker or peak.first, 250)
    yield Goal(f"`course` itself, {modules} modules: MB", "", peak.first)
    yield Goal(f"largest other program (pandoc, node), {modules} modules: MB", "", peak.other)


def _is_naive(case: str) -> bool:
    return case.startswith("naive: ")


def _whole(costs: Mapping[str, Cost], kind: str, naive: Sequence[str]) -> Iterator[Goal]:
    """A cold build beside all the baselines of its editions together."""
    cpu, wall = (sum(getattr(costs[case], what) for case in naive) for what in ("cpu", "wall"))
    yield Goal(f"cold ÷ naive {kind}, {len(naive)} editions: CPU", "", costs[COLD].cpu / cpu, 0.6)
    yield Goal(f"cold ÷ naive {kind}, {len(naive)} editions: wall", "", costs[COLD].wall / wall, 0.35)


def _edits(costs: Mapping[str, Cost], name: str) -> Iterator[Goal]:
    """A build after an edit, beside what the module and the book cost the shortest way. Where pages are
    added, the indexes are set anew; that is measured apart."""
    spent, base = costs[name].cpu, costs[BASE].cpu
    case = name
    if name == LONGER:
        name, spent = f"{name}, without the indexes", spent - costs[INDEX].cpu
    for kind, mark in (("plain", ""), ("tagged", TAGGED)):
        whole = costs[f"{BASE}{mark}"].cpu
        allowed = 1.5 * costs[f"module alone: {case}{mark}"].cpu + 0.03 * whole
        terms = f"{spent / base:.4f} ÷ {allowed / base:.4f}"
        yield Goal(f"{name} ÷ (1.5 module + 0.03 book), {kind}: CPU", terms, spent / allowed, 1.0)
        yield Goal(f"{name} ÷ naive complete, {kind}: CPU", "", spent / whole, 0.08)


def _cases(costs: Mapping[str, Cost], peaks: Mapping[str, Peak], imported: bool) -> str:
    """All cases as a Markdown table: ratios to the first, and the peaks of their processes."""
    rows = [
        "| Case | CPU ÷ naive | Wall ÷ naive | MB: first process | worker | other program | WeasyPrint |",
        "| --- | ---: | ---: | ---: | ---: | ---: | :---: |",
    ]
    for case, ratio in ratios(costs).items():
        peak = peaks[case]
        sizes = " | ".join(f"{size:.0f}" if size else "" for size in (peak.first, peak.worker, peak.other))
        asked = ("yes" if imported else "no") if case == SAME else ""
        rows.append(f"| {case} | {ratio.cpu:.4f} | {ratio.wall:.4f} | {sizes} | {asked} |")
    return "\n".join(rows)


def _reached(goals: Sequence[Goal]) -> str:
    """What was found and its limit, as a Markdown table."""
    rows = ["| Found | Terms ÷ naive complete | Value (limit) | Within |", "| --- | ---: | ---: | :---: |"]
    for goal in goals:
        value = f"{goal.value:.0f}" if goal.value >= 10 else f"{goal.value:.3f}"
        bounded = goal.limit < float("inf")
        shown = f"{value} (≤ {goal.limit:g})" if bounded else value
        within = ("yes" if goal.value <= goal.limit else "no") if bounded else ""
        rows.append(f"| {goal.name} | {goal.terms} | {shown} | {within} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
