"""Mermaid diagrams drawn to SVG without a browser, by merman (a Rust port of mermaid 11).

Text is measured with the theme's own fonts, so that boxes fit the words that are later set in
them. merman drops `accTitle` and `accDescr` for some kinds of diagram, so the SVG's `<title>` and
`<desc>` are written here (SVG 2, section 5.7).
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import merman
from fontTools.ttLib import TTFont

_Operation = merman.MermanTextMeasurementOperation
_Kind = merman.MermanTextMeasurementResultKind
_WRAPPED = (_Operation.WRAPPED, _Operation.WRAPPED_WITH_RAW_WIDTH)
_LENGTHS = (
    _Operation.COMPUTED_LENGTH,
    _Operation.SIMPLE_B_BOX_WIDTH,
    _Operation.RAW_B_BOX_WIDTH,
    _Operation.TSPAN_B_BOX_WIDTH,
    _Operation.WRAP_PROBE_B_BOX_WIDTH,
    _Operation.BOUNDING_CLIENT_RECT_WIDTH,
    _Operation.CANVAS_MEASURE_TEXT_WIDTH,
)


class DiagramError(Exception):
    """The source is no diagram: `line` and `column` count from 1 inside it."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG with the width and height of its view box, in CSS pixels."""

    svg: str
    width: float
    height: float


@cache
def _widths(path: Path) -> dict[int, float]:
    """Advance widths by character, in em."""
    font = TTFont(path)
    units = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    return {code: metrics[glyph][0] / units for code, glyph in font.getBestCmap().items()}


class _Measurer(merman.MermanTextMeasurer):  # type: ignore[misc]
    """Answers merman's questions about the size of a text with the widths of two fonts."""

    def __init__(self, regular: dict[int, float], bold: dict[int, float]) -> None:
        super().__init__()
        self.regular, self.bold = regular, bold

    def width(self, text: str, size: float, weight: str | None) -> float:
        widths = self.bold if weight in ("bold", "bolder", "600", "700", "800", "900") else self.regular
        return sum(widths.get(ord(char), 1.0 if ord(char) > 0x2E80 else 0.6) for char in text) * size

    def lines(self, text: str, size: float, weight: str | None, limit: float | None) -> list[str]:
        lines: list[str] = []
        for paragraph in text.split("\n"):
            current = ""
            for word in paragraph.split(" "):
                longer = f"{current} {word}" if current else word
                if current and limit and self.width(longer, size, weight) > limit:
                    lines.append(current)
                    current = word
                else:
                    current = longer
            lines.append(current)
        return lines

    def measure(self, asked: Any) -> Any:
        size, weight = asked.font_size, asked.font_weight
        if asked.operation in _LENGTHS:
            return self._result(_Kind.LENGTH, length=self.width(asked.text, size, weight))
        if asked.operation is not _Operation.MEASURE and asked.operation not in _WRAPPED:
            return None
        limit = asked.max_width if asked.operation in _WRAPPED else None
        lines = self.lines(asked.text, size, weight, limit)
        width = max(self.width(line, size, weight) for line in lines)
        height = (asked.line_height or size * 1.2) * len(lines)
        if asked.operation is not _Operation.WRAPPED_WITH_RAW_WIDTH:
            return self._result(_Kind.METRICS, width=width, height=height, lines=len(lines))
        raw = max(self.width(line, size, weight) for line in asked.text.split("\n"))
        return self._result(
            _Kind.WRAPPED_WITH_RAW_WIDTH, width=width, height=height, lines=len(lines), raw=raw
        )

    def _result(
        self, kind: Any, width: float = 0.0, height: float = 0.0, length: float = 0.0, lines: int = 0,
        raw: float | None = None,
    ) -> Any:  # fmt: skip
        return merman.MermanTextMeasureResult(
            result_kind=kind, width=width, height=height, length=length, line_count=lines,
            bbox_left=None, bbox_right=None, raw_width=raw,
        )  # fmt: skip


@cache
def _engine(options: str, regular: Path, bold: Path) -> merman.MermanEngine:
    services = merman.MermanEngineServices()
    services = services.with_text_measurer(_Measurer(_widths(regular), _widths(bold)))
    return merman.MermanEngine(options_json=options, services=services)


def draw(source: str, title: str, description: str, options: str, fonts: Path) -> Drawing:
    """The diagram as SVG. `options` is merman's JSON, `fonts` the folder with Book Sans.

    Raises DiagramError at the place of the first syntax error.
    """
    engine = _engine(options, fonts / "BookSans-Regular.ttf", fonts / "BookSans-Bold.ttf")
    problem = _first_error(engine, source)
    if problem:
        raise problem
    try:
        svg = engine.render_svg(source, json.dumps({"svg": {"diagram_id": "diagram"}}))
    except merman.MermanError as failure:
        raise DiagramError(_said(failure), 1, 1) from failure
    if _LEADS.search(svg):
        lines = enumerate(source.split("\n"), 1)
        at = next((number for number, line in lines if _LINK.match(line)), 1)
        raise DiagramError("a diagram holds no link: write it in the text beside", at, 1)
    return _finished(svg, title, description)


_LEADS = re.compile(r"""<a\b|\bhref=["'](?!#)""")
_LINK = re.compile(r"\s*(?:click|link|links|href)\b")
"""Statements of Mermaid that make a shape a link, or have it call a function."""


def _said(failure: merman.MermanError) -> str:
    """Why a diagram cannot be drawn, in a line."""
    said = str(failure)
    if "RESOURCE_LIMIT" in said:
        return "it is too large: draw it as two, or leave out what is not talked of"
    return said.splitlines()[0][:200]


def _first_error(engine: merman.MermanEngine, source: str) -> DiagramError | None:
    analysis = json.loads(engine.analyze_json(source, "{}"))
    for row in analysis.get("diagnostics", ()):
        if row.get("severity") == "error":
            span = row.get("span") or {}
            return DiagramError(
                str(row.get("message", "not a diagram")), int(span.get("line", 1)), int(span.get("column", 1))
            )
    return None


_NAMES = re.compile(r"<title\b[^>]*>.*?</title>|<desc\b[^>]*>.*?</desc>", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*>")
_BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
_SIZE = re.compile(r' (?:width|height|style|aria-\w+|role)="[^"]*"')


def _finished(svg: str, title: str, description: str) -> Drawing:
    svg = _NAMES.sub("", svg).replace("overflow:hidden", "overflow:visible")
    root = _ROOT.search(svg)
    box = _BOX.search(svg)
    if not root or not box:
        raise DiagramError("the drawing has no size", 1, 1)
    width, height = float(box[3]), float(box[4])
    head = _SIZE.sub("", root[0])[:-1] + f' width="{width:g}" height="{height:g}" role="img">'
    named = f"<title>{escape(title, quote=False)}</title><desc>{escape(description, quote=False)}</desc>"
    return Drawing(head + named + svg[root.end() :], width, height)
