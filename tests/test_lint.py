"""The case files: `cases/lint/<CODE>.md`, a title, the input, and exactly what must be found."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sources import COURSE, findings, inside, module_text, with_fields, write

from pipeline.engines.syntax import sql_all
from pipeline.lint import RULES
from pipeline.lint.pages import PAGES, rules_page

CASES = Path(__file__).parent / "cases" / "lint"
ELSEWHERE = {code for code in PAGES if code.startswith(("E11", "E12", "L2", "T"))}
"""What `course examples`, `course links` and `course adopt` say: tests/test_examples.py, test_outside.py,
test_adopt.py."""


@dataclass
class Case:
    """A case of a file: its input by file name, as (info string, text) a fence."""

    code: str
    title: str
    files: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    expected: list[str] = field(default_factory=list)


def cases(path: Path) -> list[Case]:
    """The cases of a file (see cases/lint/README.md)."""
    made: list[Case] = []
    name, fence, info, inner = "", "", "", []
    for line in path.read_text(encoding="utf-8").split("\n"):
        opening = re.fullmatch(r"(`{3,})(.*)", line)
        if fence:
            if line != fence:
                inner.append(line)
                continue
            text = "".join(f"{row}\n" for row in inner)
            if name == "Findings":
                made[-1].expected = [row for row in inner if row]
            else:
                made[-1].files[name].append((info, text))
            fence, inner = "", []
        elif opening:
            fence, info = opening[1], opening[2]
        elif line.startswith("# "):
            made.append(Case(path.stem, line[2:]))
        elif line.startswith("## "):
            name = line[3:].strip("`")
            made[-1].files.setdefault(name, [])
    return made


def lay_out(case: Case, folder: Path) -> Path:
    """Write the input: the base course, with the files of the case."""
    files: dict[str, list[tuple[str, str]]] = {"course.yml": [("", "")], "modules/01-first.md": [("", "")]}
    for name, fences in {**files, **case.files}.items():
        if name == "Findings" or not fences:
            continue
        given = dict(fences)
        linked = next((text.strip() for info, text in fences if info == "link"), "")
        if linked:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(linked)
            continue
        write(folder, {name: written(name, given)})
    return folder


def written(name: str, given: dict[str, str]) -> bytes:
    """The bytes of an input file."""
    info = next((info for info in given if info.split(" ")[0] not in ("", "yaml")), "")
    text = given.get(info, "")
    for word in info.split()[1:]:
        if word == "escaped":
            text = text.encode("ascii", "backslashreplace").decode("unicode_escape")
        if word == "base64":
            return b64decode(text)
        if word.startswith("repeat="):
            text = text.rstrip("\n") * int(word[len("repeat=") :]) + "\n"
    if "whole" in info.split():
        return text.encode("utf-8", "surrogateescape")
    if name == "course.yml":
        text = with_fields(COURSE, given.get("yaml", ""))
    elif re.fullmatch(r"modules/\d\d-[a-z-]+\.md", name) and not text.startswith("---"):
        text = module_text(name.removeprefix("modules/"), text, given.get("yaml", ""))
    return text.encode("utf-8", "surrogateescape")


ALL = [case for path in sorted(CASES.glob("[A-Z][0-9]*.md")) for case in cases(path)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.code} {case.title}")
def test_case_gives_exactly_its_findings(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    found = inside(folder, findings(lay_out(case, folder)))
    shown = "\n".join(f"{place} {code} {message}" for place, code, message in found)
    assert len(found) == len(case.expected), shown
    for (place, code, message), expected in zip(found, case.expected, strict=True):
        where, wanted, fragment = expected.split(" ", 2)
        assert (place, code) == (where, wanted), shown
        assert fragment in message, shown


def test_every_case_is_about_its_code() -> None:
    for case in ALL:
        codes = {row.split(" ")[1] for row in case.expected}
        assert case.code in codes or not codes, f"{case.code}: {case.title}"


def test_every_rule_and_code_has_a_case() -> None:
    named = {rule.code for rule in RULES} | set(PAGES) - ELSEWHERE
    shown = {case.code for case in ALL if case.expected}
    assert shown == named


def test_every_rule_has_a_case_that_is_clean_or_several() -> None:
    """A rule that fires on everything would pass its own case: each family has clean inputs too."""
    assert [case.title for case in ALL if not case.expected]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_explains_itself(rule) -> None:
    assert len(rule.page.split()) > 5
    assert rule.page[0].isupper() or rule.page[0] == "`"
    assert rule.page.rstrip().endswith((".", ")", '."', ".`"))


def test_codes_are_unique_and_well_formed() -> None:
    codes = [*PAGES, *(rule.code for rule in RULES)]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z]\d{3}", code) for code in codes)


def test_every_code_in_the_source_has_a_page_and_the_other_way_round() -> None:
    """Whatever is said of a course is documented; V codes are about a release, and mean a bug."""
    package = CASES.parents[2] / "pipeline"
    known = {*PAGES, *(rule.code for rule in RULES)}
    raised = {
        code
        for path in package.rglob("*.py")
        if path.name != "pages.py"
        for code in re.findall(r'"([A-UW-Z]\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert raised == known


def test_the_documented_rules_are_the_rules() -> None:
    """`course explain all > docs/rules.md` after a change."""
    page = CASES.parents[2] / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == rules_page(RULES)


def test_sql_that_is_taken_as_it_stands_is_not_spoken_of(caplog: pytest.LogCaptureFixture) -> None:
    """What the parser does not know it keeps, and would say so between the findings."""
    assert sql_all(("CREATE ROLE console -- which nobody else in these tests makes",)) == (None,)
    assert caplog.records == []
