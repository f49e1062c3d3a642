"""What changed in assessments and questions, above all whether stored answers are still right.

Options have no ids that last (`a1` is a place), so they are paired by what they say.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from html import unescape
from itertools import zip_longest

from pipeline.compare.change import Change, Row, change, changed
from pipeline.compare.ids import Ids, came_or_went, moved

Pair = tuple[Row | None, Row | None]
LIKE = 0.6
"""From this ratio of common words on (difflib's) two texts are one that was reworded."""
EXACT = r"\d+(?:[.,]\d+)*|[<>=+*/%&|^~!]+"
"""Numbers and operators: where these are others, a text says something else."""


def assessment_changes(old: Row | None, new: Row | None, module: str, ids: Ids) -> Iterator[Change]:
    """An assessment that came or went, or the order of its questions."""
    if not (old and new):
        yield came_or_went("assessment", old, new, ids, (new or old or {})["purpose"], module)
        return
    for id, was_after, is_after in moved([ids.present(id) for id in old["questions"]], new["questions"]):
        yield change("question-moved", module, id, was_after, is_after)


def question_changes(old: Row | None, new: Row | None, module: str, ids: Ids) -> Iterator[Change]:
    """A question that came or went, or what is otherwise in it."""
    if not (old and new):
        yield came_or_went("question", old, new, ids, (new or old or {})["stem"]["text"], module)
        return
    id, kind = new["id"], new["kind"]
    yield from _differs("question-stem", module, id, old["stem"], new["stem"])
    yield from changed("question-level", module, id, old["level"], new["level"])
    yield from changed("question-points", module, id, old["points"], new["points"])
    assessed = [ids.present(objective) for objective in old["objectives"]]
    yield from changed("question-objectives", module, id, sorted(assessed), sorted(new["objectives"]))
    yield from _differing("question-hints", module, id, old["hints"], new["hints"])
    if old["kind"] != kind:
        yield change("question-kind", module, id, old["kind"], kind)
        return
    options = list(_paired(old["options"], new["options"]))
    if _key_changed(kind, old, new, options):
        yield change("question-key", module, id, _key(old), _key(new))
    yield from _option_changes(options, kind, module, id)
    told = "question-answer" if kind in ("interview", "exercise") else "question-reasons"
    yield from _differing(told, module, id, *_reasons(options, old, new))


def _reasons(options: Sequence[Pair], old: Row, new: Row) -> tuple[list[str], list[str]]:
    """Why each option that both releases have is right or wrong, in the same order; and the explanation."""
    kept = [(was, now) for was, now in options if was and now]
    before = [*(was["why"] for was, _ in kept), *_said(old)]
    return before, [*(now["why"] for _, now in kept), *_said(new)]


def _said(question: Row) -> Iterator[str]:
    """An explanation or a model answer."""
    if "answer" in question:
        yield question["answer"]["html"]


# --- the key -------------------------------------------------------------------------------------


def _key_changed(kind: str, old: Row, new: Row, options: Sequence[Pair]) -> bool:
    """Whether an answer that was right is wrong now, or the other way round."""
    match kind:
        case "single" | "multiple":
            return any(_right(was) != _right(now) for was, now in options)
        case "order":
            after = [new["options"].index(now) for was, now in options if was and now]
            return after != sorted(after) or not all(all(pair) for pair in options)
        case "numeric":
            return any(not _equal(*pair) for pair in zip(_number(old), _number(new), strict=True))
        case _:
            return False


def _right(option: Row | None) -> bool:
    """An option that is not there is as good as a wrong one."""
    return bool(option and option["correct"])


def _number(question: Row) -> tuple[str, str]:
    answer = question.get("answer", {})
    return answer.get("number", ""), answer.get("tolerance", "0")


def _equal(old: str, new: str) -> bool:
    """Whether two decimals are the same number: 1.50 is 1.5."""
    try:
        return old == new or Decimal(old) == Decimal(new)
    except InvalidOperation:
        return False


def _key(question: Row) -> str:
    """What is right, for people."""
    if question["kind"] == "numeric":
        return " ± ".join(_number(question))
    return "; ".join(option["text"] for option in question["options"] if option["correct"])


# --- options -------------------------------------------------------------------------------------


def _paired(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Pair]:
    """Each option with what it has become: the same markup, else the same text, else a text much like it."""
    left, found = list(new), dict[int, Row]()
    alike: tuple[Callable[[Row, Row], float], ...] = (
        lambda was, now: was["html"] == now["html"],
        lambda was, now: was["text"] == now["text"],
        _likeness,
    )
    for likeness in alike:
        for place, was in enumerate(old):
            best = max(left, key=lambda now: likeness(was, now), default=None)
            if place not in found and best and likeness(was, best) >= LIKE:
                found[place] = left.pop(left.index(best))
    yield from ((was, found.get(place)) for place, was in enumerate(old))
    yield from ((None, now) for now in left)


def _likeness(old: Row, new: Row) -> float:
    """How many of an option's words are still there; none where its numbers or operators are others."""
    words, exact = (
        [re.findall(pattern, row["text"].lower()) for row in (old, new)] for pattern in (r"\w+", EXACT)
    )
    if exact[0] != exact[1] or not all(words):
        return 0
    return SequenceMatcher(None, words[0], words[1], False).ratio()


def _option_changes(options: Sequence[Pair], kind: str, module: str, id: str) -> Iterator[Change]:
    for was, now in options:
        if was and now:
            yield from _differs("option-reworded", module, id, was, now)
        elif now:
            yield change("option-added", module, id, new=now["text"])
        elif was:
            yield change("option-removed", module, id, was["text"])
    local = [(was["id"], now["id"]) for was, now in options if was and now]
    if kind != "order":
        yield from changed("option-moved", module, id, [was for was, _ in local], [now for _, now in local])


# --- texts ---------------------------------------------------------------------------------------


def _differs(kind: str, module: str, id: str, old: Row, new: Row) -> tuple[Change, ...]:
    """A change of a text, told in the plainest of its forms that shows it."""
    forms = (form for form in ("text", "html", "markdown") if old.get(form) != new.get(form))
    return next((changed(kind, module, id, old[form], new[form]) for form in forms), ())


def _differing(kind: str, module: str, id: str, old: Sequence[str], new: Sequence[str]) -> tuple[Change, ...]:
    """A change of texts of XHTML, told by those that differ, place by place; as plain text, if that tells."""
    differ = [(was, now) for was, now in zip_longest(old, new, fillvalue="") if was != now]
    if not differ:
        return ()
    gone, fresh = (" / ".join(filter(None, side)) for side in zip(*differ, strict=True))
    shown = (_plain(gone), _plain(fresh))
    before, now = shown if shown[0] != shown[1] else (gone, fresh)
    return (change(kind, module, id, before, now),)


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()
