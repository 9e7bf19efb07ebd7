"""Digests of the content of tables: equal values give equal digests, whatever library wrote the file.

A manifest names the method under `digests`; without a name it is `rows`. The digest of a table is SHA-256, in both
methods first over a line of JSON with the name of the table and those of its columns.

`columns` goes on column by column, over these bytes (whole numbers little-endian, 32 bits without a sign):

- numbers: their values as doubles (IEEE 754); truth values: those of 1 and 0; days: those of the number of days since
  1970-01-01. Null is a NaN with the bits 7ff8000000000000.
- texts and codes: of each its length in bytes of UTF-8, and 2^32-1 for null; then all texts, one after another.
- lists: of each the number of its items, and 2^32-1 for null; then all items as a column.

`rows`, the method until 2026.11.4, goes on row by row, over a line of JSON for each in the order of the key. Days are
written as `2024-06-18`; whole numbers without a decimal point, others as the shortest text that reads back as the same
number (as in ECMA-262, `Number::toString`); null as null.

The digest of a release covers the digests of its tables, in the order of their names.
"""

import hashlib
import json
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


METHOD = "columns"
"""Method of new manifests."""

WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

BATCH = 10_000
"""Rows that are serialised at a time."""

NULL = 2**32 - 1
"""Stands for the length of a value that is missing."""

EXACT = 2**53
"""Doubles hold each whole number below it."""

Update = Callable[[bytes], object]


def of_table(name: str, frame: "pl.DataFrame", method: str = METHOD) -> str:
    """Return the SHA-256 of the values of a table, whose rows are sorted by its key.

    Raises:
        ValueError: A number is not finite, a whole number is too large for a double, or a value is no text, number,
            day, truth value or list.
        LookupError: There is no such method.
    """
    digest = hashlib.sha256(_line([name, *frame.columns]))
    METHODS[method](frame, digest.update)
    return digest.hexdigest()


def of_release(tables: Mapping[str, str]) -> str:
    """Return the SHA-256 of a release from the content digests of its tables."""
    return hashlib.sha256(b"".join(_line([name, tables[name]]) for name in sorted(tables))).hexdigest()


def _by_columns(frame: "pl.DataFrame", update: Update) -> None:
    for column in frame:
        _add_column(column, update)


def _add_column(column: "pl.Series", update: Update) -> None:
    import polars as pl

    if isinstance(column.dtype, pl.List):
        _add_lengths(column.list.len(), update)
        _add_column(column.filter(column.list.len() > 0).explode(), update)
    elif column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Date):
        _add_numbers(column.to_physical(), update)
    elif column.dtype in (pl.Binary, pl.Object):
        raise ValueError(f"column {column.name!r} has values of type {column.dtype}")
    else:
        texts = column.cast(pl.String)
        _add_lengths(texts.str.len_bytes(), update)
        for part in _parts(texts.drop_nulls()):
            update(part.str.join().item().encode())


def _add_lengths(lengths: "pl.Series", update: Update) -> None:
    for part in _parts(lengths.fill_null(NULL)):
        update(struct.pack(f"<{len(part)}I", *part.to_list()))


def _add_numbers(column: "pl.Series", update: Update) -> None:
    numbers = column.cast(float)
    sound = numbers.is_finite() if column.dtype.is_float() else numbers.abs() < EXACT
    if not sound.all():
        raise ValueError(f"column {column.name!r} has a number that is not finite, or too large for a double")
    for part in _parts(numbers.set(numbers == 0, 0.0).fill_null(float("nan"))):  # there is also a negative zero
        update(struct.pack(f"<{len(part)}d", *part.to_list()))


def _parts(column: "pl.Series") -> Iterator["pl.Series"]:
    return (column[start : start + BATCH] for start in range(0, len(column), BATCH))


def _by_rows(frame: "pl.DataFrame", update: Update) -> None:
    converted = [n for n, dtype in enumerate(frame.dtypes) if _needs_converting(getattr(dtype, "inner", dtype))]
    for batch in frame.iter_slices(BATCH):
        for row in map(list, batch.iter_rows()):
            for n in converted:
                row[n] = _plain(row[n])
            update(_line(row))


METHODS: Mapping[str, Callable[["pl.DataFrame", Update], None]] = {"columns": _by_columns, "rows": _by_rows}
"""Methods by their names in manifests."""


def _line(values: list[Any]) -> bytes:
    return (WRITER.encode(values) + "\n").encode()


def _needs_converting(dtype: "pl.DataType") -> bool:
    """Whether values of this type need converting: JSON lacks them, or writes them in another way."""
    return dtype.is_temporal() or dtype.is_float()


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < EXACT:
            return int(value)
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
