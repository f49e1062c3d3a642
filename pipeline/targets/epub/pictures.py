"""Pictures of a book, with the letters that they need.

A picture in an `<img>` sees none of the book's fonts.
"""

import base64
import re
from dataclasses import dataclass

from pipeline.engines.archive import Member, packed
from pipeline.engines.letters import lettered as subset
from pipeline.model import Theme

FACES = (("normal", "BookSans-Regular"), ("bold", "BookSans-Bold"))
KINDS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}
"""Media types of pictures, by the ends of their names (EPUB 3.3, section 3.2)."""
_ROOT = re.compile(r"<svg\b[^>]*>")
_UNSEEN = re.compile(r"<(style|title|desc)\b.*?</\1>", re.DOTALL)
_TEXT = re.compile(r">([^<]+)<")
_BOLD = re.compile(r"font-weight(?::\s*|=\")(?:bold|[6-9]00)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's file in the book, compressed once for all books that show it."""

    path: str
    media_type: str
    data: Member


def picture(path: str, media_type: str, data: bytes) -> Picture:
    """A picture for a book. Those of pixels are compressed already."""
    return Picture(path, media_type, packed(data, media_type == KINDS["svg"]))


def lettered(svg: str, theme: Theme) -> bytes:
    """A drawing with subsets of the theme's faces in a style sheet (CSS Fonts 4, section 4.3)."""
    letters = "".join(sorted(set("".join(_TEXT.findall(_UNSEEN.sub("", svg))))))
    rules = "".join(
        f"@font-face{{font-family:Book Sans;font-weight:{weight};"
        f"src:url(data:font/woff2;base64,{base64.b64encode(subset(theme, face, letters)).decode()})}}"
        for weight, face in FACES
        if weight == "normal" or _BOLD.search(svg)
    )
    end = _ROOT.match(svg)
    assert end, "a drawing begins with its root element"
    return f"{end[0]}<style>{rules}</style>{svg[end.end() :]}".encode()
