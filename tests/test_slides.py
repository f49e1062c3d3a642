"""Decks, workshops, the presenter's page, handouts and presentations."""

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

import pytest
from conftest import COURSES, ROOT, Built, built, course
from sources import compiled_module

from pipeline.build import check
from pipeline.document.text import text, walk
from pipeline.engines import chromium, pdfua
from pipeline.engines.mermaid import draw
from pipeline.engines.steps import partial, steps
from pipeline.model import Code, Course, Diagram, Module, Output, Settings
from pipeline.standing import read_report
from pipeline.targets.slides.checks import MOST as LARGEST
from pipeline.targets.slides.checks import read, weight
from pipeline.targets.slides.deck import MOST, deck, guessed, outline
from pipeline.targets.slides.derive import LINES, presented
from pipeline.targets.slides.layout import labels
from pipeline.targets.slides.made import Deck, around, made
from pipeline.targets.slides.schedule import BEGIN, END, STRETCH, Slot, clock, days

THEME = ROOT / "themes" / "default"


def loaded(content: Path) -> Course:
    return check(Settings(content, Path("unused"), THEME))[0]


def deck_of(module: Module, whole: Course) -> Deck:
    return made(around(module, whole), replace(module, marks=()))


def without_slides(whole: Course) -> Course:
    """The course as if its authors had written no slides."""
    return replace(
        whole,
        modules=tuple(replace(m, document=replace(m.document, slides=())) for m in whole.modules),
    )


@pytest.fixture(scope="module")
def real() -> Course:
    return loaded(ROOT / "content")


# --- how much a deck says --------------------------------------------------------------------


def test_slides_are_terse(real: Course) -> None:
    """What a slide shows when it opens, over all decks; the author's own are of a talk's length."""
    shown = [words for module in real.modules for words in opening(deck_of(module, real))]
    assert median(shown) <= 25
    assert quantiles(shown, n=10)[8] <= 45
    for module in real.modules:
        assert 14 <= len(deck_of(module, real).slides) <= 26, module.id


def opening(deck: Deck) -> Iterator[int]:
    """The words that each slide shows before an answer is revealed."""
    for slide in deck.slides:
        body = re.sub(r'<div class="answer fragment">.*?</div>', "", slide.body, flags=re.DOTALL)
        yield replace(slide, body=body).words


@pytest.mark.parametrize("name", ["content", "tests/courses/full", "tests/courses/minimal"])
def test_derived_slides_keep_to_their_limits(name: str) -> None:
    whole = without_slides(loaded(ROOT / name))
    for module in whole.modules:
        made = deck_of(module, whole)
        assert len(made.slides) <= MOST
        assert all(words <= 40 for words in opening(made)), module.id
        leaves = outline(module, made.around.following)
        listings = [b for leaf in leaves for b in leaf.blocks if isinstance(b, Code | Output)]
        assert all(block.text.count("\n") < LINES for block in listings)
        assert all(leaf.blocks or leaf.kind == "section" for leaf in leaves)


def test_a_derived_slide_holds_whole_sentences(real: Course) -> None:
    """Each sentence on a slide stands so in the text: nothing is cut."""
    module = without_slides(real).modules[0]
    said = " ".join(" ".join(map(plain, walk(module.document.blocks))).split())
    shown = [
        plain(block)
        for leaf in outline(module, ())
        if leaf.kind == "content" and leaf.source != "top"
        for block in walk(leaf.blocks)
    ]
    for words in filter(None, shown):
        first = " ".join(words.split())
        assert all(part in said for part in re.split(r"(?<=[.!?]) ", first)), first


def plain(block: object) -> str:
    return text(getattr(block, "inlines", ()) or getattr(block, "title", ()))


def test_a_deck_is_small_enough(every_release: Built) -> None:
    for row in rows(every_release, "slides"):
        assert weight((every_release.out / row["path"]).read_bytes()) <= LARGEST


def rows(built: Built, role: str) -> list[dict[str, str]]:
    files = read_report(built.out)["files"]
    assert isinstance(files, list)
    return [row for row in files if row["role"] == role]


# --- what an author marks --------------------------------------------------------------------

SKIPPED = """\
# First

## Concepts

Shown.

<!-- slide: skip -->

Not shown.

- a list

  <!-- slide: skip -->

<!-- slide: skip -->
### Left out

Nor this.

### Kept

This too.
"""


def test_a_passage_is_left_out_of_a_derived_deck(tmp_path: Path) -> None:
    module = compiled_module(tmp_path, SKIPPED)
    kept = [plain(block) for block in walk(presented(module.document))]
    assert [words for words in kept if words] == ["Concepts", "Shown.", "a list", "Kept", "This too."]
    assert [plain(b) for b in walk(module.document.blocks) if plain(b) == "Nor this."] == ["Nor this."]


PARTED = """\
# First

## Concepts

See it.

```text {id=c1}
one
two
three
```

<!-- slide: Two parts of it
@code(c1 1-1)

@code(c1 3-3)
-->
"""


def test_two_parts_of_a_listing_share_a_slide(tmp_path: Path) -> None:
    slides = deck(compiled_module(tmp_path, PARTED), (), str)
    (body,) = [slide.body for slide in slides if slide.kind == "authored"]
    found = re.findall(r'\bid="([^"]*)"', body)
    assert len(found) == len(set(found)) > 1
    assert "one" in body and "three" in body and "two" not in body


LONG = '# First\n\n## Concepts\n\nSee it.\n\n```text {{highlight="{}"}}\n{}\n```\n'


def test_long_code_is_shown_around_its_highlighted_lines(tmp_path: Path) -> None:
    lines = "\n".join(f"line {n}" for n in range(1, 41))
    module = compiled_module(tmp_path, LONG.format("20-21 | 24", lines))
    (shown,) = [b for leaf in outline(module, ()) for b in leaf.blocks if isinstance(b, Code)]
    assert shown.text.count("\n") == LINES - 1
    assert [shown.text.split("\n")[first - 1] for ((first, _),) in shown.steps] == ["line 20", "line 24"]
    assert guessed(module) == ()
    assert [said for _, said in guessed(compiled_module(tmp_path, LONG.format("1-40", lines)))] == [
        "this code goes over 4 slides"
    ]


SEQUENCE = """\
sequenceDiagram
  participant A as Client
  participant B as Server
  A->>B: hello
  %% step
  alt good
    B-->>A: yes
    %% step
    B-->>A: more
  else bad
    B-->>A: no
  end
"""
FLOW = "flowchart LR\n  A[One] -->|go| B[Two]\n  %% step\n  subgraph S [All]\n    B --> C[Three]\n  end\n"


@pytest.mark.parametrize(
    ("source", "there", "hidden"),
    [
        (SEQUENCE, [["hello"], ["hello", "yes"]], [["yes", "more", "no"], ["no"]]),
        (FLOW, [["One", "Two", "go"]], [["Three", "All"]]),
    ],
    ids=["sequence", "flowchart"],
)
def test_a_diagram_grows_in_steps(source: str, there: list[list[str]], hidden: list[list[str]]) -> None:
    whole = drawn(source)
    found = list(steps(source))
    assert [source.split("\n")[line - 1].strip() for line, _ in found] == ["%% step"] * len(there)
    for (_, part), seen, unseen in zip(found, there, hidden, strict=True):
        shown = partial(whole, drawn(part))
        for word in (*seen, *unseen):
            assert visible(shown, word) == (word in seen), word


def drawn(source: str) -> str:
    return draw(source, "T", "D", (THEME / "mermaid.json").read_text(), THEME / "fonts").svg


def visible(svg: str, word: str) -> bool:
    """Whether a word of a drawing is to be seen: it, and all around it, or around where it is used."""
    from lxml import etree

    tree = etree.fromstring(svg.encode())
    uses = {
        one.get("href") or one.get("{http://www.w3.org/1999/xlink}href"): one for one in tree.iter("{*}use")
    }
    found = next(e for e in tree.iter() if isinstance(e.tag, str) and (e.text or "").strip() == word)
    around = [found, *found.iterancestors()]
    used = next((uses[name] for one in around if (name := f"#{one.get('id')}") in uses), None)
    around += [used, *used.iterancestors()] if used is not None else []
    return not any("visibility:hidden" in one.get("style", "") for one in around)


def test_labels_of_diagrams_can_be_read_from_the_last_row(real: Course) -> None:
    shown = [found for module in real.modules for leaf in outline(module, ()) for found in labels(leaf)]
    assert shown
    assert min(size for _, size in shown) >= 20


def test_a_diagram_is_turned_only_where_its_labels_could_not_be_read(tmp_path: Path) -> None:
    chain = " --> ".join(f"B{n}[Stop {n}]" for n in range(8))
    sources = (chain, "A[One] --> B[Two]")
    text_of = "".join(f"```mermaid\nflowchart LR\n  {source}\n```\n\n" for source in sources)
    module = compiled_module(tmp_path, f"# First\n\n## Concepts\n\n{text_of}")
    long, short = (block for block in walk(module.document.blocks) if isinstance(block, Diagram))
    assert long.width > long.height
    assert long.on_slides.height > long.on_slides.width
    assert short.on_slides.width > short.on_slides.height


def test_a_deck_has_a_picture_for_each_step() -> None:
    whole = loaded(COURSES / "full")
    module = next(module for module in whole.modules if module.id == "drawn-things")
    diagram = next(b for b in walk(module.document.blocks) if isinstance(b, Diagram) and b.on_slides.steps)
    body = next(slide.body for slide in deck_of(module, whole).slides if "step by step" in slide.label)
    assert body.count("<img") == len(diagram.on_slides.steps) + 1 == 3
    assert body.count('alt=""') == 2 == body.count('class="fragment"')


# --- workshops -------------------------------------------------------------------------------


def test_days_have_breaks() -> None:
    timed = [("a", 155), ("b", 170), ("c", 250), ("d", 40), ("e", 200)]
    planned = days(timed)
    assert [slot.module for day in planned for slot in day if slot.part == 1 and slot.module] == list("abcde")
    for day in planned:
        assert day[0].begin == BEGIN and day[-1].end <= END and day[-1].kind == day[0].kind == "module"
        assert all(one.end == other.begin for one, other in pairwise(day))
        assert sum(slot.kind == "lunch" for slot in day) <= 1
        assert longest(day) <= STRETCH
    for id, minutes in timed:
        spent = sum(slot.end - slot.begin for day in planned for slot in day if slot.module == id)
        assert minutes <= spent < minutes + 25
    assert days([]) == ()
    assert clock(9 * 60 + 5) == "9:05"


def longest(day: tuple[Slot, ...]) -> int:
    """The most minutes without a break."""
    most = spent = 0
    for slot in day:
        spent = spent + slot.end - slot.begin if slot.kind == "module" else 0
        most = max(most, spent)
    return most


def test_a_workshop_holds_the_decks_of_its_track(full_release: Built) -> None:
    whole = loaded(full_release.content)
    for track in whole.tracks:
        html = (full_release.out / "slides" / "tracks" / track.id / "index.html").read_text(encoding="utf-8")
        found = read(html).found
        assert len(found) == len(set(found))
        for module in (m for m in whole.modules if track.id in m.tracks):
            own = (full_release.out / "slides" / module.id / "index.html").read_text(encoding="utf-8")
            slides = [id for id in read(own).found if re.fullmatch(r"slide-\d+", id)]
            assert [id for id in found if re.fullmatch(rf"{module.id}-slide-\d+", id)] == [
                f"{module.id}-{id}" for id in slides
            ]
        assert "picture:" not in html


def test_a_track_chooses_the_modules_of_its_workshop(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(COURSES / "minimal", content)
    described = (content / "course.yml").read_text(encoding="utf-8")
    chosen = described.replace("{ id: whole,", "{ id: whole, workshop: [second-steps],")
    (content / "course.yml").write_text(chosen, encoding="utf-8")
    out = built(content, tmp_path / "out", "slides")
    html = (out / "slides" / "tracks" / "whole" / "index.html").read_text(encoding="utf-8")
    assert "second-steps-slide-1" in html and "first-steps-slide-1" not in html
    (content / "course.yml").write_text(chosen.replace("[second-", "[secnd-"), encoding="utf-8")
    said = course("check", "--content", content).stdout
    assert 'C103: "secnd-steps" is no module of this course' in said and "second-steps" in said
    assert "course.yml:15:" in said


# --- files -----------------------------------------------------------------------------------


def test_decks_may_share_their_assets(minimal_release: Built, tmp_path: Path) -> None:
    out = built(minimal_release.content, tmp_path / "out", "slides", "--decks", "shared")
    single = minimal_release.out / "slides" / "first-steps" / "index.html"
    shared = out / "slides" / "first-steps" / "index.html"
    assert shared.stat().st_size < single.stat().st_size / 4
    assert {path.name for path in (out / "slides" / "assets").iterdir()} >= {
        "reveal.js",
        "deck.css",
        "fonts.css",
    }
    looks = list(chromium.look([shared]))
    assert [look.problems for look in looks] == [()]
    assert all(not slide.blank and slide.overflow <= 1 for slide in looks[0].slides)


def test_an_edit_makes_one_deck_anew(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(COURSES / "full", content)
    out = built(content, tmp_path / "out", "slides")
    before = {path: path.read_bytes() for path in out.rglob("*.html")}
    module = content / "modules" / "05-last-things.md"
    module.write_text(module.read_text(encoding="utf-8").replace("## Quiz", "One more.\n\n## Quiz", 1))
    built(content, out, "slides", "--severity", "error")
    changed = {p.relative_to(out / "slides").parts[0] for p, old in before.items() if p.read_bytes() != old}
    assert changed == {"last-things", "tracks"}


def test_a_handout_shows_every_slide_with_its_notes(full_release: Built) -> None:
    whole = loaded(full_release.content)
    for row in rows(full_release, "handout"):
        data = (full_release.out / row["path"]).read_bytes()
        assert pdfua.check(data) == ()
        shown = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout
        said = bare(shown.decode())
        module = whole.module(row["module"])
        for slide in deck_of(module, whole).slides[1:]:
            assert bare(slide.label) in said
            assert all(bare(part) in said for part in re.split(r"<[^>]*>", slide.notes))


def bare(words: str) -> str:
    from html import unescape

    return "".join(char for char in unescape(words) if char.isalnum())


def test_a_presentation_is_made_when_asked_for(minimal_release: Built, tmp_path: Path) -> None:
    assert rows(minimal_release, "presentation") == []
    one, other = (built(minimal_release.content, tmp_path / name, "pptx") for name in "ab")
    for row in ("first-steps", "second-steps"):
        data = (one / "slides" / f"{row}.pptx").read_bytes()
        assert data == (other / "slides" / f"{row}.pptx").read_bytes()
    with zipfile.ZipFile(one / "slides" / "first-steps.pptx") as held:
        names = held.namelist()
        theme = held.read("ppt/theme/theme1.xml").decode()
        said = "".join(held.read(name).decode() for name in names if "slides/slide" in name)
    assert sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in names) >= 4
    assert any("notesSlide" in name for name in names) and any(name.endswith(".png") for name in names)
    assert json.loads((THEME / "slides/pptx.json").read_text())["colors"]["accent1"] in theme
    assert "A value travels" in re.sub(r"<[^>]*>", "", said)


# --- in a browser ----------------------------------------------------------------------------


@pytest.fixture
def opened(full_release: Built) -> Iterator[object]:
    """A page of a browser without a network."""
    with chromium.opened() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
        yield context.new_page()
        context.close()


def test_a_deck_is_driven_by_keyboard(full_release: Built, opened) -> None:  # type: ignore[no-untyped-def]
    """From disk, the network cut: next, steps of a diagram and of code, an answer, overview, print."""
    page, path = opened, full_release.out / "slides" / "drawn-things" / "index.html"
    page.goto(path.as_uri())
    page.wait_for_function("Reveal.isReady()")
    at = "Reveal.getIndices().h"
    assert page.evaluate(at) == 0
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == 1
    labels = page.evaluate("Reveal.getSlides().map(slide => slide.getAttribute('aria-label'))")

    to(page, labels.index("Who asks whom, step by step"))
    shown = "Reveal.getCurrentSlide().querySelectorAll('.steps .visible').length"
    for number in (1, 2):
        page.keyboard.press("ArrowRight")
        assert page.evaluate(shown) == number

    to(page, labels.index("Pictures and code"))
    lit = "[...Reveal.getCurrentSlide().querySelectorAll('.line.on')].map(line => line.textContent)"
    assert page.evaluate(lit) == []
    page.keyboard.press("ArrowRight")
    assert ["shapes.svg" in line for line in page.evaluate(lit)] == [True]
    page.keyboard.press("ArrowRight")
    assert ["checks.png" in line for line in page.evaluate(lit)] == [True]
    page.keyboard.press("ArrowLeft")
    assert ["shapes.svg" in line for line in page.evaluate(lit)] == [True]

    to(page, labels.index("Can you read it?"))
    answer = "getComputedStyle(Reveal.getCurrentSlide().querySelector('.answer')).visibility"
    assert page.evaluate(answer) == "hidden"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(answer) == "visible"
    assert "The label names it." in page.evaluate("Reveal.getCurrentSlide().innerText")

    page.keyboard.press("o")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")

    page.goto(f"{path.as_uri()}?print-pdf")
    page.wait_for_selector(".pdf-page")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == len(labels)


def to(page, number: int) -> None:  # type: ignore[no-untyped-def]
    page.evaluate(f"Reveal.slide({number})")


def test_the_speaker_sees_notes_and_clock(full_release: Built, opened) -> None:  # type: ignore[no-untyped-def]
    opened.goto((full_release.out / "slides" / "drawn-things" / "index.html").as_uri())
    opened.wait_for_function("Reveal.isReady()")
    opened.evaluate("Reveal.slide(3)")
    with opened.expect_popup() as popup:
        opened.keyboard.press("s")
    view = popup.value
    for _ in range(300):  # waiting for a function would need eval, which the deck's policy refuses here too
        if view.evaluate("document.querySelector('.speaker-controls-notes .value')?.innerText.length > 3"):
            break
        view.wait_for_timeout(100)
    notes = opened.evaluate("Reveal.getSlideNotes()")
    assert re.sub(r"<[^>]*>|\s", "", notes)[:30] in re.sub(
        r"\s", "", view.inner_text(".speaker-controls-notes")
    )
    assert re.search(r"\d+:\d\d", view.inner_text(".speaker-controls-time"))
    assert view.locator("#upcoming-slide iframe").count() == 1


def test_the_presenter_finds_slides(full_release: Built, opened) -> None:  # type: ignore[no-untyped-def]
    page = opened
    page.goto((full_release.out / "slides" / "index.html").as_uri())
    assert page.locator(".deck").count() == 5
    assert page.locator(".facts a").count() == 5, "each deck has a handout"
    page.fill("#sought", "who asks")
    assert page.locator(".deck:visible").count() == 1
    assert page.inner_text("#found") == "2 slides in 1 deck"
    page.locator(".hits a").first.click()
    page.wait_for_function("Reveal.isReady()")
    assert page.evaluate("Reveal.getCurrentSlide().getAttribute('aria-label')") == "Who asks whom"
    page.go_back()
    page.fill("#sought", "")
    page.select_option("#track", index=2)
    assert 0 < page.locator(".deck:visible").count() < 5
    page.locator("section.workshops a").first.click()
    page.wait_for_function("Reveal.isReady()")


def test_handouts_are_linked_only_where_they_are_made(minimal_release: Built, tmp_path: Path) -> None:
    out = built(minimal_release.content, tmp_path / "out", "slides")
    assert ".pdf" not in re.sub(
        r'"data:[^"]*"', "", (out / "slides" / "index.html").read_text(encoding="utf-8")
    )
