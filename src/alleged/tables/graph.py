"""The claims of the core tables as a graph of dependences, in which origins are counted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from sys import intern

import polars as pl

from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import GROUNDLESS, ClaimText, Graph, Known, Link, Utterance, graph

Frames = Mapping[str, pl.DataFrame]

DESCRIPTIVE = frozenset(
    {
        *("summary", "hedge_text", "quote", "gloss", "locator", "title", "verbatim", "question", "scope_note", "note"),
        *("rationale", "search_note", "query", "recorded_by", "recorded_on", "second_coder", "status_reason"),
        *("record_path", "record_line", "record_sha256"),
    }
)
"""Columns of core tables that nothing is computed from: texts, and where records come from. Flat tables show some."""


class WithoutDescriptive(Mapping[str, pl.DataFrame]):
    """Tables without their `DESCRIPTIVE` columns."""

    def __init__(self, tables: Frames) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pl.DataFrame:
        return without_descriptive(self._tables[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def without_descriptive(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table without its `DESCRIPTIVE` columns."""
    return frame.drop(DESCRIPTIVE.intersection(frame.columns))


@dataclass(frozen=True)
class Inputs:
    """What derived tables are computed from: the core tables, and their claims as a graph with the roots of each.

    By default it is what a release is made from, with all that is public.
    """

    core: Frames
    known: Known = "certain"
    edges: Edges = "then"

    @cached_property
    def graph(self) -> Graph:
        """The claims that count, and what depends on what."""
        claims = self.core["claims"].filter(status="active")
        utterances = {utterance.id: utterance for utterance in _utterances(claims, self.known)}
        links = list(_links(self.core["relations"], claims, self.known))
        return graph(utterances, links, tuple(_texts(self.core, claims, self.known)))

    @cached_property
    def roots(self) -> Roots:
        """The claims at which each claim ends, if its dependences are followed."""
        return find(self.graph, self.edges)


def first_public_day(name: str, known: Known) -> pl.Expr:
    """Return the day from which something counts as public, from columns such as `known_lo` and `known_hi`."""
    if known == "certain":
        return pl.col(f"{name}_hi").fill_null(date.max)
    return pl.col(f"{name}_lo").fill_null(date.min)


def _utterances(claims: pl.DataFrame, known: Known) -> Iterator[Utterance]:
    groundless = pl.lit(sorted(GROUNDLESS), pl.List(pl.String))
    basis = pl.col("claim_basis").cast(pl.List(pl.String))
    columns = claims.select(
        "claim_id",
        "topic_id",
        pl.concat_list("claimant_id", pl.col("co_claimant_ids").fill_null([])).alias("claimants"),
        "principal_id",
        pl.col("attribution", "act").cast(pl.String),
        pl.col("stance").cast(pl.String),
        "is_party",
        "background",
        first_public_day("known", known).alias("public_on"),
        (basis.list.set_difference(groundless).list.len().fill_null(0) > 0).alias("grounds"),
        pl.col("basis_disclosed").is_in(["full", "part"]).fill_null(False),
        pl.col("evidence_ids").fill_null([]).alias("evidence"),
        ((pl.col("act") == "confirm") & basis.list.set_difference(["unstated"]).list.len().fill_null(0).eq(0)).alias(
            "only_confirms"
        ),
    )
    values = {name: columns[name].to_list() for name in columns.columns}
    for name in ("claim_id", "topic_id", "principal_id", "attribution", "act", "stance"):
        values[name] = list(map(intern, values[name]))
    values["claimants"] = [tuple(map(intern, ids)) for ids in values["claimants"]]
    values["evidence"] = list(map(tuple, values["evidence"]))
    yield from map(Utterance._make, zip(*values.values(), strict=True))


def _links(relations: pl.DataFrame, claims: pl.DataFrame, known: Known) -> Iterator[Link]:
    active = claims["claim_id"].implode()
    on_words_alone = claims.filter(pl.col("claim_basis").cast(pl.List(pl.String)) == ["other-claim"])["claim_id"]
    is_echo = (pl.col("type") == "confirms") & pl.col("from_id").is_in(on_words_alone.implode())
    dependences = relations.filter(
        is_echo | (pl.col("class") == "dependence"),
        pl.col("from_id").is_in(active),
        pl.col("to_claim_id").is_in(active),
    )
    day = first_public_day("known", known)
    columns = dependences.select("from_id", "to_claim_id", pl.col("type").cast(pl.String), day)
    for start, end, kind, public_on in columns.iter_rows():
        yield Link(intern(start), intern(end), intern(kind), public_on)


def _texts(core: Frames, claims: pl.DataFrame, known: Known) -> Iterator[ClaimText]:
    texts = texts_of(core, known).join(claims.select("claim_id"), on="claim_id", how="semi")
    columns = (texts[name].to_list() for name in ("claim_id", "publisher_ids", "public_on"))
    for claim, publishers, public_on in zip(*columns, strict=True):
        yield ClaimText(intern(claim), tuple(map(intern, publishers)), public_on)


def texts_of(core: Frames, known: Known) -> pl.DataFrame:
    """Return one row for each text in which a claim appears, with its publishers and its first day in public.

    Copies of one text are one row: those of one agency, or else those with one source at the end of their chain.
    """
    sources = core["sources"].select("source_id", "publisher_ids", public_on=first_public_day("published", known))
    agency = pl.col("original_agency_id")
    originals = sources.select("publisher_ids", original_source_id="source_id")
    text = pl.when(agency.is_not_null()).then("agency " + agency).otherwise("source " + pl.col("original_source_id"))
    publishers = pl.when(agency.is_not_null()).then(pl.concat_list(agency)).otherwise("publisher_ids")
    return (
        core["appearances"]
        .select("claim_id", "source_id", "original_source_id", "original_agency_id")
        .join(sources.drop("publisher_ids"), on="source_id")
        .join(originals, on="original_source_id", how="left")
        .group_by("claim_id", text.alias("text"), maintain_order=True)
        .agg(publishers.first().alias("publisher_ids"), pl.col("public_on").min())
    )


def id_lists(name: str, rows: Iterable[Iterable[str] | None]) -> pl.Series:
    """Return a column of lists of ids, null where a list is empty or missing."""
    # No id contains a space, and polars splits texts many times as fast as it takes in lists.
    return pl.Series(name, [" ".join(row or ()) or None for row in rows], pl.String).str.split(" ")
