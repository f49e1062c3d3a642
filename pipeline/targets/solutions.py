"""The solutions target: files of the course that are released as they stand: solutions of exercises, its licence."""

import mimetypes
import posixpath
from collections.abc import Iterator, Mapping

from pipeline.diagnostics import Diagnostic
from pipeline.model import Artifact, Asset, Course, Edition, Job, Provenance, Target, Theme
from pipeline.targets.pdf import missing

SOURCES = {".mjs": "text/javascript", ".js": "text/javascript", ".ts": "text/plain", ".md": "text/markdown"}
"""Media types that differ between systems, or that none knows (RFC 9239, RFC 7763)."""


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """The licence, and every file below `solutions/`; those below `solutions/NN/` belong to module NN."""
    numbers = {f"{module.number:02}": module.id for module in course.modules}
    notice = (Job("solutions", a.path, "text/plain", "license", (a,)) for a in course.notice if a.data)
    return (*notice, *_solutions(course, numbers))


def _solutions(course: Course, numbers: Mapping[str, str]) -> Iterator[Job]:
    yield from (
        Job(
            target="solutions",
            path=asset.path,
            media_type=_media_type(asset.path),
            role="solution",
            inputs=(asset,),
            module=numbers.get(asset.path.split("/")[1], ""),
        )
        for asset in course.solutions
        if asset.data
    )


def _media_type(path: str) -> str:
    end = posixpath.splitext(path)[1].lower()
    known = mimetypes.MimeTypes(filenames=())  # the same table on every machine
    return SOURCES.get(end) or known.guess_type(path)[0] or "text/plain"


def render(job: Job) -> Artifact:
    """The file."""
    (asset,) = job.inputs
    assert isinstance(asset, Asset)
    return Artifact(job, asset.data, frozenset())


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """What must appear is there."""
    return missing(artifact)


TARGET = Target("solutions", "text/plain", plan, render, verify)
