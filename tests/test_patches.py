"""What is added to WeasyPrint's layout: figures change places with text, blocks end on the grid, tails move."""

import io
import re
from pathlib import Path

import pikepdf
from conftest import ROOT

from pipeline.engines.pdflink import Book, Folio, Fragment, link
from pipeline.engines.weasy import OPEN, fragment
from pipeline.load import load_theme

THEME = load_theme(ROOT / "themes" / "default")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="120"><rect width="20" height="120"/></svg>'
FIGURE = '<figure id="d"><img src="asset:d.svg" alt="d"/></figure>'
CSS = """
:root { --grid: 10px } @page { size: 150mm 800px; margin: 50px }
html { font: 12px/20px 'Book Serif' } body, p, h1, h2, section { margin: 0; padding: 0 } h2 { break-after: avoid; font: 20px/24px 'Book Serif' }
figure { break-inside: avoid; margin: 0 0 20px } img { display: block; height: 333px; width: 20px } .pageref { font-family: 'Book References' }
"""


def made(body: str, css: str = CSS) -> Fragment:
    html = f'<html lang="en"><head><title>t</title></head><body>{body}</body></html>'
    return fragment(html, css, (("d.svg", SVG),), THEME, "x--")


def linked(found: Fragment) -> pikepdf.Pdf:
    """The fragment as a book of its own."""
    none: frozenset[int] = frozenset()
    book = Book([found], 0, frozenset({0}), none, none, "en", Folio(68, 50, 9), dict.fromkeys(SAID, "x"))
    return pikepdf.open(io.BytesIO(link(book, Path(THEME.folder) / "fonts")[0]))


SAID = ("Title", "Author", "Subject", "Keywords", "Producer")


def content(page: pikepdf.Page) -> bytes:
    return b"".join(stream.read_bytes() for stream in page.obj.Contents.as_list())


def lines(found: Fragment) -> list[list[float]]:
    """The baselines of each page, in CSS pixels from its top."""
    with linked(found) as pdf:
        contents = [content(page) for page in pdf.pages]
    return [[float(y) for y in re.findall(rb"1 0 0 -1 [\d.]+ ([\d.]+) Tm", said)] for said in contents]


def test_a_figure_that_does_not_fit_goes_behind_the_paragraphs_that_fill_its_gap() -> None:
    text = "<p>One line.</p>" * 20
    after = "".join(f"<p>Then {n}.</p>" for n in range(20))
    found = made(f"<section>{text}{FIGURE}{after}</section>")
    figure = next(place for place in found.places if place.id == "d")
    assert figure.page == 1 and found.words[0].endswith("Then 14."), "700 px hold 35 lines"
    assert found.words[1].startswith("Then 15.")


def test_a_small_gap_stays() -> None:
    found = made(f"<section>{'<p>One line.</p>' * 31}{FIGURE}<p>Then.</p></section>")
    assert "Then" in found.words[1] and "Then" not in found.words[0]


def test_a_figure_at_the_end_of_its_section_goes_into_the_next() -> None:
    first = f"<section>{'<p>One line.</p>' * 20}{FIGURE}</section>"
    found = made(f"<section>{first}<section><h2>Next</h2><p>First.</p><p>Second.</p></section></section>")
    assert found.words[0].endswith("Next First. Second.")
    alone = made(f"<section>{first}<section><h2>Next</h2>{FIGURE}</section></section>")
    assert "Next" not in alone.words[0], "nothing there that could fill the gap"


def test_text_stands_on_the_grid_whatever_is_between() -> None:
    odd = '<figure><p style="font-size: 9px; line-height: 13px">Caption.</p></figure>'
    found = made(f"<section><p>One.</p>{odd}<p>Two.</p><h2>A heading</h2><p>Three.</p></section>")
    one, _, two, _, three = lines(found)[0]
    assert [round(y - one, 3) % 10 for y in (two, three)] == [0, 0]
    loose = made(
        f"<section><p>One.</p>{odd}<p>Two.</p></section>", CSS.replace("--grid: 10px", "--grid: none")
    )
    one, _, two = lines(loose)[0]
    assert round(two - one, 3) % 10, "without a grid it does not"


def numbered(id: str, more: str = "") -> str:
    return f'<span class="pageref" data-at="{id}">\u202f(p.\u202f{OPEN})</span>{more}'


def test_what_follows_a_page_number_moves_up_with_its_link() -> None:
    link_after = '<a href="https://a.example">there</a>'
    body = f"<section><p>See{numbered('end', f' and {link_after}.')}</p><p style='break-before: page' id='end'>End</p></section>"
    found = made(body)
    before = found.objects.sheets[0].notes[0].box
    with linked(found) as pdf:
        said = content(pdf.pages[0])
        after = [float(n) for n in pdf.pages[0].Annots[0].Rect]
    shifts = {float(found) for found in re.findall(rb"1 0 0 1 (-[\d.]+) 0 cm", said)}
    assert len(shifts) == 1, "all that follows moves alike"
    shift = shifts.pop()
    assert round(shift, 2) == round(-3 * 0.497 * 12, 2), "three digits less than there was room for"
    assert round(after[0] - before[0], 1) == round(shift * 0.75, 1)
    assert [round(n, 2) for n in after[1::2]] == [round(n, 2) for n in before[1::2]]


def test_a_reference_to_its_own_page_says_nothing() -> None:
    found = made(f"<section><p id='here'>Here{numbered('here', ' and on.')}</p></section>")
    with linked(found) as pdf:
        assert b"[] TJ" in content(pdf.pages[0])
