"""The tables of a release, indexed for pages: rows by id, rows that refer to an id, labels of codes, days in public."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alleged.asof import core_of, core_table
from alleged.charts import Frames, frames_of, short_name
from alleged.datasets.release import Release
from alleged.records.corpus import Corpus
from alleged.tables import TABLES, derived_tables

if TYPE_CHECKING:
    import polars as pl

Row = Mapping[str, Any]

NEVER = date.max
"""The day in public of what has none."""


class Dataset:
    """The rows of a release, and the records that they hold, for what reads records.

    What is computed from the rows is taken from the derived tables of the release, never computed again.
    """

    def __init__(self, release: Release, records: Corpus) -> None:
        self.release = release
        self.records = records
        self._tables: dict[str, list[Row]] = {}
        self._keyed: dict[str, Mapping[str, Row]] = {}
        self._grouped: dict[tuple[str, str], Mapping[str, list[Row]]] = {}

    def load(self, table: str) -> "pl.DataFrame":
        """Return a table with all columns that pages know, also of a release from before some of them.

        What such a release lacks in core tables is null or empty, and its derived tables are derived again.
        """
        known = TABLES[table]
        if known.derive is None:
            return core_table(table, self.release.load)
        if table in self.release.tables:
            frame = self.release.load(table)
            if known.dtypes.keys() <= set(frame.columns):
                return frame
        return self._derived[table]

    @cached_property
    def _derived(self) -> Mapping[str, "pl.DataFrame"]:
        return derived_tables(core_of(self.release.load))

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, in the order of its key."""
        if table not in self._tables:
            self._tables[table] = list(self.load(table).iter_rows(named=True))
        return self._tables[table]

    def by_id(self, table: str) -> Mapping[str, Row]:
        """Return the rows of a table by their key, of one column."""
        if table not in self._keyed:
            [key] = TABLES[table].key
            self._keyed[table] = {row[key]: row for row in self.rows(table)}
        return self._keyed[table]

    def of(self, table: str, column: str, id: str) -> list[Row]:
        """Return the rows of a table in which a column, or a list in it, has this id."""
        if (table, column) not in self._grouped:
            grouped: dict[str, list[Row]] = defaultdict(list)
            for row in self.rows(table):
                value = row[column]
                for one in (value,) if isinstance(value, str) else value or ():
                    grouped[one].append(row)
            self._grouped[table, column] = grouped
        return self._grouped[table, column].get(id, [])

    @cached_property
    def _labels(self) -> Mapping[tuple[str, str], Row]:
        return {(row["list"], row["code"]): row for row in self.rows("vocabulary")}

    def label(self, list: str, code: str | None) -> str:
        """Return the label of a code; the code itself if it is in no list."""
        row = self._labels.get((list, code or ""))
        return row["label"] if row else code or ""

    def definition(self, list: str, code: str | None) -> str:
        """Return the definition of a code."""
        row = self._labels.get((list, code or ""))
        return row["definition"] if row else ""

    def name(self, actor: str | None) -> str:
        """Return the name of an actor."""
        row = self.by_id("actors").get(actor or "")
        return row["name"] if row else actor or ""

    def short(self, actor: str) -> str:
        """Return the name by which readers know an actor, as charts do: North Korea, NATO."""
        row = self.by_id("actors").get(actor)
        return short_name(row) if row else actor

    @cached_property
    def frames(self) -> Frames:
        """The tables that charts are drawn from."""
        return replace(frames_of(self), release=self.release.release)

    def names(self, actors: Iterable[str] | None) -> list[str]:
        return [self.name(actor) for actor in actors or ()]

    @cached_property
    def public_sources(self) -> Mapping[str, date]:
        """The day by which each source certainly was public; of one that has been copied, that of the copy at most."""
        days = {row["source_id"]: row["published_hi"] or NEVER for row in self.rows("sources")}
        copied = {row["source_id"]: row["syndicated_from_id"] for row in self.rows("sources")}
        for source in sorted(days, key=lambda id: (days[id], id)):
            original, seen = copied[source], {source}
            while original in days and original not in seen:
                days[original] = min(days[original], days[source])
                seen.add(original)
                original = copied[original]
        return days

    @cached_property
    def claims_in_order(self) -> list[Row]:
        """All claims by the day of the words, then by id."""
        return in_order(self.rows("claims"))

    @cached_property
    def last_listing(self) -> date | None:
        """The day of the last listing on record; names may have come off since."""
        return max((row["listed_hi"] for row in self.rows("listings") if row["listed_hi"]), default=None)

    @property
    def first_day(self) -> date | None:
        return min((known(c) for c in self.rows("claims") if known(c) < NEVER), default=None)

    @property
    def last_day(self) -> date | None:
        return max((known(c) for c in self.rows("claims") if known(c) < NEVER), default=None)


def in_order(claims: Iterable[Row]) -> list[Row]:
    """Return claims by the day of the words, then by id."""
    return sorted(claims, key=lambda c: (c["said_hi"] or c["known_hi"] or NEVER, c["claim_id"]))


def known(row: Row) -> date:
    """Return the day by which a claim or relation certainly was public."""
    return row["known_hi"] or NEVER


def counts(claim: Row) -> bool:
    """Whether a claim is counted: active, and no mere context."""
    return claim["status"] == "active" and not claim["background"]


def steps(days: Iterable[date]) -> str:
    """Return the number of things that were public from each day on, as the script of the site reads them.

    Each step is a day and a number: `2024-10-18 1|2024-10-31 3`. What never was public is left out.
    """
    return "|".join(f"{day} {number}" for day, number in _cumulated(sorted(d for d in days if d < NEVER)))


def _cumulated(days: list[date]) -> Iterator[tuple[date, int]]:
    for number, day in enumerate(days, start=1):
        if number == len(days) or days[number] != day:
            yield day, number
