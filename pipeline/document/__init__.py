"""Front matter and Markdown to the canonical document, module by module, cached by content.

`compile_modules` splits the stale modules over the job slots; each slot opens one pandoc and reads
with it everything its modules hold: bodies, the inline Markdown of front matter, quizzes, slides.
"""

import gc
from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pipeline import cache
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.blocks import Conversion
from pipeline.document.diagrams import diagram
from pipeline.document.positions import Comment, value_text
from pipeline.document.quiz import quiz
from pipeline.document.sections import nested
from pipeline.document.short import BlockReader, InlineReader, ShortTexts
from pipeline.document.slides import is_slide, skipped, slide
from pipeline.document.text import count_words, text, typographic
from pipeline.engines.limits import TooMuch, ended, limited
from pipeline.engines.pandoc import WITH_POSITIONS, Reader, ReaderStopped, works
from pipeline.load import ModuleSource
from pipeline.mapping import Positioned
from pipeline.model import Block, Document, Inlines, Mark, Module, Objective, Term, Theme
from pipeline.schema import schema_findings
from pipeline.trace import traced

TEXTS = ("id", "number", "title", "part", "minutes", "difficulty", "version", "updated")
LISTS = ("stages", "tracks", "prerequisites", "recommended", "keywords", "aliases")
"""Keys of the front matter that go into a `Module` as they are."""


LOOKS = ("mermaid.json", "slides/mermaid.json")
"""Files of the theme that say how diagrams look."""


@dataclass(frozen=True, slots=True)
class CompileRequest:
    """A module whose front matter satisfies its schema."""

    source: ModuleSource
    front: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The module, when its text can be read at all, and every finding."""

    module: Module | None
    findings: tuple[Diagnostic, ...]


def compile_modules(
    requests: Sequence[CompileRequest],
    theme: Theme,
    pool: Callable[[], Executor],
    jobs: int,
    held: MutableMapping[str, Compiled] | None = None,
) -> list[Compiled]:
    """The compiled modules, in the order asked for. Only stale ones are read; who asks again and again has those
    of the last time `held`, by names of the cache."""
    theme = theme.part(*LOOKS)
    keys = [_key(request, theme) for request in requests]
    known = dict(held or {})
    cache.ahead(key for key in keys if key not in known)
    results = {key: known.get(key) or cache.get(key) for key in keys}
    stale = [(key, request) for key, request in zip(keys, requests, strict=True) if results[key] is None]
    stale.sort(key=lambda row: -len(row[1].source.body))
    slots = [slot for slot in (stale[n::jobs] for n in range(jobs)) if slot]
    work = [([request for _, request in slot], theme) for slot in slots]
    compiled = _in_slots(work, pool()) if len(work) > 1 else [_compile_slot(*row) for row in work]
    for slot, answers in zip(slots, compiled, strict=True):
        for (key, _), answer in zip(slot, answers, strict=True):
            cache.put(key, answer)
            results[key] = answer
    if held is not None:
        held.clear()
        held.update(results)  # type: ignore[arg-type]
    return [results[key] for key in keys]  # type: ignore[misc]


def _in_slots(work: Sequence[tuple[list[CompileRequest], Theme]], pool: Executor) -> list[list[Compiled]]:
    futures = [pool.submit(_compile_slot, *row) for row in work]
    for future in ended(futures, pool):
        future.result()
    return [future.result() for future in futures]


def _key(request: CompileRequest, theme: Theme) -> str:
    source = request.source
    return cache.key("compile", source.shown, source.digest, request.front, theme)


def _compile_slot(requests: Sequence[CompileRequest], theme: Theme) -> list[Compiled]:
    """What one process does: one pandoc for all these modules.

    The garbage collector rests meanwhile: pandoc's JSON is large and holds no cycles.
    """
    gc.disable()
    try:
        with Reader() as reader:
            return [_compile(request, theme, reader) for request in requests]
    except (ReaderStopped, TooMuch):
        alone = _compile_alone if len(requests) > 1 else _unread
        return [alone(request, theme) for request in requests]
    finally:
        gc.enable()


def _compile_alone(request: CompileRequest, theme: Theme) -> Compiled:
    """A text that pandoc cannot read must not take its neighbours with it."""
    try:
        with Reader() as reader:
            return _compile(request, theme, reader)
    except (ReaderStopped, TooMuch):
        return _unread(request, theme)


def _unread(request: CompileRequest, theme: Theme) -> Compiled:
    """A text that cannot be read. Raises EnvironmentProblem where pandoc reads no other either."""
    works()
    remedy = "Look for very deep nesting of lists, quotations or emphasis, and flatten it."
    span = Span(request.source.shown, request.source.body_line)
    message = "the text is nested too deeply, or takes too long to read"
    return Compiled(None, (error("F120", span, message, remedy),))


@traced("module", lambda request, theme, reader: request.source.shown)
def _compile(request: CompileRequest, theme: Theme, reader: Reader) -> Compiled:
    with limited():
        return _Compilation(request, theme, reader).compiled()


class _Compilation:
    """One module on its way: holds the open reader and the conversion that collects marks."""

    def __init__(self, request: CompileRequest, theme: Theme, reader: Reader) -> None:
        self.front, self.source = request.front, request.source
        self.theme, self.reader = theme, reader
        self.conversion = Conversion(
            self.source.shown,
            self.source.body_line,
            fences={"mermaid": self.diagram, "quiz": self.quiz, "output": Conversion.output},
        )
        self.short = ShortTexts(reader, self.conversion)

    def compiled(self) -> Compiled:
        flat = self.conversion.blocks(self.reader.read(self.source.body, WITH_POSITIONS))
        comments = [block for block in flat if isinstance(block, Comment)]
        blocks = nested(flat, self.conversion)
        told = [comment for comment in comments if is_slide(comment)]
        for comment in told:
            self.conversion.mark("slide", comment.span, said=comment.text)
        made = self.short.together(lambda inline, block: [slide(comment, inline, block) for comment in told])
        slides = tuple(shown for shown, _, _ in made)
        self.conversion.marks += [mark for _, marks, _ in made for mark in marks]
        self.conversion.findings += [finding for _, _, findings in made for finding in findings]
        left_out = skipped(flat, blocks)
        digest = sha256(repr((blocks, slides, left_out)).encode()).hexdigest()
        document = Document(blocks, slides, count_words(blocks), digest, left_out)
        return Compiled(self.module(document), tuple(self.conversion.findings))

    def module(self, document: Document) -> Module:
        front = self.front
        texts: dict[str, Any] = {name: front[name] for name in TEXTS}
        lists: dict[str, Any] = {name: tuple(front.get(name, ())) for name in LISTS}
        lists["keywords"] = tuple(map(typographic, lists["keywords"]))
        positions = [
            Mark("front", span, "/".join(map(str, path)))
            for path, span in self.source.front.spans.items()
            if path
        ]
        summary, objectives, terms = self.short.together(self.front_texts)
        return Module(
            **texts,
            **lists,
            summary=summary,
            objectives=objectives,
            terms=terms,
            kind=front.get("kind", "module"),
            path=self.source.path,
            document=document,
            marks=tuple(positions + self.conversion.marks),
        )

    def front_texts(
        self, inline: InlineReader, _: BlockReader
    ) -> tuple[Inlines, tuple[Objective, ...], tuple[Term, ...]]:
        """Summary, objectives and terms: the inline texts of the front matter."""

        def text(markdown: str, *path: str | int) -> Inlines:
            return inline(value_text(self.source.front, path, markdown))

        objectives = enumerate(self.front["objectives"])
        return (
            text(self.front["summary"], "summary"),
            tuple(Objective(row["id"], text(row["text"], "objectives", n, "text")) for n, row in objectives),
            tuple(
                Term(typographic(name), text(words, "terms", name))
                for name, words in self.front["terms"].items()
            ),
        )

    # --- fences ------------------------------------------------------------------------------

    def diagram(
        self, c: Conversion, code: str, attributes: tuple[tuple[str, str], ...], language: str, span: Span
    ) -> Block | None:
        made, findings = diagram(code, span, c, self.theme)
        c.findings += findings
        return made

    def quiz(
        self, c: Conversion, code: str, attributes: tuple[tuple[str, str], ...], language: str, span: Span
    ) -> Block | None:
        made, marks, findings = quiz(code, span, schema_findings, self.short.together)
        c.marks += marks
        c.findings += findings
        return made


__all__ = ["CompileRequest", "Compiled", "Positioned", "compile_modules", "text"]
