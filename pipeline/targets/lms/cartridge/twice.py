"""HTML for importers that decode it once too often, and that keep no line break of a question.

Moodle reads `List&lt;String&gt;` of a cartridge as a tag; a lone `<` between two tags stays a character.
"""

import re

from lxml import etree

from pipeline.targets.lms.markup import Element, written

KEPT = "\N{NO-BREAK SPACE}"
TAB = 4
_TAG = re.compile(r"(<[^>]+>)")
_LITERAL = re.compile("&(?:lt|amp);")
_SPACES = re.compile("^ | (?= )|(?<= ) ")


def sturdy(holder: Element) -> str:
    """What stands inside an element, as XHTML that says the same when its entities have been decoded: each `<`
    and `&` of its texts is alone in a `<span>`, and no attribute holds a quotation mark that would end it."""
    for element in holder.iter():
        for name in element.attrib:
            element.set(name, str(element.attrib[name]).replace('"', "'"))
    parts = _TAG.split(written(holder))
    parts[::2] = (_LITERAL.sub(r"<span>\g<0></span>", text) for text in parts[::2])
    return "".join(parts)


def simple(holder: Element) -> None:
    """Leave the elements of HTML 4, the only ones that importers' cleaners and QTI's own readers know."""
    etree.strip_tags(holder, "wbr")
    for element in holder.iter(*NEWER):
        element.tag = NEWER[str(element.tag)]


NEWER = {"section": "div", "figure": "div", "aside": "div", "figcaption": "p"}


def ascii_only(html: str) -> str:
    """The same HTML with references for all other characters: PHP's reader of HTML takes UTF-8 for Latin-1."""
    return html.encode("ascii", "xmlcharrefreplace").decode()


def lined(holder: Element) -> None:
    """Make each line of a code block a `<div>` of its own, its spaces kept by being no-break spaces."""
    for block in list(holder.iter("pre")):
        lines = "".join(map(str, block.itertext())).rstrip("\n").split("\n")
        tail = block.tail
        block.clear()
        block.tag, block.tail = "div", tail
        for line in lines:
            code = etree.SubElement(etree.SubElement(block, "div"), "code")
            code.text = _SPACES.sub(KEPT, line.expandtabs(TAB)) or KEPT
