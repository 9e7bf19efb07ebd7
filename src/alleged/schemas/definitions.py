"""The JSON Schemas of the package: their fields, and each compiled by jsonschema-rs with a closed registry."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

import jsonschema_rs

from alleged.issues import Suggestion
from alleged.project import schemas_folder

KINDS = {
    "sources": "source",
    "claims": "claim",
    "actors": "actor",
    "topics": "topic",
    "instruments": "instrument",
    "evidence": "evidence",
    "assessments": "assessment",
}
"""Kinds of record as bundles name them, with the word for one of them (and for its schema)."""

ValuePath = tuple[str | int, ...]


class ShapeFinding(NamedTuple):
    """One way in which a record misses its schema: the path within it, and what to tell the curator.

    `on_key` places it at the name of the field, not its value; `field` names one that is missing.
    """

    rule: str
    path: ValuePath
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    on_key: bool = False
    field: str = ""


class Field(NamedTuple):
    """A field that a schema allows: its path (`*` stands for each item of a list) and its resolved schema."""

    path: ValuePath
    schema: Mapping[str, Any]


@cache
def contents() -> dict[str, dict[str, Any]]:
    """Return every schema of the package by its address."""
    found = (json.loads(p.read_bytes()) for p in sorted(schemas_folder().rglob("*.schema.json")))
    return {schema["$id"]: schema for schema in found}


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema called `name`, as `claim` or `bundle`."""
    return next(s for address, s in contents().items() if address.endswith(f"/schemas/{name}.schema.json"))


def resolved(part: Mapping[str, Any], base: str) -> tuple[dict[str, Any], str]:
    """Return a part of a schema with its reference followed, own annotations winning, and the address it lies in."""
    annotations: dict[str, Any] = {}
    while "$ref" in part:
        annotations = {**{k: v for k, v in part.items() if k != "$ref"}, **annotations}
        address, _, pointer = urljoin(base, part["$ref"]).partition("#")
        part, base = contents()[address], address
        for step in pointer.split("/")[1:]:
            part = part[step]
    return {**part, **annotations}, base


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """Return every field of a kind of record, outer before inner, in the order of the schema."""
    name = KINDS[kind]
    whole = schema(name)
    start = whole["definitions"]["fields"] if kind == "claims" else whole
    return tuple(_fields(start, whole["$id"], ()))


def _fields(part: Mapping[str, Any], base: str, path: ValuePath) -> Iterator[Field]:
    for name, inner in part.get("properties", {}).items():
        found, where = resolved(inner, base)
        yield Field((*path, name), found)
        if "items" in found:
            item, where = resolved(found["items"], where)
            yield Field((*path, name, "*"), item)
            yield from _fields(item, where, (*path, name, "*"))
        else:
            yield from _fields(found, where, (*path, name))


@cache
def marked(kind: str, mark: str) -> tuple[Field, ...]:
    """Return the fields of a kind that carry an annotation: `x-kinds` for references, `x-date` for dates."""
    return tuple(f for f in fields(kind) if mark in f.schema)


def field(kind: str, path: ValuePath) -> Mapping[str, Any]:
    """Return what the schema says of the field at a path of a record; empty if it allows no such field."""
    general = tuple("*" if isinstance(step, int) else step for step in path)
    return next((f.schema for f in fields(kind) if f.path == general), {})


@cache
def registry() -> jsonschema_rs.Registry:
    """Return the closed registry, built once, since each schema refers to others."""
    return jsonschema_rs.Registry(list(contents().items()), draft=jsonschema_rs.Draft7)


@cache
def gate(name: str) -> jsonschema_rs.Draft7Validator:
    """Return the compiled schema called `name`; it answers in microseconds and reaches nothing outside the package."""
    return jsonschema_rs.Draft7Validator(schema(name), registry=registry(), offline=True, validate_formats=True)
