"""Several courses in one call: each into a folder of its own, with one pool of workers for all.

They are built one after the other, so that each has all workers, warm from the one before. What goes wrong with
one is kept as its outcome, and the next is built.
"""

import gc
import traceback
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.build import Progress, build
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, InvalidCourse
from pipeline.model import Release, Settings
from pipeline.workers import Workers


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one course: its `release`; or, where there is none, the `findings` that stopped it, what
    the machine lacks (`problem`), or the traceback of a bug (`bug`)."""

    settings: Settings
    release: Release | None = None
    findings: tuple[Diagnostic, ...] = ()
    problem: str = ""
    bug: str = ""


def each(settings: Settings, contents: Sequence[Path]) -> tuple[Settings, ...]:
    """The settings of several courses: each is published in the folder of its own folder's name.

    Raises EnvironmentProblem where two have the same name.
    """
    named: dict[str, Path] = {}
    for content in contents:
        name = content.resolve().name
        if name.casefold() in named:
            said = f"{named[name.casefold()]} and {content} would both be published in {settings.out / name}"
            raise EnvironmentProblem(f"{said}: rename one of the folders, or build them with two calls")
        named[name.casefold()] = content
    return tuple(replace(settings, content=path, out=settings.out / path.resolve().name) for path in contents)


def attempt(settings: Settings, progress: Progress, pool: Workers) -> Outcome:
    """Build one course of several; whatever goes wrong is its outcome."""
    try:
        release = build(settings, progress, pool)
        return Outcome(settings, release, release.findings)
    except InvalidCourse as invalid:
        return Outcome(settings, None, invalid.findings)
    except (EnvironmentProblem, BrokenExecutor) as problem:
        pool.close()  # it may be broken
        return Outcome(settings, problem=str(problem))
    except Exception:
        return Outcome(settings, bug=traceback.format_exc())
    finally:
        gc.unfreeze()
        gc.enable()
        gc.collect()
