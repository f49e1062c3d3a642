"""Rules about what a module asks: how many items, at which levels, and whether they can be guessed."""

from collections.abc import Iterator

from pipeline.diagnostics import Severity, Span, did_you_mean
from pipeline.document.text import plain, text, walk
from pipeline.lint.rule import Found, Rule
from pipeline.lint.structure import kind_of
from pipeline.model import Course, Module, Question, Quiz, Section


def objectives_are_measurable(course: Course) -> Iterator[Found]:
    """An objective begins with a verb of course.yml's `verbs`: something that can be seen done.

    Bad: "Understand TLS." Good: "Diagnose five certificate failures."
    """
    for module in course.modules if course.policy.verbs else ():
        for number, objective in enumerate(module.objectives):
            first = text(objective.text).split(" ")[0].strip(".,").lower()
            if first not in course.policy.verbs:
                at = module.where(f"objectives/{number}/text")
                hint = did_you_mean(first, course.policy.verbs)
                yield (
                    at,
                    f'"{first}" is no measurable verb of this course{hint}',
                    f"Verbs: {', '.join(course.policy.verbs)}.",
                )


def numbers_of_items_are_right(course: Course) -> Iterator[Found]:
    """A module has as many objectives, quiz items, interview questions and exercises as its kind asks.

    course.yml, `kinds`, `items`: for each of them the least and the most.
    """
    for module in course.modules:
        kind = kind_of(course, module)
        counted = {
            "objectives": len(module.objectives),
            "quiz": sum(mark.kind == "question" for mark in module.marks),
            **{name: sum(m.kind == "item" and m.text == name for m in module.marks) for name in ITEMS},
        }
        for name, least, most in kind.items:
            if not least <= counted.get(name, 0) <= most:
                message = f"{counted.get(name, 0)} {WORDS[name]}; {least} to {most} are asked for"
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


def _where(module: Module, name: str) -> Span:
    kinds = {"objectives": "front", "quiz": "question"}
    for mark in module.marks:
        if mark.kind == kinds.get(name, "item") and (
            mark.name == name or mark.text == name or name == "quiz"
        ):
            return mark.span
    return module.where("objectives")


def quiz_levels_are_mixed(course: Course) -> Iterator[Found]:
    """A quiz asks for more than memory: at most as many `recall` items, and at least as many
    `analyse` items, as course.yml's `kinds` say."""
    for module in course.modules:
        kind = kind_of(course, module)
        rows = list(questions_of(module))
        for level, least, most in kind.levels:
            count = sum(question.level == level for question in rows)
            if rows and not least <= count <= most:
                message = f"{count} quiz items of level {level}; {least} to {most} are asked for"
                yield _where(module, "quiz"), message, "Change what an item asks, not only its label."


def keys_are_not_given_away(course: Course) -> Iterator[Found]:
    """The right option cannot be guessed: it is not mostly at one place, nor mostly the longest.

    Looked at are the single choices of a module, from four on.
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
    lengths = [(len(text(option.text)), option.correct) for option in question.options]
    longest = max(length for length, _ in lengths)
    return [right for length, right in lengths if length == longest] == [True]


def questions_of(module: Module) -> Iterator[Question]:
    """The quiz items of a module."""
    for block in walk(module.document.blocks):
        if isinstance(block, Quiz):
            yield from block.questions


def interview_levels_are_covered(course: Course) -> Iterator[Found]:
    """The interview questions of a module cover every level that course.yml's `interview_levels` lists.

    Each says its level: `**Level.** senior`.
    """
    for module in course.modules if course.policy.levels else ():
        spans = {mark.name: mark.span for mark in module.marks if mark.kind == "heading"}
        met: set[str] = set()
        asked = [b for b in walk(module.document.blocks) if isinstance(b, Section) and b.kind == "interview"]
        for section in asked:
            level = plain(section.parts("Level")).strip(" .")
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
