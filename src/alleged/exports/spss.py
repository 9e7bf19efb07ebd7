"""The flat tables for SPSS, and for PSPP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from alleged.datasets.release import Release
from alleged.exports import labelled
from alleged.exports.cells import Limit

LIMITS = {
    "cell": Limit(32_767, "utf-8"),
    "label": Limit(255, "utf-8"),
    "code": Limit(120, "utf-8"),
}
"""See IBM SPSS Statistics, Variable Names, Labels and Types."""

LOSSES = f"{labelled.LOSSES} Texts of more than 32,767 bytes are cut; each one is named below."

STAMP = slice(92, 109)
"""Place of day and time of writing in the header (pspp.gnu.org: System File Format)."""

BEGINNING = b"01 Jan 8000:00:00"


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the README, a file for each table, and the codebook."""
    import pyreadstat

    def write(frame: pl.DataFrame, path: Path, **labels: Any) -> None:
        pyreadstat.write_sav(frame, path, row_compress=True, **labels)

    for name, content in labelled.files(release, "spss", "sav", write, LIMITS, LOSSES):
        yield name, without_time(content) if name.endswith(".sav") else content


def without_time(content: bytes) -> bytes:
    """Return a file with a fixed time of writing in its header."""
    return content[: STAMP.start] + BEGINNING + content[STAMP.stop :]
