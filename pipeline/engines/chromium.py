"""Decks opened in Debian's Chromium through Playwright, from `file://` and without a network."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines import node

Scheme = Literal["light", "dark"]

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

WIDTH, HEIGHT = 1280, 720
SECONDS = 30
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

LOOK = Path(__file__).with_name("look.mjs")
"""What is asked of each slide, with its last step reached: how many pixels of text or pictures lie outside it,
over its foot, or are cut off by a box inside it; the first words of which that is so; whether nothing of it can
be seen; texts with too little contrast; and what axe-core finds. The foot that every slide carries makes no
slide full, and its last part ends in an ellipsis on purpose."""
PAGE = Path(__file__).with_name("page.mjs")
NARROW = 320
"""CSS pixels of the narrowest screen (WCAG 2.2, 1.4.10)."""
AXE = node.INSTALLED / "axe-core" / "axe.min.js"
SCREENS = ((WIDTH, HEIGHT), (1024, 768))
"""Sizes of screens, in CSS pixels: a slide's own, and that of an old projector."""
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of axe-core that an element breaks, by day or by night (`scheme`)."""

    scheme: str
    rule: str
    impact: str
    help: str
    html: str


@dataclass(frozen=True, slots=True)
class Slide:
    """How a slide looks: `overflow` in CSS pixels, at worst, and `excess`, the first words that do not fit.
    `source` is the id of what it is made from, `label` its title."""

    id: str
    source: str
    label: str
    overflow: int
    excess: str
    blank: bool
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a deck: `problems` are console errors, failed requests, or why it did not open."""

    deck: Path
    problems: tuple[str, ...]
    slides: tuple[Slide, ...]


@dataclass(frozen=True, slots=True)
class PageLook:
    """What was seen of a page that is no deck: by how many CSS pixels it is wider than the narrowest screen."""

    page: Path
    problems: tuple[str, ...]
    wide: int
    violations: tuple[Violation, ...]


def missing() -> str:
    """What is missing to open a deck, or ''."""
    if find_spec("playwright") is None:
        return "Playwright is not installed"
    return "" if shutil.which("chromium") else "Chromium is not installed"


def look(decks: Sequence[Path], own: bool = False) -> Iterator[Look]:
    """Open each deck in turn, in one browser: on each screen, by day and by night. With `own`, slides that a
    deck has from other decks are left out. Raises EnvironmentProblem when the browser fails."""
    with opened() as browser:
        for deck in decks:
            yield _look(browser, deck, own)


def read(pages: Sequence[Path]) -> Iterator[PageLook]:
    """Open each page in turn, by day and by night, on a wide and a narrow screen. Raises EnvironmentProblem."""
    with opened() as browser:
        for path in pages:
            yield _read(browser, path)


def _read(browser: "Browser", path: Path) -> PageLook:
    problems: list[str] = []
    violations: list[Violation] = []
    wide = 0
    for scheme in SCHEMES:
        with _page(browser, path, scheme, problems) as page:
            if AXE.is_file():
                page.evaluate(AXE.read_text(encoding="utf-8"))
            for width in (WIDTH, NARROW):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                axed = AXE.is_file() and (
                    width == WIDTH or scheme == SCHEMES[0]
                )  # colors are those of the wide one
                over, found = page.evaluate(PAGE.read_text(encoding="utf-8"), axed)
                wide = max(wide, over)
                violations += [Violation(scheme, *row) for row in found]
    return PageLook(path, tuple(dict.fromkeys(problems)), wide, tuple(dict.fromkeys(violations)))


@contextmanager
def opened() -> Iterator["Browser"]:
    """A browser. Raises EnvironmentProblem when it fails."""
    from playwright.sync_api import Error, sync_playwright

    # Playwright's own Node.js needs a library (libatomic) that a bare system lacks; ours does not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node.path()))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(FLAGS), chromium_sandbox=False
            )
            try:
                yield browser
            finally:
                browser.close()
    except Error as problem:
        first = str(problem).strip().splitlines()[0]
        raise EnvironmentProblem(f"Chromium cannot be used: {first}") from problem


def _look(browser: "Browser", deck: Path, own: bool) -> Look:
    problems: list[str] = []
    seen: list[tuple[Slide, ...]] = []
    for scheme in SCHEMES:
        with _page(browser, deck, scheme, problems) as page:
            seen.append(_measured(page, problems, own, scheme))
            if scheme == SCHEMES[0] and seen[0]:
                page.set_viewport_size({"width": SCREENS[1][0], "height": SCREENS[1][1]})
                page.evaluate("Reveal.layout()")
                seen.append(_measured(page, problems, own, ""))
    whole = [slides for slides in seen if slides]
    return Look(deck, tuple(dict.fromkeys(problems)), tuple(map(_worst, zip(*whole, strict=True))))


def _worst(seen: "tuple[Slide, ...]") -> Slide:
    """A slide as it looks at its worst."""
    worst = max(seen, key=lambda slide: slide.overflow)
    found = tuple(violation for slide in seen for violation in slide.violations)
    return replace(worst, blank=any(slide.blank for slide in seen), violations=found)


@contextmanager
def _page(browser: "Browser", deck: Path, scheme: Scheme, problems: list[str]) -> "Iterator[Page]":
    """The opened deck, without a network. What its browser refuses ends the block, and is a problem."""
    from playwright.sync_api import Error

    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        offline=True,
        service_workers="block",
        color_scheme=scheme,
    )
    context.set_default_timeout(SECONDS * 1000)
    context.route("**/*", _local)
    page = context.new_page()
    _listen(page, problems)
    try:
        page.goto(deck.resolve().as_uri())
        yield page
    except Error as problem:
        problems.append(f"the deck does not open: {str(problem).strip().splitlines()[0]}")
    finally:
        context.close()


def _local(route: "Route") -> None:
    if route.request.url.startswith(("file:", "data:", "blob:")):
        route.continue_()
    else:
        route.abort()


def _listen(page: "Page", problems: list[str]) -> None:
    """Collect what goes wrong. A failed request also writes to the console: it is said once."""
    page.on("pageerror", lambda error: problems.append(f"script error: {error.message}"))
    page.on("requestfailed", lambda request: problems.append(f"cannot load {request.url[:200]}"))
    page.on(
        "console",
        lambda said: (
            problems.append(f"console: {said.text[:300]}")
            if said.type == "error" and not said.text.startswith("Failed to load resource")
            else None
        ),
    )


def _measured(page: "Page", problems: list[str], own: bool, scheme: str) -> tuple[Slide, ...]:
    """The slides as they look on a screen; where a scheme is named, axe-core looks too, if it is there."""
    if not page.evaluate("typeof window.Reveal === 'object' || typeof window.Reveal === 'function'"):
        problems.append("the deck has no reveal.js")
        return ()
    # Scripts have run by now: where one failed, there is little to wait for.
    page.wait_for_function("window.Reveal.isReady()", timeout=(2 if problems else SECONDS) * 1000)
    axed = bool(scheme) and AXE.is_file()
    if axed:
        page.evaluate(AXE.read_text(encoding="utf-8"))
    rows = page.evaluate(LOOK.read_text(encoding="utf-8"), [WIDTH, HEIGHT, not own, axed])
    if not rows:
        problems.append("the deck has no slides")
    return tuple(
        Slide(
            id, source, label, over, excess, blank, tuple(Violation(scheme, *row) for row in found if scheme)
        )
        for id, source, label, over, excess, blank, found in rows
    )
