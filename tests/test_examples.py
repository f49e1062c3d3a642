"""Examples are run, and what they print is compared with the text, line by line."""

import contextlib
from pathlib import Path

import pytest
from sources import run, small_course

HEAD = "# First\n\n## Concepts\n\nSome words are here.\n\n"
FIRST = 27
"""The file's line at which the text behind HEAD begins."""
MODULE = "content/modules/01-first.md"


def course(desk: Path, text: str) -> Path:
    small_course(desk / "content", {"01-first.md": HEAD + text})
    return desk


def examples(desk: Path, *arguments: str, status: int) -> str:
    done = run("examples", *arguments, cwd=desk, status=status)
    assert done.stderr == "" or status == 2
    return done.stdout + done.stderr


def fence(info: str, code: str) -> str:
    return f"```{info}\n{code}\n```\n\n"


def test_pass(tmp_path: Path) -> None:
    text = (
        fence("js {file=lib.mjs}", "export const two = 2;")
        + fence(
            "js {run=true id=a file=main.mjs}",
            "import { two } from './lib.mjs';\nconsole.log(1 + two, 'ü  ');",
        )
        + fence("output {for=a}", "3 ü")
    )
    assert (
        examples(course(tmp_path, text), status=0)
        == "course examples: 1 runs, every output as the text says\n"
    )
    assert examples(tmp_path, "--quiet", status=0) == ""


def test_wrong_output_is_shown_as_a_difference_at_its_line(tmp_path: Path) -> None:
    code = "console.log('one');\nconsole.log('two');\nconsole.log('three');"
    text = fence("js {run=true id=a}", code) + fence("output {for=a}", "one\n2\nthree")
    said = examples(course(tmp_path, text), status=1)
    assert said.startswith(f"{MODULE}:{FIRST + 6}:1: error E112: the output is not what the text says\n")
    for line in ("--- in the text", "+++ printed", " one", "-2", "+two", " three"):
        assert f"\n{line}\n" in said
    assert "course examples --update" in said


def test_update_writes_what_is_printed_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    text = (
        fence("js {run=true id=a}", "console.log('one\\ntwo');")
        + fence("output {for=a}", "1\n2\n3")
        + "- a list\n\n  ```js {run=true id=b}\n  console.log('in a list\\n\\nthree lines');\n  ```\n\n"
        + "  ```output {for=b}\n  nothing\n  ```\n\n"
        + fence("js {run=true id=c}", "console.log('more');")
        + fence("output {for=c}", "").replace("\n\n```", "\n```")
        + "> ~~~~js {run=true id=d}\n> console.log('quoted');\n> ~~~~\n>\n> ~~~~output {for=d}\n> wrong\n> ~~~~\n"
    )
    path = course(tmp_path, text) / MODULE
    expected = path.read_text()
    for old, new in (
        ("{for=a}\n1\n2\n3\n", "{for=a}\none\ntwo\n"),
        ("{for=b}\n  nothing\n", "{for=b}\n  in a list\n\n  three lines\n"),
        ("{for=c}\n", "{for=c}\nmore\n"),
        ("{for=d}\n> wrong\n", "{for=d}\n> quoted\n"),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert f"updated {MODULE}" in examples(tmp_path, "--update", status=0)
    after = path.read_text()
    assert after == expected
    assert "every output as the text says" in examples(tmp_path, "--update", status=0)
    assert path.read_text() == after


def test_code_without_an_output_fence_is_never_changed(tmp_path: Path) -> None:
    path = course(tmp_path, fence("js {run=true id=a}", "console.log('one');")) / MODULE
    before = path.read_bytes()
    for arguments in ([], ["--update"]):
        said = examples(tmp_path, *arguments, status=1)
        assert f"{MODULE}:{FIRST}:1: error E114" in said
        assert "{for=a}" in said
    assert path.read_bytes() == before


def test_exit_status(tmp_path: Path) -> None:
    text = fence("js {run=true id=a exit=3}", "console.log('x'); process.exit(3);") + fence(
        "output {for=a}", "x"
    )
    examples(course(tmp_path, text), status=0)
    said = examples(course(tmp_path, text.replace("exit=3", "exit=0")), status=1)
    assert f"{MODULE}:{FIRST + 4}:1: error E111: the example ends with status 3" in said
    thrown = fence("js {run=true id=a}", "throw new TypeError('no seat');") + fence("output {for=a}", "")
    said = examples(course(tmp_path, thrown), status=1)
    assert "error E111: the example ends with status 1: TypeError: no seat" in said
    examples(course(tmp_path, thrown.replace("id=a}", "id=a exit=1}")), status=0)


def test_time_and_output_have_limits(tmp_path: Path) -> None:
    """Whatever an example has started ends with it."""
    mark = f"child of {tmp_path.name}"
    spawning = (
        "import { spawn } from 'node:child_process';\n"
        f'spawn(process.execPath, ["-e", "setInterval(() => {{}}, 9) // {mark}"]);\nfor (;;) {{}}'
    )
    for expected, code in (
        ("E110", "console.log('begun'); setInterval(() => {}, 1000);"),
        ("E110", "for (;;) {}"),
        ("E116", "for (;;) process.stdout.write('x'.repeat(65536));"),
        ("E110", spawning),
    ):
        text = fence("js {run=true id=a timeout=2 allow=child}", code) + fence("output {for=a}", "begun")
        said = examples(course(tmp_path, text), status=1)
        assert f": error {expected}: the example" in said
    assert not running(mark)


def running(mark: str) -> list[str]:
    """The processes of this machine with `mark` among their arguments (Linux's /proc)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


def test_blocks_are_written_in_order_and_may_be_appended(tmp_path: Path) -> None:
    text = (
        fence("js {file=a.mjs}", "export const a = 1;")
        + fence("js {file=a.mjs append=true}", "export const b = a + 1;")
        + fence("js {run=true id=one file=main.mjs}", "import { b } from './a.mjs';\nconsole.log(b);")
        + fence("output {for=one}", "2")
        + fence("js {file=a.mjs}", "export const b = 'new';")
        + fence("js {run=true id=two file=main.mjs append=true}", "console.log('again');")
        + fence("output {for=two}", "new\nagain")
        + fence('js {run=false why="It needs a cluster."}', "nonsense(")
    )
    assert "2 runs" in examples(course(tmp_path, text), status=0)


def test_code_in_quizzes_slides_and_notes_is_not_run(tmp_path: Path) -> None:
    """It stands outside the running text, and moves no places there."""
    quiz = (
        "```quiz\n- id: q1\n  objective: o1\n  level: recall\n  kind: numeric\n  stem: |\n    What?\n\n"
        "    ```js\n    broken(\n    ```\n  answer: 1\n  why: So.\n```\n\n"
    )
    slide = "<!-- slide: One\n```js\nbroken(\n```\n-->\n\n"
    note = "A note.[^1]\n\n[^1]: See:\n\n    ```js\n    broken(\n    ```\n\n"
    text = (
        quiz + slide + note + fence("js {run=true id=a}", "console.log('x');") + fence("output {for=a}", "y")
    )
    line = FIRST + (quiz + slide + note).count("\n") + 4
    assert f"{MODULE}:{line}:1: error E112" in examples(course(tmp_path, text), status=1)


def test_tests_are_counted(tmp_path: Path) -> None:
    code = "import test from 'node:test';\ntest('a', () => {});\ntest('b', () => { throw new Error('no'); });"
    text = fence("js {run=test id=a file=a.test.mjs exit=1}", code) + fence(
        "output {for=a}", "pass 1\nfail 1"
    )
    examples(course(tmp_path, text), status=0)
    said = examples(course(tmp_path, text.replace("pass 1", "pass 2")), status=1)
    assert "\n-pass 2\n" in said and "\n+pass 1\n" in said


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    """A course with two solutions."""
    course(tmp_path, "")
    solutions = tmp_path / "content" / "solutions" / "01"
    files = {
        "e1/main.mjs": "console.log('solved');\n",
        "e1/expected.txt": "solved\n",
        "e2/a.test.mjs": "import test from 'node:test';\ntest('a', () => {});\n",
        "e2/expected.txt": "pass 1\nfail 0\n",
    }
    for name, text in files.items():
        (solutions / name).parent.mkdir(parents=True, exist_ok=True)
        (solutions / name).write_text(text)
    return tmp_path


def test_solutions_are_run(solved: Path) -> None:
    assert "2 runs" in examples(solved, status=0)
    expected = solved / "content/solutions/01/e1/expected.txt"
    expected.write_text("wrong\n")
    assert "content/solutions/01/e1/expected.txt:1:1: error E112" in examples(solved, status=1)
    assert "updated content/solutions/01/e1/expected.txt" in examples(solved, "--update", status=0)
    assert expected.read_text() == "solved\n"
    expected.unlink()
    said = examples(solved, status=1)
    assert "content/solutions/01/e1/expected.txt:1:1: error E113" in said and "--update" in said
    examples(solved, "--update", status=0)
    assert expected.read_text(encoding="utf-8") == "solved\n"


def test_modules_are_chosen_by_id_or_file(tmp_path: Path) -> None:
    good = HEAD + fence("js {run=true id=a}", "console.log(1);") + fence("output {for=a}", "1")
    small_course(tmp_path / "content", {"01-first.md": good, "02-second.md": good.replace("First", "Second")})
    assert "2 runs" in examples(tmp_path, status=0)
    assert "1 runs" in examples(tmp_path, "second", status=0)
    assert "1 runs" in examples(tmp_path, "01-first.md", status=0)
    assert "no module third" in examples(tmp_path, "third", status=2)


def test_an_example_sees_nothing_of_this_machine(tmp_path: Path) -> None:
    code = (
        "console.log(Object.keys(process.env).sort().join(' '));\n"
        "console.log(process.env.TZ, process.env.HOME === process.cwd());\n"
        "console.log(process.version.split('.')[0]);"
    )
    expected = "HOME LANG NO_COLOR PATH TZ\nUTC true\nv24"
    text = fence("js {run=true id=a}", code) + fence("output {for=a}", expected)
    examples(course(tmp_path, text), status=0)
