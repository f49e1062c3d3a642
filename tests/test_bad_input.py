"""Bad input through the real command: status, place, remedy, no traceback, and the old release untouched."""

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sources import copied, left_behind, replaced, run, snapshot

FIRST, SECOND = "modules/01-first-steps.md", "modules/02-second-steps.md"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the minimal course, built once."""
    folder = tmp_path_factory.mktemp("release")
    copied("minimal", folder / "course")
    run("build", "slides", "epub", "--content", "course", "--out", "out", "--jobs", "1", cwd=folder, status=0)
    return folder / "out"


@pytest.fixture
def desk(tmp_path: Path, release: Path) -> Path:
    """A folder with a copy of the minimal course, and one of its release in `out`."""
    copied("minimal", tmp_path / "course")
    shutil.copytree(release, tmp_path / "out")
    return tmp_path


def change(path: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda course: replaced(course / path, old, new)


def put(path: str, data: bytes) -> Callable[[Path], None]:
    def do(course: Path) -> None:
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_bytes(data)

    return do


def front(text: bytes) -> Callable[[Path], None]:
    return put(FIRST, b"---\n" + text + b"---\n\n# First Steps\n")


def encoded(encoding: str) -> Callable[[Path], None]:
    def do(course: Path) -> None:
        text = (course / FIRST).read_text(encoding="utf-8").replace("A value is read", "Größe is read")
        (course / FIRST).write_bytes(text.encode(encoding))

    return do


def emptied(course: Path) -> None:
    shutil.rmtree(course)
    course.mkdir()


SOURCES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    # title: (what is done to the course, the finding's place and code, a part of the remedy)
    "no such folder": (shutil.rmtree, "course:1:1: error F100", "--content DIR"),
    "an empty folder": (emptied, "course/course.yml:1:1: error F100", "--content DIR"),
    "no course.yml": (
        lambda c: (c / "course.yml").unlink(),
        "course/course.yml:1:1: error F100",
        "Write one",
    ),
    "no modules": (lambda c: shutil.rmtree(c / "modules"), "course/modules:1:1: error F100", "Add modules"),
    "an empty course.yml": (put("course.yml", b""), "course/course.yml:1:1: error F113", "course.yml"),
    "a course.yml that is a list": (put("course.yml", b"- a\n"), "course.yml:1:1: error F113", "course.yml"),
    "a course.yml that is no YAML": (put("course.yml", b"id: [a\n"), "course.yml:1:5: error F104", "Quote"),
    "a binary course.yml": (put("course.yml", bytes(range(256))), "course.yml:3:115: error F101", "UTF-8"),
    "no front matter": (put(FIRST, b"# First\n"), f"{FIRST}:1:1: error F106", "---"),
    "an empty module": (put(FIRST, b""), f"{FIRST}:1:1: error F106", "---"),
    "an unclosed front matter": (put(FIRST, b"---\nid: x\n"), f"{FIRST}:1:1: error F106", "Close it"),
    "a list as front matter": (front(b"- id\n"), f"{FIRST}:2:1: error F107", "key: value"),
    "a text as front matter": (front(b"just words\n"), f"{FIRST}:2:1: error F107", "key: value"),
    "front matter that is no YAML": (front(b"id: 'a\n"), f"{FIRST}:2:5: error F104", "Quote"),
    "duplicate keys": (
        change(FIRST, "number: 1\n", "number: 1\nnumber: 1\n"),
        f"{FIRST}:4:1: error F105",
        "Keep one",
    ),
    "billions of values": (
        front(b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
        f"{FIRST}:3:8: error F104",
        "Write the value out",
    ),
    "a thousand brackets": (front(b"a: " + b"[" * 15_000 + b"\n"), f"{FIRST}:", "Quote"),
    "a file in Latin-1": (encoded("latin-1"), f"{FIRST}:27:3: error F101", "UTF-8"),
    "a file in UTF-16": (encoded("utf-16"), f"{FIRST}:1:1: error F101", "UTF-8"),
    "a byte order mark": (encoded("utf-8-sig"), f"{FIRST}:1:1: error F102", "without a byte order mark"),
    "a null character": (
        change(FIRST, "A value is", "A value\0 is"),
        f"{FIRST}:27:8: error F110",
        "Remove it",
    ),
    "an unknown part": (
        change(FIRST, "part: beginning", "part: begining"),
        f'{FIRST}:6:7: error C103: "begining" is no part of course.yml (did you mean "beginning"?)',
        "Known: beginning, ending",
    ),
    "an unknown track": (
        change(FIRST, "[whole, short]", "[whole, shrt]"),
        f'{FIRST}:8:17: error C103: "shrt" is no track of course.yml (did you mean "short"?)',
        "Known: whole, short",
    ),
    "an unknown prerequisite": (
        change(SECOND, "[first-steps]", "[first-step]"),
        f"{SECOND}:9:17: error C103",
        "Known: first-steps, second-steps",
    ),
    "a duplicate id": (
        change(SECOND, "id: second-steps", "id: first-steps"),
        f"{SECOND}:2:5: error C101: id first-steps is taken: course/{FIRST}:2:5",
        "id of its own",
    ),
    "a duplicate number": (
        change(SECOND, "number: 2", "number: 1"),
        f"{SECOND}:3:9: error C101: number 1 is taken: course/{FIRST}:3:9",
        "number of its own",
    ),
    "a file's name that says otherwise": (
        lambda c: (c / FIRST).rename(c / "modules" / "03-third-steps.md"),
        "modules/03-third-steps.md:2:5: error C102",
        "Rename the file",
    ),
    "a number beyond all bounds": (
        change(FIRST, "number: 1", f"number: {'9' * 5000}"),
        f"{FIRST}:3:9: error F113",
        "number of its file name",
    ),
    "a broken diagram": (
        change(FIRST, "-->|read| B[Book]", "-->|read B"),
        f"{FIRST}:42:14: error D101",
        "mermaid.js.org",
    ),
    "a missing picture": (
        change(FIRST, "- one\n", "- ![The plan](../assets/plan.svg)\n"),
        f"{FIRST}:63:3: error L104",
        "assets/",
    ),
    "a broken quiz": (
        change(FIRST, '      why: "The sum."', "      why: The: sum"),
        f"{FIRST}:79:15: error F104",
        "Quote",
    ),
    "a quiz that is no list": (
        change(SECOND, "- id: q1\n  objective", "id: q1\nobjective"),
        f"{SECOND}:",
        "Quote",
    ),
    "a slide directive that names nothing": (
        change(FIRST, "@diagram(d1)", "@diagram(d2)"),
        f"{FIRST}:33:1: error S121: the module has no diagram d2, which a slide pulls in\n",
        "It has d1.",
    ),
    "a slide directive that is none": (
        change(FIRST, "@diagram(d1)", "@diagam(d1)"),
        f"{FIRST}:33:1: error S120",
        "@diagram(id)",
    ),
    "quotations without end": (
        change(FIRST, "- two\n", ">" * 400 + "\n"),
        f"{FIRST}:23:1: error F120",
        "flatten it",
    ),
    "HTML": (
        change(FIRST, "A value is read", "<script>x</script> A value is read"),
        f"{FIRST}:27:1: error S110",
        "Markdown",
    ),
}


@pytest.mark.parametrize("title", SOURCES)
def test_a_bad_source_stops_the_build(title: str, desk: Path) -> None:
    spoil, place, remedy = SOURCES[title]
    spoil(desk / "course")
    before = snapshot(desk / "out")
    done = run("build", "--content", "course", "--out", "out", "--jobs", "1", cwd=desk, status=1)
    assert place in done.stdout
    assert remedy in done.stdout
    assert_untouched(desk / "out", before)


SETTINGS: dict[str, tuple[list[str], str]] = {
    "an unknown target": (["slide"], 'no target slide (did you mean "slides"?); there are pdf, '),
    "an unknown edition": (
        ["--edition", "shrt"],
        'no edition shrt (did you mean "short"?); there are complete, short',
    ),
    "a track that is the whole course": (["--edition", "whole"], "there are complete, short"),
    "an output that is a file": (["--out", "course/course.yml"], "course.yml is a file: name a folder"),
    "an output below a file": (["--out", "course/course.yml/out"], "name another folder with --out DIR"),
    "an output that cannot be made": (["--out", "/proc/course-out"], "name another folder with --out DIR"),
    "an output with files of others": (
        ["--out", "course"],
        "holds files of others: empty it, or name another",
    ),
    "the working directory": (["--out", "."], "name another folder with --out DIR"),
    "a folder around it": (["--out", ".."], "name another folder with --out DIR"),
    "no jobs": (["--jobs", "0"], "at least 1"),
    "an unknown severity": (["--severity", "grave"], "suggestion"),
}


@pytest.mark.parametrize("title", SETTINGS)
def test_bad_settings_are_refused(title: str, desk: Path) -> None:
    arguments, said = SETTINGS[title]
    before, course = snapshot(desk / "out"), snapshot(desk / "course")
    options = [] if "--out" in arguments else ["--out", "out"]
    done = run("build", *arguments, "--content", "course", *options, cwd=desk, status=2)
    assert said in done.stderr
    assert done.stdout == ""
    assert_untouched(desk / "out", before)
    assert snapshot(desk / "course") == course


def test_a_warning_stops_at_its_severity_only(desk: Path) -> None:
    """Lesser findings are shown and do not stop; a stricter build of the same sources stops again."""
    replaced(desk / "course" / FIRST, "```js {", "```\nplain\n```\n\n```js {")
    before = snapshot(desk / "out")
    build = ["build", "slides", "--content", "course", "--out", "out", "--jobs", "1"]
    assert "A103" in run(*build, cwd=desk, status=1).stdout
    assert_untouched(desk / "out", before)
    for _ in range(2):
        assert "A103" in run(*build, "--severity", "error", cwd=desk, status=0).stdout
    assert "A103" in run(*build, cwd=desk, status=1).stdout


def test_a_report_that_lies_does_no_harm(desk: Path) -> None:
    """The old release's report is read again: what is wrong in it must not reach beyond the folder."""
    (desk / "precious.txt").write_text("mine")
    report = desk / "out" / "report.json"
    for text in (
        "",
        "[]",
        '{"files": 3}',
        '{"files": [{"path": 1}]}',
        '{"files": [{"path": "../precious.txt"}]}',
    ):
        report.write_text(text)
        run("build", "slides", "--content", "course", "--out", "out", "--jobs", "1", cwd=desk, status=0)
        assert (desk / "precious.txt").read_text() == "mine"
    assert left_behind(desk / "out") == []


def test_a_missing_system_library_is_one_line(desk: Path) -> None:
    """WeasyPrint's import fails with an OSError where Pango is missing; it is broken here as it breaks."""
    hook = desk / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import cffi\n"
        "def missing(self, name, flags=0):\n"
        "    raise OSError(f'cannot load library {name!r}')\n"
        "cffi.FFI.dlopen = missing\n"
    )
    replaced(desk / "course" / FIRST, "A value is read", "A value is taken")
    before = snapshot(desk / "out")
    for jobs in ("1", "2"):
        build = ["build", "pdf", "--content", "course", "--out", "out", "--jobs", jobs]
        done = run(*build, cwd=desk, status=2, PYTHONPATH=str(hook))
        assert len(done.stderr.splitlines()) == 1
        for package in ("apt install libpango", "dnf install pango", "brew install pango"):
            assert package in done.stderr
        assert "WeasyPrint could not" not in done.stdout
        assert_untouched(desk / "out", before)


def assert_untouched(out: Path, before: dict[str, bytes]) -> None:
    """The release is byte for byte as it was, its sums are right, and nothing was left beside it."""
    after = snapshot(out)
    assert after == before
    for line in after["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ", 1)
        assert sha256(after[name]).hexdigest() == digest
    assert left_behind(out) == []
