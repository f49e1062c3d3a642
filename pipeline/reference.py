"""The field reference of docs/manifest.md, made of the manifest's schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.schema import schema

Schema = Mapping[str, Any]
BEGIN, END = "<!-- fields -->", "<!-- end of fields -->"
"""What stands around the reference in a page."""


def fields(name: str = "manifest/1/manifest") -> str:
    """The fields of a schema as Markdown: a table for the whole, and one for each kind of object in it."""
    return "\n".join("\n".join(_section(path, inner)) for path, inner in _objects("", schema(name)))


def _objects(path: str, whole: Schema) -> Iterator[tuple[str, Schema]]:
    """The objects of a schema that have fields of their own, each with its path."""
    yield path, whole
    for name, field in whole.get("properties", {}).items():
        inner = field.get("items", field)
        if inner.get("properties"):
            yield from _objects(f"{path}{name}{'[]' if field.get('type') == 'array' else ''}.", inner)


def _section(path: str, whole: Schema) -> Iterator[str]:
    needed = whole.get("required", ())
    yield f"### `{path.removesuffix('.')}`" if path else "### The manifest"
    yield ""
    yield "| Field | Type | Always | Meaning |"
    yield "| --- | --- | --- | --- |"
    for name, field in whole["properties"].items():
        always = "yes" if name in needed else "no"
        yield f"| `{name}` | {_type(field)} | {always} | {field['description']} |"
    yield ""


def _type(field: Schema) -> str:
    """What a value is, in words."""
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "array":
        inner = field["items"]
        return "list of objects" if inner.get("properties") else f"list of {_type(inner)}s"
    return str(field.get("format", field["type"])) if field["type"] == "string" else str(field["type"])
