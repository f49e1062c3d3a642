"""Links and pictures of a module, led to where the files are in the new course; nothing else changes."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from unicodedata import normalize
from urllib.parse import quote, unquote

from pipeline.adopt.draft import Draft, Note
from pipeline.adopt.pages import Page, inside, is_markdown, with_lf
from pipeline.document.blocks import Conversion
from pipeline.document.text import plain as everything
from pipeline.engines.pandoc import WITH_POSITIONS, Reader
from pipeline.files import ASSET_LIMIT
from pipeline.model import Mark

_FENCES = ("code", "output", "diagram")


def relinked(draft: Draft, file: str, page: Page) -> str:
    """The text with its links led to where the files are now. Nothing else of it changes: what
    is read from it afterwards is compared with what was read before."""
    wanted = {m: _address(draft, m, page) for m in page.marks if m.kind in ("link", "image")}
    moved = {mark: new for mark, new in wanted.items() if new and new != mark.name}
    edits: dict[tuple[int, int], str] = {}
    for mark, new in moved.items():
        edits |= dict.fromkeys(_places(page, mark), new)
    body = page.body
    for (start, end), new in sorted(edits.items(), reverse=True):
        body = body[:start] + new + body[end:]
    with Reader() as reader:
        again = Conversion("")
        flat = again.blocks(reader.read(with_lf(body), WITH_POSITIONS))
    found = [mark.name for mark in again.marks if mark.kind in ("link", "image")]
    as_wanted = found == [new or mark.name for mark, new in wanted.items()]
    same = as_wanted and everything(flat) == everything(page.flat)
    return body if same else _unchanged(draft, file, page, moved)


def _unchanged(draft: Draft, file: str, page: Page, moved: Mapping[Mark, str]) -> str:
    for mark, new in moved.items():
        message = f"the link to {mark.name} could not be rewritten"
        draft.notes.append(Note("T104", file, (), message, f"Lead it to {new}.", mark.name))
    return page.body


def _address(draft: Draft, mark: Mark, page: Page) -> str:
    """Where a relative address must lead in the new course; '' where nothing is known of it."""
    path = inside(mark.name, posixpath.dirname(page.path), draft.source.folder)
    anchor = "#" + mark.name.partition("#")[2] if "#" in mark.name else ""
    if path in draft.source.names:
        name = draft.source.names[path]
        stays = posixpath.normpath(posixpath.join("modules", unquote(mark.name.partition("#")[0])))
        return mark.name if stays == f"modules/{name}" else name + anchor
    asset = _asset(draft, path) if path and not is_markdown(Path(path)) else ""
    return f"../{asset}{anchor}" if asset else ""


def _asset(draft: Draft, path: str) -> str:
    """The place of a referenced file in the new course; '' where it cannot be in it."""
    file = draft.source.folder / path
    if path in draft.assets or not file.is_file():
        return draft.assets.get(path, "")
    if file.is_symlink() or file.stat().st_size > ASSET_LIMIT:
        remedy = "A course holds files of its own, of at most 5 MB."
        draft.note("T103", "course.yml", (), f"{path} is not copied", remedy)
        return ""
    inner = "/".join(_safe(step) for step in path.removeprefix("assets/").split("/"))
    stem, dot, ending = inner.rpartition(".")
    number = 1
    while f"assets/{inner}" in draft.assets.values():
        number += 1
        inner = f"{stem}-{number}{dot}{ending}"
    draft.assets[path] = f"assets/{inner}"
    draft.files[f"assets/{inner}"] = file.read_bytes()
    return draft.assets[path]


def _safe(name: str) -> str:
    """A file name that needs no escape in an address."""
    return (
        re.sub(r"[^A-Za-z0-9._-]+", "-", normalize("NFKD", name).encode("ascii", "ignore").decode()) or "file"
    )


def _places(page: Page, mark: Mark) -> Iterator[tuple[int, int]]:
    """Where the text writes the address of a link: inside the link, or in its definition."""
    ways = {mark.name, unquote(mark.name), quote(unquote(mark.name), safe="/#?=&%:+,;@~!$'()*.-_")}
    written = "|".join(re.escape(way) for way in sorted(ways, key=len, reverse=True))
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", page.body)), len(page.body)]
    first, end = starts[mark.span.line - 1], starts[min(mark.span.end_line, len(starts) - 1)]
    tabs = "\t" in page.body[first:end]
    last = starts[mark.span.end_line - 1] + mark.span.end_column - 1
    start = first if tabs else first + mark.span.column - 1
    inline = list(re.finditer(rf"\]\(\s*<?({written})(?=[>\s)])", page.body[start : end if tabs else last]))
    for found in inline[-1:]:
        yield start + found.start(1), start + found.end(1)
    if not inline:
        fences = [(mark.span.line, mark.span.end_line) for mark in page.marks if mark.kind in _FENCES]
        definition = rf"^ {{0,3}}\[[^\]]+\]:\s*<?({written})(?=[>\s]|\Z)"
        for found in re.finditer(definition, page.body, re.MULTILINE):
            line = sum(start <= found.start() for start in starts[:-1])
            if not any(first <= line < last for first, last in fences):
                yield found.start(1), found.end(1)
