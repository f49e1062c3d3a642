"""Environments of the platforms that import a course: each has one of its own, kept in `.cache/clients/`.

`requirements/clients/NAME.txt` pins what is in it. It is made when a test first needs it, and anew when the
pins change.
"""

import fcntl
import subprocess
import sys
from pathlib import Path

from sources import ROOT

PINS = ROOT / "requirements" / "clients"
FOLDER = ROOT / ".cache" / "clients"


def python(name: str) -> Path:
    """The Python of a client's environment."""
    pins, home = PINS / f"{name}.txt", FOLDER / name
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        wanted, installed = f"{sys.version}\n{pins.read_text()}", home / ".installed"
        if not installed.is_file() or installed.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
            pip = [home / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            subprocess.run([*pip, "-r", pins], check=True)
            installed.write_text(wanted)
    return home / "bin" / "python"
