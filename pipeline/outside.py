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

from pipeline import cache
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, Severity, Span
from pipeline.engines.linkchecker import Answer, CheckerStopped, answers, installed, reachable, well_formed
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
        dead = sum(finding.severity >= Severity.WARNING for finding in self.findings)
        known = f" ({self.known} of them in the last 7 days)" if self.known else ""
        checked = f"{self.asked + self.known} outside links checked{known}"
        checked += f": dead in {dead} places" if dead else "" if self.unchecked else ": none is dead"
        why = "no answer" if self.asked else "no network"
        missed = f"{self.unchecked} outside links not checked ({why})"
        if not self.unchecked:
            return checked
        return f"{missed}; {checked}" if self.asked or self.known else missed

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
    open = [url for url in places if url not in known and well_formed(url)]
    found = {url: Answer(False, "no valid address") for url in places if not well_formed(url)}
    if open and not installed():
        raise EnvironmentProblem("LinkChecker is missing: run `make setup-test`")
    if open and reachable(open):
        found |= _asked(open)
        _remember({**memory, **{url: now for url, answer in found.items() if answer.valid}}, now)
    dead = [f for url, answer in found.items() if not answer.valid for f in _dead(url, answer, places[url])]
    unchecked = len(places) - len(known) - len(found)
    findings = tuple(sorted(dead, key=lambda finding: finding.order))
    return OutsideReport(len(found), len(known), unchecked, findings)


def _asked(urls: Sequence[str]) -> dict[str, Answer]:
    try:
        return answers(urls)
    except CheckerStopped as problem:
        raise EnvironmentProblem(str(problem)) from problem


def _places(course: Course, schemes: Sequence[str]) -> Places:
    places: dict[str, list[Span]] = {}
    for module in course.modules:
        for mark in module.marks:
            if mark.kind == "link" and scheme(mark.name) in schemes:
                places.setdefault(mark.name.partition("#")[0], []).append(mark.span)
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
