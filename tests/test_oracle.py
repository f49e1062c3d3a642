"""A linked book beside the same pages as one document: the same text page by page, outline, links, tags.

The one document is what WeasyPrint makes of all pieces in a row; it is slow, and the judge of the linker.
What the linker adds is left out: numbers of pages, and the repairs of `pdftags`, which both get.
"""

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import pytest
from conftest import ROOT, Built

from pipeline import cache
from pipeline.build import check, provenance
from pipeline.engines import weasy
from pipeline.engines.pdflink import LEFT_OUT, Book
from pipeline.engines.pdftags import repair
from pipeline.load import load, load_theme
from pipeline.model import Job, Settings, Theme
from pipeline.targets import pdf, pieces
from pipeline.targets.paper import paper, style

THEME = ROOT / "themes" / "default"
CASES = [("full", "complete", "a4"), ("full", "complete", "tablet"), ("real", "data-performance", "a4")]


@pytest.fixture(params=CASES, ids=" ".join)
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """An edition as it is linked, and as one document."""
    name, edition, size = request.param
    built: Built = request.getfixturevalue(f"{name}_release")
    theme = load_theme(THEME)
    course, _ = check(Settings(built.content, Path("unused"), THEME))
    course = replace(course, paper=size)
    chosen = tuple(found for found in course.editions if found.id == edition)
    job = pdf.plan(course, chosen, theme, provenance(load(built.content)))[0]
    linked, single = tmp_path / "linked.pdf", tmp_path / "single.pdf"
    linked.write_bytes(pdf.render(job).data)
    single.write_bytes(one_document(job, theme))
    yield linked, single


def one_document(job: Job, theme: Theme) -> bytes:
    """All pieces of a book set in one go, with the repairs of tags."""
    layout = job.inputs[0]
    assert isinstance(layout, pdf.Layout)
    fragments: list[Any] = [cache.called(piece.make, piece.inputs) for piece in job.pieces]
    parts = [written(piece) for piece in job.pieces]
    folio = paper(layout.paper, theme).folio
    book = Book(fragments, layout.front, layout.bare, layout.recto, layout.verso, "en", folio, {})
    groups = pdf.index_groups(book, layout.modules)
    if groups:
        html = pdf.index_document(groups, book, "en")
        parts.insert(layout.index, (html, ()))
        layout = pdf._behind_index(layout)
    bodies = [begun(body(html), n, layout) for n, (html, _) in enumerate(parts)]
    language = re.findall(r'<html lang="([^"]*)"', parts[0][0])[0]
    whole = pieces.document("".join(bodies), language, "Book")
    assets = {name: data for _, held in parts for name, data in held}
    weasy._weasyprint(THEME / "fonts")
    import weasyprint

    fetcher, configuration = weasy._fetcher(assets), weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=style(layout.paper, theme), font_config=configuration, url_fetcher=fetcher)
    source = weasyprint.HTML(string=weasy._numbered(whole, []), url_fetcher=fetcher, base_url="asset:")
    document = source.render(stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1")
    with pikepdf.open(io.BytesIO(document.write_pdf(pdf_variant="pdf/ua-1"))) as made:
        repair(made)
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def written(piece: Any) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """What a piece sets: its document and assets."""
    if piece.make is pieces.set_pages:
        return piece.inputs[1], piece.inputs[2]
    make = {pieces.set_module: pieces.module_document, pieces.set_answers: pieces.answers_document}
    return make[piece.make](*piece.inputs)


def body(html: str) -> str:
    return html.partition("<body>\n")[2].rpartition("</body>")[0]


def begun(body: str, number: int, layout: Any) -> str:
    """The piece on a new page, a right-hand or left-hand one where it must be."""
    side = "right" if number in layout.recto else "left" if number in layout.verso else "page"
    return body.replace("<section ", f'<section style="break-before: {side}" ', 1)


# --- text ------------------------------------------------------------------------------------

NUMBERS = re.compile(r"[\s\u202f]*\(p\.[\s\u202f]*[\divxlc]+\)|,[\s\u202f]*p\.[\s\u202f]*[\divxlc]+")


def pages(path: Path) -> list[str]:
    """The text of each page without page numbers, in the order in which it is drawn."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [" ".join(NUMBERS.sub("", page).split()) for page in text.split("\f")[:-1]]


def test_the_same_text_page_by_page(books: tuple[Path, Path]) -> None:
    linked, single = map(pages, books)
    assert len(linked) == len(single)
    for number, (one, other) in enumerate(zip(linked, single, strict=True)):
        folio = re.sub(r" ?\b(\d+|[ivxlc]+)$", "", one)
        assert other in (one, folio) or without_numbers(folio) == without_numbers(other), number + 1


def without_numbers(text: str) -> str:
    """What a page of contents says, where each line ends in a number that only the linker knows."""
    return " ".join(
        word for word in text.split() if not re.fullmatch(r"\d+|[ivxlc]+|\u2007*", word.strip("\u2007"))
    )


# --- outline, links, tags --------------------------------------------------------------------


def outline(pdf: Any) -> list[tuple[int, str, int]]:
    """Depth, title and page of each entry."""
    at = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}

    def under(item: Any, depth: int) -> Iterator[tuple[int, str, int]]:
        kid = item.get("/First")
        while kid is not None:
            yield depth, str(kid.Title), at[kid.Dest[0].objgen]
            yield from under(kid, depth + 1)
            kid = kid.get("/Next")

    return list(under(pdf.Root.Outlines, 0))


def links(pdf: Any) -> list[list[str]]:
    """Where the links of each page lead: names, and addresses."""
    at = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}

    def target(note: Any) -> str:
        if "/Dest" in note:
            where = note.Dest
            return f"page-{at[where[0].objgen]}" if isinstance(where, pikepdf.Array) else str(where)
        address = str(note.A.URI)
        return unquote(address.removeprefix("x-book:")) if address.startswith("x-book:") else address

    return [[target(note) for note in page.obj.get("/Annots", ())] for page in pdf.pages]


def tags(pdf: Any) -> list[str]:
    """The types of the structure elements in reading order, without what only groups pieces."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if not isinstance(element, pikepdf.Dictionary):
            continue
        if "/S" in element:
            found.append(str(element.S))
        kids = element.get("/K")
        if kids is not None:
            waiting += reversed(list(kids) if isinstance(kids, pikepdf.Array) else [kids])
    return [tag for tag in found if tag not in ("/Document", "/Part")]


def test_the_same_outline_links_and_tags(books: tuple[Path, Path]) -> None:
    with pikepdf.open(books[0]) as linked, pikepdf.open(books[1]) as single:
        assert outline(linked) == outline(single)
        found = links(linked)
        left = {target for page in found for target in page if target.startswith(LEFT_OUT)}
        assert found == [[listed(target, left) for target in page] for page in links(single)]
        assert tags(linked) == tags(single)


def listed(target: str, left: set[str]) -> str:
    """Where a link leads in a book that lists what it leaves out."""
    named = LEFT_OUT + target.partition("--")[0]
    return named if named in left else target
