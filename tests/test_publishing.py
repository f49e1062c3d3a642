"""What a host and other programs are told: addresses, sitemap, feed, JSON-LD, Open Graph; the workflow; pictures."""

import json
import re
import shlex
import shutil
import struct
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from conftest import COURSES, ROOT, Built, built, course
from lxml import etree
from pyld import jsonld
from sources import small_course
from test_reproducible import sums
from test_site import pages

from pipeline.cli import main
from pipeline.document.notes import RELEASED
from pipeline.targets import NAMES
from pipeline.targets.cover import face
from pipeline.targets.site import card

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FULL = "https://courses.example.org/full/"
PUBLIC = ("sitemap.xml", "robots.txt", "feed.xml", "assets/card.png")
"""Files of a site that has an address."""


def file_of(address: str, base: str) -> tuple[str, str]:
    """The file of a release that stands at an address, and the fragment."""
    assert address.startswith(base), address
    path, _, fragment = address.removeprefix(base).partition("#")
    return (f"{path}index.html" if path.endswith("/") or not path else path), fragment


def linked(tree: etree._Element) -> Any:
    """The JSON-LD of a page; None where it has none."""
    found = tree.xpath("//script[@type='application/ld+json']/text()")
    assert len(found) <= 1
    return json.loads(found[0]) if found else None


def meta(tree: etree._Element) -> dict[str, str]:
    return {
        str(row.get("property")): str(row.get("content")) for row in tree.iter("meta") if row.get("property")
    }


# --- with an address and without -------------------------------------------------------------


def test_what_needs_an_address_is_there_with_one_alone(full_release: Built, minimal_release: Built) -> None:
    assert all((full_release.out / path).is_file() for path in PUBLIC)
    assert not any((minimal_release.out / path).exists() for path in PUBLIC)
    for path, tree in pages(minimal_release.out).items():
        assert not tree.xpath("//link[@rel='canonical']"), path
        assert not tree.xpath("//link[@type='application/atom+xml']"), path
        assert meta(tree) == {}, path
        data = linked(tree)
        assert "url" not in data if data else True
    assert all(
        tree.xpath("//link[@rel='alternate'][@type='application/json']")
        for tree in pages(minimal_release.out).values()
    )


def test_every_page_names_itself(full_release: Built) -> None:
    for path, tree in pages(full_release.out).items():
        (canonical,) = tree.xpath("//link[@rel='canonical']/@href")
        said = meta(tree)
        assert file_of(canonical, FULL) == (path, "")
        assert said["og:url"] == canonical
        assert said["og:title"] and said["og:description"]
        assert said["og:type"] == ("article" if path.startswith("modules/") else "website")
        assert file_of(said["og:image"], FULL)[0] == "assets/card.png"


def test_the_card_is_a_picture_of_its_size(full_release: Built) -> None:
    data = (full_release.out / "assets" / "card.png").read_bytes()
    assert size(data) == (1200, 630)
    assert len(data) < 60_000


@pytest.mark.parametrize("words", [1, 6, 15])
def test_a_title_stays_above_its_author(words: int) -> None:
    """Of one that is longer than titles are, the end is lost."""
    made = card.Card(
        "Words " * words, "A subtitle of some words that takes two lines, as few do, on a card", "A", 4
    )
    fonts = ROOT / "themes" / "default" / "fonts"
    drawn = card._title(made, face(fonts / "BookSans-Regular.ttf"), face(fonts / "BookSans-Bold.ttf"))
    lowest = max(float(y) for row in drawn for y in re.findall(r"M[\d.]+[ ,]([\d.]+)", row))
    assert lowest < card.HEIGHT - 110 - 30


def size(png: bytes) -> tuple[int, int]:
    """Width and height (PNG, 11.2.2)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


# --- sitemap, robots -------------------------------------------------------------------------


def test_the_sitemap_lists_the_pages(full_release: Built) -> None:
    root = etree.fromstring((full_release.out / "sitemap.xml").read_bytes())
    assert root.tag == f"{MAP}urlset"
    named = [row.findtext(f"{MAP}loc") for row in root]
    assert sorted(file_of(str(address), FULL)[0] for address in named) == sorted(pages(full_release.out))
    assert all((full_release.out / file_of(str(address), FULL)[0]).is_file() for address in named)
    manifest = json.loads((full_release.out / "manifest.json").read_bytes())
    changed = {f"{FULL}modules/{row['id']}/": row["updated"] for row in manifest["modules"]}
    assert {
        row.findtext(f"{MAP}loc"): row.findtext(f"{MAP}lastmod") for row in root if len(row) > 1
    } == changed


def test_robots_are_led_to_the_sitemap(full_release: Built) -> None:
    lines = (full_release.out / "robots.txt").read_text(encoding="utf-8").splitlines()
    assert lines == ["User-agent: *", "Allow: /", f"Sitemap: {FULL}sitemap.xml"]


# --- the feed, the page of changes -----------------------------------------------------------


def test_the_feed_is_what_atom_asks_for(full_release: Built) -> None:
    """RFC 4287, 4.1: elements that must be there, once; ids are unique, moments are RFC 3339's."""
    feed = etree.fromstring((full_release.out / "feed.xml").read_bytes())
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert datetime.fromisoformat(str(element.findtext(f"{ATOM}updated"))).tzinfo
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Łucja Example"
    relations = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert file_of(str(relations["self"]), FULL)[0] == "feed.xml"
    assert file_of(str(relations["alternate"]), FULL)[0] == "changes/index.html"
    ids = [str(element.findtext(f"{ATOM}id")) for element in (feed, *entries)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"tag:courses\.example\.org,\d{4}-\d\d-\d\d:full-course/\S+", id) for id in ids)
    moments = [str(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == moments[0]
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        'Everything & "More" 2.1.0',
        'Everything & "More" 2.0.0',
    ], "what is not released is not news"


def test_entries_lead_to_their_place(full_release: Built) -> None:
    made = pages(full_release.out)
    feed = etree.fromstring((full_release.out / "feed.xml").read_bytes())
    for entry in feed.findall(f"{ATOM}entry"):
        (link,) = entry.findall(f"{ATOM}link")
        path, anchor = file_of(str(link.get("href")), FULL)
        assert made[path].xpath("//*[@id=$id]", id=anchor)
        content = entry.find(f"{ATOM}content")
        assert content is not None and content.get("type") == "html"
        text = etree.fromstring(f"<div>{content.text}</div>", etree.HTMLParser())
        inside = [href for href in text.xpath("//a/@href") if href.startswith(FULL)]
        assert inside
        for href in inside:
            path, anchor = file_of(href, FULL)
            assert (full_release.out / path).is_file()
            assert not anchor or made[path].xpath("//*[@id=$id]", id=anchor), href


def test_the_page_tells_changes_and_mistakes(full_release: Built, minimal_release: Built) -> None:
    words = "".join(pages(full_release.out)["changes/index.html"].find(".//main").itertext())
    for said in (
        "2.1.0",
        "2026-01-01",
        "Not released yet",
        "Socks before shoes",
        "https://code.example.org/team/full",
    ):
        assert said in words
    assert "None are known" not in words
    page = pages(minimal_release.out)["changes/index.html"]
    words = "".join(page.find(".//main").itertext())
    assert "None are known in this version." in words and "Something is wrong?" in words
    assert not page.xpath("//*[@id='changes']"), "a course without a changelog"


@pytest.mark.parametrize("path", [ROOT / "CHANGELOG.md", ROOT / "content" / "CHANGELOG.md"], ids=str)
def test_our_own_changelogs_are_in_the_form(path: Path) -> None:
    headings = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings
    assert all(heading == "[Unreleased]" or RELEASED.fullmatch(heading) for heading in headings)


# --- JSON-LD ---------------------------------------------------------------------------------

TERMS = {
    "@context": {"@vocab": "https://schema.org/", **{key: {"@type": "@id"} for key in ("url", "license")}}
}
"""What we use of schema.org's context, which no test may fetch."""
COURSE = (
    "name",
    "description",
    "provider",
    "author",
    "license",
    "inLanguage",
    "timeRequired",
    "hasPart",
    "version",
)
MODULE = (
    "name",
    "description",
    "teaches",
    "timeRequired",
    "educationalLevel",
    "isPartOf",
    "author",
    "license",
    "inLanguage",
)


def expanded(data: Mapping[str, Any]) -> dict[str, Any]:
    def served(url: str, options: object) -> dict[str, object]:
        assert url == "https://schema.org"
        return {
            "document": TERMS,
            "documentUrl": url,
            "contextUrl": None,
            "contentType": "application/ld+json",
        }

    jsonld.set_document_loader(served)
    (node,) = jsonld.expand(data)
    return {key.removeprefix("https://schema.org/"): value for key, value in node.items()}


def test_programs_are_told_what_a_course_is(every_release: Built) -> None:
    manifest = json.loads((every_release.out / "manifest.json").read_bytes())
    node = expanded(linked(pages(every_release.out)["index.html"]))
    assert node["@type"] == ["https://schema.org/Course"]
    assert node["@id"] == manifest["id"]
    assert all(node[key] for key in COURSE)
    assert node["name"] == [{"@value": manifest["title"]}]
    parts = [f"{manifest['id']}/{row['id']}" for row in manifest["modules"]]
    assert [part["@id"] for part in node["hasPart"]] == parts
    assert ("url" in node) == ("url" in manifest)


def test_programs_are_told_what_a_module_is(every_release: Built) -> None:
    manifest = json.loads((every_release.out / "manifest.json").read_bytes())
    made = pages(every_release.out)
    objectives = {row["id"]: row["text"] for row in manifest["objectives"]}
    for row in manifest["modules"]:
        node = expanded(linked(made[f"modules/{row['id']}/index.html"]))
        assert node["@type"] == ["https://schema.org/LearningResource"]
        assert node["@id"] == f"{manifest['id']}/{row['id']}"
        assert all(node[key] for key in MODULE)
        assert node["timeRequired"] == [{"@value": row["duration"]}]
        assert node["educationalLevel"] == [{"@value": row["difficulty"]}]
        assert [each["@value"] for each in node["teaches"]] == [objectives[id] for id in row["objectives"]]
        assert node["license"] == [{"@id": manifest["license"]["url"]}]
        (whole,) = node["isPartOf"]
        assert (whole["@id"], whole["@type"]) == (manifest["id"], ["https://schema.org/Course"])


HOSTILE = """</script><script>alert(1)</script><!-- ]]> & 'x'"""


def test_hostile_titles_stay_text(tmp_path: Path) -> None:
    fields = f'title: "{HOSTILE}"\ndescription: "{HOSTILE}"\nurl: https://a.example'
    content = small_course(tmp_path / "content", fields=fields)
    (content / "CHANGELOG.md").write_text(
        "# C\n\n## [1.0.0] - 2026-01-01\n\n- `</script>` ]]> &amp;\n", "utf-8"
    )
    out = built(content, tmp_path / "out", "site")
    for path, tree in pages(out).items():
        assert [s.get("src") is None for s in tree.iter("script")].count(True) <= 1, path
        assert HOSTILE not in (out / path).read_text(encoding="utf-8")
        assert meta(tree)["og:site_name"] == HOSTILE
    front = pages(out)["index.html"]
    assert linked(front)["name"] == linked(front)["description"] == HOSTILE
    assert meta(front)["og:title"] == meta(front)["og:description"] == HOSTILE
    assert linked(pages(out)["modules/first/index.html"])["isPartOf"]["name"] == HOSTILE
    feed = etree.fromstring((out / "feed.xml").read_bytes())
    assert feed.findtext(f"{ATOM}title") == f"{HOSTILE}: changes"
    assert "<code>&lt;/script&gt;</code> ]]&gt; &amp;" in str(feed.findtext(f"{ATOM}entry/{ATOM}content"))


# --- --base-url ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "", "courses.example.org", "ftp://a.example/", "https://", "https:///path", "//a.example/", "http:/a.example",
        "https://a.example/?q=1", "https://a.example/#top", "https://u:p@a.example/", "https://a.example/a b",
        "https://a.example/ü", "https://ä.example/", "https://a.example/\n", "javascript:alert(1)", "https://a.example:x/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_wrong_usage(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["build", "--base-url", address])
    said = capsys.readouterr().err
    assert "usage: course build" in said
    assert "--base-url" in said and "is no address of a folder" in said


@pytest.mark.parametrize("address", ["http://localhost:8000/a/b/", "https://pages.example.org"])
def test_a_base_url_goes_before_the_course_s(address: str, full_release: Built, tmp_path: Path) -> None:
    base = f"{address.rstrip('/')}/"
    out = built(full_release.content, tmp_path / "out", "site", "--base-url", address)
    assert json.loads((out / "manifest.json").read_bytes())["url"] == base
    for path, tree in pages(out).items():
        (canonical,) = tree.xpath("//link[@rel='canonical']/@href")
        assert file_of(canonical, base)[0] == path
    named = etree.fromstring((out / "sitemap.xml").read_bytes()).iter(f"{MAP}loc")
    assert {file_of(str(row.text), base)[0] for row in named} == set(pages(out))
    assert urlsplit(FULL).hostname not in (out / "feed.xml").read_text(encoding="utf-8")


def test_an_address_comes_and_goes_as_in_a_clean_build(minimal_release: Built, tmp_path: Path) -> None:
    content, base = minimal_release.content, ("--base-url", "https://a.example/x/")
    out = shutil.copytree(minimal_release.out, tmp_path / "out")
    assert sums(built(content, out, *base)) == sums(built(content, tmp_path / "clean", *base))
    assert "sitemap.xml" in sums(out) and "feed.xml" not in sums(out)
    assert sums(built(content, out)) == sums(minimal_release.out)
    assert not (out / "sitemap.xml").exists()


def test_a_part_of_the_build_keeps_them(full_release: Built, tmp_path: Path) -> None:
    out = shutil.copytree(full_release.out, tmp_path / "out")
    assert sums(built(full_release.content, out, "slides")) == sums(full_release.out)


def test_books_know_nothing_of_a_changelog(tmp_path: Path) -> None:
    content = shutil.copytree(COURSES / "minimal", tmp_path / "content")
    before = sums(built(content, tmp_path / "out"))
    (content / "CHANGELOG.md").write_text("# C\n\n## [1.0.0] - 2026-01-01\n\n- All.\n", encoding="utf-8")
    done = course("build", "--content", content, "--out", tmp_path / "out")
    after = sums(tmp_path / "out")
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    assert changed == {"changes/index.html", "manifest.json"}
    assert " 1 made anew" in done.stdout


# --- the workflow ----------------------------------------------------------------------------

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[Any]:
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_run_what_there_is(path: Path) -> None:
    goals = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    goals = {goal for line in goals for goal in line.split()}
    for step in steps(path):
        script = step.get("run", "")
        for goal in re.findall(r"^\s*make(?: +([a-z]+))?", script, re.MULTILINE):
            assert not goal or goal in goals
        for command in re.findall(r"\.venv/bin/course (\w+)", script):
            assert command in {"build", "check", "examples", "verify"}
        assert "uses" in step or script
        assert "${{" not in script, "values come to a script in its environment, where they are no code"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_alike(path: Path) -> None:
    used = {step["uses"] for step in steps(path) if "uses" in step}
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)
    others = {step["uses"] for other in WORKFLOWS for step in steps(other) if "uses" in step}
    names = [name.partition("@")[0] for name in others]
    assert len(names) == len(set(names)), "one version of each"


def test_jobs_may_do_what_they_need() -> None:
    made = workflow(ROOT / ".github" / "workflows" / "publish.yml")
    assert made["permissions"] == {}
    assert {name: job["permissions"] for name, job in made["jobs"].items()} == {
        "build": {"contents": "read", "pages": "read"},
        "pages": {"pages": "write", "id-token": "write"},
        "release": {"contents": "write"},
    }
    assert made["jobs"]["release"]["if"] == "github.ref_type == 'tag'"
    assert made[True] == {"push": {"tags": ["v*"]}, "workflow_dispatch": None}, "YAML 1.1 reads `on` as true"


def test_the_release_of_a_tag_has_everything_that_people_download(full_release: Built) -> None:
    path = ROOT / ".github" / "workflows" / "publish.yml"
    (kept,) = [
        step
        for step in steps(path)
        if step.get("with", {}).get("name") == "downloads" and "if-no-files-found" in step["with"]
    ]
    patterns = [name for name in kept["with"]["path"].split() if name.startswith("build/")]
    assert "sbom.cdx.json" in kept["with"]["path"].split()
    found = {p for pattern in patterns for p in full_release.out.glob(pattern.removeprefix("build/"))}
    assert all(list(full_release.out.glob(pattern.removeprefix("build/"))) for pattern in patterns)
    names = [path.name for path in found]
    assert len(names) == len(set(names)), "a release has no folders"
    rows = json.loads((full_release.out / "manifest.json").read_bytes())["files"]
    books = {full_release.out / row["path"] for row in rows if row["role"].startswith("book-")}
    assert books <= found


# --- docs/publishing.md ----------------------------------------------------------------------

PAGE = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_downloads_are_checked_as_the_page_says(full_release: Built, tmp_path: Path) -> None:
    whole, apart = [script for script in fences("sh") if "sha256sum" in script]
    assert run(whole, full_release.out) == 0
    for name in ("SHA256SUMS", "pdf/full-course.pdf", "epub/full-course.epub", "lms/full-course.imscc"):
        shutil.copy(full_release.out / name, tmp_path)
    assert run(apart, tmp_path) == 0
    (tmp_path / "full-course.pdf").write_bytes(b"something else")
    assert run(apart, tmp_path) == 1


def run(script: str, folder: Path) -> int:
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, check=False).returncode


def test_media_types_are_those_of_the_manifest(full_release: Built) -> None:
    rows = json.loads((full_release.out / "manifest.json").read_bytes())["files"]
    known = {Path(row["path"]).suffix: row["mediaType"] for row in rows} | {
        "feed.xml": "application/atom+xml"
    }
    table = dict(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE))
    assert set(table) >= {".epub", ".imscc", ".apkg"}
    assert {name: known[name] for name in table} == table
    (server,) = fences("nginx")
    for suffix, kind in table.items():
        if suffix.startswith("."):
            assert re.search(rf"{re.escape(kind)} +{suffix[1:]};", server)
    assert server.count("{") == server.count("}")


def test_the_page_names_commands_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["build", "--help"])
    options = capsys.readouterr().out
    for script in fences("sh"):
        for line in script.splitlines():
            words = shlex.split(line)
            if words[0].endswith("course"):
                assert all(word in options for word in words if word.startswith("--"))
    assert "--base-url URL" in options and "site" in NAMES
    assert "docs/publishing.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\(([^)#:]+)[)#]", PAGE):
        assert (ROOT / "docs" / name).resolve().is_file(), name


# --- pictures --------------------------------------------------------------------------------

PICTURES = ("book", "slide", "site", "finding")


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_small_and_hold_nothing_else(name: str) -> None:
    data = (ROOT / "docs" / "pictures" / f"{name}.png").read_bytes()
    assert len(data) <= 60_000
    assert size(data) == (960, 600)
    chunks, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks.append(data[at + 4 : at + 8])
        at += length + 12
    assert set(chunks) == {b"IHDR", b"PLTE", b"IDAT", b"IEND"}, "no text, no time"


def test_the_readme_shows_every_picture_with_words() -> None:
    shown = {
        path: alt
        for alt, path in re.findall(
            r"!\[([^\]]*)\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")
        )
    }
    held = {f"docs/pictures/{path.name}" for path in (ROOT / "docs" / "pictures").iterdir()}
    assert held == {f"docs/pictures/{name}.png" for name in PICTURES}
    assert held <= set(shown)
    assert all(len(shown[path].split()) > 10 for path in held)
