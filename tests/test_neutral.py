"""What passes the rules is inert in every output: looked at by parsers, and in a browser with a canary."""

import io
import json
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pikepdf
import pytest
import sly
from conftest import course
from lxml import etree, html
from webserver import served

from pipeline.engines.chromium import opened

PLAYERS = re.compile(r"(^|/)(scorm|api|slides|site|assets|js)/|\.js$")
ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "ping",
    "background",
    "manifest",
)
OPENED = re.compile(
    r"\s*(?:https:|mailto:|#|data:,\Z|data:image/|data:font/|asset:|[^:]*$|[^:]*[/?#])", re.IGNORECASE
)
"""Addresses that do nothing: https, a fragment, a picture, or a path."""
DATA = ("application/json", "application/ld+json")
ACTIVE = ("iframe", "object", "embed", "applet", "base", "frame", "portal")


class Asked(BaseRequestHandler):
    def handle(self) -> None:
        self.server.asked.append(self.client_address)  # type: ignore[attr-defined]


class Listening(ThreadingTCPServer):
    """A server that nobody may ask."""

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked: list[object] = []


@pytest.fixture(scope="module")
def listening() -> Iterator[Listening]:
    with Listening() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def sly_release(tmp_path_factory: pytest.TempPathFactory, listening: Listening) -> Path:
    """The sly course, built in all targets."""
    folder = tmp_path_factory.mktemp("sly")
    content = sly.write(folder / "content", f"127.0.0.1:{listening.server_address[1]}")
    done = course(
        "build", "--content", content, "--out", folder / "out", "--severity", "error", "--quiet", cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [path for path in folder.rglob("*") if path.name == "CANARY"]
    return folder / "out"


def members(out: Path) -> Iterator[tuple[str, bytes]]:
    """All files of a release, and those inside its packages."""
    waiting = [
        (path.relative_to(out).as_posix(), path.read_bytes())
        for path in sorted(out.rglob("*"))
        if path.is_file()
    ]
    seen = set()
    while waiting:
        name, data = waiting.pop()
        if data in seen:
            continue
        seen.add(data)
        if data.startswith(b"PK\3\4"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                waiting += [(f"{name}!{inner}", archive.read(inner)) for inner in archive.namelist()]
        elif data.startswith(b"\x1f\x8b"):
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                found = ((row.name, archive.extractfile(row)) for row in archive if row.isfile())
                waiting += [(f"{name}!{inner}", held.read()) for inner, held in found if held]
        else:
            yield name, data


def test_nothing_in_a_page_acts(sly_release: Path) -> None:
    pages = 0
    for name, data in members(sly_release):
        if name.endswith((".html", ".xhtml", ".htm")):
            pages += 1
            assert list(acting(html.document_fromstring(data), name)) == [], name
        if name.endswith((".xml", ".xhtml", ".opf", ".ncx", ".svg", ".qti", ".imsmanifest")):
            root = etree.fromstring(
                data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            )
            assert list(acting(root, name)) == [], name
            for text in embedded(root):
                assert list(acting(html.fragment_fromstring(text, "div"), name)) == [], (name, text[:300])
    assert pages > 40


def embedded(root: etree._Element) -> Iterator[str]:
    """The HTML that platforms take out of XML: `mattext` of QTI 1.2, texts of Moodle's questions."""
    for held in root.iter("{*}mattext", "{*}text", "{*}description"):
        parent = held.getparent()
        kind = held.get("texttype", "") + (parent.get("format", "") if parent is not None else "")
        if "html" in kind:
            yield held.text or ""


def acting(root: etree._Element, name: str) -> Iterator[str]:
    """What of a document would do something in a reader or a browser."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        tag = local(element.tag)
        if tag == "script" and element.get("type", "") not in DATA and "canary" in (element.text or ""):
            yield "a script of ours holds a text of the course"
        if tag == "script" and "canary" in element.get("src", ""):
            yield element.get("src")
        if tag in ACTIVE:
            yield f"<{tag}>"
        if tag == "style" and "127.0.0.1" in (element.text or ""):
            yield "a style fetches"
        for key, value in element.attrib.items():
            attribute = local(str(key))
            if attribute.startswith("on") and "canary" in str(value):
                yield f"{attribute}={value}"
            if attribute in ADDRESSES and not OPENED.match(str(value)):
                yield f"{attribute}={value}"
            if attribute == "style" and ("url(" in str(value) or "expression" in str(value)):
                yield f"style={value}"


def local(name: str) -> str:
    """A name without its namespace or its prefix."""
    return re.split("[}:]", name)[-1].lower()


def test_no_page_calls_the_canary_or_anybody(sly_release: Path, listening: Listening) -> None:
    called: list[str] = []
    requests: list[str] = []
    with served(sly_release) as address, opened() as browser:
        context = browser.new_context()
        context.expose_function("canary", lambda *said: called.append(str(said)))
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.on("dialog", lambda dialog: (called.append(dialog.message), dialog.dismiss()))
        paths = [path for path in sorted(sly_release.rglob("*.html")) if "lms" not in path.parts]
        for path in [*paths, *sorted((sly_release / "lms").rglob("*.html"))]:
            page.goto(address + path.relative_to(sly_release).as_posix())
            page.mouse.move(300, 300)
            page.keyboard.press("Tab")
            page.wait_for_timeout(30)
        context.close()
    assert called == []
    assert {url for url in requests if not url.startswith((address, "data:", "blob:"))} == set()
    assert listening.asked == []
    assert len(paths) > 10


def test_no_pdf_acts(sly_release: Path) -> None:
    """Links of PDFs are https; nothing else of ISO 32000-1, 12.6.4 is in them."""
    papers = sorted(sly_release.rglob("*.pdf"))
    for path in papers:
        with pikepdf.open(path) as pdf:
            for thing in pdf.objects:
                if isinstance(thing, pikepdf.Dictionary):
                    assert not {"/JS", "/JavaScript", "/AA", "/EF", "/OpenAction"} & set(thing.keys()), path
                    action = thing.get("/A", thing)
                    if isinstance(action, pikepdf.Dictionary) and "/S" in action and "/URI" in action:
                        assert str(action.URI).startswith(("https://", "mailto:")), action.URI
                    assert thing.get("/S") not in tuple(
                        map(
                            pikepdf.Name,
                            ("/Launch", "/GoToR", "/SubmitForm", "/ImportData", "/Rendition", "/Movie"),
                        )
                    ), path
    assert len(papers) >= 4


def test_the_texts_are_all_there(sly_release: Path) -> None:
    """Nothing is lost on the way: the manifest says each text as it was written."""
    manifest = (sly_release / "manifest.json").read_text(encoding="utf-8")
    held = "\n".join(strings(json.loads(manifest)))
    for text in sly.TEXTS:
        first = re.split("ELSEWHERE|['\"]|--", text)[0].strip()
        assert first in held, text


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_cards_for_anki_hold_markup_as_text(sly_release: Path, tmp_path: Path) -> None:
    decks = [(name, data) for name, data in members(sly_release) if data.startswith(b"SQLite format 3")]
    fields = 0
    for number, (name, data) in enumerate(decks):
        path = tmp_path / f"{number}.db"
        path.write_bytes(data)
        with sqlite3.connect(path) as base:
            tables = {row[0] for row in base.execute("select name from sqlite_master where type = 'table'")}
            if "notes" not in tables:
                continue
            for (row,) in base.execute("select flds from notes"):
                for field in row.split("\x1f"):
                    fields += 1
                    if field.strip():
                        assert list(acting(html.fragment_fromstring(field, "div"), name)) == [], field
    assert fields > 20
