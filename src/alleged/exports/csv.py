"""All tables as CSV, described by CSVW metadata (w3.org/TR/tabular-metadata)."""

from collections.abc import Iterator
from typing import Any

from alleged.datasets.release import Release
from alleged.exports.cells import CONTROLS, LISTS, NUMBERS, SEPARATOR, inert, plain
from alleged.exports.readme import as_json, licence, title
from alleged.exports.sheets import Column, Sheet, sheets

LOSSES = f"""\
No table and no column is left out. {LISTS} A text that a spreadsheet would take for a formula (it begins with =, +, \
-, @, a tab or a line break) has an apostrophe before it: take one apostrophe away to get it back. {CONTROLS} \
{NUMBERS} Types are lost: csv-metadata.json has them, with the description of each column. The order of codes is lost: \
vocabulary.csv has it in seq. The files are UTF-8 with a byte order mark; empty cells are null."""

METADATA = "csv-metadata.json"

TYPES = {"String": "string", "Enum": "string", "Date": "date", "Boolean": "boolean", "Float64": "number"}
"""Datatypes of CSVW for types of columns; all others are integers."""


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield a file for each table, and the metadata."""
    tables = sheets(release)
    for sheet in tables:
        yield f"{sheet.name}.csv", inert(plain(sheet.frame)).write_csv(include_bom=True).encode()
    yield METADATA, as_json(_metadata(release, tables))


def _metadata(release: Release, tables: list[Sheet]) -> dict[str, Any]:
    stated = {"dc:license": licence(release)} if licence(release) else {}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": title(release),
        "dc:identifier": release.release,
        "dc:bibliographicCitation": release.cite(),
        **stated,
        "dialect": {"encoding": "utf-8-sig", "header": True, "lineTerminators": ["\n"]},
        "tables": [_table(sheet, {other.name for other in tables}) for sheet in tables],
    }


def _table(sheet: Sheet, names: set[str]) -> dict[str, Any]:
    # CSVW has no foreign keys that may be null: validators refuse such rows.
    keys = [
        {"columnReference": column.name, "reference": {"resource": f"{table}.csv", "columnReference": key}}
        for column in sheet.columns
        if column.references and not column.is_list and not column.nullable
        for table, key in [column.references.split(".")]
        if table in names
    ]
    return {
        "url": f"{sheet.name}.csv",
        "dc:description": sheet.about,
        "tableSchema": {
            "columns": [_column(column) for column in sheet.columns],
            "primaryKey": list(sheet.key),
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _column(column: Column) -> dict[str, Any]:
    inner = column.type.removeprefix("List(").removesuffix(")")
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": TYPES.get(inner, "integer"),
        "required": not column.nullable,
        **({"separator": SEPARATOR} if column.is_list else {}),
    }
