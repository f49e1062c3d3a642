"""Over TARGETS and two courses: what is planned is made, verifies, and holds all that was written."""

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import COURSES, ROOT, Built
from lxml import etree

from pipeline.build import check, provenance
from pipeline.document.text import inlines_of, text, walk
from pipeline.engines.ebook import files
from pipeline.load import load, load_theme
from pipeline.model import (
    Artifact,
    Block,
    Break,
    Code,
    Course,
    Diagram,
    Edition,
    Image,
    Inlines,
    Job,
    Link,
    Module,
    Note,
    Output,
    Question,
    Quiz,
    Settings,
    Styled,
    Target,
)
from pipeline.render import render
from pipeline.standing import read_report
from pipeline.targets import TARGETS, plan
from pipeline.targets.links import bridges
from pipeline.targets.pdf import file_name

THEME = ROOT / "themes" / "default"
COPIED = {"solutions": lambda course: course.solutions}
"""Targets that copy what a course has, if it has any."""
WITHOUT_IDS = ("text", "image", "solution", "license", "schema", "asset")
"""Roles of files in which nothing can be looked for."""
LAST = ("index.html", "sitemap.xml", "robots.txt", "feed.xml")
"""Files that are made of what a release holds."""


@cache
def loaded(content: Path) -> Course:
    course, findings = check(Settings(content, Path("unused"), THEME))
    assert findings == ()
    return course


@cache
def jobs(content: Path) -> tuple[Job, ...]:
    settings = Settings(content, Path("unused"), THEME, tuple(TARGETS))
    return plan(loaded(content), settings, load_theme(THEME), provenance(load(content)))


@cache
def artifacts(content: Path, name: str) -> tuple[Artifact, ...]:
    """Rendered once more, from the session's cache."""
    wanted = [job for job in jobs(content) if job.target == name]
    with ThreadPoolExecutor(1) as unused:
        made, _ = render(wanted, lambda: unused, 1, lambda done, number, total: None)
    return made


def books(release: Built) -> Iterator[tuple[Edition, Path, Path]]:
    """Each edition with its PDF and its EPUB."""
    course = loaded(release.content)
    for edition in course.editions:
        name = file_name(course, edition)
        yield edition, release.out / "pdf" / f"{name}.pdf", release.out / "epub" / f"{name}.epub"


# --- plan, render, verify --------------------------------------------------------------------


def test_everything_planned_is_released(release: Built) -> None:
    planned = [job.path for job in jobs(release.content) if not TARGETS[job.target].asked]
    rows = read_report(release.out)["files"]
    assert isinstance(rows, list)
    assert len(planned) == len(set(planned))
    assert sorted(planned) == [
        row["path"] for row in rows if row["role"] != "export" and row["path"] not in LAST
    ]
    assert all((release.out / path).is_file() for path in planned)


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_target(target: Target, release: Built) -> None:
    made = artifacts(release.content, target.name)
    assert made or not COPIED[target.name](loaded(release.content)), "a target plans at least one file"
    for artifact in made:
        assert artifact.job.target == target.name
        if artifact.job.role not in WITHOUT_IDS:
            assert artifact.job.media_type == target.media_type
            assert artifact.job.expects, "what must appear is known before it is rendered"
        assert target.verify(artifact) == ()
        if not target.asked:
            assert artifact.data == (release.out / artifact.job.path).read_bytes()


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_target_misses_what_is_lost(target: Target) -> None:
    """A file from which something is gone does not verify."""
    course = "full" if target.name in COPIED else "minimal"
    made = artifacts(COURSES / course, target.name)
    whole = next((artifact for artifact in made if artifact.job.expects), made[0])
    expects = (*whole.job.expects, "nowhere")
    job = Job(target.name, whole.job.path, whole.job.media_type, whole.job.role, (), expects=expects)
    findings = target.verify(Artifact(job, whole.data, whole.anchors, whole.pages))
    assert ["nowhere" in finding.message for finding in findings] == [True]


# --- everything written is in the books ------------------------------------------------------


def written(module: Module, course: Course, edition: Edition) -> Iterator[str]:
    """Every word of a module that this edition shows: headings, text, notes, tables, code, questions
    with their answers, diagrams' titles."""
    shows = bridges(course, edition, module)
    everything = list(walk(module.document.blocks))
    hidden = {id(inner) for block in everything if not shows(block) for inner in walk((block,))}
    for block in everything:
        if id(block) not in hidden:
            yield from _said(block)


def _said(block: Block) -> Iterator[str]:
    match block:
        case Code() | Output():
            yield from block.text.split("\n")
        case Diagram(title=title):
            yield title
        case Quiz(questions=questions):
            for question in questions:
                yield from _asked(question)
        case _:
            for run in inlines_of(block):
                yield from _pieces(run)


def _asked(question: Question) -> Iterator[str]:
    for block in walk(question.stem):
        yield from _said(block)
    for option in question.options:
        yield from (*_pieces(option.text), *_pieces(option.why))
    for run in (*question.items, question.why):
        yield from _pieces(run)
    yield question.answer


def _pieces(inlines: Inlines) -> Iterator[str]:
    """Words that stand together in every output: links may get a remark, notes a number between."""
    for inline in inlines:
        match inline:
            case Styled(children=children) | Link(children=children):
                yield from _pieces(children)
            case Note(blocks=blocks):
                for block in walk(blocks):
                    yield from _said(block)
            case Image() | Break():
                pass
            case _:
                yield text((inline,))


def bare(words: str) -> str:
    """The words without what a layout changes: spaces, hyphens, ligatures, the mark of a broken line."""
    return re.sub(r"[\s\u00ad\u200b\u2010↪-]", "", unicodedata.normalize("NFKC", words))


def lost(module: Module, course: Course, edition: Edition, found: str) -> list[str]:
    held = bare(found)
    return [words for words in written(module, course, edition) if bare(words) not in held]


def epub_pages(book: Path) -> dict[str, etree._Element]:
    return {
        name.removeprefix("EPUB/text/").removesuffix(".xhtml"): etree.fromstring(data)
        for name, data in files(book.read_bytes())
        if name.startswith("EPUB/text/")
    }


def words(tree: etree._Element) -> str:
    return "".join(str(part) for part in tree.itertext())


def test_epub_holds_every_word(every_release: Built) -> None:
    course = loaded(every_release.content)
    for edition, _, book in books(every_release):
        pages = {name: words(tree) for name, tree in epub_pages(book).items()}
        for module in course.modules:
            assert (module.id in pages) == (module.id in edition.modules)
        for module in course.modules_of(edition):
            assert (
                lost(module, course, edition, pages[module.id] + pages["answers"] + pages.get("models", ""))
                == []
            ), (book, module.id)
            assert lost(module, course, edition, pages["about"]), "words that are not there are missed"


def test_pdf_holds_every_word(every_release: Built) -> None:
    if not shutil.which("pdfinfo"):
        pytest.skip("pdfinfo of poppler-utils is not installed")
    course = loaded(every_release.content)
    held = list(books(every_release))
    if every_release.name == "real":  # reading a book aloud takes pdfinfo minutes: it grows with the square
        held = [min(held, key=lambda row: len(row[0].modules))]
    for edition, paper, _ in held:
        found = tagged_text(paper)
        for module in course.modules_of(edition):
            assert lost(module, course, edition, found) == [], (paper, module.id)


def tagged_text(paper: Path) -> str:
    """The text in the order of the tags, as it is read aloud: running heads and folios are no part of it."""
    shown = subprocess.run(
        ["pdfinfo", "-struct-text", str(paper)], capture_output=True, check=True
    ).stdout.decode()
    return "".join(re.findall(r'^ +"(.*)"$', shown, re.MULTILINE))


def test_bridges_stand_where_a_module_is_left_out(full_release: Built) -> None:
    course = loaded(full_release.content)
    shown = {
        (edition.id, name): len(tree.findall(".//{*}aside[@class='callout bridge']"))
        for edition, _, book in books(full_release)
        for name, tree in epub_pages(book).items()
        if name in course.by_id
    }
    assert {key: count for key, count in shown.items() if count} == {
        ("quick", "drawn-things"): 1,
        ("quick", "last-things"): 1,
        ("deep", "deep-things"): 1,
        ("deep", "last-things"): 1,
    }


def test_links_out_of_an_edition_say_where_they_lead(full_release: Built) -> None:
    _, _, book = next(row for row in books(full_release) if row[0].id == "quick")
    page = epub_pages(book)["names-and-numbers"]
    links = {link.get("href", "") for link in page.iter("{*}a")}
    assert "https://courses.example.org/full/modules/order-of-things/" in links
    assert "drawn-things.xhtml#drawn-things--drawn-things" in links
    assert "(Module 2, in the complete edition)" in words(page)


MADE = {"EPUB/pictures/cover.png", "EPUB/pictures/map.svg"}


def test_pictures_are_in_the_books_that_show_them(full_release: Built) -> None:
    held = {
        edition.id: {name for name, _ in files(book.read_bytes()) if name.startswith("EPUB/pictures/")}
        for edition, _, book in books(full_release)
    }
    drawn = {f"EPUB/pictures/drawn-things.{id}.svg" for id in ("flow", "talk", "states")}
    shown = {"EPUB/pictures/assets-shapes.svg", "EPUB/pictures/assets-checks.png"}
    assert held["complete"] == held["quick"] == drawn | shown | MADE
    assert held["deep"] == MADE


# --- ways in ---------------------------------------------------------------------------------


def test_pdf_outline_and_links_lead_to_pages(release: Built) -> None:
    for _, paper, _ in books(release):
        with pikepdf.open(paper) as pdf:
            pages = {page.obj.objgen for page in pdf.pages}
            entries, links = list(_entries(pdf)), list(_links(pdf))
            assert entries and links
            for target in (*entries, *links):
                assert target[0].objgen in pages


def _entries(pdf: Any) -> Iterator[Any]:
    """Where the entries of the outline lead (ISO 32000-1, 12.3.2: a page, and where on it)."""

    def under(items: list[Any]) -> Iterator[Any]:
        for item in items:
            yield item.destination
            yield from under(item.children)

    with pdf.open_outline() as outline:
        yield from under(outline.root)


def _links(pdf: Any) -> Iterator[Any]:
    """Where the links inside the book lead; names are looked up."""
    names = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())
    for page in pdf.pages:
        for note in page.obj.get("/Annots", []):
            if "/Dest" in note:
                yield note.Dest if isinstance(note.Dest, pikepdf.Array) else names[str(note.Dest)]
            elif note.get("/A", {}).get("/S") == "/GoTo":
                yield names[str(note.A.D)]


def test_titles_survive_in_every_form(full_release: Built) -> None:
    """Quotes, ampersands and angle brackets of titles: in metadata, outline, navigation and decks."""
    title, module = 'Everything & "More"', "Deep Things, or: <Script> & Sons"
    paper, book = full_release.out / "pdf" / "full-course.pdf", full_release.out / "epub" / "full-course.epub"
    with pikepdf.open(paper) as pdf:
        assert str(pdf.docinfo.Title).startswith(title)
        with pdf.open_outline() as outline:
            assert module in str([item.children for item in outline.root])
    held = dict(files(book.read_bytes()))
    package = etree.fromstring(held["EPUB/content.opf"])
    assert title in [element.text for element in package.iter("{http://purl.org/dc/elements/1.1/}title")]
    assert module in words(etree.fromstring(held["EPUB/nav.xhtml"]))
    deck = (full_release.out / "slides" / "deep-things" / "index.html").read_text(encoding="utf-8")
    heading = etree.fromstring(deck.encode(), etree.HTMLParser()).find(".//h1")
    assert heading is not None and words(heading) == module
