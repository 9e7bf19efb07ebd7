"""Tables made from those of the last build: only rows of bundles that changed or refer to others that did are new.

What each bundle's rows were made from is in the cache: the digest of the bundle, the ids that were looked up, and the
digests of these records. Rows of the last build are taken from the files in `datasets/dev/` only if these have the
digests that the cache has. The bytes are those of a build from nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
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
from alleged.tables import TABLES, Table, broken_references, by_record, each_derived
from alleged.tables.columns import Row
from alleged.tables.graph import without_descriptive

LARGEST_TABLE = 1 << 32
"""Largest file of a table that is read, in bytes."""

TOGETHER = 500
"""Bundles whose rows become a frame together, so that few rows are in memory as mappings."""


class LastBuild(NamedTuple):
    """The entries of the tables of the last build in its manifest, and what the rows were made from.

    Of each bundle by path: its digest, the hashes of the ids that were looked up, the digest of these records, and the
    ids of its own records.
    """

    root: Path
    entries: Mapping[str, Any]
    bundles: Mapping[str, list[Any]]

    def content(self, name: str) -> bytes:
        """Return the file of a table.

        Raises:
            VerificationError: It is not as it was.
        """
        entry = self.entries[name]
        path = f"datasets/{DEVELOPMENT}/{entry['file']}"
        try:
            content = files.read(self.root, path, LARGEST_TABLE)
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise VerificationError(f"{path} was changed since the last build; run this again")
        return content

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table; see `content`."""
        return pl.read_parquet(self.content(name))


class Written(Mapping[str, pl.DataFrame]):
    """The tables that were written to a folder; each is read when it is needed, so that memory holds few of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.entries: dict[str, Any] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self._content(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def column(self, name: str, column: str) -> pl.Series:
        """Return a column of a table."""
        return pl.read_parquet(self._content(name), columns=[column])[column]

    def _content(self, name: str) -> bytes:
        return files.read(self._folder, self.entries[name]["file"], LARGEST_TABLE)


def tables(records: Records, stored: Any, folder: Path, about: Mapping[str, str]) -> tuple[dict[str, Any], Any]:
    """Write all tables to a folder, and return their entries for the manifest, and what to store for the next build.

    `stored` is what the last build returned. The contracts are tested on new rows, keys and references on all. No more
    than a few tables are in memory at a time.

    Raises:
        VerificationError: A table breaks its contract, a record has no row, a reference leads nowhere, or another
            program changes tables of the last build.
    """
    last = _last_build(records, stored, about)
    new, bundles = _new_rows(records, last)
    records.index.close()
    gone = {id for path, before in last.bundles.items() if bundles.get(path) is not before for id in before[3]}
    written = Written(folder)

    def write(name: str, frame: pl.DataFrame | None) -> None:
        written.entries[name] = _write(folder, name, frame, last, about)

    vocabulary = _changed(TABLES["vocabulary"].frame(records.like), "vocabulary", last)
    write("vocabulary", vocabulary)
    only_descriptive = bool(last.entries) and vocabulary is None
    for table in by_record():
        frame, descriptive = _core(table, new.pop(table.name), gone, last)
        only_descriptive = only_descriptive and descriptive
        write(table.name, frame)
    for name, frame in each_derived(written, only_flat=only_descriptive):
        write(name, _changed(frame, name, last))
    for name in TABLES.keys() - written.entries.keys():
        write(name, None)
    if not only_descriptive and (messages := broken_references(written.column)):
        raise VerificationError("; ".join(messages[:5]))
    entries = {name: written.entries[name] for name in TABLES}
    return entries, {"about": dict(about), "tables": entries, "bundles": bundles}


def _new_rows(records: Records, last: LastBuild) -> tuple[dict[str, list[pl.DataFrame]], dict[str, list[Any]]]:
    """Return the rows by table that are not as in the last build, and of every bundle what its rows were made from."""
    stamps, digests = records.index.stamps(), records.digests
    bundles = {path: made for path, made in last.bundles.items() if _is_as_it_was(digests.get(path), made, stamps)}
    stale = [n for n, (path, _) in records.paths.items() if path not in bundles]
    new: dict[str, list[pl.DataFrame]] = {table.name: [] for table in by_record()}
    for start in range(0, len(stale), TOGETHER):
        rows: dict[str, list[Row]] = {table.name: [] for table in by_record()}
        for n in stale[start : start + TOGETHER]:
            path, digest = records.paths[n]
            bundles[path] = [digest, *_add_rows(records, n, rows, stamps)]
        for table in by_record():
            if rows[table.name]:
                frame = table.frame_of(rows[table.name])
                table.validate(frame)
                new[table.name].append(frame)
    return new, bundles


def _is_as_it_was(digest: str | None, made_from: list[Any], stamps: Mapping[int, int]) -> bool:
    """Whether a bundle, and all that its rows were made from, is as it was in the last build."""
    before, used, seen, _ = made_from
    return digest == before and _seen(used, stamps) == seen


def _last_build(records: Records, stored: Any, about: Mapping[str, str]) -> LastBuild:
    """Return the last build, or one without tables if one of its files is not as it was."""
    nothing = LastBuild(records.project.root, {}, {})
    if not stored or stored["about"] != about or stored["tables"].keys() != TABLES.keys():
        return nothing
    last = LastBuild(records.project.root, stored["tables"], stored["bundles"])
    try:
        for name in last.entries:
            last.content(name)
    except VerificationError:
        return nothing
    return last


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


class Core(NamedTuple):
    """A core table, None if it is as in the last build, and whether only `DESCRIPTIVE` columns differ from that."""

    frame: pl.DataFrame | None
    descriptive: bool


def _core(table: Table, new: list[pl.DataFrame], gone: set[str], last: LastBuild) -> Core:
    """Return a core table: rows of the last build but for those of some records, and new rows."""
    before = last.frame(table.name) if last.entries else table.frame_of([])
    kept = before.filter(~pl.col(table.owner or table.key[0]).is_in(gone))
    if last.entries and kept.height == before.height and not new:
        return Core(None, descriptive=True)
    frame = table.merged([kept, *new])
    if frame.select(table.key).is_duplicated().any():
        raise VerificationError(f"table {table.name!r} has two rows with one key")
    if last.entries and before.equals(frame):
        return Core(None, descriptive=True)
    return Core(frame, without_descriptive(frame).equals(without_descriptive(before)))


def _changed(frame: pl.DataFrame, name: str, last: LastBuild) -> pl.DataFrame | None:
    """Return a table that is not made row by row, after testing it; None if it is as in the last build."""
    if last.entries and last.frame(name).equals(frame):
        return None
    TABLES[name].validate(frame)
    return frame


def _write(
    folder: Path, name: str, frame: pl.DataFrame | None, last: LastBuild, about: Mapping[str, str]
) -> dict[str, Any]:
    """Write a table, or the file of the last build where there is no other, and return its entry for the manifest."""
    if frame is not None:
        return write_table(folder, name, frame, about)
    entry: dict[str, Any] = last.entries[name]
    files.create(folder, entry["file"], last.content(name))
    return entry
