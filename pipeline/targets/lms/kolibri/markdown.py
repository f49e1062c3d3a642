r"""Texts of questions as the Markdown that Perseus reads, for Kolibri's exercises.

Perseus reads Markdown by rules of its own (@khanacademy/simple-markdown and pure-markdown): no HTML, `$…$` is
TeX, `\` before any punctuation takes its meaning away, and emphasis does not end inside code. So every
punctuation mark of a text is escaped, and each run of text is emphasized by itself.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from pipeline.targets.lms.markup import Element

RAW = "raw"
"""The mark of what is Markdown already; other marks are those that stand around a text."""
EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**"}
CODE = ("code", "kbd", "samp")
NOTHING = "\u200b"
"""A space of no width: it keeps marks apart that would be read as one."""
BLOCKS = (
    "p", "div", "section", "aside", "figure", "figcaption", "pre", "ul", "ol", "table", "blockquote", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6",
)  # fmt: skip
RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LINE = re.compile(r"\n(?=[^\n])")
_SPACE = re.compile(r"[ \t\r\n]+")
_COLUMNS = re.compile(r"^(={5,})$", re.MULTILINE)
"""A line that Perseus takes for the gap between two columns, even inside code."""


def markdown(holder: Element) -> str:
    """What stands inside an element, as Markdown of Perseus."""
    return "\n\n".join(_blocks(holder))


def escaped(text: str) -> str:
    """A plain text that is shown as it is."""
    return _PUNCTUATION.sub(r"\\\1", text)


def _blocks(holder: Element) -> Iterator[str]:
    """The blocks inside an element; what stands loose between them is a paragraph."""
    for loose, parts in groupby(_pieces(holder), lambda piece: isinstance(piece, tuple)):
        if loose:
            paragraph = _joined(part for part in parts if isinstance(part, tuple))
            if paragraph:
                yield paragraph
        else:
            for part in parts:
                assert not isinstance(part, tuple)
                yield from _block(part)


def _pieces(holder: Element) -> Iterator["tuple[str, str] | Element"]:
    """Runs of text, and elements that are blocks."""
    yield "", holder.text or ""
    for child in holder:
        if child.tag in BLOCKS:
            yield child
        else:
            yield from _run(child, "")
        yield "", child.tail or ""


def _block(element: Element) -> Iterator[str]:
    tag = str(element.tag)
    match tag:
        case "p":
            yield from filter(None, [_joined(_runs(element, ""))])
        case "pre":
            yield _fence("".join(map(str, element.itertext())))
        case "ul" | "ol":
            yield _list(element)
        case "table":
            yield _table(element)
        case "blockquote":
            yield "\n".join(f"> {line}" for line in markdown(element).split("\n"))
        case "hr":
            yield "---"
        case "figcaption":
            yield from filter(None, [_joined(_runs(element, "*"))])
        case _ if tag[0] == "h":
            yield f"{'#' * int(tag[1])} {_joined(_runs(element, ''))}"
        case _:
            yield from _blocks(element)


def _fence(code: str) -> str:
    ticks = "`" * max(3, 1 + _longest(code))
    lines = _COLUMNS.sub(r"\1 ", code.strip("\n"))
    return f"{ticks}\n{lines}\n{ticks}"


def _longest(code: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, re.findall("`+", code)), default=0)


def _list(element: Element) -> str:
    first = int(element.get("start", "1"))
    items = []
    for number, item in enumerate(element.findall("li"), first):
        bullet = f"{number}. " if element.tag == "ol" else "- "
        text = markdown(item)
        # An item without an empty line is read as one line of text; so code is not its only block.
        text = f"{NOTHING}\n\n{text}" if text.startswith("```") else text
        items.append(bullet + _LINE.sub("\n" + " " * len(bullet), text))
    return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)


def _table(element: Element) -> str:
    rows = [[_cell(cell) for cell in row.iter("th", "td")] for row in element.iter("tr")]
    rule = ["---"] * max(map(len, rows), default=0)
    return "\n".join(f"| {' | '.join(row)} |" for row in (*rows[:1], rule, *rows[1:]))


def _cell(cell: Element) -> str:
    """A cell is one line of text, whatever it holds."""
    return _joined(_runs(cell, "")).replace("  \n", " ") or NOTHING


def _runs(element: Element, mark: str) -> Iterator[tuple[str, str]]:
    """The texts of an element, each with the mark that stands around it."""
    yield mark, element.text or ""
    for child in element:
        yield from _run(child, mark)
        yield mark, child.tail or ""


def _run(element: Element, mark: str) -> Iterator[tuple[str, str]]:
    match element.tag:
        case "em" | "i" | "strong" | "b":
            yield from _runs(element, _both(mark, EMPHASIS[str(element.tag)]))
        case "code" | "kbd" | "samp":
            yield from ((RAW, _code(text)) for text in filter(None, ["".join(map(str, element.itertext()))]))
        case "br":
            yield RAW, "  \n"
        case "img":
            yield RAW, f"![{_alt(element.get('alt', ''))}]({element.get('src', '')})"
        case "a":
            yield RAW, _link(element)
        case "del" | "s":
            yield RAW, f"~~{_joined(_runs(element, ''))}~~"
        case "sup" | "sub":
            yield mark, _shifted(element)
        case _:
            yield from _runs(element, mark)


def _both(outer: str, inner: str) -> str:
    return "*" * (len(outer) | len(inner))


def _joined(runs: Iterable[tuple[str, str]]) -> str:
    """Runs of text as one line of Markdown: spaces outside of emphasis, marks apart from each other."""
    line, last = "", ""
    for mark, text in _merged(runs):
        if mark == RAW:
            piece = text
        else:
            words = text.strip(" ")
            before = " " if text.startswith(" ") and not line.endswith((" ", "\n")) else ""
            after = " " if text.endswith(" ") and words else ""
            piece = f"{before}{mark}{escaped(words)}{mark}{after}" if words else before
        apart = last and mark and line[-1:] in ("*", "`") and piece[:1] == line[-1:]
        line += f"{NOTHING}{piece}" if apart else piece
        last = mark
    return line.strip()


def _merged(runs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours with one mark as one run, with single spaces."""
    for mark, group in groupby((run for run in runs if run[1]), lambda run: run[0]):
        texts = [text for _, text in group]
        if mark == RAW:
            yield from ((RAW, text) for text in texts)
        elif joined := _SPACE.sub(" ", "".join(texts)):
            yield mark, joined


def _code(text: str) -> str:
    code = _SPACE.sub(" ", text)
    ticks = "`" * (1 + _longest(code))
    before = " " if code.lstrip(" ").startswith("`") else ""
    after = " " if code.rstrip(" ").endswith("`") else ""
    return f"{ticks}{before}{code}{after}{ticks}"


def _link(element: Element) -> str:
    """A link, unless brackets in its text would end it early."""
    text, address = _joined(_runs(element, "")), element.get("href", "")
    for mark in "()*\\ ":
        address = address.replace(mark, f"%{ord(mark):02X}")
    return f"[{text}]({address})" if text.count("[") == text.count("]") else text


def _alt(text: str) -> str:
    """Perseus shows no escapes in an alternative text."""
    return _SPACE.sub(" ", text).replace("[", "(").replace("]", ")")


def _shifted(element: Element) -> str:
    """Raised or lowered text, in characters that are so by themselves, if there are such."""
    text = "".join(map(str, element.itertext()))
    shifted = text.translate(RAISED if element.tag == "sup" else LOWERED)
    if shifted.isascii() or any(a == b and a != " " for a, b in zip(text, shifted, strict=True)):
        return f"^({text})" if element.tag == "sup" else f"_({text})"
    return shifted
