"""One cache for many: bounded, swept while builds run, damaged, and shared between machines by URL."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sources import COMMAND, ROOT, copied, run
from webserver import served

from pipeline import cache
from pipeline.cache import builds, disk, journal, sweep
from pipeline.cache.remote import chosen, signature
from pipeline.diagnostics import EnvironmentProblem

KEY = "a key that only this test knows"
DAY = 24 * 3600
BUILD = ("build", "--content", "course", "--jobs", "2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the minimal course, as `course`, and its release without any cache, as `clean`."""
    place = tmp_path_factory.mktemp("clean")
    copied("minimal", place / "course")
    run(*BUILD, "--out", "clean", cwd=place, status=0, COURSE_CACHE="off")
    return place


def entries(folder: Path) -> list[Path]:
    return sorted(entry.path for entry in sweep.entries(folder))


def sums(out: Path) -> str:
    return (out / "SHA256SUMS").read_text()


def same(out: Path, clean: Path, *, whole: bool = True) -> bool:
    """Whether a release is the clean one, or what there is of it: the manifest alone tells them apart then."""
    lines, known = set(sums(out).splitlines()), set(sums(clean).splitlines())
    return lines == known if whole else {line[66:] for line in lines - known} == {"manifest.json"}


def report(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "report.json").read_bytes())
    return found


def filled(folder: Path, sizes: list[int]) -> list[str]:
    """Entries of these sizes, the first used a day before the second, and so on; the last just now."""
    names = [cache.key("filled", number) for number in range(len(sizes))]
    for number, (name, size) in enumerate(zip(names, sizes, strict=True)):
        cache.put(name, os.urandom(size))
        aged(folder, name, (len(sizes) - 1 - number) * DAY)
    return names


def aged(folder: Path, name: str, seconds: float) -> None:
    used = time.time() - seconds
    os.utime(disk.place(folder, name), (used, used))


# --- bounded -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [("", 4_000_000_000), (" ", 4_000_000_000), ("1", 1), ("500MB", 5 * 10**8), ("1.5 gb", 15 * 10**8), ("20k", 0)],
)  # fmt: skip
def test_a_size_is_bytes_or_has_a_unit(text: str, size: int) -> None:
    if size:
        assert sweep.limit(text) == size
    else:
        with pytest.raises(EnvironmentProblem, match=r"COURSE_CACHE_SIZE=20k is no size: write 500MB"):
            sweep.limit(text)


@pytest.mark.parametrize("text", ["0", "lots", "-1", "4 GiB", "1e9", "0.1", "4GB 4GB"])
def test_a_size_that_is_none_stops_a_build_at_once(text: str, tmp_path: Path) -> None:
    copied("minimal", tmp_path / "course")
    said = run(*BUILD, cwd=tmp_path, status=2, COURSE_CACHE_SIZE=text).stderr
    assert said.startswith(f"course: COURSE_CACHE_SIZE={text} is no size")


def test_what_was_not_used_for_longest_goes_first(folder: Path) -> None:
    names = filled(folder, [1000] * 10)
    assert sweep.sweep(folder, 20_000, time.time()).removed == 0
    swept = sweep.sweep(folder, 6000, time.time())
    assert [name for name in names if cache.has(name)] == names[-5:]
    assert (swept.removed, swept.left) == (5, 5) and swept.size <= 6000 * sweep.ROOM
    assert swept.size == sum(path.stat().st_size for path in entries(folder))


def test_reading_counts_as_use_and_is_said_once_in_a_while(folder: Path) -> None:
    names = filled(folder, [1000] * 10)
    path = disk.place(folder, names[0])
    cache.get(names[0])
    used = path.stat().st_mtime_ns
    assert time.time() - used / 1e9 < 60
    cache.get(names[0])
    assert path.stat().st_mtime_ns == used
    sweep.sweep(folder, 3000, time.time())
    assert cache.has(names[0]) and not cache.has(names[1])


def test_what_a_build_has_used_stays_even_over_the_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CACHE_SIZE", "1kB")
    names = filled(folder, [1000] * 4)
    watch = builds.watch()
    aged(folder, names[3], disk.LATELY - 60)  # so lately that reading it does not say so again
    assert cache.get(names[0]) and cache.get(names[3])
    cache.put(cache.key("more"), b"more")
    builds.settle(watch)
    assert [cache.has(name) for name in names] == [True, False, False, True]


def test_a_build_sweeps_only_when_it_is_time(folder: Path) -> None:
    cache.put(cache.key("a"), b"1" * 100)
    now = time.time()
    assert sweep.due(folder, 4_000_000, now), "never swept"
    sweep.sweep(folder, 4_000_000, now)
    assert not sweep.due(folder, 4_000_000, now)
    assert sweep.due(folder, 4_000_000, now + sweep.EVERY + 2)
    assert sweep.due(folder, 4_000_000, now - 60), "the clock was set back"
    cache.put(cache.key("b"), b"1" * 300_000)
    assert sweep.due(folder, 4_000_000, now), "much was written since"


def test_nothing_written_nothing_swept(folder: Path) -> None:
    names = filled(folder, [1000] * 3)
    watch = builds.watch()
    cache.get(names[2])
    before = journal.end(folder)
    builds.settle(watch)
    assert journal.end(folder) == before


def test_files_that_nobody_finished_go_after_a_day(folder: Path) -> None:
    name = cache.key("a")
    cache.put(name, 1)
    left = [folder / name[:2] / ".new-1-2-3", folder / ".new-abc", folder / name[:2] / ".new-4-5-6"]
    for path in left:
        path.write_bytes(b"half")
    for path in left[:2]:
        os.utime(path, (0, 0))
    (folder / "fontconfig").mkdir()
    (folder / "fontconfig" / "x.conf").write_text("of others")
    sweep.clear(folder)
    assert [path.exists() for path in left] == [False, False, True]
    assert not cache.has(name) and (folder / "fontconfig" / "x.conf").exists()


def test_the_command_says_what_there_is_and_removes_it(folder: Path, tmp_path: Path) -> None:
    names = filled(folder, [1_000_000] * 4)
    disk.place(folder, names[3]).write_bytes(b"damaged")
    assert cache.get(names[3]) is None

    def said(*arguments: str, **environment: str) -> str:
        environment = {"COURSE_CACHE": str(folder), **environment}
        return run("cache", *arguments, cwd=tmp_path, status=0, **environment).stdout

    told = said("info", COURSE_CACHE_SIZE="2.5MB")
    assert f"folder   {folder}\n" in told and "entries  3\n" in told
    assert "size     3.0 MB of at most 2.5 MB\n" in told and "damaged  1 found" in told
    assert said("clean", COURSE_CACHE_SIZE="2.5MB") == "removed 1 entries, 1.0 MB; 2 stay, 2.0 MB\n"
    assert said("clean", "--older-than", "1.5") == "removed 1 entries, 1.0 MB; 1 stay, 1.0 MB\n"
    assert said("clean", "--all").startswith("removed 1 entries")
    assert entries(folder) == []
    assert "there is no cache" in said("info", COURSE_CACHE="off")
    assert "there is no cache" in said("clean", COURSE_CACHE="off")
    for wrong in (["clean", "--older-than", "-1"], ["clean", "--older-than", "nan"], ["mend"], []):
        assert run("cache", *wrong, cwd=tmp_path, status=2).stderr


# --- used by many at once ------------------------------------------------------------------------

CLEANER = """
import sys, time
from pathlib import Path
from pipeline.cache import sweep
while True:
    sweep.clear(Path(sys.argv[1]))
    time.sleep(0.25)
"""


@contextmanager
def cleaner(folder: Path) -> Iterator[None]:
    """A process that empties a cache again and again."""
    process = subprocess.Popen([sys.executable, "-c", CLEANER, folder], cwd=ROOT)
    try:
        yield
        assert process.poll() is None, "it has worked to the end"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_two_builds_and_a_cleaner(clean: Path, tmp_path: Path) -> None:
    """An entry may vanish at any moment; that costs time, and nothing else."""
    folder = tmp_path / "cache"
    folder.mkdir()
    environment = {**os.environ, "COURSE_CACHE": str(folder)}
    with cleaner(folder):
        started = [
            subprocess.Popen(
                [COMMAND, *BUILD, "--out", tmp_path / name],
                cwd=clean,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for name in ("one", "two")
        ]
        said = [process.communicate(timeout=170)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], "\n".join(said)
    assert sums(tmp_path / "one") == sums(tmp_path / "two") == sums(clean / "clean")
    assert report(tmp_path / "one")["cache"]["damaged"] == 0


# --- damaged -------------------------------------------------------------------------------------


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def a_circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def unreadable(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path.chmod(0)


@pytest.mark.parametrize("damage", [flipped, empty, a_folder, a_circle, unreadable])
def test_a_damaged_entry_is_told_of_and_replaced(damage: Any, folder: Path) -> None:
    name = cache.key("a")
    cache.put(name, ["a value"])
    damage(disk.place(folder, name))
    watch = builds.watch()
    assert cache.get(name) is None
    assert not cache.has(name), "it is taken away, so whoever asks first makes it anew"
    cache.put(name, ["new"])
    assert cache.get(name) == ["new"]
    assert builds.seen(watch).damaged == 1
    assert builds.seen(watch).told == ("cache: damaged entries, made anew: 1",)


def test_writing_replaces_what_nobody_has_read(folder: Path) -> None:
    name = cache.key("a")
    cache.put(name, 1)
    a_folder(disk.place(folder, name))
    cache.put(name, 2)
    assert cache.get(name) == 2


def test_a_pickle_of_what_has_another_name_now_is_none(folder: Path) -> None:
    name = cache.key("a")
    for data in (b"cpipeline.model\nGone\n.", b"cpipeline.gone\nGone\n.", b"\x80\x05K", b"no pickle"):
        disk.write(folder, name, disk.sealed(data))
        watch = builds.watch()
        assert cache.get(name) is None
        assert not cache.has(name)
        assert builds.seen(watch).damaged == 0


def test_every_tenth_entry_damaged(clean: Path, writer: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(writer / "cache", tmp_path / "cache")
    second, third = str(tmp_path / "second"), str(tmp_path / "third")
    ways = (flipped, empty, a_folder)
    chosen = entries(folder)[::10]
    for number, path in enumerate(chosen):
        ways[number % len(ways)](path)
    said = run(*BUILD, "--out", second, cwd=clean, status=0, COURSE_CACHE=str(folder)).stdout
    found = report(Path(second))["cache"]["damaged"]
    assert 0 < found <= len(chosen)
    assert f"cache: damaged entries, made anew: {found}\n" in said
    assert sums(Path(second)) == sums(clean / "clean")
    said = run(*BUILD, "--out", third, cwd=clean, status=0, COURSE_CACHE=str(folder)).stdout
    assert "cache:" not in said and report(Path(third))["cache"]["damaged"] == 0
    assert report(Path(third))["rendered"] == 0


def test_a_book_whose_pieces_the_cache_only_seems_to_hold(clean: Path, writer: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(writer / "cache", tmp_path / "cache")
    for path in entries(folder):
        flipped(path)
    build = [*BUILD, "pdf", "--out", tmp_path / "out"]
    said = run(*build, cwd=clean, status=0, COURSE_CACHE=str(folder)).stdout
    assert "cache: damaged entries" in said
    assert same(tmp_path / "out", clean / "clean", whole=False)


def test_the_journal_outlives_a_sweep_and_its_own_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST", 200)
    cache.put(cache.key("a"), 1)
    watch = builds.watch()
    cache.put(cache.key("b"), 1)
    cache.put(cache.key("c"), 1)
    sweep.sweep(folder, 10**9, 0)
    cache.put(cache.key("d"), 1)
    assert (folder / journal.OLD).exists()
    assert builds.seen(watch).made == 3
    with (folder / journal.NAME).open("ab") as file:
        file.write(b"\xff\x00\nmade\nmade x\nmade x y\nsent -1\nswept x\nwhatever\n")
    assert builds.seen(watch).made == 3
    assert not sweep.due(folder, 10**9, time.time())


# --- shared between machines ---------------------------------------------------------------------


def names_of(url: str) -> list[Path]:
    """The objects of a remote cache that is a folder."""
    return [path for path in Path(url.removeprefix("file://")).rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def writer(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine that has built the minimal course: its `cache`, and `far`, to which it wrote."""
    place = tmp_path_factory.mktemp("writer")
    machine(clean, place, f"file://{place}/far", COURSE_CACHE_REMOTE_MODE="write")
    return place


@pytest.fixture(scope="module")
def far(writer: Path) -> str:
    """A remote cache, filled by a build of the minimal course and signed."""
    assert names_of(f"file://{writer}/far")
    return f"file://{writer}/far"


def machine(
    clean: Path, place: Path, url: str, *targets: str, **environment: str
) -> tuple[dict[str, Any], str]:
    """A build of the clean course, or of some targets, on another machine: its report, and what it said."""
    given = {
        "COURSE_CACHE": str(place / "cache"),
        "COURSE_CACHE_REMOTE": url,
        "COURSE_CACHE_KEY": KEY,
        "NO_PROXY": "*",
        **environment,
    }
    said = run(*BUILD, *targets, "--out", place / "out", cwd=clean, status=0, **given).stdout
    assert same(place / "out", clean / "clean", whole=not targets)
    return report(place / "out"), said


def test_a_second_machine_renders_nothing(clean: Path, far: str, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in names_of(far)}
    made, said = machine(clean, tmp_path, far)
    assert made["rendered"] == 0 and "remote" not in said
    assert made["cache"]["fetched"] > 50 and made["cache"]["refused"] == 0
    assert {path: path.stat().st_mtime_ns for path in names_of(far)} == before, "reading is the default"


def test_a_second_machine_reads_from_a_web_server(clean: Path, far: str, tmp_path: Path) -> None:
    with served(Path(far.removeprefix("file://"))) as url:
        made, said = machine(clean, tmp_path, url)
    assert made["rendered"] == 0 and "remote" not in said


def test_a_reader_without_the_key_must_say_that_it_trusts(clean: Path, far: str, tmp_path: Path) -> None:
    with served(Path(far.removeprefix("file://"))) as url:
        wrong = {"COURSE_CACHE_REMOTE": url, "COURSE_CACHE_KEY": ""}
        said = run(*BUILD, "--out", tmp_path / "out", cwd=clean, status=2, **wrong).stderr
        assert "needs COURSE_CACHE_KEY (`openssl rand -hex 32`)" in said
        made, _ = machine(clean, tmp_path, url, COURSE_CACHE_KEY="none")
    assert made["rendered"] == 0


def test_entries_that_another_key_has_signed_are_refused(clean: Path, far: str, tmp_path: Path) -> None:
    made, said = machine(clean, tmp_path, far, "pages", COURSE_CACHE_KEY="some other key, as long")
    assert made["rendered"] > 0 and made["cache"]["fetched"] == 0
    assert f"made anew: {made['cache']['refused']}\n" in said and made["cache"]["refused"] > 5


def test_an_edit_on_one_machine_saves_the_rest_on_another(clean: Path, far: str, tmp_path: Path) -> None:
    """What is edited is made, everything else comes; with the writer's next build the edit comes too."""
    course = copied("minimal", tmp_path / "course")
    module = min((course / "modules").glob("*.md"))
    module.write_text(module.read_text() + "\nOne sentence more than before.\n")
    given = {"COURSE_CACHE_REMOTE": far, "COURSE_CACHE_KEY": KEY}
    build = [*BUILD, "--severity", "error", "--out"]
    run(*build, "one", cwd=tmp_path, status=0, COURSE_CACHE=str(tmp_path / "a"), COURSE_CACHE_REMOTE_MODE="write", **given)  # fmt: skip
    first = report(tmp_path / "one")
    assert first["cache"]["fetched"] > 20 and first["cache"]["made"] > 5
    run(*build, "two", cwd=tmp_path, status=0, COURSE_CACHE=str(tmp_path / "b"), **given)
    assert report(tmp_path / "two")["rendered"] == 0
    assert sums(tmp_path / "two") == sums(tmp_path / "one")


class Ran:
    """Its pickle runs code when it is read."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.proof),)


@pytest.fixture
def shared_by(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process writes to a remote cache of its own."""
    monkeypatch.setenv("COURSE_CACHE_REMOTE", f"file://{tmp_path}/far")
    monkeypatch.setenv("COURSE_CACHE_REMOTE_MODE", "write")
    monkeypatch.setenv("COURSE_CACHE_KEY", KEY)
    return f"file://{tmp_path}/far"


def sent(*names: str) -> None:
    """Make these entries, and send them."""
    watch = builds.watch()
    for name in names:
        cache.put(name, f"the value of {name}")
    builds.settle(watch)


def elsewhere(monkeypatch: pytest.MonkeyPatch, place: Path, **environment: str) -> None:
    """From now on this is another machine, which may read."""
    for name, value in {"COURSE_CACHE_REMOTE_MODE": "read", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COURSE_CACHE", str(place))
    cache._opened.cache_clear()


def test_a_forged_entry_is_never_loaded(
    shared_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unsigned, signed with another key, signed for another name, cut, or damaged."""
    names = [cache.key("forged", number) for number in range(6)]
    sent(*names)
    path = {file.name: file for file in names_of(shared_by)}
    proof = tmp_path / "proof"
    evil = disk.sealed(pickle.dumps(Ran(proof)))
    path[names[0]].write_bytes(bytes(32) + evil)
    path[names[1]].write_bytes(signature(b"another key than theirs", names[1], evil) + evil)
    path[names[2]].write_bytes(path[names[3]].read_bytes())
    path[names[4]].write_bytes(path[names[4]].read_bytes()[:40])
    flipped(path[names[5]])
    elsewhere(monkeypatch, tmp_path / "reader")
    watch = builds.watch()
    cache.ahead(names[:3])
    got = [cache.get(name) for name in names]
    assert got == [None, None, None, f"the value of {names[3]}", None, None]
    assert not proof.exists()
    assert builds.seen(watch).refused == 5 and builds.seen(watch).fetched == 1
    assert "not signed with COURSE_CACHE_KEY" in builds.seen(watch).told[0]
    elsewhere(monkeypatch, tmp_path / "trusting", COURSE_CACHE_KEY="none")
    cache.get(names[0])
    assert proof.exists(), "the forgery is one, and what the key is for"


def test_one_entry_or_many_come_from_there_and_stay_here(
    shared_by: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [cache.key("many", number) for number in range(150)]
    sent(*names)
    assert len(names_of(shared_by)) == len(names) + 1, "and the index"
    elsewhere(monkeypatch, tmp_path / "reader")
    watch = builds.watch()
    cache.ahead([*names[1:], cache.key("nowhere")])
    assert sum(map(cache.has, names)) == len(names) - 1
    assert cache.get(names[0]) and cache.get(cache.key("nowhere")) is None
    assert builds.settle(watch).fetched == len(names)
    shutil.rmtree(tmp_path / "far")
    assert [cache.get(name) for name in names] == [f"the value of {name}" for name in names]


def test_what_was_fetched_is_not_sent_and_what_was_not_sent_is_sent_later(
    shared_by: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (cache.key("later", number) for number in range(3))
    cache.put(first, "made by a check, which sends nothing")
    sent(second)
    assert {path.name for path in names_of(shared_by)} == {first, second, "index"}
    elsewhere(monkeypatch, tmp_path / "two", COURSE_CACHE_REMOTE_MODE="write")
    for path in names_of(shared_by):
        if path.name == first:
            path.chmod(0o444)
    assert cache.get(first)
    before = {path: path.stat().st_mtime_ns for path in names_of(shared_by) if path.name != "index"}
    sent(third)
    after = {path: path.stat().st_mtime_ns for path in names_of(shared_by) if path.name != "index"}
    assert {path.name for path in set(after) - set(before)} == {third}
    assert {path: after[path] for path in before} == before


def test_any_file_system_that_fsspec_knows(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CACHE_REMOTE", "memory://course/cache")
    monkeypatch.setenv("COURSE_CACHE_REMOTE_MODE", "write")
    monkeypatch.setenv("COURSE_CACHE_KEY", KEY)
    name = cache.key("memory")
    sent(name)
    elsewhere(monkeypatch, tmp_path / "reader")
    assert cache.get(name) == f"the value of {name}"


def test_a_remote_cache_that_is_not_there_costs_no_build(clean: Path, tmp_path: Path) -> None:
    _, said = machine(clean, tmp_path, "http://127.0.0.1:9/cache", "pages", COURSE_CACHE_REMOTE_MODE="write")
    assert said.count("remote cache not used: ") == 1
    assert "trouble" not in report(tmp_path / "out")["cache"]


def test_what_could_not_be_sent_is_sent_the_next_time(
    shared_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").write_text("a file where a folder should be")
    watch = builds.watch()
    cache.put(cache.key("first"), 1)
    assert "remote cache not used" in builds.settle(watch).told[0]
    (tmp_path / "far").unlink()
    cache._opened.cache_clear()
    sent(cache.key("second"))
    assert len(names_of(shared_by)) == 3


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"COURSE_CACHE_REMOTE": "/a/folder"}, "is no URL: write file:///"),
        ({"COURSE_CACHE_REMOTE_MODE": "append"}, "COURSE_CACHE_REMOTE_MODE=append is neither read nor write"),
        ({"COURSE_CACHE_REMOTE": "s3://bucket/cache"}, "pip install 'course-pipeline\\[remote\\]' s3fs"),
        ({"COURSE_CACHE_REMOTE": "https://cache.example/"}, "needs COURSE_CACHE_KEY"),
        ({"COURSE_CACHE_REMOTE": "http://cache.example/", "COURSE_CACHE_KEY": "none"}, "needs https"),
        ({"COURSE_CACHE_KEY": "short"}, "too short: 16 characters at least"),
        ({"COURSE_CACHE_REMOTE": "https://cache.example/", "COURSE_CACHE_KEY": "none", "COURSE_CACHE_REMOTE_MODE": "write"}, "who writes must sign"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(EnvironmentProblem, match=message):
        chosen({"COURSE_CACHE_REMOTE": "file:///tmp/far", **environment})


def test_a_password_in_the_address_is_told_to_nobody(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    elsewhere(
        monkeypatch,
        folder,
        COURSE_CACHE_REMOTE="http://me:secret@127.0.0.1:9/cache",
        COURSE_CACHE_KEY=KEY,
    )
    watch = builds.watch()
    assert cache.get(cache.key("a")) is None
    said = builds.settle(watch).told
    assert said and "remote cache not used" in said[0] and "secret" not in (folder / "journal").read_text()
    told = builds.info()
    assert told and told.remote == "http://…@127.0.0.1:9/cache (read)"


def test_without_fsspec_its_package_is_named(tmp_path: Path) -> None:
    """A Python that has the pipeline and not what is optional."""
    script = (
        "import sys; sys.modules['fsspec'] = None\n"
        "from pipeline.cli import main; sys.exit(main(['build', '--content', 'course']))"
    )
    copied("minimal", tmp_path / "course")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COURSE_CACHE_REMOTE": "file:///tmp/far"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "course: COURSE_CACHE_REMOTE needs fsspec: run `pip install 'course-pipeline[remote]'`\n"
    )
