"""The outline of a book (ISO 32000-1, 12.3.3)."""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.engines.pdflink.objects import File, ref, text


def outline(file: File, headings: Sequence[tuple[int, str, bytes]]) -> int:
    """The number of an outline of headings: level, title, and where each leads. They are nested by level, and
    only the outermost are open."""
    root = file.reserve()
    rows = [(level, file.reserve(), title, spot) for level, title, spot in headings]
    above: list[tuple[int, int]] = [(0, root)]
    kids: dict[int, list[int]] = {root: []}
    parents = {}
    for level, item, _, _ in rows:
        while above[-1][0] >= level:
            above.pop()
        parents[item] = above[-1][1]
        kids.setdefault(above[-1][1], []).append(item)
        above.append((level, item))
    beside: dict[int, list[bytes]] = {item: [] for _, item, _, _ in rows}
    for family in kids.values():
        for before, after in pairwise(family):
            beside[before].append(b"/Next " + ref(after))
            beside[after].append(b"/Prev " + ref(before))
    for _, item, title, spot in rows:
        entries = [
            b"/Title " + text(title),
            b"/Dest " + spot,
            b"/Parent " + ref(parents[item]),
            *beside[item],
        ]
        file.put(item, b"<< %s >>" % b" ".join([*entries, *_family(kids.get(item, []), -1)]))
    file.put(root, b"<< %s >>" % b" ".join([b"/Type /Outlines", *_family(kids[root], 1)]))
    return root


def _family(kids: Sequence[int], sign: int) -> list[bytes]:
    """First and last of an item's children, and how many there are: below zero where it is closed."""
    if not kids:
        return []
    return [b"/First " + ref(kids[0]), b"/Last " + ref(kids[-1]), b"/Count %d" % (sign * len(kids))]
