"""The index of a printed book: every keyword and term, and the pages on which it is spoken of.

Entries come from the front matter. In a module that lists an entry, each page counts on which its words
stand; elsewhere only the first. Words are compared without regard to capitals and plurals. The page on
which a term is introduced, the first of its own module, is set in bold.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a module gives to the index: the names of its terms, and its keywords."""

    id: str
    terms: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading of the index with ranges of pages, counted from 0, ends included; `main` is the page
    that introduces it, or -1."""

    name: str
    ranges: tuple[tuple[int, int], ...]
    main: int = -1


def entries(modules: Sequence[Listed], pages: Mapping[str, Sequence[tuple[int, str]]]) -> tuple[Entry, ...]:
    """The index of modules: `pages` gives for each the numbers of its pages, and what they say. An entry
    whose words stand nowhere is left out."""
    names = _names(modules)
    known: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        words = said(name)
        if words:
            known.setdefault(words[0], []).append((words[1:], name))
    found: dict[str, dict[str, list[int]]] = {name: {} for name in names}
    for module in modules:
        for number, text in pages[module.id]:
            for name in set(_met(said(text), known)):
                found[name].setdefault(module.id, []).append(number)
    made = (_entry(name, own, found[name]) for name, own in names.items() if found[name])
    return tuple(sorted(made, key=lambda entry: _order(entry.name)))


def _names(modules: Iterable[Listed]) -> dict[str, tuple[str, str]]:
    """Each name with the modules that list it, joined by spaces, and the one that defines it. Names that
    differ in capitals or number only are one, spelled as the first that defines it spells it."""
    alike: dict[tuple[str, ...], list[tuple[bool, str, str]]] = {}
    for module in modules:
        for plain, names in ((False, module.terms), (True, module.keywords)):
            for name in names:
                alike.setdefault(said(name), []).append((plain, name, module.id))
    made = {}
    for rows in alike.values():
        plain, name, owner = min(rows, key=lambda row: row[0])
        made[name] = (" ".join(id for _, _, id in rows), "" if plain else owner)
    return made


def said(text: str) -> tuple[str, ...]:
    """The words of a text, small and in the singular."""
    return tuple(_plain(word) for word in WORD.findall(text))


@cache
def _plain(word: str) -> str:
    small = word.casefold().removesuffix("'s").removesuffix("’s")
    if len(small) > 4 and small.endswith("ies"):
        return small[:-3] + "y"
    if len(small) > 3 and small.endswith(("ches", "shes", "sses", "xes")):
        return small[:-2]
    return (
        small[:-1]
        if len(small) > 3 and small.endswith("s") and not small.endswith(("ss", "us", "is"))
        else small
    )


def _met(words: Sequence[str], known: Mapping[str, list[tuple[tuple[str, ...], str]]]) -> Iterator[str]:
    for at, word in enumerate(words):
        for rest, name in known.get(word, ()):
            if words[at + 1 : at + 1 + len(rest)] == rest:
                yield name


def _entry(name: str, own: tuple[str, str], found: Mapping[str, list[int]]) -> Entry:
    listed, owner = own
    pages: set[int] = set()
    for module, numbers in found.items():
        pages.update(numbers if module in listed.split() else numbers[:1])
    return Entry(name, ranges(pages), found[owner][0] if owner in found else -1)


def ranges(pages: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Pages in order, neighbours as one range."""
    made: list[tuple[int, int]] = []
    for page in sorted(pages):
        if made and page == made[-1][1] + 1:
            made[-1] = (made[-1][0], page)
        else:
            made.append((page, page))
    return tuple(made)


def _order(name: str) -> tuple[str, str]:
    """Word by word, without regard to capitals and signs."""
    return "".join(char for char in name.casefold() if char.isalnum() or char == " "), name


def by_letter(entries: Iterable[Entry]) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Groups under their first letter; what begins with a digit comes under 0–9."""

    def letter(entry: Entry) -> str:
        first = _order(entry.name)[0][:1].upper()
        return first if first.isalpha() else "0–9"

    for initial, group in groupby(entries, key=letter):
        yield initial, tuple(group)
