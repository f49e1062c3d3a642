"""What fails under a build: processes, disks, programs, clocks. The old release stays, or the new one is whole."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import faults
import pytest
from conftest import ROOT, course
from sources import left_behind, snapshot

from pipeline.engines import sandbox


def built(desk: Path, *before: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the course of a desk, after another command if that is named."""
    return subprocess.run(
        [*before, *faults.command()],
        cwd=desk,
        env={**faults.environment(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with the minimal course, its release and its cache."""
    desk = tmp_path_factory.mktemp("clean")
    shutil.copytree(faults.MINIMAL, desk / "course")
    faults.numbered(desk, 0)
    drafts = tmp_path_factory.mktemp("drafts")
    assert built(desk, TMPDIR=str(drafts)).returncode == 0
    left = {path.name for path in drafts.iterdir()}
    assert left <= {f"course-fonts-{os.getuid()}"}, "a build leaves nothing more where temporary files stand"
    return desk


@pytest.fixture
def desk(clean: Path, tmp_path: Path) -> Path:
    """A copy of that desk."""
    subprocess.run(["cp", "-a", f"{clean}/.", tmp_path], check=True)
    return tmp_path


def test_kills_at_random_moments(tmp_path: Path) -> None:
    """`python tests/faults.py --kills 200` does the same more often."""
    came = faults.faults(tmp_path, 3, seed=int(time.time()))
    assert faults.TORN not in came
    assert came.total() == 3


# --- disks -----------------------------------------------------------------------------------


def mounted(options: str, folder: Path) -> list[str]:
    """A command that starts another one where `folder` is a disk of its own, for that one alone."""
    folder.mkdir(exist_ok=True)
    script = f'mount -t tmpfs -o {options} course-test "$0" && exec "$@"'
    start = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    command = [*start, "sh", "-c", script, str(folder)]
    if (
        not shutil.which("unshare")
        or subprocess.run([*command, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system lets nobody mount a disk")
    return command


def test_a_full_disk(desk: Path) -> None:
    """Nothing is published, the release beside stays, and one line says why."""
    release = snapshot(desk / "out")
    disk = desk / "disk"
    command = mounted("size=300k", disk)
    done = subprocess.run(
        [*command, *faults.command()[:-5], "--out", str(disk / "out"), "--jobs", "2", "--quiet"],
        cwd=desk, env=faults.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(desk / "out") == release


@pytest.mark.parametrize("options", ["size=8k", "ro"])
def test_a_cache_on_a_disk_that_takes_nothing(options: str, desk: Path) -> None:
    """The build does without a cache, and makes the same."""
    faults.numbered(desk, 1)
    command = mounted(options, desk / "cold")
    done = built(desk, *command, COURSE_CACHE=str(desk / "cold" / "cache"))
    assert done.returncode == 0, done.stdout + done.stderr
    made = (desk / "out" / "SHA256SUMS").read_bytes()
    shutil.rmtree(desk / "out")
    assert built(desk, COURSE_CACHE="off").returncode == 0
    assert (desk / "out" / "SHA256SUMS").read_bytes() == made


def test_a_cache_that_vanishes_meanwhile(desk: Path) -> None:
    faults.numbered(desk, 1)
    cache, stop = desk / "vanishing", threading.Event()

    def vanish() -> None:
        while not stop.wait(0.05):
            shutil.rmtree(cache, ignore_errors=True)

    thread = threading.Thread(target=vanish)
    thread.start()
    try:
        done = built(desk, COURSE_CACHE=str(cache))
    finally:
        stop.set()
        thread.join()
    assert done.returncode == 0, done.stdout + done.stderr
    assert faults.whole(desk / "out") == "1"


def test_an_output_that_cannot_be_written(desk: Path) -> None:
    command = mounted("ro", desk / "disk")
    done = subprocess.run(
        [*command, *faults.command()[:-5], "--out", str(desk / "disk" / "out")],
        cwd=desk, env=faults.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Read-only file system" in done.stderr and "--out DIR" in done.stderr


# --- workers ---------------------------------------------------------------------------------


def said_of(process: int) -> bytes:
    """The command of a process that may have ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def workers_of(build: "subprocess.Popen[str]") -> list[int]:
    """The processes that a build's pool has started, once there are two."""
    for _ in range(600):
        found = [process for process in sandbox.tree(build.pid)[1:] if b"forkserver" in said_of(process)]
        if len(found) > 2:
            return found[1:]
        time.sleep(0.01)
    pytest.fail("there are no workers")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_dies(number: signal.Signals, desk: Path) -> None:
    release = snapshot(desk / "out")
    faults.numbered(desk, 1)
    shutil.rmtree(desk / "cache")
    build = subprocess.Popen(
        faults.command(),
        cwd=desk,
        env=faults.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.kill(workers_of(build)[0], number)
    said = build.communicate()[1]
    assert build.returncode == 2, said
    assert "a worker" in said and "Traceback" not in said
    assert snapshot(desk / "out") == release
    assert left_behind(desk / "out") == []
    assert built(desk).returncode == 0
    assert faults.whole(desk / "out") == "1"


HANGS = """
import sys
from pipeline import cli
from pipeline.engines import limits
limits.STALLED = 3.0
sys.exit(cli.main(sys.argv[1:]))
"""


def test_workers_hang(desk: Path) -> None:
    """Where none comes to an end of anything the build ends, and its workers with it."""
    faults.numbered(desk, 1)
    shutil.rmtree(desk / "cache")
    arguments = faults.command()[3:]
    build = subprocess.Popen(
        [sys.executable, "-c", HANGS, *arguments], cwd=desk, env=faults.environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(1)  # modules are read by then
    stopped = workers_of(build)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    said = build.communicate(timeout=120)[1]
    assert build.returncode == 2, said
    assert "they hang" in said or "worker" in said
    assert faults.whole(desk / "out") == "0"
    assert not [process for process in stopped if Path(f"/proc/{process}").exists()]


# --- programs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "exit 0",
        "echo garbage",
        "head -c 3000000 /dev/urandom",
        "kill -SEGV $$",
        "printf '5\\n{}{}{'",
    ],
    ids=["fails", "says nothing", "garbage", "noise", "crashes", "half a tree"],
)
def test_a_pandoc_that_does_not_work(script: str, desk: Path) -> None:
    """That is the machine's fault, and said so: no text is blamed for it."""
    release = snapshot(desk / "out")
    faults.numbered(desk, 1)
    program = desk / "pandoc"
    program.write_text(f'#!/bin/sh\ncase "$*" in *--version*) echo "pandoc 3.9.0.2";; *) {script};; esac\n')
    program.chmod(0o755)
    done = built(desk, PYPANDOC_PANDOC=str(program))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "does not work" in done.stderr and "Traceback" not in done.stderr
    assert snapshot(desk / "out") == release


@pytest.mark.parametrize("script", ["exit 1", "echo garbage; exit 0", "kill -SEGV $$"])
def test_a_chromium_that_does_not_work(script: str, desk: Path) -> None:
    (desk / "bin").mkdir()
    program = desk / "bin" / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    path = f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert (
        course("build", "slides", "--content", desk / "course", "--out", desk / "decks", "--quiet").returncode
        == 0
    )
    done = course("verify", "--out", desk / "decks", env={"PATH": path})
    assert done.returncode == 2, done.stdout
    assert "Chromium cannot be used" in done.stderr and "Traceback" not in done.stderr


# --- clocks and set-up -----------------------------------------------------------------------


@pytest.mark.parametrize("moment", [0, 315532800, 4102444800], ids=["1970", "1980", "2100"])
def test_files_of_another_time(moment: int, desk: Path) -> None:
    """A clock that jumps leaves files behind whose times are nonsense; what counts is what they hold."""
    faults.numbered(desk, 1)
    for path in [*(desk / "course").rglob("*"), *(desk / "cache").rglob("*"), *(desk / "out").rglob("*")]:
        os.utime(path, (moment, moment))
    assert built(desk).returncode == 0
    assert faults.whole(desk / "out") == "1"
    faults.numbered(desk, 2)
    os.utime(desk / "course" / faults.SECOND, (moment, moment))
    assert built(desk).returncode == 0
    assert faults.whole(desk / "out") == "2"


def test_a_set_up_that_was_interrupted(tmp_path: Path) -> None:
    """A .venv that was begun and has no pip is made anew."""
    desk = tmp_path / "clone"
    (desk / "requirements").mkdir(parents=True)
    shutil.copyfile(ROOT / "requirements" / "setup", desk / "requirements" / "setup")
    (desk / "requirements" / "setup").chmod(0o755)
    (desk / "requirements" / "build.sums").write_text("")
    (desk / "requirements" / "npm.txt").write_text("")
    (desk / "pyproject.toml").write_text(
        '[project]\nname = "nothing"\nversion = "1"\n[tool.setuptools]\npy-modules = []\n'
    )
    (desk / ".venv" / "bin").mkdir(parents=True)
    (desk / ".venv" / "bin" / "python").write_text("")
    said = subprocess.run([desk / "requirements" / "setup"], capture_output=True, text=True, check=False)
    assert "making .venv" in said.stdout, said.stdout + said.stderr
    assert (desk / ".venv" / "bin" / "pip").exists()
