"""Our own look at decks: every slide is there, no id twice, nothing loaded from elsewhere, not too large (`weight`)."""

import re
from dataclasses import dataclass
from hashlib import sha256

from lxml import etree

from pipeline import cache
from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.model import Artifact
from pipeline.targets.slides.shell import ASSETS

MOST = 350_000
"""Bytes that a deck which holds all it needs should have at most, without its pictures."""
_PICTURES = re.compile(rb'"data:image/[^"]*"')
BUG = "This is a bug: please report it."


@dataclass(frozen=True, slots=True)
class Reading:
    """The ids of an HTML text, and what it would load."""

    found: tuple[str, ...]
    loads: tuple[str, ...]


def read(html: str) -> Reading:
    """What is in an HTML text, remembered."""
    name = cache.key("read", sha256(html.encode()).hexdigest())
    return cache.made(name, lambda: _read(html))


def _read(html: str) -> Reading:
    tree = etree.fromstring(html.encode(), etree.HTMLParser(huge_tree=True, encoding="utf-8"))
    loads = (
        f"<{element.tag}> {address[:80]}"
        for element in tree.iter("script", "link", "img", "source", "iframe", "embed", "video", "audio")
        if (address := element.get("src") or (element.get("href", "") if element.tag == "link" else ""))
        and not re.fullmatch(rf"(?:\.\./)+{ASSETS}/[\w.-]+", address)
        and (element.tag == "script" or not address.startswith("data:"))
    )
    ids = tree.xpath("//@id")
    return Reading(tuple(map(str, ids)) if isinstance(ids, list) else (), tuple(loads))


def weight(deck: bytes) -> int:
    """The bytes of a deck without its pictures."""
    return len(_PICTURES.sub(b"", deck))


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """V201 for a slide that is not there, V202 for anything that would be loaded, V203 for an id
    that stands twice."""
    if artifact.job.media_type != "text/html":
        return ()
    reading = read(artifact.data.decode())
    span = Span(artifact.job.path)
    held = set(reading.found)
    twice = (
        sorted({id for id in held if reading.found.count(id) > 1}) if len(held) < len(reading.found) else []
    )
    found = [
        error("V201", span, f"the deck lacks {id}", BUG) for id in artifact.job.expects if id not in held
    ]
    found += [
        error("V202", span, f"the deck loads {url}", "Put the file into the deck.") for url in reading.loads
    ]
    found += [error("V203", span, f"the id {id} stands twice", BUG) for id in twice]
    return tuple(found)
