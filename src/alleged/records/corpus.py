"""All records of a project, indexed by kind and id."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from alleged.errors import UnknownNameError
from alleged.execution import SERIAL, Execution, gc_disabled
from alleged.issues import Issue, Place
from alleged.project import Project
from alleged.reader import odd_name, record_files
from alleged.records.articles import Texts, texts_issues
from alleged.records.bundles import FEWEST, Bundle, bundle, portions, read_block, unpacked
from alleged.records.record import Record, RecordPlace
from alleged.records.settings import Settings, read_settings
from alleged.schemas.definitions import KINDS

__all__ = ["Corpus", "Reading", "Record", "RecordPlace", "read"]


class _OfKind(dict[str, Record]):
    """The records of one kind by id."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __missing__(self, id: str) -> Record:
        raise UnknownNameError(f"there is no {KINDS[self._kind]} {id!r}, but a record names it; run 'alleged check'")


@dataclass(frozen=True, eq=False)
class Corpus:
    """All records, in the order of files and lines. Where an id stands twice, lookups find the first.

    `texts` are the articles of which the curator keeps a copy, by source id, each read when it is asked for.
    `former` are the ids of the last release by kind; None where nothing has been released.
    """

    records: tuple[Record, ...]
    settings: Settings = field(default_factory=Settings)
    texts: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, Collection[str]] | None = None

    @cached_property
    def _by_kind(self) -> Mapping[str, Mapping[str, Record]]:
        kinds = {kind: _OfKind(kind) for kind in KINDS}
        for record in self.records:
            kinds[record.kind].setdefault(record.id, record)
        return kinds

    @cached_property
    def by_id(self) -> dict[str, Record]:
        """Every record by its id, whatever its kind."""
        found: dict[str, Record] = {}
        for record in self.records:
            found.setdefault(record.id, record)
        return found

    @property
    def whole(self) -> "Corpus":
        """The corpus that this one is a part of; a whole one is its own."""
        return self

    def part(self, files: Collection[str]) -> "Corpus":
        """Return the corpus as seen from some files: it goes through their records only, and looks up all."""
        return _Part(
            tuple(r for r in self.records if r.file.path in files), self.settings, self.texts, self.former, self
        )

    def of_kind(self, kind: str) -> Mapping[str, Record]:
        """Return the records of one kind by id, in the order of files and lines."""
        return self._by_kind[kind]

    def active(self, kind: str) -> Iterator[Record]:
        """Yield the records of one kind that count: those that were not withdrawn or superseded."""
        return (record for record in self.of_kind(kind).values() if record.active)

    def slot(self, claim: Record, name: str) -> Any:
        """Return a slot of a claim, such as `subject` or `item`: its own value, or else that of its topic, or None."""
        return claim.get(name, self.topics[claim["topic"]].get(name))

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


@dataclass(frozen=True, eq=False)
class _Part(Corpus):
    """A corpus as seen from some of its files."""

    all: Corpus = field(kw_only=False, default_factory=lambda: Corpus(()))

    @property
    def whole(self) -> Corpus:
        return self.all

    @property
    def by_id(self) -> Mapping[str, Record]:  # type: ignore[override]
        return self.all.by_id

    @cached_property
    def _by_kind(self) -> Mapping[str, Mapping[str, Record]]:
        kinds: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
        for record in self.records:
            if self.all.of_kind(record.kind)[record.id] is record:
                kinds[record.kind][record.id] = record
        return {kind: _Seen(own, self.all.of_kind(kind)) for kind, own in kinds.items()}


class _Seen(Mapping[str, Record]):
    """Records of one kind: it goes through some of them, and finds all."""

    def __init__(self, own: Mapping[str, Record], all: Mapping[str, Record]) -> None:
        self._own, self._all = own, all
        self.get, self.values, self.items = all.get, own.values, own.items  # as quick as those of a dict

    def __getitem__(self, id: str) -> Record:
        return self._all[id]

    def __contains__(self, id: object) -> bool:
        return id in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


class KnownBundles(NamedTuple):
    """Bundles that an earlier check has read: the digest of each file by its path, and entries by the digest."""

    digests: Mapping[str, str]
    entries: Mapping[str, list[Any]]

    def of(self, file: str) -> list[Any] | None:
        """Return the entry of a file (see `bundles`) whose content is known."""
        entry = self.entries.get(self.digests.get(file, ""))
        return entry and [file, self.digests[file], *entry]


@dataclass(frozen=True)
class Reading:
    """The corpus of a project, what is wrong with its files, and their names.

    `digests` are those of the bytes that were read, by the path of each file that could be opened; `blocks` hold the
    bundles that were not known before.
    """

    corpus: Corpus
    issues: tuple[Issue, ...]
    files: tuple[str, ...]
    digests: Mapping[str, str]
    blocks: Sequence[bytes]


@gc_disabled()
def read(
    project: Project,
    extra: Iterable[Path] = (),
    execution: Execution = SERIAL,
    known: KnownBundles | None = None,
    former: Mapping[str, Collection[str]] | None = None,
) -> Reading:
    """Read every bundle of a project, and `extra` files; files with YAML errors are not examined further.

    Bundles that are `known` are not read again. `former` are the ids of the last release by kind of record.
    """
    paths = {project.relative(path): path for path in (*record_files(project), *extra)}
    bundles, blocks = _bundles(project, paths, execution, known or KnownBundles({}, {}))
    records: list[Record] = []
    issues: list[Issue] = []
    spellings: dict[str, str] = {}
    for file in paths:
        issues += (*_collision(file, spellings), *bundles[file].issues)
        records += bundles[file].records
    settings, wrong = read_settings(project)
    corpus = Corpus(tuple(records), settings, Texts(project), former)
    digests = {file: bundle.digest for file, bundle in bundles.items()}
    return Reading(corpus, (*issues, *wrong, *texts_issues(project)), tuple(paths), digests, blocks)


def _bundles(
    project: Project, paths: Mapping[str, Path], execution: Execution, known: KnownBundles
) -> tuple[dict[str, Bundle], list[bytes]]:
    """Return the bundle of each file, and blocks of those that had to be read."""
    entries = {file: known.of(file) for file in paths if not odd_name(file, project)}
    found = {file: bundle(entry, project) for file, entry in entries.items() if entry}
    ahead = portions((path for file, path in paths.items() if file not in found), project)
    if len(ahead) < FEWEST:
        execution = replace(execution, jobs=1)
    blocks: list[bytes] = []
    with execution.progress.stage("reading", len(paths) - len(found)) as progress:
        read = (0, 0)
        for block in execution.map_ordered(partial(read_block, project=project), ahead):
            fresh = {bundle.path: bundle for bundle in unpacked(block, project)}
            found |= fresh
            blocks.append(block)
            read = read[0] + len(fresh), read[1] + sum(len(bundle.records) for bundle in fresh.values())
            progress.advance(*read)
    return found, blocks


def _collision(name: str, spellings: dict[str, str]) -> list[Issue]:
    """Tell a file whose name differs from another's in capitals only: some disks can hold just one of the two."""
    other = spellings.setdefault(name.casefold(), name)
    if other == name:
        return []
    told = f"the name differs from {other!r} in capitals only; some disks can hold just one of the two"
    return [Issue("odd-file-name", "error", Place(name), told, "rename one of them")]
