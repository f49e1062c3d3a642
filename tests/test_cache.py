"""The cache: by content, never wrong, and never in the way."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sources import ROOT, compiled, copied, run, snapshot
from test_broken import UNREADABLE

from pipeline import cache
from pipeline.lint import RULES
from pipeline.lint.rule import Rule


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def entries(folder: Path) -> list[Path]:
    """The files of entries: not the journal, nor what else lies beside them."""
    return [path for path in folder.glob("??/*") if path.is_file()]


def test_what_is_put_is_got(folder: Path) -> None:
    name = cache.key("a", 1)
    assert cache.get(name) is None
    cache.put(name, {"b": (1, "ü")})
    assert cache.get(name) == {"b": (1, "ü")}
    assert [path.name for path in entries(folder)] == [name]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"x",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"more",
        lambda data: data[:-9] + b"other" + data[-4:],
        lambda data: os.urandom(len(data)),
        lambda data: data[32:],
        lambda data: b"\x80\x05K",
    ],
)
def test_a_damaged_entry_is_none(damage, folder: Path) -> None:
    name = cache.key("a")
    cache.put(name, ["a value that is long enough to be damaged in its middle"])
    (entry,) = entries(folder)
    entry.write_bytes(damage(entry.read_bytes()))
    assert cache.get(name) is None
    cache.put(name, "new")
    assert cache.get(name) == "new"


def test_keys_tell_values_apart() -> None:
    values = [(), ("a",), ("a", "b"), ("ab",), (("a",), "b"), (1,), ("1",), (None,), (b"a",), (True,), (1.0,)]
    assert len({cache.key(*value) for value in values}) == len(values)
    assert cache.key("a", (1, 2)) == cache.key("a", (1, 2))


def test_keys_depend_on_no_hash_seed_nor_locale() -> None:
    script = "from pipeline import cache; print(cache.key('ü', (1, ('b',)), b'c'))"
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, locale in (("1", "C"), ("2", "C.UTF-8"))
    }
    assert made == {cache.key("ü", (1, ("b",)), b"c") + "\n"}


def test_off_keeps_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    cache.put(cache.key("a"), 1)
    assert cache.folder() is None
    assert cache.get(cache.key("a")) is None
    assert snapshot(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_as_if_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/course-cache")):
        monkeypatch.setenv("COURSE_CACHE", str(place))
        cache.put(cache.key("a"), 1)
        assert cache.get(cache.key("a")) is None


def test_a_place_that_is_taken_costs_nothing(folder: Path) -> None:
    name = cache.key("a")
    cache.put(cache.key("b"), 1)
    (folder / name[:2]).write_text("a file where a folder should be")
    cache.put(name, 1)
    assert cache.get(name) is None


def test_an_empty_setting_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", "")
    assert cache.folder() in (cache.DEFAULT, None)


def test_memo_remembers_values_across_processes(folder: Path) -> None:
    calls: list[tuple[int, str]] = []

    @cache.memo
    def work(number: int, word: str = "a") -> str:
        calls.append((number, word))
        return word * number

    assert [work(2), work(2), work(2, word="b"), work(2, word="b"), work(3)] == [
        "aa",
        "aa",
        "bb",
        "bb",
        "aaa",
    ]
    assert calls == [(2, "a"), (2, "b"), (3, "a")]
    for entry in entries(folder):
        entry.unlink()
    assert work(2) == "aa", "deleting the cache is always safe"
    assert work.__name__ == "work"


@pytest.mark.parametrize("place", ["off", "/proc/course-cache", "damaged"])
def test_a_build_gives_the_same_without_a_cache(place: str, tmp_path: Path) -> None:
    copied("minimal", tmp_path / "course")
    build = ["build", "epub", "slides", "pdf", "--content", "course", "--jobs", "1", "--out"]
    run(*build, "first", cwd=tmp_path, status=0, COURSE_CACHE=str(tmp_path / "cache"))
    if place == "damaged":
        place = str(tmp_path / "cache")
        for entry in entries(tmp_path / "cache"):
            entry.write_bytes(b"\x80\x05" + entry.read_bytes()[::-1])
    run(*build, "second", cwd=tmp_path, status=0, COURSE_CACHE=place)
    first, second = snapshot(tmp_path / "first"), snapshot(tmp_path / "second")
    assert first.pop("report.json") and second.pop("report.json")
    assert first == second


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.compares], ids=lambda rule: rule.code)
def test_what_is_remembered_of_a_module_depends_on_it_alone(rule: Rule, tmp_path: Path) -> None:
    """Else an edit of one module would leave an old finding about another."""
    for name in ("full", "broken"):
        content = copied(name, tmp_path / name)
        for file in UNREADABLE if name == "broken" else ():
            (content / "modules" / file).unlink()
        course = compiled(content)
        alone = [found for m in course.modules for found in rule.findings(replace(course, modules=(m,)))]
        assert alone == list(rule.findings(course))


def test_a_check_says_the_same_again_until_a_file_changes(tmp_path: Path, folder: Path) -> None:
    content = copied("minimal", tmp_path / "course")
    module = min((content / "modules").glob("*.md"))

    def said() -> str:
        return run("check", "--content", content, cwd=tmp_path, status=None).stdout

    clean = said()
    assert said() == clean and "nothing to report" in clean
    text = module.read_text(encoding="utf-8")
    module.write_text(text + "\nTODO: more.\n", encoding="utf-8")
    assert "R101" in said() and "R101" in said()
    (tmp_path / "elsewhere").mkdir()
    assert "R101" in run("check", "--content", content, cwd=tmp_path / "elsewhere", status=1).stdout
    module.write_text(text, encoding="utf-8")
    assert said() == clean
    (content / "assets").mkdir(exist_ok=True)
    (content / "assets" / "unused.svg").write_text("<svg/>", encoding="utf-8")
    assert "L105" in said()
