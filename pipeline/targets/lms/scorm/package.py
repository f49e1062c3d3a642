"""`imsmanifest.xml`: SCORM 1.2 Content Aggregation Model, section 2.3, over IMS Content Packaging 1.1.2."""

from collections.abc import Sequence
from urllib.parse import quote

from lxml import etree

from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.markup import Element

CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
LOM = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
EMPTY = f'<manifest xmlns="{CP}" xmlns:adlcp="{ADL}" xmlns:imsmd="{LOM}"/>'
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MASTERY = 80
"""The score, in percent, with which a quiz is passed."""
LONGEST = 200
"""Characters of a title (imscp_rootv1p1p2.xsd)."""


def manifest(module: Row, files: Sequence[str], contents: Contents) -> bytes:
    """The list of a package with these files. Its identifiers stay the same in every release."""
    own = contents.uuid("scorm", module["id"])
    names = {part: f"{part}-{own}" for part in ("package", "course", "item", "sco")}
    root = etree.fromstring(EMPTY)
    root.set("identifier", names["package"])
    root.set("version", module["version"])
    _metadata(root, module, contents)
    title = f"{module['number']:02} {module['title']}"[:LONGEST]
    holder = etree.SubElement(root, _cp("organizations"), default=names["course"])
    course = etree.SubElement(holder, _cp("organization"), identifier=names["course"])
    etree.SubElement(course, _cp("title")).text = title
    item = etree.SubElement(course, _cp("item"), identifier=names["item"], identifierref=names["sco"])
    item.set("isvisible", "true")
    etree.SubElement(item, _cp("title")).text = title
    if any(contents.questions(module, "quiz")):
        etree.SubElement(item, f"{{{ADL}}}masteryscore").text = str(MASTERY)
    _resource(root, names["sco"], files)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _cp(name: str) -> str:
    return f"{{{CP}}}{name}"


def _resource(root: Element, name: str, files: Sequence[str]) -> None:
    """The one SCO, with every file that it needs."""
    holder = etree.SubElement(root, _cp("resources"))
    sco = etree.SubElement(holder, _cp("resource"), identifier=name, type="webcontent", href="index.html")
    sco.set(f"{{{ADL}}}scormtype", "sco")
    for path in files:
        etree.SubElement(sco, _cp("file"), href=quote(path))


def _metadata(root: Element, module: Row, contents: Contents) -> None:
    """What the package is, for catalogs (IMS Learning Resource Meta-data 1.2.1)."""
    metadata = etree.SubElement(root, _cp("metadata"))
    etree.SubElement(metadata, _cp("schema")).text = "ADL SCORM"
    etree.SubElement(metadata, _cp("schemaversion")).text = "1.2"
    lom = _lom(metadata, "lom")
    general = _lom(lom, "general")
    _said(general, "title", module["title"], contents)
    _lom(general, "language").text = contents.language
    _said(general, "description", module["summary"], contents)
    for word in module["keywords"]:
        _said(general, "keyword", word, contents)
    rights = contents.manifest["license"]
    _said(_lom(lom, "rights"), "description", f"{rights['spdx']} {rights['url']}", contents)


def _lom(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{LOM}}}{name}")


def _said(parent: Element, name: str, text: str, contents: Contents) -> None:
    """A text in the course's language."""
    words = _lom(_lom(parent, name), "langstring")
    words.set(LANG, contents.language)
    words.text = text
