"""Rules over a valid course. They read marks and values, never Markdown.

`RULES` is the table: command line, documentation and tests derive from it. A rule is a function
whose docstring is its help page.
"""

from dataclasses import replace
from functools import partial

from pipeline import cache
from pipeline.baseline import lowered
from pipeline.diagnostics import Diagnostic
from pipeline.lint import (
    accessibility,
    assessment,
    code,
    course,
    links,
    pedagogy,
    prose,
    readme,
    safety,
    snippets,
    structure,
)
from pipeline.lint.rule import Rule
from pipeline.lint.suppress import suppressed
from pipeline.load import Sources
from pipeline.model import Course, Module
from pipeline.trace import traced

RULES: tuple[Rule, ...] = (
    *course.RULES,
    *readme.RULES,
    *structure.RULES,
    *links.RULES,
    *accessibility.RULES,
    *pedagogy.RULES,
    *assessment.RULES,
    *code.RULES,
    *snippets.RULES,
    *prose.RULES,
    *safety.RULES,
)


PROTECTING = frozenset({rule.code for rule in RULES if rule.protects})
"""Codes of findings that stay what they are."""
OWED = frozenset({rule.code for rule in RULES if rule.mended or not rule.protects})
"""Codes of findings that may be old debt."""
KNOWN = frozenset({rule.code for rule in RULES}) - PROTECTING
"""Codes that a comment may suppress."""


@traced("stage")
def lint(course: Course, sources: Sources) -> tuple[Diagnostic, ...]:
    """What the rules find, sorted by place; answered findings left out, old debt as suggestions."""
    found = [finding for rule in RULES if rule.compares for finding in rule.findings(course)]
    digests = {source.path: source.digest for source in sources.modules}
    for module in course.modules:
        name = cache.key("lint", course.folder, module.path, digests[module.path], sources.course.value)
        found += cache.made(name, partial(_alone, course, module))
    lines = {source.shown: source.lines for source in sources.modules}
    dangers = [finding for finding in found if finding.code in PROTECTING]
    others = [finding for finding in found if finding.code not in PROTECTING]
    said = dangers + suppressed(others, course, lines, KNOWN, PROTECTING)
    left = [finding for finding in said if finding.code in PROTECTING - OWED]
    owed = (finding for finding in said if finding.code not in PROTECTING - OWED)
    left += lowered(owed, sources.baseline, course.folder)
    left += [finding for module in course.modules for finding in module.findings]
    return tuple(sorted(left, key=lambda finding: finding.order))


def _alone(course: Course, module: Module) -> list[Diagnostic]:
    """What those rules find that look at one module at a time."""
    only = replace(course, modules=(module,))
    return [finding for rule in RULES if not rule.compares for finding in rule.findings(only)]
