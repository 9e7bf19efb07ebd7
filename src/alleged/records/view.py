"""Views: parts of a corpus whose other records are looked up one by one, so that nobody has to read them all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alleged.errors import UnknownNameError
from alleged.records.corpus import Corpus
from alleged.records.record import Record
from alleged.schemas.definitions import KINDS

Find = Callable[[str], Record | None]
"""Returns the record with an id, or None."""


class Lookups:
    """What a view looks up: its own records, and others by `find`; `used` are the ids of the others, found or not."""

    def __init__(self, own: Iterable[Record], find: Find) -> None:
        self.own = {record.id: record for record in own}
        self.find = find
        self.used: set[str] = set()
        self._by_id = _Wanted(self, None)
        self._of_kind = {kind: _Wanted(self, kind) for kind in KINDS}

    @property
    def by_id(self) -> Mapping[str, Record]:
        """Every record by id, for lookups only."""
        return self._by_id

    def of_kind(self, kind: str) -> Mapping[str, Record]:
        """Return the records of a kind by id, for lookups only."""
        return self._of_kind[kind]

    def look_up(self, id: str) -> Record | None:
        """Return the record with an id, or None; note the id if it is not that of an own record."""
        if record := self.own.get(id):
            return record
        self.used.add(id)
        return self.find(id)


class _Wanted(Mapping[str, Record]):
    """The records of one kind, or of all: each can be looked up, but not all be listed."""

    def __init__(self, lookups: Lookups, kind: str | None) -> None:
        self._lookups = lookups
        self._kind = kind

    def get(self, id: str, default: Any = None) -> Any:
        record = self._lookups.look_up(id)
        return record if record and self._kind in (None, record.kind) else default

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self.get(id) is not None

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the records of a view cannot be listed; a rule that compares them says by what")

    def __len__(self) -> int:
        raise TypeError("the records of a view cannot be counted")

    def __getitem__(self, id: str) -> Record:
        if record := self.get(id):
            return record  # type: ignore[no-any-return]
        raise UnknownNameError(f"there is no record {id!r}, but a record names it; run 'alleged check'")


def view(own: Sequence[Record], find: Find, like: Corpus) -> tuple[Corpus, Lookups]:
    """Return a part of a corpus with its own records, and what it looks up; settings and codes are those of `like`."""
    lookups = Lookups(own, find)
    return replace(like, records=tuple(own), parent=lookups), lookups
