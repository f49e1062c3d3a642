"""The project's JSON Schemas (2020-12), and what they have against a positioned YAML value."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.diagnostics import Diagnostic, Span, did_you_mean, error
from pipeline.mapping import Positioned, converted

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"


@cache
def schema(name: str) -> Mapping[str, Any]:
    """A schema of `schemas/`, by its path there without `.schema.json`."""
    loaded: Mapping[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
    return loaded


def forget() -> None:
    """Read the schemas again when they are next needed: one has changed."""
    schema.cache_clear()
    _validator.cache_clear()


def schema_findings(source: Positioned, name: str) -> Iterator[Diagnostic]:
    """What the schema `name` has against a YAML value, each at the value's own position."""
    if source.value is None and source.findings:
        return
    value = converted(source.value, schema(name))
    problems = sorted(_validator(name).iter_errors(value), key=lambda e: list(map(str, e.absolute_path)))
    plain = {tuple(problem.absolute_path) for problem in problems if not _follows(problem)}
    found = [
        finding
        for problem in problems
        if not _follows(problem) or tuple(problem.absolute_path) not in plain
        for finding in _schema_finding(problem, source, _inner(schema(name), problem.absolute_path))
    ]
    yield from dict.fromkeys(found)


def _inner(schema: Mapping[str, Any], path: Iterable[str | int]) -> Mapping[str, Any]:
    """The schema of the value at `path`."""
    for step in path:
        named = schema.get("properties", {}).get(step) or schema.get("additionalProperties") or {}
        schema = schema.get("items", {}) if isinstance(step, int) else named
    return schema


@cache
def _validator(name: str) -> Any:
    """A validator whose `pattern` means what ECMA-262 says: `$` is the very end of a text."""
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

    def pattern(validator: Any, wanted: str, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not re.search(re.sub(r"\$\Z", r"\\Z", wanted), instance, re.ASCII):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    extend: Any = validators.extend
    strict = extend(Draft202012Validator, {"pattern": pattern})
    return strict(schema(name), format_checker=FormatChecker())


def _follows(problem: Any) -> bool:
    """Whether a finding only follows: from another field, which must be right first, or from a form
    that is wrong already."""
    return "then" in problem.absolute_schema_path or problem.validator == "format"


def _schema_finding(problem: Any, source: Positioned, schema: Mapping[str, Any]) -> Iterator[Diagnostic]:
    at = tuple(problem.absolute_path)
    named = (f"entry {step + 1}" if isinstance(step, int) else step for step in at)
    field = "/".join(named) or "the document"
    expected = str(schema.get("description", "")) or "See docs/authoring.md."
    if problem.validator == "additionalProperties":
        known = problem.schema.get("properties", {})
        for key in sorted(set(problem.instance) - set(known)):
            hint = did_you_mean(key, known)
            remedy = f"Known keys: {', '.join(known)}."
            yield error("F111", source.keys[(*at, key)], f'unknown key "{key}"{hint}', remedy)
    elif problem.validator == "required":
        missing = [key for key in problem.validator_value if key not in problem.instance]
        for key in missing:
            described = schema.get("properties", {}).get(key, {}).get("description", "")
            span = source.at(at)
            span = Span(span.path, span.line, span.column)
            yield error("F112", span, f'{field} has no "{key}"', f"Add it: {described}".strip())
    else:
        yield error("F113", source.at(at), f"{field}: {_said(problem)}", expected)


KINDS = {"array": "a list", "object": "a mapping", "integer": "a whole number", "string": "a text"}


def _said(problem: Any) -> str:
    value, wanted = problem.instance, problem.validator_value
    given = {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), f'"{value}"')
    match problem.validator:
        case "enum":
            words = [str(word) for word in wanted]
            return f"{given} is not one of {', '.join(words)}{did_you_mean(str(value), words)}"
        case "type":
            return f"expected {KINDS.get(str(wanted), str(wanted))}, not {given}"
        case "pattern":
            return f"{given} does not have the right form"
        case "format":
            return f"{given} is not a valid {wanted}"
        case "minLength" | "minItems" | "minProperties" if not value:
            return "is empty"
        case "minItems" | "maxItems":
            return f"{len(value)} entries; {'at least' if 'min' in problem.validator else 'at most'} {wanted} are asked for"
        case "maxLength":
            return f"{len(value)} characters; at most {wanted} are allowed"
        case "uniqueItems":
            return "an entry occurs twice"
        case "not":
            wrong = next(row["required"][0] for row in wanted["anyOf"] if row["required"][0] in value)
            return f'an item of kind {value["kind"]} has no "{wrong}"'
        case _:
            return str(problem.message)
