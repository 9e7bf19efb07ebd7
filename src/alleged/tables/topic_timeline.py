"""Topic timeline: what was public about a topic, day by day."""

import polars as pl

from alleged.origins.intervals import Day
from alleged.origins.limits import LISTED
from alleged.origins.timelines import timeline
from alleged.tables.columns import contract, day, flag, link, links, number
from alleged.tables.graph import Inputs, id_lists
from alleged.tables.table import Table

NO_NAMES = f"there are none, or more than {LISTED}"

schema = contract(
    "topic_timeline",
    ["topic_id", "date"],
    "One row for each topic and day on which something about it became public. A row holds until the next one, so "
    "`join_asof` on `date` gives what was public on any day. All counts are totals up to that day, of active claims "
    "without `background`. A claim counts from the day by which it certainly was public, and never if it has no such "
    "day; a relation counts from the day by which it and both of its claims were.",
    {
        "topic_id": link("topics.topic_id", "Topic."),
        "date": day("First day on which the row holds."),
        "n_claims": number("Claims that assert what the topic asks about (`stance` yes).", pl.UInt32, least=0),
        "n_claimants": number(
            "Different claimants of `n_claims`, co-claimants, collectives and narrators included.", pl.UInt32, least=0
        ),
        "n_publishers": number(
            "Different publishers of the texts in `n_claim_texts`; the publisher of a copy is that of its original.",
            pl.UInt32,
            least=0,
        ),
        "n_claim_texts": number(
            "Pairs of a claim of `n_claims` and a text in which it appears; copies of a text count once, a text with "
            "two claims counts twice.",
            pl.UInt32,
            least=0,
        ),
        "n_unattributed": number(
            "Claims of `n_claims` by collectives or narrators, which are never an origin themselves. Claims of unnamed "
            "persons are not among them.",
            pl.UInt32,
            least=0,
        ),
        "lo": number(
            "Independent origins with disclosed evidence: principals of roots of which others can look at some of the "
            "stated basis, those that share evidence or may share their origin counted as one. It does not say that "
            "the evidence shows what is claimed.",
            pl.UInt16,
            least=0,
        ),
        "hi": number(
            "Independent origins that cannot be ruled out: different principals of the roots of `n_claims`, disclosed "
            "evidence or not. Dependence that nobody has recorded makes it too high.",
            pl.UInt16,
            least=0,
        ),
        "n_confirm_only": number(
            "Origins of `hi` that only confirm another claim and do not state on what basis (`act` confirm, "
            "`claim_basis` unstated or missing): each may be an echo.",
            pl.UInt16,
            least=0,
        ),
        "n_party_denials": number("Denials (`act` deny) by a party to the topic.", pl.UInt32, least=0),
        "n_other_rejections": number(
            "Other claims that reject what the topic asks about: denials by actors who are no party, and disputes by "
            "anyone.",
            pl.UInt32,
            least=0,
        ),
        "has_acknowledgement": flag("Whether a party to the topic has acknowledged what it asks about."),
        "origin_ids": links("actors.actor_id", "The origins counted in `hi`, by id.", NO_NAMES),
        "root_ids": links("claims.claim_id", "The roots whose principals are in `origin_ids`, by id.", NO_NAMES),
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each topic and day on which something about it became public.

    Raises:
        LimitError: Origins are joined and parted more often than `origins.limits` allows.
    """
    rows = list(timeline(inputs.graph, inputs.edges, inputs.roots))
    names = ["topic_id", *Day._fields[1:]]
    columns = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    dtypes = TOPIC_TIMELINE.dtypes
    plain = [pl.Series(name, columns[name], dtypes[name]) for name in names[:-2]]
    return pl.DataFrame([*plain, *(id_lists(name, columns[name]) for name in names[-2:])])


TOPIC_TIMELINE = Table(schema, derive=derive, of_graph=True)
