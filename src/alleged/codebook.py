"""The codebook in Markdown: every table, column and code, from the contracts and the code lists."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandera.polars as pa
import polars as pl

from alleged.schemas.vocabularies import Code, about, names, vocabulary
from alleged.tables import TABLES, Table

OPENING = """\
# Codebook

Generated from the contracts of the tables and the code lists; change those, then run `alleged explain --write`.

Every row of `claims` is an utterance: a claimant said something. No column says what is true. Null means that nothing
is stated; it never means 0 or "no". Dates are given as in the source (`…_edtf`), with the first and last day that they
allow (`…_lo`, `…_hi`), both included. Some columns have no value so far: the codebook inside an export
(`alleged export`) counts the rows with a value.
"""

TYPE_NAMES: dict[type[pl.DataType], str] = {
    pl.String: "text",
    pl.Boolean: "true or false",
    pl.Date: "date",
    pl.Float64: "number",
}


def markdown() -> str:
    """Return the codebook as Markdown: tables first, then code lists. It is the same on every machine."""
    parts = [OPENING, "## Tables\n", _table(("table", "contents"), map(_summary, TABLES.values()))]
    parts += map(_section, TABLES.values())
    parts += ["## Code lists\n", *map(_code_list, names())]
    return "\n".join(parts)


def _summary(table: Table) -> tuple[str, str]:
    return f"[{table.name}](#{table.name})", str(table.schema.description).partition(". ")[0]


def _section(table: Table) -> str:
    dtypes = table.dtypes  # computed by each access
    rows = (_cells_of(column, dtypes[name]) for name, column in table.schema.columns.items())
    columns = _table(("column", "type", "may be null", "meaning"), rows)
    return f"### {table.name}\n\n{table.schema.description}\n\n{columns}"


def _cells_of(column: pa.Column, dtype: pl.DataType) -> tuple[str, ...]:
    type_ = f"{_type_in_words(dtype, (column.metadata or {}).get('codes'))} ({_mono(_type_name(dtype))})"
    return _mono(str(column.name)), type_, "yes" if column.nullable else "no", str(column.description)


def _type_in_words(dtype: pl.DataType, code_list: str | None) -> str:
    """Return the type of a column in words, with a link to the code list of its values."""
    if isinstance(dtype, pl.List):
        return f"list of codes of [{code_list}](#{code_list})" if code_list else "list of texts"
    if code_list:
        return f"code of [{code_list}](#{code_list})"
    if isinstance(dtype, pl.Enum):
        return f"one of {', '.join(map(_mono, dtype.categories))}"
    return "whole number" if dtype.is_integer() else TYPE_NAMES[type(dtype)]


def _type_name(dtype: Any) -> str:
    return f"List({_type_name(dtype.inner)})" if isinstance(dtype, pl.List) else type(dtype).__name__


def _code_list(name: str) -> str:
    codes = vocabulary(name).values()
    tested = any(code.test for code in codes)
    rows = ((_mono(code.code), code.label, *_tested(code, tested), _meaning(code)) for code in codes)
    head = ("code", "label", *(["question"] if tested else []), "meaning")
    return f"### {name}\n\n{about(name)}\n\n{_table(head, rows)}"


def _tested(code: Code, tested: bool) -> tuple[str, ...]:
    return (code.test or "",) if tested else ()


def _meaning(code: Code) -> str:
    broader = f" Narrower than {_mono(code.broader)}." if code.broader else ""
    instead = f" No longer used; use {_mono(code.deprecated_by)}." if code.deprecated_by else ""
    examples = f" For example: {' '.join(code.examples)}" if code.examples else ""
    return code.definition + broader + instead + examples


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in _cells(head, rows))


def _cells(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    yield head
    yield tuple("---" for _ in head)
    yield from (tuple(cell.replace("|", "\\|") for cell in row) for row in rows)


def _mono(text: str) -> str:
    return f"`{text}`"
