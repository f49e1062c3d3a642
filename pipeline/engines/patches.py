"""What WeasyPrint 70 lacks for a typeset book, added to its functions while it is imported.

- `_line_breaks`: a text whose last space does not fit keeps its line (a defect of 70.0).
- `_flow`: blocks end on the baseline grid (CSS Rhythmic Sizing 1, `block-step-size`), and a figure that
  does not fit changes places with the text behind it, as a float to the top of the next page would.
- `_tails`: what follows an open page number on its line is drawn so that the linker can move it.

Each replaces one function of the layout by one that calls it; nothing is copied from the library.
"""

from collections.abc import Callable, Iterator
from functools import cache as once
from typing import Any

GRID = "__grid"
"""The step of the baseline grid as WeasyPrint keeps the custom property `--grid`."""
FLOWS = ("body", "section")
"""Elements whose children stand on the grid. The height of a page's text is a multiple of the step."""
MOVED = "figure"
LEAST = 96.0
"""CSS pixels of a gap that is worth moving a figure for, some five lines; once it waits, all of it is filled."""
TAIL = 1_000_000
"""The matrix `1 0 0 1 TAIL+N 0 cm` moves what follows the open page number N (ISO 32000-1, 8.3.4)."""


@once
def mend() -> None:
    """Add all to the imported library; the second call does nothing."""
    _line_breaks()
    _flow()
    _tails()


def _line_breaks() -> None:
    """WeasyPrint 70 takes `… steady rate. ` before a link for a text that cannot be broken when all that
    does not fit is its last space, and leaves its first word alone on the line."""
    from weasyprint.layout import inline

    split = inline.split_first_line

    def split_first_line(text: str, style: Any, context: Any, width: Any, *rest: Any, **named: Any) -> Any:
        found = split(text, style, context, width, *rest, **named)
        spaces = text.endswith(" ") and style["white_space"] in ("normal", "pre-line")
        if found[2] is None or not spaces or width is None or len(text) * style["font_size"] > 4 * width:
            return found
        bare = split(text.rstrip(" "), style, context, width, *rest, **named)
        if bare[2] is None and bare[3] <= width:
            return split(text, style, context, None, *rest, **named)
        return found

    inline.split_first_line = split_first_line


# --- the flow of blocks ----------------------------------------------------------------------

Flow = Callable[..., tuple[Any, ...]]


def _flow() -> None:
    from weasyprint.layout import block

    laid: Flow = block._in_flow_layout

    def in_flow_layout(
        context: Any, box: Any, index: int, child: Any, placed: list[Any], empty: bool,
        absolute: list[Any], fixed: list[Any], margins: list[float], bottom: float, y: float, *rest: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        def lay(found: Any) -> tuple[Any, ...]:
            found.position_x, found.position_y = child.position_x, child.position_y
            return laid(
                context, box, index, found, list(placed), empty,
                absolute, fixed, list(margins), bottom, y, *rest,
            )  # fmt: skip

        found = box.children[index]
        least = 0.0 if getattr(found, "waits", False) else LEAST
        moves = found.element_tag == MOVED and context.page_bottom - bottom - y > least
        kept = (list(absolute), list(fixed)) if moves or found.element_tag == "section" else ([], [])
        done = lay(found)
        if (moves and not _holds(done, index) and _exchanged(box, index)) or (
            _left_over(context, done, index, found) and _passed_on(box, index)
        ):
            absolute[:], fixed[:] = kept
            done = lay(box.children[index])
        return _stepped(context, box, done, block.collapse_margin)

    block._in_flow_layout = in_flow_layout


def _holds(done: tuple[Any, ...], index: int) -> bool:
    """Whether the child of this index stands on the page."""
    abort, placed = done[0], done[6]
    return not abort and bool(placed) and placed[-1].index == index


def _exchanged(box: Any, index: int) -> bool:
    """Put the paragraph behind a child before it, if there is one."""
    children = list(box.children)
    if not children[index + 1 : index + 2] or children[index + 1].element_tag != "p":
        return False
    children[index].waits = True
    children[index : index + 2] = children[index + 1], children[index]
    box.children = children
    return True


def _left_over(context: Any, done: tuple[Any, ...], index: int, section: Any) -> bool:
    """Whether all that is left of a section is the figure at its end, with a gap before it."""
    last = len(section.children) - 1
    if section.element_tag != "section" or not _holds(done, index) or done[2] != {index: {last: None}}:
        return False
    lowest = done[6][-1].children[-1]
    gap = context.page_bottom - lowest.position_y - lowest.margin_height()
    return bool(section.children[last].element_tag == MOVED and gap > LEAST)


def _passed_on(box: Any, index: int) -> bool:
    """Move the last child of a section into the next one, behind its heading and first paragraph."""
    here, *behind = box.children[index : index + 2]
    tags = [child.element_tag for child in behind[0].children[:2]] if behind else []
    if not behind or behind[0].element_tag != "section" or tags[1:] != ["p"]:
        return False
    children, there = list(here.children), list(behind[0].children)
    there.insert(2, children.pop())
    here.children, behind[0].children = children, there
    return True


def _stepped(
    context: Any, box: Any, done: tuple[Any, ...], collapsed: Callable[[list[float]], float]
) -> tuple[Any, ...]:
    """The child's end, with room below it up to the next line of the grid."""
    abort, stop, resume_at, y, margins, *rest = done
    step = _grid(box) if box.element_tag in FLOWS and not (abort or stop) else 0.0
    if not step:
        return done
    margin = collapsed(margins)
    missing = (context.page_bottom - y - margin) % step
    if EXACT < missing < step - EXACT:
        margins = [*margins, margin + missing]
    return abort, stop, resume_at, y, margins, *rest


EXACT = 0.01
"""CSS pixels that are no distance."""


def _grid(box: Any) -> float:
    tokens = box.style[GRID] or ()
    return next((float(token.value) for token in tokens if token.type == "dimension"), 0.0)


# --- page numbers ----------------------------------------------------------------------------


def _tails() -> None:
    from weasyprint import draw

    texts, inlines = draw.draw_text, draw.draw_inline_level

    def draw_text(stream: Any, box: Any, *rest: Any) -> None:
        _moved(stream, box, lambda: texts(stream, box, *rest))

    def draw_inline_level(stream: Any, page: Any, box: Any, *rest: Any) -> None:
        _moved(stream, box, lambda: inlines(stream, page, box, *rest))

    draw.draw_text, draw.draw_inline_level = draw_text, draw_inline_level


def _moved(stream: Any, box: Any, draw: Callable[[], None]) -> None:
    numbers = getattr(box, "follows", ())
    if not numbers:
        draw()
        return
    with stream.stacked():
        for number in numbers:
            stream.set_matrix(1, 0, 0, 1, TAIL + number, 0)
        draw()


def mark_tails(line: Any, number: Callable[[Any], int | None]) -> Iterator[tuple[int, Any]]:
    """Tell each box of a laid line which open page numbers it follows; `number` gives that of a box, if it
    is one. Gives the numbers with their boxes."""
    met: list[tuple[int, Any]] = []
    for child in line.children:
        if met:
            child.follows = tuple(number for number, _ in met)
        asked = number(child)
        if asked is not None:
            met.append((asked, child))
        elif hasattr(child, "children"):
            met += mark_tails(child, number)
    yield from met
