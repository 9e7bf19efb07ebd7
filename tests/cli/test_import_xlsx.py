"""`alleged import` of XLSX files: read as CSV is, with care for what cells hide; and templates with drop-downs."""

import csv
import re
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from alleged.editing.importing import workbooks
from alleged.editing.importing.workbooks import letters
from alleged.project import Project
from importing import FILES, ROW, imported, lines_of, state_of, verdicts, with_cast
from inside import run_inside


@pytest.fixture
def cast(project: Project) -> Project:
    return with_cast(project)


def workbook(project: Project, *rows: Mapping[str, Any], name: str = "t.xlsx") -> Path:
    """Write a file with a header and rows; the header has the columns of all rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    header = [*dict.fromkeys(column for row in rows for column in row)]
    sheet.append(header)
    for row in rows:
        sheet.append([row.get(column) for column in header])
    book.save(project.root / name)
    return project.root / name


def changed(path: Path, part: str, change: Any) -> None:
    """Replace the content of a part of a file by what `change` returns for it."""
    with ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[part] = change(parts.get(part, b""))
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def summary_of(project: Project) -> str:
    """Return the summaries of the claims that were written."""
    texts = (path.read_text() for path in sorted((project.claims / "import").glob("*.yaml")))
    return "\n".join(re.findall(r"summary: .*", "".join(texts)))


# Reading.


def as_typed(column: str, text: str) -> Any:
    """Return what a spreadsheet program makes of a text: dates, numbers, formulas."""
    if column in ("said", "source_published") and re.fullmatch(r"\d{4}-\d\d-\d\d", text) and text != "2024-02-30":
        return date.fromisoformat(text)
    return int(text) if text.isdecimal() else text or None


def as_xlsx(path: Path, target: Path) -> None:
    """Write the cells of a CSV file as those of an XLSX file, with their types."""
    book = Workbook()
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    for row in (header, *rows):
        typed = [as_typed(column, text) for column, text in zip([*header, ""], row, strict=False)]
        book.worksheets[0].append(header if row is header else typed)
    book.save(target)


def test_the_40_rows_have_the_same_outcome_as_csv_and_as_xlsx(cast: Project, tmp_path_factory: Any) -> None:
    other = Project(tmp_path_factory.mktemp("other"))
    (other.root / "claims").mkdir()
    with_cast(other)
    as_xlsx(FILES / "claims.csv", other.root / "claims.xlsx")

    first = imported(cast, FILES / "claims.csv", "--by", "me", "--write")
    second = imported(other, "claims.xlsx", "--by", "me", "--write")

    assert len(verdicts(first)) == 40
    assert verdicts(second) == verdicts(first)
    written = state_of(other)
    written.pop("claims.xlsx")
    assert written == state_of(cast)
    numbers = {n for n, state in verdicts(first).items() if state == "open"} - {26, 28}  # no value, and no short rows
    assert [lines_of(second, n) for n in numbers] == [lines_of(first, n) for n in numbers]


@pytest.mark.parametrize("name", ["claims.csv", "claims.xlsx"])
def test_an_import_twice_changes_no_byte_of_the_project_and_accounts_for_each_row(cast: Project, name: str) -> None:
    as_xlsx(FILES / "claims.csv", cast.root / "claims.xlsx")
    (cast.root / "claims.csv").write_bytes((FILES / "claims.csv").read_bytes())
    done = imported(cast, name, "--by", "me", "--write")
    before = state_of(cast)

    again = imported(cast, name, "--by", "me", "--write")

    assert state_of(cast) == before
    for result in (done, again):
        assert verdicts(result).keys() == {*range(2, 42)}
        assert all(len(lines_of(result, n)) > len(f"row {n}: open: ") for n in range(2, 42))
    assert "ready" not in verdicts(again).values()


def test_a_file_of_libreoffice_is_read_as_its_cells_show_it(cast: Project) -> None:
    done = imported(cast, FILES / "libreoffice.xlsx", "--by", "me", "--write")

    assert verdicts(done) == dict.fromkeys([2, 3, 4, 6, 7, 8, 13, 14], "ready") | {5: "blank"} | dict.fromkeys(
        [9, 10, 11, 12], "open"
    )
    written = (cast.claims / "import" / "gazette-2023-10-20.yaml").read_text()
    assert "said: 2023-10-02\n" in written
    assert "said: 2023-09\n" in written, "a cell that shows a month is no day"
    assert "said: ../2023-10-14\n" in written
    assert "low: 1000\n" in written
    assert "low: 12.5\n" in written
    assert "summary: Trains carried shells.\n" in written, "the stored value of a formula"
    assert 'summary: "=it came by train"\n' in written or "summary: =it came by train\n" in written
    assert "'tis so" in written
    assert "column B, claimant: this cell is merged with B8" in lines_of(done, 9)
    assert "column F, summary: '#DIV/0!' is the error of a formula" in lines_of(done, 10)
    assert "column E, said: the date 2023-10-11 14:30:00 has a time of day" in lines_of(done, 11)
    assert lines_of(done, 12) == (
        "row 12: open: column H, low: the number 0.25 is shown as a percentage; write it as a text"
    )
    for note in (
        "only the sheet 'Claims' is read; there are also 'Old' (--sheet NAME)",
        "hidden rows are read too: 7",
        "hidden columns are read too: K",
        "formulas are not computed: the stored value of 1 was taken",
    ):
        assert f"{note}\n" in done.stdout


def test_another_sheet_is_read_by_name(cast: Project) -> None:
    done = imported(cast, FILES / "libreoffice.xlsx", "--by", "me", "--sheet", "old")
    assert verdicts(done) == {2: "ready"}

    done = imported(cast, FILES / "libreoffice.xlsx", "--by", "me", "--sheet", "Older")
    assert done.stderr == "error: libreoffice.xlsx has no sheet 'Older'; there are 'Claims', 'Old'\n"
    assert "has no sheets" in imported(cast, FILES / "claims.csv", "--by", "me", "--sheet", "x").stderr


def test_the_first_sheet_that_is_not_hidden_is_read(cast: Project) -> None:
    path = workbook(cast, ROW)
    book = load_workbook(path)
    hidden = book.create_sheet("Drafts", 0)
    hidden.append(["nothing"])
    hidden.sheet_state = "hidden"
    book.active = 1
    book.save(path)

    assert verdicts(imported(cast, path, "--by", "me")) == {2: "ready"}


def test_a_formula_without_a_stored_value_is_named_and_a_text_that_looks_like_one_is_a_text(cast: Project) -> None:
    path = workbook(cast, {**ROW, "summary": '=CONCATENATE("a","b")'}, {**ROW, "note": "=1+1"}, {**ROW, "note": "-x"})
    book = load_workbook(path)
    book.worksheets[0]["H3"].data_type = "s"
    book.save(path)
    done = imported(cast, path, "--by", "me")

    assert "column F, summary: a formula without a stored value" in lines_of(done, 2)
    assert [verdicts(done)[n] for n in (2, 3)] == ["open", "ready"]


@pytest.mark.parametrize(
    ("value", "form", "outcome"),
    [
        (date(2023, 10, 1), "mmm-yy", "said: 2023-10\n"),
        (date(2023, 1, 1), "yyyy", 'said: "2023"\n'),
        (date(2023, 10, 5), '[$-407]d. mmmm yyyy;"year"', "said: 2023-10-05\n"),
        (datetime(2023, 10, 5, 0, 0), "d/m/yy h:mm", "said: 2023-10-05\n"),  # noqa: DTZ001 - as openpyxl has it
        (2023, "General", 'said: "2023"\n'),
        ("2023-10-05~", "@", "said: 2023-10-05~\n"),
        (date(2023, 10, 5), "mmm-yy", "column E, said: the cell shows 2023-10 but holds 2023-10-05"),
        (date(2023, 10, 1), "yyyy", "the cell shows 2023 but holds 2023-10-01"),
        (0.5, "h:mm", "column E, said: '12:00:00' is a time, not a date"),
        (99_999_999, "yyyy-mm-dd", "'#VALUE!' is the error of a formula"),
    ],
)
def test_a_date_is_read_with_the_precision_that_its_cell_shows(
    cast: Project, value: Any, form: str, outcome: str
) -> None:
    path = workbook(cast, {**ROW, "said": None})
    book = load_workbook(path)
    book.worksheets[0]["E2"].value = value
    book.worksheets[0]["E2"].number_format = form
    book.save(path)
    done = imported(cast, path, "--by", "me", "--write")

    written = "".join(text.decode() for name, text in state_of(cast).items() if name.startswith("claims/import/"))
    assert outcome in written + done.stdout


def test_numbers_have_no_point_that_was_not_typed(cast: Project) -> None:
    path = workbook(cast, *({**ROW, "said": f"2023-10-{n + 10}", "low": low, "bound": "gt", "unit": "container"}
                            for n, low in enumerate((1000.0, 1e14, 0.1, 12_345_678))))  # fmt: skip
    imported(cast, path, "--by", "me", "--write")

    written = (cast.claims / "import" / "gazette-2023-10-20.yaml").read_text()
    assert re.findall(r"low: (\S+)", written) == ["1000", "100000000000000", "0.1", "12345678"]


@pytest.mark.parametrize("written", [b"1000.0", b"1E3", b"1000"])
def test_a_whole_number_is_whole_however_a_program_writes_it(cast: Project, written: bytes) -> None:
    path = workbook(cast, {**ROW, "low": 1000, "bound": "gt", "unit": "container"})
    changed(path, SHEET, lambda text: text.replace(b"<v>1000<", b"<v>" + written + b"<"))
    imported(cast, path, "--by", "me", "--write")

    assert "low: 1000\n" in (cast.claims / "import" / "gazette-2023-10-20.yaml").read_text()


def test_empty_columns_titles_with_spaces_and_capital_letters_are_fine(cast: Project) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([None, *(f" {name.title()} " for name in ROW), None])
    sheet.append([None, *(text.upper() if text in ("allege", "norway", "past") else text for text in ROW.values())])
    sheet.cell(500, 1).number_format = "@"
    sheet.cell(3, 40).number_format = "@"
    book.save(cast.root / "t.xlsx")

    done = imported(cast, "t.xlsx", "--by", "me", "--write")

    assert verdicts(done) == {2: "ready"}
    assert "act: allege\n" in (cast.claims / "import" / "gazette-2023-10-20.yaml").read_text()


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_header_that_is_not_in_the_first_row_is_named(cast: Project, name: str) -> None:
    rows = [["Claims of October"], [], [*ROW], [*ROW.values()]]
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(cast.root / "t.xlsx")
    (cast.root / "t.csv").write_text("".join(",".join(row) + "\n" for row in rows))

    where = {"t.csv": "t.csv", "t.xlsx": "t.xlsx, sheet 'Sheet'"}[name]
    message = f"error: {where}: the header is in row 3, not in row 1; delete the rows above it\n"
    assert imported(cast, name, "--by", "me").stderr == message


def test_a_wrong_title_is_named_with_sheet_row_and_column(cast: Project) -> None:
    done = imported(cast, workbook(cast, {**ROW, "Claimnt": "x"}), "--by", "me")

    assert "t.xlsx, sheet 'Sheet': row 1, column H ('Claimnt') is no field of a claim; did you mean 'claimant'?" in (
        done.stderr
    )


def test_problems_of_many_rows_are_listed_once_more_with_their_number(cast: Project) -> None:
    done = imported(cast, workbook(cast, *({**ROW, "claimant": "ann", "note": str(n)} for n in range(6))), "--by", "me")

    assert done.stdout.splitlines()[-2].startswith("6 rows: column B, claimant: there is no actor 'ann'")


def test_control_characters_that_a_sheet_writes_in_escapes_are_named(cast: Project) -> None:
    done = imported(cast, workbook(cast, {**ROW, "note": "a_x001B_b"}), "--by", "me")

    assert "column H, note: the text has the character U+001B" in lines_of(done, 2)


def test_5000_rows_take_seconds(cast: Project) -> None:
    path = workbook(cast, *({**ROW, "note": f"Row {n}"} for n in range(5_000)))
    start = time.process_time()
    done = imported(cast, path, "--by", "me")

    assert len(verdicts(done)) == 5_000
    assert time.process_time() - start < 30  # 2 s on a free computer


# Files that are no tables.


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


WORKBOOK = {"xl__workbook.xml": b"<workbook/>"}
WITH_BZIP2 = BytesIO()
with ZipFile(WITH_BZIP2, "w", ZIP_BZIP2) as packed:
    packed.writestr("xl/workbook.xml", b"<workbook/>")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t.xlsx cannot be read as XLSX: it is damaged, or of another format"),
        (b"source,claimant\n", "or of another format; save the table as XLSX or CSV UTF-8"),
        (b"PK\x03\x04", "t.xlsx cannot be read as XLSX: it is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "t.xlsx has a password, or is a file of Excel 97 to 2003"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "it is another format"),
        (zipped(**WORKBOOK), "t.xlsx cannot be read as XLSX"),
        (WITH_BZIP2.getvalue(), "compressed in an unusual way"),
        (zipped(**WORKBOOK, bomb=bytes(workbooks.MAX_UNPACKED)), "t.xlsx has more than 64 MiB when unpacked"),
        (zipped(**WORKBOOK, **{f"p{n}": b"" for n in range(1_001)}), "more than 1,000 parts"),
        (zipped(**WORKBOOK, many__xml=b"") [:-30], "it is damaged"),
    ],
    ids=lambda value: str(value)[:12] if isinstance(value, bytes) else "",
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_named(cast: Project, content: bytes, message: str) -> None:
    (cast.root / "t.xlsx").write_bytes(content)
    done = imported(cast, "t.xlsx", "--by", "me")

    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 99 + b'"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


COLUMNS = b'<cols><col min="1" max="999999999" hidden="1"/></cols><sheetData>'


def test_hidden_columns_without_end_cost_nothing(cast: Project) -> None:
    path = workbook(cast, ROW)
    changed(path, SHEET, lambda text: text.replace(b"<sheetData>", COLUMNS))

    assert "hidden columns are read too: A, B, C" in imported(cast, path, "--by", "me").stdout


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (SHEET, lambda text: LAUGHS + text, "sheet1.xml has a document type"),
        ("xl/sharedStrings.xml", lambda text: OUTSIDE + text, "sharedStrings.xml has a document type"),
        ("xl/styles.xml", lambda _: (LAUGHS.decode() + "<a/>").encode("utf-16"), "styles.xml has a document type"),
        (SHEET, lambda text: text.replace(b'"G2"', b'"' + b"G" * 1_000_000 + b'"'), "is no reference to a cell"),
        ("xl/styles.xml", lambda _: b"<a>" + b"<xf/>" * 1_000_000 + b"</a>", "styles.xml has too many"),
        (SHEET, lambda text: text[:-40], "t.xlsx cannot be read as XLSX"),
        (SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="2000000"'), "goes beyond row 1,048,576"),
        (SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="1"'), "has rows out of order"),
        (SHEET, lambda text: text.replace(b'"G2"', b'"XFD2"'), "has cells up to column XFD in row 2; delete them"),
        (SHEET, lambda _: b"<c>" + b"<v/>" * workbooks.MAX_ELEMENTS + b"</c>", "sheet1.xml has too many"),
        (
            SHEET,
            lambda text: text.replace(b"</sheetData>", b"</sheetData>" + b'<mergeCell ref="A1:XFD9"/>' * 40_000),
            "has more than 500,000 merged cells",
        ),
        (
            SHEET,
            lambda text: text.replace(b't="inlineStr"><is><t>past</t></is>', b't="s"><v>99</v>'),
            "t.xlsx cannot be read as XLSX",
        ),
    ],
)
def test_a_hostile_workbook_is_refused_in_time(cast: Project, part: str, change: Any, message: str) -> None:
    path = workbook(cast, ROW)
    changed(path, part, change)
    start = time.process_time()
    done = imported(cast, path, "--by", "me")

    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.startswith("error: t.xlsx")
    assert time.process_time() - start < 20


def test_merged_ranges_over_the_whole_sheet_cost_nothing(cast: Project) -> None:
    path = workbook(cast, ROW)
    merge = b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 999 + b"</mergeCells>"
    changed(path, SHEET, lambda text: text.replace(b"</sheetData>", merge))

    start = time.process_time()
    assert "this cell is merged with A1" in lines_of(imported(cast, path, "--by", "me"), 2)
    assert time.process_time() - start < 20


def test_many_rows_are_refused_before_they_are_read(cast: Project) -> None:
    path = workbook(cast, ROW)
    rows = b"".join(b'<row r="%d"><c t="str"><v>x</v></c></row>' % n for n in range(3, 20_100))
    changed(path, SHEET, lambda text: text.replace(b"</sheetData>", rows + b"</sheetData>"))

    assert "t.xlsx, sheet 'Sheet' has more than 20,000 entries" in imported(cast, path, "--by", "me").stderr


def test_without_openpyxl_the_message_says_what_to_install(cast: Project) -> None:
    path = workbook(cast, ROW)
    with patch.dict(sys.modules, {"openpyxl": None}):
        read, written = imported(cast, path, "--by", "me"), imported(cast, "--template", "new.xlsx")

    advice = "needs openpyxl: pip install 'alleged[export]'; or"
    assert read.stderr == f"error: reading t.xlsx {advice} save the sheet as CSV UTF-8\n"
    assert written.stderr == f"error: writing new.xlsx {advice} name a file that ends in .csv\n"
    assert not (cast.root / "new.xlsx").exists()


# Templates.


def template(project: Project) -> Workbook:
    done = imported(project, "--template", "new.xlsx")
    assert done.stdout == "wrote new.xlsx; the sheets 'lists' and 'help' explain codes, ids and acts\n", done.stderr
    return load_workbook(project.root / "new.xlsx")


def drop_downs(book: Workbook) -> dict[str, list[Any]]:
    """Return what the drop-down of each column offers."""
    sheet = book["claims"]
    titles = {letters(number): cell.value for number, cell in enumerate(sheet[1], 1)}
    found = {}
    for choice in sheet.data_validations.dataValidation:
        name, _, cells = choice.formula1.partition("!")
        letter = re.match("[A-Z]+", str(choice.sqref))
        assert letter is not None
        found[str(titles[letter[0]])] = [cell.value for (cell,) in book[name][cells.replace("$", "")]]
    return found


def test_a_template_offers_codes_actors_and_topics_and_explains_its_columns(cast: Project) -> None:
    book = template(cast)

    assert book.sheetnames == ["claims", "lists", "help"]
    header = [cell.value for cell in book["claims"][1]]
    assert header[:9] == ["source", "claimant", "on_behalf_of", "act", "stance", "topic", "said", "mode", "summary"]
    assert all(cell.comment is not None and len(cell.comment.text) > 10 for cell in book["claims"][1])
    offered = drop_downs(book)
    assert offered["act"][:2] == ["deny", "dispute"]
    assert offered["stance"] == ["yes", "no", "open"]
    assert {"mode", "hedge", "basis", "unit", "item", "attribution", "source_kind", "bound", "source_seen"} <= {
        *offered
    }
    assert offered["claimant"] == sorted(offered["claimant"])
    assert {"ann-holm", "norway"} <= {*offered["claimant"]}
    assert "shells-to-harbour-state" in offered["topic"]
    names = {row[0].value: row[1].value for row in book["lists"].iter_rows(max_col=2)}
    assert names["ann-holm"] == "Ann Holm"
    assert [cell.value for cell in book["help"][3]][2] == "deny"
    assert book["help"].max_row == 2 + len(offered["act"])


def test_a_template_is_filled_in_and_imported(cast: Project) -> None:
    book = template(cast)
    assert book["claims"].column_dimensions["G"].number_format == "@", "2023-10 must not become a day"
    titles = {cell.value: number for number, cell in enumerate(book["claims"][1], 1)}
    for name, text in ROW.items():
        book["claims"][f"{letters(titles[name])}2"] = text
    book.save(cast.root / "filled.xlsx")

    done = imported(cast, "filled.xlsx", "--by", "me")

    assert verdicts(done) == {2: "ready"}
    assert "sheet" not in done.stdout
    assert "0 rows: nothing" in imported(cast, "new.xlsx", "--by", "me").stdout


def test_the_same_records_give_the_same_template(cast: Project) -> None:
    template(cast)
    first = (cast.root / "new.xlsx").read_bytes()
    (cast.root / "new.xlsx").unlink()
    with patch("openpyxl.writer.excel.datetime") as clock:
        clock.datetime.now.return_value = datetime(2031, 5, 5)  # noqa: DTZ001 - as openpyxl has it
        template(cast)

    assert (cast.root / "new.xlsx").read_bytes() == first
    with ZipFile(cast.root / "new.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


HOSTILE = ("=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "{=1}")


def test_names_of_records_never_become_formulas(cast: Project) -> None:
    actors = "".join(
        f"  - {{id: odd-{n}, name: {name!r}, kind: organ}}\n" for n, name in enumerate(HOSTILE) if "\t" not in name
    )
    path = cast.claims / "recorded.yaml"
    path.write_text(path.read_text() + actors)
    book = template(cast)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    odd = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert {cell.value for cell in odd} == {*HOSTILE[:4]}
    assert all(cell.quotePrefix for cell in odd), "nor when somebody edits the cell"


def test_a_template_is_csv_or_xlsx(cast: Project) -> None:
    assert "ends in neither .csv nor .xlsx" in imported(cast, "--template", "new.ods").stderr


# Own codes.


ITEMS = """\
codes:
  - code: sarin
    label: =Sarin
    definition: The nerve agent.
    broader: arms
    dimensions: [mass]
"""
ACTS = """\
codes:
  - code: identify-user
    label: Identify the user
    definition: Says after an inquiry which side used a weapon.
    stances: ["yes"]
    stance: "yes"
"""


def test_a_table_uses_the_own_codes_of_its_dataset(cast: Project) -> None:
    cast.vocabularies.mkdir()
    (cast.vocabularies / "item.yaml").write_text(ITEMS)
    (cast.vocabularies / "act.yaml").write_text(ACTS)
    path = workbook(
        cast,
        {**ROW, "act": "identify-user", "item": "sarin"},
        {**ROW, "act": "identify-usr", "said": "2023-10-18"},
        {**ROW, "item": "sarine", "said": "2023-10-17"},
        {**ROW, "act": "zzz", "said": "2023-10-16"},
    )
    done = imported(cast, path, "--by", "me", "--write")

    assert verdicts(done) == {2: "ready", 3: "open", 4: "open", 5: "open"}
    assert "column C, act: 'identify-usr' is not in the list 'Act'; did you mean 'identify-user'?" in lines_of(done, 3)
    assert "did you mean 'sarin'?" in lines_of(done, 4)
    imported(cast, path, "--by", "me", "--review", "open.yaml")
    assert '"state", "identify-user"]' in (cast.root / "open.yaml").read_text(), "candidates are all codes"
    assert "error" not in run_inside(cast.root, "check", "--format", "plain").stdout
    offered = drop_downs(template(cast))
    assert (offered["act"][-1], offered["item"][-1]) == ("identify-user", "sarin")
    imported(cast, "--template", "new.csv")
    assert "identify-user" in (cast.root / "new.csv").read_text()
