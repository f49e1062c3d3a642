"""A slide as XHTML: where its blocks stand, in what sizes, and what the speaker gets to read.

Pictures are named (`PICTURE`); a deck, a handout and a page each put them in as it can.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from pipeline.document.text import text
from pipeline.document.xhtml import Writing, plain_links
from pipeline.model import Block, Blocks, Callout, Code, Diagram, Inlines, Lines, Question, Quiz
from pipeline.targets.slides.room import (
    BOLD,
    LEAST,
    WIDTH,
    Leaf,
    code_size,
    needed,
    room,
    size,
    table_size,
    title_size,
)

TALL, CARD = 604.0, 24.0
"""The height of a diagram beside the title, and what its card adds to a diagram."""
NARROWEST = 320.0


@dataclass(frozen=True, slots=True)
class DeckSlide:
    """A slide as XHTML. `kind` is its leaf's, `source` too, `layout` rows or columns, `style` its sizes as CSS
    properties; `label` is the title as plain text, `notes` what the speaker reads; `section` says in which of
    how many sections it stands."""

    id: str
    kind: str
    layout: str
    style: str
    label: str
    heading: str
    body: str
    notes: str
    source: str
    section: tuple[int, int]

    @property
    def words(self) -> int:
        """How many words it shows, its answers included and its title not; code does not count."""
        said = _TAG.sub(" ", _CODE.sub(" ", self.body)).split()
        return sum(any(map(str.isalnum, word)) for word in said)


_TAG, _CODE = re.compile(r"<[^>]*>"), re.compile(r"<pre.*?</pre>|<figcaption.*?</figcaption>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Layout:
    """`rows` or `columns`; the size of the text, how much a diagram is scaled, the left column's width."""

    name: str
    text: int
    scale: float = 1.0
    left: float = WIDTH


def written(
    leaf: Leaf, id: str, label: str, image: Callable[[str], str], section: tuple[int, int] = (0, 0)
) -> DeckSlide:
    """A leaf as a slide with this id and title. `image` gives the address of a picture."""
    layout = _layout(leaf)
    writing = Writing(plain_links, image, lambda diagram: _picture(diagram, layout), f"{id}--", shows=_shows)
    body = "".join(_block(block, writing) for block in leaf.blocks)
    notes = writing.blocks(leaf.notes) + "".join(_told(block, writing) for block in leaf.blocks)
    heading = writing.inlines(leaf.title) + escape(label.removeprefix(text(leaf.title)))
    return DeckSlide(
        id,
        leaf.kind,
        layout.name,
        _style(leaf, layout),
        label,
        _bare(heading),
        _bare(body),
        _plain(notes + writing.footnotes()),
        leaf.source,
        section,
    )


_NOTEREF = re.compile(r'(<sup class="noteref">)<a [^>]*>(\d+)</a>')
_SECTION = re.compile(r"<(/?)section\b")
_ID = re.compile(r'(<[^>]*?) id="[^"]*"')


def _bare(xhtml: str) -> str:
    """No sections, for reveal.js takes each for a slide; no links to footnotes, which are notes here."""
    return _SECTION.sub(r"<\1div", _NOTEREF.sub(r"\1\2", xhtml))


def _plain(notes: str) -> str:
    """Notes without ids, and with code in one color: only the speaker sees them."""
    return _SPAN.sub("", _ID.sub(r"\1", _bare(notes)))


_SPAN = re.compile(r"</?span\b[^>]*>")


def _shows(block: Block) -> bool:
    """A bridge box belongs to an edition, and a deck to none."""
    return not (isinstance(block, Callout) and block.bridge)


# --- blocks that a deck writes in its own way ------------------------------------------------


def _block(block: Block, writing: Writing) -> str:
    if isinstance(block, Quiz):
        return "".join(_question(question, writing) for question in block.questions)
    made = writing.blocks((block,))
    if isinstance(block, Code) and block.steps:
        return made.replace("</figure>", f"{''.join(map(_step, block.steps))}</figure>", 1)
    return made


def _step(lines: Lines) -> str:
    """What makes lines of code stand out with the next key."""
    ranges = ",".join(f"{first}-{last}" for first, last in lines)
    return f'<span class="fragment step" data-lines="{ranges}"></span>'


def _question(question: Question, writing: Writing) -> str:
    """A quiz item; its answer appears with the next key, and what is right stands out."""
    right = {option.text for option in question.options if option.correct}
    rows = "".join(
        f'<li class="{"key" if choice in right else "option"}">{writing.inlines(choice)}</li>'
        for choice in _choices(question)
    )
    listed = f'<ol class="options">{rows}</ol>' if rows else ""
    return (
        f'<div class="question" id="{writing.id(question.id)}">{writing.blocks(question.stem)}{listed}'
        f'<div class="answer fragment">{_answer(question, writing)}</div></div>\n'
    )


def _choices(question: Question) -> list[Inlines]:
    return [option.text for option in question.options] or sorted(question.items, key=text)


def _answer(question: Question, writing: Writing) -> str:
    reasons = (question.why, *(option.why for option in question.options if option.correct))
    why = " ".join(writing.inlines(reason) for reason in reasons if reason)
    return f"<p><strong>Answer: {_key(question)}.</strong> {why}</p>"


def _key(question: Question) -> str:
    """Letters of the right options, letters in the right order, or a number."""
    if question.items:
        shown = _choices(question)
        return ", ".join(chr(ord("A") + shown.index(item)) for item in question.items)
    if question.options:
        return ", ".join(chr(ord("A") + n) for n, option in enumerate(question.options) if option.correct)
    within = f" (± {question.tolerance})" if question.tolerance not in ("", "0") else ""
    return escape(question.answer + within)


def _told(block: Block, writing: Writing) -> str:
    """What the speaker knows of a picture or a question."""
    match block:
        case Diagram(description=description) if description:
            return f"<p>{escape(description)}</p>"
        case Quiz(questions=questions):
            return "".join(f"<p><strong>Answer</strong></p>{_solution(q, writing)}" for q in questions)
    return ""


def _solution(question: Question, writing: Writing) -> str:
    hints = "".join(f"<p>Hint: {writing.inlines(hint)}</p>" for hint in question.hints)
    return writing.solution(question) + hints


# --- where things stand ----------------------------------------------------------------------


def _layout(leaf: Leaf) -> Layout:
    """Rows; or columns, where a diagram comes out clearly larger beside the title than below it."""
    height = room(leaf.title)
    fitting = size(leaf.blocks, height) or LEAST
    diagrams = [block for block in leaf.blocks if isinstance(block, Diagram)]
    if not diagrams:
        return Layout("rows", fitting)
    rest = tuple(block for block in leaf.blocks if not isinstance(block, Diagram))
    free = (height - needed(rest, fitting)) / len(diagrams) - CARD
    rows = Layout("rows", fitting, diagrams[0].on_slides.scale(WIDTH - CARD, free))
    columns = _columns(leaf, diagrams[0], rest)
    wins = len(diagrams) == 1 and columns.text and columns.scale > 1.1 * rows.scale
    return columns if wins else rows


def labels(leaf: Leaf) -> tuple[tuple[Diagram, float], ...]:
    """The diagrams of a slide, each with the size in CSS pixels that its labels have there."""
    scale = _layout(leaf).scale
    shown = (block for block in leaf.blocks if isinstance(block, Diagram))
    return tuple((diagram, diagram.on_slides.label * scale) for diagram in shown)


def _columns(leaf: Leaf, diagram: Diagram, rest: Blocks) -> Layout:
    """Title and text at the left, the diagram at the right; text 0 where they would be too narrow."""
    scale = diagram.on_slides.scale(WIDTH - NARROWEST - 40 - CARD, TALL)
    left = WIDTH - 40 - CARD - diagram.on_slides.width * scale
    widest = max((len(word) for word in text(leaf.title).split()), default=0)
    fitting = size(rest, room(leaf.title, left), left)
    fits = fitting >= 24 and widest * BOLD * title_size(leaf.title) <= left
    return Layout("columns", fitting if fits else 0, scale, left)


def _style(leaf: Leaf, layout: Layout) -> str:
    sizes = {
        "title": title_size(leaf.title),
        "text": layout.text,
        "code": code_size(leaf.blocks, layout.text),
        "table": table_size(layout.text),
        "left": int(layout.left),
    }
    return ";".join(f"--{name}:{pixels}px" for name, pixels in sizes.items())


PICTURE = "picture:"
"""Addresses of pictures: `picture:diagram.d1.svg`, `picture:diagram.d1.1.svg` for its first step."""


def _picture(diagram: Diagram, layout: Layout) -> str:
    """A diagram; one with steps as pictures that lie on one another, each appearing with the next key."""
    shown = diagram.on_slides
    width, height = shown.width * layout.scale, shown.height * layout.scale
    size = f'width="{width:.0f}" height="{height:.0f}"'
    if not shown.steps:
        return f'<img src="{PICTURE}{diagram.id}.svg" alt="{escape(diagram.title)}" {size}/>'
    first = f'<img src="{PICTURE}{diagram.id}.1.svg" alt="{escape(diagram.title)}" {size}/>'
    names = [*(f"{diagram.id}.{n}" for n in range(2, len(shown.steps) + 1)), diagram.id]
    later = (f'<img class="fragment" src="{PICTURE}{name}.svg" alt="" {size}/>' for name in names)
    return f'<span class="steps">{first}{"".join(later)}</span>'


def pictures(diagram: Diagram) -> tuple[tuple[str, bytes], ...]:
    """The pictures that a slide with this diagram shows, by name."""
    steps = ((f"{diagram.id}.{n}.svg", svg.encode()) for n, svg in enumerate(diagram.on_slides.steps, 1))
    return (*steps, (f"{diagram.id}.svg", diagram.on_slides.svg.encode()))


_STEPS = re.compile(r'<span class="steps"><img [^>]*alt="([^"]*)".*?(<img [^>]*>)</span>', re.DOTALL)


def settled(xhtml: str) -> str:
    """A slide for paper: of a diagram in steps its last, with the text alternative of the first."""
    return _STEPS.sub(lambda found: found[2].replace('alt=""', f'alt="{found[1]}"'), xhtml)
