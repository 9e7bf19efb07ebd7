"""Holding a release against its manifest, byte by byte."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alleged import datasets
from alleged.errors import UnknownNameError
from alleged.layout import Layout
from alleged.release import content_of, versions
from alleged.release.cutting import KEPT, read_index


@dataclass(frozen=True)
class Verdict:
    """What was looked at and what is wrong. `equal` tells how a rebuilt release compares: `bytes`, `content` or no."""

    release: str
    files: int
    faults: tuple[str, ...]
    missing: tuple[str, ...] = ()
    equal: str = ""

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(layout: Layout, name: str | None = None) -> Verdict:
    """Hold every file of a release against its manifest: bytes, rows, types, the digest of the content.

    Files that are not committed and have not been built here are `missing`, which is no fault.

    Raises:
        UnknownNameError: There is no such release.
        VerificationError: The index or the manifest cannot be read.
    """
    name = name or _stable(layout)
    folder = layout.datasets / name
    if unnamed := list(_of_index(layout, name, folder)):
        return Verdict(name, 1, tuple(unnamed))
    manifest = datasets.manifest(folder)
    faults = [] if manifest["release"] == name else [f"manifest.json is that of {manifest['release']}, not of {name}"]
    files = files_of(manifest)
    here = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    missing = tuple(file for file in files if file not in here and file not in KEPT)
    for file, entry in files.items():
        if file not in missing:
            faults += _of_file(folder / file, entry)
    faults += [f"{file} is no file of this release" for file in sorted(here - set(files) - {"manifest.json"})]
    tables = [t for t in manifest["tables"] if manifest["tables"][t]["file"] not in missing]
    if not faults:
        faults += [fault for table in tables for fault in _of_table(folder, table, manifest)]
        faults += _of_ledger(manifest)
    return Verdict(name, len(files) - len(missing) + 1, tuple(faults), missing)


def libraries_differ(layout: Layout, name: str) -> list[str]:
    """Return the libraries whose version here is not that of the release, so that bytes may differ."""
    wanted = datasets.manifest(layout.datasets / name)["libraries"]
    here = versions()
    return [f"{lib} {here.get(lib)} instead of {wanted[lib]}" for lib in wanted if here.get(lib) != wanted[lib]]


def _stable(layout: Layout) -> str:
    channels = read_index(layout)["channels"]
    if "stable" not in channels:
        raise UnknownNameError("nothing has been released yet; 'alleged release' does so")
    return channels["stable"]


def files_of(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what a manifest says of each file of a release, by name."""
    files = {entry["file"]: entry for entry in manifest["tables"].values()}
    return files | manifest.get("files", {})


def _of_index(layout: Layout, name: str, folder: Path) -> Iterator[str]:
    """Tell a manifest that is not the one which the index names: nothing else in it can be believed then."""
    if name == datasets.DEVELOPMENT:
        return
    entry = next((e for e in read_index(layout)["releases"] if e["release"] == name), None)
    if entry is None:
        yield f"datasets/index.json does not name {name}"
    elif (found := _digest(folder / "manifest.json")) != entry["manifest_sha256"]:
        yield f"manifest.json: sha256 {found}, but the index says {entry['manifest_sha256']}"


def _of_file(path: Path, entry: Mapping[str, Any]) -> Iterator[str]:
    if not path.is_file() or path.is_symlink():
        yield f"{path.name} is missing"
    elif (found := _digest(path)) != entry["sha256"]:
        yield f"{path.name}: sha256 {found}, but the manifest says {entry['sha256']}"
    elif path.stat().st_size != entry["bytes"]:
        yield f"{path.name}: {path.stat().st_size} bytes, but the manifest says {entry['bytes']}"


def _of_table(folder: Path, name: str, manifest: Mapping[str, Any]) -> Iterator[str]:
    import polars as pl

    from alleged.release import content

    entry = manifest["tables"][name]
    frame = pl.read_parquet(io.BytesIO((folder / entry["file"]).read_bytes()))
    if frame.height != entry["rows"]:
        yield f"{name} has {frame.height} rows, but the manifest says {entry['rows']}"
    if frame.columns != [column["name"] for column in entry["columns"]]:
        yield f"{name} has other columns than the manifest says"
    if frame.select(entry["key"]).is_duplicated().any():
        yield f"{name} holds a key twice"
    if (found := content.of_table(name, frame)) != entry["content_sha256"]:
        yield f"{name}: content {found}, but the manifest says {entry['content_sha256']}"


def _of_ledger(manifest: Mapping[str, Any]) -> Iterator[str]:
    for kind, number in manifest["records"].items():
        rows = manifest["tables"][kind]["rows"]
        if number != rows or number != len(manifest["ids"][kind]):
            yield f"{kind}: {number} records, {len(manifest['ids'][kind])} ids, but {rows} rows"
    if content_of(manifest) != manifest["content_sha256"]:
        yield "the digest of the release is not that of its tables"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "none"
