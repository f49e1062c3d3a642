"""Decks, opened in a browser; what is found is led back to the source."""

from collections.abc import Iterator, Sequence

from pipeline import origins
from pipeline.diagnostics import Diagnostic, Severity, Span, error
from pipeline.engines import chromium
from pipeline.targets.slides.checks import MOST, weight
from pipeline.validators.built import OURS, Built, Stage


def decks(built: Built, paths: Sequence[str], own: bool = False) -> Stage:
    """Each deck opens from `file://`, and each of its slides shows all that it holds, so that all can read
    it. With `own`, slides that it has from other decks are left out."""
    if chromium.missing() or not paths:
        yield from ((path, []) for path in paths)
        return
    looks = chromium.look([built.out / path for path in paths], own)
    for path, look in zip(paths, looks, strict=True):
        yield path, [*_deck(look, path, built), *(() if own else _large(path, built))]


def _large(path: str, built: Built) -> Iterator[Diagnostic]:
    """A deck that takes long to load, or to mail."""
    size = weight((built.out / path).read_bytes())
    if size > MOST:
        module = path.split("/")[1]
        at = origins.origin([f"{module}--top"], built.places) or built.span(path)
        said = f"{path} has {size:,} bytes without its pictures; {MOST:,} are the most"
        remedy = "Write its slides, with shorter notes; or part the module."
        yield Diagnostic("V244", Severity.WARNING, said, remedy, at)


def pages(built: Built, paths: Sequence[str]) -> Stage:
    """Each page opens from `file://`, fits a narrow screen, and all can read it."""
    if chromium.missing() or not paths:
        yield from ((path, []) for path in paths)
        return
    for path, look in zip(paths, chromium.read([built.out / path for path in paths]), strict=True):
        yield path, list(_page(look, built.span(path)))


def _page(look: chromium.PageLook, at: Span) -> Iterator[Diagnostic]:
    for problem in look.problems:
        yield error("V240", at, problem, "A page works from file://, and loads nothing.")
    if look.wide:
        yield error("V241", at, f"the page is {look.wide} px wider than a screen of {chromium.NARROW}", OURS)
    for found in look.violations:
        yield _violation(found, at, "the page")


def _violation(found: chromium.Violation, at: Span, what: str) -> Diagnostic:
    said = f"{what}, {found.scheme}: {found.rule} ({found.impact}): {found.help} ({found.html})"
    return error("V243", at, said, f"The rule is {found.rule} of axe-core, dequeuniversity.com/rules.")


def _deck(look: chromium.Look, path: str, built: Built) -> Iterator[Diagnostic]:
    for problem in look.problems:
        yield error("V240", built.span(path), problem, "A deck works from file://, and loads nothing.")
    for slide in look.slides:
        at, named = _source(slide, path, built)
        if slide.overflow > 1:
            remedy = f"Cut “{slide.excess}”, or what stands before it; or part the slide in two."
            yield error("V241", at, f"{named}: {slide.overflow} px do not fit the slide", remedy)
        if slide.blank:
            yield error("V242", at, f"{named} shows neither text nor a picture", OURS)
        yield from (_violation(found, at, named) for found in slide.violations)


def _source(slide: chromium.Slide, path: str, built: Built) -> tuple[Span, str]:
    """Where a slide is written, and how it is called there."""
    module = path.split("/")[1]
    id = slide.source if "--" in slide.source else f"{module}--{slide.source}"
    at = origins.origin([id], built.places) if slide.source else None
    title = f" “{slide.label}”" if slide.label else ""
    return (at, f"{path}#/{slide.id}{title}") if at else (built.span(path), f"{slide.id}{title}")
