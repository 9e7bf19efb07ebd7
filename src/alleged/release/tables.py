"""From a checked corpus to the files of its tables, each held to its contract and to the ledger first."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from alleged import files
from alleged.errors import VerificationError
from alleged.records.corpus import Corpus
from alleged.release import content, contracts
from alleged.tables import TABLES, canary, dangling, made

LICENCE = "CC-BY-4.0"
"""Licence of the records and tables (spdx.org); quotes are excluded, they belong to their speakers and publishers."""

__all__ = ["hold", "made", "write"]

SMALL = 4096
"""Most bytes of release data inside each file, so that opening many files stays cheap."""


def hold(frames: Mapping[str, pl.DataFrame], corpus: Corpus) -> None:
    """Hold all tables against their contracts and against the records that they were made from.

    Raises:
        VerificationError: A table misses its contract, a record is lost on the way, or a reference leads nowhere.
    """
    canary()
    for name, table in TABLES.items():
        table.validate(frames[name])
        if frames[name].height != (expected := table.count(corpus)):
            raise VerificationError(f"{name} has {frames[name].height} rows, but the records make for {expected}")
    if lost := dangling(frames):
        raise VerificationError("; ".join(lost[:5]))


def write(folder: Path, frames: Mapping[str, pl.DataFrame], about: Mapping[str, str]) -> dict[str, Any]:
    """Write the files of all tables into a folder and return what the manifest says of each.

    Raises:
        VerificationError: A table read back from the disk is not the one that was written.
    """
    return {name: _write(folder, name, frame, about) for name, frame in frames.items()}


def _write(folder: Path, name: str, frame: pl.DataFrame, about: Mapping[str, str]) -> dict[str, Any]:
    table = TABLES[name]
    told = {f"alleged:{key}": value for key, value in {**about, "licence": LICENCE, "table": name}.items()}
    if sum(len(key) + len(value) for key, value in told.items()) > SMALL:
        raise VerificationError(f"the release data inside {name} take more than {SMALL} bytes")
    memory = io.BytesIO()
    # One sorted chunk at one level of compression: what `sink_parquet` writes is not the same twice.
    frame.write_parquet(memory, compression="zstd", compression_level=3, metadata=told, arrow_schema=table.arrow)
    file = f"{name}.parquet"
    files.create(folder, file, memory.getvalue())
    written = files.read(folder, file, memory.tell())
    if not pl.read_parquet(written).equals(frame):
        raise VerificationError(f"{name} read back from the disk is not the table that was written")
    return {
        "file": file,
        "sha256": hashlib.sha256(written).hexdigest(),
        "bytes": len(written),
        "rows": frame.height,
        "content_sha256": content.of_table(name, frame),
        "key": list(table.key),
        "columns": contracts.columns(table),
    }
