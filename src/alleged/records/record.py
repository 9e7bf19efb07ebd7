"""Records: the entries of a bundle that have the shape of their schemas, each knowing the line it was written on."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import cache
from typing import Any, NamedTuple

from alleged.issues import Issue, Place
from alleged.reader import Document, File
from alleged.schemas.definitions import KINDS, Field, ShapeFinding, ValuePath
from alleged.schemas.validate import bundle_faults, faults

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Writes the JSON that digests of records are taken of."""


class RecordPlace(NamedTuple):
    """Where a value stands, before its line and column are looked up; looking up reads the file again."""

    record: "Record"
    path: ValuePath
    on_key: bool = False

    @property
    def place(self) -> Place:
        """The line and column: in the record, or in the defaults of its bundle."""
        return self.record.file.page.place(self.record.written(self.path), self.on_key)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One entry of a bundle, with the bundle's defaults filled in; read its fields as `record["said"]`."""

    kind: str
    index: int
    data: Mapping[str, Any]
    file: File
    _sha256: str | None = default(default=None, init=False)

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def line(self) -> int:
        return self.file.lines[self.kind][self.index]

    @property
    def active(self) -> bool:
        """Whether the record counts; one that was withdrawn or superseded stays as it was, and may be wrong."""
        return self.data.get("status", "active") == "active"

    @property
    def sha256(self) -> str:
        """Digest of the completed record, as JSON with sorted keys; it does not depend on layout or comments."""
        if self._sha256 is None:  # each of the rows that a record gives asks for it
            digest = hashlib.sha256(CANONICAL.encode(self.data).encode()).hexdigest()
            object.__setattr__(self, "_sha256", digest)
        return self._sha256 or ""

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)

    def at(self, *path: str | int, key: bool = False) -> RecordPlace:
        """Return where a value of the record stands, or the name of its field."""
        return RecordPlace(self, path, key)

    def written(self, path: ValuePath) -> ValuePath:
        """Return the path in the file of a value of the record, which may stand in the bundle's defaults."""
        page, own = self.file.page, (self.kind, self.index, *path)
        if self.kind != "claims" or not path or page.holds(own):
            return own
        if path[0] == "sources" and path[2:] == ("id",) and page.holds(("defaults", "source")):
            return ("defaults", "source")
        inherited = page.holds(("defaults", path[0])) and not page.holds(own[:3])
        return ("defaults", *path) if inherited else own

    def values(self, path: ValuePath) -> Iterator[tuple[ValuePath, Any]]:
        """Yield each value at a path in which `*` stands for every item of a list, with its own path."""
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
    """Return what takes the values at a path out of a record's data: as `Record.values`, without saying where.

    Rules that seldom find anything go through the values this way, which is ten times as quick.
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
    """Return the pickers of some fields by the name of the field of the record that they begin with."""
    found: dict[str, list[tuple[Field, Picker]]] = defaultdict(list)
    for field in fields:
        found[str(field.path[0])].append((field, picker(field.path)))
    return found


MOST_ISSUES = 200
"""Faults of shape after which the rest of a file is not looked at; 5,000 broken records would take seconds."""


def shape(document: Document) -> tuple[list[Record], list[Issue]]:
    """Return the records of a document that have the shape of their schemas, and the first faults of the others."""
    frame = bundle_faults(document.data)
    issues = [_issue(fault, document.place(fault.path, fault.on_key)) for fault in frame]
    blamed = {fault.path[0] for fault in frame if fault.path} - {"defaults"}
    if any(fault.path[:1] == ("defaults",) for fault in frame):
        blamed |= {"claims", "defaults"}
    sound: list[Record] = []
    for record in _records(document, blamed):
        if len(issues) >= MOST_ISSUES:
            break
        wrong = faults(record.kind, record.data)
        issues += [_issue(fault, _place(record, fault)) for fault in wrong]
        if not wrong:
            sound.append(record)
    return sound, issues


def records(document: Document, sound: Container[tuple[str, int]] | None = None) -> list[Record]:
    """Return the records of a document that are known to be sound, by their kind and index; by default all."""
    if sound is None:
        return list(_records(document, set()))
    odd = {kind for kind in KINDS if (kind, 0) not in sound and not isinstance(document.data.get(kind, []), list)}
    return [record for record in _records(document, odd) if (record.kind, record.index) in sound]


def _records(document: Document, without: Collection[str | int]) -> Iterator[Record]:
    given = document.data.get("defaults")
    defaults = given if isinstance(given, dict) and "defaults" not in without else {}
    for kind in KINDS:
        for index, entry in enumerate(document.data.get(kind, ()) if kind not in without else ()):
            yield Record(kind, index, completed(entry, defaults) if kind == "claims" else entry, document.file)


def completed(claim: Any, defaults: Mapping[str, Any]) -> Any:
    """Return a claim with the defaults of its bundle filled in; a claim of broken shape comes back as it is."""
    if not isinstance(claim, dict) or not defaults:
        return claim
    full = {**{name: value for name, value in defaults.items() if name != "source"}, **claim}
    if "source" in defaults:
        appearances = claim.get("sources", [{}])
        if isinstance(appearances, list):
            full["sources"] = [{"id": defaults["source"], **a} if isinstance(a, dict) else a for a in appearances]
    return full


def _place(record: Record, fault: ShapeFinding) -> Place:
    if fault.path or not isinstance(record.data, dict) or "id" not in record.data:
        return record.at(*fault.path, key=fault.on_key).place
    return record.at("id").place


def _issue(fault: ShapeFinding, place: Place) -> Issue:
    return Issue(fault.rule, "error", place, fault.message, fault.help, fault.suggestion)
