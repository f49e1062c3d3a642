"""The preview as it is now, and its files.

One thread reads the course (`Session.read`); those of the requests ask for files. A file is made by a worker
process, as in a build: there its limits hold, and what goes wrong there ends no preview.
"""

import traceback
from collections.abc import Sequence
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePosixPath
from threading import Condition, Lock
from time import monotonic
from types import TracebackType

from pipeline import cache, schema
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, InvalidCourse, Severity
from pipeline.document import Compiled
from pipeline.model import Artifact, Job, ReleasedFile, Settings
from pipeline.render import remembered, rendered
from pipeline.serve.books import Books
from pipeline.serve.reading import BOOKS, PLANNED, Preview, read
from pipeline.standing import MANIFEST, SUMS, read_report, released
from pipeline.targets.site import last
from pipeline.workers import workers

NEEDED = ("pipeline.targets.site", "pipeline.targets.slides")
"""What a worker has imported before it is asked."""


@dataclass(frozen=True, slots=True)
class State:
    """What there is to show after `number` readings: the last preview that could be made, what there is to say of
    the sources as they are now, and whether those are behind the preview (`broken`). `failure` is what went wrong
    with the pipeline itself."""

    number: int = 0
    preview: Preview | None = None
    findings: tuple[Diagnostic, ...] = ()
    broken: bool = False
    failure: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to send. `tag` changes when what a browser shows of it may change."""

    media_type: str
    data: bytes
    tag: str


class Session:
    """A preview that follows its sources: `with Session(settings) as session`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = replace(settings, severity=Severity.ERROR + 1)
        self.state = State()
        self._changed = Condition()
        self._compiled: dict[str, Compiled] = {}
        self._stack = ExitStack()
        self._pooling = Lock()
        self._workers = self._stack.enter_context(workers(self.settings, *NEEDED))
        self.books = self._stack.enter_context(Books(self.settings))

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # --- reading ---------------------------------------------------------------------------------

    def read(self, paths: frozenset[str] = frozenset()) -> str:
        """Read the course anew, `paths` having changed. Never fails: gives a line that says how it went."""
        started = monotonic()
        if any(path.endswith(".schema.json") for path in paths):
            self._forget()
        before = self.state
        try:
            preview, findings = read(self.settings, self.pool, self._compiled)
            state = State(before.number + 1, preview, findings)
        except InvalidCourse as invalid:
            state = State(before.number + 1, before.preview, invalid.findings, broken=True)
        except Exception as problem:  # a preview outlives what a build would end with
            said = str(problem) if isinstance(problem, EnvironmentProblem) else traceback.format_exc()
            state = State(before.number + 1, before.preview, (), broken=True, failure=said)
            if isinstance(problem, BrokenProcessPool):
                self._restart()
        with self._changed:
            self.state = state
            self._changed.notify_all()
        return _told(state, paths, monotonic() - started)

    def after(self, number: int, seconds: float) -> State:
        """The state once there is another than that of this number, or as it is after some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.state.number != number, seconds)
            return self.state

    def pool(self) -> Executor:
        """The worker processes; started when first needed, and anew after one has died."""
        with self._pooling:
            return self._workers()

    def _restart(self) -> None:
        """A worker has died, or knows what has changed since: start others when they are needed."""
        with self._pooling:
            self._workers.close()

    def _forget(self) -> None:
        """Another schema was saved: whoever has read the old one reads again."""
        self._restart()
        self.books.restart()
        cache.code_digest.cache_clear()
        schema.forget()

    # --- files -----------------------------------------------------------------------------------

    def file(self, path: str) -> File | None:
        """The file of the release with this path, made now if need be; None where there is none.

        Raises InvalidCourse where its text cannot be made into it.
        """
        preview = self.state.preview
        if preview is None:
            return None
        if path in preview.jobs:
            return self._made(preview, preview.jobs[path])
        if path in preview.books:
            return _file(self._kind(path), self.book(path).result())
        made = {made.path: made for made in last.files(preview.course, self._listed(preview), preview.theme)}
        if path in made:
            return _file(made[path].media_type, made[path].data, preview.theme.digest)
        return self._left(path)

    def book(self, path: str) -> "Future[bytes]":
        """A book of the course as it is now, being built; one that is there already is not built again."""
        preview = self.state.preview
        assert preview
        return self.books.asked(path, *preview.books[path], preview.version)

    def age(self, path: str) -> str:
        """Of which text a book is, in words."""
        built, preview = self.books.version(path), self.state.preview
        if not built or not preview:
            return "not built yet"
        return "up to date" if built == preview.version else "older than the text"

    def _kind(self, path: str) -> str:
        return "application/pdf" if path.endswith(".pdf") else "application/epub+zip"

    def _made(self, preview: Preview, job: Job) -> File:
        artifact = remembered(job) or self._rendered(job)
        if job.media_type != "text/html":
            return _file(job.media_type, artifact.data)
        shown = "".join(sha256(asset.data).hexdigest() for asset in preview.course.assets)
        of = preview.course.by_id[job.module].document.digest if job.module else ""
        return _file(job.media_type, artifact.data, preview.theme.digest, shown, of)

    def _rendered(self, job: Job) -> Artifact:
        try:
            return self.pool().submit(rendered, job).result()
        except BrokenProcessPool:
            self._restart()
        except CancelledError:  # others were started meanwhile
            pass
        return self.pool().submit(rendered, job).result()

    def _listed(self, preview: Preview) -> Sequence[ReleasedFile]:
        """The files that the site's last files may name: no size where a file is made when it is asked for."""
        jobs = [
            ReleasedFile(job.path, job.target, job.media_type, job.role, 0, "", job.edition, job.module)
            for job in preview.jobs.values()
        ]
        books = [
            ReleasedFile(path, target, "", f"book-{target}", 0, "", edition)
            for path, (target, edition) in preview.books.items()
        ]
        left = [file for file in released(read_report(self.settings.out)) if file.role == "export"]
        return [*jobs, *books, *left]

    def _left(self, path: str) -> File | None:
        """A file that the last build has left, and that a preview does not make: the manifest, a package."""
        out = self.settings.out.resolve()
        files = released(read_report(out))
        listed = {file.path: file.media_type for file in files if file.target not in (*PLANNED, *BOOKS)}
        listed |= {MANIFEST: "application/json", SUMS: "text/plain"} if files else {}
        place = out / PurePosixPath(path)
        if path not in listed or not place.is_file() or place.resolve() != place:
            return None
        return _file(listed[path], place.read_bytes())


def _file(media_type: str, data: bytes, *more: str) -> File:
    return File(media_type, data, sha256(data + repr(more).encode()).hexdigest()[:32])


def _told(state: State, paths: frozenset[str], seconds: float) -> str:
    names = sorted({path.rpartition("/")[2] for path in paths})
    what = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    said = (
        f"{len(state.findings)} finding{'s' * (len(state.findings) != 1)}"
        if state.findings
        else "no findings"
    )
    how = "failed" if state.failure else f"cannot be read, {said}" if state.broken else said
    return f"{what or 'the course'}: {how} ({seconds:.1f} s)"
