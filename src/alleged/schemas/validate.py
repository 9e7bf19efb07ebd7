"""Validate records against their JSON Schemas.

jsonschema-rs decides within microseconds. What it refuses is explained with jsonschema, which is slow to import.
Neither can reach beyond the schemas of the package: both use a closed registry.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from alleged.schemas.definitions import KINDS, ShapeFinding, gate, registry, schema
from alleged.schemas.vocabularies import cache_by_codes


@cache_by_codes
def _frame() -> jsonschema_rs.Draft7Validator:
    """Return the compiled schema of a bundle without the schemas of its records, which take longer to compile."""
    bundle = schema("bundle")
    parts = {k: {n: v for n, v in part.items() if n != "items"} for k, part in bundle["properties"].items()}
    return jsonschema_rs.Draft7Validator({**bundle, "properties": parts}, registry=registry(), offline=True)


def record_findings(kind: str, record: Any) -> list[ShapeFinding]:
    """Return how a completed record differs from its schema; an empty list if it is valid."""
    return findings(KINDS[kind], record)


def bundle_findings(data: Mapping[str, Any]) -> list[ShapeFinding]:
    """Return how a bundle differs from its schema in its top level and its defaults, without its records."""
    frame = {k: ([] if isinstance(v, list) else v) for k, v in data.items()}
    return [] if _frame().is_valid(frame) else findings("bundle", frame)


def findings(name: str, instance: Any) -> list[ShapeFinding]:
    """Return how a value differs from the schema called `name`; an empty list if it is valid."""
    try:
        if gate(name).is_valid(instance):
            return []
    except ValueError as error:  # texts that are not Unicode, which the reader refuses before
        return [ShapeFinding("wrong-form", (), str(error))]
    from alleged.schemas.explain import explain

    return explain(name, instance)
