"""Bundles: the records of one file, or what is wrong with it, in a form that processes and caches can hand on.

An entry is a list of the file's path, the digest of its bytes, the lines on which its records begin, the lines that
look as if a text were cut off there, and its values. That of a file with faults has two parts more: which records are
sound all the same, and what is wrong. A block is a JSON list of entries. Everything passes through it, whether it was
read here, in another process or on another day, so that all three give the same records.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alleged import files
from alleged.issues import Issue, plain, unfolded
from alleged.project import Project
from alleged.reader import Document, File, FileText, parsed, read_page
from alleged.records.record import Record, records, shape

PORTION = 1 << 20
"""Bytes of YAML that are read at a time: about 2,000 records."""

FEWEST = 3
"""Portions from which on a second process pays: with 1.4 MB it took 0.02 s longer than one, with 4.2 MB 0.25 s less."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The records of one file that are of sound shape, and what is wrong with the others or with the file."""

    path: str
    digest: str
    records: Sequence[Record]
    issues: Sequence[Issue]


def portions(paths: Iterable[Path], project: Project) -> list[list[Path]]:
    """Return the paths in order, parted into portions of about equal size."""
    parts: list[list[Path]] = []
    room = 0
    for path in paths:
        if room <= 0:
            parts.append([])
            room = PORTION
        parts[-1].append(path)
        try:
            room -= files.status(project.root, project.relative(path)).st_size
        except OSError:
            continue  # the reader tells what is wrong with it
    return parts


def read_block(paths: Iterable[Path], project: Project) -> bytes:
    """Return the block of some files."""
    return _packed([_entry(path, project) for path in paths])


def packed(digests: Mapping[str, str], kept: Mapping[str, list[Any]]) -> bytes:
    """Return a block of bundles that are kept, each named by its path and the digest of its bytes."""
    return _packed([[path, digest, *kept[digest]] for path, digest in digests.items() if digest in kept])


def _packed(entries: list[Any]) -> bytes:
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(path: Path, project: Project) -> list[Any]:
    page = read_page(path, project)
    if not isinstance(page, FileText):
        return [project.relative(path), "", {}, [], {}, [], [plain(page)]]
    found = parsed(page, project)
    if not isinstance(found, Document):
        return [page.path, page.sha256, {}, [], {}, [], list(map(plain, found))]
    sound, wrong = shape(found)
    entry = [page.path, page.sha256, found.file.lines, found.file.suspects, found.data]
    return [*entry, [[record.kind, record.index] for record in sound], list(map(plain, wrong))] if wrong else entry


def unpacked(block: bytes, project: Project) -> Iterator[Bundle]:
    """Yield the bundles of a block."""
    for entry in json.loads(block):
        yield bundle(entry, project)


def bundle(entry: Sequence[Any], project: Project) -> Bundle:
    """Return the bundle that an entry describes."""
    path, digest, lines, suspects, values, *faults = entry
    document = Document(File(project.root, path, digest, lines, suspects), values)
    if not faults:
        return Bundle(path, digest, records(document), ())
    sound, wrong = faults
    return Bundle(path, digest, records(document, {(kind, i) for kind, i in sound}), [unfolded(i) for i in wrong])
