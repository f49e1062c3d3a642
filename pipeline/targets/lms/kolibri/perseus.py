"""A quiz as an exercise for Kolibri's Perseus viewer: a zip with a JSON file for each question.

Perseus grades all of a question or nothing. It tells no reasons while a question is open, so the last hint of
each is its answer with them; the reasons also stand beside the options, for reports. Kolibri would shuffle the
options of a choice anew with every hint, so they are shuffled here; it does shuffle the entries of an order.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from pipeline.engines.archive import archive, packed
from pipeline.targets.lms.contents import Contents, Row, shuffled
from pipeline.targets.lms.kolibri.markdown import escaped, markdown
from pipeline.targets.lms.kolibri.pages import picture
from pipeline.targets.lms.kolibri.tree import Facts, Stored, stored
from pipeline.targets.lms.markup import outside, parsed, pictured, relinked

HERE = "${☣ LOCALPATH}"
"""Perseus viewers put the address of the zip in its place."""
SNOWMAN = "☃"
"""Marks the place of a widget in a text."""
TABLES = ("calculator", "chi2Table", "periodicTable", "tTable", "zTable")
"""What a learner may look up beside a question: nothing."""
PASS = 0.8
"""How much of an exercise is to be right, of as many answers as it has questions."""
TYPES = {"single": "radio", "multiple": "radio", "numeric": "numeric-input", "order": "sorter"}


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts of an exercise as Markdown; the pictures that they show are kept in `pictures`."""

    contents: Contents
    pictures: dict[str, bytes] = field(default_factory=dict)

    def markdown(self, html: str) -> str:
        """An XHTML fragment of the manifest."""
        holder = parsed(html)
        relinked(holder, outside)
        for _ in pictured(holder, self._name):
            pass
        return markdown(holder)

    def _name(self, path: str) -> str:
        return f"{HERE}/{picture(path, self.contents, self.pictures)}"


def exercise(questions: Sequence[Row], contents: Contents) -> Stored:
    """The questions of a quiz, as one file."""
    texts = _Texts(contents)
    items = {item(row, contents): _item(row, texts) for row in questions}
    about = {
        **mastery(questions),
        "mastery_model": "m_of_n",
        "randomize": False,
        "all_assessment_items": list(items),
        "assessment_mapping": dict.fromkeys(items, "perseus_question"),
    }
    members = {"exercise.json": _json(about)} | {f"{id}.json": _json(data) for id, data in items.items()}
    files = ((path, packed(data)) for path, data in (*members.items(), *texts.pictures.items()))
    return stored(archive(files, contents.moment), "perseus", "exercise", "application/zip")


def item(row: Row, contents: Contents) -> str:
    """The id of a question in Kolibri."""
    return contents.uuid("kolibri", "item", row["id"]).hex


def mastery(questions: Sequence[Row]) -> Facts:
    """When an exercise counts as mastered: so many right of the last so many answers."""
    return {"type": "m_of_n", "m": ceil(PASS * len(questions)), "n": len(questions)}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _item(row: Row, texts: _Texts) -> dict[str, Any]:
    """A Perseus item: the question with its one widget, and the hints."""
    type = TYPES[row["kind"]]
    widget = {
        "type": type,
        "alignment": "default",
        "static": False,
        "graded": True,
        "options": _options(row, texts),
        "version": {"major": 1 if type == "radio" else 0, "minor": 0},
    }
    stem = f"{texts.markdown(row['stem']['html'])}\n\n[[{SNOWMAN} {type} 1]]"
    hints = [*map(texts.markdown, row["hints"]), "\n\n".join(_answer(row, texts))]
    return {
        "question": _text(stem, {f"{type} 1": widget}),
        "hints": [{**_text(hint, {}), "replace": False} for hint in hints],
        "answerArea": dict.fromkeys(TABLES, False),
        "itemDataVersion": {"major": 0, "minor": 1},
    }


def _text(content: str, widgets: dict[str, Any]) -> dict[str, Any]:
    return {"content": content, "images": {}, "widgets": widgets}


def _options(row: Row, texts: _Texts) -> dict[str, Any]:
    """What a widget has to know, the key among it."""
    match row["kind"]:
        case "single" | "multiple":
            return _choices(row, texts)
        case "numeric":
            return _number(row["answer"])
        case _:
            entries = [texts.markdown(option["html"]) for option in row["options"]]
            return {"correct": entries, "layout": "vertical", "padding": True}


def _choices(row: Row, texts: _Texts) -> dict[str, Any]:
    choices = [
        {
            "content": texts.markdown(option["html"]),
            "correct": option["correct"],
            "clue": texts.markdown(option["why"]),
            "isNoneOfTheAbove": False,
        }
        for option in shuffled(row)
    ]
    return {
        "choices": choices,
        "randomize": False,
        "multipleSelect": row["kind"] == "multiple",
        "countChoices": False,
        "hasNoneOfTheAbove": False,
        "deselectEnabled": False,
        "displayCount": None,
    }


def _number(answer: Row) -> dict[str, Any]:
    right: dict[str, Any] = {
        "value": _decimal(answer["number"]),
        "maxError": _decimal(answer["tolerance"]),
        "status": "correct",
        "message": "",
        "simplify": "optional",
        "strict": False,
        "answerForms": [],
    }
    return {"answers": [right], "coefficient": False, "static": False, "labelText": "", "size": "normal"}


def _decimal(number: str) -> int | float:
    return int(number) if number.lstrip("+-").isdigit() else float(number)


def _answer(row: Row, texts: _Texts) -> Iterator[str]:
    """The last hint: the answer, and why it is so."""
    answer = row.get("answer", {})
    match row["kind"]:
        case "numeric":
            margin = f" ± {answer['tolerance']}" if _decimal(answer["tolerance"]) else ""
            yield f"**Answer:** {escaped(answer['number'] + margin)}"
        case "order":
            yield "**Answer:**"
            entries = (texts.markdown(option["html"]) for option in row["options"])
            yield "\n".join(f"{place}. {text}" for place, text in enumerate(entries, 1))
        case _:
            yield "\n".join(_reasons(row, texts))
    why = texts.markdown(answer.get("html", ""))
    if why:
        yield why


def _reasons(row: Row, texts: _Texts) -> Iterator[str]:
    """The options, the right ones first."""
    for option in sorted(row["options"], key=lambda option: not option["correct"]):
        text, why = texts.markdown(option["html"]), texts.markdown(option["why"])
        yield f"- **{'Right' if option['correct'] else 'Wrong'}:** {text}{f' – {why}' if why else ''}"
