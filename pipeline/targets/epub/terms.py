"""Links from a module's text to the glossary.

Each term that the module itself introduces is linked where it is first used in a paragraph or a list.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.model import (
    Block,
    Blocks,
    Callout,
    Inline,
    Inlines,
    ItemList,
    Link,
    Module,
    Paragraph,
    Plain,
    Quotation,
    Section,
    Styled,
)
from pipeline.targets.book import TERM
from pipeline.targets.references import term_id


def glossed(module: Module) -> Module:
    """The module with its terms linked. Headings, links, tables and code stay as they are."""
    if not module.terms:
        return module
    blocks = _Linking(module).blocks(module.document.blocks)
    return replace(module, document=replace(module.document, blocks=blocks))


class _Linking:
    """One pass over a module: a term that has been met is not looked for again."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.left = {term.name.casefold(): term for term in module.terms}
        self.pattern = _pattern(self.left)

    def blocks(self, blocks: Blocks) -> Blocks:
        return tuple(map(self.block, blocks))

    def block(self, block: Block) -> Block:
        match block:
            case Paragraph(inlines=inlines) | Plain(inlines=inlines):
                return replace(block, inlines=self.inlines(inlines))
            case Section(blocks=inner) | Callout(blocks=inner) | Quotation(blocks=inner):
                return replace(block, blocks=self.blocks(inner))
            case ItemList(items=items):
                return replace(block, items=tuple(map(self.blocks, items)))
        return block

    def inlines(self, inlines: Inlines) -> Inlines:
        return tuple(made for inline in inlines for made in self._inline(inline))

    def _inline(self, inline: Inline) -> Iterator[Inline]:
        if isinstance(inline, Styled):
            yield replace(inline, children=self.inlines(inline.children))
        elif isinstance(inline, str):
            yield from self._text(inline)
        else:
            yield inline

    def _text(self, text: str) -> Iterator[Inline]:
        start = 0
        while self.left and (found := self.pattern.search(text, start)):
            if found.start() > start:
                yield text[start : found.start()]
            term = self.left.pop(found[1].casefold())
            self.pattern = _pattern(self.left)
            yield Link(TERM + term_id(self.module, term), (found[0],))
            start = found.end()
        if start < len(text):
            yield text[start:]


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Any of these names as whole words, in the singular or the plural, the longest first."""
    alike = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<![\w-])({alike})(?:e?s)?(?![\w-])", re.IGNORECASE)
