"""What a command costs, with everything that it starts: CPU time, wall time, peak memory."""

import argparse
import ctypes
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread

ROOT = Path(__file__).resolve().parent.parent
COURSE = Path(sys.executable).with_name("course")
NAIVE = [sys.executable, str(ROOT / "benchmarks" / "naive.py")]
TOOLS = ("course-pipeline", "weasyprint", "pypandoc_binary")
LOOK = 0.2
"""Seconds between two looks at the memory of processes."""
MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss` (getrusage(2))."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one case: CPU of the process tree, and wall time."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Peak:
    """Most memory that one process held, in MB (resident set): the first process of a case, the largest
    worker of its pool, the largest other program; 0 where there is none. `largest` is that of all, as
    the kernel counts it.
    """

    first: float = 0.0
    worker: float = 0.0
    other: float = 0.0
    largest: float = 0.0


def adopt_orphans() -> None:
    """Make this process the parent of whatever its children leave behind (prctl(2), Linux).

    The worker processes of a build belong to a fork server that the build does not wait for; their
    CPU time would otherwise be counted nowhere.
    """
    set_child_subreaper = 36
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0)


def cost(command: Sequence[str], environment: Mapping[str, str], expected: tuple[int, ...] = (0,)) -> Cost:
    """Run a command and everything it starts to the end. Exits with its output when it fails."""
    return measured(command, environment, expected)[0]


def measured(
    command: Sequence[str], environment: Mapping[str, str], expected: tuple[int, ...] = (0,)
) -> tuple[Cost, Peak]:
    """The same, and how much memory that took.

    Python may keep its bytecode, whatever the environment says: nobody waits for it at each start.
    """
    allowed = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env={**allowed, **environment}, cwd=ROOT, stdout=said, stderr=said
        )
        with _watched(process.pid) as seen:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            usages = [usage, *_orphans()]
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in expected:
            said.seek(0)
            output = said.read().decode(errors="replace")
            sys.exit(f"{' '.join(command)}\nended with status {process.returncode}:\n{output}")
    largest = max(usage.ru_maxrss for usage in usages) * MAXRSS / 1e6
    return Cost(sum(u.ru_utime + u.ru_stime for u in usages), wall), Peak(**seen, largest=largest)


def _orphans() -> Iterator[resource.struct_rusage]:
    """What the adopted processes used, each when it has ended."""
    with suppress(ChildProcessError):
        while True:
            yield os.wait4(-1, 0)[2]


@contextmanager
def _watched(first: int) -> Iterator[dict[str, float]]:
    """The peaks of our descendants by what they are, known as long as they live (Linux)."""
    seen: dict[str, float] = {}
    done = Event()

    def look() -> None:
        while not done.wait(LOOK):
            for role, size in _sizes(first):
                seen[role] = max(seen.get(role, 0.0), size)

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _sizes(first: int) -> Iterator[tuple[str, float]]:
    """What each of our descendants is, and its peak so far: VmHWM of proc_pid_status(5), in MB."""
    status = {pid: rows for pid in _numbers() if (rows := _status(pid))}
    ours = {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, rows in status.items() if int(rows["PPid"]) in ours} - ours
        ours |= more
        grown = bool(more)
    for pid in ours - {os.getpid()}:
        peak = status[pid].get("VmHWM", "0 kB")
        yield _role(pid, first), int(peak.split()[0]) * 1024 / 1e6


def _numbers() -> list[int]:
    with suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    return []


def _status(pid: int) -> dict[str, str]:
    """What the kernel says of a process; nothing when it has ended."""
    with suppress(OSError):
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (row.partition(":") for row in rows)}
    return {}


def _role(pid: int, first: int) -> str:
    if pid == first:
        return "first"
    with suppress(OSError):
        return (
            "worker"
            if b"multiprocessing.forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
            else "other"
        )
    return "other"


def arguments(description: str, jobs: int) -> argparse.ArgumentParser:
    """What every benchmark of a course of copies can be told."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--content", type=Path, default=ROOT / "content", metavar="DIR")
    parser.add_argument("--modules", type=int, default=35, metavar="N")
    parser.add_argument("--jobs", type=int, default=jobs, metavar="N")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="repeat, and keep the least")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write seconds and ratios there too")
    return parser


# --- several runs, and what is said of them ------------------------------------------------------


def least(runs: Sequence[Mapping[str, Cost]]) -> dict[str, Cost]:
    """The least of each case."""
    return {
        case: Cost(min(run[case].cpu for run in runs), min(run[case].wall for run in runs))
        for case in runs[0]
    }


def most(peaks: Sequence[Peak]) -> Peak:
    """The most of each kind."""
    names = [field.name for field in fields(Peak)]
    return Peak(**{name: max(getattr(peak, name) for peak in peaks) for name in names})


def ratios(costs: Mapping[str, Cost]) -> dict[str, Cost]:
    """Each cost divided by that of the first case, the baseline."""
    base = next(iter(costs.values()))
    return {case: Cost(spent.cpu / base.cpu, spent.wall / base.wall) for case, spent in costs.items()}


def table(costs: Mapping[str, Cost]) -> str:
    """The ratios as a Markdown table."""
    rows = [f"| {case} | {ratio.cpu:.2f} | {ratio.wall:.2f} |" for case, ratio in ratios(costs).items()]
    return "\n".join(["| Case | CPU ÷ baseline | Wall ÷ baseline |", "| --- | ---: | ---: |", *rows])


def record(costs: Mapping[str, Cost], modules: int, jobs: int, runs: int) -> dict[str, object]:
    """What the JSON file holds: the setting, the seconds, the ratios."""
    return {
        "modules": modules,
        "jobs": jobs,
        "runs": runs,
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "tools": {name: version(name) for name in TOOLS},
        "seconds": {case: asdict(spent) for case, spent in costs.items()},
        "ratios": {case: asdict(ratio) for case, ratio in ratios(costs).items()},
    }
