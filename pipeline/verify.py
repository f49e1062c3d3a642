"""Our own look at a staged release: every target's checks, and that the lists tell the truth.

The outside validators (EPUBCheck, a PDF/UA checker, a browser) are `pipeline.validators`.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.model import Artifact, ReleasedFile
from pipeline.targets import TARGETS
from pipeline.trace import traced


@traced("stage")
def verify(
    folder: Path, files: Sequence[ReleasedFile], artifacts: Sequence[Artifact]
) -> tuple[Diagnostic, ...]:
    """Findings about a staged release; none means it is complete."""
    own = [found for artifact in artifacts for found in TARGETS[artifact.job.target].verify(artifact)]
    return (*own, *listed(folder, files))


def listed(folder: Path, files: Sequence[ReleasedFile]) -> Iterator[Diagnostic]:
    """Every listed file exists with its size and hash."""
    for file in files:
        path = folder / file.path
        data = path.read_bytes() if path.is_file() else b""
        if len(data) != file.bytes or sha256(data).hexdigest() != file.sha256:
            remedy = "Build again; if it comes back, report it."
            yield error("V110", Span(file.path), "the file is not what the manifest says", remedy)
