"""Remove the texts of a record to protect somebody: what stays is its id, its kind, its links and its codes."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import chain
from typing import Any, NamedTuple

from alleged import files
from alleged.datasets import manifests
from alleged.editing.single_fields import comment_lines, with_field, with_value, without
from alleged.errors import AllegedError, StyleError, UnknownNameError
from alleged.issues import ValuePath
from alleged.project import Project
from alleged.reader import MAX_BYTES, Document, FileText, parse_text, rewrite
from alleged.records.corpus import Corpus, Record
from alleged.records.record import REDACTED
from alleged.schemas.definitions import Field, fields, marked
from alleged.schemas.validate import record_findings
from alleged.schemas.vocabularies import closest

ADDRESSES = frozenset({"url", "doi", "archived"})
"""Fields that lead to a page or to footage; they are removed like texts."""

WHOLE = frozenset({"names", "ids", "id_sources", "archived", "response_sought"})
"""Fields that are removed with everything in them, if the schema allows it."""

KEPT = frozenset({"status_reason", "reliability", "credibility", "likelihood", "confidence"})
"""Texts that are not removed: terms of a scale, and a reason that is replaced."""

NOT_TEXT = frozenset({"pattern", "enum", "oneOf", "x-kinds", "x-date"})
"""Keywords by which the schema of a field says that its value is no free text, but a code, an id or a date."""

NAMING = frozenset({"name", "names", "summary", "quote", "gloss", "title", "question", "url"})
"""Fields whose texts are looked up in other files; those of the others, as a role, are everywhere."""

MIN_REASON, MIN_LENGTH = 10, 4
"""Characters of the shortest reason, as the schemas demand, and of the shortest text that is looked up elsewhere."""


class Redaction(NamedTuple):
    """What a redaction does: the file before and after, and the fields that it removes or replaces.

    `users` are the ids of active records that refer to the record, so that it is not withdrawn. `releases` are those
    to yank. `comments` are lines of the file, after the redaction, with comments inside the record; a program cannot
    judge them. `texts` are the removed texts that are looked up elsewhere; they are never printed.
    """

    record: Record
    before: bytes
    after: bytes
    fields: Mapping[str, str]
    users: tuple[str, ...]
    releases: tuple[str, ...]
    reason: str
    comments: tuple[int, ...]
    texts: tuple[str, ...]

    @property
    def path(self) -> str:
        """Path of the record file, relative to the project."""
        return self.record.file.path

    @property
    def withdrawn(self) -> bool:
        """Whether the record is inactive afterwards."""
        return not self.users


def plan(project: Project, corpus: Corpus, record_id: str, reason: str, day: str) -> Redaction:
    """Return what the redaction of a record changes, without changing it.

    Raises:
        UnknownNameError: There is no such record; the message has similar ids.
        AllegedError: The reason is too short, or not one line of text.
        StyleError: The file would not be readable, or another record would change.
        VerificationError: The index or a manifest of a release is damaged.
    """
    record = corpus.by_id.get(record_id)
    if record is None:
        close = " or ".join(map(repr, closest(record_id, corpus.by_id)))
        hint = f"did you mean {close}?" if close else "look it up in the file of its kind below claims/"
        raise UnknownNameError(f"there is no record {record_id!r}; {hint}")
    if len(reason) < MIN_REASON or not reason.isprintable():
        raise AllegedError(
            f"the reason must be one line of at least {MIN_REASON} characters: --reason 'why, for readers'"
        )
    before = record.file.text.content
    removed, texts, after = _blanked(record, before)
    users = tuple(_users(record, corpus))
    noted = _noted(record, f"{REDACTED} {reason}", day, bool(users))
    for name, value in noted.items():
        after = _with(after, record, (name,), value)
    _require_readable(project, record, before, after)
    comments = tuple(comment_lines(after, (record.kind, record.index)))
    releases = tuple(_releases(project, record))
    return Redaction(record, before, after, removed | noted, users, releases, reason, comments, texts)


def _require_readable(project: Project, record: Record, before: bytes, after: bytes) -> None:
    """Raise a StyleError unless a file without some texts of a record can be read and has the same other records."""
    path, rest = record.file.path, []
    for content in (before, after):
        document = parse_text(FileText(path, content), project)
        if not isinstance(document, Document):
            why = f"it could not be read then: {document[0].message}"
            raise StyleError(f"{path} is not changed, since {why}; run 'alleged fmt {path}' first")
        others = list(document.data[record.kind])
        del others[record.index]
        rest.append({**document.data, record.kind: others})
    if rest[0] != rest[1]:
        raise StyleError(f"{path} is not changed, since another record would change; run 'alleged fmt {path}' first")


def apply(project: Project, redaction: Redaction) -> None:
    """Write the changed record file, and withdraw the releases that hold the record.

    Raises:
        EnvironmentFailure: A file cannot be written, or another program has changed it.
    """
    rewrite(redaction.path, project, redaction.before, redaction.after)
    if redaction.releases:
        name = f"{project.datasets.name}/index.json"
        why = f"{redaction.record.id} was redacted: {redaction.reason}"
        content = manifests.with_yanked(manifests.read_index(project.root), redaction.releases, why)
        with files.translate_oserror(f"{name} cannot be written"):
            files.write(project.root, name, content)


def leftovers(project: Project, redaction: Redaction) -> Iterator[tuple[str, int]]:
    """Yield the path and line of each place in records, pages and second readings that still has a removed text."""
    pattern = re.compile("|".join(map(re.escape, redaction.texts)) or r"(?!)", re.IGNORECASE)
    own = {redaction.path: redaction.after}
    for name in _pages(project):
        try:
            content = own.get(name) or files.read(project.root, name, MAX_BYTES)
        except OSError:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            if pattern.search(line):
                yield name, number


def _pages(project: Project) -> Iterator[str]:
    """Yield the files of text that are looked through: records, second readings, pages."""
    for folder in (project.folder, "intercoder", "docs"):
        if files.is_folder(project.root, folder):
            entries = files.walk(project.root, folder, lambda name: name.endswith((".yaml", ".yml", ".md")))
            yield from (entry.name for entry in entries if entry.kind == "file")
    yield from (entry.name for entry in files.entries(project.root) if entry.name.endswith(".md"))


def _blanked(record: Record, content: bytes) -> tuple[dict[str, str], tuple[str, ...], bytes]:
    """Return the fields that were removed or replaced, the texts that were in them, and the file without them."""
    data = deepcopy(dict(record.data))
    changed: dict[str, str] = {}
    texts: list[str] = []
    for path, value in _texts(record):
        around, name = path[:-1], str(path[-1])
        if around and around[0] not in data:
            continue  # removed with the field that it was in
        inner: Any = data
        for step in around:
            inner = inner[step]
        own = (record.kind, record.index, *path)
        shown = ".".join(map(str, path))
        del inner[name]
        if record.path_in_file(path) == own and not record_findings(record.kind, data):
            content, changed[shown] = without(content, own), "removed"
        elif isinstance(value, str):
            inner[name] = _marker(record, inner, name, data)
            content, changed[shown] = _with(content, record, path, inner[name]), inner[name]
        else:
            inner[name] = value
            continue
        if NAMING.intersection(map(str, path)):
            texts += filter(lambda text: len(text) >= MIN_LENGTH, _strings(value))
    return changed, tuple(dict.fromkeys(texts)), content


def _marker(record: Record, inner: dict[str, Any], name: str, data: Mapping[str, Any]) -> str:
    """Return the text that stands for a required one: the first that its schema allows."""
    markers = REDACTED, f"{REDACTED}?", f"https://redacted.invalid/{record.id}"
    for inner[name] in markers:
        if not record_findings(record.kind, data):
            break
    return inner[name]


def _texts(record: Record) -> Iterator[tuple[ValuePath, Any]]:
    """Yield the path and value of each text and address of a record, and of each field that is removed as a whole."""
    every = fields(record.kind)
    whole = (field for field in every if len(field.path) == 1 and field.path[0] in WHOLE)
    inside = (field for field in every if _is_text(field) and field.path[-1] not in WHOLE)
    for field in chain(whole, inside):
        yield from record.values(field.path)


def _is_text(field: Field) -> bool:
    if field.path[-1] in KEPT:
        return False
    free = field.schema.get("type") == "string" and not NOT_TEXT & field.schema.keys()
    return free or field.path[-1] in ADDRESSES or field.path == ("question",)


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from chain.from_iterable(map(_strings, value.values()))
        case list():
            yield from chain.from_iterable(map(_strings, value))


def _with(content: bytes, record: Record, path: ValuePath, value: str) -> bytes:
    """Return a file with a text as the value of a field of a record, which may be there already."""
    own: ValuePath = (record.kind, record.index, *path)
    try:
        return with_value(content, own, value)
    except KeyError:
        return with_field(content, own, value, [str(field.path[0]) for field in fields(record.kind)])


def _noted(record: Record, why: str, day: str, used: bool) -> dict[str, str]:
    """Return the fields that say why: those of the status, or the note of a record that others still use."""
    if used:
        return {"note": why}
    if not record.active:
        return {"status_reason": why}
    return {"status": "withdrawn", "status_reason": why, "status_on": day}


def _users(record: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the ids of the other active records that refer to a record; an active one may not name a withdrawn one."""
    if not record.active:
        return
    for other in corpus.records:
        if other.active and other is not record:
            references = marked(other.kind, "x-kinds")
            if any(value == record.id for field in references for _, value in other.values(field.path)):
                yield other.id


def _releases(project: Project, record: Record) -> Iterator[str]:
    """Yield the releases that hold a record and are not withdrawn yet."""
    index = manifests.read_index(project.root)
    for release in index.releases:
        manifest = manifests.read_manifest(project.root, f"{project.datasets.name}/{release}")
        if record.id in manifest["ids"].get(record.kind, ()) and release not in index.yanked:
            yield release
