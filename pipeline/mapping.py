"""YAML mappings with positions: every scalar is text, every key and value knows where it stands.

A plain YAML load is silent on duplicate keys and guesses types (`NO` becomes False, `12:30` 750).
Here nothing is guessed: `compose` builds the node tree (YAML 1.1 as PyYAML reads it), scalars stay
text, and `converted` turns text into numbers and booleans where a JSON Schema asks for them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache as once
from itertools import accumulate, islice
from typing import Any, cast

import yaml

from pipeline.deceptive import HIDDEN, deceptions
from pipeline.diagnostics import Diagnostic, Span, error

Path = tuple[str | int, ...]
_Loader = cast(Any, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@dataclass(frozen=True, slots=True)
class Positioned:
    """A YAML value with the span of each value (`spans`) and of each mapping's keys (`keys`).

    `raw` holds each scalar as it is written, with its quotation marks or its `|`.
    """

    value: Any
    spans: Mapping[Path, Span]
    keys: Mapping[Path, Span]
    findings: tuple[Diagnostic, ...]
    raw: Mapping[Path, str] = field(default_factory=dict)

    def at(self, path: Path) -> Span:
        """The span of the value at `path`, or of the nearest value around it."""
        while path not in self.spans:
            path = path[:-1]
        return self.spans[path]

    def inside(self, path: Path) -> Callable[[int], tuple[int, int]]:
        """What gives line and column of the file at which the N-th character of a text stands.

        YAML folds lines, strips indentation and escapes characters, but keeps the order of all that
        is not white space: so those characters are counted.
        """

        @once
        def table() -> tuple[list[tuple[int, int]], list[int]]:
            counted = [0, *accumulate(not char.isspace() for char in self._text(path))]
            return list(self._characters(path)), counted

        def place(offset: int) -> tuple[int, int]:
            places, counted = table()
            number = counted[min(offset, len(counted) - 1)]
            return places[number] if number < len(places) else (self.at(path).line, self.at(path).column)

        return place

    def _characters(self, path: Path) -> Iterator[tuple[int, int]]:
        """Line and column of each character of a scalar that is not white space, as it is written."""
        start, raw = self.at(path), self.raw.get(path, "")
        first = raw.find("\n") + 1 if raw[:1] in ("|", ">") else int(raw[:1] in ("'", '"'))
        line, column, at = start.line, start.column, 0
        for found in _CHARACTERS.get(raw[:1], _PLAIN).finditer(raw, first):
            while (newline := raw.find("\n", at, found.start())) >= 0:
                line, column, at = line + 1, 1, newline + 1
            if not (found[0].isspace() or found[0] in _ESCAPED_SPACES):
                yield line, column + found.start() - at

    def _text(self, path: Path) -> str:
        value = self.value
        for step in path:
            value = value[step]
        return str(value)


_PLAIN = re.compile(r".", re.DOTALL)
_CHARACTERS = {
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|.", re.DOTALL),
    "'": re.compile(r"''|.", re.DOTALL),
}
_ESCAPED_SPACES = ("\\n", "\\t", "\\r", "\\ ", "\\\n")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 (section 2.2) has no way to write."""


def parse(text: str, path: str, line: int = 1, column: int = 1) -> Positioned:
    """Read one YAML document that begins at this place of the file `path`.

    Syntax errors, duplicate keys, aliases and control characters become findings; the value is then
    what could be read.
    """
    whole = Span(path, line, column)
    try:
        alias = next(_aliases(text), None)
        if alias:
            at = Span(path, line + alias.start_mark.line, column + alias.start_mark.column)
            return Positioned(None, {(): whole}, {}, (_syntax(at, "an alias", "Write the value out."),))
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        if mark and problem.context_mark and not _after(text, mark):
            mark = problem.context_mark  # what is never closed is named where it begins
        span = Span(path, line + (mark.line if mark else 0), column + (mark.column if mark else 0))
        said = str(problem.problem or problem.context)
        return Positioned(None, {(): whole}, {}, (_syntax(span, said),))
    except yaml.YAMLError as problem:
        return Positioned(None, {(): whole}, {}, (_syntax(whole, str(problem).split("\n")[0]),))
    walk = _Walk(path, line, column, text.split("\n"))
    value = walk.value(node, ()) if node is not None else None
    walk.spans.setdefault((), whole)
    return Positioned(value, walk.spans, walk.keys, tuple(walk.findings), walk.raw)


def _after(text: str, mark: Any) -> str:
    """What stands behind a mark."""
    first, *rest = text.split("\n")[mark.line :] or [""]
    return "".join([first[mark.column :], *rest]).strip()


def _aliases(text: str) -> Iterator[Any]:
    """The aliases of a YAML text: a few lines of them can stand for billions of values."""
    if "*" in text and "&" in text:
        yield from (token for token in yaml.scan(text, Loader=_Loader) if isinstance(token, yaml.AliasToken))


QUOTE_IT = 'Quote a text that holds ": ", "#", a backtick or a quotation mark, or write it under >-.'


def _syntax(span: Span, said: str, remedy: str = QUOTE_IT) -> Diagnostic:
    return error("F104", span, f"YAML: {said}", remedy)


class _Walk:
    """One pass over the node tree that collects values, spans and findings."""

    def __init__(self, path: str, line: int, column: int, lines: list[str]) -> None:
        self.path, self.line, self.column, self.lines = path, line, column, lines
        self.raw: dict[Path, str] = {}
        self.spans: dict[Path, Span] = {}
        self.keys: dict[Path, Span] = {}
        self.findings: list[Diagnostic] = []

    def span(self, node: Any) -> Span:
        start, end = node.start_mark, node.end_mark
        return Span(
            self.path,
            self.line + start.line,
            self.column + start.column,
            self.line + end.line,
            self.column + end.column,
        )

    def value(self, node: Any, at: Path) -> Any:
        self.spans[at] = self.span(node)
        if len(at) > 20:
            remedy = "Write it flat; a course needs no deep nesting."
            self.findings.append(_syntax(self.span(node), "nested too deeply", remedy))
            return None
        return self._children(node, at)

    def _children(self, node: Any, at: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*at, number)) for number, child in enumerate(node.value)]
        self.raw[at] = self._written(node.start_mark, node.end_mark)
        if UNPRINTABLE.search(node.value):
            self.findings.append(_syntax(self.span(node), "a control character", "Remove it."))
        for _, message, remedy in islice(deceptions(node.value), 1 if "\\" in self.raw[at] else 0):
            self.findings.append(error("F115", self.span(node), message, remedy))
        return HIDDEN.sub("�", UNPRINTABLE.sub("�", node.value))

    def _written(self, start: Any, end: Any) -> str:
        """A scalar as it stands in the text."""
        lines = self.lines[start.line : end.line + 1] or [""]
        if len(lines) > end.line - start.line:
            lines[-1] = lines[-1][: end.column]
        lines[0] = lines[0][start.column :]
        return "\n".join(lines)

    def _mapping(self, node: Any, at: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, child in node.value:
            name = str(key.value)
            where = (*at, name)
            if name in result:
                first = self.keys[where]
                self.findings.append(
                    error(
                        "F105",
                        self.span(key),
                        f'duplicate key "{name}" (first on line {first.line})',
                        "Keep one of the two; YAML would silently take the last.",
                    )
                )
                continue
            self.keys[where] = self.span(key)
            result[name] = self.value(child, where)
        return result


_NUMBER = re.compile(r"-?\d{1,15}\Z", re.ASCII)


def converted(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """The value with text turned into the integers, numbers and booleans that the schema names.

    What cannot be converted stays text, and validation then says so at its place.
    """
    root = root or schema
    while "$ref" in schema:
        schema = _resolved(root, str(schema["$ref"]))
    wanted = schema.get("type")
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        other = schema.get("additionalProperties", {})
        other = other if isinstance(other, dict) else {}
        return {key: converted(item, inner.get(key, other), root) for key, item in value.items()}
    if isinstance(value, list):
        return [converted(item, schema.get("items", {}), root) for item in value]
    if wanted == "integer" and _NUMBER.match(value or ""):
        return int(value)
    if wanted == "boolean" and value in ("true", "false"):
        return value == "true"
    if wanted in ("array", "object") and value == "":
        return [] if wanted == "array" else {}
    return value


def _resolved(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Any = root
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return cast(Mapping[str, Any], found)
