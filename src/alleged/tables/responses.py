"""Responses: denials and other answers to each claim, with the days in between, and earlier denials of its topic."""

from datetime import date

import polars as pl

from alleged.tables.columns import choice, code, contract, day, flag, link, number
from alleged.tables.graph import Frames, Inputs
from alleged.tables.table import Table

TYPES = (
    *("denies", "disputes", "confirms", "doubts", "corrects", "retracts", "declines", "replies-to", "acknowledges"),
)
"""Types of response: the types of relations of the class `response`, and `acknowledges`."""

TOPIC_TYPES = ("denies", "acknowledges")
"""Types that may answer a topic as a whole: of each, every claim has a row for the next one, or for none so far."""

KNOWN = ("known_lo", "known_hi")

NO_RESPONSE = "no such response so far"

schema = contract(
    "responses",
    ["claim_id", "type", "seq"],
    "One row for each response to a claim: a claim with a relation of the class `response` to it, and the next denial "
    "and the next acknowledgement of its topic by a party. A claim that asserts what its topic asks about and that has "
    "no response of the type `denies`, or `acknowledges`, has one row of that type without a response (none of the "
    "type `acknowledges` if it acknowledges itself). Only active claims without `background`.",
    {
        "claim_id": link("claims.claim_id", "Claim that the response answers, or that has no such response so far."),
        "type": choice(
            TYPES,
            "What the response does, as the types of relations; `acknowledges` if it is the next claim on the topic "
            "by which a party acknowledges it (`act` acknowledge).",
        ),
        "seq": number(
            "Place among the responses of this type to the claim, by the day by which each was public; the first is 1.",
            pl.UInt16,
        ),
        "topic_id": link("topics.topic_id", "Topic of the claim."),
        "principal_id": link("actors.actor_id", "State or organisation that the claim is attributed to."),
        "response_id": link("claims.claim_id", "Claim that responds.", NO_RESPONSE),
        "response_principal_id": link(
            "actors.actor_id", "State or organisation that the response is attributed to.", NO_RESPONSE
        ),
        "linked": flag(
            "Whether a recorded relation says that it responds to this claim; false if it is only the next one on the "
            "topic by a party.",
            NO_RESPONSE,
        ),
        "by_party": flag(
            "Whether the response is attributed to a subject or object of the claim or of its topic.", NO_RESPONSE
        ),
        "response_denial_scope": code(
            "denial-scope", "How much the response rejects.", "not stated, or the response is not a denial"
        ),
        "lag_days_lo": number(
            "Fewest days that may lie from the publication of the claim to that of the response; negative if the "
            "response may have come first.",
            pl.Int32,
            "no bound, or no such response so far (see `waited_days`)",
            least=None,
        ),
        "lag_days_hi": number(
            "Most days that may lie from the publication of the claim to that of the response; negative if "
            "the response certainly came first.",
            pl.Int32,
            "no bound, or no such response so far",
            least=None,
        ),
        "waited_days": number(
            "Days after the claim, up to `censored_on`, in which there certainly was no such response. It is no lag: "
            "to leave these rows out of a median makes responses look quicker than they are.",
            pl.Int32,
            "there is a response, or no bound",
            least=None,
        ),
        "denied_before": flag(
            "Whether a party's denial of the topic certainly was public before the claim; then the first denial after "
            "it is no first reaction."
        ),
        "censored_on": day(
            "Last day on which a response would have been recorded: the last day on which any active claim "
            "without `background` became public.",
            "there is a response, or no claim has a day",
        ),
        "searched_on": day(
            "Last day on which a curator looked for an answer to the claim and recorded that none was found (see "
            "`response_searches`). It does not say that there is none.",
            "there is a response, or no search is recorded",
        ),
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each response to a claim, and for each claim without one."""
    core = inputs.core
    claims = (
        core["claims"]
        .filter(status="active", background=False)
        .select("claim_id", "topic_id", "principal_id", "is_party", "act", "stance", "denial_scope", *KNOWN)
    )
    linked = _linked(core["relations"], claims)
    parties = _parties(core)
    of_topics = _of_topics(core, claims)
    asserting = claims.filter(stance="yes").select(
        "claim_id", "topic_id", "act", since=pl.coalesce("known_lo", "known_hi", pl.lit(date.max))
    )
    rows = pl.concat([linked, *(_next(asserting, of_topics.filter(type=type_), type_) for type_ in TOPIC_TYPES)])
    # Where a response is both linked and the next one, keep the row of the relation, which says more.
    rows = rows.unique(["claim_id", "type", "response_id"], keep="first")
    with_response = rows.filter(pl.col("response_id").is_not_null())
    answered = with_response.select("claim_id", "type").unique()
    without = rows.filter(pl.col("response_id").is_null()).join(answered, on=["claim_id", "type"], how="anti")
    searched = core["response_searches"].group_by("claim_id").agg(pl.col("searched_on").max())
    found = pl.concat([with_response, without]).join(searched, on="claim_id", how="left")
    return _with_columns(found, claims, parties, of_topics)


def _linked(relations: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Return the responses that relations state."""
    ids = claims["claim_id"].implode()
    return relations.filter(
        pl.col("class") == "response", pl.col("from_id").is_in(ids), pl.col("to_id").is_in(ids)
    ).select(claim_id="to_claim_id", type=pl.col("type").cast(pl.String), response_id="from_id", linked=pl.lit(True))


def _of_topics(core: Frames, claims: pl.DataFrame) -> pl.DataFrame:
    """Return the denials and acknowledgements of topics by parties, sorted by the day by which they were public.

    A claim may deny a topic other than its own by a relation.
    """
    own = claims.select("claim_id", "topic_id", "act", "stance", "is_party", "known_hi")
    denials = core["relations"].filter(pl.col("type") == "denies", pl.col("to_topic_id").is_not_null())
    parties = core["topics"].select("topic_id", party=pl.concat_list("subject_ids", pl.col("object_ids").fill_null([])))
    of_other_topics = (
        denials.select(claim_id="from_id", denied_topic_id="to_topic_id")
        .join(claims, on="claim_id")
        .filter(pl.col("denied_topic_id") != pl.col("topic_id"))
        .join(parties, left_on="denied_topic_id", right_on="topic_id")
        .select(
            "claim_id",
            pl.col("denied_topic_id").alias("topic_id"),
            "act",
            "stance",
            pl.col("principal_id").is_in("party").alias("is_party"),
            "known_hi",
        )
    )
    type_ = (
        pl.when((pl.col("act") == "deny") & (pl.col("stance") == "no"))
        .then(pl.lit("denies"))
        .when(pl.col("act") == "acknowledge")
        .then(pl.lit("acknowledges"))
    )
    return (
        pl.concat([own, of_other_topics])
        .filter("is_party", pl.col("known_hi").is_not_null())
        .select("topic_id", response_id="claim_id", type=type_, day="known_hi")
        .drop_nulls("type")
        .sort("day", "response_id")
    )


def _next(asserting: pl.DataFrame, of_topics: pl.DataFrame, type_: str) -> pl.DataFrame:
    """Return for each claim the first response to its topic that was not certainly public before it, or null."""
    first = of_topics.unique(["topic_id", "day"], keep="first").sort("day")
    if type_ == "acknowledges":  # a claim that acknowledges does not wait for another one that does
        asserting = asserting.filter(pl.col("act") != "acknowledge")
    return (
        asserting.sort("since")
        .join_asof(
            first.select("topic_id", "response_id", "day"),
            left_on="since",
            right_on="day",
            by="topic_id",
            strategy="forward",
            check_sortedness=False,
        )
        .select("claim_id", type=pl.lit(type_), response_id="response_id", linked=pl.lit(False))
    )


def _parties(core: Frames) -> pl.DataFrame:
    """Return the parties to each claim: the principals of its subjects and objects."""
    roles = core["claim_actors"].filter(pl.col("role").is_in(["subject", "object"]))
    return roles.select("claim_id", response_principal_id="principal_id", by_party=pl.lit(True)).unique()


def _with_columns(
    rows: pl.DataFrame, claims: pl.DataFrame, parties: pl.DataFrame, of_topics: pl.DataFrame
) -> pl.DataFrame:
    responses = claims.select(
        response_id="claim_id",
        response_topic_id="topic_id",
        response_principal_id="principal_id",
        response_denial_scope="denial_scope",
        is_party="is_party",
        response_lo="known_lo",
        response_hi="known_hi",
    )
    first = of_topics.filter(type="denies").group_by("topic_id").agg(pl.col("day").min().alias("first_denial"))
    has_response = pl.col("response_id").is_not_null()
    last = pl.lit(claims["known_hi"].max(), pl.Date)
    joined = (
        rows.join(claims.select("claim_id", "topic_id", "principal_id", "known_lo", "known_hi"), on="claim_id")
        .join(responses, on="response_id", how="left")
        .join(parties, on=["claim_id", "response_principal_id"], how="left")
        .join(first, on="topic_id", how="left")
        .sort("claim_id", "type", "response_hi", "response_id", nulls_last=True)
        .with_row_index("index")
    )
    by_party = pl.col("by_party").fill_null(False)
    of_topic = pl.col("is_party") & (pl.col("response_topic_id") == pl.col("topic_id"))
    return joined.select(
        "claim_id",
        "type",
        # With `int_range` for each group, this would take as long as all the rest.
        (pl.col("index") - pl.col("index").min().over("claim_id", "type") + 1).alias("seq"),
        "topic_id",
        "principal_id",
        "response_id",
        "response_principal_id",
        pl.when(has_response).then("linked").alias("linked"),
        pl.when(has_response).then(by_party | of_topic | ~pl.col("linked")).alias("by_party"),
        "response_denial_scope",
        (pl.col("response_lo") - pl.col("known_hi")).dt.total_days().alias("lag_days_lo"),
        (pl.col("response_hi") - pl.col("known_lo")).dt.total_days().alias("lag_days_hi"),
        pl.when(~has_response).then((last - pl.col("known_hi")).dt.total_days()).alias("waited_days"),
        (pl.col("first_denial") < pl.col("known_lo")).fill_null(False).alias("denied_before"),
        pl.when(~has_response).then(last).alias("censored_on"),
        pl.when(~has_response).then("searched_on"),
    )


RESPONSES = Table(schema, derive=derive)
