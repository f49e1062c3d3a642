"""The output formats. A new one is a file with a `TARGET`, and its name in `TARGETS`."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from importlib import import_module

from pipeline.model import Course, Edition, Job, Provenance, Settings, Target, Theme
from pipeline.targets.lms import EXPORTS
from pipeline.trace import traced


@dataclass(frozen=True)
class _Targets(Mapping[str, Target]):
    """The `TARGET` of each named file, loaded when it is first asked for: checks need none."""

    names: tuple[str, ...]

    def __getitem__(self, name: str) -> Target:
        if name not in self.names:
            raise KeyError(name)
        target: Target = import_module(f"pipeline.targets.{name}").TARGET
        return target

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


TARGETS: Mapping[str, Target] = _Targets(
    ("pdf", "epub", "slides", "handouts", "pptx", "pages", "solutions", "site")
)
"""Targets that render files of their own. The manifest is made last, of all of them (`package`)."""

NAMES = (*TARGETS, *EXPORTS, "manifest")
"""What a user may ask for: exports are made of the files of the release, and `manifest` is rewritten by every build."""


@traced("stage")
def plan(
    course: Course,
    settings: Settings,
    theme: Theme,
    provenance: Provenance,
    standing: Set[str] = frozenset(),
) -> tuple[Job, ...]:
    """Every file that the settings ask for, before any is rendered; `standing` are files that stay."""
    editions: tuple[Edition, ...] = tuple(
        edition for edition in course.editions if not settings.editions or edition.id in settings.editions
    )
    chosen = [
        target
        for name, target in TARGETS.items()
        if (name in settings.targets if settings.targets else not target.asked)
    ]
    named = {target.name for target in chosen} | {target.after for target in chosen if target.after}
    planned = {
        name: target.plan(course, editions, theme.part(*target.reads), provenance)
        for name, target in TARGETS.items()
        if name in named
    }
    paths = standing | {job.path for target in chosen for job in planned[target.name]}
    return tuple(
        _linked(_after(job, planned.get(target.after, ())), paths)
        for target in chosen
        for job in planned[target.name]
    )


def _linked(job: Job, paths: Set[str]) -> Job:
    """The job with those of the files that it mentions that will be there."""
    return replace(job, mentions=tuple(path for path in job.mentions if path in paths))


def _after(job: Job, others: tuple[Job, ...]) -> Job:
    """The job with the one that it needs: that of the same edition."""
    return replace(job, needs=next((other for other in others if other.edition == job.edition), None))
