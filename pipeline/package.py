"""A release is staged as a whole beside the old one, and then takes its place at once.

Files that this build did not make are carried over from the old release (a hard link each), so that
`build slides` leaves the books alone; what an earlier build made and this one no longer plans is
gone. The swap is one system call where the system has one (renameat2, RENAME_EXCHANGE).
"""

import contextlib
import ctypes
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.diagnostics import Diagnostic, EnvironmentProblem
from pipeline.model import Artifact, Course, Provenance, Release, ReleasedFile, Settings, Theme
from pipeline.standing import GENERATED, MANIFEST, REPORT, SUMS, read_report, released, stamps

if TYPE_CHECKING:
    from pipeline.exports import Packed


RECENT = 50_000_000
"""Nanoseconds: file systems tell times apart that lie further apart than this."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A complete release in a folder beside the one it will replace; its `report` is written last."""

    folder: Path
    files: tuple[ReleasedFile, ...]
    report: Mapping[str, object]


def check_output(out: Path) -> None:
    """Raise EnvironmentProblem unless a release can be published there."""
    out = out.resolve()
    if out in (here := Path.cwd(), *here.parents):
        raise EnvironmentProblem(f"{out} holds the working directory: name another folder with --out DIR")
    _recover(out)
    if out.exists() and not out.is_dir():
        raise EnvironmentProblem(f"{out} is a file: name a folder with --out DIR")
    if out.is_dir() and any(out.iterdir()) and not (out / REPORT).is_file():
        raise EnvironmentProblem(
            f"{out} holds files of others: empty it, or name another folder with --out DIR"
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        probe = out.parent / f".{out.name}.probe-{os.getpid()}"
        probe.mkdir()
        probe.rmdir()
        _sweep(out)
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise EnvironmentProblem(
            f"cannot write to {out} ({said}): name another folder with --out DIR"
        ) from problem


def package(
    course: Course,
    artifacts: Sequence[Artifact],
    settings: Settings,
    theme: Theme,
    provenance: Provenance,
    report: Mapping[str, object],
) -> Staged:
    """Stage the release: new files, kept files, exports, the site's last files, then the manifest and the sums.
    Raises EnvironmentProblem, and leaves nothing behind, where it cannot be written.
    """
    folder = settings.out.parent / f".{settings.out.name}.new-{os.getpid()}"
    try:
        folder.mkdir(parents=True)
        return _staged(folder, course, artifacts, settings, theme, provenance, report)
    except BaseException as problem:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(problem, OSError):
            raise EnvironmentProblem(f"cannot write the release: {problem}") from problem
        raise


def _staged(
    folder: Path,
    course: Course,
    artifacts: Sequence[Artifact],
    settings: Settings,
    theme: Theme,
    provenance: Provenance,
    report: Mapping[str, object],
) -> Staged:
    from pipeline.exports import ROLE, exported, losses, rows
    from pipeline.targets.manifest import encoded, manifest

    held = [*_new(artifacts, folder), *_kept(course, artifacts, settings, folder)]
    own = sorted((file for file in held if file.role != ROLE), key=lambda file: file.path)
    packed = list(exported(manifest(course, own, provenance), folder, settings.targets))
    for each in packed:
        _place(each, folder)
    files = _merged(held, (each.file for each in packed))
    files = _merged(files, _last(course, files, theme, folder))
    whole = manifest(course, files, provenance, rows(files))
    said_whole = encoded(whole)
    _write(folder / MANIFEST, said_whole)
    sums = {file.path: file.sha256 for file in files} | {MANIFEST: sha256(said_whole).hexdigest()}
    _write(folder / SUMS, "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode())
    lost = losses(whole, {file.target for file in files if file.role == ROLE})
    said = {**report, "losses": lost, "files": [asdict(file) for file in files]}
    _foreign(settings.out, folder, {*sums, *GENERATED})
    return Staged(folder, tuple(files), said)


def _place(packed: "Packed", folder: Path) -> None:
    """Put a file of an export into the staging folder; what is the same as another file is a link to it."""
    if packed.same:
        _link(folder / packed.same, folder / packed.file.path)
    else:
        _write(folder / packed.file.path, packed.data)


def _last(
    course: Course, files: Sequence[ReleasedFile], theme: Theme, folder: Path
) -> Iterator[ReleasedFile]:
    """The site's last files, in a release with a site: they list what the release holds."""
    from pipeline.targets.site import last

    for made in last.files(course, files, theme) if any(file.target == "site" for file in files) else ():
        (folder / made.path).unlink(missing_ok=True)  # a kept one is a link to the old release
        _write(folder / made.path, made.data)
        digest = sha256(made.data).hexdigest()
        yield ReleasedFile(made.path, "site", made.media_type, made.role, len(made.data), digest)


def _merged(old: Iterable[ReleasedFile], new: Iterable[ReleasedFile]) -> list[ReleasedFile]:
    """Old and new files by path; of two with one path the new one."""
    return [file for _, file in sorted({file.path: file for file in (*old, *new)}.items())]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _new(artifacts: Iterable[Artifact], folder: Path) -> Iterator[ReleasedFile]:
    for artifact in artifacts:
        job, data = artifact.job, artifact.data
        _write(folder / job.path, data)
        yield ReleasedFile(
            job.path, job.target, job.media_type, job.role, len(data), sha256(data).hexdigest(),
            job.edition, job.module, artifact.pages,
        )  # fmt: skip


def standing(settings: Settings) -> frozenset[str]:
    """Paths of files of the old release that this build is not asked to make."""
    files = released(read_report(settings.out))
    return frozenset(file.path for file in files if not _asked(file, settings))


def _asked(file: ReleasedFile, settings: Settings) -> bool:
    return (not settings.targets or file.target in settings.targets) and (
        not settings.editions or not file.edition or file.edition in settings.editions
    )


def _kept(
    course: Course, artifacts: Iterable[Artifact], settings: Settings, folder: Path
) -> Iterator[ReleasedFile]:
    """Files of the old release that this build was not asked to make, and that still belong to it."""
    new = {artifact.job.path for artifact in artifacts}
    modules = course.by_id
    editions = {edition.id for edition in course.editions} | {track.id for track in course.tracks}
    for file in released(read_report(settings.out)):
        present = (not file.module or file.module in modules) and (
            not file.edition or file.edition in editions
        )
        if (
            not _asked(file, settings)
            and present
            and file.path not in new
            and (settings.out / file.path).is_file()
        ):
            _link(settings.out / file.path, folder / file.path)
            yield file


def _foreign(out: Path, folder: Path, ours: set[str]) -> None:
    """What somebody else put into the old folder stays where it was."""
    owned = {file.path for file in released(read_report(out))} | ours
    for path in sorted(out.rglob("*")) if out.is_dir() else []:
        name = path.relative_to(out).as_posix()
        if path.is_file() and name not in owned and not (folder / name).exists():
            _link(path, folder / name)


def _link(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def discard(staged: Staged) -> None:
    """Remove a staged release that is not to be published."""
    shutil.rmtree(staged.folder, ignore_errors=True)


def publish(staged: Staged, out: Path, findings: tuple[Diagnostic, ...], rendered: int) -> Release:
    """Put a staged release, with its report, in the place of the old one, or leave that as it was.

    Raises EnvironmentProblem where the folder cannot be replaced, as where it is a mount point.
    """
    names = [*(file.path for file in staged.files), MANIFEST]
    try:
        known = {"stamps": stamps(staged.folder, names, time.time_ns() - RECENT)}
        report = json.dumps({**staged.report, **known}, indent=2, ensure_ascii=False, default=str)
        _write(staged.folder / REPORT, f"{report}\n".encode())
        if out.exists():
            _exchange(staged.folder, out)
        else:
            staged.folder.rename(out)
    except OSError as problem:
        discard(staged)
        raise EnvironmentProblem(f"cannot replace {out}: {problem.strerror or problem}") from problem
    shutil.rmtree(staged.folder, ignore_errors=True)
    return Release(out, staged.files, findings, rendered)


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders: Linux's renameat2(2) with RENAME_EXCHANGE; elsewhere two renames."""
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, exchange = -100, 2
    if swap is not None and swap(here, os.fsencode(new), here, os.fsencode(old), exchange) == 0:
        return
    aside = old.parent / f".{old.name}.old-{os.getpid()}"
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    aside.rename(new)


def _sweep(out: Path) -> None:
    """Remove staging folders that builds which were ended by force have left behind."""
    for _, path in _left_behind(out):
        shutil.rmtree(path, ignore_errors=True)


def _recover(out: Path) -> None:
    """Put back a release that a build was about to replace when it was ended by force."""
    for kind, path in _left_behind(out):
        if kind == "old" and not out.exists():
            path.rename(out)


def _left_behind(out: Path) -> Iterator[tuple[str, Path]]:
    """Folders of ours beside `out` whose process is gone, with what they are: new, old or probe."""
    pattern = re.compile(rf"\.{re.escape(out.name)}\.(new|old|probe)-(\d+)")
    for path in sorted(out.parent.iterdir()) if out.parent.is_dir() else ():
        found = pattern.fullmatch(path.name)
        if found and not _alive(int(found[2])):
            yield found[1], path


@contextlib.contextmanager
def alone(out: Path) -> Iterator[None]:
    """Wait until no other build of this machine packs a release in the same place."""
    handle = os.open(out.parent, os.O_RDONLY)
    try:
        with contextlib.suppress(ImportError, OSError):  # Windows, and file systems without locks
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False
    with contextlib.suppress(ProcessLookupError):
        with contextlib.suppress(PermissionError):
            os.kill(pid, 0)
        return True
    return False
