"""A book before it is linked: its fragments in order, and where their pages will stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.engines.pdflink.fragment import Fragment
from pipeline.engines.pdflink.relocate import roman

LINKS = "x-book:"
"""Addresses of places in the book, in the links of fragments: a name, or `page-N`, the page N from 0."""
LEFT_OUT = "left-out--"
"""A book may name what it leaves out: who leads to `X--…`, of which there is nothing, is led to `left-out--X`."""


class BrokenLink(Exception):
    """A link, or a page number, of a place that no fragment holds."""


@dataclass(frozen=True, slots=True)
class Folio:
    """Where page numbers stand: points from the outer edge and from the foot, and their size. On `mirrored`
    pages the outer edge of every other one is the left."""

    edge: float
    foot: float
    size: float
    mirrored: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """Fragments in order. `front` of them are numbered in Roman; `bare` ones show no page number;
    `recto` ones begin on a right-hand page, `verso` ones on a left-hand one. `said` is Title, Author,
    Subject, Keywords and Producer; `epoch` the seconds since 1970 of its dates."""

    fragments: Sequence[Fragment]
    front: int
    bare: frozenset[int]
    recto: frozenset[int]
    verso: frozenset[int]
    language: str
    folio: Folio
    said: Mapping[str, str]
    epoch: int = 0

    @property
    def laid(self) -> "Laid":
        """Where its fragments stand."""
        first, page, front = [], 0, 0
        for number, fragment in enumerate(self.fragments):
            page += number in (self.verso if page % 2 == 0 else self.recto)
            if number == self.front:
                front = page
            first.append(page)
            page += fragment.pages
        return Laid(tuple(first), page, front)


@dataclass(frozen=True, slots=True)
class Laid:
    """A book's pages: the first of each fragment, how many there are, and how many are front matter."""

    first: tuple[int, ...]
    pages: int
    front: int

    def label(self, page: int) -> str:
        """What the folio of a page says (ISO 32000-1, 12.4.2)."""
        return roman(page + 1) if page < self.front else str(page + 1 - self.front)
