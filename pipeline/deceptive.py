"""Characters that make a text look like another one: to a reader, to a reviewer of a contribution, in an address.

After Unicode's UTR #36 (security considerations) and UTS #39 (security mechanisms), with the few letters that look
alike in the faces of books and editors. Persian, Hebrew or Arabic words are no deception: what is refused are
controls that no word needs, and words and addresses that mix alphabets to look like plain ones.
"""

import re
from collections.abc import Iterator

Deception = tuple[int, str, str]
"""Where it stands in the text, what it is, how to mend it."""

UNSEEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069]"  # embeddings, overrides, isolates (UAX #9, 3.1)
    "|[\ufeff\u2060-\u2064\u206a-\u206f\u180e\ufff9-\ufffb]"  # without width, annotations
    "|[\u115f\u1160\u3164\uffa0]"  # Hangul fillers: letters that are not seen
    "|[\u2028\u2029]"  # ends of lines for JavaScript, and for nothing else
)
"""Characters that nobody sees, and that change what is seen or what a program reads."""
_TAGS = "(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
HIDDEN = re.compile(f"{UNSEEN.pattern}|{_TAGS}")
"""The same, and words in tags, but for those of a flag."""
STACKED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{31,}")
"""More marks on one letter than a text that can be read safely has (UAX #15, 13, stream-safe text)."""
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

ALIKE = {
    **dict(zip("аеорсухіјѕһԁԛԝѵӏ", "aeopcyxijshdqwvl", strict=True)),
    **dict(zip("АВЕКМНОРСТУХЅІЈԌԚԜ", "ABEKMHOPCTYXSIJGQW", strict=True)),
    **dict(zip("οινϲϳ", "oivcj", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC", strict=True)),
    **dict(zip("օսոցհքԼՕՍ", "ounghpLOU", strict=True)),
}
"""Letters of Cyrillic, Greek and Armenian, and the Latin ones for which they are taken."""
_ALIKE = re.compile(f"[{''.join(ALIKE)}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")


def deceptions(text: str) -> Iterator[Deception]:
    """What in a text is not as it looks."""
    if text.isascii():
        return
    for found in HIDDEN.finditer(text):
        name = f"U+{ord(found[0][0]):04X}"
        if REORDERING.match(found[0]):
            said = f"the character {name} changes the order in which the text is shown"
        else:
            said = f"the character {name} cannot be seen"
        yield found.start(), said, "Remove it; type the words again if need be."
    for found in STACKED.finditer(text):
        yield found.start(), f"{len(found[0])} marks stand on one letter", "Leave those that are meant."
    if _ALIKE.search(text):
        for word in _WORD.finditer(text):
            if mixed(word[0]):
                odd = _ALIKE.search(word[0])
                assert odd
                message = f'"{word[0]}" mixes alphabets: its {odd[0]} (U+{ord(odd[0]):04X}) is no Latin {ALIKE[odd[0]]}'
                yield word.start() + odd.start(), message, "Type the word again, in one alphabet."


def mixed(word: str) -> bool:
    """Whether a word of Latin letters holds others that look like Latin ones."""
    return bool(_ALIKE.search(word) and _LATIN.search(word))


def passes_for(host: str) -> str:
    """The host for which another is taken; '' for one that is what it looks like: a label of Latin letters and
    others, or of nothing but letters that look Latin."""
    labels = host.split(".")
    taken = ["".join(ALIKE.get(char, char) for char in label) for label in labels]
    deceives = any(
        seen.isascii() and seen != label and not label.isascii()
        for label, seen in zip(labels, taken, strict=True)
    ) or any(map(mixed, labels))
    return ".".join(taken) if deceives else ""
