"""The manifest: hashes that stay, JSON-LD that expands, pages and texts beside it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSES, ROOT, Built
from lxml import etree
from pyld import jsonld

from pipeline.build import check
from pipeline.engines import node
from pipeline.model import Course, Settings
from pipeline.reference import BEGIN, END, fields
from pipeline.schema import schema
from pipeline.targets.content_hash import content_hash
from pipeline.targets.manifest import context

THEME = ROOT / "themes" / "default"
XHTML = "{http://www.w3.org/1999/xhtml}"


def loaded(content: Path, theme: Path = THEME) -> Course:
    return check(Settings(content, Path("unused"), theme))[0]


def hashes(content: Path, theme: Path = THEME) -> dict[str, str]:
    course = loaded(content, theme)
    return {module.id: content_hash(module, course) for module in course.modules}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COURSES / "minimal", tmp_path / "course"))


@pytest.fixture(scope="module")
def manifest(full_release: Built) -> Any:
    return json.loads((full_release.out / "manifest.json").read_bytes())


# --- content hashes --------------------------------------------------------------------------


def rewritten(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


FIRST, SECOND = "modules/01-first-steps.md", "modules/02-second-steps.md"
OWN: dict[str, tuple[str, str]] = {
    "title": ("title: First Steps", "title: Other Steps"),
    "summary": ("What a *module* is.", "What a *module* may be."),
    "objective": ("from source to book", "from source to deck"),
    "text": ("Nothing is lost on the way.", "Nothing is lost."),
    "table": ("| number | 12 |", "| number | 13 |"),
    "code": ("'hello', 1 + 1", "'hello', 2"),
    "diagram": ("A[Source] -->|read|", "A[Source] -->|parsed|"),
    "slide": ("- read, then checked", "- read and checked"),
    "notes": ("Say it slowly.", "Say it."),
    "link": ("02-second-steps.md#concepts", "02-second-steps.md"),
    "stem": ("What does `1 + 1` print?", "What does `1+1` print?"),
    "key": ('    - text: "2"\n      correct: true', '    - text: "2"\n      correct: false'),
    "reason": ("That would join texts.", "That joins texts."),
}


@pytest.mark.parametrize("edit", OWN.values(), ids=list(OWN))
def test_a_hash_tells_what_a_module_says(edit: tuple[str, str], content: Path) -> None:
    before = hashes(content)
    rewritten(content / FIRST, *edit)
    if "correct: false" in edit[1]:
        rewritten(content / FIRST, '    - text: "11"\n', '    - text: "11"\n      correct: true\n')
    after = hashes(content)
    assert after["first-steps"] != before["first-steps"]
    assert after["second-steps"] == before["second-steps"]


def renamed(content: Path) -> None:
    rewritten(content / SECOND, "title: Second Steps", "title: Later Steps")
    rewritten(content / SECOND, "It builds on", "It stands on")


def moved(content: Path) -> None:
    """The neighbour gets another number, and so another file name, and another part."""
    (content / SECOND).rename(content / "modules/07-second-steps.md")
    rewritten(content / "modules/07-second-steps.md", "number: 2", "number: 7")
    rewritten(content / "modules/07-second-steps.md", "part: ending", "part: beginning")
    rewritten(content / FIRST, "02-second-steps.md", "07-second-steps.md")


def between(content: Path) -> None:
    """A part more, and other words in course.yml."""
    rewritten(content / "course.yml", "parts:\n", "parts:\n  - { id: before, title: A, description: B. }\n")
    rewritten(content / "course.yml", "Where it ends.", "Where all ends.")


@pytest.mark.parametrize("edit", [renamed, moved, between])
def test_a_hash_does_not_depend_on_others(edit: Callable[[Path], None], content: Path) -> None:
    before = hashes(content)
    edit(content)
    assert hashes(content)["first-steps"] == before["first-steps"]


def test_a_hash_does_not_depend_on_a_theme(content: Path, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    shutil.copytree(THEME, theme)
    rewritten(theme / "mermaid.json", '"nodeSpacing": 36', '"nodeSpacing": 50')
    assert hashes(content, theme) == hashes(content)


def test_the_hash_of_the_course_is_over_those_of_its_modules(content: Path, manifest: Any) -> None:
    assert len({module["contentHash"] for module in manifest["modules"]}) == len(manifest["modules"])
    assert manifest["contentHash"] not in {module["contentHash"] for module in manifest["modules"]}


# --- JSON-LD ---------------------------------------------------------------------------------


def test_the_manifest_expands_without_a_network(manifest: Any) -> None:
    def refused(url: str, options: object) -> None:
        raise AssertionError(f"{url} would be fetched")

    jsonld.set_document_loader(refused)
    (expanded,) = jsonld.expand(manifest)
    org, base = "https://schema.org/", f"{manifest['id']}/"
    assert expanded["@id"] == manifest["id"]
    assert expanded[f"{org}name"] == [{"@value": manifest["title"]}]
    found = expanded[f"{org}modules"]
    assert [module["@id"] for module in found] == [base + module["id"] for module in manifest["modules"]]
    for module, row in zip(found, manifest["modules"], strict=True):
        assert module[f"{org}timeRequired"] == [{"@value": row["duration"]}]
        assert [each["@id"] for each in module[f"{org}teaches"]] == [base + id for id in row["objectives"]]
        needs = module.get("urn:course-pipeline:terms:prerequisite", [])
        assert [each["@id"] for each in needs] == [base + id for id in row["prerequisites"]]
    assert not any(key.startswith("$") for key in expanded)


def test_no_two_things_become_one_node(manifest: Any) -> None:
    """Ids that are local to a question are none of the graph's."""
    nodes = jsonld.flatten(manifest)
    listed = [
        row["id"] for table in ("modules", "questions", "files", "objectives") for row in manifest[table]
    ]
    named = {node["@id"] for node in nodes if not node["@id"].startswith("_:")}
    assert {f"{manifest['id']}/{id}" for id in listed} <= named
    assert f"{manifest['id']}/a1" not in named


def test_the_context_is_of_the_course(content: Path) -> None:
    assert context(loaded(content))["@base"] == "urn:course:small-course/"


# --- pages, texts, solutions -----------------------------------------------------------------


def pages(release: Built) -> dict[str, etree._Element]:
    rows = json.loads((release.out / "manifest.json").read_bytes())["files"]
    found = {row["path"]: release.out / row["path"] for row in rows if row["role"] == "page"}
    return {path: etree.fromstring(file.read_bytes()) for path, file in found.items()}


def test_pages_need_nothing_but_their_pictures(every_release: Built) -> None:
    made = pages(every_release)
    assert made
    for path, tree in made.items():
        assert not [
            e.tag for e in tree.iter() if e.tag in {f"{XHTML}script", f"{XHTML}style", f"{XHTML}link"}
        ]
        assert not [e for e in tree.iter() for name in e.attrib if name.startswith("on") or name == "style"]
        for image in tree.iter(f"{XHTML}img"):
            assert (every_release.out / path).parent.joinpath(image.get("src", "")).is_file()
            assert image.get("alt")


def test_links_between_pages_lead_somewhere(every_release: Built) -> None:
    made = pages(every_release)
    ids = {path: {e.get("id") for e in tree.iter() if e.get("id")} for path, tree in made.items()}
    for path, tree in made.items():
        for link in tree.iter(f"{XHTML}a"):
            href = link.get("href", "")
            if href.startswith(("https://", "mailto:")):
                continue
            name, _, anchor = href.partition("#")
            where = (every_release.out / path).parent / name if name else every_release.out / path
            assert where.resolve().is_file(), (path, href)
            shown = where.resolve().relative_to(every_release.out.resolve()).as_posix()
            assert not anchor or anchor in ids[shown], (path, href)


def test_a_text_says_what_its_page_says(every_release: Built) -> None:
    for path, tree in pages(every_release).items():
        said = (every_release.out / path).with_suffix(".txt").read_text(encoding="utf-8")
        held = re.sub(r"[\s>]", "", said)
        body = tree.find(f"{XHTML}body")
        assert body is not None
        for paragraph in body.iterfind(f".//{XHTML}section/{XHTML}p"):
            words = "".join(map(str, paragraph.itertext()))
            plain = re.sub(r"[\s>\u2060]", "", words)
            if not paragraph.findall(f".//{XHTML}sup") and paragraph.get("class") is None:
                assert plain in held, (path, words)


def test_solutions_are_released_as_they_stand(real_release: Built) -> None:
    rows = json.loads((real_release.out / "manifest.json").read_bytes())["files"]
    found = [row for row in rows if row["role"] == "solution"]
    assert len(found) > 20
    for row in found:
        assert (real_release.out / row["path"]).read_bytes() == (
            real_release.content / row["path"]
        ).read_bytes()
        assert row["module"]


# --- docs/manifest.md ------------------------------------------------------------------------

DOC = ROOT / "docs" / "manifest.md"
RUNNERS = {"importer.py": lambda: [sys.executable], "importer.mjs": lambda: [str(node.path())]}


def importer(name: str, folder: Path) -> Path:
    """An importer of the page, as a file."""
    found = re.search(
        rf"^```\w+ \{{file={name}\}}\n(.*?)^```$", DOC.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found and found[1].count("\n") <= 60
    (folder / name).write_text(found[1], encoding="utf-8")
    return folder / name


def imported(program: Path, release: Path, store: Path, *track: str) -> subprocess.CompletedProcess[str]:
    command = [*RUNNERS[program.name](), program, release, store, *track]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=program.parent)


def test_the_reference_is_that_of_the_schema() -> None:
    text = DOC.read_text(encoding="utf-8")
    shown = text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()
    assert shown == fields().strip(), (
        "run `course explain manifest`, and put its output into docs/manifest.md"
    )


def test_the_page_knows_every_role(manifest: Any) -> None:
    roles = schema("manifest/1/manifest")["properties"]["files"]["items"]["properties"]["role"]["enum"]
    assert all(f"| `{role}` |" in DOC.read_text(encoding="utf-8") for role in roles)
    assert {row["role"] for row in manifest["files"]} <= set(roles)


@pytest.mark.parametrize("name", RUNNERS)
def test_importers_import(name: str, every_release: Built, tmp_path: Path) -> None:
    program, store = importer(name, tmp_path), tmp_path / "store"
    manifest = json.loads((every_release.out / "manifest.json").read_bytes())
    said = imported(program, every_release.out, store)
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(": imported\n") == len(manifest["modules"])
    rows = {row["id"]: row for row in manifest["questions"]}
    graded = 0
    for module in manifest["modules"]:
        assert (store / "pages" / f"{module['id']}.html").is_file()
        for question in json.loads((store / f"{module['id']}.json").read_bytes()):
            row, graded = rows[question["id"]], graded + 1
            assert question["html"] == row["stem"]["html"]
            numeric = (
                [row["answer"]["number"], row["answer"]["tolerance"]] if row["kind"] == "numeric" else []
            )
            assert question["key"] == numeric + [
                option["id"] for option in row["options"] if option["correct"]
            ]
    assert graded == sum(row["kind"] not in ("interview", "exercise") for row in rows.values())
    again = imported(program, every_release.out, store)
    assert again.stdout.count(": unchanged\n") == len(manifest["modules"])


def test_importers_agree(full_release: Built, tmp_path: Path) -> None:
    for name in RUNNERS:
        assert (
            imported(importer(name, tmp_path), full_release.out, tmp_path / f"store-{name}").returncode == 0
        )
    one, two = (tmp_path / f"store-{name}" for name in RUNNERS)
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(two) for path in two.rglob("*") if path.is_file())
    for path in files:
        if path.suffix == ".json":
            assert json.loads((one / path).read_bytes()) == json.loads((two / path).read_bytes())
        else:
            assert (one / path).read_bytes() == (two / path).read_bytes()


@pytest.mark.parametrize("name", RUNNERS)
def test_importers_keep_a_track_and_refuse_what_is_damaged(
    name: str, full_release: Built, tmp_path: Path
) -> None:
    program, release = importer(name, tmp_path), tmp_path / "release"
    shutil.copytree(full_release.out, release)
    manifest = json.loads((release / "manifest.json").read_bytes())
    track = manifest["tracks"][-1]
    titles = [row["title"] for id in track["modules"] for row in manifest["modules"] if row["id"] == id]
    said = imported(program, release, tmp_path / "store", track["id"])
    assert [line[3:].rpartition(", PT")[0] for line in said.stdout.splitlines()] == titles
    page = next(
        row for row in manifest["files"] if row["role"] == "page" and row["module"] in track["modules"]
    )
    (release / page["path"]).write_bytes((release / page["path"]).read_bytes().replace(b"<h1>", b"<h2>"))
    done = imported(program, release, tmp_path / "other", track["id"])
    assert done.returncode != 0 and f"{page['path']} is damaged" in done.stderr
    rewritten(release / "manifest.json", '"manifestVersion": "1.', '"manifestVersion": "2.')
    assert "this importer reads version 1" in imported(program, release, tmp_path / "more").stderr
