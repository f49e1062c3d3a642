"""The questions of a module as rows of the manifest: its quiz, its interview questions, its exercises."""

from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.document.text import plain, text, walk
from pipeline.document.xhtml import plain_links
from pipeline.model import Blocks, Inlines, Module, Paragraph, Question, Quiz, Section
from pipeline.targets import pages
from pipeline.targets.content_hash import digest


def assessments(module: str, questions: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The assessments that these questions of a module make, one for each purpose."""
    by_purpose: dict[str, list[str]] = {}
    for row in questions:
        purpose = row["kind"] if row["kind"] in ("interview", "exercise") else "quiz"
        by_purpose.setdefault(purpose, []).append(row["id"])
    for purpose, ids in by_purpose.items():
        yield {"id": f"{module}/{purpose}", "module": module, "purpose": purpose, "questions": ids}


def questions(module: Module) -> Iterator[dict[str, Any]]:
    """Every question with an id, in the order of the text."""
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            for question in block.questions:
                yield _hashed(_quiz_item(question, module))
        elif isinstance(block, Section) and block.kind in ("interview", "exercise") and block.key:
            yield _hashed(_prompt(block, module))


def _hashed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "contentHash": digest(row)}


class _Texts:
    """The texts of a module's questions: they stand alone, with the pictures that stand beside its page."""

    def __init__(self, module: Module) -> None:
        self.writing = pages.writing(module, plain_links, f"{pages.FOLDER}/")

    def blocks(self, blocks: Blocks) -> str:
        """Blocks as XHTML."""
        return pages.anonymous(pages.bare(self.writing.blocks(blocks) + self.writing.footnotes()))

    def inlines(self, inlines: Inlines) -> str:
        """Inlines as XHTML."""
        return pages.bare(self.writing.inlines(inlines))


def _quiz_item(question: Question, module: Module) -> dict[str, Any]:
    texts = _Texts(module)
    row: dict[str, Any] = {
        "id": f"{module.id}/{question.key}",
        "module": module.id,
        "kind": question.kind,
        "level": question.level,
        "stem": {
            "html": texts.blocks(question.stem),
            "markdown": question.stem_markdown,
            "text": plain(question.stem),
        },
        "options": _options(question, texts),
        "hints": [texts.inlines(hint) for hint in question.hints],
        "objectives": [f"{module.id}/{id}" for id in question.objectives],
        "points": question.points,
    }
    if question.kind == "numeric":
        row["answer"] = {
            "number": question.answer,
            "tolerance": question.tolerance or "0",
            "html": texts.inlines(question.why),
        }
    elif question.kind == "order":
        row["answer"] = {"html": texts.inlines(question.why)}
    return row


def _options(question: Question, texts: _Texts) -> list[dict[str, Any]]:
    rows = [(option.text, option.correct, option.why) for option in question.options]
    rows += [(item, True, ()) for item in question.items]
    ids = {n: id for id, n in enumerate(_numbered(question), 1)}
    return [
        {
            "id": f"a{ids[n]}",
            "html": texts.inlines(words),
            "text": text(words),
            "correct": correct,
            "why": texts.inlines(why),
        }
        for n, (words, correct, why) in enumerate(rows)
    ]


def _numbered(question: Question) -> list[int]:
    """The options in the order of their numbers: that of the source, but of what is to be put in order another
    one, for a number that tells the place would tell the answer."""
    if not question.items:
        return list(range(len(question.options)))
    return sorted(range(len(question.items)), key=lambda n: digest(text(question.items[n])))


def _prompt(section: Section, module: Module) -> dict[str, Any]:
    """An interview question with its model answer, or an exercise with its acceptance check."""
    texts = _Texts(module)
    title = text(section.title)
    task = section.parts("Task") if section.kind == "exercise" else ()
    stem: Blocks = (Paragraph(section.title), *task)
    answer = section.parts("Strong answer", "Outline", "Acceptance")
    objectives = plain(section.parts("Objective", "Objectives")).replace(",", " ").replace(".", " ").split()
    return {
        "id": f"{module.id}/{section.key}",
        "module": module.id,
        "kind": section.kind,
        "level": plain(section.parts("Level")).strip(" ."),
        "stem": {"html": texts.blocks(stem), "markdown": title, "text": plain(stem)},
        "options": [],
        "hints": [texts.blocks(section.parts("Hint"))] if section.parts("Hint") else [],
        "answer": {"html": texts.blocks(answer)},
        "objectives": [f"{module.id}/{id}" for id in objectives],
        "points": 0,
    }
