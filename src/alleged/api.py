"""The public Python API: what `import alleged` offers. Which release is meant is never guessed."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from alleged import files
from alleged.datasets import lockfile
from alleged.datasets.catalogues import Catalogue, Folder, locate
from alleged.datasets.lockfile import Pin
from alleged.datasets.manifests import DEVELOPMENT
from alleged.datasets.release import Release
from alleged.datasets.resolve import Choice, choose, open_release, report_choice
from alleged.errors import EnvironmentFailure, UnknownNameError, VerificationError

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from alleged.origins.roots import Edges
    from alleged.origins.utterances import Known

__all__ = [
    "Pin",
    "Release",
    "Version",
    "as_of",
    "load",
    "open",
    "pin",
    "scan",
    "table_names",
    "versions",
]

Place = str | os.PathLike[str]
T = TypeVar("T")


class Version(NamedTuple):
    """A release in a catalogue; `yanked` is the reason for its withdrawal, None if it was not withdrawn."""

    release: str
    schema_version: str
    channels: tuple[str, ...]
    yanked: str | None


def load(
    table: str,
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> "pl.DataFrame":
    """Return a table as a polars DataFrame; docs/codebook.md describes its rows, key and columns.

    `release`, `catalogue`, `offline` and `project` are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue, release or table.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return _read(lambda opened: opened.load(table), release, catalogue, offline, project)


def scan(
    table: str,
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> "pl.LazyFrame":
    """Return a table as a polars LazyFrame; a query reads only what it needs.

    `release`, `catalogue`, `offline` and `project` are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue, release or table.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return _read(lambda opened: opened.scan(table), release, catalogue, offline, project)


def open(
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> Release:
    """Return a release with its tables as attributes: `open("2026.11.0").claims`.

    `release` is a name such as `2026.11.0`, the beginning of one if only one release has it (`2026.11`), or `dev` for
    the last build. Without it, the nearest `alleged.lock` from the working directory upwards decides; without one, the
    channel `stable` of the catalogue, or `dev` if nothing is released yet; the choice is printed on standard error.

    `catalogue` is a folder with an `index.json`, or the http(s) URL of a server with the same files; by default that of
    `alleged.lock`, or else the nearest folder `datasets/` upwards. Downloads are verified and kept in the cache
     (`$ALLEGED_CACHE`, else `alleged` in `$XDG_CACHE_HOME` or `~/.cache`); with `offline` set, only that is
    used. `project` is a folder to start from instead of the working directory.

    Raises:
        UnknownNameError: There is no such catalogue or release, or more than one.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return _read(lambda opened: opened, release, catalogue, offline, project)


def versions(catalogue: Place | None = None, offline: bool = False, project: Place | None = None) -> list[Version]:
    """Return the releases of a catalogue, oldest first, with their channels and withdrawals.

    `catalogue`, `offline` and `project` are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue.
        EnvironmentFailure: The server cannot be reached.
        VerificationError: The index was written by a newer version, or is damaged.
    """
    index = _place(None, catalogue, offline, _start(project))[0].index()
    return [
        Version(
            name,
            entry["schema_version"],
            tuple(channel for channel, target in index.channels.items() if target == name),
            index.yanked.get(name),
        )
        for name, entry in index.releases.items()
    ]


def table_names(
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> list[str]:
    """Return the names of the tables of a release; arguments are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue or release.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return open(release, catalogue, offline, project).tables


def as_of(
    day: "date | str",
    known: "Known" = "certain",
    edges: "Edges" = "then",
    project: Place | None = None,
    release: str | None = None,
) -> dict[str, "pl.DataFrame"]:
    """Return every table by name as the public could know it on a day, a date or a text such as `2024-06-18`.

    With `certain` a claim counts from the last day on which it can have been published, with `possible` from the first.
    A relation counts once it is public too; with `current` edges also where it came to light only later, and roots are
    then named even if they were public later: that is hindsight. Actors, topics and code lists are the curators' own
    and stay whole.

    Raises:
        DateError: The text is no calendar day.
        LimitError: Seen so, dependences lead to more ways than a table can hold.
        UnknownNameError: There is no such project or release.
        VerificationError: A file is not the one that the manifest names.
    """
    from alleged.asof import as_of as seen
    from alleged.tables import TABLES

    opened = open(release, project=project)
    return seen({name: opened.load(name) for name, table in TABLES.items() if table.derive is None}, day, known, edges)


def pin(
    release: str | None = None, catalogue: Place | None = None, project: Place | None = None
) -> tuple[Pin | None, Pin]:
    """Write a release (by default that of the channel `stable`) to `alleged.lock`; return the old and the new pin.

    The nearest `alleged.lock` upwards is replaced; without one, it is written beside the nearest `datasets/`, or in the
    working directory. A given catalogue is written too.

    Raises:
        UnknownNameError: There is no such catalogue or release, or nothing is released.
        EnvironmentFailure: The lock cannot be written, or the server cannot be reached.
        VerificationError: The release is damaged.
    """
    start = _start(project)
    found = lockfile.find(start)
    path = found or _beside(start) / lockfile.NAME
    before = _readable(path) if found else None
    source = _source(before, catalogue, False, start)
    chosen = choose(release, source)
    if chosen.manifest_sha256 is None:
        raise UnknownNameError(f"'dev' changes with every build and cannot be pinned; {source} has no release yet")
    chosen_release = open_release(source, chosen)
    kept = before.catalogue if before and catalogue is None else _written(source, catalogue, path.parent)
    now = Pin(path, chosen_release.release, chosen_release.manifest_sha256, kept)
    if now != before:
        lockfile.write(now)
    return before, now


def _start(project: Place | None) -> Path:
    try:
        return Path(project or ".").absolute()
    except OSError as error:
        raise EnvironmentFailure(f"the working directory cannot be found: {error.strerror}") from None


def _place(release: str | None, catalogue: Place | None, offline: bool, start: Path) -> tuple[Catalogue, Pin | None]:
    """Return the catalogue, and the pin if it is needed for the catalogue or the release."""
    needed = release != DEVELOPMENT and (release is None or catalogue is None)
    path = lockfile.find(start) if needed else None
    held = lockfile.read(path) if path else None
    return _source(held, catalogue, offline, start), held


def _source(held: Pin | None, catalogue: Place | None, offline: bool, start: Path) -> Catalogue:
    if catalogue is None and held and held.catalogue is not None:
        return locate(held.catalogue, held.path.parent, offline)
    return locate(catalogue, start, offline)


def _read(
    read: Callable[[Release], T], release: str | None, catalogue: Place | None, offline: bool, project: Place | None
) -> T:
    """Read from a release; try again if a build replaces the tables meanwhile."""
    source, held = _place(release, catalogue, offline, _start(project))
    chosen = choose(release, source, held)
    report_choice(chosen, source)
    for patience in (0.05, 0.2, 0.5, None):
        before = source.build() if isinstance(source, Folder) else None
        try:
            return read(open_release(source, chosen))
        except (UnknownNameError, VerificationError):
            if patience is None or not _is_rebuilt(source, chosen, before):
                raise
            time.sleep(patience)
    raise AssertionError("the last try returns or raises")


def _is_rebuilt(source: Catalogue, chosen: Choice, before: object) -> bool:
    """Whether a build has replaced the tables, or is doing so; releases never change."""
    if chosen.release != DEVELOPMENT or not isinstance(source, Folder):
        return False
    return source.build() != before or source.is_being_built()


def _readable(path: Path) -> Pin | None:
    """Return the pin of a lock file; None if it is damaged, so that it is replaced."""
    try:
        return lockfile.read(path)
    except VerificationError:
        return None


def _beside(start: Path) -> Path:
    folders = (start, *start.parents)
    return next((f for f in folders if any(files.is_folder(f, name) for name in ("datasets", "claims"))), start)


def _written(source: Catalogue, catalogue: Place | None, folder: Path) -> str | None:
    """Return the catalogue as written in a lock: None for the default, a folder relative to the lock."""
    if catalogue is None:
        return None
    if not isinstance(source, Folder):
        return str(source)
    try:
        return Path(os.path.relpath(source.path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return source.path.as_posix()
