"""Time of the derived tables of a project that is built: the seconds from core tables to derived ones, once.

python benchmarks/deriving.py FOLDER
"""

import sys
import time
from pathlib import Path

import polars as pl

from alleged.tables import TABLES, derived_tables


def main(folder: Path) -> None:
    """Read the core tables, and print how long the others take from there."""
    core = {
        name: pl.read_parquet(folder / "datasets" / "dev" / f"{name}.parquet")
        for name, table in TABLES.items()
        if table.derive is None
    }
    start = time.perf_counter()
    derived_tables(core)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
