"""EPUB books: files, printed pages, ways there and back, what is said of their accessibility."""

import io
import os
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import ROOT, Built
from lxml import etree
from sources import BODY_LINE, compiled_module, findings, module_text, small_course
from test_targets import artifacts, books, epub_pages, loaded

from pipeline.diagnostics import Severity
from pipeline.document.text import plain, text
from pipeline.engines.archive import archive, packed, remembering
from pipeline.engines.ebook import files
from pipeline.engines.weasy import fragment
from pipeline.load import load_theme
from pipeline.model import Artifact, Link, Paragraph, Section
from pipeline.targets import book
from pipeline.targets.epub import evidence
from pipeline.targets.epub import files as laying
from pipeline.targets.epub.checks import verify
from pipeline.targets.epub.pictures import lettered
from pipeline.targets.epub.terms import glossed
from pipeline.targets.paged import Paged, PrintedPage

OPS = "{http://www.idpf.org/2007/ops}"
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>T</title></head><body>{}</body></html>'
)


# --- printed pages ---------------------------------------------------------------------------


def listed(held: dict[str, bytes]) -> list[tuple[str, str]]:
    """The pages of print in a book's navigation: label and address."""
    nav = etree.fromstring(held["EPUB/nav.xhtml"])
    found = [part for part in nav.iter("{*}nav") if part.get(f"{OPS}type") == "page-list"]
    return [(str(link.text), str(link.get("href"))) for part in found for link in part.iter("{*}a")]


def test_printed_pages_are_those_of_the_pdf(every_release: Built) -> None:
    """What follows the mark of a page stands on that page of the PDF."""
    for _, paper, volume in books(every_release):
        held = dict(files(volume.read_bytes()))
        labels = dict(listed(held))
        printed = by_label(paper)
        numbers = [label for label, _ in listed(held)]
        assert numbers == sorted(numbers, key=list(printed).index), "in the order of print"
        seen = 0
        for path in {address.partition("#")[0] for address in labels.values()}:
            tree = etree.fromstring(held[f"EPUB/{path}"])
            for mark in tree.iter():
                if mark.get(f"{OPS}type") == "pagebreak" and mark.getparent().tag.endswith(("}p", "}li")):
                    words = bare("".join(map(str, mark.getparent().itertext())))[:24]
                    assert words in printed[mark.get("aria-label")], (path, mark.get("id"))
                    seen += 1
        assert seen > len(numbers) / 8 or every_release.name != "real"


def by_label(paper: Path) -> dict[str, str]:
    """The text of each page of a PDF, by what its folio says."""
    import pikepdf

    said = subprocess.run(["pdftotext", "-raw", str(paper), "-"], capture_output=True, check=True)
    with pikepdf.open(paper) as pdf:
        labels = [page.label for page in pdf.pages]
    return dict(zip(labels, map(bare, said.stdout.decode().split("\f")), strict=False))


def bare(words: str) -> str:
    return "".join(char for char in words if char.isalnum())


def test_a_page_on_which_nothing_begins_shares_the_place_of_the_next() -> None:
    page = book.Page("m", "module", "", "M", ('<p id="~1">a</p>', '<figure id="m--x">b</figure>'))
    pieces = (
        (PrintedPage("1", ("~other",)),),
        (PrintedPage("2", ("m~1",)), PrintedPage("3", ()), PrintedPage("4", ("m--x",)), PrintedPage("5", ())),
    )
    laid = laying.lay([page], [], Paged(pieces, (), ()))
    assert laid.labels == ("2", "3", "4", "5")
    body = laid.texts[0].body
    assert re.findall(r'<(\w+) epub:type="pagebreak"', body) == ["span", "div", "div", "div"]
    assert body.index('id="page-2"') < body.index("a</p>") < body.index('id="page-5"') < body.index("<figure")
    assert "~" not in body


# --- files -----------------------------------------------------------------------------------


def test_long_pages_go_to_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "LONG", 2000)
    chunks = ('<h1 id="m--top">M</h1>', *(f'<section id="m--{n}">{"x" * 900}</section>' for n in range(4)))
    note = '<p><a href="#m--3">to the last</a> <a href="#m--0">to the first</a></p>'
    laid = laying.lay([book.Page("m", "module", "", "M", (*chunks, note))], [], Paged((), (), ()))
    assert [placed.text.path for placed in laid.texts] == ["text/m.xhtml", "text/m-2.xhtml"]
    assert laid.address("m--3") == "text/m-2.xhtml#m--3"
    assert 'href="#m--3"' in laid.texts[1].body and 'href="m.xhtml#m--0"' in laid.texts[1].body
    assert ["doc-chapter" in text.body for text in laid.texts] == [True, False]


def test_files_are_small_enough_and_so_is_the_book(real_release: Built) -> None:
    for edition, _, volume in books(real_release):
        with zipfile.ZipFile(volume) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        assert sum(size for name, size in sizes.items() if name.endswith(".woff2")) < 600_000
        assert max(size for name, size in sizes.items() if name.startswith("EPUB/text/")) < 2 * laying.LONG
        assert volume.stat().st_size < 5_000_000, edition.id


# --- there and back --------------------------------------------------------------------------


def test_answers_lead_back_to_their_questions(every_release: Built) -> None:
    for _, _, volume in books(every_release):
        pages = epub_pages(volume)
        links = {
            (name, str(link.get("href")))
            for name, tree in pages.items()
            for part in tree.iter("{*}p")
            if part.get("class") in ("to-answer", "to-question")
            for link in part.iter("{*}a")
        }
        there = {row for row in links if row[0] not in ("answers", "models")}
        back = links - there
        assert there and len(there) == len(back)
        for name, address in (*there, *back):
            file, _, id = address.partition("#")
            place = next(part for part in pages[file.removesuffix(".xhtml")].iter() if part.get("id") == id)
            returns = [str(link.get("href")) for link in place.iter("{*}a")]
            assert any(to.startswith(f"{name}.xhtml#") for to in returns), (name, address)


def test_model_answers_are_not_beside_their_questions(full_release: Built) -> None:
    course = loaded(full_release.content)
    pages = {
        name: "".join(map(str, tree.itertext()))
        for name, tree in epub_pages(
            next(volume for edition, _, volume in books(full_release) if edition.id == "complete")
        ).items()
    }
    asked = [
        (module, section)
        for module in course.modules
        for block in module.document.blocks
        if isinstance(block, Section)
        for section in block.blocks
        if isinstance(section, Section) and section.kind == "interview"
    ]
    assert asked
    for module, section in asked:
        answer = plain(section.parts("Strong answer", "Outline")).split("\n")[0]
        assert text(section.title) in pages[module.id] and answer not in pages[module.id]
        assert answer in pages["models"]


def test_terms_are_linked_where_they_are_first_used(tmp_path: Path) -> None:
    body = "# First\n\n## Cold caches\n\nA [cache](#cold-caches) is `cache`. Two **caches**, one cache, a cache key.\n"
    module = compiled_module(tmp_path, body, 'terms: { cache: "Keeps.", cache key: "Names." }\n')
    section = glossed(module).document.blocks[0]
    assert isinstance(section, Section) and section.title == module.document.blocks[0].title  # type: ignore[union-attr]
    paragraph = section.blocks[0]
    assert isinstance(paragraph, Paragraph)
    links = [link for link in _links(paragraph.inlines) if link.href.startswith(book.TERM)]
    assert [(text(link.children), link.href) for link in links] == [
        ("caches", f"{book.TERM}first--term.cache"),
        ("cache key", f"{book.TERM}first--term.cache-key"),
    ]


def _links(inlines: object) -> list[Link]:
    found: list[Link] = []
    for inline in inlines if isinstance(inlines, tuple) else ():
        if isinstance(inline, Link):
            found.append(inline)
        found += _links(getattr(inline, "children", ()))
    return found


# --- pictures --------------------------------------------------------------------------------


def test_a_diagram_brings_its_letters(full_release: Built) -> None:
    held = dict(files(next(volume for _, _, volume in books(full_release)).read_bytes()))
    drawn = held["EPUB/pictures/drawn-things.flow.svg"]
    assert drawn.count(b"@font-face{font-family:Book Sans") >= 1
    assert len(drawn) < 60_000
    svg = "<svg><style>text{font-weight:700}</style><text>Ab</text></svg>"
    made = lettered(svg, load_theme(ROOT / "themes" / "default"))
    assert made == lettered(svg, load_theme(ROOT / "themes" / "default"))
    assert made.count(b"@font-face") == 2


# --- accessibility ---------------------------------------------------------------------------


def said(body: str, css: str = "") -> tuple[dict[str, list[str]], list[str]]:
    """The metadata of a book with this one text, and what speaks against it."""
    found = [evidence.evidence("a", etree.fromstring(XHTML.format(body)))]
    rows: dict[str, list[str]] = {}
    for name, value in evidence.metadata(found, css, "tester"):
        rows.setdefault(name, []).append(value)
    return rows, evidence.problems(found, css)


def test_accessibility_is_claimed_from_evidence() -> None:
    rows, problems = said("<h1>A</h1><p>b</p>")
    assert problems == []
    assert rows["dcterms:conformsTo"] == [evidence.CONFORMS]
    assert rows["schema:accessMode"] == ["textual"]
    assert "alternativeText" not in rows["schema:accessibilityFeature"]
    rows, _ = said('<h1>A</h1><img src="a" alt="b"/>')
    assert rows["schema:accessMode"] == ["textual", "visual"]
    assert "alternativeText" in rows["schema:accessibilityFeature"]


@pytest.mark.parametrize(
    ("body", "css", "problem"),
    [
        ('<p id="x"><img src="a"/></p>', "", "a (x): a picture has no text alternative"),
        ('<p><a href="b"></a></p>', "", "a: a link has no name"),
        ("<table><tr><th>b</th></tr></table>", "", "a: a header cell does not say of what"),
        ("<pre>b</pre>", "", "a: a region that may scroll cannot be reached by keyboard"),
        ("<h1>a</h1><h3>b</h3>", "", "a: a heading of level 3 follows one of level 1"),
        ("", "p { color: #999999 }", "p: #999999 on #ffffff is hard to read"),
        (
            "",
            "@media (prefers-color-scheme: dark) { p { color: #333333 } }",
            "p: #333333 on #121212 is hard to read",
        ),
    ],
    ids=["picture", "link", "header", "code", "heading", "light", "dark"],
)
def test_conformance_is_not_claimed_where_something_speaks_against_it(
    body: str, css: str, problem: str
) -> None:
    rows, problems = said(body, css)
    assert problems == [problem]
    assert "dcterms:conformsTo" not in rows and "a11y:certifiedBy" not in rows
    assert problem in rows["schema:accessibilitySummary"][0]


def test_contrast_is_that_of_wcag() -> None:
    assert evidence.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert evidence.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert evidence.contrast("#777777", "#ffffff") < evidence.LEAST


def test_our_books_conform(every_release: Built) -> None:
    for _, _, volume in books(every_release):
        package = dict(files(volume.read_bytes()))["EPUB/content.opf"].decode()
        assert evidence.CONFORMS in package and "pageBreakSource" in package


# --- our own checks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda held: held.update({"EPUB/stray.png": b""}), "nothing leads to EPUB/stray.png"),
        (
            lambda held: held.update({"EPUB/nav.xhtml": swapped(held["EPUB/nav.xhtml"])}),
            "the list of printed pages is not in the order of the text",
        ),
        (
            lambda held: held.update(
                {
                    "EPUB/text/about.xhtml": held["EPUB/text/about.xhtml"].replace(
                        b"<h1>", b'<h1><a href="#no">x</a>'
                    )
                }
            ),
            "EPUB/text/about.xhtml: nothing at #no",
        ),
    ],
    ids=["unused file", "page list", "same-page anchor"],
)
def test_what_epubcheck_misses_is_found(
    minimal_release: Built, change: Callable[[dict[str, bytes]], None], found: str
) -> None:
    whole = artifacts(minimal_release.content, "epub")[0]
    assert verify(whole) == ()
    held = dict(files(whole.data))
    change(held)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    assert [finding.message for finding in verify(replace_data(whole, out.getvalue()))] == [found]


def swapped(nav: bytes) -> bytes:
    rows = re.findall(rb"<li><a href=\"[^\"]*#page-[^<]*</a></li>\n", nav)
    return nav.replace(rows[0] + rows[1], rows[1] + rows[0])


def replace_data(artifact: Artifact, data: bytes) -> Artifact:
    return replace(artifact, data=data)


# --- faults that EPUBCheck would find --------------------------------------------------------

FAULTS = {
    "RSC-005 attribute": '<p align="center">x</p>',
    "RSC-005 nesting": "<em><p>x</p></em>",
    "RSC-005 twice the same id": '<a id="here"></a><a id="here"></a>',
    "RSC-006 remote image": "![x](https://example.org/x.png)",
    "RSC-007 missing image": "![x](../assets/none.png)",
    "RSC-007 missing module": "[x](09-none.md)",
    "RSC-012 broken anchor": "[x](#nowhere)",
    "RSC-016 wrong nesting": "<b>x",
    "RSC-020 space in an address": "[x](<https://example.org/a b>)",
    "RSC-030 file address": "[x](file:///etc/passwd)",
    "OPF-014 script": "<script>x()</script>",
    "OPF-014 inline SVG": "<svg></svg>",
}


@pytest.mark.parametrize("markdown", FAULTS.values(), ids=list(FAULTS))
def test_what_epubcheck_would_refuse_is_found_in_the_markdown(tmp_path: Path, markdown: str) -> None:
    body = f"# First\n\n## Concepts\n\nSome words.\n\n{markdown}\n"
    small_course(tmp_path, {"01-first.md": module_text("01-first.md", body)})
    line = BODY_LINE + 6
    found = findings(tmp_path)
    assert any(f.span.line == line and f.severity >= Severity.ERROR for f in found), [str(f) for f in found]


# --- the archive -----------------------------------------------------------------------------


def test_an_archive_is_read_by_others(tmp_path: Path) -> None:
    """Python's zipfile and Info-ZIP read what was put in; the date is kept to two seconds."""
    held = {
        "mimetype": b"application/epub+zip",
        "a/ä.txt": b"word " * 500,
        "empty": b"",
        "b.bin": bytes(range(256)),
    }
    members = [(name, packed(data, name != "mimetype")) for name, data in held.items()]
    moment = datetime(2026, 11, 24, 13, 14, 15, tzinfo=UTC)
    made = archive(members, moment)
    assert made[30:58] == b"mimetypeapplication/epub+zip", "EPUB 3.3, section 4.2.2"
    with zipfile.ZipFile(io.BytesIO(made)) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == held
        assert {entry.date_time for entry in found.infolist()} == {(2026, 11, 24, 13, 14, 14)}
        assert [entry.compress_type for entry in found.infolist()] == [0, 8, 0, 0]
    assert archive(members, datetime(1970, 1, 1, tzinfo=UTC))[10:14] == b"\0\0\x21\0"


def test_what_was_deflated_is_not_deflated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members are known by what they hold; what an archive no longer holds is forgotten."""
    texts = [b"one " * 99, b"two " * 99]
    whole = [packed(text) for text in texts]
    with remembering({}) as first:
        assert [packed(text) for text in texts] == whole
    monkeypatch.setattr("zlib.compressobj", None)
    with remembering(first) as second:
        assert packed(texts[1]) == whole[1]
        with pytest.raises(TypeError):
            packed(b"three " * 99)
    assert list(second.values()) == whole[1:]


def test_setting_a_page_leaves_the_date_of_the_build_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever builds twice in one process gets the date of the last commit twice."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    fragment("<p>words</p>", "", (), load_theme(ROOT / "themes" / "default"), "x--")
    assert "SOURCE_DATE_EPOCH" not in os.environ
