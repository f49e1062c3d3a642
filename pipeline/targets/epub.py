"""The EPUB target: one EPUB 3.3 book an edition, packaged by EbookLib from XHTML of our own."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from lxml import etree

from pipeline.diagnostics import Diagnostic, Span, error
from pipeline.document.text import walk
from pipeline.engines.ebook import NavPoint, Part, Publication, files, publish, stable_identifier
from pipeline.model import Artifact, Course, Diagram, Edition, Job, Module, Provenance, Target, Theme
from pipeline.targets import book, matter
from pipeline.targets.cover import cover
from pipeline.targets.pdf import file_name, missing

XHTML, EPUB = "http://www.w3.org/1999/xhtml", "http://www.idpf.org/2007/ops"
FONTS = (
    "BookSerif-Regular", "BookSerif-Italic", "BookSerif-Bold", "BookSerif-BoldItalic",
    "BookSans-Regular", "BookSans-Bold", "BookMono-Regular", "BookMono-Bold", "BookSymbols-Regular",
)  # fmt: skip
SEMANTICS = {
    "title": ("titlepage", ""),
    "before": ("preface", "doc-preface"),
    "part": ("part", "doc-part"),
    "module": ("chapter", "doc-chapter"),
    "answers": ("backmatter", ""),
    "interview": ("backmatter", ""),
    "glossary": ("glossary", "doc-glossary"),
    "sources": ("bibliography", "doc-bibliography"),
    "about": ("frontmatter", ""),
}
"""epub:type and matching role a kind of page (EPUB SSV 1.1; DPUB-ARIA 1.1)."""


def plan(
    course: Course, editions: tuple[Edition, ...], theme: Theme, provenance: Provenance
) -> tuple[Job, ...]:
    """One book an edition."""
    return tuple(
        Job(
            target="epub",
            path=f"epub/{file_name(course, edition)}.epub",
            media_type="application/epub+zip",
            role="book-epub",
            inputs=(
                replace(course.trimmed(edition), paper=""),
                edition,
                theme,
                provenance,
                course.policy.levels,
            ),
            edition=edition.id,
            expects=book.expected(course, edition),
        )
        for edition in editions
    )


FORM = book.Form(
    address=lambda page, id: f"{page}.xhtml#{id}",
    picture=lambda module, diagram: (
        f'<img src="../{picture_path(module, diagram)}" alt="{escape(diagram.title)}"/>'
        f'<details class="description"><summary>Description</summary><p>{escape(diagram.description)}</p></details>'
    ),
    image=lambda src: f"../pictures/{src.removeprefix('../').replace('/', '-')}",
    epub=True,
)


def picture_path(module: Module, diagram: Diagram) -> str:
    """Where a diagram stands in the book."""
    return f"pictures/{module.id}.{diagram.id.removeprefix('diagram.')}.svg"


def render(job: Job) -> Artifact:
    """Make the book of an edition."""
    course, edition, theme, provenance, levels = job.inputs
    assert isinstance(course, Course) and isinstance(edition, Edition) and isinstance(theme, Theme)
    assert isinstance(provenance, Provenance) and isinstance(levels, tuple)
    pages = matter.pages(course, edition, theme, provenance, levels, FORM)
    parts = (
        _cover_page(course, edition),
        _part(pages[0], course),
        Part("nav", "nav.xhtml", "application/xhtml+xml", _nav(course, pages), ("nav",), True),
        *(_part(page, course) for page in pages[1:]),
        Part("css", "style/book.css", "text/css", theme.text("epub.css").encode()),
        Part(
            "cover-image",
            "pictures/cover.svg",
            "image/svg+xml",
            cover(course, edition, theme).encode(),
            ("cover-image",),
        ),
        *_pictures(course, edition),
        *_fonts(theme),
    )
    data = publish(_publication(course, edition, provenance.epoch, parts, _toc(pages)))
    return Artifact(job, data, frozenset(anchors(data)))


def _publication(
    course: Course, edition: Edition, epoch: int, parts: tuple[Part, ...], toc: tuple[NavPoint, ...]
) -> Publication:
    label = "" if edition.id == "complete" else f" ({edition.subtitle})"
    return Publication(
        identifier=stable_identifier(course.id, edition.id),
        title=course.title + label,
        subtitle=course.subtitle,
        author=course.author.name,
        language=course.language,
        description=course.description,
        rights=f"© {course.author.name}. {course.license.spdx}: {course.license.url}",
        subjects=tuple(part.title for part in course.parts),
        metas=(*ACCESSIBILITY, ("schema:version", course.version)),
        epoch=epoch,
        parts=parts,
        toc=toc,
    )


ACCESSIBILITY = (
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityFeature", "longDescription"),
    ("schema:accessibilityFeature", "displayTransformability"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityHazard", "none"),
    (
        "schema:accessibilitySummary",
        "Reflowable text with headings; each diagram has a title and a description.",
    ),
)


def document(
    title: str, body: str, course: Course, style: str = "../style/book.css", attributes: str = ""
) -> bytes:
    """A complete XHTML document of the book."""
    language = escape(course.language)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="{XHTML}" xmlns:epub="{EPUB}" lang="{language}" xml:lang="{language}">\n'
        f'<head><meta charset="utf-8"/><title>{escape(title, quote=False)}</title>'
        f'<link rel="stylesheet" type="text/css" href="{style}"/></head>\n<body{attributes}>\n{body}</body>\n</html>\n'
    ).encode()


def _cover_page(course: Course, edition: Edition) -> Part:
    title = escape(f"{course.title}: {course.subtitle}, {edition.subtitle}")
    body = (
        f'<section epub:type="cover" class="cover" aria-label="Cover">'
        f'<img src="../pictures/cover.svg" alt="{title}" role="doc-cover"/></section>\n'
    )
    return Part(
        "cover", "text/cover.xhtml", "application/xhtml+xml", document("Cover", body, course), (), True
    )


def _part(page: book.Page, course: Course) -> Part:
    kind, role = SEMANTICS[page.kind]
    role = f' role="{role}"' if role else ""
    top = "" if page.kind == "module" else f' id="{book.name(page.id)}"'
    body = (
        f'<section epub:type="{kind}"{role} class="page {page.kind}"{top} aria-label="{escape(page.title)}">\n'
        f"{page.xhtml}</section>\n"
    )
    data = document(page.title, body, course)
    return Part(f"page-{page.id}", f"text/{page.id}.xhtml", "application/xhtml+xml", data, (), True)


def _nav(course: Course, pages: Sequence[book.Page]) -> bytes:
    """The navigation document (EPUB 3.3, section 7): contents by part, module and section; landmarks."""
    first = next(page for page in pages if page.kind in ("part", "module"))
    landmarks = (
        '<li><a epub:type="cover" href="text/cover.xhtml">Cover</a></li>'
        '<li><a epub:type="toc" href="nav.xhtml#toc">Contents</a></li>'
        f'<li><a epub:type="bodymatter" href="text/{first.id}.xhtml">Start of the text</a></li>'
    )
    body = (
        '<nav epub:type="toc" id="toc" role="doc-toc" aria-labelledby="toc-title">'
        f'<h1 id="toc-title">Contents</h1>\n<ol>\n{"".join(map(_listed, _toc(pages)))}</ol></nav>\n'
        '<nav epub:type="landmarks" aria-labelledby="landmarks-title" hidden="hidden">'
        f'<h2 id="landmarks-title">Landmarks</h2><ol>{landmarks}</ol></nav>\n'
    )
    return document("Contents", body, course, "style/book.css")


def _listed(point: NavPoint) -> str:
    inner = f"<ol>\n{''.join(map(_listed, point.inner))}</ol>" if point.inner else ""
    return f'<li><a href="{point.path}">{escape(point.title, quote=False)}</a>{inner}</li>\n'


def _toc(pages: Sequence[book.Page]) -> tuple[NavPoint, ...]:
    """Parts hold their modules, modules their sections."""
    points: list[NavPoint] = []
    for page in pages:
        path = f"text/{page.id}.xhtml"
        label = f"{page.label}: {page.title}" if page.label else page.title
        point = NavPoint(label, path, tuple(_point(path, entry) for entry in page.entries))
        if page.kind == "module" and points and points[-1].title.startswith("Part "):
            part = points.pop()
            point = NavPoint(part.title, part.path, (*part.inner, point))
        points.append(point)
    return tuple(points)


def _point(path: str, entry: book.Entry) -> NavPoint:
    return NavPoint(entry.title, f"{path}#{entry.id}", tuple(_point(path, inner) for inner in entry.entries))


def _pictures(course: Course, edition: Edition) -> Iterator[Part]:
    for module in course.modules_of(edition):
        for block in walk(module.document.blocks):
            if isinstance(block, Diagram):
                path = picture_path(module, block)
                id = path.rpartition("/")[2].replace(".", "-")
                yield Part(f"picture-{id}", path, "image/svg+xml", block.svg.encode())
    kinds = {
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "webp": "image/webp",
        "gif": "image/gif",
    }
    for asset in course.assets:
        kind = kinds.get(asset.path.rpartition(".")[2].lower())
        if kind:
            name = asset.path.replace("/", "-")
            yield Part(f"asset-{name.replace('.', '-')}", f"pictures/{name}", kind, asset.data)


def _fonts(theme: Theme) -> Iterator[Part]:
    held = dict(theme.files)
    for name in FONTS:
        yield Part(f"font-{name}", f"fonts/{name}.woff2", "font/woff2", held[f"fonts/web/{name}.woff2"])


def anchors(data: bytes) -> Iterator[str]:
    """Every id in the book's documents, read back from the file."""
    for name, content in files(data):
        if name.endswith(".xhtml"):
            yield from _ids(etree.fromstring(content))


def _ids(tree: etree._Element) -> Iterator[str]:
    return (found for element in tree.iter() if (found := element.get("id")))


def verify(artifact: Artifact) -> tuple[Diagnostic, ...]:
    """Every id is there, and every link inside the book leads to a file and an id that it holds."""
    held = dict(files(artifact.data))
    trees = {name: etree.fromstring(content) for name, content in held.items() if name.endswith(".xhtml")}
    ids = {name: set(_ids(tree)) for name, tree in trees.items()}
    span = Span(artifact.job.path)
    dead = [
        error(
            "V102",
            span,
            f"{name}: nothing at {address}",
            "Report it: links are checked before a book is made.",
        )
        for name, tree in trees.items()
        for address in _addresses(tree)
        if not _reaches(name, address, held, ids)
    ]
    return (*missing(artifact), *dead)


def _addresses(tree: etree._Element) -> Iterator[str]:
    for element in tree.iter():
        for attribute in ("href", "src"):
            value = element.get(attribute)
            if value and not value.startswith(("https:", "mailto:")):
                yield value


def _reaches(name: str, address: str, held: dict[str, bytes], ids: dict[str, set[str]]) -> bool:
    path, _, anchor = address.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    return target in held and (not anchor or anchor in ids.get(target, set()))


TARGET = Target("epub", "application/epub+zip", plan, render, verify)
