"""Publish tables atomically: a reader sees the old files or the new ones, even after a crash.

Tables are built in a staging folder beside the published ones (its name starts with a dot), synced to disk, read back
and renamed; the index is written last. The next build cleans up after a crash.

Only regular files whose names builds use (`is_generated`), in folders that builds create, are deleted. Any other file
there is kept and moved to the folder that replaces the old one.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alleged import files
from alleged.project import Project

WAIT = 600
"""Seconds to wait for another build of the same project."""

GENERATED = re.compile(
    r"[a-z][a-z0-9_]{0,62}\.parquet|manifest\.json|changes\.ndjson|datapackage\.json|provenance\.json"
    r"|codebook\.(md|html)|CITATION\.cff"
)
"""Names of files that builds and releases write."""

Say = Callable[[str], None]


def is_generated(name: str) -> bool:
    """Whether builds and releases write files with this name."""
    return GENERATED.fullmatch(name) is not None


@contextmanager
def lock(project: Project, target: str, say: Say) -> Iterator[None]:
    """Lock the tables of the project while `target` is published; first, clean up after a crash.

    The lock belongs to the operating system (filelock), so it is released when its holder dies.

    Raises:
        EnvironmentFailure: Another build does not finish, `datasets/` is a link, or the folder cannot be written.
    """
    folder = project.datasets.name
    with files.translate_oserror(f"nothing was published in {target}"):
        files.make_folder(project.root, folder)
        waiting = "waiting for another build of this project"
        with files.lock(project.root, f"{folder}/.lock", WAIT, lambda: say(waiting)):
            recover(project)
            yield


def recover(project: Project) -> None:
    """Restore tables that a crash left between two renames, and delete unfinished files."""
    root, folder, dev = project.root, project.datasets.name, f"{project.datasets.name}/dev"
    here = {entry.name.removeprefix(f"{folder}/"): entry for entry in files.entries(root, folder)}
    folders = [name for name, entry in here.items() if entry.kind == "folder"]
    backups = [name for name in folders if name.startswith(".old-")]
    if backups and "dev" not in here:
        files.rename(root, f"{folder}/{backups.pop()}", dev)
    for name in (*backups, *(name for name in folders if name.startswith(".build-"))):
        _discard(root, f"{folder}/{name}", dev)
    for name, entry in here.items():
        if entry.kind == "file" and files.is_unfinished(name):
            files.remove(root, entry.name)


@contextmanager
def staging_dir(project: Project) -> Iterator[Path]:
    """Create a staging folder beside the published tables; what is left in it at the end is deleted."""
    name = f"{project.datasets.name}/.build-{os.getpid()}"
    files.make_folder(project.root, name)
    try:
        yield project.root / name
    finally:
        if files.is_folder(project.root, name):
            files.remove_folder(project.root, name, is_generated)


def as_json(value: Any) -> bytes:
    """Return a value as JSON in the form of manifests: two spaces of indent, UTF-8, a final line break."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def swap(project: Project, new: Path, name: str) -> None:
    """Replace the folder of this name by a new one; after a crash between the two renames, `recover` restores it."""
    folder = project.datasets.name
    fresh, target, old = f"{folder}/{new.name}", f"{folder}/{name}", f"{folder}/.old-{os.getpid()}"
    files.fsync_dir(project.root, fresh)
    replaces = files.exists(project.root, target)
    if replaces:
        files.rename(project.root, target, old)
    try:
        files.rename(project.root, fresh, target)
    except BaseException:
        if replaces:
            files.rename(project.root, old, target)
        raise
    if replaces:
        with suppress(OSError):  # the new tables are published; the next build cleans up
            _discard(project.root, old, target)


def _discard(root: Path, old: str, into: str) -> None:
    """Delete a folder of a build; files that no build wrote move to another folder, unless that has the same name."""
    for name in files.remove_folder(root, old, is_generated):
        if files.is_folder(root, into) and not files.exists(root, f"{into}/{name}"):
            files.rename(root, f"{old}/{name}", f"{into}/{name}")
    if files.is_folder(root, old):
        files.remove_folder(root, old, is_generated)
