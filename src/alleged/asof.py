"""The tables as they would have been from what was public on a day.

The day is one of two axes of time: `as_of` selects what was public, and the release that is read decides what the
curators had recorded. Only the tables of that release are used, so whoever has the files can do the same.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import polars as pl

from alleged.datasets.manifests import ADDED, SCHEMA_VERSION
from alleged.dates import day_of, parse
from alleged.errors import UnknownNameError, UnknownTableError
from alleged.graphs import reachable
from alleged.origins.roots import Edges
from alleged.origins.utterances import Known, public_day
from alleged.tables import TABLES, derived_tables
from alleged.tables.graph import first_public_day, texts_of

Frames = Mapping[str, pl.DataFrame]


def as_of(core: Frames, day: date | str, known: Known = "certain", edges: Edges = "then") -> dict[str, pl.DataFrame]:
    """Return every table by name as of a day, from the core tables of a release; see `api.as_of` for the arguments.

    Raises:
        DateError: The text is no calendar day.
        LimitError: The dependences lead to more rows than `origins.limits` allows.
        UnknownNameError: The tables are of an older release, without columns that are needed.
    """
    core = {name: completed(name, frame) for name, frame in core.items()}
    on = day_of(day)
    public = _public_core(core, on, known, edges)
    public = {name: frame.select(core[name].columns).rechunk() for name, frame in public.items()}
    tables = {**public, **derived_tables(public, known, edges)}
    if edges == "current":
        # Hindsight also follows links through claims that were not public then, so it needs the complete tables.
        complete, ids = derived_tables(core, known, edges), public["claims"]["claim_id"].implode()
        tables["origins"] = complete["origins"].filter(pl.col("claim_id").is_in(ids))
        tables["topic_timeline"] = complete["topic_timeline"].filter(pl.col("date") <= on)
    return {name: tables[name] for name in TABLES}


def core_of(load: Callable[[str], pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the core tables of a release, completed; `load` returns a table by its name.

    Raises:
        UnknownNameError: A table or column is missing that releases of this major schema version have.
    """
    return {name: core_table(name, load) for name, table in TABLES.items() if table.derive is None}


def core_table(name: str, load: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """Return a core table of a release, completed; one that was added since its release is empty."""
    try:
        frame = load(name)
    except UnknownTableError:
        if name not in ADDED:
            raise
        return pl.DataFrame(schema=TABLES[name].dtypes)
    return completed(name, frame)


def completed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table with the columns that were added since its release; they are null.

    Raises:
        UnknownNameError: One that is never null is missing, so the table is of an older schema.
    """
    contract = TABLES[name].schema.columns
    missing = [column for column in contract if column not in frame.columns]
    if needed := [column for column in missing if not contract[column].nullable]:
        raise UnknownNameError(
            f"this release has no column {name}.{needed[0]}: this needs tables of schema version "
            f"{SCHEMA_VERSION.partition('.')[0]}, so choose a later release"
        )
    dtypes = TABLES[name].dtypes
    return frame.with_columns(pl.lit(None, dtypes[column]).alias(column) for column in missing)


def _public_core(core: Frames, on: date, known: Known, edges: Edges) -> dict[str, pl.DataFrame]:
    """Return the rows of the core tables that were public, without references to other rows."""
    public = dict(core)
    public["sources"] = _sources(core["sources"], on, known)
    sources = public["sources"]["source_id"].implode()
    public["appearances"] = core["appearances"].filter(pl.col("source_id").is_in(sources))
    public["evidence"] = core["evidence"].filter(
        pl.when(pl.col("released_edtf").is_not_null())
        .then(first_public_day("released", known) <= on)
        .otherwise(pl.col("source_id").is_null() | pl.col("source_id").is_in(sources))
    )
    public["claims"] = _claims(core, public, on, known)
    claims = public["claims"]["claim_id"].implode()
    for name in ("claim_actors", "appearances", "quantities", "response_searches"):
        public[name] = public[name].filter(pl.col("claim_id").is_in(claims))
    public["response_searches"] = public["response_searches"].filter(pl.col("searched_on") <= on)
    by_then = first_public_day("known", known) <= on if edges == "then" else pl.lit(True)
    target = pl.col("to_claim_id").is_null() | pl.col("to_claim_id").is_in(claims)
    public["relations"] = core["relations"].filter(by_then, target, pl.col("from_id").is_in(claims))
    judged = [pl.col(c).is_null() | pl.col(c).is_in(ids) for c, ids in (("claim_id", claims), ("source_id", sources))]
    public["assessments"] = core["assessments"].filter(pl.col("assessed_on") <= on, *judged)
    public["affiliations"] = core["affiliations"].filter(
        pl.col("source_id").is_null() | pl.col("source_id").is_in(sources)
    )
    public["instruments"] = core["instruments"].with_columns(*_stages(core["instruments"], on, known))
    listed = pl.col("listed_edtf").is_null() | (first_public_day("listed", known) <= on)
    public["listings"] = core["listings"].filter(listed).with_columns(*_dates(core["listings"], "delisted", on, known))
    for name, column in (
        ("claims", "primary_source_id"),
        ("relations", "source_id"),
        ("evidence", "source_id"),
        ("instruments", "source_id"),
        ("actor_ids", "source_id"),
        ("listings", "source_id"),
    ):
        public[name] = public[name].with_columns(pl.when(pl.col(column).is_in(sources)).then(column))
    is_public = pl.col("derived_from_claim_id").is_in(claims)
    public["quantities"] = public["quantities"].with_columns(
        pl.when(is_public).then(c) for c in ("derived_from_claim_id", "derived_from_seq")
    )
    return public


def _sources(sources: pl.DataFrame, on: date, known: Known) -> pl.DataFrame:
    """Return the sources that were public, with the originals of copies, which were public earlier."""
    copied = dict(sources.select("source_id", "syndicated_from_id").drop_nulls().iter_rows())
    published = sources.filter(first_public_day("published", known) <= on)["source_id"]
    seen = reachable(published, lambda id: [copied[id]] if id in copied else [])
    return sources.filter(pl.col("source_id").is_in(list(seen)))


def _claims(core: Frames, public: Frames, on: date, known: Known) -> pl.DataFrame:
    """Return the claims that were public, with counts of the texts and with the evidence that were public."""
    texts = texts_of({"sources": core["sources"], "appearances": public["appearances"]}, known)
    counts = texts.group_by("claim_id").agg(
        pl.len().cast(pl.UInt16).alias("n_texts"),
        pl.col("publisher_ids").explode().n_unique().cast(pl.UInt16).alias("n_publishers"),
    )
    items = public["evidence"]["evidence_id"].to_list()
    evidence = pl.col("evidence_ids").list.eval(pl.element().filter(pl.element().is_in(items)))
    return (
        core["claims"]
        .filter(first_public_day("known", known) <= on)
        .drop("n_texts", "n_publishers")
        .join(counts, on="claim_id", how="inner", maintain_order="left")
        .with_columns(evidence)
        .with_columns(pl.when(pl.col("evidence_ids").list.len() > 0).then("evidence_ids"))
    )


def _stages(instruments: pl.DataFrame, on: date, known: Known) -> Iterator[pl.Expr | pl.Series]:
    """Yield the date columns of instruments, null where the date is later, and the ratifications up to the day."""
    for stage in ("adopted", "signed", "in_force", "terminated"):
        yield from _dates(instruments, stage, on, known)
    pairs = zip(instruments["ratified_by_ids"].to_list(), instruments["ratified_edtf"].to_list(), strict=True)
    ratified = [
        [(by, edtf) for by, edtf in zip(bys or (), edtfs or (), strict=True) if _public_day(edtf, known) <= on]
        for bys, edtfs in pairs
    ]
    for n, column in enumerate(("ratified_by_ids", "ratified_edtf")):
        yield pl.Series(column, [[pair[n] for pair in pairs] or None for pairs in ratified], pl.List(pl.String))


def _dates(frame: pl.DataFrame, name: str, on: date, known: Known) -> Iterator[pl.Expr]:
    """Yield the columns of a date, null where it is later."""
    parts = [c for c in frame.columns if c.startswith(f"{name}_")]
    yield from (pl.when(first_public_day(name, known) <= on).then(c).alias(c) for c in parts)


def _public_day(edtf: str, known: Known) -> date:
    span = parse(edtf)
    return public_day((span.lo, span.hi), known)
