"""What charts are drawn from: some tables of a release, all that is public or as the public knew them on a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import polars as pl

from alleged.asof import as_of as tables_as_of
from alleged.asof import core_of
from alleged.dates import day_of
from alleged.errors import UnknownNameError
from alleged.schemas.vocabularies import closest
from alleged.tables import derived_tables

NEEDED = (
    *("topics", "actors", "claims", "relations", "vocabulary"),
    *("origins", "topic_timeline", "flat_claims", "flat_quantities"),
)

ROOT = ("claim_id", "root_id", "root_principal_id")
REPEATS = ("repeats", "repeats-own")

NEVER = date.max
"""Day of what has no day by which it certainly was public."""

LONG = 26
"""Characters of a name from which a shorter one is better."""

Row = Mapping[str, Any]


class Release(Protocol):
    """Whatever returns tables by name: a release, or other frames."""

    def load(self, table: str) -> pl.DataFrame: ...


@dataclass(frozen=True, eq=False)
class Frames:
    """The tables that charts need, loaded once; `day` is the day as of which they are seen, None for all.

    It is a release too: each chart may be given it in place of one. Other tables are those of `source`. Rows are looked
    up in dictionaries, which are made when they are first needed: a query for each topic would take longer.
    """

    tables: Mapping[str, pl.DataFrame]
    day: date | None = None
    release: str | None = None
    source: Release | None = None

    def load(self, table: str) -> pl.DataFrame:
        if table in self.tables or self.source is None:
            return self.tables[table]
        return self.source.load(table)

    def topic(self, topic: str) -> Row:
        """Return the row of a topic.

        Raises:
            UnknownNameError: There is no such topic.
        """
        if topic in self._topics:
            return self._topics[topic]
        close = closest(topic, self._topics)
        raise UnknownNameError(f"there is no topic {topic!r}{f'; did you mean {close[0]!r}?' if close else ''}")

    def claims_of(self, topic: str) -> list[Row]:
        """Return the active claims of a topic that are not background: rows of `flat_claims`, by id."""
        return self._claims_by_topic.get(topic, [])

    def days_of(self, topic: str) -> list[Row]:
        """Return the rows of `topic_timeline` of a topic, by day."""
        return self._days_by_topic.get(topic, [])

    def figures_of(self, topic: str) -> list[Row]:
        """Return the rows of `flat_quantities` of a topic, by claim."""
        return self._figures_by_topic.get(topic, [])

    def label(self, name: str, code: str) -> str:
        """Return the label of a code of a list."""
        return self._labels.get((name, code), code)

    @cached_property
    def claims(self) -> Mapping[str, Row]:
        """The active claims of all topics that are not background, by id."""
        return {row["claim_id"]: row for row in self.tables["flat_claims"].sort("claim_id").iter_rows(named=True)}

    @cached_property
    def roots(self) -> Mapping[str, Mapping[str, str]]:
        """The roots of each claim, by its id, each with its origin."""
        roots: dict[str, dict[str, str]] = defaultdict(dict)
        for claim, root, origin in self.tables["origins"].select(*ROOT).sort(*ROOT).iter_rows():
            roots[claim][root] = origin
        return dict(roots)

    @cached_property
    def disclosed(self) -> Mapping[str, str]:
        """The roots of which others can look at some of the basis, each with its origin."""
        return dict(self.tables["origins"].filter("root_disclosed").select(*ROOT[1:]).iter_rows())

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Short names of actors, by id."""
        return {row["actor_id"]: short_name(row) for row in self.tables["actors"].iter_rows(named=True)}

    @cached_property
    def known(self) -> Mapping[str, date | None]:
        """The day by which each claim certainly was public."""
        return dict(self.tables["claims"].select("claim_id", "known_hi").iter_rows())

    @cached_property
    def repeats(self) -> Mapping[str, str]:
        """The claims that repeat another one, each with that one; of several the first by id."""
        relations = self.tables["relations"].filter(pl.col("type").cast(pl.String).is_in(REPEATS))
        pairs = (
            relations.drop_nulls("to_claim_id").select("from_id", "to_claim_id").sort("to_claim_id", descending=True)
        )
        return dict(pairs.iter_rows())

    @cached_property
    def _topics(self) -> Mapping[str, Row]:
        return {row["topic_id"]: row for row in self.tables["topics"].iter_rows(named=True)}

    @cached_property
    def _claims_by_topic(self) -> Mapping[str, list[Row]]:
        return _by_topic(self.claims.values())

    @cached_property
    def _days_by_topic(self) -> Mapping[str, list[Row]]:
        return _by_topic(self.tables["topic_timeline"].sort("topic_id", "date").iter_rows(named=True))

    @cached_property
    def _figures_by_topic(self) -> Mapping[str, list[Row]]:
        return _by_topic(self.tables["flat_quantities"].sort("claim_id", "seq").iter_rows(named=True))

    @cached_property
    def _labels(self) -> Mapping[tuple[str, str], str]:
        codes = self.tables["vocabulary"].select(
            pl.col("list").cast(pl.String), pl.col("code").cast(pl.String), "label"
        )
        return {(name, code): label for name, code, label in codes.iter_rows()}


def _by_topic(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["topic_id"]].append(row)
    return dict(found)


def short_name(actor: Row) -> str:
    """Return the name by which readers know an actor: North Korea, NATO.

    It is `short_name` where the table has one. Otherwise it is the first other name, if that is shorter and in Latin
    letters, of states, of intergovernmental organisations, and of others whose name is long.
    """
    name, other = actor["name"], next(iter(actor["other_names"] or ()), "")
    if stated := actor.get("short_name"):
        return stated
    shortened = actor["kind"] in ("state", "igo") or len(name) > LONG
    return other if shortened and other.isascii() and 0 < len(other) < len(name) else name


def frames_of(release: Release, as_of: date | str | None = None) -> Frames:
    """Return the tables that charts need, loaded once, so that many charts can be drawn from them.

    With a day, they are those that `alleged.as_of` returns: what was certainly public, with the links public by then.

    Raises:
        DateError: `as_of` is no calendar day.
        UnknownNameError: The tables are of an older schema.
    """
    seen = getattr(release, "day", None)
    day = min((day_of(d) for d in (seen, as_of) if d is not None), default=None)
    name = getattr(release, "release", None)
    if as_of is None and isinstance(release, Frames):
        return release
    if as_of is not None:
        return Frames(tables_as_of(core_of(release.load), day_of(as_of)), day, name, release)
    try:
        tables = {table: release.load(table) for table in NEEDED}
    except UnknownNameError:  # a release from before the flat tables
        core = core_of(release.load)
        tables = {**core, **derived_tables(core)}
    return Frames(tables, day, name, release)
