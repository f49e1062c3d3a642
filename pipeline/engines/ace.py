"""Ace by DAISY, the accessibility checker for EPUB, under our own Node.js and Debian's Chromium.

Its report is JSON (`assertions` of `assertions`, in the EARL vocabulary); each finding points to elements
by CSS selectors that begin at the nearest id.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.cache import ROOT
from pipeline.engines import node

PROGRAM = ROOT / ".cache" / "npm" / "node_modules" / "@daisy" / "ace-cli" / "bin" / "ace.js"
"""Where `requirements/setup test` installs it."""
SECONDS = 900.0
_ID = re.compile(r"#((?:[\w-]|\\.)+)")


class AceStopped(Exception):
    """Ace ended without a report; the message gives its last words."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a file of the book breaks. `impact` is critical, serious, moderate or minor; `ids` are
    those near the places, and `html` shows the first of them."""

    rule: str
    impact: str
    text: str
    path: str
    ids: tuple[str, ...]
    html: str


def missing() -> str:
    """What is missing to run Ace, or ''."""
    if not PROGRAM.is_file():
        return "Ace is not installed"
    return "" if shutil.which("chromium") else "Chromium is not installed"


def check(book: Path) -> tuple[Violation, ...]:
    """What Ace says of a book. Raises AceStopped."""
    with tempfile.TemporaryDirectory(prefix="ace-") as folder:
        out = Path(folder).resolve()
        arguments = [str(PROGRAM), "--outdir", str(out), "--force", "--silent", str(book.resolve())]
        browser = {"PUPPETEER_EXECUTABLE_PATH": str(shutil.which("chromium"))}
        ran = node.run(arguments, out, SECONDS, browser)
        try:
            report = json.loads((out / "report.json").read_bytes())
        except (OSError, ValueError) as problem:
            last = ((ran.stdout + ran.stderr).strip().splitlines() or ["it gave no report"])[-1]
            raise AceStopped(f"Ace stopped: {last[:300]}") from problem
    return tuple(_violations(report))


def _violations(report: Mapping[str, Any]) -> Iterator[Violation]:
    for file in report["assertions"]:
        path = str(file["earl:testSubject"]["url"])
        for row in file["assertions"]:
            test, result = row["earl:test"], row["earl:result"]
            pointers = result.get("earl:pointer", {}).get("css", [])
            yield Violation(
                rule=str(test["dct:title"]),
                impact=str(test["earl:impact"]),
                text=" ".join(str(result.get("dct:description", "")).split()),
                path=path,
                ids=tuple(id for css in pointers for id in _ids(str(css))),
                html=" ".join(str(result.get("html", "")).split())[:160],
            )


def _ids(selector: str) -> Iterator[str]:
    """The ids in a selector, the nearest to the element first; escapes are taken out."""
    return (re.sub(r"\\(.)", r"\1", found) for found in reversed(_ID.findall(selector)))
