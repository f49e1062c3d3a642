"""Run jobs: those whose result is known come from the cache, the rest go to the executor."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline import cache
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, InvalidCourse, Span, error
from pipeline.engines.limits import TooMuch, ended, limited
from pipeline.model import Artifact, Job, Made, Piece
from pipeline.targets import TARGETS
from pipeline.trace import traced

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]
"""Called with what was done last, how much is done, and how much there is to do."""


@traced("stage")
def render(
    jobs: Sequence[Job], pool: Callable[[], Executor], workers: int, progress: Progress
) -> tuple[tuple[Artifact, ...], int]:
    """The artifacts in the order of their jobs, and how many of them had to be made.

    A failing job ends the build with its own exception; nothing has been written by then.
    """
    first = list({job.path: job for job in (job.needs or job for job in jobs)}.values())
    later = [job for job in jobs if job.needs]
    known = _remembered(first)
    known |= _remembered([_told(job, known) for job in later if job.needs and job.needs.path in known])
    later = [job for job in later if job.path not in known]
    stale = [job for job in first if job.path not in known]
    pieces = _stale_pieces([*stale, *later]) if cache.folder() else []
    count = _Count(progress, len(pieces) + len(stale) + len(later))
    for _ in _made(pieces, compiled, pool, workers):
        count.one("pieces of books and decks")
    done = known | _artifacts(stale, pool, workers, count)
    told = [_told(job, done) for job in later]
    same = _remembered(told)
    count.total -= len(same)
    fresh = [job for job in told if job.path not in same]
    done |= same | _artifacts(fresh, pool, workers, count)
    made = {job.path for job in (*stale, *fresh)} & {job.path for job in jobs}
    return tuple(done[job.path] for job in jobs), len(made)


def rendered(job: Job) -> Artifact:
    """The artifact of one job, with the pieces that it needs; made in this process, and kept in the cache."""

    def nobody() -> Executor:
        raise AssertionError("one worker works alone")

    (artifact,), _ = render((job,), nobody, 1, lambda what, made, total: None)
    return artifact


@dataclass
class _Count:
    """How far it is."""

    progress: Progress
    total: int
    made: int = 0

    def one(self, what: str) -> None:
        self.made += 1
        self.progress(what, self.made, self.total)


def _told(job: Job, done: Mapping[str, Artifact]) -> Job:
    """The job with what it is told of the file that it needs."""
    return replace(job, needs=None, told=done[job.needs.path].tells) if job.needs else job


def remembered(job: Job) -> Artifact | None:
    """The artifact of a job, where the cache holds it."""
    found = cache.get(cache.key("render", job))
    return found if isinstance(found, Artifact) else None


def _remembered(jobs: Sequence[Job]) -> dict[str, Artifact]:
    """The artifacts that the cache holds, by path."""
    names = {job.path: cache.key("render", job) for job in jobs}
    cache.ahead(names.values())
    held = ((path, cache.get(name)) for path, name in names.items())
    return {path: found for path, found in held if isinstance(found, Artifact)}


def _artifacts(
    jobs: Sequence[Job], pool: Callable[[], Executor], workers: int, count: _Count
) -> dict[str, Artifact]:
    """Files that the cache does not hold, by path; it does afterwards."""
    done: dict[str, Artifact] = {}

    def keep(job: Job, artifact: Artifact) -> None:
        done[job.path] = artifact
        cache.put(cache.key("render", job), artifact)
        count.one(job.path)

    whole = {job.path: job for job in jobs}
    for path, found in _made([_slim(job) if cache.folder() else job for job in jobs], _run, pool, workers):
        if found:
            keep(whole[path], found)
    lost = [job for job in jobs if job.path not in done]
    for _ in _made(_stale_pieces(lost), compiled, pool, workers):
        pass
    for path, found in _made([_slim(job) for job in lost], _run, pool, workers):
        keep(whole[path], found or run(whole[path]))
    return done


def _stale_pieces(jobs: Sequence[Job]) -> list[Piece]:
    """The pieces that are not known yet, each once, the largest first."""
    pieces = {_name(piece): piece for job in jobs for piece in job.pieces if isinstance(piece, Piece)}
    cache.ahead(pieces)
    stale = [piece for name, piece in pieces.items() if not cache.has(name)]
    return sorted(stale, key=lambda piece: -piece.weight)


def _name(piece: Piece) -> str:
    return cache.call(piece.make, piece.inputs)


def _slim(job: Job) -> Job:
    """The job with the names of its pieces instead of all that they are made of: a worker gets no more."""
    return replace(job, pieces=tuple(Made(_name(p)) if isinstance(p, Piece) else p for p in job.pieces))


@traced("piece", lambda piece: f"{piece.make.__name__} {piece.at or ''}".strip())
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
        yield from (future.result() for future in ended(futures, pool()))
    except BrokenExecutor as problem:
        lost = [thing for future, thing in futures.items() if future.done() and _problem(future) is problem]
        left = [str(thing.at) for thing in lost if isinstance(thing, Piece) and thing.at]
        among = f" at work on {'one of ' * (len(left) > 1)}{', '.join(left[:workers])}" if left else ""
        what = "a worker process was ended" if isinstance(problem, BrokenProcessPool) else str(problem)
        raise EnvironmentProblem(f"{what}{among}; is there enough memory?") from problem
    finally:
        for future in futures:
            future.cancel()


def _problem(future: Future[R]) -> BaseException | None:
    return None if future.cancelled() else future.exception()


def _run(job: Job) -> tuple[str, Artifact | None]:
    """Render one job; what a worker process does. No artifact where a piece cannot be read; `has` tells the truth
    of all its pieces then."""
    try:
        with limited(JOB):
            return job.path, run(job)
    except TooMuch as problem:
        raise InvalidCourse([_too_large(job, str(problem))]) from problem
    except cache.Lost:
        for piece in job.pieces:
            cache.get(_name(piece) if isinstance(piece, Piece) else piece.name)
        return job.path, None


JOB = 900.0
"""CPU time of one file; the longest call is the one that links the complete book and sets its index."""


def _too_large(job: Job, what: str) -> Diagnostic:
    return error("V103", Span(job.path), f"making this file takes too much {what}", "Part the course in two.")


@traced("file", lambda job: job.path)
def run(job: Job) -> Artifact:
    """Render one job. What it was made of is not kept."""
    artifact = _quietly(lambda: TARGETS[job.target].render(job))
    return replace(artifact, job=replace(job, inputs=(), pieces=(), told=None, mentions=()))


def _quietly(make: Callable[[], R]) -> R:
    """What libraries print meanwhile is dropped."""
    with redirect_stdout(io.StringIO()):
        return make()
