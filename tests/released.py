"""The ids of released versions of the course, kept so that none of them ever vanishes.

`python tests/released.py build` writes those of the release in `build/` to `schemas/manifest/released/`;
README.md there says when.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sources import ROOT

from pipeline.compare.change import Row
from pipeline.compare.ids import published
from pipeline.compare.read import read

FOLDER = ROOT / "schemas" / "manifest" / "released"


def kept(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """What is kept of each released version."""
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def keep(manifest: Row, folder: Path = FOLDER) -> Path:
    """Write the ids of a version that is being released; FileExistsError where they are written already."""
    path = folder / f"{manifest['version']}.json"
    row = {"course": manifest["id"], "version": manifest["version"], "ids": published(manifest)}
    with path.open("x", encoding="utf-8") as file:
        file.write(json.dumps(row, indent=1) + "\n")
    return path


if __name__ == "__main__":
    print(keep(read(Path(sys.argv[1]))))
