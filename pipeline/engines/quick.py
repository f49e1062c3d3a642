"""WeasyPrint 70 made quicker: for functions that are called ten thousand times for a module, others that do the same.
`tests/test_quick.py` compares what both make.

The library goes on to do all that is not common: each function below hands on what it does not know.
"""

from functools import cache as once
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring


def read(xhtml: str, base: str, fetcher: Any) -> Any:
    """A document for WeasyPrint, read by expat: what is well-formed needs none of the rules of HTML's parser, which is
    written in Python. What is not is read by that."""
    import weasyprint
    from cssselect2 import ElementWrapper

    class Read(weasyprint.HTML):  # type: ignore[misc]
        def __init__(self, root: Element) -> None:
            self.base_url, self.url_fetcher, self.media_type = base, fetcher, "print"
            self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    try:
        root = fromstring(xhtml)
    except ParseError:
        return weasyprint.HTML(string=xhtml, base_url=base, url_fetcher=fetcher)
    return Read(root)


@once
def hasten() -> None:
    """Replace them in the imported library; the second call does nothing."""
    _styles()
    _lengths()
    _fonts()
    _texts()
    _references()


def _styles() -> None:
    """Most properties of most elements are said by no rule: they are inherited, or as they are initially."""
    from weasyprint import css

    special = {"float", "display", "position", "page", *css.PHYSICAL_FUNCTIONS}
    plain = {
        key: css.INITIAL_VALUES[key]
        for key in css.INITIAL_VALUES
        if key not in special and not key.startswith("text_decoration_")
    }
    inherited = plain.keys() & css.INHERITED
    initial = {
        key: value for key, value in plain.items() if key not in css.INHERITED | css.INITIAL_NOT_COMPUTED
    }
    resolved = css.ComputedStyle.__missing__

    def missing(style: Any, key: str) -> Any:
        if key not in style.cascaded:
            if key in initial:
                value = style[key] = initial[key]
                return value
            if key in inherited and style.parent_style is not None:
                value = style[key] = style.parent_style[key]
                return value
        return resolved(style, key)

    css.ComputedStyle.__missing__ = missing


def _lengths() -> None:
    """A length in pixels is used as it is."""
    from weasyprint.layout import percent

    resolve = percent.resolve_one_percentage

    def resolve_one_percentage(box: Any, name: str, refer_to: Any) -> None:
        value = box.style[name]
        if getattr(value, "unit", None) == "px":
            setattr(box, name, value.value)
        else:
            resolve(box, name, refer_to)

    percent.resolve_one_percentage = resolve_one_percentage


def _fonts() -> None:
    """A description of a font, which nobody changes, serves all texts in it."""
    from weasyprint.text import line_break

    describe = line_break.get_font_description
    made: dict[tuple[Any, ...], Any] = {}
    names = (
        "font_family", "font_style", "font_stretch", "font_weight", "font_size", "font_variant_caps",
        "font_variation_settings",
    )  # fmt: skip

    def get_font_description(style: Any) -> Any:
        key = tuple(str(style[name]) if name == "font_family" else style[name] for name in names)
        found = made.get(key)
        if found is None:
            found = made[key] = describe(style)
        return found

    line_break.get_font_description = get_font_description


def _texts() -> None:
    """The same few short texts are handed to Pango again and again: the language, spaces, families of fonts."""
    from weasyprint.text import line_break

    handed = line_break.unicode_to_char_p
    known = lru_cache(4096)(handed)

    def unicode_to_char_p(text: str) -> Any:
        return known(text) if len(text) <= SHORT else handed(text)

    line_break.unicode_to_char_p = unicode_to_char_p


SHORT = 100
"""Characters of a text that is kept: 4,096 of them are no burden, and long ones do not come again."""


def _references() -> None:
    """Each element of the structure tree asks for the references of all pages, and takes one."""
    import pydyf

    listed = pydyf.PDF.page_references

    def page_references(pdf: Any) -> Any:
        known = getattr(pdf, "_listed", ())
        if len(known) * 3 != len(pdf.pages["Kids"]):
            known = pdf._listed = listed.fget(pdf)
        return known

    pydyf.PDF.page_references = property(page_references)
