"""`course sources`: what the sentences of a course lean on, where, and how it was read."""

from pathlib import Path

from sources import ROOT, compiled, small_course

from pipeline.sources import LONGEST, sources_page

KINDS = "kinds: { module: { sections: [Concepts, Sources], words: { min: 3, max: 900 }, callouts: 1 } }"
BODY = """\
# First

## Concepts

Nothing is said here. A status has [three digits](https://rfc.example/9110#section-15), and **[`GET`
is safe](https://rfc.example/9110#section-9)**. Inside links, such as [this](#concepts), are none.

| What | Size |
| --- | --- |
| a \\| b | [1 kB](https://size.example/table) |

## Sources

- [RFC 9110](https://rfc.example/9110), June 2022: methods read, the rest *not reopened*.
- [A paper](https://paper.example), nowhere linked above.
"""


def page(tmp_path: Path, body: str) -> list[str]:
    course = compiled(small_course(tmp_path, {"01-first.md": body}, KINDS))
    return [line for line in sources_page(course).splitlines() if line.startswith("| ")][2:]


def test_a_sentence_stands_with_its_line_its_source_and_how_that_was_read(tmp_path: Path) -> None:
    note = "June 2022: methods read, the rest not reopened"
    claim = "A status has three digits, and GET is safe."
    assert page(tmp_path, BODY) == [
        f"| 25 | {claim} | [three digits](https://rfc.example/9110#section-15) | {note} |",
        f"| 25 | {claim} | [GET is safe](https://rfc.example/9110#section-9) | {note} |",
        "| 30 | 1 kB | [1 kB](https://size.example/table) | linked |",
        "| 35 | *in the list of sources* | [A paper](https://paper.example) | nowhere linked above |",
    ]


def test_a_long_claim_is_cut_and_its_marks_mean_nothing(tmp_path: Path) -> None:
    words = " ".join(["a\\_b"] * 90)
    (row, *_) = page(tmp_path, BODY.replace("A status has", f"It \\| says {words} of"))
    claim = row.split(" | ")[1]
    assert claim.startswith("It \\| says a\\_b a\\_b") and claim.endswith("a\\_b …")
    assert len(claim.replace("\\", "")) <= LONGEST + 2


def test_a_module_that_links_nothing_outside_has_no_table(tmp_path: Path) -> None:
    assert "## Module" not in sources_page(compiled(small_course(tmp_path)))


def test_the_page_of_this_course_is_of_this_course() -> None:
    """`course sources > docs/sources.md` after a change of the modules."""
    written = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert written == sources_page(compiled(ROOT / "content"))
