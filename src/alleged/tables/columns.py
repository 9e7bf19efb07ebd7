"""Builders of columns, and groups of columns that several tables have, with their values.

Null is never written as 0, as an empty text or as an empty list. The argument `null` of a builder says what null means
in the column; a column without it is never null.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import pandera.polars as pa
import polars as pl

from alleged.dates import PRECISIONS, parse
from alleged.records.corpus import Record
from alleged.schemas.vocabularies import NO_CODES, cache_by_codes, in_use, using, vocabulary

Row = dict[str, Any]
Columns = dict[str, pa.Column]

NOT_STATED = "not stated"


def condition(expression: Callable[[str], pl.Expr], error: str) -> pa.Check:
    """Return a check that an expression of the name of a column holds in each row; it passes where it is null.

    The expression of a check on whole rows ignores the name. `error` says what is wrong with a row that fails.
    """
    return pa.Check(
        lambda data: data.lazyframe.select(expression(data.key)), error=error, statistics={"expression": expression}
    )


def conditions(schema: pa.DataFrameSchema) -> Iterator[pl.Expr]:
    """Yield an expression for every condition on the values of a contract, true or null where it holds."""
    for name, column in schema.columns.items():
        if not column.nullable:
            yield pl.col(name).is_not_null()
        yield from (check.statistics["expression"](name) for check in column.checks)
    yield from (check.statistics["expression"]("") for check in schema.checks or ())


def _column(dtype: Any, about: str, null: str, checks: Iterable[pa.Check] = (), **metadata: str) -> pa.Column:
    description = f"{about} Null: {null}." if null else about
    return pa.Column(dtype, list(checks), nullable=bool(null), description=description, metadata=metadata)


def text(about: str, null: str = "") -> pa.Column:
    """Return a column of texts that are never empty."""
    return _column(pl.String, about, null, [condition(lambda name: pl.col(name) != "", "an empty text")])


def texts(about: str, null: str = "") -> pa.Column:
    """Return a column of lists of texts that are never empty."""
    return _list(pl.String(), about, null)


def _list(inner: Any, about: str, null: str, **metadata: str) -> pa.Column:
    is_not_empty = condition(lambda name: pl.col(name).list.len() > 0, "an empty list")
    return _column(pl.List(inner), about, null, [is_not_empty], **metadata)


def link(target: str, about: str, null: str = "") -> pa.Column:
    """Return a column of ids that are all in `target`, the key of another table such as `actors.actor_id`."""
    return _column(pl.String, f"{about} Key of `{target.partition('.')[0]}`.", null, references=target)


def links(target: str, about: str, null: str = "") -> pa.Column:
    """Return a column of lists of ids that are all in `target`, the key of another table."""
    return _list(pl.String(), f"{about} Keys of `{target.partition('.')[0]}`.", null, references=target)


def code(list_name: str, about: str, null: str = "") -> pa.Column:
    """Return a column of codes of a code list, sorted in the order of the list."""
    return _column(_codes_of(list_name), about, null, codes=list_name)


def codes(list_name: str, about: str, null: str = "") -> pa.Column:
    """Return a column of lists of codes of a code list."""
    return _list(_codes_of(list_name), about, null, codes=list_name)


def noted(list_name: str, note: str, about: str) -> pa.Column:
    """Return a column of values that the codes of a list have as a note, in their order."""
    return _column(_codes_of(f"{list_name}.{note}"), about, "", notes=f"{list_name}.{note}")


@cache_by_codes
def _codes_in_use(name: str) -> pl.Enum:
    """Return the codes of a list that are in use, or the values of a note of theirs, named as `unit.dimension`."""
    listed, _, note = name.partition(".")
    codes = vocabulary(listed)
    return pl.Enum(list(dict.fromkeys(str(code.notes[note]) for code in codes.values())) if note else list(codes))


def _codes_of(name: str) -> pl.Enum:
    """Return the codes of a list of the package, whatever own codes are in use."""
    with using(NO_CODES):
        return _codes_in_use(name)


def with_own_codes(schema: pa.DataFrameSchema) -> pa.DataFrameSchema:
    """Return a contract in which the columns of codes also allow the own codes in use."""
    if in_use() is NO_CODES:
        return schema
    columns = {name: _with_own_codes(column) for name, column in schema.columns.items()}
    return pa.DataFrameSchema(
        columns,
        checks=schema.checks,
        name=schema.name,
        description=schema.description,
        unique=schema.unique,
        strict=True,
        ordered=True,
        coerce=False,
    )


def _with_own_codes(column: pa.Column) -> pa.Column:
    metadata = column.metadata or {}
    name = metadata.get("codes") or metadata.get("notes")
    if name is None:
        return column
    inner = _codes_in_use(name)
    dtype = pl.List(inner) if column.dtype and isinstance(column.dtype.type, pl.List) else inner
    return pa.Column(
        dtype, column.checks, nullable=column.nullable, description=column.description, metadata=column.metadata
    )


def choice(values: Iterable[str], about: str, null: str = "") -> pa.Column:
    """Return a column of a few values that belong to no code list."""
    return _column(pl.Enum(list(values)), about, null)


def flag(about: str, null: str = "") -> pa.Column:
    """Return a column of true and false."""
    return _column(pl.Boolean, about, null)


def day(about: str, null: str = "") -> pa.Column:
    """Return a column of calendar days."""
    return _column(pl.Date, about, null)


def figure(about: str, null: str = "") -> pa.Column:
    """Return a column of numbers that are 0 or more; whole ones are exact up to 2 to the power of 53."""
    is_finite = condition(lambda name: pl.col(name).is_finite(), "not a finite number")
    return _column(pl.Float64, about, null, [_at_least(0), is_finite])


def number(about: str, dtype: Any, null: str = "", least: int | None = 1, most: int | None = None) -> pa.Column:
    """Return a column of whole numbers from `least` up to `most`; None is the bound of the type."""
    bounds = [] if least is None else [_at_least(least)]
    bounds += [] if most is None else [condition(lambda name: pl.col(name) <= most, f"above {most}")]
    return _column(dtype, about, null, bounds)


def _at_least(least: int) -> pa.Check:
    return condition(lambda name: pl.col(name) >= least, f"below {least}")


def date_columns(name: str, about: str, null: str = "") -> Columns:
    """Return the six columns of a date in EDTF: its text, and what follows from it."""
    edtf = f"`{name}_edtf`"
    or_null = f", or {null}" if null else ""
    return {
        f"{name}_edtf": text(f"{about}, as EDTF (ISO 8601-2).", null),
        f"{name}_lo": day(
            f"First day that {edtf} allows; `~` and `?` do not widen the bounds.", f"no lower bound{or_null}"
        ),
        f"{name}_hi": day(f"Last day that {edtf} allows.", f"no upper bound{or_null}"),
        f"{name}_precision": choice(PRECISIONS, f"Precision of {edtf}, such as day, month, year or interval.", null),
        f"{name}_uncertain": flag(f"Whether {edtf} is marked uncertain (`?`).", null),
        f"{name}_approx": flag(f"Whether {edtf} is marked approximate (`~`).", null),
    }


def date_values(name: str, edtf: str | None) -> Row:
    """Return the values of `date_columns` for a text in EDTF; all null if it is None."""
    if edtf is None:
        parts: tuple[Any, ...] = (None,) * 6
    else:
        span = parse(edtf)
        parts = (span.edtf, span.lo, span.hi, span.precision, span.uncertain, span.approximate)
    endings = ("edtf", "lo", "hi", "precision", "uncertain", "approx")
    return {f"{name}_{ending}": part for ending, part in zip(endings, parts, strict=True)}


def day_value(iso: str | None) -> date | None:
    """Return the date of an ISO 8601 day in a record, such as `2026-11-24`."""
    return None if iso is None else date.fromisoformat(iso)


def record_columns() -> Columns:
    """Return the last columns of a table with one row for each record: status, note and provenance."""
    active = "the record is active"
    return {
        "status": code(
            "status",
            "Whether the record is active, withdrawn or superseded: filter on `active`. Not whether it is true.",
        ),
        "status_reason": text("Why the record was withdrawn or superseded.", active),
        "status_on": day("Day on which it was withdrawn or superseded.", active),
        "note": text("Remark of the curators, not part of what anyone said.", "no remark"),
        **provenance_columns(),
    }


def record_values(record: Record) -> Row:
    """Return the values of `record_columns`; a record that states no status is active."""
    return {
        "status": record.get("status", "active"),
        "status_reason": record.get("status_reason"),
        "status_on": day_value(record.get("status_on")),
        "note": record.get("note"),
        **provenance_values(record),
    }


def provenance_columns() -> Columns:
    """Return the last columns of a table of records or their entries: file, line and digest of the record."""
    return {
        "record_path": text("File of the record that the row comes from, relative to the folder of the project."),
        "record_line": number("Line of that file on which the record begins; the first is 1.", pl.UInt32),
        "record_sha256": text("SHA-256 of the record with its defaults applied, as JSON with sorted keys."),
    }


def provenance_values(record: Record) -> Row:
    """Return the values of `provenance_columns`."""
    return {
        "record_path": record.file.path,
        "record_line": record.line,
        "record_sha256": record.sha256,
    }


def contract(
    name: str, key: Iterable[str], about: str, columns: Mapping[str, pa.Column], *checks: pa.Check
) -> pa.DataFrameSchema:
    """Return the contract of a table: its columns in their order, a unique key, and further checks.

    Each pair of columns that end in `_lo` and `_hi` gets a check that the first is at most the second.
    """
    key = list(key)
    pairs = [(c, f"{c.removesuffix('_lo')}_hi") for c in columns if c.endswith("_lo")]
    return pa.DataFrameSchema(
        dict(columns),
        checks=[*(at_most(low, high) for low, high in pairs), *checks],
        name=name,
        description=f"{about} Key and order: {', '.join(f'`{column}`' for column in key)}.",
        unique=key,
        strict=True,
        ordered=True,
        coerce=False,
    )


def at_most(low: str, high: str) -> pa.Check:
    """Return the check that one column is at most another; rows where either is null pass."""
    return condition(lambda _: pl.col(low) <= pl.col(high), f"{low} above {high}")
