"""Rules about the course as a whole: the order of modules, and what each track holds."""

from collections.abc import Iterator

from pipeline.diagnostics import Severity
from pipeline.lint.rule import Found, Rule
from pipeline.model import Course, Module
from pipeline.targets.links import place


def prerequisites_come_earlier(course: Course) -> Iterator[Found]:
    """A prerequisite or recommended module has a lower number than the module that names it.

    A reader goes through a course in order. An edge that points forward, or to the module itself,
    cannot be followed; with all edges pointing back there can be no cycle either.
    """
    for module in course.modules:
        for key, ids in (("prerequisites", module.prerequisites), ("recommended", module.recommended)):
            for number, id in enumerate(ids):
                other = course.module(id)
                if other.number >= module.number:
                    message = f"module {other.number}, {id}, does not come before module {module.number}"
                    yield module.where(f"{key}/{number}"), message, "Remove it, or renumber one of the two."


def tracks_are_closed(course: Course) -> Iterator[Found]:
    """Whoever follows a track meets each hard prerequisite of its modules inside that track.

    What a track skips may only be `recommended`; a bridge box then gives what is needed of it.
    """
    for module in course.modules:
        for track in module.tracks:
            for number, id in enumerate(module.prerequisites):
                if track not in course.module(id).tracks:
                    message = f"track {track}: {module.id} needs {id}, which is not in the track"
                    remedy = (
                        f"Add {track} to the tracks of {id}, or make it `recommended` and write a bridge box."
                    )
                    yield module.where(f"prerequisites/{number}"), message, remedy


def bridges_stand_where_needed(course: Course) -> Iterator[Found]:
    """A module has a bridge box for each recommended module that one of its tracks skips.

    The box begins `**If you skipped [Module N](file).**` and appears in editions without that
    module. A box for a module that every track holds would never be shown.
    """
    for module in course.modules:
        wanted = set(skipped(course, module))
        for mark in module.marks:
            if mark.kind == "callout" and mark.text:
                stands_for = place(mark.text, module, course).module
                if stands_for not in wanted:
                    message = f"a bridge box for {stands_for or mark.text}, which no track skips here"
                    yield mark.span, message, "Make it an ordinary note, or remove it."
                wanted.discard(stands_for)
        for id in sorted(wanted):
            at = module.where(f"recommended/{module.recommended.index(id)}")
            file = course.module(id).file
            remedy = (
                f"Write a note that begins **If you skipped [Module {course.module(id).number}]({file}).**"
            )
            yield at, f"a track of this module skips {id}, and there is no bridge box", remedy


def skipped(course: Course, module: Module) -> Iterator[str]:
    """The recommended modules that some track holding this module does not hold."""
    for id in module.recommended:
        if any(track not in course.module(id).tracks for track in module.tracks):
            yield id


RULES = (
    Rule("C110", Severity.ERROR, prerequisites_come_earlier),
    Rule("C113", Severity.ERROR, tracks_are_closed),
    Rule("C114", Severity.ERROR, bridges_stand_where_needed),
)
