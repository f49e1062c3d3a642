"""Dask's scheduler and workers, real processes on loopback: the same bytes as here, whatever becomes of a worker."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Built
from sources import COMMAND, ROOT, copied, replaced, run, small_course, theme, until

from pipeline import render
from pipeline.cli import main
from pipeline.diagnostics import EnvironmentProblem, InvalidCourse, Span
from pipeline.engines.dask import Farm, farm
from pipeline.model import Piece, Settings
from pipeline.workers import looked_at

distributed = pytest.importorskip(
    "distributed", reason="distributed is not installed: pip install -e .[dask]"
)
SETTINGS = Settings(ROOT, ROOT, Path(theme().folder))


@contextmanager
def started(
    folder: Path, program: str, *options: str, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """One of Dask's programs, ended with all that it has started."""
    log = folder / f"{program}-{time.monotonic_ns()}.log"
    command = [
        sys.executable,
        "-m",
        f"distributed.cli.dask_{program}",
        "--host",
        "127.0.0.1",
        "--no-dashboard",
    ]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, *options],
            cwd=folder,
            stdout=file,
            stderr=file,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **environment},
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def scheduler(folder: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler at any free port, and its address."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    with started(folder, "scheduler", "--port", "0", "--scheduler-file", str(file), **environment) as process:
        until(lambda: file.is_file() and file.stat().st_size > 0)
        yield json.loads(file.read_bytes())["address"], process


def worker(folder: Path, address: str, *options: str, **environment: str) -> object:
    local = ("--nthreads", "1", "--local-directory", str(folder))
    return started(folder, "worker", address, *local, *options, **environment)


@dataclass(frozen=True, slots=True)
class Site:
    """A scheduler with two workers, which share a cache that is as yet empty."""

    address: str
    folder: Path
    cache: Path

    def build(self, content: Path, out: Path, *arguments: str) -> list[str]:
        """The arguments of a build there."""
        options = ["--executor", self.address.replace("tcp://", "dask://"), "--content", str(content)]
        return ["build", *arguments, *options, "--out", str(out)]

    def tasks(self) -> int:
        """How many calls the scheduler knows."""
        return int(self.asked(lambda client: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))))  # type: ignore[call-overload]  # fmt: skip

    def asked(self, ask: Callable[[distributed.Client], object]) -> object:
        with distributed.Client(self.address, set_as_default=False) as client:
            return ask(client)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        address, _ = stack.enter_context(scheduler(folder))
        shared = {"COURSE_CACHE": str(folder / "cache")}
        stack.enter_context(worker(folder, address, "--nworkers", "2", **shared))  # type: ignore[arg-type]
        yield Site(address, folder, folder / "cache")


@pytest.fixture
def there(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Farm]:
    """Its workers."""
    monkeypatch.setenv("COURSE_CACHE", str(site.cache))
    with farm(site.address) as workers:
        workers._client.wait_for_workers(2)
        yield workers


def sums(out: Path) -> str:
    return (out / "SHA256SUMS").read_text()


def test_the_full_course_is_that_of_a_local_build(site: Site, full_release: Built, tmp_path: Path) -> None:
    arguments = site.build(full_release.content, tmp_path / "out")
    said = run(*arguments, cwd=tmp_path, status=0, COURSE_CACHE=str(site.cache)).stdout
    assert "pieces of books and decks" in said
    assert sums(tmp_path / "out") == sums(full_release.out)
    assert site.tasks() == 0


def begun(site: Site, content: Path, out: Path, *targets: str) -> subprocess.Popen[str]:
    """A build that has made its first piece, with an empty cache."""
    shutil.rmtree(site.cache, ignore_errors=True)
    process = subprocess.Popen(
        [COMMAND, *site.build(content, out, *targets)],
        cwd=out.parent,
        env={**os.environ, "COURSE_CACHE": str(site.cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline().startswith("[1/")
    return process


def test_a_worker_killed_in_the_middle_changes_nothing(
    site: Site, minimal_release: Built, tmp_path: Path
) -> None:
    process = begun(site, minimal_release.content, tmp_path / "out", "pdf")
    pids = site.asked(lambda client: client.run(os.getpid))
    assert isinstance(pids, dict)
    os.kill(next(iter(pids.values())), signal.SIGKILL)
    said, wrong = process.communicate(timeout=170)
    assert process.returncode == 0, said + wrong
    pdf = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.pdf")]
    assert len(pdf) == 2
    for path in pdf:
        assert (tmp_path / "out" / path).read_bytes() == (minimal_release.out / path).read_bytes()


def test_an_interrupt_takes_the_calls_back(site: Site, minimal_release: Built, tmp_path: Path) -> None:
    process = begun(site, minimal_release.content, tmp_path / "out")
    process.send_signal(signal.SIGINT)
    _, wrong = process.communicate(timeout=60)
    assert process.returncode == 2
    assert wrong == "course: interrupted; nothing was published\n"
    assert not (tmp_path / "out").exists()
    until(lambda: site.tasks() == 0)


def test_without_a_cache_all_is_sent(site: Site, minimal_release: Built, tmp_path: Path) -> None:
    copied("minimal", tmp_path / "course")
    arguments = ("slides", "--out", "here", "--content", "course")
    run("build", *arguments, cwd=tmp_path, status=0)
    far = site.build(tmp_path / "course", tmp_path / "out", "slides")
    run(*far, cwd=tmp_path, status=0, COURSE_CACHE="off")
    assert sums(tmp_path / "out") == sums(tmp_path / "here")


def test_a_piece_that_ends_its_process_ends_no_worker(there: Farm) -> None:
    pool = looked_at(there, SETTINGS)
    hostile = Piece(os._exit, (7,), at=Span("modules/07-seven.md"))
    greedy = Piece(bytearray, (1 << 42,), at=Span("modules/08-eight.md"))
    harmless = Piece(len, ("abc",), at=Span("modules/01-one.md"))
    with pytest.raises(
        EnvironmentProblem, match=r"with status 7.* at work on modules/07-seven\.md:1:1; is there"
    ):
        list(render._made([hostile, harmless], render.compiled, pool, pool.jobs))
    with pytest.raises(InvalidCourse) as caught:
        list(render._made([harmless, greedy], render.compiled, pool, pool.jobs))
    assert [finding.span.path for finding in caught.value.findings] == ["modules/08-eight.md"]
    assert pool().submit(len, "abc").result() == 3
    assert sum(there.threads.values()) == 2
    future = pool().submit(time.sleep, 2)
    future.cancel()
    with pytest.raises(CancelledError):
        future.result()


def test_a_worker_that_is_different_is_named_with_all_that_differs(
    site: Site, there: Farm, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("pipeline", "schemas", "requirements", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "pipeline/targets/pdf.py").open("a") as file:
        file.write("# another\n")
    with (tmp_path / "themes/default/book.css").open("a") as file:
        file.write("/* another */\n")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    other = worker(tmp_path, site.address, PYTHONPATH=path, COURSE_CACHE=str(tmp_path / "cache"))
    known = set(there.threads)
    with other:  # type: ignore[attr-defined]
        until(lambda: len(there.threads) == 3)
        (new,) = set(there.threads) - known
        arguments = site.build(tmp_path, tmp_path / "out", "slides")
        copied("minimal", tmp_path / "course")
        arguments[arguments.index("--content") + 1] = str(tmp_path / "course")
        assert main(arguments) == 2
    said = capfd.readouterr().err
    assert f"{new} has pipeline " in said
    assert f"{new} has another theme" in said
    assert f"{new} does not share this cache, {site.cache}: give all machines one folder" in said
    assert not [name for name in known if name in said]
    until(lambda: len(there.threads) == 2)


def test_other_code_in_the_workers_own_process(site: Site, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "pipeline/engines/apart.py").open("a") as file:
        file.write("# another\n")
    with worker(tmp_path, site.address, PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path])):  # type: ignore[attr-defined]
        site.asked(lambda client: client.wait_for_workers(3))
        with (
            pytest.raises(EnvironmentProblem, match=r"tcp://.* cannot load this pipeline"),
            farm(site.address),
        ):
            pass
    until(lambda: site.asked(lambda client: len(client.nthreads())) == 2)


def test_nobody_there(tmp_path: Path) -> None:
    """No scheduler; no workers; all workers lost; the scheduler lost."""
    with pytest.raises(EnvironmentProblem, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        farm("tcp://127.0.0.1:9", patience=0.5).__enter__()
    with scheduler(tmp_path) as (address, process):
        with pytest.raises(EnvironmentProblem, match="has no workers: start some"):
            farm(address, patience=0.5).__enter__()
        with worker(tmp_path, address, "--no-nanny") as only, farm(address, patience=60) as there:  # type: ignore[attr-defined]
            there._patience = 1.0
            lost = there.submit(time.sleep, 600)
            os.killpg(only.pid, signal.SIGKILL)
            with pytest.raises(EnvironmentProblem, match=r"all workers of tcp.* are gone"):
                lost.result()
            with pytest.raises(EnvironmentProblem, match=r"all workers of tcp.* are gone"):
                there.submit(len, "abc")
            with worker(tmp_path, address, "--no-nanny"):  # type: ignore[attr-defined]
                until(lambda: not there._gone)
                there._patience = 60.0
                assert there.submit(len, "abc").result() == 3
                lost = there.submit(time.sleep, 600)
                os.killpg(process.pid, signal.SIGKILL)
                with pytest.raises(EnvironmentProblem, match=r"the scheduler at tcp.* is gone"):
                    lost.result()


def test_a_call_that_costs_one_worker_after_the_other(tmp_path: Path) -> None:
    none = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with (
        scheduler(tmp_path, **none) as (address, _),
        worker(tmp_path, address, "--no-nanny") as only,  # type: ignore[attr-defined]
        farm(address) as there,
        pytest.raises(BrokenExecutor, match="one worker after the other was lost"),
    ):
        there.submit(os.kill, only.pid, signal.SIGKILL).result()


def test_several_courses(site: Site, tmp_path: Path) -> None:
    for name in ("one", "two", "bad"):
        small_course(tmp_path / name, {"01-first.md": f"# First\n\n## Concepts\n\nWords of {name}.\n"})
    replaced(tmp_path / "bad/course.yml", "id: small", "id: [small]")
    arguments = ["--content", "bad", "--content", "two", "--out", "far"]
    far = site.build(Path("one"), Path("far"), "pages", "slides")
    done = run(*far, *arguments, cwd=tmp_path, status=1, COURSE_CACHE=str(site.cache))
    assert done.stdout.endswith("far/: 2 of 3 courses; not published: bad\n")
    for name in ("one", "two"):
        out = tmp_path / "near" / name
        run("build", "pages", "slides", "--content", name, "--out", out, cwd=tmp_path, status=0)
        assert sums(tmp_path / "far" / name) == sums(out)


@pytest.mark.parametrize("wrong", ["dask", "dask://", "http://127.0.0.1:8786", "dask://127.0.0.1"])
def test_an_address_that_is_none(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["build", "--executor", wrong])
    assert "is neither local nor an address" in capsys.readouterr().err
