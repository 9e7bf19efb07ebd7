"""Independent origins of a topic as text: the interval, the names, the path to each, and the interval without it."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from alleged.origins.intervals import Interval, TopicOrigins, Withdrawal
from alleged.origins.utterances import Utterance
from alleged.records.corpus import Corpus, Record

NAMED = 20
"""Most claims of a path on one line; a longer path is cut in the middle."""

EDGES = {"then": "links that were public by then", "current": "links found up to now (hindsight)"}


def text(at: TopicOrigins, topic: Record, corpus: Corpus, known: str, edges: str) -> Iterator[str]:
    """Yield the lines of the origins of a topic."""
    when = "all that is public" if at.on == date.max else f"as of {at.on}"
    yield topic["question"]
    yield f"  {topic.id}; {when}, dates {known}; {EDGES[edges]}"
    yield ""
    yield f"independent origins: {span(at.interval)}"
    yield f"  {at.interval.lo} with disclosed evidence, {at.interval.hi} cannot be ruled out"
    if only := len(at.only_confirming):
        yield f"  of the latter, {only} only {'confirms' if only == 1 else 'confirm'} another claim, basis not stated"
    speakers = len({claimant for claim in at.claims for claimant in claim.claimants})
    yield (
        f"  from {_many(len(at.claims), 'claim')} by {_many(speakers, 'claimant')}, in {_many(len(at.texts), 'text')} "
        f"of {_many(len(at.publishers), 'publisher')} (copies not counted)"
    )
    for origin in at.origins:
        yield ""
        yield from _origin(origin, at, corpus)
    if at.unattributed or at.rejecting:
        yield ""
    for claim in at.unattributed:
        yield f"no origin: {claim.id} ({claim.attribution})"
    for claim in at.rejecting:
        yield f"against: {claim.id} ({claim.act}, {claim.principal}, public {claim.public_on})"
    yield from _joined(at)


def _origin(origin: str, at: TopicOrigins, corpus: Corpus) -> Iterator[str]:
    shown = "evidence disclosed" if origin in at.disclosed else "no evidence disclosed, cannot be ruled out"
    yield f"{corpus.actors[origin]['name']} ({origin}): {shown}"
    for root in at.origins[origin]:
        stated = ", ".join(corpus.claims[root.id].get("basis", ["no basis stated"]))
        basis = "confirms, basis not stated" if root.only_confirms else stated
        yield f"  {root.id}, public {root.public_on}: {basis}"
        for claim in at.claims_by_root[root.id]:
            if claim != root.id:
                yield f"    ← {' → '.join(_way(claim, root.id, at))}"
    left = at.withdrawals[origin]
    yield f"  without it: {span(left.without_origin)}{_fall(at.origins[origin], left)}"
    for root, alone in left.without_root.items() if len(left.without_root) > 1 else ():
        if alone != at.interval:
            yield f"  without {root} alone: {span(alone)}"


def _way(claim: str, root: str, at: TopicOrigins) -> list[str]:
    length = at.roots.paths[claim][root].hops + 1
    if length <= NAMED:
        return at.roots.path(claim, root)
    return [*islice(at.roots.walk(claim, root), NAMED - 1), f"({length - NAMED} more)", root]


def _fall(roots: tuple[Utterance, ...], left: Withdrawal) -> str:
    ids = {root.id for root in roots}
    fallen = [claim for claim in left.unsupported if claim not in ids]
    return f"; it alone supports {', '.join(fallen)}" if fallen else ""


def _joined(at: TopicOrigins) -> Iterator[str]:
    for group in at.joined:
        if len({at.origin_of[root] for root in group}) > 1:
            yield f"may be one origin: {', '.join(group)}"


def span(interval: Interval) -> str:
    """Return an interval as text: `1 to 2`, or one number if both are equal."""
    return str(interval.lo) if interval.lo == interval.hi else f"{interval.lo} to {interval.hi}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def data(at: TopicOrigins, known: str, edges: str) -> dict[str, Any]:
    """Return the origins as plain data.

    Raises:
        LimitError: The ways to roots name more claims than a page can hold.
    """
    at.roots.require_writable_paths()
    return {
        "topic": at.topic,
        "as_of": None if at.on == date.max else at.on.isoformat(),
        "known": known,
        "edges": edges,
        **at.interval._asdict(),
        "confirm_only": sorted(at.only_confirming),
        "claims": [claim.id for claim in at.claims],
        "claimants": sorted({claimant for claim in at.claims for claimant in claim.claimants}),
        "texts": len(at.texts),
        "publishers": sorted(at.publishers),
        "unattributed": [claim.id for claim in at.unattributed],
        "against": [claim.id for claim in at.rejecting],
        "joined": [list(group) for group in at.joined],
        "origins": [
            {
                "origin": origin,
                "shown": origin in at.disclosed,
                "roots": [
                    {"claim": root.id, "disclosed": root.disclosed, "without": left.without_root[root.id]._asdict()}
                    for root in at.origins[origin]
                ],
                "paths": [
                    at.roots.path(claim, root.id) for root in at.origins[origin] for claim in at.claims_by_root[root.id]
                ],
                "without": left.without_origin._asdict(),
                "falling": left.unsupported,
            }
            for origin, left in at.withdrawals.items()
        ],
    }
