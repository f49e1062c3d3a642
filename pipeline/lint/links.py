"""Rules about links and pictures: everything inside the course resolves, everything outside is https."""

import re
from collections.abc import Iterator
from itertools import chain

from pipeline.deceptive import passes_for
from pipeline.diagnostics import Severity, Span, did_you_mean
from pipeline.lint.rule import Found, Rule
from pipeline.model import Course, Mark, Module
from pipeline.targets.links import place


def marks(course: Course, kind: str) -> Iterator[tuple[Module, Mark]]:
    """Every mark of a kind, with its module."""
    for module in course.modules:
        yield from ((module, mark) for mark in module.marks if mark.kind == kind)


def scheme(address: str) -> str:
    """The scheme of an address, '' where it has none (RFC 3986, section 4.2)."""
    head = address.split("/")[0]
    return head.partition(":")[0].lower() if ":" in head else ""


def relative_links_resolve(course: Course) -> Iterator[Found]:
    """A link without a scheme leads to a module or a file of this course.

    Links are written as GitHub resolves them: relative to the file. The pipeline rewrites them for
    every output, and can do so only for what it knows. What a book cannot carry, a solution or a data
    file, it links in the course's `repository`; without one it names the path.

    Bad: `[caching](/modules/caching)`. Good: `[caching](07-caching.md)`, `[data](../assets/data.csv)`,
    `[a solution](../solutions/07/e1/main.mjs)`.
    """
    names = [module.file for module in course.modules]
    for module, mark in marks(course, "link"):
        found = place(mark.name, module, course)
        if scheme(mark.name) or mark.name.startswith("//"):
            continue
        if found.kind == "unknown":
            yield mark.span, f"{mark.name} leads out of the course", "Link the page's public https address."
        elif found.kind == "file" and found.path not in course.files:
            name = found.path.rsplit("/", 1)[-1]
            remedy = "Link a module by its file name, or a file of the course's folder."
            yield mark.span, f"there is no {found.path}{did_you_mean(name, names)}", remedy


def anchors_resolve(course: Course) -> Iterator[Found]:
    """The part of a link behind `#` is a heading of the module that it names.

    Otherwise a reader lands at the top of a long page. Anchors are GitHub's: lower case, spaces as
    hyphens, no punctuation.

    Bad: `07-caching.md#Cache_Keys`. Good: `07-caching.md#cache-keys`.
    """
    for module, mark in marks(course, "link"):
        found = place(mark.name, module, course)
        if found.kind == "module" and found.anchor:
            known = [other.name for other in course.module(found.module).marks if other.kind == "heading"]
            if found.anchor not in known:
                hint = did_you_mean(found.anchor, known)
                message = f'{course.module(found.module).file} has no heading "#{found.anchor}"{hint}'
                yield (
                    mark.span,
                    message,
                    "Anchors are GitHub's: lower case, spaces as hyphens, no punctuation.",
                )


def outside_links_are_https(course: Course) -> Iterator[Found]:
    """A link out of the course is an https address.

    `http:` can be changed on the way; `javascript:`, `data:` and `file:` have no place in a book.

    Bad: `[the RFC](http://www.rfc-editor.org/rfc/rfc9110)`. Good: the same with `https:`.
    """
    for _, mark in chain(marks(course, "link"), marks(course, "image")):
        if scheme(mark.name) not in ("", "https", "mailto") or mark.name.startswith("//"):
            yield mark.span, f"{mark.name} is not an https address", "Use https://, or remove the link."


def images_exist(course: Course) -> Iterator[Found]:
    """An image is a file below `assets/`: nothing is fetched while a book is made.

    A book is read without a network too, and years after a page elsewhere is gone.

    Bad: `![The path](https://page.example/path.svg)`. Good: `![The path](../assets/path.svg)`.
    """
    assets = {asset.path for asset in course.assets}
    for module, mark in marks(course, "image"):
        found = place(mark.name, module, course)
        if found.kind != "file" or found.path not in assets:
            hint = did_you_mean(found.path, assets)
            remedy = "Put the file below content/assets/ and name it ../assets/NAME."
            yield mark.span, f"there is no image {mark.name}{hint}", remedy


VAGUE = (
    "here",
    "click",
    "click here",
    "see here",
    "this",
    "this article",
    "this document",
    "this link",
    "this page",
    "this post",
    "link",
    "source",
    "more",
    "read more",
    "learn more",
    "more information",
)
AROUND = " .,:;!?…()“”‘’\"'→»"
"""What may stand around such a text."""


def link_texts_say_where_they_lead(course: Course) -> Iterator[Found]:
    """The text of a link says what is at its end, also when it is read alone (WCAG 2.2, 2.4.4).

    Screen readers list the links of a page, and in print the text is all there is.

    Bad: `[here](…)`, `[read more](…)`. Good: `[RFC 9110 §15.6.5](…)`.
    """
    for _, mark in marks(course, "link"):
        if mark.text.lower().strip(AROUND) in VAGUE or not mark.text.strip():
            yield (
                mark.span,
                f'"{mark.text}" does not say where the link leads',
                "Name the page or the document.",
            )


def assets_are_used(course: Course) -> Iterator[Found]:
    """Every file below `assets/` is shown or linked by a module, or is named in course.yml's `keeps`.

    What nothing uses is downloaded all the same, and nobody dares to remove it.

    Bad: `assets/old-path.svg`, which no module shows. Good: `keeps: [assets/banner.svg]` for the banner
    of a README.
    """
    used = {
        place(mark.name, module, course).path
        for kind in ("image", "link")
        for module, mark in marks(course, kind)
    }
    for asset in course.assets:
        if asset.path not in used and asset.path not in course.policy.keeps:
            span = Span(f"{course.folder}/{asset.path}")
            yield span, "no module uses this file", "Use it, remove it, or name it in course.yml, `keeps`."


_ADDRESS = re.compile(
    r"https://[^\s/?#\[\]@<>\"{}|\\^`%]+(?::\d+)?"
    r"(?:[/?#](?:[^\s<>\"{}|\\^`%\[\]]|%[0-9A-Fa-f]{2})*)?\Z"
)
"""What every reader takes for an address (RFC 3986, section 3; letters of any script, RFC 3987)."""


def outside_addresses_are_valid(course: Course) -> Iterator[Found]:
    """An outside address has a host, and no space or other character that an address cannot hold.

    Browsers guess what is meant; a store refuses a book with such a link (EPUBCheck, RSC-020).

    Bad: `[list](<https://page.example/a list>)`. Good: `[list](https://page.example/a%20list)`.
    """
    for _, mark in marks(course, "link"):
        if scheme(mark.name) == "https" and not _ADDRESS.match(mark.name):
            remedy = "Write a space as %20, and other characters as their percent-encoding."
            yield mark.span, f"{mark.name} is no valid address", remedy


def hosts_are_what_they_look_like(course: Course) -> Iterator[Found]:
    """The host of an outside address is not one that passes for another (UTS #39, section 4).

    A Cyrillic "а" makes another host of a name that everybody knows, and no reader can see it.

    Bad: `[the bank](https://exаmple.com/)`. Good: hosts in one alphabet, `https://пример.example/`; what is
    meant as it stands is written in Punycode, `https://xn--exmple-4nf.com/`.
    """
    for _, mark in marks(course, "link"):
        host = _HOST.match(mark.name)
        taken = passes_for(host[1]) if host else ""
        if taken:
            yield mark.span, f"{mark.name} looks like {taken}", "Type the address again, in one alphabet."


_HOST = re.compile(r"[A-Za-z]+://(?:[^/?#]*@)?([^/?#:]*)")


RULES = (
    Rule("L101", Severity.ERROR, relative_links_resolve, compares=True),
    Rule("L102", Severity.ERROR, anchors_resolve, compares=True),
    Rule("L103", Severity.ERROR, outside_links_are_https, compares=True, protects=True, mended=True),
    Rule("L104", Severity.ERROR, images_exist, compares=True, protects=True, mended=True),
    Rule("L105", Severity.WARNING, assets_are_used, compares=True),
    Rule("L106", Severity.WARNING, link_texts_say_where_they_lead, compares=True),
    Rule("L107", Severity.ERROR, outside_addresses_are_valid, compares=True, protects=True, mended=True),
    Rule("L108", Severity.ERROR, hosts_are_what_they_look_like, compares=True, protects=True),
)
