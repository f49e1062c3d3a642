"""Random courses: whatever is written in them, the command ends with findings or with files, and never otherwise.

COURSE_EXAMPLES multiplies how many are tried (default: what a minute allows).
"""

import io
import json
import os
import re
import shutil
import tarfile
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import course
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from sly import escaped, quoted
from sources import BODY, FRONT, findings, module_text, run, small_course
from test_neutral import embedded

from pipeline.deceptive import deceptions
from pipeline.diagnostics import Severity

TIMES = int(os.environ.get("COURSE_EXAMPLES", "1"))
AGAIN = TIMES == 1
"""The same examples in each run; a search for new ones asks for more."""

PHASES = [phase for phase in Phase if phase is not Phase.shrink or not AGAIN]
"""A failure is made smaller where somebody searches, not where everybody waits."""


def tried(number: int) -> Any:
    return settings(
        max_examples=number * TIMES,
        phases=PHASES,
        deadline=None,
        derandomize=AGAIN,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


# --- documents -------------------------------------------------------------------------------

MARKS = (
    "#", "##", "###", "*", "**", "_", "__", "`", "``", "```", "~~~", "~~", ">", "> [!NOTE]", "> [!TIP] x", "-", "1.", "- [ ]",
    "|", "| --- |", "---", "===", "[", "](", ")", "![", "[^1]", "[^1]:", "<", ">", "&amp;", "&#0;", "&lt;", "<!--", "-->",
    "<!-- slide: a", "@diagram(d)", "@code(x)", "@quiz(q)", "notes:", "```mermaid", "```quiz", "```js {run=true id=a}",
    "```output {for=a}", "{#id .class key=value}", "flowchart LR", "accTitle: a", "a-->b", "- id: q1", "  stem: x", "\\", "\\\\",
    "$x$", "$$", ":", '"', "'", "--", "...", "<kbd>", "</kbd>", "<br>", "https://example.org/a", "(02-b.md#c)", "lint-disable-next",
)  # fmt: skip
WORDS = st.sampled_from(
    [*MARKS, "word", "Concepts", "a", "  ", "    ", "\t", "\n", "\n\n", "é", "漢字", "𝒳", "\u00a0", "\u200d"]
)
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DOCUMENT = st.lists(WORDS | PLAIN, max_size=60).map("".join) | st.lists(WORDS, max_size=60).map(" ".join)


@tried(120)
@given(body=DOCUMENT)
def test_any_text_gives_findings_or_none(body: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("text")
    try:
        written = module_text("01-first.md", f"# First\n\n## Concepts\n\n{body}\n").encode(
            "utf-8", "surrogatepass"
        )
        small_course(folder)
        (folder / "modules" / "01-first.md").write_bytes(written)
        for finding in findings(folder):
            assert finding.span.line >= 1 and finding.span.column >= 1
            assert finding.message and finding.help and "\n" not in finding.message
    finally:
        shutil.rmtree(folder)


VALUES = st.recursive(
    PLAIN
    | st.integers()
    | st.booleans()
    | st.none()
    | st.sampled_from(["2026-01-02", "one", "[", "*a", "&a b", "!x", "|", ">-"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=6,
)
KEYS = [line.partition(":")[0] for line in FRONT.splitlines() if re.match(r"\w+:", line)]


@tried(80)
@given(changes=st.dictionaries(st.sampled_from(KEYS) | PLAIN, VALUES, max_size=4), raw=st.booleans())
def test_any_front_matter_gives_findings_or_none(
    changes: dict[str, object], raw: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("front")
    try:
        small_course(folder)
        front = FRONT.format(id="first", number=1, title="First")
        for key, value in changes.items():
            said = str(value) if raw else json.dumps(value)
            front = re.sub(rf"^{re.escape(key)}:.*\n", "", front, flags=re.MULTILINE) + f"{key}: {said}\n"
        text = f"---\n{front}---\n{BODY.format(title='First')}"
        (folder / "modules" / "01-first.md").write_bytes(text.encode("utf-8", "replace"))
        findings(folder)
    finally:
        shutil.rmtree(folder)


# --- trees -----------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "course.yml", "modules/01-first.md", "modules/02-b.md", "modules/x.md", "modules/01-first.md/a", "assets/a.svg", "assets/b.png",
        "assets/é ü.txt", "solutions/01/e1/main.mjs", "LICENSE", "CHANGELOG.md", "ERRATA.md", "NOTES.md", ".course-baseline.json", "README.md",
        "assets/" + "n" * 200, "assets/-rf", "assets/a\nb",
    ]
)  # fmt: skip
HELD = st.binary(max_size=60) | DOCUMENT.map(lambda text: text.encode("utf-8", "replace")) | st.just("link")


@tried(60)
@given(tree=st.dictionaries(NAMES, HELD, max_size=6))
def test_any_folder_gives_findings_or_none(
    tree: dict[str, bytes | str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tree")
    try:
        small_course(folder)
        for name, data in tree.items():
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_file():
                    path.unlink()
                if isinstance(data, bytes):
                    path.write_bytes(data)
                else:
                    path.symlink_to("/etc/passwd")
            except OSError:  # a file stands where a folder should
                continue
        findings(folder)
    finally:
        shutil.rmtree(folder)


# --- files -----------------------------------------------------------------------------------


@tried(6)
@given(body=DOCUMENT)
def test_what_passes_can_be_published(body: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A text without errors comes out in every format, and each file is what it says."""
    folder = tmp_path_factory.mktemp("published")
    small_course(folder / "course")
    text = f"# First\n\n## Concepts\n\nEnough words are here, {body}\n"
    (folder / "course" / "modules" / "01-first.md").write_bytes(
        module_text("01-first.md", text).encode("utf-8", "replace")
    )
    done = run("build", "--content", "course", "--out", "out", "--quiet", cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    if done.returncode == 1:
        assert [f for f in findings(folder / "course") if f.severity == Severity.ERROR] or "V1" in done.stdout
        assert not (folder / "out").exists()
    else:
        sound(folder / "out")
    shutil.rmtree(folder)


def sound(out: Path) -> None:
    """Each file of a release can be read by the parser of its format."""
    for path in out.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                assert pdf.check_pdf_syntax() == []
        elif path.suffix == ".json":
            json.loads(data)
        elif path.suffix == ".svg":
            etree.fromstring(data)
        elif data.startswith(b"PK\3\4"):
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
                for name in archive.namelist():
                    if name.endswith((".xhtml", ".xml", ".opf", ".ncx", ".svg")):
                        etree.fromstring(archive.read(name))
    report = json.loads((out / "report.json").read_bytes())
    assert {row["path"] for row in report["files"]} <= {p.relative_to(out).as_posix() for p in out.rglob("*")}


# --- words through every package -------------------------------------------------------------

TEXT = (
    st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp", "Zs", "Cf"]), min_size=1, max_size=30)
    .map(lambda text: f"x{text}y")
    .filter(lambda text: unicodedata.is_normalized("NFC", text))
    .filter(lambda text: not list(deceptions(text)) and re.sub(r"['\"]|--|\.\.\.", "", text) == text)
)  # fmt: skip


@tried(2)
@given(texts=st.lists(TEXT, min_size=20, max_size=20, unique=True))
def test_words_come_through_every_package(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Texts of questions, in characters of all kinds, are the same in the manifest, and as an importer reads them in the
    packages that hold questions as XML."""
    folder = tmp_path_factory.mktemp("words")
    questions = "".join(
        f"- id: q{n}\n  objective: o1\n  level: apply\n  kind: single\n  stem: {quoted(escaped(text))}\n  options:\n"
        '    - text: "Yes"\n      correct: true\n      why: "So."\n    - text: "No"\n      why: "Not so."\n'
        for n, text in enumerate(texts, 1)
    )
    body = f"# First\n\n## Concepts\n\nEnough words are here.\n\n```quiz\n{questions}```\n"
    small_course(folder / "course", {"01-first.md": body})
    done = course(
        "build", "--content", folder / "course", "--out", folder / "out", "--severity", "error", "--quiet"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    held = json.dumps(manifest, ensure_ascii=False)
    for text in texts:
        assert json.dumps(text, ensure_ascii=False)[1:-1] in held, text
    for name, said in packaged(folder / "out"):
        lost = [text for text in texts if " ".join(text.split()) not in " ".join(said.split())]
        assert not lost, (name, lost)
    shutil.rmtree(folder)


def packaged(out: Path) -> list[tuple[str, str]]:
    """What packages say in their XML, to who reads it, and the HTML in it."""
    made = []
    for path in sorted((out / "lms").iterdir()):
        if path.suffix in (".imscc",):
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
                members = [archive.extractfile(row) for row in archive if row.name.endswith(".xml")]
                parts = [held.read() for held in members if held]
        elif path.suffix == ".xml":
            parts = [path.read_bytes()]
        else:
            continue
        roots = [etree.fromstring(part) for part in parts]
        texts = ["".join(map(str, root.itertext())) for root in roots]
        texts += [
            html.fragment_fromstring(text, "div").text_content() for root in roots for text in embedded(root)
        ]
        made.append((path.name, "\n".join(texts)))
    return made
