"""A piece of a book may take so much time and memory, and comes out whole or not at all."""

import resource
from dataclasses import replace

import pytest
from conftest import COURSES, ROOT

from pipeline import render
from pipeline.build import check
from pipeline.diagnostics import InvalidCourse, Span
from pipeline.engines.limits import TooMuch, limited
from pipeline.load import load_theme
from pipeline.model import Piece, Settings
from pipeline.targets import book, pieces

THEME = ROOT / "themes" / "default"


def endless() -> None:
    while True:
        pass


def greedy() -> None:
    held = bytearray(1 << 40)
    assert held


def deep() -> None:
    deep()


@pytest.mark.parametrize(("work", "said"), [(endless, "time"), (greedy, "memory"), (deep, "nesting")])
def test_what_takes_too_much_ends_with_an_exception(work: object, said: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(TooMuch, match=said), limited(seconds=0.2):
        work()  # type: ignore[operator]
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_piece_that_takes_too_much_names_its_module() -> None:
    with pytest.raises(InvalidCourse) as caught:
        render.compiled(Piece(deep, (), at=Span("modules/01-a.md")))
    finding = caught.value.findings[0]
    assert (finding.code, finding.span.path) == ("V103", "modules/01-a.md")


def test_a_module_that_is_cut_short_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the layout engine had stopped before the last section."""
    course, _ = check(Settings(COURSES / "minimal", ROOT, THEME))
    module, edition, theme = course.modules[0], course.editions[0], load_theme(THEME)
    fragment = pieces.fragment
    lost = book.name(module.id, "quiz")

    def cut(*rest: object) -> object:
        made = fragment(*rest)  # type: ignore[arg-type]
        return replace(made, places=tuple(place for place in made.places if place.id != lost))

    monkeypatch.setattr(pieces, "fragment", cut)
    with pytest.raises(InvalidCourse) as caught:
        pieces.set_module(*book.narrowed(module, course, edition, theme), module.id, theme)
    source = (COURSES / "minimal" / module.path).read_text().split("\n")
    assert [finding.code for finding in caught.value.findings] == ["V100"]
    assert lost in caught.value.findings[0].message
    assert source[caught.value.findings[0].span.line - 1] == "## Quiz"
