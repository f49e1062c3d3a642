"""Short texts that can be taken from a page: what a course, a part or a module says of itself."""

import re
from collections.abc import Iterable, Iterator

from pipeline.adopt.outline import Headed, headings, links_of
from pipeline.adopt.pages import Page
from pipeline.document.text import text
from pipeline.lint.links import scheme
from pipeline.model import Image, Inlines, Link, Paragraph, Styled

_SENTENCE = re.compile(r"(?<=[.!?])[”’)]?\s+(?=[\W\d]*[^\W\d_])")
_ANNOUNCED = re.compile(r"\b(?:objectives?|outcomes?|goals?)\b|\bwill learn\b|['’]ll learn\b", re.IGNORECASE)


def first_words(head: Headed | None) -> str:
    """The first sentences below a heading: a paragraph of words, no pictures, no mere links."""
    for block in head.blocks if head else ():
        if isinstance(block, Paragraph) and len(_own_words(block.inlines).split()) > 3:
            return " ".join(text(block.inlines).split())
    return ""


def _own_words(inlines: Inlines) -> str:
    """The text of a paragraph beside its links and pictures."""
    return text(inline for inline in inlines if not isinstance(inline, Link | Image))


def _lead(block: Paragraph) -> str:
    """The bold words with which a paragraph begins, where they end in a colon or a period."""
    first, *rest = block.inlines or ("",)
    said = text(first.children).strip() if isinstance(first, Styled) and first.style == "strong" else ""
    labelled = said.endswith((":", ".")) or text(rest).lstrip().startswith(":")
    return said if labelled else ""


def labelled(headings: Iterable[Headed], word: str) -> str:
    """The paragraph whose bold label holds a word, without the label."""
    blocks = (block for head in headings for block in head.blocks if isinstance(block, Paragraph))
    found = (text(block.inlines[1:]) for block in blocks if word in _lead(block).lower())
    return next((" ".join(said.split()).lstrip(": ") for said in found), "")


def web_links(head: Headed | None) -> Iterator[str]:
    """The https addresses below a heading."""
    for run in head.runs if head else ():
        yield from (href for href in links_of(run) if scheme(href) == "https")


def summary_of(page: Page) -> str:
    """The first sentence of the first paragraph that is one, as inline Markdown of at most 300 characters."""
    for block in page.flat:
        words = _own_words(block.inlines).split() if isinstance(block, Paragraph) else []
        if len(words) < 4 or _lead(block) or text(block.inlines).rstrip().endswith(":"):
            continue
        sentence = _SENTENCE.split(" ".join(text(block.inlines).split()), maxsplit=1)[0]
        made = _markdown(sentence)
        return (
            made if len(made) <= 300 else _markdown(sentence[:240].rpartition(" ")[0]).rstrip(" ,;:") + " …"
        )
    return ""


def objectives_of(page: Page) -> list[str]:
    """The list below a heading that announces objectives, if there is one."""
    for head in headings(page.flat):
        if _ANNOUNCED.search(head.said) and head.items:
            return [_markdown(item) for item in head.items[:8]]
    return []


def _markdown(plain: str) -> str:
    """A text as Markdown that says just this."""
    return re.sub(r"([\\`*_{}\[\]<>~&$#])", r"\\\1", plain)
