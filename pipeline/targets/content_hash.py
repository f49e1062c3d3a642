"""What tells an importer that a module has not changed: a hash over what it says, and over nothing rendered."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256

from pipeline import cache
from pipeline.model import Code, Course, Diagram, Document, Link, Module
from pipeline.targets import pages
from pipeline.targets.links import place

RENDERED = {Diagram: ("svg", "width", "height", "projected"), Code: ("lines",)}
"""What of a block is made of its source."""


def digest(value: object) -> str:
    """sha256 over a value as JSON without spaces, its keys sorted."""
    canonical = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def content_hash(module: Module, course: Course) -> str:
    """sha256 over what the module itself says: its text, its questions, its slides, and the assets it shows.

    Other modules are in it by their ids alone, so it stays when they are renamed or moved; and nothing that is
    rendered is in it."""
    shown = {pages.asset(mark.name) for mark in module.marks if mark.kind == "image"}
    assets = tuple((a.path, sha256(a.data).hexdigest()) for a in course.assets if a.path in shown)
    about = (module.title, module.summary, module.objectives)
    return cache.called(_hashed, (module.document, about, assets, tuple(_meant(module, course))))


def _hashed(document: Document, about: object, assets: object, meant: tuple[tuple[str, str], ...]) -> str:
    said = (about, document.blocks, document.slides, document.skipped, assets)
    return digest(canonical(said, dict(meant)))


def _meant(module: Module, course: Course) -> Iterator[tuple[str, str]]:
    """What the links of a module mean, however its course names its files."""
    for href in sorted({mark.name for mark in module.marks if mark.kind == "link"}):
        found = place(href, module, course)
        yield href, f"{found.kind}:{found.module or found.path}#{found.anchor}"


def canonical(value: object, meant: Mapping[str, str]) -> object:
    """A value of the document as JSON has it: records by the names of their types, without what is rendered, and
    with links as what they mean."""
    if isinstance(value, Link):
        return ["Link", meant.get(value.href, value.href), canonical(value.children, meant)]
    if is_dataclass(value):
        left_out = RENDERED.get(type(value), ())
        held = (getattr(value, field.name) for field in fields(value) if field.name not in left_out)
        return [type(value).__name__, *(canonical(each, meant) for each in held)]
    if isinstance(value, tuple):
        return [canonical(each, meant) for each in value]
    return value
