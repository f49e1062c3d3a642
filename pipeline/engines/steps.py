"""A drawing as far as it goes at each step of its source.

A step is drawn by itself, from the statements before it; so it is known which parts of the whole drawing are
there by then. Parts are known by their ids, or by what they are and how many of their kind stand before them:
Mermaid draws statements in the order of the source. The others are hidden in a copy of the whole, which so
keeps its places.
"""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

_STEP = re.compile(r"^\s*%%\s*step\s*$")
_OPENS = re.compile(r"^\s*(?:alt|opt|loop|par|critical|break|rect|box|subgraph)\b")
_ENDS = re.compile(r"^\s*end\s*$")
_BRACE, _UNBRACE = re.compile(r"\{\s*$"), re.compile(r"^\s*\}\s*$")
SVG = "{http://www.w3.org/2000/svg}"
UNSEEN = tuple(f"{SVG}{name}" for name in ("style", "defs", "marker", "title", "desc"))
"""Elements that draw nothing where they stand."""
Key = tuple[str, str, int]


def steps(source: str) -> Iterator[tuple[int, str]]:
    """For each `%% step` its line, counted from 1, and the source before it, with what is open there closed."""
    lines = source.split("\n")
    open_blocks: list[str] = []
    for number, line in enumerate(lines, 1):
        if _STEP.match(line):
            yield number, "\n".join([*lines[: number - 1], *reversed(open_blocks)])
        elif _OPENS.match(line) or _BRACE.search(line):
            open_blocks.append("}" if _BRACE.search(line) else "end")
        elif open_blocks and (_ENDS.match(line) or _UNBRACE.match(line)):
            open_blocks.pop()


def partial(whole: str, part: str) -> str:
    """The whole drawing with all hidden that the drawing of a part does not have."""
    there = {key for _, key in _keys(etree.fromstring(part.encode()))}
    tree = etree.fromstring(whole.encode())
    for element, key in list(_keys(tree)):
        if key not in there:
            element.set("style", f"{element.get('style', '')};visibility:hidden".lstrip(";"))
    return etree.tostring(tree, encoding="unicode")


def _keys(root: etree._Element) -> Iterator[tuple[etree._Element, Key]]:
    """The parts of a drawing that are told apart: those with an id, and others with a class that stand in
    none of these."""
    seen = Counter[tuple[str, str]]()
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in UNSEEN:
            continue
        id = element.get("id", "")
        if id:
            yield element, (str(element.tag), id, 0)
            continue
        kind = (str(element.tag), element.get("class", ""))
        if kind[1] and (element.tag == f"{SVG}text" or not len(element)):
            seen[kind] += 1
            yield element, (*kind, seen[kind])
        waiting += reversed(element)
