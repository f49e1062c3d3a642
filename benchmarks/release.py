"""What a whole release costs, cold and after each kind of edit, beside the Makefile that one would write.

The naive Makefile makes one PDF (pandoc, WeasyPrint), one EPUB and a plain deck of each module (pandoc), of the same
modules, in the same run, and does it all again whatever has changed. Ours is everything: four PDFs, four EPUBs,
decks with handouts, the site, pages, the manifest and the packages for six platforms, all of it checked.
The course's modules are repeated until there are enough. `--growth` measures courses of 24 and 96 modules instead,
four and sixteen times a course of six, without the Makefile. Traces of the cold builds say where the time goes.
`--against FILE` compares the ratios with those of a recorded run, and ends with 1 where one is half as large again.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pypandoc
from courses import edit, files, rename, repeated
from measure import COURSE, NAIVE, ROOT, Cost, Peak, adopt_orphans, arguments, cost, ratios, record
from measure import measured as run
from others import others
from traces import events, shares, table

THEME = ROOT / "themes" / "default"

SMALL, LARGE = 24, 96
"""Modules of the courses between which growth is measured: four times the text, and a course holds no more than 99."""
BASELINE = "baseline: the naive Makefile"
"""Measured before and after the rest, for a machine is not as fast at all times."""
MARGIN = 1.5
"""How much larger a ratio may be than the recorded one: runs of the same code differ by a fifth."""
MODULE = "one paragraph edited"
GOALS = {"cold": (1.0, 0.6), MODULE: (0.08, 0.0)}
"""Most of CPU and wall, as shares of the naive Makefile's; 0 where there is no such goal."""
GROWTH = 4.4
WORKER = 400.0
"""MB of the largest worker that renders."""


def picture(content: Path) -> None:
    """Change a drawing: the first label of the first diagram that is a flowchart or a sequence."""
    path = next(path for path in files(content) if "```mermaid" in path.read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(accTitle: )", r"\1Again, ", text, count=1), encoding="utf-8")


def described(content: Path) -> None:
    """Change course.yml: the sentence that every front page shows."""
    path = content / "course.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("goal: >-\n  ", "goal: >-\n  Once more: ", 1), encoding="utf-8")


def styled(folder: Path) -> None:
    """Change the theme: a rule more in the style of books."""
    with (folder / "theme" / "book.css").open("a", encoding="utf-8") as file:
        file.write("\nblockquote { orphans: 3 }\n")


EDITS: Mapping[str, Callable[[Path], None]] = {
    MODULE: lambda folder: edit(folder / "content"),
    "a heading renamed": lambda folder: rename(folder / "content"),
    "a diagram's title changed": lambda folder: picture(folder / "content"),
    "course.yml changed": lambda folder: described(folder / "content"),
    "the theme's style of books changed": styled,
}
Measured = tuple[dict[str, Cost], dict[str, Peak]]


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        if options.growth:
            return _grown(Path(folder), options)
        costs, peaks = measured(Path(folder), options.modules, options)
        shown = shares(events(Path(folder) / "trace.json"))
    print(f"{options.modules} modules, {options.jobs} processes\n\n{_table(costs, peaks)}\n")
    print("\n".join(_goals(costs, peaks)))
    print(f"\nWhere the processor time of the cold build goes:\n\n{table(shown)}\n\n{_plot(costs)}")
    kept = record(costs, options.modules, options.jobs, 1)
    if options.json:
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return _compared(costs, options.against) if options.against else 0


def _options() -> argparse.Namespace:
    parser = arguments("Measure a release beside a naive Makefile.", jobs=2)
    parser.add_argument(
        "--growth", action="store_true", help=f"measure {SMALL} and {LARGE} modules, nothing else"
    )
    parser.add_argument(
        "--python", type=Path, metavar="FILE", help="a Python that has typst, sphinx, myst-parser"
    )
    parser.add_argument("--marp", type=Path, metavar="FILE", help="Marp's program")
    parser.add_argument("--trace", type=Path, metavar="FILE", help="keep the trace of the (last) cold build")
    parser.add_argument("--against", type=Path, metavar="FILE", help="the JSON of a recorded run")
    return parser.parse_args()


def _grown(folder: Path, options: argparse.Namespace) -> int:
    """What a course four times as large costs."""
    costs, peak, spent = dict[int, dict[str, Cost]](), dict[int, Peak](), dict[int, dict[str, float]]()
    for size in (SMALL, LARGE):
        costs[size], most = measured(folder / str(size), size, options, naively=False)
        peak[size] = most["everything, cold"]
        spent[size] = shares(events(folder / str(size) / "trace.json"))
    print(f"| {LARGE} ÷ {SMALL} modules | CPU |\n| --- | ---: |")
    for case, spending in costs[LARGE].items():
        print(f"| {case} | {spending.cpu / costs[SMALL][case].cpu:.2f} |")
    whole = sum(spent[LARGE].values())
    for what, seconds in spent[LARGE].items():
        if seconds > whole / 500:
            print(
                f"| cold: {what} ({100 * seconds / whole:.1f}%) | {seconds / spent[SMALL].get(what, 1e9):.2f} |"
            )
    for size, most in peak.items():
        print(
            f"\n{size} modules: MB of the first process {most.first:.0f}, of the largest worker {most.worker:.0f}"
        )
    print(f"(goal of the cold build: {GROWTH}; of a worker: {WORKER:.0f} MB)")
    return 0


def measured(folder: Path, modules: int, options: argparse.Namespace, naively: bool = True) -> Measured:
    """All cases, in a folder with a copy of the course, of the theme, and a cache of its own."""
    content, theme = folder / "content", folder / "theme"
    repeated(options.content, content, modules)
    shutil.copytree(THEME, theme)
    build = [
        *(str(COURSE), "build", "--content", str(content), "--out", str(folder / "build")),
        *("--theme", str(theme), "--severity", "error", "--jobs", str(options.jobs)),
    ]
    environment = {"COURSE_CACHE": str(folder / "cache")}
    cost([str(COURSE), "--version"], {})
    costs, peaks = dict[str, Cost](), dict[str, Peak]()
    if naively:
        costs[BASELINE] = naive(folder, files(content))
        costs |= others(files(content), folder / "others", options.python, options.marp)

    def built(case: str, **more: str) -> None:
        costs[f"everything, {case}"], peaks[f"everything, {case}"] = run(build, {**environment, **more})

    built("cold", COURSE_TRACE=str(folder / "trace.json"))
    if options.trace:
        shutil.copy2(folder / "trace.json", options.trace)
    built("nothing changed")
    for case, change in list(EDITS.items())[: None if naively else 1]:
        change(folder)
        built(case)
    if naively:
        before, after = costs[BASELINE], naive(folder, files(content))
        costs[BASELINE] = Cost((before.cpu + after.cpu) / 2, (before.wall + after.wall) / 2)
    return costs, peaks


def naive(folder: Path, modules: list[Path]) -> Cost:
    """One PDF, one EPUB, and a deck of each module: each command as a Makefile would run it, one after the other."""
    pandoc = pypandoc.get_pandoc_path()
    named = [str(path) for path in modules]
    commands = [
        [*NAIVE, str(folder / "naive.pdf"), *named],
        [pandoc, "--from=gfm", "--to=epub3", "--metadata=title:Book", "--toc", f"--output={folder}/naive.epub", *named],
        *(
            [pandoc, "--from=gfm", "--to=revealjs", "--standalone", "--slide-level=3", "--metadata=title:Deck",
             f"--output={folder}/naive.html", name]
            for name in named
        ),
    ]  # fmt: skip
    spent = [cost(command, {}) for command in commands]
    return Cost(sum(one.cpu for one in spent), sum(one.wall for one in spent))


# --- what is said of them ------------------------------------------------------------------------


def _table(costs: Mapping[str, Cost], peaks: Mapping[str, Peak]) -> str:
    rows = ["| Case | CPU ÷ naive | Wall ÷ naive | MB: first process | largest worker |"]
    rows.append("| --- | ---: | ---: | ---: | ---: |")
    for case, ratio in ratios(costs).items():
        peak = peaks.get(case, Peak())
        sizes = f"{peak.first:.0f} | {peak.worker:.0f}" if case in peaks else " | "
        rows.append(f"| {case} | {ratio.cpu:.3f} | {ratio.wall:.3f} | {sizes} |")
    return "\n".join(rows)


def _plot(costs: Mapping[str, Cost]) -> str:
    """The ratios as a chart that GitHub draws."""
    said = ratios(costs)
    names = ", ".join(json.dumps(case.removeprefix("everything, ").partition(":")[0]) for case in said)
    bars = ", ".join(f"{ratio.cpu:.3f}" for ratio in said.values())
    rows = ["xychart-beta horizontal", '  title "Processor time, as a share of the naive Makefile\'s"']
    rows += [f"  x-axis [{names}]", "  y-axis 0 --> 1.4", f"  bar [{bars}]"]
    return "\n".join(["```mermaid", *rows, "```"])


def _goals(costs: Mapping[str, Cost], peaks: Mapping[str, Peak]) -> Iterator[str]:
    for case, (cpu, wall) in GOALS.items():
        ratio = ratios(costs)[f"everything, {case}"]
        if cpu:
            yield f"{case}: CPU {ratio.cpu:.3f} of {cpu}"
        if wall:
            yield f"{case}: wall {ratio.wall:.3f} of {wall}"
    yield f"nothing changed: {costs['everything, nothing changed'].cpu:.2f} s of CPU (goal 0.3)"
    yield f"largest worker: {max(peak.worker for peak in peaks.values()):.0f} MB (goal {WORKER:.0f})"


def _compared(costs: Mapping[str, Cost], recorded: Path) -> int:
    """1 where a ratio is half as large again as that of a recorded run."""
    old = json.loads(recorded.read_text(encoding="utf-8"))["ratios"]
    worse = [
        f"{case}: CPU {ratio.cpu:.3f}, was {old[case]['cpu']:.3f}"
        for case, ratio in ratios(costs).items()
        if case in old and ratio.cpu > MARGIN * old[case]["cpu"] + 0.005
    ]
    print("\n".join(worse) or f"no ratio is half as large again as those of {recorded.name}")
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
