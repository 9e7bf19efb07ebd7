"""JSON Schemas of the package: their fields, and each compiled by jsonschema-rs with a closed registry."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

import jsonschema_rs

from alleged.issues import Issue, Place, Suggestion, ValuePath
from alleged.project import schemas_folder
from alleged.schemas.vocabularies import SUFFIX, cache_by_codes, in_use

KINDS = {
    "sources": "source",
    "claims": "claim",
    "actors": "actor",
    "topics": "topic",
    "instruments": "instrument",
    "evidence": "evidence",
    "assessments": "assessment",
}
"""Kinds of record as bundles name them, each with the singular, which is also the name of its schema."""


class ShapeFinding(NamedTuple):
    """A way in which a record differs from its schema, with its path within the record.

    With `on_key` its place is the name of the field, not the value. `field` is the name of a missing field.
    """

    rule: str
    path: ValuePath
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    on_key: bool = False
    field: str = ""

    def issue(self, place: Place) -> Issue:
        """Return the finding as an issue at a place."""
        return Issue(self.rule, "error", place, self.message, self.help, self.suggestion)


class Field(NamedTuple):
    """A field that a schema allows: its path (`*` matches each item of a list) and its resolved schema."""

    path: ValuePath
    schema: Mapping[str, Any]


@cache
def contents() -> dict[str, dict[str, Any]]:
    """Return every schema of the package by its address."""
    schemas = (json.loads(path.read_bytes()) for path in sorted(schemas_folder().rglob("*.schema.json")))
    return {schema["$id"]: schema for schema in schemas}


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema called `name`, as `claim` or `bundle`."""
    return next(s for address, s in contents().items() if address.endswith(f"/schemas/{name}.schema.json"))


def resolved(part: Mapping[str, Any], base: str) -> tuple[dict[str, Any], str]:
    """Return a part of a schema with its references resolved, and the address of the schema that it is from.

    Annotations beside a reference override those of its target.
    """
    annotations: dict[str, Any] = {}
    while "$ref" in part:
        annotations = {**{k: v for k, v in part.items() if k != "$ref"}, **annotations}
        address, _, pointer = urljoin(base, part["$ref"]).partition("#")
        part, base = contents_in_use()[address], address
        for step in pointer.split("/")[1:]:
            part = part[step]
    return {**part, **annotations}, base


@cache_by_codes
def fields(kind: str) -> tuple[Field, ...]:
    """Return every field of a kind of record, outer before inner, in the order of the schema.

    Fields with a code take the own codes in use too.
    """
    name = KINDS[kind]
    whole = schema(name)
    start = whole["definitions"]["fields"] if kind == "claims" else whole
    return tuple(_fields(start, whole["$id"], ()))


def _fields(part: Mapping[str, Any], base: str, path: ValuePath) -> Iterator[Field]:
    for name, definition in part.get("properties", {}).items():
        inner, address = resolved(definition, base)
        inner_path: ValuePath = (*path, name)
        yield Field(inner_path, inner)
        if "items" in inner:
            inner, address = resolved(inner["items"], address)
            inner_path = (*inner_path, "*")
            yield Field(inner_path, inner)
        yield from _fields(inner, address, inner_path)


@cache_by_codes
def required(kind: str, path: ValuePath = ()) -> frozenset[str]:
    """Return the fields that a record of a kind, or the mapping at a path of it, must have."""
    outer = schema(KINDS[kind]) if not path else next((f.schema for f in fields(kind) if f.path == path), {})
    return frozenset(outer.get("required", ()))


@cache_by_codes
def marked(kind: str, mark: str) -> tuple[Field, ...]:
    """Return the fields of a kind that carry an annotation: `x-kinds` for references, `x-date` for dates."""
    return tuple(f for f in fields(kind) if mark in f.schema)


def field(kind: str, path: ValuePath) -> Mapping[str, Any]:
    """Return the schema of the field at a path of a record; empty if there is no such field."""
    return _by_path(kind).get(tuple("*" if isinstance(step, int) else step for step in path), {})


@cache_by_codes
def _by_path(kind: str) -> dict[ValuePath, Mapping[str, Any]]:
    return {f.path: f.schema for f in fields(kind)}


def codes_of(part: Mapping[str, Any]) -> list[str]:
    """Return the codes that a field takes, given its schema, with the own codes in use; none for other fields."""
    return [option["const"] for option in part.get("oneOf", ()) if "const" in option]


def list_of(part: Mapping[str, Any]) -> str:
    """Return the name of the code list of a field, given its schema; empty for other fields."""
    folder, _, name = str(part.get("$id", "")).rpartition("/")
    return name.removesuffix(SUFFIX) if folder.endswith("/vocabularies") else ""


@cache_by_codes
def contents_in_use() -> dict[str, dict[str, Any]]:
    """Return every schema by its address; those of code lists with the own codes in use."""
    own = {f"/vocabularies/{name}.schema.json": entries for name, entries in in_use().entries.items()}
    extended = {
        address: {**part, "oneOf": [*part["oneOf"], *entries]}
        for address, part in contents().items()
        for ending, entries in own.items()
        if address.endswith(ending)
    }
    return contents() | extended


@cache_by_codes
def registry() -> jsonschema_rs.Registry:
    """Return the closed registry of all schemas, which refer to each other, with the own codes in use."""
    return jsonschema_rs.Registry(list(contents_in_use().items()), draft=jsonschema_rs.Draft7)


@cache_by_codes
def gate(name: str) -> jsonschema_rs.Draft7Validator:
    """Return the compiled schema called `name`, which decides in microseconds and cannot reach outside the package."""
    return jsonschema_rs.Draft7Validator(schema(name), registry=registry(), offline=True, validate_formats=True)
