"""A folder as people really write them, made into a course: what is kept, what is said, what is built."""

import json
import re
from pathlib import Path

import pytest
from sources import COURSES, compiled, copied, findings, run, snapshot, write

from pipeline.adopt import Adopted, adopt
from pipeline.diagnostics import EnvironmentProblem, InvalidCourse
from pipeline.load import load
from pipeline.model import Course

RENAMED = {
    "01-Getting Started.md": "modules/01-getting-started.md",
    "2-values.md": "modules/02-values.md",
    "module-03-functions.md": "modules/03-functions.md",
    "05_Exit-Codes.md": "modules/05-exit-codes.md",
}


@pytest.fixture
def adopted(tmp_path: Path) -> Adopted:
    return adopt(COURSES / "plain", tmp_path / "course")


def course_of(made: Adopted) -> Course:
    return compiled(made.out)


def text_of(path: Path) -> bytes:
    """What stands below a file's front matter."""
    return path.read_bytes().split(b"\n---\n", 1)[1].lstrip(b"\n")


def folder(tmp_path: Path, readme: str, **modules: str) -> Path:
    """A plain folder: `m01_intro="text"` is the file `01-intro.md`."""
    files = {f"{name[1:].replace('_', '-')}.md": text for name, text in modules.items()}
    return write(tmp_path / "plain", {"README.md": readme, **files})


# --- the files -------------------------------------------------------------------------------


def test_every_written_file_is_named(adopted: Adopted) -> None:
    assert set(adopted.written) == set(snapshot(adopted.out))
    assert {name for name in adopted.written if name.startswith("modules/")} == set(RENAMED.values())


def test_the_source_stays_as_it_was(tmp_path: Path) -> None:
    plain = copied("plain", tmp_path / "plain")
    before = snapshot(plain)
    adopt(plain, tmp_path / "course")
    assert snapshot(plain) == before


def test_the_text_stays_byte_for_byte_but_for_moved_links(adopted: Adopted) -> None:
    moved = {
        b"images/the%20loop.svg": b"../assets/images/the-loop.svg",
        b"images/the loop.svg": b"../assets/images/the-loop.svg",
        b"files/scores.csv": b"../assets/files/scores.csv",
        b"01-Getting%20Started.md": b"01-getting-started.md",
        b"./2-values.md": b"02-values.md",
        b"2-values.md": b"02-values.md",
        b"module-03-functions.md": b"03-functions.md",
        b"05_Exit-Codes.md": b"05-exit-codes.md",
    }
    for name, new in RENAMED.items():
        text = (COURSES / "plain" / name).read_bytes()
        text = text.split(b"\n---\n\n", 1)[1] if text.startswith(b"---\n") else text
        for old, address in moved.items():
            text = re.sub(rb"(?<=[(<\s])" + re.escape(old) + rb"(?=[)>#\s])", address, text)
        assert text_of(adopted.out / new) == text, name


def test_windows_line_ends_and_tabs_stay(tmp_path: Path) -> None:
    text = "# One\r\n\r\n-\tSee\t[two](2-two.md) now.\r\n"
    write(tmp_path / "plain", {"1-one.md": text, "2-two.md": "# Two\n\nSome words of it here.\n"})
    made = adopt(tmp_path / "plain", tmp_path / "course")
    assert text_of(made.out / "modules/01-one.md") == text.replace("2-two.md", "02-two.md").encode()


@pytest.mark.parametrize(
    ("link", "moved"),
    [
        ("[two](Two%20Words/../2-two.md 'a title')", "[two](02-two.md 'a title')"),
        ("[2-two.md](2-two.md#two)", "[2-two.md](02-two.md#two)"),
        ("[two][ref]\n\n[ref]: <2-two.md>", "[two][ref]\n\n[ref]: <02-two.md>"),
        ("`[two](2-two.md)` and [two](2-two.md)", "`[two](2-two.md)` and [two](02-two.md)"),
        ("[a](2-two.md) [b](2-two.md)", "[a](02-two.md) [b](02-two.md)"),
        ("| a |\n| --- |\n| [é ü](2-two.md) |", "| a |\n| --- |\n| [é ü](02-two.md) |"),
    ],
)
def test_links_follow_renamed_files(link: str, moved: str, tmp_path: Path) -> None:
    plain = folder(tmp_path, "# Course\n", m01_one=f"# One\n\n{link}\n", m2_two="# Two\n\nWords of it.\n")
    made = adopt(plain, tmp_path / "course")
    assert text_of(made.out / "modules/01-one.md").decode() == f"# One\n\n{moved}\n"


def test_an_example_of_a_definition_is_no_definition(tmp_path: Path) -> None:
    text = "# One\n\n[two][ref]\n\n[ref]: 2-two.md\n\n```text\n[ref]: 2-two.md\n```\n"
    made = adopt(folder(tmp_path, "# C\n", m01_one=text, m2_two="# Two\n\nWords.\n"), tmp_path / "course")
    kept = text_of(made.out / "modules/01-one.md").decode()
    assert "```text\n[ref]: 2-two.md\n```" in kept
    assert "[ref]: 02-two.md\n\n" in kept


def test_only_files_of_the_folder_are_copied(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    text = "# One\n\nLook: ![a](../secret.png) ![b](link.png) ![c](.hidden/c.png) ![d](d.png?raw=true)\n"
    plain = folder(tmp_path, "# C\n", m01_one=text)
    write(plain, {".hidden/c.png": b"c", "d.png": b"d"})
    (plain / "link.png").symlink_to(tmp_path / "secret.png")
    made = adopt(plain, tmp_path / "course")
    assert [name for name in made.written if name.startswith("assets/")] == ["assets/d.png"]
    assert b"![d](../assets/d.png)" in text_of(made.out / "modules/01-one.md")


def test_two_assets_keep_two_names(tmp_path: Path) -> None:
    text = "# One\n\nTwo: ![a](assets/x.png) ![b](x.png)\n"
    plain = write(folder(tmp_path, "# C\n", m01_one=text), {"assets/x.png": b"1", "x.png": b"2"})
    made = adopt(plain, tmp_path / "course")
    assert (made.out / "assets/x.png").read_bytes() == b"1"
    assert (made.out / "assets/x-2.png").read_bytes() == b"2"


# --- the outline -----------------------------------------------------------------------------


def test_the_readme_becomes_course_yml(adopted: Adopted) -> None:
    course = course_of(adopted)
    assert (course.id, course.title, course.subtitle) == (
        "the-practical-shell",
        "The Practical Shell",
        "From Commands to Scripts",
    )
    assert course.description.startswith("A short course on the command line")
    assert course.goal == "Write a script that fails loudly and early."
    assert course.before == ("A computer with a terminal", "An hour of quiet")
    assert (course.author.name, course.author.url) == ("Zofia Example", "https://zofia.example.org/")
    assert course.license.spdx == "MIT"
    assert [(part.id, part.title, part.description) for part in course.parts] == [
        ("first-steps", "First Steps", "What happens between the key and the program"),
        ("scripts-other-people", "Scripts & Other People", "How a line becomes a program"),
    ]
    assert [(track.id, track.description) for track in course.tracks] == [
        ("everything", "For those who want the whole story."),
        ("in-a-hurry", "Basics; Errors."),
    ]


def test_modules_have_their_part_and_tracks(adopted: Adopted) -> None:
    found = [(m.number, m.title, m.part, m.tracks) for m in course_of(adopted).modules]
    assert found == [
        (1, "🐚 Getting Started", "first-steps", ("everything", "in-a-hurry")),
        (2, "Values & Quoting", "first-steps", ("everything", "in-a-hurry")),
        (3, "Functions", "scripts-other-people", ("everything",)),
        (5, "Exit Codes", "scripts-other-people", ("everything", "in-a-hurry")),
    ]


def modules_of(made: Adopted) -> dict[str, list[int]]:
    """The numbers in each track."""
    course = course_of(made)
    return {track.id: [m.number for m in course.modules if track.id in m.tracks] for track in course.tracks}


def numbered(tmp_path: Path, readme: str, last: int = 6) -> Adopted:
    modules = {
        f"m{n:02}_topic_{n}": f"# Topic {n}\n\nSome words about topic {n}.\n" for n in range(1, last + 1)
    }
    return adopt(folder(tmp_path, readme, **modules), tmp_path / "course")


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("All 6 modules, in order", [1, 2, 3, 4, 5, 6]),
        ("Every module", [1, 2, 3, 4, 5, 6]),
        ("- Modules 1–2: Basics\n- Modules 4-5: More", [1, 2, 4, 5]),
        ("- Modules 1, 3–4 and 6\n- Reading, writing", [1, 3, 4, 6]),
        ("Modules 2 to 4 & 6", [2, 3, 4, 6]),
        ("- [Topic 2](02-topic-2.md)\n- [Topic 5](05-topic-5.md)", [2, 5]),
        ("- Module 3\n- Topic 4", [3, 4]),
        ("Modules 5–9", [5, 6]),
    ],
)
def test_tracks_are_read_as_people_write_them(said: str, numbers: list[int], tmp_path: Path) -> None:
    made = numbered(
        tmp_path,
        f"# C\n\n## Learning paths\n\n### Track 1: Mine\n\n{said}\n\n### Track 2: All\n\nAll modules\n",
    )
    assert modules_of(made) == {"mine": numbers, "all": [1, 2, 3, 4, 5, 6]}


def test_a_table_of_tracks(tmp_path: Path) -> None:
    table = "| Track | Modules | For whom |\n| --- | --- | --- |\n| Quick | 1, 3–4 | The hurried. |\n"
    made = numbered(tmp_path, f"# C\n\n## Tracks\n\n{table}")
    assert modules_of(made) == {"quick": [1, 3, 4], "all-modules": [1, 2, 3, 4, 5, 6]}
    assert course_of(made).tracks[0].description == "The hurried."


@pytest.mark.parametrize(
    "outline",
    [
        "## Part 1: Basics\n\n1. [Topic 1](01-topic-1.md)\n2. [Topic 2](02-topic-2.md)\n\n"
        "## Part II – More\n\n- Module 3: Topic 3\n- Topic 4\n",
        "## 📦 Basics\n\n- [A](01-topic-1.md)\n- [B](02-topic-2.md)\n\n## 🚀 More\n\n"
        "| Module |\n| --- |\n| [C](03-topic-3.md) |\n| [D](04-topic-4.md) |\n",
        "## Part 1: Basics\n\n## [Topic 1](01-topic-1.md)\n\n## Module 2\n\n"
        "## Part 2: More\n\n### Topic 3\n\n#### Module 4: x\n",
    ],
    ids=["parts", "headings without a number", "modules at the level of parts"],
)
def test_parts_are_read_as_people_write_them(outline: str, tmp_path: Path) -> None:
    made = numbered(tmp_path, f"# C\n\nStart with [Topic 4](04-topic-4.md), if you like.\n\n{outline}", 4)
    course = course_of(made)
    assert [(part.id, part.title) for part in course.parts] == [("basics", "Basics"), ("more", "More")]
    assert [module.part for module in course.modules] == ["basics", "basics", "more", "more"]


def test_a_folder_without_a_readme_is_a_course_too(tmp_path: Path) -> None:
    made = adopt(
        write(tmp_path / "plain", {"1.md": "Just some words without a title.\n"}), tmp_path / "course"
    )
    course = course_of(made)
    assert course.modules[0].file == "01-module.md"
    assert [part.id for part in course.parts] == ["modules"]
    assert {"title", "goal", "author/name", "license/spdx"} <= {
        f.message.removesuffix(" must be filled in") for f in made.findings if f.code == "T101"
    }


def test_modules_with_the_same_sections_fix_them(tmp_path: Path) -> None:
    text = "# T\n\nWords of the module here.\n\n## Why\n\nWords.\n\n## How\n\nWords.\n"
    made = adopt(folder(tmp_path, "# C\n", m01_a=text, m02_b=text), tmp_path / "one")
    assert course_of(made).kinds[0].sections == ("Why", "How")
    write(tmp_path / "plain", {"03-c.md": text.replace("## How", "## Who")})
    made = adopt(tmp_path / "plain", tmp_path / "two")
    assert course_of(made).kinds[0].sections == ()


# --- front matter ----------------------------------------------------------------------------


def test_what_is_valid_of_existing_front_matter_is_kept(adopted: Adopted) -> None:
    module = course_of(adopted).module("functions")
    assert (module.version, module.keywords) == ("2.1.0", ("function", "local variable"))
    assert module.minutes == 5
    dropped = [f for f in adopted.findings if f.code == "T104"]
    assert [re.search(r'"(\w+)"', f.message)[1] for f in dropped] == ["layout", "minutes", "nav_order"]  # type: ignore[index]


def test_objectives_are_taken_from_a_list_that_announces_them(adopted: Adopted) -> None:
    front = load(adopted.out).modules[2].front.value
    assert [row["text"] for row in front["objectives"]] == [
        "Write a function with local variables",
        "Return a status",
    ]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("**Note:** Not this one.\n\nFirst it reads. Then it runs.", "First it reads."),
        ("[Back](a.md) | [Next](b.md)\n\nIt costs 3.5 ms *each* time.", "It costs 3.5 ms each time."),
        ("You will learn this:\n\n- a\n\nUse `a_b` & \\<tag> now.", r"Use a\_b \& \<tag\> now."),
        (f"It goes {'on and ' * 60}on.", "It goes " + "on and " * 33 + "…"),
    ],
)
def test_the_summary_is_the_first_sentence(text: str, summary: str, tmp_path: Path) -> None:
    made = adopt(folder(tmp_path, "# C\n", m01_a=f"# A\n\n{text}\n"), tmp_path / "course")
    assert load(made.out).modules[0].front.value["summary"] == summary


def test_minutes_grow_with_the_words(tmp_path: Path) -> None:
    made = adopt(folder(tmp_path, "# C\n", m01_a=f"# A\n\n{'word ' * 2101}\n"), tmp_path / "course")
    assert course_of(made).modules[0].minutes == 15


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    text = "---\n\n# A\n\nSome words are here.\n\n---\n\nAnd here.\n"
    made = adopt(folder(tmp_path, "# C\n", m01_a=text), tmp_path / "course")
    assert made.out.joinpath("modules/01-a.md").read_text(encoding="utf-8").endswith(f"\n---\n\n{text}")
    assert course_of(made).modules[0].title == "A"


def test_any_title_is_valid_yaml(tmp_path: Path) -> None:
    title = 'null: "a" \\ #b {c} 🧑\u200d💻'
    write(
        tmp_path / "plain",
        {"1-a.md": f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\nSome words, no heading.\n"},
    )
    made = adopt(tmp_path / "plain", tmp_path / "course")
    assert course_of(made).modules[0].title == title


# --- what is left to do ----------------------------------------------------------------------


def test_every_value_to_fill_in_is_named_at_its_line(adopted: Adopted) -> None:
    for name in adopted.written:
        if name.endswith((".yml", ".md")):
            lines = (adopted.out / name).read_text(encoding="utf-8").split("\n")
            places = [n for n, line in enumerate(lines, 1) if "FILL:" in line or "fill.example" in line]
            said = [f for f in adopted.findings if f.code == "T101" and f.span.path.endswith(name)]
            assert [f.span.line for f in said] == places
            assert all(f.help for f in said)


def test_what_is_not_in_the_course_is_named(adopted: Adopted) -> None:
    said = [f.message for f in adopted.findings if f.code == "T103"]
    assert said == ["NOTES.md is not adopted", 'there is no file for "Module 6: Traps (coming soon)"']


def test_old_mistakes_are_the_baseline(adopted: Adopted) -> None:
    rows = json.loads((adopted.out / ".course-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert len(rows) == len([finding for finding in adopted.debt if finding.severity > 1])
    assert {("L101", "modules/02-values.md"), ("S110", "modules/01-getting-started.md")} <= {
        (row["code"], row["path"]) for row in rows
    }
    assert not [finding for finding in findings(adopted.out) if finding.severity > 1]


def test_the_result_builds_and_its_broken_link_is_reported(adopted: Adopted, tmp_path: Path) -> None:
    out = tmp_path / "build"
    run("build", "--content", adopted.out, "--out", out, "--severity", "error", cwd=tmp_path, status=0)
    assert (out / "pdf" / "the-practical-shell.pdf").is_file()
    said = run("check", "--content", adopted.out, cwd=tmp_path, status=0).stdout
    assert "there is no modules/06-exit-table.md" in said
    assert "raw HTML is not kept in every output" in said


def test_a_new_mistake_is_an_error_again(adopted: Adopted) -> None:
    path = adopted.out / "modules" / "02-values.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nAnd [one more](07-new.md).\n", encoding="utf-8")
    errors = [f for f in findings(adopted.out) if f.severity == 3]
    assert [(f.code, f.message.split(" (")[0]) for f in errors] == [("L101", "there is no modules/07-new.md")]


# --- what is refused -------------------------------------------------------------------------


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    out = write(tmp_path / "course", {"mine.txt": "mine"})
    with pytest.raises(EnvironmentProblem, match="not empty"):
        adopt(COURSES / "plain", out)
    assert snapshot(out) == {"mine.txt": b"mine"}


def test_an_empty_folder_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    assert adopt(COURSES / "plain", tmp_path / "course").written


@pytest.mark.parametrize(
    ("files", "code", "place"),
    [
        ({"1-a.md": "# A\n", "01-b.md": "# B\n"}, "C101", "1-a.md"),
        ({"1-a.md": b"# A\xff\n"}, "F101", "1-a.md"),
        ({"1-a.md": "# A\x07\n"}, "F110", "1-a.md"),
        ({"1-a.md": "---\ntitle: a: b\n---\n# A\n"}, "F104", "1-a.md"),
        ({"1-a.md": ">" * 300 + " deep\n"}, "F120", "1-a.md"),
        ({"notes.md": "# A\n", "00-preface.md": "# B\n"}, "F100", ""),
        ({"1-a.md": "# A\n\nWords.\n\n```quiz\n- no quiz\n```\n"}, "F113", "modules/01-a.md"),
    ],
)
def test_what_cannot_be_a_course_is_said_at_its_place(
    files: dict[str, str | bytes], code: str, place: str, tmp_path: Path
) -> None:
    plain = write(tmp_path / "plain", files)
    with pytest.raises(InvalidCourse) as raised:
        adopt(plain, tmp_path / "course")
    assert [f.code for f in raised.value.findings] == [code]
    assert raised.value.findings[0].span.path.endswith(place)
    assert not (tmp_path / "course").exists()


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="no folder"):
        adopt(tmp_path / "nowhere", tmp_path / "course")
