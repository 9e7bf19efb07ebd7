"""Tables made from those of the last build: only rows of bundles that changed or refer to others that did are new.

What each bundle's rows were made from is in the cache: the digest of the bundle, the ids that were looked up, and the
digests of these records. Rows of the last build are taken from the files in `datasets/dev/` only if these have the
digests that the cache has. The bytes are those of a build from nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from alleged import files
from alleged.datasets.manifests import DEVELOPMENT
from alleged.errors import VerificationError
from alleged.incremental import Records
from alleged.index import hashed
from alleged.records.view import view
from alleged.release.tables import write_table
from alleged.tables import TABLES, Table, broken_references, by_record, derived_tables, require_validation
from alleged.tables.columns import Row

LARGEST_TABLE = 1 << 32
"""Largest file of a table that is read, in bytes."""

TOGETHER = 500
"""Bundles whose rows become a frame together, so that few rows are in memory as mappings."""


class LastBuild(NamedTuple):
    """The tables of the last build, their entries in the manifest and bytes, and what the rows were made from.

    Of each bundle by path: its digest, the hashes of the ids that were looked up, the digest of these records, and the
    ids of its own records.
    """

    frames: Mapping[str, pl.DataFrame]
    entries: Mapping[str, Any]
    content: Mapping[str, bytes]
    bundles: Mapping[str, list[Any]]


NOTHING = LastBuild({}, {}, {}, {})


def tables(records: Records, stored: Any, folder: Path, about: Mapping[str, str]) -> tuple[dict[str, Any], Any]:
    """Write all tables to a folder, and return their entries for the manifest, and what to store for the next build.

    `stored` is what the last build returned. The contracts are tested on new rows, keys and references on all.

    Raises:
        VerificationError: A table breaks its contract, a record has no row, or a reference leads nowhere.
    """
    last = _last_build(records, stored, about)
    if not last.frames:
        require_validation()
    stamps = records.index.stamps()
    digests = records.digests
    bundles = {path: made for path, made in last.bundles.items() if _is_as_it_was(digests.get(path), made, stamps)}
    stale = [n for n, (path, _) in records.paths.items() if path not in bundles]
    new: dict[str, list[pl.DataFrame]] = {table.name: [] for table in by_record()}
    for start in range(0, len(stale), TOGETHER):
        rows: dict[str, list[Row]] = {table.name: [] for table in by_record()}
        for n in stale[start : start + TOGETHER]:
            path, digest = records.paths[n]
            bundles[path] = [digest, *_add_rows(records, n, rows, stamps)]
        for table in by_record():
            if rows[table.name]:  # pandera needs 20 ms for a table, even for one without rows
                frame = table.frame_of(rows[table.name])
                table.validate(frame)
                new[table.name].append(frame)
    gone = {id for path, before in last.bundles.items() if bundles.get(path) is not before for id in before[3]}
    frames = {table.name: _core(table, new[table.name], gone, last) for table in by_record()}
    frames["vocabulary"] = _same(TABLES["vocabulary"].frame(records.like), "vocabulary", last)
    frames |= {name: _same(frame, name, last) for name, frame in derived_tables(frames).items()}
    if messages := broken_references(frames):
        raise VerificationError("; ".join(messages[:5]))
    entries = {name: _write(folder, name, frames[name], last, about) for name in TABLES}
    return entries, {"about": dict(about), "tables": entries, "bundles": bundles}


def _is_as_it_was(digest: str | None, made_from: list[Any], stamps: Mapping[int, int]) -> bool:
    """Whether a bundle, and all that its rows were made from, is as it was in the last build."""
    before, used, seen, _ = made_from
    return digest == before and _seen(used, stamps) == seen


def _last_build(records: Records, stored: Any, about: Mapping[str, str]) -> LastBuild:
    """Return the last build, or nothing if one of its files is not as it was."""
    if not stored or stored["about"] != about or stored["tables"].keys() != TABLES.keys():
        return NOTHING
    content: dict[str, bytes] = {}
    for name, entry in stored["tables"].items():
        try:
            content[name] = files.read(records.project.root, f"datasets/{DEVELOPMENT}/{entry['file']}", LARGEST_TABLE)
        except OSError:
            return NOTHING
        if hashlib.sha256(content[name]).hexdigest() != entry["sha256"]:
            return NOTHING
    frames = {name: pl.read_parquet(read) for name, read in content.items()}
    return LastBuild(frames, stored["tables"], content, stored["bundles"])


def _add_rows(records: Records, n: int, rows: Mapping[str, list[Row]], stamps: Mapping[int, int]) -> list[Any]:
    """Add the rows of a bundle to those of each table, and return what they were made from."""
    own = records.of_bundle(n)
    part, looked = view(own, records.find, records.like)
    for table in by_record():
        made = [*table.rows(part)] if table.rows else []
        if table.count and table.count(part) != len(made):
            raise VerificationError(
                f"{table.name} has {len(made)} rows of {records.paths[n][0]}, but its records differ"
            )
        rows[table.name].extend(made)
    used = sorted(map(hashed, looked.used))
    return [used, _seen(used, stamps), [record.id for record in own]]


def _seen(used: Iterable[int], stamps: Mapping[int, int]) -> int:
    return hashed([stamps.get(id) for id in used])


def _core(table: Table, new: list[pl.DataFrame], gone: set[str], last: LastBuild) -> pl.DataFrame:
    """Return a core table: the rows of the last build but for those of some records, and new rows."""
    before = last.frames.get(table.name)
    kept = table.frame_of([]) if before is None else before.filter(~pl.col(table.owner or table.key[0]).is_in(gone))
    if before is not None and kept.height == before.height and not new:
        return before
    frame = _same(table.merged([kept, *new]), table.name, last)
    if frame.select(table.key).is_duplicated().any():
        raise VerificationError(f"table {table.name!r} has two rows with one key")
    return frame


def _same(frame: pl.DataFrame, name: str, last: LastBuild) -> pl.DataFrame:
    """Return the frame of the last build if it is equal, so that it is not tested and written again."""
    before = last.frames.get(name)
    if before is not None and before.equals(frame):
        return before
    if TABLES[name].derive or name == "vocabulary":
        TABLES[name].validate(frame)
    return frame


def _write(folder: Path, name: str, frame: pl.DataFrame, last: LastBuild, about: Mapping[str, str]) -> dict[str, Any]:
    if frame is not last.frames.get(name):
        return write_table(folder, name, frame, about)
    entry: dict[str, Any] = last.entries[name]
    files.create(folder, entry["file"], last.content[name])
    return entry
