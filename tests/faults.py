"""Builds that are killed at random moments: `python tests/faults.py --kills 200` counts what came of each.

Before each build one sentence is another one, so that there is something to do. What is killed is the command alone:
its workers have to notice. Then the release must be the one before or the one that was asked for, whole either way.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINIMAL = ROOT / "tests" / "courses" / "minimal"
SECOND = "modules/02-second-steps.md"
PAGE = "pages/second-steps.txt"
TORN, OLD, NEW, DONE = "torn", "killed: the old release", "killed: the new release", "came to its end"


def command() -> list[str]:
    """A build of the course in the working folder."""
    options = ["--content", "course", "--out", "out", "--jobs", "2", "--quiet"]
    return [sys.executable, "-m", "pipeline.cli", "build", *options]


def environment() -> dict[str, str]:
    return {
        **os.environ, "COURSE_CACHE": "cache", "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"
    }  # fmt: skip


def numbered(desk: Path, number: int) -> None:
    """Write the sentence of this number into the course."""
    path = desk / "course" / SECOND
    text = re.sub(
        r"(enough words to count)(?:, all \d+ of them)?",
        rf"\1, all {number} of them",
        path.read_text("utf-8"),
    )
    path.write_text(text, encoding="utf-8")


def whole(out: Path) -> str:
    """The sentence's number in a release of which every file is as its sums say, and no other is there; else ''."""
    if not out.is_dir():
        return "none"
    rows = [line.partition("  ") for line in (out / "SHA256SUMS").read_text("utf-8").splitlines()]
    held = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    same = all(
        sha256((out / name).read_bytes()).hexdigest() == digest for digest, _, name in rows if name in held
    )
    if not same or held != {name for _, _, name in rows} | {"SHA256SUMS", "report.json"}:
        return ""
    return re.findall(r"all (\d+) of them", (out / PAGE).read_text("utf-8"))[0]


def killed(desk: Path, number: int, after: float) -> str:
    """Start the build of this number, kill it after so many seconds, and say what came of it."""
    before = whole(desk / "out")
    numbered(desk, number)
    build = subprocess.Popen(
        command(), cwd=desk, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        build.wait(after)
    except subprocess.TimeoutExpired:
        build.kill()
    ended = build.wait()
    found = whole(desk / "out")
    if found not in (before, str(number)) or ended not in (0, -signal.SIGKILL):
        return TORN
    if ended == 0:
        return DONE if found == str(number) else TORN
    return NEW if found == str(number) else OLD


def faults(desk: Path, kills: int, seed: int) -> Counter[str]:
    """What came of so many builds. Raises AssertionError when the next build is not as a clean one, or something is
    left of those that were killed."""
    shutil.copytree(MINIMAL, desk / "course")
    choice = random.Random(seed)
    numbered(desk, 0)
    started = time.monotonic()
    subprocess.run(command(), cwd=desk, env=environment(), check=True)
    least = time.monotonic() - started
    came = Counter(killed(desk, n, choice.uniform(0, least)) for n in range(1, kills + 1))
    subprocess.run(command(), cwd=desk, env=environment(), check=True)
    made = (desk / "out" / "SHA256SUMS").read_bytes()
    shutil.rmtree(desk / "out")
    subprocess.run(command(), cwd=desk, env={**environment(), "COURSE_CACHE": "off"}, check=True)
    assert (desk / "out" / "SHA256SUMS").read_bytes() == made, (
        "a build after the kills differs from a clean one"
    )
    left = [path.name for path in desk.iterdir() if path.name.startswith(".")]
    assert not left, f"left behind: {left}"
    for _ in range(100):
        if not workers():
            break
        time.sleep(0.1)
    assert not workers(), f"left: {workers()}"
    return came


def workers() -> list[str]:
    """The commands of a pool's processes whose build is gone: this process, or that of the system, is their parent."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            said = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if "multiprocessing" in said and str(ROOT) in said and parent in (1, os.getpid()):
            found.append(said[:200])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="course-faults-") as folder:
        came = faults(Path(folder), options.kills, options.seed)
    for what, count in sorted(came.items()):
        print(f"{count:4} {what}")
    return int(TORN in came)


if __name__ == "__main__":
    sys.exit(main())
