"""Whether foreign programs read the tabular exports with every row and cell.

    python benchmarks/foreign_tables.py [TOOL ...]

The stable release is exported to `.cache/foreign/`; each tool reads it in an environment that is set up from
`benchmarks/foreign_tables/requirements.lock`. LibreOffice and R are used where they are installed. `make foreign` runs
it before a release.
"""

import io
import json
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from alleged.api import open as open_release
from alleged.exports import FORMATS
from alleged.exports.packing import packed
from alleged.exports.sheets import sheets

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".cache" / "foreign"
OWN = ROOT / "benchmarks" / "foreign_tables"

TOOLS = (
    *("pandas-csv", "pandas-xlsx", "openpyxl", "libreoffice", "duckdb", "datasette", "csvw", "frictionless"),
    *("r-haven-stata", "r-haven-spss"),
)
PROGRAMS = {"libreoffice": "soffice", "r-haven-stata": "Rscript", "r-haven-spss": "Rscript"}
"""Programs that pip does not install."""


def export() -> None:
    """Write the tables and the exports of the stable release."""
    release = open_release(project=ROOT)
    shutil.rmtree(WORK / "release", ignore_errors=True)
    (WORK / "release" / "tables").mkdir(parents=True)
    labels = {}
    for sheet in sheets(release):
        sheet.frame.write_parquet(WORK / "release" / "tables" / f"{sheet.name}.parquet")
        labels |= {f"{sheet.name}.{column.name}": dict(column.labels) for column in sheet.columns if column.labels}
    (WORK / "release" / "labels.json").write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")
    for name in ("csv", "xlsx", "sqlite", "stata", "spss"):
        start = time.perf_counter()
        content = packed(FORMATS[name], release)
        print(f"{name:<14} {len(content) / 1000:7,.0f} kB {time.perf_counter() - start:6.2f} s")
        if name == "xlsx":
            (WORK / "release" / "export.xlsx").write_bytes(content)
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(WORK / "release" / name)


def environment() -> Path:
    """Return the Python of the tools, set up if it is missing or older than its lock."""
    lock, python, stamp = OWN / "requirements.lock", WORK / "env" / "bin" / "python", WORK / "env" / ".ready"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", WORK / "env"], check=True)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        stamp.touch()
    return python


def main(names: list[str]) -> int:
    """Print a line for each tool, and one for each difference; return 1 if there are any."""
    python, wrong = environment(), False
    export()
    for tool in names or TOOLS:
        if tool in PROGRAMS and shutil.which(PROGRAMS[tool]) is None:
            print(f"{tool}: skipped, {PROGRAMS[tool]} is not installed")
            continue
        start = time.perf_counter()
        run = [python, "-W", "ignore", OWN / "reader.py", tool, WORK / "release"]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        print(done.stdout, end="")
        print(
            f"  {time.perf_counter() - start:.1f} s" + "".join(f"\n  {line}" for line in done.stderr.splitlines()[-3:])
        )
        wrong |= done.returncode != 0
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
