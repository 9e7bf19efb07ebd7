"""Sheets of XLSX files, read by openpyxl. Such a file is a ZIP archive of XML: it is inspected before it is read."""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers.expat import ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from alleged.editing.importing.entries import MAX_ENTRIES, Line, UnreadableImport

MAX_UNPACKED = 1 << 26
"""Bytes of all parts of a file together, unpacked: 20,000 rows of 40 short cells have about 40 MB."""

MAX_PARTS = 1_000
MAX_ELEMENTS = 3_000_000
"""XML elements of all sheets together, of which openpyxl reads a million in a few seconds."""

MAX_OTHER_ELEMENTS = 1_000_000
"""XML elements of all other parts together, such as texts and styles, which take longer."""

MAX_ROWS, MAX_COLUMNS = 1_048_576, 1_024
"""The last row of a sheet as the format has it, and the last column that is read."""

MAX_MERGED = 500_000
"""Merged cells within a table."""

LISTS, HELP = "lists", "help"
"""Sheets of a template beside that of the claims."""

MAX_REFERENCE = 12
"""Characters of a reference to a cell."""

SHEETS = "xl/worksheets/"

OLE = b"\xd0\xcf\x11\xe0"
"""First bytes of encrypted files, and of files of Excel 97 to 2003."""

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character in a text of a sheet that XML cannot hold."""

NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Parts of a number format that are no codes of dates."""


class Sheet(NamedTuple):
    """A sheet: its name, its lines up to the last one with content, and notes on what was read."""

    title: str
    lines: Sequence[Line]
    notes: Sequence[str]


class Layout:
    """What the XML of a sheet says beyond the values: formulas, merged ranges, hidden rows and columns."""

    def __init__(self) -> None:
        self.formulas: dict[tuple[int, int], bool] = {}  # by row and column: whether the value is a text
        self.merged: list[str] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns = bytearray(MAX_COLUMNS + 1)  # by number: 1 if hidden
        self.in_order = True
        self._row = self._column = 0
        self._is_text = False

    def element(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an XML element."""
        match name:
            case "row":
                before, self._row, self._column = self._row, int(attributes.get("r", self._row + 1)), 0
                self.in_order &= self._row > before
                if attributes.get("hidden") in ("1", "true"):
                    self.hidden_rows.add(self._row)
            case "c":
                self._column = _column_of(attributes["r"]) if "r" in attributes else self._column + 1
                self._is_text = attributes.get("t") == "str"
            case "f":
                self.formulas[self._row, self._column] = self._is_text
            case "col" if attributes.get("hidden") in ("1", "true"):
                first, last = max(int(attributes["min"]), 1), min(int(attributes["max"]), MAX_COLUMNS)
                self.hidden_columns[first : last + 1] = b"\1" * (last + 1 - first)
            case "mergeCell":
                self.merged.append(attributes["ref"])


def read_sheet(content: bytes, name: str, title: str) -> Sheet:
    """Return a sheet of an XLSX file: the one called `title`, or the first that is not hidden.

    Raises:
        UnreadableImport: openpyxl is not installed; or the file is encrypted, damaged, too large, or has no such sheet.
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UnreadableImport(
            f"reading {name} needs openpyxl: pip install 'alleged[export]'; or save the sheet as CSV UTF-8"
        ) from None
    try:
        layouts = _inspect(content, name)
        with warnings.catch_warnings(action="ignore"):  # of openpyxl, on what it leaves out
            book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet = _chosen(book.worksheets, title, name)
            return _read(sheet, layouts[sheet._worksheet_path], name, [s.title for s in book.worksheets])
    except UnreadableImport:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged archive raises many kinds
        raise UnreadableImport(
            f"{name} cannot be read as XLSX: {error}; open it in a spreadsheet program and save it again"
        ) from None


# Inspection.


def _inspect(content: bytes, name: str) -> dict[str, Layout]:
    """Return the layout of each part of an archive.

    Raises:
        UnreadableImport: It is encrypted, another format, too large when unpacked, or its XML has a document type,
            which could define entities.
    """
    if content.startswith(OLE):
        raise UnreadableImport(f"{name} has a password, or is a file of Excel 97 to 2003; save it as XLSX without one")
    try:
        archive = ZipFile(BytesIO(content))
    except BadZipFile:
        raise UnreadableImport(
            f"{name} cannot be read as XLSX: it is damaged, or of another format; save the table as XLSX or CSV UTF-8"
        ) from None
    parts = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableImport(f"{name} cannot be read as XLSX: it is another format; save the table as XLSX")
    if any(part.flag_bits & 1 or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise UnreadableImport(f"{name} is encrypted, or compressed in an unusual way; save it without a password")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableImport(
            f"{name} has more than {MAX_UNPACKED >> 20} MiB when unpacked, or more than {MAX_PARTS:,} parts; "
            "save the sheet of claims as a file of its own"
        )
    layouts: dict[str, Layout] = {}
    left = {True: MAX_ELEMENTS, False: MAX_OTHER_ELEMENTS}
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            layout = layouts[part.filename] = Layout()
            is_sheet = part.filename.startswith(SHEETS)
            left[is_sheet] -= _inspect_part(archive.read(part), layout, left[is_sheet], f"{name}: {part.filename}")
    return layouts


def _inspect_part(content: bytes, layout: Layout, left: int, where: str) -> int:
    """Take note of the elements of a part, of which `left` are allowed, and return their number."""
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > left:
            raise UnreadableImport(f"{where} has too many XML elements; divide the table into several files")
        layout.element(name.rpartition(":")[2], attributes)

    def doctype(*_: object) -> None:
        raise UnreadableImport(f"{where} has a document type, as no spreadsheet program writes; the file is refused")

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(content, True)
    return count


def _column_of(reference: str) -> int:
    """Return the number of the column of a reference such as `AB12`."""
    if len(reference) > MAX_REFERENCE:
        raise ValueError(f"{reference[:MAX_REFERENCE]!r} is no reference to a cell")
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def letters(number: int) -> str:
    """Return the letters of a column, `A` for 1."""
    text = ""
    while number:
        number, last = divmod(number - 1, 26)
        text = chr(65 + last) + text
    return text


# Reading.


def _chosen(sheets: Sequence[Any], title: str, name: str) -> Any:
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    if not title and shown:
        return shown[0]
    for sheet in sheets:
        if sheet.title.casefold() == title.casefold():
            return sheet
    there = ", ".join(repr(sheet.title) for sheet in sheets)
    raise UnreadableImport(f"{name} has no sheet {title!r}; there are {there}")


def _read(sheet: Any, layout: Layout, name: str, titles: Sequence[str]) -> Sheet:
    where = f"{name}, sheet {sheet.title!r}"
    if not layout.in_order:
        raise UnreadableImport(f"{where} has rows out of order; open it in a spreadsheet program and save it again")
    sheet.reset_dimensions()  # a file may say something wrong about its size
    lines: list[Line] = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MAX_ROWS:
            raise UnreadableImport(f"{where} goes beyond row {MAX_ROWS:,}")
        if len(cells) > MAX_COLUMNS:
            raise UnreadableImport(f"{where} has cells up to column {letters(len(cells))} in row {number}; delete them")
        if cells and (line := _line(number, cells, layout.formulas)) and (any(line.cells) or line.faults):
            blank = range(len(lines) + 1, min(number, MAX_ENTRIES + 2))
            lines += [*(Line(n, []) for n in blank), line]
        if len(lines) > MAX_ENTRIES + 1:
            break  # too long, which is named by the caller
    return Sheet(sheet.title, _with_merged(lines, layout.merged, where), [*_notes(sheet.title, titles, lines, layout)])


def _line(number: int, cells: Sequence[Any], formulas: Mapping[tuple[int, int], bool]) -> Line:
    texts: list[str] = []
    faults: dict[int, str] = {}
    for column, cell in enumerate(cells):
        text, fault = _content(cell)
        if not text and formulas.get((number, column + 1)) is False:  # a text may be empty, as in =""
            fault = "a formula without a stored value; write the value, or save the file in a spreadsheet program"
        texts.append(text)
        if fault:
            faults[column] = fault
    return Line(number, texts, faults)


def _content(cell: Any) -> tuple[str, str]:
    """Return the text of a cell, and what is wrong with it."""
    value = cell.value
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return str(value).lower(), ""
    if cell.data_type == "e":
        return str(value), f"{str(value)!r} is the error of a formula; write the value instead"
    if cell.data_type == "d":
        return _date(value, cell.number_format)
    if isinstance(value, int | float):
        text = format(Decimal(repr(value)), "f").removesuffix(".0")
        is_share = "%" in NOT_SHOWN.sub("", cell.number_format)
        return text, f"the number {text} is shown as a percentage; write it as a text" if is_share else ""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)), ""


def _date(value: object, number_format: str) -> tuple[str, str]:
    """Return a date with the precision in which the cell shows it: spreadsheet programs make a day of each month."""
    if not isinstance(value, date):
        return str(value), f"{str(value)!r} is a time, not a date; write the date as a text, such as 2024-06-18"
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0):
        return value.isoformat(), f"the date {value} has a time of day; leave the time out"
    codes = NOT_SHOWN.sub("", number_format.partition(";")[0]).casefold()
    day = value.isoformat()[:10]
    shown = day if "d" in codes else day[:7] if "m" in codes else day[:4]
    if not day.startswith(shown) or day.removeprefix(shown) not in ("", "-01", "-01-01"):
        return day, f"the cell shows {shown} but holds {day}; write the date that is meant as a text"
    return shown, ""


def _with_merged(lines: Sequence[Line], merged: Sequence[str], where: str) -> list[Line]:
    """Return the lines, with a fault in each cell whose value is that of the range with which it is merged."""
    covered: dict[int, dict[int, str]] = defaultdict(dict)
    left = MAX_MERGED
    for reference in merged:
        start, end = reference.split(":") if ":" in reference else (reference, reference)
        first, column = _row_of(start), _column_of(start)
        rows = range(first, min(_row_of(end), len(lines)) + 1)
        columns = range(column, min(_column_of(end), len(lines[0].cells) if lines else 0) + 1)
        left -= len(rows) * len(columns)
        if left < 0:
            raise UnreadableImport(f"{where} has more than {MAX_MERGED:,} merged cells; unmerge them")
        what = f"this cell is merged with {start}; unmerge the cells, and write the value into each"
        for row in rows:
            covered[row] |= {c - 1: what for c in columns if (row, c) != (first, column)}
    return [
        line._replace(faults={**line.faults, **covered[line.number]}) if any(line.cells) else line for line in lines
    ]


def _row_of(reference: str) -> int:
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _notes(title: str, titles: Sequence[str], lines: Sequence[Line], layout: Layout) -> Iterator[str]:
    others = [other for other in titles if other != title]
    if others and not {*others} <= {LISTS, HELP}:
        yield f"only the sheet {title!r} is read; there are also {', '.join(map(repr, others))} (--sheet NAME)"
    used = {column + 1 for line in lines for column, text in enumerate(line.cells) if text}
    if rows := [line.number for line in lines if line.number in layout.hidden_rows and any(line.cells)]:
        yield f"hidden rows are read too: {_listed(map(str, rows))}"
    if columns := sorted(column for column in used if layout.hidden_columns[column]):
        yield f"hidden columns are read too: {_listed(map(letters, columns))}"
    faults = {(line.number, column + 1) for line in lines for column in line.faults}
    if taken := len(layout.formulas.keys() - faults):
        yield f"formulas are not computed: the stored value of {taken} was taken"


def _listed(names: Iterable[str]) -> str:
    first = [*names]
    return ", ".join(first[:10]) + (f" and {len(first) - 10} more" if len(first) > 10 else "")
