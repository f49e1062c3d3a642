"""Rules that keep a module usable by ear, by keyboard and in print."""

from collections.abc import Iterator

from pipeline.diagnostics import Severity
from pipeline.document.diagrams import printed_label
from pipeline.document.highlight import known
from pipeline.document.places import places
from pipeline.document.text import walk
from pipeline.lint.links import marks
from pipeline.lint.rule import Found, Rule
from pipeline.model import Course, Diagram


def images_say_what_they_show(course: Course) -> Iterator[Found]:
    """An image has an alternative text, and not only its file's name (WCAG 2.2, 1.1.1).

    It is what a screen reader says, and what is left where the picture does not load.

    Bad: `![](../assets/path.svg)`, `![path.svg](../assets/path.svg)`.
    Good: `![The path of a request, from browser to database](../assets/path.svg)`.
    """
    for _, mark in marks(course, "image"):
        name = mark.name.rsplit("/", 1)[-1]
        if not mark.text.strip() or mark.text.strip() in (name, name.rsplit(".", 1)[0]):
            yield (
                mark.span,
                "the image has no alternative text",
                "Say what the picture shows: ![what it shows](…).",
            )


def diagrams_are_described(course: Course) -> Iterator[Found]:
    """A diagram has `accTitle:` and `accDescr:` lines: they become its alternative text.

    Whoever does not see the drawing has nothing else.

    Bad: `flowchart LR`, then the arrows at once.
    Good: `flowchart LR`, `accTitle: A queue`, `accDescr: Two workers take jobs from one queue.`
    """
    for _, mark in marks(course, "diagram"):
        if not mark.text:
            remedy = "Write `accTitle: …` and `accDescr: …` on lines below the diagram's keyword."
            yield mark.span, "the diagram has no accTitle or no accDescr", remedy


def code_languages_are_known(course: Course) -> Iterator[Found]:
    """A fence names its language, `text` where there is none.

    A screen reader announces it, and the colors of the code come from it.

    Bad: three backticks alone, or `javscript` behind them. Good: `js`, `sql`, `text`.
    """
    for _, mark in marks(course, "code"):
        if not mark.text or not known(mark.text):
            message = (
                f'"{mark.text}" is no language that can be highlighted'
                if mark.text
                else "the fence names no language"
            )
            yield mark.span, message, "Write the language behind ```, or `text`."


def tables_have_heads(course: Course) -> Iterator[Found]:
    """A table has a header row with words in it.

    A screen reader says them before each cell; without them a row is a list of numbers.

    Bad: `| | |` as the first row. Good: `| Status | Meaning |`.
    """
    for _, mark in marks(course, "table"):
        if mark.text == "headless":
            yield mark.span, "the table has no header", "Name the columns in the first row."


LEAST = 7.0
"""Points: what still can be read on paper."""


def diagrams_can_be_read_in_print(course: Course) -> Iterator[Found]:
    """A diagram fits a page of A4 with labels of at least 7 points.

    A book scales what is too wide or too high for its page, and the labels with it.

    Bad: a chain of twenty boxes from left to right. Good: `flowchart TB`, or two diagrams.
    """
    at = places(course)
    for module in course.modules:
        shown = (block for block in walk(module.document.blocks) if isinstance(block, Diagram))
        for block in shown:
            size = printed_label(block.width, block.height)
            if size < LEAST:
                yield (
                    at[f"{module.id}--{block.id}"],
                    f"on a page of A4 the labels of this diagram are {size:.1f} pt high",
                    "Turn it (`TB` or `LR`), shorten labels, or part it: 7 pt is the least.",
                )


def diagrams_can_be_read_from_the_last_row(course: Course) -> Iterator[Found]:
    """A diagram fits its slide with labels of at least 20 pixels of 720.

    A deck draws diagrams closer than a book, turns one where that helps, and scales what is still too large.

    Bad: fifteen messages in a sequence diagram. Good: ten, with shorter words; or two diagrams.
    """
    from pipeline.targets.slides.deck import unreadable

    at = places(course)
    for module in course.modules:
        for id, size in unreadable(module):
            yield (
                at[f"{module.id}--{id}"],
                f"on a slide the labels of this diagram are {size:.1f} px high",
                "Shorten labels, leave rows out, show it without text beside it, or part it: 20 px is the least.",
            )


RULES = (
    Rule("A101", Severity.ERROR, images_say_what_they_show),
    Rule("A102", Severity.ERROR, diagrams_are_described),
    Rule("A103", Severity.WARNING, code_languages_are_known),
    Rule("A104", Severity.WARNING, tables_have_heads),
    Rule("A105", Severity.WARNING, diagrams_can_be_read_in_print),
    Rule("A106", Severity.WARNING, diagrams_can_be_read_from_the_last_row),
)
