"""How the answers of a question score in a cartridge: choices, accepted texts, and conditions in their order.

The profile of QTI 1.2.1 in IMS Common Cartridge 1.1 sets SCORE to 100 or leaves it, in one condition; it knows
no part of a mark. Importers go by the order of the conditions: what is shown in any case (it goes on), the
score (it ends), then each choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from zlib import crc32

from pipeline.targets.lms.contents import Row

GENERAL, RIGHT = "general_fb", "correct_fb"
"""Names that importers know: of feedback in any case, and of feedback for the right answer."""
WEIGHTS = 99
STEPS = 10
"""As many numbers on each side of a right one are written out, when the tolerance has no more of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a learner chooses from."""

    ident: str
    html: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the response processing: which values the response has (none given: any response), which
    it has not, whether it scores, what it shows, and whether the conditions after it count when it holds."""

    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    exactly: bool = False
    scores: bool = False
    shows: str = ""
    goes_on: bool = False


def lost(row: Row) -> Iterator[str]:
    """What the profile, or platforms that import it, cannot say of a question."""
    if row["kind"] == "multiple":
        yield "all or nothing: no part of the mark for a part of the right answers"
        yield "Moodle shares the mark among right answers, and takes nothing away for wrong ones"
    elif row["kind"] == "numeric":
        yield f"the answer is compared as a text; accepted are: {'; '.join(accepted(row))}"
        if Decimal(row["answer"]["tolerance"]):
            yield f"no tolerance of {row['answer']['tolerance']}"
    elif row["kind"] == "order":
        yield f"the right order is chosen among {len(choices(row))}, and not made"
    if row["hints"]:
        yield "hints stand in the package, and platforms do not show them"
    if row["points"] > WEIGHTS:
        yield f"a weight of at most {WEIGHTS}"


def essay(row: Row) -> bool:
    """Whether a question is answered with a text that nobody but a reader can score."""
    return row["kind"] in ("interview", "exercise")


def choices(row: Row) -> tuple[Choice, ...]:
    """What a learner chooses from; of an order: whole orders."""
    if row["kind"] == "order":
        return tuple(_orders(row))
    return tuple(Choice(o["id"], o["html"], o["correct"], o["why"]) for o in row["options"])


def _orders(row: Row) -> Iterator[Choice]:
    """The right order, and what two exchanges of neighbours make of it, each alone and both: none of the four is
    more like the others than the rest, so the right one is not to be guessed from them."""
    right = tuple(option["html"] for option in row["options"])
    pairs = list(combinations(range(len(right) - 1), 2))
    apart = [pair for pair in pairs if pair[1] - pair[0] > 1] or pairs or [(0, 0)]
    turn = crc32(row["id"].encode())
    first, second = apart[turn % len(apart)]
    one, other = _exchanged(right, first), _exchanged(right, second)
    orders = list(dict.fromkeys((right, one, other, _exchanged(one, second))))
    start = turn // len(apart) % len(orders)
    for n, order in enumerate(orders[start:] + orders[:start], 1):
        items = "".join(f"<li>{html}</li>" for html in order)
        yield Choice(f"o{n}", f"<ol>{items}</ol>", order == right, "")


def _exchanged(order: tuple[str, ...], at: int) -> tuple[str, ...]:
    return (*order[:at], *reversed(order[at : at + 2]), *order[at + 2 :])


def accepted(row: Row) -> tuple[str, ...]:
    """The texts that answer a numeric question: the number, and what else the tolerance allows where that can be
    written out, each also with its thousands parted and without zeros at its end."""
    number, tolerance = Decimal(row["answer"]["number"]), Decimal(row["answer"]["tolerance"])
    digits = max(0, *(-int(value.as_tuple().exponent) for value in (number, tolerance)))
    digits = digits if number else max(digits, 1)  # to PHP, "0" is no answer, and "0.0" is one
    step = Decimal(1).scaleb(-digits)
    steps = int(tolerance / step) if tolerance <= STEPS * step else 0
    near = (number + sign * n * step for n in range(steps + 1) for sign in (-1, 1))
    texts = (text for value in near for text in (f"{value:f}", f"{value:,f}", f"{value.normalize():f}"))
    return tuple(dict.fromkeys((row["answer"]["number"], *texts)))


def conditions(row: Row) -> Iterator[Condition]:
    """The conditions of a question, in the order that importers need."""
    if row.get("answer", {}).get("html"):
        yield Condition(shows=GENERAL, goes_on=True)
    if row["kind"] == "numeric":
        yield from _texts(accepted(row))
    found = choices(row)
    right = tuple(choice.ident for choice in found if choice.right)
    if row["kind"] == "multiple":
        wrong = tuple(choice.ident for choice in found if not choice.right)
        reasons = any(choice.right and choice.why for choice in found)
        yield Condition(right, wrong, exactly=True, scores=True, shows=RIGHT if reasons else "")
    for choice in sorted(found, key=lambda choice: not choice.right):
        scores = choice.right and row["kind"] != "multiple"
        if scores or choice.why:
            yield Condition((choice.ident,), scores=scores, shows=reason(choice) if choice.why else "")


def _texts(texts: tuple[str, ...]) -> Iterator[Condition]:
    """All texts in one condition, where importers look for them; then each in its own, for those to whom the
    values of a condition must all hold."""
    yield Condition(texts, scores=True)
    if len(texts) > 1:
        yield from (Condition((text,), scores=True) for text in texts)


def reason(choice: Choice) -> str:
    """The name of the feedback that says why a choice is right or wrong."""
    return f"{choice.ident}_fb"
