"""Several courses in one call: each is as if it had been built alone, and one that fails stops no other."""

import json
from pathlib import Path

import pytest
from sources import copied, module_text, replaced, run, small_course, theme, write

from pipeline import many
from pipeline.build import build
from pipeline.cli import main
from pipeline.model import Release, Settings
from pipeline.workers import Workers


def sums(out: Path) -> str:
    return (out / "SHA256SUMS").read_text()


def contents(*names: str) -> list[str]:
    return [word for name in names for word in ("--content", name)]


def test_twenty_courses_and_one_of_them_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"course-{n:02}" for n in range(20)]
    for n, name in enumerate(names):
        small_course(
            tmp_path / name,
            {"01-first.md": "", "02-second.md": f"# Second\n\n## Concepts\n\nCourse {n} has words.\n"},
            f"id: {name}",
        )
    broken = names.pop(7)
    replaced(tmp_path / broken / "modules/01-first.md", "number: 1", "number: one")
    done = run("build", "pages", "slides", *contents(*names[:7], broken, *names[7:]), cwd=tmp_path, status=1)
    lines = [line for line in done.stdout.splitlines() if line.startswith("build/")]
    assert len(lines) == 21
    assert lines[7] == "build/course-07/: not published"
    assert lines[20] == "build/: 19 of 20 courses; not published: course-07"
    assert "course-07/modules/01-first.md:3:9: error F113" in done.stdout
    assert "[1/" in done.stdout and "] course-19: pages/second.html" in done.stdout
    monkeypatch.setenv("COURSE_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    for name in names:
        settings = Settings(Path(name), Path("alone") / name, Path(theme().folder), ("pages", "slides"))
        build(settings, lambda *given: None)
        assert sums(settings.out) == sums(tmp_path / "build" / name), name
    assert not (tmp_path / "build" / broken).exists()


def test_whole_courses_with_one_pool(tmp_path: Path) -> None:
    names = ("one", "two")
    for name in names:
        folder = copied("minimal", tmp_path / name)
        replaced(folder / "course.yml", "id: small-course", f"id: small-{name}")
        replaced(folder / "modules/02-second-steps.md", "enough words to count", f"words of {name} to count")
    run("build", *contents(*names), "--jobs", "2", "--out", "out", cwd=tmp_path, status=0)
    alone = ("--content", "two", "--out", "alone", "--jobs", "2")
    run("build", *alone, cwd=tmp_path, status=0, COURSE_CACHE=str(tmp_path / "cache"))
    assert sums(tmp_path / "out" / "two") == sums(tmp_path / "alone")
    assert len({sums(tmp_path / "out" / name) for name in names}) == 2
    again = run("build", *contents(*names), "--out", "out", cwd=tmp_path, status=0).stdout
    assert again.count(", 0 made anew") == 2


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three courses in the working directory."""
    for name in ("a", "b", "c"):
        small_course(tmp_path / name, {}, f"id: course-{name}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def built(*names: str) -> int:
    return main(["build", "pages", "--jobs", "1", *contents(*names)])


def test_two_of_one_name(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_course(three / "other" / "A")
    assert built("a", "b", "other/A") == 2
    assert "a and other/A would both be published in build/A" in capsys.readouterr().err
    assert built("b", "./b/") == 2
    assert not (three / "build").exists()


def test_what_one_course_lacks_stops_no_other(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(three / "build", {"b/notes.txt": "mine"})
    assert built("a", "b", "c") == 1
    said = capsys.readouterr()
    assert "course: b: " in said.err and "holds files of others" in said.err
    assert said.out.endswith("build/: 2 of 3 courses; not published: b\n")
    write(three / "build", {"d/notes.txt": "", "e/notes.txt": ""})
    for name in ("d", "e"):
        small_course(three / name)
    assert built("d", "e") == 2, "nothing could be said of any course"


def test_a_bug_met_in_one_course_stops_no_other(
    three: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumbling(settings: Settings, *rest: object) -> Release:
        if settings.content.name == "a":
            raise KeyError("a bug")
        return build(settings, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(many, "build", stumbling)
    assert built("a", "b") == 1
    said = capsys.readouterr()
    assert "course: a: Traceback" in said.err and "KeyError: 'a bug'" in said.err
    assert (three / "build/b/SHA256SUMS").is_file()


def test_an_interrupt_names_what_was_published(
    three: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(settings: Settings, *rest: object) -> Release:
        if settings.content.name == "b":
            raise KeyboardInterrupt
        return build(settings, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(many, "build", interrupted)
    assert built("a", "b", "c") == 2
    assert capsys.readouterr().err == "course: interrupted; published: a\n"
    assert not (three / "build/c").exists()


def test_a_broken_pool_is_left_to_the_course_that_broke_it(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ending(settings: Settings, progress: many.Progress, pool: Workers) -> Release:
        if settings.content.name == "a":
            pool().submit(__import__("os")._exit, 1).result()
        assert pool().submit(len, "abc").result() == 3
        return Release(settings.out, (), (), 0)

    monkeypatch.setattr(many, "build", ending)
    assert built("a", "b") == 1


def test_findings_of_all_are_one_list(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "c"):
        body = module_text("01-first.md", "# First\n\n## Concepts\n\nA [page](nowhere.md) is here.\n")
        write(three / name, {"modules/01-first.md": body})
    assert main(["build", "pages", "--format", "json", *contents("a", "b", "c")]) == 1
    rows = json.loads(capsys.readouterr().out)["findings"]
    assert [row["path"] for row in rows] == ["a/modules/01-first.md", "c/modules/01-first.md"]
    assert main(["build", "pages", "--quiet", *contents("a", "b")]) == 1
    said = capsys.readouterr().out
    assert "error L101" in said and "build/" not in said


@pytest.mark.parametrize("command", ["check", "verify", "examples", "serve"])
def test_other_commands_take_one_course(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([command, *contents("a", "b")])
    assert "one --content only" in capsys.readouterr().err
