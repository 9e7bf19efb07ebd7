"""Flat claims: one row for each claim, with the names behind its ids, so that nobody has to join."""

import polars as pl

from alleged.tables.columns import (
    NOT_STATED,
    Columns,
    choice,
    code,
    codes,
    contract,
    day,
    flag,
    link,
    number,
    text,
    texts,
)
from alleged.tables.graph import Frames, Inputs
from alleged.tables.table import Table

CONTEXT: Columns = {
    "topic_id": link("topics.topic_id", "Topic."),
    "topic_question": text("Question of the topic. The claim bears on it; nothing here answers it."),
    "claimant_id": link("actors.actor_id", "Who makes the claim."),
    "claimant": text("Name of the claimant."),
    "principal_id": link("actors.actor_id", "State, organisation or person that the claim is attributed to."),
    "principal": text("Name of the principal. Count these to count a government once."),
    "principal_country": text(
        "Country of the principal, if it is a state: ISO 3166-1 code.", "it is no state, or its code is not recorded"
    ),
    "act": code("act", "What the claimant does with the words, such as allege or deny."),
    "stance": code(
        "stance",
        "How the claim answers the question of its topic, if it is believed. It says nothing about truth.",
    ),
    "mode": code("mode", "Whether the claim speaks of the past, the present, a plan or a possibility.", NOT_STATED),
    "said_edtf": text("When the words were spoken or written, as EDTF (ISO 8601-2)."),
    "said_lo": day("First day that `said_edtf` allows.", "no lower bound"),
    "said_hi": day("Last day that `said_edtf` allows.", "no upper bound"),
    "known_hi": day("Day by which the claim certainly was public.", "no upper bound"),
    "summary": text("The proposition in one English sentence of the curator's own words; not a quote."),
}
"""Columns that say whose claim it is, of what and when."""

SOURCE: Columns = {
    "source_id": link(
        "sources.source_id",
        "First source: of those in which the claim appears, the one that certainly was published earliest; of equal "
        "ones, the first of the record.",
    ),
    "publisher": text("Name of the publisher of the first source; of several, joined with `; `."),
    "published_edtf": text("When the first source was published, as EDTF (ISO 8601-2)."),
    "url": text("Address of the first source.", "it has none"),
    "quote": text(
        "Words of the claim as printed: of the sources with a quote, that of the one published earliest.",
        "no quote is recorded",
    ),
    "quote_source_id": link("sources.source_id", "Source of `quote`; often not the first one.", "no quote"),
    "quote_url": text("Address of the source of `quote`.", "no quote, or its source has no address"),
}
"""Columns that say where it can be read."""

schema = contract(
    "flat_claims",
    ["claim_id"],
    "One row for each active claim without `background`, with names beside ids and the first source: nothing has to be "
    "joined. A claim is something that was said; several of one principal may say the same.",
    {
        "claim_id": link("claims.claim_id", "Claim."),
        **CONTEXT,
        "co_claimants": texts("Names of others who make the same joint statement.", "nobody"),
        "attribution": code("attribution", "How the source identifies the claimant."),
        "is_party": flag("Whether the principal is also that of a subject or object of the topic."),
        "hedge": code("hedge", "How far the claimant's words hold back from plain assertion.", NOT_STATED),
        "denial_scope": code("denial-scope", "How much a denial rejects.", "not stated, or not a denial"),
        "when_edtf": text("When the event claimed happened or would happen, as EDTF (ISO 8601-2).", NOT_STATED),
        "when_lo": day("First day that `when_edtf` allows.", "no lower bound, or not stated"),
        "when_hi": day("Last day that `when_edtf` allows.", "no upper bound, or not stated"),
        "item": code("item", "What is at issue.", "neither the claim nor its topic states one"),
        "claim_basis": codes("basis", "What the claimant says that the claim rests on.", NOT_STATED),
        "basis_disclosed": choice(
            ("none", "part", "full"),
            "Whether others can look at none, some or all of the kinds of basis in `claim_basis`.",
            "no basis is stated",
        ),
        "n_texts": number("Different texts in which the claim appears; copies of one text count once.", pl.UInt16),
        "n_publishers": number("Different publishers of these texts.", pl.UInt16),
        **SOURCE,
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each claim that counts."""
    return with_names(inputs.core).join(_co_claimants(inputs.core), on="claim_id", how="left")


def with_names(core: Frames) -> pl.DataFrame:
    """Return the active claims without `background`, with names and first sources."""
    actors, topics = core["actors"], core["topics"]
    countries = core["actor_ids"].filter(scheme="iso3166")
    return (
        core["claims"]
        .filter(status="active", background=False)
        .join(topics.select("topic_id", topic_question="question"), on="topic_id", how="left")
        .join(actors.select(claimant_id="actor_id", claimant="name"), on="claimant_id", how="left")
        .join(actors.select(principal_id="actor_id", principal="name"), on="principal_id", how="left")
        .join(countries.select(principal_id="actor_id", principal_country="value"), on="principal_id", how="left")
        .join(_first_sources(core), on="claim_id", how="left")
        .join(_quotes(core), on="claim_id", how="left")
        .sort("claim_id")
    )


def _first_sources(core: Frames) -> pl.DataFrame:
    names = core["actors"].select(publisher_ids="actor_id", publisher="name")
    publishers = (
        core["sources"]
        .select("source_id", "publisher_ids")
        .explode("publisher_ids")
        .join(names, on="publisher_ids", how="left", maintain_order="left")
        .group_by("source_id")
        .agg(pl.col("publisher").str.join("; "))
    )
    first = _earliest(core["appearances"], core).select("claim_id", "source_id", "published_edtf", "url")
    return first.join(publishers, on="source_id")


def _quotes(core: Frames) -> pl.DataFrame:
    quoted = core["appearances"].filter(pl.col("quote").is_not_null())
    return _earliest(quoted, core).select("claim_id", "quote", quote_source_id="source_id", quote_url="url")


def _earliest(appearances: pl.DataFrame, core: Frames) -> pl.DataFrame:
    """Return for each claim the appearance in the source that certainly was published earliest, with that source."""
    sources = core["sources"].select("source_id", "published_edtf", "published_hi", "url")
    return (
        appearances.join(sources, on="source_id")
        .sort("claim_id", "published_hi", "seq", nulls_last=True)
        .unique("claim_id", keep="first", maintain_order=True)
    )


def _co_claimants(core: Frames) -> pl.DataFrame:
    """Return the names of the co-claimants of the claims that have any, in the order of the record."""
    names = core["actors"].select(co_claimant_ids="actor_id", co_claimants="name")
    return (
        core["claims"]
        .select("claim_id", "co_claimant_ids")
        .drop_nulls()
        .explode("co_claimant_ids")
        .join(names, on="co_claimant_ids", how="left", maintain_order="left")
        .group_by("claim_id")
        .agg("co_claimants")
    )


FLAT_CLAIMS = Table(schema, derive=derive, flat=True)
