"""Whether other libraries, old and new, read the tables with the same columns, types and values.

    python benchmarks/compat.py [NAME ...]

Each environment is set up below `.cache/compat/` from its lock in `benchmarks/compat/` and reads every table of
`datasets/dev/`. It takes a few minutes, most of them for the first download. `make compat` runs it before a release.
"""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".cache" / "compat"
LOCKS = ROOT / "benchmarks" / "compat"
TABLES = ROOT / "datasets" / "dev"

LIBRARIES = {
    "pyarrow": ("pyarrow", "pandas"),
    "polars": ("polars",),
    "duckdb": ("duckdb",),
    "fastparquet": ("fastparquet",),
}
"""Readers that are tried in an environment, by the first part of the name of its lock."""


def expected() -> dict[str, dict[str, Any]]:
    """Return values, type and kind of every column of every table, as polars reads them here."""
    frames = {path.stem: pl.read_parquet(path) for path in sorted(TABLES.glob("*.parquet"))}
    return {name: {column: _column(frame[column]) for column in frame.columns} for name, frame in frames.items()}


def _column(series: pl.Series) -> dict[str, Any]:
    kinds = {pl.Enum: "code", pl.String: "text", pl.Date: "date", pl.Boolean: "flag"}
    return {"kind": kinds.get(type(series.dtype), ""), "type": str(series.dtype), "values": [_plain(v) for v in series]}


def _plain(value: Any) -> Any:
    if isinstance(value, pl.Series):
        return value.to_list()
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def environment(lock: Path) -> Path:
    """Return the Python of an environment, which is set up if it is missing or older than its lock."""
    folder = WORK / lock.stem
    python, stamp = folder / "bin" / "python", folder / ".ready"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        stamp.touch()
    return python


def main(names: list[str]) -> int:
    """Print a line for each environment and library, and one for each difference; return 1 if there are any."""
    WORK.mkdir(parents=True, exist_ok=True)
    content = expected()
    facts = WORK / "expected.json"
    facts.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    different = 0
    for lock in sorted(LOCKS.glob("*.lock")):
        if names and lock.stem not in names:
            continue
        python = environment(lock)
        for library in LIBRARIES[lock.stem.partition("-")[0]]:
            run = [python, LOCKS / "reader.py", library, TABLES, facts]
            done = subprocess.run(run, capture_output=True, text=True, check=False)
            lines = [*done.stdout.splitlines(), *(done.stderr.strip().splitlines()[-1:] if done.returncode else [])]
            print(f"{lock.stem:<16} {library:<12} {'differs' if lines else f'reads all {len(content)} tables alike'}")
            print("".join(f"    {line}\n" for line in lines), end="")
            different += len(lines)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
