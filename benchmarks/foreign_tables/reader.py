"""Read the tabular exports with one foreign tool, and compare every cell with the tables.

    python reader.py TOOL FOLDER

It runs in the environment of these tools. The folder has the tables as Parquet and the unpacked exports. It prints the
number of rows and cells compared, and a line for each difference.
"""

import asyncio
import csv
import io
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

Rows = Iterable[tuple[Any, ...]]
Tables = Iterator[tuple[str, list[str], Rows]]
"""Name, columns and rows of each table, as a tool reads them."""

SHOWN = 5
R = """
library(haven)
for (name in c("flat_claims", "flat_quantities", "vocabulary")) {
  frame <- if (ending == "dta") read_dta(file.path(folder, paste0(name, ".dta")))
           else read_sav(file.path(folder, paste0(name, ".sav")))
  for (n in names(frame)) {
    v <- frame[[n]]
    label <- if (is.labelled(v)) as.character(as_factor(v)) else as.character(zap_formats(v))
    frame[[n]] <- label
  }
  write.csv(frame, file.path(folder, paste0(name, ".R.csv")), row.names = FALSE, na = "", fileEncoding = "UTF-8")
}
"""


def require(holds: bool, otherwise: object) -> None:
    """Stop if something does not hold."""
    if not holds:
        sys.exit(str(otherwise))


def pandas_csv(folder: Path) -> Tables:
    """Yield the CSV files as pandas reads them, all as text."""
    pandas = import_module("pandas")
    for path in sorted((folder / "csv").glob("*.csv")):
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
        yield path.stem, list(frame.columns), frame.itertuples(index=False, name=None)


def pandas_xlsx(folder: Path) -> Tables:
    """Yield the sheets as pandas reads them with openpyxl."""
    for name, frame in (
        import_module("pandas")
        .read_excel(folder / "export.xlsx", sheet_name=None, keep_default_na=False, na_values=[""])
        .items()
    ):
        yield str(name), list(frame.columns), frame.itertuples(index=False, name=None)


def openpyxl_xlsx(folder: Path) -> Tables:
    """Yield the sheets as openpyxl reads them."""
    book = import_module("openpyxl").load_workbook(folder / "export.xlsx")
    for sheet in book:
        head, *rows = sheet.iter_rows()
        require(all(cell.data_type != "f" for row in rows for cell in row), "a formula")
        yield sheet.title, [cell.value for cell in head], [tuple(cell.value for cell in row) for row in rows]


def libreoffice_xlsx(folder: Path) -> Tables:
    """Yield the sheets as LibreOffice writes them to CSV: as they are shown, in the form of dates in English."""
    out = folder / "libreoffice"
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    run = ["soffice", "--headless", "--convert-to", form, "--outdir", str(out), str(folder / "export.xlsx")]
    subprocess.run(run, check=True, capture_output=True)
    for path in sorted(out.glob("export-*.csv")):
        head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        yield path.stem.removeprefix("export-"), head, [tuple(row) for row in rows]


def duckdb_csv(folder: Path) -> Tables:
    """Yield the CSV files as DuckDB reads them, with the types that it guesses."""
    duckdb = import_module("duckdb")
    for path in sorted((folder / "csv").glob("*.csv")):
        relation = duckdb.sql(f"from read_csv('{path}', header = true, sample_size = -1)")
        yield path.stem, relation.columns, relation.fetchall()


def datasette_sqlite(folder: Path) -> Tables:
    """Yield the tables as Datasette serves them, and check descriptions, search and labels."""
    datasette = import_module("datasette.app").Datasette(
        [str(folder / "sqlite" / "dataset.db")],
        metadata=json.loads((folder / "sqlite" / "metadata.json").read_text(encoding="utf-8")),
        settings={"max_returned_rows": 1_000_000},
    )

    def get(path: str) -> Any:
        return asyncio.run(datasette.client.get(path))

    page = get("/dataset/flat_claims?_search=troops").text
    for part in ("One row for each active claim", 'name="_search"', "/dataset/actors/"):
        require(part in page, f"no {part} on the page")
    names = get("/dataset.json").json()["tables"]
    for name in sorted(table["name"] for table in names if not table["hidden"]):
        query = f"/dataset.json?_size=max&_shape=objects&sql=select+*+from+[{name}]+order+by+rowid"
        answer = get(query).json()
        yield name, answer["columns"], [tuple(row.values()) for row in answer["rows"]]


def csvw_csv(folder: Path) -> Tables:
    """Yield the CSV files as csvw reads them by their metadata, which checks types and keys."""
    group = import_module("csvw").CSVW(str(folder / "csv" / "csv-metadata.json"), validate=True)
    require(group.is_valid, [str(warning.message) for warning in group.warnings][:SHOWN])
    for table in group.tables:
        rows = list(table.iterdicts())
        yield Path(str(table.url)).stem, list(rows[0]) if rows else [], [tuple(row.values()) for row in rows]


def frictionless_csv(folder: Path) -> Tables:
    """Yield the CSV files as frictionless reads them, after its checks."""
    frictionless = import_module("frictionless")
    for path in sorted((folder / "csv").glob("*.csv")):
        detector = frictionless.Detector(field_type="string")
        resource = frictionless.Resource(
            path=path.name, basepath=str(path.parent), encoding="utf-8-sig", detector=detector
        )
        report = resource.validate(limit_errors=SHOWN)
        require(report.valid, report.flatten(["rowNumber", "fieldName", "note"]))
        with resource:
            yield path.stem, resource.header, [tuple(row.values()) for row in resource.row_stream]


def haven(ending: str, kind: str) -> Callable[[Path], Tables]:
    """Return a reader of Stata or SPSS files with haven of R, codes as their labels."""

    def read(folder: Path) -> Tables:
        script = f'folder <- "{folder / kind}"; ending <- "{ending}"\n{R}'
        subprocess.run(["Rscript", "-e", script], check=True, capture_output=True)
        for path in sorted((folder / kind).glob("*.R.csv")):
            head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
            yield path.name.removesuffix(".R.csv"), head, [tuple(row) for row in rows]

    return read


TOOLS: dict[str, Callable[[Path], Tables]] = {
    "pandas-csv": pandas_csv,
    "pandas-xlsx": pandas_xlsx,
    "openpyxl": openpyxl_xlsx,
    "libreoffice": libreoffice_xlsx,
    "duckdb": duckdb_csv,
    "datasette": datasette_sqlite,
    "csvw": csvw_csv,
    "frictionless": frictionless_csv,
    "r-haven-stata": haven("dta", "stata"),
    "r-haven-spss": haven("sav", "spss"),
}


def alike(found: Any, value: Any, labels: dict[str, str]) -> bool:
    """Whether a cell holds a value, in any of the forms that the READMEs name."""
    if value is None or value == []:
        # By CSVW an empty list and null are the same.
        return found in (None, "", []) or (isinstance(found, float) and math.isnan(found)) or str(found) == "NaT"
    if isinstance(value, bool):
        return str(found).lower() in (("true", "1", "1.0", "yes") if value else ("false", "0", "0.0", "no"))
    if isinstance(value, int | float):
        return math.isclose(float(found), value, rel_tol=1e-12)
    if isinstance(value, date):
        form = found.strftime("%Y-%m-%d") if isinstance(found, date | datetime) else str(found)
        return form[:10] == value.isoformat()
    if isinstance(value, list):
        texts = [str(entry) for entry in value]
        entries = found if isinstance(found, list) else None
        return entries == texts or str(found) in ("; ".join(texts), json.dumps(texts, ensure_ascii=False))
    if isinstance(found, date | datetime):  # a guess of a tool that was given no types
        return found.strftime("%Y-%m-%d").startswith(value)
    if isinstance(found, bool):
        return str(found).lower() == value.lower()
    if isinstance(found, int | float):
        return re.fullmatch(r"[0-9.]+", value) is not None and float(value) == float(found)
    value = labels.get(value, value) if found != value else value
    return any(_broken(text) == _broken(value) for text in (found, found.removeprefix("'")))


def _broken(text: str) -> str:
    """Return a text with line breaks as line feeds, which some tools make of all."""
    return re.sub("\r\n?", "\n", text)


def main(tool: str, folder: Path) -> int:
    """Compare what a tool reads; return the number of differences."""
    polars = import_module("polars")
    labels = {
        row["code"]: row["label"] for row in polars.read_parquet(folder / "tables" / "vocabulary.parquet").to_dicts()
    }
    by_list = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    tables = rows_seen = cells = differences = 0
    for name, columns, rows in TOOLS[tool](folder):
        path = folder / "tables" / f"{name}.parquet"
        if not path.exists():  # README and codebook
            continue
        frame = polars.read_parquet(path)
        read = list(rows)
        tables += 1
        if (columns != frame.columns and read) or len(read) != frame.height:
            print(f"{name}: {len(read)} rows of {frame.height}, columns {set(columns) ^ set(frame.columns)}")
            differences += 1
            continue
        for n, (row, values) in enumerate(zip(read, frame.iter_rows(), strict=True)):
            rows_seen += 1
            for column, found, value in zip(columns, row, values, strict=True):
                cells += 1
                if not alike(found, value, by_list.get(f"{name}.{column}", labels)):
                    differences += 1
                    if differences <= SHOWN:
                        print(f"{name}.{column}, row {n}: {found!r} for {value!r}"[:300])
    print(f"{tool}: {tables} tables, {rows_seen:,} rows, {cells:,} cells compared, {differences} differ")
    return differences


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1], Path(sys.argv[2])), 100))
