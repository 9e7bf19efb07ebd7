"""Putting files in place so that a reader sees the old ones or the new ones, whatever happens in between.

A folder is built beside the others under a name that begins with a dot, made sure of on the disk, read back, and
renamed into place; what points at it is written last. What a crash leaves behind is mended by the next build.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from alleged.errors import AllegedError, SurroundingsError
from alleged.layout import Layout

WAIT = 600
"""Seconds to wait for another build of the same project before giving up."""

Say = Callable[[str], None]

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
}


@contextmanager
def alone(layout: Layout, say: Say) -> Iterator[None]:
    """Hold the lock of the project's tables, and mend first what a crash has left.

    The lock is the system's own (filelock), so none is left over when its holder dies.

    Raises:
        SurroundingsError: Another build does not end, or the folder cannot be written.
    """
    with told(layout.relative(layout.datasets)):
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
        heal(layout.datasets)
        yield
    finally:
        lock.release()


@contextmanager
def told(folder: str) -> Iterator[None]:
    """Tell in words what the system refuses: a full disk, a folder that may not be written.

    Raises:
        SurroundingsError: The system refused; nothing was published.
    """
    try:
        yield
    except AllegedError:
        raise
    except OSError as error:
        reason = REASONS.get(error.errno or 0) or error.strerror or str(error)
        raise SurroundingsError(f"nothing was published in {folder}: {reason}") from error


def heal(folder: Path) -> None:
    """Put back the tables that a crash left between two renames, and remove what it left half made."""
    kept = sorted(folder.glob(".old-*"))
    if kept and not (folder / "dev").exists():
        os.rename(kept.pop(), folder / "dev")  # noqa: PTH104 - all that can fail goes through `os`, where tests fail it
    for leftover in (*kept, *folder.glob(".build-*"), *folder.glob(".*.new")):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """Make a folder to build in, beside the others; what is left in it at the end is removed."""
    place = folder / f".build-{os.getpid()}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def write(path: Path, content: bytes) -> None:
    """Write a new file and make sure that it is on the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def as_json(value: Any) -> bytes:
    """Return a value as the JSON of our manifests: two spaces of indent, letters as they are, a last line break."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def swap(new: Path, target: Path) -> None:
    """Put a new folder in the place of an old one; between the two renames `heal` knows what to do."""
    sync(new)
    old = target.with_name(f".old-{os.getpid()}")
    if target.exists():
        os.rename(target, old)  # noqa: PTH104
    try:
        os.rename(new, target)  # noqa: PTH104
    except BaseException:
        if old.exists():
            os.rename(old, target)  # noqa: PTH104
        raise
    settle(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def replace(path: Path, content: bytes) -> None:
    """Write a file that others may be reading: they get the old content or the new."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        write(new, content)
        os.replace(new, path)  # noqa: PTH105
    finally:
        new.unlink(missing_ok=True)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Sync a folder in which something new stands already: if the disk refuses, it is published all the same."""
    with suppress(OSError):
        sync(folder)


def sync(folder: Path) -> None:
    """Make sure that a folder's entries are on the disk, where the system can do so."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
