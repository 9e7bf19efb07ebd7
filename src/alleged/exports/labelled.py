"""The flat tables for Stata and SPSS, which have labels for columns and codes, and numbers for codes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from alleged import files as file_system
from alleged.datasets.release import Release
from alleged.exports.cells import CONTROLS, LISTS, NUMBERS, Limit, inert, plain, shortened
from alleged.exports.readme import FILE, readme, title
from alleged.exports.sheets import Sheet, codebook, flat_sheets

FIRST_DAY = date(1583, 1, 1)
"""Days before are left out: SPSS counts from October 1582."""

YES = {0: "No", 1: "Yes"}

LARGEST = 1 << 30
"""Largest file that is read back, in bytes."""

LOSSES = f"""\
Only flat_claims, flat_quantities and vocabulary are here; the other tables are not. {LISTS} Codes are numbers with \
labels, in the order of their list; codebook.csv has the code behind each number. Empty texts are null. The \
descriptions of columns are cut to the length of a label; codebook.csv has the whole. Days before 1583 are empty; the \
columns ..._edtf have them. True and false are 1 and 0. {CONTROLS} {NUMBERS}"""

Write = Callable[..., None]


def files(
    release: Release, form: str, ending: str, write: Write, limits: Mapping[str, Limit], losses: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the README, a file for each table, and the codebook.

    `limits` are those of a `cell`, of the `label` of a column, and of the `code` label. `write` takes a frame, a path
    and the labels.
    """
    tables = flat_sheets(release)
    written, notes = [], []
    for sheet in tables:
        frame, cut = shortened(sheet, _with_numbers(sheet), limits["cell"])
        notes += cut
        about = f"{title(release)} {release.release}: {sheet.name}"
        written.append((f"{sheet.name}.{ending}", _content(frame, sheet, about, write, limits)))
    yield FILE, readme(release, form, losses, notes).encode()
    yield from written
    book = _with_code_numbers(codebook(tables), tables)
    yield "codebook.csv", inert(plain(book)).write_csv(include_bom=True).encode()


def _with_numbers(sheet: Sheet) -> pl.DataFrame:
    """Return a table with numbers for codes, for true and false, and empty texts for null."""
    codes = [
        pl.col(name).to_physical().cast(pl.Int32) + 1
        for name, t in sheet.frame.schema.items()
        if isinstance(t, pl.Enum)
    ]
    return plain(sheet.frame.with_columns(codes)).with_columns(
        pl.col(pl.Boolean).cast(pl.Int32),
        pl.col(pl.UInt8, pl.UInt16, pl.UInt32, pl.Int8, pl.Int16).cast(pl.Int32),
        pl.when(pl.col(pl.Date) >= FIRST_DAY).then(pl.col(pl.Date)),
        pl.col(pl.String).fill_null(""),
    )


def _content(frame: pl.DataFrame, sheet: Sheet, about: str, write: Write, limits: Mapping[str, Limit]) -> bytes:
    labels = {c.name: limits["label"].cut(c.description) for c in sheet.columns}
    values: dict[str, dict[int, str]] = {c.name: YES for c in sheet.columns if c.type == "Boolean"}
    for column in sheet.columns:
        if column.type == "Enum":
            shown = enumerate(column.labels.values(), start=1)
            values[column.name] = {n: limits["code"].cut(label) for n, label in shown}
    with file_system.temporary_folder() as folder:
        path = Path(folder, "table")
        write(frame, path, file_label=limits["label"].cut(about), column_labels=labels, variable_value_labels=values)
        return file_system.read(folder, path.name, LARGEST)


def _with_code_numbers(book: pl.DataFrame, tables: list[Sheet]) -> pl.DataFrame:
    """Return the codebook with the number of each code."""
    numbered: list[Any] = [
        "; ".join(f"{n} = {code} ({label})" for n, (code, label) in enumerate(column.labels.items(), start=1)) or None
        for sheet in tables
        for column in sheet.columns
    ]
    return book.with_columns(pl.Series("codes", numbered, pl.String))
