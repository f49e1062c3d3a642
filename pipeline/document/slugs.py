"""Heading ids as GitHub makes them, so that an anchor that works there works in every output."""

import re

_DROPPED = re.compile(r"[^\w\- ]")


class Slugger:
    """Hands out ids for one document: a repeated heading gets `-1`, `-2` … (github-slugger)."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def slug(self, text: str) -> str:
        """The id of a heading with this plain text."""
        base = _DROPPED.sub("", text.lower()).replace(" ", "-") or "section"
        candidate, count = base, self.taken.get(base, 0)
        while candidate in self.taken:
            count += 1
            candidate = f"{base}-{count}"
        self.taken[base] = count
        self.taken[candidate] = self.taken.get(candidate, 0)
        return candidate
