"""The pictures of the README: `make pictures` makes them anew of the built release.

A spread of the book, a slide, a page of the site, and a finding in a terminal, each WIDTH by HEIGHT pixels, in few
colours and at most MOST bytes. Chromium draws them, poppler's pdftoppm the pages of the book.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.engines import chromium  # noqa: E402

BUILT, OUT = ROOT / "build", ROOT / "docs" / "pictures"
WIDTH, HEIGHT, MOST = 960, 600, 60_000
COLORS = (128, 96, 64, 48, 32)
SMALLER = 0.8
"""Of the site: wide enough for the contents beside the text."""
MODULE, DIAGRAM = "backend-system-overview", "d1"
"""What the pictures show: the first diagram of the first module, on paper and on a slide."""


def main() -> int:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium.opened() as browser:
        scratch = Path(folder)
        for name, data in pictures(browser, scratch):
            small = reduced(data)
            (OUT / f"{name}.png").write_bytes(small)
            print(f"docs/pictures/{name}.png: {len(small) / 1000:.0f} kB")
    return 0


def pictures(browser: Any, scratch: Path) -> Iterator[tuple[str, bytes]]:
    yield "book", shown(browser, spread(scratch))
    yield "slide", slide(browser)
    yield "site", shown(browser, BUILT / "modules" / MODULE / "index.html", SMALLER)
    yield "finding", shown(browser, terminal(scratch))


def shown(browser: Any, page: Path, scale: float = 1) -> bytes:
    """A page as a browser shows it, drawn at this scale."""
    tab = browser.new_page(
        viewport={"width": round(WIDTH / scale), "height": round(HEIGHT / scale)},
        device_scale_factor=scale,
        color_scheme="light",
    )
    tab.goto(page.resolve().as_uri())
    tab.evaluate("document.fonts.ready")
    tab.wait_for_timeout(300)
    picture: bytes = tab.screenshot(animations="disabled")
    tab.close()
    return picture


# --- the book --------------------------------------------------------------------------------


def spread(scratch: Path) -> Path:
    """A page with the two pages of the book among which the diagram stands."""
    (book,) = [path for path in (BUILT / "pdf").glob("*.pdf") if is_complete(path)]
    first = left_page(book)
    command = ["pdftoppm", "-png", "-r", "110", "-f", str(first), "-l", str(first + 1), str(book), "page"]
    subprocess.run(command, cwd=scratch, check=True)
    images = "".join(f'<img src="{path.name}" alt="">' for path in sorted(scratch.glob("page-*.png")))
    page = scratch / "spread.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{DESK}</style><main>{images}</main>", "utf-8")
    return page


def is_complete(path: Path) -> bool:
    return all(
        path == other or not path.stem.startswith(f"{other.stem}-") for other in path.parent.glob("*.pdf")
    )


def left_page(book: Path) -> int:
    """The number, from 1, of the left page of the spread that shows the diagram."""
    with pikepdf.open(book) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        names = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())
        number = next(
            pages[place[0].objgen] for name, place in names.items() if name == f"{MODULE}--diagram.{DIAGRAM}"
        )
    return number - number % 2


DESK = """
body { margin: 0; background: #d8d2c6; }
main { display: flex; justify-content: center; align-items: center; height: 100vh; }
img { height: 568px; box-shadow: 0 2px 14px rgb(0 0 0 / 35%); }
"""


# --- a slide ---------------------------------------------------------------------------------


def slide(browser: Any) -> bytes:
    """The slide with the diagram, all its steps reached."""
    tab = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce"
    )
    tab.goto((BUILT / "slides" / MODULE / "index.html").as_uri())
    tab.wait_for_function("window.Reveal && Reveal.isReady()")
    tab.evaluate(
        "Reveal.configure({ transition: 'none', backgroundTransition: 'none', controlsTutorial: false })"
    )
    tab.evaluate(
        "Reveal.slide(...(() => { const { h, v } = Reveal.getIndices(document.querySelector("
        "'section svg, section img').closest('section')); return [h, v, 99]; })())"
    )
    tab.wait_for_timeout(600)
    picture: bytes = tab.screenshot(animations="disabled")
    tab.close()
    return picture


# --- a finding -------------------------------------------------------------------------------


FAULTS = (
    ("01-first-steps.md", "02-second-steps.md#concepts", "02-second-steps.md#concept"),
    ("01-first-steps.md", "hello 2", "hello 3"),
)
"""What is spoiled in a copy of the smallest course: a link, and what an example is said to print."""
COMMANDS = (("check",), ("examples", "first-steps"))


def terminal(scratch: Path) -> Path:
    """A page that looks like a terminal in which `course` says what it has found."""
    shutil.copytree(ROOT / "tests" / "courses" / "minimal", scratch / "content")
    said = []
    for command, (name, old, new) in zip(COMMANDS, FAULTS, strict=True):
        module = scratch / "content" / "modules" / name
        text = module.read_text(encoding="utf-8")
        module.write_text(text.replace(old, new), encoding="utf-8")
        said += [f"<b>$ course {' '.join(command)}</b>", *map(colored, ran(command, scratch)), ""]
        module.write_text(text, encoding="utf-8")
    page = scratch / "terminal.html"
    face = (ROOT / "themes" / "default" / "fonts" / "web" / "BookMono-Regular.woff2").as_uri()
    style = f'@font-face {{ font-family: "Book Mono"; src: url("{face}"); }}{SCREEN}'
    lines = "\n".join(said)
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{style}</style><main><i></i><i></i><i></i><pre>{lines}</pre></main>",
        encoding="utf-8",
    )
    return page


def ran(command: Sequence[str], scratch: Path) -> list[str]:
    """The lines that a command prints in a folder with this course."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *command],
        cwd=scratch,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout.splitlines()


def colored(line: str) -> str:
    """A line in the colours of a terminal: where, what, the marks below the source, the remedy."""
    made = escape(line, quote=False)
    made = re.sub(r"^(\S+:\d+:\d+:) (error \w+):", r"<u>\1</u> <em>\2</em>:", made)
    made = re.sub(r"(\^+)$", r"<em>\1</em>", made)
    made = re.sub(r"^(-[^-].*)$", r"<em>\1</em>", re.sub(r"^(\+[^+].*)$", r"<q>\1</q>", made))
    return f"<s>{made}</s>" if line.lstrip().startswith("=") else made


SCREEN = """
body { margin: 0; background: #d8d2c6; }
main { box-sizing: border-box; width: 912px; height: 552px; margin: 24px; padding: 14px 22px; border-radius: 10px;
  background: #14202a; color: #ece7dc; box-shadow: 0 2px 14px rgb(0 0 0 / 35%); }
i { display: inline-block; width: 12px; height: 12px; margin-right: 8px; border-radius: 6px; background: #3a4b57; }
pre { margin: 12px 0 0; font: 15px/1.55 "Book Mono", monospace; white-space: pre-wrap; }
b { color: #e0a33e; font-weight: 400; } u { color: #93bdd6; text-decoration: none; }
em { color: #f0997f; font-style: normal; } q { color: #a5d19b; quotes: none; } s { color: #a9b6be; text-decoration: none; }
"""

# --- small -----------------------------------------------------------------------------------


def reduced(data: bytes) -> bytes:
    """The picture in as many colours as its size permits."""
    image = Image.open(BytesIO(data)).convert("RGB")
    for colors in COLORS:
        out = BytesIO()
        image.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() <= MOST:
            break
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
