"""The hall: every record of the project, by kind and id, each knowing the line it was written on."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from alleged.documents import Document, read_document
from alleged.holdings import Settings, Texts, former_ids, read_settings
from alleged.issues import Issue, Place
from alleged.layout import Layout
from alleged.schemas import KINDS, Fault, Path, bundle_faults, faults


class Spot(NamedTuple):
    """Where a value stands, before its line and column are looked up; looking up reads the file's events again."""

    record: "Record"
    path: Path
    on_key: bool = False

    @property
    def place(self) -> Place:
        """The line and column: in the record, or in the defaults of its bundle."""
        return self.record.document.place(self.record.written(self.path), self.on_key)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One entry of a bundle, with the bundle's defaults filled in; read its fields as `record["said"]`."""

    kind: str
    index: int
    data: Mapping[str, Any]
    document: Document

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def line(self) -> int:
        return self.document.lines_of_records[self.kind, self.index]

    @property
    def sha256(self) -> str:
        """Digest of the completed record, as JSON with sorted keys; it does not depend on layout or comments."""
        text = json.dumps(self.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)

    def at(self, *path: str | int, key: bool = False) -> Spot:
        """Return where a value of the record stands, or the name of its field."""
        return Spot(self, path, key)

    def written(self, path: Path) -> Path:
        """Return the path in the document of a value of the record, which may stand in the bundle's defaults."""
        own: Any = self.document.data[self.kind][self.index]
        defaults = self.document.data.get("defaults")
        if self.kind != "claims" or not isinstance(own, dict) or not isinstance(defaults, dict):
            return (self.kind, self.index, *path)
        match path:
            case ("sources", 0, "id") if "sources" not in own:
                return ("defaults", "source")
            case ("sources", int(i), "id") if "id" not in own["sources"][i]:
                return ("defaults", "source")
            case (str(name), *_) if name not in own and name in defaults:
                return ("defaults", *path)
        return (self.kind, self.index, *path)

    def values(self, path: Path) -> Iterator[tuple[Path, Any]]:
        """Yield each value at a path in which `*` stands for every item of a list, with its own path."""
        yield from _values(self.data, path, ())


def _values(value: Any, path: Path, walked: Path) -> Iterator[tuple[Path, Any]]:
    if not path:
        yield walked, value
    elif path[0] == "*":
        for i, item in enumerate(value):
            yield from _values(item, path[1:], (*walked, i))
    elif path[0] in value:
        yield from _values(value[path[0]], path[1:], (*walked, path[0]))


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
    def _by_kind(self) -> dict[str, dict[str, Record]]:
        kinds: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
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

    def of_kind(self, kind: str) -> dict[str, Record]:
        """Return the records of one kind by id, in the order of files and lines."""
        return self._by_kind[kind]

    @property
    def sources(self) -> dict[str, Record]:
        return self._by_kind["sources"]

    @property
    def claims(self) -> dict[str, Record]:
        return self._by_kind["claims"]

    @property
    def actors(self) -> dict[str, Record]:
        return self._by_kind["actors"]

    @property
    def topics(self) -> dict[str, Record]:
        return self._by_kind["topics"]

    @property
    def instruments(self) -> dict[str, Record]:
        return self._by_kind["instruments"]

    @property
    def evidence(self) -> dict[str, Record]:
        return self._by_kind["evidence"]

    @property
    def assessments(self) -> dict[str, Record]:
        return self._by_kind["assessments"]


@dataclass(frozen=True)
class Reading:
    """What came of reading the record files: the records of sound shape, and every fault of the others."""

    corpus: Corpus
    issues: tuple[Issue, ...]
    files: tuple[str, ...]


def read(layout: Layout, extra: Iterable[FilePath] = (), progress: Callable[[int], None] = lambda n: None) -> Reading:
    """Read every bundle of a project, and `extra` files; a file with faults of YAML is not looked at any further."""
    records: list[Record] = []
    issues: list[Issue] = []
    files: list[str] = []
    spellings: dict[str, str] = {}
    for path in (*layout.bundles(), *extra):
        files.append(layout.relative(path))
        issues += _collision(files[-1], spellings)
        found = read_document(path, layout)
        if isinstance(found, Document):
            sound, wrong = shape(found)
            records += sound
            issues += wrong
        else:
            issues += found
        progress(len(files))
    settings, wrong = read_settings(layout)
    found = Corpus(tuple(records), settings, Texts(layout), former_ids(layout))
    return Reading(found, (*issues, *wrong), tuple(files))


def _collision(name: str, spellings: dict[str, str]) -> list[Issue]:
    """Tell a file whose name differs from another's in capitals only: some disks can hold just one of the two."""
    other = spellings.setdefault(name.casefold(), name)
    if other == name:
        return []
    told = f"the name differs from {other!r} in capitals only; some disks can hold just one of the two"
    return [Issue("odd-file-name", "error", Place(name), told, "rename one of them")]


MOST_ISSUES = 200
"""Faults of shape after which the rest of a file is not looked at; 5,000 broken records would take seconds."""


def shape(document: Document) -> tuple[list[Record], list[Issue]]:
    """Return the records of a document that have the shape of their schemas, and the first faults of the others."""
    frame = bundle_faults(document.data)
    issues = [_issue(fault, document.place(fault.path, fault.on_key)) for fault in frame]
    blamed = {fault.path[0] for fault in frame if fault.path} - {"defaults"}
    broken_defaults = any(fault.path[:1] == ("defaults",) for fault in frame)
    defaults = {} if broken_defaults else document.data.get("defaults", {})
    sound: list[Record] = []
    for kind in KINDS:
        if kind in blamed or kind not in document.data or (kind == "claims" and broken_defaults):
            continue
        for index, entry in enumerate(document.data[kind]):
            if len(issues) >= MOST_ISSUES:
                return sound, issues
            record = Record(kind, index, completed(entry, defaults) if kind == "claims" else entry, document)
            wrong = faults(kind, record.data)
            issues += [_issue(fault, _place(record, fault)) for fault in wrong]
            if not wrong:
                sound.append(record)
    return sound, issues


def completed(claim: Any, defaults: Mapping[str, Any]) -> Any:
    """Return a claim with the defaults of its bundle filled in; a claim of broken shape comes back as it is."""
    if not isinstance(claim, dict):
        return claim
    full = {**{name: value for name, value in defaults.items() if name != "source"}, **claim}
    if "source" in defaults:
        appearances = claim.get("sources", [{}])
        if isinstance(appearances, list):
            full["sources"] = [{"id": defaults["source"], **a} if isinstance(a, dict) else a for a in appearances]
    return full


def _place(record: Record, fault: Fault) -> Place:
    if fault.path or not isinstance(record.data, dict) or "id" not in record.data:
        return record.at(*fault.path, key=fault.on_key).place
    return record.at("id").place


def _issue(fault: Fault, place: Place) -> Issue:
    return Issue(fault.rule, "error", place, fault.message, fault.help, fault.suggestion)
