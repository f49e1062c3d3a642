"""Books before EPUBCheck, Ace and a PDF/UA checker; what they find is led back to the source."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from pipeline import origins
from pipeline.diagnostics import Diagnostic, EnvironmentProblem, Severity, error
from pipeline.engines import ace, epubcheck, pdfua
from pipeline.validators.built import Built, Stage

TWO_AT_A_TIME = 2
"""EPUBs checked at once: a Java machine takes a core and 300 MB."""
SEVERITIES = {"warning": Severity.WARNING, "info": Severity.SUGGESTION}


def epubs(built: Built, books: Sequence[str]) -> Stage:
    """What EPUBCheck says of each EPUB, and Ace of those that are valid: others it may not open."""
    firsts = _firsts(built, books)
    yield from ((path, []) for path in books if path not in firsts)
    with ThreadPoolExecutor(TWO_AT_A_TIME) as threads:
        work = {threads.submit(_epub, built, path): path for path in firsts}
        for future in as_completed(work):
            yield work[future], future.result()


def _firsts(built: Built, paths: Sequence[str]) -> list[str]:
    """Files without those that are another one's copy, byte for byte: packages for platforms hold the same books."""
    by_sum: dict[str, str] = {}
    for path in paths:
        by_sum.setdefault(built.held[path][1], path)
    return list(by_sum.values())


def _epub(built: Built, path: str) -> list[Diagnostic]:
    book = built.out / path
    said: list[tuple[str, epubcheck.Message]] = []
    broken: tuple[ace.Violation, ...] = ()
    try:
        if epubcheck.has_port():
            said += [("V220", message) for message in epubcheck.check_with_port(book)]
        if epubcheck.jar():
            said += [("V221", message) for message in epubcheck.check_with_jar(book)]
        refused = any(message.severity in ("fatal", "error") for _, message in said)
        broken = () if refused or ace.missing() else ace.check(book)
    except (epubcheck.CheckerStopped, ace.AceStopped) as problem:
        raise EnvironmentProblem(f"{path}: {problem}") from problem
    own = [_epub_finding(code, message, built, path) for code, message in said]
    return own + [_violation(found, built, path) for found in broken]


def _violation(found: ace.Violation, built: Built, path: str) -> Diagnostic:
    source = origins.origin(found.ids, built.places)
    at, book = (source, f"{path}: ") if source else (built.span(path), "")
    message = f"{book}{found.rule} ({found.impact}): {found.text} ({found.path}: {found.html})"
    remedy = f"The rule is {found.rule} of the Ace knowledge base, kb.daisy.org."
    return error("V222", at, message, remedy)


def _epub_finding(code: str, message: epubcheck.Message, built: Built, path: str) -> Diagnostic:
    place = (
        f" ({message.place}{f' and {message.more} more' if message.more else ''})" if message.place else ""
    )
    severity = SEVERITIES.get(message.severity, Severity.ERROR)
    remedy = "EPUBCheck's wiki explains the code; the place is inside the book."
    source = origins.origin(origins.ids_before(built.out / path, message.place), built.places)
    at, book = (source, f"{path}: ") if source else (built.span(path), "")
    return Diagnostic(code, severity, f"{book}{message.code}: {message.text[:400]}{place}", remedy, at)


def pdfs(built: Built, papers: Sequence[str]) -> Stage:
    """What a PDF/UA checker says of each PDF."""
    firsts = _firsts(built, papers)
    yield from ((path, []) for path in papers if path not in firsts)
    for path in firsts:
        data = (built.out / path).read_bytes()
        failures = pdfua.check(data) if pdfua.installed() else ()
        yield path, [_pdf_finding(failure, data, built, path) for failure in failures]


def _pdf_finding(failure: pdfua.Failure, data: bytes, built: Built, path: str) -> Diagnostic:
    page, ids = pdfua.near(data, failure.place)
    source = origins.origin(ids, built.places)
    at, book = (source, f"{path}, page {page}: ") if source else (built.span(path), "")
    place = f" ({failure.place})" if failure.place else ""
    return error(
        "V230", at, f"{book}{failure.rule}: {failure.text}{place}", "The rule is one of ISO 14289-1."
    )
