"""What the decks cost, beside pandoc's reveal.js writer and sphinx-revealjs on the same modules.

Measured is `course build slides` of a course whose modules have been read already (`course build manifest` runs
before, and is measured too: it is the pass that all targets share): cold, with nothing changed, and after one paragraph has been
edited and read. Beside it stand pandoc, which makes a deck of each module in a process of its own, and where
`--sphinx` names a sphinx-build that has myst-parser and sphinx-revealjs, its decks, cold and after the same edit.
Each case is a fresh process. Decks of workshops and the page that lists all are part of ours.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import pypandoc
from courses import body, edit, files, prose, repeated
from measure import COURSE, Cost, adopt_orphans, arguments, cost, least, record, table

CONFIGURATION = """\
project, author, language = "Course", "Nobody", "en"
extensions, source_suffix, root_doc = ["myst_parser", "sphinx_revealjs"], {".md": "markdown"}, "index"
suppress_warnings = ["myst", "misc", "toc"]
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
    parser = arguments("Measure the decks beside pandoc and sphinx-revealjs.", jobs=1)
    parser.add_argument("--sphinx", type=Path, metavar="FILE", help="a sphinx-build with sphinx-revealjs")
    return parser.parse_args()


def measured(folder: Path, options: argparse.Namespace) -> dict[str, Cost]:
    """All cases, in a folder with a copy of the course and a cache of its own."""
    content = folder / "content"
    repeated(options.content, content, options.modules)
    common = ["--content", str(content), "--severity", "error"]
    build = [
        str(COURSE),
        "build",
        "slides",
        *common,
        "--out",
        str(folder / "build"),
        "--jobs",
        str(options.jobs),
    ]
    environment = {"COURSE_CACHE": str(folder / "cache")}
    reading = [str(COURSE), "build", "manifest", *common, "--out", str(folder / "read"), "--jobs", "1"]
    cost(reading, environment)
    decks = [_pandoc(path, folder) for path in files(content)]
    costs = {
        "baseline: pandoc's deck of every module": Cost(
            sum(one.cpu for one in decks), sum(one.wall for one in decks)
        ),
        "one of them": decks[0],
        "every deck, cold, modules read": cost(build, environment),
        "every deck, nothing changed": cost(build, environment),
    }
    if options.sphinx:
        costs["sphinx-revealjs, cold"] = _sphinx(content, folder, options.sphinx)
    edit(content)
    cost(reading, environment)
    costs["every deck, one paragraph edited, module read"] = cost(build, environment)
    shutil.rmtree(folder / "read")
    costs["of ours: the modules, read already, and the manifest"] = cost(reading, environment)
    if options.sphinx:
        costs["sphinx-revealjs, one paragraph edited"] = _sphinx(content, folder, options.sphinx)
    return costs


def _pandoc(module: Path, folder: Path) -> Cost:
    command = [pypandoc.get_pandoc_path(), "--from=gfm", "--to=revealjs", "--standalone", "--slide-level=3"]
    return cost([*command, "--metadata=title:Deck", f"--output={folder / 'plain.html'}", str(module)], {})


def _sphinx(content: Path, folder: Path, program: Path) -> Cost:
    """The decks of sphinx-revealjs; a module that has not changed keeps its file's date."""
    source = folder / "sphinx"
    source.mkdir(exist_ok=True)
    names = [path.stem for path in files(content)]
    _write(source / "conf.py", CONFIGURATION)
    _write(source / "index.md", "# Course\n\n```{toctree}\n" + "\n".join(names) + "\n```\n")
    for path in files(content):
        _write(source / path.name, body(path.read_text(encoding="utf-8")))
    return cost([str(program), "-q", "-b", "revealjs", str(source), str(folder / "sphinx-out")], {})


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
