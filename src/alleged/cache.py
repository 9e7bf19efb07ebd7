"""Content-addressed cache of earlier checks. It never changes a verdict.

Every file is sealed: it begins with the SHA-256 of its content and of everything that the content depends on. For a
report, that is the digest of all records, settings, own codes, copies of articles and releases, the day, this tool, its
schemas and the installed libraries. A file that was truncated, damaged or replaced does not match and is ignored. Files
are written beside their place and renamed, so that concurrent checks do not interfere. Only JSON and databases of
SQLite are read, which cannot run code.

The folder is `checks/` in the cache folder of the user, never a folder of the project, which may come from anybody.
Releases are built and verified without the cache.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from alleged import files, git
from alleged.files import FolderEntry
from alleged.project import PACKAGE, SUFFIXES, Project, cache_folder, schemas_folder

MAX_CACHE_BYTES = 1 << 32
"""Bytes of all files of the cache; those that have not been used for longest are deleted first."""

UNUSABLE = (OSError, RuntimeError)
"""Errors that mean that the cache cannot be used; RuntimeError if the user has no home folder."""

SEAL = 32
"""Bytes of the seal at the beginning of a file."""

STAT_KEY = "notes"
"""Key of the block of file stats, which is valid for any version of the tool."""

Stat = list[int | str]

MAX_FILE_BYTES = 1 << 26
"""Bytes of the largest file that is digested, a manifest; the reader accepts only much smaller bundles."""

MIN_AGE_NS = 2_000_000_000
"""Nanoseconds after its last change until the digest of a file is stored: the coarsest clock of a disk (FAT)."""

HAS_CHANGE_TIME = os.name == "posix"
"""Whether `st_ctime` is the time of the last change, which no program can set; on Windows it is that of creation."""


@dataclass(frozen=True)
class ProjectState:
    """A state of a project: the digest of each record file by its path, and one of all files that a check reads.

    `others` is the digest of all that a check depends on besides the record files and the day.
    """

    files: Mapping[str, str]
    others: str
    key: str


class StatCache:
    """Digests of files; a file with the size, times and inode of an earlier check is not read again.

    As in git's index, an entry contains these values and the SHA-256 of the content. It is stored only if the file was
    last changed a while ago, since a second change within one tick of the clock would not show in its times ("racy
    git" in git's documentation). On systems that do not report when a file was last changed, nothing is stored.
    """

    def __init__(self, stored: dict[str, Stat]) -> None:
        self.stored = stored
        self.stats: dict[str, Stat] = {}
        self.now = time.time_ns()

    def digests(self, root: files.Root, entries: Iterable[FolderEntry]) -> dict[str, str]:
        """Return the digest of each file, by its name below the root.

        Raises:
            FileRefused: One of them is not a regular file, or too large.
            OSError: One of them cannot be read.
        """
        start = os.path.join(root, "")  # noqa: PTH118 - a Path takes longer than the stat itself
        return {entry.name: self._digest(root, entry, start + entry.name) for entry in entries}

    def _digest(self, root: files.Root, entry: FolderEntry, path: str) -> str:
        status = entry.status
        values = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        stat = self.stats.get(path, self.stored.get(path))
        if stat is None or stat[:4] != values or entry.kind != "file":
            stat = [*values, sha256(files.read(root, entry.name, MAX_FILE_BYTES)).hexdigest()]
        if HAS_CHANGE_TIME and max(status.st_mtime_ns, status.st_ctime_ns) < self.now - MIN_AGE_NS:
            self.stats[path] = stat
        return str(stat[4])


@dataclass(frozen=True)
class CheckCache:
    """The cache of one project's checks; it `fills` itself with an index if somebody looks on who may check again."""

    project: Project
    fills: bool = False

    def state(self) -> ProjectState | None:
        """Return the state of the project; None if one of its files is not a regular file that can be read.

        Then the cache is not used, and the check reports the problem.
        """
        root = self.project.root
        try:
            bundles = self._stat_cache.digests(root, _files(root, self.project.folder, SUFFIXES))
            others = self.others()
            state = ProjectState(bundles, others, _key(others, bundles, today()))
        except OSError:
            return None
        if self._stat_cache.stats != self._stat_cache.stored:
            self._write("notes", STAT_KEY, json.dumps(self._stat_cache.stats).encode())
        return state

    def others(self) -> str:
        """Return the digest of all that a check depends on besides the record files and the day.

        Raises:
            OSError: A file cannot be read.
        """
        root, texts = self.project.root, self.project.texts.name
        tracked = files.exists(root, texts) and git.tracks(root, texts)
        return _key(self.tool, self.project.folder, self._stat_cache.digests(root, self._other_files()), tracked)

    def load_report(self, state: ProjectState) -> Any:
        """Return the cached report for a state of the project; None if there is none."""
        return json.loads(bytes(self._read("report", state.key) or b"null"))

    def save_report(self, state: ProjectState, report: Any) -> None:
        """Store the report for a state of the project, in place of the previous one."""
        self._write("report", state.key, json.dumps(report).encode())

    def load_index(self, state: ProjectState) -> memoryview | None:
        """Return the index of records that were checked with the same tool, settings and releases; None without one."""
        return self._read("index", state.others)

    def save_index(self, state: ProjectState, image: bytes) -> None:
        """Store the index in place of the previous one."""
        self._write("index", state.others, image)

    def load_rows(self, state: ProjectState) -> Any:
        """Return what `save_rows` has stored with the same tool, settings and releases; None if nothing."""
        return json.loads(bytes(self._read("rows", state.others) or b"null"))

    def save_rows(self, state: ProjectState, rows: Any) -> None:
        """Store what the tables of the last build were made from, in place of what was stored before."""
        self._write("rows", state.others, json.dumps(rows).encode())

    def digest(self, root: files.Root, entry: FolderEntry) -> str:
        """Return the digest of a file; one that has the size, times and inode of an earlier check is not read again.

        Raises:
            OSError: It cannot be read.
        """
        return self._stat_cache.digests(root, [entry])[entry.name]

    def bundles_file(self) -> Path | None:
        """Return the path of the database of read bundles; None if the folder of the cache is not private."""
        try:
            files.make_folder(_folder(), mode=0o700)
            return _folder() / self._name("bundles") if files.is_private(_folder()) else None
        except UNUSABLE:
            return None

    @cached_property
    def tool(self) -> str:
        """Digest of everything that turns records into reports: this tool, its schemas, Python, installed libraries."""
        libraries = sorted(
            {name for folder in sys.path for name in files.names(folder or ".") if name.endswith(".dist-info")}
        )
        code = self._stat_cache.digests(PACKAGE, _files(PACKAGE, "", (".py",)))
        schemas = self._stat_cache.digests(schemas_folder(), _files(schemas_folder(), "", (".json",)))
        return _key(sys.version, libraries, code, schemas)

    @cached_property
    def _stat_cache(self) -> StatCache:
        return StatCache(json.loads(bytes(self._read("notes", STAT_KEY) or b"{}")))

    def _other_files(self) -> Iterator[FolderEntry]:
        """Yield the files that a check reads besides bundles.

        These are settings, own codes, texts, index and manifests of releases.
        """
        root = self.project.root
        names = [self.project.settings.name, "datasets/index.json"]
        if files.entry(root, "datasets"):
            names += [f"{e.name}/manifest.json" for e in files.entries(root, "datasets") if _is_release(e)]
        yield from filter(None, (files.entry(root, name) for name in names))
        if files.entry(root, self.project.vocabularies.name):
            yield from _files(root, self.project.vocabularies.name, SUFFIXES)
        if files.entry(root, self.project.texts.name):
            yield from _files(root, self.project.texts.name, (".txt",))

    def _name(self, part: str) -> str:
        project = sha256(os.fsencode(self.project.claims.resolve())).hexdigest()[:24]
        return f"{project}.{part}"

    def _read(self, part: str, key: str) -> memoryview | None:
        """Return the content of a file if it was sealed with this key."""
        try:
            folder, name = _folder(), self._name(part)
            if not files.is_private(folder):
                return None
            files.touch(folder, name)  # so that used files are deleted last
            sealed = memoryview(files.read(folder, name, MAX_CACHE_BYTES))
        except UNUSABLE:
            return None
        return sealed[SEAL:] if sealed[:SEAL] == _seal(sealed[SEAL:], key) else None

    def _write(self, part: str, key: str, content: bytes) -> None:
        """Write a file completely or not at all; if it cannot be written, the next check only takes longer."""
        with suppress(*UNUSABLE):
            folder = _folder()
            files.make_folder(folder, mode=0o700)
            if files.is_private(folder):
                files.write(folder, self._name(part), _seal(content, key) + content, durable=False)
                _shrink(folder)


def today() -> str:
    """Return the day by the clock of this machine; a rule finds days to come."""
    return date.today().isoformat()  # noqa: DTZ011 - local dates of curators


def _folder() -> Path:
    return cache_folder() / "checks"


def _files(root: Path, folder: str, suffixes: tuple[str, ...]) -> Iterator[FolderEntry]:
    return files.walk(root, folder, lambda name: name.endswith(suffixes))


def _is_release(entry: FolderEntry) -> bool:
    return entry.kind == "folder" and not entry.name.startswith("datasets/.") and entry.name != "datasets/dev"


def _shrink(folder: Path) -> None:
    """Delete the files that have not been used for longest, until the rest is within `MAX_CACHE_BYTES`."""
    cached = sorted((entry.status.st_mtime, entry.status.st_size, entry.name) for entry in files.entries(folder))
    total = sum(size for _, size, _ in cached)
    for _, size, name in cached:
        if total <= MAX_CACHE_BYTES:
            break
        files.remove(folder, name)
        total -= size


def _seal(content: bytes | memoryview, key: str) -> bytes:
    digest = sha256(key.encode())
    digest.update(content)
    return digest.digest()


def _key(*parts: Any) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()
