"""What a rule is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getdoc

from pipeline.diagnostics import Diagnostic, Severity, Span
from pipeline.model import Course

Found = tuple[Span, str, str] | tuple[Span, str, str, str]
"""Where, what is wrong, how to mend it, and the text that mends it where that is mechanical."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A stable code, a severity, and the function that looks.

    What a rule finds in a module depends on that module and course.yml alone, and is remembered,
    unless it `compares` it with other modules or files: then it looks at the whole course each time.
    What `protects` readers or the build can be answered by no comment: whoever contributes a danger could write
    that as well. Nor is it old debt of an adopted course, unless `pipeline.mend` takes it out of what is `mended`.
    """

    code: str
    severity: Severity
    look: Callable[[Course], Iterator[Found]]
    compares: bool = False
    protects: bool = False
    mended: bool = False

    def findings(self, course: Course) -> Iterator[Diagnostic]:
        """The rule's findings about a course."""
        for span, message, remedy, *fix in self.look(course):
            yield Diagnostic(self.code, self.severity, message, remedy, span, fix[0] if fix else None)

    @property
    def page(self) -> str:
        """The help page: the docstring of the rule's function."""
        return getdoc(self.look) or ""
