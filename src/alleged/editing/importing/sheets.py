"""Tables of claims: CSV, and XLSX where openpyxl is installed."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from itertools import islice

from alleged.editing.importing.entries import (
    MAX_ENTRIES,
    Entries,
    Entry,
    UnreadableImport,
    decode,
    limited,
    without_empty,
)
from alleged.editing.known import Problem
from alleged.editing.typed import top_fields
from alleged.schemas.definitions import field, fields
from alleged.schemas.vocabularies import closest

NOT_TYPED = frozenset({"id", "allow", "status", "status_reason", "status_on", "sources", "quantities", "recorded"})
"""Fields of a claim without a column of their own."""

FIGURE = ("low", "point", "high", "bound", "unit", "window", "verbatim")
"""Columns of the one figure of a row; several figures are written as pairs in the column `figure`."""

OF_SOURCE = ("title", "publisher", "published", "published_basis", "lang", "kind", "seen")
"""Fields of a new source, as columns that begin with `source_`."""

DELIMITERS = ",;\t"

FORMULA = re.compile(r"=|[@+-]\s*[A-Za-z_.]+\(|[@+-]\s*\$?[A-Z]{1,3}\$?[0-9]+\b|[@+-].*\|.*!")
"""Beginnings of cells that a spreadsheet program would run."""

FAILED = re.compile(r"#(REF|N/A|NAME\?|VALUE|DIV/0|NUM|NULL)!?")
"""Values of formulas that failed."""

COMMENT = "# "

MAX_COLUMNS = 200
"""Columns of an XLSX file that are read."""


def columns() -> dict[str, str]:
    """Return the columns of a table of claims, in order, each with its description."""
    described = {"source": "Address or id of the source in which the claim appears."}
    described |= {f"source_{name}": _about("sources", name) for name in OF_SOURCE}
    described |= {
        str(f.path[0]): _about("claims", str(f.path[0])) for f in top_fields("claims") if f.path[0] not in NOT_TYPED
    }
    described |= {name: str(field("claims", ("sources", "*", name))["description"]) for name in ("quote", "locator")}
    described |= {name: str(field("claims", ("quantities", "*", name))["description"]) for name in FIGURE}
    return described | {"figure": "Figures as pairs, separated by semicolons: low=1000 bound=gt unit=container."}


def _about(kind: str, name: str) -> str:
    return str(field(kind, (name,))["description"])


def codes_of(column: str) -> list[str]:
    """Return the codes that a column takes; none for other columns."""
    kind, name = ("sources", column.removeprefix("source_")) if column.startswith("source_") else ("claims", column)
    paths = [(name,), (name, "*"), *([("quantities", "*", name)] if name in FIGURE else [])]
    schemas = (f.schema for f in fields(kind) if f.path in paths)
    return [option["const"] for schema in schemas for option in schema.get("oneOf", ()) if "const" in option]


def template() -> str:
    """Return an empty table as CSV: the header, and a comment row that explains columns and codes."""
    out = StringIO()
    described = columns()
    notes = [
        f"{text}{' One of: ' + ', '.join(codes_of(name)) if codes_of(name) else ''}" for name, text in described.items()
    ]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(described)
    writer.writerow([COMMENT + notes[0], *notes[1:]])
    return out.getvalue()


def read_csv(content: bytes, name: str, mapping: Mapping[str, str]) -> Entries:
    """Return the rows of a CSV file; commas, semicolons or tabs separate the cells.

    Raises:
        UnreadableImport: The encoding, the quotation marks or the header are wrong.
    """
    if content.startswith(b"PK\x03\x04"):
        raise UnreadableImport(f"{name} is not CSV but perhaps XLSX; give the file its suffix .xlsx, or save it as CSV")
    text = decode(content, name)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableImport(f"{name}:{start}: the row that begins here cannot be read: {error}") from None
    return _entries(lines, name, mapping)


def read_xlsx(content: bytes, name: str, mapping: Mapping[str, str]) -> Entries:
    """Return the rows of the first sheet of an XLSX file.

    Raises:
        UnreadableImport: The file is damaged, or the header is wrong.
        AllegedError: openpyxl is not installed.
    """
    try:
        from openpyxl import load_workbook  # type: ignore[import-not-found]
    except ImportError:
        raise UnreadableImport(
            f"reading {name} needs openpyxl: pip install 'alleged[export]'; or save the sheet as CSV UTF-8"
        ) from None
    try:
        book = load_workbook(BytesIO(content), read_only=True)
        sheet = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        rows = [[_cell(value) for value in row] for row in islice(sheet, MAX_ENTRIES + 2)]
    except Exception as error:  # noqa: BLE001 - a damaged archive raises many kinds
        raise UnreadableImport(f"{name} cannot be read as XLSX: {error}") from None
    while rows and rows[0] and not rows[0][-1]:  # empty columns at the right
        if any(row[len(rows[0]) - 1] for row in rows):
            break
        rows = [row[:-1] for row in rows]
    notes = [f"only the first of {len(book.worksheets)} sheets is read"] if len(book.worksheets) > 1 else []
    return _entries(list(enumerate(rows, 1)), name, mapping)._replace(notes=notes)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _entries(lines: Sequence[tuple[int, list[str]]], name: str, mapping: Mapping[str, str]) -> Entries:
    if not lines or not any(cell.strip() for cell in lines[0][1]):
        raise UnreadableImport(f"{name}:1: there is no header; 'alleged import --template table.csv' writes one")
    header = _header(lines[0][1], name, mapping)
    return Entries("claims", "row", limited([_entry(n, cells, header) for n, cells in lines[1:]], name))


def _header(cells: Sequence[str], name: str, mapping: Mapping[str, str]) -> list[str]:
    """Return the column that each cell of the header means; an empty text for a column that is left out.

    Raises:
        UnreadableImport: A column is unknown, without a name, or there twice; all are named.
    """
    known = columns()
    wrong: list[str] = []
    header: list[str] = []
    unused = {_plain(title) for title in mapping}
    targets = {_plain(title): target for title, target in mapping.items()}
    for number, title in enumerate(cells, 1):
        place = f"{name}:1: column {number}"
        unused.discard(_plain(title))
        column = targets.get(_plain(title), _plain(title))
        if column and column in header:
            wrong.append(f"{place} ({title!r}) means {column!r}, as column {header.index(column) + 1} does")
        elif column and column not in known:
            close = closest(column, known)
            hint = f"did you mean {close[0]!r}?" if close else "see 'alleged import --template table.csv'"
            wrong.append(f'{place} ({title!r}) is no field of a claim; {hint} Map it with --map; to "" to leave it out')
        elif not column and _plain(title) not in targets:
            wrong.append(f"{place} has no name")
        header.append(column)
    wrong += [f"{name}:1: the map names a column {title!r}, which is not there" for title in sorted(unused)]
    if wrong:
        raise UnreadableImport(*wrong)
    return header


def _plain(title: str) -> str:
    return "_".join(title.strip().casefold().replace("-", " ").replace("_", " ").split())


def _entry(number: int, cells: Sequence[str], header: Sequence[str]) -> Entry:
    if not any(cell.strip() for cell in cells):
        return Entry(number, {}, blank="empty")
    if cells[0].startswith(COMMENT):
        return Entry(number, {}, blank="a comment")
    texts = without_empty((column, text) for column, text in zip(header, cells, strict=False) if column)
    return Entry(number, texts, list(_faults(cells, header)))


def _faults(cells: Sequence[str], header: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong in a row as such: its length, and cells that are formulas or failed ones."""
    if len(cells) != len(header):
        yield Problem(
            "row", f"the row has {len(cells)} cells, the header {len(header)}; is a cell with a comma in quotes?"
        )
    for number, (column, text) in enumerate(zip(header, cells, strict=False), 1):
        if FORMULA.match(text.strip()):
            yield Problem(column, f"column {number} is a formula, {text.strip()[:40]!r}; write its value instead")
        elif FAILED.fullmatch(text.strip()):
            yield Problem(
                column, f"column {number} is {text.strip()!r}, the error of a formula; write the value instead"
            )
