"""A module's file: front matter of what its text, its old front matter and the README say of it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.adopt.course import homeless, parts_of
from pipeline.adopt.draft import Draft
from pipeline.adopt.links import relinked
from pipeline.adopt.pages import NUMBERED, Page
from pipeline.adopt.phrases import objectives_of, summary_of
from pipeline.adopt.yaml_lines import yaml_lines
from pipeline.diagnostics import Span
from pipeline.document.text import count_words
from pipeline.engines.git import last_commit
from pipeline.mapping import Positioned
from pipeline.scaffold import FILL
from pipeline.schema import schema, schema_findings

WORDS_A_MINUTE = 200


def draft_module(draft: Draft, number: int, name: str, page: Page) -> None:
    """Put a module into the draft: new front matter, the text as it was."""
    file = f"modules/{name}"
    body = relinked(draft, file, page)
    values = _front(draft, number, name, page)
    values |= _kept(draft, file, page, values)
    _note_guesses(draft, file, page, values)
    front = "".join(f"{line}\n" for line in yaml_lines(values))
    gap = "" if body[:1] in ("\n", "\r") else "\n"
    draft.files[file] = f"---\n{front}---\n{gap}{body}".encode()


def _front(draft: Draft, number: int, name: str, page: Page) -> dict[str, Any]:
    words = count_words(page.flat)
    parts, tracks = draft.outline.parts, draft.outline.tracks
    part = next((part.id for part in parts if number in part.numbers), "")
    title = page.title or str(page.front.value.get("title", "")) or name[3:-3].replace("-", " ").title()
    objectives = objectives_of(page) or [f"{FILL} what a reader can do afterwards, with a measurable verb"]
    if not part:
        remedy = "The README names the module in no part."
        draft.note("T102", f"modules/{name}", ("part",), "the part is a guess", remedy)
    return {
        "id": name[3:-3],
        "number": number,
        "title": title[:120],
        "summary": summary_of(page) or f"{FILL} one sentence that says what the module answers",
        "part": part or _nearest(draft, number),
        "stages": ["course"],
        "tracks": [t.id for t in tracks if number in t.numbers] + ["all-modules"] * bool(homeless(draft)),
        "prerequisites": [],
        "recommended": [],
        "minutes": max(5, -(-words // (WORDS_A_MINUTE * 5)) * 5),
        "difficulty": "intermediate",
        "objectives": [{"id": f"o{n}", "text": said} for n, said in enumerate(objectives, 1)],
        "keywords": [],
        "terms": {},
        "version": "1.0.0",
        "updated": _day(draft, page),
    }


def _nearest(draft: Draft, number: int) -> str:
    """The part of the nearest module before that has one."""
    known = [(n, part.id) for part in parts_of(draft) for n in part.numbers if n < number]
    return max(known)[1] if known else parts_of(draft)[0].id


def _day(draft: Draft, page: Page) -> str:
    """Day of the folder's last commit, or of the file's last change."""
    path = draft.source.folder / page.path
    commit = last_commit(draft.source.folder)
    return datetime.fromtimestamp(commit[1] if commit else path.stat().st_mtime, UTC).date().isoformat()


def _kept(draft: Draft, file: str, page: Page, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the file's own front matter says, as far as it is valid and agrees with the text."""
    kept: dict[str, Any] = {}
    for key, value in page.front.value.items():
        if key in ("id", "number", "title") and str(values[key]) == str(value):
            continue
        if key in schema("module")["properties"] and _holds(draft, key, value, values):
            kept[key] = value
        else:
            message = f'the front matter\'s "{key}" is not kept'
            draft.note("T104", file, (), message, f"It was: {json.dumps(value, ensure_ascii=False)[:200]}")
    return kept


def _holds(draft: Draft, key: str, value: Any, values: Mapping[str, Any]) -> bool:
    """Whether a value satisfies the schema and names only what this course has."""
    known: Mapping[str, Iterable[str]] = {
        "part": [part.id for part in parts_of(draft)],
        "tracks": [track.id for track in draft.outline.tracks],
        "stages": ["course"],
        "kind": ["module"],
        **dict.fromkeys(("prerequisites", "recommended"), _earlier(draft, int(values["number"]))),
        **dict.fromkeys(("id", "number", "title"), ()),
    }
    named = value if isinstance(value, list) else [value]
    if key in known and not all(name in known[key] for name in named):
        return False
    tried = json.loads(json.dumps({**values, key: value}), parse_int=str)
    return not any(schema_findings(Positioned(tried, {(): Span("")}, {}, ()), "module"))


def _earlier(draft: Draft, number: int) -> list[str]:
    return [name[3:-3] for n, name, _ in draft.source.modules if n < number]


def _note_guesses(draft: Draft, file: str, page: Page, values: Mapping[str, Any]) -> None:
    """Notes on what is a guess, or empty because nobody has said it."""
    if "difficulty" not in page.front.value:
        remedy = "Write intermediate, advanced or expert."
        draft.note("T102", file, ("difficulty",), "the difficulty is a guess", remedy)
    if not values["keywords"]:
        draft.note("T102", file, ("keywords",), "there are no keywords", "List the words of the index.")
    if not values["terms"]:
        remedy = "List the terms that the module introduces, each with its definition."
        draft.note("T102", file, ("terms",), "there are no terms", remedy)
    if NUMBERED.match(page.title):
        remedy = "Outputs write the number themselves: cut it from the title and the H1."
        draft.note("T102", file, ("title",), "the title repeats the module's number", remedy)
