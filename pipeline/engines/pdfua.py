"""PDF/UA-1 (ISO 14289-1) by `page-validation`, a checker of 104 rules that runs in the process."""

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a PDF breaks; `place` names the object ("object 12 0"), or is ''."""

    rule: str
    text: str
    place: str


def installed() -> bool:
    """Whether the checker can be imported."""
    return find_spec("page") is not None


def check(data: bytes) -> tuple[Failure, ...]:
    """The rules of PDF/UA-1 that a file breaks; of a file that is no PDF, one failure that says so."""
    import page

    try:
        # Our own books: the checker's limits are for files of strangers.
        report = page.validate_pdf_bytes(data, profile="ua1", limits=page.SafetyLimits.unlimited())
    except page.PageError as problem:
        return (Failure("PARSE", str(problem), ""),)
    failures = tuple(
        Failure(
            failure.rule_id,
            failure.message,
            f"object {failure.object_id.object_number} {failure.object_id.generation}"
            if failure.object_id
            else "",
        )
        for failure in report.failures
    )
    if not failures and not report.is_compliant:
        return (Failure("UNKNOWN", "the checker refuses the file without naming a rule", ""),)
    return failures
