"""Values as YAML that a person will edit."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import category

_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_WIDTH = 88


def yaml_lines(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A mapping as lines of YAML: in one line what fits there."""
    for key, value in values.items():
        flow = _flow(value)
        head = f"{indent}{_flow(key)}:"
        if not isinstance(value, dict | list) or not value or len(head) + len(flow) < _WIDTH:
            yield f"{head} {flow}"
            continue
        yield head
        if isinstance(value, dict):
            yield from yaml_lines(value, f"{indent}  ")
            continue
        for row in value:
            lines = (
                list(yaml_lines(row, f"{indent}    "))
                if isinstance(row, dict)
                else [f"{indent}    {_flow(row)}"]
            )
            yield f"{indent}  - {lines[0].lstrip()}"
            yield from lines[1:]


def _flow(value: Any) -> str:
    """A value in one line. Texts stand in quotation marks, as in JSON, unless they are plain words."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_flow(k)}: {_flow(v)}' for k, v in value.items())} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if _BARE.match(str(value)) and str(value).lower() != "null":
        return str(value)
    quoted = json.dumps(str(value), ensure_ascii=False)
    return "".join(c if category(c) not in ("Cc", "Cf", "Zl", "Zp") else f"\\u{ord(c):04x}" for c in quoted)
