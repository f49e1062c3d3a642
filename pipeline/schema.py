"""The project's JSON Schemas (2020-12), and what they have against a positioned YAML value."""

import json
from collections.abc import Iterator, Mapping
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


def schema_findings(source: Positioned, name: str) -> Iterator[Diagnostic]:
    """What the schema `name` has against a YAML value, each at the value's own position."""
    from jsonschema import Draft202012Validator, FormatChecker

    if source.value is None and source.findings:
        return
    value = converted(source.value, schema(name))
    validator = Draft202012Validator(schema(name), format_checker=FormatChecker())
    for problem in sorted(validator.iter_errors(value), key=lambda e: list(map(str, e.absolute_path))):
        yield from _schema_finding(problem, source)


def _schema_finding(problem: Any, source: Positioned) -> Iterator[Diagnostic]:
    at = tuple(problem.absolute_path)
    field = "/".join(map(str, at)) or "the document"
    expected = str(problem.schema.get("description", "")) or "See docs/authoring.md."
    if problem.validator == "additionalProperties":
        known = problem.schema.get("properties", {})
        for key in sorted(set(problem.instance) - set(known)):
            hint = did_you_mean(key, known)
            remedy = f"Known keys: {', '.join(known)}."
            yield error("F111", source.keys[(*at, key)], f'unknown key "{key}"{hint}', remedy)
    elif problem.validator == "required":
        missing = [key for key in problem.validator_value if key not in problem.instance]
        for key in missing:
            described = problem.schema.get("properties", {}).get(key, {}).get("description", "")
            span = source.at(at)
            span = Span(span.path, span.line, span.column)
            yield error("F112", span, f'{field} has no "{key}"', f"Add it: {described}".strip())
    else:
        yield error("F113", source.at(at), f"{field}: {_said(problem)}", expected)


def _said(problem: Any) -> str:
    given = problem.instance if isinstance(problem.instance, (str, int)) else type(problem.instance).__name__
    match problem.validator:
        case "enum":
            words = [str(word) for word in problem.validator_value]
            return f'"{given}" is not one of {", ".join(words)}{did_you_mean(str(given), words)}'
        case "type":
            names = {
                "array": "a list",
                "object": "a mapping",
                "integer": "a whole number",
                "string": "a text",
            }
            wanted = names.get(str(problem.validator_value), str(problem.validator_value))
            return f'expected {wanted}, not "{given}"'
        case "pattern":
            return f'"{given}" does not have the right form'
        case "format":
            return f'"{given}" is not a valid {problem.validator_value}'
        case _:
            return str(problem.message)
