"""Topic timeline: what was known of a question from day to day."""

import polars as pl

from alleged.corpus import Corpus
from alleged.frames.appearances import APPEARANCES
from alleged.frames.claims import CLAIMS
from alleged.frames.columns import contract, day, flag, link, links, number
from alleged.frames.gathering import Frames, Look, Web, lists
from alleged.frames.relations import RELATIONS
from alleged.frames.sources import SOURCES
from alleged.frames.table import Table
from alleged.origins import utterances
from alleged.origins.intervals import Day
from alleged.origins.timelines import timeline

NONE = "none yet"

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
        "origin_ids": links("actors.actor_id", "The origins that `hi` counts, by id.", NONE),
        "root_ids": links("claims.claim_id", "The roots that these origins stand behind, by id.", NONE),
    },
)


def derive(core: Frames, look: Look, web: Web) -> pl.DataFrame:
    """Return one row for each topic and day on which something became known."""
    graph, roots = web()
    rows = list(timeline(graph, look.edges, roots))
    names = ["topic_id", *Day._fields[1:]]
    columns = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    dtypes = TOPIC_TIMELINE.dtypes
    plain = [pl.Series(name, columns[name], dtypes[name]) for name in names[:-2]]
    return pl.DataFrame([*plain, *(lists(name, columns[name]) for name in names[-2:])])


def count(corpus: Corpus) -> int:
    """Return how many days the records make for; the sweep is the same, but no table stands between it and them."""
    return sum(1 for _ in timeline(utterances.gather(corpus)))


TOPIC_TIMELINE = Table(schema, None, count, derive, needs=(CLAIMS, RELATIONS, APPEARANCES, SOURCES))
