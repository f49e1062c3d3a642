"""Run jobs: those whose result is known come from the cache, the rest go to the executor."""

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import redirect_stdout

from pipeline import cache
from pipeline.model import Artifact, Job
from pipeline.targets import TARGETS

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
    total, made = len(stale), 0
    for artifact in _made(stale, pool, workers):
        made += 1
        cache.put(keys[artifact.job.path], artifact)
        done[artifact.job.path] = artifact
        progress(artifact.job.path, made, total)
    return tuple(done[job.path] for job in jobs), made


def _made(jobs: Sequence[Job], pool: Callable[[], Executor], workers: int) -> Iterator[Artifact]:
    if workers == 1 or len(jobs) < 2:
        yield from map(run, jobs)
        return
    futures = [pool().submit(run, job) for job in jobs]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def run(job: Job) -> Artifact:
    """Render one job; what a worker process does. What libraries print meanwhile is dropped."""
    with redirect_stdout(io.StringIO()):
        return TARGETS[job.target].render(job)
