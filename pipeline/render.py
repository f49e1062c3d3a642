"""Run jobs: those whose result is known come from the cache, the rest go to the executor."""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import redirect_stdout
from typing import TypeVar

from pipeline import cache
from pipeline.model import Artifact, Job, Piece
from pipeline.targets import TARGETS

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]
"""Called with what was done last, how much is done, and how much there is to do."""


def render(
    jobs: Sequence[Job], pool: Callable[[], Executor], workers: int, progress: Progress
) -> tuple[tuple[Artifact, ...], int]:
    """The artifacts in the order of their jobs, and how many of them had to be made.

    A failing job ends the build with its own exception; nothing has been written by then.
    """
    keys = {job.path: cache.key("render", job) for job in jobs}
    done: dict[str, Artifact] = {}
    for job in jobs:
        found = cache.get(keys[job.path])
        if isinstance(found, Artifact):
            done[job.path] = found
    stale = [job for job in jobs if job.path not in done]
    pieces = _stale_pieces(stale) if cache.folder() else []
    total, made = len(pieces) + len(stale), 0
    for _ in _made(pieces, compiled, pool, workers):
        made += 1
        progress("pieces of books", made, total)
    for artifact in _made(stale, run, pool, workers):
        made += 1
        cache.put(keys[artifact.job.path], artifact)
        done[artifact.job.path] = artifact
        progress(artifact.job.path, made, total)
    return tuple(done[job.path] for job in jobs), len(stale)


def _stale_pieces(jobs: Sequence[Job]) -> list[Piece]:
    """The pieces that are not known yet, each once, the largest first."""
    pieces = {_name(piece): piece for job in jobs for piece in job.pieces}
    stale = [piece for name, piece in pieces.items() if not cache.has(name)]
    return sorted(stale, key=lambda piece: -piece.weight)


def _name(piece: Piece) -> str:
    return cache.call(piece.make, piece.inputs)


def compiled(piece: Piece) -> None:
    """Make a piece, and leave it in the cache; what a worker process does."""
    _quietly(lambda: cache.called(piece.make, piece.inputs))


def _made(
    things: Sequence[T], make: Callable[[T], R], pool: Callable[[], Executor], workers: int
) -> Iterator[R]:
    """What `make` makes of each thing, as soon as it is made."""
    if workers == 1 or len(things) < 2:
        yield from map(make, things)
        return
    futures = [pool().submit(make, thing) for thing in things]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def run(job: Job) -> Artifact:
    """Render one job; what a worker process does."""
    return _quietly(lambda: TARGETS[job.target].render(job))


def _quietly(make: Callable[[], R]) -> R:
    """What libraries print meanwhile is dropped."""
    with redirect_stdout(io.StringIO()):
        return make()
