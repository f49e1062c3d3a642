"""Heading ids as GitHub makes them, so that an anchor that works there works in every output."""

from unicodedata import category


class Slugger:
    """Hands out ids for one document: a repeated heading gets `-1`, `-2` … (github-slugger)."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def slug(self, text: str) -> str:
        """The id of a heading with this plain text."""
        base = "".join(filter(_kept, text.lower())).replace(" ", "-") or "section"
        candidate, count = base, self.taken.get(base, 0)
        while candidate in self.taken:
            count += 1
            candidate = f"{base}-{count}"
        self.taken[base] = count
        self.taken[candidate] = self.taken.get(candidate, 0)
        return candidate


def _kept(char: str) -> bool:
    """Letters, marks, decimal and letter digits, connectors, hyphens and spaces stay."""
    return char in "- " or category(char)[0] in "LM" or category(char) in ("Nd", "Nl", "Pc")
