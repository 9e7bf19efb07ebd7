"""The JSON files of releases: index, manifest, lock, provenance, data package.

Each is checked against its schema (`schemas/<kind>.schema.json`) by jsonschema-rs alone, and then for what a schema
cannot say, before any value of it is used. The formats of later versions are refused with the version to upgrade to.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import jsonschema_rs

from alleged import files
from alleged.errors import AllegedError, EnvironmentFailure, FileRefused, UnknownNameError, VerificationError
from alleged.files import Root
from alleged.project import schemas_folder
from alleged.text.escape import beginning

FORMAT = 1
"""Format of index, manifest and lock that this version writes, and the newest that it reads."""

SCHEMA_VERSION = "2.3.0"
"""Version of the structure of the tables (semver.org); `release` refuses one that is smaller than the changes demand.

Tables of an older or the same major can be read.
"""

ADDED = frozenset({"response_searches"})
"""Core tables that were added to this major version; a release from before has no rows of them."""

DEVELOPMENT = "dev"
"""Name of the tables that `alleged build` writes; they change with the records."""

LARGEST = 1 << 26
"""Largest file that is read, in bytes; a manifest with the ids of a million records has about half as many."""

MOST_VALUES = 1 << 21
"""Most values in a JSON file that is read, which limits its memory."""

CHUNK = 1 << 20

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Index:
    """Content of index.json: releases (oldest first), channels that point at them, withdrawn releases with reasons.

    `data` is the whole of index.json.
    """

    releases: Mapping[str, Mapping[str, Any]]
    channels: Mapping[str, str]
    yanked: Mapping[str, str]
    data: Mapping[str, Any] = field(repr=False)


NOTHING: Mapping[str, Any] = {"format": FORMAT, "releases": [], "channels": {}, "yanked": {}}

NOTHING_RELEASED = Index({}, {}, {}, NOTHING)


# Reading from a folder.


def read_index(root: Root, folder: str = "datasets") -> Index:
    """Return the content of the index.json of a folder; empty if there is none.

    Raises:
        EnvironmentFailure: It cannot be read.
        VerificationError: It was written by a newer version, is no index, or no regular file.
    """
    name = f"{folder}/index.json"
    try:
        return index(read(root, name, LARGEST), _place(root, name))
    except FileNotFoundError:
        return NOTHING_RELEASED


def read_manifest(root: Root, folder: str) -> Manifest:
    """Return the manifest of a folder of tables, such as `datasets/dev`.

    Raises:
        UnknownNameError: The folder has none.
        EnvironmentFailure: It cannot be read.
        VerificationError: It was written by a newer version, is no manifest, or no regular file.
    """
    hint = advice(DEVELOPMENT) if folder.rpartition("/")[2] == DEVELOPMENT else ""
    return manifest(manifest_bytes(root, folder), _place(root, f"{folder}/manifest.json"), hint)


def manifest_bytes(root: Root, folder: str) -> bytes:
    """Return the content of the manifest of a folder of tables.

    Raises:
        UnknownNameError: The folder has none.
        EnvironmentFailure: It cannot be read.
        VerificationError: It is no regular file, or too large.
    """
    try:
        return read(root, f"{folder}/manifest.json", LARGEST)
    except FileNotFoundError:
        dev = folder.rpartition("/")[2] == DEVELOPMENT
        how = "run 'alleged build' first" if dev else "'alleged.versions()' lists the releases"
        raise UnknownNameError(f"there are no tables in {_place(root, folder)}; {how}") from None


def read(root: Root, name: str, limit: int) -> bytes:
    """Return the content of a file of a dataset.

    Raises:
        FileNotFoundError: There is none.
        EnvironmentFailure: It cannot be read.
        VerificationError: It is a link or no regular file, or larger than `limit`.
    """
    with translated(root, name):
        return files.read(root, name, limit)


def intact(root: Root, folder: str) -> bool:
    """Whether every file in the manifest of a folder is there with the right bytes."""
    try:
        found = read_manifest(root, folder)
        return all(digest_of(root, f"{folder}/{name}", e["bytes"]) == e["sha256"] for name, e in named(found).items())
    except (OSError, AllegedError):
        return False


def digest_of(root: Root, name: str, limit: int) -> str:
    """Return the SHA-256 of a file; for more than `limit` bytes, a different digest, as `digest_from` does.

    Raises:
        FileNotFoundError: There is none.
        EnvironmentFailure: It cannot be read.
        VerificationError: It is a link, or no regular file.
    """
    with translated(root, name), files.open_file(root, name) as file:
        return digest_from(file, limit)


def digest_from(file: BinaryIO, limit: int) -> str:
    """Return the SHA-256 of the rest of an open file; reading stops soon after `limit` bytes.

    So reading a file that grows comes to an end, and its digest is not that of the first `limit` bytes.
    """
    found = hashlib.sha256()
    left = limit
    while left >= 0 and (chunk := file.read(CHUNK)):
        found.update(chunk)
        left -= len(chunk)
    return found.hexdigest()


@contextmanager
def translated(root: Root, name: str, advice: str = "") -> Iterator[None]:
    """Translate errors of `files` and of the system into clear ones; a missing file stays FileNotFoundError.

    `advice` is what to do about a file that is refused, for the message.

    Raises:
        EnvironmentFailure: The system cannot read it.
        VerificationError: It is a link, no regular file, or too large.
    """
    try:
        yield
    except FileRefused as error:
        raise VerificationError(f"in {root}, {error}{advice}") from None
    except (AllegedError, FileNotFoundError):
        raise
    except OSError as error:
        raise EnvironmentFailure(f"{_place(root, name)} cannot be read: {error.strerror or error}") from error


def _place(root: Root, name: str) -> str:
    return str(Path(root, name))


# Reading from bytes; `where` names them in messages.


def index(content: bytes, where: str) -> Index:
    """Return the content of an index.json.

    Raises:
        VerificationError: It was written by a newer version, or is no index.
    """
    found = _checked("index", content, where)
    ordered = sorted(found["releases"], key=lambda entry: [int(part) for part in entry["release"].split(".")])
    releases = {entry["release"]: entry for entry in ordered}
    _require(where, "index", _faults_of_index(found, releases))
    return Index(releases, found["channels"], found["yanked"], found)


def manifest(content: bytes, where: str, advice: str = "") -> Manifest:
    """Return the content of a manifest.json; `advice` ends the message about a damaged one.

    Raises:
        VerificationError: It was written by a newer version, or is no manifest.
    """
    found = _checked("manifest", content, where, advice)
    _require(where, "manifest", _faults_of_manifest(found), advice)
    return found


def with_yanked(found: Index, releases: Iterable[str], reason: str) -> bytes:
    """Return the content of an index.json in which some releases are withdrawn, all for one reason."""
    changed = {**found.data, "yanked": {**found.yanked, **dict.fromkeys(releases, reason)}}
    return (json.dumps(changed, indent=2, ensure_ascii=False) + "\n").encode()


def lock(content: bytes, where: str) -> dict[str, Any]:
    """Return the content of an alleged.lock.

    Raises:
        VerificationError: It was written by a newer version, or is no lock.
    """
    return _checked("lock", content, where)


def provenance(content: bytes, where: str) -> dict[str, Any]:
    """Return the content of a provenance.json.

    Raises:
        VerificationError: It is none.
    """
    return _checked("provenance", content, where)


def datapackage(content: bytes, where: str) -> dict[str, Any]:
    """Return the content of a datapackage.json.

    Raises:
        VerificationError: It is none.
    """
    return _checked("datapackage", content, where)


def named(found: Manifest) -> dict[str, Mapping[str, Any]]:
    """Return the entries of all files of a manifest, by file name."""
    tables = {entry["file"]: entry for entry in found["tables"].values()}
    return tables | found.get("files", {})


def advice(release: str) -> str:
    """Return the end of a message: what to type if a file of a release is missing or damaged."""
    if release == DEVELOPMENT:
        return "; run 'alleged build --force'"
    return f"; run 'alleged verify {release} --rebuild --restore', or use a catalogue that has its files"


def is_release(name: str) -> bool:
    """Whether a text is a release name, such as 2026.11.0."""
    return re.fullmatch(_schema("manifest")["definitions"]["release"]["pattern"], name) is not None


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


# What a schema cannot check.


def _faults_of_index(found: Mapping[str, Any], releases: Mapping[str, Any]) -> Iterator[str]:
    if len(releases) < len(found["releases"]):
        yield "/releases: a release is listed twice"
    for channel, name in found["channels"].items():
        if name not in releases:
            yield f"/channels/{channel}: {name} is not among the releases"


def _faults_of_manifest(found: Manifest) -> Iterator[str]:
    if not _is_day(found.get("citation", {}).get("date", "2000-01-01")):
        yield "/citation/date: there is no such day"
    if found["release"] != DEVELOPMENT and (found["source"]["commit"] is None or found["source"]["changed"]):
        yield "/source: a release is made from a commit, without changes"
    for name, entry in found["tables"].items():
        columns = [column["name"] for column in entry["columns"]]
        if len(set(columns)) < len(columns):
            yield f"/tables/{name}/columns: a column is listed twice"
        if not set(entry["key"]) <= set(columns):
            yield f"/tables/{name}/key: a key column is not among the columns"
    names = [entry["file"] for entry in found["tables"].values()] + [*found.get("files", ()), "manifest.json"]
    for name in filter(files.DEVICE.fullmatch, names):
        yield f"/files: {name} is a name that Windows reserves"
    if len({name.lower() for name in names}) < len(names):
        yield "/files: a file is named twice"
    for kind in found["records"]:
        if kind not in found["tables"]:
            yield f"/records/{kind}: there is no such table"
    for kind in found["ids"]:
        if kind not in found["records"]:
            yield f"/ids/{kind}: there are no records of this kind"


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _require(where: str, kind: str, faults: Iterator[str], advice: str = "") -> None:
    if (fault := next(faults, None)) is not None:
        raise VerificationError(f"{where} is not {_schema(kind)['title']}: {fault}{advice}")


# JSON and its schemas.


def _checked(kind: str, content: bytes, where: str, advice: str = "") -> dict[str, Any]:
    """Return JSON that fits its schema.

    Raises:
        VerificationError: It was written by a newer version, is no JSON, too large, or does not fit.
    """
    if len(content) > LARGEST:
        raise VerificationError(f"{where} is larger than {LARGEST >> 20} MiB and is not read")
    found: Any = None
    try:
        found = _parsed(content)
        if isinstance(found, dict):
            _require_known(found, where)
        fault = None if _validator(kind).is_valid(found) else next(_validator(kind).iter_errors(found))
        wrong = _message(fault) if fault else ""
    except UnicodeError:  # JSON can contain lone surrogates, which are not Unicode
        wrong = "it is not UTF-8"
    except ValueError as error:
        wrong = f"it is damaged or not JSON ({beginning(str(error))})"
    except RecursionError:
        wrong = "its brackets are nested too deeply"
    if wrong:
        raise VerificationError(f"{where} is not {_schema(kind)['title']}: {wrong}{advice}")
    return found


def _parsed(content: bytes) -> Any:
    if content.count(b",") > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} values")
    return json.loads(content.decode(), object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse)


def _require_known(found: Mapping[str, Any], where: str) -> None:
    """Refuse files of a newer version. Their form is unknown, so each field is checked by itself."""
    own, form, structure, needs = _own_version(), *map(found.get, ("format", "schema_version", "needs"))
    newer = isinstance(needs, str) and _fits("version", needs) and _numbers(needs) > _numbers(own)
    major = _major(structure) if isinstance(structure, str) and _fits("schemaVersion", structure) else 0
    if type(form) is int and form > FORMAT:
        reason = f"format {form}"
    elif major > _major(SCHEMA_VERSION):
        reason = f"schema version {structure}"
    elif newer:
        reason = f"needs {needs}"
    else:
        return
    wanted = f"alleged {needs}" if newer else "a newer alleged"
    raise VerificationError(f"these tables need {wanted}; upgrade it, this is {own} ({where}: {beginning(reason)})")


def _own_version() -> str:
    """Return the version of the package, without `importlib.metadata`, which is slow to import.

    import-linter takes `from alleged import __version__` for an import of all that the package names to type checkers.
    """
    return import_module("alleged").__version__


def _major(text: str) -> int:
    return int(text.partition(".")[0])


def _numbers(text: str) -> list[int]:
    """Return the numbers of a version without trailing zeros: 0.1 equals 0.1.0."""
    found = re.match(r"[0-9]+(\.[0-9]+)*", text)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


def _fits(definition: str, text: str) -> bool:
    return re.fullmatch(_schema("manifest")["definitions"][definition]["pattern"], text) is not None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("duplicate property")
    return found


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"{number[:20]} is not a whole number")


def _message(fault: jsonschema_rs.ValidationError) -> str:
    """Return the fault with its place, as a JSON pointer (RFC 6901)."""
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in fault.instance_path)
    place = f"{beginning(pointer)}: " if pointer else ""
    if isinstance(fault.kind, jsonschema_rs.ValidationErrorKind.PropertyNames):
        fault = fault.kind.error
    if isinstance(fault.kind, jsonschema_rs.ValidationErrorKind.Required):
        return f"{place}{fault.kind.property!r} is missing"
    value = fault.instance
    shown = "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else json.dumps(value)
    address, _, steps = (fault.absolute_keyword_location or "").partition("#")
    part = _schema(address.rpartition("/")[2].partition(".")[0])
    wanted = part["title"]
    for step in steps.split("/")[1:]:
        part = part[int(step)] if isinstance(part, list) else part[step]
        wanted = part.get("title", wanted) if isinstance(part, dict) else wanted
    return f"{place}{beginning(shown)} is not {wanted}"


@cache
def _schema(kind: str) -> dict[str, Any]:
    return json.loads(files.read(schemas_folder(), f"{kind}.schema.json", LARGEST))


@cache
def _validator(kind: str) -> jsonschema_rs.Draft7Validator:
    """Return the compiled schema; it matches in linear time and loads no schema from outside the package."""
    known = jsonschema_rs.Registry([("manifest", _schema("manifest"))], draft=jsonschema_rs.Draft7)
    options = jsonschema_rs.RegexOptions()
    return jsonschema_rs.Draft7Validator(_schema(kind), registry=known, offline=True, pattern_options=options)
