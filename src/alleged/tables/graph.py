"""From the core tables to the graph in which origins are counted."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import GROUNDLESS, Graph, Known, Link, TextCopy, Utterance, graph

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class AsOf:
    """How derived tables look at the core ones: what counts as public, and from when a link between claims counts."""

    known: Known = "certain"
    edges: Edges = "then"


LazyGraph = Callable[[], tuple[Graph, Roots]]
"""The claims of the core tables with their links, and the roots of each; gathered when first asked for."""


def lazy_graph(core: Frames, look: AsOf) -> LazyGraph:
    """Return what gathers the claims and finds their roots, once for all tables that ask."""

    @cache
    def gathered() -> tuple[Graph, Roots]:
        found = gather(core, look.known)
        return found, find(found, look.edges)

    return gathered


def gather(core: Frames, how: Known) -> Graph:
    """Return the claims of the tables that stand, their dependences and their texts."""
    claims = core["claims"].filter(status="active")
    utterances = {utterance.id: utterance for utterance in _utterances(claims, how)}
    return graph(utterances, list(_links(core["relations"], claims, how)), tuple(_texts(core, claims, how)))


def public(name: str, how: Known) -> pl.Expr:
    """Return the day from which something counts as public, of columns such as `known_lo` and `known_hi`."""
    if how == "certain":
        return pl.col(f"{name}_hi").fill_null(date.max)
    return pl.col(f"{name}_lo").fill_null(date.min)


def _utterances(claims: pl.DataFrame, how: Known) -> Iterator[Utterance]:
    groundless = pl.lit(sorted(GROUNDLESS), pl.List(pl.String))
    basis = pl.col("basis").cast(pl.List(pl.String))
    columns = claims.select(
        "claim_id",
        "topic_id",
        pl.concat_list("claimant_id", pl.col("co_claimant_ids").fill_null([])).alias("claimants"),
        "principal_id",
        pl.col("attribution", "act").cast(pl.String),
        "polarity",
        "is_party",
        "background",
        public("known", how).alias("known"),
        (basis.list.set_difference(groundless).list.len().fill_null(0) > 0).alias("grounds"),
        pl.col("basis_disclosed").is_in(["full", "part"]).fill_null(False),
        pl.col("evidence_ids").fill_null([]).alias("evidence"),
    )
    found = {name: columns[name].to_list() for name in columns.columns}
    found["claimants"] = list(map(tuple, found["claimants"]))
    found["evidence"] = list(map(tuple, found["evidence"]))
    yield from map(Utterance._make, zip(*found.values(), strict=True))


def _links(relations: pl.DataFrame, claims: pl.DataFrame, how: Known) -> Iterator[Link]:
    active = claims["claim_id"].implode()
    found = relations.filter(
        pl.col("class") == "dependence", pl.col("from_id").is_in(active), pl.col("to_claim_id").is_in(active)
    )
    columns = found.select("from_id", "to_claim_id", pl.col("type").cast(pl.String), public("known", how))
    yield from map(Link._make, columns.iter_rows())


def _texts(core: Frames, claims: pl.DataFrame, how: Known) -> Iterator[TextCopy]:
    if "appearances" not in core:
        return
    texts = texts_of(core, how).join(claims.select("claim_id"), on="claim_id", how="semi")
    columns = (texts[name].to_list() for name in ("claim_id", "publisher_ids", "known"))
    for claim, publishers, known in zip(*columns, strict=True):
        yield TextCopy(claim, tuple(publishers), known)


def texts_of(core: Frames, how: Known) -> pl.DataFrame:
    """Return a row for each text that a claim appears in, copies taken together, with its publishers and first day."""
    sources = core["sources"].select("source_id", "publisher_ids", known=public("published", how))
    agency = pl.col("origin_agency_id")
    origins = sources.select("publisher_ids", origin_source_id="source_id")
    text = pl.when(agency.is_not_null()).then("agency " + agency).otherwise("source " + pl.col("origin_source_id"))
    publishers = pl.when(agency.is_not_null()).then(pl.concat_list(agency)).otherwise("publisher_ids")
    return (
        core["appearances"]
        .select("claim_id", "source_id", "origin_source_id", "origin_agency_id")
        .join(sources.drop("publisher_ids"), on="source_id")
        .join(origins, on="origin_source_id", how="left")
        .group_by("claim_id", text.alias("text"), maintain_order=True)
        .agg(publishers.first().alias("publisher_ids"), pl.col("known").min())
    )


def lists(name: str, rows: Iterable[Iterable[str] | None]) -> pl.Series:
    """Return a column of lists of identifiers, null where a list is empty or missing."""
    # No identifier holds a space, and polars takes apart texts many times as fast as it takes in lists.
    return pl.Series(name, [" ".join(row or ()) or None for row in rows], pl.String).str.split(" ")
