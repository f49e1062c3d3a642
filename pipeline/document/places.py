"""Where the things of a course stand in its sources, by the ids that they have in every book."""

from collections.abc import Iterator, Mapping

from pipeline.diagnostics import Span
from pipeline.model import Course, Mark, Module


def places(course: Course) -> Mapping[str, Span]:
    """The span of each heading, block and question, by `<module>--<local id>`."""
    return {f"{module.id}--{local}": span for module in course.modules for local, span in _places(module)}


def _places(module: Module) -> Iterator[tuple[str, Span]]:
    """Slides too: `slide.N` for the Nth that the author wrote."""
    yield "top", module.at
    seen: dict[str, int] = {}
    for mark in module.marks:
        if mark.kind in ("heading", "table"):
            yield mark.name, mark.span
        elif mark.kind in ("code", "output", "diagram", "callout", "question", "slide") and not mark.level:
            seen[mark.kind] = seen.get(mark.kind, 0) + 1
            yield f"{mark.kind}.{_named(mark) or seen[mark.kind]}", mark.span


def _named(mark: Mark) -> str:
    return "" if mark.kind == "callout" else mark.name


def where(id: str, known: Mapping[str, Span]) -> Span | None:
    """The place of an id; of an answer that of its question, of what has no place its module's."""
    asked = id.replace("--answer.", "--question.")
    return known.get(asked) or known.get(f"{id.partition('--')[0]}--top")
