"""The timeline of a topic as text."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from alleged.origins.intervals import Day, Interval
from alleged.origins.utterances import Graph
from alleged.records.corpus import Corpus, Record
from alleged.render.origins import span


def text(days: list[Day], graph: Graph, topic: Record, corpus: Corpus) -> Iterator[str]:
    """Yield one line for each day on which a claim became public or the interval of origins changed."""
    yield topic["question"]
    yield f"  {topic.id}; origins with disclosed evidence, to origins that cannot be ruled out"
    spoke: dict[date, list[str]] = defaultdict(list)
    for claim in graph.utterances.values():
        if claim.topic == topic.id and not claim.background and claim.stance != "open":
            spoke[claim.public_on].append(claim.id)
    last = None
    for day in days:
        interval = Interval(day.lo, day.hi)
        if day.date in spoke or interval != last:
            said = ", ".join(_said(id, graph, corpus) for id in sorted(spoke[day.date]))
            yield f"{day.date}  {span(interval):<8} {said}".rstrip()
        last = interval


def _said(claim_id: str, graph: Graph, corpus: Corpus) -> str:
    claim = graph.utterances[claim_id]
    names = " and ".join(corpus.actors[claimant]["name"] for claimant in claim.claimants)
    return f"{names}: {claim.act} ({claim_id})"


def data(day: Day) -> dict[str, Any]:
    """Return a day as plain data, with the columns of `topic_timeline`."""
    return {**day._asdict(), "date": day.date.isoformat()}
