"""PDF/UA-1 (ISO 14289-1) by `page-validation`, a checker of 104 rules that runs in the process."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a PDF breaks; `place` names the object ("object 12 0"), or is ''."""

    rule: str
    text: str
    place: str


def installed() -> bool:
    """Whether the checker can be imported."""
    return find_spec("page") is not None


def check(data: bytes) -> tuple[Failure, ...]:
    """The rules of PDF/UA-1 that a file breaks; of a file that is no PDF, one failure that says so."""
    import page

    try:
        # Our own books: the checker's limits are for files of strangers.
        report = page.validate_pdf_bytes(data, profile="ua1", limits=page.SafetyLimits.unlimited())
    except page.PageError as problem:
        return (Failure("PARSE", str(problem), ""),)
    failures = tuple(
        Failure(
            failure.rule_id,
            failure.message,
            f"object {failure.object_id.object_number} {failure.object_id.generation}"
            if failure.object_id
            else "",
        )
        for failure in report.failures
    )
    if not failures and not report.is_compliant:
        return (Failure("UNKNOWN", "the checker refuses the file without naming a rule", ""),)
    return failures


def near(data: bytes, place: str) -> tuple[int, tuple[str, ...]]:
    """The page of an object that a failure names, from 1, and the names of places before it, the nearest
    first; 0 and nothing where the object is on no page."""
    import pikepdf

    numbers = [int(word) for word in place.split() if word.isdigit()]
    if len(numbers) != 2:
        return 0, ()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page, height = _stands(pdf, pdf.get_object((numbers[0], numbers[1])))
        pages = {shown.obj.objgen: number for number, shown in enumerate(pdf.pages, 1)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests).items() if "/Names" in pdf.Root else ()
        at = [(pages.get(where[0].objgen, 0), -float(where[3]), str(name)) for name, where in names]
    before = sorted((row for row in at if row[0] > 0 and row[:2] <= (page, -height + ABOVE)), reverse=True)
    return page, tuple(name for _, _, name in before)


ABOVE = 2.0
"""Points by which the place of a thing may be below its own first mark."""
_MARKED = re.compile(rb"/MCID (\d+)>?>?\s*BDC(.*?)EMC", re.DOTALL)
_PLACED = re.compile(rb"1 0 0 -1 [-\d.]+ ([-\d.]+) Tm|([-\d.]+) cm")


def _stands(pdf: Any, held: Any) -> tuple[int, float]:
    """The page of an object, from 1, and its height on it in points; 0 where it is unknown."""
    for number, page in enumerate(pdf.pages, 1):
        for note in page.obj.get("/Annots", ()):
            if note.objgen == held.objgen:
                return number, max(float(note.Rect[1]), float(note.Rect[3]))
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    if held.objgen in pages:
        return pages[held.objgen], 0.0
    for page, mark in _marks(held):
        number = pages.get(page.objgen, 0)
        if number:
            return number, _height(pdf.pages[number - 1], mark)
    return 0, 0.0


def _marks(element: Any) -> Iterator[tuple[Any, int]]:
    """The marked content of a structure element and of what is in it, each with its page (ISO 32000-1,
    14.7.4)."""
    import pikepdf

    waiting: list[tuple[Any, Any]] = [(element, None)]
    while waiting:
        found, page = waiting.pop()
        if isinstance(found, int) and page is not None:
            yield page, found
        if not isinstance(found, pikepdf.Dictionary):
            continue
        page = found.get("/Pg", page)
        if "/MCID" in found:
            yield page, int(found.MCID)
        kids = found.get("/K", ())
        waiting += [
            (kid, page) for kid in reversed(list(kids) if isinstance(kids, pikepdf.Array) else [kids])
        ]


def _height(page: Any, mark: int) -> float:
    """How high marked content stands: its first text or picture, in the pixels from above of our books."""
    data = b"".join(stream.read_bytes() for stream in page.obj.Contents.as_list())
    for found in _MARKED.finditer(data):
        if int(found[1]) == mark:
            placed = _PLACED.search(found[2])
            down = float(placed[1] or placed[2]) if placed else 0.0
            return float(page.obj.MediaBox[3]) - down * 0.75
    return 0.0
