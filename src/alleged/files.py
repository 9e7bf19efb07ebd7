"""Read, list, write and delete files in untrusted folders; no other module does.

Every function takes a trusted folder (`root`: of a project, a catalogue or the cache) and the name of a file below it,
with forward slashes. The root may be reached through links, which the user made; below it no link is followed, neither
as the file nor as a folder on the way, and only regular files are read or replaced.

If the system supports it, folders are opened one after the other with O_NOFOLLOW, and files relative to the last one,
so that nothing can be replaced on the way. Windows does not (`LIMITS` says what is missing): there each folder is
examined before the file is opened by its path, and the opened file must be the one that was examined. This refuses
links in a clone too, but cannot stop a program that replaces folders at the same moment.
"""

import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from alleged.errors import AllegedError, EnvironmentFailure, FileRefused
from alleged.text.escape import file_name

Root = str | os.PathLike[str]

DEEPEST = 32
"""Levels of folders that are searched; datasets have two or three."""

HIDDEN = (".", "__pycache__")
"""Beginnings of the names of files and folders that are not searched."""

CHUNK = 1 << 20

DESCRIPTORS = hasattr(os, "O_NOFOLLOW") and {os.open, os.stat, os.mkdir, os.unlink, os.rename} <= os.supports_dir_fd
"""Whether files can be opened relative to an open folder, without following a link."""

LIMITS = (
    () if DESCRIPTORS else ("this system cannot open files relative to an open folder; links are detected by name",)
)
"""What the system lacks, as a message for the user; empty on Linux and macOS."""

DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows reserves for devices, with any extension."""

NEW, NEW_END = ".alleged-", ".new"
"""Prefix and suffix of the names of files that are being written."""

MAX_REPLACEMENTS = 10
"""How often a file may be replaced between its examination and its opening, on systems without `DESCRIPTORS`."""

WINDOWS = os.name == "nt"

KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
"""Kinds of entries by the type in their mode."""

RETRY_DELAYS = (0.05, 0.2, 0.5, 1.0)
"""Seconds to wait between attempts to replace a file that another program has open, which Windows refuses."""

TURN_DELAYS = (0.01,) * 100 + (0.1,) * 90
"""Seconds to wait between attempts to lock a folder, which other processes lock for milliseconds."""


def _flags(*names: str) -> int:
    return sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_BINARY", "O_NOCTTY", *names))


class FolderEntry(NamedTuple):
    """An entry of a folder; its kind is `file`, `folder`, `link` or `other` (a pipe, a device).

    `name` is the path relative to the root, with forward slashes; `status` is the stat result of the entry itself.
    """

    name: str
    kind: str
    status: os.stat_result


class _Location(NamedTuple):
    """Location of a file: its name in an open folder, or its full path without `DESCRIPTORS`."""

    path: str
    folder: int | None


# Reading.


def read(root: Root, name: str, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes.

    Raises:
        FileRefused: It is reached through a link, is not a regular file, or is larger.
        OSError: It does not exist, or cannot be read.
    """
    with _locate(root, name) as location:
        handle = _open(location, name)
        try:
            size = os.fstat(handle).st_size
            content = os.read(handle, min(size, limit) + 1)
            while len(content) <= limit and (more := os.read(handle, CHUNK)):
                content += more
        finally:
            os.close(handle)
    if len(content) > limit:
        raise FileRefused("too-large", f"{file_name(name)} is larger than {_size(limit)}")
    return content


def open_file(root: Root, name: str) -> BufferedReader:
    """Open a regular file for reading; the caller closes it.

    Raises:
        FileRefused: It is reached through a link, or is not a regular file.
        OSError: It does not exist, or cannot be read.
    """
    with _locate(root, name) as location:
        return os.fdopen(_open(location, name), "rb")


def digest(root: Root, name: str) -> str:
    """Return the SHA-256 of a regular file, of any size, as 64 hexadecimal digits.

    Raises:
        FileRefused: It is reached through a link, or is not a regular file.
        OSError: It does not exist, or cannot be read.
    """
    with open_file(root, name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def status(root: Root, name: str) -> os.stat_result:
    """Return the stat result of a file, a folder, or a link itself.

    Raises:
        FileRefused: A folder on the way is a link.
        OSError: It does not exist.
    """
    with _locate(root, name) as location:
        return _lstat(location)


def is_file(root: Root, name: str) -> bool:
    """Whether a regular file has this name and is reached without a link below the root."""
    return _is(root, name, stat.S_ISREG)


def is_folder(root: Root, name: str = "") -> bool:
    """Whether a folder has this name and is reached without a link below the root."""
    return _is(root, name, stat.S_ISDIR)


def exists(root: Root, name: str) -> bool:
    """Whether anything has this name, including a broken link."""
    try:
        status(root, name)
    except OSError as error:
        return isinstance(error, FileRefused)
    return True


def entries(root: Root, folder: str = "") -> list[FolderEntry]:
    """Return the entries of a folder, sorted by name; entries that vanish during the listing are left out.

    Raises:
        FileRefused: The folder or one on the way is a link, or it is not a folder.
        OSError: It does not exist, or cannot be listed.
    """
    parts = _parts(folder)
    start = "/".join((*parts, ""))
    try:
        with _folder(root, parts) as (path, handle), os.scandir(path if handle is None else handle) as scan:
            return sorted(filter(None, (_entry(entry, start) for entry in scan)))
    except OSError as error:
        error.filename = folder or os.fspath(root)
        raise


def names(folder: Root) -> list[str]:
    """Return the names of the entries of a folder, in no order; none if it cannot be listed."""
    try:
        with os.scandir(folder) as scan:
            return [entry.name for entry in scan]
    except OSError:
        return []


def entry(root: Root, name: str) -> FolderEntry | None:
    """Return the entry of a name below the root; None if nothing has this name.

    Raises:
        FileRefused: A folder on the way is a link.
        OSError: A folder on the way cannot be opened.
    """
    try:
        result = status(root, name)
    except FileNotFoundError:
        return None
    return FolderEntry("/".join(_parts(name)), _kind(result), result)


def walk(root: Root, folder: str, select: Callable[[str], bool]) -> Iterator[FolderEntry]:
    """Yield the entries below a folder whose own name `select` accepts, in the order of names, without hidden ones.

    Links are yielded whatever their name, and so is a folder more than `DEEPEST` levels down: neither is searched, and
    reading them is refused.

    Raises:
        FileRefused: The folder or one on the way is a link, or it is not a folder.
        OSError: A folder cannot be listed.
    """
    for entry in entries(root, folder):
        own = entry.name.rpartition("/")[2]
        if own.startswith(HIDDEN):
            continue
        if entry.kind == "folder" and entry.name.count("/") < DEEPEST:
            yield from walk(root, entry.name, select)
        elif entry.kind in ("folder", "link") or select(own):
            yield entry


# Writing.


def write(
    root: Root,
    name: str,
    content: bytes,
    mode: int | None = None,
    before: bytes | None = None,
    new: bool = False,
    durable: bool = True,
) -> None:
    """Write a file atomically and durably: readers get the old or the new content, and the new one survives a crash.

    It is written to a temporary file beside it, synced, and renamed. An existing file keeps its mode; a new one gets
    `mode`, or the default one. With `before`, the existing file must still have this content; with `new`, there must
    be none. Without `durable` it may be lost in a crash, as is right for many files that can be made again.

    Raises:
        FileRefused: The name is that of something other than a regular file, or a link is on the way.
        EnvironmentFailure: The existing file has another content than `before`, or is there although `new`.
        OSError: The file cannot be written (disk, permission); an existing file is unchanged.
    """
    with _locate(root, name) as location:
        if new or before is not None:
            _wait_for_turn(location, name)
        if new and exists(root, name):
            raise EnvironmentFailure(f"{file_name(name)} has just been created by another program; run this again")
        if before is not None and not _has_content(root, name, before):
            raise EnvironmentFailure(f"{file_name(name)} has just been changed by another program; run this again")
        if existing := _regular(location, name):
            mode = stat.S_IMODE(existing.st_mode)
        folder = os.path.dirname(location.path)  # noqa: PTH120 - empty where `path` is a name in an open folder
        temporary = location._replace(path=os.path.join(folder, f"{NEW}{os.urandom(8).hex()}{NEW_END}"))  # noqa: PTH118
        try:
            _create(temporary, content, mode, durable)
            _replace(temporary, location)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary.path, dir_fd=temporary.folder)
            raise
        if durable:
            with suppress(OSError):  # the file is complete already
                _sync(location)


def create(root: Root, name: str, content: bytes, durable: bool = True) -> None:
    """Write a file that must not exist yet; `durable` waits until it is on the disk.

    Raises:
        FileRefused: A link is on the way.
        OSError: It exists, or cannot be written (disk, permission); then no part of it is left.
    """
    with _locate(root, name) as location:
        try:
            _create(location, content, None, durable)
        except FileExistsError:
            raise
        except BaseException:
            with suppress(OSError):
                os.unlink(location.path, dir_fd=location.folder)
            raise


def open_to_write(root: Root, name: str, keep: bool = False) -> BufferedWriter:
    """Open a file for writing, emptied, or with `keep` to append to it; the caller closes it.

    Raises:
        FileRefused: It is reached through a link, or is not a regular file.
        OSError: It cannot be written (disk, permission).
    """
    with _locate(root, name) as location:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if keep else 0)
        handle = _open(location, name, flags)
        if not keep:
            os.ftruncate(handle, 0)
        return os.fdopen(handle, "ab" if keep else "wb")


def sync(root: Root, name: str) -> None:
    """Wait until a file is on the disk.

    Raises:
        FileRefused: It is reached through a link, or is not a regular file.
        OSError: It does not exist, or the disk fails.
    """
    with _locate(root, name) as location:
        handle = _open(location, name, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(root: Root, name: str = "", mode: int = 0o777) -> None:
    """Create a folder, the folders on the way to it and the root, if they do not exist.

    Raises:
        FileRefused: One of them is a link, or not a folder.
        OSError: It cannot be written (disk, permission).
    """
    os.makedirs(root, mode, exist_ok=True)  # noqa: PTH103 - tests simulate failures in `os`
    parts = _parts(name)
    for depth in range(len(parts)):
        with _locate(root, "/".join(parts[: depth + 1])) as location, suppress(FileExistsError):
            os.mkdir(location.path, mode, dir_fd=location.folder)
    with _folder(root, parts):
        pass


def rename(root: Root, old: str, new: str) -> None:
    """Rename a file or folder below the root, replacing a file of the new name.

    Raises:
        FileRefused: A link is on the way.
        OSError: It cannot be written (disk, permission).
    """
    with _locate(root, old) as source, _locate(root, new) as target:
        os.rename(source.path, target.path, src_dir_fd=source.folder, dst_dir_fd=target.folder)
        with suppress(OSError):
            _sync(target)


def fsync_dir(root: Root, name: str = "") -> None:
    """Wait until the names in a folder are on the disk, if the system supports it.

    Raises:
        FileRefused: It is reached through a link, or is not a folder.
        OSError: The disk fails.
    """
    with _folder(root, _parts(name)) as location:
        _sync(location)


@contextmanager
def lock(root: Root, name: str, seconds: float, waiting: Callable[[], object] = tuple) -> Iterator[None]:
    """Hold a lock that only one process can hold; the system releases it if the process dies.

    `waiting` is called if another process holds it.

    Raises:
        FileRefused: The name is that of a link, or of something other than a regular file.
        EnvironmentFailure: Another process has held it for so many seconds.
        OSError: The folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    with _locate(root, name) as location:
        _regular(location, name)
    path = os.path.join(root, *_parts(name))  # noqa: PTH118 - filelock takes a path
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            raise EnvironmentFailure(f"another process has held {file_name(name)} for {seconds} seconds") from None
    try:
        yield
    finally:
        lock.release()


# Deleting.


def remove(root: Root, name: str) -> None:
    """Delete a file, or a link itself, if it exists; never a folder.

    Raises:
        FileRefused: A link is on the way.
        OSError: It cannot be deleted (disk, permission), or is a folder.
    """
    with _locate(root, name) as location, suppress(FileNotFoundError):
        os.unlink(location.path, dir_fd=location.folder)


def remove_folder(root: Root, name: str, is_ours: Callable[[str], bool]) -> list[str]:
    """Delete the regular files of a folder whose names `is_ours` accepts, then the folder if it is empty.

    Other entries and their folder are not deleted. Returns the names of these entries.

    Raises:
        FileRefused: The folder or one on the way is a link, or it is not a folder.
        OSError: It does not exist, or cannot be deleted (disk, permission).
    """
    left = []
    for entry in entries(root, name):
        own = entry.name.rpartition("/")[2]
        if entry.kind == "file" and (is_ours(own) or is_unfinished(own)):
            remove(root, entry.name)
        else:
            left.append(own)
    if not left:
        with _locate(root, name) as location:
            os.rmdir(location.path, dir_fd=location.folder)
    return left


def is_unfinished(name: str) -> bool:
    """Whether this is the name of a temporary file of `write`, whose process may have died."""
    return name.startswith(NEW) and name.endswith(NEW_END)


# Folders of the user and of the system.


def is_private(root: Root) -> bool:
    """Whether a folder belongs to this user and nobody else can write to it; always true on systems without users."""
    status = os.stat(root)  # noqa: PTH116
    return not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def touch(root: Root, name: str) -> None:
    """Set the times of a file to now.

    Raises:
        FileRefused: A link is on the way.
        OSError: It does not exist, or belongs to another user.
    """
    with _locate(root, name) as location:
        if location.folder is None:
            os.utime(location.path)
        else:
            os.utime(location.path, dir_fd=location.folder, follow_symlinks=False)


def upwards(start: Root, name: str) -> Path | None:
    """Return the nearest folder, `start` or one above it, with an entry of this name, including a link."""
    here = Path(start).absolute()
    return next((folder for folder in (here, *here.parents) if os.path.lexists(folder / name)), None)


def split(path: Path) -> tuple[Path, str]:
    """Return the root and the name of a path from the user: its folder is trusted, but the file must not be a link."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow the file
    return absolute.parent, absolute.name


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Create an empty folder that only this user can read, and delete it with its contents at the end."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="alleged-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "there is no permission",
    errno.EPERM: "there is no permission",
}


@contextmanager
def translate_oserror(what: str) -> Iterator[None]:
    """Translate an OSError into a clear message: `what` went wrong, and why.

    Raises:
        EnvironmentFailure: The block raised an OSError.
    """
    try:
        yield
    except AllegedError:
        raise
    except OSError as error:
        reason = REASONS.get(error.errno or 0) or (error.strerror or str(error) or type(error).__name__).lower()
        raise EnvironmentFailure(f"{what}: {reason}") from error


# Names.


def _parts(name: str) -> list[str]:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    invalid = (
        ".." in parts or "\0" in name or name.startswith("/") or (os.sep != "/" and (os.sep in name or ":" in name))
    )
    try:
        os.fsencode(name)
    except UnicodeEncodeError:  # half of a character, which no file name contains
        invalid = True
    if invalid:
        raise FileRefused("outside-project", f"{file_name(name)!r} is not the name of a file below its folder")
    return parts


def text(name: bytes) -> str:
    """Return a name that git returned as bytes, as the functions of this module take it."""
    return name.decode("utf-8", "surrogateescape")


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"


def _has_content(root: Root, name: str, content: bytes) -> bool:
    try:
        return read(root, name, len(content)) == content
    except FileRefused as error:
        if error.rule == "too-large":
            return False
        raise


# The system.


@contextmanager
def _locate(root: Root, name: str) -> Iterator[_Location]:
    """Open the folder of a file, or without `DESCRIPTORS` examine the folders on the way to it."""
    *folders, own = _parts(name) or ["."]
    with _folder(root, folders) as (path, handle):
        yield _Location(os.path.join(path, own) if handle is None else own, handle)  # noqa: PTH118


@contextmanager
def _folder(root: Root, folders: list[str]) -> Iterator[_Location]:
    path = os.fspath(root)
    if not DESCRIPTORS:
        for number, folder in enumerate(folders):
            path = os.path.join(path, folder)  # noqa: PTH118
            _require_folder(os.lstat(path), "/".join(folders[: number + 1]))
        yield _Location(path, None)
        return
    handle = os.open(path, _flags("O_RDONLY", "O_DIRECTORY"))
    try:
        for number, folder in enumerate(folders):
            try:
                below = os.open(folder, _flags("O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW"), dir_fd=handle)
            except OSError:
                _require_folder(os.stat(folder, dir_fd=handle, follow_symlinks=False), "/".join(folders[: number + 1]))
                raise
            os.close(handle)
            handle = below
        yield _Location(path, handle)
    finally:
        os.close(handle)


def _require_folder(status: os.stat_result, name: str) -> None:
    if _is_link(status):
        raise _link(name)
    if not stat.S_ISDIR(status.st_mode):
        raise FileRefused("not-a-regular-file", f"{file_name(name)} is not a folder")


def _lstat(location: _Location) -> os.stat_result:
    return os.stat(location.path, dir_fd=location.folder, follow_symlinks=False)


def _open(location: _Location, name: str, access: int = os.O_RDONLY) -> int:
    """Open a regular file, without waiting for a pipe."""
    for _ in range(MAX_REPLACEMENTS):
        before = None if DESCRIPTORS else _regular(location, name)
        try:
            handle = os.open(location.path, access | _flags("O_NOFOLLOW", "O_NONBLOCK"), 0o666, dir_fd=location.folder)
        except OSError:
            _regular(location, name)
            raise
        status = os.fstat(handle)
        regular = stat.S_ISREG(status.st_mode)
        if regular and (before is None or os.path.samestat(before, status)):
            return handle
        os.close(handle)
        if not regular:
            break
    raise FileRefused("not-a-regular-file", f"{file_name(name)} is not a regular file")


def _regular(location: _Location, name: str) -> os.stat_result | None:
    """Return the stat result of a regular file; None if nothing has the name."""
    try:
        status = _lstat(location)
    except FileNotFoundError:
        return None
    if _is_link(status):
        raise _link(name)
    if not stat.S_ISREG(status.st_mode):
        raise FileRefused("not-a-regular-file", f"{file_name(name)} is not a regular file")
    return status


def _link(name: str) -> FileRefused:
    return FileRefused("symbolic-link", f"{file_name(name)} is a link, which is not followed")


def _is_link(status: os.stat_result) -> bool:
    """Whether an entry points elsewhere: a symbolic link, or a junction or mount point of Windows."""
    return _kind(status) == "link"


def _is(root: Root, name: str, kind: Callable[[int], bool]) -> bool:
    try:
        return kind(status(root, name).st_mode)
    except OSError:
        return False


def _entry(entry: "os.DirEntry[str]", start: str) -> FolderEntry | None:
    """Return the entry of a folder, whose name begins with `start`; None if it has vanished meanwhile."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return FolderEntry(start + entry.name, _kind(status), status)


def _kind(status: os.stat_result) -> str:
    if getattr(status, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_REPARSE_POINT:
        return "link"
    return KINDS.get(stat.S_IFMT(status.st_mode), "other")


def _create(location: _Location, content: bytes, mode: int | None, durable: bool = True) -> None:
    flags = _flags("O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW")
    handle = os.open(location.path, flags, 0o666, dir_fd=location.folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        if durable:
            os.fsync(handle)


def _wait_for_turn(location: _Location, name: str) -> None:
    """Lock the folder of a file until it is closed, so that no other process compares and replaces the file meanwhile.

    Raises:
        EnvironmentFailure: Another program has held the lock for seconds.
    """
    if fcntl is None or location.folder is None:
        return
    for seconds in (*TURN_DELAYS, None):
        try:
            fcntl.flock(location.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if seconds is None:
                raise EnvironmentFailure(f"another program has locked the folder of {file_name(name)}") from None
            time.sleep(seconds)
        except OSError:  # a disk without locks
            return
        else:
            return


def _replace(new: _Location, location: _Location) -> None:
    for seconds in (*(RETRY_DELAYS if WINDOWS else ()), None):
        try:
            os.replace(new.path, location.path, src_dir_fd=new.folder, dst_dir_fd=location.folder)
        except PermissionError:
            if seconds is None:
                raise
            time.sleep(seconds)
        else:
            return


def _sync(location: _Location) -> None:
    """Wait until the names in the folder of a file are on the disk, if the system supports it."""
    if location.folder is not None:
        os.fsync(location.folder)
