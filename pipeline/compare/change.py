"""A change between two releases: data, of one of the kinds of a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""A manifest, or a row of one of its lists, as docs/manifest.md describes it."""

ADDED, CHANGED, REMOVED = "Added", "Changed", "Removed"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: its heading in a changelog, what it says, and whether it breaks an importer: what a
    platform has stored is wrong from then on, or leads nowhere."""

    heading: str
    what: str
    breaks: bool = False


LISTED = ("part", "track", "module", "objective", "assessment", "question")
"""Things with ids of their own: they are added, removed as `removed` says, or vanish without a word."""

KINDS: Mapping[str, Kind] = {
    "course-id": Kind(CHANGED, "another course; nothing else was compared", True),
    "course-language": Kind(CHANGED, "language changed", True),
    "course-license": Kind(CHANGED, "license changed", True),
    "course-title": Kind(CHANGED, "title changed"),
    "course-description": Kind(CHANGED, "description changed"),
    "course-authors": Kind(CHANGED, "authors changed"),
    "course-url": Kind(CHANGED, "address changed"),
    "format-version": Kind(CHANGED, "version of the manifest's format changed"),
    "removal-vanished": Kind(REMOVED, "no longer listed in removed", True),
    "alias-added": Kind(ADDED, "former id added"),
    "alias-vanished": Kind(REMOVED, "former id no longer listed", True),
    **{f"{thing}-added": Kind(ADDED, f"{thing} added") for thing in LISTED},
    **{f"{thing}-removed": Kind(REMOVED, f"{thing} removed") for thing in LISTED},
    **{
        f"{thing}-vanished": Kind(REMOVED, f"{thing} gone, and not listed in removed", True)
        for thing in LISTED
    },
    "part-title": Kind(CHANGED, "title of the part changed"),
    "part-description": Kind(CHANGED, "description of the part changed"),
    "part-moved": Kind(CHANGED, "place among parts changed"),
    "track-title": Kind(CHANGED, "title of the track changed"),
    "track-description": Kind(CHANGED, "description of the track changed"),
    "track-moved": Kind(CHANGED, "place among tracks changed"),
    "module-renamed": Kind(CHANGED, "id changed; the former one is an alias"),
    "module-part": Kind(CHANGED, "part changed"),
    "module-number": Kind(CHANGED, "number changed"),
    "module-moved": Kind(CHANGED, "place in track {} changed"),
    "module-kind": Kind(CHANGED, "kind changed"),
    "module-title": Kind(CHANGED, "title changed"),
    "module-summary": Kind(CHANGED, "summary changed"),
    "module-difficulty": Kind(CHANGED, "difficulty changed"),
    "module-duration": Kind(CHANGED, "duration changed"),
    "module-stages": Kind(CHANGED, "stages changed"),
    "module-keywords": Kind(CHANGED, "keywords changed"),
    "module-text": Kind(CHANGED, "text, slides or pictures edited"),
    "membership-added": Kind(ADDED, "joins track"),
    "membership-removed": Kind(REMOVED, "leaves track"),
    "prerequisite-added": Kind(ADDED, "prerequisite added"),
    "prerequisite-removed": Kind(REMOVED, "prerequisite removed"),
    "recommendation-added": Kind(ADDED, "recommended module added"),
    "recommendation-removed": Kind(REMOVED, "recommended module removed"),
    "term-added": Kind(ADDED, "term {} added"),
    "term-removed": Kind(REMOVED, "term {} removed"),
    "term-reworded": Kind(CHANGED, "term {} reworded"),
    "objective-reworded": Kind(CHANGED, "objective reworded"),
    "question-kind": Kind(CHANGED, "kind changed", True),
    "question-key": Kind(CHANGED, "key changed", True),
    "question-stem": Kind(CHANGED, "stem changed"),
    "question-moved": Kind(CHANGED, "place in its assessment changed"),
    "question-level": Kind(CHANGED, "level changed"),
    "question-points": Kind(CHANGED, "points changed"),
    "question-objectives": Kind(CHANGED, "objectives that it assesses changed"),
    "question-hints": Kind(CHANGED, "hints changed"),
    "question-reasons": Kind(CHANGED, "reasons changed"),
    "question-answer": Kind(CHANGED, "model answer changed"),
    "option-added": Kind(ADDED, "option added"),
    "option-removed": Kind(REMOVED, "option removed"),
    "option-reworded": Kind(CHANGED, "option reworded"),
    "option-moved": Kind(CHANGED, "options have other local ids"),
    "files-added": Kind(ADDED, "files of role {} added"),
    "files-removed": Kind(REMOVED, "files of role {} removed"),
    "files-vanished": Kind(REMOVED, "files of role {} gone, and none in their place", True),
    "files-moved": Kind(CHANGED, "files of role {} at other paths"),
    "files-type": Kind(CHANGED, "media type changed of files of role {}", True),
    "export-added": Kind(ADDED, "export {} added"),
    "export-vanished": Kind(REMOVED, "export {} gone", True),
    "export-version": Kind(CHANGED, "version of export {} changed", True),
}
"""Every kind of change. docs/manifest.md lists them by thing, and says why some break an importer."""

_RANKS = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is otherwise in the newer release.

    `module` is the module's id, the new one where it was renamed, or '' for the course. `id` says of what in
    it: itself, an objective, a question; of files their role, of exports their format. `old` and `new` are
    plain texts, '' where there is none; of something removed, `new` is the id that takes its place.
    """

    kind: str
    module: str
    id: str
    what: str
    old: str = ""
    new: str = ""

    @property
    def breaking(self) -> bool:
        """Whether an importer must act before it takes the newer release."""
        return KINDS[self.kind].breaks

    @property
    def rank(self) -> int:
        """The place of its kind in `KINDS`."""
        return _RANKS[self.kind]


def change(kind: str, module: str, id: str, old: object = "", new: object = "", about: object = "") -> Change:
    """A change of this kind; `about` fills the gap in what it says. Lists become texts."""
    return Change(kind, module, id, KINDS[kind].what.format(about), _text(old), _text(new))


def changed(kind: str, module: str, id: str, old: Any, new: Any) -> tuple[Change, ...]:
    """One change where two values differ, else none."""
    return (change(kind, module, id, old, new),) if old != new else ()


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
