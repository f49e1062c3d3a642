"""The command line: help, exit statuses, formats, and what is printed."""

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from sources import COMMAND, copied, module_text, replaced, run, small_course

from pipeline.cli import main
from pipeline.diagnostics import FORMATS
from pipeline.lint import RULES
from pipeline.lint.pages import PAGES
from pipeline.targets import NAMES

ESCAPE = "\x1b"


def test_help_names_every_command_and_target(capsys: pytest.CaptureFixture[str]) -> None:
    def helped(*arguments: str) -> str:
        with pytest.raises(SystemExit, match="0"):
            main([*arguments, "--help"])
        return capsys.readouterr().out

    said = helped()
    for command in ("build", "check", "verify", "examples", "explain", "diff", "serve"):
        assert command in said
        assert helped(command).startswith("usage: course")
    assert all(name in helped("build") for name in NAMES)


def test_version(tmp_path: Path) -> None:
    said = run("--version", cwd=tmp_path, status=0).stdout
    assert re.fullmatch(r"course-pipeline \d+\.\d+\.\d+\n", said)


@pytest.mark.parametrize(
    "arguments", [[], ["biuld"], ["build", "--nothing"], ["check", "--format", "xml"], ["explain"]]
)
def test_wrong_usage_is_status_2(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path, status=2)
    assert "usage: course" in done.stderr
    assert done.stdout == ""


def test_clean_is_status_0_and_one_line(tmp_path: Path) -> None:
    small_course(tmp_path / "content")
    done = run("check", cwd=tmp_path, status=0)
    assert done.stdout == "course check: 1 modules, nothing to report\n"
    assert done.stderr == ""
    assert run("check", "--quiet", cwd=tmp_path, status=0).stdout == ""
    assert json.loads(run("check", "--format", "json", cwd=tmp_path, status=0).stdout) == {"findings": []}


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A course with an error in its second module and a warning in its first."""
    small_course(
        tmp_path / "content",
        {
            "01-first.md": "# First\n\n## Concepts\n\nSome words are here.\n\n```\nplain\n```\n",
            "02-second.md": "# Second\n\n## Concepts\n\nA [second page](nowhere.md) is here.\n",
        },
    )
    return tmp_path


def test_findings_are_status_1_in_every_format(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = "content/modules/01-first.md:27:1", "content/modules/02-second.md:25:3"
    said = run("check", cwd=faulty, status=1).stdout
    assert f"{first}: warning A103" in said
    assert f"{second}: error L101" in said
    assert "   25 | A [second page](nowhere.md) is here.\n      |   ^^^^^^^^^^^^^^^^^^^^^^^^^\n" in said
    assert said.endswith("2 findings\n")
    rows = json.loads(run("check", "--format", "json", cwd=faulty, status=1).stdout)["findings"]
    assert [(row["code"], row["path"], row["line"], row["column"]) for row in rows] == [
        ("A103", "content/modules/01-first.md", 27, 1),
        ("L101", "content/modules/02-second.md", 25, 3),
    ]
    assert (rows[1]["endLine"], rows[1]["endColumn"], rows[1]["severity"]) == (25, 28, "error")
    said = run("check", "--format", "github", cwd=faulty, status=1).stdout
    assert [line.split(" ")[0] for line in said.splitlines()] == ["::warning", "::error"]
    monkeypatch.chdir(faulty)
    assert [main(["check", "--format", format, "--jobs", "1"]) for format in FORMATS] == [1] * len(FORMATS)


def test_severity_says_what_counts(faulty: Path) -> None:
    (faulty / "content/modules/02-second.md").unlink()
    assert "A103" in run("check", "--severity", "error", cwd=faulty, status=0).stdout
    run("check", "--severity", "warning", cwd=faulty, status=1)
    run("check", "--severity", "suggestion", cwd=faulty, status=1)


def test_check_of_single_paths(
    faulty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (faulty / "notes.txt").write_text("")

    def codes(*paths: str, cwd: Path = faulty, status: int) -> list[str]:
        monkeypatch.chdir(cwd)
        assert main(["check", "--format", "json", "--jobs", "1", *paths]) == status
        return [row["code"] for row in json.loads(capsys.readouterr().out)["findings"]]

    first, second = "content/modules/01-first.md", "content/modules/02-second.md"
    assert codes(first, status=1) == ["A103"]
    assert codes(second, status=1) == ["L101"]
    assert codes("content/course.yml", status=0) == []
    assert codes(second, first, status=1) == ["A103", "L101"]
    for folder in ("content", "content/", "content/modules", ".", str(faulty / "content")):
        assert codes(folder, status=1) == ["A103", "L101"], folder
    inside = faulty / "content" / "modules"
    assert codes("01-first.md", cwd=inside, status=1) == ["A103"], "from inside the course, without --content"
    assert codes(".", cwd=inside, status=1) == ["A103", "L101"]
    said = run("check", "content/course.yml", cwd=faulty, status=0).stdout
    assert said == "course check: nothing to report in these files\n"
    assert "there is no nothing.md" in run("check", "nothing.md", cwd=faulty, status=2).stderr
    assert "--content DIR" in run("check", "notes.txt", cwd=faulty, status=2).stderr


def test_a_good_file_of_a_course_that_cannot_be_read(faulty: Path) -> None:
    """The rules have not looked at it, so "nothing to report" would be a lie."""
    replaced(faulty / "content/modules/02-second.md", "number: 2", "number: two")
    done = run("check", "content/modules/01-first.md", cwd=faulty, status=1)
    assert "02-second.md:3:9: error F113" in done.stdout


def test_explain_knows_every_code(tmp_path: Path) -> None:
    for rule in RULES[:2]:
        said = run("explain", rule.code.lower(), cwd=tmp_path, status=0).stdout
        assert said == f"{rule.code} ({rule.severity.name.lower()})\n\n{rule.page}\n"
    assert PAGES["F104"] in run("explain", "F104", cwd=tmp_path, status=0).stdout
    done = run("explain", "F1O4", cwd=tmp_path, status=2)
    assert "did you mean" in done.stderr
    assert all(code in done.stderr for code in [*PAGES, *(rule.code for rule in RULES)])


def test_build_prints_little_and_less_when_asked(tmp_path: Path) -> None:
    copied("minimal", tmp_path / "content")
    cache = str(tmp_path / "cache")
    said = run("build", "slides", "--jobs", "1", cwd=tmp_path, status=0, COURSE_CACHE=cache).stdout
    assert re.search(r"^\[\d+/\d+\] slides/", said, re.MULTILINE)
    assert said.splitlines()[-1].startswith("build/: ")
    assert str(tmp_path) not in said
    assert run("build", "slides", "--quiet", cwd=tmp_path, status=0).stdout == ""
    replaced(tmp_path / "content/modules/01-first-steps.md", "A value is read", "A value is taken")
    said = run("build", "slides", "--format", "json", "--jobs", "1", cwd=tmp_path, status=0).stdout
    assert json.loads(said) == {"findings": []}, "JSON and nothing else"


def test_colour_only_where_it_is_wanted(faulty: Path) -> None:
    for environment in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": ""}):
        done = run("check", cwd=faulty, status=1, **environment)
        assert ESCAPE not in done.stdout + done.stderr


def on_a_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    """What the command prints on a terminal."""
    try:
        outer, inner = pty.openpty()
    except OSError:
        pytest.skip("this system has no pseudo-terminals")
    process = subprocess.Popen(
        [COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", **environment},
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    said = b""
    while True:
        try:
            piece = os.read(outer, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    assert process.wait() == 0
    os.close(outer)
    return said.decode()


def test_a_terminal_gets_a_bar_and_no_colour_when_unwanted(tmp_path: Path) -> None:
    copied("minimal", tmp_path / "content")
    said = on_a_terminal("build", "slides", "--jobs", "1", "--out", "one", cwd=tmp_path, NO_COLOR="1")
    assert "one/: " in said
    assert not re.search(r"\x1b\[[0-9;]*[1-9]m", said), "no colour"
    assert "[1/" not in said, "a bar, not lines"
    said = on_a_terminal("build", "slides", "--quiet", "--out", "two", cwd=tmp_path)
    assert said == ""


def test_a_reader_that_has_enough(faulty: Path) -> None:
    """`course check | head -1` ends without a word about it."""
    body = "# First\n\n## Concepts\n\nSome words are here.\n" + "\n```\nplain\n```\n" * 4000
    (faulty / "content/modules/01-first.md").write_text(module_text("01-first.md", body))
    command = f"'{COMMAND}' check | head -1"
    done = subprocess.run(command, shell=True, cwd=faulty, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("content/modules/01-first.md")
    assert done.stderr == ""


def test_a_poor_terminal_is_no_reason_to_fail(tmp_path: Path) -> None:
    """A message may hold any letter; where it cannot be shown, a question mark stands for it."""
    text = module_text("01-first.md", "# Größe — 日本\n\n## Concepts\n\nSome words are here.\n")
    small_course(tmp_path / "content", {"01-first.md": text})
    done = run("check", cwd=tmp_path, status=1, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert "error S101" in done.stdout


def test_an_interrupt_is_one_line(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pipeline import build, cli\n"
        "def interrupted(*given): raise KeyboardInterrupt\n"
        "build.fingerprint = interrupted\nsys.exit(cli.main(sys.argv[1:]))\n"
    )
    small_course(tmp_path / "content")
    python = COMMAND.with_name("python")
    done = subprocess.run(
        [python, "-c", script, "check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "course: interrupted; nothing was published\n"
