"""Topic timeline: what was known of a question from day to day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from heapq import heappop, heappush
from itertools import product

import polars as pl

from alleged.dates import parse
from alleged.origins.intervals import Day
from alleged.origins.limits import LISTED
from alleged.origins.timelines import timeline
from alleged.origins.utterances import GROUNDLESS, NOBODY, attribution, polarity, text_key
from alleged.records.corpus import Corpus, Record
from alleged.schemas.vocabularies import vocabulary
from alleged.tables.appearances import APPEARANCES
from alleged.tables.claims import CLAIMS
from alleged.tables.columns import contract, day, flag, link, links, number
from alleged.tables.graph import AsOf, Frames, LazyGraph, lists
from alleged.tables.relations import RELATIONS
from alleged.tables.sources import SOURCES
from alleged.tables.table import Table

Step = tuple[date, str, str]
"""A way from one record to another, and the day from which it is public."""

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


def derive(core: Frames, look: AsOf, lazy_graph: LazyGraph) -> pl.DataFrame:
    """Return one row for each topic and day on which something became known."""
    graph, roots = lazy_graph()
    rows = list(timeline(graph, look.edges, roots))
    names = ["topic_id", *Day._fields[1:]]
    columns = dict(zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True))
    dtypes = TOPIC_TIMELINE.dtypes
    plain = [pl.Series(name, columns[name], dtypes[name]) for name in names[:-2]]
    return pl.DataFrame([*plain, *(lists(name, columns[name]) for name in names[-2:])])


def count(corpus: Corpus) -> int:
    """Return on how many days something became known of a topic: was said or printed, or a root came, went or was tied.

    The days are found from the records in another way than the rows are: from each root back to what rests on it.
    """
    claims = {c.id: c for c in corpus.claims.values() if c.active}
    public = {id: parse(source["published"]).hi or date.max for id, source in corpus.sources.items()}
    since = {c.id: min(public[a["id"]] for a in c["sources"]) for c in claims.values()}
    told = [c for c in claims.values() if polarity(c) and not c.get("background")]
    asserted = [c for c in told if polarity(c) == 1]
    links, ties = _steps(claims, since, public)
    roots = _roots(claims, since, links, corpus)
    rests = _resting(roots, links)
    topics = {c.id: c["topic"] for c in asserted}
    behind = {root: _behind(resting, topics, since) for root, resting in rests.items()}
    days = {(c["topic"], since[c.id]) for c in told}
    days |= {(c["topic"], day) for c in asserted for day in _texts(c, public, corpus)}
    days |= {(t, day) for id, end in roots.items() for t, on in behind[id].items() if on < end for day in (on, end)}
    days |= _tied(ties, rests, roots, behind)
    return sum(day < date.max for _, day in days)


def _texts(claim: Record, public: Mapping[str, date], corpus: Corpus) -> Iterable[date]:
    """Return the first day of each text that a claim appears in; of copies the last in this order is the first."""
    days = sorted(((public[a["id"]], a["id"]) for a in claim["sources"]), reverse=True)
    return {text_key(source, corpus): day for day, source in days}.values()


def _steps(
    claims: Mapping[str, Record], since: Mapping[str, date], public: Mapping[str, date]
) -> tuple[list[Step], list[Step]]:
    """Return the dependences that lead one way and those that hold both ways, each with its day."""
    types = {code: kind.notes for code, kind in vocabulary("relation-type").items()}
    found: tuple[list[Step], list[Step]] = [], []
    for id, claim in claims.items():
        for relation in claim.get("relations", ()):
            notes, to = types[relation["type"]], relation["to"]
            if notes["class"] == "dependence" and to in claims:
                day = public.get(relation.get("source"), date.min)
                found[bool(notes["symmetric"])].append((max(day, since[id], since[to]), id, to))
    return found


def _roots(
    claims: Mapping[str, Record], since: Mapping[str, date], links: Iterable[Step], corpus: Corpus
) -> dict[str, date]:
    """Return the claims that are roots for a time, each with the day on which it ceases to be one."""
    ends = {start: day for day, start, _ in sorted(links, reverse=True) if not _grounds(claims[start])}
    lasting = {id: ends.get(id, date.max) for id in claims if attribution(claims[id], corpus) not in NOBODY}
    return {id: end for id, end in lasting.items() if since[id] < end}


def _grounds(claim: Record) -> bool:
    return not GROUNDLESS.issuperset(claim.get("basis", ()))


def _resting(roots: Mapping[str, date], links: Iterable[Step]) -> dict[str, dict[str, date]]:
    """Return for each root the claims that rest on it while it is one, and since when the way there is public."""
    back: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for since, id, to in links:
        back[to].append((since, id))
    return {root: _back(root, end, back) for root, end in roots.items()}


def _back(root: str, end: date, back: Mapping[str, list[tuple[date, str]]]) -> dict[str, date]:
    reached: dict[str, date] = {}
    ahead = [(date.min, root)]
    while ahead:
        day, id = heappop(ahead)
        if id not in reached:
            reached[id] = day
            for since, start in back.get(id, ()):
                if start not in reached and since < end:
                    heappush(ahead, (max(day, since), start))
    return reached


def _behind(rests: Mapping[str, date], topics: Mapping[str, str], since: Mapping[str, date]) -> dict[str, date]:
    """Return the topics that a root stands behind, each with the day since when it does."""
    behind: dict[str, date] = {}
    for claim, on in rests.items():
        if (topic := topics.get(claim)) is not None:
            behind[topic] = min(behind.get(topic, date.max), max(on, since[claim]))
    return behind


def _tied(
    ties: Iterable[Step], rests: Mapping[str, dict[str, date]], roots: Mapping[str, date], behind: Mapping[str, dict]
) -> set[tuple[str, date]]:
    """Return the days on which two roots of a topic are tied: the tie and the ways to both are public by then."""
    under: dict[str, list[str]] = defaultdict(list)
    for root, claims in rests.items():
        for id in claims:
            under[id].append(root)
    days = set()
    for since, id, other in ties:
        for one, two in product(under[id], under[other]):
            for topic in behind[one].keys() & behind[two].keys():
                on = max(since, rests[one][id], rests[two][other], behind[one][topic], behind[two][topic])
                if on < min(roots[one], roots[two]):
                    days.add((topic, on))
    return days


TOPIC_TIMELINE = Table(schema, None, count, derive, needs=(CLAIMS, RELATIONS, APPEARANCES, SOURCES))
