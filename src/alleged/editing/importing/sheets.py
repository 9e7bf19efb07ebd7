"""Tables of claims: their columns, and their rows from CSV and XLSX files."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from alleged.editing.importing import workbooks
from alleged.editing.importing.entries import (
    Entries,
    Entry,
    Line,
    UnreadableImport,
    decode,
    limited,
    without_empty,
)
from alleged.editing.importing.workbooks import letters
from alleged.editing.known import Problem
from alleged.editing.typed import top_fields
from alleged.schemas import definitions
from alleged.schemas.definitions import field, fields
from alleged.schemas.vocabularies import closest

NOT_TYPED = frozenset(
    {"id", "allow", "status", "status_reason", "status_on", "sources", "quantities", "response_sought", "recorded"}
)
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

FIRST = (
    "source",
    "claimant",
    "on_behalf_of",
    "act",
    "stance",
    "topic",
    "said",
    "mode",
    "summary",
    "quote",
    "gloss",
    *FIGURE,
    *(f"source_{name}" for name in OF_SOURCE),
)
"""Columns that most rows need, in the order in which a reader of an article finds them out."""

OF_APPEARANCE = ("quote", "gloss", "locator")
"""Fields of the appearance of a claim in its source."""

ADVICE = 'rename these columns, or give a file with lines such as `Speaker: claimant` to --map; `""` leaves one out'

COMMENT = "# "

MAX_BEFORE_HEADER = 30
"""Lines among which the header is looked for, to name it."""


def columns() -> dict[str, str]:
    """Return the columns of a table of claims, in order, each with its description."""
    described = {"source": "Address or id of the source in which the claim appears."}
    described |= {
        str(f.path[0]): _about("claims", str(f.path[0])) for f in top_fields("claims") if f.path[0] not in NOT_TYPED
    }
    described |= {name: str(field("claims", ("sources", "*", name))["description"]) for name in OF_APPEARANCE}
    described |= {name: str(field("claims", ("quantities", "*", name))["description"]) for name in FIGURE}
    described["figure"] = "Figures as pairs, separated by semicolons: low=1000 bound=gt unit=container."
    described |= {f"source_{name}": _about("sources", name) for name in OF_SOURCE}
    return {name: described[name] for name in (*FIRST, *(name for name in described if name not in FIRST))}


def _about(kind: str, name: str) -> str:
    return str(field(kind, (name,))["description"])


def schemas_of(column: str) -> list[Mapping[str, Any]]:
    """Return the schema of the field that a column stands for, and that of its items if it is a list."""
    kind, name = ("sources", column.removeprefix("source_")) if column.startswith("source_") else ("claims", column)
    paths = [(name,), (name, "*"), *([("quantities", "*", name)] if name in FIGURE else [])]
    return [f.schema for f in fields(kind) if f.path in paths]


def list_of(column: str) -> str:
    """Return the name of the code list of a column; empty for other columns."""
    return next(filter(None, map(definitions.list_of, schemas_of(column))), "")


def codes_of(column: str) -> list[str]:
    """Return the codes that a column takes; none for other columns."""
    return [code for schema in schemas_of(column) for code in definitions.codes_of(schema)]


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
    lines: list[Line] = []
    start = 1
    try:
        for cells in reader:
            lines.append(Line(start, cells, _formulas(cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableImport(f"{name}:{start}: the row that begins here cannot be read: {error}") from None
    return _entries(lines, name, mapping)


def read_xlsx(content: bytes, name: str, mapping: Mapping[str, str], sheet: str = "") -> Entries:
    """Return the rows of an XLSX file: of the sheet with this name, or else of the first that is not hidden.

    Raises:
        UnreadableImport: The file is damaged, encrypted or too large, the header is wrong, or openpyxl is missing.
    """
    found = workbooks.read_sheet(content, name, sheet)
    width = _width(found.lines[0].cells) if found.lines else 0
    padding = [""] * width
    lines = [line._replace(cells=[*line.cells, *padding][: max(width, _width(line.cells))]) for line in found.lines]
    entries = _entries(lines, f"{name}, sheet {found.title!r}", mapping)
    return entries._replace(notes=[*found.notes, *entries.notes])


def _width(cells: Sequence[str]) -> int:
    """Return the number of cells up to the last one with text."""
    return max((number for number, text in enumerate(cells, 1) if text.strip()), default=0)


def _entries(lines: Sequence[Line], where: str, mapping: Mapping[str, str]) -> Entries:
    used = {index for line in lines[1:] for index, text in enumerate(line.cells) if text.strip()}
    header = _header(_header_line(lines, where, mapping).cells, used, where, mapping)
    entries = limited([_entry(line, header) for line in lines[1:]], where)
    left_out = [title for title, target in mapping.items() if not target]
    notes = [f"left out by the map: {', '.join(map(repr, left_out))}"] if left_out else []
    return Entries(
        "claims", "row", entries, notes, columns={name: letters(n) for n, name in enumerate(header, 1) if name}
    )


def _header_line(lines: Sequence[Line], where: str, mapping: Mapping[str, str]) -> Line:
    """Return the first line, which must be the header.

    Raises:
        UnreadableImport: It is empty, or the header is in another line.
    """
    titles = {*columns(), *map(_plain, mapping)}
    alike = {line.number: len(titles.intersection(map(_plain, line.cells))) for line in lines[:MAX_BEFORE_HEADER]}
    header = next((number for number, count in alike.items() if count > 1), 1)
    if not alike.get(1) and header > 1:
        raise UnreadableImport(f"{where}: the header is in row {header}, not in row 1; delete the rows above it")
    if not lines or not any(cell.strip() for cell in lines[0].cells):
        raise UnreadableImport(f"{where}: row 1 has no header; 'alleged import --template table.csv' writes one")
    return lines[0]


def _header(cells: Sequence[str], used: Collection[int], where: str, mapping: Mapping[str, str]) -> list[str]:
    """Return the column that each cell of the header means; an empty text for a column that is left out or not used.

    Raises:
        UnreadableImport: A column is unknown, without a name, or there twice; all are named.
    """
    known = columns()
    wrong: list[str] = []
    header: list[str] = []
    unused = {_plain(title) for title in mapping}
    targets = {_plain(title): target for title, target in mapping.items()}
    for number, title in enumerate(cells, 1):
        place = f"{where}: row 1, column {letters(number)}"
        unused.discard(_plain(title))
        column = targets.get(_plain(title), _plain(title))
        if column and column in header:
            wrong.append(f"{place} ({title!r}) means {column!r}, as column {letters(header.index(column) + 1)} does")
        elif column and column not in known:
            close = closest(column, known)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            wrong.append(f"{place} ({title!r}) is no field of a claim{hint}")
        elif not column and _plain(title) not in targets and number - 1 in used:
            wrong.append(f"{place} has no name")
        header.append(column)
    wrong += [f"{where}: the map names a column {title!r}, which is not there" for title in sorted(unused)]
    if wrong:
        raise UnreadableImport(*wrong, ADVICE, f"fields: {', '.join(known)}")
    return header


def _plain(title: str) -> str:
    return "_".join(title.strip().casefold().replace("-", " ").replace("_", " ").split())


def _entry(line: Line, header: Sequence[str]) -> Entry:
    if not any(cell.strip() for cell in line.cells) and not line.faults:
        return Entry(line.number, {}, blank="empty")
    if line.cells and line.cells[0].startswith(COMMENT):
        return Entry(line.number, {}, blank="a comment")
    texts = without_empty((column, text) for column, text in zip(header, line.cells, strict=False) if column)
    return Entry(line.number, texts, list(_faults(line, header)))


def _faults(line: Line, header: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong in a row as such: its length, and single cells."""
    if len(line.cells) != len(header):
        yield Problem(
            "row",
            f"the row has {len(line.cells)} cells, the header {len(header)}; "
            "is a cell with a comma in quotes, and has each column a title?",
        )
    for index, fault in sorted(line.faults.items()):
        if index < len(header) and header[index]:
            yield Problem(header[index], fault)


def _formulas(cells: Sequence[str]) -> dict[int, str]:
    """Return the cells of a CSV file that are formulas, or errors of formulas, by their index."""
    found: dict[int, str] = {}
    for index, text in enumerate(map(str.strip, cells)):
        if FORMULA.match(text):
            found[index] = f"{text[:40]!r} is a formula; write its value instead"
        elif FAILED.fullmatch(text):
            found[index] = f"{text!r} is the error of a formula; write the value instead"
    return found
