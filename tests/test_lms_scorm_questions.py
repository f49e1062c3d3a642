"""Questions of SCORM packages as people meet them: texts, numbers, without a pointer, for every eye."""

from collections.abc import Iterator

import pytest
from conftest import Built
from scorm_client import LEARNER, Platform, answered, installed, opened, platform
from scorm_release import MODULE, asked, changed, contents_of, numeric, package_of, quiz_of, quizzes

from pipeline.engines import chromium
from pipeline.targets.lms.contents import Contents

LOOK = chromium.PAGE.read_text(encoding="utf-8")
SCRIPT = "<script>document.title = 'run'</script> & ]]> \"'"


@pytest.fixture(scope="module")
def full(full_release: Built) -> Contents:
    return contents_of(full_release)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with platform(tmp_path_factory.mktemp("platform")) as found:
        yield found


def given(served: Platform, contents: Contents, name: str) -> str:
    return installed(served, package_of(contents, MODULE), name)


@pytest.mark.browser
def test_markup_in_a_question_is_text(served: Platform, full: Contents) -> None:
    said = SCRIPT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    code = (
        f'<figure id="code.1" class="code"><pre><code>if (a &lt; b) {{\n    {said}\n}}</code></pre></figure>'
    )
    picture = '<p><img src="pages/images/drawn-things/checks.png" alt="a board"/></p>'
    option = {"html": said, "text": SCRIPT, "why": said}
    rows = [
        asked(
            number,
            kind,
            f"<p>{said}</p>{code}{picture}",
            options=[
                {"id": "a1", "correct": True} | option,
                {"id": "a2", "correct": kind == "order", "html": "b", "text": "b", "why": "c"},
            ],
            hints=[said],
            answer={"html": said},
        )
        for number, kind in enumerate(("single", "multiple", "order"), 1)
    ]
    name = given(served, quiz_of(full, rows), "markup")
    assert (served.root / name / "images/drawn-things/checks.png").read_bytes() == full.read(
        "pages/images/drawn-things/checks.png"
    )
    page, problems = opened(served, name)
    for row in rows:
        box = page.locator(f"#scorm\\.{row['id'].rpartition('/')[2]}")
        assert box.locator("pre").text_content() == f"if (a < b) {{\n    {SCRIPT}\n}}"
        assert SCRIPT in box.locator(".stem p").first.text_content()
        assert SCRIPT in box.locator(".words").all_text_contents()
        assert box.locator("img").evaluate("(image) => image.naturalWidth") == 16
    assert page.locator("main script").count() == 0 and page.title() != "run"
    assert not problems
    page.context.close()


def test_only_files_of_the_release_are_packed(full: Contents) -> None:
    rows = [numeric(1, "1") | {"stem": {"html": '<p><img src="../../secret.png" alt=""/></p>', "text": ""}}]
    with pytest.raises(KeyError):
        package_of(quiz_of(full, rows), MODULE)


NUMBERS = [
    # language, typed, answer, tolerance, right
    ("en-US", "5000", "5000", "0", True),
    ("en-US", " 5,000 ", "5000", "0", True),
    ("en-US", "5 000", "5000", "0", True),
    ("en-US", "1,234,567.5", "1234567.5", "0", True),
    ("de", "1.234.567,5", "1234567.5", "0", True),
    ("de", "0,5", "0.5", "0", True),
    ("en-US", "0,5", "0.5", "0", True),
    ("de", "5,000", "5", "0", True),
    ("en-US", "5.000", "5000", "0", False),
    ("en-US", "+.50", "0.5", "0", True),
    ("en-US", "−3", "-3", "0", True),
    ("en-US", "-0", "0", "0", True),
    ("en-US", "1.1", "1", "0.1", True),
    ("en-US", "0.3", "0.1", "0.2", True),
    ("en-US", "1.1000000000000000001", "1", "0.1", False),
    ("en-US", "-2.5", "-2", "0.5", True),
    ("en-US", "2.5", "-2.5", "0", False),
    ("en-US", "99999999999999999999", "99999999999999999998", "0", False),
    ("en-US", "1,2,3", "123", "0", None),
    ("en-US", "five", "5", "0", None),
    ("en-US", "", "0", "0", None),
]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en-US", "de"])
def test_numbers_as_people_write_them(served: Platform, full: Contents, language: str) -> None:
    cases = [case for case in NUMBERS if case[0] == language]
    rows = [numeric(n, case[2], case[3]) for n, case in enumerate(cases, 1)]
    spoken = changed(quiz_of(full, rows), lambda manifest: manifest.update(language=language))
    page, problems = opened(served, given(served, spoken, f"numbers-{language}"))
    for number, (_, typed, *_rest, right) in enumerate(cases, 1):
        box = page.locator(f"#scorm\\.q{number}")
        box.locator("input").fill(typed)
        box.locator(".check").click()
        verdict = str(box.locator(".verdict").text_content())
        assert (verdict[:1] or None) == {True: "✓", False: "✗", None: None}[right], typed
        assert (box.locator(".problem").text_content() != "") == (right is None)
    assert not problems
    page.context.close()


@pytest.mark.browser
def test_a_keyboard_is_enough(served: Platform, full: Contents) -> None:
    """Every kind of question is answered without a pointer, and the focus is never lost."""
    options = [
        {"id": f"a{n}", "html": text, "text": text, "why": "", "correct": n != 3}
        for n, text in enumerate("xyz", 1)
    ]
    rows = [
        asked(1, "single", options=[option | {"correct": option["id"] == "a2"} for option in options]),
        asked(2, "multiple", options=options, hints=["Two."]),
        numeric(3, "3"),
        asked(4, "order", options=[option | {"correct": True} for option in options], answer={"html": ""}),
    ]
    page, problems = opened(served, given(served, quiz_of(full, rows), "keys"))
    page.locator("#scorm\\.q1\\.title").focus()
    focused = "document.activeElement.className || document.activeElement.type"
    for key in ("Tab", "Space", "ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate(focused) == "outcome"
    for key in ("Tab", "Enter", "Tab", "Space", "Tab", "Space", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate(focused) == "outcome"
    assert page.locator(".hint").first.get_attribute("open") is not None
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "outcome"
    box = page.locator("#scorm\\.q4")
    order = "(box) => [...box.querySelectorAll('.order > li')].map((item) => item.dataset.letter).join('')"
    for place, letter in enumerate("abc"):
        button = box.locator(f"[data-letter={letter}] .up")
        while box.evaluate(order).index(letter) > place:
            button.focus()
            page.keyboard.press("Enter")
            assert page.evaluate(focused) in ("up", "down"), "the focus stays with the item"
            assert str(box.locator(".moved").text_content()).startswith("Now ")
    box.locator(".check").focus()
    page.keyboard.press("Space")
    page.get_by_text("Your score: 100 %. You have passed.").wait_for()
    assert not problems
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", chromium.SCHEMES)
@pytest.mark.parametrize("done", [False, True], ids=["open", "checked"])
def test_everybody_can_read_it(served: Platform, full: Contents, scheme: chromium.Scheme, done: bool) -> None:
    """axe-core finds nothing, before and after the answers, and a narrow screen is wide enough."""
    problems: list[str] = []
    for module in ("names-and-numbers", "order-of-things"):
        rows = dict(quizzes(full))[module]
        name = installed(served, package_of(full, module), f"seen-{module}")
        page = served.page(problems, scheme)
        page.goto((served.root / name / "index.html").as_uri())
        if done:
            page.evaluate(LEARNER, [answered(row, place % 2 == 0) for place, row in enumerate(rows)])
            page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        page.evaluate(chromium.AXE.read_text(encoding="utf-8"))
        assert page.evaluate(LOOK, True) == [0, []], module
        page.set_viewport_size({"width": chromium.NARROW, "height": 800})
        assert page.evaluate(LOOK, False) == [0, []], module
        page.context.close()
    assert not problems
