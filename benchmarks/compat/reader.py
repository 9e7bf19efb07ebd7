"""Read the tables with one library, and compare columns, types and values with what polars of `.venv` reads.

    python reader.py LIBRARY FOLDER EXPECTED

It runs in the environment of that library, so it imports nothing else. It prints a line for each difference.
"""

import json
import math
import sys
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

Columns = tuple[dict[str, Any], dict[str, str]]
"""Values and types of the columns of a file, by name."""


def plain(value: Any) -> Any:
    """Return a value as JSON has it: lists of any kind as lists, dates as text, missing values as None."""
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # arrays and numbers of numpy
        return plain(value.tolist())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.decode() if isinstance(value, bytes) else value


def with_pyarrow(path: str) -> Columns:
    """Read a file with pyarrow."""
    table = import_module("pyarrow.parquet").read_table(path)
    types = {field.name: str(field.type) for field in table.schema}
    return {name: table[name].to_pylist() for name in table.column_names}, types


def with_pandas(path: str, engine: str = "pyarrow") -> Columns:
    """Read a file with pandas."""
    frame = import_module("pandas").read_parquet(path, engine=engine)
    types = {name: str(frame[name].dtype) for name in frame.columns}
    return {name: list(frame[name]) for name in frame.columns}, types


def with_fastparquet(path: str) -> Columns:
    """Read a file with fastparquet."""
    return with_pandas(path, "fastparquet")


def with_polars(path: str) -> Columns:
    """Read a file with polars."""
    frame = import_module("polars").read_parquet(path)
    types = {name: str(frame[name].dtype) for name in frame.columns}
    return {name: frame[name].to_list() for name in frame.columns}, types


def with_duckdb(path: str) -> Columns:
    """Read a file with DuckDB."""
    relation = import_module("duckdb").from_parquet(path)
    rows = relation.fetchall()
    values = {name: [row[place] for row in rows] for place, name in enumerate(relation.columns)}
    return values, dict(zip(relation.columns, map(str, relation.types), strict=True))


READERS = {
    "pyarrow": with_pyarrow,
    "pandas": with_pandas,
    "fastparquet": with_fastparquet,
    "polars": with_polars,
    "duckdb": with_duckdb,
}


def is_wrong_type(library: str, kind: str, found: str, expected: str) -> bool:
    """Whether a column of a kind such as `code`, `text` or `date` has a type that the library should not give it."""
    if library == "polars":
        return "Enum" in expected and not ("Enum" in found or "Categorical" in found)
    if library == "pyarrow":
        wanted = {
            "code": "dictionary<values=large_string, indices=int32",
            "text": "large_string",
            "date": "date32[day]",
        }
        old = wanted.get(kind, "").replace("large_string", "string")  # pyarrow reads codes as string
        return kind in wanted and not found.startswith((wanted[kind], old))
    if library == "pandas":
        return kind == "code" and found != "category"
    if library == "duckdb":
        return found != {"date": "DATE", "text": "VARCHAR", "code": "VARCHAR", "flag": "BOOLEAN"}.get(kind, found)
    return False


def main(library: str, folder: str, expected: str) -> None:
    """Print how each table differs; nothing if none does."""
    for table, columns in json.loads(Path(expected).read_text(encoding="utf-8")).items():
        try:
            values, types = READERS[library](f"{folder}/{table}.parquet")
        except Exception as error:  # noqa: BLE001 - whatever the library raises
            print(f"{table} cannot be read: {str(error).splitlines()[0][:150]}")
            continue
        if list(values) != list(columns):
            print(f"{table} has other columns")
            continue
        for name, column in columns.items():
            if [plain(value) for value in values[name]] != column["values"]:
                print(f"{table}.{name} has other values")
            if column["values"] and is_wrong_type(library, column["kind"], types[name], column["type"]):
                print(f"{table}.{name} has the type {types[name]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
