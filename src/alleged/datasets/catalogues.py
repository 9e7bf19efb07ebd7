"""Catalogues of releases: a folder with an `index.json`, or a server with the same files."""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from alleged import files
from alleged.datasets import manifests
from alleged.datasets.installed import packages
from alleged.datasets.manifests import DEVELOPMENT, LARGEST, NOTHING_RELEASED, Index, advice, digest
from alleged.datasets.notes import last_answer, remember
from alleged.errors import EnvironmentFailure, ServerError, UnknownNameError, VerificationError
from alleged.text import notices


@dataclass(frozen=True)
class Folder:
    """A local catalogue: the folder `name` below a root, or the root itself.

    The root is the user's word and may be reached through links; below it no link is followed.
    """

    root: Path
    name: str = "."

    def __str__(self) -> str:
        return str(self.path)

    @property
    def path(self) -> Path:
        return self.root / self.name

    def index(self, exactly: str | None = None) -> Index:
        """Return the index, empty if nothing is released yet; `exactly` makes no difference here."""
        return manifests.read_index(self.root, self.name)

    def pinned(self, sha256: str) -> None:
        """Return None: a folder is at hand, so its index is read."""

    def manifest(self, release: str, sha256: str | None) -> bytes:
        """Return the bytes of a manifest; `sha256` is its digest in the index, None for the tables of the last build.

        Raises:
            UnknownNameError: There is none.
            VerificationError: It is not the one that the index names.
        """
        content = manifests.manifest_bytes(self.root, f"{self.name}/{release}")
        if sha256 is not None and (found := digest(content)) != sha256:
            path = self.path / release / "manifest.json"
            raise VerificationError(
                f"{path} is not the manifest in the index (sha256 {found}, not {sha256}); "
                f"restore it from version control: git checkout -- {path}"
            )
        return content

    def file(self, release: str, entry: dict[str, Any]) -> BinaryIO:
        """Return the file of a table, open and of the right size; its digest is not checked yet.

        Raises:
            UnknownNameError: It is not there.
            EnvironmentFailure: It cannot be read.
            VerificationError: It cannot be the one that the manifest names.
        """
        name, path = f"{self.name}/{release}/{entry['file']}", self.path / release / entry["file"]
        try:
            with manifests.translated(self.root, name, advice(release)):
                file = files.open_file(self.root, name)
        except FileNotFoundError:
            raise UnknownNameError(f"{path} is missing{advice(release)}") from None
        if (size := file.seek(0, io.SEEK_END)) != entry["bytes"]:
            file.close()
            difference = f"{size} bytes, not {entry['bytes']}"
            raise VerificationError(f"{path} is not the file in its manifest ({difference}){advice(release)}")
        file.seek(0)
        return file

    def strays(self, release: str, expected: set[str]) -> list[str]:
        """Return the Parquet files in the folder of a release that are not in its manifest.

        Raises:
            UnknownNameError: The folder is gone: a build has just put another one in its place.
        """
        folder = f"{self.name}/{release}"
        try:
            with manifests.translated(self.root, folder):
                names = {entry.name.rpartition("/")[2] for entry in files.entries(self.root, folder)}
        except FileNotFoundError:
            raise UnknownNameError(f"{self.path / release} is gone") from None
        return sorted(name for name in names - expected if name.endswith(".parquet") and name[0] != ".")

    def build(self) -> object:
        """Return a value that differs between two builds of the tables; None if there are none."""
        try:
            status = files.status(self.root, f"{self.name}/{DEVELOPMENT}/manifest.json")
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns

    def is_being_built(self) -> bool:
        """Whether a build is replacing the tables right now."""
        try:
            names = [entry.name.rpartition("/")[2] for entry in files.entries(self.root, self.name)]
        except OSError:
            return False
        return any(name[0] == "." and "-" in name for name in names)

    def advice(self, release: str) -> str:
        """Return the end of a message: what to do about a missing or damaged file."""
        return advice(release)


@dataclass(frozen=True)
class Remote:
    """A catalogue on a server; with `offline`, only what is in the cache."""

    address: str
    offline: bool = False

    def __str__(self) -> str:
        return self.address

    def index(self, exactly: str | None = None) -> Index:
        """Return the index of the server, which is asked once in a process, unless it did not list `exactly` then.

        Where it cannot be reached, what it listed last will do for a release that is asked for `exactly`, because a
        release never changes; for "the newest" it will not.
        """
        address = f"{self.address}/index.json"
        if self.offline:
            return manifests.index(self._cached(address), address)
        look = _looks.get(address)
        if look is None or not (_lists(look.index, exactly) if exactly else look.is_current):
            look = _looks[address] = self._look(address, exactly)
        return look.index

    def _look(self, address: str, exactly: str | None) -> "_Look":
        from alleged.datasets.downloads import ask

        try:
            content = ask(address)
        except ServerError as error:
            last = last_answer(address)
            index = manifests.index(last, address) if last is not None else NOTHING_RELEASED
            if exactly not in index.releases:
                hint = "; what has been loaded before can be had with offline=True" if last is not None else ""
                raise ServerError(f"{error}{hint}") from None
            notices.show(f"{error}; using the cached {exactly}")
            return _Look(index, is_current=False)
        index = manifests.index(content, address)
        remember(address, content)
        return _Look(index, is_current=True)

    def pinned(self, sha256: str) -> Index | None:
        """Return the index of the server as it is cached, if the manifest of this digest is; else None.

        Who has pinned a release, and has it, needs no server: a release never changes.
        """
        from alleged.datasets.downloads import cached

        if (manifest := cached(sha256)) is None:
            return None
        manifest.close()
        last = last_answer(f"{self.address}/index.json")
        return NOTHING_RELEASED if last is None else manifests.index(last, self.address)

    def manifest(self, release: str, sha256: str | None) -> bytes:
        """Return the bytes of a manifest, from the cache if they are there."""
        from alleged.datasets.downloads import ask, cached, fetch

        address = f"{self.address}/{release}/manifest.json"
        if sha256 is None and self.offline:
            return self._cached(address)
        if sha256 is None:
            remember(address, content := ask(address))
            return content
        found = cached(sha256) if self.offline else fetch(address, sha256)
        if found is None:
            raise EnvironmentFailure(_missing(address))
        with found as file:
            return file.read(LARGEST + 1)

    def file(self, release: str, entry: dict[str, Any]) -> BinaryIO:
        """Return the file of a table in the cache, open, after downloading what is missing."""
        from alleged.datasets.downloads import cached, fetch

        address = f"{self.address}/{release}/{entry['file']}"
        found = cached(entry["sha256"]) if self.offline else fetch(address, entry["sha256"], entry["bytes"])
        if found is None:
            raise EnvironmentFailure(_missing(address))
        return found

    def strays(self, release: str, expected: set[str]) -> list[str]:
        """Return nothing: only files of the manifest are ever requested."""
        return []

    def advice(self, release: str) -> str:
        """Return the end of a message: what to do about a missing or damaged file."""
        return "; load it again"

    def _cached(self, address: str) -> bytes:
        content = last_answer(address)
        if content is None:
            raise EnvironmentFailure(_missing(address))
        return content


Catalogue = Folder | Remote


class _Look(NamedTuple):
    """An index of a server; `is_current` is not set if it comes from the cache, since the server was not reached."""

    index: Index
    is_current: bool


_looks: dict[str, _Look] = {}
"""The last look at each server in this process, by the address of its index."""


def look_again() -> None:
    """Ask each server again when its index is needed next."""
    _looks.clear()


def _lists(index: Index, asked: str) -> bool:
    """Whether an index lists a release, or one whose name begins so."""
    return any(name == asked or name.startswith(f"{asked}.") for name in index.releases)


def locate(given: str | os.PathLike[str], start: Path, offline: bool) -> Catalogue:
    """Return the catalogue that a user names: a URL, a folder seen from `start`, or an installed package.

    Raises:
        UnknownNameError: There is no such folder or package, or the address is not one of http or https.
    """
    if isinstance(given, str) and "://" in given:
        return Remote(_address(given), offline)
    path = _folder(given, start) or packages().get(str(given))
    if path is None:
        raise UnknownNameError(
            f"there is no catalogue {str(given)!r}: neither a folder, nor an installed package, nor a URL such as "
            "https://…"
        )
    if not any(files.exists(path, name) for name in ("index.json", DEVELOPMENT)):
        inner = str(path / "datasets")
        hint = f"; did you mean {inner!r}?" if files.is_folder(path, "datasets") else ""
        raise UnknownNameError(f"the folder {str(path)!r} has no index.json{hint}")
    return Folder(path)


def nearest(start: Path) -> Folder | None:
    """Return the nearest folder `datasets/` from `start` upwards; None if there is none."""
    root = files.upwards(start, "datasets")
    return Folder(root, "datasets") if root else None


def installed() -> Folder | None:
    """Return the only release that is installed as a package; None if there is none.

    Raises:
        UnknownNameError: There are several.
    """
    found = packages()
    if len(found) > 1:
        raise UnknownNameError(f"several packages of data are installed; name one as the catalogue: {', '.join(found)}")
    return next((Folder(path) for path in found.values()), None)


def _folder(given: str | os.PathLike[str], start: Path) -> Path | None:
    """Return the folder that a user names; None if there is none."""
    try:
        path = start / Path(given).expanduser()
        return path if files.is_folder(path, ".") else None
    except (ValueError, RuntimeError):  # it contains a NUL, or the home of an unknown user
        return None


def _address(given: str) -> str:
    try:
        parts = urlsplit(given)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        sound = False
        parts = urlsplit("")
    plain = given.isascii() and given.isprintable() and " " not in given
    if not sound or parts.query or parts.fragment or parts.username is not None or not plain:
        raise UnknownNameError(
            f"{given!r} is not the URL of a catalogue; write http(s)://host/folder, without user, '?' or '#', "
            "and with '%' codes for what is not ASCII"
        )
    return given.removesuffix("index.json").rstrip("/")


def _missing(address: str) -> str:
    return f"offline, and the cache has no valid copy of {address}; load it once with offline=False"
