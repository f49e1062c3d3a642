"""Rules about the running text: leftovers, doubled words, spelling, words the course avoids."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pipeline.diagnostics import Severity, Span
from pipeline.document.text import inlines_of, text, walk
from pipeline.lint.links import marks
from pipeline.lint.rule import Found, Rule
from pipeline.model import CodeSpan, Course, Inline, Link, Mark, Quotation, Styled

LEFTOVERS = re.compile(
    r"\b(?:(?-i:TODO|FIXME|XXX|TBD|FILL)|lorem ipsum|I hope this helps|"
    r"this is placeholder text|your text here|"
    r"as an AI(?: language model|(?: model| assistant)?, I)|"
    r"here(?: is|['’]s) (?:the|your) (?:updated|revised) (?:version|text|module|section|draft)|"
    r"insert (?:your |the )?(?:text|name|title|link|image|example|description) here)\b|"
    r"\[(?:citation needed|insert [^\]]+)\]",
    re.IGNORECASE,
)
"""`insert rows here` and `runs as an AI agent` are English."""

DOUBLED = re.compile(r"(?<![\w./@’'-])((?-i:a)|[a-z]{2,})\s+(\1)(?![\w@’'-]|[./]\w)", re.IGNORECASE)
"""`in in-memory tables` and `the name name.txt` say nothing twice."""

TWICE = ("that", "had", "is", "do", "her", "long")
"""Words that may rightly stand twice."""

WORD = re.compile(r"(?<![\w./@-])[A-Za-z][a-z'’]+(?![\w@]|[./]\w)")


def matches(course: Course, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Span, Mark]]:
    """Every match in the running text, with its place. Headings, tables, quizzes are text too."""
    for _, mark in marks(course, "prose"):
        for match in pattern.finditer(mark.text):
            yield match, mark.at(match.start(), match.end()), mark


def no_leftovers(course: Course) -> Iterator[Found]:
    """Nothing of the writing is left in the text: no TODO, no placeholder, no residue of a chat.

    In code, as `TODO`, such words may stand.

    Bad: "TODO: explain jitter", "I hope this helps". Good: the explanation, or an issue in the tracker.
    """
    for match, span, _ in matches(course, LEFTOVERS):
        yield span, f'"{match[0]}" looks like a leftover', "Write what belongs here, or cut it."


def no_doubled_words(course: Course) -> Iterator[Found]:
    """No word stands twice in a row, also over the end of a line.

    Whoever wrote it reads over it; everybody else stumbles.

    Bad: "over the the wire". Good: "over the wire".
    """
    for match, span, _ in matches(course, DOUBLED):
        if match[1] in (match[2], match[2].capitalize()) and match[2].lower() not in TWICE:
            yield span, f'"{match[0]}" says a word twice', "Cut one of them."


@cache
def misspellings() -> dict[str, str]:
    """codespell's list: a misspelling, and what is meant."""
    text = (files("codespell_lib") / "data" / "dictionary.txt").read_text(encoding="utf-8")
    rows = (line.split("->", 1) for line in text.splitlines() if "->" in line)
    return {wrong.lower(): meant.strip().rstrip(",") for wrong, meant in rows}


def spelling(course: Course) -> Iterator[Found]:
    """No word is on codespell's list of common misspellings, unless course.yml lists it in `words`.

    The list has mistakes, not words: names and terms that it does not know are left alone.

    Bad: "recieve". Good: "receive", or `words: [requestor]` for a word that is right here.
    """
    known = {word.lower() for word in course.policy.words}
    listed = misspellings()
    for _, mark in marks(course, "prose"):
        for match in WORD.finditer(mark.text):
            said = match[0].replace("’", "'").rstrip("'").removesuffix("'s")
            word = said.lower()
            if word in listed and word not in known:
                span = mark.at(match.start(), match.start() + len(said))
                remedy = f"Probably: {listed[word]}. Or list it in course.yml, `words`."
                yield span, f'"{said}" is misspelled', remedy


def no_avoided_words(course: Course) -> Iterator[Found]:
    """The text has none of the words that course.yml asks to avoid (`avoid`), outside quotations.

    `Simply` and `just` tell a reader who is stuck that the fault is theirs. Quotation marks, block
    quotations and code are left alone.

    Bad: "Simply restart it." Good: "Restart it: the pool is built anew."
    """
    if not course.policy.avoid:
        return
    words = "|".join(map(re.escape, course.policy.avoid)).replace("'", "['’]")
    said_by_others = quotations(course)
    for match, span, mark in matches(course, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)):
        if mark.text not in said_by_others and not quoted(mark.text, match.start()):
            yield span, f'the course avoids "{match[0]}"', "Cut the word, or say what it hides."


def quoted(text: str, offset: int) -> bool:
    """Whether a place of a text lies between typographic double quotes."""
    before = text[:offset]
    return before.count("“") > before.count("”")


def quotations(course: Course) -> set[str]:
    """The texts of block quotations, as their prose marks have them."""
    blocks = (block for module in course.modules for block in walk(module.document.blocks))
    inside = (inner for block in blocks if isinstance(block, Quotation) for inner in walk(block.blocks))
    return {text(map(_as_marked, inlines)) for inner in inside for inlines in inlines_of(inner)}


def _as_marked(inline: Inline) -> Inline:
    match inline:
        case CodeSpan():
            return "\ufffc"
        case Styled(style=style, children=children):
            return Styled(style, tuple(map(_as_marked, children)))
        case Link(href=href, children=children):
            return Link(href, tuple(map(_as_marked, children)))
    return inline


def names_are_spelled_as_declared(course: Course) -> Iterator[Found]:
    """A name such as JavaScript is written as course.yml lists it among `assumed`.

    Looked at are words with a capital or a period inside, of four letters at least: `rest` is an English
    word too.

    Bad: "Javascript", "node.js". Good: "JavaScript", "Node.js".
    """
    words = (word for name in course.assumed for word in name.split() if len(word) > 3)
    names = [word for word in words if re.search(r"[a-z]", word) and re.search(r"\w[A-Z]|\w\.\w", word)]
    if not names:
        return
    pattern = re.compile(
        rf"(?<![\w./@-])(?:{'|'.join(map(re.escape, names))})(?![\w@]|[./]\w)", re.IGNORECASE
    )
    for match, span, _ in matches(course, pattern):
        if match[0] not in names:
            right = next(name for name in names if name.lower() == match[0].lower())
            yield span, f'"{match[0]}" is written {right}', f"Write {right}.", right


PLACEHOLDER = re.compile(r"\bFILL\b(?::\s*(?P<remark>\S.*))?|//fill\.example(?![\w.-])", re.DOTALL)


def no_placeholders(course: Course) -> Iterator[Found]:
    """No value of course.yml or of front matter is a placeholder any more.

    `course adopt` writes `FILL: …` where a person must write the real one, and books would print it.
    Values that are running text, such as a summary, are looked at by R101.

    Bad: `subtitle: "FILL: the subtitle"`. Good: `subtitle: "From Commands to Scripts"`.
    """
    held = [(mark, found) for mark in course.values if (found := PLACEHOLDER.search(mark.text))]
    read = {mark.span for _, mark in marks(course, "prose")} if held else set()
    for value, found in held:
        if value.span not in read:
            remark = (found["remark"] or "").strip()
            remedy = f"{remark[:1].upper()}{remark[1:]}" or "Write the real one."
            yield value.span, f"{value.name} is still a placeholder", remedy


RULES = (
    Rule("R101", Severity.ERROR, no_leftovers),
    Rule("R102", Severity.WARNING, no_doubled_words),
    Rule("R103", Severity.WARNING, spelling),
    Rule("R104", Severity.WARNING, no_avoided_words),
    Rule("R105", Severity.WARNING, names_are_spelled_as_declared),
    Rule("R106", Severity.ERROR, no_placeholders, compares=True),
)
