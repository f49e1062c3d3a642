"""What a trace of a build says (`COURSE_TRACE`): where its processor time goes, and how long it would take with many
workers."""

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LATER = "epub"
"""The target whose files wait for those of another: an EPUB lists the pages of its PDF."""
OWN = ("load", "validate", "lint", "plan", "render", "release")
"""Stages of the command itself, one after the other; `validate` and `render` hand out calls."""


@dataclass(frozen=True, slots=True)
class Event:
    """A stage, or a call of a worker: `cpu` in seconds, `peak` the most memory of its process so far, in MB."""

    kind: str
    name: str
    pid: int
    cpu: float
    peak: float


def events(path: Path) -> tuple[Event, ...]:
    """Those of a trace, whose last bracket is left out (Trace Event Format, JSON Array Format)."""
    rows = json.loads(path.read_text(encoding="utf-8").rstrip().rstrip(",") + "]")
    return tuple(
        Event(row["cat"], row["name"], row["pid"], row["args"]["cpu"], row["args"]["peak"]) for row in rows
    )


def shares(found: Sequence[Event]) -> dict[str, float]:
    """Processor seconds by what they were spent on, the largest first."""
    spent: dict[str, float] = defaultdict(float)
    for event in found:
        if event.kind in ("module", "piece", "file", "export"):
            spent[_what(event)] += event.cpu
    for stage, seconds in stages(found).items():
        spent[f"the command: {stage}"] += seconds
    return dict(sorted(spent.items(), key=lambda row: -row[1]))


def _what(event: Event) -> str:
    first = event.name.split()[0]
    if event.kind == "module":
        return "modules read"
    if event.kind == "piece":
        return PIECES.get(first, f"pieces: {first}")
    if event.kind == "export":
        return f"package: {event.name}"
    folder = first.split("/")[0] if "/" in first else "site"
    return {"pdf": "books linked, indexes set", "epub": "EPUBs written", "slides": "decks, handouts"}.get(
        folder, "site, pages and the rest"
    )


PIECES = {
    "set_module": "modules set",
    "set_handout": "handouts set",
    "set_answers": "answers set",
    "set_pages": "front and back matter set",
    "chapter": "chapters of EPUBs",
}


def stages(found: Sequence[Event]) -> dict[str, float]:
    """Processor seconds of the command itself, by stage, without the calls that it did itself."""
    whole = next(event for event in found if event.kind == "command")
    own = [event for event in found if event.pid == whole.pid]
    spent = {event.name: event.cpu for event in own if event.kind == "stage" and event.name in OWN}
    for kind, stage in (("module", "validate"), ("piece", "render"), ("file", "render")):
        spent[stage] = spent.get(stage, 0.0) - sum(event.cpu for event in own if event.kind == kind)
    spent["release"] -= sum(event.cpu for event in own if event.kind == "export")
    spent["start and end"] = whole.cpu - sum(e.cpu for e in own if e.kind == "stage" and e.name in OWN)
    return spent


def peaks(found: Sequence[Event]) -> tuple[float, float]:
    """MB of the command itself, and of the largest worker."""
    whole = next(event for event in found if event.kind == "command")
    workers = [event.peak for event in found if event.pid != whole.pid]
    return whole.peak, max(workers, default=0.0)


# --- with many workers ---------------------------------------------------------------------------


def phases(found: Iterable[Event]) -> tuple[list[float], ...]:
    """The calls of a build in the order in which they wait for each other: modules, pieces, files, later files."""
    rows: dict[str, list[float]] = {"module": [], "piece": [], "file": [], "later": []}
    for event in found:
        if event.kind in rows:
            later = event.kind == "file" and event.name.startswith(f"{LATER}/")
            rows["later" if later else event.kind].append(event.cpu)
    return tuple(rows.values())


def makespan(calls: Iterable[float], workers: int) -> float:
    """How long workers need for calls that are handed out longest first (list scheduling; Graham, 1969)."""
    free = [0.0] * workers
    for call in sorted(calls, reverse=True):
        heapq.heapreplace(free, free[0] + call)
    return max(free)


@dataclass(frozen=True, slots=True)
class Course:
    """What a course costs: the command itself, with exports, and its phases of calls."""

    own: float
    calls: tuple[list[float], ...]

    def alone(self, workers: int, each: float) -> float:
        """Seconds with so many workers, and `each` seconds of the command for every call."""
        number = sum(map(len, self.calls))
        return self.own + each * number + sum(makespan(calls, workers) for calls in self.calls)


def course(found: Sequence[Event]) -> Course:
    """What the build of a trace costs."""
    exports = sum(event.cpu for event in found if event.kind == "export")
    return Course(sum(stages(found).values()) + exports, phases(found))


SCHEDULER = 0.001
"""Seconds that a call is assumed to cost the scheduler that all commands share."""


def several(one: Course, courses: int, workers: int, each: float, commands: int) -> float:
    """Seconds for many courses, given to so many commands that run at once and share the workers.

    A command waits for its course; the workers are never idle as long as another course has calls. So it takes as
    long as the busiest command, or as all calls on all workers, whichever is longer.
    """
    rounds = -(-courses // commands)
    number = sum(map(len, one.calls))
    share = max(1, workers // min(commands, courses))
    busiest = rounds * one.alone(share, each)
    work = courses * sum(map(sum, one.calls)) / workers
    scheduler = courses * number * SCHEDULER
    return max(busiest, work, scheduler)


def table(shown: Mapping[str, float]) -> str:
    """Shares of the whole, in percent, those of less than half a percent together."""
    whole = sum(shown.values())
    rows = [(what, 100 * spent / whole) for what, spent in shown.items()]
    small = sum(share for _, share in rows if share < 0.5)
    kept = [f"| {what} | {share:.1f} |" for what, share in rows if share >= 0.5]
    return "\n".join(["| What | % |", "| --- | ---: |", *kept, f"| the rest | {small:.1f} |"])
