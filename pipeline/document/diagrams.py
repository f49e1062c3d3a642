"""Mermaid fences: their id and texts read from the source, then drawn."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import cache
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.blocks import Conversion
from pipeline.document.text import typographic
from pipeline.model import Diagram, Projected, Theme

if TYPE_CHECKING:
    from pipeline.engines.mermaid import Drawing

PRINTED = 0.78
"""How large a diagram is printed at most: its labels become 8.8 pt, a little below the text."""
LABEL = 15.0 * 0.75
"""Points of a label in a drawing's own size (theme, mermaid.json)."""
ROOM = (589.0, 825.0)
"""Width and height in CSS pixels that a page of A4 has for a picture with its caption (theme, paper.json)."""


def printed_label(width: float, height: float) -> float:
    """The size of the labels in print, in points, of a drawing of this size in CSS pixels."""
    return LABEL * min(PRINTED, ROOM[0] / max(width, 1), ROOM[1] / max(height, 1))


LEGIBLE = 20.0
"""CSS pixels of the smallest label on a slide of 1280 × 720."""
SLIDE = ((1128.0, 455.0), (768.0, 604.0))
"""What a slide has for a diagram below its title, and beside it."""

_ID = re.compile(r"^\s*%%\s*id:\s*([a-z][\w-]*)\s*$", re.MULTILINE)
_DIRECTED = re.compile(r"^(\s*(?:flowchart|graph|direction)\s+)(TB|TD|LR)\b", re.MULTILINE)
_SEQUENCE = re.compile(r"^\s*sequenceDiagram\b", re.MULTILINE)
_TITLE = re.compile(r"^\s*accTitle:\s*(.+)$", re.MULTILINE)
_DESCRIPTION = re.compile(r"^\s*accDescr(?::\s*(?P<line>.+)$|\s*\{(?P<block>[^}]*)\})", re.MULTILINE)


def diagram(
    source: str, span: Span, conversion: Conversion, theme: Theme
) -> tuple[Diagram | None, list[Diagnostic]]:
    """The drawn diagram; None and a finding at the very line where the source is no Mermaid."""
    from pipeline.engines.mermaid import DiagramError
    from pipeline.engines.steps import partial, steps

    def draw(text: str, settings: str) -> "Drawing":
        return _drawn(text, heading, long, settings, theme)

    named = _ID.search(source)
    title, described = _TITLE.search(source), _DESCRIPTION.search(source)
    id = conversion.number("diagram", named[1] if named else "")
    heading = typographic(title[1].strip()) if title else ""
    long = " ".join((described["line"] or described["block"] or "").split()) if described else ""
    long = typographic(long)
    conversion.mark("diagram", span, named[1] if named else "", "titled" if title and described else "")
    undescribed = _DESCRIPTION.sub(_blank, _TITLE.sub(_blank, source))
    close = _closer(theme.digest, theme)
    try:
        drawing = draw(undescribed, theme.text("mermaid.json"))
        slide, shown = _larger(undescribed, close, lambda text: draw(text, close))
    except DiagramError as problem:
        at = Span(span.path, span.line + problem.line, span.column - 1 + problem.column)
        remedy = "Mend the Mermaid source; mermaid.js.org documents each kind of diagram."
        return None, [error("D101", at, f"the diagram cannot be drawn: {problem.message}", remedy)]
    made, findings = [], []
    for line, before in steps(slide):
        try:
            made.append(partial(shown.svg, draw(before, close).svg))
        except DiagramError as problem:
            at = Span(span.path, span.line + line, span.column)
            remedy = "What stands above the step must be a diagram by itself."
            findings.append(error("D102", at, f"the step cannot be drawn: {problem.message}", remedy))
    projected = replace(shown, steps=tuple(made))
    size = drawing.width, drawing.height
    return Diagram(id, heading, long, source, drawing.svg, *size, projected), findings


def _drawn(source: str, title: str, description: str, settings: str, theme: Theme) -> "Drawing":
    """A drawing, remembered: most edits of a module leave its diagrams alone. Raises DiagramError."""
    from pipeline.engines.mermaid import draw

    name = cache.key("drawn", source, title, description, settings, theme)
    return cache.made(name, lambda: draw(source, title, description, settings, Path(theme.folder) / "fonts"))


def _larger(source: str, settings: str, drawn: Callable[[str], Any]) -> tuple[str, Projected]:
    """The drawing for slides, with the source it has: turned, where only so its labels can be read."""
    label = _label(source, settings)
    made = []
    for text in dict.fromkeys((source, _turned(source))):
        drawing = drawn(text)
        made.append((text, Projected(drawing.svg, drawing.width, drawing.height, label, ())))
        if max(made[-1][1].scale(*room) for room in SLIDE) * label >= LEGIBLE:
            return made[-1]
    return made[0]


def _turned(source: str) -> str:
    """The source with its direction changed, if it is of a kind that has one."""
    return _DIRECTED.sub(lambda found: found[1] + ("LR" if found[2][0] == "T" else "TB"), source, count=1)


def _label(source: str, settings: str) -> float:
    """CSS pixels of a label in a drawing's own size. Sequence diagrams have a setting of their own
    (mermaid.js.org, Configuration: `fontSize`, `themeVariables.fontSize`)."""
    site = json.loads(settings)["site_config"]
    size = site.get("fontSize") if _SEQUENCE.search(source) else None
    return float(size or site["themeVariables"]["fontSize"].removesuffix("px"))


@once
def _closer(digest: str, theme: Theme) -> str:
    """The settings of drawings on slides: those of books, with what the theme changes (RFC 7396)."""
    return json.dumps(
        _merged(json.loads(theme.text("mermaid.json")), json.loads(theme.text("slides/mermaid.json")))
    )


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    inner = {
        key: _merged(old.get(key, {}), value) if isinstance(value, dict) else value
        for key, value in new.items()
    }
    return old | inner


def _blank(found: re.Match[str]) -> str:
    """As many lines, empty: title and description are ours to write, and may hold what Mermaid's
    grammar would read as its own."""
    return "\n" * found[0].count("\n")
