"""The help pages of codes that no rule reports: what is said while a course is made, read and run.

`course explain CODE` and `docs/rules.md` take them from here, and a test compares the table with the
code; rules bring their own page, the docstring.
"""

from collections.abc import Mapping, Sequence

from pipeline.lint.rule import Rule

PAGES: Mapping[str, str] = {
    "F100": """Something is missing that a course consists of.

A course is a folder with `course.yml` and `modules/NN-slug.md`; a module is a file.""",
    "F101": """A file is not UTF-8.

All text of a course is UTF-8; the place is that of the first byte that is none.""",
    "F102": """A file begins with a byte order mark (U+FEFF).

It is invisible, and hides the `---` of the front matter from many tools.""",
    "F103": """A file in `modules/` is not named like a module.

The name is `NN-slug.md`: two digits, a hyphen, lower-case words joined by hyphens.""",
    "F104": """A YAML text cannot be read: the front matter, `course.yml` or a quiz.

Most often a text with a colon, a hash or a quotation mark needs quotation marks around it. Aliases
and very deep nesting are refused too: a few lines of them can stand for billions of values.""",
    "F105": """A YAML mapping has the same key twice; YAML would silently take the last.""",
    "F106": """A module has no front matter, or it is never closed.

The file begins with a line `---`, the fields, and a line `---` again.""",
    "F107": """The front matter is no mapping of keys to values.""",
    "F108": """A symbolic link in a course. It may lead out of the course, whose files alone are read.""",
    "F109": """A file is too large to become part of a book that people download.

A module, course.yml and notes may have 500 kB, every other file 5 MB.""",
    "F110": """A file holds a control character that XML 1.0 (section 2.2) has no way to write.""",
    "F111": """A key that the schema does not know: mostly a slip of the pen.""",
    "F112": """A key that the schema asks for is missing.""",
    "F113": """A value is not of the kind that the schema asks for.""",
    "F114": """CHANGELOG.md or ERRATA.md is not in its form.

An entry of the changelog is `## [1.2.0] - 2026-03-01`, the newest first, before them `## [Unreleased]`; one of the
errata is `## Module 3`. Their links lead to a module, a file of the course or an https address.""",
    "F115": """A character that nobody sees, or that makes a text look like another one (Unicode UTR #36, UTS #39).

Controls that reorder a line can make code read otherwise than it runs (CVE-2021-42574), and a Cyrillic "а" among Latin
letters makes another name of one that looks the same. Words in one alphabet are fine, in whichever.""",
    "F116": """A line is so long that reading it would take minutes. A paragraph may have many lines.""",
    "F120": """A text cannot be read: it takes too much time or memory.

Mostly lists, quotations or emphasis nest by the hundred. Every text has 30 s and 1.5 GB.""",
    "C101": """Two modules, parts, tracks or objectives share an id, or two modules a number.""",
    "C102": """A file's name and its front matter disagree about the module's number or id.""",
    "C103": """A module names a part, track, stage, kind or module that the course does not have.""",
    "S110": """Something in the text that not every output can show.

Raw HTML, attributes in braces outside code fences, headings inside lists: write them in Markdown.
Of HTML `<kbd>`, `<sub>`, `<sup>`, `<br>` and comments are kept.""",
    "S120": """A line of a slide begins with `@` and is no directive.

Directives are `@diagram(id)`, `@code(id)`, `@code(id 10-24)`, `@code(id 10-24 | 12 | 20-22)` and `@quiz(id)`.""",
    "D101": """A Mermaid diagram cannot be drawn; the place is that of the first error in its source.""",
    "D102": """A step of a diagram cannot be drawn.

What stands above `%% step` is drawn by itself, to see how far the diagram goes by then.""",
    "Q101": """Two quiz items of a module share an id.""",
    "Q102": """A choice has no right option, or a single choice has several.""",
    "N101": """A suppression names no rule, or gives no reason.

Write `<!-- lint-disable-next S104: why -->` before the block: the reason is for the next reader.""",
    "N102": """A suppression silences nothing: what it was written for is mended, or stands elsewhere.

Remove it; kept, it would hide the next mistake there.""",
    "T101": """A value must be filled in: nothing that `course adopt` has read says it.

It is written as `FILL: …` beside what belongs there; until then R101 and R106 name it too.""",
    "T102": """A value is a guess of `course adopt`, or empty, for a person to look at.""",
    "T103": """A file that `course adopt` found, or a module that the README names, is not in the course.

A module's file name begins with its number, from 1 to 99; files of at most 5 MB are copied.""",
    "T104": """Something of a module could not be kept as `course adopt` found it.

A value of its front matter that the course does not know, or a link whose file has another name now.""",
    "L201": """An outside link is dead (`course links --external`).

A server that refuses to be checked gives a suggestion only: open the page yourself.""",
    "E110": """An example does not end within its time (`course examples`).""",
    "E111": """An example ends with another status than its `exit` attribute says, by default 0.""",
    "E112": """An example prints something else than the text says; `--update` writes what it prints.""",
    "E113": """A solution has no `expected.txt` to compare its output with.""",
    "E114": """An example prints something, and the text has no `output` fence for it.""",
    "E115": """An example, with all that it starts, takes more memory than it may.

512 MB at once; 1.5 GB with PGlite.""",
    "E116": """An example prints more than 1 MB.""",
    "E117": """An example has more than 24 processes at once.""",
    "E118": """An example writes more than 50 MB to files, or thousands of files.""",
    "E119": """An example asks for what there is not: an npm package that is not among those allowed, or a
solution that is not in `solutions/`.""",
    "E120": """An example prints something else than its `match=lines` or `match=pattern` fence describes.

`--update` leaves such a fence alone: what it should say is for its author to decide.""",
}
"""Each is an error, unless it is one of `MILDER`."""

MILDER: Mapping[str, str] = {
    **dict.fromkeys(("L201", "N102", "T101", "T103", "T104"), "warning"),
    "T102": "suggestion",
}


def rules_page(rules: Sequence[Rule]) -> str:
    """`docs/rules.md`: every code with its help page, in order."""
    rows = {code: (MILDER.get(code, "error"), page) for code, page in PAGES.items()}
    rows |= {rule.code: (rule.severity.name.lower(), rule.page) for rule in rules}
    head = (
        "# What `course` says of a course\n\n"
        "Generated by `course explain all`. A finding about a block is answered by a comment above it,\n"
        "`<!-- lint-disable-next CODE: the reason -->`; codes of the families F, C101 to C103, S110, S120, D and Q\n"
        "are about what cannot be read, and cannot be answered; E110 to E120, L201 and T come from other commands.\n"
    )
    return head + "".join(f"\n## {code} ({rank})\n\n{page}\n" for code, (rank, page) in sorted(rows.items()))
