"""The tables as the public could know them on a day: what came later is left out, what follows from it is undone.

The day is one of two axes. What was public on it is told by `as_of`; what the curators had recorded is told by the
release that is read. Only tables of that release are used, so a reader who has just the files can do the same.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from alleged.datasets.manifests import SCHEMA_VERSION
from alleged.dates import parse
from alleged.errors import DateError, UnknownNameError
from alleged.graphs import reachable
from alleged.origins.roots import Edges
from alleged.origins.utterances import Known
from alleged.origins.utterances import public as public_day
from alleged.tables import TABLES, derived_tables
from alleged.tables.graph import first_public_day, texts_of

Frames = Mapping[str, pl.DataFrame]


def as_of(core: Frames, day: date | str, known: Known = "certain", edges: Edges = "then") -> dict[str, pl.DataFrame]:
    """Return every table by name as the public could know it on a day, from the core tables of a release.

    Rules and arguments are those of `api.as_of`.

    Raises:
        DateError: The text is no calendar day.
        LimitError: The dependences lead to more rows than `origins.limits` allows.
        UnknownNameError: The tables are of an older release, without columns that are needed.
    """
    _require_columns(core)
    on = _day(day)
    seen = {name: frame.select(core[name].columns).rechunk() for name, frame in _seen(core, on, known, edges).items()}
    found = {**seen, **derived_tables(seen, known, edges)}
    if edges == "current":
        # Hindsight follows links through claims that were not public then, so it needs the whole tables.
        whole, ids = derived_tables(core, known, edges), seen["claims"]["claim_id"].implode()
        found["origins"] = whole["origins"].filter(pl.col("claim_id").is_in(ids))
        found["topic_timeline"] = whole["topic_timeline"].filter(pl.col("date") <= on)
    return {name: found[name] for name in TABLES}


def _require_columns(core: Frames) -> None:
    for name, frame in core.items():
        if missing := [column for column in TABLES[name].dtypes if column not in frame.columns]:
            raise UnknownNameError(
                f"this release has no column {name}.{missing[0]}: as_of needs tables of schema version "
                f"{SCHEMA_VERSION.partition('.')[0]}, so choose a later release"
            )


def _day(day: date | str) -> date:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise DateError(f"{day!r} is no calendar day", "type it as 2024-06-18") from None


def _seen(core: Frames, on: date, known: Known, edges: Edges) -> dict[str, pl.DataFrame]:
    seen = dict(core)
    seen["sources"] = _sources(core["sources"], on, known)
    sources = seen["sources"]["source_id"].implode()
    seen["appearances"] = core["appearances"].filter(pl.col("source_id").is_in(sources))
    seen["evidence"] = core["evidence"].filter(
        pl.when(pl.col("released_edtf").is_not_null())
        .then(first_public_day("released", known) <= on)
        .otherwise(pl.col("source_id").is_null() | pl.col("source_id").is_in(sources))
    )
    seen["claims"] = _claims(core, seen, on, known)
    claims = seen["claims"]["claim_id"].implode()
    for name in ("claim_actors", "appearances", "quantities"):
        seen[name] = seen[name].filter(pl.col("claim_id").is_in(claims))
    by_then = first_public_day("known", known) <= on if edges == "then" else pl.lit(True)
    target = pl.col("to_claim_id").is_null() | pl.col("to_claim_id").is_in(claims)
    seen["relations"] = core["relations"].filter(by_then, target, pl.col("from_id").is_in(claims))
    judged = [pl.col(c).is_null() | pl.col(c).is_in(ids) for c, ids in (("claim_id", claims), ("source_id", sources))]
    seen["assessments"] = core["assessments"].filter(pl.col("assessed_on") <= on, *judged)
    seen["affiliations"] = core["affiliations"].filter(
        pl.col("source_id").is_null() | pl.col("source_id").is_in(sources)
    )
    seen["instruments"] = core["instruments"].with_columns(*_stages(core["instruments"], on, known))
    for name, column in (
        ("claims", "primary_source_id"),
        ("relations", "source_id"),
        ("evidence", "source_id"),
        ("instruments", "source_id"),
    ):
        seen[name] = seen[name].with_columns(pl.when(pl.col(column).is_in(sources)).then(column))
    return _cut_loose(seen, claims)


def _cut_loose(seen: dict[str, pl.DataFrame], claims: pl.Series) -> dict[str, pl.DataFrame]:
    """Unmake links from figures to figures of claims that were not public."""
    public_claim = pl.col("derived_from_claim_id").is_in(claims)
    seen["quantities"] = seen["quantities"].with_columns(
        pl.when(public_claim).then(c) for c in ("derived_from_claim_id", "derived_from_seq")
    )
    return seen


def _sources(sources: pl.DataFrame, on: date, known: Known) -> pl.DataFrame:
    """Return the sources that were public, with the originals of those that are copies: these were public before."""
    copied = dict(sources.select("source_id", "syndicated_from_id").drop_nulls().iter_rows())
    published = sources.filter(first_public_day("published", known) <= on)["source_id"]
    seen = reachable(published, lambda id: [copied[id]] if id in copied else [])
    return sources.filter(pl.col("source_id").is_in(list(seen)))


def _claims(core: Frames, seen: Frames, on: date, known: Known) -> pl.DataFrame:
    """Return the claims that were public, with the texts and the evidence that were."""
    texts = texts_of({"sources": core["sources"], "appearances": seen["appearances"]}, known)
    counts = texts.group_by("claim_id").agg(
        pl.len().cast(pl.UInt16).alias("n_texts"),
        pl.col("publisher_ids").explode().n_unique().cast(pl.UInt16).alias("n_publishers"),
    )
    shown = seen["evidence"]["evidence_id"].to_list()
    evidence = pl.col("evidence_ids").list.eval(pl.element().filter(pl.element().is_in(shown)))
    return (
        core["claims"]
        .filter(first_public_day("known", known) <= on)
        .drop("n_texts", "n_publishers")
        .join(counts, on="claim_id", how="inner", maintain_order="left")
        .with_columns(evidence)
        .with_columns(pl.when(pl.col("evidence_ids").list.len() > 0).then("evidence_ids"))
    )


def _stages(instruments: pl.DataFrame, on: date, known: Known) -> Iterator[pl.Expr | pl.Series]:
    """Yield the dates of instruments, with those that lay ahead left open, and their ratifications up to the day."""
    for stage in ("adopted", "signed", "in_force", "terminated"):
        parts = [c for c in instruments.columns if c.startswith(f"{stage}_")]
        yield from (pl.when(first_public_day(stage, known) <= on).then(c).alias(c) for c in parts)
    pairs = zip(instruments["ratified_by_ids"].to_list(), instruments["ratified_edtf"].to_list(), strict=True)
    done = [
        [(by, edtf) for by, edtf in zip(bys or (), edtfs or (), strict=True) if _public(edtf, known) <= on]
        for bys, edtfs in pairs
    ]
    for place, column in enumerate(("ratified_by_ids", "ratified_edtf")):
        yield pl.Series(column, [[pair[place] for pair in kept] or None for kept in done], pl.List(pl.String))


def _public(edtf: str, known: Known) -> date:
    span = parse(edtf)
    return public_day((span.lo, span.hi), known)
