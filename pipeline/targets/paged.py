"""What the printed book of an edition tells other formats: what begins on which page, and its index."""

from dataclasses import dataclass

from pipeline.targets.index import Entry

Groups = tuple[tuple[str, tuple[Entry, ...]], ...]
"""The entries of an index under their letters."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page: what its folio says, and what begins there, in order: ids, and paragraphs (`paragraph`)."""

    label: str
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paged:
    """The pages of an edition's PDF, piece by piece, without the empty ones between; its index, and what
    the folio of each page says, the empty ones included."""

    pieces: tuple[tuple[PrintedPage, ...], ...]
    index: Groups
    labels: tuple[str, ...]


def paragraph(module: str, number: str) -> str:
    """The name of a paragraph in a book; `number` is what the document gives it."""
    return f"{module}{number}"
