"""From Markdown to the canonical document: every kind of block and inline, positions, words, code, XHTML."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from sources import BODY_LINE, compiled_module, findings, module_text, small_course

from pipeline.document.highlight import CLASSES, highlighted, known
from pipeline.document.slugs import Slugger
from pipeline.document.text import count_words, inlines_of, plain, prose, text, walk
from pipeline.document.xhtml import fragment, standing_alone, wrapped
from pipeline.model import (
    Blocks,
    Break,
    Callout,
    Code,
    CodeSpan,
    Diagram,
    Directive,
    Image,
    ItemList,
    Link,
    Module,
    Note,
    Output,
    Paragraph,
    Plain,
    Quiz,
    Quotation,
    Section,
    Styled,
    Table,
    ThematicBreak,
)

HEAD = "# First\n\n## Concepts\n\n"
HEAD_LINES = 4


@pytest.fixture
def module(tmp_path: Path):
    """Compiles a text that stands under `## Concepts`; its first line is line `BODY_LINE + 4`."""

    def compile(markdown: str, fields: str = "") -> Module:
        return compiled_module(tmp_path, HEAD + markdown, fields)

    return compile


@pytest.fixture
def blocks(module):
    """The blocks of a text."""

    def compile(markdown: str) -> Blocks:
        (section,) = module(markdown).document.blocks
        return section.blocks

    return compile


@pytest.fixture
def inlines(blocks):
    """The inlines of a text of one paragraph."""

    def compile(markdown: str):
        (paragraph,) = blocks(markdown)
        return paragraph.inlines

    return compile


def places(module: Module, kind: str) -> list[tuple[int, int, str]]:
    """Line (of the text given), column and name of the marks of a kind."""
    shift = BODY_LINE + HEAD_LINES - 1
    return [(m.span.line - shift, m.span.column, m.name) for m in module.marks if m.kind == kind]


# --- inlines ---------------------------------------------------------------------------------

INLINES = {
    "plain words": ("one  two\nthree", ("one two three",)),
    "emphasis": ("*a* _b_", (Styled("em", ("a",)), " ", Styled("em", ("b",)))),
    "strong": ("**a** __b__", (Styled("strong", ("a",)), " ", Styled("strong", ("b",)))),
    "nested": ("**a *b* `c`**", (Styled("strong", ("a ", Styled("em", ("b",)), " ", CodeSpan("c"))),)),
    "struck": ("~~a~~", (Styled("del", ("a",)),)),
    "code": ("`` a`b ``", (CodeSpan("a`b"),)),
    "code keeps quotes": ("`\"a\" -- 'b'...`", (CodeSpan("\"a\" -- 'b'..."),)),
    "keys": ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", (Styled("kbd", ("Ctrl",)), "+", Styled("kbd", ("C",)))),
    "sub and sup": ("H<sub>2</sub>O x<sup>**n**</sup>", (
        "H", Styled("sub", ("2",)), "O x", Styled("sup", (Styled("strong", ("n",)),)))),
    "hard breaks": ("a  \nb\\\nc<br>d<br/>e", ("a", Break(), "b", Break(), "c", Break(), "d", Break(), "e")),
    "link": ("[a *b*](c.md \"title\")", (Link("c.md", ("a ", Styled("em", ("b",)))),)),
    "reference link": ("[a][r]\n\n[r]: https://example.org/", (Link("https://example.org/", ("a",)),)),
    "bare address": ("https://example.org/a_b", (Link("https://example.org/a_b", ("https://example.org/a_b",)),)),
    "angled address": ("<https://example.org>", (Link("https://example.org", ("https://example.org",)),)),
    "image": ("a ![b *c*](d.png)", ("a ", Image("d.png", "b c"))),
    "double quotes": ('"a" "b \'c\' d"', ("“a” “b ‘c’ d”",)),
    "apostrophes": ("it's the '90s, rock 'n' roll", ("it’s the ’90s, rock ‘n’ roll",)),
    "quotes around code": ('"`a`"', ("“", CodeSpan("a"), "”")),
    "dashes and dots": ("a -- b --- c ...", ("a – b — c …",)),
    "tildes are no subscript": ("~4,000 words, a~b", ("~4,000 words, a~b",)),
    "carets are no superscript": ("2^32 and a^b^c", ("2^32 and a^b^c",)),
    "dollars are no math": ("$5 and $6, $x$", ("$5 and $6, $x$",)),
    "no definition list": ("a\n: b", ("a : b",)),
    "entities": ("&lt;b&gt; &amp; &copy; &#169;", ("<b> & © ©",)),
    "escapes": (r"\*a\* \`b\` \<br> 1\. c", ("*a* `b` <br> 1. c",)),
    "emoji by name": (":smile:", ("😄",)),
    "less than": ("a < b && c > d", ("a < b && c > d",)),
    "a comment is dropped": ("a <!-- b --> c", ("a  c",)),
    "the end of a comment": ("a --> b", ("a –> b",)),
    "beyond the basic plane": ("𝒙 日本語 é", ("𝒙 日本語 é",)),
    "an issue number": ("#12 is open", ("#12 is open",)),
    "underscores in words": ("snake_case_name", ("snake_case_name",)),
}  # fmt: skip


@pytest.mark.parametrize("title", INLINES)
def test_inline(title: str, inlines) -> None:
    markdown, expected = INLINES[title]
    assert inlines(markdown) == expected


def test_footnote(inlines) -> None:
    first, note, rest = inlines("a[^1] b\n\n[^1]: **c**\n\n    d")
    assert (first, rest) == ("a", " b")
    assert note == Note("note.1", (Paragraph((Styled("strong", ("c",)),)), Paragraph(("d",))))


SHORT = {
    "a comparison": ("> 5 ms", ("> 5 ms",)),
    "a negative number": ("- 5", ("- 5",)),
    "a number with a dot": ("1. one", ("1. one",)),
    "a hash": ("# one", ("# one",)),
    "hashes at the end": ("a ## ", ("a ##",)),
    "C#": ("C# and F#", ("C# and F#",)),
    "a rule": ("---", ("—",)),
    "a definition": ("[a]: b", ("[a]: b",)),
    "lines": ("a\nb", ("a b",)),
    "markup": ("*a* `b`", (Styled("em", ("a",)), " ", CodeSpan("b"))),
    "quotes": ('"a" and "b"', ("“a” and “b”",)),
    "table": ("a | b", ("a | b",)),
    "code by indentation": ("    a", ("a",)),
    "nothing but spaces": ("  ", ()),
}


@pytest.mark.parametrize("title", SHORT)
def test_short_text_is_inline_whatever_it_begins_with(title: str, module) -> None:
    """An option of a quiz that reads "> 5 ms" is no quotation, and must not be lost."""
    written, expected = SHORT[title]
    summary = "".join(f"\n  {line}" if line.strip() else "\n" for line in written.split("\n"))
    field = f"summary: |-{summary}" if "    " not in written and written.strip() else f'summary: "{written}"'
    text_only = module("Some words.\n", f"{field}\n")
    assert text_only.summary == expected


# --- blocks ----------------------------------------------------------------------------------

BLOCKS = {
    "paragraphs": ("a\n\nb", (Paragraph(("a",)), Paragraph(("b",)))),
    "tight list": ("- a\n- b", (ItemList(False, 1, ((Plain(("a",)),), (Plain(("b",)),))),)),
    "loose list": ("- a\n\n  b\n- c", (
        ItemList(False, 1, ((Paragraph(("a",)), Paragraph(("b",))), (Paragraph(("c",)),))),)),
    "numbered list": ("3. a\n4. b", (ItemList(True, 3, ((Plain(("a",)),), (Plain(("b",)),))),)),
    "nested lists": ("- a\n  1. b\n     - c\n- d", (
        ItemList(False, 1, (
            (Plain(("a",)), ItemList(True, 1, ((Plain(("b",)), ItemList(False, 1, ((Plain(("c",)),),))),))),
            (Plain(("d",)),))),)),
    "task list": ("- [ ] a\n- [x] *b*", (
        ItemList(False, 1, ((Plain(("☐ ", "a")),), (Plain(("☒ ", Styled("em", ("b",)))),))),)),
    "quotation": ("> a\n>\n> b", (Quotation((Paragraph(("a",)), Paragraph(("b",)))),)),
    "callout": ("> [!TIP]\n> a", (Callout("callout.1", "tip", (Paragraph(("a",)),), ""),)),
    "rule": ("a\n\n---\n\nb", (Paragraph(("a",)), ThematicBreak(), Paragraph(("b",)))),
    "table": ("| a | b | c |\n|:--|--:|:-:|\n| *d* | `e|f`\\| | |", (
        Table("table.1", ("left", "right", "center"), (("a",), ("b",), ("c",)),
              (((Styled("em", ("d",)),), ("`e",), ("f`|",)),)),)),
    "picture": ("![a](b.png)", (Paragraph((Image("b.png", "a"),)),)),
    "comments are dropped": ("<!-- a -->\n\nb\n\n<!-- c\nd -->", (Paragraph(("b",)),)),
    "metadata in the text is text": ("a\n\n---\n\nb", (Paragraph(("a",)), ThematicBreak(), Paragraph(("b",)))),
}  # fmt: skip


@pytest.mark.parametrize("title", BLOCKS)
def test_block(title: str, blocks) -> None:
    markdown, expected = BLOCKS[title]
    assert blocks(markdown) == expected


def test_no_yaml_block_vanishes_from_the_text(tmp_path: Path) -> None:
    """Pandoc would take a second front matter for metadata, and say nothing."""
    small_course(
        tmp_path, {"01-first.md": module_text("01-first.md", "---\nlost: words\n---\n\n" + HEAD + "Words.\n")}
    )
    assert "S101" in {finding.code for finding in findings(tmp_path)}


def test_code_with_attributes(blocks) -> None:
    (code, output) = blocks(
        "```js {run=true id=hold file=a.mjs why=\"two words\"}\nlet a = '<';\n\n```\n\n"
        "```output {for=hold match=lines}\nx\n```"
    )
    assert isinstance(code, Code)
    assert (code.id, code.language, code.text) == ("code.hold", "js", "let a = '<';\n")
    assert dict(code.attributes) == {"id": "hold", "run": "true", "file": "a.mjs", "why": "two words"}
    assert code.get("exit", "0") == "0"
    assert len(code.lines) == 2
    assert "&lt;" in code.lines[0]
    assert output == Output("output.hold", "hold", "x", (("for", "hold"), ("match", "lines")))


def test_a_fence_without_lines_shows_no_empty_box(blocks) -> None:
    """Such as the one that stands for the run of a solution: its output is what there is to see."""
    made = blocks("```js {run=solution id=s path=01/e1}\n```\n\n```output {for=s}\nsold 100\n```\n")
    shown = standing_alone().blocks(made)
    assert shown.count("<pre") == 1 and "sold 100" in shown


def test_code_without_a_fence_or_language(blocks) -> None:
    indented, bare, counted = blocks("    a < b\n\n```\nc\n```\n\n~~~~text\n```\n~~~~")
    assert [(b.id, b.language, b.text) for b in (indented, bare, counted)] == [
        ("code.1", "", "a < b"),
        ("code.2", "", "c"),
        ("code.3", "text", "```"),
    ]


def test_diagram(blocks) -> None:
    (diagram,) = blocks(
        "```mermaid\n%% id: d1\nflowchart LR\naccTitle: A & B\naccDescr {\n  From A\n  to <B>.\n}\nA --> B\n```"
    )
    assert isinstance(diagram, Diagram)
    assert (diagram.id, diagram.title, diagram.description) == ("diagram.d1", "A & B", "From A to <B>.")
    assert diagram.width > 0 < diagram.height
    root = ElementTree.fromstring(diagram.svg)
    assert [child.text for child in root][:2] == ["A & B", "From A to <B>."]
    assert root.get("role") == "img"


def test_a_description_may_hold_what_mermaid_would_read(blocks) -> None:
    said = "Both share; then they derive: keys --> data %% done"
    source = f"sequenceDiagram\naccTitle: A\naccDescr: {said}\nA->>B: hi"
    (diagram,) = blocks(f"```mermaid\n{source}\n```")
    assert isinstance(diagram, Diagram) and diagram.description == said


def test_bridge(module) -> None:
    box = "> [!NOTE]\n> **If you skipped [Module 1](01-zero.md).** It says this.\n\n> [!NOTE]\n> **Else.** [a](b.md)"
    made = module(box)
    (section,) = made.document.blocks
    assert [callout.bridge for callout in section.blocks] == ["01-zero.md", ""]
    assert [(m.name, m.text) for m in made.marks if m.kind == "callout"] == [
        ("note", "01-zero.md"),
        ("note", ""),
    ]


QUIZ = """\
```quiz
- id: q1
  objective: o1
  level: apply
  kind: multiple
  stem: |
    Which of *these*?

    - [a](x1.md)
  options:
    - text: "> 5 ms, [b](x2.md)"
      correct: true
      why: |
        Line one
        and [c](x3.md).
    - text: 'It''s [d](x4.md)'
      why: plain [e](x5.md)
  hints: ["Look."]
- id: q2
  objective: o1
  level: recall
  kind: numeric
  stem: "How many?"
  answer: 0.50
  tolerance: 0.1
  why: >-
    Half:
      [f](x6.md)
  points: 3
- id: q3
  objective: o1
  level: explain
  kind: order
  stem: "\\u00bfOrder \\"it\\"? [g](x7.md)"
  items: [b, a, No]
  why: "So."
```
"""


def test_quiz(blocks) -> None:
    (quiz,) = blocks(QUIZ)
    assert isinstance(quiz, Quiz)
    first, second, third = quiz.questions
    assert (first.id, first.key, first.kind, first.objectives) == ("question.q1", "q1", "multiple", ("o1",))
    assert [type(block) for block in first.stem] == [Paragraph, ItemList]
    assert first.stem_markdown == "Which of *these*?\n\n- [a](x1.md)"
    assert [option.correct for option in first.options] == [True, False]
    assert [text(option.text) for option in first.options] == ["> 5 ms, b", "It’s d"]
    assert [text(option.why) for option in first.options] == ["Line one and c.", "plain e"]
    assert first.hints == (("Look.",),)
    assert (second.answer, second.tolerance, second.points) == ("0.50", "0.1", 3)
    assert (third.items, third.tolerance, third.points) == ((("b",), ("a",), ("No",)), "", 1)
    assert plain(third.stem) == "¿Order “it”? g"


def test_places_inside_a_quiz(module) -> None:
    made = module(QUIZ)
    lines = QUIZ.split("\n")
    shift = BODY_LINE + HEAD_LINES - 1
    links = [mark for mark in made.marks if mark.kind == "link"]
    assert len(links) == 7
    for mark in links:
        line = lines[mark.span.line - shift - 1]
        found = line[mark.span.column - 1 : mark.span.end_column - 1]
        assert found == f"[{mark.text}]({mark.name})", (mark, line)
    assert places(made, "question") == [(2, 7, "q1"), (19, 7, "q2"), (30, 7, "q3")]


SLIDES = """\
Some words.

<!-- slide: One [a](x1.md)
- point [b](x2.md)
- another

  @code(c1 1-2)
@quiz(q1)
And [c](x3.md).
notes: Say [d](x4.md)
and ![e](x5.png).
-->

<!-- slide: skip -->

  <!--
  slide: Two
@diagram(d1)
  -->
"""


def test_slides(module) -> None:
    first, second = module(SLIDES).document.slides
    assert text(first.title) == "One a"
    assert [type(part) for part in first.body] == [ItemList, Directive, Directive, Paragraph]
    assert first.body[1:3] == (Directive("code", "c1", 1, 2), Directive("quiz", "q1"))
    assert [plain((note,)) for note in first.notes] == ["Say d and e."]
    assert (text(second.title), second.body, second.notes) == ("Two", (Directive("diagram", "d1"),), ())


def test_places_inside_a_slide(module) -> None:
    made = module(SLIDES)
    lines = SLIDES.split("\n")
    shift = BODY_LINE + HEAD_LINES - 1
    met = [mark for mark in made.marks if mark.kind in ("link", "image")]
    assert len(met) == 5
    for mark in met:
        found = lines[mark.span.line - shift - 1][mark.span.column - 1 : mark.span.end_column - 1]
        assert found.endswith(f"[{mark.text}]({mark.name})")
    assert [place[:2] for place in places(made, "slide")] == [(3, 1), (16, 3)]


# --- sections --------------------------------------------------------------------------------


def test_sections_nest_and_know_their_ids(tmp_path: Path) -> None:
    made = compiled_module(
        tmp_path, "# First\n\nLead.\n\n## A\n\na\n\n### B\n\nb\n\n#### A\n\n## C *d*\n\nc\n"
    )
    lead, a, c = made.document.blocks
    assert lead == Paragraph(("Lead.",))
    assert isinstance(a, Section) and isinstance(c, Section)
    assert [(s.id, s.level) for s in walk(made.document.blocks) if isinstance(s, Section)] == [
        ("a", 2),
        ("b", 3),
        ("a-1", 4),
        ("c-d", 2),
    ]
    marks = [
        (m.span.line - BODY_LINE + 1, m.name, m.text, m.level) for m in made.marks if m.kind == "heading"
    ]
    assert marks[0] == (1, "first", "First", 1)
    assert sorted(marks)[-1] == (15, "c-d", "C d", 2)


ITEMS = """\
# First

## Interview questions

### Why *this*?

<!-- id: i3 -->

**Level.** senior

**Objectives.** o1, o2

**Strong answer.** Because of

- one
- two

and three.

**Follow-ups.**

1. And then?

A paragraph that **is not.** a label.

## Misconceptions

### The earth is flat

**Reality.** It is not.

## Exercises

### Draw
<!-- id: e1 -->

**Task.** Draw it.

## Concepts

### Not an item

**Level.** none
"""


def test_items_have_labelled_fields(tmp_path: Path) -> None:
    made = compiled_module(tmp_path, ITEMS)
    sections = {s.id: s for s in walk(made.document.blocks) if isinstance(s, Section)}
    why = sections["why-this"]
    assert (why.kind, why.key) == ("interview", "i3")
    assert [label for label, _ in why.fields] == ["Level", "Objectives", "Strong answer", "Follow-ups"]
    assert plain(why.parts("Level")) == "senior"
    assert plain(why.parts("Strong answer")) == "Because of\none\ntwo\nand three."
    assert plain(why.parts("Follow-ups")) == "And then?\nA paragraph that is not. a label."
    assert why.parts("Objective", "Objectives") == (Paragraph(("o1, o2",)),)
    assert why.parts("Nothing") == ()
    assert (sections["the-earth-is-flat"].kind, sections["the-earth-is-flat"].key) == ("misconception", "")
    assert (sections["draw"].kind, sections["draw"].key) == ("exercise", "e1")
    assert (sections["not-an-item"].kind, sections["not-an-item"].fields) == ("", ())
    items = [(m.name, m.text) for m in made.marks if m.kind == "item"]
    assert items == [("i3", "interview"), ("", "misconception"), ("e1", "exercise")]


SLUGS = [
    # (heading, GitHub's anchor)
    ("Do and don't", "do-and-dont"),
    ("What it is: a *value*?", "what-it-is-a-value"),
    ("RFC 9110 §9.2.2", "rfc-9110-922"),
    ("a_b and c-d", "a_b-and-c-d"),
    ("  Spaces   inside", "spaces---inside"),
    ("Größe, naïve & café", "größe-naïve--café"),
    ("日本語の見出し", "日本語の見出し"),
    ("e\u0301 keeps its mark", "e\u0301-keeps-its-mark"),
    ("हिन्दी", "हिन्दी"),
    ("x² and ½", "x-and-"),
    ("😄 laughs", "-laughs"),
    ("`code_span()`", "code_span"),
    ("100% / 200%", "100--200"),
    ("!!!", "section"),
]


@pytest.mark.parametrize(("heading", "anchor"), SLUGS)
def test_slug(heading: str, anchor: str) -> None:
    plain_heading = heading.replace("*", "").replace("`", "").lstrip()
    assert Slugger().slug(plain_heading) == anchor


def test_repeated_headings_are_counted_as_github_does() -> None:
    slugger = Slugger()
    headings = ["A", "A", "A-1", "A", "A 1", "!", "?", "a"]
    made = [slugger.slug(heading) for heading in headings]
    assert made == ["a", "a-1", "a-1-1", "a-2", "a-1-2", "section", "section-1", "a-3"]
    assert len(set(made)) == len(made)


# --- places ----------------------------------------------------------------------------------


def test_places_are_exact_to_the_column(module) -> None:
    made = module(
        "Ünï [a](x1.md) and *[b](x2.md)*\n"
        "next ![c](x3.png).\n"
        "\n"
        "- one\n"
        "  - two [d](x4.md)\n"
        "\n"
        "    ```js {id=c1}\n"
        "    let a;\n"
        "    ```\n"
        "\n"
        "> [!NOTE]\n"
        "> Text [e](x5.md)\n"
        ">\n"
        "> ```text\n"
        "> code\n"
        "> ```\n"
        "\n"
        "| [f](x6.md) | b |\n"
        "| --- | --- |\n"
        "| `x` | ![g](x7.png) |\n"
        "\n"
        "A note[^1] and [ref][r].\n"
        "\n"
        "[^1]: See [h](x8.md).\n"
        "\n"
        "[r]: x9.md\n"
        "\n"
        "### A [heading](x10.md)\n"
        "\n"
        "Words <kbd>A</kbd>.\n"
    )
    assert sorted(places(made, "link")) == [
        (1, 5, "x1.md"),
        (1, 21, "x2.md"),
        (5, 9, "x4.md"),
        (12, 8, "x5.md"),
        (18, 3, "x6.md"),
        (22, 16, "x9.md"),
        (24, 11, "x8.md"),
        (28, 7, "x10.md"),
    ]
    assert places(made, "image") == [(2, 6, "x3.png"), (20, 9, "x7.png")]
    assert places(made, "code") == [(7, 5, "c1"), (14, 3, "")]
    assert places(made, "callout") == [(11, 1, "note")]
    assert places(made, "table") == [(18, 1, "table.1")]
    assert (28, 1, "a-heading") in places(made, "heading")


def test_front_matter_values_have_places(module) -> None:
    made = module("Words.", "keywords: [a, b]\n")
    fronts = {m.name: (m.span.line, m.span.column) for m in made.marks if m.kind == "front"}
    assert fronts["id"] == (2, 5)
    assert fronts["keywords/1"] == (14, 15)
    assert fronts["objectives/0/text"] == (13, 30)
    assert made.where("keywords/1").line == 14
    assert str(made.where("nothing")) == "modules/01-first.md:1:1"


def test_an_edit_that_moves_text_changes_no_digest(tmp_path: Path) -> None:
    first = compiled_module(tmp_path, HEAD + "Words.\n")
    second = compiled_module(tmp_path, "\n\n" + HEAD + "\n\nWords.\n")
    assert first.document == second.document
    assert (first, repr(first)) == (second, repr(second)), "marks are no part of a module's value"
    assert first.marks != second.marks
    third = compiled_module(tmp_path, HEAD + "Other words.\n")
    assert third.document.digest != first.document.digest


# --- text ------------------------------------------------------------------------------------


def test_text_and_words(module) -> None:
    made = module(
        "One *two* `three` [four](a.md)[^1].\n\n- five\n- six\n\n> seven\n\n| eight | nine |\n|---|---|\n| ten | |\n\n"
        "```js\nnot counted\n```\n\n<!-- not counted -->\n\n[^1]: Not counted.\n"
    )
    assert made.document.words == count_words(made.document.blocks) == 11  # with the heading
    assert list(prose(made.document.blocks))[:2] == ["Concepts", "One two three four."]
    assert "not counted" in plain(made.document.blocks)
    assert "Not counted" not in plain(made.document.blocks)


def test_text_of_inlines() -> None:
    assert text(("a", Break(), Image("x", "b"), CodeSpan("c"), Note("n", ()), Link("", ("d",)))) == "a bcd"


def test_walk_reaches_every_block(blocks) -> None:
    made = blocks("- a\n\n  > b\n  >\n  > - c\n\n> [!NOTE]\n> d\n>\n> ```text\n> e\n> ```\n")
    said = [text(run) for block in walk(made) for run in inlines_of(block)]
    assert said == ["a", "b", "c", "d"]
    assert [block.text for block in walk(made) if isinstance(block, Code)] == ["e"]


# --- highlighting and XHTML ------------------------------------------------------------------

NASTY = [
    "",
    " ",
    "\n",
    "\n\n\n",
    "a\n",
    "\na",
    "<script>alert('x')</script>",
    "]]> <![CDATA[ --> <!-- <?php ?>",
    "&amp; &lt; &#0; & && &;",
    "\"double\" 'single' `tick`",
    "tab\there\tand  spaces",
    "ünïcödé 日本語 😄 \u202e \u200d \u00a0 \u2028",
    "'unclosed string",
    "/* unclosed comment\nand more",
    "`template ${a < b} \n second`",
    "a" * 300,
    "{\n  'a': [1, 2.5e3, true, null],\n}\n",
    "# comment\nSELECT * FROM t WHERE a <> 'b';",
    "$ npm test\n> ok",
    "\\n \\ \\\\",
]
LANGUAGES = [
    "js",
    "mjs",
    "json",
    "yaml",
    "sql",
    "sh",
    "http",
    "html",
    "diff",
    "python",
    "text",
    "",
    "nonsense",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_highlighting_keeps_every_line_and_character(language: str) -> None:
    for code in NASTY:
        lines = highlighted(code, language)
        assert len(lines) == code.count("\n") + 1, (language, code)
        root = ElementTree.fromstring("<pre>" + "\n".join(lines) + "</pre>")
        assert "".join(root.itertext()) == code, (language, code)
        assert {child.get("class") for child in root} <= {name for _, name in CLASSES}


def test_known_languages() -> None:
    assert all(known(name) for name in ("js", "mjs", "jsonc", "text", "", "sql", "yaml", "http"))
    assert not known("javscript")
    assert highlighted("let a = 'b'; // c", "js") == (
        '<span class="k">let </span>a = <span class="s">\'b\'</span>; <span class="c">// c</span>',
    )


@pytest.mark.parametrize("code", NASTY)
def test_wrapping_loses_nothing(code: str) -> None:
    for line in highlighted(code, "js"):
        root = ElementTree.fromstring(f"<pre>{wrapped(line, 20)}</pre>")
        rows = "".join(root.itertext()).split("\n")
        assert max(map(len, rows)) <= 20
        assert all(row.startswith("↪ ") for row in rows[1:])
        whole = "".join(ElementTree.fromstring(f"<pre>{line}</pre>").itertext())
        assert rows[0] + "".join(row[2:] for row in rows[1:]) == whole


@pytest.mark.parametrize("nasty", NASTY)
def test_xhtml_is_well_formed_whatever_the_text(nasty: str) -> None:
    blocks: Blocks = (
        Section('a"b<c', 2, (nasty,), (Paragraph((nasty, CodeSpan(nasty), Styled("em", (nasty,)))),)),
        Paragraph((Image(nasty, nasty),)),
        Paragraph(
            (Link(f"https://example.org/{nasty}", (nasty,)), Note("n", (Paragraph((nasty,)),)), Break())
        ),
        ItemList(True, 3, ((Plain((nasty,)), ItemList(False, 1, ((Paragraph((nasty,)),),))),)),
        Callout("c", "note", (Paragraph((nasty,)),), ""),
        Quotation((Paragraph((nasty,)),)),
        Table("t", ("left", ""), ((nasty,), (nasty,)), (((nasty,), (nasty,)),)),
        Code("code.1", "js", nasty, highlighted(nasty, "js"), (("file", nasty), ("why", nasty))),
        Output("o", "x", nasty, ()),
        Diagram("d", nasty, nasty, nasty, "<svg/>", 1, 1),
        ThematicBreak(),
    )
    writing = standing_alone(prefix=nasty)
    made = f"<div>{writing.blocks(blocks)}{writing.footnotes()}{fragment(blocks)}</div>"
    made = made.replace("epub:", "")
    root = ElementTree.fromstring(made)
    shown = "".join(root.itertext())
    for piece in nasty.split():
        assert piece in shown.replace("↪ ", "")
    assert not {element.tag for element in root.iter()} & {"script", "b", "a\u0000"}


def test_an_empty_corner_of_a_table_is_no_header(blocks) -> None:
    """A header cell without words would head a column with silence (axe-core, empty-table-header)."""
    (table,) = blocks("|  | Cost |\n| --- | --- |\n| some | words |\n")
    assert '<thead><tr><td></td><th scope="col">Cost</th></tr></thead>' in standing_alone().blocks([table])
