"""Where the time of a command goes: with `COURSE_TRACE=FILE` each stage and each call of a worker is noted there.

The file is in the array form of Chrome's Trace Event Format, which Perfetto and chrome://tracing open: one complete
event ("ph": "X") a line, `ts` and `dur` in microseconds of CLOCK_MONOTONIC, and no bracket at the end, so that
processes can append to it at once. `args` has what else it took: `cpu`, seconds of the process and of programs that
it has waited for, and `peak`, the most memory in MB that the process has held so far.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
VARIABLE = "COURSE_TRACE"
MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss` (getrusage(2))."""


def traced(kind: str, name: Callable[..., str] | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Note each call of a function; `name` says which one it is, from what the function is given."""

    def noted(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def called(*given: P.args, **named: P.kwargs) -> R:
            if VARIABLE not in os.environ:
                return function(*given, **named)
            with span(kind, name(*given, **named) if name else function.__name__):
                return function(*given, **named)

        return called

    return noted


@contextmanager
def span(kind: str, name: str) -> Iterator[None]:
    """Note what is done inside, where a trace is asked for."""
    path = os.environ.get(VARIABLE)
    if not path:
        yield
        return
    import resource

    began, cpu = time.monotonic_ns(), _cpu()
    try:
        yield
    finally:
        taken = time.monotonic_ns() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS / 1e6
        _append(
            Path(path),
            {
                **{"name": name, "cat": kind, "ph": "X", "ts": began / 1000, "dur": taken / 1000},
                **{"pid": os.getpid(), "tid": threading.get_native_id()},
                "args": {"cpu": round(_cpu() - cpu, 6), "peak": round(peak, 1)},
            },
        )


def _cpu() -> float:
    """Seconds of this process, and of those that it has waited for."""
    import resource

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _append(path: Path, event: dict[str, Any]) -> None:
    """One write for each line: with O_APPEND those of several processes do not mix."""
    new = not path.exists()
    with path.open("ab", buffering=0) as file:
        file.write(b"[\n" * new + json.dumps(event).encode() + b",\n")
