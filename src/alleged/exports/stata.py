"""The flat tables for Stata, version 14 and later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from alleged.datasets.release import Release
from alleged.exports import labelled
from alleged.exports.cells import Limit

LIMITS = {
    "cell": Limit(2_044, "utf-8"),  # longer ones would be of the type strL, which haven of R misreads
    "label": Limit(80, "utf-32-le", width=4),
    "code": Limit(32_000, "utf-8"),
}
"""See `help limits` of Stata."""

LOSSES = f"{labelled.LOSSES} Texts of more than 2,044 bytes are cut; each one is named below."

STAMP = b"<timestamp>"
BEGINNING = b"01 Jan 1980 00:00"


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the README, a file for each table, and the codebook."""
    import pyreadstat

    def write(frame: pl.DataFrame, path: Path, **labels: Any) -> None:
        pyreadstat.write_dta(frame, path, version=15, **labels)

    for name, content in labelled.files(release, "stata", "dta", write, LIMITS, LOSSES):
        yield name, without_time(content) if name.endswith(".dta") else content


def without_time(content: bytes) -> bytes:
    """Return a file with a fixed time of writing in its header: the length, then so many characters."""
    start = content.index(STAMP) + len(STAMP) + 1
    length = content[start - 1]
    return content[:start] + BEGINNING.ljust(length)[:length] + content[start + length :]
