"""What the EPUB target costs, beside pandoc's EPUB of the same modules, and Sphinx's.

The PDFs are built first, as in every build: their pages are listed in the EPUBs. Then `course build epub`
is measured: cold, with nothing changed, and after one paragraph has been edited. Beside it stand pandoc,
which makes an EPUB of each edition, and where `--sphinx` names a sphinx-build that has myst-parser, its
EPUB of the complete edition, cold and after the same edit. Each case is a fresh process.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import pypandoc
from courses import body, edit, editions, files, prose, repeated
from measure import COURSE, Cost, adopt_orphans, arguments, cost, least, record, table

CONFIGURATION = """\
project, author, language = "Course", "Nobody", "en"
extensions, source_suffix, root_doc = ["myst_parser"], {".md": "markdown"}, "index"
suppress_warnings = ["myst", "misc", "epub", "toc"]
"""


def main() -> int:
    options = _options()
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="course-bench-") as folder:
        runs = [measured(Path(folder) / str(number), options) for number in range(options.runs)]
        words = sum(map(prose, files(Path(folder) / "0" / "content")))
    costs = least(runs)
    print(f"{options.modules} modules, {words // options.modules} words of prose each\n\n{table(costs)}")
    if options.json:
        kept = record(costs, options.modules, options.jobs, options.runs)
        options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = arguments("Measure the EPUB target beside pandoc and Sphinx.", jobs=1)
    parser.add_argument("--sphinx", type=Path, metavar="FILE", help="a sphinx-build with myst-parser")
    return parser.parse_args()


def measured(folder: Path, options: argparse.Namespace) -> dict[str, Cost]:
    """All cases, in a folder with a copy of the course and a cache of its own."""
    content = folder / "content"
    repeated(options.content, content, options.modules)
    build = [str(COURSE), "build", "--content", str(content), "--out", str(folder / "build")]
    build += ["--severity", "error"]
    books, papers = [*build, "--jobs", str(options.jobs), "epub"], [*build, "pdf"]
    environment = {"COURSE_CACHE": str(folder / "cache")}
    cost(papers, environment)
    plain = [_pandoc(modules, folder) for modules in editions(content).values()]
    costs = {
        "baseline: pandoc's EPUB of every edition": _sum(plain),
        "every edition, cold, PDFs built": cost(books, environment),
        "every edition, nothing changed": cost(books, environment),
    }
    if options.sphinx:
        costs["Sphinx, complete edition, cold"] = _sphinx(content, folder, options.sphinx)
    edit(content)
    cost(papers, environment)
    costs["every edition, one paragraph edited, PDFs built"] = cost(books, environment)
    if options.sphinx:
        costs["Sphinx, complete edition, one paragraph edited"] = _sphinx(content, folder, options.sphinx)
    return costs


def _pandoc(modules: tuple[Path, ...], folder: Path) -> Cost:
    command = [pypandoc.get_pandoc_path(), "--from=gfm", "--to=epub3", "--metadata=title:Book", "--toc"]
    return cost([*command, f"--output={folder / 'plain.epub'}", *map(str, modules)], {})


def _sphinx(content: Path, folder: Path, program: Path) -> Cost:
    """Sphinx's EPUB; a module that has not changed keeps its file's date, so that Sphinx does not read it."""
    source = folder / "sphinx"
    source.mkdir(exist_ok=True)
    names = [path.stem for path in files(content)]
    _write(source / "conf.py", CONFIGURATION)
    _write(source / "index.md", "# Course\n\n```{toctree}\n" + "\n".join(names) + "\n```\n")
    for path in files(content):
        _write(source / path.name, body(path.read_text(encoding="utf-8")))
    return cost([str(program), "-q", "-b", "epub", str(source), str(folder / "sphinx-out")], {})


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _sum(costs: list[Cost]) -> Cost:
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs))


if __name__ == "__main__":
    sys.exit(main())
