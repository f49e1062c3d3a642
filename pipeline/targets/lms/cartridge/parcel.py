"""What the files of a cartridge have in common: identifiers, places, and how XML is written."""

import posixpath
import re

from lxml import etree

from pipeline.targets.lms.contents import Contents
from pipeline.targets.lms.markup import Element

_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")
_POINTED = str.maketrans(
    "<>", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
)


def identifier(contents: Contents, *key: str) -> str:
    """An identifier (`xs:ID`: it begins with a letter) of a key, the same in every release: platforms know by it
    what they have imported before."""
    return f"i{contents.uuid('cartridge', *key).hex}"


def label(text: str) -> str:
    """A title without what an importer would read as a tag; Moodle makes descriptions of titles."""
    return text.translate(_POINTED)


def place(contents: Contents, path: str) -> str:
    """Where a released file stands in the package: where it is, unless its name has characters that importers
    escape each in their own way."""
    if _PLAIN.fullmatch(path):
        return path
    folder, end = posixpath.dirname(path), posixpath.splitext(path)[1]
    name = identifier(contents, "file", path) + (end if _PLAIN.fullmatch(end or ".") else "")
    return posixpath.join(folder if _PLAIN.fullmatch(folder or ".") else "files", name)


def rooted(name: str, namespace: str, **prefixed: str) -> Element:
    """The root of a document whose default namespace this is. What is put into it needs no namespace."""
    others = "".join(f' xmlns:{prefix}="{other}"' for prefix, other in prefixed.items())
    return etree.fromstring(f'<{name} xmlns="{namespace}"{others}/>')


def document(root: Element) -> bytes:
    """A document in UTF-8; its elements without a namespace get that of the root."""
    namespace = etree.QName(root).namespace
    for element in root.iter():
        if not etree.QName(element).namespace:
            element.tag = f"{{{namespace}}}{element.tag}"
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
