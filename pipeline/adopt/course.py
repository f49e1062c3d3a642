"""course.yml: what the README says of the course, and `FILL: …` for what it does not say."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.adopt.draft import Draft
from pipeline.adopt.outline import Entry, Headed
from pipeline.adopt.phrases import first_words, labelled, web_links
from pipeline.adopt.yaml_lines import yaml_lines
from pipeline.document.blocks import CALLOUTS
from pipeline.document.text import text
from pipeline.lint.structure import plain
from pipeline.model import Section
from pipeline.scaffold import FILL, slug_of

LICENSES: Mapping[str, tuple[str, str]] = {
    "MIT License": ("MIT", "https://opensource.org/license/mit"),
    "Apache License": ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "GNU GENERAL PUBLIC LICENSE": ("GPL-3.0-or-later", "https://www.gnu.org/licenses/gpl-3.0.html"),
    "Attribution-NonCommercial-ShareAlike 4.0": (
        "CC-BY-NC-SA-4.0",
        "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    ),
    "Attribution-ShareAlike 4.0": ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "Attribution 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0 1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
"""What a licence file says near its beginning: SPDX identifier and address."""
NOWHERE = "https://fill.example/"
"""An address that is none yet."""


def draft_course(draft: Draft) -> None:
    """Put course.yml into the draft."""
    outline = draft.outline
    head = outline.headings[0] if outline.headings else Headed(0, (), ())
    head = next((h for h in outline.headings if h.level), head)
    title, _, subtitle = head.said.partition(": ")
    goal = labelled(outline.headings, "goal") or first_words(outline.under(r"\bgoals?\b"))
    before = outline.under(r"prerequisit|before you|requirements")
    about = outline.under(r"\binstructor|\bauthor|\babout me\b")
    parts, tracks = parts_of(draft), _tracks(draft)
    values: dict[str, Any] = {
        "id": slug_of(title) or slug_of(draft.source.folder.resolve().name) or "course",
        "version": "1.0.0",
        "title": title or f"{FILL} the course's title",
        "subtitle": subtitle or f"{FILL} the subtitle",
        "description": first_words(head) or f"{FILL} what the course is, in one or two sentences",
        "goal": goal or f"{FILL} what a reader can do at its end",
        "before": list(before.items if before else ()) or [f"{FILL} what a reader should know before"],
        "author": {
            "name": _author(draft),
            "biography": first_words(about) or f"{FILL} a paragraph about the author",
            "url": next(web_links(about), NOWHERE),
        },
        "license": dict(zip(("spdx", "url"), _license(draft), strict=True)),
        "language": "en",
        "parts": [{"id": e.id, "title": e.title, "description": e.description} for e in parts],
        "tracks": [{"id": e.id, "title": e.title, "description": e.description} for e in tracks],
        "stages": {"course": "Course"},
        "kinds": {
            "module": {"sections": _sections(draft), "words": {"min": 0, "max": 50_000}, "callouts": 99}
        },
        "callouts": list(CALLOUTS),
    }
    draft.note("T102", "course.yml", ("language",), "the language is a guess", "Write its BCP 47 tag.")
    remedy = "Name the stations of your subject, in order, and give each module those it treats."
    draft.note("T102", "course.yml", ("stages",), "there is one stage, for all modules", remedy)
    draft.files["course.yml"] = "".join(f"{line}\n" for line in yaml_lines(values)).encode()


def parts_of(draft: Draft) -> tuple[Entry, ...]:
    """The README's parts, or one for all modules."""
    parts = draft.outline.parts or (Entry("modules", "Modules", "", ()),)
    missing = f"{FILL} what the part is about, in one line"
    return tuple(replace(part, description=part.description or missing) for part in parts)


def _tracks(draft: Draft) -> tuple[Entry, ...]:
    """The README's tracks; one with everything besides, where a module is in none of them."""
    tracks = [replace(t, description=t.description or f"{FILL} whom it is for") for t in draft.outline.tracks]
    if homeless(draft):
        at = len(tracks)
        tracks.append(Entry("all-modules", "All Modules", "Every module, in order.", ()))
        remedy = "Give these modules tracks of their own, or keep it."
        message = f"a track with everything, since {homeless(draft)} modules are in no track"
        draft.note("T102", "course.yml", ("tracks", at), message, remedy)
    return tuple(tracks)


def homeless(draft: Draft) -> int:
    """How many modules are in none of the README's tracks."""
    inside = {number for track in draft.outline.tracks for number in track.numbers}
    return sum(number not in inside for number, _, _ in draft.source.modules)


def _sections(draft: Draft) -> list[str]:
    """The H2 headings, where all modules have the same ones; otherwise the structure is free."""
    found = [
        [plain(text(b.title)) for b in page.flat if isinstance(b, Section) and b.level == 2]
        for _, _, page in draft.source.modules
    ]
    common = [name for name in found[0] if all(name in names for names in found)]
    same = all(names == common for names in found) and len(set(common)) == len(common)
    if not same:
        said = f"All modules have {', '.join(common)}. " if common else ""
        remedy = f"{said}List the H2 headings that every module shall have, and no others."
        path = ("kinds", "module", "sections")
        draft.note("T102", "course.yml", path, "modules may have any sections", remedy)
    return common if same else []


def _author(draft: Draft) -> str:
    found = re.search(r"Copyright(?:\s*\(c\)|\s*©)*[\s\d,–-]+(.+)", draft.source.license)
    return " ".join(found[1].split()).strip(" .") if found else f"{FILL} the author's name"


def _license(draft: Draft) -> tuple[str, str]:
    said = draft.source.license[:600] or " ".join(
        text(run) for h in [draft.outline.under(r"\blicen[sc]e")] if h for run in h.runs
    )
    short = {"MIT": LICENSES["MIT License"], "Apache": LICENSES["Apache License"]}
    known = {**LICENSES, **({} if draft.source.license else short)}
    return next((entry for words, entry in known.items() if words in said), ("LicenseRef-FILL", NOWHERE))
