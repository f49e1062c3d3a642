"""Whether a snippet is a text of its language at all: parsers that exist, nothing is run."""

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.cache import memo
from pipeline.engines import node


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """The first mistake of a snippet: line and column count from 1 inside it."""

    line: int
    column: int
    message: str


Problems = tuple[SyntaxProblem | None, ...]


@memo
def javascript(sources: tuple[str, ...]) -> Problems:
    """Each source as an ECMAScript module, by the pinned Node.js: one process for all."""
    script = Path(__file__).with_name("syntax.mjs")
    command = [str(node.path()), "--experimental-vm-modules", "--no-warnings", str(script)]
    done = subprocess.run(
        command, input=json.dumps(sources), capture_output=True, text=True, timeout=60, check=True
    )
    rows = zip(sources, json.loads(done.stdout), strict=True)
    return tuple(SyntaxProblem(_line(source), 1, said) if said else None for source, said in rows)


def _line(source: str) -> int:
    """The line of the first mistake: only `node --check` says it, one process a text."""
    with tempfile.TemporaryDirectory(prefix="course-syntax-") as folder:
        path = Path(folder) / "snippet.mjs"
        path.write_text(source, encoding="utf-8")
        command = [str(node.path()), "--check", path.name]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"snippet\.mjs:(\d+)", done.stderr)
    return int(found[1]) if found else 1


def json_text(source: str) -> SyntaxProblem | None:
    """RFC 8259."""
    try:
        json.loads(source)
    except json.JSONDecodeError as problem:
        return SyntaxProblem(problem.lineno, problem.colno, problem.msg)
    return None


def yaml_text(source: str) -> SyntaxProblem | None:
    """YAML 1.1, one document or several."""
    import yaml

    try:
        list(yaml.compose_all(source, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return SyntaxProblem(line, column, str(problem.problem))
    return None


_TOKEN = re.compile(r"<Token token_type: [^,]*, text: (.*?), line: .*?>")


@memo
def sql_all(sources: tuple[str, ...]) -> Problems:
    """PostgreSQL's dialect, by sqlglot, which would say on standard error what it takes as it stands."""
    import logging

    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    logging.getLogger("sqlglot").setLevel(logging.ERROR)

    def one(source: str) -> SyntaxProblem | None:
        try:
            sqlglot.parse(source, read="postgres")
        except ParseError as problem:
            row = problem.errors[0] if problem.errors else {}
            line, column = int(row.get("line") or 1), int(row.get("col") or 1)
            said = _TOKEN.sub(r'"\1"', str(row.get("description") or problem))
            return SyntaxProblem(line, column, said)
        except TokenError as problem:
            return SyntaxProblem(1, 1, str(problem))
        return None

    return tuple(one(source) for source in sources)


@memo
def shell_all(sources: tuple[str, ...]) -> Problems:
    """`bash -n`: read, not run."""

    def one(source: str) -> SyntaxProblem | None:
        done = subprocess.run(["bash", "-n"], input=source, capture_output=True, text=True, timeout=10)
        if done.returncode == 0:
            return None
        said = done.stderr.strip().split("\n")[0]
        number = said.partition("line ")[2].partition(":")[0]
        return SyntaxProblem(int(number) if number.isdigit() else 1, 1, said.rpartition(": ")[2])

    return tuple(one(source) for source in sources)


def each(check: Callable[[str], SyntaxProblem | None]) -> Callable[[tuple[str, ...]], Problems]:
    """A check of one text as a check of several."""
    return lambda sources: tuple(check(source) for source in sources)


PARSERS: Mapping[str, Callable[[tuple[str, ...]], Problems]] = {
    **dict.fromkeys(("js", "mjs", "javascript"), javascript),
    "json": each(json_text),
    **dict.fromkeys(("yaml", "yml"), each(yaml_text)),
    "sql": sql_all,
    **dict.fromkeys(("sh", "bash", "shell"), shell_all),
}
"""Languages that can be parsed, by the word behind the fence."""
