"""Turn sources into a `Course`, or raise `InvalidCourse` with every finding at its place.

First the schemas (JSON Schema 2020-12, formats checked), then what no schema can say: ids and
numbers are unique, parts, tracks and prerequisites exist, a file's name agrees with its front
matter. Documents are compiled on the way (`pipeline.document`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

from pipeline.baseline import lowered
from pipeline.diagnostics import Diagnostic, InvalidCourse, Span, did_you_mean, error
from pipeline.document import Compiled, CompileRequest, compile_modules
from pipeline.document.notes import notes
from pipeline.load import MODULE_FILE, ModuleSource, Sources
from pipeline.mapping import Path, Positioned, converted
from pipeline.model import (
    DECKS,
    PAPERS,
    Author,
    Course,
    Kind,
    License,
    Mark,
    Module,
    Part,
    Planned,
    Policy,
    Removed,
    Theme,
    Track,
)
from pipeline.schema import schema, schema_findings
from pipeline.tables import uneven_rows
from pipeline.trace import traced

TEXTS = ("id", "version", "title", "subtitle", "description", "goal", "language")
LISTS = ("journey", "qualities", "gives", "before", "assumed", "callouts")
"""Keys of course.yml that go into a `Course` as they are."""

POLICY = {
    "words": "words",
    "avoid": "avoid",
    "verbs": "verbs",
    "levels": "interviewLevels",
    "keeps": "keeps",
}
"""Fields of a `Policy`, and the keys of course.yml that they come from."""


@traced("stage")
def validate(
    sources: Sources,
    theme: Theme,
    pool: Callable[[], Executor],
    jobs: int = 1,
    held: MutableMapping[str, Compiled] | None = None,
) -> Course:
    """The course of these sources; `held` is what `compile_modules` makes of it. Raises InvalidCourse with all
    findings, sorted."""
    findings = list(sources.findings)
    described = _checked(sources.course, "course", findings)
    fronts: list[tuple[ModuleSource, dict[str, Any]]] = []
    for source in sources.modules:
        front = _checked(source.front, "module", findings)
        if front is not None:
            fronts.append((source, front))
    if described is not None:
        findings += _references(described, fronts, _named(sources), sources.course.at)
        findings += _distinct(sources.course, "parts", "tracks")
    for source, _ in fronts:
        findings += _distinct(source.front, "objectives")
    findings += _unique(fronts)
    requests = [CompileRequest(source, front) for source, front in fronts]
    compiled = compile_modules(requests, theme, pool, jobs, held)
    findings += [finding for result in compiled for finding in result.findings]
    told = notes(sources.notes, [result.module for result in compiled if result.module], sources.files)
    findings += told.findings
    findings = lowered(findings, sources.baseline, sources.course_path.rpartition("/")[0])
    if any(finding.severity >= 3 for finding in findings) or described is None:
        raise InvalidCourse(findings)
    read = {source.path: source for source in sources.modules}
    made = (_looked_at(r.module, read[r.module.path], findings) for r in compiled if r.module)
    course = _course(described, tuple(sorted(made, key=lambda m: m.number)), sources)
    return replace(course, changes=told.changes, errata=told.errata)


def _looked_at(module: Module, source: ModuleSource, findings: Iterable[Diagnostic]) -> Module:
    """A module with what was found in it, and marks of what its document does not hold."""
    own = tuple(finding for finding in findings if finding.span.path == source.shown)
    return replace(module, marks=(*module.marks, *uneven_rows(module.marks, source.lines)), findings=own)


def _values(source: Positioned) -> Iterator[Mark]:
    """The scalars of a YAML text, each in its place."""
    for path, text in _scalars(source.value, ()):
        named = (f"entry {step + 1}" if isinstance(step, int) else step for step in path)
        yield Mark("value", source.at(path), "/".join(named), text)


def _scalars(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in rows:
        yield from _scalars(inner, (*path, step))


def _checked(source: Positioned, name: str, findings: list[Diagnostic]) -> dict[str, Any] | None:
    """The converted value when it satisfies the schema; otherwise None, and findings."""
    problems = list(schema_findings(source, name))
    findings += problems
    if name == "course":
        findings += source.findings
        problems += source.findings
    return None if problems else converted(source.value, schema(name))


def _unique(fronts: Iterable[tuple[ModuleSource, dict[str, Any]]]) -> Iterator[Diagnostic]:
    """Ids and numbers occur once, and the file's name says the same as its front matter."""
    seen: dict[tuple[str, object], Span] = {}
    for source, front in fronts:
        for key in ("id", "number"):
            span = source.front.at((key,))
            first = seen.setdefault((key, front[key]), span)
            if first is not span:
                message = f"{key} {front[key]} is taken: {first}"
                yield error("C101", span, message, f"Give each module {key} of its own.")
        number, _, slug = source.path.rsplit("/", 1)[-1].removesuffix(".md").partition("-")
        for key, stated, named in (("number", front["number"], int(number)), ("id", front["id"], slug)):
            if stated != named:
                remedy = "Rename the file, or mend the front matter; both must say the same."
                message = f"{key} is {stated}, but the file name says {named}"
                yield error("C102", source.front.at((key,)), message, remedy)


def _distinct(source: Positioned, *keys: str) -> Iterator[Diagnostic]:
    """The entries of these lists have ids of their own."""
    for key in keys:
        seen: dict[str, Span] = {}
        for number, entry in enumerate(source.value[key]):
            span = source.at((key, number, "id"))
            first = seen.setdefault(entry["id"], span)
            if first is not span:
                message = f"id {entry['id']} is taken: {first}"
                yield error("C101", span, message, "Give each entry an id of its own.")


def _named(sources: Sources) -> Iterator[str]:
    """The slugs of all module files, those included about which there is something to say."""
    paths = [source.path for source in sources.modules] + [f.span.path for f in sources.findings]
    for path in paths:
        name = path.rsplit("/", 1)[-1]
        if MODULE_FILE.match(name):
            yield name.removesuffix(".md").partition("-")[2]


def _references(
    course: Mapping[str, Any],
    fronts: Sequence[tuple[ModuleSource, dict[str, Any]]],
    named: Iterable[str],
    at_course: Callable[[Path], Span],
) -> Iterator[Diagnostic]:
    """Parts, tracks, stages, kinds, prerequisites and recommended modules exist.

    `named` are modules by their files' names: one that cannot be read yet does exist.
    """
    modules = sorted({*named, *(front["id"] for _, front in fronts)})
    known: Mapping[str, tuple[str, list[str]]] = {
        "part": ("part of course.yml", [part["id"] for part in course["parts"]]),
        "tracks": ("track of course.yml", [track["id"] for track in course["tracks"]]),
        "stages": ("stage of course.yml", list(course["stages"])),
        "kind": ("kind of course.yml", list(course["kinds"])),
        "prerequisites": ("module of this course", modules),
        "recommended": ("module of this course", modules),
    }
    chosen = {track["id"]: track.get("workshop", ()) for track in course["tracks"]}
    for n, id in enumerate(chosen):
        for number, module in enumerate(chosen[id]):
            if module not in modules:
                hint = did_you_mean(module, modules)
                place = at_course(("tracks", n, "workshop", number))
                yield error(
                    "C103", place, f'"{module}" is no module of this course{hint}', "Name a module by its id."
                )
    for source, front in fronts:
        for key, (what, ids) in known.items():
            value = front.get(key, "module" if key == "kind" else [])
            for number, id in enumerate(value if isinstance(value, list) else [value]):
                if id not in ids:
                    at = (key, number) if isinstance(value, list) else (key,)
                    hint = did_you_mean(id, ids)
                    remedy = f"Known: {', '.join(ids)}."
                    yield error("C103", source.front.at(at), f'"{id}" is no {what}{hint}', remedy)


def _course(described: Mapping[str, Any], modules: tuple[Module, ...], sources: Sources) -> Course:
    texts: dict[str, Any] = {name: described[name] for name in TEXTS}
    lists: dict[str, Any] = {name: tuple(described.get(name, ())) for name in LISTS}
    removed = described.get("removed", [])
    fronts = (source.front for source in sources.modules)
    return Course(
        **texts,
        **lists,
        url=described.get("url", ""),
        repository=described.get("repository", ""),
        paper=described.get("paper", PAPERS[0]),
        decks=described.get("decks", DECKS[0]),
        removed=tuple(Removed(row["id"], row["since"], row.get("replacedBy", "")) for row in removed),
        author=Author(**described["author"]),
        license=License(**described["license"]),
        parts=tuple(Part(number=n, **part) for n, part in enumerate(described["parts"], 1)),
        tracks=tuple(_track(track) for track in described["tracks"]),
        kinds=tuple(_kind(name, kind) for name, kind in described["kinds"].items()),
        stages=tuple(described["stages"].items()),
        modules=modules,
        assets=sources.assets,
        policy=Policy(**{name: tuple(described.get(key, ())) for name, key in POLICY.items()}),
        planned=tuple(
            Planned(row["number"], row["title"], row["part"], tuple(row["tracks"]))
            for row in described.get("planned", ())
        ),
        readme=sources.readme,
        folder=sources.course_path.rpartition("/")[0],
        values=tuple(mark for yaml in (sources.course, *fronts) for mark in _values(yaml)),
        files=sources.files,
        solutions=sources.solutions,
        notice=sources.notice,
    )


def _track(track: Mapping[str, Any]) -> Track:
    return Track(track["id"], track["title"], track["description"], tuple(track.get("workshop", ())))


def _kind(name: str, kind: Mapping[str, Any]) -> Kind:
    words = (kind["words"]["min"], kind["words"]["max"])
    items, levels = (_ranges(kind.get(key, {})) for key in ("items", "quizLevels"))
    return Kind(name, tuple(kind["sections"]), words, kind["callouts"], items, levels)


def _ranges(rows: Mapping[str, Mapping[str, int]]) -> tuple[tuple[str, int, int], ...]:
    return tuple((name, row.get("min", 0), row.get("max", 999)) for name, row in rows.items())
