"""How much work `course check` is, beside one pandoc that reads the same files.

The course's modules are repeated under new names until there are enough of them, in a temporary
folder with a cache of its own. Each case is a fresh process; CPU is that of its whole process tree.
The baseline is pandoc alone, one process that turns the same files into its JSON, with the extensions
that the pipeline reads with: what names a line costs at least that.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import pypandoc
from courses import edit, files, prose, repeated
from measure import COURSE, Cost, adopt_orphans, arguments, cost, least, record, table

from pipeline.engines.pandoc import WITH_POSITIONS


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        content = Path(folder) / "content"
        repeated(options.content, content, options.modules)
        runs = [
            measured(content, Path(folder) / f"cache-{number}", options) for number in range(options.runs)
        ]
        words = sum(map(prose, files(content)))
    costs = least(runs)
    print(f"{options.modules} modules, {words // options.modules} words of prose each\n\n{table(costs)}")
    if options.json:
        kept = record(costs, options.modules, options.jobs, options.runs)
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = arguments("Measure `course check` beside a plain pandoc.", jobs=1)
    return parser.parse_args()


def measured(content: Path, cache: Path, options: argparse.Namespace) -> dict[str, Cost]:
    modules = list(map(str, files(content)))
    pandoc = [
        pypandoc.get_pandoc_path(),
        f"--from={WITH_POSITIONS}",
        "--to=json",
        "--output=/dev/null",
        *modules,
    ]
    check = [str(COURSE), "check", "--content", str(content), "--jobs", str(options.jobs)]
    one = [*check, modules[-1]]
    environment = {"COURSE_CACHE": str(cache)}
    cost([str(COURSE), "--version"], {})
    costs = {
        "baseline: pandoc reads them": cost(pandoc, {}),
        "everything, cold": cost(check, environment, (0, 1)),
        "everything, nothing changed": cost(check, environment, (0, 1)),
    }
    edit(content)
    return costs | {
        "everything, one paragraph edited": cost(check, environment, (0, 1)),
        "one file named, nothing changed": cost(one, environment, (0, 1)),
    }


if __name__ == "__main__":
    sys.exit(main())
