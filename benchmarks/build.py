"""How much work a build is, beside the shortest way from the same Markdown to one PDF.

Each case is a fresh process; what is counted is the CPU time of its whole process tree, and wall
time. The baseline does the least that gives a PDF (`naive.py`): it joins the modules, lets pandoc make
HTML of them, and prints that with WeasyPrint and a few lines of CSS. All cases run in the same
invocation, and the table gives ratios to the baseline: seconds of one machine say nothing about another.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from courses import edit, files
from measure import COURSE, NAIVE, ROOT, Cost, adopt_orphans, cost, least, record, table


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        runs = [measured(options, Path(folder) / str(number)) for number in range(options.runs)]
    costs = least(runs)
    print(table(costs))
    if options.json:
        kept = record(costs, len(files(options.content)), options.jobs, options.runs)
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure builds beside a plain pandoc and WeasyPrint.")
    parser.add_argument("--content", type=Path, default=ROOT / "content", metavar="DIR")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--severity", default="error", help="what stops a build (default: error)")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="repeat, and keep the least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write seconds and ratios there too")
    return parser.parse_args()


def measured(options: argparse.Namespace, scratch: Path) -> dict[str, Cost]:
    """All cases, in a scratch folder with a copy of the course and a cache of its own."""
    content = scratch / "content"
    shutil.copytree(options.content, content)
    common = ["--content", str(content), "--jobs", str(options.jobs), "--severity", options.severity]
    everything = [str(COURSE), "build", *common, "--out", str(scratch / "build")]
    book = [str(COURSE), "build", "pdf", "--edition", "complete", *common, "--out", str(scratch / "book")]
    naive = [*NAIVE, str(scratch / "naive.pdf"), *map(str, files(content))]
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


if __name__ == "__main__":
    sys.exit(main())
