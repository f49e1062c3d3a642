"""The values that flow through the pipeline: all frozen, all picklable, none knows how it is shown.

A `Course` holds modules; a module holds one canonical `Document`: sections, blocks and inlines,
typed after pandoc's document model (Text.Pandoc.Definition) with the few blocks a course adds
(callout, diagram, code with its output, quiz). Positions live apart, in `marks`, so that moving
a paragraph down a line changes no artifact.
"""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from pipeline.diagnostics import Diagnostic, Span

# --- inlines ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Styled:
    """Inlines in one style, named by its HTML element: em, strong, del, sub, sup, kbd."""

    style: str
    children: "Inlines"


@dataclass(frozen=True, slots=True)
class CodeSpan:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """`href` as written, a path of a module file kept relative to `content/modules/`."""

    href: str
    children: "Inlines"


@dataclass(frozen=True, slots=True)
class Image:
    src: str
    alt: str


@dataclass(frozen=True, slots=True)
class Break:
    """A hard line break."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote."""

    id: str
    blocks: "Blocks"


Inline = str | Styled | CodeSpan | Link | Image | Break | Note
Lines = tuple[tuple[int, int], ...]
"""Ranges of lines, counted from 1, both ends included."""
Inlines = tuple[Inline, ...]

# --- blocks ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Plain:
    """Text of a tight list item: no paragraph of its own."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class ItemList:
    ordered: bool
    start: int
    items: tuple["Blocks", ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Callout:
    """A GitHub alert. `bridge` is the file of the module that a bridge box stands in for, or ''."""

    id: str
    kind: str
    blocks: "Blocks"
    bridge: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code fence: `lines` are its lines, highlighted once, as XHTML; `attributes` as written. A deck shows
    `steps` one after the other, where they are given."""

    id: str
    language: str
    text: str
    lines: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    steps: "tuple[Lines, ...]" = ()

    def get(self, name: str, default: str = "") -> str:
        """The value of a fence attribute."""
        return dict(self.attributes).get(name, default)


@dataclass(frozen=True, slots=True)
class Output:
    """What the code block `of` prints (its local id)."""

    id: str
    of: str
    text: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawn Mermaid diagram. `width` and `height` are CSS pixels of the SVG's view box; `projected` is how
    slides show it."""

    id: str
    title: str
    description: str
    source: str
    svg: str
    width: float
    height: float
    projected: "Projected | None" = None

    @property
    def on_slides(self) -> "Projected":
        """How slides show it."""
        return self.projected or Projected(self.svg, self.width, self.height, 15.0, ())


@dataclass(frozen=True, slots=True)
class Projected:
    """A diagram drawn closer together, so that its labels come out larger on a slide: `label` is their size in
    CSS pixels before it is scaled. `steps` are the drawing as far as it goes before each `%% step` of the
    source."""

    svg: str
    width: float
    height: float
    label: float
    steps: tuple[str, ...]

    def scale(self, width: float, height: float) -> float:
        """How large it comes out in a room of this size: it fills it, but is never more than doubled."""
        if not self.width or not self.height:
            return 1.0
        return min(2.0, width / self.width, height / self.height)


@dataclass(frozen=True, slots=True)
class Table:
    """`align` holds left, center, right or '' a column; cells hold inlines (GFM 4.10)."""

    id: str
    align: tuple[str, ...]
    head: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A horizontal rule."""


@dataclass(frozen=True, slots=True)
class Option:
    text: Inlines
    correct: bool
    why: Inlines


@dataclass(frozen=True, slots=True)
class Question:
    """A quiz item. `kind` is single, multiple, numeric or order.

    `options` serve single and multiple, `items` (in the right order) serve order, and `answer`
    with `tolerance` (decimal strings) serve numeric.
    """

    id: str
    key: str
    kind: str
    level: str
    objectives: tuple[str, ...]
    points: int
    stem: "Blocks"
    stem_markdown: str
    options: tuple[Option, ...] = ()
    items: tuple[Inlines, ...] = ()
    answer: str = ""
    tolerance: str = ""
    why: Inlines = ()
    hints: tuple[Inlines, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiz:
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what belongs to it, subsections last.

    `kind` is '' or interview, misconception, exercise: then `key` is the item's local id and
    `fields` its labelled parts, which also stand in `blocks`.
    """

    id: str
    level: int
    title: Inlines
    blocks: "Blocks"
    kind: str = ""
    key: str = ""
    fields: tuple[tuple[str, "Blocks"], ...] = ()

    def parts(self, *labels: str) -> "Blocks":
        """The blocks under the first of these labels, or nothing."""
        found = dict(self.fields)
        return next((found[label] for label in labels if label in found), ())


Block = (
    Paragraph
    | Plain
    | ItemList
    | Quotation
    | Callout
    | Code
    | Output
    | Diagram
    | Table
    | ThematicBreak
    | Quiz
    | Section
)
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Directive:
    """`@diagram(id)`, `@code(id 10-24 | 12 | 20-22)` or `@quiz(id)` on a slide. Lines count from 1 in the fence,
    both ends included; `steps` are those that stand out one after the other."""

    name: str
    target: str
    first: int = 0
    last: int = 0
    steps: tuple[Lines, ...] = ()


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide that the author wrote in a comment."""

    title: Inlines
    body: tuple[Block | Directive, ...]
    notes: Blocks


@dataclass(frozen=True, slots=True)
class Document:
    """The canonical document of a module: what stands below its title, and its slides.

    `words` counts its prose. `digest` is the sha256 of all the rest, and what cache keys see of it. `skipped`
    are the blocks that a derived deck leaves out, as numbers in the order of a walk over all of them.
    """

    blocks: Blocks
    slides: tuple[Slide, ...]
    words: int
    digest: str
    skipped: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"Document({self.digest})"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands in a source. `kind` says what: heading, link, image, code, output,
    callout, diagram, table, row (of a table, with more or fewer cells than its head: `level` says how
    many, and `text` what no column holds), question, item, slide, directive, comment, raw, prose (the text of a block,
    word by word in `places`), front (a value of the front matter), or value (`text` is what it says)."""

    kind: str
    span: Span
    name: str = ""
    text: str = ""
    level: int = 0
    places: bytes = b""

    def __reduce__(self) -> tuple[type["Mark"], tuple[object, ...]]:
        """There are thousands: pickle's own way of reading frozen dataclasses takes twice as long."""
        return Mark, (self.kind, self.span, self.name, self.text, self.level, self.places)

    def at(self, start: int, end: int) -> Span:
        """The place of a range of the text of a prose mark; its whole span where words have none."""
        places = array("I", self.places)
        found = [n for n in range(0, len(places), 3) if places[n] <= start]
        if not found:
            return self.span
        offset, line, column = places[found[-1] : found[-1] + 3]
        column += start - offset
        return Span(self.span.path, line, column, line, column + end - start)


# --- the course ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objective:
    id: str
    text: Inlines


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    definition: Inlines


@dataclass(frozen=True, slots=True)
class Module:
    """A validated module. `path` is relative to the content folder; ids of blocks are local."""

    id: str
    number: int
    title: str
    summary: Inlines
    part: str
    stages: tuple[str, ...]
    tracks: tuple[str, ...]
    prerequisites: tuple[str, ...]
    recommended: tuple[str, ...]
    minutes: int
    difficulty: str
    objectives: tuple[Objective, ...]
    keywords: tuple[str, ...]
    terms: tuple[Term, ...]
    version: str
    updated: str
    kind: str
    aliases: tuple[str, ...]
    path: str
    document: Document
    marks: tuple[Mark, ...] = field(default=(), compare=False, repr=False)
    findings: tuple[Diagnostic, ...] = field(default=(), compare=False, repr=False)

    @property
    def file(self) -> str:
        """The file's name, `NN-slug.md`: how other modules link here."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def at(self) -> Span:
        """The file, as findings name it."""
        return Span(self.marks[0].span.path if self.marks else self.path)

    def where(self, name: str) -> Span:
        """The position of a front matter value (`prerequisites/0`), or of the file's first line."""
        spans = (mark.span for mark in self.marks if mark.kind == "front" and mark.name == name)
        return next(spans, Span(self.path))


@dataclass(frozen=True, slots=True)
class Part:
    id: str
    number: int
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Track:
    """A way through the course. `workshop` are the modules of its workshop; none: all that it has."""

    id: str
    title: str
    description: str
    workshop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    biography: str
    url: str


@dataclass(frozen=True, slots=True)
class License:
    spdx: str
    url: str


@dataclass(frozen=True, slots=True)
class Kind:
    """The structure of one kind of module: its sections in order (none: free), its words of prose.

    `items` are (what, least, most) for objectives, quiz, interview, misconception and exercise;
    `levels` the same for the levels of quiz items.
    """

    name: str
    sections: tuple[str, ...]
    words: tuple[int, int]
    callouts: int
    items: tuple[tuple[str, int, int], ...] = ()
    levels: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A module that is announced and not written yet."""

    number: int
    title: str
    part: str
    tracks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a course asks of its texts; rules read it, books do not.

    `words` are spelled right though a list of misspellings has them, `avoid` are not to be used,
    `verbs` begin objectives, `levels` are those of interview questions, `keeps` are assets that no
    module shows.
    """

    words: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """An id that was published once, and what replaces it."""

    id: str
    since: str
    replaced_by: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the course's changelog; of what is not released yet, `version` and `date` are ''."""

    version: str
    date: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Erratum:
    """What is known to be wrong in a module of the released version; `module` is its id."""

    module: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the content folder that modules refer to; `path` is relative to that folder."""

    path: str
    data: bytes

    def __repr__(self) -> str:
        return f"Asset({self.path!r}, {sha256(self.data).hexdigest()})"


@dataclass(frozen=True, slots=True)
class Course:
    """A valid course: to hold one proves that ids, parts, tracks and prerequisites resolve.

    `folder` is its path as findings name it, `readme` path and text of the README that shows its
    outline, with the `planned` modules; `values` are the scalars of course.yml and of all front matter
    in their places, and `files` the paths of all its files. No output depends on any of them. `solutions` are
    files below `solutions/`, and `notice` is the file LICENSE, if there is one: both are released as they stand.
    `changes` and `errata` are on the site alone.
    """

    id: str
    version: str
    url: str
    repository: str
    removed: tuple[Removed, ...]
    title: str
    subtitle: str
    description: str
    goal: str
    journey: tuple[str, ...]
    qualities: tuple[str, ...]
    gives: tuple[str, ...]
    before: tuple[str, ...]
    author: Author
    license: License
    language: str
    paper: str
    decks: str
    parts: tuple[Part, ...]
    tracks: tuple[Track, ...]
    kinds: tuple[Kind, ...] = field(repr=False)
    callouts: tuple[str, ...] = field(repr=False)
    stages: tuple[tuple[str, str], ...]
    assumed: tuple[str, ...] = field(repr=False)
    modules: tuple[Module, ...]
    assets: tuple[Asset, ...]
    policy: Policy = field(default=Policy(), repr=False)
    planned: tuple[Planned, ...] = field(default=(), repr=False)
    solutions: tuple[Asset, ...] = field(default=(), repr=False)
    notice: tuple[Asset, ...] = field(default=(), repr=False)
    changes: tuple[Change, ...] = field(default=(), repr=False)
    errata: tuple[Erratum, ...] = field(default=(), repr=False)
    readme: tuple[str, str] = field(default=("", ""), repr=False)
    folder: str = field(default="", repr=False)
    values: tuple[Mark, ...] = field(default=(), compare=False, repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)

    def module(self, id: str) -> Module:
        """The module with this id; KeyError when there is none."""
        return self.by_id[id]

    @property
    def by_id(self) -> Mapping[str, Module]:
        return {module.id: module for module in self.modules}

    def modules_of(self, edition: "Edition") -> tuple[Module, ...]:
        """The modules of an edition, in order."""
        return tuple(module for module in self.modules if module.id in edition.modules)

    def trimmed(self, edition: "Edition") -> "Course":
        """The course as one edition sees it: of other modules no more than where they are, and of
        the assets those that are shown. So an edit elsewhere leaves the edition's cache key as it was."""
        inside = self.modules_of(edition)
        shown = {mark.name.removeprefix("../") for m in inside for mark in m.marks if mark.kind == "image"}
        return replace(
            self,
            modules=tuple(m if m.id in edition.modules else _outline(m) for m in self.modules),
            assets=tuple(asset for asset in self.assets if asset.path in shown),
            values=(),
            files=(),
        )

    @property
    def editions(self) -> "tuple[Edition, ...]":
        """The complete edition, then one for each track that is neither empty nor the whole course."""
        everything = tuple(module.id for module in self.modules)
        editions = [Edition("complete", self.title, "Complete edition", everything)]
        for track in self.tracks:
            chosen = tuple(module.id for module in self.modules if track.id in module.tracks)
            if chosen and chosen != everything:
                editions.append(Edition(track.id, self.title, f"Track edition: {track.title}", chosen))
        return tuple(editions)


def _outline(module: Module) -> Module:
    """A module of which nothing is left but its place in the course."""
    empty = Document((), (), 0, "")
    return replace(
        module, document=empty, marks=(), summary=(), objectives=(), keywords=(), terms=(), stages=(),
        version="", updated="", minutes=0, difficulty="", aliases=(), prerequisites=(), recommended=(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edition:
    """A selection of modules published as a book."""

    id: str
    title: str
    subtitle: str
    modules: tuple[str, ...]


# --- the build -------------------------------------------------------------------------------


NUMBERED = "~"
"""Before the number of a paragraph, which stands where others have an id: no id begins so."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a release is made from: `epoch` is seconds since 1970 (SOURCE_DATE_EPOCH)."""

    epoch: int
    commit: str


PAPERS = ("a4", "letter", "tablet")
"""The page sizes of PDF books; a theme has them all."""
DECKS = ("single", "shared")
"""The forms of decks: each a file that holds all it needs, or with their assets beside them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for. Empty `targets` or `editions` mean all, empty `paper`, `decks` or `url` the
    course's. `executor` is `local`, for `jobs` processes of this machine, or the address of a scheduler of
    Dask."""

    content: Path
    out: Path
    theme: Path
    targets: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    jobs: int = 1
    severity: int = 2
    paper: str = ""
    decks: str = ""
    url: str = ""
    executor: str = "local"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an output file that is made by itself, once for all files that hold the same: what
    `make`, a function of a module, gives for `inputs`. `weight` tells the larger ones, made first;
    `at` is the source of what it holds, if there is one."""

    make: Callable[..., object] = field(repr=False)
    inputs: tuple[object, ...]
    weight: int = field(default=0, repr=False)
    at: Span | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A piece that the cache holds, by its name there."""

    name: str


@dataclass(frozen=True, slots=True)
class Job:
    """One output file: `inputs` are the values its target's `render` gets, nothing else, beside its
    `pieces` (`cache.piece` gives what each was made into) and what it is `told` of the file that it `needs`,
    which is made first. `mentions` are other files to which it may link: those that are planned. A file that is
    made keeps none of them."""

    target: str
    path: str
    media_type: str
    role: str
    inputs: tuple[object, ...]
    edition: str = ""
    module: str = ""
    expects: tuple[str, ...] = ()
    pieces: tuple[Piece | Made, ...] = ()
    needs: "Job | None" = None
    told: object = None
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """A rendered file. `anchors` are the ids it really holds; `pages` is 0 where there are none; `tells` is
    what files that need this one are told of it."""

    job: Job
    data: bytes
    anchors: frozenset[str]
    pages: int = 0
    tells: object = None


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """A file of a release, as the manifest lists it. `entry` marks an export that a platform is given, as
    opposed to a file that belongs to one."""

    path: str
    target: str
    media_type: str
    role: str
    bytes: int
    sha256: str
    edition: str = ""
    module: str = ""
    pages: int = 0
    entry: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """A published folder, its files, the findings that did not stop it, how many files were made anew, and
    `notes` for people on what else happened."""

    out: Path
    files: tuple[ReleasedFile, ...]
    findings: tuple[Diagnostic, ...]
    rendered: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """An output format: `plan` names its files, `render` makes one, `verify` looks at it again.

    `render` is pure: a job's inputs in, bytes out. `verify` gets the artifact and gives findings. `after`
    names another format whose file of the same edition is made first, and which tells this one of it. One that
    must be `asked` for by name is no part of a build of everything. It `reads` the files of the theme whose paths
    begin so.
    """

    name: str
    media_type: str
    plan: Callable[["Course", tuple[Edition, ...], "Theme", Provenance], tuple[Job, ...]]
    render: Callable[[Job], Artifact]
    verify: Callable[[Artifact], tuple[Diagnostic, ...]]
    after: str = ""
    asked: bool = False
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """The files of a theme by path inside its folder; fonts stay on disk, named by the hash `fonts` of them all."""

    folder: str
    files: tuple[tuple[str, bytes], ...]
    digest: str
    fonts: str = ""

    def __repr__(self) -> str:
        return f"Theme({self.digest})"

    def __reduce__(self) -> tuple[object, ...]:
        """A theme of the repository is, for a worker elsewhere, that of its own."""
        folder = Path(self.folder)
        known = folder.relative_to(_ROOT) if folder.is_relative_to(_ROOT) else folder
        return _theme, (known, self.files, self.digest, self.fonts)

    def part(self, *names: str) -> "Theme":
        """The fonts, and the files whose paths begin so: who reads no more depends on no more."""
        files = tuple(file for file in self.files if file[0].startswith((*names, "fonts/")))
        return replace(self, files=files, digest=sha256(f"{self.fonts}{files!r}".encode()).hexdigest())

    def text(self, path: str) -> str:
        """A text file of the theme; KeyError when it has none of that name."""
        return dict(self.files)[path].decode()


_ROOT = Path(__file__).resolve().parent.parent


def _theme(folder: Path, files: tuple[tuple[str, bytes], ...], digest: str, fonts: str) -> Theme:
    return Theme(str(_ROOT / folder), files, digest, fonts)
