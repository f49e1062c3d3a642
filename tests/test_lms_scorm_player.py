"""Sessions with SCORM packages: on a platform (scorm-again's runtime), and in other windows."""

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Built
from scorm_client import Platform, answered, installed, opened, platform
from scorm_release import (
    MODULE,
    changed,
    contents_of,
    numeric,
    package_of,
    question,
    quiz_of,
    rows_of,
)

from pipeline.targets.lms.contents import Contents, Row


@pytest.fixture(scope="module")
def full(full_release: Built) -> Contents:
    return contents_of(full_release)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with platform(tmp_path_factory.mktemp("platform")) as found:
        yield found


@pytest.fixture(scope="module")
def three(full: Contents) -> Contents:
    """A module with three questions, of which the last counts twice."""
    return quiz_of(full, [numeric(1, "1"), numeric(2, "2"), numeric(3, "3") | {"points": 2}])


# --- sessions ----------------------------------------------------------------------------------


def given(served: Platform, contents: Contents, name: str) -> str:
    return installed(served, package_of(contents, MODULE), name)


@pytest.mark.clients
def test_an_interrupted_quiz_goes_on(served: Platform, three: Contents) -> None:
    """A platform that judges scores by itself must not call it failed."""
    rows, name = rows_of(three), given(served, three, "three")
    session = served.launch(name)
    session.answer(rows[:1], False)
    session.answer(rows[2:], True)
    record = session.close()
    core = record["core"]
    assert (core["lesson_status"], core["exit"], core["score"]["raw"]) == ("incomplete", "suspend", "")
    session = served.launch(name, record)
    assert session.frame.locator("#scorm\\.tally").text_content() == "2 of 3 answered, 1 right"
    shown = session.frame.locator(".verdict").all_text_contents()
    assert [text[:1] for text in shown] == ["✗", "", "✓"]
    assert session.frame.locator("input").first.input_value() == "2"
    session.answer(rows[1:2], True)
    record = session.close()
    core = record["core"]
    assert (core["lesson_status"], core["exit"], core["score"]["raw"]) == ("failed", "", "75")
    assert len(record["interactions"]) == 3


@pytest.mark.clients
def test_an_answer_to_a_question_that_has_changed_is_asked_again(served: Platform, three: Contents) -> None:
    session = served.launch(given(served, three, "three"))
    session.answer(rows_of(three)[:2], True)
    record = session.close()
    later = changed(three, lambda manifest: question(manifest, f"{MODULE}/q1").update(contentHash="f" * 64))
    session = served.launch(given(served, later, "later"), record)
    assert session.frame.locator("#scorm\\.tally").text_content() == "1 of 3 answered, 1 right"
    session.close()


@pytest.mark.clients
def test_what_is_passed_stays_passed(served: Platform, three: Contents) -> None:
    """Also where the platform has forgotten the answers of a session that was over."""
    rows, name = rows_of(three), given(served, three, "three")
    session = served.launch(name)
    session.answer(rows, True)
    record = session.close()
    assert record["core"]["lesson_status"] == "passed"
    session = served.launch(name, record | {"suspend_data": ""})
    assert "best result so far is 100" in str(session.frame.locator("#scorm\\.result").text_content())
    session.answer(rows, False)
    core = session.close()["core"]
    assert (core["lesson_status"], core["score"]["raw"]) == ("passed", "100")


@pytest.mark.clients
@pytest.mark.parametrize(("mastery", "status"), [("70", "passed"), ("80", "failed"), ("75", "passed")])
def test_the_platform_says_what_is_enough(
    served: Platform, three: Contents, mastery: str, status: str
) -> None:
    session = served.launch(given(served, three, "three"), {"student_data": {"mastery_score": mastery}})
    session.answer(rows_of(three)[:1], False)
    session.answer(rows_of(three)[1:], True)
    assert session.record()["core"]["lesson_status"] == status, "the player agrees with the platform"
    core = session.close()["core"]
    assert (core["lesson_status"], core["score"]["raw"]) == (status, "75")


@pytest.mark.clients
def test_a_score_is_not_rounded_up(served: Platform, full: Contents) -> None:
    rows = [numeric(n, str(n)) for n in range(1, 55)]
    session = served.launch(given(served, quiz_of(full, rows), "many"))
    session.answer(rows[:43], True)
    session.answer(rows[43:], False)
    core = session.close()["core"]
    assert (core["lesson_status"], core["score"]["raw"]) == ("failed", "79"), "43 of 54 are 79.6 %"


@pytest.mark.clients
@pytest.mark.parametrize(
    "data", ["{", "null", '{"v":1,"best":"x","answers":{"q1":"0001x","q2":7,"q3":"0003--"}}']
)
def test_what_is_not_ours_is_not_remembered(served: Platform, three: Contents, data: str) -> None:
    session = served.launch(given(served, three, "three"), {"suspend_data": data})
    assert session.frame.locator("#scorm\\.tally").text_content() == "0 of 3 answered, 0 right"
    session.answer(rows_of(three), True)
    assert session.close()["core"]["score"]["raw"] == "100"


@pytest.mark.clients
@pytest.mark.parametrize("mode", ["review", "browse"])
def test_a_review_changes_nothing(served: Platform, three: Contents, mode: str) -> None:
    session = served.launch(given(served, three, "three"), lesson_mode=mode)
    session.answer(rows_of(three), True)
    assert session.calls("LMSSetValue") == []
    session.close()


@pytest.mark.clients
def test_what_is_remembered_fits(served: Platform, full: Contents) -> None:
    rows = [numeric(n, f"1.{'0' * 20}{n}") for n in range(1, 151)]
    session = served.launch(given(served, quiz_of(full, rows), "most"))
    session.answer(rows[:149], True)
    record = session.close()
    assert 4000 < len(record["suspend_data"]) <= 4096
    session = served.launch("most", record)
    assert session.frame.locator(".question.right").count() > 100
    session.close()


@pytest.mark.clients
def test_a_module_without_a_quiz_is_completed_at_its_end(served: Platform, full: Contents) -> None:
    name = given(served, quiz_of(full, []), "unasked")
    session = served.launch(name)
    session.frame.locator("#concepts h2").evaluate("(heading) => heading.scrollIntoView()")
    record = session.close()
    core = record["core"]
    assert (core["lesson_status"], core["exit"], core["lesson_location"]) == (
        "incomplete",
        "suspend",
        "concepts",
    )
    session = served.launch(name, record)
    session.frame.get_by_text("You were reading: Concepts").wait_for()
    session.frame.locator("footer").scroll_into_view_if_needed()
    session.frame.get_by_text("this module is completed").wait_for()
    core = session.close()["core"]
    assert (core["lesson_status"], core["exit"], core["score"]["raw"]) == ("completed", "", "")


# --- wherever it is opened ---------------------------------------------------------------------


def works(frame: Any, rows: list[Row]) -> None:
    frame.locator("#scorm\\.kept").wait_for()  # the player has begun
    for row in rows:
        box = frame.locator(f"#scorm\\.{row['id'].rpartition('/')[2]}")
        box.locator("input").fill(answered(row, True)["number"])
        box.locator("input").press("Enter")
    frame.get_by_text("Your score: 100 %. You have passed.").wait_for()


@pytest.mark.browser
def test_without_a_platform_it_is_a_page(served: Platform, three: Contents) -> None:
    page, problems = opened(served, given(served, three, "three"))
    works(page, rows_of(three))
    assert "progress is not kept" in str(page.locator("#scorm\\.kept").text_content())
    assert not problems
    page.context.close()


@pytest.mark.browser
def test_in_a_window_of_others_it_is_a_page(served: Platform, three: Contents) -> None:
    name = given(served, three, "three")
    frame = f"<iframe src='{served.address}/{name}/index.html'></iframe>"
    (served.root / "around.html").write_text(frame, encoding="utf-8")
    page, problems = opened(served, name, f"{served.elsewhere}/around.html")
    works(page.frame_locator("iframe"), rows_of(three))
    assert not problems
    page.context.close()


@pytest.mark.clients
@pytest.mark.parametrize("where", ["deep", "opener", "opener of top"])
def test_the_platform_is_found(served: Platform, three: Contents, where: str) -> None:
    """In windows above, in the one that opened it, and in the one that opened those above."""
    name, problems = given(served, three, "three"), list[str]()
    (served.root / "inner.html").write_text(f"<iframe src='{name}/index.html'></iframe>")
    (served.root / "deep.html").write_text("<iframe src='inner.html'></iframe>")
    page = served.page(problems)
    page.goto(f"{served.address}/host.html")
    target = {"deep": "deep.html", "opener": f"{name}/index.html", "opener of top": "inner.html"}[where]
    page.evaluate("begin({})")
    page.evaluate("show" if where == "deep" else "(address) => void window.open(address)", target)
    page.wait_for_function("API.renderCMIToJSONObject().cmi.core.lesson_status === 'incomplete'")
    assert not problems
    page.context.close()


FAILING = """() => {
  window.API = {
    LMSInitialize: () => true,
    LMSGetValue() { throw new Error('none'); },
    LMSSetValue: () => 'false',
    LMSFinish() { throw new Error('never'); },
  };
}"""


@pytest.mark.browser
def test_a_platform_that_fails_stops_nobody(served: Platform, three: Contents) -> None:
    name = given(served, three, "three")
    page, problems = opened(served, name, f"{served.address}/host.html")
    page.evaluate(FAILING)
    page.evaluate("show", f"{name}/index.html")
    works(page.frame_locator("iframe"), rows_of(three))
    page.frame_locator("iframe").get_by_text("could not keep your progress").wait_for()
    page.evaluate("show('about:blank')")
    assert not problems
    page.context.close()
