"""Opening: only a regular file inside the project is read, and nothing of any other is ever shown."""

import os
import re
import stat
from pathlib import Path

from alleged.documents.refusals import words
from alleged.issues import Issue, Place
from alleged.layout import Layout

MAX_BYTES = 1 << 20
NAME = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")
# Names that Windows keeps for devices, with any ending.
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def content_of(name: str, project: Layout) -> bytes | Issue:
    """Return the bytes of a record file, named by its path from the project's folder, or why there are none."""
    if issue := refused(name, project):
        return issue
    try:
        return bytes_of(_path(name, project), name)
    except OSError as error:
        return _unreadable(name, error)


def refused(name: str, project: Layout) -> Issue | None:
    """Return why a file must not be opened, by its name, the way to it, or what stands there; None if it may be."""
    *folders, file = name.split("/")
    try:
        mode = os.lstat(_path(name, project)).st_mode
        if stat.S_ISLNK(mode):
            return of_file("symbolic-link", name)
        if not stat.S_ISREG(mode):
            return of_file("not-a-regular-file", name)
        if _leaves(project.root, folders):
            return of_file("outside-project", name)
        for segment in (*folders, file) if folders[:1] == [project.claims.name] else ():
            if not NAME.fullmatch(segment) or DEVICE.fullmatch(segment):
                return of_file("odd-file-name", name, repr(segment))
    except OSError as error:
        return _unreadable(name, error)
    return None


def _path(name: str, project: Layout) -> str:
    """Return where a file is opened: by the name that is shown, since `link/../x` would lead elsewhere."""
    return os.path.join(project.root, name)  # noqa: PTH118 - a Path costs more than reading the file


def _unreadable(name: str, error: OSError) -> Issue:
    return of_file("unreadable-file", name, (error.strerror or type(error).__name__).lower())


def _leaves(root: Path, folders: list[str]) -> bool:
    """Return whether the way through these folders leaves the project, by '..' or by a link."""
    if folders[:1] == [".."]:
        return True
    way = str(root)
    for folder in folders:
        way = f"{way}{os.sep}{folder}"
        if os.path.islink(way):  # noqa: PTH114 - a Path costs more than the question
            return not root.joinpath(*folders).resolve().is_relative_to(root.resolve())
    return False


def bytes_of(path: Path | str, name: str) -> bytes | Issue:
    """Return the bytes of a file, unless it is no regular one or too large.

    Raises:
        OSError: It cannot be read.
    """
    # A pipe or a link may have taken the file's place since it was looked at: neither blocks nor is followed.
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
    handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return of_file("not-a-regular-file", name)
        if status.st_size > MAX_BYTES:
            return of_file("too-large", name)
        content = os.read(handle, status.st_size + 1)
        while more := os.read(handle, MAX_BYTES + 1 - len(content)):
            content += more
    finally:
        os.close(handle)
    return content if len(content) <= MAX_BYTES else of_file("too-large", name)


def of_file(rule: str, name: str, said: str = "") -> Issue:
    """Return a refusal of a file as a whole."""
    return Issue(rule, "error", Place(name), *words(rule, said))
