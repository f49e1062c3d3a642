"""Our own look at a page of the site: what must be there is, nothing is loaded from elsewhere, no id twice."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.model import Artifact
from pipeline.targets.pdf import missing

OURS = "This is a bug: please report it."
_ID = re.compile(r'\sid="([^"]+)"')
LOADED = {"script": "src", "img": "src", "link": "href", "source": "src", "iframe": "src"}


def ids(html: str) -> list[str]:
    """The ids of a page, each as often as it stands there."""
    return _ID.findall(html)


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """V100 for what is not there, V202 for anything that would be loaded, V203 for an id that stands twice."""
    if artifact.job.media_type != "text/html":
        return ()
    span = Span(artifact.job.path)
    html = artifact.data.decode()
    twice = (id for id, count in Counter(ids(html)).items() if count > 1)
    return (
        *missing(artifact),
        *(error("V202", span, f"the page would load {address}", OURS) for address in _foreign(html)),
        *(error("V203", span, f"the id {id} stands twice", OURS) for id in twice),
    )


def _foreign(html: str) -> Iterator[str]:
    tree = etree.fromstring(html.encode(), etree.HTMLParser(huge_tree=True, encoding="utf-8"))
    for element in tree.iter(*LOADED):
        address = element.get(LOADED[str(element.tag)], "")
        if re.match(r"(?:[a-z]+:)?//", address) and element.get("rel") != "canonical":
            yield address
