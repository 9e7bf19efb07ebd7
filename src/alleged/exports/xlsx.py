"""All tables as a workbook for Excel and LibreOffice: README, flat tables, codebook, then the others."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from alleged.datasets.release import Release
from alleged.errors import AllegedError
from alleged.exports import readme
from alleged.exports.cells import CONTROLS, LISTS, NUMBERS, Limit, plain, shortened
from alleged.exports.sheets import FLAT, Sheet, codebook, sheets

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LIMIT = Limit(32_767, "utf-16-le", width=2)
"""Longest text of a cell, and most rows of a sheet (support.microsoft.com: Excel specifications and limits)."""

ROWS = 1_048_576

FIRST_DAY = date(1900, 3, 1)
"""First day that Excel, which believes in a 29 February 1900, and other programs show alike."""

ZERO = date(1899, 12, 30)
"""Day of the number 0; days are numbers with a format."""

WIDEST, NARROWEST = 60, 6
"""Widths of columns, in characters."""

LOSSES = f"""\
No table and no column is left out. {LISTS} A text of more than 32,767 UTF-16 units is cut; each one is named below. \
Days before 1 March 1900 are texts, since Excel shows them wrongly. Types and the order of codes are lost: the sheet \
codebook has the types and the codes with their labels. {CONTROLS} {NUMBERS} Line breaks are \
line feeds, as in Excel. Empty cells are null. Texts are never \
formulas, links or numbers, whatever they begin with."""

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

BEGINNING = datetime(1980, 1, 1, tzinfo=UTC)


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the workbook.

    Raises:
        AllegedError: A table has more rows than a sheet.
    """
    from xlsxwriter import Workbook

    tables = sheets(release)
    columns = codebook(tables)
    book = Sheet("codebook", "", ("table", "column"), (), columns)
    flat, others = [s for s in tables if s.name in FLAT], [s for s in tables if s.name not in FLAT]
    ready = [
        (sheet, *shortened(sheet, _with_plain_breaks(plain(sheet.frame)), LIMIT)) for sheet in (*flat, book, *others)
    ]
    notes = [note for _, _, cut in ready for note in cut]
    buffer = io.BytesIO()
    workbook = Workbook(buffer, OPTIONS)
    workbook.set_properties({"title": f"{readme.title(release)}, release {release.release}", "created": BEGINNING})
    _readme(workbook, list(readme.lines(release, "xlsx", LOSSES, notes)))
    for sheet, frame, _ in ready:
        _write(workbook, sheet.name, frame)
    workbook.close()
    yield f"{release.release}.xlsx", buffer.getvalue()


def _with_plain_breaks(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose texts have no carriage returns: of those, openpyxl and pandas read `_x000D_`."""
    return frame.with_columns(pl.col(pl.String).str.replace_all("\r\n?", "\n"))


def _readme(workbook: "Workbook", lines: list[str]) -> None:
    sheet = workbook.add_worksheet("README")
    sheet.set_column(0, 0, 120, workbook.add_format({"text_wrap": True, "valign": "top"}))
    for row, line in enumerate(lines):
        _text(sheet, row, 0, line)


def _write(workbook: "Workbook", name: str, frame: pl.DataFrame) -> None:
    if frame.height >= ROWS:
        raise AllegedError(
            f"{name} has {frame.height:,} rows, and a sheet at most {ROWS - 1:,}; use 'alleged export csv' or 'sqlite'"
        )
    sheet = workbook.add_worksheet(name)
    head = workbook.add_format({"bold": True, "bottom": 1})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for n, column in enumerate(frame.columns):
        _text(sheet, 0, n, column, head)
        sheet.set_column(n, n, _width(frame[column]))
        _column(sheet, n, frame[column], day)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, frame.height, frame.width - 1)


def _column(sheet: "Worksheet", n: int, values: pl.Series, day: Any) -> None:
    for row, value in enumerate(values, start=1):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(row, n, value)
        elif isinstance(value, str):
            _text(sheet, row, n, value)
        elif not isinstance(value, date):
            sheet.write_number(row, n, value)
        elif value >= FIRST_DAY:
            sheet.write_number(row, n, (value - ZERO).days, day)
        else:
            _text(sheet, row, n, value.isoformat())


def _text(sheet: "Worksheet", row: int, column: int, text: str, form: Any = None) -> None:
    """Write a text; `write` would look for formulas and links in it."""
    if sheet.write_string(row, column, text, form):
        raise AllegedError(f"a text of {len(text):,} characters fits in no cell")


def _width(values: pl.Series) -> float:
    """Return the width that shows the name and nine of ten values of a column."""
    lengths = values.cast(pl.String).str.len_chars().drop_nulls()
    usual = lengths.quantile(0.9) if lengths.len() else None
    return max(NARROWEST, len(values.name) + 3, min(WIDEST, (usual or 0) + 1))
