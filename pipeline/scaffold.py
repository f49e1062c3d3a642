"""A new module: a file that says of itself what must still be written.

Everything that can be known is there, from course.yml's `planned` too; the rest is empty beside a remark
that begins `FILL:`. Schema and rules ask for what is empty (F113, S105, S106, P102), so that no remark
is ever published.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pipeline.diagnostics import EnvironmentProblem
from pipeline.load import MODULE_FILE, Sources, load
from pipeline.model import Planned

FILL = "FILL:"
"""What a remark begins with that a person must put a text in the place of."""
OBJECTIVES = 4
_MARKUP, _ESCAPED = re.compile(r"[\\`*_\[\]<>~$]|&(?=#|\w+;)"), r"\\\g<0>"
_SLUG = re.compile(r"(?:(\d{2})-)?([a-z0-9]+(?:-[a-z0-9]+)*)\Z")

HOLDS: Mapping[str, str] = {
    "Opening scenario": "a concrete moment that goes wrong or must be decided, ending in a question",
    "Concepts": "the mechanism, cause before name: what it is, why it is so, what it costs; H3s name ideas",
    "Analogy": "one analogy carried through, then the H3 `Where it breaks`",
    "Build it": "the goal, code in short steps, its output, then the H3 `Change one thing`",
    "Trade-offs": "a table: option, gains, costs, choose when, avoid when; then the default and its reason",
    "Do and don't": "a table of two columns, each row with its because",
    "Case study": "a public incident: timeline, mechanism, what contained it, the primary source",
    "Summary": "a few sentences that a reader could repeat without the page",
    "Further reading": "links, primary sources first, each with a remark on what it gives",
    "Misconceptions": "one H3 an item, the belief; below it a comment `id: m1`, **Reality.** and **Check it.**",
    "Interview questions": "one H3 a question; below it a comment `id: i1`, **Level.**, **Strong answer.**,"
    " **Follow-ups.**, **Weak answer.** and **Objective.**",
    "Exercises": "one H3 a task; below it a comment `id: e1`, **Task.**, **Acceptance.**, **Hint.** and"
    " **Objective.**: each objective is exercised once",
}
"""What the sections hold whose names are known: the items of four, and the others of this course.

None may hold the end of a comment."""

QUIZ = """\
```quiz
# FILL: stem, options and reasons, the right ones marked; an item for each objective at least.
- id: q1
  objective: o1
  level: recall             # recall | explain | apply | analyse
  kind: single
  stem: ""
  options:
    - { text: "", why: "", correct: true }
    - { text: "", why: "" }
    - { text: "", why: "" }
- id: q2
  objective: o2
  level: explain
  kind: multiple
  stem: ""
  options:
    - { text: "", why: "", correct: true }
    - { text: "", why: "" }
    - { text: "", why: "" }
- id: q3
  objective: o3
  level: apply
  kind: numeric
  stem: ""
  answer: ""
  tolerance: "0"
  why: ""
- id: q4
  objective: o4
  level: analyse
  kind: order
  stem: ""
  items: ["", "", ""]       # in the right order
  why: ""
```
"""


def new_module(content: Path, slug: str, today: str = "") -> Path:
    """Write the skeleton of a module into a course, and give its path.

    `slug` is `07-rate-limiting`, or `rate-limiting`: then its number is that of the planned module with
    this title, or the one after the last. `today` (RFC 3339 full-date) becomes its `updated`. Raises
    EnvironmentProblem where slug or number is taken or malformed, and InvalidCourse where there is no course.
    """
    sources = load(content)
    found = _SLUG.match(slug)
    if not found:
        raise EnvironmentProblem(f"{slug!r} is no slug: write lower-case words joined by hyphens")
    taken = {int(name[:2]): name for name in _names(content)}
    planned = list(_planned(_course(sources)))
    titled = next((entry for entry in planned if slug_of(entry.title) == found[2]), None)
    free = titled.number if titled and titled.number not in taken else max(taken, default=0) + 1
    number = int(found[1] or free)
    if not 1 <= number <= 99:
        raise EnvironmentProblem(f"there is no module number {number}: they go from 1 to 99")
    if number in taken:
        raise EnvironmentProblem(f"number {number} is taken by {taken[number]}")
    same = next((name for name in taken.values() if name[3:] == f"{found[2]}.md"), "")
    if same:
        raise EnvironmentProblem(f"the slug {found[2]} is taken by {same}")
    numbered = next((entry for entry in planned if entry.number == number), None)
    title = " ".join(word.capitalize() for word in found[2].split("-"))
    entry = replace(titled or numbered or Planned(number, title, "", ()), number=number)
    path = content / "modules" / f"{number:02}-{found[2]}.md"
    text = _module(sources, found[2], entry, today, _modeline(content))
    path.parent.mkdir(exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return path


def slug_of(words: str) -> str:
    """Lower-case ASCII words joined by hyphens."""
    ascii = normalize("NFKD", re.sub("['’]", "", words)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii.lower()).strip("-")


def _course(sources: Sources) -> Mapping[str, Any]:
    """What course.yml says; it need not be valid."""
    return sources.course.value if isinstance(sources.course.value, dict) else {}


def _planned(course: Mapping[str, Any]) -> Iterator[Planned]:
    """The planned modules, with the part and the tracks that the course really has."""
    rows = course.get("planned")
    for row in rows if isinstance(rows, list) else ():
        numbered = isinstance(row, dict) and re.fullmatch(r"\d{1,2}", str(row.get("number")))
        if numbered and isinstance(row.get("title"), str):
            part, tracks = row.get("part"), row.get("tracks")
            tracks = [id for id in _ids(course.get("tracks")) if isinstance(tracks, list) and id in tracks]
            part = part if part in _ids(course.get("parts")) else ""
            yield Planned(int(row["number"]), " ".join(row["title"].split()), str(part), tuple(tracks))


def _names(content: Path) -> list[str]:
    """The names of module files, those included that are not readable yet."""
    return sorted(path.name for path in (content / "modules").glob("*.md") if MODULE_FILE.match(path.name))


def _modeline(content: Path) -> str:
    """A comment that tells editors the schema of the front matter, where it stands beside the course."""
    known = (content.resolve().parent / "schemas" / "module.schema.json").is_file()
    return "# yaml-language-server: $schema=../../schemas/module.schema.json\n" if known else ""


def _module(sources: Sources, slug: str, entry: Planned, today: str, modeline: str) -> str:
    front = "".join(_front(sources, slug, entry, today))
    body = "\n".join(_section(name) for name in _sections(_course(sources)))
    return f"---\n{modeline}{front}---\n\n# {_MARKUP.sub(_ESCAPED, entry.title)}\n\n{body}"


def _front(sources: Sources, slug: str, entry: Planned, today: str) -> Iterator[str]:
    course = _course(sources)
    tracks = f"one or more of {_joined(course.get('tracks'))}"
    yield f"id: {slug}\nnumber: {entry.number}\n"
    yield f"title: {json.dumps(entry.title, ensure_ascii=False)}  # the H1 says the same\n"
    yield f'summary: ""  # {FILL} one sentence that says what the module answers\n'
    yield f"part: {_part(course, sources, entry)}\n"
    yield f"stages: []  # {FILL} one or more of {_joined(course.get('stages'))}\n"
    yield f"tracks: [{', '.join(entry.tracks)}]  # {'' if entry.tracks else f'{FILL} '}{tracks}\n"
    yield "prerequisites: []  # ids of earlier modules that must be read before\n"
    yield "recommended: []  # ids of earlier modules that help; a track that skips one needs a bridge box\n"
    yield f'minutes: ""  # {FILL} prose at 200 words a minute, 10 for each example, and the exercises\n'
    yield f'difficulty: ""  # {FILL} intermediate, advanced or expert\n'
    yield f"objectives:  # {FILL} what a reader can do afterwards, each beginning with a measurable verb\n"
    for objective in range(1, OBJECTIVES + 1):
        yield f'  - {{ id: o{objective}, text: "" }}\n'
    yield "keywords: []  # words of the index\n"
    yield "terms: {}  # new terms, each with its definition: '  a term: \"What it is.\"'\n"
    yield (
        f"version: 0.1.0\nupdated: {today}\n" if today else f'version: 0.1.0\nupdated: ""  # {FILL} the day\n'
    )


def _part(course: Mapping[str, Any], sources: Sources, entry: Planned) -> str:
    """The planned part, or that of the module before, or the first of the course."""
    before = [
        (int(found["number"]), str(found["part"]))
        for found in (source.front.value for source in sources.modules)
        if str(found.get("number")).isdigit() and int(found["number"]) < entry.number and found.get("part")
    ]
    known = _ids(course.get("parts"))
    part = entry.part or (max(before)[1] if before else next(iter(known), ""))
    return f"{part or json.dumps('')}  # one of {', '.join(known)}"


def _ids(value: Any) -> list[str]:
    """The ids that a list of mappings, or a mapping, of course.yml defines."""
    if isinstance(value, dict):
        return list(value)
    return [str(row["id"]) for row in value or () if isinstance(row, dict) and "id" in row]


def _joined(value: Any) -> str:
    return ", ".join(_ids(value))


def _sections(course: Mapping[str, Any]) -> Sequence[str]:
    """The sections of the kind `module`, or of the first kind where none has that name."""
    kinds = course.get("kinds")
    named: dict[str, Any] = kinds if isinstance(kinds, dict) else {}
    kind = named.get("module") or next(iter(named.values()), None)
    sections = kind.get("sections") if isinstance(kind, dict) else None
    return [str(name) for name in sections] if isinstance(sections, list) else []


def _section(name: str) -> str:
    """A heading with a remark on what belongs below it; the quiz comes as a form."""
    if name == "Quiz":
        return f"## {name}\n\n{QUIZ}"
    held = HOLDS.get(name.replace("’", "'"), f'what belongs under "{name}"')
    return f"## {name}\n\n<!-- {FILL} {held} -->\n"
