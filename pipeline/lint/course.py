"""Rules about the course as a whole: the order of modules, and what each track holds."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from math import ceil, floor

from pipeline.diagnostics import Severity
from pipeline.document.text import walk
from pipeline.lint.rule import Found, Rule
from pipeline.model import Code, Course, Module
from pipeline.targets.links import place


def prerequisites_come_earlier(course: Course) -> Iterator[Found]:
    """A prerequisite or recommended module has a lower number than the module that names it.

    A reader goes through a course in order. An edge that points forward, or to the module itself,
    cannot be followed; with all edges pointing back there can be no cycle either.

    Bad: module 3 has `prerequisites: [caching]`, and caching is module 7.
    Good: module 7, caching, has `prerequisites: [http]`, and http is module 3.
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

    Bad: caching, in the track `short`, has `prerequisites: [http]`, and http is not in `short`.
    Good: http is in `short` too, or caching has `recommended: [http]` and a bridge box.
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

    Readers of that track lack what the module builds on. The box begins
    `**If you skipped [Module N](file).**` and appears in editions without that module. A box for a
    module that every track holds would never be shown.

    Bad: `recommended: [http]`, http is not in the track, and nothing stands in for it.
    Good: `> [!NOTE]`, then `> **If you skipped [Module 3](03-http.md).** A request has …`.
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


def prerequisites_are_acyclic(course: Course) -> Iterator[Found]:
    """No module needs itself, by whatever way round.

    A reader could start nowhere on such a circle. It is printed as a whole: `a → b → c → a`.

    Bad: a has `prerequisites: [b]`, and b has `prerequisites: [a]`.
    Good: a has `prerequisites: []`, and b has `prerequisites: [a]`.
    """
    graph = {module.id: module.prerequisites for module in course.modules}
    for cycle in cycles(graph):
        module = course.module(cycle[0])
        at = module.where(f"prerequisites/{module.prerequisites.index(cycle[1])}")
        yield at, f"the prerequisites go in a circle: {' → '.join(cycle)}", "Remove one of these edges."


def cycles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One cycle of a graph at a time, its first node again at its end; found ones are cut open."""
    edges = {node: list(others) for node, others in graph.items()}
    while True:
        try:
            tuple(TopologicalSorter(edges).static_order())
            return
        except CycleError as found:
            cycle = list(reversed(found.args[1]))
            start = cycle.index(min(cycle[:-1]))
            cycle = [*cycle[start:-1], *cycle[:start], cycle[start]]
            yield cycle
            edges[cycle[0]].remove(cycle[1])


def prerequisites_are_minimal(course: Course) -> Iterator[Found]:
    """A prerequisite is not implied by another one.

    Whoever has read what you need has also read what that needed: an edge more only clutters the map.

    Bad: `prerequisites: [http, caching]`, where caching needs http. Good: `prerequisites: [caching]`.
    """
    for module in course.modules:
        for number, id in enumerate(module.prerequisites):
            others = {o: ancestors(course, o) for o in module.prerequisites if o not in (id, module.id)}
            via = next((o for o, above in others.items() if id in above and module.id not in above), "")
            if via:
                at = module.where(f"prerequisites/{number}")
                yield at, f"{id} is implied by {via}, which needs it", "Remove it."


def ancestors(course: Course, id: str) -> set[str]:
    """Every module that must be read before this one."""
    found: set[str] = set()
    waiting = list(course.module(id).prerequisites)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += course.module(other).prerequisites
    return found


def minutes_are_plausible(course: Course) -> Iterator[Found]:
    """The `minutes` lie between the time to read the text and five times what text and runs take.

    Readers plan their evenings by them. Counted are 200 words of prose a minute and 10 minutes for each
    program that is run, and half an hour for exercises: only their author knows how long they take.

    Bad: `minutes: 15` for 4,000 words. Good: `minutes: 90`.
    """
    for module in course.modules:
        runs = sum(
            1
            for b in walk(module.document.blocks)
            if isinstance(b, Code) and b.get("run", "false") != "false"
        )
        reading = module.document.words / 200
        least, most = ceil(reading), floor(5 * (reading + 10 * runs) + 30)
        if not least <= module.minutes <= most:
            message = f"{module.minutes} minutes for {module.document.words} words and {runs} runs"
            yield (
                module.where("minutes"),
                message,
                f"Between {least} and {most} would be plausible.",
            )


RULES = (
    Rule("C110", Severity.ERROR, prerequisites_come_earlier, compares=True),
    Rule("C111", Severity.ERROR, prerequisites_are_acyclic, compares=True),
    Rule("C112", Severity.WARNING, prerequisites_are_minimal, compares=True),
    Rule("C113", Severity.ERROR, tracks_are_closed, compares=True),
    Rule("C114", Severity.ERROR, bridges_stand_where_needed, compares=True),
    Rule("C115", Severity.WARNING, minutes_are_plausible, compares=True),
)
