"""A reader of Common Cartridges of our own, that knows nothing of the exporter: it scores responses as importers
do, and tells where a cartridge differs from a manifest.
"""

import html
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from itertools import combinations
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zipfile import BadZipFile, ZipFile

from cartridge_rules import ASSESSMENT, CP, NAMES, QTI
from conftest import Built
from lxml import etree

from pipeline.targets.lms.contents import Contents

PROFILES = {
    "single": "cc.multiple_choice.v0p1",
    "multiple": "cc.multiple_response.v0p1",
    "order": "cc.multiple_choice.v0p1",
    "numeric": "cc.fib.v0p1",
    "interview": "cc.essay.v0p1",
    "exercise": "cc.essay.v0p1",
}
READINGS = [(first, every) for first in (True, False) for every in (True, False)]
"""Whether the first condition that holds ends the score, and whether the values of one must all hold."""
CHOICES = ("cc.multiple_choice.v0p1", "cc.multiple_response.v0p1")


@dataclass(frozen=True, slots=True)
class Package:
    """The files of a cartridge, its manifest read, and its resources by their identifiers."""

    files: Mapping[str, bytes]
    manifest: etree._Element
    resources: Mapping[str, etree._Element]

    def xpath(self, path: str) -> list[etree._Element]:
        return self.manifest.xpath(path, namespaces=NAMES)

    def opened(self, identifier: str) -> bytes:
        """The first file of a resource."""
        return self.files[self.resources[identifier].find(f"{{{CP}}}file").get("href")]

    def assessments(self) -> Iterator[etree._Element]:
        for resource in self.xpath(f"//cp:resource[@type='{ASSESSMENT}']"):
            yield etree.fromstring(self.opened(resource.get("identifier")))

    def items(self) -> dict[str, "Item"]:
        """All questions by their identifiers."""
        return {
            node.get("ident"): Item.read(node)
            for assessment in self.assessments()
            for node in assessment.iter(f"{{{QTI}}}item")
        }


def opened(data: bytes) -> Package:
    """A cartridge; ValueError where it cannot be read to the end."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            files = {name: archive.read(name) for name in names}  # checks the sums
    except (BadZipFile, zlib.error, OSError, EOFError) as problem:
        raise ValueError(f"no archive: {problem}") from problem
    assert len(files) == len(names), "two files of one name"
    manifest = etree.fromstring(files["imsmanifest.xml"])
    resources = {node.get("identifier"): node for node in manifest.iter(f"{{{CP}}}resource")}
    return Package(files, manifest, resources)


@dataclass(frozen=True, slots=True)
class Item:
    """A question as an importer reads it: its profile, its texts, and the conditions of its score."""

    profile: str
    title: str
    stem: str
    labels: Mapping[str, str]
    conditions: tuple[etree._Element, ...]
    feedback: Mapping[str, str]
    weight: str

    @classmethod
    def read(cls, node: etree._Element) -> "Item":
        def found(path: str) -> list[etree._Element]:
            return node.xpath(path, namespaces=NAMES)

        facts = {
            field[0].text: field[1].text for field in found("q:itemmetadata/q:qtimetadata/q:qtimetadatafield")
        }
        labels = found("q:presentation/q:response_lid/q:render_choice/q:response_label")
        return cls(
            profile=facts["cc_profile"],
            title=node.get("title", ""),
            stem=_first(node, "q:presentation/q:material/q:mattext"),
            labels={label.get("ident"): _first(label, "q:material/q:mattext") for label in labels},
            conditions=tuple(found("q:resprocessing/q:respcondition")),
            feedback={f.get("ident"): _first(f, ".//q:mattext") for f in found("q:itemfeedback")},
            weight=facts.get("cc_weighting", ""),
        )

    def score(self, response: frozenset[str], first: bool = True, every: bool = True) -> float:
        """The score of a response. `first`: the first condition that holds and does not go on ends it, as the
        specification says; else all apply. `every`: the values of one condition must all hold, else one does."""
        score = 0.0
        for condition in self.conditions:
            if _holds(condition[0], response, every):
                for change in condition.iter(f"{{{QTI}}}setvar"):
                    value = float(change.text or "")
                    score = score + value if change.get("action") == "Add" else value
                if first and condition.get("continue", "No") == "No":
                    break
        return score

    def shown(self, response: frozenset[str]) -> list[str]:
        """The feedback that a response gets, in order."""
        idents: list[str] = []
        for condition in self.conditions:
            if _holds(condition[0], response, every=True):
                idents += [shown.get("linkrefid") for shown in condition.iter(f"{{{QTI}}}displayfeedback")]
                if condition.get("continue", "No") == "No":
                    break
        return idents

    def responses(self) -> Iterator[frozenset[str]]:
        """All that can be chosen."""
        most = len(self.labels) if self.profile == CHOICES[1] else 1
        for size in range(1, most + 1):
            yield from (frozenset(chosen) for chosen in combinations(self.labels, size))

    def in_moodle(self) -> dict[str, float]:
        """The share of the mark that Moodle's importer gives each choice: its `get_answers` and `get_score`."""
        several = self.profile == CHOICES[1]
        right = [
            value.text
            for condition in self.conditions
            if condition.xpath("q:setvar[@varname='SCORE'][.=100]", namespaces=NAMES)
            for value in condition[0].iter(f"{{{QTI}}}varequal")
            if value.get("case") == "Yes" and value.getparent().tag != f"{{{QTI}}}not"
        ]
        if several:
            return {ident: 1 / len(right) if ident in right else 0.0 for ident in self.labels}
        scores = {
            _first(c, "q:conditionvar/q:varequal").lower(): _first(c, "q:setvar") for c in self.conditions
        }
        return {ident: float(scores.get(ident.lower(), "") not in ("", "0")) for ident in self.labels}

    def accepted_in_moodle(self) -> list[str]:
        """The texts that Moodle's importer takes for right: those of the first condition that scores."""
        scoring = [c for c in self.conditions if _first(c, "q:setvar") == "100"]
        return [value.text or "" for value in scoring[0].xpath("q:conditionvar/q:varequal", namespaces=NAMES)]

    def general_in_moodle(self) -> str:
        """The feedback that Moodle shows in any case."""
        idents = [
            shown.get("linkrefid")
            for condition in self.conditions
            if condition.get("continue") == "Yes"
            for shown in condition.iter(f"{{{QTI}}}displayfeedback")
        ]
        return " ".join(self.feedback[ident] for ident in idents)


def _first(node: etree._Element, path: str) -> str:
    found = node.xpath(path, namespaces=NAMES)
    return (found[0].text or "") if found else ""


def _holds(condition: etree._Element, response: frozenset[str], every: bool) -> bool:
    match etree.QName(condition).localname:
        case "varequal" if condition.get("case", "No") == "Yes":
            return condition.text in response
        case "varequal":
            return (condition.text or "").lower() in {value.lower() for value in response}
        case "other":
            return True
        case "and":
            return all(_holds(child, response, every) for child in condition)
        case "not":
            return not any(_holds(child, response, every) for child in condition)
        case "conditionvar":
            return (all if every else any)(_holds(child, response, every) for child in condition)
    raise ValueError(condition.tag)


class _Reader(HTMLParser):
    """What a browser shows of HTML: text, and the lines of code among it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.pictures, self.links = "", list[str](), list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.pictures += [value or "" for name, value in attrs if tag == "img" and name == "src"]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def browsed(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


def contents_of(built: Built) -> Contents:
    manifest = json.loads((built.out / "manifest.json").read_text(encoding="utf-8"))
    return Contents(manifest, lambda path: (built.out / path).read_bytes())


def name(manifest: Any, *key: str) -> str:
    return "i" + uuid5(NAMESPACE_URL, "/".join((manifest["id"], "cartridge", *key))).hex


def bare(xhtml: str) -> str:
    """The text of a fragment of the manifest, without white space."""
    return squeezed("".join(etree.fromstring(f"<div>{xhtml}</div>").itertext()))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def seen(text: str) -> str:
    """What a learner sees of a text, whether its entities are decoded once, or once too often."""
    once, twice = (squeezed(browsed(form).text) for form in (text, html.unescape(text)))
    assert once == twice, text
    return once


def key(row: Any, item: Item) -> frozenset[str]:
    """The right response, by the manifest."""
    if row["kind"] == "order":
        order = "".join(bare(option["html"]) for option in row["options"])
        return frozenset(ident for ident, label in item.labels.items() if seen(label) == order)
    return frozenset(option["id"] for option in row["options"] if option["correct"])


def differences(contents: Contents, package: Package) -> Iterator[str]:
    """Where a cartridge says something else than the manifest."""
    items = package.items()
    titles = {title.text for title in package.xpath("//cp:item/cp:title")}
    for module in contents.modules:
        page = package.resources.get(name(contents.manifest, "page", module["id"]))
        if page is None or f"{module['number']}. {pointed(module['title'])}" not in titles:
            yield f"{module['id']}: missing"
    for row in contents.rows("questions"):
        item = items.pop(name(contents.manifest, "question", row["id"]), None)
        if item is None:
            yield f"{row['id']}: missing"
        else:
            yield from (f"{row['id']}: {what}" for what in _questioned(row, item))
    yield from (f"{ident}: unknown" for ident in items)


def _questioned(row: Any, item: Item) -> Iterator[str]:
    if item.profile != PROFILES[row["kind"]]:
        yield f"profile {item.profile}"
    if seen(item.stem) != bare(row["stem"]["html"]):
        yield "another stem"
    if row["kind"] in ("single", "multiple"):
        for option in row["options"]:
            if seen(item.labels.get(option["id"], "")) != bare(option["html"]):
                yield f"another option {option['id']}"
            if seen(item.feedback.get(f"{option['id']}_fb", "")) != bare(option["why"]):
                yield f"another reason {option['id']}"
    if seen(item.feedback.get("general_fb", "")) != bare(row.get("answer", {}).get("html", "")):
        yield "another answer"
    yield from _keyed(row, item)


def _keyed(row: Any, item: Item) -> Iterator[str]:
    """Where a score is not that of the manifest, in any reading."""
    if row["kind"] == "numeric":
        number, tolerance = (Decimal(row["answer"][part]) for part in ("number", "tolerance"))
        rights = {frozenset((text,)) for text in item.accepted_in_moodle()}
        far = {frozenset((str(number + sign * (tolerance + 1)),)) for sign in (1, -1)}
        responses = rights | far | {frozenset((text,)) for text in ("", "x", row["answer"]["number"])}
        if any(abs(Decimal(text.replace(",", "")) - number) > tolerance for (text,) in rights):
            yield "accepts what is wrong"
        if frozenset((row["answer"]["number"],)) not in rights:
            yield "does not accept what is right"
    elif item.labels:
        rights, responses = {key(row, item)}, set(item.responses())
        if rights - responses:
            yield "the right answer cannot be given"
    else:
        rights, responses = set(), {frozenset(("a text",))}
    for response in responses:
        for first, every in READINGS:
            if item.score(response, first, every) != (100 if response in rights else 0):
                yield f"{sorted(response)} scores {item.score(response, first, every)} ({first}, {every})"


def pointed(title: str) -> str:
    return title.replace("<", "\u2039").replace(">", "\u203a")
