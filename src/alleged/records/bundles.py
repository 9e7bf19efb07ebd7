"""Read bundles, in a form that processes and caches can exchange: the records of one file, or its issues.

An entry is a list: the path of the file, the digest of its bytes, the lines on which its records begin, its lines with
a `#` that may cut off a text, and its values. The entry of a file with issues has three more parts: which of its
records have a valid shape, the issues, and the ids of the other records. A block has an entry as JSON on each line.
Every bundle passes through a block, whether it was read in this process, in another one or by an earlier check, so that
the records are the same in all three cases.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alleged import files
from alleged.issues import Issue, issue_from_list, issue_to_list
from alleged.project import Project
from alleged.reader import Document, File, FileText, parse_text, read_text
from alleged.records.record import Record, check_shape, records_of

PORTION_BYTES = 1 << 20
"""Bytes of YAML in one portion: about 2,000 records."""

MIN_PORTIONS = 3
"""Portions from which a second process saves time: with 1.4 MB it took 0.02 s longer, with 4.2 MB 0.25 s less."""


ID = re.compile(rb"^[ \t-]*id:[ \t]*([a-z0-9-]{1,80})[ \t]*$", re.MULTILINE)
"""An id in a file that is no YAML, so that references to it are not called unknown."""

MAX_UNREAD = 2_000
"""Ids that are taken from such a file."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The records of one file that have a valid shape, and the issues of the others or of the file.

    `unread` are the ids of the others, as far as they can be found.
    """

    path: str
    digest: str
    records: Sequence[Record]
    issues: Sequence[Issue]
    unread: Sequence[str] = ()


def file_size(path: Path, project: Project) -> int:
    """Return the size of a file in bytes; 0 if it cannot be read, which the reader reports."""
    try:
        return files.status(project.root, project.relative(path)).st_size
    except OSError:
        return 0


def read_texts(paths: Iterable[Path], project: Project) -> list[FileText | Issue]:
    """Return the text of each file, or the issue why it cannot or must not be opened."""
    return [read_text(path, project) for path in paths]


def block_of(project: Project, texts: Iterable[FileText | Issue]) -> bytes:
    """Return the bundles of files, given by their texts, as a block."""
    entries = (_entry_of(text, project) for text in texts)
    return b"\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() for entry in entries)


def _entry_of(text: FileText | Issue, project: Project) -> list[Any]:
    if not isinstance(text, FileText):
        return [text.place.path, "", {}, [], {}, [], [issue_to_list(text)], []]
    document = parse_text(text, project)
    if not isinstance(document, Document):
        unread = [id.decode() for id in ID.findall(text.content)[:MAX_UNREAD]]
        return [text.path, text.sha256, {}, [], {}, [], list(map(issue_to_list, document)), unread]
    valid, issues = check_shape(document)
    entry = [text.path, text.sha256, document.file.lines, document.file.hash_lines, document.data]
    if not issues:
        return entry
    read = {(r.kind, r.index) for r in valid}
    unread = [r.id for r in records_of(document) if (r.kind, r.index) not in read and r.is_named]
    return [*entry, [[r.kind, r.index] for r in valid], list(map(issue_to_list, issues)), unread]


def bundle_of(entry: Sequence[Any], project: Project) -> Bundle:
    """Return the bundle of an entry."""
    path, digest, lines, hash_lines, values, *rest = entry
    document = Document(File(project.root, path, digest, lines, hash_lines), values)
    if not rest:
        return Bundle(path, digest, records_of(document), ())
    valid, issues, unread = rest
    records = records_of(document, {(kind, index) for kind, index in valid})
    return Bundle(path, digest, records, list(map(issue_from_list, issues)), unread)
