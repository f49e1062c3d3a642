"""The questions of a quiz as the player shows them, and the key by which it checks and reports answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from markupsafe import Markup

from pipeline.targets.lms.contents import Contents, Row, local, shuffled
from pipeline.targets.lms.markup import Element, parsed, written
from pipeline.targets.lms.scorm.package import MASTERY
from pipeline.targets.lms.scorm.page import Picture, localized

TYPES = {"single": "choice", "multiple": "choice", "numeric": "numeric", "order": "sequencing"}
"""Kinds of questions as SCORM 1.2 calls them (Run-Time Environment, cmi.interactions.n.type)."""
TASKS = {
    "single": "Choose one answer.",
    "multiple": "Choose every answer that is right.",
    "numeric": "Give a number.",
    "order": "Put these in order, the first one on top.",
}


@dataclass(frozen=True, slots=True)
class Option:
    """An option. `letter` stands for it in reports: answers are single characters there."""

    letter: str
    html: Markup
    text: str
    why: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the player shows it: `options` as they are shown; `ordered` is the right order, if that
    is what is asked."""

    key: str
    kind: str
    task: str
    stem: Markup
    options: tuple[Option, ...]
    ordered: tuple[Option, ...]
    hints: tuple[Markup, ...]
    answer: Markup


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of a module, with the pictures that they show."""

    shown: tuple[Shown, ...]
    pictures: tuple[Picture, ...]


def shown(rows: Iterable[Row]) -> Questions:
    """The questions of a quiz."""
    texts = _Texts()
    return Questions(tuple(_shown(row, texts) for row in rows), tuple(texts.pictures))


class _Texts:
    """The texts of questions, made to stand in a page with others; the pictures they show are collected."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []

    def fragment(self, html: str) -> Element:
        """A text. It has no ids: those of two questions may be the same."""
        holder = parsed(html)
        self.pictures += localized(holder, "")
        for element in holder.iterfind(".//*[@id]"):
            del element.attrib["id"]
        return holder

    def html(self, html: str) -> Markup:
        """A text as HTML."""
        return Markup(written(self.fragment(html)))


def _shown(row: Row, texts: _Texts) -> Shown:
    stem = texts.fragment(row["stem"]["html"])
    if len(stem):
        stem[0].set("id", f"scorm.{local(row['id'])}.stem")  # it names the group of answers
    own = tuple(
        Option(letter, texts.html(option["html"]), option["text"], texts.html(option["why"]))
        for letter, option in zip(ascii_lowercase, row["options"], strict=False)
    )
    assert len(own) == len(row["options"]), f"{row['id']}: more options than letters"
    ordered = row["kind"] == "order"
    return Shown(
        key=local(row["id"]),
        kind=row["kind"],
        task=TASKS[row["kind"]],
        stem=Markup(written(stem)),
        options=tuple(own[row["options"].index(option)] for option in shuffled(row)) if ordered else own,
        ordered=own if ordered else (),
        hints=tuple(texts.html(hint) for hint in row["hints"]),
        answer=texts.html(row.get("answer", {}).get("html", "")),
    )


def key(module: Row, contents: Contents) -> dict[str, Any]:
    """What the player has to know: the right answers, and the names and types by which it reports them."""
    rows = contents.questions(module, "quiz")
    return {"module": module["id"], "mastery": MASTERY, "questions": list(map(_key, rows))}


def _key(row: Row) -> dict[str, Any]:
    """The key of a question. Its id in reports has no other characters than those of CMIIdentifier; `hash`
    tells whether an answer that was kept is one to this question as it is now."""
    answer = row.get("answer", {})
    return {
        "key": local(row["id"]),
        "id": row["id"].replace("/", "_"),
        "kind": row["kind"],
        "type": TYPES[row["kind"]],
        "points": max(row["points"], 1),
        "right": answer["number"] if row["kind"] == "numeric" else "".join(_letters(row)),
        "tolerance": answer.get("tolerance", "0"),
        "hash": row["contentHash"][:4],
    }


def _letters(row: Row) -> Iterator[str]:
    for letter, option in zip(ascii_lowercase, row["options"], strict=False):
        if option["correct"]:
            yield letter
