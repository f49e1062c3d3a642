"""Books linked from fragments: page numbers, outline, labels, fonts, and what an edit sets anew."""

import io
import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT, Built
from sources import copied, replaced, run

from pipeline.diagnostics import InvalidCourse
from pipeline.engines.pdflink import Book, BrokenLink, Folio, Fragment, link, objects
from pipeline.engines.pdflink.fonts import UndeclaredFont, embedded, reference_file, reference_map
from pipeline.engines.pdflink.objects import File
from pipeline.engines.pdflink.relocate import coded, filled, placeholder, roman, width

FONTS = ROOT / "themes" / "default" / "fonts"


@pytest.fixture(params=["minimal", "full", "real"])
def book(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The complete edition of each course, open."""
    built: Built = request.getfixturevalue(f"{request.param}_release")
    paper = min((built.out / "pdf").glob("*.pdf"), key=lambda path: len(path.name))
    with pikepdf.open(paper) as pdf:
        yield pdf


def labels(pdf: Any) -> list[str]:
    """The label of each page (ISO 32000-1, 12.4.2): Roman front matter, then from 1."""
    numbers = [int(n) if not isinstance(n, pikepdf.Dictionary) else n for n in pdf.Root.PageLabels.Nums]
    body = numbers[-2]
    return [roman(n + 1) if n < body else str(n + 1 - body) for n in range(len(pdf.pages))]


def places(pdf: Any) -> dict[str, int]:
    """The page of each name."""
    at = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}
    names = list(pdf.Root.Names.Dests.Names)
    return {str(id): at[where[0].objgen] for id, where in zip(names[::2], names[1::2], strict=True)}


def text(path: Path, page: int) -> str:
    """The text of a page, from 0."""
    command = ["pdftotext", "-f", str(page + 1), "-l", str(page + 1), "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_links_lead_to_names_and_say_their_page(book: Any) -> None:
    named, said = places(book), labels(book)
    at = {page.obj.objgen: n for n, page in enumerate(book.pages)}
    inside = [note for page in book.pages for note in page.obj.get("/Annots", ()) if "/Dest" in note]
    assert inside
    for note in inside:
        by_page = isinstance(note.Dest, pikepdf.Array)  # as the index leads to pages
        page = at[note.Dest[0].objgen] if by_page else named[str(note.Dest)]
        assert str(note.Contents) == f"Page {said[page]}"
    outside = [str(note.A.URI) for p in book.pages for note in p.obj.get("/Annots", ()) if "/A" in note]
    assert not [address for address in outside if address.startswith("x-book:")]


def test_contents_show_the_pages_of_what_they_name(full_release: Built) -> None:
    paper = min((full_release.out / "pdf").glob("*.pdf"), key=lambda path: len(path.name))
    with pikepdf.open(paper) as pdf:
        named, said = places(pdf), labels(pdf)
        rows = [
            (str(note.Dest), said[named[str(note.Dest)]])
            for note in pdf.pages[named["contents--top"]].obj.Annots
        ]
        shown = text(paper, named["contents--top"])
    numbers = re.findall(r"(\d+)\s*$", shown.replace("\u2007", " "), re.MULTILINE)
    wanted = list(dict.fromkeys(rows))
    assert [number for _, number in wanted] == [n for n in numbers if n][: len(wanted)]


def test_answers_and_questions_name_each_others_pages(full_release: Built) -> None:
    paper = min((full_release.out / "pdf").glob("*.pdf"), key=lambda path: len(path.name))
    with pikepdf.open(paper) as pdf:
        named, said = places(pdf), labels(pdf)
        answer = next(id for id in named if "--answer." in id)
        module, key = answer.split("--answer.")
        question = named[f"{module}--question.{key}"]
        asked, told = text(paper, question), text(paper, named[answer])
        wanted = (said[named[answer]], said[question])
    assert re.search(rf"Answer to \d+ \(p\. {wanted[0]}\)", asked.replace("\u202f", " "))
    assert re.search(rf"Question \d+ \(p\. {wanted[1]}\)", told.replace("\u202f", " "))


def test_outline_is_nested_and_complete(book: Any) -> None:
    def under(item: Any) -> Iterator[tuple[int, str]]:
        kid = item.get("/First")
        while kid is not None:
            yield 1, str(kid.Title)
            yield from ((depth + 1, title) for depth, title in under(kid))
            kid = kid.get("/Next")

    rows = list(under(book.Root.Outlines))
    assert {depth for depth, _ in rows} >= {1, 2, 3}
    assert len(rows) == len({id(row) for row in rows})
    at = {page.obj.objgen for page in book.pages}
    kid = book.Root.Outlines.First
    while kid is not None:
        assert kid.Dest[0].objgen in at
        kid = kid.get("/Next")


ANYWHERE = (
    "diagrams",
    "before",
    "about",
    "map",
    "answers",
    "interview",
    "glossary",
    "sources",
    "index",
    "closing",
)
"""Front and back matter that begins on either side."""


def test_modules_begin_on_right_hand_pages(book: Any) -> None:
    named = places(book)
    tops = [page for id, page in named.items() if id.endswith("--top") and not id.startswith(ANYWHERE)]
    assert tops and not [page for page in tops if page % 2]


def test_fonts_are_the_theme_s_and_embedded_once(book: Any) -> None:
    fonts = [
        o for o in book.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
    ]
    names = [str(font.FontName).removeprefix("/") for font in fonts]
    assert all(name.startswith("Book-") for name in names), names
    assert "Book-References" in names
    files = [font.FontFile2.objgen for font in fonts]
    assert len(set(files)) == len({*names})


def test_every_page_s_marks_have_a_parent(book: Any) -> None:
    numbers = list(book.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in numbers[::2]]
    assert keys == sorted(set(keys))
    for page in book.pages:
        if "/StructParents" in page.obj:
            assert int(page.obj.StructParents) in keys
        for note in page.obj.get("/Annots", ()):
            assert int(note.StructParent) in keys


def test_an_edit_sets_one_module_anew(tmp_path: Path) -> None:
    content, cache = copied("full", tmp_path / "course"), tmp_path / "cache"
    command = ("build", "pdf", "--content", content, "--out", tmp_path / "out", "--severity", "error")
    first = run(*command, "--jobs", "1", cwd=tmp_path, status=0, COURSE_CACHE=str(cache)).stdout
    module = min((content / "modules").glob("*.md"))
    line = next(line for line in module.read_text().split("\n") if line.endswith(".") and line[:1].isupper())
    replaced(module, line, f"{line} One more sentence.")
    again = run(*command, "--jobs", "1", cwd=tmp_path, status=0, COURSE_CACHE=str(cache)).stdout
    assert first.count("pieces of books and decks") > 10
    assert 1 <= again.count("pieces of books and decks") <= 3, (
        "its pages, once for each variant, and no other's"
    )


# --- the linker's parts ----------------------------------------------------------------------


def test_page_numbers_are_padded_or_close_the_room() -> None:
    glyphs = reference_map(reference_file(FONTS))
    assert len({width for char, (_, width) in glyphs.items() if char.isdigit() or char == "\u2007"}) == 1
    shown = b"/REF 10 Tf\n[<%s>0] TJ"
    labels = [("7", True), ("42", False), ("", False)]
    made, moved = filled(
        b"".join(shown % coded(f"(p.\u202f{placeholder(n)})", glyphs) for n in range(3))
        + b"1 0 0 1 1000001 0 cm 1 0 0 1 1000002 0 cm",
        "/REF", glyphs, lambda asked: labels[asked],
    )  # fmt: skip
    digit = width("0", glyphs, 10)
    whole = width("(p.\u202f0000)", glyphs, 10)
    assert made == b"".join(
        [
            b"/REF 10 Tf\n[<%s>] TJ" % coded("(p.\u202f\u2007\u2007\u20077)", glyphs),
            b"/REF 10 Tf\n[<%s>] TJ" % coded("(p.\u202f42)", glyphs),
            b"/REF 10 Tf\n[] TJ",
            b"1 0 0 1 %.3f 0 cm 1 0 0 1 %.3f 0 cm" % (-2 * digit, -whole),
        ]
    )
    assert [round(by, 6) for by in moved.values()] == [0, round(-2 * digit, 6), round(-whole, 6)]


@pytest.mark.parametrize(
    ("number", "said"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (49, "xlix"), (90, "xc")]
)
def test_roman(number: int, said: str) -> None:
    assert roman(number) == said


def test_a_place_that_is_nowhere_is_a_broken_link() -> None:
    made = _fragment('<p><a href="x-book:nowhere">there</a></p>')
    with pytest.raises(BrokenLink, match="nowhere"):
        link(_book(made), FONTS)


def test_an_undeclared_font_is_refused() -> None:
    made = _fragment("<p>text</p>")
    use = made.fonts[0]
    strange = type(use)(use.name, "Comic-Sans", use.description, use.glyphs)
    with pytest.raises(UndeclaredFont):
        embedded(File(), [[strange]], FONTS)


def test_a_text_whose_last_space_does_not_fit_keeps_its_line() -> None:
    """WeasyPrint 70 would put its first word on a line of its own."""
    from pipeline.engines.weasy import fragment
    from pipeline.load import load_theme

    said = "The number of requests that a limiter lets through at once, beyond its steady rate."
    css = (
        "@page { size: 156mm 120mm; margin: 0 } p { margin: 0; width: 134mm; font: 10.4pt/15pt 'Book Serif' }"
    )
    body = f'<html lang="en"><body><p>{said} <a href="https://a.example">Module 6</a></p></body></html>'
    made = fragment(body, css, (), load_theme(ROOT / "themes" / "default"), "x--")
    data = zlib.decompress(made.objects.streams[made.objects.sheets[0].content])
    lines = set(re.findall(rb"1 0 0 -1 [\d.]+ ([\d.]+) Tm", data))
    assert len(lines) == 2


def _fragment(body: str) -> Fragment:
    from pipeline.engines.weasy import fragment
    from pipeline.load import load_theme

    theme = load_theme(ROOT / "themes" / "default")
    html = f'<html lang="en"><head><title>t</title></head><body><h1>A</h1>{body}</body></html>'
    return fragment(html, "p, h1 { font-family: 'Book Serif' }", (), theme, "x--")


SAID = ("Title", "Author", "Subject", "Keywords", "Producer")


def _book(made: Fragment) -> Book:
    none: frozenset[int] = frozenset()
    return Book([made], 0, frozenset({0}), none, none, "en", Folio(68, 50, 9), dict.fromkeys(SAID, "x"))


def test_invalid_course_travels_between_processes() -> None:
    import pickle

    from pipeline.diagnostics import Span, error

    problem = InvalidCourse([error("V102", Span("pdf/a.pdf"), "broken", "Report it.")])
    assert pickle.loads(pickle.dumps(problem)).findings == problem.findings


# --- the file --------------------------------------------------------------------------------


def test_a_book_is_a_sound_file(book: Any) -> None:
    assert list(book.check_pdf_syntax()) == []


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("plain", b"(plain)"),
        ("a (b) \\ c", rb"(a \(b\) \\ c)"),
        ("Łódź", b"<feff014100f30064017a>"),
        ("1 0 R", b"(1 0 R)"),
    ],
)
def test_text_strings(said: str, written: bytes) -> None:
    assert objects.text(said) == written
    with pikepdf.new() as pdf:
        assert str(pikepdf.Object.parse(written)) == said, pdf


def test_what_looks_like_a_reference_in_a_text_stays_text() -> None:
    """The alternative text of a picture that speaks of objects."""
    from pipeline.engines.weasy import fragment
    from pipeline.load import load_theme

    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    theme, alt = load_theme(ROOT / "themes" / "default"), "Object (3 0 R) and \\ 4 0 R"
    html = f'<html lang="en"><body><p>A <img src="asset:d.svg" alt="{alt}"/></p></body></html>'
    made = fragment(html, "p { font-family: 'Book Serif' }", (("d.svg", svg),), theme, "x--")
    data, _, _ = link(_book(made), FONTS)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        alts = [str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert alts == [alt]
