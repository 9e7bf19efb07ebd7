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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from alleged.digests import Digests, OddFileError, files
from alleged.layout import HOUSE, SUFFIXES, Layout, cache_folder, schemas_folder

LARGEST = 1 << 30
"""Bytes that all kept files may take together; the projects that were not checked for longest are forgotten first."""

SOUND = 5
"""Parts of the entry of a bundle without faults."""

UNUSABLE = (OSError, RuntimeError)
"""What tells that the cache cannot be used; the latter, that the person who checks has no home."""

NOTES = "notes"
"""Key of the notes of digests, which hold for any version of the tool."""


@dataclass(frozen=True)
class State:
    """The project at one moment: the digest of each record file by its path, and one of all that a check reads."""

    files: Mapping[str, str]
    key: str


@dataclass(frozen=True)
class Memory:
    """What is kept of the checks of one project."""

    layout: Layout

    def state(self) -> State | None:
        """Return the state of the project; None where some file of it is no plain one that can be read.

        Then nothing is kept, and the check tells what is wrong there.
        """
        about = (self.layout.settings, self.layout.datasets / "index.json", *self._manifests())
        texts = files(self.layout.texts, (".txt",)) if self.layout.texts.is_dir() else ()
        try:
            bundles = self._digests.of(self.layout.root, files(self.layout.claims, SUFFIXES))
            others = self._digests.of(self.layout.root, (*(str(p) for p in about if os.path.lexists(p)), *texts))
            state = State(bundles, _key(self.tool, self.layout.folder, bundles, others))
        except (OddFileError, OSError):
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

    def report(self, state: State) -> Any:
        """Return the report that was kept for a state of the project; None if there is none."""
        block = next(_blocks(self._read("report"), state.key), None)
        return None if block is None else json.loads(block)

    def keep_report(self, state: State, report: Any) -> None:
        """Keep the report for a state of the project, in the place of the one before."""
        self._write("report", _sealed(json.dumps(report).encode(), state.key))

    @cached_property
    def tool(self) -> str:
        """Digest of what turns records into reports: this tool, its schemas, Python and the libraries it finds."""
        libraries = sorted({name for folder in sys.path for name in _names(folder) if name.endswith(".dist-info")})
        code = self._digests.of(HOUSE, files(HOUSE, (".py",)))
        schemas = self._digests.of(schemas_folder(), files(schemas_folder(), (".json",)))
        return _key(sys.version, libraries, code, schemas)

    @cached_property
    def _digests(self) -> Digests:
        block = next(_blocks(self._read("notes"), NOTES), b"{}")
        return Digests(json.loads(block))

    def _manifests(self) -> Iterator[Path]:
        """Yield the manifests of releases, of which a check reads the ids."""
        folder = self.layout.datasets
        for name in _names(folder):
            if os.path.lexists(folder / name / "manifest.json") and name != "dev":
                yield folder / name / "manifest.json"

    def _path(self, what: str) -> Path:
        place = sha256(os.fsencode(self.layout.claims.resolve())).hexdigest()[:24]
        return cache_folder() / "checks" / f"{place}.{what}"

    def _read(self, what: str) -> bytes:
        try:
            path = self._path(what)
            if not _is_ours(path.parent):
                return b""
            os.utime(path)  # so that what is in use is forgotten last
            return path.read_bytes()
        except UNUSABLE:
            return b""

    def _write(self, what: str, content: bytes) -> None:
        """Write a file whole, or not at all; where that cannot be done, the next check takes longer, no more."""
        with suppress(*UNUSABLE):
            path = self._path(what)
            fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _is_ours(path.parent):
                return
            try:
                fresh.write_bytes(content)
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)
            _forget(path.parent)


def _is_ours(folder: Path) -> bool:
    """Whether nobody but this user can write to a folder."""
    status = folder.stat()
    return not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def _forget(folder: Path) -> None:
    """Remove what was not used for longest, until the rest is within bounds."""
    kept = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in folder.iterdir())
    total = sum(size for _, size, _ in kept)
    for _, size, path in kept:
        if total <= LARGEST:
            break
        path.unlink(missing_ok=True)
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
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _names(folder: str | Path) -> list[str]:
    try:
        return sorted(os.listdir(folder or "."))  # noqa: PTH208 - the names alone
    except OSError:
        return []
