"""How what an example prints is compared with what the text says: `match=exact`, `lines` or `pattern`.

Spaces at line ends do not count, nor do empty lines at the end. Both sides come from authors, so a
pattern is made of atomic and possessive parts: it takes time in proportion to the text, no more.
"""

import re
from collections.abc import Callable, Mapping
from difflib import unified_diff
from itertools import islice, zip_longest

MOST_SHOWN = 60
"""Lines of a difference that are shown."""
HEXADECIMAL = "[0-9a-fA-F]"
VARYING = {
    "int": r"-?\d++",
    "ms": r"\d++(?:\.\d++)?",
    "uuid": rf"{HEXADECIMAL}{{8}}(?:-{HEXADECIMAL}{{4}}){{3}}-{HEXADECIMAL}{{12}}",
}
"""What `<<int>>`, `<<ms>>` and `<<uuid>>` stand for; `<<any>>` is any text within a line."""
_NAMES = re.compile(r"<<(int|ms|uuid)>>")


def difference(expected: str, printed: str, match: str) -> str:
    """A unified diff from the text to what was printed, or '' where they match."""
    wanted, given = _trimmed(expected), _trimmed(printed)
    shown = MATCHES[match](wanted, given)
    if shown == wanted:
        return ""
    rows = unified_diff(wanted, shown, "in the text", "printed", lineterm="", n=1)
    lines = list(islice(rows, MOST_SHOWN + 1))
    return "\n".join([*lines[:MOST_SHOWN], "…"] if len(lines) > MOST_SHOWN else lines)


def _trimmed(output: str) -> list[str]:
    return [line.rstrip() for line in output.rstrip("\n").split("\n")]


def _exact(wanted: list[str], given: list[str]) -> list[str]:
    return given


def _lines(wanted: list[str], given: list[str]) -> list[str]:
    """The wanted lines when they occur in this order, with whatever others; else all that was given."""
    rest = iter(given)
    return wanted if all(line in rest for line in wanted) else given


def _pattern(wanted: list[str], given: list[str]) -> list[str]:
    """The given lines, those that a wanted line describes replaced by it."""
    pairs = zip_longest(wanted, given)
    return [
        a if a is not None and b is not None and describes(a, b) else b for a, b in pairs if b is not None
    ]


def describes(pattern: str, line: str) -> bool:
    """Whether a line is what a pattern says, `<<any>>` taking as little as it can."""
    first, *rest = [_expression(piece) for piece in pattern.split("<<any>>")]
    if not rest:
        return bool(re.fullmatch(first, line))
    between = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    found = re.match(f"{first}{between}", line)
    return bool(found and re.search(rf"(?:{rest[-1]})\Z", line[found.end() :]))


def _expression(text: str) -> str:
    pieces = _NAMES.split(text)
    return "".join(VARYING[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))


MATCHES: Mapping[str, Callable[[list[str], list[str]], list[str]]] = {
    "exact": _exact,
    "lines": _lines,
    "pattern": _pattern,
}
