"""What WeasyPrint's PDF still needs for PDF/UA-1 (ISO 14289-1), done with pikepdf.

Repaired, by the clauses of ISO 32000-1: list items hold only Lbl and LBody (14.8.4.3.3), a table
does not hold a table of the same (14.8.4.3.4), a link is one element with its annotation
(14.8.4.4.2), annotations print (12.5.3).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

Element = Any


def repair(pdf: pikepdf.Pdf) -> None:
    """Mend the structure tree."""
    dropped: set[tuple[int, int]] = set()
    for child in _children(pdf.Root.StructTreeRoot):
        _mend(pdf, child, False, dropped)
    _annotations(pdf, dropped)
    _collapse(pdf)


GROUPING = ("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/L", "/LI", "/Table", "/TR", "/THead",
            "/TBody", "/TFoot")  # fmt: skip
"""Elements that hold no content themselves (14.8.4.2), or only elements of certain types."""
SILENT = ("/Span", "/NonStruct")
SAYING = {"/A", "/Alt", "/Lang", "/ActualText", "/E", "/T"}


def _collapse(pdf: pikepdf.Pdf) -> None:
    """Take out elements that say nothing of what they hold (14.8.4.4.1): there is one for each line of text
    and each word of code, and half a book's objects are that. Code that stands in a section becomes a
    paragraph."""
    owners: dict[tuple[int, int], Any] = {}
    for element in reversed(list(_elements(pdf.Root.StructTreeRoot))):
        kids = _children(element)
        outer = str(element.P.get("/S", "/Document"))
        content = any(isinstance(kid, int) for kid in kids)
        if str(element.S) == "/NonStruct" and content and outer in GROUPING[:6]:
            element.S = Name.P
        if str(element.S) in GROUPING or not any(_is_silent(kid, element) for kid in kids):
            continue
        kept: list[Any] = []
        for kid in kids:
            if not _is_silent(kid, element):
                kept.append(kid)
                continue
            owners[kid.objgen] = element
            for inner in _children(kid):
                if isinstance(inner, Dictionary) and "/P" in inner:
                    inner.P = element
                kept.append(inner)
        element.K = Array(kept)
    _rename_owners(pdf, owners)


def _elements(root: Any) -> Iterator[Any]:
    """All structure elements, those around others first, each once: a broken file may name one again inside itself."""
    waiting, seen = _children(root), set[tuple[int, int]]()
    while waiting:
        element = waiting.pop()
        if _is_element(element) and element.objgen not in seen:
            if element.is_indirect:
                seen.add(element.objgen)
            yield element
            waiting += _children(element)


def _is_silent(kid: Any, parent: Element) -> bool:
    """A span, or an element of no type, on its parent's page, without attributes."""
    if not _is_element(kid) or str(kid.S) not in SILENT or not SAYING.isdisjoint(kid.keys()):
        return False
    return "/Pg" in kid and "/Pg" in parent and bool(kid.Pg.objgen == parent.Pg.objgen)


def _rename_owners(pdf: pikepdf.Pdf, owners: Mapping[tuple[int, int], Any]) -> None:
    """Let the parent tree name what holds the content now (14.7.4.4)."""

    def owner(element: Any) -> Any:
        while element.objgen in owners:
            element = owners[element.objgen]
        return element

    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for at in range(1, len(numbers), 2):
        row = numbers[at]
        if isinstance(row, Array):
            for place, element in enumerate(row):
                if element.objgen in owners:
                    row[place] = owner(element)
        elif row.objgen in owners:
            numbers[at] = owner(row)


def _children(element: Element) -> list[Element]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _is_element(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and "/S" in kid


def _mend(pdf: pikepdf.Pdf, element: Element, in_link: bool, dropped: set[tuple[int, int]]) -> None:
    if not _is_element(element):
        return
    kind = str(element.S)
    if kind == "/Table":
        element.K = Array(list(_flattened(element)))
    if kind == "/LI":
        _list_item(pdf, element)
    if in_link:
        _nested_in_link(element, dropped)
    for kid in _children(element):
        _mend(pdf, kid, in_link or kind == "/Link", dropped)


def _flattened(table: Element) -> Iterator[Any]:
    """The kids of a table, those of an inner wrapper in its place."""
    for kid in _children(table):
        if _is_element(kid) and Name.Table == kid.S:
            for inner in _children(kid):
                if _is_element(inner):
                    inner.P = table
                yield inner
        else:
            yield kid


def _list_item(pdf: pikepdf.Pdf, item: Element) -> None:
    """Put what is neither label nor body into the body."""
    kids = _children(item)
    good = [kid for kid in kids if _is_element(kid) and kid.S in (Name.Lbl, Name.LBody)]
    stray = [kid for kid in kids if kid not in good]
    if not stray:
        return
    bodies = [kid for kid in good if Name.LBody == kid.S]
    if bodies:
        body = bodies[0]
    else:
        body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, K=Array()))
        if "/Pg" in item:
            body.Pg = item.Pg
        good.append(body)
    for kid in stray:
        if _is_element(kid):
            kid.P = body
    body.K = Array([*_children(body), *stray])
    item.K = Array(good)


def _nested_in_link(element: Element, dropped: set[tuple[int, int]]) -> None:
    """A box inside a link carries an annotation of its own, outside the Link: drop it."""
    kids = _children(element)
    kept = []
    for kid in kids:
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
            dropped.add(kid.Obj.objgen)
        else:
            kept.append(kid)
    if len(kept) != len(kids):
        element.K = Array(kept)
    if Name.Link == element.S:
        element.S = Name.Span


def _annotations(pdf: pikepdf.Pdf, dropped: set[tuple[int, int]]) -> None:
    """Every annotation prints; dropped ones leave their page and the parent tree."""
    keys: set[int] = set()
    for page in pdf.pages:
        if "/Annots" not in page.obj:
            continue
        kept = [note for note in page.obj.Annots if note.objgen not in dropped]
        for note in kept:
            note.F = 4
            if "/StructParent" in note:
                keys.add(int(note.StructParent))
        page.obj.Annots = Array(kept)
    if dropped:
        _prune_parents(pdf, keys)


def _prune_parents(pdf: pikepdf.Pdf, keys: set[int]) -> None:
    tree = pdf.Root.StructTreeRoot.ParentTree
    numbers, pages = (
        tree.Nums,
        {int(page.obj.StructParents) for page in pdf.pages if "/StructParents" in page.obj},
    )
    kept = Array()
    for position in range(0, len(numbers), 2):
        if int(numbers[position]) in pages | keys:
            kept.append(numbers[position])
            kept.append(numbers[position + 1])
    tree.Nums = kept
