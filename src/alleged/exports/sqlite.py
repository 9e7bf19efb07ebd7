"""All tables as an SQLite database, with keys and full-text search, and a description for Datasette."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import polars as pl

from alleged.datasets.release import Release
from alleged.errors import VerificationError
from alleged.exports.cells import CONTROLS, NUMBERS, clean, plain
from alleged.exports.readme import FILE, as_json, licence, readme, title
from alleged.exports.sheets import Column, Sheet, codebook, sheets

LOSSES = f"""\
No table and no column is left out. Lists are JSON arrays in text; use json_each to take them apart. Days are texts, \
true and false are 1 and 0, codes are texts. The order of codes is lost: the table vocabulary has it in seq. Ids in \
lists are no foreign keys. {CONTROLS} {NUMBERS} The table codebook has the description of each column."""

DATABASE, METADATA = "dataset.db", "metadata.json"

SEARCHED = {
    "flat_claims": ("summary", "quote", "claimant", "topic_question"),
    "claims": ("summary",),
    "appearances": ("quote",),
    "actors": ("name", "other_names"),
}
"""Columns that full-text search covers, by table; NAME_fts is the index of a table."""

LABELS = {
    "flat_claims": "summary",
    "claims": "summary",
    "actors": "name",
    "topics": "question",
    "instruments": "title",
    "evidence": "title",
    "sources": "source_id",
}
"""Columns that Datasette shows instead of an id that refers to the table."""

TYPES = {"Boolean": "INTEGER", "Float64": "REAL", "String": "TEXT", "Enum": "TEXT", "Date": "TEXT"}
"""Types of SQLite for types of columns; lists are TEXT, all others INTEGER."""


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the README, the database and the description for Datasette.

    Raises:
        VerificationError: An id refers to no row, or a value breaks its type.
    """
    tables = sheets(release)
    text = readme(release, "sqlite", LOSSES, [f"Open it in a browser: datasette {DATABASE} --metadata {METADATA}"])
    yield FILE, text.encode()
    yield DATABASE, _database(tables)
    yield METADATA, as_json(_metadata(release, tables))


def _database(tables: list[Sheet]) -> bytes:
    keys = {f"{sheet.name}.{sheet.key[0]}" for sheet in tables if len(sheet.key) == 1}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("BEGIN")
        try:
            for sheet in tables:
                _add(connection, sheet, keys)
            _add_codebook(connection, tables)
            _add_search(connection, tables)
        except sqlite3.DatabaseError as error:
            raise VerificationError(f"the tables do not fit into a database: {error}") from None
        connection.execute("COMMIT")
        _require_sound(connection)
        connection.execute("VACUUM")
        return connection.serialize()


def _add(connection: sqlite3.Connection, sheet: Sheet, keys: set[str]) -> None:
    columns = [_definition(column, keys) for column in sheet.columns]
    key = ", ".join(map(_quoted, sheet.key))
    connection.execute(f"CREATE TABLE {_quoted(sheet.name)} ({', '.join(columns)}, PRIMARY KEY ({key})) STRICT")
    _insert(connection, sheet.name, _values(sheet.frame))
    for column in sheet.columns:
        if column.references in keys and (column.name,) != sheet.key:
            index = _quoted(f"{sheet.name}_{column.name}")
            connection.execute(f"CREATE INDEX {index} ON {_quoted(sheet.name)} ({_quoted(column.name)})")


def _definition(column: Column, keys: set[str]) -> str:
    name = _quoted(column.name)
    parts = [name, "TEXT" if column.is_list else TYPES.get(column.type, "INTEGER")]
    if not column.nullable:
        parts.append("NOT NULL")
    if column.is_list:
        parts.append(f"CHECK ({name} IS NULL OR json_valid({name}))")  # of null, SQLite 3.40 says 0
    if column.type == "Boolean":
        parts.append(f"CHECK ({name} IN (0, 1))")
    if column.references in keys and not column.is_list:
        table, _, key = column.references.partition(".")
        parts.append(f"REFERENCES {_quoted(table)} ({_quoted(key)})")
    return " ".join(parts)


def _values(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table with lists as JSON, days as text, and true and false as numbers."""
    lists = {
        name: pl.Series(name, _json_lists(frame[name]), pl.String) for name, t in frame.schema.items() if t == pl.List
    }
    other = plain(frame.drop(list(lists)))
    found = other.with_columns(
        pl.col(pl.Date).dt.to_string("%Y-%m-%d"), pl.col(pl.Boolean).cast(pl.Int8), *lists.values()
    )
    return found.select(frame.columns)


def _json_lists(series: pl.Series) -> Iterator[str | None]:
    import json

    cleaned = series.cast(pl.List(pl.String)).to_frame().select(pl.all().list.eval(clean(pl.element()))).to_series()
    for entries in cleaned.to_list():
        yield None if entries is None else json.dumps(entries, ensure_ascii=False)


def _insert(connection: sqlite3.Connection, table: str, frame: pl.DataFrame) -> None:
    places = ", ".join("?" * frame.width)
    connection.executemany(f"INSERT INTO {_quoted(table)} VALUES ({places})", frame.iter_rows())  # noqa: S608


def _add_codebook(connection: sqlite3.Connection, tables: list[Sheet]) -> None:
    book = codebook(tables)
    types = ", ".join(
        f"{_quoted(name)} {'INTEGER' if name in ('may_be_empty', 'rows_with_value') else 'TEXT'}"
        for name in book.columns
    )
    connection.execute(f'CREATE TABLE codebook ({types}, PRIMARY KEY ("table", "column")) STRICT')
    _insert(connection, "codebook", _values(book))


def _add_search(connection: sqlite3.Connection, tables: list[Sheet]) -> None:
    names = {sheet.name for sheet in tables}
    for table, columns in SEARCHED.items():
        if table in names:
            listed, index = ", ".join(map(_quoted, columns)), f"{table}_fts"
            connection.execute(f"CREATE VIRTUAL TABLE {index} USING fts5({listed}, content={_quoted(table)})")
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608


def _require_sound(connection: sqlite3.Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        table, row, target, _ = broken[0]
        raise VerificationError(f"{len(broken)} ids refer to no row, the first in {table}, row {row}, to {target}")
    if (found := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        raise VerificationError(f"the database is damaged: {found}")


def _metadata(release: Release, tables: list[Sheet]) -> dict[str, Any]:
    address = release.manifest.get("citation", {}).get("url")
    stated: Mapping[str, Any] = {"license": licence(release), "source_url": address}
    return {
        "title": f"{title(release)}, release {release.release}",
        "description": release.cite(),
        **{name: value for name, value in stated.items() if value},
        "databases": {DATABASE.removesuffix(".db"): {"tables": {sheet.name: _about(sheet) for sheet in tables}}},
    }


def _about(sheet: Sheet) -> dict[str, Any]:
    label = {"label_column": LABELS[sheet.name]} if sheet.name in LABELS else {}
    search = {"fts_table": f"{sheet.name}_fts", "fts_pk": "rowid"} if sheet.name in SEARCHED else {}
    return {
        "description": sheet.about,
        **label,
        **search,
        "columns": {column.name: column.description for column in sheet.columns},
    }


def _quoted(name: str) -> str:
    """Return a name as SQL; names come from a manifest, which allows letters, digits and underscores only."""
    return '"' + name.replace('"', '""') + '"'
