"""An IMS Common Cartridge 1.1 (its Implementation, chapters 3 and 4): the course as platforms import it at once.

Parts hold modules; a module holds its page, its quiz, its interview questions and exercises with model answers,
and its solutions. 1.1 is the latest version that Moodle reads, and others read it too.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from pipeline.engines.archive import archive, packed
from pipeline.targets.lms import Export, Exported, Loss
from pipeline.targets.lms.cartridge.parcel import document, identifier, label, place, rooted
from pipeline.targets.lms.cartridge.qti import assessment, shown
from pipeline.targets.lms.cartridge.scoring import lost
from pipeline.targets.lms.cartridge.twice import simple, sturdy
from pipeline.targets.lms.contents import Contents, Row
from pipeline.targets.lms.markup import Element, body, outside, pictured, relinked, unclassed

NAMESPACE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
METADATA = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
WEBLINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
CONTENT, LINK = "webcontent", "imswl_xmlv1p1"
ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
ASSESSMENTS = {"quiz": "Quiz", "interview": "Interview questions", "exercise": "Exercises"}
MANIFEST = "imsmanifest.xml"


@dataclass(frozen=True, slots=True)
class Resource:
    """A file of the package that is opened by itself, with the released pictures that it shows, and the folder of
    its module in which it is found."""

    id: str
    title: str
    type: str
    path: str
    data: bytes
    pictures: tuple[str, ...] = ()
    folder: str = ""


def make(contents: Contents) -> Iterator[Exported]:
    """The cartridge, as one file."""
    held = {module["id"]: tuple(_resources(module, contents)) for module in contents.modules}
    leaves = [leaf for leaves in held.values() for leaf in leaves] + list(_online(contents))
    pictures = sorted({path for leaf in leaves for path in leaf.pictures})
    resources = [*leaves, *(_file(path, contents) for path in pictures)]
    manifest = _manifest(contents, held, resources)
    members = [(MANIFEST, manifest), *((resource.path, resource.data) for resource in resources)]
    data = archive(((path, packed(data)) for path, data in members), contents.moment)
    yield Exported(f"lms/{contents.slug}.imscc", "application/vnd.ims.imsccv1p1", data)


def _resources(module: Row, contents: Contents) -> Iterator[Resource]:
    """What a module holds, in the order in which it is used."""
    yield _page(module, contents)
    for purpose, name in ASSESSMENTS.items():
        questions = list(contents.questions(module, purpose))
        if questions:
            id = identifier(contents, purpose, module["id"])
            title = f"{name}: {module['title']}"
            data = assessment(id, title, questions, module, contents)
            pictures = dict.fromkeys(path for row in questions for path in shown(row))
            path = f"{module['id']}-{purpose}/assessment.xml"
            yield Resource(id, title, ASSESSMENT, path, data, tuple(pictures))
    for row in contents.files("solution", module["id"]):
        yield replace(_file(row["path"], contents), folder="Solutions")


def _page(module: Row, contents: Contents) -> Resource:
    row = next(contents.files("page", module["id"]))
    holder, folder = body(contents.page(module)), posixpath.dirname(row["path"])
    places = pictured(holder, lambda src: posixpath.relpath(place(contents, _joined(folder, src)), folder))
    pictures = tuple(dict.fromkeys(_joined(folder, src) for src in places))
    relinked(holder, lambda href: _public(href, folder, contents))
    unclassed(holder)
    simple(holder)
    title = escape(module["title"], quote=False)
    html = (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{escape(contents.language)}">\n'
        f'<head>\n<meta charset="utf-8"/>\n<title>{title}</title>\n</head>\n<body>{sturdy(holder)}</body>\n</html>\n'
    )
    id = identifier(contents, "page", module["id"])
    return Resource(id, module["title"], CONTENT, row["path"], html.encode(), pictures)


def _public(href: str, folder: str, contents: Contents) -> str | None:
    """Where a link of a page leads from a package, in which pages do not reach each other: outside, to a place
    of the page itself, or to where the course is published; nowhere, where it is not."""
    if href.startswith("#"):
        return href
    parts = urlsplit(href)
    path = _joined(folder, unquote(parts.path))
    url = contents.manifest.get("url", "")
    if url and not parts.scheme and any(row["path"] == path for row in contents.rows("files")):
        return f"{url.rstrip('/')}/{quote(path)}" + (f"#{parts.fragment}" if parts.fragment else "")
    return outside(href)


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _file(path: str, contents: Contents) -> Resource:
    """A released file as it is."""
    id = identifier(contents, "file", path)
    return Resource(id, path, CONTENT, place(contents, path), contents.read(path))


def _online(contents: Contents) -> Iterator[Resource]:
    """A link to the course, where it is published."""
    url = contents.manifest.get("url")
    if url:
        link = rooted("webLink", WEBLINK)
        etree.SubElement(link, "title").text = contents.title
        etree.SubElement(link, "url", href=url)
        id = identifier(contents, "link", "course")
        yield Resource(id, contents.title, LINK, "course-link/weblink.xml", document(link))


def _manifest(
    contents: Contents, held: Mapping[str, Sequence[Resource]], resources: Sequence[Resource]
) -> bytes:
    """`imsmanifest.xml`. Importers look for the namespace in its first 1,024 bytes, and for names without
    prefixes."""
    root = rooted("manifest", NAMESPACE, lomimscc=METADATA)
    root.set("identifier", identifier(contents, "manifest"))
    metadata = etree.SubElement(root, "metadata")
    etree.SubElement(metadata, "schema").text = "IMS Common Cartridge"
    etree.SubElement(metadata, "schemaversion").text = "1.1.0"
    _described(metadata, contents)
    _organized(etree.SubElement(root, "organizations"), contents, held)
    listed = etree.SubElement(root, "resources")
    for resource in resources:
        _listed(listed, resource, contents)
    return document(root)


def _described(metadata: Element, contents: Contents) -> None:
    """What the course is, in the IEEE LOM of a manifest (`ccv1p1_lommanifest_v1p0`)."""
    manifest, language = contents.manifest, contents.language
    lom = etree.SubElement(metadata, f"{{{METADATA}}}lom")
    general = _lom(lom, "general")
    _string(_lom(general, "title"), contents.title, language)
    _lom(general, "language").text = language
    _string(_lom(general, "description"), manifest["description"], language)
    lifecycle = _lom(lom, "lifeCycle")
    for author in manifest["authors"]:
        contribute = _lom(lifecycle, "contribute")
        _lom(_lom(contribute, "role"), "value").text = "author"
        _lom(contribute, "entity").text = f"BEGIN:VCARD\nVERSION:3.0\nFN:{_vcard(author['name'])}\nEND:VCARD"
    rights = _lom(lom, "rights")
    _lom(_lom(rights, "copyrightAndOtherRestrictions"), "value").text = "yes"
    _string(_lom(rights, "description"), f"{manifest['license']['spdx']}, {manifest['license']['url']}", "en")


def _vcard(text: str) -> str:
    """A value of a vCard (RFC 2426, section 4)."""
    for character in "\\,;":
        text = text.replace(character, f"\\{character}")
    return text


def _lom(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{METADATA}}}{name}")


def _string(parent: Element, text: str, language: str) -> None:
    string = _lom(parent, "string")
    string.set("language", language)
    string.text = text


def _organized(holder: Element, contents: Contents, held: Mapping[str, Sequence[Resource]]) -> None:
    """The tree of the course: one item that has no title, and in it parts, modules, and what they hold."""
    tree = etree.SubElement(
        holder, "organization", identifier=identifier(contents, "tree"), structure="rooted-hierarchy"
    )
    root = etree.SubElement(tree, "item", identifier=identifier(contents, "root"))
    for part in contents.rows("parts"):
        above = _item(root, part["title"], identifier(contents, "part", part["id"]))
        for id in part["modules"]:
            module = contents.row("modules", id)
            title = f"{module['number']}. {module['title']}"
            folder = _item(above, title, identifier(contents, "module", id))
            for name, resources in groupby(held[id], lambda resource: resource.folder):
                inside = _item(folder, name, identifier(contents, name, id)) if name else folder
                for resource in resources:
                    _item(inside, resource.title, f"{resource.id}_item", resource.id)
    for resource in _online(contents):
        above = _item(root, contents.title, identifier(contents, "folder", "course"))
        _item(above, resource.title, f"{resource.id}_item", resource.id)


def _item(parent: Element, title: str, id: str, opens: str = "") -> Element:
    item = etree.SubElement(parent, "item", identifier=id)
    if opens:
        item.set("identifierref", opens)
    etree.SubElement(item, "title").text = label(title)
    return item


def _listed(holder: Element, resource: Resource, contents: Contents) -> None:
    """A resource; only web content names the file that is opened."""
    listed = etree.SubElement(holder, "resource", identifier=resource.id, type=resource.type)
    if resource.type == CONTENT:
        listed.set("href", resource.path)
    etree.SubElement(listed, "file", href=resource.path)
    for picture in resource.pictures:
        etree.SubElement(listed, "dependency", identifierref=identifier(contents, "file", picture))


def losses(contents: Contents) -> Iterator[Loss]:
    """What the format, or a platform that imports it, cannot say."""
    path = f"lms/{contents.slug}.imscc"
    yield Loss(path, "levels and objectives of questions")
    if not contents.manifest.get("url"):
        yield Loss(path, "links between pages: they are text, for the course has no public address")
    for module in contents.modules:
        for row in contents.questions(module, *ASSESSMENTS):
            yield from (Loss(row["id"], what) for what in lost(row))


EXPORT = Export("cartridge", "IMS Common Cartridge", "1.1", make, losses)
