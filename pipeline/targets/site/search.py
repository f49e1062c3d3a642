"""The index of the site's search: a script, since a page opened from disk may load no other file.

It holds the text of everything that can be found, a character for each word: that is smaller than the text is when both
are compressed, and `search-read.js` makes an inverted index of it in one pass. `courseSearchIndex` gets

- `modules`: [id, number, title] of each, in order;
- `kinds`: a letter for each document; `m` begins a module, and what follows it belongs to that;
- `anchors`: the documents' places on their pages, a line each;
- `words`: the vocabulary, a line for each word: how many characters it shares with the one before (0 to z, in base
  36), then its others. What stands between two words is a word of its own, unless it is one space;
- `text`: of each document four fields, each ended by a space: title, keywords, text, and what is found and not
  shown. The nth word of the vocabulary is the nth of `letters()`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from unicodedata import normalize

from pipeline import cache
from pipeline.document.plaintext import plaintext
from pipeline.document.text import text
from pipeline.document.xhtml import ITEM_FACTS
from pipeline.model import Block, Course, Module, Paragraph, Question, Quiz, Section, Styled

PATH = "assets/search-index.js"
"""Where the index stands in the site. Beside it stand the theme's SCRIPTS, which `search.js` loads with it when the
search is first opened; pages name `search.js` and `search.css` alone."""
SCRIPTS = ("search.js", "search-read.js", "search-find.js")
KINDS = {
    "m": "modules/{}/index.html",
    "s": "modules/{}/index.html",
    "u": "modules/{}/index.html",
    "e": "modules/{}/index.html",
    "q": "modules/{}/index.html",
    "i": "practice/index.html",
    "t": "glossary/index.html",
}
"""Kinds of documents and their pages: module, section, subsection, exercise, quiz item, interview question, term."""
WORD = re.compile(r"\w+(?:(?:[-/'’]|[.:](?=\w))\w+)*")
"""A word, with what an identifier joins: `Retry-After`, `HTTP/1.1`, `node:net`, `SO_REUSEPORT`."""
END = ""
"""Among words: the end of a field."""
FACTS = tuple(fact.rstrip(".") for fact in ITEM_FACTS)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found. `unseen` is looked at and not shown: the model answer of an interview question."""

    kind: str
    anchor: str
    title: str
    keywords: str = ""
    text: str = ""
    unseen: str = ""

    @property
    def fields(self) -> tuple[str, str, str, str]:
        """What is said of it, the weightiest first."""
        return self.title, self.keywords, self.text, self.unseen


@dataclass(frozen=True, slots=True)
class Spoken:
    """The documents of a module as words; END ends each field."""

    kinds: str
    anchors: tuple[str, ...]
    words: tuple[str, ...]


# --- documents -------------------------------------------------------------------------------


def documents(module: Module) -> Iterator[Document]:
    """The module, its terms, its sections and questions in the order of the text. Answers of quiz items are none."""
    about = [text(module.summary), *(text(objective.text) for objective in module.objectives)]
    lead = takewhile(lambda block: not isinstance(block, Section), module.document.blocks)
    keywords = ", ".join((f"Module {module.number}", *module.keywords))
    yield Document("m", "", module.title, keywords, " ".join([*about, plaintext(lead)]))
    for term in module.terms:
        yield Document("t", term_id(module.id, term.name), term.name, text=text(term.definition))
    for block in module.document.blocks:
        yield from _found(block, module.id)


def _found(block: Block, module: str) -> Iterator[Document]:
    match block:
        case Section():
            yield _section(block, module)
            for inner in block.blocks:
                yield from _found(inner, module)
        case Quiz(questions=questions):
            yield from map(_quiz_item, questions)


def _section(section: Section, module: str) -> Document:
    title = text(section.title)
    if section.kind == "interview" and section.key:
        return _interview(section, f"{module}-{section.key}", title)
    kind = "e" if section.kind == "exercise" else "s" if section.level == 2 else "u"
    return Document(kind, section.id, title, text=plaintext(_own(section)))


def _interview(section: Section, anchor: str, title: str) -> Document:
    """An interview question: what is asked can be seen, the answers, good and weak, cannot."""
    lead = takewhile(lambda block: not _label(block), section.blocks)
    asked = plaintext([*lead, *section.parts("Follow-ups")])
    answers = (blocks for label, blocks in section.fields if label not in (*FACTS, "Follow-ups"))
    level = plaintext(section.parts("Level"))
    return Document("i", anchor, title, level, asked, plaintext(chain.from_iterable(answers)))


def _own(section: Section) -> Iterator[Block]:
    """What stands in this section, not in one that is found by itself; of an item, without its short facts."""
    for block in section.blocks:
        if not (isinstance(block, Section) or (section.kind and _label(block) in ITEM_FACTS)):
            yield block


def _label(block: Block) -> str:
    """The bold words with a period at the beginning of a part of an item, or ''."""
    lead = block.inlines[0] if isinstance(block, Paragraph) and block.inlines else ""
    label = text(lead.children) if isinstance(lead, Styled) and lead.style == "strong" else ""
    return label if label.endswith(".") else ""


def _quiz_item(question: Question) -> Document:
    first, *rest = question.stem or (Paragraph(()),)
    asked, more = ([first], rest) if isinstance(first, Paragraph) else (question.stem, [])
    return Document("q", question.id, plaintext(asked), text=plaintext(more))


def term_id(module: str, term: str) -> str:
    """The id of a term of a module in the glossary: `http-protocol-deep-dive.entity-tag`."""
    slug = re.sub(r"[^\w-]+", "-", term.lower())
    return f"{module}.{slug}"


def addresses(module: Module) -> tuple[str, ...]:
    """Where what is found of a module leads, from the site's root."""
    return tuple(address(module.id, document) for document in documents(module))


def address(module: str, document: Document) -> str:
    """Where a document of a module stands, from the site's root."""
    page = KINDS[document.kind].format(module)
    return f"{page}#{document.anchor}" if document.anchor else page


# --- the index -------------------------------------------------------------------------------


def index(course: Course) -> bytes:
    """The script: one call of `courseSearchIndex`, in UTF-8. What is made of a module is remembered."""
    named = tuple((module.id, module.number, module.title) for module in course.modules)
    return script(named, [cache.called(said, (module,)) for module in course.modules])


def script(modules: Iterable[tuple[str, int, str]], spoken: Sequence[Spoken]) -> bytes:
    """The index of modules, by id, number and title, of which this is said."""
    words = vocabulary(chain.from_iterable(each.words for each in spoken))
    coded = {END: " ", **dict(zip(words, letters(), strict=False))}
    held = {
        "modules": list(modules),
        "kinds": "".join(each.kinds for each in spoken),
        "anchors": "\n".join(anchor for each in spoken for anchor in each.anchors),
        "words": "\n".join(shortened(words)),
        "text": "".join(coded[word] for each in spoken for word in each.words),
    }
    made = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    return f"courseSearchIndex({made});\n".encode()


def said(module: Module) -> Spoken:
    """The documents of a module in words."""
    found = tuple(documents(module))
    known: dict[str, str] = {}
    words = (word for document in found for field in document.fields for word in (*spelled(field), END))
    return Spoken(
        "".join(document.kind for document in found),
        tuple(document.anchor for document in found),
        tuple(known.setdefault(word, word) for word in words),
    )


def spelled(text: str) -> Iterator[str]:
    """A text in words and what stands between them; one space between two words is left out."""
    text, end = " ".join(normalize("NFC", text).split()), 0
    for found in WORD.finditer(text):
        between = text[end : found.start()]
        if between not in ("", " "):
            yield between
        yield found[0]
        end = found.end()
    if text[end:]:
        yield text[end:]


def vocabulary(words: Iterable[str]) -> list[str]:
    """Every word once. The frequent ones come first, since their letters are short; among those whose letters are
    as long, neighbours are alike."""
    counted = Counter(words)
    del counted[END]
    ranked = sorted(counted, key=lambda word: (-counted[word], word))
    widths = (len(letter.encode()) for letter in letters())
    return [word for _, word in sorted(zip(widths, ranked, strict=False))]


def letters() -> Iterator[str]:
    """The characters that stand for words: all from ! on but the quotation mark and the backslash, which JSON would
    escape, controls, and surrogates, which are none by themselves."""
    for code in range(0x21, 0x110000):
        if code not in (0x22, 0x5C) and not 0x7F <= code <= 0xA0 and not 0xD800 <= code <= 0xDFFF:
            yield chr(code)


def shortened(words: Iterable[str]) -> Iterator[str]:
    """Each word without what it shares with the one before (front coding): at most 35 letters, none of which scripts
    count as two."""
    before = ""
    for word in words:
        alike = takewhile(lambda pair: pair[0] == pair[1] <= "\uffff", zip(before, word, strict=False))
        shared = min(sum(1 for _ in alike), len(DIGITS) - 1)
        yield DIGITS[shared] + word[shared:]
        before = word
