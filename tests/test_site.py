"""The site: its links, its pages without and with a script, from `file://`, at three widths, by day and by night."""

import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT, Built, built
from lxml import etree
from webserver import served

from pipeline.build import check
from pipeline.engines import chromium
from pipeline.model import Settings
from pipeline.targets.site import search

KINDS = {
    "front": "index.html",
    "module": "modules/{first}/index.html",
    "track": "tracks/{track}/index.html",
    "map": "map/index.html",
    "glossary": "glossary/index.html",
    "practice": "practice/index.html",
    "about": "about/index.html",
    "changes": "changes/index.html",
}
THEME = ROOT / "themes" / "default"
BUDGET = 150_000
"""Bytes of a page with its style and script, without faces and pictures."""


@pytest.fixture(scope="module")
def site(full_release: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a release: a folder on a stick."""
    return Path(shutil.copytree(full_release.out, tmp_path_factory.mktemp("stick") / "a site"))


@pytest.fixture(scope="module")
def manifest(site: Path) -> Any:
    return json.loads((site / "manifest.json").read_bytes())


def pages(out: Path) -> dict[str, etree._Element]:
    """The pages of a release's site by their paths."""
    rows = json.loads((out / "manifest.json").read_bytes())["files"]
    paths = [row["path"] for row in rows if row["role"] == "site" and not row["path"].startswith("slides/")]
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return {path: etree.fromstring((out / path).read_bytes(), parser) for path in paths}


def address(kind: str, manifest: Any) -> str:
    ids = {"first": manifest["modules"][0]["id"], "track": manifest["tracks"][-1]["id"]}
    return KINDS[kind].format(**ids)


# --- without a browser -----------------------------------------------------------------------


def test_every_kind_of_page_is_there(every_release: Built) -> None:
    manifest = json.loads((every_release.out / "manifest.json").read_bytes())
    made = pages(every_release.out)
    assert {f"modules/{row['id']}/index.html" for row in manifest["modules"]} <= set(made)
    assert {f"tracks/{row['id']}/index.html" for row in manifest["tracks"] if row["modules"]} <= set(made)
    assert {"index.html", "map/index.html", "about/index.html", "changes/index.html"} <= set(made)


def test_no_link_is_dead(every_release: Built) -> None:
    made = pages(every_release.out)
    ids = {path: {e.get("id") for e in tree.iter() if e.get("id")} for path, tree in made.items()}
    for path, tree in made.items():
        for element in tree.iter("a", "img", "link", "script"):
            href = element.get("href") or element.get("src") or ""
            parts = urlsplit(href)
            if parts.scheme or not href:
                continue
            leads = (
                posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
                if parts.path
                else path
            )
            assert (every_release.out / leads).is_file(), (path, href)
            if parts.fragment and leads in ids:
                assert unquote(parts.fragment) in ids[leads], (path, href)


def test_pages_load_nothing_from_elsewhere(every_release: Built) -> None:
    for path, tree in pages(every_release.out).items():
        (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert "default-src 'none'" in policy and "unsafe" not in policy
        for element in tree.iter():
            assert not [name for name in element.attrib if str(name).startswith("on") or name == "style"], (
                path
            )
        assert not list(tree.iter("style", "iframe")), path
        for script in tree.iter("script"):
            assert script.get("src") or script.get("type") == "application/ld+json", path


def test_downloads_are_named_with_size_and_hash(every_release: Built) -> None:
    front = pages(every_release.out)["index.html"]
    listed = {
        row["path"]: row for row in json.loads((every_release.out / "manifest.json").read_bytes())["files"]
    }
    offered = front.xpath("//table[contains(@class, 'downloads')]//tr[td]")
    assert offered
    for row in offered:
        path, digest = row.xpath(".//a/@href")[0], row.xpath("td[last()]")[0].text
        assert listed[path]["sha256"] == digest
    books = {row["path"] for row in listed.values() if row["role"] in ("book-pdf", "book-epub")}
    assert books <= {row.xpath(".//a/@href")[0] for row in offered}


def test_a_page_is_small(every_release: Built) -> None:
    """The first page, and any page without its text: what every visit loads."""
    shared = sum((every_release.out / "assets" / name).stat().st_size for name in ("site.css", "site.js"))
    assert shared + (every_release.out / "index.html").stat().st_size < BUDGET


def test_the_site_follows_what_is_built(full_release: Built, tmp_path: Path) -> None:
    """A site alone mentions no slides and no books; both come with them."""
    out = built(full_release.content, tmp_path / "out", "site")
    front = pages(out)["index.html"]
    assert not front.xpath("//a[contains(@href, 'slides/')]") and not front.xpath(
        "//a[contains(@href, '.epub')]"
    )
    built(full_release.content, out, "epub", "--edition", "complete")
    assert pages(out)["index.html"].xpath("//a[contains(@href, '.epub')]")


def test_answers_can_be_read_without_a_script(every_release: Built) -> None:
    rows = json.loads((every_release.out / "manifest.json").read_bytes())["questions"]
    made = pages(every_release.out)
    for row in rows:
        if row["kind"] in ("single", "multiple"):
            page = made[f"modules/{row['module']}/index.html"]
            key = row["id"].rpartition("/")[2]
            solution = page.xpath(f"//section[@data-key='{key}']//details[@class='answer']/ol/li/@class")
            assert [cls == "key" for cls in solution] == [option["correct"] for option in row["options"]]


# --- in a browser ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium.opened() as opened:
        yield opened


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """A page without a network, which fails on an error of a script."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda problem: errors.append(str(problem)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert errors == []


def visit(tab: Any, site: Path | str, path: str) -> None:
    tab.goto(f"{site}{path}" if isinstance(site, str) else (site / path).as_uri())


@pytest.fixture(params=["disk", "server"])
def place(request: pytest.FixtureRequest, site: Path, tab: Any) -> Iterator[Path | str]:
    """Where the site is: a folder, or a web server beside which there is no network."""
    if request.param == "disk":
        yield site
        return
    with served(site) as address:
        tab.context.set_offline(False)
        tab.route(lambda url: not url.startswith(address), lambda route: route.abort())
        yield address
        tab.goto("about:blank")


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(tab: Any, site: Path, manifest: Any, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    for kind in KINDS:
        visit(tab, site, address(kind, manifest))
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, kind


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, site: Path, manifest: Any, scheme: str) -> None:
    tab = browser.new_page(color_scheme=scheme, bypass_csp=True)  # axe sets styles of its own
    for kind in KINDS:
        visit(tab, site, address(kind, manifest))
        tab.evaluate(chromium.AXE.read_text(encoding="utf-8"))
        found = tab.evaluate("axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))")
        assert found == [], kind
    tab.close()


@pytest.mark.browser
def test_a_reader_follows_a_track_to_its_end(tab: Any, place: Path | str, manifest: Any) -> None:
    track = manifest["tracks"][-1]
    visit(tab, place, f"tracks/{track['id']}/index.html")
    tab.get_by_role("button", name="Follow this track").click()
    tab.locator(".modules a").first.click()
    for id in track["modules"]:
        tab.wait_for_url(f"**/modules/{id}/**")
        tab.get_by_role("button", name="Mark as read").wait_for()
        assert "Your track" in tab.locator(".turn section:visible h2").inner_text()
        tab.get_by_role("button", name="Mark as read").click()
        after = tab.locator(".turn section:visible a[rel=next]")
        (after if after.count() else tab.get_by_role("link", name="This is the end of the track")).click()
    count = len(track["modules"])
    tab.locator(".read-so-far", has_text=f"{count} of {count} read").wait_for()
    visit(tab, place, "index.html")
    title = next(row["title"] for row in manifest["modules"] if row["id"] == track["modules"][-1])
    assert tab.locator(".resume a").inner_text() == title


@pytest.mark.browser
def test_a_book_is_downloaded(tab: Any, place: Path | str, manifest: Any) -> None:
    visit(tab, place, "index.html")
    book = next(row for row in manifest["files"] if row["role"] == "book-epub")
    with tab.expect_download() as download:
        tab.locator(f"a[href='{book['path']}']").click()
    assert sha256(Path(download.value.path()).read_bytes()).hexdigest() == book["sha256"]


@pytest.mark.browser
def test_a_scheme_is_chosen_and_kept(tab: Any, place: Path | str) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    visit(tab, place, "index.html")
    day = tab.evaluate(ground)
    tab.get_by_role("button", name="Dark").click()
    night = tab.evaluate(ground)
    assert night != day
    visit(tab, place, "about/index.html")
    assert tab.evaluate(ground) == night


def answer(tab: Any, row: Any, *, right: bool) -> Any:
    """Give the right answer to a question, or a wrong one, and check it."""
    key = row["id"].rpartition("/")[2]
    question = tab.locator(f"section.question[data-key='{key}']")
    if row["kind"] in ("single", "multiple"):
        for n, option in enumerate(row["options"]):
            wanted = option["correct"] if right else not option["correct"]
            field = question.locator(".options").first.locator("input").nth(n)
            if row["kind"] == "multiple" or wanted:
                field.set_checked(wanted)
    elif row["kind"] == "numeric":
        question.locator("input").fill(row["answer"]["number"] if right else "-123456.5")
    else:
        sort(question, [option["text"] for option in row["options"]][:: 1 if right else -1])
    question.get_by_role("button", name="Check").click()
    return question


def sort(question: Any, wanted: list[str]) -> None:
    """Move entries up with their buttons, one after the other."""
    for place, words in enumerate(wanted):
        while (now := question.locator(".words").all_inner_texts().index(words)) > place:
            question.get_by_role("button", name=f"Up: {words}").click()
            assert question.locator(".words").all_inner_texts().index(words) == now - 1


@pytest.mark.browser
def test_quizzes_are_taken(tab: Any, site: Path, manifest: Any) -> None:
    """Every question of the course: wrong, then right; the score is kept, and begins anew."""
    for module in manifest["modules"]:
        rows = [
            r
            for r in manifest["questions"]
            if r["module"] == module["id"] and r["points"] and r["kind"] != "exercise"
        ]
        rows = [r for r in rows if r["kind"] in ("single", "multiple", "numeric", "order")]
        if not rows:
            continue
        visit(tab, site, f"modules/{module['id']}/index.html")
        for row in rows:
            assert answer(tab, row, right=False).locator(".verdict").inner_text().strip() == "Not right."
        assert tab.locator(".score").inner_text().startswith(f"0 of {len(rows)} right, 0 to try.")
        for row in rows:
            question = answer(tab, row, right=True)
            assert question.locator(".verdict").inner_text().strip() == "Right."
            if row["options"] and row["kind"] != "order":
                assert question.locator(".why").count() == len(row["options"])
        tab.reload()
        assert tab.locator(".score").inner_text().startswith(f"{len(rows)} of {len(rows)} right")
        tab.get_by_role("button", name="Start again").click()
        assert "kept in this browser alone" in tab.locator(".score").inner_text()


@pytest.mark.browser
def test_interview_questions_are_chosen(tab: Any, site: Path, manifest: Any) -> None:
    visit(tab, site, "practice/index.html")
    every = tab.locator(".prompt:visible").count()
    assert every == sum(row["kind"] == "interview" for row in manifest["questions"])
    level = tab.locator(".prompt").first.get_attribute("data-level")
    tab.locator("#level").select_option(level)
    shown = tab.locator(".prompt:visible")
    assert {one.get_attribute("data-level") for one in shown.all()} == {level}
    tab.get_by_role("button", name="Give me one").click()
    assert tab.locator(".prompt:visible").count() == 1
    tab.locator(".prompt:visible summary").click()
    assert tab.locator(".prompt:visible details").inner_text().count("\n") > 0


@pytest.mark.browser
def test_the_keyboard_is_enough(tab: Any, site: Path, manifest: Any) -> None:
    visit(tab, site, address("module", manifest))
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    tab.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert tab.evaluate(outline) == "solid", "focus can be seen"


@pytest.mark.browser
def test_nothing_moves_while_a_page_loads(browser: Any, site: Path, manifest: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((l) => { for (const e of l.getEntries()) window.moved += e.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    for kind in KINDS:
        page.goto((site / address(kind, manifest)).as_uri())
        page.wait_for_timeout(200)
        assert page.evaluate("window.moved") < 0.05, kind
    context.close()


def test_what_is_found_is_there(every_release: Built) -> None:
    course, _ = check(Settings(every_release.content, Path("unused"), THEME))
    made = pages(every_release.out)
    for module in course.modules:
        for address in search.addresses(module):
            path, _, anchor = address.partition("#")
            assert not anchor or made[path].xpath("//*[@id=$id]", id=anchor), address


@pytest.mark.browser
def test_a_mistyped_word_is_found(tab: Any, place: Path | str, manifest: Any) -> None:
    visit(tab, place, address("module", manifest))
    tab.keyboard.press("/")
    word = max(re.findall(r"[a-z]{8,}", manifest["modules"][1]["title"].lower()), default="")
    word = word or next(
        w for row in manifest["modules"] for w in re.findall(r"[a-z]{7,}", row["summary"].lower())
    )
    tab.keyboard.type(word[:3] + word[4:])
    tab.locator("[role=option]").first.wait_for()
    before = tab.url
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: url != before)


def test_ids_are_those_of_the_text(every_release: Built) -> None:
    """A link to a heading of a module in a book's source works on the site."""
    for path, tree in pages(every_release.out).items():
        found = re.fullmatch(r"modules/([^/]+)/index\.html", path)
        if found:
            page = every_release.out / "pages" / f"{found[1]}.html"
            wanted = set(
                re.findall(r'<section class="level\d[^"]*" id="([^"]+)"', page.read_text(encoding="utf-8"))
            )
            assert wanted <= {str(id) for id in tree.xpath("//@id")}
