"""Blocks and inlines to XHTML: one writer for books, decks and pages.

What differs between outputs is a `Writing`: how ids are prefixed, where a link leads, how a picture
is embedded, what a quiz item shows. The text is XML (XHTML5, HTML Standard, section 14), so EPUB,
WeasyPrint and browsers read the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from pipeline.document.text import text
from pipeline.model import (
    NUMBERED,
    Block,
    Blocks,
    Break,
    Callout,
    Code,
    CodeSpan,
    Diagram,
    Image,
    Inline,
    ItemList,
    Link,
    Note,
    Output,
    Paragraph,
    Plain,
    Question,
    Quiz,
    Quotation,
    Section,
    Styled,
    Table,
    ThematicBreak,
)

CALLOUT_TITLES = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
}
ITEM_FACTS = ("Level.", "Objective.", "Objectives.")
LETTERS = "ABCDEFGHIJ"
LANGUAGE_NAMES = {"js": "JavaScript", "mjs": "JavaScript", "sh": "Shell", "json": "JSON", "yaml": "YAML"}


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a link leads in this output: an address, or none and a remark to print behind the text.
    `inside` says that the address is a place of this output, `kind` what kind of reference it is: a term of
    the Structural Semantics Vocabulary that has a role of DPUB-ARIA of the same name."""

    href: str = ""
    remark: str = ""
    inside: bool = False
    kind: str = ""


@dataclass
class Writing:
    """How one output writes a document.

    `picture` gives the XHTML of a diagram, `image` the address of an asset, `link` where an address
    leads. `answer` gives the address of a question's answer, or '' when none is printed, and `page_of`
    what is printed of the page on which an address stands (the second argument: between parentheses
    already). `apart` gives the address of an interview question's model answer where that is printed
    elsewhere (`model_answer`). `shows` says whether a block belongs in this output (a bridge box does not
    always). With `columns`, code is set for paper: lines are broken there, with a mark, and get no elements
    of their own. `numbers` are those of paragraphs, by identity: they say on which page of print each begins.
    """

    link: Callable[[str], Leads]
    image: Callable[[str], str]
    picture: Callable[[Diagram], str]
    prefix: str = ""
    epub: bool = False
    columns: int = 0
    answer: Callable[[Question], str] = lambda question: ""
    page_of: Callable[[str, bool], str] = lambda address, within: ""
    apart: Callable[[Section], str] = lambda section: ""
    shows: Callable[[Block], bool] = lambda block: True
    numbers: Mapping[int, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def id(self, local: str) -> str:
        """The id of a block in this output."""
        return escape(self.prefix + local, quote=True)

    # --- inlines -----------------------------------------------------------------------------

    def inlines(self, inlines: Iterable[Inline]) -> str:
        """Inlines as phrasing content."""
        made = ""
        for inline in inlines:
            if isinstance(inline, Link):
                made += self._link(inline, made.count("(") > made.count(")"))
            else:
                made += self._inline(inline)
        return made

    def _inline(self, inline: Inline) -> str:
        match inline:
            case str():
                return escape(inline, quote=False)
            case Styled(style=style, children=children):
                return f"<{style}>{self.inlines(children)}</{style}>"
            case CodeSpan(text=code):
                return f"<code>{_breakable(escape(code, quote=False))}</code>"
            case Link():
                return self._link(inline, False)
            case Image(src=src, alt=alt):
                return f'<img src="{escape(self.image(src))}" alt="{escape(alt)}"/>'
            case Break():
                return "<br/>"
            case Note():
                return self._note(inline)

    def _link(self, link: Link, within: bool) -> str:
        leads, inner = self.link(link.href), self.inlines(link.children)
        remark = f' <span class="elsewhere">({escape(leads.remark)})</span>' if leads.remark else ""
        if not leads.href:
            return inner + remark
        inner = _NUMBERED.sub("\\1\u00a0\\2", inner)
        page = self.page_of(leads.href, within) if leads.inside else ""
        kind = f' epub:type="{leads.kind}" role="doc-{leads.kind}"' if leads.kind else ""
        return f'<a href="{escape(leads.href)}"{kind}>{inner}</a>{page}{remark}'

    def _note(self, note: Note) -> str:
        self.notes.append(note)
        number, id = len(self.notes), self.id(note.id)
        kind = f' id="{id}.ref" epub:type="noteref" role="doc-noteref"' if self.epub else ""
        return f'\u2060<sup class="noteref"><a href="#{id}"{kind}>{number}</a></sup>'

    def _begins(self, block: Block) -> str:
        number = self.numbers.get(id(block))
        return "" if number is None else f' id="{NUMBERED}{number}"'

    # --- blocks ------------------------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Blocks as flow content, one after the other."""
        return "".join(self._block(block) for block in blocks if self.shows(block))

    def footnotes(self) -> str:
        """The footnotes met since the last call, as a section; '' when there were none."""
        met, self.notes = self.notes, []
        kind = ' epub:type="footnote" role="doc-footnote"' if self.epub else ""
        rows = "".join(
            f'<aside id="{self.id(note.id)}"{kind}><div class="note-number">{self._back(note, number)}</div>'
            f"<div>{self.blocks(note.blocks)}</div></aside>"
            for number, note in enumerate(met, 1)
        )
        return f'<section class="footnotes" aria-label="Footnotes">{rows}</section>' if rows else ""

    def _back(self, note: Note, number: int) -> str:
        """The number of a footnote; where pages are no help, it leads back to the text."""
        if not self.epub:
            return str(number)
        where = f"Back to the text of note {number}"
        return f'<a href="#{self.id(note.id)}.ref" role="doc-backlink" aria-label="{where}">{number}</a>'

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(inlines=(Image() as image,)):
                return self._figure(image)
            case Paragraph(inlines=inlines):
                return f"<p{self._begins(block)}>{self.inlines(inlines)}</p>\n"
            case Plain(inlines=inlines):
                return self.inlines(inlines)
            case Section():
                return self.section(block)
            case ItemList():
                return self._list(block)
            case Quotation(blocks=inner):
                return f"<blockquote>{self.blocks(inner)}</blockquote>\n"
            case Callout():
                return self._callout(block)
            case Code():
                return self.code(block)
            case Output():
                return self._output(block)
            case Diagram():
                return self._diagram(block)
            case Table():
                return self.table(block)
            case ThematicBreak():
                return "<hr/>\n"
            case Quiz(questions=questions):
                return "".join(self.question(question, n) for n, question in enumerate(questions, 1))

    def section(self, section: Section) -> str:
        """A heading with its content."""
        kind = f" {section.kind}" if section.kind else ""
        heading = f"h{section.level}"
        return (
            f'<section class="level{section.level}{kind}" id="{self.id(section.id)}">\n'
            f"<{heading}>{self.inlines(section.title)}</{heading}>\n{self._inside(section)}</section>\n"
        )

    def _inside(self, section: Section) -> str:
        """The section's blocks; of an item, the short facts (level, objectives) come on one line."""
        if not section.kind:
            return self.blocks(section.blocks)
        facts = [
            block.inlines for block in section.blocks if isinstance(block, Paragraph) and _is_fact(block)
        ]
        line = " ".join(map(self.inlines, facts))
        head = f'<p class="item-facts">{line}</p>\n' if line else ""
        address = self.apart(section)
        if address:
            return f'{head}<p class="to-answer"><a href="{escape(address)}">Model answer</a></p>\n'
        return head + self.model_answer(section)

    def model_answer(self, section: Section) -> str:
        """An item without its short facts: of an interview question, what to answer."""
        return self.blocks(block for block in section.blocks if not _is_fact(block))

    def _figure(self, image: Image) -> str:
        return f'<figure class="picture">{self._inline(image)}</figure>\n'

    def _list(self, block: ItemList) -> str:
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = "".join(f"<li{self._item(item)}>{self.blocks(item)}</li>\n" for item in block.items)
        return f"<{tag}{start}>\n{items}</{tag}>\n"

    def _item(self, blocks: Blocks) -> str:
        return self._begins(blocks[0]) if blocks and isinstance(blocks[0], Plain) else ""

    def _callout(self, block: Callout) -> str:
        kind = "bridge" if block.bridge else block.kind
        title = "Bridge" if block.bridge else CALLOUT_TITLES[block.kind]
        return (
            f'<aside class="callout {kind}" id="{self.id(block.id)}" role="note" aria-label="{title}">'
            f'<p class="callout-title">{title}</p>{self.blocks(block.blocks)}</aside>\n'
        )

    def code(self, block: Code, first: int = 1) -> str:
        """A listing: its file's name, its lines, and why it is only shown where it is. A fence without lines
        stands for a program whose output follows: it has nothing to show, and stays an aim of links."""
        if not block.text:
            return f'<div id="{self.id(block.id)}"></div>\n'
        language = LANGUAGE_NAMES.get(block.language, block.language)
        name = block.get("file")
        more = ", continued" if block.get("append") == "true" else ""
        caption = f'<figcaption class="file">{escape(name)}{more}</figcaption>' if name else ""
        why = block.get("why")
        remark = f'<p class="not-run">Shown, not run: {escape(why)}</p>' if why else ""
        lines = self._lines(block.lines)
        label = f"{language} code" + (f", {name}" if name else "")
        return (
            f'<figure class="code" id="{self.id(block.id)}">{caption}'
            f'<pre tabindex="0" aria-label="{escape(label)}" role="group"><code>{lines}</code></pre>'
            f"{remark}</figure>\n"
        )

    def _output(self, block: Output) -> str:
        lines = self._lines([escape(line, quote=False) for line in block.text.split("\n")])
        return (
            f'<figure class="code output" id="{self.id(block.id)}"><figcaption>Output</figcaption>'
            f'<pre tabindex="0" aria-label="Output" role="group"><code>{lines}</code></pre></figure>\n'
        )

    def _lines(self, lines: Iterable[str]) -> str:
        if self.columns:
            return "\n".join(wrapped(line, self.columns) for line in lines)
        return "\n".join(f'<span class="line">{line}</span>' for line in lines)

    def _diagram(self, block: Diagram) -> str:
        caption = f"<figcaption>{escape(block.title)}</figcaption>" if block.title else ""
        id = self.id(block.id)
        return f'<figure class="diagram" id="{id}">{self.picture(block)}{caption}</figure>\n'

    def table(self, block: Table) -> str:
        """A table whose header cells name their columns (WCAG 2.2, technique H63); an empty corner names none, so it
        is a cell like others."""
        head = "".join(
            f'<th scope="col"{_aligned(block, n)}>{self.inlines(cell)}</th>'
            if text(cell).strip()
            else f"<td{_aligned(block, n)}></td>"
            for n, cell in enumerate(block.head)
        )
        titles = [f' data-title="{escape(text(cell))}"' if self.epub else "" for cell in block.head]
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{_aligned(block, n)}{''.join(titles[n : n + 1])}>{self.inlines(cell)}</td>"
                for n, cell in enumerate(row)
            )
            + "</tr>\n"
            for row in block.rows
        )
        columns = len(block.align)
        return (
            f'<div class="table" id="{self.id(block.id)}"><table class="columns{columns}">'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
        )

    # --- quiz --------------------------------------------------------------------------------

    def question(self, question: Question, number: int) -> str:
        """A quiz item without its answer."""
        kinds = {
            "single": "one answer",
            "multiple": "several answers",
            "numeric": "a number",
            "order": "put in order",
        }
        answer = self.answer(question)
        page = self.page_of(answer, False) if answer else ""
        link = (
            f'<p class="to-answer"><a href="{escape(answer)}">Answer to {number}</a>{page}</p>'
            if answer
            else ""
        )
        return (
            f'<section class="question" id="{self.id(question.id)}" aria-label="Question {number}">'
            f'<p class="question-head"><span class="question-number">{number}</span> '
            f"<span>{question.level}, {kinds[question.kind]}</span></p>"
            f"{self.blocks(question.stem)}{self._choices(question)}{link}</section>\n"
        )

    def _choices(self, question: Question) -> str:
        if question.options:
            items = "".join(f"<li>{self.inlines(option.text)}</li>" for option in question.options)
            return f'<ol class="options">{items}</ol>\n'
        if question.items:
            shown = sorted(question.items, key=text)
            items = "".join(f"<li>{self.inlines(item)}</li>" for item in shown)
            return f'<ul class="options">{items}</ul>\n'
        return ""

    def solution(self, question: Question) -> str:
        """The answer of a quiz item, with the reason for every option."""
        if question.options:
            rows = "".join(
                f'<li class="{"key" if option.correct else "distractor"}">'
                f"<strong>{'Right' if option.correct else 'Wrong'}.</strong> {self.inlines(option.why)}</li>"
                for option in question.options
            )
            return f'<ol class="options">{rows}</ol>\n'
        if question.items:
            rows = "".join(f"<li>{self.inlines(item)}</li>" for item in question.items)
            return f"<ol>{rows}</ol><p>{self.inlines(question.why)}</p>\n"
        return f"<p>{self.inlines(question.why)}</p>\n"

    def key(self, question: Question) -> str:
        """The short answer: letters, a number."""
        if question.options:
            return ", ".join(LETTERS[n] for n, option in enumerate(question.options) if option.correct)
        within = f" (± {question.tolerance})" if question.tolerance not in ("", "0") else ""
        return f"{escape(question.answer)}{within}" if question.answer else "in this order"


def _is_fact(block: Block) -> bool:
    lead = block.inlines[0] if isinstance(block, Paragraph) and block.inlines else ""
    return isinstance(lead, Styled) and text(lead.children) in ITEM_FACTS


def _aligned(block: Table, column: int) -> str:
    side = block.align[column] if column < len(block.align) else ""
    return f' class="{side}"' if side in ("right", "center") else ""


def _breakable(code: str) -> str:
    """Long code in running text may break after a slash, a dot or an underscore."""
    if len(code) < 24:
        return code
    for mark in ("/", "_", "."):
        code = code.replace(mark, f"{mark}<wbr/>")
    return code


_NUMBERED = re.compile(r"\b(Module|Part) (\d)")
_PIECES = re.compile(r"<[^>]*>|&\w+;|.", re.DOTALL)
WRAP = '<span class="wrap">↪</span>'


def wrapped(line: str, columns: int) -> str:
    """A line of code as XHTML, broken after so many characters; each further part begins with ↪."""
    made, column, opened = "", 0, ""
    for piece in _PIECES.findall(line):
        if piece.startswith("<"):
            opened = "" if piece.startswith("</") else piece
            made += piece
            continue
        if column == columns:
            made += ("</span>" if opened else "") + "\n" + WRAP + " " + opened
            column = 2
        made, column = made + piece, column + 1
    return made


def plain_links(href: str) -> Leads:
    """Links of a text that stands alone: outside ones stay, the rest becomes text."""
    return Leads(href) if href.startswith("https://") else Leads()


def standing_alone(prefix: str = "") -> Writing:
    """A writing for short texts outside a book: no pictures, only outside links."""
    return Writing(plain_links, lambda src: src, lambda diagram: "", prefix)


def fragment(blocks: Blocks) -> str:
    """Blocks as XHTML that stands alone."""
    return standing_alone().blocks(blocks)
