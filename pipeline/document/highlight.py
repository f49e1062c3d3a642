"""Code coloured once, for all outputs, with Pygments: few classes, one XHTML string a line.

Six classes are enough to read by, and each box saved is a box that no layout engine has to place.
"""

from functools import cache
from html import escape
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String
from pygments.util import ClassNotFound

from pipeline.model import Lines

CLASSES: tuple[tuple[Any, str], ...] = (
    (Comment, "c"),
    (Keyword, "k"),
    (String, "s"),
    (Number, "n"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Tag, "k"),
    (Name.Attribute, "f"),
    (Name.Builtin, "b"),
    (Name.Exception, "b"),
    (Literal.Date, "n"),
    (Generic.Deleted, "d"),
    (Generic.Inserted, "i"),
    (Generic.Prompt, "c"),
)
PLAIN = ("", "text", "txt", "plain", "output", "console-output")
ALIASES = {"mjs": "javascript", "jsonc": "json", "dns": "text"}


@cache
def lexer(language: str) -> Lexer | None:
    """The lexer of a fence's language; None when Pygments knows none."""
    try:
        return get_lexer_by_name(ALIASES.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def known(language: str) -> bool:
    """Whether a fence may name this language."""
    return language in PLAIN or lexer(language) is not None


def highlighted(text: str, language: str) -> tuple[str, ...]:
    """The lines of a code block as XHTML, tokens in `<span class="…">`, text escaped."""
    found = None if language in PLAIN else lexer(language)
    if found is None:
        return tuple(escape(line, quote=False) for line in text.split("\n"))
    lines: list[list[tuple[str, str]]] = [[]]
    for token, value in found.get_tokens(text):
        style = _class(token)
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append((style, piece))
    wanted = text.count("\n") + 1
    return tuple(_line(pieces) for pieces in lines[:wanted])


@cache
def _class(token: Any) -> str:
    return next((name for kind, name in CLASSES if token in kind), "")


def _line(pieces: list[tuple[str, str]]) -> str:
    merged: list[tuple[str, str]] = []
    for style, text in pieces:
        if merged and (merged[-1][0] == style or not text.strip()):
            merged[-1] = (merged[-1][0], merged[-1][1] + text)
        else:
            merged.append((style, text))
    return "".join(
        f'<span class="{style}">{escape(text, quote=False)}</span>' if style else escape(text, quote=False)
        for style, text in merged
    )


# --- lines that stand out --------------------------------------------------------------------

RANGES = r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*"
"""Ranges of lines as they are written: `3`, `3-5`, `3-5,9`."""
HIGHLIGHT = rf"{RANGES}(?:\s*\|\s*{RANGES})*"
"""Steps as they are written: `3-5,9 | 12`."""


def steps(written: str) -> tuple[Lines, ...]:
    """Lines that stand out one step after the other."""
    return tuple(tuple(map(_range, step.split(","))) for step in written.split("|") if step.strip())


def _range(written: str) -> tuple[int, int]:
    first, _, last = written.strip().partition("-")
    return int(first), int(last or first)
