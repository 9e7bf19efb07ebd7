"""What earlier checks found out, kept for the next one: it saves time and decides nothing.

Everything is kept under the SHA-256 of what it was made from: the values of a bundle under that of its bytes, a report
under that of all records, settings, copies and releases, and both under that of the tool itself, its schemas and the
libraries beside it. What was cut off, damaged or exchanged does not fit its own digest and is passed over as if it had
never been there. It is written whole and beside, so that two checks at once do not meet. Only JSON is read, which
cannot run anything.

The folder is `checks/` in the cache of `alleged`, which belongs to the person who checks: never a folder of the
project, which may come from anybody. Releases are cut and verified without it.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from alleged import files, git
from alleged.files import FolderEntry
from alleged.project import PACKAGE, SUFFIXES, Project, cache_folder, schemas_folder

LARGEST = 1 << 30
"""Bytes that all kept files may take together; the projects that were not checked for longest are forgotten first."""

SOUND = 5
"""Parts of the entry of a bundle without faults."""

UNUSABLE = (OSError, RuntimeError)
"""What tells that the cache cannot be used; the latter, that the person who checks has no home."""

NOTES = "notes"
"""Key of the notes of digests, which hold for any version of the tool."""

Note = list[int | str]

LARGEST_FILE = 1 << 26
"""Bytes of the largest file that a digest is taken of, a manifest; the reader refuses bundles far smaller."""

SETTLED = 2_000_000_000
"""Nanoseconds that a file must have been left alone for a note: the coarsest clock of a disk, that of FAT."""

TELLING = os.name == "posix"
"""Whether `st_ctime` is the time of the last change, which no program can set; on Windows it is that of creation."""


@dataclass(frozen=True)
class ProjectState:
    """The project at one moment: the digest of each record file by its path, and one of all that a check reads."""

    files: Mapping[str, str]
    key: str


class StatCache:
    """Digests of files; a file whose size, times and inode are those of an earlier check is not read again.

    As in git's index, an entry holds these marks and the SHA-256 of the content. It is kept only for a file that was
    last changed a while ago, since a second change within one tick of the clock would not show in its times ("racy
    git" in git's documentation). Where the system does not report when a file was last changed, nothing is kept.
    """

    def __init__(self, known: dict[str, Note]) -> None:
        self.known = known
        self.notes: dict[str, Note] = {}
        self.now = time.time_ns()

    def of(self, root: files.Root, entries: Iterable[FolderEntry]) -> dict[str, str]:
        """Return the digest of each file, by its name below the root.

        Raises:
            FileRefused: One of them is no regular file, or too large.
            OSError: One of them cannot be read.
        """
        start = os.path.join(root, "")  # noqa: PTH118 - a Path costs more than looking at the file
        return {entry.name: self._digest(root, entry, start + entry.name) for entry in entries}

    def _digest(self, root: files.Root, entry: FolderEntry, path: str) -> str:
        found = entry.status
        marks = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
        note = self.notes.get(path, self.known.get(path))
        if note is None or note[:4] != marks or entry.kind != "file":
            note = [*marks, sha256(files.read(root, entry.name, LARGEST_FILE)).hexdigest()]
        if TELLING and max(found.st_mtime_ns, found.st_ctime_ns) < self.now - SETTLED:
            self.notes[path] = note
        return str(note[4])


@dataclass(frozen=True)
class CheckCache:
    """What is kept of the checks of one project."""

    project: Project

    def state(self) -> ProjectState | None:
        """Return the state of the project; None where some file of it is no plain one that can be read.

        Then nothing is kept, and the check tells what is wrong there.
        """
        root = self.project.root
        try:
            bundles = self._digests.of(root, _files(root, self.project.folder, SUFFIXES))
            others = self._digests.of(root, self._others())
            texts = self.project.texts.name
            tracked = files.exists(root, texts) and git.tracks(root, texts)
            state = ProjectState(bundles, _key(self.tool, self.project.folder, bundles, others, tracked))
        except OSError:
            return None
        if self._digests.notes != self._digests.known:
            self._write("notes", _sealed(json.dumps(self._digests.notes).encode(), NOTES))
        return state

    def documents(self) -> dict[str, list[Any]]:
        """Return what is kept of sound bundles, by the digest of their bytes: all parts of an entry behind it."""
        found: dict[str, list[Any]] = {}
        for block in _blocks(self._read("records"), self.tool):
            found.update((entry[1], entry[2:]) for entry in json.loads(block) if len(entry) == SOUND)
        return found

    def keep_documents(self, blocks: Iterable[bytes], anew: bool) -> None:
        """Add blocks of bundles to those that are kept, or put them in the place of all.

        A block is a JSON list of entries (see `bundles`); those of bundles with faults are passed over when read.
        """
        sound = () if anew else _blocks(self._read("records"), self.tool)
        self._write("records", b"".join(_sealed(block, self.tool) for block in (*sound, *blocks)))

    def report(self, state: ProjectState) -> Any:
        """Return the report that was kept for a state of the project; None if there is none."""
        block = next(_blocks(self._read("report"), state.key), None)
        return None if block is None else json.loads(block)

    def keep_report(self, state: ProjectState, report: Any) -> None:
        """Keep the report for a state of the project, in the place of the one before."""
        self._write("report", _sealed(json.dumps(report).encode(), state.key))

    @cached_property
    def tool(self) -> str:
        """Digest of what turns records into reports: this tool, its schemas, Python and the libraries it finds."""
        libraries = sorted(
            {name for folder in sys.path for name in _names(folder or ".") if name.endswith(".dist-info")}
        )
        code = self._digests.of(PACKAGE, _files(PACKAGE, "", (".py",)))
        schemas = self._digests.of(schemas_folder(), _files(schemas_folder(), "", (".json",)))
        return _key(sys.version, libraries, code, schemas)

    @cached_property
    def _digests(self) -> StatCache:
        block = next(_blocks(self._read("notes"), NOTES), b"{}")
        return StatCache(json.loads(block))

    def _others(self) -> Iterator[FolderEntry]:
        """Yield what a check reads besides bundles: settings, texts, the index and the manifests of releases."""
        root = self.project.root
        names = [self.project.settings.name, "datasets/index.json"]
        if files.entry(root, "datasets"):
            names += [f"{e.name}/manifest.json" for e in files.entries(root, "datasets") if _is_release(e)]
        yield from filter(None, (files.entry(root, name) for name in names))
        if files.entry(root, self.project.texts.name):
            yield from _files(root, self.project.texts.name, (".txt",))

    def _name(self, what: str) -> str:
        place = sha256(os.fsencode(self.project.claims.resolve())).hexdigest()[:24]
        return f"{place}.{what}"

    def _read(self, what: str) -> bytes:
        try:
            folder, name = _folder(), self._name(what)
            if not files.is_private(folder):
                return b""
            files.touch(folder, name)  # so that what is in use is deleted last
            return files.read(folder, name, LARGEST)
        except UNUSABLE:
            return b""

    def _write(self, what: str, content: bytes) -> None:
        """Write a file whole, or not at all; where that cannot be done, the next check takes longer, no more."""
        with suppress(*UNUSABLE):
            folder = _folder()
            files.make_folder(folder, mode=0o700)
            if files.is_private(folder):
                files.write(folder, self._name(what), content)
                _shrink(folder)


def _folder() -> Path:
    return cache_folder() / "checks"


def _files(root: Path, folder: str, endings: tuple[str, ...]) -> Iterator[FolderEntry]:
    return files.walk(root, folder, lambda name: name.endswith(endings))


def _is_release(entry: FolderEntry) -> bool:
    return entry.kind == "folder" and not entry.name.startswith("datasets/.") and entry.name != "datasets/dev"


def _shrink(folder: Path) -> None:
    """Delete what was not used for longest, until the rest is within bounds."""
    kept = sorted((entry.status.st_mtime, entry.status.st_size, entry.name) for entry in files.entries(folder))
    total = sum(size for _, size, _ in kept)
    for _, size, name in kept:
        if total <= LARGEST:
            break
        files.remove(folder, name)
        total -= size


# Sealed blocks: a line with the digest and the length, then the block.


def _sealed(block: bytes, key: str) -> bytes:
    return f"{_seal(block, key)} {len(block)}\n".encode() + block + b"\n"


def _seal(block: bytes, key: str) -> str:
    return sha256(key.encode() + block).hexdigest()


def _blocks(content: bytes, key: str) -> Iterator[bytes]:
    """Yield the blocks that fit their seals; the first that does not is the last to be looked at."""
    start = 0
    while (line := content.find(b"\n", start)) >= 0:
        seal, _, size = content[start:line].partition(b" ")
        end = line + 1 + int(size) if size.isdigit() and len(size) < 12 else -1
        block = content[line + 1 : end] if end > 0 else b""
        if not block or seal.decode("latin-1") != _seal(block, key):
            return
        yield block
        start = end + 1


def _key(*parts: Any) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()


def _names(folder: str) -> list[str]:
    try:
        return [entry.name for entry in files.entries(folder)]
    except OSError:
        return []
