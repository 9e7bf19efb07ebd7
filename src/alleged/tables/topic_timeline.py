"""Topic timeline: what was known of a question from day to day."""

import polars as pl

from alleged.origins.intervals import Day
from alleged.origins.limits import LISTED
from alleged.origins.timelines import timeline
from alleged.tables.columns import contract, day, flag, link, links, number
from alleged.tables.graph import Inputs, id_lists
from alleged.tables.table import Table

LISTS = f"none yet (`hi` is 0), or more than {LISTED}"

schema = contract(
    "topic_timeline",
    ["topic_id", "date"],
    "One row for each topic and day on which something became known of it; it holds until the next one, so that "
    "`join_asof` on `date` tells what was known on any day. Counted are claims that stand and are no background; a "
    "relation counts once it is public. What was not certainly public on any day is left out.",
    {
        "topic_id": link("topics.topic_id", "Topic."),
        "date": day("Day from which the row holds."),
        "n_claims": number("Claims so far that assert what the topic asks about.", pl.UInt32, least=0),
        "n_claimants": number("Different claimants of these, plurals included.", pl.UInt32, least=0),
        "n_publishers": number("Different publishers that they appeared with, copies left out.", pl.UInt32, least=0),
        "n_appearances": number("Texts that they appeared in, each claim's own; copies are one.", pl.UInt32, least=0),
        "n_unattributed": number("Those that are laid to nobody in particular, and are no origin.", pl.UInt32, least=0),
        "lo": number("Independent origins that can be shown to be so.", pl.UInt16, least=0),
        "hi": number("Independent origins that are not excluded: different principals of roots.", pl.UInt16, least=0),
        "n_denials_party": number("Denials so far by a party to the topic.", pl.UInt32, least=0),
        "n_disputes": number("Denials by others, and disputes by anyone.", pl.UInt32, least=0),
        "has_acknowledgement": flag("Whether a party to the topic has admitted it."),
        "origin_ids": links("actors.actor_id", "The origins that `hi` counts, by id.", LISTS),
        "root_ids": links("claims.claim_id", "The roots that these origins stand behind, by id.", LISTS),
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


TOPIC_TIMELINE = Table(schema, derive=derive)
