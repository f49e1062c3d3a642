"""Other tools on the same modules: typst's PDF, Sphinx's EPUB, Marp's decks, each alone and as their users call it."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypandoc
from courses import body
from measure import Cost, cost

SPHINX = """\
project, author, language = "Course", "Nobody", "en"
extensions, source_suffix, root_doc = ["myst_parser"], {".md": "markdown"}, "index"
suppress_warnings = ["myst", "misc", "epub", "toc"]
"""
TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"


def others(
    modules: Sequence[Path], folder: Path, python: Path | None, marp: Path | None
) -> Iterator[tuple[str, Cost]]:
    """What each costs that is there: `python` has typst, Sphinx and myst-parser, `marp` is Marp's program."""
    folder.mkdir()
    if python:
        yield "typst: one PDF", _typst(modules, folder, python)
        yield "Sphinx: one EPUB", _sphinx(modules, folder / "sphinx", python)
    if marp:
        yield "Marp: decks", _marp(modules, folder / "marp", marp)


def _typst(modules: Sequence[Path], folder: Path, python: Path) -> Cost:
    """pandoc writes typst's language, without pictures."""
    joined = folder / "book.md"
    joined.write_text(
        "\n\n".join(body(path.read_text(encoding="utf-8")) for path in modules), encoding="utf-8"
    )
    read = ["--from=gfm-tex_math_dollars-tex_math_gfm", "--to=typst", "--standalone", "--toc"]
    written = cost([pypandoc.get_pandoc_path(), *read, f"--output={folder}/book.typ", str(joined)], {})
    text = (folder / "book.typ").read_text(encoding="utf-8")
    (folder / "book.typ").write_text(
        "\n".join(line for line in text.splitlines() if "image(" not in line and "link(<" not in line),
        encoding="utf-8",
    )
    made = cost([str(python), "-c", TYPST, f"{folder}/book.typ", f"{folder}/book.pdf"], {})
    return Cost(written.cpu + made.cpu, written.wall + made.wall)


def _sphinx(modules: Sequence[Path], source: Path, python: Path) -> Cost:
    source.mkdir()
    names = "\n".join(path.stem for path in modules)
    (source / "conf.py").write_text(SPHINX, encoding="utf-8")
    (source / "index.md").write_text(f"# Course\n\n```{{toctree}}\n{names}\n```\n", encoding="utf-8")
    for path in modules:
        (source / path.name).write_text(body(path.read_text(encoding="utf-8")), encoding="utf-8")
    return cost([str(python), "-m", "sphinx", "-q", "-b", "epub", str(source), f"{source}-out"], {})


def _marp(modules: Sequence[Path], folder: Path, marp: Path) -> Cost:
    """HTML decks, a slide for each heading."""
    folder.mkdir()
    for path in modules:
        shutil.copy2(path, folder)
        text = body(path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(f"---\nmarp: true\nheadingDivider: 3\n---\n{text}", encoding="utf-8")
    return cost([str(marp), "--input-dir", str(folder), "--output", f"{folder}-out"], {})
