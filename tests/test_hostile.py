"""The hostile corpus: `hostile/*.md`, inputs of strangers by kind, and exactly what must be found in each.

The form is that of the case files of rules (`cases/lint/README.md`). In an input `⟦1000×text⟧` stands for the text a
thousand times, with `⟨n⟩` for the number of the time and `⏎` for the end of a line.
"""

import re
from pathlib import Path

import pytest
from sources import findings, inside
from test_lint import Case, cases, lay_out

CORPUS = Path(__file__).parent / "hostile"
ALL = [case for path in sorted(CORPUS.glob("*.md")) for case in cases(path)]
_REPEATED = re.compile(r"⟦(\d+)×(.*?)⟧", re.DOTALL)
SHOWN = 8
"""Findings of one input that are listed; a thousand alike say no more."""


def expanded(case: Case) -> Case:
    """The input with all that is repeated in it."""
    case.files = {
        name: [(info, _REPEATED.sub(_times, text)) for info, text in fences]
        for name, fences in case.files.items()
    }
    return case


def _times(found: re.Match[str]) -> str:
    text = found[2].replace("⏎", "\n")
    return "".join(text.replace("⟨n⟩", str(n)) for n in range(int(found[1])))


def test_the_corpus_is_large() -> None:
    assert len(ALL) >= 190
    assert len({(case.code, case.title) for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.code}: {case.title}")
def test_a_hostile_input_is_found_where_it_stands(
    case: Case, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    found = inside(folder, findings(lay_out(expanded(case), folder)))
    shown = [_visible(f"{place} {code} {message}") for place, code, message in found][:SHOWN]
    if request.config.getoption("--record"):
        _record(case, shown)
        return
    assert len(shown) == len(case.expected), "\n".join(shown)
    for row, expected in zip(shown, case.expected, strict=True):
        assert row == expected
    assert not (tmp_path / "CANARY").exists()


def _visible(text: str) -> str:
    """The text with its control characters as Python writes them: the case files are read by people."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _record(case: Case, shown: list[str]) -> None:
    path = CORPUS / f"{case.code}.md"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"# {case.title}\n")
    at = text.index("## Findings\n\n```text\n", start) + len("## Findings\n\n```text\n")
    end = text.index("```", at)
    rows = "".join(f"{row}\n" for row in shown)
    path.write_text(text[:at] + rows + text[end:], encoding="utf-8")
