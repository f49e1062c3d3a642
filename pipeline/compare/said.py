"""How changes are said: as text for a terminal, as JSON for programs, as Markdown for a changelog."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, takewhile

from pipeline.compare.change import ADDED, CHANGED, KINDS, REMOVED, Change, Row

Changes = Sequence[Change]
LONGEST = 80
"""Characters of a quoted text."""
BREAKING = "Breaking"
WHOLE = ("course-", "format-", "files-", "export-")
"""Kinds of change, by their beginnings, that are not of a thing with an id that people know."""


# --- text ----------------------------------------------------------------------------------------


def as_text(old: Row, new: Row, changes: Changes) -> str:
    """A line for each change, below its module; what breaks an importer begins with `breaking:`."""
    if not changes:
        return "course diff: nothing changed\n"
    names = _Names(old, new)
    lines = [_versions(old, new)]
    for module, found in groupby(changes, key=lambda change: change.module):
        lines += ["", names.heading(module)]
        lines += [f"  {'breaking: ' * change.breaking}{names.line(change)}" for change in found]
    breaking = sum(change.breaking for change in changes)
    counted = f"{len(changes)} changes" if len(changes) > 1 else "1 change"
    lines += ["", f"{counted}, {breaking or 'none'} breaking"]
    return "".join(f"{line}\n" for line in lines)


def _versions(old: Row, new: Row) -> str:
    return _line(f"{new['title']} {old['version']} → {new['version']}")


# --- JSON ----------------------------------------------------------------------------------------


def as_json(old: Row, new: Row, changes: Changes) -> str:
    """One object, with keys as in docs/manifest.md, "What changed between two releases"."""
    rows = [
        {
            "kind": change.kind,
            "breaking": change.breaking,
            "module": change.module or None,
            "id": change.id,
            "what": change.what,
            "old": change.old or None,
            "new": change.new or None,
        }
        for change in changes
    ]
    sides = {
        side: {key: manifest[key] for key in ("id", "version", "manifestVersion", "contentHash")}
        for side, manifest in (("from", old), ("to", new))
    }
    return json.dumps({**sides, "changes": rows}, ensure_ascii=False, indent=2) + "\n"


# --- Markdown ------------------------------------------------------------------------------------


def as_markdown(old: Row, new: Row, changes: Changes) -> str:
    """An entry of a changelog: what breaks an importer first, then what was added, changed and removed."""
    names = _Names(old, new)
    lines = [f"## {new['version']}", ""]
    for heading in (BREAKING, ADDED, CHANGED, REMOVED):
        found = [change for change in changes if _heading(change) == heading]
        numbers = [change for change in found if change.kind == "module-number"]
        bullets = [_bullet(change, names) for change in found if change not in numbers]
        bullets += [_renumbered(numbers, names)] if numbers else []
        lines += [f"### {heading}", "", *bullets, ""] if bullets else []
    if not changes:
        lines += ["Nothing changed.", ""]
    return "\n".join(lines)


def _heading(change: Change) -> str:
    return BREAKING if change.breaking else KINDS[change.kind].heading


def _bullet(change: Change, names: "_Names") -> str:
    return f"- **{_escaped(names.title(change.module))}**: {_escaped(names.line(change))}"


def _renumbered(changes: Changes, names: "_Names") -> str:
    """One module more gives every later one another number."""
    each = (f"{_escaped(names.title(c.module))} ({c.old} → {c.new})" for c in changes)
    return f"- **Renumbered**: {', '.join(each)}"


def _escaped(text: str) -> str:
    """A text that shows as it is (CommonMark 0.31, section 2.4)."""
    return re.sub(r"[\\`*_\[\]<>&#|~$]", r"\\\g<0>", text)


# --- words ---------------------------------------------------------------------------------------


class _Names:
    """What people call the things that two manifests hold."""

    def __init__(self, old: Row, new: Row) -> None:
        both = (old, new)
        self.modules = {row["id"]: row for manifest in both for row in manifest["modules"]}
        said = {row["id"]: row["text"] for manifest in both for row in manifest["objectives"]}
        stems = {row["id"]: row["stem"]["text"] for manifest in both for row in manifest["questions"]}
        titles = {r["id"]: r["title"] for m in both for r in (*m["parts"], *m["tracks"])}
        self.inner: Mapping[str, str] = said | stems
        self.outer: Mapping[str, str] = titles

    def title(self, module: str) -> str:
        """A module's title."""
        return _line(self.modules[module]["title"]) if module else "The course"

    def heading(self, module: str) -> str:
        """What a module's changes stand below."""
        title = self.title(module)
        return f"{self.modules[module]['number']:02} {title} ({module})" if module else title

    def line(self, change: Change) -> str:
        """A change on one line: of what it is, what it says, and the values."""
        return _line(": ".join(filter(None, (self._subject(change), change.what, _values(change)))))

    def _subject(self, change: Change) -> str:
        """`q1 "What is …"`; nothing where the line says it anyhow, no quote where the values say it."""
        if change.id == change.module or change.kind.startswith(WHOLE):
            return ""
        text = (self.inner if change.module else self.outer).get(change.id, "")
        known = text in (change.old, change.new)
        name = change.id.rpartition("/")[2] if change.module else change.id
        return name if known or not text else f'{name} "{short(_line(text))}"'


def _values(change: Change) -> str:
    """What was and what is. The heading has said the title of a module that came or went."""
    old, new = quotes(_minutes(change.old), _minutes(change.new))
    match change.kind:
        case "module-added":
            return ""
        case "module-removed" | "module-vanished":
            old = ""
    if change.kind.endswith("-removed") and new:
        return ", ".join(filter(None, (old and f'"{old}"', f"{new} takes its place")))
    return " → ".join(f'"{value}"' for value in (old, new) if value)


def quotes(old: str, new: str) -> tuple[str, str]:
    """Two texts, cut so that both show where they begin to differ."""
    old, new = _line(old), _line(new)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    if same < LONGEST // 2 or max(len(old), len(new)) <= LONGEST:
        return short(old), short(new)
    near = same - LONGEST // 4
    start = old.rfind(" ", near - LONGEST // 4, near) + 1 or near
    return short(f"…{old[start:]}"), short(f"…{new[start:]}")


def short(text: str) -> str:
    """A text of at most `LONGEST` characters, cut at a word where there is one."""
    if len(text) <= LONGEST:
        return text
    cut = text[: LONGEST - 1]
    words = cut.rsplit(" ", 1)[0] if " " in cut[LONGEST // 2 :] else cut
    return f"{words.rstrip(' ,;')}…"


def _line(text: str) -> str:
    """A text on one line, without what would command a terminal: it may be anybody's."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _minutes(duration: str) -> str:
    """`PT95M`, for people."""
    return re.sub(r"\APT(\d+)M\Z", r"\1 min", duration)


FORMATS: Mapping[str, Callable[[Row, Row, Changes], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
