"""All records of a project, indexed by kind and id."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from alleged.errors import UnknownNameError
from alleged.execution import SERIAL, Execution, gc_disabled, portions
from alleged.graphs import reachable
from alleged.issues import Issue, Place
from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.reader.open_file import name_issue, record_files
from alleged.records.articles import Texts, texts_issues
from alleged.records.bundles import MIN_PORTIONS, PORTION_BYTES, Bundle, block_of, bundle_of, file_size, read_texts
from alleged.records.own_codes import read_own_codes
from alleged.records.record import Record, RecordPlace, records_of
from alleged.records.settings import Settings, read_settings
from alleged.schemas.definitions import KINDS, gate
from alleged.schemas.vocabularies import NO_CODES, OwnCodes, using

__all__ = ["Corpus", "ReadResult", "Record", "RecordPlace", "read", "read_plain"]


class Parent(Protocol):
    """Where a part of a corpus looks up records: the whole corpus, or an index of it."""

    @property
    def by_id(self) -> Mapping[str, Record]: ...

    def of_kind(self, kind: str) -> Mapping[str, Record]: ...


class _OfKind(dict[str, Record]):
    """The records of one kind by id."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __missing__(self, id: str) -> Record:
        raise UnknownNameError(f"there is no {KINDS[self._kind]} {id!r}, but a record names it; run 'alleged check'")


@dataclass(frozen=True, eq=False)
class Corpus:
    """All records, in the order of files and lines; for a duplicate id, lookups return the first record.

    `texts` are the copies of articles by source id, each read when it is needed. `former` are the ids of the last
    release by kind of record; None without a release. `unread` are ids of records that could not be read. `parent` is
    where this corpus, if it is a part of another, looks up records; it iterates over its own records only. `codes` are
    the own codes of the dataset: use them (`vocabularies.using`) for everything that reads code lists. `commit` is that
    of the release whose tables hold the records.
    """

    records: tuple[Record, ...]
    settings: Settings = field(default_factory=Settings)
    texts: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, Collection[str]] | None = None
    unread: frozenset[str] = frozenset()
    parent: "Parent | None" = None
    codes: OwnCodes = NO_CODES
    commit: str | None = None

    @cached_property
    def _by_kind(self) -> Mapping[str, Mapping[str, Record]]:
        parent = self.parent
        kinds = {kind: _Subset(parent.of_kind(kind)) if parent else _OfKind(kind) for kind in KINDS}
        for record in self.records:
            if not parent or parent.of_kind(record.kind)[record.id] is record:
                kinds[record.kind].setdefault(record.id, record)
        return kinds

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        """Every record by id, regardless of kind."""
        if self.parent:
            return self.parent.by_id
        by_id: dict[str, Record] = {}
        for record in self.records:
            by_id.setdefault(record.id, record)
        return by_id

    @property
    def whole(self) -> "Corpus":
        """The corpus that this one is a part of, or itself; a view has no whole."""
        return self.parent if isinstance(self.parent, Corpus) else self

    def slices(self, size: int) -> list[slice]:
        """Return slices of the records in their order, at least one, each of whole files and about `size` records."""
        counts = Counter(record.file.path for record in self.records)
        lengths = [sum(counts[file] for file in files) for files in portions(counts.items(), size)]
        slices = [slice(end - length, end) for length, end in zip(lengths, accumulate(lengths), strict=True)]
        return slices or [slice(None)]

    def part(self, files: Collection[str]) -> "Corpus":
        """Return the part of the corpus in some files."""
        return self.part_of(record for record in self.records if record.file.path in files)

    def part_of(self, records: Iterable[Record]) -> "Corpus":
        """Return the part of the corpus that consists of some records, in their order."""
        return replace(self, records=tuple(records), parent=self)

    def of_kind(self, kind: str) -> Mapping[str, Record]:
        """Return the records of one kind by id, in the order of files and lines."""
        return self._by_kind[kind]

    def active(self, kind: str) -> Sequence[Record]:
        """Return the records of one kind that count: those that were not withdrawn or superseded."""
        if kind not in self._active:
            self._active[kind] = [record for record in self.of_kind(kind).values() if record.active]
        return self._active[kind]

    @cached_property
    def _active(self) -> dict[str, Sequence[Record]]:
        return {}

    def slot(self, claim: Record, name: str) -> Any:
        """Return a slot of a claim, such as `subject` or `item`: its own value, or else that of its topic, or None."""
        return claim.get(name, self.topics[claim["topic"]].get(name))

    def country(self, actor: Record) -> str | None:
        """Return the code of the country of an actor: its own, or else that of the state that it is part of, or None.

        None as well if it is part of several states.
        """

        def bodies(id: str) -> Iterator[str]:
            body = self.actors.get(id)
            if body and not _country(body):
                yield from (tie["of"] for tie in body.get("part_of", ()))

        parts = (self.actors.get(id) for id in reachable([actor.id], bodies))
        codes = {_country(body) for body in parts if body} - {None}
        return codes.pop() if len(codes) == 1 else None

    @property
    def sources(self) -> Mapping[str, Record]:
        return self._by_kind["sources"]

    @property
    def claims(self) -> Mapping[str, Record]:
        return self._by_kind["claims"]

    @property
    def actors(self) -> Mapping[str, Record]:
        return self._by_kind["actors"]

    @property
    def topics(self) -> Mapping[str, Record]:
        return self._by_kind["topics"]

    @property
    def instruments(self) -> Mapping[str, Record]:
        return self._by_kind["instruments"]

    @property
    def evidence(self) -> Mapping[str, Record]:
        return self._by_kind["evidence"]

    @property
    def assessments(self) -> Mapping[str, Record]:
        return self._by_kind["assessments"]


def _country(actor: Record) -> str | None:
    """Return the country that an actor states, or the code of a state."""
    return actor.get("country") or actor.get("ids", {}).get("iso3166")


class _Subset(dict[str, Record]):
    """Records of one kind: iterates over some of them, and looks up all."""

    def __init__(self, all: Mapping[str, Record]) -> None:
        self._all = all
        self.get = all.get  # type: ignore[method-assign]  # as fast as that of a dict

    def __missing__(self, id: str) -> Record:
        return self._all[id]

    def __contains__(self, id: object) -> bool:
        return id in self._all


class CachedBundles(NamedTuple):
    """Bundles that an earlier check has read: the digest of each file by its path, and entries by digest.

    They were read with the own codes of this digest.
    """

    digests: Mapping[str, str]
    entries: Mapping[str, list[Any]]
    codes: str = NO_CODES.digest

    def entry_of(self, file: str) -> list[Any] | None:
        """Return the entry of a file (see `bundles`), or None if its content is not cached."""
        entry = self.entries.get(self.digests.get(file, ""))
        return entry and [file, self.digests[file], *entry]


@dataclass(frozen=True)
class ReadResult:
    """The corpus of a project, the issues of its files, and their names.

    `digests` are those of the bytes that were read, by path of each file that could be opened. `fresh` are the entries
    without issues that were not cached, by digest.
    """

    corpus: Corpus
    issues: tuple[Issue, ...]
    files: tuple[str, ...]
    digests: Mapping[str, str]
    fresh: Mapping[str, bytes]


@gc_disabled()
def read(
    project: Project,
    extra: Iterable[Path] = (),
    execution: Execution = SERIAL,
    cached: CachedBundles | None = None,
    former: Mapping[str, Collection[str]] | None = None,
) -> ReadResult:
    """Read every bundle of a project, and `extra` files; files with YAML errors are not checked further.

    Bundles that are `cached` are not read again. `former` are the ids of the last release by kind of record. Records
    with an own code whose list has mistakes count as not readable, since what the code means is not known.
    """
    paths = {project.relative(path): path for path in (*record_files(project), *extra)}
    own = codes, code_issues = read_own_codes(project)
    usable = cached if cached and cached.codes == codes.digest else CachedBundles({}, {})
    with using(codes):
        bundles, fresh = _bundles(project, paths, execution, usable)
    records: list[Record] = []
    issues: list[Issue] = []
    spellings: dict[str, str] = {}
    for file in paths:
        issues += (*_collision(file, spellings), *bundles[file].issues)
        records += bundles[file].records
    settings, settings_issues = read_settings(project)
    unread = {id for bundle in bundles.values() for id in bundle.unread}
    if code_issues:
        with using(own.sound):
            usable = [record for record in records if gate(KINDS[record.kind]).is_valid(record.data)]
        unread |= {record.id for record in records} - {record.id for record in usable}
        records = usable
    corpus = Corpus(tuple(records), settings, Texts(project), former, frozenset(unread), codes=codes)
    digests = {file: bundle.digest for file, bundle in bundles.items()}
    found = (*code_issues, *issues, *settings_issues, *texts_issues(project))
    return ReadResult(corpus, found, tuple(paths), digests, fresh)


def read_plain(project: Project) -> Corpus:
    """Read the records of a project as plain data, by whatever schemas they were written.

    Entries without an id are left out. Nothing else is checked, so a reference may lead nowhere.

    Raises:
        UnknownNameError: A file is not YAML that the reader accepts.
    """
    records: list[Record] = []
    for path in record_files(project):
        document = read_document(path, project)
        if not isinstance(document, Document):
            place = document[0].place
            raise UnknownNameError(f"{place.path}:{place.line} cannot be read: {document[0].message}")
        records += (record for record in records_of(document) if record.is_named)
    return Corpus(tuple(records), codes=read_own_codes(project).codes)


def _bundles(
    project: Project, paths: Mapping[str, Path], execution: Execution, cached: CachedBundles
) -> tuple[dict[str, Bundle], dict[str, bytes]]:
    """Return the bundle of each file, and the entries of sound bundles that were not cached, by digest."""
    entries = {file: cached.entry_of(file) for file in paths if not name_issue(file, project)}
    bundles = {file: bundle_of(entry, project) for file, entry in entries.items() if entry}
    unread = [path for file, path in paths.items() if file not in bundles]
    tasks = portions(((path, file_size(path, project)) for path in unread), PORTION_BYTES)
    if len(tasks) < MIN_PORTIONS:
        execution = replace(execution, jobs=1)
    fresh: dict[str, bytes] = {}
    with execution.progress.stage("reading", len(unread)) as progress:
        file_count = record_count = 0
        for block in execution.spread(block_of, project, tasks, load=partial(read_texts, project=project)):
            for entry in block.split(b"\n"):
                bundle = bundle_of(json.loads(entry), project)
                bundles[bundle.path] = bundle
                if not bundle.issues:
                    fresh[bundle.digest] = entry
                file_count, record_count = file_count + 1, record_count + len(bundle.records)
            progress.advance(file_count, record_count)
    return bundles, fresh


def _collision(name: str, spellings: dict[str, str]) -> list[Issue]:
    """Return an issue if the name of a file differs from an earlier one only in upper and lower case."""
    other = spellings.setdefault(name.casefold(), name)
    if other == name:
        return []
    message = f"the name differs from {other!r} only in upper and lower case; some disks can store only one of them"
    return [Issue("odd-file-name", "error", Place(name), message, "rename one of them")]
