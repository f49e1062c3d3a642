"""Rules that keep a contribution from harming a reader or a build: hostile SVG, oversize pictures."""

import io
import re
import struct
from collections.abc import Iterator
from itertools import chain

from lxml import etree

from pipeline import cache
from pipeline.diagnostics import Severity, Span
from pipeline.lint.rule import Found, Rule
from pipeline.model import Asset, Course

SVG_BYTES = 500_000
PIXELS = 16_000_000
"""Pixels of a picture: 4000 by 4000 is more than any page shows."""

ACTIVE = (
    "script",
    "foreignobject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "animate",
    "animatecolor",
    "animatemotion",
    "animatetransform",
    "set",
    "handler",
    "listener",
)
ADDRESSES = ("href", "src", "base")
INSIDE = ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
_FETCHES = re.compile(
    r"""url\(\s*["']?(?!\s*["']?(?:#|data:image/(?:png|jpeg|gif|webp)))|@import""", re.IGNORECASE
)


def pictures_are_inert(course: Course) -> Iterator[Found]:
    """An SVG draws and does nothing else: no script, no event handler, no entity, nothing from outside.

    It comes from whoever contributes, and is shown to every reader.

    Bad: `<svg onload="…">`, `<image href="https://…"/>`, `<!DOCTYPE svg [<!ENTITY …>]>`.
    Good: paths, shapes, text, gradients, styles, references to `#id` inside the file.
    """
    for asset in course.assets:
        if asset.path.lower().endswith(".svg"):
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
    if root.getroottree().docinfo.internalDTD is not None:
        yield span, "the SVG declares a document type or entities"
    for element in chain(root.itersiblings(preceding=True), root.iter()):
        at = Span(span.path, _line(element))
        if isinstance(element, etree._ProcessingInstruction) and element.target == "xml-stylesheet":
            yield at, "the SVG fetches a style or a pattern"
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if name.lower() in ACTIVE:
            yield at, f"the SVG holds <{name}>"
        if name.lower() == "style" and _FETCHES.search("".join(map(str, element.itertext()))):
            yield at, "the SVG fetches a style or a pattern"
        for key, value in ((str(k), str(v)) for k, v in element.attrib.items()):
            attribute = etree.QName(key).localname.lower()
            if attribute.startswith("on"):
                yield at, f"the SVG has an event handler, {attribute}"
            if attribute in ADDRESSES and not value.strip().lower().startswith(INSIDE):
                yield at, f"the SVG refers to {value}"
            if _FETCHES.search(value):
                yield at, "the SVG fetches a style or a pattern"

    if _drawn(root) > SHAPES:
        yield span, f"the SVG draws more than {SHAPES:,} shapes"


SHAPES = 20_000
"""Elements that an SVG draws, each `use` counted with all that it shows (SVG 2, 5.6)."""


def _drawn(root: etree._Element) -> int:
    """How many elements are drawn; more than SHAPES for one that shows itself, or needs more levels than Python has."""
    named = {str(element.get("id")): element for element in root.iter() if element.get("id")}
    known: dict[str, int] = {}

    def count(element: etree._Element, inside: tuple[str, ...]) -> int:
        total = 0
        for one in element.iter():
            total += 1
            if not isinstance(one.tag, str) or etree.QName(one).localname != "use" or total > SHAPES:
                continue
            address = next((str(v) for k, v in one.attrib.items() if etree.QName(k).localname == "href"), "")
            id = address.removeprefix("#")
            if id in inside:
                return SHAPES + 1
            if id in named and id not in known:
                known[id] = count(named[id], (*inside, id))
            total += known.get(id, 0)
        return total

    try:
        return count(root, ())
    except RecursionError:
        return SHAPES + 1


def _line(element: etree._Element) -> int:
    return element.sourceline if isinstance(element.sourceline, int) else 1


def pictures_have_a_size_that_prints(course: Course) -> Iterator[Found]:
    """A picture has at most 16 million pixels, an SVG at most 500 kB.

    A small file may unpack to gigabytes, and every output would pay for it. Read are PNG, JPEG, GIF and
    WebP.

    Bad: a screenshot of 8000 × 6000 pixels. Good: 1600 × 1200, the size at which it is shown.
    """
    for asset in course.assets:
        span = Span(f"{course.folder}/{asset.path}")
        if asset.path.lower().endswith(".svg") and len(asset.data) > SVG_BYTES:
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
    """Width and height of a PNG (ISO/IEC 15948, 11.2.2), GIF, JPEG or WebP; (0, 0) of anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    return 0, 0


def _jpeg(data: bytes) -> tuple[int, int]:
    """The size in the frame header, behind segments that each say their length (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    """The size of the canvas, or of the only frame (RFC 9649, 2.5 to 2.7)."""
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", data[26:30])
    return width & 0x3FFF, height & 0x3FFF


def pictures_can_be_read(course: Course) -> Iterator[Found]:
    """A picture is whole, and is what its name says.

    What a browser guesses an EPUB reader refuses; and a file that two programs read differently is a way to get
    something past one of them.

    Bad: a PNG whose download was cut off, a web page called `path.png`. Good: PNG, JPEG, GIF, WebP or SVG, each
    under its own extension.
    """
    for asset in course.assets:
        kind = KINDS.get(asset.path.rpartition(".")[2].lower())
        width, height = pixels(asset.data)
        if kind and width * height <= PIXELS:
            problem = cache.called(unreadable, (asset.data, kind))
            if problem:
                yield Span(f"{course.folder}/{asset.path}"), problem, "Export the picture again."


KINDS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
"""What the files of pictures hold, by their extension."""


def unreadable(data: bytes, kind: str) -> str:
    """Why a picture of this kind cannot be read, as Pillow finds when it reads all of it; '' where it can."""
    from PIL import Image, ImageFile

    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for the whole process
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.format != kind:
                return f"the picture is no {kind}, it is {picture.format}"
            if getattr(picture, "n_frames", 1) > FRAMES:
                return f"the picture has more than {FRAMES} frames"
            picture.load()
    except Exception as problem:  # Pillow's readers raise whatever a damaged file leads them to
        return f"the picture cannot be read as {kind} ({type(problem).__name__})"
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return ""


FRAMES = 500
"""Pictures in a moving one; each would be unpacked."""


RULES = (
    Rule("Y101", Severity.ERROR, pictures_are_inert, compares=True, protects=True),
    Rule("Y102", Severity.ERROR, pictures_have_a_size_that_prints, compares=True, protects=True),
    Rule("Y103", Severity.ERROR, pictures_can_be_read, compares=True, protects=True),
)
