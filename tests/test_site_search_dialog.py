"""The search of the site in a browser, opened from disk."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from searched import FIELD, site, small_course_searched
from sources import ROOT, compiled

from pipeline.engines import chromium
from pipeline.model import Course
from pipeline.targets.site import search
from pipeline.targets.site.search import END, PATH, Spoken, index

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return small_course_searched(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def pages(small: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of a site of the small course, and of one of the course that this repository ships."""
    courses = {"small": small, "real": compiled(ROOT / "content")}
    return {name: site(tmp_path_factory.mktemp(name), index(course)) for name, course in courses.items()}


Visit = Callable[..., object]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium.opened() as opened:
        yield opened


@pytest.fixture
def visit(browser, pages: dict[str, Path]) -> Iterator[Visit]:  # type: ignore[no-untyped-def]
    """Opens a page of a site without a network. Nothing may go wrong there, or be asked for elsewhere."""
    problems: list[str] = []
    contexts = []

    def opened(page: str | Path, **options: object) -> object:
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        made = context.new_page()
        made.on("console", lambda said: problems.append(said.text))
        made.on("pageerror", lambda error: problems.append(error.message))
        made.on("request", lambda asked: problems.extend([asked.url] * (not asked.url.startswith("file:"))))
        made.goto((pages[page] if isinstance(page, str) else page).as_uri())
        return made

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def sought(page, question: str) -> list[str]:  # type: ignore[no-untyped-def]
    """The results of a question, each as its kind, title, place and text."""
    page.evaluate("CourseSearch.open()")
    page.fill(FIELD, question)
    found: list[str] = page.locator("[role=option]").all_inner_texts()
    return [" ".join(row.split()) for row in found]


def status(page) -> str:  # type: ignore[no-untyped-def]
    said: str = page.inner_text(".course-search [role=status]")
    return said


TYPOS = (
    ("certifcate", "certificate"),
    ("idempotncy", "idempotency"),
    ("dns reslover", "dns resolver"),
    ("reslover dns", "resolver dns"),
    ("idmepotency", "idempotency"),
    ("handshaek", "handshake"),
    ("keep-alvie", "keep-alive"),
    ("Rerty-After", "retry-after"),
    ("xertificate", "certificate"),
    ("idempoetn", "idempotent"),
)


def test_a_mistyped_word_is_found(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("real")
    for question, meant in TYPOS:
        rows = sought(page, question)
        wanted = meant.removeprefix("dns ").removesuffix(" dns")
        assert wanted in rows[0].lower() and wanted in rows[1].lower(), question
        assert "Did you mean" in page.inner_text(".course-search-meant")
        assert page.inner_text(".course-search-meant button") == meant
        assert f"for “{meant}”" in status(page)
        page.click(".course-search-meant button")
        assert page.inner_text(".course-search-meant") == ""
        assert wanted in page.locator("[role=option]").first.inner_text().lower()


WHOLE_AND_PARTS = (
    "Retry-After", "retry after", "retryafter", "SO_REUSEPORT", "reuseport", "SO_REUSEPROT", "HTTP/2", "http2", "504",
    "statusCode", "status code", "res.statusCode", "parseurl", "url", "IPv6", "node:net", "leaseSeconds",
    "lease seconds", "seconds", "tabulated", "first limits", "the limit retry", "limiting 503", "503-retry-after",
)  # fmt: skip


def test_identifiers_are_found_whole_and_by_parts(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    for question in WHOLE_AND_PARTS:
        rows = sought(page, question)
        assert rows[0].startswith("Section Limits and Retry-After Module 1: First › Concepts"), question
        assert "Nothing has" not in status(page)


def test_what_is_not_there_is_not_found(visit) -> None:  # type: ignore[no-untyped-def]
    """Numbers are not guessed: neighbours of one are others, not mistakes."""
    page = visit("small")
    for question in ("505", "h2o7", "zzzz", "the zzzz"):
        assert sought(page, question) == []
        assert status(page) == "Nothing found. Try fewer or other words."
        assert page.inner_text(".course-search-meant") == ""
    for question in ("...", "   ", ""):
        assert sought(page, question) == []


def test_accents_and_capitals_make_no_difference(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    for question in ("resume", "RÉSUMÉ", "re\u0301sume\u0301", "naive cafe"):
        assert "Concepts" in sought(page, question)[0]
        marked = page.locator("[role=option] mark").all_inner_texts()
        assert {word for word in marked if word.strip()} in ({"Résumé"}, {"naïve", "café"})
    assert sought(page, "cafe rule")[0] == "Term Café rule Module 1: First No coffee."


def test_every_kind_is_found_and_leads_to_its_place(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    for question, kind, leads in (
        ("first", "Module", "modules/first/index.html"),
        ("back pressure", "Module", "modules/first/index.html"),
        ("module 2", "Module", "modules/later/index.html"),
        ("lease lasts", "Section", "modules/later/index.html#limits-of-a-lease"),
        ("entity tag", "Term", "glossary/index.html#first.entity-tag"),
        ("pool", "Interview question", "practice/index.html#first-i1"),
        ("animal packets", "Quiz question", "modules/first/index.html#question.q1"),
        ("girders", "Exercise", "modules/first/index.html#build-a-bridge"),
    ):
        assert sought(page, question)[0].startswith(kind), question
        assert page.locator("[role=option]").first.evaluate("row => row.href").endswith(f"/{leads}")
    assert sought(page, "back pressure")[0].endswith("back pressure"), "what answers is shown"


def test_a_model_answer_is_found_and_not_shown(visit) -> None:  # type: ignore[no-untyped-def]
    (row,) = sought(visit("small"), "clairvoyance")
    assert row.endswith(
        "Interview questions In the model answer. There are two poolers. - What changes at noon?"
    )


def test_documents_with_some_words_are_shown_where_none_has_all(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    rows = sought(page, "girders quux77 lasts")
    assert {row.split(" Module")[0] for row in rows} == {
        "Exercise Build a bridge",
        "Section Limits of a lease",
    }
    assert status(page) == "Nothing has all these words. 2 results with some of them"


def test_markup_is_shown_as_text(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    (row,) = sought(page, "script element")
    assert "The <b> & script element" in row and "<img src=x onerror=alert(1)>" in row
    names = page.evaluate(
        "[...new Set([...document.querySelectorAll('[role=option] *')].map(each => each.localName))]"
    )
    assert set(names) == {"span", "mark"}


def test_all_works_by_keyboard(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    active = f"document.querySelector('{FIELD}').getAttribute('aria-activedescendant')"
    page.focus("#start")
    page.keyboard.press("/")
    page.keyboard.type("limits")
    page.wait_for_selector("[role=option]")
    assert status(page) == "2 results" and page.input_value(FIELD) == "limits"
    assert page.get_attribute(FIELD, "aria-expanded") == "true" and page.evaluate(active) is None
    keys = ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "End")
    for key, at in zip(keys, (0, 1, 0, 1, 0, 1), strict=True):
        page.keyboard.press(key)
        assert page.evaluate(active) == f"course-search-{at}"
        assert page.locator("[aria-selected=true]").get_attribute("id") == f"course-search-{at}"
    page.keyboard.type(" lease")
    assert page.evaluate(active) is None, "other results: none is chosen"
    page.keyboard.press("Home")
    page.keyboard.type("x")
    assert page.input_value(FIELD) == "xlimits lease", "in the field, Home moves the caret"
    page.keyboard.press("Escape")
    assert not page.is_visible(FIELD) and page.evaluate("document.activeElement.id") == "start"
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "course-search-field"
    page.keyboard.type("retry-after")
    page.keyboard.press("Enter")
    assert not page.is_visible(FIELD)
    page.wait_for_url("**/modules/first/index.html#limits-and-retry-after")


def test_keys_leave_fields_alone_and_the_slash_can_be_switched_off(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    page.focus("#name")
    page.keyboard.type("a/b")
    page.keyboard.press("Control+k")
    assert page.input_value("#name") == "a/b" and page.locator("dialog").count() == 0
    page.focus("#start")
    page.keyboard.press("/")
    page.uncheck("#course-search-slash")
    page.keyboard.press("Escape")
    page.reload()
    page.focus("#start")
    page.keyboard.press("/")
    assert page.locator("dialog").count() == 0
    page.keyboard.press("Control+k")
    assert page.is_visible(FIELD) and not page.is_checked("#course-search-slash")


RUN = """axe.run({ preload: false })
  .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))"""


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
@pytest.mark.parametrize("width", [chromium.WIDTH, chromium.NARROW])
def test_nobody_is_kept_out(visit, scheme: str, width: int) -> None:  # type: ignore[no-untyped-def]
    """axe-core finds nothing: before a question, with results one of which is active, corrected, with none."""
    assert chromium.AXE.is_file()
    page = visit("real", color_scheme=scheme, viewport={"width": width, "height": 700})
    page.evaluate(chromium.AXE.read_text(encoding="utf-8"))
    for question in ("", "certificate", "certifcate", "zzzz"):
        sought(page, question)
        page.keyboard.press("ArrowDown")
        assert page.evaluate(RUN) == []
        assert page.evaluate("document.querySelector('dialog').scrollWidth") <= width
        assert page.locator(".course-search-foot").bounding_box()["y"] < 700


def test_an_index_that_is_not_there_is_missed_aloud(browser, small: Course, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    page.goto(site(tmp_path, index(small)).as_uri())
    kept = (tmp_path / PATH).rename(tmp_path / "kept.js")
    page.evaluate("CourseSearch.open()")
    assert status(page) == "The index of the search could not be loaded."
    kept.rename(tmp_path / PATH)
    assert sought(page, "girders")
    page.close()


def test_a_vocabulary_may_be_larger_than_a_plane_of_unicode(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Letters above U+FFFF are two to a script; a word of such signs shares nothing with its neighbour."""
    words = [f"w{number:x}" for number in range(70_000)]
    spoken = Spoken("m", ("",), ("Many", END, END, *words, "\U0001f600", "\U0001f601", "last", END, END))
    page = visit(site(tmp_path, search.script([("many", 1, "Many")], [spoken])))
    (row,) = sought(page, "w1116f")
    assert row.endswith("w1116d w1116e w1116f😀😁last")
