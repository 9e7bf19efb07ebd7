"""From records to a folder of tables: checked, written, read back, and only then put in place.

A reader sees the old tables or the new ones, never a mixture: the folder is built beside the others under a name of
its own and swapped in by two renames. What a crash leaves behind is mended by the next build.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from alleged import datasets
from alleged.errors import SurroundingsError, VerificationError
from alleged.layout import HOUSE, Layout, schemas_folder
from alleged.report import Report, check

if TYPE_CHECKING:
    import polars as pl

LIBRARIES = ("alleged", "jsonschema-rs", "nanoarrow", "pandera", "polars", "pyyaml")
"""Libraries whose version may alter the bytes of a table or the verdict of a check."""

SCHEMA_VERSION = "0.1.0"
"""Version of the tables' contract (semver.org): which tables and columns there are, of which types."""

WAIT = 600
"""Seconds to wait for another build of the same project before giving up."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What a build did. `report` is None if nothing had changed; `rows` are by table, `records` by kind."""

    folder: str
    published: bool
    unchanged: bool = False
    report: Report | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    warnings: int = 0


def build(
    layout: Layout,
    force: bool = False,
    progress: Callable[[int], None] = lambda n: None,
    say: Say = lambda line: None,
) -> Built:
    """Check the project's records and write its tables to `datasets/dev/`.

    With errors in the records nothing is published, and the report tells them. If neither records nor tool have changed
    since the last build, nothing is done, unless `force` is set.

    Raises:
        SurroundingsError: The disk, a permission or another build stands in the way.
        VerificationError: A table misses its contract, or a record is lost on the way to its table.
    """
    target = layout.datasets / datasets.DEVELOPMENT
    shown = layout.relative(target)
    with _only_build(layout, say), _surroundings(shown):
        _heal(layout.datasets)
        source = _source(layout)
        inputs = _inputs(layout, source)
        if not force and _is_current(target, inputs):
            return Built(shown, published=True, unchanged=True)
        report = check(layout, progress=progress)
        if not report.sound:
            return Built(shown, published=False, report=report)
        frames = _frames(report)
        workshop = layout.datasets / f".build-{os.getpid()}"
        workshop.mkdir()
        try:
            named = {name: _write(workshop, name, frame, source) for name, frame in frames.items()}
            _write_manifest(workshop, _manifest(named, report, source, inputs))
            _swap(workshop, target)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    rows = {name: frame.height for name, frame in frames.items()}
    return Built(shown, True, False, report, rows, report.records, report.count("warning"))


@contextmanager
def _only_build(layout: Layout, say: Say) -> Iterator[None]:
    """Hold the lock of the project's tables; it is the system's own, so none is left over after a crash."""
    with _surroundings(layout.relative(layout.datasets)):
        layout.datasets.mkdir(exist_ok=True)
        lock = FileLock(layout.datasets / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say("waiting for another build of this project")
            try:
                lock.acquire(timeout=WAIT)
            except Timeout:
                raise SurroundingsError(f"another build has held datasets/.lock for {WAIT} seconds") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _surroundings(folder: str) -> Iterator[None]:
    """Tell what the system refuses in words: a full disk, a folder that may not be written."""
    try:
        yield
    except (SurroundingsError, VerificationError):
        raise
    except OSError as error:
        raise SurroundingsError(f"nothing was published in {folder}: {error.strerror or error}") from error


def _heal(folder: Path) -> None:
    """Put back the tables that a crash left between two renames, and remove what it left half made."""
    target = folder / datasets.DEVELOPMENT
    kept = sorted(folder.glob(".old-*"))
    if kept and not target.exists():
        kept.pop().rename(target)
    for leftover in (*kept, *folder.glob(".build-*")):
        shutil.rmtree(leftover, ignore_errors=True)


def _source(layout: Layout) -> dict[str, Any]:
    """Return the commit that the inputs are at, and whether they differ from it; nothing outside a git checkout."""

    def git(*words: str) -> str:
        run = ["git", "-C", str(layout.root), *words]
        return subprocess.run(run, capture_output=True, check=True, text=True, timeout=60).stdout.strip()

    try:
        if not Path(git("rev-parse", "--show-toplevel")).samefile(layout.root):
            return {"commit": None, "changed": None}
        inputs = [
            p
            for p in (layout.folder, layout.settings.name, "schemas", "src", "requirements.lock")
            if (layout.root / p).exists()
        ]
        return {
            "commit": git("rev-parse", "HEAD"),
            "changed": bool(git("status", "--porcelain", "--", *inputs)),
        }
    except (OSError, subprocess.SubprocessError):
        return {"commit": None, "changed": None}


def _inputs(layout: Layout, source: Mapping[str, Any]) -> str:
    """Return a digest of everything that the tables are made from: records, schemas, tool, libraries, commit."""
    digest = hashlib.sha256(json.dumps([source, _versions()], sort_keys=True).encode())
    tool = sorted(HOUSE.rglob("*.py"))
    schemas = sorted(schemas_folder().rglob("*.json"))
    for root, paths in (
        (layout.root, (layout.settings, *layout.bundles())),
        (HOUSE, tool),
        (schemas_folder(), schemas),
    ):
        for path in paths:
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            digest.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(content).hexdigest()}\0".encode())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}


def _is_current(folder: Path, inputs: str) -> bool:
    try:
        return datasets.manifest(folder).get("inputs_sha256") == inputs and datasets.intact(folder)
    except (LookupError, VerificationError):
        return False


def _frames(report: Report) -> dict[str, "pl.DataFrame"]:
    """Return every table, each held to its contract, to the ledger, and to the tables that it points at."""
    from alleged.frames import TABLES, canary, dangling

    canary()
    frames = {}
    for name, table in TABLES.items():
        frame = table.frame(report.corpus)
        table.validate(frame)
        if frame.height != (expected := table.count(report.corpus)):
            raise VerificationError(f"{name} has {frame.height} rows, but the records make for {expected}")
        frames[name] = frame
    if lost := dangling(frames):
        raise VerificationError("; ".join(lost[:5]))
    return frames


def _write(folder: Path, name: str, frame: "pl.DataFrame", source: Mapping[str, Any]) -> dict[str, Any]:
    """Write a table, make sure it is on the disk, read it back, and return what the manifest says of it."""
    import polars as pl

    from alleged.frames import TABLES

    path = folder / f"{name}.parquet"
    about: dict[str, str] = {
        "alleged:release": datasets.DEVELOPMENT,
        "alleged:schema_version": SCHEMA_VERSION,
        "alleged:commit": str(source["commit"] or ""),
        "alleged:licence": "CC-BY-4.0, quotes excluded",
        "alleged:table": str(TABLES[name].schema.description),
    }
    with path.open("xb") as file:
        frame.write_parquet(
            file,
            compression="zstd",
            compression_level=3,
            metadata=about,
            arrow_schema=TABLES[name].arrow,
        )
        file.flush()
        os.fsync(file.fileno())
    content = path.read_bytes()
    if not pl.read_parquet(content).equals(frame):
        raise VerificationError(f"{name} read back from the disk is not the table that was written")
    return {
        "file": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "rows": frame.height,
        "key": list(TABLES[name].key),
    }


def _manifest(named: Mapping[str, Any], report: Report, source: Mapping[str, Any], inputs: str) -> dict[str, Any]:
    return {
        "format": datasets.MANIFEST_FORMAT,
        "needs": version("alleged"),
        "release": datasets.DEVELOPMENT,
        "schema_version": SCHEMA_VERSION,
        "source": dict(source),
        "inputs_sha256": inputs,
        "libraries": _versions(),
        "records": report.records,
        "check": {"warnings": report.count("warning"), "allowed": len(report.waived)},
        "tables": dict(named),
    }


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    with (folder / "manifest.json").open("x", encoding="utf-8", newline="\n") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    _sync(folder)


def _swap(workshop: Path, target: Path) -> None:
    """Put the new folder in the place of the old one; between the two renames `_heal` knows what to do."""
    old = target.with_name(f".old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        workshop.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    _sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Make sure that a folder's entries are on the disk, where the system can do so."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
