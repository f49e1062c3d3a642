"""What a course of Open edX must say: what its manifest says. Used by `test_lms_olx`, and no test itself."""

import copy
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import clients
from lxml import html

CLIENT = Path(__file__).with_name("olx_client.py")
READ = ("interview", "exercise")
"""Kinds of questions that are read, and not asked."""
Row = Mapping[str, Any]


def said(text: str) -> str:
    """A text as it is read."""
    return " ".join(text.replace("\u200b", "").split())


def plain(fragment: str) -> str:
    """What is read of HTML."""
    return said(html.fromstring(f"<div>{fragment}</div>").text_content())


def blocks(fragment: str) -> list[str]:
    """The paragraphs of a text, as they are read, and its code, to the letter."""
    holder = html.fromstring(f"<div>{fragment}</div>")
    found = [said(p.text_content()) for p in holder.iter("p")] or [said(holder.text_content())]
    return [*found, *(code.text_content() for code in holder.iter("pre"))]


def shows(view: str, fragment: str) -> bool:
    """Whether a page shows a text with all its code, as text."""
    page = html.fromstring(f"<div>{view}</div>")
    codes = [code.text_content() for code in page.iter("pre")]
    return all(text in said(page.text_content()) or text in codes for text in blocks(fragment))


def quiz(manifest: Row) -> Iterator[Row]:
    yield from (row for row in manifest["questions"] if row["kind"] not in READ)


def problem(row: Row) -> str:
    return f"{row['id'].replace('/', '_')}-problem"


@dataclass(frozen=True, slots=True)
class Try:
    """What a learner does, whether it is right, and whose reasons are shown then."""

    action: dict[str, Any]
    right: bool
    reasons: tuple[str, ...] = ()


def tries(row: Row) -> list[Try]:
    """The right answer of a question, and wrong ones."""
    match row["kind"]:
        case "single":
            return [_ticked(row, {option["id"]}) for option in row["options"]]
        case "multiple":
            everything = {option["id"] for option in row["options"]}
            right = {option["id"] for option in row["options"] if option["correct"]}
            others = [right ^ {id} for id in sorted(everything)]
            return [_ticked(row, ticked) for ticked in (right, everything, *others) if ticked]
        case "numeric":
            number, tolerance = (Decimal(row["answer"][name]) for name in ("number", "tolerance"))
            near = (number, number + tolerance, number - tolerance)
            far = (number + tolerance + Decimal("0.01"), number - tolerance - Decimal("0.01"), -number - 1)
            return [Try({"type": f"{value:f}"}, abs(value - number) <= tolerance) for value in (*near, *far)]
    places = [str(place) for place in range(1, len(row["options"]) + 1)]
    orders = (places, places[::-1], [places[1], places[0], *places[2:]], ["1"] * len(places))
    return [Try(_placed(row, order), order == places) for order in orders]


def _ticked(row: Row, ids: set[str]) -> Try:
    ticked = [option for option in row["options"] if option["id"] in ids]
    right = ids == {option["id"] for option in row["options"] if option["correct"]}
    return Try(
        {"tick": [plain(option["html"]) for option in ticked]},
        right,
        tuple(option["why"] for option in ticked if option["why"]),
    )


def _placed(row: Row, places: list[str]) -> dict[str, Any]:
    labels = [plain(option["html"]) for option in row["options"]]
    return {"place": dict(zip(labels, places, strict=True))}


def client(folder: Path, manifest: Row) -> dict[str, Any]:
    """What Open edX's packages say of a folder. CalledProcessError where they cannot load it."""
    wanted = {problem(row): [attempt.action for attempt in tries(row)] for row in quiz(manifest)}
    done = subprocess.run(
        [clients.python("olx"), CLIENT],
        input=json.dumps({"folder": str(folder), "tries": wanted}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def wrong(found: Row, manifest: Row) -> list[str]:
    """Where the platform's course is not that of the manifest."""
    return [
        *found["findings"],
        *_outline(found, manifest),
        *(fault for row in quiz(manifest) for fault in _question(found["problems"].get(problem(row)), row)),
        *(fault for row in manifest["questions"] if row["kind"] in READ for fault in _prompt(found, row)),
    ]


def _outline(found: Row, manifest: Row) -> Iterator[str]:
    names = {"chapter": "parts", "sequential": "modules"}
    for kind, table in names.items():
        stand = [name for block, name, _ in found["blocks"] if block == kind and not name.startswith("_")]
        wanted = [f"{row['id']}-{kind}" for row in manifest[table] if row.get("modules", True)]
        if stand != wanted:
            yield f"{table}: {stand}"
    stand = [name for kind, name, _ in found["blocks"] if kind == "problem"]
    if stand != [problem(row) for row in quiz(manifest)]:
        yield f"problems: {stand}"


def _question(found: Row | None, row: Row) -> Iterator[str]:
    if found is None:
        yield f"{row['id']} is missing"
        return
    if not shows(found["view"], row["stem"]["html"]):
        yield f"{row['id']} asks something else"
    for hint in row["hints"]:
        if not shows(found["hints"], hint):
            yield f"{row['id']} lacks a hint"
    for attempt, done in zip(tries(row), found["tries"], strict=True):
        full = done["score"] == done["possible"] == max(row["points"], 1)
        if (done["success"] == "correct", full) != (attempt.right, attempt.right):
            yield f"{row['id']} {attempt}: {done['success']}, {done['score']} of {done['possible']}"
        if not attempt.right and row["kind"] != "order" and done["score"]:
            yield f"{row['id']} {attempt}: {done['score']} for a wrong answer"
        for why in attempt.reasons:
            if not shows(done["view"], why):
                yield f"{row['id']} {attempt}: no reason"
        if attempt.right:
            yield from _explained(done["explained"], row)


def _explained(text: str, row: Row) -> Iterator[str]:
    parts = [row.get("answer", {}).get("html", ""), *(option["why"] for option in row["options"])]
    for part in filter(None, parts):
        if not shows(text, part):
            yield f"{row['id']} does not explain {part}"


def _prompt(found: Row, row: Row) -> Iterator[str]:
    view = found["pages"].get(f"{row['id'].replace('/', '_')}-html", {}).get("view", "")
    for part in (row["stem"]["html"], row["answer"]["html"], *row["hints"]):
        if part and not shows(view, part):
            yield f"{row['id']} lacks {part}"


CODE = """def f(a):
    if a < b && c > d:  # ]]> </pre>
        print("/static/x.js", '/course/y', "/jump_to_id/z", $seed, $attempts, '%%USER_ID%%')
    return <script>alert(1)</script>"""


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def option(number: int, html: str, correct: bool, why: str) -> dict[str, Any]:
    return {"id": f"a{number}", "html": html, "text": plain(html), "correct": correct, "why": why}


def hard(manifest: dict[str, Any]) -> None:
    """Give the first two questions of the course texts that platforms are known to spoil."""
    picture = next(row["path"] for row in manifest["files"] if row["role"] == "image")
    code = f'<figure id="code.1"><pre tabindex="0"><code>{escaped(CODE)}</code></pre></figure>'
    stem = (
        f"<p><code>GET</code> <code>PUT</code> <em>x</em><strong>y</strong>?</p>{code}"
        f'<p>Is <code>$anonymous_student_id</code> shown?</p><p><img src="{picture}" alt="A picture"/></p>'
        f'<section id="s"><p>A <a href="#s">link</a> and <a href="https://example.org/">another</a>.</p></section>'
    )
    odd = [
        option(
            1,
            "<code>a</code> <code>b</code>",
            True,
            f"<em>Why</em> <code>{escaped(CODE.splitlines()[2])}</code>",
        ),
        option(2, "<em>a</em><code>b</code>", False, "<code>c</code> <em>d</em>"),
        option(3, escaped("<script>alert(1)</script> & \"quotes\" ]]> 'x'"), False, ""),
        option(4, "<code>&lt;</code>", False, "startouttext/ endouttext / <code></code>"),
        option(5, "$seed and $attempt", False, "%%COURSE_ID%% 100%%"),
    ]
    hints = ["<code>a</code> <em>b</em>", escaped('<hint> $attempt "/static/y" & </demandhint>')]
    facts = {"stem": {"html": stem, "markdown": "", "text": plain(stem)}, "hints": hints}
    asked = [
        row for row in manifest["questions"] if row["kind"] in ("single", "multiple", "order", "numeric")
    ]
    for row in asked:
        row |= copy.deepcopy(facts)
        if row["kind"] != "numeric":
            row["options"] = copy.deepcopy(odd)
        match row["kind"]:
            case "multiple":
                row["options"][1]["correct"] = True
            case "order":
                row["answer"] = {"html": "<code>a</code> <em>b</em>"}
            case "numeric":
                row["stem"]["html"] = (
                    "<p>Is 1 &lt; 2 &amp; <code>&lt;b&gt;</code> <em>bold</em>, in $seed?</p>"
                )
                row["answer"] = {
                    "number": "-1234567.25",
                    "tolerance": "0.005",
                    "html": "<em>a</em> <code>b</code>",
                }
    for row in manifest["questions"]:
        if row["kind"] in READ:
            row |= {"stem": facts["stem"], "hints": hints, "answer": {"html": stem}}
