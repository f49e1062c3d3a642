"""Rules over a valid course. They read marks and values, never Markdown.

`RULES` is the table: command line, documentation and tests derive from it. A rule is a function
whose docstring is its help page.
"""

from pipeline.diagnostics import Diagnostic
from pipeline.lint import accessibility, assessment, code, course, links, pedagogy, prose, safety, structure
from pipeline.lint.rule import Rule
from pipeline.load import Sources
from pipeline.model import Course

RULES: tuple[Rule, ...] = (
    *course.RULES,
    *structure.RULES,
    *links.RULES,
    *accessibility.RULES,
    *pedagogy.RULES,
    *assessment.RULES,
    *code.RULES,
    *prose.RULES,
    *safety.RULES,
)


def lint(course: Course, sources: Sources) -> tuple[Diagnostic, ...]:
    """What the rules find, sorted by place."""
    found = [finding for rule in RULES for finding in rule.findings(course)]
    return tuple(sorted(found, key=lambda finding: finding.order))
