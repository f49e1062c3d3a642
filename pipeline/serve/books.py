"""Books of a preview: built as `course build` builds them, in a process of their own, while pages stay quick."""

import tempfile
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from types import TracebackType

from pipeline.model import Settings


class Books:
    """The books of one session, in a folder of their own: `with Books(settings) as books`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = tempfile.TemporaryDirectory(prefix="course-preview-")
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()
        self._asked: dict[str, tuple[str, Future[bytes]]] = {}

    def __enter__(self) -> "Books":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()

    def restart(self) -> None:
        """Have the next book built by another process; this one ends when it has done what it is doing."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(wait=False)

    def asked(self, path: str, target: str, edition: str, version: str) -> "Future[bytes]":
        """The book of this version of the course, being built, or built. Its result raises what the build raised."""
        with self._lock:
            known, future = self._asked.get(path, ("", None))
            if future is None or known != version or (future.done() and future.exception()):
                out = Path(self._folder.name) / "release"
                future = self._submitted(
                    replace(self._settings, out=out, targets=(target,), editions=(edition,)), path
                )
                self._asked[path] = version, future
            return future

    def version(self, path: str) -> str:
        """The version of the course of which a book is; "" where there is none."""
        known, future = self._asked.get(path, ("", None))
        return known if future and future.done() and not future.exception() else ""

    def _submitted(self, settings: Settings, path: str) -> "Future[bytes]":
        try:
            return self._process().submit(_build, settings, path)
        except BrokenProcessPool:
            self._pool = None
            return self._process().submit(_build, settings, path)

    def _process(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        return self._pool


def _build(settings: Settings, path: str) -> bytes:
    """Build one book; what the process of the books does."""
    from pipeline.build import build

    build(settings, lambda what, made, total: None)
    return (settings.out / path).read_bytes()
