"""A course with many mistakes: each is found, at its place, and nothing else is."""

from pathlib import Path

from sources import COURSES, copied, findings, inside, run

UNREADABLE = ("05-wrong-number.md", "06-unclosed.md", "07-twice.md", "08-colon.md", "notes.md")
"""Files that are no modules yet. Rules look at a course only once it is one."""

WHILE_READING = """\
F113 05-wrong-number.md:12:13
F113 05-wrong-number.md:13:13
F113 05-wrong-number.md:14:11
F113 05-wrong-number.md:16:10
F113 05-wrong-number.md:17:10
F111 05-wrong-number.md:18:1
F106 06-unclosed.md:1:1
C101 07-twice.md:2:5
C102 07-twice.md:2:5
C101 07-twice.md:3:9
C102 07-twice.md:3:9
C103 07-twice.md:6:7
S110 07-twice.md:15:18
S110 07-twice.md:15:23
C101 07-twice.md:16:9
S110 07-twice.md:28:11
S110 07-twice.md:28:40
S110 07-twice.md:30:1
S110 07-twice.md:32:3
D101 07-twice.md:37:12
Q102 07-twice.md:43:7
Q101 07-twice.md:53:7
S110 07-twice.md:57:14
F104 07-twice.md:65:13
F112 07-twice.md:69:3
F113 07-twice.md:69:3
F113 07-twice.md:75:10
S120 07-twice.md:79:1
F104 08-colon.md:4:13
F103 notes.md:1:1
"""

BY_RULES = """\
L101 01-careless-links.md:5:37
L102 01-careless-links.md:15:20
L106 01-careless-links.md:15:20
P102 01-careless-links.md:16:9
P102 01-careless-links.md:16:9
L103 01-careless-links.md:22:5
L101 01-careless-links.md:31:3
L102 01-careless-links.md:31:40
L101 01-careless-links.md:32:1
L101 01-careless-links.md:32:41
L103 01-careless-links.md:36:12
A101 01-careless-links.md:36:44
L104 01-careless-links.md:36:44
A101 01-careless-links.md:39:19
L101 01-careless-links.md:42:20
L101 01-careless-links.md:56:11
L102 01-careless-links.md:68:13
L101 01-careless-links.md:72:27
L101 01-careless-links.md:76:19
P101 01-careless-links.md:81:1
L101 01-careless-links.md:87:20
A101 01-careless-links.md:89:11
L104 01-careless-links.md:89:11
S121 01-careless-links.md:90:1
L101 01-careless-links.md:91:12
L106 01-careless-links.md:91:12
S106 02-crooked-structure.md:1:1
C113 02-crooked-structure.md:9:17
C110 02-crooked-structure.md:9:33
C113 02-crooked-structure.md:9:33
C114 02-crooked-structure.md:10:15
P102 02-crooked-structure.md:14:9
S101 02-crooked-structure.md:22:1
S102 02-crooked-structure.md:36:1
S107 02-crooked-structure.md:46:1
S107 02-crooked-structure.md:49:1
S102 02-crooked-structure.md:52:1
S102 02-crooked-structure.md:52:1
S105 02-crooked-structure.md:52:1
S101 02-crooked-structure.md:54:1
E104 03-careless-code.md:28:1
E102 03-careless-code.md:29:93
A103 03-careless-code.md:34:4
E101 03-careless-code.md:34:4
E103 03-careless-code.md:34:4
E104 03-careless-code.md:38:1
A103 03-careless-code.md:42:1
A102 03-careless-code.md:46:1
A104 03-careless-code.md:52:1
"""


def found(folder: Path) -> list[str]:
    return [f"{code} {place.removeprefix('modules/')}" for place, code, _ in inside(folder, findings(folder))]


def test_what_cannot_be_read_is_listed_completely() -> None:
    assert found(COURSES / "broken") == WHILE_READING.split("\n")[:-1]


def test_what_can_be_read_is_looked_at_by_every_rule(tmp_path: Path) -> None:
    course = copied("broken", tmp_path / "course")
    for name in UNREADABLE:
        (course / "modules" / name).unlink()
    assert found(course) == BY_RULES.split("\n")[:-1]


def test_the_command_shows_all_of_them_and_builds_nothing(tmp_path: Path) -> None:
    course = copied("broken", tmp_path / "course")
    said = run("check", "--content", "course", cwd=tmp_path, status=1).stdout
    rows = [line for line in said.splitlines() if line.startswith("course/") and ": error " in line]
    assert len(rows) == WHILE_READING.count("\n")
    assert said.count("\n      = ") == len(rows), "each finding says how to mend it"
    run("build", "--content", "course", "--out", "out", cwd=tmp_path, status=1)
    assert not (tmp_path / "out").exists()
    assert course.is_dir()
