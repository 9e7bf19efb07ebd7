"""Putting files in place so that a reader sees the old ones or the new ones, whatever happens in between.

A folder is built beside the others under a name that begins with a dot, made sure of on the disk, read back, and
renamed into place; what points at it is written last. What a crash leaves behind is cleared up by the next build.

Deleted are only regular files with names that builds use (`is_made`), in folders that builds make. Whatever else lies
there is kept: it moves along into the folder that takes the place of the old one.
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
"""Seconds to wait for another build of the same project before giving up."""

MADE = re.compile(
    r"[a-z][a-z0-9_]{0,62}\.parquet|manifest\.json|changes\.ndjson|datapackage\.json|provenance\.json"
    r"|codebook\.(md|html)|CITATION\.cff"
)
"""Names of the files that builds and releases write."""

Say = Callable[[str], None]


def is_made(name: str) -> bool:
    """Whether builds and releases write files of this name."""
    return MADE.fullmatch(name) is not None


@contextmanager
def lock(project: Project, target: str, say: Say) -> Iterator[None]:
    """Hold the lock of the project's tables while `target` is published, and clear up first what a crash has left.

    The lock is the system's own (filelock), so none is left over when its holder dies.

    Raises:
        EnvironmentFailure: Another build does not end, `datasets/` is a link, or the disk or a permission refuses.
    """
    folder = project.datasets.name
    with files.translate_oserror(f"nothing was published in {target}"):
        files.make_folder(project.root, folder)
        waiting = "waiting for another build of this project"
        with files.lock(project.root, f"{folder}/.lock", WAIT, lambda: say(waiting)):
            recover(project)
            yield


def recover(project: Project) -> None:
    """Put back the tables that a crash left between two renames, and delete what it left unfinished."""
    root, folder, dev = project.root, project.datasets.name, f"{project.datasets.name}/dev"
    found = {entry.name.removeprefix(f"{folder}/"): entry for entry in files.entries(root, folder)}
    folders = [name for name, entry in found.items() if entry.kind == "folder"]
    kept = [name for name in folders if name.startswith(".old-")]
    if kept and "dev" not in found:
        files.rename(root, f"{folder}/{kept.pop()}", dev)
    for name in (*kept, *(name for name in folders if name.startswith(".build-"))):
        _discard(root, f"{folder}/{name}", dev)
    for name, entry in found.items():
        if entry.kind == "file" and files.is_unfinished(name):
            files.remove(root, entry.name)


@contextmanager
def staging_dir(project: Project) -> Iterator[Path]:
    """Make a folder to build in, beside the others; what is left in it at the end is deleted."""
    name = f"{project.datasets.name}/.build-{os.getpid()}"
    files.make_folder(project.root, name)
    try:
        yield project.root / name
    finally:
        if files.is_folder(project.root, name):
            files.remove_folder(project.root, name, is_made)


def as_json(value: Any) -> bytes:
    """Return a value as the JSON of our manifests: two spaces of indent, letters as they are, a last line break."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def swap(project: Project, new: Path, name: str) -> None:
    """Put a new folder in the place of the one of this name; between the two renames `recover` knows what to do."""
    folder = project.datasets.name
    fresh, target, old = f"{folder}/{new.name}", f"{folder}/{name}", f"{folder}/.old-{os.getpid()}"
    files.fsync_dir(project.root, fresh)
    had = files.exists(project.root, target)
    if had:
        files.rename(project.root, target, old)
    try:
        files.rename(project.root, fresh, target)
    except BaseException:
        if had:
            files.rename(project.root, old, target)
        raise
    if had:
        with suppress(OSError):  # the new tables are in place; the next build clears up
            _discard(project.root, old, target)


def _discard(root: Path, old: str, into: str) -> None:
    """Delete a folder that a build made; what it did not make moves into another folder, if there is room for it."""
    for name in files.remove_folder(root, old, is_made):
        if files.is_folder(root, into) and not files.exists(root, f"{into}/{name}"):
            files.rename(root, f"{old}/{name}", f"{into}/{name}")
    if files.is_folder(root, old):
        files.remove_folder(root, old, is_made)
