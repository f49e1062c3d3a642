"""The command `course`: arguments, exit statuses, and everything that is printed.

Exit status 0: clean. 1: findings, or a breaking change. 2: wrong usage, or something the machine lacks.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.diagnostics import (
    FORMATS,
    Diagnostic,
    EnvironmentProblem,
    InvalidCourse,
    Severity,
    did_you_mean,
)
from pipeline.model import DECKS, PAPERS, ReleasedFile, Settings

if TYPE_CHECKING:
    from pipeline.many import Outcome

ROOT = Path(__file__).resolve().parent.parent
COMPARED = ("text", "json", "markdown")
"""Formats of `course diff`; those of findings are in `FORMATS`."""
SEVERITIES = {severity.name.lower(): severity for severity in Severity}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except InvalidCourse as invalid:
        _print_findings(invalid.findings, getattr(options, "format", "text"))
        return 1
    except EnvironmentProblem as problem:
        print(f"course: {problem}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stdout = None  # whoever read the output has gone, as `head` does
        return 2
    except KeyboardInterrupt:
        print("course: interrupted; nothing was published", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    from pipeline.targets import NAMES

    parser = argparse.ArgumentParser(
        prog="course", description="Check and publish a course of Markdown modules."
    )
    parser.add_argument("--version", action="version", version=f"course-pipeline {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = _command(commands, "build", _build, "build books, decks and the manifest")
    build.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(NAMES)} (default: all)"
    )
    build.add_argument(
        "--edition", action="append", default=[], metavar="ID", help="complete, or a track's id"
    )
    paper = f"page size of PDF books: {', '.join(PAPERS)} (default: course.yml's, else {PAPERS[0]})"
    decks = f"form of slide decks: {', '.join(DECKS)} (default: course.yml's, else {DECKS[0]})"
    build.add_argument("--decks", choices=DECKS, default="", metavar="FORM", help=decks)
    build.add_argument("--paper", choices=PAPERS, default="", metavar="SIZE", help=paper)
    where = "where the release will stand (default: course.yml's url)"
    build.add_argument("--base-url", type=_base_url, metavar="URL", dest="url", help=where)
    who = "who does the work: local (default), or the Dask scheduler at dask://HOST:PORT"
    build.add_argument("--executor", type=_executor, default="local", metavar="WHO", help=who)
    _output(build)

    check = _command(commands, "check", _check, "say what is wrong with the sources; nothing is rendered")
    check.add_argument("--fix", action="store_true", help="mend what can be mended mechanically")
    known = "list today's findings in .course-baseline.json; they stop nothing from then on"
    check.add_argument("--write-baseline", action="store_true", help=known)
    check.add_argument("paths", nargs="*", metavar="PATH", help="show only findings of these files")

    verify = _command(commands, "verify", _verify, "check what was built, with outside validators too")
    sums = "compare with the SHA256SUMS of another build of the same, and look at nothing else"
    verify.add_argument("--against", type=Path, metavar="FILE", help=sums)
    _output(verify)

    examples = _command(commands, "examples", _examples, "run the code and compare its output")
    examples.add_argument("modules", nargs="*", metavar="MODULE", help="ids or file names (default: all)")
    examples.add_argument("--update", action="store_true", help="write what was printed into the text")

    adopt = commands.add_parser("adopt", help="make a course of plain modules and a README outline")
    adopt.add_argument("folder", type=Path, metavar="FOLDER")
    adopt.add_argument("--out", type=Path, required=True, metavar="DIR")
    adopt.add_argument("--format", choices=FORMATS, default="text", help="how findings are shown")
    adopt.set_defaults(command=_adopt)

    new = commands.add_parser("new", help="write the skeleton of something new")
    module = new.add_subparsers(required=True, metavar="WHAT").add_parser("module", help="a module")
    module.add_argument("slug", metavar="SLUG", help="rate-limiting, or 07-rate-limiting")
    module.add_argument("--content", type=Path, default=Path("content"), metavar="DIR")
    module.set_defaults(command=_new_module)

    links = _command(commands, "links", _links, "ask whether the outside links still lead somewhere")
    links.add_argument("--external", action="store_true", required=True, help="the links out of the course")
    links.add_argument("--strict", action="store_true", help="exit with 1 when a link is dead")

    _command(commands, "sources", _sources, "the sentences that lean on outside sources, as Markdown")

    judged = "Exit status: 0 when nothing breaking changed, 1 when something breaking did, 2 for wrong usage."
    diff = commands.add_parser("diff", help="what changed between two releases", epilog=judged)
    for name in ("old", "new"):
        told = "a release's folder, or its manifest.json"
        diff.add_argument(name, type=Path, metavar=name.upper(), help=told)
    diff.add_argument("--format", choices=COMPARED, default="text", help="how changes are shown")
    diff.set_defaults(command=_diff)

    kept = commands.add_parser("cache", help="what the cache holds, and how to make it smaller")
    whats = kept.add_subparsers(required=True, metavar="WHAT")
    whats.add_parser("info", help="folder, entries, size, limit").set_defaults(command=_cache_info)
    clean = whats.add_parser("clean", help="remove what is over the limit, or what the options say")
    clean.add_argument("--all", action="store_true", help="remove every entry")
    days = "remove what was not used for so long"
    clean.add_argument("--older-than", type=_days, metavar="DAYS", help=days)
    clean.set_defaults(command=_cache_clean)

    bill = commands.add_parser("sbom", help="what the pipeline is made of, with licences (CycloneDX)")
    bill.add_argument("--theme", type=Path, default=ROOT / "themes" / "default", metavar="DIR")
    bill.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: standard output)")
    bill.set_defaults(command=_sbom)

    explain = commands.add_parser(
        "explain", help="a rule's help page; all of them; or the fields of the manifest"
    )
    explain.add_argument("code", metavar="CODE|all|manifest")
    explain.set_defaults(command=_explain)

    serve = _command(commands, "serve", _serve, "a live preview: what you save is seen in the browser")
    serve.add_argument("--port", type=int, default=8000, metavar="N", help="0 takes any that is free")
    told = "the address to listen on (default: 127.0.0.1, this machine alone)"
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=told)
    _output(serve)
    return parser


def _command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str,
             function: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:  # fmt: skip
    parser = commands.add_parser(name, help=help)
    parser.set_defaults(command=function)
    many = "; several make several releases in --out" if name == "build" else ""
    told = f"the course folder (default: content){many}"
    parser.add_argument(
        "--content", type=Path, action=_Content, default=Path("content"), metavar="DIR", help=told
    )
    parser.set_defaults(contents=())
    parser.add_argument("--theme", type=Path, default=ROOT / "themes" / "default", metavar="DIR")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--severity", choices=SEVERITIES, default="warning", help="what stops (default: warning)"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are shown")
    parser.add_argument("--quiet", action="store_true", help="print findings only")
    return parser


class _Content(argparse.Action):
    """`--content`, that only `build` takes more than once. `contents` are all, `content` the last."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option: str | None = None,
    ) -> None:
        namespace.contents = (*namespace.contents, values)
        namespace.content = values
        if len(namespace.contents) > 1 and namespace.command is not _build:
            parser.error("one --content only: `course build` alone takes several")


def _output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("build"), metavar="DIR")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _days(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e6:
        raise argparse.ArgumentTypeError("must be a number of days")
    return number


BASE_URL = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?(?:/[\w.~!$&'()*+,;=:@%/-]*)?", re.A | re.I
)
"""An address without user, query and fragment, in ASCII as RFC 3986 wants it."""


def _base_url(text: str) -> str:
    if not BASE_URL.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a folder: write https://host/path/, without a query (?) or fragment (#)"
        )
    return f"{text.rstrip('/')}/"


ADDRESS = re.compile(r"(?:dask|tcp|tls|ws|wss|ucx)://\S+:\d+")
"""Addresses of a scheduler as `distributed` has them; `dask://` is `tcp://`."""


def _executor(text: str) -> str:
    if text != "local" and not ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is neither local nor an address such as dask://HOST:PORT")
    return text


def _settings(options: argparse.Namespace) -> Settings:
    targets = tuple(getattr(options, "targets", ()))
    return Settings(
        content=options.content,
        out=getattr(options, "out", Path("build")),
        theme=options.theme,
        targets=targets,
        editions=tuple(getattr(options, "edition", ())),
        jobs=options.jobs,
        severity=SEVERITIES[options.severity],
        paper=getattr(options, "paper", ""),
        decks=getattr(options, "decks", ""),
        url=getattr(options, "url", None) or "",
        executor=getattr(options, "executor", "local"),
    )


# --- commands ------------------------------------------------------------------------------------


def _build(options: argparse.Namespace) -> int:
    from pipeline.build import build

    _check_targets(options.targets)
    if len(options.contents) > 1:
        return _build_many(options)
    quiet = options.quiet or options.format != "text"
    with _progress(quiet) as progress:
        release = build(_settings(options), progress)
    _print_findings(release.findings, options.format)
    if not quiet:
        _summary(release.files, options.out, release.rendered)
        for note in release.notes:
            print(note)
    return 0


def _check_targets(asked: Sequence[str]) -> None:
    """Raise EnvironmentProblem when a target is none of ours."""
    if not asked:
        return
    from pipeline.targets import NAMES

    for name in asked:
        if name not in NAMES:
            raise EnvironmentProblem(
                f"no target {name}{did_you_mean(name, NAMES)}; there are {', '.join(NAMES)}"
            )


def _build_many(options: argparse.Namespace) -> int:
    """Several courses: findings and a line for each when it is done, then one for all. The status is 2 when there
    is none that anything could be said of."""
    from pipeline.build import warm
    from pipeline.many import Outcome, attempt, each
    from pipeline.workers import workers

    quiet = options.quiet or options.format != "text"
    settings = _settings(options)
    courses, done = each(settings, options.contents), list[Outcome]()
    try:
        with workers(settings, *warm(settings)) as pool:
            for course in courses:
                with _progress(quiet, f"{course.out.name}: ") as progress:
                    done.append(attempt(course, progress, pool))
                _print_outcome(done[-1], options.format, quiet)
    except KeyboardInterrupt:
        said = ", ".join(outcome.settings.out.name for outcome in done if outcome.release) or "nothing"
        print(f"course: interrupted; published: {said}", file=sys.stderr)
        return 2
    if options.format != "text":
        _print_findings([finding for outcome in done for finding in outcome.findings], options.format)
    left = [outcome.settings.out.name for outcome in done if outcome.release is None]
    if not quiet:
        said = f"; not published: {', '.join(left)}" if left else ""
        print(f"{options.out}/: {len(done) - len(left)} of {len(done)} courses{said}")
    return 2 if all(outcome.problem for outcome in done) else int(bool(left))


def _check(options: argparse.Namespace) -> int:
    from pipeline.build import said

    wanted = [Path(path).resolve() for path in options.paths]
    if wanted:
        options.content = _course_of([Path(path) for path in options.paths], options.content)
    modules, findings = said(_settings(options))
    if wanted:
        at = [(finding, Path(finding.span.path).resolve()) for finding in findings]
        chosen = tuple(f for f, place in at if any(place.is_relative_to(path) for path in wanted))
        # What is no course yet is not looked at by the rules: then "nothing" would be no answer.
        findings = chosen if chosen or modules else findings
    if options.fix and any(finding.fix is not None for finding in findings):
        return _fixed(options, findings)
    if options.write_baseline:
        return _baseline(options, findings)
    _print_findings(findings, options.format)
    if not findings and not options.quiet and options.format == "text":
        where = "nothing to report in these files" if wanted else f"{modules} modules, nothing to report"
        print(f"course check: {where}")
    return int(any(finding.severity >= SEVERITIES[options.severity] for finding in findings))


def _fixed(options: argparse.Namespace, findings: Sequence[Diagnostic]) -> int:
    """Mend what can be mended mechanically, then check again; what is left is said."""
    from pipeline.fix import fixed

    for path in fixed(findings):
        print(f"fixed {path}")
    options.fix = False
    return _check(options)


def _baseline(options: argparse.Namespace, findings: Sequence[Diagnostic]) -> int:
    from pipeline.baseline import NAME, write
    from pipeline.load import shown_path

    number = write(findings, options.content, shown_path(options.content))
    print(f"{options.content / NAME}: {number} findings are known from now on")
    return 0


def _course_of(paths: Sequence[Path], content: Path) -> Path:
    """The course that holds these paths: the named one, or the one whose course.yml is above them."""
    for path in paths:
        if not path.exists():
            raise EnvironmentProblem(f"there is no {path}")
    places = [path.resolve() for path in paths]
    named = [content.resolve()] if content.is_dir() else []
    above = (at for at in (places[0], *places[0].parents) if (at / "course.yml").is_file())
    for root in (*named, *above):
        if all(at.is_relative_to(root) or root.is_relative_to(at) for at in places):
            return root
    raise EnvironmentProblem(f"{paths[0]} is not in the course {content}: name its folder with --content DIR")


def _verify(options: argparse.Namespace) -> int:
    if options.against:
        return _against(options)
    from pipeline.validators import validate_release

    with _progress(options.quiet) as progress:
        findings, notes = validate_release(options.out, progress)
    _print_findings(findings, options.format)
    if not options.quiet and options.format == "text":
        for note in notes:
            print(note)
        print(f"course verify: {len(findings)} findings" if findings else "course verify: nothing to report")
    return int(any(finding.severity >= SEVERITIES[options.severity] for finding in findings))


def _against(options: argparse.Namespace) -> int:
    from pipeline.standing import differences

    found = list(differences(options.out, options.against))
    for line in found:
        print(line)
    if not options.quiet:
        print(
            f"course verify: {len(found)} files differ" if found else "course verify: every file is the same"
        )
    return int(bool(found))


def _examples(options: argparse.Namespace) -> int:
    from pipeline.build import check
    from pipeline.engines import node
    from pipeline.examples import UPDATED, examples, updated

    course, _ = check(_settings(options))
    known = {name for module in course.modules for name in (module.id, module.file)}
    unknown = [name for name in options.modules if name not in known]
    if unknown:
        raise EnvironmentProblem(f"no module {unknown[0]}")
    done = examples(course, options.content, options.modules, options.jobs)
    if options.update:
        for path in updated(course, options.content, done):
            print(f"updated {path}")
        done = tuple(e for e in done if not e.finding or e.finding.code not in UPDATED)
    findings = tuple(example.finding for example in done if example.finding)
    _print_findings(findings, options.format)
    if not options.quiet and options.format == "text":
        if node.note():
            print(node.note())
        if not findings:
            print(f"course examples: {len(done)} runs, every output as the text says")
    return int(bool(findings))


def _adopt(options: argparse.Namespace) -> int:
    from pipeline.adopt import adopt

    made = adopt(options.folder, options.out)
    _print_findings(made.findings, options.format)
    if options.format == "text":
        print(
            f"{made.out}/: {len(made.written)} files; {len(made.debt)} old findings in .course-baseline.json"
        )
    return 0


def _new_module(options: argparse.Namespace) -> int:
    from pipeline.scaffold import new_module

    print(new_module(options.content, options.slug, time.strftime("%Y-%m-%d")))
    return 0


def _links(options: argparse.Namespace) -> int:
    from pipeline.build import check
    from pipeline.outside import outside_links

    course, _ = check(_settings(options))
    report = outside_links(course, time.time())
    _print_findings(report.findings, options.format)
    if not options.quiet and options.format == "text":
        print(report.said)
    return int(report.status(options.strict))


def _sources(options: argparse.Namespace) -> int:
    from pipeline.build import check
    from pipeline.sources import sources_page

    print(sources_page(check(_settings(options))[0]), end="")
    return 0


def _diff(options: argparse.Namespace) -> int:
    from pipeline.compare import compared
    from pipeline.compare.read import read
    from pipeline.compare.said import FORMATS as said

    old, new = read(options.old), read(options.new)
    changes = compared(old, new)
    print(said[options.format](old, new, changes), end="")
    return int(any(change.breaking for change in changes))


def _sbom(options: argparse.Namespace) -> int:
    from pipeline.sbom import sbom

    made = sbom(options.theme)
    if options.out:
        options.out.write_bytes(made)
    else:
        sys.stdout.buffer.write(made)
    return 0


OFF = "there is no cache: COURSE_CACHE is off, or names a folder that cannot be written"


def _cache_info(options: argparse.Namespace) -> int:
    from pipeline.cache.builds import info

    told = info()
    if told is None:
        print(OFF)
        return 0
    print(f"folder   {told.folder}")
    print(f"entries  {told.entries}")
    print(f"size     {_size(told.size)} of at most {_size(told.limit)}")
    print(f"damaged  {told.damaged} found and made anew")
    print(f"remote   {told.remote or 'none'}")
    return 0


def _cache_clean(options: argparse.Namespace) -> int:
    from pipeline.cache.builds import clean

    swept = clean(options.older_than, options.all)
    if swept is None:
        print(OFF)
        return 0
    print(f"removed {swept.removed} entries, {_size(swept.freed)}; {swept.left} stay, {_size(swept.size)}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    from pipeline.lint import RULES
    from pipeline.lint.pages import PAGES, rules_page

    asked = options.code.upper()
    if asked == "MANIFEST":
        from pipeline.reference import fields

        print(fields(), end="")
        return 0
    if asked == "ALL":
        print(rules_page(RULES), end="")
        return 0
    if asked in PAGES:
        print(f"{asked}\n\n{PAGES[asked]}")
        return 0
    for rule in RULES:
        if rule.code == asked:
            print(f"{rule.code} ({rule.severity.name.lower()})\n\n{rule.page}")
            return 0
    codes = sorted({*PAGES} | {rule.code for rule in RULES})
    raise EnvironmentProblem(
        f"no code {options.code}{did_you_mean(asked, codes)}; there are {', '.join(codes)}"
    )


def _serve(options: argparse.Namespace) -> int:
    from pipeline.serve import serve

    try:
        serve(_settings(options), options.host, options.port, partial(print, flush=True))
    except KeyboardInterrupt:
        print("the preview has ended")
    return 0


# --- printing ------------------------------------------------------------------------------------


def _print_findings(findings: Sequence[Diagnostic], format: str) -> None:
    if not findings and format == "text":
        return
    sources: dict[str, list[str]] = {}
    for path in {finding.span.path for finding in findings}:
        try:
            sources[path] = Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            continue
    print(FORMATS[format](findings, sources), end="", flush=True)
    if format == "text" and len(findings) > 1:
        print(f"{len(findings)} findings")


def _print_outcome(outcome: "Outcome", format: str, quiet: bool) -> None:
    """What there is to say of one course of several. Findings in another format than text are printed at the end,
    as one list."""
    name, release = outcome.settings.out.name, outcome.release
    if format == "text":
        _print_findings(outcome.findings, format)
    if outcome.problem or outcome.bug:
        print(f"course: {name}: {outcome.problem or outcome.bug}", file=sys.stderr, flush=True)
    if not quiet and release:
        files = f"{len(release.files)} files, {release.rendered} made anew"
        print(f"{outcome.settings.out}/: {files}", flush=True)
    elif not quiet:
        print(f"{outcome.settings.out}/: not published", flush=True)


class _Plain:
    """Progress where there is no terminal: a line for each file, after `name`."""

    def __init__(self, quiet: bool, name: str = "") -> None:
        self.quiet, self.name = quiet, name

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self.show

    def __exit__(self, *problem: object) -> None:
        return None

    def show(self, done: str, number: int, total: int) -> None:
        if not self.quiet:
            print(f"[{number}/{total}] {self.name}{done}", flush=True)


class _Bar(_Plain):
    """Progress on a terminal: a bar with the file made last."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            transient=True,
        )
        self.bar.start()
        self.task = self.bar.add_task(f"{self.name}reading", total=None)
        return self.show

    def __exit__(self, *problem: object) -> None:
        self.bar.stop()

    def show(self, done: str, number: int, total: int) -> None:
        self.bar.update(self.task, description=self.name + done, completed=number, total=total)


def _progress(quiet: bool, name: str = "") -> _Plain:
    return (_Bar if sys.stdout.isatty() and not quiet else _Plain)(quiet, name)


COUNTED = (
    ("slides", "slide deck", "slides"),
    ("workshop", "workshop", "slides"),
    ("handout", "handout", "pages"),
    ("presentation", "presentation", "slides"),
)
"""Files that are counted, not listed: their role, what they are, and what their `pages` are."""


def _summary(files: Sequence[ReleasedFile], out: Path, rendered: int) -> None:
    """The artifacts with size and pages; on a terminal decks are counted, not listed."""
    for file in files:
        if file.role.startswith("book"):
            pages = f"{file.pages} pages" if file.pages else ""
            print(f"  {file.path:<58} {_size(file.bytes):>9}  {pages}".rstrip())
    for role, what, unit in COUNTED:
        found = [file for file in files if file.role == role]
        if found:
            total, count = _size(sum(file.bytes for file in found)), sum(file.pages for file in found)
            named = f"{len(found)} {what}{'s' * (len(found) > 1)} in slides/"
            print(f"  {named:<58} {total:>9}  {count} {unit}")
    print(f"{out}/: {len(files)} files, {rendered} made anew; manifest.json, SHA256SUMS, report.json")


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB" if number >= 1_000_000 else f"{number / 1000:.0f} kB"


if __name__ == "__main__":
    sys.exit(main())
