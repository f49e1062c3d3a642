"""Who does the work of a build: processes of this machine, or Dask's workers, looked at before they are given any.

A worker of another machine must give the bytes that this one would: the same code, packages, theme and
libraries. And it must see the same cache, where pieces of books are handed on by their names.
"""

import os
import platform
import secrets
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache as once
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline import cache
from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines.guarded import enter
from pipeline.engines.libraries import libraries
from pipeline.model import Settings, Theme

if TYPE_CHECKING:
    from pipeline.engines.dask import Farm

R = TypeVar("R")
LOCAL = "local"


class Workers:
    """An executor that is started when somebody asks for it; `jobs` is how much it does at once."""

    def __init__(self, jobs: int, start: Callable[[], Executor]) -> None:
        self.jobs, self._start = jobs, start
        self._started: Executor | None = None

    def __call__(self) -> Executor:
        if self._started is None:
            self._started = self._start()
        return self._started

    def close(self) -> None:
        """End what was started; who asks again gets others."""
        if self._started is not None:
            self._started.shutdown(wait=True, cancel_futures=True)
        self._started = None


@contextmanager
def workers(settings: Settings, *preload: str) -> Iterator[Workers]:
    """The workers that the settings name. Those of this machine are forked from a process that has imported what
    `preload` names.

    Raises EnvironmentProblem where there are none, or one that must not be given work.
    """
    with _hired(settings, preload) as hired:
        try:
            yield hired
        except BrokenExecutor as problem:
            raise EnvironmentProblem(f"a worker was lost ({problem}); is there enough memory?") from problem


@contextmanager
def _hired(settings: Settings, preload: tuple[str, ...]) -> Iterator[Workers]:
    if settings.executor != LOCAL:
        from pipeline.engines.dask import farm

        with farm(settings.executor.replace("dask://", "tcp://", 1)) as there:
            yield looked_at(there, settings)
        return
    own = Workers(settings.jobs, partial(_pool, settings.jobs, preload))
    try:
        yield own
    finally:
        own.close()


def _pool(jobs: int, preload: tuple[str, ...]) -> Executor:
    import multiprocessing

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(["pipeline.document", *preload])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=enter, initargs=(os.getpid(),))


# --- other machines ------------------------------------------------------------------------------


class Stamped(Executor):
    """Workers that refuse a call when they are not as those that were looked at: one may come later."""

    def __init__(self, there: "Farm", stamp: Mapping[str, str]) -> None:
        self._there, self._stamp = there, dict(stamp)

    def submit(self, function: Callable[..., R], /, *arguments: Any, **named: Any) -> "Future[R]":
        return self._there.submit(called, self._stamp, function, arguments)


def looked_at(there: "Farm", settings: Settings) -> Workers:
    """These workers, when each is as this machine is. Raises EnvironmentProblem, with the difference."""
    from pipeline.load import load_theme

    own = reported()
    theme = load_theme(settings.theme)
    shared, said = _left(), []
    answers = there.everywhere(answered, theme, shared)
    for name, answer in answers.items():
        if isinstance(answer, Exception):
            said.append(f"{name} cannot do any work: {type(answer).__name__}: {answer}")
            continue
        stamp, has_theme, reads, wrote = answer
        said += [f"{name} has {line}" for line in _differences(stamp, own)]
        if not has_theme:
            said.append(f"{name} has another theme in {theme.folder}, or none")
        if shared and not (reads and cache.has(wrote)):
            said.append(f"{name} does not share this cache, {cache.folder()}: {CACHE}")
        cache.drop(wrote)
    cache.drop(shared)
    if said:
        raise EnvironmentProblem("; ".join(said[:SHOWN]) + (f"; and {rest}" if (rest := _rest(said)) else ""))
    executor = Stamped(there, own)
    return Workers(max(2, sum(there.threads.values())), lambda: executor)


SHOWN = 6
CACHE = "give all machines one folder by COURSE_CACHE=DIR, or build with COURSE_CACHE=off"


def _rest(said: list[str]) -> str:
    return f"{len(said) - SHOWN} more" if len(said) > SHOWN else ""


def _left() -> str:
    """The name of a new entry of the cache, for others to read; '' where there is no cache."""
    if cache.folder() is None:
        return ""
    name = secrets.token_hex(32)
    cache.put(name, name)
    return name


def _differences(stamp: Mapping[str, str], own: Mapping[str, str]) -> Iterator[str]:
    for what in sorted({*stamp, *own}):
        there, here = stamp.get(what, "none"), own.get(what, "none")
        if there != here:
            yield f"{what} {there}, this machine {here}"


def answered(theme: Theme, shared: str) -> tuple[dict[str, str], bool, bool, str]:
    """What a worker says of itself: its report, whether it has this theme, whether it can read the entry `shared`
    of the cache, and the name of an entry that it has left there."""
    from pipeline.load import load_theme

    has_theme = load_theme(Path(theme.folder)).digest == theme.digest
    reads = bool(shared) and cache.get(shared) == shared
    return dict(reported()), has_theme, reads, _left() if shared else ""


@once
def reported() -> Mapping[str, str]:
    """What the bytes of a release depend on, beside its sources: versions of all that takes part, by name."""
    return {
        "Python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "pipeline": cache.code_digest()[:16],
        **libraries(),
        **{name: _version(name) for name in _pinned()},
    }


def _pinned() -> list[str]:
    pins = (cache.ROOT / "requirements" / "build.txt").read_text(encoding="utf-8").splitlines()
    return ["distributed", *(line.split("==")[0] for line in pins if "==" in line)]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def called(stamp: Mapping[str, str], function: Callable[..., R], arguments: tuple[Any, ...]) -> R:
    """A call, of a worker that has this report. Raises EnvironmentProblem with the difference where it has not."""
    said = list(_differences(reported(), stamp))
    if said:
        raise EnvironmentProblem(f"a worker on {platform.node()} has come with {'; '.join(said[:SHOWN])}")
    return function(*arguments)
