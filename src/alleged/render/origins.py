"""Independent origins as text: the interval, the names, the ways that lead to each, and what falls without it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from alleged.corpus import Corpus, Record
from alleged.origins.intervals import Interval, Standing

EDGES = {"then": "links that were public by then", "current": "links found up to now (hindsight)"}


def text(at: Standing, topic: Record, corpus: Corpus, known: str, edges: str) -> Iterator[str]:
    """Yield the lines that show from which origins a topic is known."""
    when = "all that is public" if at.on == date.max else f"as of {at.on}"
    yield topic["question"]
    yield f"  {topic.id}; {when}, dates {known}; {EDGES[edges]}"
    yield ""
    yield f"independent origins: {span(at.interval)}"
    yield f"  {at.interval.lo} can be shown, {at.interval.hi} are not excluded"
    speakers = len({claimant for claim in at.claims for claimant in claim.claimants})
    yield (
        f"  from {_many(len(at.claims), 'claim')} by {_many(speakers, 'claimant')}, in {_many(len(at.texts), 'text')} "
        f"of {_many(len(at.publishers), 'publisher')} (copies left out)"
    )
    for origin in at.origins:
        yield ""
        yield from _origin(origin, at, corpus)
    if at.nobodys or at.apart:
        yield ""
    for claim in at.nobodys:
        yield f"no origin: {claim.id} ({claim.attribution})"
    for claim in at.apart:
        yield f"against: {claim.id} ({claim.act}, {claim.principal}, public {claim.known})"
    yield from _joined(at)


def _origin(origin: str, at: Standing, corpus: Corpus) -> Iterator[str]:
    shown = "can be shown" if origin in at.shown() else "not excluded, nothing shown"
    yield f"{corpus.actors[origin]['name']} ({origin}): {shown}"
    for root in at.origins[origin]:
        basis = ", ".join(corpus.claims[root.id].get("basis", ["no basis stated"]))
        yield f"  {root.id}, public {root.known}: {basis}"
        for claim in at.claims:
            if claim.id != root.id and root.id in at.roots.of(claim.id):
                yield f"    ← {' → '.join(at.roots.path(claim.id, root.id))}"
    roots = [root.id for root in at.origins[origin]]
    yield f"  without it: {span(at.without(roots))}{_fall(at, roots)}"
    for root in roots if len(roots) > 1 else ():
        if (left := at.without([root])) != at.interval:
            yield f"  without {root} alone: {span(left)}"


def _fall(at: Standing, roots: list[str]) -> str:
    fallen = [claim for claim in at.falling(roots) if claim not in roots]
    return f"; with it fall {', '.join(fallen)}" if fallen else ""


def _joined(at: Standing) -> Iterator[str]:
    for group in at.joined:
        if len({root.principal for roots in at.origins.values() for root in roots if root.id in group}) > 1:
            yield f"may be one origin: {', '.join(group)}"


def span(interval: Interval) -> str:
    """Return an interval in words: `1 to 2`, or one number where both are the same."""
    return str(interval.lo) if interval.lo == interval.hi else f"{interval.lo} to {interval.hi}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def data(at: Standing, known: str, edges: str) -> dict[str, Any]:
    """Return the same as plain data."""
    return {
        "topic": at.topic,
        "as_of": None if at.on == date.max else at.on.isoformat(),
        "known": known,
        "edges": edges,
        **at.interval._asdict(),
        "claims": [claim.id for claim in at.claims],
        "claimants": sorted({claimant for claim in at.claims for claimant in claim.claimants}),
        "texts": len(at.texts),
        "publishers": sorted(at.publishers),
        "unattributed": [claim.id for claim in at.nobodys],
        "against": [claim.id for claim in at.apart],
        "joined": [list(group) for group in at.joined],
        "origins": [
            {
                "origin": origin,
                "shown": origin in at.shown(),
                "roots": [
                    {"claim": root.id, "disclosed": root.disclosed, "without": at.without([root.id])._asdict()}
                    for root in roots
                ],
                "paths": [
                    at.roots.path(claim.id, root.id)
                    for root in roots
                    for claim in at.claims
                    if root.id in at.roots.of(claim.id)
                ],
                "without": at.without([root.id for root in roots])._asdict(),
                "falling": at.falling([root.id for root in roots]),
            }
            for origin, roots in at.origins.items()
        ],
    }
