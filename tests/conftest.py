"""What the tests share. They use the real tools, and real courses of `tests/courses/`.

- `course(...)` runs the command line in a process of its own.
- `minimal_release`, `full_release` and `real_release` (the first modules of `content/`) are built once a
  session, for all xdist workers together, from a copy of the course outside the repository; `release`
  gives the first two, `every_release` all three, one after the other. A test that changes a release or
  a course copies it first.
- COURSE_CACHE is a folder of the session, SOURCE_DATE_EPOCH is fixed.
- `--record` writes the golden files that `golden` would compare with.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COURSES = ROOT / "tests" / "courses"
GOLDEN = ROOT / "tests" / "golden"
EPOCH = "1767225600"
"""SOURCE_DATE_EPOCH of every build: 2026-01-01T00:00:00Z."""


@dataclass(frozen=True, slots=True)
class Built:
    """A course folder outside the repository, and the release that was made of it."""

    name: str
    content: Path
    out: Path


def course(
    *arguments: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `course` with these arguments; `env` adds to the environment."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def built(content: Path, out: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Path:
    """Build a course into `out`, and stop the test where that fails."""
    done = course("build", *arguments, "--content", content, "--out", out, "--quiet", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the golden files anew; review the diff")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A whole release before its judges takes minutes: first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: "test_a_release_satisfies_every_validator" not in item.nodeid)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this session, the same for all xdist workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def environment(shared: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CACHE", str(shared / "cache"))
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        patch.setenv("NO_COLOR", "1")
        for name in (
            "COURSE_CACHE_SIZE",
            "COURSE_CACHE_REMOTE",
            "COURSE_CACHE_REMOTE_MODE",
            "COURSE_CACHE_KEY",
        ):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def minimal_release(shared: Path) -> Built:
    """tests/courses/minimal: two modules, one edition beside the complete one."""
    return _release("minimal", shared)


@pytest.fixture(scope="session")
def full_release(shared: Path) -> Built:
    """tests/courses/full: five modules with everything a module can hold, two editions beside."""
    return _release("full", shared)


@pytest.fixture(scope="session")
def real_release(shared: Path) -> Built:
    """The course that this repository ships: its first six modules, for time; the others are planned ones."""
    return _release("real", shared, ROOT / "content")


@pytest.fixture(params=["minimal", "full"])
def release(request: pytest.FixtureRequest) -> Built:
    found: Built = request.getfixturevalue(f"{request.param}_release")
    return found


@pytest.fixture(params=["minimal", "full", "real"])
def every_release(request: pytest.FixtureRequest) -> Built:
    found: Built = request.getfixturevalue(f"{request.param}_release")
    return found


def _release(name: str, shared: Path, source: Path | None = None) -> Built:
    made = Built(name, shared / "courses" / name, shared / "releases" / name)
    with _locked(shared / f"{name}.lock"):
        if not made.out.exists():
            shutil.copytree(source or COURSES / name, made.content, dirs_exist_ok=True)
            if source:
                shortened(made.content, 6)
            built(made.content, made.out)
    return made


def shortened(content: Path, number: int) -> None:
    """Leave the first modules of a course; those behind become planned ones, and links to them their text."""
    rows = ""
    modules = sorted((content / "modules").glob("*.md"))
    gone = "|".join(re.escape(path.name) for path in modules[number:])
    for path in modules[:number]:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"\[([^\]]*)\]\((?:{gone})(?:#[^)]*)?\)", r"\1", text), encoding="utf-8")
    for path in modules[number:]:
        front = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        row = {name: front[name] for name in ("number", "part", "tracks", "title")}
        rows += f"  - {json.dumps(row, ensure_ascii=False)}\n"
        path.unlink()
        shutil.rmtree(content / "solutions" / f"{front['number']:02}", ignore_errors=True)
    course = content / "course.yml"
    text = course.read_text(encoding="utf-8")
    course.write_text(text.replace("\nparts:\n", f"\nplanned:\n{rows}\nparts:\n", 1), encoding="utf-8")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` compares a text with `tests/golden/NAME`."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--record"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no tests/golden/{name}: run pytest tests/test_golden.py --record"
        assert text == path.read_text(encoding="utf-8")

    return compare
