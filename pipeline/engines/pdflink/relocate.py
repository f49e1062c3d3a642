"""Page numbers, filled in when the pages are known.

In a fragment a page number is four digits in a font of its own (`fonts.REFERENCES`): its place in the
fragment's `references`. A number in a column of numbers is padded; in running text the room that is left
is closed: what follows on the line stands behind a matrix of its own (`engines.patches`), and moves up.
"""

import re
from collections.abc import Callable, Mapping

PLACES = 4
_HEX = re.compile(rb"<([0-9a-f]+)>")
_DIGITS = re.compile(r"\d{4}")
_TAIL = re.compile(rb"1 0 0 1 1(\d{6}) 0 cm")
Glyphs = Mapping[str, tuple[int, float]]


def placeholder(number: int) -> str:
    """The digits that stand for the N-th reference of a fragment."""
    return f"{number:0{PLACES}}"


def filled(
    content: bytes, font: str, glyphs: Glyphs, label: Callable[[int], tuple[str, bool]]
) -> tuple[bytes, dict[int, float]]:
    """A content stream (ISO 32000-1, 9.4.3) with page numbers, and how far each moved what follows it,
    in units of the stream.

    `label` gives the number and whether it is padded; where it is '', the text around it goes too.
    """
    meant = {glyph: char for char, (glyph, _) in glyphs.items()}
    shown = re.compile(rb"(%s ([0-9.]+) Tf\s+)\[((?:<[0-9a-f]+>|[-0-9. ])*)\] TJ" % re.escape(font.encode()))
    moved: dict[int, float] = {}

    def fill(found: re.Match[bytes]) -> bytes:
        codes = b"".join(_HEX.findall(found[3])).decode()
        text = "".join(meant[int(codes[n : n + 4], 16)] for n in range(0, len(codes), 4))
        digits = _DIGITS.search(text)
        if not digits:
            return found[0]
        number = int(digits[0])
        said, padded = label(number)
        said = said.rjust(PLACES, "\u2007") if padded else said
        new = text.replace(digits[0], said) if said else ""
        moved[number] = width(new, glyphs, float(found[2])) - width(text, glyphs, float(found[2]))
        return found[1] + (b"[<" + coded(new, glyphs) + b">] TJ" if new else b"[] TJ")

    made = shown.sub(fill, content)
    return _TAIL.sub(lambda found: b"1 0 0 1 %.3f 0 cm" % moved[int(found[1])], made), moved


def coded(text: str, glyphs: Glyphs) -> bytes:
    """A text as the glyph ids of the font of page numbers."""
    return b"".join(b"%04x" % glyphs[char][0] for char in text)


def width(text: str, glyphs: Glyphs, size: float) -> float:
    """How wide a text is, in units of its size."""
    return sum(glyphs[char][1] for char in text) * size / 1000


def roman(number: int) -> str:
    """A number in small Roman letters, as page labels of front matter are (below 400)."""
    made = ""
    for value, letters in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        made += letters * (number // value)
        number %= value
    return made
