"""Rules about the running text: leftovers, doubled words, spelling, words the course avoids."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pipeline.diagnostics import Severity, Span
from pipeline.lint.links import marks
from pipeline.lint.rule import Found, Rule
from pipeline.model import Course, Mark

LEFTOVERS = re.compile(
    r"\b(?:(?-i:TODO|FIXME|XXX|TBD|FILL)|lorem ipsum|as an AI|I hope this helps|here is the (?:updated|revised)|"
    r"your text here|placeholder text|insert \w+ here)\b|\[(?:citation needed|insert [^\]]+)\]",
    re.IGNORECASE,
)
DOUBLED = re.compile(r"\b([A-Za-z]{2,})(\s+)\1\b", re.IGNORECASE)
TWICE = ("that", "had", "is")
"""Words that may rightly stand twice."""

WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z']+(?![\w@]|[./]\w)")


def matches(course: Course, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Span, Mark]]:
    """Every match in the running text, with its place. Headings, tables, quizzes are text too."""
    for _, mark in marks(course, "prose"):
        for match in pattern.finditer(mark.text):
            yield match, mark.at(match.start(), match.end()), mark


def no_leftovers(course: Course) -> Iterator[Found]:
    """Nothing of the writing is left in the text: no TODO, no placeholder, no residue of a chat.

    Bad: `TODO: explain jitter`. Good: the explanation, or an issue in the tracker.
    """
    for match, span, _ in matches(course, LEFTOVERS):
        yield span, f'"{match[0]}" looks like a leftover', "Write what belongs here, or cut it."


def no_doubled_words(course: Course) -> Iterator[Found]:
    """No word stands twice in a row.

    Bad: `over the the wire`. Good: `over the wire`.
    """
    for match, span, _ in matches(course, DOUBLED):
        if match[1].lower() not in TWICE and match[1].lower() == match[0].split()[-1].lower():
            yield span, f'"{match[0]}" says a word twice', "Cut one of them."


@cache
def misspellings() -> dict[str, str]:
    """codespell's list: a misspelling, and what is meant."""
    text = (files("codespell_lib") / "data" / "dictionary.txt").read_text(encoding="utf-8")
    rows = (line.split("->", 1) for line in text.splitlines() if "->" in line)
    return {wrong: meant.strip().rstrip(",") for wrong, meant in rows}


def spelling(course: Course) -> Iterator[Found]:
    """No word is on codespell's list of common misspellings, unless course.yml lists it in `words`.

    Bad: `recieve`. Good: `receive`.
    """
    known = {word.lower() for word in course.policy.words}
    listed = misspellings()
    for match, span, _ in matches(course, WORD):
        word = match[0].lower()
        if word in listed and word not in known:
            yield (
                span,
                f'"{match[0]}" is misspelled',
                f"Probably: {listed[word]}. Or list it in course.yml, `words`.",
            )


def no_avoided_words(course: Course) -> Iterator[Found]:
    """The text has none of the words that course.yml asks to avoid (`avoid`), outside quotations.

    `Simply` and `just` tell a reader who is stuck that the fault is theirs.
    """
    if not course.policy.avoid:
        return
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, course.policy.avoid))})\b", re.IGNORECASE)
    for match, span, mark in matches(course, pattern):
        if not quoted(mark.text, match.start()):
            yield span, f'the course avoids "{match[0]}"', "Cut the word, or say what it hides."


def quoted(text: str, offset: int) -> bool:
    """Whether a place of a text lies between typographic double quotes."""
    before = text[:offset]
    return before.count("“") > before.count("”")


def names_are_spelled_as_declared(course: Course) -> Iterator[Found]:
    """A name such as JavaScript is written as course.yml lists it among `assumed`.

    Looked at are names with a capital inside or a period; `rest` is an English word too.
    """
    names = [name for name in course.assumed if re.search(r"[a-z].*[A-Z]|[a-z]\.[a-z]", name)]
    if not names:
        return
    pattern = re.compile(
        rf"(?<![\w./@-])(?:{'|'.join(map(re.escape, names))})(?![\w@]|[./]\w)", re.IGNORECASE
    )
    for match, span, _ in matches(course, pattern):
        if match[0] not in names:
            right = next(name for name in names if name.lower() == match[0].lower())
            yield span, f'"{match[0]}" is written {right}', f"Write {right}.", right


RULES = (
    Rule("R101", Severity.ERROR, no_leftovers),
    Rule("R102", Severity.WARNING, no_doubled_words),
    Rule("R103", Severity.WARNING, spelling),
    Rule("R104", Severity.WARNING, no_avoided_words),
    Rule("R105", Severity.WARNING, names_are_spelled_as_declared),
)
