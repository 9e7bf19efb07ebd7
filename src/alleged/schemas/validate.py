"""Whether records have the shape of their JSON Schemas.

jsonschema-rs decides, in microseconds; only what it refuses is explained with jsonschema, which is slow to import.
Neither can reach beyond the schemas of the package: both get a closed registry.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from alleged.schemas.definitions import KINDS, ShapeFinding, gate, registry, schema


@cache
def _frame() -> jsonschema_rs.Draft7Validator:
    """Return the compiled schema of a bundle's frame: without those of its records, which take longer to compile."""
    whole = schema("bundle")
    parts = {k: {n: v for n, v in part.items() if n != "items"} for k, part in whole["properties"].items()}
    return jsonschema_rs.Draft7Validator({**whole, "properties": parts}, registry=registry(), offline=True)


def faults(kind: str, record: Any) -> list[ShapeFinding]:
    """Return what is wrong with the shape of a completed record; an empty list if nothing is."""
    return _judge(KINDS[kind], record)


def bundle_faults(data: Mapping[str, Any]) -> list[ShapeFinding]:
    """Return what is wrong with the frame of a bundle: its top level and its defaults, but not its records."""
    frame = {k: ([] if isinstance(v, list) else v) for k, v in data.items()}
    return [] if _frame().is_valid(frame) else _judge("bundle", frame)


def settings_faults(data: Mapping[str, Any]) -> list[ShapeFinding]:
    """Return what is wrong with the settings of a dataset."""
    return _judge("dataset", data)


def intercoder_faults(data: Mapping[str, Any]) -> list[ShapeFinding]:
    """Return what is wrong with a file of second readings or leads."""
    return _judge("intercoder", data)


def _judge(name: str, instance: Any) -> list[ShapeFinding]:
    try:
        if gate(name).is_valid(instance):
            return []
    except ValueError as refusal:  # texts that are not Unicode; the reader lets none through
        return [ShapeFinding("wrong-form", (), str(refusal))]
    from alleged.schemas.explain import explain

    return explain(name, instance)
