"""Write the tables of a checked corpus to Parquet files, after checking contracts and row counts."""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from alleged import files
from alleged.errors import VerificationError
from alleged.records.corpus import Corpus
from alleged.release import content
from alleged.tables import TABLES, all_tables, broken_references

__all__ = ["all_tables", "require_valid", "write"]

MAX_METADATA = 4096
"""Largest metadata about the release in each file, in bytes, so that opening many files stays cheap."""


def require_valid(frames: Mapping[str, pl.DataFrame], corpus: Corpus) -> None:
    """Require that all tables keep their contracts and have a row for each record.

    Raises:
        VerificationError: A table breaks its contract, a record has no row, or a reference leads nowhere.
    """
    for name, table in TABLES.items():
        table.validate(frames[name])
        if table.count is not None and frames[name].height != (expected := table.count(corpus)):
            raise VerificationError(f"{name} has {frames[name].height} rows, but the records give {expected}")
    if messages := broken_references(lambda table, column: frames[table][column]):
        raise VerificationError("; ".join(messages[:5]))


def write(folder: Path, frames: Mapping[str, pl.DataFrame], about: Mapping[str, str]) -> dict[str, Any]:
    """Write all tables to a folder, and return their entries for the manifest.

    Raises:
        VerificationError: A table read back from disk differs from the one written.
    """
    return {name: write_table(folder, name, frame, about) for name, frame in frames.items()}


def write_table(folder: Path, name: str, frame: pl.DataFrame, about: Mapping[str, str]) -> dict[str, Any]:
    table = TABLES[name]
    metadata = {f"alleged:{key}": value for key, value in {**about, "table": name}.items()}
    if sum(len(key) + len(value) for key, value in metadata.items()) > MAX_METADATA:
        raise VerificationError(f"the metadata of {name} takes more than {MAX_METADATA} bytes")
    buffer = io.BytesIO()
    # One sorted chunk at a fixed level of compression; `sink_parquet` does not give the same bytes every time.
    metadata["ARROW:schema"] = table.arrow
    frame.write_parquet(buffer, compression="zstd", compression_level=3, metadata=metadata)
    file = f"{name}.parquet"
    files.create(folder, file, buffer.getvalue())
    written = files.read(folder, file, buffer.tell())
    if not pl.read_parquet(written).equals(frame):
        raise VerificationError(f"{name} read back from disk differs from the table written")
    return {
        "file": file,
        "sha256": hashlib.sha256(written).hexdigest(),
        "bytes": len(written),
        "rows": frame.height,
        "content_sha256": content.of_table(name, frame),
        "key": list(table.key),
        "columns": table.columns,
    }
