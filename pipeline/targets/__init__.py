"""The output formats. A new one is a file with a `TARGET`, and its name in `TARGETS`."""

from collections.abc import Mapping

from pipeline.model import Course, Edition, Job, Provenance, Settings, Target, Theme
from pipeline.targets import epub, pdf, slides

TARGETS: Mapping[str, Target] = {target.name: target for target in (pdf.TARGET, epub.TARGET, slides.TARGET)}
"""Targets that render files of their own. The manifest is made last, of all of them (`package`)."""

NAMES = (*TARGETS, "manifest")
"""What a user may ask for. `manifest` renders nothing: it is rewritten by every build."""


def plan(course: Course, settings: Settings, theme: Theme, provenance: Provenance) -> tuple[Job, ...]:
    """Every file that the settings ask for, before any is rendered."""
    editions: tuple[Edition, ...] = tuple(
        edition for edition in course.editions if not settings.editions or edition.id in settings.editions
    )
    chosen = [target for name, target in TARGETS.items() if not settings.targets or name in settings.targets]
    return tuple(job for target in chosen for job in target.plan(course, editions, theme, provenance))
