"""How long an author waits for an edit: from the save until an open page in Chromium shows it.

The course's modules are repeated until there are enough. Measured is `course serve` beside what it replaces, a
`course build` of everything, cold and after one edit: all are seconds by the clock, and the table gives them as
ratios to the cold build.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from courses import body, files, repeated
from measure import COURSE, ROOT, Cost, adopt_orphans, arguments, cost, ratios, record

sys.path.append(str(ROOT / "tests"))

from preview import serving

from pipeline.engines import chromium

EDITS = 10
HEADING = re.compile(r"^## Concepts\n", re.MULTILINE)


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        costs, waits = measured(Path(folder), options)
    print(
        f"{options.modules} modules\n\n{_table(costs)}\n\nThe edits: {', '.join(f'{wait:.2f} s' for wait in waits)}"
    )
    if options.json:
        kept = record(costs, options.modules, options.jobs, 1)
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def _table(costs: Mapping[str, Cost]) -> str:
    """The ratios of the clock: a preview works beside whoever waits, so its CPU time says little."""
    rows = [f"| {case} | {ratio.wall:.3f} |" for case, ratio in ratios(costs).items()]
    return "\n".join(["| Case | Wall ÷ baseline |", "| --- | ---: |", *rows])


def _options() -> argparse.Namespace:
    return arguments("Measure the live preview beside a build.", jobs=os.cpu_count() or 1).parse_args()


def measured(folder: Path, options: argparse.Namespace) -> tuple[dict[str, Cost], list[float]]:
    """All cases, and how long each edit took to be seen."""
    content = folder / "content"
    repeated(options.content, content, options.modules)
    build = [
        str(COURSE),
        "build",
        *("--content", str(content), "--severity", "error", "--jobs", str(options.jobs)),
        *("--out", str(folder / "build")),
    ]
    environment = {"COURSE_CACHE": str(folder / "cache")}
    costs = {"baseline: a build of everything, cold": cost(build, environment)}
    os.environ["COURSE_CACHE"] = str(folder / "other")
    started = time.perf_counter()
    with serving(content, folder / "log", "--jobs", str(options.jobs)) as preview:
        preview.get("")
        costs["preview: first page, cold"] = Cost(0, time.perf_counter() - started)
        waits = seen(preview.address, content)
    costs[f"preview: an edit is seen, median of {EDITS}"] = Cost(0, statistics.median(waits))
    costs["a build of everything, the same edits later"] = cost(build, environment)
    return costs, waits


def seen(address: str, content: Path) -> list[float]:
    """Seconds from each save of a module in the middle until its open page shows what was added."""
    path = files(content)[len(files(content)) // 2]
    text = path.read_text(encoding="utf-8")
    start = len(text) - len(body(text))
    at = HEADING.search(text, start)
    id = re.search(r"^id: *(\S+)", text, re.MULTILINE)
    if not at or not id:
        sys.exit(f"{path.name} has no Concepts to edit")
    waits = []
    with chromium.opened() as browser:
        page = browser.new_page()
        page.goto(f"{address}modules/{id[1]}/index.html")
        for number in range(EDITS):
            words = f"This is edit number {number} of the benchmark."
            path.write_text(f"{text[: at.end()]}\n{words}\n{text[at.end() :]}", encoding="utf-8")
            started = time.perf_counter()
            page.get_by_text(words).wait_for(state="attached")
            waits.append(time.perf_counter() - started)
    return waits


if __name__ == "__main__":
    sys.exit(main())
