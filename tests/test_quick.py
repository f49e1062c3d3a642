"""The functions that replace slower ones of WeasyPrint give the same fragments."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSES, ROOT

from pipeline import cache
from pipeline.build import check
from pipeline.engines import quick, weasy
from pipeline.load import load_theme
from pipeline.model import Piece, Provenance, Settings
from pipeline.targets import TARGETS, plan

THEME = ROOT / "themes" / "default"

BOTH = """
import sys
from hashlib import sha256
from pathlib import Path
from pipeline.build import check, provenance
from pipeline.engines import quick, weasy
from pipeline.load import load, load_theme
from pipeline.model import Piece, Settings
from pipeline.targets import plan

content, theme, way = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if way == "plain":
    import weasyprint
    weasy.hasten = lambda: None
    weasy.read = lambda xhtml, base, fetcher: weasyprint.HTML(string=xhtml, base_url=base, url_fetcher=fetcher)
settings = Settings(content, Path("build"), theme)
course, _ = check(settings)
jobs = plan(course, settings, load_theme(theme), provenance(load(content)))
pieces = {repr((piece.make.__name__, piece.inputs)): piece for job in jobs for piece in job.pieces if isinstance(piece, Piece)}
for piece in pieces.values():
    if piece.make.__name__.startswith("set_"):
        made = piece.make(*piece.inputs)
        print(piece.make.__name__, piece.at, sha256(repr(made).encode()).hexdigest())
"""


def test_what_is_set_is_the_same(tmp_path: Path) -> None:
    """Every piece of every book and handout: bytes, places, words."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COURSE_CACHE": str(tmp_path / "cache")}
    said = [
        subprocess.run(
            [sys.executable, "-c", BOTH, str(COURSES / "full"), str(THEME), way],
            capture_output=True, text=True, check=True, cwd=tmp_path, env=environment,
        ).stdout.splitlines()
        for way in ("plain", "quick")
    ]  # fmt: skip
    assert len(said[0]) > 40
    assert said[0] == said[1]


def test_a_document_that_is_no_xml_is_read_as_html() -> None:
    weasy._weasyprint(THEME / "fonts")
    read = quick.read("<!DOCTYPE html><p>one<br>two &hellip;", weasy.SCHEME, weasy._fetcher({}))
    assert [element.tag for element in read.etree_element.iter()] == ["html", "head", "body", "p", "br"]
    same = quick.read("<html><head/><body><p>one<br/>two</p></body></html>", weasy.SCHEME, weasy._fetcher({}))
    assert [element.tag for element in same.etree_element.iter()] == ["html", "head", "body", "p", "br"]


@pytest.fixture
def keys() -> Any:
    """What modules' pieces of the minimal course are made of, after a change of its description."""
    settings = Settings(COURSES / "minimal", ROOT / "build", THEME, targets=("pdf", "epub"))
    course, _ = check(settings)

    def made(opening: str = "", **changes: Any) -> set[str]:
        theme = load_theme(THEME)
        files = tuple(
            (path, data + opening.encode() if path == "book/opening.html.j2" else data)
            for path, data in theme.files
        )
        theme = replace(theme, files=files, digest=theme.digest + opening)
        jobs = plan(replace(course, **changes), settings, theme, Provenance(0, ""))
        pieces = [piece for job in jobs for piece in job.pieces if isinstance(piece, Piece) and piece.at]
        return {cache.call(piece.make, piece.inputs) for piece in pieces}

    return made


def test_modules_depend_on_nothing_of_the_course_that_they_do_not_show(keys: Any) -> None:
    assert keys(goal="Another.", version="9.9.9", description="Others.") == keys()
    assert not keys(url="https://example.org/") & keys(), "links to modules of other editions lead there"


@pytest.mark.parametrize("opening", ["{{ course.goal }}", "{% set whole = course %}{{ whole.goal }}"])
def test_what_a_theme_shows_of_the_course_counts(keys: Any, opening: str) -> None:
    assert not keys(opening, goal="Another.") & keys(opening)


def test_a_style_is_nobody_elses_business() -> None:
    """A rule more for books sets no handout anew, one for slides no book; fonts are everybody's."""
    settings = Settings(COURSES / "minimal", ROOT / "build", THEME)
    course, _ = check(settings)

    def made(path: str) -> dict[str, set[str]]:
        theme = load_theme(THEME)
        files = tuple((name, data + b"\n" if name == path else data) for name, data in theme.files)
        fonts = theme.fonts + (path if path.startswith("fonts/") else "")
        jobs = plan(course, settings, replace(theme, files=files, fonts=fonts), Provenance(0, ""))
        return {target: {cache.key(job) for job in jobs if job.target == target} for target in TARGETS}

    whole = made("")
    changed = {
        path: {target for target, keys in made(path).items() if keys - whole[target]}
        for path in ("book.css", "slides/deck.css", "site/site.css", "epub.css", "fonts/web/letters.txt")
    }
    assert changed["book.css"] == {"pdf", "epub"}, "an EPUB waits for its PDF"
    assert changed["slides/deck.css"] == {"slides", "handouts"}
    assert changed["site/site.css"] == {"site"}
    assert changed["epub.css"] == {"epub"}
    assert changed["fonts/web/letters.txt"] == {"pdf", "epub", "slides", "handouts", "site", "pages"}
