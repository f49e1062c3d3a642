"""What an adopted course's old debt looks like in a book: a link that leads nowhere is its text.

Errors stop a build, but for those that the baseline names (`pipeline.baseline`): then a link or a
picture may lead nowhere, and no artifact may hold it. Everything else of the course stays as it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any

from pipeline.lint.links import scheme
from pipeline.model import Course, Image, Link, Module
from pipeline.targets.links import place


def mended(course: Course) -> Course:
    """The course without links and pictures that lead nowhere."""
    assets = frozenset(asset.path for asset in course.assets)
    return replace(course, modules=tuple(_module(module, course, assets) for module in course.modules))


def _module(module: Module, course: Course, assets: frozenset[str]) -> Module:
    document = module.document
    inline = partial(_inline, module=module, course=course, assets=assets)
    blocks, slides = _through(document.blocks, inline), _through(document.slides, inline)
    digest = sha256(repr((blocks, slides, document.skipped)).encode()).hexdigest()
    texts: Any = {
        name: _through(getattr(module, name), inline) for name in ("summary", "objectives", "terms")
    }
    return replace(module, **texts, document=replace(document, blocks=blocks, slides=slides, digest=digest))


def _through(value: Any, inline: Callable[[Link | Image], Iterator[Any]]) -> Any:
    """A value with each link and picture in it replaced by what `inline` gives for it."""
    if isinstance(value, tuple):
        found = (_through(item, inline) for item in value)
        return tuple(
            part for item in found for part in (inline(item) if isinstance(item, Link | Image) else (item,))
        )
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{f.name: _through(getattr(value, f.name), inline) for f in fields(value)})


def _inline(it: Link | Image, module: Module, course: Course, assets: frozenset[str]) -> Iterator[Any]:
    if isinstance(it, Image):
        found = place(it.src, module, course)
        yield it if found.kind == "file" and found.path in assets else it.alt or "…"
        return
    found = place(it.href, module, course)
    whole = scheme(it.href) in ("https", "mailto") or (found.kind == "file" and found.path in course.files)
    if found.kind == "module":
        known = {mark.name for mark in course.module(found.module).marks if mark.kind == "heading"}
        whole = not found.anchor or found.anchor in known
        if not whole and found.path:
            it, whole = replace(it, href=it.href.partition("#")[0]), True
    yield from (it,) if whole else it.children
    if scheme(it.href) == "http":
        yield f" ({it.href})"
