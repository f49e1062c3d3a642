"""After an edit of any kind the books are those of a clean build, with one process and with two."""

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import COURSES, ROOT, built
from sources import replaced

MODULES = "modules"
Edit = Callable[[Path, Path], None]
"""Changes a course and a theme."""


def first(course: Path) -> Path:
    return min((course / MODULES).glob("*.md"))


def longer(course: Path, theme: Path) -> None:
    module = first(course)
    said = "\n\n".join(
        f"Paragraph {n} says again what a name is, at some length, and fills a line or two."
        for n in range(60)
    )
    replaced(module, "\n## Summary\n", f"\n{said}\n\n## Summary\n")


def heading(course: Path, theme: Path) -> None:
    replaced(
        course / MODULES / "02-order-of-things.md", "### Code of several files", "### Code of many files"
    )


def picture(course: Path, theme: Path) -> None:
    drawing = next(path for path in sorted((course / "assets").iterdir()) if path.suffix == ".svg")
    drawing.write_text(drawing.read_text().replace("</svg>", '<rect width="3" height="3"/></svg>'))


def style(course: Path, theme: Path) -> None:
    with (theme / "book.css").open("a") as file:
        file.write("h2 { color: #333 }\n")


def added(course: Path, theme: Path) -> None:
    module = (course / MODULES / "05-last-things.md").read_text()
    module = module.replace("id: last-things", "id: later-things", 1).replace("number: 5", "number: 6", 1)
    module = module.replace('title: "Last Things"', 'title: "Later Things"').replace(
        "# Last Things", "# Later Things"
    )
    (course / MODULES / "06-later-things.md").write_text(module)


def removed(course: Path, theme: Path) -> None:
    (course / MODULES / "05-last-things.md").unlink()


def reordered(course: Path, theme: Path) -> None:
    """Module 4 becomes 6, behind module 5."""
    old, new = course / MODULES / "04-deep-things.md", course / MODULES / "06-deep-things.md"
    new.write_text(old.read_text().replace("number: 4", "number: 6", 1))
    old.unlink()
    for module in (course / MODULES).glob("*.md"):
        module.write_text(module.read_text().replace("04-deep-things.md", "06-deep-things.md"))


EDITS = (longer, heading, picture, style, added, removed, reordered)


def sums(out: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted((out / "pdf").glob("*.pdf"))}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_as_after_a_clean_build(edit: Edit, tmp_path: Path) -> None:
    course, theme = tmp_path / "course", tmp_path / "theme"
    shutil.copytree(COURSES / "full", course)
    shutil.copytree(ROOT / "themes" / "default", theme)
    asked = ("pdf", "--theme", str(theme), "--severity", "error")
    out = built(course, tmp_path / "out", *asked)
    before = sums(out)
    edit(course, theme)
    one = sums(built(course, out, *asked, "--jobs", "2"))
    assert one != before, "the edit is seen"
    empty = {"COURSE_CACHE": str(tmp_path / "cache")}
    clean = built(course, tmp_path / "clean", *asked, "--jobs", "1", env=empty)
    assert one == sums(clean)
