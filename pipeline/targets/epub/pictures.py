"""Pictures of a book, with the letters that they need."""

import re
from dataclasses import dataclass

from pipeline.engines.archive import Member, packed
from pipeline.engines.letters import lettered as subset
from pipeline.model import Theme
from pipeline.targets.pictures import MEDIA_TYPES, faced

_UNSEEN = re.compile(r"<(style|title|desc)\b.*?</\1>", re.DOTALL)
_TEXT = re.compile(r">([^<]+)<")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's file in the book, compressed once for all books that show it."""

    path: str
    media_type: str
    data: Member


def picture(path: str, media_type: str, data: bytes) -> Picture:
    """A picture for a book. Those of pixels are compressed already."""
    return Picture(path, media_type, packed(data, media_type == MEDIA_TYPES[".svg"]))


def lettered(svg: str, theme: Theme) -> bytes:
    """A drawing with subsets of the theme's faces."""
    letters = "".join(sorted(set("".join(_TEXT.findall(_UNSEEN.sub("", svg))))))
    return faced(svg, lambda face: subset(theme, face, letters))
