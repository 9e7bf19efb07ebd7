"""What is published says of itself: the index of a catalogue, and the manifest of each folder of tables."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alleged.errors import UnknownNameError, VerificationError

MANIFEST_FORMAT = 1
"""Format of manifest.json that this version writes, and the newest that it reads."""

INDEX_FORMAT = 1
"""Format of index.json that this version writes, and the newest that it reads."""

DEVELOPMENT = "dev"
"""Name of the tables that `make build` writes; they change with the records."""

LARGEST = 1 << 24
"""Bytes of the largest index or manifest that is read; a release of a million ids has about as many."""

RELEASE = r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,6}"
SHA256 = r"[0-9a-f]{64}"
TABLE = r"[a-z][a-z0-9_]{0,62}"


@dataclass(frozen=True)
class Index:
    """What a catalogue lists: its releases, oldest first, the channels that point at them, those withdrawn and why."""

    releases: Mapping[str, Mapping[str, Any]]
    channels: Mapping[str, str]
    yanked: Mapping[str, str]


NOTHING_RELEASED = Index({}, {}, {})


def read_index(content: bytes, where: str) -> Index:
    """Return what index.json lists; `where` is its place, for messages.

    Raises:
        VerificationError: It was written by a newer version, or is no index.
    """
    found = _json(content, where, "an index of releases", INDEX_FORMAT)
    releases, channels, yanked = found.get("releases"), found.get("channels", {}), found.get("yanked", {})
    if not (isinstance(releases, list) and all(map(_is_entry, releases)) and _is_text(channels) and _is_text(yanked)):
        raise VerificationError(f"{where} is not an index of releases; a release or its digest is missing or malformed")
    ordered = sorted(releases, key=lambda entry: [int(part) for part in entry["release"].split(".")])
    return Index({entry["release"]: entry for entry in ordered}, channels, yanked)


def read_manifest(content: bytes, where: str, mend: str = "") -> dict[str, Any]:
    """Return what manifest.json says; `where` is its place and `mend` what to do about a damaged one, for messages.

    Raises:
        VerificationError: It was written by a newer version, or is no manifest.
    """
    found = _json(content, where, "a manifest", MANIFEST_FORMAT, mend)
    named = found.get("tables")
    if not isinstance(named, dict) or not all(_is_table(name, entry) for name, entry in named.items()):
        raise VerificationError(f"{where} is not a manifest; a table or its digest is missing or malformed{mend}")
    return found


def manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder of tables.

    Raises:
        UnknownNameError: The folder has none.
        VerificationError: It was written by a newer version, or is no manifest.
    """
    return read_manifest(content_of(folder), str(folder / "manifest.json"), mend(folder.name))


def content_of(folder: Path) -> bytes:
    """Return the bytes of a folder's manifest.

    Raises:
        UnknownNameError: The folder has none.
    """
    try:
        with (folder / "manifest.json").open("rb") as file:
            return file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        how = "run 'alleged build' first" if folder.name == DEVELOPMENT else "'alleged.versions()' lists the releases"
        raise UnknownNameError(f"there are no tables in {folder}; {how}") from None


def intact(folder: Path) -> bool:
    """Whether every file that a folder's manifest names is there, byte by byte."""
    try:
        named = manifest(folder)["tables"].values()
        return all(digest((folder / entry["file"]).read_bytes()) == entry["sha256"] for entry in named)
    except (OSError, LookupError, VerificationError):
        return False


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def mend(release: str) -> str:
    """Return the end of a message: what to type where a file in a folder of tables is missing or damaged."""
    if release == DEVELOPMENT:
        return "; run 'alleged build --force'"
    return f"; run 'alleged verify {release} --rebuild --restore', or give a catalogue that has its files"


def _json(content: bytes, where: str, what: str, newest: int, mend: str = "") -> dict[str, Any]:
    if len(content) > LARGEST:
        raise VerificationError(f"{where} is larger than {LARGEST >> 20} MiB and is not read")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise VerificationError(f"{where} is damaged: it is not JSON{mend}") from None
    if not isinstance(found, dict) or type(found.get("format")) is not int:
        raise VerificationError(f"{where} is not {what}{mend}")
    if found["format"] > newest:
        needs = found.get("needs", "of a newer version")
        raise VerificationError(f"these tables need alleged {needs}; upgrade it ({where} has format {found['format']})")
    return found


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict) and _fits(RELEASE, entry.get("release")) and _fits(SHA256, entry.get("manifest_sha256"))
    )


def _is_table(name: str, entry: Any) -> bool:
    """Whether a table is named in a way that is safe as an attribute, in SQL, as a path and in an address."""
    return (
        isinstance(entry, dict)
        and _fits(TABLE, name)
        and _fits(rf"{TABLE}\.parquet", entry.get("file"))
        and _fits(SHA256, entry.get("sha256"))
        and type(entry.get("bytes")) is int
        and entry["bytes"] >= 0
    )


def _is_text(found: Any) -> bool:
    """Whether all values are texts that may be shown on a terminal as they are."""
    return isinstance(found, dict) and all(isinstance(v, str) and v.isprintable() for v in found.values())


def _fits(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None
