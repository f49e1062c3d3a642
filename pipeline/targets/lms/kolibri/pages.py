"""Pages of a channel: zips with an `index.html`, which Kolibri shows in a frame without a network.

The frame opens no windows and cannot be left: a link out of the course becomes its text and its address.
"""

import posixpath
from collections.abc import Iterable
from hashlib import md5
from html import escape

from lxml import etree

from pipeline.engines.archive import archive, packed
from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.kolibri.tree import Stored, stored
from pipeline.targets.lms.markup import Element, body, outside, parsed, pictured, relinked, written

ENTRY, STYLE = "index.html", "style.css"
SHEET = """\
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 46rem; color: #1b1b1b; background: #fff;
  font: 1rem/1.55 system-ui, "Noto Sans", sans-serif; overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2rem 0 .6rem; }
h1 { margin-top: .5rem; }
pre { overflow-x: auto; padding: .75rem 1rem; background: #f3f3f3; font-size: .875rem; line-height: 1.45; }
code, kbd { font-family: ui-monospace, "Noto Sans Mono", monospace; }
:not(pre) > code { font-size: .92em; background: #f3f3f3; padding: 0 .2em; }
figure { margin: 1.2rem 0; }
figcaption { font-size: .9rem; color: #4a4a4a; margin-bottom: .3rem; }
img { max-width: 100%; height: auto; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #b5b5b5; padding: .35rem .6rem; text-align: start; vertical-align: top; }
.center { text-align: center; } .right { text-align: end; }
aside, blockquote { margin: 1.2rem 0; padding: .1rem 1rem; border-inline-start: .3rem solid #4368a8; }
details { margin: .8rem 0; padding: .4rem 1rem; border: 1px solid #b5b5b5; }
summary { cursor: pointer; font-weight: 600; }
"""


def module_page(module: Row, contents: Contents) -> Stored | None:
    """The page of a module, if the release has one."""
    for row in contents.files("page", module["id"]):
        found = body(contents.read(row["path"]))
        return _packed(found, module["title"], posixpath.dirname(row["path"]), contents)
    return None


def prompts(title: str, questions: Iterable[Row], contents: Contents) -> Stored:
    """Questions that nobody grades, each with its hints and its model answer folded away."""
    shown = "".join(
        f"<section>{row['stem']['html']}{''.join(_folded('Hint', hint) for hint in row['hints'])}"
        f"{_folded('Model answer', row['answer']['html'])}</section>"
        for row in questions
    )
    holder = parsed(f"<h1>{escape(title, quote=False)}</h1>{shown}")
    for element in holder.iter():
        element.attrib.pop("id", "")
    for link in holder.iter("a"):
        if link.get("href", "").startswith("#"):
            link.set("href", "")
    for section in holder.findall("section"):
        section[0].tag = "h2"
    return _packed(holder, title, "", contents)


def _folded(label: str, html: str) -> str:
    return f"<details><summary>{label}</summary>{html}</details>" if html else ""


def deck(row: Row, contents: Contents) -> Stored:
    """A deck of slides. Assets that decks share go along."""
    shared = [asset for asset in contents.files("asset") if asset["path"].startswith("slides/")]
    page = contents.read(row["path"])
    if shared:
        page = page.replace(b'"../assets/', b'"assets/')
    members = {ENTRY: page} | {
        asset["path"].removeprefix("slides/"): contents.read(asset["path"]) for asset in shared
    }
    return _zipped(members, contents)


def _packed(holder: Element, title: str, folder: str, contents: Contents) -> Stored:
    """A page with its pictures, whose paths begin in a folder of the release."""
    _unlink(holder)
    pictures: dict[str, bytes] = {}

    def name(path: str) -> str:
        return picture(posixpath.normpath(posixpath.join(folder, path)), contents, pictures)

    for _ in pictured(holder, name):
        pass
    page = (
        f'<!DOCTYPE html>\n<html lang="{escape(contents.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title, quote=False)}</title>\n"
        f'<link rel="stylesheet" href="{STYLE}">\n</head>\n<body>\n<main>\n{written(holder)}</main>\n</body>\n</html>\n'
    )
    return _zipped({ENTRY: page.encode(), STYLE: SHEET.encode(), **pictures}, contents)


def picture(path: str, contents: Contents, pictures: dict[str, bytes]) -> str:
    """The name of a picture in a zip, made of what it shows. It is put into `pictures`."""
    data = contents.read(path)
    name = f"images/{md5(data, usedforsecurity=False).hexdigest()}{posixpath.splitext(path)[1].lower()}"
    pictures[name] = data
    return name


def _unlink(holder: Element) -> None:
    """Links out of the page become texts, those out of the course with their address."""
    for link in holder.iter("a"):
        address = (outside(link.get("href", "")) or "").removeprefix("mailto:")
        if address and address not in "".join(map(str, link.itertext())):
            etree.SubElement(link, "span").text = f" ({address})"
    relinked(holder, lambda href: href if href.startswith("#") else None)


def _zipped(members: dict[str, bytes], contents: Contents) -> Stored:
    data = archive(((path, packed(data)) for path, data in members.items()), contents.moment)
    return stored(data, "zip", "html5_zip", "application/zip")
