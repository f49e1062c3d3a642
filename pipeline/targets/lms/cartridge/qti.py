"""Assessments in QTI 1.2.1 as IMS Common Cartridge 1.1 profiles it (`ccv1p1_qtiasiv1p2p1`): question by question."""

from collections.abc import Iterator, Sequence
from textwrap import shorten

from lxml import etree

from pipeline.targets.lms.cartridge.parcel import document, identifier, label, place, rooted
from pipeline.targets.lms.cartridge.scoring import (
    GENERAL,
    RIGHT,
    WEIGHTS,
    Condition,
    choices,
    conditions,
    essay,
    reason,
)
from pipeline.targets.lms.cartridge.twice import ascii_only, lined, simple, sturdy
from pipeline.targets.lms.contents import Contents, Row, local
from pipeline.targets.lms.markup import Element, outside, parsed, pictured, relinked, unclassed

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PROFILES = {
    "single": "cc.multiple_choice.v0p1",
    "multiple": "cc.multiple_response.v0p1",
    "order": "cc.multiple_choice.v0p1",
    "numeric": "cc.fib.v0p1",
    "interview": "cc.essay.v0p1",
    "exercise": "cc.essay.v0p1",
}
EXAM = {
    "cc_profile": "cc.exam.v0p1",
    "qmd_assessmenttype": "Examination",
    "qmd_scoretype": "Percentage",
    "qmd_feedbackpermitted": "Yes",
    "qmd_hintspermitted": "Yes",
    "qmd_solutionspermitted": "Yes",
    "cc_maxattempts": "unlimited",
}
FILEBASE = "$IMS-CC-FILEBASE$../"
"""The package's folder, from that of an assessment, which stands one below."""
RESPONSE = "response1"


def assessment(ident: str, title: str, questions: Sequence[Row], module: Row, contents: Contents) -> bytes:
    """An assessment with these questions of a module, as a document of QTI."""
    root = rooted("questestinterop", NAMESPACE)
    exam = etree.SubElement(root, "assessment", ident=ident, title=label(title))
    _metadata(exam, EXAM)
    section = etree.SubElement(exam, "section", ident=f"{ident}_section")
    for row in questions:
        _item(section, row, module, contents)
    return document(root)


def shown(row: Row) -> Iterator[str]:
    """The paths of the pictures that a question's texts show."""
    options = (option[name] for option in row["options"] for name in ("html", "why"))
    for html in (row["stem"]["html"], *options, *row["hints"], row.get("answer", {}).get("html", "")):
        yield from pictured(parsed(html), str)


def _item(section: Element, row: Row, module: Row, contents: Contents) -> None:
    stem = shorten(row["stem"]["text"].strip().splitlines()[0], 110, placeholder="…")
    name = label(f"{module['number']:02} {local(row['id'])} {stem}")
    item = etree.SubElement(section, "item", ident=identifier(contents, "question", row["id"]), title=name)
    _metadata(etree.SubElement(item, "itemmetadata"), _facts(row))
    presentation = etree.SubElement(item, "presentation")
    _material(presentation, row["stem"]["html"], contents)
    _response(presentation, row, contents)
    _processing(item, tuple(conditions(row)), "No" if row["kind"] == "numeric" else "Yes")
    _feedback(item, row, contents)


def _facts(row: Row) -> dict[str, str]:
    facts = {"cc_profile": PROFILES[row["kind"]]}
    if essay(row):
        return facts | {"qmd_computerscored": "No"}
    return facts | {"cc_weighting": str(min(max(row["points"], 1), WEIGHTS)), "qmd_computerscored": "Yes"}


def _response(presentation: Element, row: Row, contents: Contents) -> None:
    """What the learner answers with: a choice, a line, or a text."""
    found = choices(row)
    if not found:
        field = etree.SubElement(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
        render = etree.SubElement(field, "render_fib", rows="15" if essay(row) else "1", prompt="Box")
        etree.SubElement(render, "response_label", ident="answer1")
        return
    many, most = ("Multiple", len(found)) if row["kind"] == "multiple" else ("Single", 1)
    field = etree.SubElement(presentation, "response_lid", ident=RESPONSE, rcardinality=many)
    render = etree.SubElement(field, "render_choice", shuffle="Yes", maxnumber=str(most))
    for choice in found:
        _material(etree.SubElement(render, "response_label", ident=choice.ident), choice.html, contents)


def _processing(item: Element, found: Sequence[Condition], case: str) -> None:
    if not found:
        return
    processing = etree.SubElement(item, "resprocessing")
    score = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    etree.SubElement(etree.SubElement(processing, "outcomes"), "decvar", score)
    for condition in found:
        goes_on = {"continue": "Yes" if condition.goes_on else "No"}
        rule = etree.SubElement(processing, "respcondition", goes_on)
        _tests(etree.SubElement(rule, "conditionvar"), condition, case)
        if condition.scores:
            etree.SubElement(rule, "setvar", action="Set", varname="SCORE").text = "100"
        if condition.shows:
            etree.SubElement(rule, "displayfeedback", feedbacktype="Response", linkrefid=condition.shows)


def _tests(holder: Element, condition: Condition, case: str) -> None:
    if not condition.has:
        etree.SubElement(holder, "other")
    if condition.exactly:
        holder = etree.SubElement(holder, "and")
    for value in condition.has:
        etree.SubElement(holder, "varequal", respident=RESPONSE, case=case).text = value
    for value in condition.lacks:
        none = etree.SubElement(holder, "not")
        etree.SubElement(none, "varequal", respident=RESPONSE, case=case).text = value


def _feedback(item: Element, row: Row, contents: Contents) -> None:
    """What the conditions show; a model answer is a solution too, and hints are hints."""
    found, answer = choices(row), row.get("answer", {}).get("html", "")
    reasons = [choice.why for choice in found if choice.right and choice.why]
    if answer:
        _shown(item, GENERAL, answer, contents)
    if row["kind"] == "multiple" and reasons:
        _shown(item, RIGHT, "".join(map(_block, reasons)), contents)
    for choice in found:
        if choice.why:
            _shown(item, reason(choice), choice.why, contents)
    if essay(row) and answer:
        _aside(item, "solution", [answer], contents)
    if row["hints"]:
        _aside(item, "hint", row["hints"], contents)


def _shown(item: Element, ident: str, html: str, contents: Contents) -> None:
    feedback = etree.SubElement(item, "itemfeedback", ident=ident)
    _material(etree.SubElement(feedback, "flow_mat"), _block(html), contents)


def _aside(item: Element, kind: str, texts: Sequence[str], contents: Contents) -> None:
    """A solution or a hint; when a platform shows them is its own affair."""
    feedback = etree.SubElement(item, "itemfeedback", ident=kind)
    aside = etree.SubElement(feedback, kind, feedbackstyle="Complete")
    for html in texts:
        material = etree.SubElement(aside, f"{kind}material")
        _material(etree.SubElement(material, "flow_mat"), _block(html), contents)


def _block(html: str) -> str:
    """A text that stands below another: a paragraph, where it is not made of blocks."""
    return html if any(child.tag in BLOCKS for child in parsed(html)) else f"<p>{html}</p>"


BLOCKS = ("blockquote", "div", "dl", "figure", "ol", "p", "pre", "section", "table", "ul")


def _material(parent: Element, html: str, contents: Contents) -> None:
    """A text of HTML: without links into the course, with pictures of the package."""
    holder = parsed(html)
    relinked(holder, outside)
    for _ in pictured(holder, lambda path: FILEBASE + place(contents, path)):
        pass
    unclassed(holder)
    etree.strip_attributes(holder, "id")
    simple(holder)
    lined(holder)
    text = etree.SubElement(etree.SubElement(parent, "material"), "mattext", texttype="text/html")
    text.text = etree.CDATA(ascii_only(sturdy(holder)))


def _metadata(holder: Element, fields: dict[str, str]) -> None:
    metadata = etree.SubElement(holder, "qtimetadata")
    for name, entry in fields.items():
        field = etree.SubElement(metadata, "qtimetadatafield")
        etree.SubElement(field, "fieldlabel").text = name
        etree.SubElement(field, "fieldentry").text = entry
