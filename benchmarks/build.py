"""How much work a build is, beside the shortest way from the same Markdown to one PDF.

Each case is a fresh process; what is counted is the CPU time of its whole process tree, and wall
time. The baseline does the least that gives a PDF: it joins the modules, lets pandoc make HTML of
them, and prints that with WeasyPrint and a few lines of CSS. All cases run in the same invocation,
and the table gives ratios to the baseline: seconds of one machine say nothing about another.
"""

import argparse
import ctypes
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COURSE = Path(sys.executable).with_name("course")
TOOLS = ("course-pipeline", "weasyprint", "pypandoc_binary")
PARAGRAPH = re.compile(r"^[A-Z][^\n]*, [^\n]*$", re.MULTILINE)
NO_PROSE = re.compile(r"<!--.*?-->|^(`{3,})[^\n]*\n.*?^\1", re.MULTILINE | re.DOTALL)
CSS = """
@page { size: A4; margin: 20mm; @bottom-center { content: counter(page) } }
body { font: 10pt/1.4 serif } h1 { break-before: page }
pre { font: 8pt/1.3 monospace; white-space: pre-wrap } table { border-collapse: collapse } td, th { border: 1px solid }
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one case: CPU of the process tree, and wall time."""

    cpu: float
    wall: float


def main() -> int:
    options = _options()
    if options.baseline:
        baseline(options.content, options.baseline)
        return 0
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        runs = [measured(options, Path(folder) / str(number)) for number in range(options.runs)]
    costs = {
        case: Cost(min(run[case].cpu for run in runs), min(run[case].wall for run in runs))
        for case in runs[0]
    }
    print(table(costs))
    if options.json:
        options.json.write_text(json.dumps(record(costs, options), indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure builds beside a plain pandoc and WeasyPrint.")
    parser.add_argument("--content", type=Path, default=ROOT / "content", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--severity", default="error", help="what stops a build (default: error)")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="repeat, and keep the least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write seconds and ratios there too")
    parser.add_argument("--baseline", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def measured(options: argparse.Namespace, scratch: Path) -> dict[str, Cost]:
    """All cases, in a scratch folder with a copy of the course and a cache of its own."""
    content = scratch / "content"
    shutil.copytree(options.content, content)
    common = ["--content", str(content), "--jobs", str(options.jobs), "--severity", options.severity]
    everything = [str(COURSE), "build", *common, "--out", str(scratch / "build")]
    book = [str(COURSE), "build", "pdf", "--edition", "complete", *common, "--out", str(scratch / "book")]
    naive = [sys.executable, __file__, "--content", str(content), "--baseline", str(scratch / "naive.pdf")]
    warm, own = {"COURSE_CACHE": str(scratch / "cache")}, {"COURSE_CACHE": str(scratch / "other")}
    cost([str(COURSE), "--version"], {})
    costs = {
        "baseline: one plain PDF": cost(naive, {}),
        "complete PDF alone, cold": cost(book, own),
        "everything, cold": cost(everything, warm),
        "everything, nothing changed": cost(everything, warm),
    }
    edit(content)
    return costs | {"everything, one paragraph edited": cost(everything, warm)}


def adopt_orphans() -> None:
    """Make this process the parent of whatever its children leave behind (prctl(2), Linux).

    The worker processes of a build belong to a fork server that the build does not wait for; their
    CPU time would otherwise be counted nowhere.
    """
    set_child_subreaper = 36
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0)


def cost(command: list[str], environment: Mapping[str, str], expected: tuple[int, ...] = (0,)) -> Cost:
    """Run a command and everything it starts to the end. Exits with its output when it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    wall = time.perf_counter() - started
    if done.returncode not in expected:
        sys.exit(f"{' '.join(command)}\nended with status {done.returncode}:\n{done.stdout}")
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def baseline(content: Path, out: Path) -> None:
    """The modules as one HTML document by pandoc, printed by WeasyPrint."""
    import pypandoc
    import weasyprint

    modules = [path.read_text(encoding="utf-8") for path in sorted((content / "modules").glob("*.md"))]
    text = "\n\n".join(body(module) for module in modules)
    html = pypandoc.convert_text(
        text, "html5", format="gfm", extra_args=["--standalone", "--metadata=title:Book"]
    )
    document = weasyprint.HTML(string=html, base_url=str(content / "modules"))
    document.write_pdf(out, stylesheets=[weasyprint.CSS(string=CSS)])


def body(module: str) -> str:
    """A module's text without its front matter."""
    return module.split("\n---\n", 1)[1]


def edit(content: Path) -> None:
    """Change one paragraph of the first module: its first comma becomes a semicolon."""
    path = sorted((content / "modules").glob("*.md"))[0]
    text = path.read_text(encoding="utf-8")
    start = len(text) - len(body(text))
    prose = NO_PROSE.sub(lambda hidden: " " * len(hidden[0]), text)
    found = PARAGRAPH.search(prose, start)
    if not found:
        sys.exit(f"{path.name} has no paragraph with a comma to edit")
    changed = found[0].replace(", ", "; ", 1)
    path.write_text(text[: found.start()] + changed + text[found.end() :], encoding="utf-8")


def ratios(costs: Mapping[str, Cost]) -> dict[str, Cost]:
    """Each cost divided by that of the first case, the baseline."""
    base = next(iter(costs.values()))
    return {case: Cost(spent.cpu / base.cpu, spent.wall / base.wall) for case, spent in costs.items()}


def table(costs: Mapping[str, Cost]) -> str:
    """The ratios as a Markdown table."""
    rows = [f"| {case} | {ratio.cpu:.2f} | {ratio.wall:.2f} |" for case, ratio in ratios(costs).items()]
    return "\n".join(["| Case | CPU ÷ baseline | Wall ÷ baseline |", "| --- | ---: | ---: |", *rows])


def record(costs: Mapping[str, Cost], options: argparse.Namespace) -> dict[str, object]:
    """What the JSON file holds: the setting, the seconds, the ratios."""
    return {
        "modules": len(list((options.content / "modules").glob("*.md"))),
        "jobs": options.jobs,
        "runs": options.runs,
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "tools": {name: version(name) for name in TOOLS},
        "seconds": {case: asdict(spent) for case, spent in costs.items()},
        "ratios": {case: asdict(ratio) for case, ratio in ratios(costs).items()},
    }


if __name__ == "__main__":
    sys.exit(main())
