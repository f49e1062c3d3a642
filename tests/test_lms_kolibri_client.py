"""Kolibri itself imports the channel, serves it, keeps a learner's attempts, and grades in its own page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pytest
from conftest import Built
from kolibri_client import Kolibri, channel, differences, running
from kolibri_learner import Learner
from kolibri_package import changed, loaded, question, written

from pipeline.engines import chromium

pytestmark = pytest.mark.clients

CODE = 'def f(x):\n    if x < 3 and "`" in "```":\n\n        return "$5 & $10"\n\n=====\n\n    # [[☃ radio 1]] *not* _this_'
TEXT = "Does <script>alert(1)</script> & “]]>” cost $5 or $10, *not* _this_ [x](y) `tick` a\\b, 1. # ~~no~~ || ^{a}?"
NASTY = (
    f"<p>{escape(TEXT)}</p>"
    f'<figure class="code" id="code.1"><pre><code>{escape(CODE)}</code></pre></figure>'
    "<p>1. no list, <em>with <code>a*b</code> and <strong>both</strong></em><strong>next</strong>"
    "<code>`x`</code><code> y</code>, 2<sup>10</sup> and log<sub>2</sub> of x<sup>y</sup></p>"
    "<ol><li>one</li><li><p>two</p><ul><li>in <code>two</code></li><li>- dash</li></ul></li></ol>"
    "<table><thead><tr><th>a | b</th><th>c</th></tr></thead><tbody><tr><td><code>d|e</code></td><td></td></tr></tbody></table>"
    "<blockquote><p>said</p><p>twice</p></blockquote>"
    '<figure><img src="pages/images/drawn-things/shapes.svg" alt="A &quot;square&quot; [and] more"/></figure>'
    '<p>A <a href="https://example.org/a_(b)*c">link [out]</a>, and <a href="#x">one inside</a>.</p>'
)


def nasty(manifest: dict[str, Any]) -> None:
    row = question(manifest, "names-and-numbers/q1")
    row["stem"]["html"] = NASTY
    row["options"][0] |= {"html": "<code>&lt;script&gt;</code> *&amp;* $x$", "text": "<script> *&* $x$"}
    row["options"][1] |= {
        "html": "5 * 3 &lt; [x]",
        "text": "5 * 3 < [x]",
        "why": "“]]&gt;” <em>is</em> text_here_",
    }
    row["hints"] = ["$1 &amp; <code>$2</code>"]


def wrong(manifest: dict[str, Any]) -> None:
    """Keys that are not the course's, one of each kind."""
    for option in question(manifest, "names-and-numbers/q1")["options"]:
        option["correct"] = not option["correct"]
    question(manifest, "names-and-numbers/q2")["options"][2]["correct"] = True
    question(manifest, "order-of-things/q1")["options"].reverse()
    question(manifest, "deep-things/q1")["answer"]["number"] = "5"


def short(manifest: dict[str, Any]) -> None:
    """A course without one of its modules."""
    (gone,) = (module for module in manifest["modules"] if module["id"] == "drawn-things")
    manifest["modules"].remove(gone)
    for row in (*manifest["parts"], *manifest["tracks"]):
        row["modules"] = [id for id in row["modules"] if id != gone["id"]]


def later(manifest: dict[str, Any]) -> None:
    """The next release of the course `early`: an hour younger, with a key mended and a module renamed."""
    manifest["id"] = "urn:course:early"
    manifest["provenance"]["sourceDateEpoch"] += 3600
    manifest["modules"][0]["title"] = "Renamed"
    question(manifest, "deep-things/q1")["answer"]["number"] = "6"


@dataclass(frozen=True)
class Served:
    """Kolibri with its channels, and the manifests that they were made of; `channels` are named by course."""

    kolibri: Kolibri
    channels: Mapping[str, str]
    manifests: Mapping[str, dict[str, Any]]

    def exercise(self, course: str, module: str, topic: str) -> dict[str, Any]:
        """The quiz of a module, where it stands below a part or a track."""
        title = next(m["title"] for m in self.manifests[course]["modules"] if m["id"] == module)
        found = (
            node
            for node in self.kolibri.nodes(self.channels[course])
            if node["title"] == f"Quiz: {title}" and node["ancestors"][1]["title"] == topic
        )
        return next(found)


@pytest.fixture(scope="module")
def served(
    full_release: Built, real_release: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    out, full = tmp_path_factory.mktemp("channels"), loaded(full_release.out)
    same = {name: lambda manifest: None for name in ("damaged", "early")}
    changes = {"nasty": nasty, "wrong": wrong, "short": short, **same, "later": later}
    manifests = {name: changed(full, name, change) for name, change in changes.items()}
    folders = {name: written(manifest, full_release.out, out / name) for name, manifest in manifests.items()}
    folders |= {"full": full_release.out / "lms" / "kolibri", "real": real_release.out / "lms" / "kolibri"}
    manifests |= {"full": full, "real": loaded(real_release.out)}
    victim = next((folders["damaged"] / "content").rglob("*.perseus"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"!")
    order = [*folders.values(), folders["early"]]  # what is older than what Kolibri has changes nothing
    with running(tmp_path_factory.mktemp("kolibri"), order) as kolibri:
        channels = {name: channel(folder) for name, folder in folders.items()}
        yield Served(kolibri, channels, manifests)


@pytest.mark.parametrize("course", ["full", "real", "nasty", "later"])
def test_kolibri_serves_the_course(served: Served, course: str) -> None:
    assert served.kolibri.said[served.channels[course]] == ""
    assert differences(served.kolibri, served.channels[course], served.manifests[course]) == []


def test_a_later_release_takes_the_place_of_the_earlier(served: Served) -> None:
    assert served.channels["early"] == served.channels["later"]
    found = differences(served.kolibri, served.channels["early"], served.manifests["early"])
    assert any(line.startswith("deep-things/q1: ") and "not (" in line for line in found)


def test_a_damaged_file_is_refused(served: Served) -> None:
    assert "checksums did not match" in served.kolibri.said[served.channels["damaged"]]
    found = differences(served.kolibri, served.channels["damaged"], served.manifests["damaged"])
    assert [line.partition(": ")[2] for line in found] == ["no quiz"]


def test_wrong_keys_are_found(served: Served) -> None:
    found = differences(served.kolibri, served.channels["wrong"], served.manifests["full"])
    assert [line.partition(":")[0] for line in found] == [
        "names-and-numbers/q1", "names-and-numbers/q2", "order-of-things/q1", "deep-things/q1",
    ]  # fmt: skip


def test_a_missing_module_is_found(served: Served) -> None:
    found = differences(served.kolibri, served.channels["short"], served.manifests["full"])
    assert [line.partition(":")[0] for line in found] == ['2. The "Middle"', "Track", "Track", "drawn-things"]


def test_kolibri_says_what_the_manifest_says(served: Served) -> None:
    about = served.kolibri.get(f"/api/content/channel/{served.channels['full']}/")
    assert (about["name"], about["author"]) == ('Everything & "More"', "Łucja Example")
    assert about["version"] == 1767225600 // 60
    assert served.kolibri.read(about["thumbnail"]).startswith(b"<svg")
    (page, *_) = [
        n for n in served.kolibri.nodes(served.channels["full"]) if n["title"] == "The Order of Things"
    ]
    assert (page["duration"], page["license_name"], page["lang"]["id"]) == (2400, "CC BY", "en")
    assert page["tags"] == ["order"]


def test_what_is_done_under_a_part_is_done_under_a_track(served: Served) -> None:
    """An attempt at a question is kept, and its mastery counts wherever the quiz stands."""
    served.kolibri.login()
    here = served.exercise("full", "last-things", "3. The End")
    there = served.exercise("full", "last-things", "Track: Deep")
    goal, (asked,) = (here["assessmentmetadata"][name] for name in ("mastery_model", "assessment_item_ids"))
    ids = {"node_id": here["id"], "content_id": here["content_id"], "channel_id": here["channel_id"]}
    begun = served.kolibri.send(
        "POST", "/api/logger/trackprogress/", {**ids, "kind": "exercise", "mastery_model": goal}
    )
    attempt = {"item": asked, "correct": 1, "complete": True, "time_spent": 5, "answer": {"question": {}}}
    kept = served.kolibri.send(
        "PUT", f"/api/logger/trackprogress/{begun['session_id']}/", {"progress": 1, "interactions": [attempt]}
    )
    assert kept["complete"] is True
    assert [(row["item"], row["correct"]) for row in kept["attempts"]] == [(asked, 1)]
    done = served.kolibri.get(f"/api/content/contentnodeprogress/?ids={there['id']}")
    assert [(row["content_id"], row["progress"]) for row in done] == [(there["content_id"], 1)]


def test_whoever_ends_a_module_is_shown_those_that_need_it(served: Served) -> None:
    served.kolibri.login()
    nodes = served.kolibri.nodes(served.channels["full"])
    page = next(node for node in nodes if node["title"].startswith("Names & Numbers"))
    ids = {"node_id": page["id"], "content_id": page["content_id"], "channel_id": page["channel_id"]}
    begun = served.kolibri.send("POST", "/api/logger/trackprogress/", {**ids, "kind": "html5"})
    served.kolibri.send("PUT", f"/api/logger/trackprogress/{begun['session_id']}/", {"progress": 1})
    shown = {node["title"] for node in served.kolibri.get("/api/content/usercontentnode/?next_steps=true")}
    assert {"The Order of Things", "Drawn Things → Pictures", "Last Things"} <= shown
    assert "Deep Things, or: <Script> & Sons" not in shown


@pytest.fixture(scope="module")
def learner(served: Served) -> Iterator[Learner]:
    with chromium.opened() as browser:
        yield Learner(browser, served.kolibri)


WRONG, MENDED = "Try again", "Great! Keep going"
"""What Kolibri says of a wrong answer, and of a right one after it."""


@pytest.mark.browser
def test_choices_are_graded(served: Served, learner: Learner) -> None:
    learner.open(served.exercise("full", "names-and-numbers", "1. Start & Names"), "li.perseus-radio-option")
    single, several = (
        question(served.manifests["full"], f"names-and-numbers/q{n}")["options"] for n in (1, 2)
    )
    learner.choose(single[1:])
    learner.check(WRONG)
    learner.choose(single[:1])
    learner.check(MENDED)
    learner.next()
    learner.choose(several)
    learner.check(WRONG)  # all of them
    learner.choose(several[2:])
    learner.check(MENDED)


@pytest.mark.browser
def test_orders_and_numbers_are_graded(served: Served, learner: Learner) -> None:
    manifest = served.manifests["full"]
    learner.open(
        served.exercise("full", "order-of-things", "1. Start & Names"), ".perseus-sortable-draggable"
    )
    entries = [option["text"] for option in question(manifest, "order-of-things/q1")["options"]]
    learner.sort(entries[::-1])
    learner.check(WRONG)
    learner.sort(entries)
    learner.check(MENDED)
    learner.next()
    answer = question(manifest, "order-of-things/q2")["answer"]
    number, margin = float(answer["number"]), float(answer["tolerance"])
    learner.type(f"{number + 2 * margin:g}")
    learner.check(WRONG)
    learner.type(f"{number + margin:g}")
    learner.check(MENDED)


@pytest.mark.browser
def test_a_hint_leaves_the_options_where_they_are(served: Served, learner: Learner) -> None:
    learner.open(served.exercise("full", "names-and-numbers", "Track: Deep"), "li.perseus-radio-option")
    before = learner.page.locator("li.perseus-radio-option").all_inner_texts()
    for taken in range(3):
        learner.page.locator(".hint-btn").first.click()
        learner.page.locator(".perseus-hint-renderer").nth(taken).wait_for()
    assert learner.page.locator("li.perseus-radio-option").all_inner_texts() == before
    last = learner.page.locator(".perseus-hint-renderer").last.inner_text()
    assert "Right: Nothing but the “link” – A name leads to its thing." in last


@pytest.mark.browser
def test_texts_show_as_they_are(served: Served, learner: Learner) -> None:
    """Marks of Markdown, TeX and HTML are text; code keeps its lines; pictures show."""
    learner.open(served.exercise("nasty", "names-and-numbers", "1. Start & Names"), "li.perseus-radio-option")
    page, row = learner.page, question(served.manifests["nasty"], "names-and-numbers/q1")
    stem = page.locator(".perseus-renderer").first
    shown = {
        name: [part.text_content() for part in stem.locator(name).all()] for name in ("pre", "em", "strong")
    }
    assert shown["pre"] == [CODE.replace("=====", "===== ")]
    assert shown["strong"] == ["both", "next"] and shown["em"] == ["with", "and", "both"]
    assert TEXT in stem.inner_text()
    assert stem.locator("ol > li").count() == 2 and stem.locator("ul ul, ol ul > li").count() == 2
    assert stem.locator("th, td").all_inner_texts()[:3] == ["a | b", "c", "d|e"]
    assert stem.locator("blockquote .paragraph").count() >= 2
    assert stem.locator("a").all_inner_texts() == ["link [out]"]
    assert stem.locator("a").get_attribute("href") == "https://example.org/a_%28b%29%2Ac"
    picture = stem.locator("img")
    assert picture.get_attribute("alt") == 'A "square" (and) more'
    assert picture.evaluate("async image => (await image.decode(), image.naturalWidth)") > 0
    options = page.locator("li.perseus-radio-option").all_inner_texts()
    assert all(any(option["text"] in text for text in options) for option in row["options"])
    assert page.locator(".katex, .MathJax").count() == 0
    assert learner.problems == []


@pytest.mark.browser
def test_pages_and_decks_open(served: Served, learner: Learner) -> None:
    nodes = served.kolibri.nodes(served.channels["full"])
    titles = (
        "Drawn Things → Pictures",
        "Slides: Drawn Things → Pictures",
        "Exercises: Drawn Things → Pictures",
    )
    for title in titles:
        learner.open(next(n for n in nodes if n["title"] == title and n["is_leaf"]), "iframe")
        frame = learner.page.frame_locator("iframe").frame_locator("iframe")
        frame.locator("h1, h2").first.wait_for()
        assert frame.locator("img").evaluate_all("images => images.every(i => i.complete && i.naturalWidth)")
    frame.locator("summary").click()
    assert frame.locator("details").inner_text().endswith("Each state has a way out.")
