"""Programs, watched while they run: none goes far over its limits, and none outlives its run.

Memory and processes are those of the whole tree, looked at every `PAUSE`, where the system has a
/proc (Linux); time, output and files are limited everywhere.
"""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import IO

from pipeline.engines import sandbox

PAUSE = 0.02
"""Seconds between two looks at a running program."""
ROOM = 1 << 20
"""Bytes that a pipe holds, where the system lets us say so: at least the limit of most outputs. Node
writes to a full pipe later, so that an endless loop that prints would otherwise print almost nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take: seconds, bytes of memory, output and files, and processes at once."""

    seconds: float
    memory: int = 512_000_000
    output: int = 1_000_000
    disk: int = 50_000_000
    processes: int = 24


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status (None when it was stopped at a limit) and its output.

    `over` names the field of `Limits` that it went over.
    """

    status: int | None
    stdout: str
    stderr: str
    over: str = ""


class _Pipe(Thread):
    """Reads what a program writes, up to the limit."""

    def __init__(self, pipe: IO[bytes] | None, limit: int) -> None:
        super().__init__(daemon=True)
        assert pipe
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
        self.pipe, self.limit, self.data, self.over = pipe, limit, b"", False
        self.start()

    def run(self) -> None:
        with self.pipe:
            self.data = self.pipe.read(self.limit + 1)
        self.over = len(self.data) > self.limit

    @property
    def text(self) -> str:
        return self.data[: self.limit].decode(errors="replace").replace("\r\n", "\n")


def ended(
    command: Sequence[str], folder: Path, limits: Limits, environment: Mapping[str, str], own: int = 0
) -> Ran:
    """Run a command in a folder, without input, until it ends or goes over a limit. `own` is how many of
    its processes are our launcher's."""
    pipe, none = subprocess.PIPE, subprocess.DEVNULL
    started = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=none, stdout=pipe, stderr=pipe, start_new_session=True
    )
    pipes = [_Pipe(stream, limits.output) for stream in (started.stdout, started.stderr)]
    before = _size(folder, sys.maxsize)
    try:
        over = _watched(started, pipes, folder, limits, own, before)
    finally:
        _stop(started)
    for reader in pipes:
        reader.join(5)
    if not over and any(reader.over for reader in pipes):
        over = "output"
    if not over and (started.returncode == sandbox.TOO_FULL or _full(folder, limits, before)):
        over = "disk"
    return Ran(None if over else started.returncode, pipes[0].text, pipes[1].text, over)


def _watched(
    started: subprocess.Popen[bytes],
    pipes: Sequence[_Pipe],
    folder: Path,
    limits: Limits,
    own: int,
    before: int,
) -> str:
    """Wait for the end. Gives the limit that the program went over before that, or ''."""
    end = monotonic() + limits.seconds
    while not _waited(started, PAUSE):
        processes = sandbox.tree(started.pid, own + limits.processes + 1)[own:]
        if any(pipe.over for pipe in pipes):
            return "output"
        if len(processes) > limits.processes:
            return "processes"
        if held(processes) > limits.memory:
            return "memory"
        if _full(folder, limits, before):
            return "disk"
        if monotonic() > end:
            return "seconds"
    return ""


def _waited(started: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the program has ended, within some seconds."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        started.wait(seconds)
        return True
    return False


def held(processes: Iterable[int]) -> int:
    """Bytes of memory that processes hold (proc(5), `status`). Pages of files, the program's own above all, are
    the same for all of them and count once; memory that is shared without a file counts for each."""
    own, mapped = 0, 0
    for process in processes:
        with contextlib.suppress(OSError):
            sizes = dict(_SIZE.findall(Path(f"/proc/{process}/status").read_text()))
            own += int(sizes.get("RssAnon", 0)) + int(sizes.get("RssShmem", 0))
            mapped = max(mapped, int(sizes.get("RssFile", 0)))
    return (own + mapped) * 1024


_SIZE = re.compile(r"^(Rss\w+):\s+(\d+) kB", re.MULTILINE)


def _full(folder: Path, limits: Limits, before: int) -> bool:
    """Whether more was written to a folder than may be; it held `before` bytes at the beginning."""
    most = limits.disk + before
    return _size(folder, most) > most


def _size(folder: Path, most: int) -> int:
    """Bytes that the files below a folder take, at least 4 kB each; counted no further than `most`."""
    total, queue = 0, [str(folder)]
    while queue and total <= most:
        with contextlib.suppress(OSError), os.scandir(queue.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    queue.append(entry.path)
                with contextlib.suppress(OSError):
                    total += max(4096, entry.stat(follow_symlinks=False).st_blocks * 512)
    return total


def _stop(started: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started: first as asked, then as forced."""
    if started.poll() is None and sys.platform == "linux":
        started.terminate()
        _waited(started, 2)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
