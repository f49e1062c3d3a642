"""Rules about the shape of a module: headings, sections, length, callouts."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.diagnostics import Severity, Span, did_you_mean
from pipeline.document.places import places, where
from pipeline.document.text import text
from pipeline.lint.links import marks
from pipeline.lint.rule import Found, Rule
from pipeline.model import Course, Kind, Mark, Module, Section


def headings(module: Module) -> list[Mark]:
    """The heading marks in order of the file."""
    return sorted((mark for mark in module.marks if mark.kind == "heading"), key=lambda mark: mark.span)


def kind_of(course: Course, module: Module) -> Kind:
    """The structure that the module must follow."""
    return next(kind for kind in course.kinds if kind.name == module.kind)


def title_is_the_only_h1(course: Course) -> Iterator[Found]:
    """The document begins with one H1, and it is the front matter's title.

    GitHub shows the file without its front matter, so the title must stand in the text too.

    Bad: `title: "Caching"`, and a text that begins `# About caches`. Good: `# Caching`.
    """
    for module in course.modules:
        found = headings(module)
        tops = [mark for mark in found if mark.level == 1]
        remedy = f"Begin the text with `# {module.title}`."
        if not found or found[0].level != 1:
            yield (
                (found[0].span if found else Span(module_path(module))),
                "the text does not begin with an H1",
                remedy,
            )
        for mark in tops[1:]:
            yield mark.span, "a second H1", "Make it an H2; a module has one title."
        if tops and plain(tops[0].text) != plain(module.title):
            yield tops[0].span, f'the H1 is not the title "{module.title}"', remedy


def module_path(module: Module) -> str:
    """The module's path as findings name it."""
    return next((mark.span.path for mark in module.marks), module.path)


def plain(title: str) -> str:
    """A title with typographic quotes made straight, as it may be typed in front matter."""
    return title.translate(str.maketrans("‘’“”", "''\"\"")).strip()


def sections_are_complete(course: Course) -> Iterator[Found]:
    """The H2 sections are those that course.yml lists for this kind of module, in that order.

    Every module of a course is read the same way, and quizzes, cards and decks find their parts.

    Bad: `## Quizz`, or the exercises before the quiz. Good: `## Quiz`, then `## Exercises`.
    """
    for module in course.modules:
        wanted = kind_of(course, module).sections
        if not wanted:
            continue
        found = [mark for mark in headings(module) if mark.level == 2]
        names = [plain(mark.text) for mark in found]
        for mark in found:
            if plain(mark.text) not in wanted:
                hint = did_you_mean(plain(mark.text), wanted)
                yield (
                    mark.span,
                    f'"{mark.text}" is no section of a {module.kind}{hint}',
                    f"Sections: {', '.join(wanted)}.",
                )
        end = replace(found[-1].span, column=1) if found else Span(module_path(module))
        for name in wanted:
            if name not in names:
                yield (
                    end,
                    f'the section "{name}" is missing',
                    f"Add `## {name}` in its place: {', '.join(wanted)}.",
                )
        yield from _out_of_order(found, [name for name in wanted if name in names])


def _out_of_order(found: list[Mark], wanted: list[str]) -> Iterator[Found]:
    known = [mark for mark in found if plain(mark.text) in wanted]
    for mark, name in zip(known, wanted, strict=False):
        if plain(mark.text) != name:
            yield (
                mark.span,
                f'"{mark.text}" stands where "{name}" belongs',
                f"The order is: {', '.join(wanted)}.",
            )
            return


def headings_do_not_jump(course: Course) -> Iterator[Found]:
    """A heading is at most one level below the one before it (WCAG 2.2, technique G141).

    Whoever moves from heading to heading by ear would look for the level that is missing.

    Bad: `## Concepts`, then `#### Queues`. Good: `## Concepts`, then `### Queues`.
    """
    for module in course.modules:
        level = 0
        for mark in headings(module):
            if mark.level > level + 1 and level:
                message = f"the heading jumps from level {level} to {mark.level}"
                yield mark.span, message, f"Make it level {level + 1}."
            level = mark.level


def sections_are_not_empty(course: Course) -> Iterator[Found]:
    """Every heading has something below it.

    An empty section is a promise in the contents that the page does not keep.

    Bad: `### Queues`, and then `### Pools`. Good: a paragraph between the two, or one heading less.
    """
    for module in course.modules:
        spans = {mark.name: mark.span for mark in headings(module)}
        stack = [block for block in module.document.blocks if isinstance(block, Section)]
        while stack:
            section = stack.pop()
            stack += [block for block in section.blocks if isinstance(block, Section)]
            if not section.blocks:
                yield (
                    spans[section.id],
                    f'"{text(section.title)}" is empty',
                    "Write it, or remove the heading.",
                )


def length_is_in_range(course: Course) -> Iterator[Found]:
    """The words of prose lie in the range that course.yml gives for this kind of module.

    A module is read in one sitting, and still explains its mechanisms. Counted is all text outside
    fences, comments and front matter; tables are included.

    Bad: 9,000 words where `words: { min: 3500, max: 5500 }`. Good: two modules of 4,500.
    """
    for module in course.modules:
        least, most = kind_of(course, module).words
        words = module.document.words
        if not least <= words <= most:
            remedy = (
                "Explain the mechanism that is missing."
                if words < least
                else "Cut, or make two modules of it."
            )
            yield (
                Span(module_path(module)),
                f"{words} words of prose; {least} to {most} are asked for",
                remedy,
            )


def callouts_are_known(course: Course) -> Iterator[Found]:
    """Callouts are of the kinds that course.yml lists, and no more than it allows.

    Where all is marked, nothing is. Bridge boxes are not counted.

    Bad: `> [!HINT]`, or eight of `> [!NOTE]`. Good: one `> [!WARNING]` where data can be lost.
    """
    for module in course.modules:
        found = [mark for mark in module.marks if mark.kind == "callout"]
        for mark in found:
            if mark.name not in course.callouts:
                known = ", ".join(f"[!{name.upper()}]" for name in course.callouts)
                yield mark.span, f"[!{mark.name.upper()}] is no callout of this course", f"Known: {known}."
        most = kind_of(course, module).callouts
        for mark in [mark for mark in found if not mark.text][most:]:
            yield (
                mark.span,
                f"more than {most} callouts",
                "Say it in the text: where all is marked, nothing is.",
            )


def slides_refer_to_what_exists(course: Course) -> Iterator[Found]:
    """What `@diagram(id)`, `@code(id)` and `@quiz(id)` name on a slide stands in the same module, and a diagram or an
    item once on a slide.

    A slide shows what the text has, so that the two never differ; a wrong id would leave it empty.

    Bad: `@code(pool)` without such a fence. Good: `@code(pool)`, and a fence with `{id=pool}`.
    """
    from pipeline.targets.slides.deck import directive_findings

    for module in course.modules:
        for finding in directive_findings(module):
            yield finding.span, finding.message, finding.help


def derived_slides_are_no_guess(course: Course) -> Iterator[Found]:
    """A deck that is derived from a text shows what matters of it.

    Without slides of its own a module gets a deck of its headings, first sentences, code and pictures.
    Where none of it fits a slide, or too much of it does, someone who knows better should say what to show.

    Bad: forty lines of code, and no word of which matter. Good: `{highlight="12-14"}` on the fence,
    `<!-- slide: Title` with what to show, or `<!-- slide: skip -->` before what no deck needs.
    """
    from pipeline.targets.slides.deck import guessed

    for module in course.modules:
        known = places(replace(course, modules=(module,)))
        for source, said in guessed(module):
            span = where(f"{module.id}--{source}", known) or Span(module_path(module))
            yield (
                span,
                f"the deck has to guess here: {said}",
                "Write a slide (`<!-- slide: Title`), mark lines with {highlight=…}, or `<!-- slide: skip -->`.",
            )


def siblings_have_names_of_their_own(course: Course) -> Iterator[Found]:
    """Two sections side by side do not have the same heading.

    A reader who looks one up in the contents, or links to it, could not tell them apart.

    Bad: `### Example` twice below `## Concepts`. Good: `### A pool of one`, `### A pool of ten`.
    """
    for module in course.modules:
        above: list[Mark] = []
        seen: dict[tuple[int, int, str], int] = {}
        for mark in headings(module):
            above = [other for other in above if other.level < mark.level]
            parent = above[-1].span.line if above else 0
            above.append(mark)
            first = seen.setdefault((parent, mark.level, plain(mark.text).lower()), mark.span.line)
            if first != mark.span.line and mark.level > 1:
                yield (
                    mark.span,
                    f'"{mark.text}" stands already on line {first}',
                    "Say what this one is about.",
                )


def rows_fit_their_table(course: Course) -> Iterator[Found]:
    """A row of a table has no more cells than the head: no output, nor GitHub, shows what is left over.

    Mostly a cell holds a `|` of its own, which parts it, in code too.

    Bad: two columns, and a row whose code has a bar: `cat log | wc`. Good: `cat log \\| wc`.
    """
    for _, mark in marks(course, "row"):
        if mark.text:
            message = f'the table has no column for "{mark.text}": it is shown nowhere'
            yield mark.span, message, "Write \\| for a bar inside a cell, also in code; or add a column."


def rows_are_whole(course: Course) -> Iterator[Found]:
    """A row of a table has a cell for each column.

    A forgotten cell moves the others to the left, below the wrong words, and leaves the last one empty.

    Bad: `| Redis | 1 ms |` below `| Store | Keeps | Answers in |`. Good: `| Redis | | 1 ms |`.
    """
    for _, mark in marks(course, "row"):
        if mark.level < 0:
            message = f"the row has {-mark.level} cell{'s' * (mark.level < -1)} fewer than the head"
            yield mark.span, message, "Write what is missing; a cell may be empty: | |."


RULES = (
    Rule("S101", Severity.ERROR, title_is_the_only_h1),
    Rule("S102", Severity.ERROR, sections_are_complete),
    Rule("S103", Severity.ERROR, headings_do_not_jump),
    Rule("S104", Severity.WARNING, siblings_have_names_of_their_own),
    Rule("S105", Severity.ERROR, sections_are_not_empty),
    Rule("S106", Severity.WARNING, length_is_in_range),
    Rule("S107", Severity.ERROR, callouts_are_known),
    Rule("S108", Severity.ERROR, rows_fit_their_table),
    Rule("S109", Severity.WARNING, rows_are_whole),
    Rule("S121", Severity.ERROR, slides_refer_to_what_exists),
    Rule("S122", Severity.SUGGESTION, derived_slides_are_no_guess),
)
