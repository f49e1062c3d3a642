"""Short texts with Markdown in them: of front matter, quizzes and slide comments.

Each is read by itself, and knows where in the file it stands. Those of one quiz, of one module's
slides, of one front matter go to pandoc together (`Reader.read_together`).
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pipeline.document.blocks import Conversion
from pipeline.document.positions import Place, ShortText
from pipeline.engines.pandoc import Reader
from pipeline.model import Blocks, Inlines

InlineReader = Callable[[ShortText], Inlines]
BlockReader = Callable[[ShortText], Blocks]
T = TypeVar("T")
_LAST_HASHES = re.compile(r"(?<=\s)#+(?=\s*\Z)")


class ShortTexts:
    """The short texts of one module: what is found in them goes into its conversion."""

    def __init__(self, reader: Reader, conversion: Conversion) -> None:
        self.reader, self.conversion = reader, conversion
        self._read: dict[str, tuple[list[dict[str, Any]], int]] = {}

    def together(self, make: Callable[[InlineReader, BlockReader], T]) -> T:
        """What `make` makes of short texts, all read at once: it is called twice, first to hear
        which texts it asks for, so it must do nothing but make."""
        asked: list[str] = []

        def ask(text: str) -> tuple[()]:
            if text.strip():
                asked.append(text)
            return ()

        make(lambda short: ask(_as_heading(short)), lambda short: ask(short.text))
        self._read = dict(zip(asked, self.reader.read_together(asked), strict=True))
        return make(self.inline, self.block)

    def inline(self, short: ShortText) -> Inlines:
        """A short text as inlines."""
        found, lines = self._blocks(_as_heading(short))
        if not found or found[0]["t"] != "Header":
            return ()
        inner = self._inner(ShortText(_as_heading(short), short.span, short.where).place(2, lines))
        made = inner.text_of("short", found[0]["c"][2], short.span)
        self._met(inner)
        return made

    def block(self, short: ShortText) -> Blocks:
        """A Markdown text inside a YAML value or a comment."""
        found, lines = self._blocks(short.text)
        inner = self._inner(short.place(0, lines))
        made = inner.inner(found, short.span)
        self._met(inner)
        return made

    def _blocks(self, text: str) -> tuple[list[dict[str, Any]], int]:
        if not text.strip():
            return [], 0
        if text not in self._read:
            self._read[text] = self.reader.read_together([text])[0]
        return self._read[text]

    def _inner(self, place: Place) -> Conversion:
        """The conversion of a short text, which shares the counted ids."""
        counts = self.conversion.counts
        return Conversion(self.conversion.path, counts=counts, place=place, apart=True)

    def _met(self, inner: Conversion) -> None:
        """Keep what a short text's conversion has collected."""
        self.conversion.marks += inner.marks
        self.conversion.findings += inner.findings


def _as_heading(short: ShortText) -> str:
    """The text as it is read where inlines are wanted: as a heading, so that "> 5 ms" is no quotation
    and "1. one" no list; of several lines one is made, and hashes at its end are kept."""
    line = _LAST_HASHES.sub(r"\\\g<0>", short.text.replace("\n", " "))
    return f"# {line}" if line.strip() else ""
