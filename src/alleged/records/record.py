"""Records: the entries of a bundle, completed with its defaults and checked against their schemas."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import cache
from typing import Any, NamedTuple

from alleged.issues import Issue, Place, ValuePath
from alleged.reader import Document, File
from alleged.schemas.definitions import KINDS, Field, ShapeFinding
from alleged.schemas.validate import bundle_findings, record_findings

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Encoder of the JSON from which the digest of a record is computed."""

REDACTED = "[redacted]"
"""Stands for a text that was removed to protect somebody, where a text is required, and begins the reason why."""


class RecordPlace(NamedTuple):
    """A value of a record, or its key; to look up its line and column reads the file again."""

    record: "Record"
    path: ValuePath
    on_key: bool = False

    @property
    def place(self) -> Place:
        """The line and column of the value: in the record, or in the defaults of its bundle."""
        return self.record.file.text.place(self.record.path_in_file(self.path), self.on_key)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """An entry of a bundle, completed with the defaults of the bundle; read its fields as `record["said"]`."""

    kind: str
    index: int
    data: Mapping[str, Any]
    file: File
    _sha256: str | None = default(default=None, init=False)

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def is_named(self) -> bool:
        """Whether the entry is a mapping with an id; of valid records it always is."""
        return isinstance(self.data, dict) and isinstance(self.data.get("id"), str)

    @property
    def line(self) -> int:
        return self.file.lines[self.kind][self.index]

    @property
    def active(self) -> bool:
        """Whether the record is in force: neither withdrawn nor superseded."""
        return self.data.get("status", "active") == "active"

    @property
    def redacted(self) -> bool:
        """Whether its texts were removed by `alleged redact`: the reason of its status, or its note, says so."""
        return any(str(self.data.get(field, "")).startswith(REDACTED) for field in ("status_reason", "note"))

    @property
    def sha256(self) -> str:
        """Digest of the completed record as JSON with sorted keys; independent of layout and comments."""
        if self._sha256 is None:  # every row of the record needs it
            digest = hashlib.sha256(CANONICAL.encode(self.data).encode()).hexdigest()
            object.__setattr__(self, "_sha256", digest)
        return self._sha256 or ""

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)

    def at(self, *path: str | int, key: bool = False) -> RecordPlace:
        """Return the place of a value of the record, or of its key."""
        return RecordPlace(self, path, key)

    def path_in_file(self, path: ValuePath) -> ValuePath:
        """Return the path of a value within the file; it may be in the defaults of the bundle."""
        text, own = self.file.text, (self.kind, self.index, *path)
        if self.kind != "claims" or not path or text.has_value(own):
            return own
        if path[0] == "sources" and path[2:] == ("id",) and text.has_value(("defaults", "source")):
            return ("defaults", "source")
        inherited = text.has_value(("defaults", path[0])) and not text.has_value(own[:3])
        return ("defaults", *path) if inherited else own

    def values(self, path: ValuePath) -> Iterator[tuple[ValuePath, Any]]:
        """Yield each value at a path, with its own path; `*` in `path` matches every item of a list."""
        return _values(self.data, path, ()) if path[0] in self.data else iter(())


def _values(value: Any, path: ValuePath, walked: ValuePath) -> Iterator[tuple[ValuePath, Any]]:
    if not path:
        yield walked, value
    elif path[0] == "*":
        for i, item in enumerate(value):
            yield from _values(item, path[1:], (*walked, i))
    elif path[0] in value:
        yield from _values(value[path[0]], path[1:], (*walked, path[0]))


Picker = Callable[[Mapping[str, Any]], Sequence[Any]]


@cache
def picker(path: ValuePath) -> Picker:
    """Return a function that returns the values at a path of a record's data, as `Record.values` without their paths.

    It is ten times as fast, for rules that seldom find anything.
    """
    match path:
        case (str(field),):
            return lambda data: (data[field],) if field in data else ()
        case (str(field), "*"):
            return lambda data: data.get(field, ())
        case (str(field), "*", inner):
            return lambda data: [item[inner] for item in data.get(field, ()) if inner in item]
        case (str(field), inner):
            return lambda data: (data[field][inner],) if inner in data.get(field, ()) else ()
        case _:
            return lambda data: [value for _, value in _values(data, path, ())] if path[0] in data else ()


def pickers(fields: Iterable[Field]) -> dict[str, list[tuple[Field, Picker]]]:
    """Return the pickers of some fields, grouped by the top-level field of the record."""
    grouped: dict[str, list[tuple[Field, Picker]]] = defaultdict(list)
    for field in fields:
        grouped[str(field.path[0])].append((field, picker(field.path)))
    return grouped


MAX_ISSUES = 200
"""Issues of shape after which the rest of a file is skipped; to explain 5,000 invalid records would take seconds."""


def check_shape(document: Document) -> tuple[list[Record], list[Issue]]:
    """Return the records of a document that are valid by their schema, and the first issues of the others."""
    findings = bundle_findings(document.data)
    issues = [finding.issue(document.place(finding.path, finding.on_key)) for finding in findings]
    invalid = {finding.path[0] for finding in findings if finding.path}
    if "defaults" in invalid:
        invalid.add("claims")
    valid: list[Record] = []
    for record in _records(document, invalid):
        if len(issues) >= MAX_ISSUES:
            break
        findings = record_findings(record.kind, record.data)
        issues += [finding.issue(_place(record, finding)) for finding in findings]
        if not findings:
            valid.append(record)
    return valid, issues


def records_of(document: Document, valid: Container[tuple[str, int]] | None = None) -> list[Record]:
    """Return the records of a document that are known to be valid, by kind and index; by default all."""
    unlisted = {kind for kind in KINDS if not isinstance(document.data.get(kind, []), list)}
    every = _records(document, unlisted)
    return [record for record in every if valid is None or (record.kind, record.index) in valid]


def _records(document: Document, without: Collection[str | int]) -> Iterator[Record]:
    defaults = document.data.get("defaults")
    if not isinstance(defaults, dict) or "defaults" in without:
        defaults = {}
    for kind in KINDS:
        for index, entry in enumerate(document.data.get(kind, ()) if kind not in without else ()):
            yield Record(kind, index, completed(entry, defaults) if kind == "claims" else entry, document.file)


def completed(claim: Any, defaults: Mapping[str, Any]) -> Any:
    """Return a claim completed with the defaults of its bundle; one that is not a mapping is returned unchanged."""
    if not isinstance(claim, dict) or not defaults:
        return claim
    full = {**{name: value for name, value in defaults.items() if name != "source"}, **claim}
    if "source" in defaults:
        appearances = claim.get("sources", [{}])
        if isinstance(appearances, list):
            full["sources"] = [{"id": defaults["source"], **a} if isinstance(a, dict) else a for a in appearances]
    return full


def _place(record: Record, finding: ShapeFinding) -> Place:
    if finding.path or not isinstance(record.data, dict) or "id" not in record.data:
        return record.at(*finding.path, key=finding.on_key).place
    return record.at("id").place
