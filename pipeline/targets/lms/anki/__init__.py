"""A deck for Anki, `.apkg`: a subdeck a module, with its terms, quiz items and interview questions as notes.

Learners who import a later release keep what Anki knows of their cards: it finds a note by its guid, which is made
of the id in the manifest, and takes its new text if the release is newer. It tells decks apart by their names, moves
no card and removes none: cards stay where they are when a module gets another title, or a question is gone.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from string import ascii_uppercase
from unicodedata import normalize

from lxml import etree

from pipeline.targets.lms import Export, Exported, Loss
from pipeline.targets.lms.anki.cards import INTERVIEW, QUIZ, TERM
from pipeline.targets.lms.anki.collection import Deck, Note, package
from pipeline.targets.lms.contents import Contents, Row, shuffled
from pipeline.targets.lms.markup import outside, parsed, pictured, relinked, unclassed, written

KINDS = {
    "single": "choose one",
    "multiple": "choose all that apply",
    "numeric": "work out a number",
    "order": "put in order",
}
COURSE = ("deck",)
"""The key of the deck of the course."""


def make(contents: Contents) -> Iterator[Exported]:
    """The package, as one file."""
    pictures: dict[str, str] = {}
    notes = [note for module in contents.modules for note in _notes(module, _Texts(contents, pictures))]
    media = {name: contents.read(path) for name, path in sorted(pictures.items())}
    data = package(contents, list(_decks(contents)), notes, media)
    yield Exported(f"lms/{contents.slug}.apkg", "application/vnd.anki", data)


def _decks(contents: Contents) -> Iterator[Deck]:
    manifest = contents.manifest
    title = _deck_name(contents.title)
    rights = f"Version {manifest['version']}. {', '.join(author['name'] for author in manifest['authors'])}."
    license = f"{manifest['license']['spdx']}: {manifest['license']['url']}"
    lines = (manifest["description"], rights, license, manifest.get("url", ""))
    yield Deck(COURSE, title, "".join(f"<p>{escape(line)}</p>" for line in lines if line))
    for module in contents.modules:
        yield Deck(
            _deck(module), f"{title}::{_deck_name(_title(module))}", f"<p>{escape(module['summary'])}</p>"
        )


def _deck(module: Row) -> tuple[str, ...]:
    return *COURSE, module["id"]


def _deck_name(title: str) -> str:
    """A title as the name of one deck: `::` would part it in two."""
    return title.replace("::", "∷")


@dataclass(frozen=True, slots=True)
class _Texts:
    """Writes texts of the manifest as Anki wants them, and keeps the paths of the pictures by their new names."""

    contents: Contents
    pictures: dict[str, str]

    def field(self, html: str) -> str:
        """XHTML as a field of a note, or as a part of one."""
        holder = parsed(html)
        relinked(holder, outside)
        self.pictures.update((self._name(path), path) for path in pictured(holder, self._name))
        unclassed(holder)
        etree.strip_attributes(holder, "id")
        return _literal(normalize("NFC", written(holder).strip()))

    def plain(self, text: str) -> str:
        """Plain text as a field."""
        return self.field(escape(text))

    def _name(self, path: str) -> str:
        """All decks of a learner share one folder of media, in which a name stays what it was."""
        name = self.contents.uuid("anki", "media", path).hex[:16]
        return f"{self.contents.slug}-{name}{posixpath.splitext(path)[1].lower()}"


def _literal(html: str) -> str:
    """Text that Anki would take for its own markup, for sounds, LaTeX and MathJax, stays text."""
    parted = re.sub(r"(<[^>]*>)|\\([(\[])", lambda found: found[1] or f"\\<span>{found[2]}</span>", html)
    return re.sub(r"\[(?=sound:|anki:|latex\]|\${1,2}\])", "&#91;", parted, flags=re.IGNORECASE)


def _notes(module: Row, texts: _Texts) -> Iterator[Note]:
    """The notes of a module, in the order in which a learner needs them."""
    for term in module["terms"]:
        yield _term(term, module, texts)
    for question in texts.contents.questions(module, "quiz", "interview"):
        kind = INTERVIEW if question["kind"] == "interview" else QUIZ
        fields = {
            "Question": texts.field(question["stem"]["html"]),
            "Hints": _hints([texts.field(hint) for hint in question["hints"]]),
            "Level": texts.plain(question["level"]),
            "Module": texts.plain(_title(module)),
            "Id": texts.plain(question["id"]),
        }
        fields |= _quiz(question, texts) if kind is QUIZ else _interview(question, texts)
        tags = _tags(texts.contents, module, question["kind"], question["level"], question["objectives"])
        yield Note((question["id"],), kind, fields, tags, _deck(module), (0,))


def _term(term: Row, module: Row, texts: _Texts) -> Note:
    """A term. It is asked for by its definition too, unless that says it."""
    name, definition = term["term"], term["definition"]
    fields = {
        "Term": texts.plain(name),
        "Definition": texts.plain(definition),
        "Reversed": "" if name.casefold() in definition.casefold() else "yes",
        "Module": texts.plain(_title(module)),
    }
    cards = (0, 1) if fields["Reversed"] else (0,)
    return Note(
        ("term", module["id"], name),
        TERM,
        fields,
        _tags(texts.contents, module, "term"),
        _deck(module),
        cards,
    )


def _title(module: Row) -> str:
    return f"{module['number']:02} {module['title']}"


def _hints(hints: Sequence[str]) -> str:
    items = "".join(f"<li>{hint}</li>" for hint in hints)
    return f"<ol>{items}</ol>" if len(hints) > 1 else "".join(hints)


def _interview(question: Row, texts: _Texts) -> dict[str, str]:
    return {"Answer": texts.field(question["answer"]["html"])}


def _quiz(question: Row, texts: _Texts) -> dict[str, str]:
    """The fields that only quiz items have. Options have the letters of the order in which they are shown."""
    shown = shuffled(question)
    letters = {option["id"]: letter for option, letter in zip(shown, ascii_uppercase, strict=False)}
    said = {option["id"]: texts.field(option["html"]) for option in shown}
    ordered = question["kind"] == "order"
    answered = question["options"] if ordered else shown
    right = [letters[option["id"]] for option in answered if option["correct"]]
    reasons = [
        _option(letters[option["id"]], said[option["id"]], texts.field(option["why"]), _mark(option, ordered))
        for option in answered
    ]
    return {
        "Options": _list(_option(letters[option["id"]], said[option["id"]]) for option in shown),
        "Answer": (" → " if ordered else ", ").join(right) or _number(question["answer"]),
        "Reasons": _list(reasons),
        "Explanation": texts.field(question.get("answer", {}).get("html", "")),
        "Kind": KINDS[question["kind"]],
    }


def _mark(option: Row, ordered: bool) -> str:
    return "" if ordered else "right" if option["correct"] else "wrong"


def _option(letter: str, said: str, why: str = "", mark: str = "") -> str:
    sign = {"right": "✓ ", "wrong": "✗ ", "": ""}[mark]
    marked = f'<span class="mark">{sign}{mark}</span> ' if mark else ""
    reason = f'<div class="why">{marked}{why}</div>' if mark or why else ""
    opened = f'<li class="{mark}">' if mark else "<li>"
    return f'{opened}<span class="letter">{letter}</span><div>{said}{reason}</div></li>'


def _list(items: Iterable[str]) -> str:
    found = "".join(items)
    return f'<ol class="options">{found}</ol>' if found else ""


def _number(answer: Row) -> str:
    exact = Decimal(answer["tolerance"]) == 0
    return str(answer["number"]) if exact else f"{answer['number']} ± {answer['tolerance']}"


def _tags(
    contents: Contents, module: Row, kind: str, level: str = "", objectives: Iterable[str] = ()
) -> list[str]:
    """Tags have no spaces, and `::` between a tag and what is under it; all of a course are under its name."""
    paths = [
        ("part", module["part"]),
        ("module", module["id"]),
        *(("module", *objective.split("/")) for objective in objectives),
        *(("track", track) for track in module["tracks"]),
        ("kind", kind),
        *([("level", "-".join(level.split()))] if level else []),
    ]
    return sorted("::".join((contents.slug, *path)) for path in paths)


def losses(contents: Contents) -> Iterator[Loss]:
    """A review of a card takes a minute and is graded by the learner: there are no exercises, and no points."""
    for question in contents.rows("questions"):
        if question["kind"] == "exercise":
            yield Loss(question["id"], "an exercise takes longer than a card may: it is not in the deck")
        elif question["points"] > 1:
            yield Loss(question["id"], "learners grade themselves: it counts as much as any other card")
    for removed in contents.rows("removed"):
        yield Loss(removed["id"], "an import takes no card away: learners who have it keep it")


EXPORT = Export("anki", "Anki deck package", "11", make, losses)
