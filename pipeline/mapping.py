"""YAML mappings with positions: every scalar is text, every key and value knows where it stands.

A plain YAML load is silent on duplicate keys and guesses types (`NO` becomes False, `12:30` 750).
Here nothing is guessed: `compose` builds the node tree (YAML 1.1 as PyYAML reads it), scalars stay
text, and `converted` turns text into numbers and booleans where a JSON Schema asks for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from pipeline.diagnostics import Diagnostic, Span, error

Path = tuple[str | int, ...]
_Loader = cast(Any, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@dataclass(frozen=True, slots=True)
class Positioned:
    """A YAML value with the span of each value (`spans`) and of each mapping's keys (`keys`)."""

    value: Any
    spans: Mapping[Path, Span]
    keys: Mapping[Path, Span]
    findings: tuple[Diagnostic, ...]

    def at(self, path: Path) -> Span:
        """The span of the value at `path`, or of the nearest value around it."""
        while path not in self.spans:
            path = path[:-1]
        return self.spans[path]


def parse(text: str, path: str, line: int = 1, column: int = 1) -> Positioned:
    """Read one YAML document that begins at this place of the file `path`.

    Syntax errors, duplicate keys and aliases become findings; the value is then what could be read.
    """
    whole = Span(path, line, column)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        span = Span(path, line + (mark.line if mark else 0), column + (mark.column if mark else 0))
        said = str(problem.problem or problem.context)
        return Positioned(None, {(): whole}, {}, (_syntax(span, said),))
    except yaml.YAMLError as problem:
        return Positioned(None, {(): whole}, {}, (_syntax(whole, str(problem)),))
    walk = _Walk(path, line, column)
    value = walk.value(node, ()) if node is not None else None
    walk.spans.setdefault((), whole)
    return Positioned(value, walk.spans, walk.keys, tuple(walk.findings))


def _syntax(span: Span, said: str) -> Diagnostic:
    remedy = 'Quote a text that holds ": ", "#", a backtick or a quotation mark, or write it under >-.'
    return error("F104", span, f"YAML: {said}", remedy)


class _Walk:
    """One pass over the node tree that collects values, spans and findings."""

    def __init__(self, path: str, line: int, column: int) -> None:
        self.path, self.line, self.column = path, line, column
        self.spans: dict[Path, Span] = {}
        self.keys: dict[Path, Span] = {}
        self.findings: list[Diagnostic] = []
        self.open: set[int] = set()

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
        if id(node) in self.open or len(at) > 20:
            remedy = "Write the value out; a course needs no YAML anchors and no deep nesting."
            self.findings.append(error("F104", self.span(node), "YAML: nested too deeply", remedy))
            return None
        self.open.add(id(node))
        try:
            return self._children(node, at)
        finally:
            self.open.discard(id(node))

    def _children(self, node: Any, at: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*at, number)) for number, child in enumerate(node.value)]
        return "" if node.tag.endswith(":null") and node.style is None else node.value

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


_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


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
    if wanted == "integer" and _NUMBER.match(value or "") and "." not in value:
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
