"""A question bank in Moodle XML (docs.moodle.org, Moodle XML format): one category a module.

It keeps what a cartridge loses in Moodle: hints, reasons, the indentation of code, ids. Numbers and orders are
graded; the type *ordering* is part of Moodle since 4.4, and a plugin before.
"""

import posixpath
from base64 import b64encode
from collections.abc import Iterator

from lxml import etree

from pipeline.targets.lms import Export, Exported, Loss
from pipeline.targets.lms.contents import Contents, Row, local
from pipeline.targets.lms.markup import Element, outside, parsed, pictured, relinked, unclassed, written

TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "numeric": "numerical",
    "order": "ordering",
    "interview": "essay",
    "exercise": "essay",
}
PENALTY = "0.3333333"
"""What a further try costs of the mark: Moodle's own default."""
ORDERING = {
    "layouttype": "VERTICAL",
    "selecttype": "ALL",
    "selectcount": "0",
    "gradingtype": "ABSOLUTE_POSITION",
    "showgrading": "SHOW",
    "numberingstyle": "none",
}
ESSAY = {
    "responseformat": "editor",
    "responserequired": "1",
    "responsefieldlines": "15",
    "attachments": "0",
    "attachmentsrequired": "0",
}


def make(contents: Contents) -> Iterator[Exported]:
    """The question bank, as one file."""
    bank = etree.Element("quiz")
    for module in contents.modules:
        questions = list(contents.questions(module, "quiz", "interview", "exercise"))
        if questions:
            _category(bank, module, contents)
        for question in questions:
            _question(bank, question, module, contents)
    data = etree.tostring(bank, encoding="utf-8", xml_declaration=True, pretty_print=True)
    yield Exported(f"lms/{contents.slug}-moodle.xml", "application/xml", data)


def _category(bank: Element, module: Row, contents: Contents) -> None:
    """The questions that follow belong to this category. Slashes part a path; a doubled one is a slash."""
    names = (contents.title, f"{module['number']:02} {module['title']}")
    path = "/".join(("top", *(name.replace("/", "//") for name in names)))
    question = etree.SubElement(bank, "question", type="category")
    etree.SubElement(etree.SubElement(question, "category"), "text").text = f"$course$/{path}"
    _text(question, "info", _escaped(module["summary"]))
    etree.SubElement(question, "idnumber").text = module["id"]


def _question(bank: Element, row: Row, module: Row, contents: Contents) -> None:
    question = etree.SubElement(bank, "question", type=TYPES[row["kind"]])
    name = f"{module['number']:02} {local(row['id'])} {row['stem']['text'].splitlines()[0]}"
    etree.SubElement(etree.SubElement(question, "name"), "text").text = _short(name)
    answer = row.get("answer", {})
    _text(question, "questiontext", row["stem"]["html"], contents)
    _text(question, "generalfeedback", answer.get("html", ""), contents)
    facts = {
        "defaultgrade": str(row["points"]),
        "penalty": PENALTY,
        "hidden": "0",
        "idnumber": row["id"],
    }
    _fields(question, facts)
    match row["kind"]:
        case "single" | "multiple":
            _choice(question, row, contents)
        case "numeric":
            found = _answer(question, "100", answer["number"])
            etree.SubElement(found, "tolerance").text = answer["tolerance"]
        case "order":
            _fields(question, ORDERING)
            for place, option in enumerate(row["options"], 1):
                _text(_answer(question, str(place), option["html"]), "feedback", option["why"], contents)
        case _:
            _fields(question, ESSAY)
            _text(question, "graderinfo", answer["html"], contents)
            _text(question, "responsetemplate", "")
    for hint in row["hints"]:
        _text(question, "hint", hint, contents)
    tags = etree.SubElement(question, "tags")
    for tag in filter(None, (module["id"], row["kind"], row["level"], *row["objectives"])):
        etree.SubElement(etree.SubElement(tags, "tag"), "text").text = tag


def _choice(question: Element, row: Row, contents: Contents) -> None:
    """Right options share the mark; of several, wrong ones share its loss, so ticking all of them gives nothing."""
    several = row["kind"] == "multiple"
    right = sum(option["correct"] for option in row["options"])
    wrong = len(row["options"]) - right
    _fields(question, {"single": str(not several).lower(), "shuffleanswers": "1", "answernumbering": "abc"})
    for option in row["options"]:
        share = _share(right) if option["correct"] else f"-{_share(wrong)}" if several else "0"
        _text(_answer(question, share, option["html"]), "feedback", option["why"], contents)


def _share(parts: int) -> str:
    """One of equal parts of a mark, in percent. Moodle knows 33.33333, and not 33.3333333."""
    return f"{100 / parts:.5f}".rstrip("0").rstrip(".")


def _answer(question: Element, fraction: str, html: str) -> Element:
    answer = etree.SubElement(question, "answer", fraction=fraction, format="html")
    etree.SubElement(answer, "text").text = etree.CDATA(html)
    return answer


def _fields(question: Element, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        etree.SubElement(question, name).text = value


def _text(parent: Element, name: str, html: str, contents: Contents | None = None) -> None:
    """A text of HTML, with the pictures that it shows."""
    holder, pictures = parsed(html), list[str]()
    relinked(holder, outside)
    pictures += dict.fromkeys(pictured(holder, lambda path: f"@@PLUGINFILE@@/{posixpath.basename(path)}"))
    unclassed(holder)
    field = etree.SubElement(parent, name, format="html")
    etree.SubElement(field, "text").text = etree.CDATA(written(holder))
    for path in pictures:
        assert contents, "only texts of ours are without pictures"
        file = etree.SubElement(field, "file", name=posixpath.basename(path), path="/", encoding="base64")
        file.text = b64encode(contents.read(path)).decode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _short(text: str) -> str:
    """A name of at most 120 characters, cut at a word."""
    return text if len(text) <= 120 else f"{text[:119].rsplit(' ', 1)[0]}…"


def losses(contents: Contents) -> Iterator[Loss]:
    """The bank holds questions; nothing of them is lost."""
    return iter(())


EXPORT = Export("moodle", "Moodle XML question bank", "1", make, losses)
