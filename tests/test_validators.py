"""The outside validators: nothing to say about our releases, and each one catches a planted fault."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT, Built, built, course
from sources import small_course

from pipeline.diagnostics import Diagnostic, EnvironmentProblem, Severity
from pipeline.engines import chromium, epubcheck, pdfua
from pipeline.standing import MANIFEST, SUMS, read_report
from pipeline.validators import validate_release
from pipeline.validators.built import built as read
from pipeline.validators.decks import decks as judged


def validated(out: Path) -> tuple[tuple[Diagnostic, ...], tuple[str, ...], list[str]]:
    """Findings, notes, and what was looked at."""
    seen: list[tuple[str, int, int]] = []
    findings, notes = validate_release(out, lambda what, done, total: seen.append((what, done, total)))
    assert [done for _, done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, _, total in seen} == {len(seen)}
    return findings, notes, [what for what, _, _ in seen]


def codes(findings: tuple[Diagnostic, ...]) -> set[str]:
    return {finding.code for finding in findings}


# --- what we publish -------------------------------------------------------------------------


COPIED = ("text", "image", "solution", "license", "schema", "asset")
"""Roles of files that are as they are, if they are what the lists say."""


def test_a_release_satisfies_every_validator(full_release: Built) -> None:
    """The course that has everything; one judge a minute, so no other course."""
    findings, notes, seen = validated(full_release.out)
    assert findings == ()
    assert [note for note in notes if "Java" not in note] == []
    listed = {
        path.relative_to(full_release.out).as_posix()
        for path in full_release.out.rglob("*")
        if path.is_file()
    }
    rows = {row["path"]: row["role"] for row in read_report(full_release.out)["files"]}
    assert set(seen) == {name for name in listed - {SUMS, "report.json"} if rows.get(name) not in COPIED}


def test_every_slide_is_looked_at(minimal_release: Built) -> None:
    """The browser sees as many slides as the report counts, and none is empty or too full."""
    rows = read_report(minimal_release.out)["files"]
    assert isinstance(rows, list)
    decks = [row for row in rows if row["role"] == "slides"]
    looks = list(chromium.look([minimal_release.out / row["path"] for row in decks]))
    assert [len(look.slides) for look in looks] == [row["pages"] for row in decks]
    assert [look.problems for look in looks] == [()] * len(decks)
    assert [slide for look in looks for slide in look.slides if slide.overflow > 1 or slide.blank] == []


def test_a_missing_judge_is_named(
    minimal_release: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = shutil.copytree(minimal_release.out, tmp_path / "build")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(epubcheck, "PORT", tmp_path / "none.js")
    findings, notes, _ = validated(out)
    assert findings == ()
    assert len(notes) == 4, notes
    assert [word for word in ("epubcheck-ts", "Java", "Ace", "Chromium") if word not in " ".join(notes)] == []


def test_nothing_built(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"nothing is built in .*: run `course build`"):
        validated(tmp_path)
    assert course("verify", "--out", tmp_path).returncode == 2


# --- planted faults --------------------------------------------------------------------------


@pytest.fixture
def part(minimal_release: Built, tmp_path: Path) -> Callable[..., Path]:
    """`part("epub", "--edition", "short")`: a small release to be spoiled."""
    return lambda *arguments: built(minimal_release.content, tmp_path / "build", *arguments)


Change = Callable[[bytes], bytes]


def spoil(out: Path, path: str, change: Change) -> None:
    """Change a file, and make report, manifest and sums agree with it: only a judge can tell."""
    data = change((out / path).read_bytes())
    (out / path).write_bytes(data)
    for name in ("report.json", MANIFEST):
        whole = json.loads((out / name).read_bytes())
        for row in whole["files"]:
            if row["path"] == path:
                row.update(bytes=len(data), sha256=sha256(data).hexdigest())
        (out / name).write_text(json.dumps(whole), encoding="utf-8")
    resum(out)


def resum(out: Path) -> None:
    names = sorted(line.partition("  ")[2] for line in (out / SUMS).read_text().splitlines())
    sums = (f"{sha256((out / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (out / SUMS).write_text("".join(sums), encoding="utf-8")


def entry(name: str, old: bytes, new: bytes) -> Change:
    """Replace bytes in one file of a zip."""

    def change(data: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
            for info in source.infolist():
                content = source.read(info)
                if info.filename == name:
                    assert old in content
                    content = content.replace(old, new)
                target.writestr(info, content)
        return out.getvalue()

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (entry("EPUB/text/about.xhtml", b"../style/book.css", b"../style/gone.css"), "RSC-007"),
        (entry("EPUB/text/about.xhtml", b"</html>", b"</htm>"), "EPUB/text/about.xhtml"),
        (entry("EPUB/content.opf", b"<dc:language>en-US</dc:language>", b""), "RSC-005"),
        (lambda data: data[: len(data) // 2], "PKG-"),
    ],
    ids=["missing-file", "not-well-formed", "metadata", "cut-off"],
)
def test_epubcheck_catches(part: Callable[..., Path], change: Change, said: str) -> None:
    out = part("epub", "--edition", "short")
    spoil(out, "epub/small-course-short.epub", change)
    findings, _, _ = validated(out)
    judges = {"V220"} | ({"V221"} if epubcheck.jar() else set())
    assert codes(findings) == judges
    for judge in judges:
        assert said in "\n".join(finding.message for finding in findings if finding.code == judge)
    assert {finding.span.path.endswith("small-course-short.epub") for finding in findings} == {True}
    assert {finding.severity for finding in findings} <= {Severity.ERROR, Severity.WARNING}


def untagged(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.Root.StructTreeRoot, pdf.Root.MarkInfo
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "said"),
    [(untagged, "PDFUA1-TAGGED-DOCUMENT-001"), (lambda data: data[:5000], "PARSE")],
    ids=["untagged", "cut-off"],
)
def test_pdfua_catches(part: Callable[..., Path], change: Change, said: str) -> None:
    out = part("pdf", "--edition", "short")
    spoil(out, "pdf/small-course-short.pdf", change)
    findings, _, _ = validated(out)
    assert codes(findings) == {"V230"}
    assert said in "\n".join(finding.message for finding in findings)


def undescribed(data: bytes) -> bytes:
    """The diagram of the first module without its alternative text."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        diagram = next(
            figure for figure in figures if str(figure.get("/Alt", "")).startswith("A value travels")
        )
        del diagram.Alt
        pdf.save(out)
    return out.getvalue()


def test_a_finding_leads_to_the_line_of_the_source(part: Callable[..., Path]) -> None:
    out = part("pdf", "--edition", "complete")
    spoil(out, "pdf/small-course.pdf", undescribed)
    found = validated(out)[0]
    assert [finding.message.partition(" page ")[0] for finding in found] == ["pdf/small-course.pdf,"]
    assert found[0].span.path.endswith("modules/01-first-steps.md")
    assert found[0].span.line == line_of(out, "```mermaid")
    books = part("epub", "--edition", "complete")
    wrong = entry("EPUB/text/first-steps.xhtml", b'alt="', b'alt="" nonsense="')
    spoil(books, "epub/small-course.epub", wrong)
    found = validated(books)[0]
    assert {finding.span.line for finding in found} == {line_of(books, "```mermaid")}


def line_of(out: Path, text: str) -> int:
    """The line of the first module's source that begins so."""
    module = next(
        out.parent.rglob("01-first-steps.md"), ROOT / "tests/courses/minimal/modules/01-first-steps.md"
    )
    return next(n for n, line in enumerate(module.read_text().split("\n"), 1) if line.startswith(text))


def test_a_tagged_pdf_of_others_is_no_pdfua() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert {"PDFUA1-METADATA-TITLE-001"} < {failure.rule for failure in pdfua.check(out.getvalue())}


def test_an_empty_corner_of_a_table_is_sound_on_paper(tmp_path: Path) -> None:
    """In a book and in a handout, whose slides are those of the deck, where the corner is no header cell."""
    table = "## Concepts\n\nTwo of them.\n\n|  | Cost |\n| --- | --- |\n| some | words |\n"
    small_course(tmp_path / "course", {"01-first.md": f"# First\n\n{table}"})
    out = tmp_path / "out"
    command = [
        "build",
        "pdf",
        "handouts",
        "--content",
        tmp_path / "course",
        "--out",
        out,
        "--severity",
        "error",
    ]
    assert course(*command).returncode == 0
    papers = sorted(out.rglob("*.pdf"))
    assert {path.parent.name for path in papers} == {"pdf", "slides"}
    assert [failure for path in papers for failure in pdfua.check(path.read_bytes())] == []


def replaced(old: str, new: str) -> Change:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


BODY = '<div class="body">'
FAULTS = {
    "below": (BODY, f'{BODY}<p style="margin-top:800px">far below</p>', "V241", "slide-1"),
    "aside": (BODY, f'{BODY}<pre style="width:2000px">{"wide " * 90}</pre>', "V241", "slide-1"),
    "cut-off": (BODY, f'{BODY}<div style="height:20px;overflow:hidden">a<br>b<br>c</div>', "V241", "slide-1"),
    "blank": ('<section id="slide-2"', '<section id="slide-0"></section><section id="slide-2"', "V242", "slide-0"),
    "hidden": ('<section id="slide-2"', '<section hidden id="s"><p style="opacity:0">x</p></section><section id="slide-2"', "V242", "s "),
    "request": (BODY, f'{BODY}<img alt="" src="https://example.org/a.png">', "V240", "cannot load https://example.org/a.png"),
    "file": (BODY, f'{BODY}<img alt="" src="gone.png">', "V240", "gone.png"),
    "script": ("Reveal.initialize(", "undefinedFunction();Reveal.initialize(", "V240", "undefinedFunction is not defined"),
    "console": ("Reveal.initialize(", "console.error('oh no');Reveal.initialize(", "V240", "oh no"),
    "no-reveal": ("<body>", "<body><script>Object.defineProperty(window, 'Reveal', {value: 0})</script>", "V240", "no reveal.js"),
}  # fmt: skip


def test_the_browser_catches(minimal_release: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All faults in one browser: each deck has one, and each is found in its deck. None is one that axe-core finds."""
    monkeypatch.setattr(chromium, "AXE", tmp_path / "none")
    source = (minimal_release.out / "slides" / "first-steps" / "index.html").read_bytes()
    source = re.sub(
        rb'<meta http-equiv="Content-Security-Policy"[^>]*>', b"", source
    )  # it would stop the scripts
    paths = [tmp_path / f"{name}.html" for name in FAULTS]
    for path, (old, new, _, _) in zip(paths, FAULTS.values(), strict=True):
        path.write_bytes(replaced(old, new)(source))
    for look, (name, (_, _, code, said)) in zip(chromium.look(paths), FAULTS.items(), strict=True):
        over = [slide.id for slide in look.slides if slide.overflow > 1]
        blank = [slide.id for slide in look.slides if slide.blank]
        found = {"V240": "\n".join(look.problems), "V241": " ".join(over), "V242": " ".join([*blank, ""])}
        assert said in found[code], name


def deck(out: Path, path: str) -> tuple[Diagnostic, ...]:
    """What is found in one deck of a release: the others take their time."""
    return tuple(finding for _, found in judged(read(out), [path]) for finding in found)


LATER = 'data-source="slide.1"'
"""The slide that the author of first-steps wrote."""
SEEN = {
    "overflow": ('<div class="body">', '<div class="body"><p style="margin-top:800px">far below</p>', "V241", "Cut “far below”"),
    "blank": ('<div class="frame">', '<div class="frame" style="visibility:hidden">', "V242", "neither text nor a picture"),
    "faint": ('<div class="body">', '<div class="body"><p style="color:#bbb;background:#fff">faint</p>', "V243", "color-contrast"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "said"), SEEN.values(), ids=list(SEEN))
def test_a_fault_on_a_slide_is_found_in_its_source(
    part: Callable[..., Path], old: str, new: str, code: str, said: str
) -> None:
    """The finding names the line of the slide's comment, and what to do there."""
    out = part("slides")

    def change(data: bytes) -> bytes:
        before, at, after = data.decode().partition(LATER)
        assert at and old in after
        return (before + at + after.replace(old, new, 1)).encode()

    spoil(out, "slides/first-steps/index.html", change)
    findings = deck(out, "slides/first-steps/index.html")
    found = [finding for finding in findings if finding.span.path.endswith("01-first-steps.md")]
    assert {finding.code for finding in found} == {code}
    assert said in "".join(finding.message + finding.help for finding in found)
    source = (ROOT / "tests/courses/minimal/modules/01-first-steps.md").read_text().split("\n")
    assert source[found[0].span.line - 1].startswith("<!-- slide: A value travels")


def test_a_large_deck_is_named(part: Callable[..., Path]) -> None:
    out = part("slides")
    note = f"<aside class='notes'>{'word ' * 70_000}</aside></section>"
    spoil(out, "slides/first-steps/index.html", replaced("</section>", note))
    findings = deck(out, "slides/first-steps/index.html")
    assert [(f.code, f.severity) for f in findings] == [("V244", Severity.WARNING)]
    assert findings[0].span.path.endswith("01-first-steps.md")


def test_verify_fails_where_a_slide_overflows(part: Callable[..., Path]) -> None:
    out = part("slides")
    spoil(out, "slides/first-steps/index.html", replaced(*FAULTS["below"][:2]))
    done = course("verify", "--out", out)
    assert done.returncode == 1
    assert "V241" in done.stdout


# --- lists -----------------------------------------------------------------------------------


def edited(out: Path, change: Callable[[Any], None]) -> None:
    """Change manifest.json, and make SHA256SUMS agree."""
    manifest = json.loads((out / MANIFEST).read_bytes())
    change(manifest)
    (out / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    resum(out)


MANIFESTS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "hash": (lambda m: m["files"][0].update(sha256="0" * 64), "V213", "not what manifest.json says"),
    "size": (lambda m: m["files"][0].update(bytes=1), "V213", "not what manifest.json says"),
    "dropped": (lambda m: m["modules"][0]["files"].clear() or m["files"].pop(0), "V213", "is not listed"),
    "added": (lambda m: m["files"].append({**m["files"][0], "id": "x", "path": "x"}), "V213", "x is listed"),
    "schema": (lambda m: m["modules"][0].update(duration="10 minutes"), "V211", "modules/0/duration"),
    "format": (lambda m: m["modules"][0].update(updated="2026-02-30"), "V211", "is not a 'date'"),
    "address": (lambda m: m["license"].update(url="https://not an address"), "V211", "is not a 'uri'"),
    "unknown-key": (lambda m: m.update(extra=1), "V211", "'extra'"),
    "module": (lambda m: m["modules"][0]["prerequisites"].append("gone"), "V212", "names gone"),
    "part": (lambda m: m["modules"][0].update(part="gone"), "V212", "not in parts"),
    "objective": (lambda m: m["questions"][0]["objectives"].append("x/o9"), "V212", "names x/o9"),
    "twice": (lambda m: m["tracks"].append(m["tracks"][0]), "V212", "stands 2 times"),
    "edition": (lambda m: m["files"][0].update(edition="gone"), "V212", "no edition gone"),
}


@pytest.mark.parametrize(("change", "code", "said"), MANIFESTS.values(), ids=list(MANIFESTS))
def test_the_manifest_is_checked(
    part: Callable[..., Path], change: Callable[[Any], Any], code: str, said: str
) -> None:
    out = part("slides")
    remove_decks(out)
    edited(out, change)
    findings, _, _ = validated(out)
    assert codes(findings) == {code}
    assert said in "\n".join(finding.message for finding in findings)


def remove_decks(out: Path) -> None:
    """Call the decks something else, so that no browser is opened for a fault in a list."""
    report = json.loads((out / "report.json").read_bytes())
    for row in report["files"]:
        row["role"] = "asset"
    (out / "report.json").write_text(json.dumps(report), encoding="utf-8")


def test_files_are_what_the_lists_say(part: Callable[..., Path]) -> None:
    out = part("slides")
    remove_decks(out)
    assert validated(out)[0] == ()

    changed, gone = out / "slides/first-steps/index.html", out / "slides/second-steps/index.html"
    changed.write_bytes(changed.read_bytes() + b" ")
    gone.unlink()
    (out / "stray.txt").write_text("of another", encoding="utf-8")
    findings = {(finding.code, Path(finding.span.path).parts[-2:]) for finding in validated(out)[0]}
    assert findings == {
        ("V110", ("first-steps", "index.html")),
        ("V110", ("second-steps", "index.html")),
        ("V214", (out.name, "stray.txt")),
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: lines[::-1],
        lambda lines: [*lines, lines[-1]],
        lambda lines: ["0" * 64 + lines[0][64:], *lines[1:]],
        lambda lines: [*lines, f"{'0' * 64}  zzz"],
    ],
    ids=["short", "unsorted", "twice", "wrong", "long"],
)
def test_sums_are_checked(part: Callable[..., Path], change: Callable[[list[str]], list[str]]) -> None:
    out = part("slides")
    remove_decks(out)
    lines = change((out / SUMS).read_text(encoding="utf-8").splitlines())
    (out / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert codes(validated(out)[0]) == {"V210"}


@pytest.mark.parametrize(("name", "code"), [(SUMS, "V210"), (MANIFEST, "V211")])
def test_a_list_is_missing(part: Callable[..., Path], name: str, code: str) -> None:
    out = part("slides")
    remove_decks(out)
    (out / name).unlink()
    assert codes(validated(out)[0]) == {code}


# --- packages and pages for platforms --------------------------------------------------------


def zipped(change: Callable[[zipfile.ZipFile], None]) -> Change:
    """What adds to a zip file."""

    def made(data: bytes) -> bytes:
        held = io.BytesIO(data)
        with zipfile.ZipFile(held, "a") as archive:
            change(archive)
        return held.getvalue()

    return made


PACKAGES: dict[str, tuple[str, Change, str]] = {
    "cut": ("lms/small-course.imscc", lambda data: data[: len(data) // 2], "cannot be opened"),
    "flipped": ("lms/small-course.imscc", lambda data: data[:400] + b"XXXX" + data[404:], "cannot be opened"),
    "outside": (
        "lms/small-course.imscc",
        zipped(lambda held: held.writestr("../../evil.html", "x")),
        "../../evil.html, which leads out of it",
    ),
    "no-xml": (
        "lms/small-course.imscc",
        zipped(lambda held: held.writestr("a.xml", "<a>")),
        "a.xml is no XML",
    ),
    "local": (
        "lms/small-course.imscc",
        zipped(lambda held: held.writestr("a.html", '<img src="http://localhost/a.png"/>')),
        "a.html names an address of a local machine",
    ),
    "bank": ("lms/small-course-moodle.xml", lambda data: data.replace(b"</quiz>", b""), "is no XML"),
    "nested": (
        "lms/scorm/all.zip",
        zipped(lambda held: held.writestr("inner.zip", b"PK no zip")),
        "inner.zip cannot be opened",
    ),
    "page": ("pages/first-steps.html", replaced("<h1>", "<h1><script>1</script>"), "the page has a <script>"),
    "event": ("pages/first-steps.html", replaced("<h1>", '<h1 onclick="a()">'), "an attribute onclick"),
    "picture": ("pages/first-steps.html", replaced("d1.svg", "d9.svg"), "d9.svg is not in the release"),
    "anchor": (
        "pages/first-steps.html",
        replaced("html#concepts", "html#gone"),
        "html#gone leads to no place",
    ),
    "no-xhtml": ("pages/first-steps.html", replaced("</h1>", ""), "the page is no XHTML"),
}


@pytest.fixture(scope="module")
def packages(minimal_release: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packages") / "build"
    return built(minimal_release.content, out, "cartridge", "moodle", "scorm")


@pytest.mark.parametrize(("path", "change", "said"), PACKAGES.values(), ids=list(PACKAGES))
def test_packages_are_opened(packages: Path, tmp_path: Path, path: str, change: Change, said: str) -> None:
    out = Path(shutil.copytree(packages, tmp_path / "build"))
    spoil(out, path, change)
    findings, _, _ = validated(out)
    assert codes(findings) == {"V251" if path.startswith("pages/") else "V250"}
    assert said in "\n".join(finding.message for finding in findings)
