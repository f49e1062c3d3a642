"""The XHTML documents of a book: compressed, and looked at, once for all books and builds that hold the same."""

from dataclasses import dataclass
from html import escape

from lxml import etree

from pipeline.engines.archive import Member, packed
from pipeline.targets.epub.evidence import Evidence, evidence
from pipeline.targets.epub.files import Placed, remembered

XHTML, EPUB = "http://www.w3.org/1999/xhtml", "http://www.idpf.org/2007/ops"


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it goes into the book, and what it shows of its accessibility."""

    data: Member
    evidence: Evidence


def text(placed: Placed, language: str) -> Written:
    """A file of the text."""
    return remembered(len(placed.text.body), _text, placed, language)


def _text(placed: Placed, language: str) -> Written:
    return written(placed.text.path, placed.text.title, placed.body, language)


def written(path: str, title: str, body: str, language: str, style: str = "../style/book.css") -> Written:
    """A complete XHTML document."""
    said = escape(language)
    data = (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="{XHTML}" xmlns:epub="{EPUB}" lang="{said}" xml:lang="{said}">\n'
        f'<head><meta charset="utf-8"/><title>{escape(title, quote=False)}</title>'
        f'<link rel="stylesheet" type="text/css" href="{style}"/></head>\n<body>\n{body}</body>\n</html>\n'
    ).encode()
    return Written(packed(data), evidence(path, etree.fromstring(data)))
