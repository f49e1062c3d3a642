"""Pandoc as a Markdown reader: one process that reads many texts (pandoc manual, "pandoc lua").

Starting pandoc costs some 60 ms, so one process serves a whole job slot. It is found through
pypandoc, which carries it.
"""

import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from itertools import accumulate
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from pipeline.diagnostics import EnvironmentProblem

MARKDOWN = "gfm+attributes+smart-tex_math_dollars-tex_math_gfm-yaml_metadata_block"
"""What GitHub shows, plus attributes on fences and typographic quotes."""

WITH_POSITIONS = MARKDOWN.replace("smart", "smart+sourcepos")
HEAP = ("+RTS", "-A128m", "-M1500m", "-RTS")
"""A large allocation area for its garbage collector: a quarter less time; and a limit, at which it ends (GHC user's
guide, "-A", "-M")."""

_BETWEEN = "<!-- the next text -->"
_WORD = re.compile(
    rb'\{"t":"Span","c":\[\["",\[\],\[\["wrapper","1"\],\["data-pos","([^"]*)"\]\]\],'
    rb'\[\{"t":(?:"Str","c":("[^"\\]*")|"Space"|"SoftBreak")\}\]\]\}'
)
"""A word or a space inside the `Span` that says where it stands. They are most of the JSON, and are
made short before it is parsed: that takes a tenth of the time. No string of the text can hold this,
for in JSON its quotation marks would have backslashes."""

SECONDS = 30
"""How long one text may take: hostile nesting must not hang a build."""
ENDING = 5
"""Seconds that pandoc has to end once it has nothing more to read; it takes some 3 ms."""
CPU = 600
"""CPU seconds of a pandoc that reads many texts; it ends by itself when nobody is left to end it (setrlimit(2))."""


class ReaderStopped(Exception):
    """Pandoc ended, or was ended, while it read a text."""


@cache
def path() -> str:
    """The pandoc program. Raises EnvironmentProblem where the package does not carry one."""
    import pypandoc

    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as problem:
        raise EnvironmentProblem(
            "pandoc is missing: run `make setup` (pypandoc_binary brings it)"
        ) from problem


@cache
def version() -> str:
    """Pandoc's version, part of every cache key."""
    import pypandoc

    return str(pypandoc.get_pandoc_version())


class Reader:
    """An open pandoc: `with Reader() as reader: reader.read(text)`."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("reader.lua")
        self._process = subprocess.Popen(
            [path(), *HEAP, "lua", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if sys.platform == "linux":
            resource.prlimit(self._process.pid, resource.RLIMIT_CPU, (CPU, CPU))

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin and self._process.stdout
        with suppress(OSError):
            self._process.stdin.close()
        try:  # with nothing more to read it ends, and takes a file of its own with it that it would leave if killed
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def read(self, text: str, format: str = MARKDOWN) -> list[dict[str, Any]]:
        """The blocks of a text, as pandoc's JSON (pandoc-types 1.23); with positions, a word is
        `["LINE:COLUMN-LINE:COLUMN", "word"]`, and a space " ".

        Raises ReaderStopped when pandoc fails or takes longer than SECONDS.
        """
        assert self._process.stdin and self._process.stdout
        data = text.encode()
        watch = Timer(SECONDS, self._process.kill)
        watch.start()
        try:
            self._process.stdin.write(f"{format} {len(data)}\n".encode() + data)
            self._process.stdin.flush()
            length = self._process.stdout.readline()
            answer = self._process.stdout.read(int(length)) if length else b""
        except (BrokenPipeError, ValueError) as problem:
            raise ReaderStopped from problem
        finally:
            watch.cancel()
        if not answer:
            raise ReaderStopped
        try:
            blocks: list[dict[str, Any]] = json.loads(_WORD.sub(_word, answer))["blocks"]
        except (ValueError, KeyError, TypeError) as problem:
            raise ReaderStopped from problem
        return blocks

    def read_together(self, texts: Sequence[str]) -> list[tuple[list[dict[str, Any]], int]]:
        """The blocks of each text with positions, and the number of lines that stood before it.

        A request costs a millisecond however short its text is, so the texts are read as one, a
        comment between each two. Where that shows (a fence that is never closed swallows what
        follows; a definition would hold for its neighbors) they are read one by one.
        """
        if len(texts) > 1 and not any("]:" in text or "[^" in text for text in texts):
            whole = f"\n\n{_BETWEEN}\n\n".join(texts)
            parts = _parted(self.read(whole, WITH_POSITIONS))
            starts = [0, *accumulate(text.count("\n") + 4 for text in texts)]
            if [line for _, line in parts] == [start - 1 if start else 0 for start in starts[:-1]]:
                return [(blocks, start) for (blocks, _), start in zip(parts, starts, strict=False)]
        return [(self.read(text, WITH_POSITIONS), 0) for text in texts]


def works() -> None:
    """Raise EnvironmentProblem unless this pandoc reads a text."""
    try:
        with Reader() as reader:
            blocks = reader.read("word")
        sound = blocks == [{"t": "Para", "c": [{"t": "Str", "c": "word"}]}]
    except (ReaderStopped, KeyError, TypeError):
        sound = False
    if not sound:
        raise EnvironmentProblem(f"{path()} does not work: run `make setup` (pypandoc_binary brings pandoc)")


def _word(found: re.Match[bytes]) -> bytes:
    return b'["%b",%b]' % (found[1], found[2]) if found[2] else b'" "'


def _parted(blocks: Iterable[dict[str, Any]]) -> list[tuple[list[dict[str, Any]], int]]:
    """The blocks between the comments, each part with its comment's line."""
    parts: list[tuple[list[dict[str, Any]], int]] = [([], 0)]
    for block in blocks:
        inner = block["c"][1] if block["t"] == "Div" else []
        if len(inner) == 1 and inner[0]["t"] == "RawBlock" and inner[0]["c"][1].strip() == _BETWEEN:
            position: str = block["c"][0][2][-1][1]
            parts.append(([], int(position.partition(":")[0])))
        else:
            parts[-1][0].append(block)
    return parts
