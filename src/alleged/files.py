"""Files in folders that strangers may have written: the only module that reads, lists, writes or deletes them.

Every function takes a folder that is trusted (`root`: of a project, a catalogue or the cache) and the name of a file
below it, with forward slashes. The root may be reached through links, which are the user's own; below it no link is
followed, neither as the file nor as a folder on the way, and only regular files are read or replaced.

Where the system has them, folders are opened one after the other with O_NOFOLLOW, and files relative to the last one,
so that nothing can be exchanged on the way. Windows lacks both (`LIMITS` says what is missing): there each folder is
looked at before the file is opened by its path, and the opened file must be the one that was looked at. That refuses
links in a clone just as well, but not a program that exchanges folders at the same moment.
"""

import errno
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import NamedTuple

from alleged.errors import AllegedError, EnvironmentFailure, FileRefused
from alleged.text.escape import file_name

Root = str | os.PathLike[str]

DEEPEST = 32
"""Folders below one another that are looked into; datasets have two or three."""

CHUNK = 1 << 20

DESCRIPTORS = hasattr(os, "O_NOFOLLOW") and {os.open, os.stat, os.mkdir, os.unlink, os.rename} <= os.supports_dir_fd
"""Whether files can be opened relative to an open folder, and without following a link."""

LIMITS = (
    () if DESCRIPTORS else ("this system cannot open files relative to an open folder; links are looked for by name",)
)
"""What the system lacks, in words for the user; empty on Linux and macOS."""

DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their ending."""

NEW, NEW_END = ".alleged-", ".new"
"""Beginning and end of the names of files that are being written."""

EXCHANGES = 10
"""How often a file may be replaced between the look at it and its opening, where these are two steps."""

WINDOWS = os.name == "nt"

EXCHANGED_TRIES = (0.05, 0.2, 0.5, 1.0)
"""Seconds to wait before a file that another program holds open is replaced again; Windows refuses it meanwhile."""


def _flags(*names: str) -> int:
    return sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_BINARY", "O_NOCTTY", *names))


class FolderEntry(NamedTuple):
    """What a folder holds under one name: a `file`, a `folder`, a `link`, or something `other` (a pipe, a device).

    `name` is the path from the root, with forward slashes; `status` is what the system says of the entry itself.
    """

    name: str
    kind: str
    status: os.stat_result


class _Place(NamedTuple):
    """Where a file is: its name in an open folder, or its whole path where folders cannot be opened."""

    path: str
    folder: int | None


# Reading.


def read(root: Root, name: str, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes.

    Raises:
        FileRefused: It is reached through a link, is no regular file, or is larger.
        OSError: It does not exist, or cannot be read.
    """
    with _place(root, name) as place:
        handle = _open(place, name)
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
    """Return a regular file, open for reading from its start; the caller closes it.

    Raises:
        FileRefused: It is reached through a link, or is no regular file.
        OSError: It does not exist, or cannot be read.
    """
    with _place(root, name) as place:
        return os.fdopen(_open(place, name), "rb")


def digest(root: Root, name: str) -> str:
    """Return the SHA-256 of a regular file, of any size, as 64 hexadecimal digits.

    Raises:
        FileRefused: It is reached through a link, or is no regular file.
        OSError: It does not exist, or cannot be read.
    """
    with open_file(root, name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def status(root: Root, name: str) -> os.stat_result:
    """Return what the system says of a file, a folder, or a link itself.

    Raises:
        FileRefused: A folder on the way is a link.
        OSError: It does not exist.
    """
    with _place(root, name) as place:
        return _lstat(place)


def is_file(root: Root, name: str) -> bool:
    """Whether a regular file of this name exists, without a link on the way below the root."""
    return _is(root, name, stat.S_ISREG)


def is_folder(root: Root, name: str = "") -> bool:
    """Whether a folder of this name exists, without a link on the way below the root."""
    return _is(root, name, stat.S_ISDIR)


def exists(root: Root, name: str) -> bool:
    """Whether anything has this name, a dangling link included."""
    try:
        status(root, name)
    except FileRefused:
        return True
    except OSError:
        return False
    return True


def entries(root: Root, folder: str = "") -> list[FolderEntry]:
    """Return what a folder holds, sorted by name; what vanishes while it is listed is left out.

    Raises:
        FileRefused: The folder or one on the way is a link, or it is no folder.
        OSError: It does not exist, or cannot be listed.
    """
    parts = _parts(folder)
    try:
        with _folder(root, parts) as (path, handle), os.scandir(path if handle is None else handle) as found:
            return sorted(filter(None, (_entry(entry, parts) for entry in found)))
    except FileRefused:
        raise
    except OSError as error:
        error.filename = folder or os.fspath(root)
        raise


def entry(root: Root, name: str) -> FolderEntry | None:
    """Return what has a name below the root; None if nothing has it.

    Raises:
        FileRefused: A folder on the way is a link.
        OSError: A folder on the way cannot be opened.
    """
    try:
        found = status(root, name)
    except FileNotFoundError:
        return None
    return FolderEntry("/".join(_parts(name)), _kind(found), found)


def walk(root: Root, folder: str, wanted: Callable[[str], bool]) -> Iterator[FolderEntry]:
    """Yield the entries below a folder whose own name is `wanted`, in the order of their names; hidden ones are not.

    Links are yielded whatever their name, and so is a folder that lies more than `DEEPEST` folders down: neither is
    looked into, and whoever reads them by name is refused.

    Raises:
        FileRefused: The folder or one on the way is a link, or it is no folder.
        OSError: A folder cannot be listed.
    """
    for entry in entries(root, folder):
        own = entry.name.rpartition("/")[2]
        if own.startswith((".", "__pycache__")):
            continue
        if entry.kind == "folder" and entry.name.count("/") < DEEPEST:
            yield from walk(root, entry.name, wanted)
        elif entry.kind in ("folder", "link") or wanted(own):
            yield entry


# Writing.


def write(root: Root, name: str, content: bytes, mode: int | None = None, before: bytes | None = None) -> None:
    """Put a file in place so that readers get the old content or the new, and that it survives a crash afterwards.

    It is written beside its place under a name of its own, synchronised, and renamed. An earlier file keeps its mode;
    a new one has `mode`, or else the usual one. With `before`, the earlier file must still have this content.

    Raises:
        FileRefused: Something else than a regular file has the name, or a link is on the way.
        EnvironmentFailure: The earlier file has another content than `before`.
        OSError: The disk or a permission refuses; the earlier file is as it was.
    """
    if before is not None and not _holds(root, name, before):
        raise EnvironmentFailure(f"{file_name(name)} has just been changed by another program; run this again")
    with _place(root, name) as place:
        mode = _replaceable(place, name) or mode
        new = _beside(place, f"{NEW}{secrets.token_hex(8)}{NEW_END}")
        try:
            _create(new, content, mode)
            _replace(new, place)
        except BaseException:
            with suppress(OSError):
                os.unlink(new.path, dir_fd=new.folder)
            raise
        with suppress(OSError):  # it is in place already
            _sync(place)


def create(root: Root, name: str, content: bytes, durable: bool = True) -> None:
    """Write a file that must not exist yet; a `durable` one is on the disk afterwards.

    Raises:
        FileRefused: A link is on the way.
        OSError: It exists, or the disk or a permission refuses.
    """
    with _place(root, name) as place:
        _create(place, content, None, durable)


def open_to_write(root: Root, name: str, keep: bool = False) -> BufferedWriter:
    """Return a file to write to, empty or with what it holds kept and appended to; the caller closes it.

    Raises:
        FileRefused: It is reached through a link, or is no regular file.
        OSError: The disk or a permission refuses.
    """
    with _place(root, name) as place:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if keep else 0)
        handle = _open(place, name, flags)
        if not keep:
            os.ftruncate(handle, 0)
        return os.fdopen(handle, "ab" if keep else "wb")


def sync(root: Root, name: str) -> None:
    """Make sure that a file is on the disk.

    Raises:
        FileRefused: It is reached through a link, or is no regular file.
        OSError: It does not exist, or the disk refuses.
    """
    with _place(root, name) as place:
        handle = _open(place, name, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(root: Root, name: str = "", mode: int = 0o777) -> None:
    """Make a folder and those on the way to it, where they do not exist; the root itself included.

    Raises:
        FileRefused: One of them is a link, or no folder.
        OSError: The disk or a permission refuses.
    """
    os.makedirs(root, mode, exist_ok=True)  # noqa: PTH103 - all that can fail goes through `os`, where tests fail it
    parts = _parts(name)
    for depth in range(len(parts)):
        with _place(root, "/".join(parts[: depth + 1])) as place, suppress(FileExistsError):
            os.mkdir(place.path, mode, dir_fd=place.folder)
    with _folder(root, parts):
        pass


def rename(root: Root, old: str, new: str) -> None:
    """Give a file or folder another name below the root; what had that name, if it was a file, is replaced.

    Raises:
        FileRefused: A link is on the way.
        OSError: The disk or a permission refuses.
    """
    with _place(root, old) as source, _place(root, new) as target:
        os.rename(source.path, target.path, src_dir_fd=source.folder, dst_dir_fd=target.folder)
        with suppress(OSError):
            _sync(target)


def fsync_dir(root: Root, name: str = "") -> None:
    """Make sure that the names in a folder are on the disk, where the system can do so.

    Raises:
        FileRefused: It is reached through a link, or is no folder.
        OSError: The disk refuses.
    """
    with _folder(root, _parts(name)) as place:
        if place.folder is not None:
            os.fsync(place.folder)


@contextmanager
def lock(root: Root, name: str, seconds: float, waiting: Callable[[], object] = tuple) -> Iterator[None]:
    """Hold a lock that one process at a time can have; the system releases it when its holder dies.

    `waiting` is called when another process has it.

    Raises:
        FileRefused: A link or no regular file has the name.
        EnvironmentFailure: Another process has held it for so many seconds.
        OSError: The folder cannot be written.
    """
    from filelock import FileLock, Timeout

    with _place(root, name) as place:
        _replaceable(place, name)
    path = os.path.join(root, *_parts(name))  # noqa: PTH118 - filelock takes a path
    held = FileLock(path)
    try:
        held.acquire(timeout=0)
    except Timeout:
        waiting()
        try:
            held.acquire(timeout=seconds)
        except Timeout:
            raise EnvironmentFailure(f"another process has held {file_name(name)} for {seconds} seconds") from None
    try:
        yield
    finally:
        held.release()


# Deleting.


def remove(root: Root, name: str) -> None:
    """Delete a file, or a link itself, if it exists; never a folder.

    Raises:
        FileRefused: A link is on the way.
        OSError: The disk or a permission refuses, or it is a folder.
    """
    with _place(root, name) as place, suppress(FileNotFoundError):
        os.unlink(place.path, dir_fd=place.folder)


def remove_folder(root: Root, name: str, made: Callable[[str], bool]) -> list[str]:
    """Delete the regular files in a folder whose names tell that this tool `made` them, then the empty folder.

    What else it holds stays, and the folder with it; its names are returned.

    Raises:
        FileRefused: The folder or one on the way is a link, or it is no folder.
        OSError: It does not exist, or the disk or a permission refuses.
    """
    left = []
    for entry in entries(root, name):
        own = entry.name.rpartition("/")[2]
        if entry.kind == "file" and (made(own) or is_unfinished(own)):
            remove(root, entry.name)
        else:
            left.append(own)
    if not left:
        with _place(root, name) as place:
            os.rmdir(place.path, dir_fd=place.folder)
    return left


def is_unfinished(name: str) -> bool:
    """Whether a file of this name was being written when its writer died."""
    return name.startswith(NEW) and name.endswith(NEW_END)


# Folders of the user and of the system.


def is_private(root: Root) -> bool:
    """Whether a folder belongs to this user and nobody else can write to it; always so where users are not told."""
    found = os.stat(root)  # noqa: PTH116
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def touch(root: Root, name: str) -> None:
    """Set the times of a file to now.

    Raises:
        FileRefused: A link is on the way.
        OSError: It does not exist, or belongs to somebody else.
    """
    with _place(root, name) as place:
        if place.folder is None:
            os.utime(place.path)
        else:
            os.utime(place.path, dir_fd=place.folder, follow_symlinks=False)


def upwards(start: Root, name: str) -> Path | None:
    """Return the nearest folder, from `start` upwards, that holds something of this name, a link included."""
    here = Path(start).absolute()
    return next((folder for folder in (here, *here.parents) if os.path.lexists(folder / name)), None)


def split(path: Path) -> tuple[Path, str]:
    """Return root and name of a file that the user named: the folder is the user's word, the file is not followed."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow the file
    return absolute.parent, absolute.name


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make an empty folder that only this user can read, and delete it with all it holds at the end."""
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
    """Turn an error of the system into a clear one: `what` went wrong, and why.

    Raises:
        EnvironmentFailure: The system refused.
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
    strange = (
        ".." in parts or "\0" in name or name.startswith("/") or (os.sep != "/" and (os.sep in name or ":" in name))
    )
    if strange or not _encodable(name):
        raise FileRefused("outside-project", f"{file_name(name)!r} is not the name of a file below its folder")
    return parts


def text(name: bytes) -> str:
    """Return the bytes of a name, as git has it, as the functions of this module take it."""
    return name.decode("utf-8", "surrogateescape")


def _encodable(name: str) -> bool:
    try:
        return bool(os.fsencode(name)) or not name
    except UnicodeEncodeError:  # half of a character, which no file name holds
        return False


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"


def _holds(root: Root, name: str, content: bytes) -> bool:
    try:
        return read(root, name, len(content)) == content
    except FileRefused as error:
        if error.rule == "too-large":
            return False
        raise


# The system.


@contextmanager
def _place(root: Root, name: str) -> Iterator[_Place]:
    """Open the folder that a file is in, or look at the folders on the way to it where that cannot be done."""
    *folders, own = _parts(name) or ["."]
    with _folder(root, folders) as (path, handle):
        yield _Place(os.path.join(path, own) if handle is None else own, handle)  # noqa: PTH118


@contextmanager
def _folder(root: Root, folders: list[str]) -> Iterator[_Place]:
    path = os.fspath(root)
    if not DESCRIPTORS:
        for number, folder in enumerate(folders):
            path = os.path.join(path, folder)  # noqa: PTH118
            _require_folder(os.lstat(path), "/".join(folders[: number + 1]))
        yield _Place(path, None)
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
        yield _Place(path, handle)
    finally:
        os.close(handle)


def _require_folder(found: os.stat_result, name: str) -> None:
    if _is_link(found):
        raise _link(name)
    if not stat.S_ISDIR(found.st_mode):
        raise FileRefused("not-a-regular-file", f"{file_name(name)} is not a folder")


def _beside(place: _Place, name: str) -> _Place:
    if place.folder is not None:
        return _Place(name, place.folder)
    return _Place(os.path.join(os.path.dirname(place.path), name), None)  # noqa: PTH118, PTH120


def _lstat(place: _Place) -> os.stat_result:
    return os.stat(place.path, dir_fd=place.folder, follow_symlinks=False)


def _open(place: _Place, name: str, access: int = os.O_RDONLY) -> int:
    """Open a regular file; a pipe is not waited for."""
    for _ in range(EXCHANGES):
        before = None if DESCRIPTORS else _regular(place, name)
        try:
            handle = os.open(place.path, access | _flags("O_NOFOLLOW", "O_NONBLOCK"), 0o666, dir_fd=place.folder)
        except OSError:
            _regular(place, name)
            raise
        found = os.fstat(handle)
        regular = stat.S_ISREG(found.st_mode)
        if regular and (before is None or os.path.samestat(before, found)):
            return handle
        os.close(handle)
        if not regular:
            break
    raise FileRefused("not-a-regular-file", f"{file_name(name)} is not a regular file")


def _regular(place: _Place, name: str) -> os.stat_result | None:
    """Return what the system says of a regular file; None where nothing has the name."""
    try:
        found = _lstat(place)
    except FileNotFoundError:
        return None
    if _is_link(found):
        raise _link(name)
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused("not-a-regular-file", f"{file_name(name)} is not a regular file")
    return found


def _replaceable(place: _Place, name: str) -> int | None:
    """Return the mode of the file that has a name; None where there is none."""
    found = _regular(place, name)
    return None if found is None else stat.S_IMODE(found.st_mode)


def _link(name: str) -> FileRefused:
    return FileRefused("symbolic-link", f"{file_name(name)} is a link, which is not followed")


def _is_link(found: os.stat_result) -> bool:
    """Whether an entry leads elsewhere: a symbolic link, or a junction or mount point of Windows."""
    reparse = getattr(found, "st_file_attributes", 0) & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
    return stat.S_ISLNK(found.st_mode) or bool(reparse)


def _is(root: Root, name: str, kind: Callable[[int], bool]) -> bool:
    try:
        return kind(status(root, name).st_mode)
    except OSError:
        return False


def _entry(entry: "os.DirEntry[str]", folders: list[str]) -> FolderEntry | None:
    """Return what a folder holds under a name; None where it has gone since the folder was listed."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return FolderEntry("/".join((*folders, entry.name)), _kind(found), found)


def _kind(found: os.stat_result) -> str:
    if _is_link(found):
        return "link"
    if stat.S_ISDIR(found.st_mode):
        return "folder"
    return "file" if stat.S_ISREG(found.st_mode) else "other"


def _create(place: _Place, content: bytes, mode: int | None, durable: bool = True) -> None:
    flags = _flags("O_WRONLY", "O_CREAT", "O_EXCL", "O_NOFOLLOW")
    handle = os.open(place.path, flags, 0o666, dir_fd=place.folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        if durable:
            os.fsync(handle)


def _replace(new: _Place, place: _Place) -> None:
    for seconds in (*(EXCHANGED_TRIES if WINDOWS else ()), None):
        try:
            os.replace(new.path, place.path, src_dir_fd=new.folder, dst_dir_fd=place.folder)
        except PermissionError:
            if seconds is None:
                raise
            time.sleep(seconds)
        else:
            return


def _sync(place: _Place) -> None:
    """Make sure that the names in the folder of a file are on the disk, where the system can do so."""
    if place.folder is not None:
        os.fsync(place.folder)
