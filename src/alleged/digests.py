"""Digests of files, and notes of them, so that a file that was left alone is not read again.

A note holds the size of a file, the times of its last change, its number on the disk and the SHA-256 of its bytes. It
is made only of a file that had been left alone for a while, since a second change within one tick of the clock would
not show in its times (as git does it: "racy git" in its documentation). Where the system does not tell when a file's
content or name was last touched, nothing is noted.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

Note = list[int | str]

LARGEST = 1 << 26
"""Bytes of the largest file that a digest is taken of, a manifest; the reader refuses bundles far smaller."""

SETTLED = 2_000_000_000
"""Nanoseconds that a file must have been left alone for a note: the coarsest clock of a disk, that of FAT."""

TELLING = os.name == "posix"
"""Whether `st_ctime` is the time of the last change, which no program can set; on Windows it is that of creation."""


class OddFileError(Exception):
    """Something else than a plain file stands where one is read."""


class Digests:
    """Takes the digests of files, with the help of notes of earlier ones; `notes` are those for the next time."""

    def __init__(self, known: dict[str, Note]) -> None:
        self.known = known
        self.notes: dict[str, Note] = {}
        self.now = time.time_ns()

    def of(self, root: str | Path, paths: Iterable[str]) -> dict[str, str]:
        """Return the digest of each file, by its path from the root, with forward slashes.

        Raises:
            OddFileError: One of them is no plain file, too large, or cannot be read.
        """
        start = len(os.path.join(root, ""))  # noqa: PTH118 - a Path costs more than looking at the file
        return {path[start:].replace(os.sep, "/"): self._digest(path) for path in paths}

    def _digest(self, path: str) -> str:
        try:
            found = os.lstat(path)
            marks = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
            note = self.notes.get(path, self.known.get(path))
            if note is None or note[:4] != marks:
                note = [*marks, _read(path)]
        except OSError as error:
            raise OddFileError(path) from error
        if TELLING and max(found.st_mtime_ns, found.st_ctime_ns) < self.now - SETTLED:
            self.notes[path] = note
        return str(note[4])


def files(folder: str | Path, endings: tuple[str, ...]) -> Iterator[str]:
    """Yield the files below a folder whose names end so, in order, without hidden ones and what Python compiled.

    Links are yielded too, whatever they lead to.
    """
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from files(entry.path, endings)
        elif entry.name.endswith(endings) or entry.is_symlink():
            yield entry.path


def _read(path: str) -> str:
    """Return the digest of a plain file's bytes; no link is followed, and no pipe is waited for."""
    handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK")))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise OddFileError(path)
        content = os.read(handle, status.st_size + 1)
    finally:
        os.close(handle)
    if len(content) != status.st_size:
        raise OddFileError(path)
    return sha256(content).hexdigest()
