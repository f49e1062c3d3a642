"""Our own look at decks: every slide is there, no id twice, nothing loaded from elsewhere, not too large."""

import re
from html.parser import HTMLParser

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.model import Artifact
from pipeline.targets.slides.shell import ASSETS

MOST = 350_000
"""Bytes of a deck that holds all it needs, without its pictures."""
_PICTURES = re.compile(rb'"data:image/[^"]*"')
BUG = "This is a bug: please report it."


class Reading(HTMLParser):
    """The ids of an HTML text, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.found.append(values["id"])
        address = values.get("src") or (values.get("href", "") if tag == "link" else "")
        own = re.fullmatch(rf"(?:\.\./)+{ASSETS}/[\w.-]+", address)
        if address and not own and (tag == "script" or not address.startswith("data:")):
            self.loads.append(f"<{tag}> {address[:80]}")


def read(html: str) -> Reading:
    """What is in an HTML text."""
    reading = Reading()
    reading.feed(html)
    reading.close()
    return reading


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """V201 for a slide that is not there, V202 for anything that would be loaded, V203 for an id
    that stands twice, V204 for a deck that is too large."""
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
    size = len(_PICTURES.sub(b"", artifact.data))
    if artifact.job.role == "slides" and size > MOST:
        said = f"the deck has {size:,} bytes without its pictures; {MOST:,} are the most"
        found.append(error("V204", span, said, "Shorten its notes, or part the module."))
    return tuple(found)
