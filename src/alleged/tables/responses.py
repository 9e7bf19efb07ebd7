"""Responses: what was answered to a claim, how soon, and what had been denied before it was made."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from alleged.tables.columns import choice, code, contract, day, flag, link, number
from alleged.tables.graph import Frames, Inputs
from alleged.tables.table import Table

KINDS: Mapping[str, str] = {
    "denies": "deny",
    "disputes": "dispute",
    "confirms": "confirm",
    "corrects": "correct",
    "retracts": "retract",
    "declines": "decline",
}
"""Kinds of response, by the type of the relation that says which claim is answered."""

AWAITED = ("deny", "acknowledge")
"""Kinds that answer a topic at large: of each, every claim has a row for the next one, or for none so far."""

NONE = "no answer of this kind so far"

schema = contract(
    "responses",
    ["claim_id", "kind", "seq"],
    "One row for each answer to a claim, and one for each claim that asserts what its topic asks about and that no "
    "party has yet denied, or admitted (`response_id` is null then, and `censored_on` tells up to when). Answers are "
    "those that a relation leads to, and the next denial and the next admission on the topic by a party to it.",
    {
        "claim_id": link("claims.claim_id", "Claim that is answered, or waits for it."),
        "kind": choice((*KINDS.values(), "acknowledge"), "What the answer does."),
        "seq": number("Place among the answers of this kind, by the day by which each was public.", pl.UInt16),
        "response_id": link("claims.claim_id", "Claim that answers.", NONE),
        "linked": flag("Whether a relation says that it answers this claim, not the topic at large.", NONE),
        "by_party": flag("Whether it is laid to a subject or object of the claim or of its topic.", NONE),
        "denial_scope": code("denial-scope", "How much it rejects.", "not stated, or no denial"),
        "lag_days_lo": number(
            "Fewest days that may lie between the publications of the two; below 0 where their order is open. Without "
            "an answer, the days for which there certainly was none.",
            pl.Int32,
            "no bound",
            least=-10_000_000,
        ),
        "lag_days_hi": number("Most days that may.", pl.Int32, "no bound, or no answer so far", least=-10_000_000),
        "standing_before": flag("Whether a party's denial of the matter certainly was public before the claim."),
        "censored_on": day(
            "Last day on which an answer would have been seen: the last on which any claim became public.",
            "there is an answer, or no claim has a day",
        ),
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each answer to a claim, and for each claim that waits for one."""
    core = inputs.core
    claims = (
        core["claims"]
        .filter(status="active", background=False)
        .select(
            "claim_id",
            "topic_id",
            "principal_id",
            "act",
            "polarity",
            "denial_scope",
            "is_party",
            "known_lo",
            "known_hi",
        )
    )
    linked = _linked(core["relations"], claims)
    party = _by_party(core)
    at_large = _at_large(core, claims)
    asserted = claims.filter(polarity=1).select(
        "claim_id", "topic_id", "act", since=pl.coalesce("known_lo", "known_hi", pl.lit(date.max))
    )
    rows = pl.concat([linked, *(_next(asserted, at_large.filter(kind=kind), kind) for kind in AWAITED)])
    # A relation says more than the mere order of days: of two rows for one answer its row is kept.
    rows = rows.unique(["claim_id", "kind", "response_id"], keep="first")
    answered = rows.filter(pl.col("response_id").is_not_null()).select("claim_id", "kind").unique()
    waiting = rows.filter(pl.col("response_id").is_null()).join(answered, on=["claim_id", "kind"], how="anti")
    rows = pl.concat([rows.filter(pl.col("response_id").is_not_null()), waiting])
    return _told(rows, claims, party, at_large)


def _linked(relations: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    known = claims["claim_id"].implode()
    return relations.filter(
        pl.col("class") == "response", pl.col("from_id").is_in(known), pl.col("to_id").is_in(known)
    ).select(
        claim_id="to_claim_id",
        kind=pl.col("type").cast(pl.String).replace(KINDS),
        response_id="from_id",
        linked=pl.lit(True),
    )


def _at_large(core: Frames, claims: pl.DataFrame) -> pl.DataFrame:
    """Return the denials and admissions that parties gave to a topic, by the topic and the day they were public by."""
    own = claims.select("claim_id", "topic_id", "act", "polarity", "is_party", "known_hi")
    meant = core["relations"].filter(pl.col("type") == "denies", pl.col("to_topic_id").is_not_null())
    asked = core["topics"].select("topic_id", party=pl.concat_list("subject_ids", pl.col("object_ids").fill_null([])))
    beyond = (
        meant.select(claim_id="from_id", meant="to_topic_id")
        .join(claims, on="claim_id")
        .filter(pl.col("meant") != pl.col("topic_id"))
        .join(asked, left_on="meant", right_on="topic_id")
        .select(
            "claim_id",
            pl.col("meant").alias("topic_id"),
            "act",
            "polarity",
            pl.col("principal_id").is_in("party").alias("is_party"),
            "known_hi",
        )
    )
    kind = (
        pl.when((pl.col("act") == "deny") & (pl.col("polarity") == -1))
        .then(pl.lit("deny"))
        .when(pl.col("act") == "acknowledge")
        .then(pl.lit("acknowledge"))
    )
    return (
        pl.concat([own, beyond])
        .filter("is_party", pl.col("known_hi").is_not_null())
        .select("topic_id", response_id="claim_id", kind=kind, by="known_hi")
        .drop_nulls("kind")
        .sort("by", "response_id")
    )


def _next(asserted: pl.DataFrame, answers: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Return for each claim the first answer that was not certainly public before it, or none."""
    first = answers.unique(["topic_id", "by"], keep="first").sort("by")
    return (
        # An admission waits for no other.
        asserted.filter(pl.col("act") != kind)
        .sort("since")
        .join_asof(
            first.select("topic_id", "response_id", "by"),
            left_on="since",
            right_on="by",
            by="topic_id",
            strategy="forward",
            check_sortedness=False,
        )
        .select("claim_id", kind=pl.lit(kind), response_id="response_id", linked=pl.lit(False))
    )


def _by_party(core: Frames) -> pl.DataFrame:
    """Return who is a party to each claim: the principals of its subjects and objects."""
    roles = core["claim_actors"].filter(pl.col("role").is_in(["subject", "object"]))
    return roles.select("claim_id", "principal_id", by_party=pl.lit(True)).unique()


def _told(rows: pl.DataFrame, claims: pl.DataFrame, party: pl.DataFrame, at_large: pl.DataFrame) -> pl.DataFrame:
    answers = claims.select(
        response_id="claim_id",
        answer_topic="topic_id",
        principal_id="principal_id",
        denial_scope="denial_scope",
        is_party="is_party",
        lo="known_lo",
        hi="known_hi",
    )
    first = at_large.filter(kind="deny").group_by("topic_id").agg(pl.col("by").min().alias("first_denial"))
    given = pl.col("response_id").is_not_null()
    last = claims["known_hi"].max()
    found = (
        rows.join(claims.select("claim_id", "topic_id", "known_lo", "known_hi"), on="claim_id")
        .join(answers, on="response_id", how="left")
        .join(party, on=["claim_id", "principal_id"], how="left")
        .join(first, on="topic_id", how="left")
    )
    of_topic = pl.col("is_party") & (pl.col("answer_topic") == pl.col("topic_id"))
    at_all = ~pl.col("linked")
    censored = pl.lit(last, pl.Date)
    found = found.sort("claim_id", "kind", "hi", "response_id", nulls_last=True).with_row_index("place")
    return found.select(
        "claim_id",
        "kind",
        # Group by group, `int_range` would take as long as all the rest.
        (pl.col("place") - pl.col("place").min().over("claim_id", "kind") + 1).alias("seq"),
        "response_id",
        pl.when(given).then("linked").alias("linked"),
        pl.when(given).then(pl.col("by_party").fill_null(False) | of_topic | at_all).alias("by_party"),
        "denial_scope",
        (pl.when(given).then("lo").otherwise(censored) - pl.col("known_hi")).dt.total_days().alias("lag_days_lo"),
        (pl.col("hi") - pl.col("known_lo")).dt.total_days().alias("lag_days_hi"),
        (pl.col("first_denial") < pl.col("known_lo")).fill_null(False).alias("standing_before"),
        pl.when(~given).then(censored).alias("censored_on"),
    )


RESPONSES = Table(schema, derive=derive)
