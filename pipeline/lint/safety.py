"""Rules that keep a contribution from harming a reader or a build: hostile SVG, oversize pictures."""

import struct
from collections.abc import Iterator

from lxml import etree

from pipeline.diagnostics import Severity, Span
from pipeline.lint.rule import Found, Rule
from pipeline.model import Asset, Course

SVG_BYTES = 500_000
PIXELS = 16_000_000
"""Pixels of a picture: 4000 by 4000 is more than any page shows."""

ACTIVE = (
    "script",
    "foreignObject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "animate",
    "set",
    "handler",
)
ADDRESSES = ("href", "{http://www.w3.org/1999/xlink}href", "src")


def pictures_are_inert(course: Course) -> Iterator[Found]:
    """An SVG draws and does nothing else: no script, no event handler, no entity, nothing from outside.

    Bad: `<svg onload="…">`, `<image href="https://…"/>`, `<!DOCTYPE svg [<!ENTITY …>]>`.
    Good: paths, shapes, text, gradients, references to `#id` inside the file.
    """
    for asset in course.assets:
        if asset.path.endswith(".svg"):
            span = Span(f"{course.folder}/{asset.path}")
            yield from ((at, message, "Remove it.") for at, message in _svg(asset, span))


def _svg(asset: Asset, span: Span) -> Iterator[tuple[Span, str]]:
    if b"<!DOCTYPE" in asset.data or b"<!ENTITY" in asset.data:
        yield span, "the SVG declares a document type or entities"
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(asset.data, parser)
    except etree.XMLSyntaxError as problem:
        line, column = problem.position
        yield Span(span.path, max(line, 1), max(column, 1)), f"the SVG is not well-formed: {problem.msg}"
        return
    for element in root.iter():
        at = Span(span.path, _line(element))
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name in ACTIVE:
            yield at, f"the SVG holds <{name}>"
        for key, value in ((str(k), str(v)) for k, v in element.attrib.items()):
            if etree.QName(key).localname.lower().startswith("on"):
                yield at, f"the SVG has an event handler, {key}"
            if key in ADDRESSES and not value.startswith(("#", "data:image/")):
                yield at, f"the SVG refers to {value}"
            if "url(" in value and "url(#" not in value.replace("'", "").replace('"', ""):
                yield at, "the SVG fetches a style or a pattern"


def _line(element: etree._Element) -> int:
    return element.sourceline if isinstance(element.sourceline, int) else 1


def pictures_have_a_size_that_prints(course: Course) -> Iterator[Found]:
    """A picture has at most 16 million pixels, an SVG at most 500 kB.

    A small PNG file may unpack to gigabytes; every output would pay for it.
    """
    for asset in course.assets:
        span = Span(f"{course.folder}/{asset.path}")
        if asset.path.endswith(".svg") and len(asset.data) > SVG_BYTES:
            yield (
                span,
                f"the SVG has {len(asset.data) // 1000} kB",
                "Simplify its paths, or draw it as Mermaid.",
            )
        width, height = pixels(asset.data)
        if width * height > PIXELS:
            yield (
                span,
                f"the picture has {width} × {height} pixels",
                "Scale it to the size at which it is shown.",
            )


def pixels(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG (ISO/IEC 15948, 11.2.2) or GIF; (0, 0) of anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return 0, 0


RULES = (
    Rule("Y101", Severity.ERROR, pictures_are_inert),
    Rule("Y102", Severity.ERROR, pictures_have_a_size_that_prints),
)
