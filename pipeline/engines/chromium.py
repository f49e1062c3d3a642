"""Decks opened in Debian's Chromium through Playwright, from `file://` and without a network."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines import node

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

MEASURE = """async ([width, height]) => {
  await document.fonts.ready;
  const shown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const leaves = function* (slide) {
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
      node => node.matches?.('aside.notes') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.matches('img, svg, video, canvas')) yield [node, node, [node.getBoundingClientRect()]];
      } else if (node.data.trim()) {
        const range = document.createRange();
        range.selectNodeContents(node);
        yield [node, node.parentElement, [...range.getClientRects()]];
      }
    }
  };
  const drawn = node => node.nodeName !== 'IMG' || node.naturalWidth > 0;
  const clipped = element => {
    const style = getComputedStyle(element);
    if (style.overflowX === 'visible' || style.textOverflow === 'ellipsis') return 0;
    return Math.max(element.scrollHeight - element.clientHeight, element.scrollWidth - element.clientWidth);
  };
  return Reveal.getSlides().map((slide, number) => {
    const at = Reveal.getIndices(slide);
    Reveal.slide(at.h, at.v);
    const scale = Reveal.getScale(), origin = slide.getBoundingClientRect();
    const foot = [...slide.querySelectorAll('.foot > *')].map(part => part.getBoundingClientRect());
    let over = 0, content = false;
    for (const [node, element, boxes] of leaves(slide)) {
      const visible = boxes.filter(box => box.width > 0 && box.height > 0);
      for (const box of visible) {
        const left = (box.left - origin.left) / scale, top = (box.top - origin.top) / scale;
        const right = left + box.width / scale, bottom = top + box.height / scale;
        const ellipsis = element.closest('.foot') && getComputedStyle(element).textOverflow === 'ellipsis';
        if (!ellipsis) over = Math.max(over, -left, -top, right - width, bottom - height);
        const under = element.closest('.foot') ? undefined : foot.find(part => box.bottom > part.top + 1
          && box.top < part.bottom && box.right > part.left && box.left < part.right);
        if (under) over = Math.max(over, (box.bottom - under.top) / scale);
        const inside = right > 0 && bottom > 0 && left < width && top < height;
        content ||= inside && shown(element) && drawn(node) && !element.closest('.foot');
      }
    }
    for (const element of slide.querySelectorAll(':not(aside.notes, aside.notes *)')) {
      over = Math.max(over, clipped(element));
    }
    return [slide.id || `slide ${number + 1}`, Math.round(over), !content];
  });
}"""
"""Of each slide: its id, by how many pixels its text or pictures lie outside it (or over its foot, or
are cut off by a box inside it), and whether it shows neither text nor picture. The foot that every
slide carries makes no slide full, and its last part ends in an ellipsis on purpose."""


@dataclass(frozen=True, slots=True)
class Slide:
    """How a slide looks at 1280 × 720: `overflow` in CSS pixels."""

    id: str
    overflow: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a deck: `problems` are console errors, failed requests, or why it did not open."""

    deck: Path
    problems: tuple[str, ...]
    slides: tuple[Slide, ...]


def missing() -> str:
    """What is missing to open a deck, or ''."""
    if find_spec("playwright") is None:
        return "Playwright is not installed"
    return "" if shutil.which("chromium") else "Chromium is not installed"


def look(decks: Sequence[Path]) -> Iterator[Look]:
    """Open each deck in turn, in one browser. Raises EnvironmentProblem when the browser fails."""
    from playwright.sync_api import Error, sync_playwright

    # Playwright's own Node.js needs a library (libatomic) that a bare system lacks; ours does not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node.path()))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(FLAGS), chromium_sandbox=False
            )
            try:
                for deck in decks:
                    yield _look(browser, deck)
            finally:
                browser.close()
    except Error as problem:
        first = str(problem).strip().splitlines()[0]
        raise EnvironmentProblem(f"Chromium cannot be used: {first}") from problem


def _look(browser: "Browser", deck: Path) -> Look:
    from playwright.sync_api import Error

    problems: list[str] = []
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, offline=True, service_workers="block"
    )
    context.set_default_timeout(SECONDS * 1000)
    context.route("**/*", _local)
    page = context.new_page()
    _listen(page, problems)
    slides: tuple[Slide, ...] = ()
    try:
        page.goto(deck.resolve().as_uri())
        slides = _measured(page, problems)
    except Error as problem:
        problems.append(f"the deck does not open: {str(problem).strip().splitlines()[0]}")
    finally:
        context.close()
    return Look(deck, tuple(problems), slides)


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


def _measured(page: "Page", problems: list[str]) -> tuple[Slide, ...]:
    if not page.evaluate("typeof window.Reveal === 'object' || typeof window.Reveal === 'function'"):
        problems.append("the deck has no reveal.js")
        return ()
    # Scripts have run by now: where one failed, there is little to wait for.
    page.wait_for_function("window.Reveal.isReady()", timeout=(2 if problems else SECONDS) * 1000)
    rows = page.evaluate(MEASURE, [WIDTH, HEIGHT])
    if not rows:
        problems.append("the deck has no slides")
    return tuple(Slide(str(id), int(overflow), bool(blank)) for id, overflow, blank in rows)
