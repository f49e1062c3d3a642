"""Page numbers, filled in when the pages are known.

In a fragment a page number is four digits in a font of its own (`fonts.REFERENCES`): a number that is
looked up in the fragment's `references`, 1000 more where it is to stand at the left of its four places
and not at the right. Digits are equally wide, so filling in a number moves nothing.
"""

import re
from collections.abc import Callable, Mapping

PLACES, LEFT = 4, 1000
_HEX = re.compile(rb"<([0-9a-f]+)>")


def placeholder(number: int, left: bool) -> str:
    """The digits that stand for the N-th reference of a fragment."""
    return f"{number + (LEFT if left else 0):04}"


def filled(
    content: bytes, font: str, glyphs: Mapping[str, tuple[int, float]], number: Callable[[int], str]
) -> bytes:
    """A content stream (ISO 32000-1, 9.4.3) with the page numbers that `number` gives."""
    meant = {glyph: char for char, (glyph, _) in glyphs.items()}
    shown = re.compile(rb"(%s [0-9.]+ Tf\s+)\[((?:<[0-9a-f]+>|[-0-9. ])*)\] TJ" % re.escape(font.encode()))

    def fill(found: re.Match[bytes]) -> bytes:
        codes = b"".join(_HEX.findall(found[2])).decode()
        digits = "".join(meant[int(codes[n : n + 4], 16)] for n in range(0, len(codes), 4))
        if not digits.isdigit() or len(digits) != PLACES:
            return found[0]
        asked = int(digits)
        text = number(asked % LEFT)
        space = "\u2007"
        padded = text.ljust(PLACES, space) if asked >= LEFT else text.rjust(PLACES, space)
        return found[1] + b"[<" + coded(padded, glyphs) + b">] TJ"

    return shown.sub(fill, content)


def coded(text: str, glyphs: Mapping[str, tuple[int, float]]) -> bytes:
    """A text as the glyph ids of the font of page numbers."""
    return b"".join(b"%04x" % glyphs[char][0] for char in text)


def width(text: str, glyphs: Mapping[str, tuple[int, float]], size: float) -> float:
    """How wide a text is, in points."""
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
