"""What may be said of a book's accessibility: only what is found in its files.

Features come from what the files hold. Conformance (EPUB Accessibility 1.1, section 4) is named only where
none of the checks below finds anything; they are those of WCAG 2.2 that a program can decide.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml.etree import _Element

XHTML, OPS = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/ops}"
HEADINGS = tuple(f"{XHTML}h{level}" for level in range(1, 7))
LEAST = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
PAPER = {"light": "#ffffff", "dark": "#121212"}
"""What stands behind text where the style sheet names no background."""
CONFORMS = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
Metas = tuple[tuple[str, str], ...]
"""Properties of the package with their values."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a file shows: whether it has pictures, and all of them a text alternative; which features are
    seen in it; and what speaks against conformance."""

    pictures: bool
    alike: bool
    features: tuple[str, ...]
    problems: tuple[str, ...]


SEEN = {
    "longDescription": f"{XHTML}details[@class='description']",
    "pageBreakMarkers": f"*[@{OPS}type='pagebreak']",
    "index": f"*[@{OPS}type='index']",
}
"""Features that elements show."""


def evidence(path: str, tree: _Element) -> Evidence:
    """What a file of the book shows."""
    pictures = list(tree.iter(f"{XHTML}img"))
    return Evidence(
        bool(pictures),
        all(_said(image.get("alt")) for image in pictures),
        tuple(feature for feature, sought in SEEN.items() if tree.find(f".//{sought}") is not None),
        tuple(_problems(path, tree)),
    )


def metadata(found: Sequence[Evidence], css: str, checker: str) -> Metas:
    """Schema.org's accessibility properties, and conformance where nothing speaks against it."""
    pictures, alike = any(one.pictures for one in found), all(one.alike for one in found)
    against = problems(found, css)
    rows = [("schema:accessMode", "textual")]
    rows += [("schema:accessMode", "visual")] if pictures else []
    rows += [("schema:accessModeSufficient", "textual")] if alike else []
    rows += [("schema:accessModeSufficient", "textual,visual")] if pictures else []
    features = list(_features({name for one in found for name in one.features}, alike and pictures))
    rows += [("schema:accessibilityFeature", feature) for feature, _ in features]
    rows += [("schema:accessibilityHazard", "none")]
    rows += [("schema:accessibilitySummary", _summary([said for _, said in features if said], against))]
    if not against:
        rows += [("dcterms:conformsTo", CONFORMS), ("a11y:certifiedBy", f"{checker}, automatic checks")]
    return tuple(rows)


def _features(seen: set[str], alike: bool) -> Iterator[tuple[str, str]]:
    """Features with what the summary says of them."""
    yield "displayTransformability", "Text reflows, and keeps to the reader's fonts, sizes and colors"
    yield "readingOrder", ""
    yield "structuralNavigation", "headings, parts and modules can be reached from the contents"
    yield "tableOfContents", ""
    if alike:
        yield "alternativeText", "every picture has a text alternative"
    if "longDescription" in seen:
        yield "longDescription", "each diagram is described in words"
    if "pageBreakMarkers" in seen:
        yield "pageBreakMarkers", "pages of the printed edition are marked and listed"
        yield "pageNavigation", ""
    if "index" in seen:
        yield "index", "there is an index"


def _summary(said: list[str], against: list[str]) -> str:
    text = "; ".join(said) + "."
    if against:
        return f"{text} Not all of it is accessible: {against[0]}."
    return f"{text} Checked by program when the book was made; no person has evaluated it."


# --- checks ----------------------------------------------------------------------------------


def problems(found: Sequence[Evidence], css: str) -> list[str]:
    """What speaks against conformance: in the files, and in the style sheet."""
    return [*(problem for one in found for problem in one.problems), *contrasts(css)]


def _problems(path: str, tree: _Element) -> Iterator[str]:
    """What speaks against a file, with the nearest id where there is one."""
    for element, said in _faults(tree):
        id = next((near for up in (element, *element.iterancestors()) if (near := up.get("id"))), "")
        yield f"{path}{f' ({id})' if id else ''}: {said}"


def _faults(tree: _Element) -> Iterator[tuple[_Element, str]]:
    title = tree.find(f"{XHTML}head/{XHTML}title")
    if not tree.get("lang") or title is None or not _said(title.text):
        yield tree, "it has no language or no title"
    for image in tree.iter(f"{XHTML}img"):
        if not _said(image.get("alt")):
            yield image, "a picture has no text alternative"
    for link in tree.iter(f"{XHTML}a"):
        if link.get("href") and not _name(link):
            yield link, "a link has no name"
    for head in tree.iter(f"{XHTML}th"):
        if not head.get("scope"):
            yield head, "a header cell does not say of what"
    for code in tree.iter(f"{XHTML}pre"):
        if code.get("tabindex") != "0" or not _said(code.get("aria-label")):
            yield code, "a region that may scroll cannot be reached by keyboard"
    headings = [(int(str(element.tag)[-1]), element) for element in tree.iter(*HEADINGS)]
    for (before, _), (level, heading) in pairwise(headings):
        if level > before + 1:
            yield heading, f"a heading of level {level} follows one of level {before}"


def _name(link: _Element) -> str:
    """The accessible name of a link."""
    images = (image.get("alt") or "" for image in link.iter(f"{XHTML}img"))
    return _said(link.get("aria-label")) or _said("".join([*map(str, link.itertext()), *images]))


def _said(text: str | None) -> str:
    return (text or "").strip()


# --- colors ----------------------------------------------------------------------------------

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COLOR = re.compile(r"(?<![\w-])(color|background(?:-color)?)\s*:\s*(#[0-9a-fA-F]{6})\b")


def contrasts(css: str) -> Iterator[str]:
    """Colors of text in a style sheet that are too near to what is behind them, by day and by night."""
    light, _, dark = css.partition("@media (prefers-color-scheme: dark)")
    for mode, rules in (("light", light), ("dark", dark)):
        for selector, body in _RULE.findall(rules):
            found = dict(_COLOR.findall(body))
            ground = found.get("background") or found.get("background-color") or PAPER[mode]
            if "color" in found and contrast(found["color"], ground) < LEAST:
                yield f"{selector.strip()}: {found['color']} on {ground} is hard to read"


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, `#rrggbb`: from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
