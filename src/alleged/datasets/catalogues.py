"""Where releases come from: a folder with an `index.json`, or the address of a server that gives the same files."""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from alleged.datasets.manifests import (
    DEVELOPMENT,
    LARGEST,
    NOTHING_RELEASED,
    Index,
    content_of,
    digest,
    mend,
    read_index,
)
from alleged.errors import SurroundingsError, UnknownNameError, VerificationError


@dataclass(frozen=True)
class Folder:
    """A catalogue on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def index(self, exactly: str | None = None) -> Index:
        """Return what is listed, nothing where nothing is released yet; `exactly` makes no difference here."""
        path = self.path / "index.json"
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError:
            return NOTHING_RELEASED
        return read_index(content, str(path))

    def manifest(self, release: str, sha256: str | None) -> bytes:
        """Return the bytes of a manifest; `sha256` is what the index says of it, None for the tables of the last build.

        Raises:
            UnknownNameError: There is none.
            VerificationError: It is not the one that the index names.
        """
        content = content_of(self.path / release)
        if sha256 is not None and (found := digest(content)) != sha256:
            path = self.path / release / "manifest.json"
            raise VerificationError(
                f"{path} is not the manifest that the index names (sha256 {found}, not {sha256}); "
                f"take it from version control again: git checkout -- {path}"
            )
        return content

    def file(self, release: str, entry: dict[str, Any]) -> Path:
        """Return the path of a table's file, which is a regular one and of the right size; its digest is still to do.

        Raises:
            UnknownNameError: It is not there.
            VerificationError: It cannot be the one that the manifest names.
        """
        path = self.path / release / entry["file"]
        try:
            found = path.stat()
        except FileNotFoundError:
            raise UnknownNameError(f"{path} is not here{mend(release)}") from None
        if not stat.S_ISREG(found.st_mode):
            raise VerificationError(f"{path} is not a regular file{mend(release)}")
        if found.st_size != entry["bytes"]:
            size = f"{found.st_size} bytes, not {entry['bytes']}"
            raise VerificationError(f"{path} is not the file its manifest names ({size}){mend(release)}")
        return path

    def strays(self, release: str, expected: set[str]) -> list[str]:
        """Return the names of Parquet files in a release's folder that its manifest does not know."""
        names = {path.name for path in (self.path / release).glob("*.parquet") if path.name[0] != "."}
        return sorted(names - expected)

    def damage(self, release: str) -> str:
        return mend(release)


@dataclass(frozen=True)
class Remote:
    """A catalogue on a server; with `offline` set, only what the cache has of it."""

    address: str
    offline: bool = False

    def __str__(self) -> str:
        return self.address

    def index(self, exactly: str | None = None) -> Index:
        """Return what the server lists now.

        Where it cannot be reached, what it listed last will do for a release that is asked for `exactly`, because a
        release never changes; for "the newest" it will not.
        """
        from alleged.datasets.downloads import ask, remembered

        address = f"{self.address}/index.json"
        if self.offline:
            return read_index(self._remembered(address), address)
        try:
            return read_index(ask(address), address)
        except SurroundingsError as error:
            last = remembered(address)
            index = read_index(last, address) if last is not None else NOTHING_RELEASED
            if exactly not in index.releases:
                hint = "; what has been loaded before can be had with offline=True" if last is not None else ""
                raise SurroundingsError(f"{error}{hint}") from None
            sys.stderr.write(f"alleged: {error}; going by what the cache has of {exactly}\n")
            return index

    def manifest(self, release: str, sha256: str | None) -> bytes:
        """Return the bytes of a manifest, from the cache if its digest is known and it is there."""
        from alleged.datasets.downloads import ask, fetch, is_kept, kept

        address = f"{self.address}/{release}/manifest.json"
        if sha256 is None:
            return self._remembered(address) if self.offline else ask(address)
        if not self.offline:
            return fetch(address, sha256).read_bytes()
        if not is_kept(sha256):
            raise SurroundingsError(_missing(address))
        return kept(sha256).read_bytes()

    def file(self, release: str, entry: dict[str, Any]) -> Path:
        """Return the path of a table's file in the cache, after downloading what of it is not there."""
        from alleged.datasets.downloads import fetch, is_kept, kept

        address = f"{self.address}/{release}/{entry['file']}"
        if not self.offline:
            return fetch(address, entry["sha256"], entry["bytes"])
        if not is_kept(entry["sha256"]):
            raise SurroundingsError(_missing(address))
        return kept(entry["sha256"])

    def strays(self, release: str, expected: set[str]) -> list[str]:
        """Return nothing: only files that the manifest names are ever asked for."""
        return []

    def damage(self, release: str) -> str:
        return "; load it again"

    def _remembered(self, address: str) -> bytes:
        from alleged.datasets.downloads import remembered

        content = remembered(address)
        if content is None:
            raise SurroundingsError(_missing(address))
        return content


Catalogue = Folder | Remote


def locate(given: str | os.PathLike[str] | None, start: Path, offline: bool) -> Catalogue:
    """Return the catalogue that is given, or else the nearest folder `datasets/` from `start` upwards.

    Raises:
        UnknownNameError: There is no such folder, or the address is not one of http or https.
    """
    if given is None:
        return Folder(_nearest(start))
    if isinstance(given, str) and "://" in given:
        return Remote(_address(given), offline)
    path = start / Path(given).expanduser()
    if not path.is_dir():
        raise UnknownNameError(
            f"there is no catalogue {str(given)!r}: neither a folder nor an address such as https://…"
        )
    if not any((path / name).exists() for name in ("index.json", DEVELOPMENT)):
        inner = path / "datasets"
        hint = f"; did you mean {str(inner)!r}?" if inner.is_dir() else ""
        raise UnknownNameError(f"the folder {str(path)!r} holds no index.json{hint}")
    return Folder(path)


def _nearest(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / "datasets").is_dir():
            return folder / "datasets"
    raise UnknownNameError(
        f"no folder 'datasets' in {start} or above it; run 'alleged build' first, or name a catalogue"
    )


def _address(given: str) -> str:
    try:
        parts = urlsplit(given)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        sound = False
        parts = urlsplit("")
    if not sound or parts.query or parts.fragment or parts.username is not None or not given.isprintable():
        raise UnknownNameError(
            f"{given!r} is not the address of a catalogue; write http(s)://host/folder, without user, '?' or '#'"
        )
    return given.removesuffix("index.json").rstrip("/")


def _missing(address: str) -> str:
    return f"offline, and the cache has no sound copy of {address}; load it once with offline=False"
