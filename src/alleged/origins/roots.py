"""Roots: the claims at the ends of dependence, on which all that follows from them rests."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from alleged.origins.utterances import NOBODY, Graph, Link

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

    def path(self, claim_id: str, root: str) -> list[str]:
        """Return the claims on the shortest way to a root, both ends included; of equal ones the first by id."""
        path = [claim_id]
        while claim_id != root:
            claim_id = self.ways[claim_id][root].onward
            path.append(claim_id)
        return path


def find(graph: Graph, edges: Edges = "then") -> Roots:
    """Return the roots of every claim, in time that grows with the links and with the roots found.

    A claim that follows from none is its own root, and so is one that brings a basis of its own; claims that are
    nobody's in particular never are. Claims that depend on each other in a circle, which the check refuses, lean on
    what leads out of it only.
    """
    leads: dict[str, list[tuple[str, date]]] = defaultdict(list)
    for link in graph.links:
        leads[link.start].append((link.end, _day(link, graph, edges)))
    until = {id: min(day for _, day in ends) for id, ends in leads.items() if not graph.utterances[id].grounds}
    ways: dict[str, dict[str, Way]] = {}
    for id in _ends_first(graph, leads):
        utterance = graph.utterances[id]
        found: dict[str, Way] = {}
        if utterance.attribution not in NOBODY and (id not in until or utterance.known < until[id]):
            found[id] = OWN
        for end, day in leads.get(id, ()):
            for root, way in ways.get(end, {}).items():
                since = max(day, way.since)
                if root in until and max(since, utterance.known) >= until[root]:
                    continue
                new, old = Way(way.hops + 1, end, since), found.get(root)
                found[root] = new if old is None else Way(*min(old[:2], new[:2]), min(old.since, since))
        ways[id] = found
    return Roots(ways, until)


def _day(link: Link, graph: Graph, edges: Edges) -> date:
    return date.min if edges == "current" else max(link.known, graph.utterances[link.end].known)


def _ends_first(graph: Graph, leads: Mapping[str, list[tuple[str, date]]]) -> list[str]:
    """Return all claims, each after those that it follows from; what is in or behind a circle comes last, by id."""
    back: dict[str, list[str]] = defaultdict(list)
    waiting: dict[str, int] = {}
    for id, ends in leads.items():
        waiting[id] = len(ends)
        for end, _ in ends:
            back[end].append(id)
    order = [id for id in graph.utterances if id not in waiting]
    for id in order:
        for start in back.get(id, ()):
            waiting[start] -= 1
            if not waiting[start]:
                order.append(start)
    return order + sorted(id for id, left in waiting.items() if left)
