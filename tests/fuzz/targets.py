"""What is fuzzed: functions that take bytes of a stranger. Each says by an exception of its own that it does not like
them; any other exception is a defect."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from sources import FRONT, theme

from pipeline.document import CompileRequest, _Compilation
from pipeline.engines.limits import TooMuch, limited
from pipeline.engines.pandoc import Reader, ReaderStopped
from pipeline.engines.pdflink.taken import cleaned
from pipeline.files import UNREADABLE
from pipeline.load import ModuleSource, PositionedYAML
from pipeline.mapping import converted, parse

ROOT = Path(__file__).resolve().parents[2]
COURSES = ROOT / "tests" / "courses"
SECONDS = 20.0
"""CPU time of one input."""


def text(data: bytes) -> str:
    """Bytes as a text of a course, which has been through `files.text_of`."""
    return UNREADABLE.sub("�", data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))[
        :20_000
    ]


def front(data: bytes) -> None:
    """The front matter of a module."""
    said = text(data)
    handler = PositionedYAML("fuzzed.md")
    handler.load(said)
    found = parse(said, "fuzzed.md")
    converted(found.value, {"type": "object", "properties": {"number": {"type": "integer"}}})


_open: list[Reader] = []


def _compiled(body: str) -> None:
    if not _open:
        _open.append(Reader())
    handler = PositionedYAML("fuzzed.md")
    values = handler.load(FRONT.format(id="fuzzed", number=1, title="Fuzzed"))
    values = {**values, "number": 1, "minutes": 10}
    source = ModuleSource("modules/01-fuzzed.md", "fuzzed.md", handler.front, body, 21, "")
    try:
        with limited(SECONDS):
            _Compilation(CompileRequest(source, values), theme(), _open[0]).compiled()
    except (ReaderStopped, TooMuch):
        _open.pop().__exit__(None, None, None)


def slides(data: bytes) -> None:
    """The comments that are slides."""
    said = text(data).replace("-->", "-- >")
    _compiled(f"# Fuzzed\n\n## Concepts\n\nWords.\n\n<!-- slide: {said}\n-->\n")


def quiz(data: bytes) -> None:
    """The questions of a quiz."""
    said = text(data).replace("```", "` ` `")
    _compiled(f"# Fuzzed\n\n## Concepts\n\nWords.\n\n```quiz\n{said}\n```\n")


def paper(data: bytes) -> None:
    """What the linker takes of a PDF: that of WeasyPrint alone, which sets the texts and pictures of strangers. What
    no such file lacks may be missed, and levels may be too many; looked for are hangs and crashes."""
    try:
        with limited(SECONDS):
            cleaned(data, "fuzzed--")
    except TooMuch as problem:
        assert "time" not in str(problem) and "memory" not in str(problem), (
            "a file that is never read to its end"
        )
    except Exception as problem:
        assert not isinstance(problem, MemoryError)


def seeds(name: str) -> Iterator[bytes]:
    """Inputs to begin with, out of the courses of the tests."""
    for path in sorted(COURSES.glob("*/modules/*.md")):
        said = path.read_text(encoding="utf-8", errors="replace")
        if name == "front" and said.startswith("---\n"):
            yield said.split("---\n")[1].encode()
        if name == "slides":
            yield from (part.split("-->")[0].encode() for part in said.split("<!-- slide: ")[1:])
        if name == "quiz":
            yield from (part.split("\n```")[0].encode() for part in said.split("```quiz\n")[1:])
    if name == "paper":
        import weasyprint

        for body in (
            "<h1>A</h1><p><a href='https://example.org/'>b</a>",
            "<table><tr><th>a<td>b</table><img alt=x>",
        ):
            made = weasyprint.HTML(string=f"<html lang=en><title>t</title><body>{body}").write_pdf(
                pdf_variant="pdf/ua-1", uncompressed_pdf=True
            )
            yield io.BytesIO(made).getvalue()


TARGETS: dict[str, Callable[[bytes], None]] = {"front": front, "slides": slides, "quiz": quiz, "paper": paper}
