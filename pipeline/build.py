"""The build, on one screen."""

import gc
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import cache
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, InvalidCourse, did_you_mean
from pipeline.engines.git import last_commit
from pipeline.fingerprint import fingerprint
from pipeline.model import Course, Provenance, Release, Settings
from pipeline.trace import span, traced

if TYPE_CHECKING:
    from pipeline.load import Sources
    from pipeline.workers import Workers

Progress = Callable[[str, int, int], None]


@traced("command")
def build(settings: Settings, progress: Progress, given: "Workers | None" = None) -> Release:
    """Publish the course, or leave the old release as it was. Work goes to the workers that are `given`, else to
    its own.

    Raises InvalidCourse with all findings when one is at or above `settings.severity`, and
    EnvironmentProblem when something the machine should have is missing.
    """
    from pipeline.cache import builds
    from pipeline.package import check_output
    from pipeline.standing import current

    check_output(settings.out)
    watch = builds.watch()
    settings = replace(settings, out=settings.out.resolve(), targets=_needed(settings.targets))
    started = time.monotonic()
    asked = (settings.targets, settings.editions, settings.severity, _own(settings))
    dated = last_commit(settings.content), os.environ.get("SOURCE_DATE_EPOCH", "")
    key = cache.key(fingerprint(settings.content, settings.theme), dated, asked)
    unchanged = current(settings.out, key)
    if unchanged:
        return unchanged

    from pipeline.lint import lint
    from pipeline.load import load, load_theme
    from pipeline.mend import mended
    from pipeline.package import alone, discard, package, publish, standing
    from pipeline.render import render
    from pipeline.targets import plan
    from pipeline.validate import validate
    from pipeline.verify import verify
    from pipeline.workers import workers

    gc.disable()  # what is read lives to the end
    sources, theme = load(settings.content), load_theme(settings.theme)
    moment = provenance(sources)
    with nullcontext(given) if given else workers(settings, *warm(settings)) as pool:
        course = validate(sources, theme, pool, pool.jobs)
        check_editions(course, settings.editions)
        findings = lint(course, sources)
        stop(findings, settings.severity)
        course = mended(course) if sources.baseline else course
        course = replace(course, **_own(settings))
        jobs = plan(course, settings, theme, moment, standing(settings))
        gc.freeze()
        gc.enable()
        artifacts, rendered = render(jobs, pool, pool.jobs, progress)
    report = _report(key, course, moment, findings, rendered, time.monotonic() - started)
    with alone(settings.out), span("stage", "release"):
        staged = package(course, artifacts, settings, theme, moment, report)
        problems = verify(staged.folder, staged.files, artifacts)
        if problems:
            discard(staged)
            raise InvalidCourse(problems)
        staged = replace(staged, report={**staged.report, "cache": builds.seen(watch).counts})
        release = publish(staged, settings.out, findings, rendered)
    return replace(release, notes=builds.settle(watch).told)


def _needed(targets: tuple[str, ...]) -> tuple[str, ...]:
    """All targets that must be made for some; none for none, which means all."""
    if not targets:
        return ()
    from pipeline.exports import needed

    return needed(targets)


def warm(settings: Settings) -> tuple[str, ...]:
    """What workers should have imported for what is asked."""
    return ("pipeline.engines.warm",) if not settings.targets or "pdf" in settings.targets else ()


def _own(settings: Settings) -> dict[str, Any]:
    """What settings say instead of the course."""
    said = {"paper": settings.paper, "decks": settings.decks, "url": settings.url}
    return {name: value for name, value in said.items() if value}


def check(settings: Settings) -> tuple[Course, tuple[Diagnostic, ...]]:
    """The course and what the rules say of it; nothing is rendered. Raises InvalidCourse."""
    from pipeline.lint import lint
    from pipeline.load import load, load_theme
    from pipeline.validate import validate
    from pipeline.workers import workers

    sources, theme = load(settings.content), load_theme(settings.theme)
    with workers(settings) as pool:
        course = validate(sources, theme, pool, settings.jobs)
    return course, lint(course, sources)


def said(settings: Settings) -> tuple[int, tuple[Diagnostic, ...]]:
    """What there is to say of the course, and how many modules it has: 0 where it is none yet.

    As long as no file of the course, the theme or the pipeline changes, the answer is remembered.
    """

    def ask() -> tuple[int, tuple[Diagnostic, ...]]:
        gc.disable()  # what is read lives to the end of the command, and there is no cycle in it
        try:
            course, findings = check(settings)
            return len(course.modules), findings
        except InvalidCourse as invalid:
            return 0, tuple(invalid.findings)

    named = Path.cwd(), settings.content, settings.theme.resolve()
    return cache.made(cache.key("said", named, fingerprint(settings.content, settings.theme)), ask)


def check_editions(course: Course, asked: tuple[str, ...]) -> None:
    """Raise EnvironmentProblem when a named edition is none of the course's."""
    known = [edition.id for edition in course.editions]
    for id in asked:
        if id not in known:
            raise EnvironmentProblem(
                f"no edition {id}{did_you_mean(id, known)}; there are {', '.join(known)}"
            )


def stop(findings: tuple[Diagnostic, ...], severity: int) -> None:
    """Raise InvalidCourse when a finding is at or above the severity."""
    if any(finding.severity >= severity for finding in findings):
        raise InvalidCourse(findings)


def provenance(sources: "Sources") -> Provenance:
    """The release's date: SOURCE_DATE_EPOCH, else the last commit's, else the newest `updated`."""
    commit, date = last_commit(sources.root) or ("", 0)
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    if stated.isdigit():
        return Provenance(int(stated), commit)
    return Provenance(date or _newest(sources), commit)


def _newest(sources: "Sources") -> int:
    from datetime import UTC, datetime

    days = [source.front.value.get("updated", "") for source in sources.modules]
    found = []
    for day in days:
        try:
            found.append(int(datetime.fromisoformat(str(day)).replace(tzinfo=UTC).timestamp()))
        except ValueError:
            continue
    return max(found, default=0)


def _report(
    key: str,
    course: Course,
    moment: Provenance,
    findings: tuple[Diagnostic, ...],
    rendered: int,
    seconds: float,
) -> dict[str, object]:
    from pipeline.document.places import places
    from pipeline.origins import listed

    return {
        "key": key,
        "course": course.id,
        "version": course.version,
        "provenance": asdict(moment),
        "rendered": rendered,
        "seconds": round(seconds, 3),
        "modules": {module.id: {"words": module.document.words} for module in course.modules},
        "places": listed(places(course)),
        "findings": [
            {"code": f.code, "severity": f.severity.name.lower(), "message": f.message, "at": str(f.span)}
            for f in findings
        ],
    }
