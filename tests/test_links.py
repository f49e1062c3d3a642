"""Where links lead in a book: what it cannot carry is linked in the repository, or named."""

from pathlib import Path

import pytest
from sources import compiled, small_course, write

from pipeline.document.xhtml import Leads
from pipeline.mend import mended
from pipeline.model import Course
from pipeline.targets.links import book_links

SOLUTION = "../solutions/01/e%201/main.mjs"


def course_with(folder: Path, fields: str) -> Course:
    text = f"# First\n\n## Concepts\n\nSee [a solution]({SOLUTION}) of it.\n"
    small_course(folder, {"01-first.md": text, "02-second.md": ""}, fields)
    return compiled(write(folder, {"solutions/01/e 1/main.mjs": "1\n"}))


@pytest.mark.parametrize(
    ("fields", "leads"),
    [
        (
            "repository: https://forge.example/ada/small/",
            Leads("https://forge.example/ada/small/blob/HEAD/content/solutions/01/e%201/main.mjs"),
        ),
        ("", Leads(remark="in the course's source: solutions/01/e 1/main.mjs")),
    ],
    ids=["with a repository", "without one"],
)
def test_a_file_that_a_book_cannot_carry(fields: str, leads: Leads, tmp_path: Path) -> None:
    course = course_with(tmp_path, fields)
    follow = book_links(course.modules[0], course, course.editions[0], lambda id, anchor: f"{id}#{anchor}")
    assert follow(SOLUTION) == leads
    assert follow("02-second.md#concepts") == Leads("second#concepts", inside=True)
    assert mended(course).modules[0].document.blocks == course.modules[0].document.blocks
