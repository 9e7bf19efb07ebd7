"""What charts are drawn from: some tables of a release, all that is public or as the public knew them on a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

import polars as pl

from alleged.asof import as_of as tables_as_of
from alleged.asof import day_of
from alleged.errors import UnknownNameError
from alleged.schemas.vocabularies import closest
from alleged.tables import TABLES, derived_tables

NEEDED = (
    *("topics", "actors", "claims", "relations", "vocabulary"),
    *("origins", "topic_timeline", "flat_claims", "flat_quantities"),
)

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

    It is a release too: each chart may be given it in place of one. Other tables are those of `source`.
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
        topics = self.tables["topics"]
        for row in topics.filter(topic_id=topic).iter_rows(named=True):
            return row
        close = closest(topic, topics["topic_id"].to_list())
        raise UnknownNameError(f"there is no topic {topic!r}{f'; did you mean {close[0]!r}?' if close else ''}")

    def rows(self, table: str, **equal: Any) -> Iterator[Row]:
        """Yield the rows of a table in which columns have these values."""
        yield from self.tables[table].filter(**equal).iter_rows(named=True)

    def names(self, ids: set[str]) -> dict[str, str]:
        """Return short names of actors by id."""
        wanted = self.tables["actors"].filter(pl.col("actor_id").is_in(sorted(ids)))
        return {row["actor_id"]: short_name(row) for row in wanted.iter_rows(named=True)}


@lru_cache(maxsize=8)
def labels(frames: Frames, name: str) -> Mapping[str, str]:
    """Return the labels of the codes of a list."""
    codes = frames.tables["vocabulary"].filter(pl.col("list").cast(pl.String) == name)
    return dict(codes.select(pl.col("code").cast(pl.String), "label").iter_rows())


@lru_cache(maxsize=1)
def disclosed_roots(frames: Frames) -> Mapping[str, str]:
    """Return the roots of which others can look at some of the basis, each with its origin."""
    roots = frames.tables["origins"].filter("root_disclosed").select("root_id", "root_principal_id")
    return dict(roots.iter_rows())


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
        return Frames(tables_as_of(_core(release), day_of(as_of)), day, name, release)
    try:
        tables = {table: release.load(table) for table in NEEDED}
    except UnknownNameError:  # a release from before the flat tables
        core = _core(release)
        tables = {**core, **derived_tables(core)}
    return Frames(tables, day, name, release)


def _core(release: Release) -> dict[str, pl.DataFrame]:
    return {name: release.load(name) for name, table in TABLES.items() if table.derive is None}
