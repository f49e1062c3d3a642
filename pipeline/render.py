"""Run jobs: those whose result is known come from the cache, the rest go to the executor."""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stdout
from dataclasses import replace
from typing import TypeVar

from pipeline import cache
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, InvalidCourse, Span, error
from pipeline.engines.limits import TooMuch, limited
from pipeline.model import Artifact, Job, Made, Piece
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
        known = cache.get(keys[job.path])
        if isinstance(known, Artifact):
            done[job.path] = known
    stale = [job for job in jobs if job.path not in done]
    pieces = _stale_pieces(stale) if cache.folder() else []
    stale = [_slim(job) for job in stale] if cache.folder() else stale
    total, made = len(pieces) + len(stale), 0
    for _ in _made(pieces, compiled, pool, workers):
        made += 1
        progress("pieces of books", made, total)
    whole = {job.path: job for job in jobs}
    for path, found in _made(stale, _run, pool, workers):
        artifact = found or run(whole[path])
        made += 1
        cache.put(keys[artifact.job.path], artifact)
        done[artifact.job.path] = artifact
        progress(artifact.job.path, made, total)
    return tuple(done[job.path] for job in jobs), len(stale)


def _stale_pieces(jobs: Sequence[Job]) -> list[Piece]:
    """The pieces that are not known yet, each once, the largest first."""
    pieces = {_name(piece): piece for job in jobs for piece in job.pieces if isinstance(piece, Piece)}
    stale = [piece for name, piece in pieces.items() if not cache.has(name)]
    return sorted(stale, key=lambda piece: -piece.weight)


def _name(piece: Piece) -> str:
    return cache.call(piece.make, piece.inputs)


def _slim(job: Job) -> Job:
    """The job with the names of its pieces instead of all that they are made of: a worker gets no more."""
    return replace(job, pieces=tuple(Made(_name(p)) if isinstance(p, Piece) else p for p in job.pieces))


def compiled(piece: Piece) -> None:
    """Make a piece, and leave it in the cache; what a worker process does. Raises InvalidCourse when it
    needs more than a piece may have."""
    try:
        with limited():
            _quietly(lambda: cache.called(piece.make, piece.inputs))
    except TooMuch as problem:
        raise InvalidCourse([_too_much(piece, str(problem))]) from problem


def _too_much(piece: Piece, what: str) -> Diagnostic:
    remedy = (
        "Look for what is huge or deeply nested: a table, a list, a picture. Part it, or make it simpler."
    )
    return error("V103", piece.at or Span("course.yml"), f"setting this text takes too much {what}", remedy)


def _made(
    things: Sequence[T], make: Callable[[T], R], pool: Callable[[], Executor], workers: int
) -> Iterator[R]:
    """What `make` makes of each thing, as soon as it is made."""
    if workers == 1 or len(things) < 2:
        yield from map(make, things)
        return
    futures = {pool().submit(make, thing): thing for thing in things}
    try:
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as problem:
        left = [str(thing.at) for thing in futures.values() if isinstance(thing, Piece) and thing.at]
        among = f" at work on one of {', '.join(left[:workers])}" if left else ""
        raise EnvironmentProblem(f"a worker process was ended{among}; is there enough memory?") from problem
    finally:
        for future in futures:
            future.cancel()


def _run(job: Job) -> tuple[str, Artifact | None]:
    """Render one job; what a worker process does. No artifact where a piece cannot be read."""
    try:
        return job.path, run(job)
    except cache.Lost:
        return job.path, None


def run(job: Job) -> Artifact:
    """Render one job. What it was made of is not kept."""
    artifact = _quietly(lambda: TARGETS[job.target].render(job))
    return replace(artifact, job=replace(job, inputs=(), pieces=()))


def _quietly(make: Callable[[], R]) -> R:
    """What libraries print meanwhile is dropped."""
    with redirect_stdout(io.StringIO()):
        return make()
