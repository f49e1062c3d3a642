"""What the index of the site's search holds."""

import gzip
import json
import re
from dataclasses import replace
from functools import wraps
from itertools import pairwise

import pytest
from searched import small_course_searched
from sources import ROOT, compiled

from pipeline.document.text import plain, text, walk
from pipeline.model import Course, Quiz, Section
from pipeline.targets.site import search
from pipeline.targets.site.search import Document, Spoken, address, documents, index, said

MOST = 600_000
"""Bytes that a course of 35 modules may take, compressed."""


@pytest.fixture(scope="module")
def real() -> Course:
    return compiled(ROOT / "content")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return small_course_searched(tmp_path_factory.mktemp("small"))


def told(script: bytes) -> list[tuple[str, ...]]:
    """The documents of an index, read as its description says: module, kind, anchor and four fields."""
    data = json.loads(script.decode().removeprefix("courseSearchIndex(").removesuffix(");\n"))
    words, word = [], ""
    for line in data["words"].split("\n"):
        word = word[: int(line[0], 36)] + line[1:]
        words.append(word)
    known = dict(zip(search.letters(), words, strict=False))
    fields = iter([spoken([known[letter] for letter in field]) for field in data["text"].split(" ")])
    rows, module = [], -1
    for kind, anchor in zip(data["kinds"], data["anchors"].split("\n"), strict=True):
        module += kind == "m"
        rows.append((data["modules"][module][0], kind, anchor, *(next(fields) for _ in range(4))))
    assert list(fields) == [""]
    return rows


def spoken(words: list[str]) -> str:
    """A text of its words: one space stands between two that nothing else parts."""
    gaps = [bool(re.match(r"\w", one) and re.match(r"\w", other)) for one, other in pairwise(words)]
    return "".join(word + " " * gap for word, gap in zip(words, [*gaps, False], strict=False))


@pytest.mark.parametrize("name", ["content", "tests/courses/full", "tests/courses/minimal"])
def test_the_index_says_what_the_documents_say(name: str) -> None:
    course = compiled(ROOT / name)
    held = [
        (module.id, found.kind, found.anchor, *(" ".join(field.split()) for field in found.fields))
        for module in course.modules
        for found in documents(module)
    ]
    assert told(index(course)) == held
    assert index(course) == index(course)


def test_everything_can_be_found(real: Course) -> None:
    """Each module, term, section, quiz item, interview question and exercise, where it stands."""
    for module in real.modules:
        found = {address(module.id, document): document for document in documents(module)}
        assert len(found) == len(tuple(documents(module))), "each has an address of its own"
        here = f"modules/{module.id}/index.html"
        wanted = {
            here,
            *(f"glossary/index.html#{search.term_id(module.id, term.name)}" for term in module.terms),
        }
        for block in walk(module.document.blocks):
            if isinstance(block, Section):
                interview = block.kind == "interview"
                wanted.add(
                    f"practice/index.html#{module.id}-{block.key}" if interview else f"{here}#{block.id}"
                )
            elif isinstance(block, Quiz):
                wanted |= {f"{here}#question.{question.key}" for question in block.questions}
        assert set(found) == wanted == set(search.addresses(module))


def test_documents_hold_their_own_words(small: Course) -> None:
    found = {document.anchor: document for document in documents(small.modules[0])}
    assert found[""] == Document(
        "m",
        "",
        "First",
        "Module 1, back pressure",
        "What the module answers. Trace a value. It all begins here.",
    )
    assert found["first.entity-tag"] == Document(
        "t", "first.entity-tag", "entity tag", text="A name of a state."
    )
    limits = found["limits-and-retry-after"]
    assert (limits.kind, limits.title) == ("u", "Limits and Retry-After")
    assert all(word in limits.text for word in ("SO_REUSEPORT", "tabulated", "leaseSeconds"))
    assert "Limits" not in found["concepts"].text and "naïve" in found["concepts"].text
    asked = found["first-i1"]
    assert (asked.keywords, asked.text, asked.unseen) == (
        "senior",
        "There are two poolers.\n\n- What changes at noon?",
        "Clairvoyance, of course.",
    )
    assert found["question.q1"] == Document("q", "question.q1", "Which animal carries packets?")
    assert found["build-a-bridge"] == Document(
        "e", "build-a-bridge", "Build a bridge", text="Task. Use girders."
    )


def test_answers_of_quiz_items_are_nowhere(small: Course, real: Course) -> None:
    held = " ".join(" ".join(row) for row in told(index(small))).lower()
    assert "packets" in held
    secrets = ("ocelot", "pelican", "pouch", "feathers", "egglike", "larval", "imago", "metamorphosis")
    assert not [word for word in secrets if word in held]
    texts = "\n".join(" ".join(row) for row in told(index(real)))
    for module in real.modules:
        for question in (
            q for block in walk(module.document.blocks) if isinstance(block, Quiz) for q in block.questions
        ):
            assert plain(question.stem).split("\n")[0] in texts
            whys = [text(option.why) for option in question.options] + [text(question.why)]
            assert not [why for why in whys if len(why) > 40 and why in texts]


def repeated(course: Course, modules: int) -> Course:
    """The course with its modules once more under other ids, until there are so many."""
    own = course.modules
    copies = (
        replace(own[n % len(own)], id=f"copy-{n}", number=n + 1) if n >= len(own) else own[n]
        for n in range(modules)
    )
    return replace(course, modules=tuple(copies))


def test_the_index_of_35_modules_is_small(real: Course) -> None:
    assert len(gzip.compress(index(repeated(real, 35)))) <= MOST


def test_it_stays_small_when_each_module_brings_words_of_its_own(real: Course) -> None:
    """Copies share their words, modules do not: here those that one module alone has are others in each copy."""
    own = [said(module) for module in real.modules]
    made = []
    for number in range(35):
        mine = own[number % len(own)]
        others = {word for each in own if each is not mine for word in each.words}
        words = (word if word in others else shifted(word, number // len(own)) for word in mine.words)
        made.append(replace(mine, words=tuple(words)))
    known = len({word for each in own for word in each.words})
    copies = 35 / len(own)
    assert len({word for each in made for word in each.words}) > 0.4 * copies * known
    script = search.script([(f"m{n}", n, "A module of many") for n in range(35)], made)
    assert len(gzip.compress(script)) <= MOST


def shifted(word: str, by: int) -> str:
    """Another word of the same length."""
    return re.sub("[a-z]", lambda found: chr((ord(found[0]) - 97 + by * 5) % 26 + 97), word)


def test_an_edit_costs_one_module(real: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    index(real)
    read: list[str] = []

    @wraps(said)
    def counted(module: object) -> Spoken:
        read.append(getattr(module, "id", ""))
        return said(module)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "said", counted)
    first, *others = real.modules
    edited = index(replace(real, modules=(replace(first, title="Another title"), *others)))
    assert read == [first.id]
    assert told(edited)[0][3] == "Another title"
