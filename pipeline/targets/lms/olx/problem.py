"""Questions as problems of Open edX (docs.openedx.org, OLX: problem types), and what is read instead of asked.

An order is asked with a list of places at each entry: that problem type is in every Open edX, and gives each
entry in its place its part of the score. A drag-and-drop XBlock is in some, and a problem with a program of its
own needs a sandbox that many have not.
"""

from collections.abc import Callable, Sequence
from html import escape

from lxml import etree

from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.markup import Element, written
from pipeline.targets.lms.olx.text import JOINT, Texts

ATTEMPTS = "2"
"""A try, the reason why it was wrong, and another one."""
SEVERAL, PLACES = "Choose all that apply.", "Choose the place of each entry: 1 comes first."


def problem(row: Row, number: int, texts: Texts) -> Element:
    """A question of a quiz."""
    facts = {
        "display_name": f"Question {number}",
        "max_attempts": ATTEMPTS,
        "rerandomize": "never",
        "showanswer": "finished",
        "weight": str(max(row["points"], 1)),
    }
    made = etree.Element("problem", facts)
    label = _stem(made, row, texts)
    _RESPONSES[row["kind"]](made, label, row, texts)
    if row["hints"]:
        hints = etree.SubElement(made, "demandhint")
        for hint in row["hints"]:
            _fill(hints, "hint", texts.said(hint))
    solution = _fill(etree.SubElement(made, "solution"), "div", texts.said(_explained(row)))
    solution.set("class", "detailed-solution")
    return made


def _stem(made: Element, row: Row, texts: Texts) -> Element:
    """The question as a label. One with code or more paragraphs stands before its label, which then is for
    screen readers and reports."""
    stem = texts.said(row["stem"]["html"])
    if [child.tag for child in stem] == ["p"]:
        return stem[0]
    made.append(stem)
    label = texts.said(f"<span>{escape(row['stem']['text'].splitlines()[0])}</span>")
    label[0].set("class", "sr")
    return label


def _response(made: Element, kind: str, label: Element, about: str = "", **facts: str) -> Element:
    response = etree.SubElement(made, kind, facts)
    _fill(response, "label", _whole(label))
    if about:
        etree.SubElement(response, "description").text = about
    return response


def _single(made: Element, label: Element, row: Row, texts: Texts) -> None:
    response = _response(made, "multiplechoiceresponse", label)
    group = etree.SubElement(response, "choicegroup", type="MultipleChoice")
    for option in row["options"]:
        choice = _choice(group, option, texts)
        if option["why"]:
            _fill(choice, "choicehint", texts.said(option["why"]))


def _multiple(made: Element, label: Element, row: Row, texts: Texts) -> None:
    """Only the exact choice is right, so ticking every box is wrong. Several reasons may be shown at once; each
    names its option."""
    response = _response(made, "choiceresponse", label, SEVERAL)
    group = etree.SubElement(response, "checkboxgroup")
    for option in row["options"]:
        choice = _choice(group, option, texts)
        if option["why"]:
            why = texts.said(f"<strong>{option['html']}</strong> {option['why']}")
            _fill(choice, "choicehint", why).set("selected", "true")


def _choice(group: Element, option: Row, texts: Texts) -> Element:
    choice = _fill(group, "choice", _whole(texts.said(option["html"])))
    choice.set("correct", str(option["correct"]).lower())
    return choice


def _numeric(made: Element, label: Element, row: Row, texts: Texts) -> None:
    answer = row["answer"]
    response = _response(made, "numericalresponse", label, answer=answer["number"])
    etree.SubElement(response, "responseparam", type="tolerance", default=answer["tolerance"])
    etree.SubElement(response, "formulaequationinput")


def _order(made: Element, label: Element, row: Row, texts: Texts) -> None:
    """The label of a list is HTML in an attribute."""
    response = _response(made, "optionresponse", label, PLACES)
    places = range(1, len(row["options"]) + 1)
    for right, option in mixed(row, texts.contents):
        said = written(texts.said(option["html"]))
        asked = etree.SubElement(response, "optioninput", label=said)
        for place in places:
            etree.SubElement(asked, "option", correct=str(place == right).lower()).text = str(place)


_RESPONSES: dict[str, Callable[[Element, Element, Row, Texts], None]] = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "order": _order,
}


def mixed(row: Row, contents: Contents) -> Sequence[tuple[int, Row]]:
    """The entries of an order, each with its right place, as they are shown: always alike, never right."""
    entries = list(enumerate(row["options"], 1))
    shown = sorted(entries, key=lambda entry: contents.uuid(row["id"], entry[1]["id"]).hex)
    return shown if shown != entries else shown[1:] + shown[:1]


def _explained(row: Row) -> str:
    """The answer, with the reason of every option."""
    answer, options = row.get("answer", {}), row["options"]
    said = [f"<div>{answer['html']}</div>"] if answer.get("html") else []
    if row["kind"] == "numeric":
        margin = f" ± {answer['tolerance']}" if float(answer["tolerance"]) else ""
        said.insert(0, f"<p>{answer['number']}{margin}</p>")
    elif row["kind"] == "order":
        said.insert(0, f"<ol>{''.join(f'<li>{_reasoned(option)}</li>' for option in options)}</ol>")
    else:
        rows = (
            f"<li><strong>{'Right' if option['correct'] else 'Wrong'}:</strong> {_reasoned(option)}</li>"
            for option in options
        )
        said.insert(0, f"<ul>{''.join(rows)}</ul>")
    return f"<p>Explanation</p>{''.join(said)}"


def _reasoned(option: Row) -> str:
    return f"{option['html']}<br/>{option['why']}" if option["why"] else str(option["html"])


def prompt(row: Row, texts: Texts) -> str:
    """An interview question or an exercise, as HTML: hints and the model answer open one by one."""
    stem = texts.read(row["stem"]["html"])
    if len(stem) and stem[0].tag == "p":
        stem[0].tag = "h3"
    hints = [
        (f"Hint {number}" if len(row["hints"]) > 1 else "Hint", hint)
        for number, hint in enumerate(row["hints"], 1)
    ]
    closed = [*hints, ("Model answer", row["answer"]["html"])]
    return written(stem) + "".join(
        f"<details><summary>{escape(name)}</summary>{written(texts.read(html))}</details>"
        for name, html in closed
    )


def _whole(holder: Element) -> Element:
    """The same element, to be a label. Labels are made of the text before their first element, which is taken
    for HTML (capa's `stringify_children`), and of elements, which are not read twice."""
    if holder.text and set(holder.text) & {"<", "&"}:
        first = etree.Element("span")
        first.text, holder.text = holder.text, JOINT
        holder.insert(0, first)
    return holder


def _fill(parent: Element, tag: str, holder: Element) -> Element:
    """A new element with what stands in another one."""
    made = etree.SubElement(parent, tag)
    made.text = holder.text
    made.extend(list(holder))
    return made
