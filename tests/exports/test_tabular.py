"""The tabular exports, read back: every cell is there, but for what their README says."""

import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from alleged.api import open as open_release
from alleged.datasets.manifests import digest
from alleged.datasets.release import Release
from alleged.errors import AllegedError, EnvironmentFailure
from alleged.exports import FORMATS, xlsx
from alleged.exports.packing import packed
from alleged.exports.sheets import FLAT, Column, Sheet, sheets
from paths import ROOT

TABULAR = ("csv", "xlsx", "sqlite", "stata", "spss")
STABLE = json.loads((ROOT / "datasets" / "index.json").read_text(encoding="utf-8"))["channels"]["stable"]

HOSTILE = (
    '=HYPERLINK("https://evil.example","click")',
    "+1+1",
    "-1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "'=1+1",
    "''@x",
    "\uff1d1+1",
    "nul \0, escape \x1b[31m, bell \x07, no character \uffff",
    '"quoted", comma; semicolon\nnew line\r\nand another',
    "<script>alert(1)</script> & ]]>",
    "https://evil.example/ 007 1e5 TRUE",
    "_x0041_ _x005F_",
    "\u202eright to left\u2028and\u2029on 국가정보원",
    "long " + "\U0001f600" * 17_000,
    "x" * 70_000,
    "ü" * 17_000,
)
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, publish: Callable[..., None]) -> Path:
    """Return a catalogue with the stable release, whose summaries, quotes and names are hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "datasets" / STABLE
    folder.mkdir(parents=True)
    manifest = json.loads((ROOT / "datasets" / STABLE / "manifest.json").read_bytes())
    manifest["files"] = {}
    for name, entry in manifest["tables"].items():
        frame = pl.read_parquet(ROOT / "datasets" / STABLE / entry["file"])
        for column in {"claims": ["summary"], "appearances": ["quote"], "actors": ["name"]}.get(name, ()):
            values = [HOSTILE[n % len(HOSTILE)] if n % 3 == 0 else v for n, v in enumerate(frame[column].to_list())]
            frame = frame.with_columns(pl.Series(column, values))
        frame.write_parquet(folder / entry["file"])
        content = (folder / entry["file"]).read_bytes()
        entry |= {"sha256": digest(content), "bytes": len(content)}
    publish(folder, manifest, {})
    return folder.parent


@pytest.fixture(scope="module", params=["stable", "hostile"])
def release(request: pytest.FixtureRequest) -> Release:
    if request.param == "hostile":
        return open_release(STABLE, catalogue=request.getfixturevalue("hostile"))
    return open_release(STABLE, project=ROOT)


@pytest.fixture(scope="module")
def tables(release: Release) -> list[Sheet]:
    return sheets(release)


@cache
def exported(name: str, release: Release) -> bytes:
    """Return an export, which is made once."""
    return packed(FORMATS[name], release)


def content_of(name: str, release: Release) -> dict[str, bytes]:
    """Return the files of an export by name."""
    with zipfile.ZipFile(io.BytesIO(exported(name, release))) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def text(value: Any) -> str:
    """Return a text, code or list as the README says: entries joined, control characters replaced."""
    return CONTROL.sub("\ufffd", "; ".join(map(str, value)) if isinstance(value, list) else str(value))


# CSV


def csv_value(cell: str, like: Any) -> Any:
    """Return the value in a cell of CSV, of the type of the value that it should be."""
    if like is None:
        return cell or None
    if isinstance(like, bool):
        return {"true": True, "false": False}[cell]
    if isinstance(like, int | float):
        return float(cell)
    return cell[1:] if re.match("'+[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]", cell) else cell


def test_csv_has_every_cell_of_every_table(release: Release, tables: list[Sheet]) -> None:
    found = content_of("csv", release)

    assert [*found] == ["README.txt", *(f"{sheet.name}.csv" for sheet in tables), "csv-metadata.json"]
    for sheet in tables:
        assert found[f"{sheet.name}.csv"].startswith(b"\xef\xbb\xbf")
        head, *rows = csv.reader(io.StringIO(found[f"{sheet.name}.csv"].decode("utf-8-sig"), newline=""))
        assert head == sheet.frame.columns
        assert len(rows) == sheet.frame.height
        for row, values in zip(rows, sheet.frame.iter_rows(), strict=True):
            for cell, value in zip(row, values, strict=True):
                plain = value if isinstance(value, bool | int | float | None) else text(value)
                assert csv_value(cell, value) == plain
                assert cell[:1] not in (*"=+@\t\r\n", "\uff1d") or not isinstance(value, str)
                assert isinstance(value, int | float) or not cell.startswith("-")


def test_csv_metadata_describes_every_column_and_key(release: Release, tables: list[Sheet]) -> None:
    metadata = json.loads(content_of("csv", release)["csv-metadata.json"])

    described = {table["url"]: table["tableSchema"] for table in metadata["tables"]}
    for sheet in tables:
        schema = described[f"{sheet.name}.csv"]
        assert [column["name"] for column in schema["columns"]] == sheet.frame.columns
        assert all(column["dc:description"] for column in schema["columns"])
        assert schema["primaryKey"] == list(sheet.key)
    claims = {column["name"]: column for column in described["claims.csv"]["columns"]}
    assert claims["said_lo"]["datatype"] == "date"
    assert claims["claim_basis"]["separator"] == "; "
    assert claims["claim_id"]["required"]
    assert {"resource": "topics.csv", "columnReference": "topic_id"} in [
        key["reference"] for key in described["claims.csv"]["foreignKeys"]
    ]


# XLSX

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@cache
def workbook(release: Release) -> tuple[dict[str, dict[str, Any]], zipfile.ZipFile]:
    """Return the cells of each sheet by their place, and the archive. Texts with `_x0000_` are resolved."""
    archive = zipfile.ZipFile(io.BytesIO(exported("xlsx", release)))
    shared = [
        resolved("".join(part.text or "" for part in entry.iter(f"{MAIN}t")))
        for entry in ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - written by us
    ]
    names = [s.get("name", "") for s in ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]  # noqa: S314
    return {
        name: dict(cells(archive.read(f"xl/worksheets/sheet{n}.xml"), shared)) for n, name in enumerate(names, start=1)
    }, archive


def resolved(text: str) -> str:
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def cells(sheet: bytes, shared: list[str]) -> Iterator[tuple[str, Any]]:
    for cell in ET.fromstring(sheet).iter(f"{MAIN}c"):  # noqa: S314 - written by us
        assert cell.find(f"{MAIN}f") is None, "a formula"
        value = cell.find(f"{MAIN}v")
        if value is not None and value.text is not None:
            kind = cell.get("t", "n")
            read = {"s": lambda v: shared[int(v)], "b": lambda v: v == "1", "n": float}[kind]
            yield cell.get("r", ""), read(value.text)


def place(row: int, column: int) -> str:
    letters = chr(65 + column % 26)
    return f"{chr(64 + column // 26) if column >= 26 else ''}{letters}{row}"


def in_excel(value: Any) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days if value >= date(1900, 3, 1) else value.isoformat()
    return re.sub("\r\n?", "\n", text(value))


def test_xlsx_has_every_cell_of_every_table(release: Release, tables: list[Sheet]) -> None:
    found, archive = workbook(release)
    cut = 0

    assert [*found][:4] == ["README", *FLAT, "codebook"]
    assert not [name for name in archive.namelist() if "hyperlink" in name or "external" in name]
    for sheet in tables:
        in_sheet = dict(found[sheet.name])
        assert [in_sheet.pop(place(1, n)) for n in range(sheet.frame.width)] == sheet.frame.columns
        for row, values in enumerate(sheet.frame.iter_rows(), start=2):
            for column, value in enumerate(values):
                cell = in_sheet.pop(place(row, column), None)
                if cell != in_excel(value):
                    assert len(cell.encode("utf-16-le")) // 2 in (32_766, 32_767)
                    assert in_excel(value).startswith(cell.removesuffix("…"))
                    cut += 1
        assert in_sheet == {}
    notes = [line for line in found["README"].values() if "is cut: it has" in line]
    assert len(notes) == cut
    assert all(f"{sheet.name}.{name}" in "".join(notes) for sheet in tables for name in long_columns(sheet))


def long_columns(sheet: Sheet) -> list[str]:
    texts = sheet.frame.select(pl.col(pl.String))
    return [c.name for c in texts if any(len(v.encode("utf-16-le")) > 65_534 for v in c.drop_nulls())]


def test_xlsx_freezes_heads_and_filters(release: Release) -> None:
    _, archive = workbook(release)
    sheet = archive.read("xl/worksheets/sheet2.xml").decode()

    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


def test_xlsx_codebook_has_the_labels_of_codes(release: Release) -> None:
    found, _ = workbook(release)

    assert any("deny = " in value for value in found["codebook"].values() if isinstance(value, str))


def test_a_table_too_long_for_a_sheet_is_refused(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 10)

    with pytest.raises(AllegedError, match="use 'alleged export csv'"):
        packed(FORMATS["xlsx"], release)


# SQLite


@pytest.fixture
def database(release: Release, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "dataset.db"
    path.write_bytes(content_of("sqlite", release)["dataset.db"])
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def in_sqlite(value: Any) -> Any:
    if isinstance(value, list):
        return json.dumps([CONTROL.sub("\ufffd", entry) for entry in value], ensure_ascii=False)
    return value if isinstance(value, bool | int | float | None) else text(value)


def test_sqlite_has_every_cell_of_every_table(database: sqlite3.Connection, tables: list[Sheet]) -> None:
    for sheet in tables:
        rows = database.execute(f"SELECT * FROM {sheet.name} ORDER BY rowid").fetchall()  # noqa: S608
        assert rows == [tuple(map(in_sqlite, values)) for values in sheet.frame.iter_rows()]


def test_sqlite_is_sound_and_its_tables_are_strict(database: sqlite3.Connection, tables: list[Sheet]) -> None:
    strict = {
        name: bool(flag) for _, name, kind, _, _, flag in database.execute("PRAGMA table_list") if kind == "table"
    }

    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert all(strict[sheet.name] for sheet in tables)
    keys = {row[2:5] for row in database.execute("PRAGMA foreign_key_list(claims)")}
    assert ("topics", "topic_id", "topic_id") in keys
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE claims SET claim_basis = 'no json'")


def test_sqlite_finds_words_in_summaries_quotes_and_names(database: sqlite3.Connection, tables: list[Sheet]) -> None:
    frames = {sheet.name: sheet.frame for sheet in tables}
    for table, column in (("claims", "summary"), ("appearances", "quote"), ("actors", "name")):
        words = [found[0] for v in frames[table][column].drop_nulls() if (found := re.findall(r"\b[a-z]{5,}\b", v))]
        query = f"SELECT {column} FROM {table} WHERE rowid IN (SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH ?)"  # noqa: S608
        for word in words[:20]:
            assert any(word in found for (found,) in database.execute(query, [word]))


def test_datasette_metadata_describes_every_column(release: Release, tables: list[Sheet]) -> None:
    metadata = json.loads(content_of("sqlite", release)["metadata.json"])

    described = metadata["databases"]["dataset"]["tables"]
    assert {sheet.name: sheet.frame.columns for sheet in tables} == {
        name: [*table["columns"]] for name, table in described.items()
    }
    assert described["actors"]["label_column"] == "name"


# Stata and SPSS

LONGEST = {"stata": 2_044, "spss": 32_767}
"""Bytes of the longest texts."""

READERS = {"stata": ("dta", "read_dta"), "spss": ("sav", "read_sav")}


@pytest.mark.parametrize("name", READERS)
def test_statistics_programs_get_the_flat_tables_with_labels(
    name: str, release: Release, tables: list[Sheet], tmp_path: Path
) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    ending, reader = READERS[name]
    files = content_of(name, release)
    notes, cut = files["README.txt"].decode(), 0

    assert [*files] == ["README.txt", *(f"{t}.{ending}" for t in (*FLAT, "vocabulary")), "codebook.csv"]
    for sheet in tables:
        if f"{sheet.name}.{ending}" not in files:
            continue
        (tmp_path / "table").write_bytes(files[f"{sheet.name}.{ending}"])
        frame, about = getattr(pyreadstat, reader)(str(tmp_path / "table"), output_format="polars")
        assert frame.columns == sheet.frame.columns
        for column in sheet.columns:
            label = about.column_names_to_labels[column.name]
            assert label == column.description or column.description.startswith(label.removesuffix("…"))
            codes = [*column.labels] if column.type == "Enum" else []
            if codes:
                labels = about.variable_value_labels[column.name]
                assert [labels[n] for n in range(1, len(codes) + 1)] == [*column.labels.values()]
            for value, expected in zip(frame[column.name], sheet.frame[column.name].to_list(), strict=True):
                if value != in_statistics(expected, column, codes):
                    assert in_statistics(expected, column, codes).startswith(value.removesuffix("…"))
                    assert LONGEST[name] - 4 < len(value.encode()) <= LONGEST[name]
                    cut += 1
    assert notes.count("is cut: it has") == cut


def in_statistics(value: Any, column: Column, codes: list[str]) -> Any:
    if codes:
        return None if value is None else codes.index(value) + 1
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, date):
        return value
    if value is None:
        return "" if column.type == "String" or column.is_list else None
    return text(value)


# All of them


@pytest.mark.parametrize("name", TABULAR)
def test_readmes_name_release_citation_licence_digest_and_losses(name: str, release: Release) -> None:
    if name == "xlsx":
        cells, _ = workbook(release)
        readme = "\n".join(cells["README"].values())
    else:
        readme = content_of(name, release)["README.txt"].decode()

    assert release.cite() in readme
    assert release.manifest["content_sha256"] in readme
    assert release.manifest_sha256 in readme
    assert "Licence: " in readme
    assert " ".join(FORMATS[name].losses.split()) in " ".join(readme.split())


def test_the_licence_is_that_of_the_dataset() -> None:
    readme = content_of("csv", open_release(STABLE, project=ROOT))["README.txt"].decode()

    assert "CC-BY-4.0" in readme


SCRIPT = """
import sys, hashlib, locale
from contextlib import suppress
with suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "")
from alleged.api import open
from alleged.exports import FORMATS
from alleged.exports.packing import packed
release = open(sys.argv[1], catalogue=sys.argv[2])
for name in sys.argv[3:]:
    print(hashlib.sha256(packed(FORMATS[name], release)).hexdigest())
"""


def test_exports_have_the_same_bytes_in_another_time_zone_language_and_process(hostile: Path) -> None:
    here = [sha256(exported(name, open_release(STABLE, catalogue=hostile))).hexdigest() for name in TABULAR]
    environment = {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "77", "PATH": ""}
    run = [sys.executable, "-W", "ignore", "-c", SCRIPT, STABLE, str(hostile), *TABULAR]
    done = subprocess.run(
        run, env={**environment, "POLARS_MAX_THREADS": "2"}, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == here


@pytest.mark.parametrize("name", TABULAR)
def test_exports_hold_no_time_of_writing(name: str, release: Release) -> None:
    content = exported(name, release)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    if name == "stata":
        assert b"<timestamp>\x1101 Jan 1980 00:00</timestamp>" in parts["flat_claims.dta"]
    if name == "spss":
        assert parts["flat_claims.sav"][92:109] == b"01 Jan 8000:00:00"
    today = date.today()  # noqa: DTZ011 - as libraries write it
    days = {(today + timedelta(days=n)).strftime("%Y-%m-%d").encode() for n in (-1, 0, 1)}
    assert not [part for part, found in parts.items() if part.startswith("docProps") and any(d in found for d in days)]


def test_a_missing_library_is_named_with_what_to_install(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    for library, name in (("xlsxwriter", "xlsx"), ("pyreadstat", "stata"), ("pyreadstat", "spss")):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(
            EnvironmentFailure, match=rf"{name} needs the package {library}.*pip install 'alleged\[export"
        ):
            packed(FORMATS[name], release)
