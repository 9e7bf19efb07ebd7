"""The tables of a release as exports write them: flat tables first, each column with its description and codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from alleged.datasets.release import Release
from alleged.schemas.vocabularies import own_codes_of, using
from alleged.tables import TABLES
from alleged.tables.graph import Inputs

FLAT = ("flat_claims", "flat_quantities")
"""The tables for people who do not join. Releases before schema version 2.1 lack them; they are computed then."""


@dataclass(frozen=True)
class Column:
    """A column of a table; `labels` are the labels of its codes, in the order of the codes."""

    name: str
    type: str
    nullable: bool
    description: str
    labels: Mapping[str, str]
    references: str | None

    @property
    def is_list(self) -> bool:
        return self.type.startswith("List(")


@dataclass(frozen=True)
class Sheet:
    """A table with what is known of it; `references` of its columns are as `actors.actor_id`."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    frame: pl.DataFrame


def sheets(release: Release) -> list[Sheet]:
    """Return the tables of a release, the flat ones first.

    Raises:
        UnknownNameError: Its tables are of another schema version, or a file is missing.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names.
    """
    release.require_schema()
    frames = {name: release.load(name) for name in release.tables}
    labels = _labels(frames["vocabulary"])
    with using(own_codes_of(frames["vocabulary"].iter_rows(named=True))):
        entries = {name: (release.manifest["tables"][name], frame) for name, frame in frames.items()}
        for name in FLAT:
            if name in frames:
                continue
            table = TABLES[name]
            entries[name] = ({"key": table.key, "columns": table.columns}, table.derived_frame(Inputs(frames)))
        order = [*FLAT, *(name for name in frames if name not in FLAT)]
        return [_sheet(name, *entries[name], labels) for name in order]


def flat_sheets(release: Release) -> list[Sheet]:
    """Return the flat tables and the code lists of a release; see `sheets`."""
    return [sheet for sheet in sheets(release) if sheet.name in (*FLAT, "vocabulary")]


def codebook(tables: list[Sheet]) -> pl.DataFrame:
    """Return one row for each column of the tables: its type and meaning, how many rows have a value, its codes."""
    rows = [
        {
            "table": sheet.name,
            "column": column.name,
            "type": column.type,
            "may_be_empty": column.nullable,
            "rows_with_value": len(sheet.frame) - sheet.frame[column.name].null_count(),
            "meaning": column.description,
            "codes": "; ".join(f"{code} = {label}" for code, label in column.labels.items()) or None,
            "refers_to": column.references,
        }
        for sheet in tables
        for column in sheet.columns
    ]
    heads = ("table", "column", "type", "meaning", "codes", "refers_to")
    schema = {"may_be_empty": pl.Boolean, "rows_with_value": pl.UInt32, **dict.fromkeys(heads, pl.String)}
    return pl.DataFrame(rows, schema=schema).select(*heads[:3], "may_be_empty", "rows_with_value", *heads[3:])


def _labels(vocabulary: pl.DataFrame) -> Mapping[str, Mapping[str, str]]:
    """Return the labels of codes, by list."""
    found: dict[str, dict[str, str]] = {}
    for row in vocabulary.sort("list", "seq").iter_rows(named=True):
        found.setdefault(row["list"], {})[row["code"]] = row["label"]
    return found


def _sheet(name: str, entry: Mapping[str, Any], frame: pl.DataFrame, labels: Mapping[str, Mapping[str, str]]) -> Sheet:
    schema = TABLES[name].schema if name in TABLES else None
    lists = {c: (column.metadata or {}).get("codes", "") for c, column in schema.columns.items()} if schema else {}
    columns = tuple(_columns(entry["columns"], lists, labels))
    about = str(schema.description) if schema else ""
    return Sheet(name, about, tuple(entry["key"]), columns, frame.select(column.name for column in columns))


def _columns(
    entries: list[Mapping[str, Any]], lists: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]
) -> Iterator[Column]:
    for entry in entries:
        known = labels.get(lists.get(entry["name"], ""), {})
        codes = {code: known.get(code, code) for code in entry.get("codes", ())}
        kind, empty, about = entry["type"], entry["nullable"], entry["description"]
        yield Column(entry["name"], kind, empty, about, codes, entry.get("references"))
