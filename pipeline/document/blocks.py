"""Pandoc's AST to our blocks and inlines; positions go to marks and are dropped (pandoc-types 1.23).

With `sourcepos` pandoc wraps every element in a `Div` or `Span` that carries `data-pos`. One walk
strips them, joins the words that they part, and remembers where the things stand that rules and
renderers may have to name.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.deceptive import UNSEEN
from pipeline.diagnostics import Span
from pipeline.document.highlight import HIGHLIGHT, highlighted, steps
from pipeline.document.positions import DEEPEST, Comment, Positions, Run, verbatim_text
from pipeline.document.text import bridge_of, text
from pipeline.mapping import UNPRINTABLE
from pipeline.model import (
    Block,
    Blocks,
    Break,
    Callout,
    Code,
    CodeSpan,
    Image,
    Inline,
    Inlines,
    ItemList,
    Link,
    Mark,
    Note,
    Output,
    Paragraph,
    Plain,
    Quotation,
    Section,
    Styled,
    Table,
    ThematicBreak,
)

CALLOUTS = ("note", "tip", "important", "warning", "caution")
RAW_STYLES = ("kbd", "sub", "sup")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG = re.compile(r"<(/?)(\w+)\s*(/?)>\Z")
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}
_ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": ""}

Fence = Callable[["Conversion", str, tuple[tuple[str, str], ...], str, Span], Block | None]


@dataclass
class Conversion(Positions):
    """One text on its way into blocks. `fences` maps a fence's first class to what makes its block."""

    fences: dict[str, Fence] = field(default_factory=dict)

    def text_of(self, kind: str, nodes: Iterable[dict[str, Any]], around: Span) -> Inlines:
        """The inlines of a block, its text marked as prose of that kind."""
        outer, self.run = self.run, Run()
        made = self.inlines(nodes, around)
        text = "".join(self.run.parts)
        if text.strip():
            self.marks.append(Mark("prose", around, kind, text, places=self.run.places.tobytes()))
        self.run = outer
        return made

    # --- blocks ------------------------------------------------------------------------------

    def blocks(self, nodes: Iterable[dict[str, Any]], around: Span | None = None) -> list[Any]:
        """Blocks in order. Headings come as flat `Section`s without content, and comments as
        `Comment`s: `pipeline.document.sections` puts both in their place."""
        around = around or Span(self.path, self.line)
        self.deeper()
        made = [block for node in nodes for block in self._block(node, around)]
        self.depth -= 1
        return made

    def inner(self, nodes: Iterable[dict[str, Any]], around: Span) -> Blocks:
        """Blocks inside a block or a short text: comments are dropped, and no heading may be there."""
        return tuple(
            self._no_heading(b, around) for b in self.blocks(nodes, around) if not isinstance(b, Comment)
        )

    def _no_heading(self, block: Block, around: Span) -> Block:
        if not isinstance(block, Section):
            return block
        line, column = map(int, block.key.split(":"))
        what = "a heading inside a list, a quotation or a short text"
        self.unsupported(what, Span(self.path, line, column), "Make it a paragraph with a bold lead.")
        return Paragraph(block.title)

    def deeper(self) -> None:
        """One level down. RecursionError where a text nests deeper than anything could show."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise RecursionError("nested too deeply")

    def _block(self, node: dict[str, Any], around: Span) -> Iterator[Any]:
        content: Any = node.get("c")
        match node["t"]:
            case "Div":
                yield from self._div(content, around)
            case "Para":
                yield Paragraph(self.text_of("paragraph", content, around))
            case "Plain":
                yield Plain(self.text_of("item", content, around))
            case "Header":
                yield self._heading(content, around)
            case "CodeBlock":
                made = self._fence(content, around)
                if made:
                    yield made
            case "BulletList":
                yield ItemList(False, 1, self._items(content, around))
            case "OrderedList":
                yield ItemList(True, content[0][0], self._items(content[1], around))
            case "BlockQuote":
                yield self._quotation(content, around)
            case "Table":
                yield self._table(content, around)
            case "HorizontalRule":
                yield ThematicBreak()
            case "RawBlock":
                yield from self._raw(content[1], around)
            case other:
                self.unsupported(f"a {other}", around)

    def _div(self, content: Any, around: Span) -> Iterator[Any]:
        (_, classes, attributes), inner = content
        span = self.span(attributes, around)
        body = [node for node in inner if not _is_title(node)]
        kind = next((name for name in classes if name in CALLOUTS), "") if len(body) < len(inner) else ""
        if not kind:
            if classes:
                self.unsupported("attributes in braces", span, "Only code fences have attributes.")
            yield from self.blocks(inner, span)
            return
        blocks = self.inner(body, span)
        bridge = bridge_of(blocks)
        id = self.number("callout")
        self.mark("callout", span, kind, bridge)
        yield Callout(id, kind, blocks, bridge)

    def _heading(self, content: Any, around: Span) -> Section:
        level, (_, _, attributes), inlines = content
        span = self.span(attributes, around)
        last = Span(span.path, span.line, span.column, span.line, span.end_column)
        return Section(
            "", level, self.text_of("heading", inlines, last), (), key=f"{span.line}:{span.column}"
        )

    def _items(self, items: Iterable[Any], around: Span) -> tuple[Blocks, ...]:
        made = [self.inner(item, around) for item in items]
        loose = any(isinstance(block, Paragraph) for item in made for block in item[1:])
        return tuple(tuple(block if loose else _tight(block) for block in _joined(item)) for item in made)

    def _quotation(self, content: Any, around: Span) -> Quotation:
        made = Quotation(self.inner(content, around))
        first = made.blocks[0] if made.blocks else None
        said = text(first.inlines) if isinstance(first, Paragraph) else ""
        if said.startswith("[!"):
            self.mark("callout", around, said[2:].split("]")[0].lower())
        return made

    def _table(self, content: Any, around: Span) -> Table:
        (_, _, attributes), _, columns, head, bodies, _ = content
        span = self.span(attributes, around)
        rows = [row for body in bodies for row in body[3]]
        header = [self._cells(row, span) for row in head[1]]
        id = self.number("table")
        self.mark("table", span, id, "" if any(map(text, header[0] if header else ())) else "headless")
        return Table(
            id,
            tuple(_ALIGN[column[0]["t"]] for column in columns),
            header[0] if header else (),
            tuple(self._cells(row, span) for row in rows),
        )

    def _cells(self, row: Any, around: Span) -> tuple[Inlines, ...]:
        def inside(blocks: list[Any]) -> Inlines:
            made = self.blocks(blocks, around)
            return made[0].inlines if made and isinstance(made[0], Plain | Paragraph) else ()

        return tuple(inside(cell[4]) for cell in row[1])

    def _fence(self, content: Any, around: Span) -> Block | None:
        (identifier, classes, pairs), code = content
        span = self.span(pairs, around)
        language = classes[0] if classes else ""
        attributes = tuple((str(k), str(v)) for k, v in pairs if k != "data-pos")
        if identifier:
            attributes = (("id", identifier), *attributes)
        make = self.fences.get(language, Conversion.code)
        return make(self, code, attributes, language, span)

    def code(self, code: str, attributes: tuple[tuple[str, str], ...], language: str, span: Span) -> Block:
        """An ordinary fence."""
        given = dict(attributes).get("id", "")
        self.mark("code", span, given, language, int(self.apart))
        told = dict(attributes).get("highlight", "")
        stepped = steps(told) if re.fullmatch(HIGHLIGHT, told) else ()
        id = self.number("code", given)
        return Code(id, language, code, highlighted(code, language), attributes, stepped)

    def output(self, code: str, attributes: tuple[tuple[str, str], ...], language: str, span: Span) -> Block:
        """An `output` fence: what a code block prints."""
        of = dict(attributes).get("for", "")
        self.mark("output", span, of, level=int(self.apart))
        return Output(self.number("output", of), of, code, attributes)

    def _raw(self, html: str, around: Span) -> Iterator["Comment"]:
        start = 0
        for found in _COMMENT.finditer(html):
            if html[start : found.start()].strip():
                break
            line, column = verbatim_text(html, around).where(found.start())
            span = Span(self.path, line, column, around.end_line, around.end_column)
            self.mark("comment", span, said=found[1])
            yield Comment(found[1], span)
            start = found.end()
        if html[start:].strip():
            self.unsupported("raw HTML", around)

    # --- inlines -----------------------------------------------------------------------------

    def inlines(self, nodes: Iterable[Any], around: Span) -> Inlines:
        """Inlines in order, words joined, positions dropped."""
        made: list[Inline] = []
        opened: list[tuple[str, list[Inline]]] = []
        words: list[str] = []
        self.deeper()
        for node in nodes:
            if isinstance(node, str):
                self.run.add(node)
                words.append(node)
                continue
            if isinstance(node, list):
                self.run.add(node[1], self.start(node[0]))
                words.append(self._printable(node[1], around))
                continue
            if words:
                _append(made, "".join(words))
                words.clear()
            at = around
            if node["t"] == "Span" and len(node["c"][1]) == 1 and _kind(node["c"][1][0]) == "RawInline":
                at, node = self.span(node["c"][0][2], around), node["c"][1][0]
            if node["t"] == "RawInline":
                made = self._tag(node["c"][1], made, opened, at)
            else:
                for inline in self._inline(node, around):
                    _append(made, inline)
        self.depth -= 1
        if words:
            _append(made, "".join(words))
        for name, _ in opened:
            self.unsupported(f"an unclosed <{name}>", around)
        return tuple(made)

    def _printable(self, word: str, around: Span) -> str:
        if word.isprintable():
            return word
        if UNSEEN.search(word):
            self.unsupported("a character that is not seen", around, "Remove it.")
        if UNPRINTABLE.search(word):
            self.unsupported("a control character", around, "Remove it.")
        return UNPRINTABLE.sub("�", word)

    def _tag(
        self, html: str, made: list[Inline], opened: list[tuple[str, list[Inline]]], around: Span
    ) -> list[Inline]:
        """Open or close one of the few HTML elements that a text may hold."""
        tag = _TAG.match(html)
        name = tag[2].lower() if tag else ""
        if name == "br":
            made.append(Break())
        elif tag and name in RAW_STYLES and not tag[1]:
            opened.append((name, made))
            return []
        elif tag and opened and opened[-1][0] == name:
            outer = opened.pop()[1]
            outer.append(Styled(name, tuple(made)))
            return outer
        elif not html.startswith("<!--"):
            self.unsupported(f"raw HTML ({html})", around)
        return made

    def _inline(self, node: dict[str, Any], around: Span) -> Iterator[Inline]:
        content: Any = node.get("c")
        match node["t"]:
            case "Str":
                self.run.add(content, (around.line, around.column))
                yield self._printable(content, around)
            case "Space" | "SoftBreak":
                self.run.add(" ")
                yield " "
            case "LineBreak":
                self.run.add(" ")
                yield Break()
            case "Span":
                span = self.span(content[0][2], around)
                yield from self.inlines(content[1], span)
            case "Emph" | "Strong" | "Strikeout" | "Underline" as kind:
                style = {"Emph": "em", "Strong": "strong", "Strikeout": "del", "Underline": "em"}[kind]
                yield Styled(style, self.inlines(content, around))
            case "Quoted":
                left, right = _QUOTES[content[0]["t"]]
                self.run.add(left)
                yield left
                yield from self.inlines(content[1], around)
                self.run.add(right)
                yield right
            case "Code":
                self.run.add("\ufffc")
                yield CodeSpan(content[1])
            case "Link":
                yield self._link(content, around)
            case "Image":
                yield self._image(content, around)
            case "Note":
                id = self.number("note")
                outer, self.apart = self.apart, True
                yield Note(id, self.inner(content, around))
                self.apart = outer
            case "Superscript" | "Subscript" as kind:
                yield Styled(kind[:3].lower(), self.inlines(content, around))
            case other:
                self.unsupported(f"a {other}", around)

    def _link(self, content: Any, around: Span) -> Link:
        (_, _, attributes), inner, (href, _) = content
        span = self.span(attributes, around)
        children = self.inlines(inner, span)
        href = UNPRINTABLE.sub("�", href)
        self.mark("link", span, href, text(children))
        return Link(href, children)

    def _image(self, content: Any, around: Span) -> Image:
        (_, _, attributes), inner, (src, _) = content
        span = self.span(attributes, around)
        alt = text(self.inlines(inner, span))
        self.mark("image", span, src, alt)
        return Image(src, alt)


def _is_title(node: dict[str, Any]) -> bool:
    return bool(node["t"] == "Div" and "title" in node["c"][0][1])


def _kind(node: Any) -> str:
    return str(node["t"]) if isinstance(node, dict) else ""


def _append(made: list[Inline], inline: Inline) -> None:
    if isinstance(inline, str) and made and isinstance(made[-1], str):
        made[-1] += inline
    else:
        made.append(inline)


def _tight(block: Any) -> Any:
    return Plain(block.inlines) if isinstance(block, Paragraph) else block


def _joined(blocks: Blocks) -> Blocks:
    """A task list item comes as its box and its text, apart: put them together."""
    match blocks:
        case (Plain(inlines=("☐" | "☒" as box,)), Plain(inlines=rest) | Paragraph(inlines=rest), *others):
            return (Plain((f"{box} ", *rest)), *others)
    return blocks
