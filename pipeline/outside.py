"""Outside links: the one look at a course that needs the network, and that never blocks a change.

Others' servers come and go, so this is a report for now and then: dead links are warnings, and what no
server could be asked about is said to be unchecked, never to be good.

| Code | Says |
| --- | --- |
| L201 | an outside link is dead; a suggestion where the server only refuses to answer a program |
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from pipeline import cache
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, Severity, Span
from pipeline.engines.linkchecker import Answer, CheckerStopped, answers, installed, reachable
from pipeline.lint.links import scheme
from pipeline.model import Course

FRESH = 7 * 24 * 3600
"""Seconds for which a link that was found good is not asked about again. A dead one always is."""
REMEMBERED = "outside-links.json"
_REFUSED = re.compile(r"(?:401|403|405|406|408|418|429|451|5\d\d|999)\b")
"""Answers of servers that are there and do not want to be asked by a program, or not now."""

Places = Mapping[str, tuple[Span, ...]]
"""Addresses without fragment, each with the places where links lead to it."""


@dataclass(frozen=True, slots=True)
class OutsideReport:
    """Numbers of addresses: asked now, known good from the last days, and not checked; and the findings."""

    asked: int
    known: int
    unchecked: int
    findings: tuple[Diagnostic, ...]

    @property
    def said(self) -> str:
        """One line for people."""
        checked = f"{self.asked + self.known} outside links checked"
        dead = sum(finding.severity >= Severity.WARNING for finding in self.findings)
        known = f" ({self.known} of them in the last 7 days)" if self.known else ""
        if not self.unchecked:
            return f"{checked}{known}: {dead} dead places" if dead else f"{checked}{known}: none is dead"
        return f"{self.unchecked} outside links not checked (no network)" + (
            f"; {checked}{known}" * bool(known)
        )

    def status(self, strict: bool) -> int:
        """The exit status: 1 where a link is dead and `strict` asks for it, else 0."""
        return int(strict and any(finding.severity >= Severity.WARNING for finding in self.findings))


def outside_links(course: Course, now: float, schemes: Sequence[str] = ("https",)) -> OutsideReport:
    """Ask about every outside link of a course. `now` is in seconds since 1970.

    Raises EnvironmentProblem where LinkChecker is missing or stops.
    """
    places = _places(course, schemes)
    memory = _remembered()
    known = [url for url in places if now - FRESH < memory.get(url, 0.0) <= now]
    open = [url for url in places if url not in known]
    if not open:
        return OutsideReport(0, len(known), 0, ())
    if not installed():
        raise EnvironmentProblem("LinkChecker is missing: run `make setup-test`")
    if not reachable(open):
        return OutsideReport(0, len(known), len(open), ())
    try:
        found = answers(open)
    except CheckerStopped as problem:
        raise EnvironmentProblem(str(problem)) from problem
    _remember({**memory, **{url: now for url, answer in found.items() if answer.valid}}, now)
    findings = [
        f for url, answer in found.items() if not answer.valid for f in _dead(url, answer, places[url])
    ]
    return OutsideReport(len(open), len(known), 0, tuple(sorted(findings, key=lambda finding: finding.order)))


def _places(course: Course, schemes: Sequence[str]) -> Places:
    places: dict[str, list[Span]] = {}
    for module in course.modules:
        for mark in module.marks:
            if mark.kind == "link" and scheme(mark.name) in schemes:
                places.setdefault(urldefrag(mark.name).url, []).append(mark.span)
    return {url: tuple(sorted(set(spans))) for url, spans in sorted(places.items())}


def _dead(url: str, answer: Answer, places: Sequence[Span]) -> list[Diagnostic]:
    """A finding for each place of a link that was not found good."""
    refused = bool(_REFUSED.match(answer.result))
    severity = Severity.SUGGESTION if refused else Severity.WARNING
    said = f"{url} refuses to be checked" if refused else f"{url} is dead"
    remedy = (
        "Open it yourself: some servers answer browsers only."
        if refused
        else "Link the page's new address, or an archived copy, or take the link out."
    )
    return [Diagnostic("L201", severity, f"{said}: {answer.result[:160]}", remedy, span) for span in places]


# --- memory ----------------------------------------------------------------------------------


def _remembered() -> dict[str, float]:
    """When each address was last found good."""
    root = cache.folder()
    try:
        found = json.loads((root / REMEMBERED).read_bytes()) if root else {}
        return {str(url): float(when) for url, when in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _remember(found: Mapping[str, float], now: float) -> None:
    """Keep what is fresh. A cache that cannot be written costs time, never a run."""
    root = cache.folder()
    if root is None:
        return
    fresh = {url: when for url, when in sorted(found.items()) if now - FRESH < when <= now}
    try:
        handle, temporary = tempfile.mkstemp(dir=root, prefix=".new-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(fresh, file, indent=1)
        Path(temporary).replace(root / REMEMBERED)
    except OSError:
        return
