"""The whole site, served as any web server would and followed by LinkChecker: nothing on it is dead."""

import csv
import io
import subprocess
import sys
from pathlib import Path

from conftest import Built
from webserver import served

INSIDE = "^(?!http://127\\.0\\.0\\.1:)[a-z]+:"
"""Addresses that are not the site's own: `course links --external` asks for those."""


def followed(address: str) -> list[dict[str, str]]:
    """What LinkChecker says of every address that it found (manual, "OUTPUT TYPES")."""
    command = [sys.executable, "-m", "linkcheck", "--no-robots", "--no-status", "-v"]
    command += ["--ignore-url", INSIDE, "-o", "csv", address]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [line for line in said.stdout.splitlines() if line and not line.startswith("#")]
    assert rows, said.stderr
    return list(csv.DictReader(io.StringIO("\n".join(rows)), delimiter=";"))


def test_nothing_is_dead(full_release: Built) -> None:
    with served(full_release.out) as address:
        rows = followed(address)
    found = {row["url"].removeprefix(address).partition("#")[0] for row in rows}
    pages = {path.relative_to(full_release.out).as_posix() for path in full_release.out.glob("m*/**/*.html")}
    assert pages <= found
    assert [row for row in rows if row["valid"] != "True" or row["warningstring"]] == []


def test_what_is_dead_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="gone.html">x</a> <a href="#a">y</a>', encoding="utf-8")
    with served(tmp_path) as address:
        rows = followed(address)
    bad = {row["urlname"] for row in rows if row["valid"] != "True" or row["warningstring"]}
    assert bad == {"gone.html"}
