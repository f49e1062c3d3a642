"""Rules about what a module asks: how many items, at which levels, and whether they can be guessed."""

import re
from collections.abc import Iterator

from pipeline.diagnostics import Severity, Span, did_you_mean
from pipeline.document.text import plain, text, walk
from pipeline.lint.rule import Found, Rule
from pipeline.lint.structure import kind_of
from pipeline.model import Course, Module, Question, Quiz, Section


def objectives_are_measurable(course: Course) -> Iterator[Found]:
    """An objective begins with a verb of course.yml's `verbs`: something that can be seen done.

    Nobody can see somebody understand, so nothing could assess it.

    Bad: "Understand TLS." Good: "Diagnose five certificate failures."
    """
    verbs = "|".join(re.escape(verb.lower()) for verb in course.policy.verbs)
    for module in course.modules if verbs else ():
        for number, objective in enumerate(module.objectives):
            said = text(objective.text).lower()
            first = said.split(" ")[0].strip(".,:;")
            if not re.match(rf"(?:{verbs})(?![\w-])", said):
                at = module.where(f"objectives/{number}/text")
                hint = did_you_mean(first, course.policy.verbs)
                yield (
                    at,
                    f'"{first}" is no measurable verb of this course{hint}',
                    f"Verbs: {', '.join(course.policy.verbs)}.",
                )


def numbers_of_items_are_right(course: Course) -> Iterator[Found]:
    """A module has as many objectives, quiz items, misconceptions and the like as its kind asks for.

    Too few leave something unasked, too many tire. The numbers stand in course.yml, `kinds`, `items`; what
    is not named there is free.

    Bad: 3 quiz items where `items: { quiz: { min: 8, max: 10 } }`. Good: 9 of them.
    """
    for module in course.modules:
        kind = kind_of(course, module)
        counted = {
            "objectives": len(module.objectives),
            "quiz": sum(mark.kind == "question" for mark in module.marks),
            **{name: sum(m.kind == "item" and m.text == name for m in module.marks) for name in ITEMS},
        }
        for name, least, most in kind.items:
            if not least <= counted[name] <= most:
                message = f"{counted[name]} {WORDS[name]}; {asked(least, most)} are asked for"
                yield (
                    _where(module, name),
                    message,
                    "Write one more." if counted[name] < least else "Cut the weakest.",
                )


ITEMS = ("interview", "misconception", "exercise")
WORDS = {
    "objectives": "objectives",
    "quiz": "quiz items",
    "interview": "interview questions",
    "misconception": "misconceptions",
    "exercise": "exercises",
}


def asked(least: int, most: int) -> str:
    """A range in words; a course that names no most has 999 (`pipeline.validate`)."""
    if most == 999:
        return f"at least {least}"
    return f"at most {most}" if not least else f"{least} to {most}"


def _where(module: Module, name: str) -> Span:
    kinds = {"objectives": "front", "quiz": "question"}
    for mark in module.marks:
        if mark.kind == kinds.get(name, "item") and (
            name == "quiz" or name == (mark.name if mark.kind == "front" else mark.text)
        ):
            return mark.span
    return module.where("objectives")


def quiz_levels_are_mixed(course: Course) -> Iterator[Found]:
    """A quiz has as many items of each level as course.yml's `kinds` say (`quizLevels`).

    Left alone, a quiz asks for memory, since that is the easiest to write.

    Bad: eight items with `level: recall`. Good: two of them, four of `apply`, two of `analyse`.
    """
    for module in course.modules:
        kind = kind_of(course, module)
        rows = list(questions_of(module))
        for level, least, most in kind.levels:
            count = sum(question.level == level for question in rows)
            if rows and not least <= count <= most:
                message = f"{count} quiz items of level {level}; {asked(least, most)} are asked for"
                yield _where(module, "quiz"), message, "Change what an item asks, not only its label."


def keys_are_not_given_away(course: Course) -> Iterator[Found]:
    """The right option cannot be guessed: it is not mostly at one place, nor mostly the longest.

    Looked at are the single choices of a module, from four on; mostly is more than 60 in 100, and longest
    what is longer by a tenth and 4 characters.

    Bad: the first option is right in seven of eight. Good: each place is right about as often.
    """
    for module in course.modules:
        rows = [question for question in questions_of(module) if question.kind == "single"]
        if len(rows) < 4:
            continue
        places = [next(n for n, option in enumerate(q.options) if option.correct) for q in rows]
        commonest = max(set(places), key=places.count)
        if places.count(commonest) > len(rows) * 0.6:
            message = (
                f"in {places.count(commonest)} of {len(rows)} single choices option {commonest + 1} is right"
            )
            yield _where(module, "quiz"), message, "Put the right options at other places."
        longest = sum(_longest(question) for question in rows)
        if longest > len(rows) * 0.6:
            message = f"in {longest} of {len(rows)} single choices the right option is the longest"
            yield _where(module, "quiz"), message, "Shorten them, or say more in the wrong ones."


def _longest(question: Question) -> bool:
    """Whether the right option is longer than every other by what a reader sees: a tenth, 4 characters."""
    right = max(len(text(option.text)) for option in question.options if option.correct)
    wrong = max((len(text(option.text)) for option in question.options if not option.correct), default=right)
    return right - wrong > max(3, wrong // 10)


def questions_of(module: Module) -> Iterator[Question]:
    """The quiz items of a module."""
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            yield from block.questions


def interview_levels_are_covered(course: Course) -> Iterator[Found]:
    """The interview questions of a module cover every level of course.yml's `interviewLevels`.

    A reader finds the questions that will be asked of them. Each says its level, in these words.

    Bad: `**Level.** expert`, or none. Good: `**Level.** senior`.
    """
    for module in course.modules if course.policy.levels else ():
        spans = {mark.name: mark.span for mark in module.marks if mark.kind == "heading"}
        met: set[str] = set()
        asked = [b for b in walk(module.document.blocks) if isinstance(b, Section) and b.kind == "interview"]
        for section in asked:
            level = plain(section.parts("Level")).split("\n")[0].strip(" .")
            met.add(level)
            if level not in course.policy.levels:
                message = (
                    f'"{level}" is no level of an interview question'
                    if level
                    else "the question has no level"
                )
                yield spans[section.id], message, f"Levels: {', '.join(course.policy.levels)}."
        for level in course.policy.levels if asked else ():
            if level not in met:
                yield spans[asked[0].id], f"no interview question of level {level}", "Write one."


RULES = (
    Rule("P103", Severity.WARNING, numbers_of_items_are_right),
    Rule("P104", Severity.WARNING, objectives_are_measurable),
    Rule("P105", Severity.WARNING, quiz_levels_are_mixed),
    Rule("P106", Severity.WARNING, keys_are_not_given_away),
    Rule("P107", Severity.WARNING, interview_levels_are_covered),
)
