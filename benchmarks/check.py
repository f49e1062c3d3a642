"""How much work `course check` is, beside one pandoc that reads the same files.

The course's modules are repeated under new names until there are enough of them, in a temporary
folder with a cache of its own. Each case is a fresh process; CPU is that of its whole process tree.
The baseline is pandoc alone, one process that turns the same files into its JSON, with the extensions
that the pipeline reads with: what names a line costs at least that.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pypandoc
from build import COURSE, ROOT, Cost, adopt_orphans, body, cost, edit, record, table

from pipeline.engines.pandoc import WITH_POSITIONS

FENCES = re.compile(r"^(`{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        content = Path(folder) / "content"
        repeated(options.content, content, options.modules)
        runs = [
            measured(content, Path(folder) / f"cache-{number}", options) for number in range(options.runs)
        ]
        words = sum(prose(path) for path in content.glob("modules/*.md"))
    costs = {
        case: Cost(min(run[case].cpu for run in runs), min(run[case].wall for run in runs))
        for case in runs[0]
    }
    print(f"{options.modules} modules, {words // options.modules} words of prose each\n\n{table(costs)}")
    if options.json:
        options.json.write_text(json.dumps(record(costs, options), indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure `course check` beside a plain pandoc.")
    parser.add_argument("--content", type=Path, default=ROOT / "content", metavar="DIR")
    parser.add_argument("--modules", type=int, default=35, metavar="N")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="repeat, and keep the least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write seconds and ratios there too")
    return parser.parse_args()


def repeated(source: Path, content: Path, modules: int) -> None:
    """A course of so many modules: those there are, then copies of them under other ids."""
    shutil.copytree(source, content)
    originals = sorted((content / "modules").glob("*.md"))
    for number, original in zip(range(len(originals) + 1, modules + 1), _endless(originals), strict=False):
        text = original.read_text(encoding="utf-8")
        front, rest = text[: -len(body(text))], body(text)
        slug = f"copy-{number}"
        for key, value in (("id", slug), ("number", number), ("prerequisites", "[]"), ("recommended", "[]")):
            front = re.sub(rf"^{key}: .*$", f"{key}: {value}", front, count=1, flags=re.MULTILINE)
        (content / "modules" / f"{number:02}-{slug}.md").write_text(front + rest, encoding="utf-8")
    course = content / "course.yml"
    text = re.sub(r"^planned:\n(?:  - .*\n)+", "", course.read_text(encoding="utf-8"), flags=re.MULTILINE)
    course.write_text(text, encoding="utf-8")


def _endless(paths: list[Path]) -> Iterator[Path]:
    while True:
        yield from paths


def prose(path: Path) -> int:
    """Words outside front matter and fences, roughly."""
    return len(FENCES.sub("", body(path.read_text(encoding="utf-8"))).split())


def measured(content: Path, cache: Path, options: argparse.Namespace) -> dict[str, Cost]:
    files = sorted(map(str, (content / "modules").glob("*.md")))
    pandoc = [
        pypandoc.get_pandoc_path(),
        f"--from={WITH_POSITIONS}",
        "--to=json",
        "--output=/dev/null",
        *files,
    ]
    check = [str(COURSE), "check", "--content", str(content), "--jobs", str(options.jobs)]
    one = [*check, files[-1]]
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
