"""Roots: the claims at the ends of dependence, on which all that follows from them rests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from alleged.errors import LimitError
from alleged.graphs import topological_order
from alleged.origins.limits import NAMES, STEPS, WAYS, pairs
from alleged.origins.utterances import NOBODY, Graph, Link, Utterance

Edges = Literal["then", "current"]
"""Whether a link counts once it is public, with both of its claims (`then`), or from the first (`current`)."""


class Way(NamedTuple):
    """The shortest way from a claim to a root: its links, the next claim on it, and since when a way is public."""

    hops: int
    onward: str
    since: date


OWN = Way(0, "", date.min)
"""The way of a root to itself."""


@dataclass(frozen=True)
class Roots:
    """For each claim the roots that it rests on, or rested on until a link of theirs became public.

    `until` holds the day on which a claim ceases to be a root, if it ever does: what it follows from is public then.
    """

    ways: Mapping[str, Mapping[str, Way]]
    until: Mapping[str, date]

    def of(self, claim_id: str) -> list[str]:
        """Return the roots of a claim once every link is public, in the order of their ids."""
        return sorted([root for root in self.ways[claim_id] if root not in self.until])

    def walk(self, claim_id: str, root: str) -> Iterator[str]:
        """Yield the claims on the shortest way to a root, both ends included; of equal ones the first by id."""
        yield claim_id
        while claim_id != root:
            claim_id = self.ways[claim_id][root].onward
            yield claim_id

    def path(self, claim_id: str, root: str) -> list[str]:
        """Return the claims of `walk` as a list."""
        return list(self.walk(claim_id, root))

    def require_writable_paths(self) -> None:
        """Make sure that all ways to roots can be written out, claim by claim.

        Raises:
            LimitError: They name more claims than `limits` allows.
        """
        names = {id: sum(self.ways[id][root].hops + 1 for root in self.of(id)) for id in self.ways}
        limit = NAMES * len(names)
        if sum(names.values()) > limit:
            longest = max(names, key=names.__getitem__)
            raise LimitError(f"the ways from claims to their roots name more than {limit:,} claims", longest)

    def tied(self, ties: Iterable[Link]) -> list[Link]:
        """Return the ties between claims that both have roots, each of which can be paired with each of the other's.

        Raises:
            LimitError: There are more pairs than `limits` allows.
        """
        found = [tie for tie in ties if self.ways[tie.start] and self.ways[tie.end]]
        many, limit = 0, pairs(len(self.ways))
        for tie in found:
            many += len(self.ways[tie.start]) * len(self.ways[tie.end])
            if many > limit:
                what = f"claims that may have one origin rest on more than {limit:,} pairs of roots"
                raise LimitError(what, tie.start)
        return found


def find(graph: Graph, edges: Edges = "then") -> Roots:
    """Return the roots of every claim, in time that grows with the links and with the roots found.

    A claim that follows from none is its own root, and so is one that brings a basis of its own; claims that are
    nobody's in particular never are. Claims that depend on each other in a circle, which the check refuses, lean on
    what leads out of it only.

    Raises:
        LimitError: There are more ways from claims to roots than `limits` allows.
    """
    leads: dict[str, list[tuple[str, date]]] = defaultdict(list)
    for link in graph.links:
        leads[link.start].append((link.end, _day(link, graph, edges)))
    until = {id: min(day for _, day in ends) for id, ends in leads.items() if not graph.utterances[id].grounds}
    ways: dict[str, dict[str, Way]] = {}
    kept, steps, limit = 0, 0, WAYS * len(graph.utterances)
    order = [id for id in graph.utterances if id not in leads]
    order += topological_order({id: [end for end, _ in ends] for id, ends in leads.items()})
    for id in order:
        ways[id] = _ways(graph.utterances[id], leads.get(id, ()), ways, until)
        kept += len(ways[id])
        steps += sum(len(ways.get(end, ())) for end, _ in leads.get(id, ()))
        if kept > limit or steps > limit + STEPS * len(graph.links):
            most_ways = max(ways, key=lambda id: len(ways[id]))
            raise LimitError(f"claims rest on their roots in more than {limit:,} ways", most_ways)
    return Roots(ways, until)


def _ways(
    claim: Utterance,
    ends: Sequence[tuple[str, date]],
    ways: Mapping[str, Mapping[str, Way]],
    until: Mapping[str, date],
) -> dict[str, Way]:
    """Return the ways of a claim to its roots, from those of the claims that it follows from."""
    found: dict[str, Way] = {}
    if claim.attribution not in NOBODY and (claim.id not in until or claim.known < until[claim.id]):
        found[claim.id] = OWN
    for end, day in ends:
        for root, way in ways.get(end, {}).items():
            since = max(day, way.since)
            if root in until and max(since, claim.known) >= until[root]:
                continue
            new, old = Way(way.hops + 1, end, since), found.get(root)
            found[root] = new if old is None else Way(*min(old[:2], new[:2]), min(old.since, since))
    return found


def _day(link: Link, graph: Graph, edges: Edges) -> date:
    return date.min if edges == "current" else max(link.known, graph.utterances[link.end].known)
