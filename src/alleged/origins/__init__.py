"""Origins: the principal of a claim, and the independent origins of a topic."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from alleged.dates import EdtfDate, parse
from alleged.records.corpus import Corpus, Record

ENDS = frozenset({"state", "igo"})
"""Kinds of actor that speak for themselves, whatever they belong to."""

LEVELS = 20
"""Most affiliations that are followed from an actor upward; `alleged check` refuses longer chains."""


def principal(claim: Record, corpus: Corpus) -> str:
    """Return the id of the state, organisation or person that a claim is attributed to.

    It starts from `on_behalf_of`, or else from the claimant, and follows `part_of` (for a person without it, a sole
    membership) on the day of utterance, up to a state, an intergovernmental organisation, or an actor that is part of
    nothing. It stops before an actor that it has passed already, and after `LEVELS` steps.
    """
    return principal_of(claim.get("on_behalf_of", claim["claimant"]), parse(claim["said"]), corpus)


def principal_of(actor_id: str, said: EdtfDate, corpus: Corpus) -> str:
    """Return the id of the principal of an actor on the day, or days, `said`."""
    seen = {actor_id}
    while len(seen) <= LEVELS and (above := _above(corpus.actors[actor_id], said)) and above not in seen:
        seen.add(above)
        actor_id = above
    return actor_id


def _above(actor: Record, said: EdtfDate) -> str | None:
    if actor["kind"] in ENDS:
        return None
    bodies = {tie["of"] for tie in actor.get("part_of", ()) if holds(tie, said)}
    if not bodies and actor["kind"] == "person":
        bodies = {tie["of"] for tie in actor.get("memberships", ()) if holds(tie, said)}
    return bodies.pop() if len(bodies) == 1 else None


def holds(tie: Mapping[str, Any], said: EdtfDate) -> bool:
    """Whether a dated affiliation may have held on a day of `said`; bounds that are not stated are open."""
    start = parse(tie["from"]).lo if "from" in tie else None
    end = parse(tie["to"]).hi if "to" in tie else None
    return (start or date.min) <= (said.hi or date.max) and (end or date.max) >= (said.lo or date.min)
