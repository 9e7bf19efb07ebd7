"""Reading tables back: every byte is held against the manifest before a row is seen."""

import hashlib
import io
import json
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alleged.errors import UnknownNameError, VerificationError
from alleged.vocabularies import closest

if TYPE_CHECKING:
    import polars as pl

MANIFEST_FORMAT = 1
"""Format of manifest.json that this version writes, and the newest that it reads."""

DEVELOPMENT = "dev"
"""Name of the tables that `make build` writes; they change with the records."""

logger = logging.getLogger("alleged")


def load(table: str, release: str | None = None, project: Path | str | None = None) -> "pl.DataFrame":
    """Return a table as a polars DataFrame; its rows, key, order and columns are told in the codebook.

    `release` names a folder of `datasets/`; without it, the tables of the last build (`dev`) are read. `project` is a
    folder of the project, by default the working directory.

    Raises:
        UnknownNameError: There is no such project, release or table.
        VerificationError: The file is not the one that the manifest names.
    """
    import polars as pl

    folder = _folder(release, project)
    content = _settled(folder, table)
    logger.info("loaded %r of %s", table, folder.name)
    return pl.read_parquet(io.BytesIO(content))


def tables(release: str | None = None, project: Path | str | None = None) -> list[str]:
    """Return the names of the tables of a release, by default of the last build.

    Raises:
        UnknownNameError: There is no such project or release.
    """
    return list(manifest(_folder(release, project))["tables"])


def manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder of tables.

    Raises:
        UnknownNameError: The folder has none.
        VerificationError: It was written by a newer version, or is no manifest.
    """
    try:
        found = json.loads((folder / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise UnknownNameError(f"there are no tables in {folder}; run 'alleged build' first") from None
    except ValueError:
        raise VerificationError(f"{folder / 'manifest.json'} is damaged; run 'alleged build --force'") from None
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise VerificationError(f"{folder / 'manifest.json'} is not a manifest; run 'alleged build --force'")
    if found["format"] > MANIFEST_FORMAT:
        raise VerificationError(f"these tables need alleged {found.get('needs', 'of a newer version')}; upgrade it")
    return found


def intact(folder: Path) -> bool:
    """Whether every file that a folder's manifest names is there, byte by byte."""
    try:
        named = manifest(folder)["tables"].values()
        return all(_digest((folder / entry["file"]).read_bytes()) == entry["sha256"] for entry in named)
    except (OSError, LookupError, VerificationError):
        return False


def _folder(release: str | None, project: Path | str | None) -> Path:
    start = Path(project or ".").absolute()
    name = release or DEVELOPMENT
    if name in (".", "..") or Path(name).name != name:
        raise UnknownNameError(f"{name!r} is not the name of a release")
    for folder in (start, *start.parents):
        if (folder / "datasets").is_dir():
            return folder / "datasets" / name
    raise UnknownNameError(f"no folder 'datasets' in {start} or above it; run 'alleged build' first")


def _settled(folder: Path, table: str) -> bytes:
    """Return the bytes of a table; a build that swaps the folder while it is read makes for another look."""
    for patience in (0.05, 0.2, 0.5, None):
        try:
            return _verified(folder, table)
        except (FileNotFoundError, VerificationError, UnknownNameError):
            if patience is None or not any(folder.parent.glob(".*-*")):
                raise
            time.sleep(patience)
    raise AssertionError("the last look returns or raises")


def _verified(folder: Path, table: str) -> bytes:
    named = manifest(folder)["tables"]
    if table not in named:
        close = closest(table, named)
        hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(named)}"
        raise UnknownNameError(f"there is no table {table!r}{hint}")
    entry = named[table]
    content = (folder / entry["file"]).read_bytes()
    if _digest(content) != entry["sha256"]:
        raise VerificationError(
            f"{folder / entry['file']} is not the file its manifest names (sha256 {_digest(content)}, "
            f"not {entry['sha256']}); run 'alleged build --force'"
        )
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
