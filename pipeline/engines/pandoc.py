"""Pandoc as a Markdown reader: one process that reads many texts (pandoc manual, "pandoc lua").

Starting pandoc costs some 60 ms, so one process serves a whole job slot. It is found through
pypandoc, which carries it.
"""

import json
import subprocess
from functools import cache
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

import pypandoc

from pipeline.diagnostics import EnvironmentProblem

MARKDOWN = "gfm+attributes+smart-tex_math_dollars-tex_math_gfm-yaml_metadata_block"
"""What GitHub shows, plus attributes on fences and typographic quotes."""

WITH_POSITIONS = MARKDOWN.replace("smart", "smart+sourcepos")
SECONDS = 60
"""How long one text may take: hostile nesting must not hang a build."""


class ReaderStopped(Exception):
    """Pandoc ended, or was ended, while it read a text."""


@cache
def path() -> str:
    """The pandoc program. Raises EnvironmentProblem where the package does not carry one."""
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as problem:
        raise EnvironmentProblem(
            "pandoc is missing: run `make setup` (pypandoc_binary brings it)"
        ) from problem


@cache
def version() -> str:
    """Pandoc's version, part of every cache key."""
    return str(pypandoc.get_pandoc_version())


class Reader:
    """An open pandoc: `with Reader() as reader: reader.read(text)`."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("reader.lua")
        self._process = subprocess.Popen(
            [path(), "lua", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def read(self, text: str, format: str = MARKDOWN) -> list[dict[str, Any]]:
        """The blocks of a text, as pandoc's JSON (pandoc-types 1.23).

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
        blocks: list[dict[str, Any]] = json.loads(answer)["blocks"]
        return blocks
