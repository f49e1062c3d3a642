"""The live preview: what is saved is seen, nothing ends it, and nothing else can be read through it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import COURSES, Built, course
from preview import Serving, serving, until

from pipeline.engines import chromium
from pipeline.serve.server import ours, wanted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAVES = 200


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course to edit."""
    return Path(shutil.copytree(COURSES / "full", tmp_path_factory.mktemp("serve") / "content"))


@pytest.fixture(scope="module")
def release(full_release: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the last build has left, with files that are none of its own beside and links among them."""
    out = Path(shutil.copytree(full_release.out, tmp_path_factory.mktemp("out") / "build"))
    (out.parent / "secret.txt").write_text("secret")
    (out / "notes.txt").write_text("secret")
    (out / "link.txt").symlink_to(out.parent / "secret.txt")
    (out / "lms-link").symlink_to(out.parent)
    return out


@pytest.fixture(scope="module")
def preview(content: Path, release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(content, tmp_path_factory.mktemp("log") / "log", "--out", release) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium.opened() as found:
        yield found


@pytest.fixture
def first(content: Path) -> Iterator[Path]:
    """The first module, as it was again afterwards."""
    path = min((content / "modules").glob("*.md"))
    text = path.read_text(encoding="utf-8")
    yield path
    path.write_text(text, encoding="utf-8")


def address(module: Path) -> str:
    """Where the page of a module is."""
    return f"modules/{module.stem[3:]}/index.html"


def added(module: Path, words: str) -> None:
    """Write a paragraph below the first heading of a module's text."""
    text = module.read_text(encoding="utf-8")
    module.write_text(re.sub(r"(\n## [^\n]+\n)", rf"\1\n{words}\n", text, count=1), encoding="utf-8")


def saved(module: Path, text: str) -> None:
    """Write a text at once, as editors do: one that is written in place is seen empty first, where time is short."""
    draft = module.parents[2] / "draft"
    draft.write_text(text, encoding="utf-8")
    draft.replace(module)


def same(preview: Serving, path: str, text: str) -> bool:
    return text.encode() in preview.get(path)


# --- files ---------------------------------------------------------------------------------------


def test_pages_are_those_of_a_build(preview: Serving, full_release: Built) -> None:
    """But for the script, and for what a page may ask."""
    pages = sorted(full_release.out.glob("modules/*/index.html"))[:2]
    for page in (
        *pages,
        full_release.out / "map" / "index.html",
        *full_release.out.glob("slides/*/index.html"),
    ):
        path = page.relative_to(full_release.out).as_posix()
        shown = preview.get(path).decode()
        plain = re.sub(r'<script src="/-/live.js"[^>]*></script>\n', "", shown)
        plain = plain.replace("; connect-src 'self'", "").replace(
            "script-src 'self' &#39;", "script-src &#39;"
        )
        assert plain == page.read_text(encoding="utf-8"), path
        assert shown != plain


def test_the_first_page_offers_books_and_pages(preview: Serving) -> None:
    page = preview.get("").decode()
    assert 'href="pdf/' in page and 'href="epub/' in page and 'href="modules/' in page


def test_pages_that_have_not_changed_are_not_sent_again(preview: Serving, first: Path) -> None:
    target = f"GET /{address(first)} HTTP/1.1"
    _, whole = preview.ask(target, "Host: localhost")
    tag = re.findall(rb'ETag: ("[0-9a-f]+")', whole)[0].decode()
    status, answer = preview.ask(target, "Host: localhost", f"If-None-Match: {tag}")
    assert status == 304 and not answer.partition(b"\r\n\r\n")[2]


def test_head_has_no_body(preview: Serving, first: Path) -> None:
    status, answer = preview.ask(f"HEAD /{address(first)} HTTP/1.1", "Host: localhost")
    assert status == 200 and not answer.partition(b"\r\n\r\n")[2]


def test_folders_lead_to_their_pages(preview: Serving, first: Path) -> None:
    folder = "/" + address(first).removesuffix("index.html")
    assert preview.status(folder) == 200
    status, answer = preview.ask(f"GET {folder[:-1]} HTTP/1.1", "Host: localhost")
    assert status == 301 and f"Location: {folder}".encode() in answer


@pytest.mark.parametrize("target", ["pdf", "epub"])
def test_books_are_built_when_asked_for(preview: Serving, full_release: Built, target: str) -> None:
    listed = preview.get(target).decode()
    path = min(re.findall(rf'href="/({target}/[^"]+)"', listed), key=len)
    book = preview.get(path)
    assert book == (full_release.out / path).read_bytes()
    assert "up to date" in preview.get(target).decode()


def test_a_reader_of_a_book_waits_for_it(preview: Serving, first: Path, browser: "Browser") -> None:
    added(first, "A paragraph for the book.")
    until(lambda: same(preview, address(first), "A paragraph for the book."))
    path = re.findall(r'href="/(epub/[^"]+)"', preview.get("epub").decode())[0]
    assert b"being built" in preview.get(path, Accept="text/html")
    page = browser.new_page()
    with page.expect_download() as download:
        page.goto(preview.address + path, wait_until="commit")
    assert Path(download.value.path()).read_bytes() == preview.get(path)
    page.close()


def test_a_book_that_cannot_be_built_says_why_and_comes_once_it_can(
    preview: Serving, first: Path, browser: "Browser"
) -> None:
    """It is asked for once: a page that asked again and again would build for ever."""
    good = first.read_text(encoding="utf-8")
    path = re.findall(r'href="/(epub/[^"]+)"', preview.get("epub").decode())[0]
    added(first, "A paragraph for another book.")
    until(lambda: same(preview, address(first), "for another book"))
    saved(first, good.replace("title:", "title: [", 1))
    until(lambda: preview.state()["broken"])
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/epub/" in request.url else None)
    page.goto(preview.address + path)
    page.get_by_text("cannot be read").wait_for()
    assert first.name in page.locator("main").inner_text()
    page.wait_for_timeout(1500)
    assert len(asked) == 2  # the page that waits, and the book
    with page.expect_download() as download:
        first.write_text(good + "\nA last line.\n", encoding="utf-8")
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    page.close()


def test_what_the_last_build_has_left_is_there(preview: Serving, release: Path) -> None:
    assert preview.get("manifest.json") == (release / "manifest.json").read_bytes()
    package = next(release.glob("lms/*.imscc")).name
    assert preview.get(f"lms/{package}") == (release / "lms" / package).read_bytes()


# --- who may ask, and for what -------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/modules/../../secret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/etc/passwd",
        "/link.txt",
        "/lms-link/secret.txt",
        "/notes.txt",
        "/manifest.json%00.html",
        "/%252e%252e/secret.txt",
        "/-/../secret.txt",
        "/-/server.py",
        "/-/..%2fserver.py",
        "/report.json/..",
        "http://127.0.0.1/manifest.json",
        "manifest.json",
        "/%ff%fe",
    ],
)  # fmt: skip
def test_nothing_else_can_be_read(preview: Serving, target: str) -> None:
    status, answer = preview.ask(f"GET {target} HTTP/1.1", "Host: localhost")
    assert status == 404, answer[:200]
    assert b"secret\n" not in answer and b"root:" not in answer


def test_a_released_file_that_became_a_link_is_not_followed(preview: Serving, release: Path) -> None:
    sums = release / "SHA256SUMS"
    kept = sums.rename(release.parent / "kept")
    sums.symlink_to(release.parent / "secret.txt")
    try:
        assert preview.status("/SHA256SUMS") == 404
    finally:
        kept.replace(sums)
    assert preview.status("/SHA256SUMS") == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "a@evil.example",
    ],
)
def test_a_foreign_host_is_refused(preview: Serving, host: str) -> None:
    for target in ("/", "/-/state", "/-/events", "/manifest.json"):
        assert preview.status(target, host) == 403


def test_a_request_without_a_host_is_refused(preview: Serving) -> None:
    assert preview.ask("GET / HTTP/1.1")[0] == 403


def test_own_names_are_answered(preview: Serving) -> None:
    for host in ("localhost", f"localhost:{preview.port}", "127.0.0.1", f"[::1]:{preview.port}"):
        assert preview.status("/", host) == 200


def test_names() -> None:
    assert ours("box.example:80", "box.example") and not ours("box.example", "127.0.0.1")
    assert not ours("[bad", "127.0.0.1")
    assert wanted("/a/b?c#d") == "a/b" and wanted("/") == "index.html" and wanted("/a//b") is None


def test_only_reading(preview: Serving) -> None:
    assert preview.ask("POST / HTTP/1.1", "Host: localhost", "Content-Length: 0")[0] == 501
    assert preview.ask("DELETE / HTTP/1.1", "Host: localhost")[0] == 501


def test_a_port_that_is_taken_is_said(preview: Serving, content: Path) -> None:
    done = course("serve", "--content", content, "--port", str(preview.port))
    assert done.returncode == 2 and "--port" in done.stderr and "Traceback" not in done.stderr


def test_it_listens_on_this_machine_alone(preview: Serving) -> None:
    listening = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    mine = [row.split()[1] for row in listening if row.split()[3] == "0A"]
    assert {row.split(":")[0] for row in mine if int(row.split(":")[1], 16) == preview.port} == {"0100007F"}


# --- following -----------------------------------------------------------------------------------


@pytest.fixture
def page(browser: "Browser", preview: Serving, first: Path) -> Iterator["Page"]:
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(preview.address + address(first))
    page.wait_for_selector("#course-preview", state="attached")
    yield page
    context.close()


def test_an_edit_is_seen_where_the_reader_was(page: "Page", first: Path) -> None:
    heading = page.locator("main h2").nth(3)
    page.evaluate("document.querySelectorAll('main h2')[3].scrollIntoView({ behavior: 'instant' })")
    before = heading.bounding_box()
    added(first, "\n\n".join(f"A new paragraph, number {n}, far above." for n in range(12)))
    page.get_by_text("number 11, far above").wait_for(state="attached")
    page.wait_for_load_state("load")
    after = heading.bounding_box()
    assert page.evaluate("scrollY") > 200
    assert before and after and abs(before["y"] - after["y"]) < 3


def test_other_pages_stay_as_they_are(page: "Page", preview: Serving, content: Path) -> None:
    page.evaluate("window.here = true")
    other = sorted((content / "modules").glob("*.md"))[1]
    text = other.read_text(encoding="utf-8")
    number = preview.state()["number"]
    added(other, "A paragraph elsewhere.")
    page.locator(f"#course-preview[data-number='{number + 1}']").wait_for(state="attached")
    other.write_text(text, encoding="utf-8")
    page.locator(f"#course-preview[data-number='{number + 2}']").wait_for(state="attached")
    assert page.evaluate("window.here")


def test_a_fault_is_shown_with_its_line_and_cleared(page: "Page", first: Path) -> None:
    good = first.read_text(encoding="utf-8")
    panel = page.locator("#course-preview #panel")
    assert panel.is_hidden()
    saved(first, good.replace("title:", "title: [", 1))
    panel.wait_for(state="visible")
    said = panel.inner_text()
    line = good[: good.index("title:")].count("\n") + 1
    assert re.search(rf"{re.escape(first.name)}:{line}\b|{re.escape(first.name)}:{line + 1}\b", said)
    assert "cannot be read" in said and page.locator("main h1").is_visible()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    first.write_text(good.replace("](", "](no-such-file.md", 1) if "](" in good else good, encoding="utf-8")
    first.write_text(good, encoding="utf-8")
    page.locator("#course-preview[data-broken=false]").wait_for(state="attached")
    assert panel.is_hidden()


def test_findings_that_stop_nothing_are_counted_and_listed(
    page: "Page", preview: Serving, first: Path
) -> None:
    added(first, "A [link](02-no-such-module.md) to nowhere.")
    panel = page.locator("#course-preview #panel")
    panel.wait_for(state="visible")
    assert "02-no-such-module.md" in panel.inner_text()
    page.get_by_text("to nowhere").first.wait_for(state="attached")
    listed = preview.get("-/findings").decode()
    assert first.name in listed and "02-no-such-module.md" in listed


def test_the_panel_can_be_used_by_all(page: "Page", first: Path) -> None:
    """axe-core on a page with its panel open, by day and by night."""
    added(first, "A [link](02-no-such-module.md) to nowhere.")
    page.locator("#course-preview #panel").wait_for(state="visible")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(chromium.AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run('#course-preview').then((r) => r.violations.map((v) => v.id))")
        assert found == []


def test_what_a_text_says_is_never_markup_in_the_panel(page: "Page", first: Path) -> None:
    text = first.read_text(encoding="utf-8")
    wrong = 'part: "<img src=x onerror=window.hit=1>"'
    first.write_text(re.sub(r"(?m)^part: .*$", wrong, text, count=1), encoding="utf-8")
    panel = page.locator("#course-preview #panel")
    panel.wait_for(state="visible")
    assert "<img src=x" in panel.inner_text()
    assert page.evaluate("window.hit") is None


def test_a_deck_follows_too(browser: "Browser", preview: Serving, first: Path) -> None:
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(preview.address + address(first).replace("modules", "slides") + "#/1")
    page.wait_for_selector("#course-preview", state="attached")
    before = page.evaluate("location.hash")
    text = first.read_text(encoding="utf-8")
    first.write_text(re.sub(r"(?m)^title: .*$", 'title: "Another title"', text, count=1), encoding="utf-8")
    page.get_by_text("Another title").first.wait_for(state="attached")
    assert before != "#/" and page.evaluate("location.hash") == before
    page.close()


def test_two_hundred_saves_end_in_the_last(preview: Serving, first: Path) -> None:
    good = first.read_text(encoding="utf-8")
    for number in range(SAVES):
        broken = "\n---\n" if number % 7 == 2 else ""
        text = re.sub(r"(\n## [^\n]+\n)", rf"\1\nSave number {number}.\n", good, count=1)
        first.write_text(broken + text, encoding="utf-8")
    until(lambda: same(preview, address(first), f"Save number {SAVES - 1}."))
    state = preview.state("/" + address(first))
    assert not state["broken"] and not state["counts"]["error"]
    first.write_text(good, encoding="utf-8")
    until(lambda: not same(preview, address(first), "Save number"))


def test_theme_and_schema_are_followed(content: Path, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    shutil.copytree(COURSES.parent.parent / "themes" / "default", theme)
    with serving(content, tmp_path / "log", "--theme", theme, "--out", tmp_path / "none") as preview:
        before = preview.state("/map/index.html")["tag"]
        style = theme / "site" / "site.css"
        style.write_text(style.read_text(encoding="utf-8") + "\n.new-rule { color: red }\n", encoding="utf-8")
        until(lambda: same(preview, "assets/site.css", ".new-rule"))
        assert preview.state("/map/index.html")["tag"] != before


def test_a_course_that_cannot_be_read_comes_up_once_it_can(content: Path, tmp_path: Path) -> None:
    """The folder is away, comes, goes, and comes again, as when another branch is checked out."""
    moved = tmp_path / "course"
    with serving(moved, tmp_path / "log", "--out", tmp_path / "none") as preview:
        assert preview.status("/") == 503
        assert "there is no such folder" in preview.ask("GET / HTTP/1.1", "Host: localhost")[1].decode()
        shutil.copytree(content, moved)
        until(lambda: preview.status("/") == 200)
        moved.rename(tmp_path / "away")
        until(lambda: preview.state()["broken"])
        assert preview.status("/") == 200
        (tmp_path / "away").rename(moved)
        until(lambda: not preview.state()["broken"])
        added(min((moved / "modules").glob("*.md")), "After it came back.")
        until(lambda: same(preview, address(min((moved / "modules").glob("*.md"))), "After it came back."))


def test_new_and_removed_modules(preview: Serving, content: Path) -> None:
    last = max((content / "modules").glob("*.md"))
    until(lambda: preview.status("/" + address(last)) == 200)
    text = last.read_text(encoding="utf-8")
    last.unlink()
    until(lambda: preview.status("/" + address(last)) == 404 or preview.state()["broken"])
    last.write_text(text, encoding="utf-8")
    until(lambda: preview.status("/" + address(last)) == 200 and not preview.state()["broken"])


def test_the_release_is_left_alone(preview: Serving, release: Path, full_release: Built) -> None:
    assert (release / "report.json").read_bytes() == (full_release.out / "report.json").read_bytes()
    assert course("verify", "--help").returncode == 0
    done = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=release, check=False)
    assert done.returncode == 0


def test_it_ends_without_a_word_of_error(content: Path, tmp_path: Path) -> None:
    with serving(content, tmp_path / "log", "--out", tmp_path / "none") as preview:
        preview.get("")
    assert preview.process.returncode == 0
    assert "Traceback" not in preview.log.read_text()
