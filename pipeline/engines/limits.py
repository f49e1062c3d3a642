"""Limits of time and memory for work on somebody else's text (getrlimit(2), setitimer(2)).

A document can be short and still ask a layout engine for hours or for all memory. Work done under
`limited` ends with an exception instead, in the process that does it.
"""

import resource
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TypeVar

from pipeline.diagnostics import EnvironmentProblem

R = TypeVar("R")

SECONDS = 180.0
"""CPU time of one piece. A long module takes about three."""
MEMORY = 3 << 30
"""Bytes of address space of a process that sets pieces. One that has set a long module uses a fifth."""


STALLED = 1800.0
"""Seconds in which some call ends, on the slowest machine: each has a limit of CPU time."""


class TooMuch(Exception):
    """Work that asked for more time or memory than it may have; the text says of what."""


@contextmanager
def limited(seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[None]:
    """Raise TooMuch when what is done inside uses more CPU seconds, or asks for more memory.

    Time is only watched in a process's main thread: signals go there.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    lower = memory if before[1] == resource.RLIM_INFINITY else min(memory, before[1])
    with suppress(ValueError, OSError):  # macOS has the limit, and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (lower, before[1]))
    try:
        with _watched(seconds):
            yield
    except (MemoryError, RecursionError) as problem:
        what = "memory" if isinstance(problem, MemoryError) else "levels of nesting"
        raise TooMuch(what) from problem
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(signal: int, frame: FrameType | None) -> None:
        raise TooMuch(f"time, more than {seconds:.0f} s")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def ended(futures: Iterable[Future[R]], pool: Executor) -> Iterator[Future[R]]:
    """Calls of a pool as they end. Raises EnvironmentProblem when none does any more: what hangs outside Python's
    reach no limit in a worker ends. The workers are ended then."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, STALLED, FIRST_COMPLETED)
        if not done:
            for process in list(getattr(pool, "_processes", {}).values()):
                process.kill()
            raise EnvironmentProblem(
                f"no worker has come to an end of anything for {STALLED:.0f} s: they hang"
            )
        yield from done
