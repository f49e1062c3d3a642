"""Dask's `distributed`: calls done by workers of many machines, behind an executor.

A worker is asked by `work`. It does nothing of a call itself but hands it, pickled as it came, to a process
apart (`apart`): so limits hold there, a call that ends its process ends no worker, and a worker need not be
started anew when the pipeline's code has changed. What is lost with a worker the scheduler gives to another.
"""

import asyncio
import logging
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pipeline import cache
from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines import apart
from pipeline.engines.apart import PROTOCOL, Apart, Ended, packed
from pipeline.model import Theme

R = TypeVar("R")
RETRIES = 2
"""How often a call is repeated whose process has ended. Calls of lost workers are repeated as often as the
scheduler says (`distributed.scheduler.allowed-failures`)."""
PATIENCE = 60.0
"""Seconds that a build waits for a worker where there is none."""
MISSING = 'distributed is missing: pip install "course-pipeline[dask]", or build with --executor local'


OWN = (Path(__file__), Path(apart.__file__))
LOADED = sha256(b"".join(path.read_bytes() for path in OWN)).hexdigest()
"""The code of the pipeline that scheduler and workers run themselves; all else is loaded in processes apart."""


def loaded() -> str:
    """That of the process that is asked."""
    return LOADED


# --- in a worker ---------------------------------------------------------------------------------

_idle: list[Apart] = []


def work(call: bytes, digests: Sequence[str], *themes: bytes) -> bytes:
    """The answer of a process apart, which is kept for the next call. Raises Ended."""
    try:
        process = _idle.pop()
    except IndexError:
        process = Apart(_code())
    answer = process.answer(call, dict(zip(digests, themes, strict=True)))
    _idle.append(process)
    return answer


def held(data: bytes) -> bytes:
    """What other calls need: a call itself, so that the scheduler has it made again where it is lost."""
    return data


async def look(call: bytes, digests: Sequence[str], *themes: bytes) -> bytes:
    """The same, of a process that runs the code as it is now; for `Client.run`, which waits for no other call."""
    code = _code()
    for process in [process for process in _idle if process.code != code]:
        with suppress(ValueError):  # it is at work again
            _idle.remove(process)
            process.close()
    return await asyncio.to_thread(work, call, digests, *themes)


def _code() -> str:
    return cache.code_digest.__wrapped__()


# --- in the build --------------------------------------------------------------------------------


class Farm(Executor):
    """The workers of a scheduler. `threads` says how many calls each can do at once."""

    def __init__(self, client: Any, address: str, patience: float) -> None:
        self._client, self._address, self._patience = client, address, patience
        self._asked = client.get_executor(pure=False, retries=RETRIES)
        self._open: dict[Future[Any], Future[bytes]] = {}
        self._gone = ""
        self._themes: dict[str, Any] = {}
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._watched, name="dask-watch", daemon=True)
        self._watch.start()

    @property
    def threads(self) -> dict[str, int]:
        return dict(self._client.nthreads())

    def submit(self, function: Callable[..., R], /, *arguments: Any, **named: Any) -> "Future[R]":
        """The future of a call. It ends with BrokenExecutor where each process that is given it ends, and with
        EnvironmentProblem where nobody is left to do it."""
        assert not named, "calls have no named arguments"
        if self._gone:
            raise EnvironmentProblem(self._gone)
        future: Future[R] = Future()
        call, themes = packed(function, arguments)
        sent = [self._sent(digest, theme) for digest, theme in themes.items()]
        asked = self._asked.submit(work, call, list(themes), *sent)
        self._open[future] = asked
        future.add_done_callback(self._over)
        asked.add_done_callback(lambda asked: self._answered(future, asked))
        return future

    def _sent(self, digest: str, theme: Theme) -> Any:
        """A theme, sent to the scheduler once; each worker that needs it gets it from there or from another."""
        if digest not in self._themes:
            data = pickle.dumps(theme, protocol=PROTOCOL)
            self._themes[digest] = self._client.submit(held, data, pure=False)
        return self._themes[digest]

    def everywhere(self, function: Callable[..., R], *arguments: Any) -> dict[str, R | Exception]:
        """What each worker says to a call, by the worker's address."""
        call, themes = packed(function, arguments)
        sent = [pickle.dumps(theme, protocol=PROTOCOL) for theme in themes.values()]
        said = self._client.run(look, call, list(themes), *sent, on_error="return")
        return {name: _opened(answer) for name, answer in sorted(said.items())}

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._closed.set()
        for future in list(self._open):
            future.cancel()
        self._watch.join()

    def _over(self, future: "Future[Any]") -> None:
        """Nobody waits for this one any more: the scheduler need not either."""
        asked = self._open.pop(future, None)
        if asked and not asked.done():
            asked.cancel()

    def _answered(self, future: "Future[Any]", asked: "Future[bytes]") -> None:
        if future.done():  # it was cancelled or given up, and this is what came of it
            return
        problem: BaseException | None = None
        value = None
        if asked.cancelled():
            self._gone = f"the scheduler at {self._address} is gone"
            problem = EnvironmentProblem(self._gone)
        else:
            problem = asked.exception()
            if isinstance(problem, Ended):
                problem = BrokenExecutor(f"a worker's process was ended {problem}, {RETRIES + 1} times,")
            elif type(problem).__name__ == "KilledWorker":
                problem = BrokenExecutor("one worker after the other was lost")
            elif problem is None:
                good, value = pickle.loads(asked.result())
                problem, value = (None, value) if good else (value, None)
        with suppress(InvalidStateError):  # just now
            if problem is None:
                future.set_result(value)
            else:
                future.set_exception(problem)

    def _watched(self) -> None:
        """Give up what is open when there has been no worker for too long."""
        seen = time.monotonic()
        while not self._closed.wait(min(1.0, self._patience / 4)):
            with suppress(Exception):  # a scheduler that is gone ends all that is open by itself
                if self._client.nthreads():
                    seen, self._gone = time.monotonic(), ""
            if time.monotonic() - seen >= self._patience:
                said = (
                    f"all workers of {self._address} are gone, and none has come for {self._patience:.0f} s"
                )
                self._gone = f"{said}: start some, and build again"
                for future in list(self._open):
                    with suppress(InvalidStateError):
                        future.set_exception(EnvironmentProblem(self._gone))


def _opened(answer: Any) -> Any:
    return pickle.loads(answer)[1] if isinstance(answer, bytes) else answer


@contextmanager
def farm(address: str, patience: float = PATIENCE) -> Iterator[Farm]:
    """The workers of the scheduler at this address (`tcp://HOST:PORT`, `tls://HOST:PORT`).

    Raises EnvironmentProblem where there is no scheduler, or no worker.
    """
    client = _client(address, patience)
    try:
        executor = Farm(client, address, patience)
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)
    finally:
        with suppress(Exception):
            client.close(timeout=5)


def _client(address: str, patience: float) -> Any:
    try:
        from distributed import Client
    except ImportError as problem:
        raise EnvironmentProblem(MISSING) from problem
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said by the build
    warnings.filterwarnings("ignore", module=r"distributed\..*")
    try:
        connected: Any = Client
        client = connected(address, set_as_default=False, timeout=min(10.0, patience))
    except (OSError, TimeoutError, ValueError) as problem:
        said = f"no Dask scheduler answers at {address}"
        raise EnvironmentProblem(f"{said}: start one (docs/scale.md), or name another address") from problem
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as problem:
        client.close()
        said = f"the scheduler at {address} has no workers"
        raise EnvironmentProblem(f"{said}: start some with `dask worker {address}`") from problem
    others = _others(client)
    if others:
        client.close()
        said = (
            f"{', '.join(others)} cannot load this pipeline, or another version of it has been loaded there"
        )
        raise EnvironmentProblem(f"{said}: start it anew, with the same packages")
    return client


def _others(client: Any) -> list[str]:
    """The scheduler and the workers that run other code of this module."""
    try:
        at_scheduler = client.run_on_scheduler(loaded)
    except Exception as problem:
        at_scheduler = problem
    said = client.run(loaded, on_error="return")
    return [
        name
        for name, answer in {"the scheduler": at_scheduler, **dict(sorted(said.items()))}.items()
        if answer != LOADED
    ]
