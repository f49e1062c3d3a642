"""`COURSE_TRACE`: where the time of a build goes."""

import json
from pathlib import Path
from typing import Any

from conftest import COURSES, built


def events(path: Path) -> list[dict[str, Any]]:
    """Those of a trace, whose last bracket is left out (Trace Event Format, JSON Array Format)."""
    found: list[dict[str, Any]] = json.loads(path.read_text().rstrip().rstrip(",") + "]")
    return found


def test_every_stage_and_every_call_of_a_worker_is_noted(tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    settings = {"COURSE_CACHE": str(tmp_path / "cache"), "COURSE_TRACE": str(trace)}
    out = built(COURSES / "minimal", tmp_path / "out", "--jobs", "2", env=settings)
    found = events(trace)
    names = {kind: {event["name"] for event in found if event["cat"] == kind} for kind in ("stage", "file")}
    assert {"load", "validate", "lint", "plan", "render", "release", "verify"} <= names["stage"]
    assert "pdf/small-course.pdf" in names["file"] and "site" not in names["file"]
    assert {"command", "module", "piece", "file", "export"} <= {event["cat"] for event in found}
    whole = next(event for event in found if event["cat"] == "command")
    assert len({event["pid"] for event in found}) == 3, "the command and its workers"
    for event in found:
        assert event["ph"] == "X" and event["dur"] >= 0 and event["args"]["cpu"] >= 0 < event["args"]["peak"]
        assert whole["ts"] <= event["ts"] and event["ts"] + event["dur"] <= whole["ts"] + whole["dur"]
    assert (out / "manifest.json").is_file()


def test_nothing_is_noted_unless_asked_for(tmp_path: Path) -> None:
    built(COURSES / "minimal", tmp_path / "out", "manifest", "--jobs", "1")
    assert not list(tmp_path.glob("*.json"))
