"""Books linked from fragments, as a linker makes programs of object files.

A fragment is a tagged PDF of one module (or part page, or front matter) that was set once: without
fonts, with links by name (`x-book:NAME`) and page numbers left open. `taken.cleaned` makes it of
what WeasyPrint wrote; `link` puts fragments together to the book of an edition: one structure tree, one
set of fonts, all names, outline, page labels, page numbers. What a fragment says depends on its own
text alone, so an edit sets one module anew, and every edition is linked again.

The file format is ISO 32000-1 (PDF 1.7), the tags are those of PDF/UA-1 (ISO 14289-1).
"""

from pipeline.engines.pdflink.book import LEFT_OUT, LINKS, Book, BrokenLink, Folio
from pipeline.engines.pdflink.fonts import UndeclaredFont
from pipeline.engines.pdflink.fragment import Bookmark, Fragment, Place, Reference
from pipeline.engines.pdflink.link import link

__all__ = [
    "LEFT_OUT",
    "LINKS",
    "Book",
    "Bookmark",
    "BrokenLink",
    "Folio",
    "Fragment",
    "Place",
    "Reference",
    "UndeclaredFont",
    "link",
]
