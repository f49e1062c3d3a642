"""Anki's note types: the fields of a note, the two sides of its cards, and how they look by day and by night.

Anki tells note types apart by their ids, and fields and cards of a type by theirs. It sets a note aside whose type
has other fields than in the learner's collection; so a field, once published, stays, and none is added.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from pipeline.targets.lms.contents import Contents

FIRST, SPAN = 10**12, 5 * 10**11
"""Ids of Anki are milliseconds since 1970, and none may lie in the future: ours are of 2001 to 2017."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a note: its name, the field without which there is no such card, its front and its back."""

    name: str
    needs: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A kind of note. Its first field is the one by which Anki sorts notes, and by which it warns of twins."""

    name: str
    fields: tuple[str, ...]
    cards: tuple[Card, ...]


def _head(*chips: str) -> str:
    """The line above a question: its module, and what else there is to know."""
    return '<p class="head"><span>{{Module}}</span>' + "".join(chips) + "</p>"


def _if(field: str, html: str) -> str:
    return f"{{{{#{field}}}}}{html}{{{{/{field}}}}}"


def _chip(said: str) -> str:
    return f'<span class="chip">{said}</span>'


STEM = '<div class="stem">{{Question}}</div>'
HINTS = _if("Hints", '<details class="hints"><summary>Hints</summary>{{Hints}}</details>')
TURNED = '<hr id="answer">'
"""Where the back begins: Anki scrolls to it."""
KEY = '<p class="key"><span class="quiet">Answer</span> {{Answer}}</p>'
FOOT = '<p class="foot">{{Id}}</p>'
LEVEL = _if("Level", _chip("{{Level}}"))
ASKED = _head(_chip("interview"), LEVEL) + STEM
POSED = _head(_chip("{{Kind}}"), LEVEL) + STEM
NAMED = _head(_chip("what is it?")) + '<p class="term">{{Term}}</p>'
DEFINED = _head(_chip("what is it called?")) + '<div class="stem">{{Definition}}</div>'

INTERVIEW = NoteType(
    "interview question",
    ("Question", "Answer", "Hints", "Level", "Module", "Id"),
    (
        Card(
            "Interview question", "Question", ASKED + HINTS, f"{ASKED}{TURNED}<div>{{{{Answer}}}}</div>{FOOT}"
        ),
    ),
)
QUIZ = NoteType(
    "quiz item",
    ("Question", "Options", "Answer", "Reasons", "Explanation", "Hints", "Level", "Kind", "Module", "Id"),
    (
        Card(
            "Quiz item",
            "Question",
            POSED + "{{Options}}" + HINTS,
            POSED + TURNED + KEY + "{{Reasons}}" + _if("Explanation", "<div>{{Explanation}}</div>") + FOOT,
        ),
    ),
)
TERM = NoteType(
    "term",
    ("Term", "Definition", "Reversed", "Module"),
    (
        Card("What is it?", "Term", NAMED, NAMED + TURNED + "<div>{{Definition}}</div>"),
        Card(
            "What is it called?",
            "Reversed",
            _if("Reversed", DEFINED),
            DEFINED + TURNED + '<p class="term">{{Term}}</p>',
        ),
    ),
)
TYPES = (INTERVIEW, QUIZ, TERM)
LATEX = ("\\documentclass{article}\n\\pagestyle{empty}\n\\begin{document}\n", "\\end{document}\n")
"""What Anki puts around LaTeX, if a learner writes some into a note; we write none."""
CSS = """\
.card { --ink: #1c2733; --paper: #ffffff; --quiet: #55626d; --line: #cfd8df; --box: #f2f5f7; --link: #1f4e79;
  --right: #1b6532; --right-box: #e8f4eb; --wrong: #98251c;
  margin: 0; padding: 1rem; color: var(--ink); background: var(--paper); text-align: left;
  font: 19px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
.card.nightMode, .card.night_mode, .nightMode .card, .night_mode .card { --ink: #e6eaed; --paper: #22272b;
  --quiet: #a7b3bc; --line: #4a545c; --box: #2d343a; --link: #9cc7ee;
  --right: #93d7a6; --right-box: #20352a; --wrong: #f0a79f }
.note { max-width: 42rem; margin: 0 auto; overflow-wrap: anywhere }
.note p { margin: 0 0 .7em }
.note .head, .note .foot { color: var(--quiet); font-size: .74em }
.note .head { display: flex; flex-wrap: wrap; align-items: center; gap: .4em .7em; margin-bottom: 1.4em }
.note .foot { margin: 1.6em 0 0 }
.chip { padding: .05em .65em; border: 1px solid var(--line);
  border-radius: 1em; color: var(--ink); background: var(--box) }
.chip::first-letter { text-transform: uppercase }
.stem { font-size: 1.08em; font-weight: 600 }
.stem pre, .stem figure, .stem table { font-size: .926em; font-weight: 400 }
.term { font-size: 1.5em; font-weight: 600 }
.note hr { margin: 1.3em 0; border: 0; border-top: 1px solid var(--line) }
.note ol, .note ul { margin: 0 0 .7em; padding-left: 1.7em }
.note li { margin: .3em 0 }
.note ol.options { margin: 1em 0; padding: 0; list-style: none }
.options > li { display: flex; gap: .7em; margin: .5em 0; padding: .5em .8em; border: 1px solid var(--line);
  border-radius: .4em }
.options > li > div { flex: 1; min-width: 0 }
.letter { min-width: .8em; font-weight: 600; color: var(--quiet) }
.options > .right { border-color: var(--right); background: var(--right-box) }
.right > .letter, .right .mark { color: var(--right) }
.wrong > .letter, .wrong .mark { color: var(--wrong) }
.mark { font-weight: 600; white-space: nowrap }
.why { margin-top: .3em; font-size: .9em }
.key { font-size: 1.08em; font-weight: 600 }
.quiet { margin-right: .3em; color: var(--quiet); font-weight: 400 }
.hints { margin: 1.2em 0 0; padding: .5em .8em; border-radius: .4em; background: var(--box); font-size: .9em }
.hints summary { cursor: pointer; color: var(--link); font-weight: 600 }
.hints[open] summary { margin-bottom: .4em }
.note a { color: var(--link) }
.note code, .note kbd { padding: .05em .25em; border-radius: .2em; background: var(--box);
  font: .9em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
.note pre { margin: .7em 0; padding: .7em .9em; border-radius: .4em; background: var(--box);
  line-height: 1.4; white-space: pre-wrap; tab-size: 4 }
.note pre code { padding: 0; background: none }
.note figure { margin: .7em 0 }
.note img { max-width: 100%; height: auto; border-radius: .3em; background: #ffffff }
.note table { margin: .7em 0; border-collapse: collapse }
.note th, .note td { padding: .3em .6em; border: 1px solid var(--line); text-align: left; vertical-align: top }
.note blockquote { margin: .7em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--quiet) }
"""


def number(contents: Contents, *key: str) -> int:
    """An id that Anki takes for what this key names; the same in every release."""
    return FIRST + contents.uuid("anki", *key).int % SPAN


def model(kind: NoteType, contents: Contents) -> dict[str, Any]:
    """A note type as an entry of `col.models` in a collection of schema 11."""
    return {
        "id": number(contents, kind.name),
        "name": f"{contents.title}: {kind.name}",
        "type": 0,
        "mod": int(contents.moment.timestamp()),
        "usn": -1,
        "sortf": 0,
        "did": None,
        "flds": [_field(place, kind, contents) for place in range(len(kind.fields))],
        "tmpls": [_template(place, kind, contents) for place in range(len(kind.cards))],
        "css": CSS,
        "latexPre": LATEX[0],
        "latexPost": LATEX[1],
        "latexsvg": False,
        "req": [[place, "any", [kind.fields.index(card.needs)]] for place, card in enumerate(kind.cards)],
        "tags": [],
        "vers": [],
    }


def _field(place: int, kind: NoteType, contents: Contents) -> dict[str, Any]:
    name = kind.fields[place]
    return {
        "name": name,
        "ord": place,
        "id": number(contents, kind.name, "field", name),
        "sticky": False,
        "rtl": False,
        "font": "Arial",
        "size": 20,
        "media": [],
    }


def _template(place: int, kind: NoteType, contents: Contents) -> dict[str, Any]:
    card = kind.cards[place]
    frame = f'<div class="note" lang="{escape(contents.language)}">%s</div>'
    return {
        "name": card.name,
        "ord": place,
        "id": number(contents, kind.name, "card", card.name),
        "qfmt": frame % card.front,
        "afmt": frame % card.back,
        "bqfmt": "",
        "bafmt": "",
        "did": None,
    }
