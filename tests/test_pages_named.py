"""Every page that a printed book names is the page of what is named: in text, answers, index, contents."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import Built
from test_pdflink import labels, places

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
NAMED = re.compile(r"[(,]?\s*\(?p\.\u202f?(\d+|[ivxlc]+)\)?")


@dataclass(frozen=True)
class Word:
    """A word and its box in points from the upper left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(paper: Path) -> list[list[Word]]:
    """The words of each page."""
    command = ["pdftotext", "-bbox", str(paper), "-"]
    shown = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [
        [Word(*map(float, found[:4]), unescape(found[4])) for found in WORD.findall(page)]
        for page in shown.split("<page ")[1:]
    ]


@pytest.fixture(params=["full", "real"])
def paper(request: pytest.FixtureRequest) -> Iterator[tuple[Any, list[list[Word]]]]:
    """A track's edition, open, with its words."""
    built: Built = request.getfixturevalue(f"{request.param}_release")
    path = max((built.out / "pdf").glob("*.pdf"), key=lambda path: path.stat().st_size)
    with pikepdf.open(path) as pdf:
        yield pdf, words(path)


def notes(pdf: Any, page: int) -> list[tuple[Any, int]]:
    """The links of a page into the book, with the page that each leads to."""
    at, named = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}, places(pdf)
    inside = [note for note in pdf.pages[page].obj.get("/Annots", ()) if "/Dest" in note]
    return [
        (note, at[note.Dest[0].objgen] if isinstance(note.Dest, pikepdf.Array) else named[str(note.Dest)])
        for note in inside
    ]


def box(note: Any, height: float) -> tuple[float, float, float, float]:
    """A link's box in points from the upper left."""
    left, one, right, other = (float(edge) for edge in note.Rect)
    return left, height - max(one, other), right, height - min(one, other)


def test_a_link_is_followed_by_its_page(paper: tuple[Any, list[list[Word]]]) -> None:
    pdf, said = paper
    shown, checked = labels(pdf), 0
    for number, page in enumerate(pdf.pages):
        height = float(page.obj.MediaBox[3])
        for note, target in notes(pdf, number):
            _, top, right, bottom = box(note, height)
            line = [w for w in said[number] if top - 2 < (w.top + w.bottom) / 2 < bottom + 2]
            behind = sorted((w for w in line if w.left > right - 1), key=lambda w: w.left)
            next_words = "".join(w.text for w in behind[:2])
            found = NAMED.match(next_words) if behind and behind[0].left < right + 6 else None
            if found:
                checked += 1
                assert found[1] == shown[target], f"page {number + 1}: {next_words}"
    assert checked > 15


def test_the_index_leads_to_the_pages_that_it_names(paper: tuple[Any, list[list[Word]]]) -> None:
    pdf, said = paper
    shown, first = labels(pdf), places(pdf)["index--top"]
    checked = 0
    for number in range(first, len(pdf.pages) - 1):
        height = float(pdf.pages[number].obj.MediaBox[3])
        for note, target in notes(pdf, number):
            left, top, right, bottom = box(note, height)
            inside = [
                w.text for w in said[number]
                if left - 1 < (w.left + w.right) / 2 < right + 1 and top - 1 < (w.top + w.bottom) / 2 < bottom + 1
            ]  # fmt: skip
            assert re.match(r"\d+", "".join(inside)), inside
            checked += 1
            assert re.split(r"[–,]", "".join(inside))[0] == shown[target]
    assert checked > 5
