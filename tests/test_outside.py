"""Outside links: asked about where there is a network, and said to be unchecked where there is none."""

import json
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sources import compiled, small_course

from pipeline import outside
from pipeline.diagnostics import Severity
from pipeline.engines.linkchecker import answers, reachable
from pipeline.model import Course

NOW = 1_800_000_000.0
DAY = 24 * 3600.0
HTTP = ("http", "https")


class Server(ThreadingHTTPServer):
    """A web on 127.0.0.1: `/good…` is there, `/shy…` refuses programs, all else is not found."""

    asked: Counter[str] = Counter()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked[f"{self.command} {self.path}"] += 1
        kind = self.path.strip("/")[:4]
        self.send_response({"good": 200, "shy": 403, "shy/": 403}.get(kind, 404))
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b'<a href="/good/inner">a link that nobody asked about</a>')

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Pages) as web:
        web.asked = Counter()
        Thread(target=web.serve_forever, daemon=True).start()
        yield web
        web.shutdown()


@pytest.fixture(autouse=True)
def own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test alone, and no proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def course(folder: Path, *paragraphs: str) -> Course:
    text = "# First\n\n## Concepts\n\n" + "\n\n".join(paragraphs) + "\n"
    return compiled(small_course(folder / "course", {"01-first.md": text}))


def test_dead_links_are_warnings_at_every_place(server: Server, tmp_path: Path) -> None:
    here = server.address
    made = course(
        tmp_path,
        f"A [good]({here}/good) one and a [dead]({here}/dead;x?a=1,2) one.",
        f"Again [dead]({here}/dead;x?a=1,2#part), and [shy]({here}/shy).",
    )
    report = outside.outside_links(made, NOW, HTTP)
    shown = [(f.code, f.severity, f.span.line, f.span.column) for f in report.findings]
    assert shown == [
        ("L201", Severity.WARNING, 25, len(f"A [good]({here}/good) one and a ") + 1),
        ("L201", Severity.WARNING, 27, len("Again ") + 1),
        ("L201", Severity.SUGGESTION, 27, len(f"Again [dead]({here}/dead;x?a=1,2#part), and ") + 1),
    ]
    assert "404" in report.findings[0].message
    assert (report.asked, report.known, report.unchecked) == (3, 0, 0)
    assert report.said == "3 outside links checked: dead in 2 places"
    assert (report.status(strict=False), report.status(strict=True)) == (0, 1)


def test_nothing_is_followed(server: Server, tmp_path: Path) -> None:
    report = outside.outside_links(course(tmp_path, f"A [good]({server.address}/good) one."), NOW, HTTP)
    assert report.said == "1 outside links checked: none is dead"
    assert report.status(strict=True) == 0
    assert {path.split(" ")[1] for path in server.asked} <= {"/", "/good", "/robots.txt"}


def test_what_is_good_is_not_asked_about_for_a_week(server: Server, tmp_path: Path) -> None:
    made = course(tmp_path, f"A [good]({server.address}/good) and a [dead]({server.address}/dead) one.")
    outside.outside_links(made, NOW, HTTP)
    server.asked.clear()
    again = outside.outside_links(made, NOW + 6 * DAY, HTTP)
    assert (again.asked, again.known, len(again.findings)) == (1, 1, 1)
    assert "GET /good" not in server.asked
    later = outside.outside_links(made, NOW + 8 * DAY, HTTP)
    assert (later.asked, later.known) == (2, 0)


def test_a_clock_that_went_back_forgets(server: Server, tmp_path: Path) -> None:
    made = course(tmp_path, f"A [good]({server.address}/good) one.")
    outside.outside_links(made, NOW, HTTP)
    assert outside.outside_links(made, NOW - DAY, HTTP).known == 0


@pytest.mark.parametrize("memory", ["", "[]", '{"a": "b"}', '{"a": null}', "{"])
def test_a_damaged_memory_is_none(memory: str, server: Server, own_memory: Path, tmp_path: Path) -> None:
    own_memory.mkdir()
    (own_memory / outside.REMEMBERED).write_text(memory, encoding="utf-8")
    assert outside.outside_links(course(tmp_path, f"[Good]({server.address}/good)."), NOW, HTTP).asked == 1
    assert json.loads((own_memory / outside.REMEMBERED).read_text(encoding="utf-8"))


def test_without_a_network_nothing_is_called_good(tmp_path: Path) -> None:
    with Server(("127.0.0.1", 0), Pages) as closed:
        address = closed.address
    report = outside.outside_links(course(tmp_path, f"[A]({address}/a) and [b]({address}/b)."), NOW, HTTP)
    assert report.said == "2 outside links not checked (no network)"
    assert (report.unchecked, report.findings, report.status(strict=True)) == (2, (), 0)


def test_only_https_is_asked_about(server: Server, tmp_path: Path) -> None:
    made = course(tmp_path, f"[Plain]({server.address}/good), [post](mailto:a@b.example), [own](#concepts).")
    report = outside.outside_links(made, NOW)
    assert (report.asked, report.known, report.unchecked) == (0, 0, 0)
    assert report.said == "0 outside links checked: none is dead"
    assert not server.asked


def test_a_host_that_answers_anything_is_a_network(server: Server) -> None:
    assert reachable([f"{server.address}/nothing/here"])


def test_addresses_that_are_none_are_dead(server: Server, tmp_path: Path) -> None:
    """LinkChecker would end at the first, and take the last but one for two."""
    links = f"[a](http://[bad/x) [b](http:///x) [c](<{server.address}/good one>) [d]({server.address}/good)"
    report = outside.outside_links(course(tmp_path, links), NOW, HTTP)
    assert [f.message.split(": ")[-1] for f in report.findings] == ["no valid address"] * 3
    assert report.said == "4 outside links checked: dead in 3 places"


def test_every_way_to_write_an_address_gets_its_answer(server: Server) -> None:
    urls = [
        f"{server.address}/good{rest}" for rest in ("", "?q=1;2,3", "/%C3%A9%20x", "/é", "//a/../b", '/"q"')
    ]
    assert [url for url, answer in answers(urls).items() if answer.valid] == urls


def test_a_host_that_is_not_there_is_dead(server: Server) -> None:
    found = answers([f"{server.address}/good", "http://nowhere.invalid/x"])
    assert [answer.valid for answer in found.values()] == [True, False]
    assert found["http://nowhere.invalid/x"].result


def test_what_nothing_is_said_of_is_not_good() -> None:
    report = outside.OutsideReport(asked=2, known=1, unchecked=1, findings=())
    assert report.said == (
        "1 outside links not checked (no answer); 3 outside links checked (1 of them in the last 7 days)"
    )
