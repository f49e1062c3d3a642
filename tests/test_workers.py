"""Who does the work: what may be asked of a process apart, what is sent to it, and what a worker must be like."""

import os
import pickle
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sources import ROOT, theme, until

from pipeline import cache, workers
from pipeline.diagnostics import EnvironmentProblem, InvalidCourse
from pipeline.engines.apart import Apart, Ended, packed
from pipeline.engines.libraries import libraries
from pipeline.model import Piece, Settings
from pipeline.render import compiled


def asked(apart: Apart, function: object, *arguments: object) -> object:
    call, themes = packed(function, arguments)  # type: ignore[arg-type]
    good, value = pickle.loads(apart.answer(call, {name: pickle.dumps(t) for name, t in themes.items()}))
    if not good:
        raise value
    return value


def test_a_process_apart_has_limits_and_its_end_is_told() -> None:
    apart = Apart(cache.code_digest())
    try:
        assert asked(apart, len, "abc") == 3
        assert asked(apart, print, "into the answers?") is None
        assert asked(apart, signal.signal, signal.SIGPROF, signal.SIG_DFL) == signal.SIG_DFL, (
            "its main thread"
        )
        with pytest.raises(InvalidCourse) as caught:
            asked(apart, compiled, Piece(bytearray, (1 << 42,)))
        assert [finding.code for finding in caught.value.findings] == ["V103"]
        with pytest.raises(ZeroDivisionError) as broken:
            asked(apart, divmod, 1, 0)
        assert "Traceback" in broken.value.__notes__[0]
        with pytest.raises(Ended, match="with status 3"):
            asked(apart, os._exit, 3)
    finally:
        apart.close()


def test_a_theme_is_sent_by_its_name_and_found_where_the_worker_has_it() -> None:
    call, themes = packed(repr, (theme(),))
    assert len(call) < 300
    assert themes == {theme().digest: theme()}
    sent = pickle.dumps(theme())
    assert str(ROOT).encode() not in sent
    assert pickle.loads(sent) == theme()
    apart = Apart("")
    try:
        assert asked(apart, repr, theme()) == repr(theme())
    finally:
        apart.close()


def test_a_report_names_all_that_decides() -> None:
    said = workers.reported()
    assert {"Python", "platform", "zlib", "pipeline", "weasyprint", "pypandoc_binary", "Pango"} <= set(said)
    assert "none" not in libraries().values()
    assert list(workers._differences({**said, "weasyprint": "1.0"}, said)) == [
        f"weasyprint 1.0, this machine {said['weasyprint']}"
    ]


def test_a_worker_that_came_later_refuses() -> None:
    own = dict(workers.reported())
    assert workers.called(own, len, ("abc",)) == 3
    with pytest.raises(EnvironmentProblem, match="Python"):
        workers.called({**own, "Python": "2.7"}, len, ("abc",))


def test_without_distributed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    settings = Settings(tmp_path, tmp_path, tmp_path, executor="dask://127.0.0.1:1")
    with pytest.raises(EnvironmentProblem, match="pip install"), workers.workers(settings):
        pass


def test_a_pool_that_is_closed_is_started_again() -> None:
    with workers.workers(Settings(ROOT, ROOT, ROOT, jobs=1)) as pool:
        first = pool()
        assert pool() is first
        pool.close()
        assert pool() is not first
        assert pool().submit(len, "abc").result() == 3


def reached(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError as problem:
        return str(problem)
    return "reached"


def test_a_worker_reaches_nothing(tmp_path: Path) -> None:
    """Neither one of this machine nor one apart, where the kernel lets go of a process's network."""
    if sys.platform != "linux" or reached_alone() == "kept":
        pytest.skip("this system does not let a process leave its network")
    with socket.create_server(("127.0.0.1", 0)) as server, workers._pool(1, ()) as pool:
        port = server.getsockname()[1]
        assert reached(port) == "reached"
        assert "unreachable" in pool.submit(reached, port).result()
        apart = Apart("code")
        done, said = pickle.loads(apart.answer(*packed(socket.create_connection, (("127.0.0.1", port), 5))))
        apart.close()
        assert not done and "unreachable" in str(said)


def reached_alone() -> str:
    """Whether a process may leave its network."""
    program = "from pipeline.engines.guarded import offline; print('left' if offline() else 'kept')"
    asked = [sys.executable, "-c", program]
    done = subprocess.run(
        asked, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    return done.stdout.strip()


SLEEPS = """
import os, sys, time
from pipeline.workers import _pool
def told(folder):
    open(f"{folder}/{os.getpid()}", "w").close()
    time.sleep(600)
if __name__ == "__main__":
    pool = _pool(2, ())
    for _ in range(2):
        pool.submit(told, sys.argv[1])
    time.sleep(600)
"""


def test_workers_end_with_the_build_that_started_them(tmp_path: Path) -> None:
    """Also when it is killed, and can tell them nothing."""
    if sys.platform != "linux":
        pytest.skip("Linux alone ends a process with the one that started it")
    program, folder = tmp_path / "sleeps.py", tmp_path / "told"
    program.write_text(SLEEPS)
    folder.mkdir()
    build = subprocess.Popen([sys.executable, program, folder], env={**os.environ, "PYTHONPATH": str(ROOT)})
    until(lambda: len(list(folder.iterdir())) == 2)
    build.kill()
    build.wait()
    until(lambda: not any(alive(int(path.name)) for path in folder.iterdir()))


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
