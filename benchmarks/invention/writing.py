"""Records as YAML in the style of the house: two spaces, plain text where that works, short lists on one line."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"

INLINE = frozenset({"recorded", "from"})
"""Fields whose mappings stand on one line."""

QUOTED = re.compile(
    r"""[\s!&*\[\]{}|>@`%"'#,]|[-?:](\s|$)|.*(:\s|:$|\s\#)|.*\s$|$
    |[-+]?(\.?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+|\.inf)$|\.nan$|~$
    |(true|false|null)$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Texts that need quotes: they begin with a sign of YAML, hold one, or look like a number or a word of its own."""


@cache
def _fields(kind: str) -> dict[str, int]:
    """Return the place of each field in the schema of a kind."""
    name = kind.removesuffix("s") if kind != "evidence" else kind
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    properties = schema["definitions"]["fields"]["properties"] if kind == "claims" else schema["properties"]
    return {field: place for place, field in enumerate(properties)}


def ordered(kind: str, entry: Entry) -> Entry:
    """Return a record with its fields in the order of its schema."""
    fields = _fields(kind)
    return dict(sorted(entry.items(), key=lambda item: fields[item[0]]))


def scalar(value: Any) -> str:
    """Return a value as it is written on a line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if not QUOTED.match(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flow(value: Any) -> str:
    """Return a value on one line, with lists and mappings in brackets."""
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(inner)}' for key, inner in value.items())}}}"
    text = scalar(value)
    return f'"{text}"' if text[0] != '"' and re.search(r"[,\[\]{}]", text) else text


def lines(entry: Entry, indent: int = 0) -> list[str]:
    """Return the lines of a mapping, so far indented."""
    found, space = [], " " * indent
    for key, value in entry.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            found.append(f"{space}{key}:")
            found += items(value, indent + 2)
        elif isinstance(value, list) or key in INLINE:
            found.append(f"{space}{key}: {flow(value)}")
        elif isinstance(value, dict):
            found.append(f"{space}{key}:")
            found += lines(value, indent + 2)
        else:
            found.append(f"{space}{key}: {scalar(value)}")
    return found


def items(entries: list[Entry], indent: int) -> list[str]:
    """Return the lines of a list of mappings, each with a dash."""
    found = []
    for entry in entries:
        inner = lines(entry, indent + 2)
        inner[0] = f"{' ' * indent}- {inner[0][indent + 2 :]}"
        found += inner
    return found
