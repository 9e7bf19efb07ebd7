"""Digests of files, and notes of them, so that a file that was left alone is not read again.

A note holds the size of a file, the times of its last change, its number on the disk and the SHA-256 of its bytes. It
is made only of a file that had been left alone for a while, since a second change within one tick of the clock would
not show in its times (as git does it: "racy git" in its documentation). Where the system does not tell when a file's
content or name was last touched, nothing is noted.
"""

import os
import time
from collections.abc import Iterable
from hashlib import sha256

from alleged import files
from alleged.files import Entry

Note = list[int | str]

LARGEST = 1 << 26
"""Bytes of the largest file that a digest is taken of, a manifest; the reader refuses bundles far smaller."""

SETTLED = 2_000_000_000
"""Nanoseconds that a file must have been left alone for a note: the coarsest clock of a disk, that of FAT."""

TELLING = os.name == "posix"
"""Whether `st_ctime` is the time of the last change, which no program can set; on Windows it is that of creation."""


class Digests:
    """Takes the digests of files, with the help of notes of earlier ones; `notes` are those for the next time."""

    def __init__(self, known: dict[str, Note]) -> None:
        self.known = known
        self.notes: dict[str, Note] = {}
        self.now = time.time_ns()

    def of(self, root: files.Root, entries: Iterable[Entry]) -> dict[str, str]:
        """Return the digest of each file, by its name below the root.

        Raises:
            FileRefusedError: One of them is no regular file, or too large.
            OSError: One of them cannot be read.
        """
        start = os.path.join(root, "")  # noqa: PTH118 - a Path costs more than looking at the file
        return {entry.name: self._digest(root, entry, start + entry.name) for entry in entries}

    def _digest(self, root: files.Root, entry: Entry, path: str) -> str:
        found = entry.status
        marks = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
        note = self.notes.get(path, self.known.get(path))
        if note is None or note[:4] != marks or entry.kind != "file":
            note = [*marks, sha256(files.read(root, entry.name, LARGEST)).hexdigest()]
        if TELLING and max(found.st_mtime_ns, found.st_ctime_ns) < self.now - SETTLED:
            self.notes[path] = note
        return str(note[4])
