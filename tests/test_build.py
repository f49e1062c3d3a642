"""Building again: what is made anew, what is kept, and what happens when a build is ended or has company."""

import json
import os
import re
import signal
import subprocess
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from sources import COMMAND, copied, left_behind, replaced, run, snapshot

from pipeline import package
from pipeline.diagnostics import EnvironmentProblem

SECOND = "modules/02-second-steps.md"


def build(desk: Path, *arguments: str, status: int = 0, **environment: str) -> str:
    """Build the course of a desk into its `out`; gives what was printed."""
    options = ["--content", "course", "--out", "out", "--jobs", "1"]
    return run("build", *arguments, *options, cwd=desk, status=status, **environment).stdout


def released(out: Path) -> dict[str, bytes]:
    """The files of a release that say nothing about how it was built."""
    return {name: data for name, data in snapshot(out).items() if name != "report.json"}


def rendered(said: str) -> int:
    """How many files a build has made anew, by its own account; the progress lines must agree."""
    found = re.search(r"(\d+) made anew", said)
    assert found
    assert len(re.findall(r"^\[\d+/\d+\] ", said, re.MULTILINE)) == int(found[1])
    return int(found[1])


def listed(out: Path) -> set[str]:
    """The files that SHA256SUMS lists; each has its hash."""
    names = set()
    for line in (out / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert sha256((out / name).read_bytes()).hexdigest() == digest
        names.add(name)
    return names


def manifest_files(out: Path) -> str:
    return (out / "manifest.json").read_text()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with the minimal course, built once as a whole."""
    desk = tmp_path_factory.mktemp("clean")
    copied("minimal", desk / "course")
    build(desk)
    return desk


@pytest.fixture
def desk(clean: Path, tmp_path: Path) -> Path:
    """A copy of that desk."""
    subprocess.run(["cp", "-a", f"{clean}/.", tmp_path], check=True)
    return tmp_path


def test_nothing_changed_means_nothing_rendered(desk: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (desk / "out").rglob("*")}
    assert rendered(build(desk)) == 0
    assert {path: path.stat().st_mtime_ns for path in (desk / "out").rglob("*")} == before


@pytest.mark.parametrize("name", ["manifest.json", "pdf/small-course.pdf"])
def test_a_file_is_as_published_when_its_bytes_are(desk: Path, name: str) -> None:
    """Touched, it is read; changed, even to as many other bytes, it is put back."""
    held = (desk / "out" / name).read_bytes()
    (desk / "out" / name).touch()
    assert rendered(build(desk)) == 0
    assert (desk / "out" / name).read_bytes() == held
    (desk / "out" / name).write_bytes(held[:-2] + b"xx")
    build(desk)
    assert (desk / "out" / name).read_bytes() == held


def test_a_lost_file_is_put_back_without_rendering(desk: Path) -> None:
    before = released(desk / "out")
    (desk / "out" / "manifest.json").write_text("{}")
    next((desk / "out").glob("epub/*.epub")).unlink()
    assert rendered(build(desk)) == 0
    assert released(desk / "out") == before


def test_an_edit_renders_only_what_holds_it(desk: Path) -> None:
    """The short edition and the first deck do not hold the second module."""
    replaced(desk / "course" / SECOND, "enough words to count", "ample words to count")
    said = build(desk)
    made = set(re.findall(r"^\[\d+/\d+\] (.+)$", said, re.MULTILINE))
    assert "pdf/small-course.pdf" in made
    assert "slides/second-steps/index.html" in made
    assert not any("short" in path or "slides/first-steps" in path for path in made)
    incremental = released(desk / "out")
    subprocess.run(["rm", "-r", desk / "out"], check=True)
    build(desk, COURSE_CACHE="off")
    assert released(desk / "out") == incremental, "incremental equals clean, byte for byte"


def test_one_target_leaves_the_others_alone(desk: Path) -> None:
    books = {name: data for name, data in released(desk / "out").items() if name.endswith((".pdf", ".epub"))}
    assert books
    everything = listed(desk / "out")
    replaced(desk / "course" / SECOND, "enough words to count", "sufficient words to count")
    said = build(desk, "slides")
    made = set(re.findall(r"^\[\d+/\d+\] (.+)$", said, re.MULTILINE)) - {"pieces of books and decks"}
    assert made and all(path.startswith("slides/") for path in made)
    after = released(desk / "out")
    assert {name: after[name] for name in books} == books
    assert listed(desk / "out") == everything
    for name in books:
        assert name in manifest_files(desk / "out")


def test_one_edition_leaves_the_others_alone(desk: Path) -> None:
    before = released(desk / "out")
    replaced(desk / "course" / "modules/01-first-steps.md", "Nothing is lost", "Nothing gets lost")
    build(desk, "epub", "--edition", "short")
    after = released(desk / "out")
    assert set(after) == set(before)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"epub/small-course-short.epub", "index.html", "manifest.json", "SHA256SUMS"}


def test_a_first_build_of_one_target_makes_only_that(tmp_path: Path) -> None:
    copied("minimal", tmp_path / "course")
    build(tmp_path, "slides")
    assert {name.split("/")[0] for name in snapshot(tmp_path / "out")} == {
        "slides",
        "manifest.json",
        "SHA256SUMS",
        "report.json",
    }
    json.loads((tmp_path / "out" / "manifest.json").read_bytes())


def test_a_removed_module_takes_its_files_along(desk: Path) -> None:
    assert "slides/second-steps/index.html" in snapshot(desk / "out")
    (desk / "course" / SECOND).unlink()
    replaced(
        desk / "course" / "modules/01-first-steps.md",
        "[the second module](02-second-steps.md#concepts)",
        "it",
    )
    build(desk)
    after = snapshot(desk / "out")
    assert not [name for name in after if "second-steps" in name]
    assert "second-steps" not in manifest_files(desk / "out")
    assert not (desk / "out" / "slides" / "second-steps").exists()
    assert "epub/small-course-short.epub" not in after, "the short track is the whole course now"


def test_a_removed_module_and_a_build_of_another_target(desk: Path) -> None:
    """Files of a module that is gone are not carried along, whatever is built."""
    (desk / "course" / SECOND).unlink()
    replaced(
        desk / "course" / "modules/01-first-steps.md",
        "[the second module](02-second-steps.md#concepts)",
        "it",
    )
    build(desk, "pdf")
    whole = ("lms/olx/",)  # a folder that is one file to a platform stays as it was, like an EPUB
    left = [name for name in snapshot(desk / "out") if "second-steps" in name and not name.startswith(whole)]
    assert not left
    listed(desk / "out")


def test_files_of_others_survive(desk: Path) -> None:
    ours = {"notes.txt": b"mine", "pdf/scan.pdf": b"%PDF", "my folder/deep/a b.txt": b"x", ".hidden": b"h"}
    for name, data in ours.items():
        (desk / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / "out" / name).write_bytes(data)
    for arguments, old, new in ((["slides"], "Count the files.", "Count them."), ([], "Count them.", "Two.")):
        replaced(desk / "course" / SECOND, old, new)
        build(desk, *arguments)
        after = snapshot(desk / "out")
        assert {name: after[name] for name in ours} == ours
        assert not set(ours) & listed(desk / "out")


def test_a_killed_build_leaves_no_trace(tmp_path: Path, clean: Path) -> None:
    """kill -9 while files are rendered, by a pool of workers too; the next build is as a first one."""
    copied("minimal", tmp_path / "course")
    cache = {"COURSE_CACHE": str(tmp_path / "cache")}
    for jobs in ("1", "2"):
        command = [COMMAND, "build", "--content", "course", "--out", "out", "--jobs", jobs]
        started = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, **cache},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert started.stdout
        with started.stdout as lines:
            first = next(line for line in lines if line.startswith("["))
            os.killpg(started.pid, signal.SIGKILL)
        assert first.startswith("[1/") or jobs == "2"
        assert started.wait() == -signal.SIGKILL
        assert not (tmp_path / "out").exists()
    build(tmp_path, **cache)
    assert released(tmp_path / "out") == released(clean / "out")
    assert left_behind(tmp_path / "out") == []


@pytest.mark.parametrize("moment", ["staged", "exchanged"])
def test_a_build_killed_while_it_publishes(moment: str, desk: Path) -> None:
    """The release is the old one or the new one, never a mixture; what was left is swept."""
    before = released(desk / "out")
    replaced(desk / "course" / SECOND, "enough words to count", "sufficient words to count")
    script = (
        "import os, signal, sys\n"
        "from pipeline import build, package, cli\n"
        "def die(*given, **named): os.kill(os.getpid(), signal.SIGKILL)\n"
        "rmtree = package.shutil.rmtree  # that of temporary folders too\n"
        "def removing(path, *given, **named):\n"
        "    die() if '.out.' in str(path) else rmtree(path, *given, **named)\n"
        + ("package.publish = die\n" if moment == "staged" else "package.shutil.rmtree = removing\n")
        + "cli.main(sys.argv[1:])\n"
    )
    options = ["build", "--content", "course", "--out", "out", "--jobs", "1"]
    python = COMMAND.with_name("python")
    killed = subprocess.run([python, "-c", script, *options], cwd=desk, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(left_behind(desk / "out")) == 1
    listed(desk / "out")
    assert (released(desk / "out") == before) == (moment == "staged")
    build(desk)
    assert left_behind(desk / "out") == []
    assert released(desk / "out") != before
    listed(desk / "out")


def test_a_release_set_aside_is_put_back(tmp_path: Path) -> None:
    """Where two folders cannot be exchanged at once, a kill between two renames loses nothing."""
    aside = tmp_path / ".out.old-999999999"
    aside.mkdir()
    (aside / "report.json").write_text("{}")
    package.check_output(tmp_path / "out")
    assert (tmp_path / "out" / "report.json").is_file()
    assert left_behind(tmp_path / "out") == []


def test_only_folders_of_ended_builds_are_swept(tmp_path: Path) -> None:
    mine = [".out.notes-2024", ".out.new-", ".out.new-x", f".out.new-{os.getppid()}", ".other.new-999999999"]
    for name in [*mine, ".out.new-999999999"]:
        (tmp_path / name).mkdir()
    package.check_output(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(mine)


def test_without_an_exchange_two_renames_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package.ctypes, "CDLL", lambda *given, **named: object())
    old, new = tmp_path / "out", tmp_path / ".out.new-1"
    for folder in (old, new):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    package.publish(package.Staged(new, (), {}), old, (), 0)
    assert (old / "name").read_text() == ".out.new-1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_publish_that_fails_leaves_the_old_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(new: Path, old: Path) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(package, "_exchange", refuse)
    old, new = tmp_path / "out", tmp_path / ".out.new-1"
    for folder in (old, new):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    with pytest.raises(EnvironmentProblem, match="busy"):
        package.publish(package.Staged(new, (), {}), old, (), 0)
    assert (old / "name").read_text() == "out"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_reader_never_sees_half_a_release(desk: Path) -> None:
    """While builds replace each other, whoever opens the folder finds a whole release in it."""
    seen: list[str] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            folder = os.open(desk / "out", os.O_RDONLY)
            try:
                sums = os.open("SHA256SUMS", os.O_RDONLY, dir_fd=folder)
                with os.fdopen(sums) as file:
                    seen.append("whole" if file.read().count("\n") > 5 else "half")
            except FileNotFoundError:
                seen.append("being removed")  # the old release, after its successor took its place
            finally:
                os.close(folder)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for word in ("sufficient", "plenty of"):
            text = (desk / "course" / SECOND).read_text()
            (desk / "course" / SECOND).write_text(re.sub(r"adds [\w ]+ words", f"adds {word} words", text))
            build(desk, "slides")
    finally:
        ended.set()
        watcher.join()
    assert "whole" in seen
    assert "half" not in seen


def test_parallel_builds_do_not_break_each_other(tmp_path: Path, clean: Path) -> None:
    """Several builds into one folder, and with one cold cache; each ends well."""
    copied("minimal", tmp_path / "course")
    environment = {**os.environ, "COURSE_CACHE": str(tmp_path / "cache")}
    options = ["--content", "course", "--out", "out", "--jobs", "1"]
    started = [
        subprocess.Popen(
            [COMMAND, "build", *targets, *options],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for targets in ([], ["slides"], ["epub"], [])
    ]
    said = [process.communicate(timeout=170)[0] for process in started]
    assert [process.returncode for process in started] == [0] * len(started), "\n".join(said)
    assert released(tmp_path / "out") == released(clean / "out")
    assert left_behind(tmp_path / "out") == []


def test_the_output_may_be_a_link_or_have_an_odd_name(tmp_path: Path) -> None:
    copied("minimal", tmp_path / "course")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for out in ("link", "o [ut] ü", "deep/er/out"):
        for word in ("sufficient", "plenty of"):
            text = (tmp_path / "course" / SECOND).read_text()
            (tmp_path / "course" / SECOND).write_text(
                re.sub(r"adds [\w ]+ words", f"adds {word} words", text)
            )
            run("build", "slides", "--content", "course", "--out", out, "--jobs", "1", cwd=tmp_path, status=0)
        assert "manifest.json" in snapshot((tmp_path / out).resolve())
        assert left_behind((tmp_path / out).resolve()) == []
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["course", "deep", "link", "o [ut] ü", "real"]
    )


def test_the_date_comes_from_the_sources(tmp_path: Path) -> None:
    """Without git and SOURCE_DATE_EPOCH the newest `updated` is the release's date."""
    copied("minimal", tmp_path / "course")
    (tmp_path / "nogit").mkdir()
    build(tmp_path, "manifest", SOURCE_DATE_EPOCH="", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["provenance"]["epoch"] == 1767398400  # 2026-01-03
    build(tmp_path, "manifest", SOURCE_DATE_EPOCH="86400")
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["provenance"]["epoch"] == 86400
