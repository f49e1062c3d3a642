"""What git knows of the source: the last commit and its date."""

import subprocess
from pathlib import Path


def last_commit(folder: Path) -> tuple[str, int] | None:
    """The hash and date (seconds since 1970) of HEAD around a folder; None without git or commits."""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%H %ct"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = done.stdout.split()
    return (found[0], int(found[1])) if done.returncode == 0 and len(found) == 2 else None
