"""Empty tables of claims to fill in: CSV, and XLSX with drop-downs of codes, actors and topics."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile, ZipInfo

from alleged.editing.importing.entries import MAX_ENTRIES, UnreadableImport
from alleged.editing.importing.sheets import COMMENT, codes_of, columns, list_of, schemas_of
from alleged.editing.importing.workbooks import HELP, LISTS, letters
from alleged.editing.typed import type_of
from alleged.records.corpus import Corpus
from alleged.schemas.vocabularies import vocabulary

CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - the first day that a ZIP archive can name, without a zone
"""Date in every template: the same input gives the same bytes."""

NUMBERS = frozenset({"low", "point", "high"})
WIDTHS = {"source": 40, "summary": 50, "quote": 30, "gloss": 30, "topic": 34}
"""Widths of columns, in characters, where they differ from 16."""

TREE = "Which act? Go through the questions from the top; the first yes decides."


def csv_template() -> str:
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


def xlsx_template(corpus: Corpus, name: str) -> bytes:
    """Return an empty workbook: a sheet of claims with drop-downs, the lists behind them, and the questions for acts.

    Raises:
        UnreadableImport: openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise UnreadableImport(
            f"writing {name} needs openpyxl: pip install 'alleged[export]'; or name a file that ends in .csv"
        ) from None
    book = Workbook()
    book.properties.creator, book.properties.created = "alleged", CREATED
    book.remove(book.worksheets[0])
    claims, lists, tree = (book.create_sheet(title) for title in ("claims", LISTS, HELP))
    _fill_claims(claims, _fill_lists(lists, corpus))
    _fill_help(tree)
    saved = BytesIO()
    book.save(saved)
    return _without_clock(saved.getvalue())


def _fill_claims(sheet: Any, ranges: Mapping[str, str]) -> None:
    """Write the header, its comments, and a drop-down for each column that has a list; `ranges` are those of lists."""
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    described = columns()
    _write_row(sheet, 1, [*described], bold=True)
    for number, (name, text) in enumerate(described.items(), 1):
        letter, listed = letters(number), _list_behind(name)
        several = " Several are separated by commas." if _takes_several(name) else ""
        sheet.cell(1, number).comment = Comment(f"{text}{several}", "alleged", height=140, width=320)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 16)
        if name not in NUMBERS:
            sheet.column_dimensions[letter].number_format = "@"  # text, so that 2024-06 does not become a day
        if listed in ranges:
            choice = DataValidation("list", formula1=ranges[listed], allow_blank=True)
            choice.showErrorMessage = listed not in ("actors", "topics") and not several
            choice.error = f"This is none of the codes in the sheet '{LISTS}'."
            choice.add(f"{letter}2:{letter}{MAX_ENTRIES + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "B2"


def _fill_lists(sheet: Any, corpus: Corpus) -> dict[str, str]:
    """Write each list as two columns, codes or ids and what they mean, and return the cells of the former by list."""
    ranges: dict[str, str] = {}
    for number, (listed, rows) in enumerate(_lists(corpus)):
        column = 2 * number + 1
        for row, (code, meaning) in enumerate([(listed, "meaning"), *rows], 1):
            _write(sheet, row, column, code, bold=row == 1)
            _write(sheet, row, column + 1, meaning, bold=row == 1)
        letter = letters(column)
        sheet.column_dimensions[letter].width = sheet.column_dimensions[letters(column + 1)].width = 30
        if rows:
            ranges[listed] = f"{LISTS}!${letter}$2:${letter}${len(rows) + 1}"
    sheet.freeze_panes = "A2"
    return ranges


def _lists(corpus: Corpus) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Yield the name and the rows of each list: actors, topics, then codes in the order of the columns."""
    yield "actors", sorted((actor.id, actor["name"]) for actor in corpus.active("actors"))
    yield "topics", sorted((topic.id, topic["question"]) for topic in corpus.active("topics"))
    for listed in dict.fromkeys(filter(None, map(list_of, columns()))):
        yield listed, [(code.code, f"{code.label}: {code.definition}") for code in vocabulary(listed).values()]


def _fill_help(sheet: Any) -> None:
    """Write the decision tree of acts, a question in each row."""
    _write(sheet, 1, 1, TREE, bold=True)
    _write_row(sheet, 2, ["no.", "question", "if yes", "meaning", "for example"], bold=True)
    for number, code in enumerate(vocabulary("act").values(), 1):
        cells = [str(number), code.test or "", code.code, code.definition, "\n".join(code.examples)]
        _write_row(sheet, number + 2, cells)
    for letter, width in zip("ABCDE", (5, 60, 16, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"


def _write_row(sheet: Any, row: int, texts: Sequence[str], bold: bool = False) -> None:
    for column, text in enumerate(texts, 1):
        _write(sheet, row, column, text, bold)


def _write(sheet: Any, row: int, column: int, text: str, bold: bool = False) -> None:
    """Write a text as a text: names from records never become formulas, not even when the cell is edited."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@", "\t", "\r"))
    cell.alignment = Alignment(vertical="top", wrap_text=sheet.title == HELP and row > 2)
    if bold:
        cell.font = Font(bold=True)


def _list_behind(column: str) -> str:
    """Return the name of the list that a column offers; empty if it takes other texts."""
    kinds = [kind for schema in schemas_of(column) for kind in schema.get("x-kinds", ())]
    return list_of(column) or next((kind for kind in kinds if kind in ("actors", "topics")), "")


def _takes_several(column: str) -> bool:
    return any(type_of(schema) == "list" for schema in schemas_of(column))


def _without_clock(content: bytes) -> bytes:
    """Return an archive without the times at which its parts were written, and without compression, which varies."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as archive, ZipFile(out, "w") as fixed:
        for part in archive.infolist():
            text = archive.read(part)
            if part.filename == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", text)
            fixed.writestr(ZipInfo(part.filename), text)
    return out.getvalue()
