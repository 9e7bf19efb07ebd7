"""Digests of the content of tables: equal rows give equal digests, whatever library wrote the file.

Each table is serialised as lines of JSON: first its name and column names, then one line for each row in the order of
the key. Dates are written as `2024-06-18`; whole numbers without a decimal point, others as the shortest text that
reads back as the same number (as in ECMA-262, `Number::toString`); null as null. The digest of a release covers the
digests of its tables, in the order of their names.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

BATCH = 10_000
"""Rows that are serialised at a time."""


def of_table(name: str, frame: "pl.DataFrame") -> str:
    """Return the SHA-256 of the rows of a table, which are sorted by its key."""
    digest = hashlib.sha256(_line([name, *frame.columns]))
    converted = [n for n, dtype in enumerate(frame.dtypes) if _needs_converting(getattr(dtype, "inner", dtype))]
    for batch in frame.iter_slices(BATCH):
        rows = map(list, batch.iter_rows())
        for row in rows:
            for n in converted:
                row[n] = _plain(row[n])
            digest.update(_line(row))
    return digest.hexdigest()


def of_release(tables: Mapping[str, str]) -> str:
    """Return the SHA-256 of a release from the content digests of its tables."""
    return hashlib.sha256(b"".join(_line([name, tables[name]]) for name in sorted(tables))).hexdigest()


def _line(values: list[Any]) -> bytes:
    return (WRITER.encode(values) + "\n").encode()


def _needs_converting(dtype: "pl.DataType") -> bool:
    """Whether values of this type need converting: JSON lacks them, or writes them in another way."""
    return dtype.is_temporal() or dtype.is_float()


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
