"""A module as a deck: title, agenda, the author's slides or derived ones, closing.

Directives of a slide are looked up in the module itself; `directive_findings` names those that lead
nowhere, so that a deck is only ever made of a module in which all of them resolve.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pipeline.diagnostics import Diagnostic, Span, did_you_mean, error
from pipeline.document.text import text, walk
from pipeline.model import (
    Block,
    Break,
    Code,
    Diagram,
    Directive,
    ItemList,
    Module,
    Paragraph,
    Plain,
    Quiz,
    Section,
    Styled,
)
from pipeline.targets.slides.derive import derived, guesses, presented, spoken
from pipeline.targets.slides.layout import DeckSlide, labels, written
from pipeline.targets.slides.parts import lines_of, parted, sentences, single_items
from pipeline.targets.slides.points import WORDS, packed, words
from pipeline.targets.slides.room import LEAST, Leaf

MOST = 40
"""Slides of a derived deck, with title, agenda and closing."""
Next = tuple[str, int, str]
"""Title of a track, number and title of the module that follows in it."""


def deck(module: Module, following: tuple[Next, ...], image: Callable[[str], str]) -> tuple[DeckSlide, ...]:
    """The deck of a module. `image` gives the address of a picture, `following` what comes next.

    KeyError when a directive names what the module does not hold: see `directive_findings`.
    """
    leaves = outline(module, following)
    sections = [n for n, leaf in enumerate(leaves) if leaf.kind == "section"]
    return tuple(
        written(leaf, f"slide-{n + 1}", label, image, (bisect(sections, n), len(sections)))
        for n, (leaf, label) in enumerate(_labelled(leaves))
    )


def outline(module: Module, following: tuple[Next, ...]) -> tuple[Leaf, ...]:
    """The slides before they are written; slide N gets the id `slide-N`."""
    before = (Leaf("title", (module.title,), (Paragraph(module.summary),)), *_agenda(module))
    closing = parted(_closing(module, following))
    room = MOST - len(before) - len(closing)
    inner = authored(module) if module.document.slides else derived(presented(module.document), room)
    return (*before, *inner, *closing)


def guessed(module: Module) -> tuple[tuple[str, str], ...]:
    """Where a deck without slides of its author's had to guess: the id of what it is about, and how."""
    if module.document.slides:
        return ()
    room = MOST - 2 - len(_agenda(module))
    return tuple(guesses(presented(module.document), room))


def unreadable(module: Module) -> tuple[tuple[str, float], ...]:
    """Diagrams whose labels are too small on a slide: the diagram's id, and the size in CSS pixels of 1280 × 720.
    Of a deck that cannot be made, for a directive names nothing, there is nothing to say."""
    if any(directive_findings(module)):
        return ()
    shown = (found for leaf in outline(module, ()) for found in labels(leaf))
    return tuple((diagram.id, size) for diagram, size in shown if size < LEAST)


def _labelled(leaves: tuple[Leaf, ...]) -> Iterator[tuple[Leaf, str]]:
    """Each leaf with its title, numbered where several make a series."""
    total: dict[str, int] = {}
    for leaf in leaves:
        total[leaf.series] = total.get(leaf.series, 0) + 1
    seen: dict[str, int] = {}
    for leaf in leaves:
        seen[leaf.series] = number = seen.get(leaf.series, 0) + 1
        several = leaf.series and total[leaf.series] > 1
        yield leaf, text(leaf.title) + (f" ({number}/{total[leaf.series]})" if several else "")


# --- what is the same in every deck ----------------------------------------------------------


def _agenda(module: Module) -> tuple[Leaf, ...]:
    """The objectives; the course of the module in the notes."""
    rows = tuple((Plain(objective.text),) for objective in module.objectives)
    points: tuple[Block, ...] = (Paragraph(("By the end you can:",)), *single_items(ItemList(False, 1, rows)))
    notes = (_contents(module),)
    leaves = [Leaf("agenda", ("Agenda",), group, (), "agenda") for group in packed(points)]
    return tuple(
        part for n, leaf in enumerate(leaves) for part in parted(replace(leaf, notes=() if n else notes))
    )


def _contents(module: Module) -> Block:
    titles = (block.title for block in module.document.blocks if isinstance(block, Section))
    return ItemList(True, 1, tuple((Plain(title),) for title in titles))


def _closing(module: Module, following: tuple[Next, ...]) -> Leaf:
    """What the module leaves behind, as far as a slide has room for it, and where each track goes on."""
    sections = [block for block in module.document.blocks if isinstance(block, Section)]
    summary = next((s.blocks for s in sections if text(s.title) == "Summary"), ())
    said = next((block.inlines for block in summary if isinstance(block, Paragraph)), module.summary)
    steps = tuple(_following(following))
    choices = (Paragraph(inlines) for inlines in (*sentences(said)[:1], module.summary))
    first = next((one for one in choices if words([one, *steps]) <= WORDS), None)
    blocks = (first, *steps) if first else steps
    return Leaf("closing", ("What comes next",), blocks, spoken(summary), "closing")


def _following(following: tuple[Next, ...]) -> Iterator[Block]:
    if not following:
        yield Paragraph(("This is the last module.",))
        return
    rows = []
    for number, title in dict.fromkeys(step[1:] for step in following):
        tracks = [track for track, *step in following if step == [number, title]]
        named = Styled("strong", (f"Module {number}: {title}",))
        rows.append((Plain((named, Break(), f"next in {'; '.join(tracks)}")),))
    yield ItemList(False, 1, tuple(rows))


# --- the author's slides ---------------------------------------------------------------------


def authored(module: Module) -> tuple[Leaf, ...]:
    """The slides of a module's comments; one that holds more than fits goes on, one without a body
    is a section slide."""
    found = _named(module)
    leaves: list[Leaf] = []
    for n, slide in enumerate(module.document.slides, 1):
        pulled = Counter[str]()
        blocks = tuple(
            _pulled(part, found, pulled) if isinstance(part, Directive) else part for part in slide.body
        )
        kind = "authored" if blocks else "section"
        leaves += parted(Leaf(kind, slide.title, blocks, slide.notes, f"authored-{n}", f"slide.{n}"))
    return tuple(leaves)


def _named(module: Module) -> dict[str, Block]:
    """What directives can name, by `kind.id`."""
    named: dict[str, Block] = {}
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            named |= {f"quiz.{question.key}": Quiz((question,)) for question in block.questions}
        elif isinstance(block, Code | Diagram):
            named[block.id] = block
    return named


def _pulled(directive: Directive, found: Mapping[str, Block], pulled: Counter[str]) -> Block:
    """What it names; a listing of which the slide shows lines already has an id of its own."""
    block = found[f"{directive.name}.{directive.target}"]
    if isinstance(block, Code):
        pulled[block.id] += 1
        id = f"{block.id}.{pulled[block.id]}" if pulled[block.id] > 1 else block.id
        stepped = replace(block, id=id, steps=directive.steps or block.steps)
        return lines_of(stepped, max(directive.first - 1, 0), directive.last or len(block.lines))
    return block


def directive_findings(module: Module) -> tuple[Diagnostic, ...]:
    """S121 for every directive that names what the module does not hold, lines that are not there, or what its slide
    shows already."""
    found = _named(module)
    spans = (mark.span for mark in module.marks if mark.kind == "directive")
    directives = [
        (n, part)
        for n, slide in enumerate(module.document.slides)
        for part in slide.body
        if isinstance(part, Directive)
    ]
    findings: list[Diagnostic] = []
    shown: set[tuple[int, str, str]] = set()
    for (n, directive), span in zip(directives, spans, strict=True):
        findings += _directive(directive, span, found)
        name, target = directive.name, directive.target
        if name != "code" and (n, name, target) in shown:
            message = f"{name} {target} stands twice on this slide"
            findings.append(error("S121", span, message, "Take one of the two away."))
        shown.add((n, name, target))
    return tuple(findings)


def _directive(directive: Directive, span: Span, found: Mapping[str, Block]) -> Iterator[Diagnostic]:
    name, target = directive.name, directive.target
    known = [key.removeprefix(f"{name}.") for key in found if key.startswith(f"{name}.")]
    known = [key for key in known if not key.isdigit()]
    if f"{name}.{target}" not in found:
        listed = f"It has {', '.join(known)}" if known else "It has none"
        message = f"the module has no {name} {target}, which a slide pulls in"
        yield error("S121", span, message, f"{listed}{did_you_mean(target, known)}.")
        return
    block = found[f"{name}.{target}"]
    lines = len(block.lines) if isinstance(block, Code) else 0
    ranges = [(directive.first, directive.last)] if directive.last else []
    first, last = ranges[0] if ranges else (1, lines)
    for wanted in (*ranges, *(row for step in directive.steps for row in step)):
        if not 0 < wanted[0] <= wanted[1] <= lines:
            remedy = f"It has lines 1-{lines}." if lines else "Only @code takes lines."
            said = f"{name} {target} has no lines {_said(wanted)}, which a slide shows"
            yield error("S121", span, said, remedy)
        elif wanted[1] < first or wanted[0] > last:
            remedy = f"The slide shows lines {_said((first, last))}: a step is among them."
            yield error("S121", span, f"lines {_said(wanted)} of {target} are not on the slide", remedy)


def _said(lines: tuple[int, int]) -> str:
    first, last = lines
    return str(first) if first == last else f"{first}-{last}"
