"""Independent origins of a topic on a day: an interval, with the claims and principals behind it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from alleged.origins.joins import Join, merged, spans_without
from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import NOBODY, ClaimText, Graph, Utterance

Group = tuple[str, ...]

Moments = Mapping[tuple[str, str | None], int]
"""A moment for each origin without all of its roots (None) and without each of them."""


class Interval(NamedTuple):
    """Number of independent origins with disclosed evidence (`lo`), and of those that cannot be ruled out (`hi`)."""

    lo: int
    hi: int


class Withdrawal(NamedTuple):
    """The intervals of a topic without one of its origins (`without_origin`), or without one root (`without_root`).

    `unsupported` are the ids of the claims that rest on this origin only.
    """

    without_origin: Interval
    without_root: Mapping[str, Interval]
    unsupported: list[str]


@dataclass(frozen=True)
class TopicOrigins:
    """The origins of a topic on a day; claims, roots and origins are sorted by id.

    `claims` assert what the topic asks about, `rejecting` are claims that reject it. `origins` are the principals of
    the roots of `claims`, each with these roots. `joined` are groups of roots that share evidence or may share their
    origin.
    """

    topic: str
    on: date
    claims: tuple[Utterance, ...]
    rejecting: tuple[Utterance, ...]
    roots: Roots
    origins: Mapping[str, tuple[Utterance, ...]]
    joined: tuple[Group, ...]
    texts: tuple[ClaimText, ...]

    @cached_property
    def interval(self) -> Interval:
        groups = [tuple(self.origin_of[root] for root in group) for group in self.joined]
        return Interval(components(self.disclosed, groups), len(self.origins))

    @property
    def unattributed(self) -> tuple[Utterance, ...]:
        """The claims of collectives and narrators, which are never an origin."""
        return tuple(claim for claim in self.claims if claim.attribution in NOBODY)

    @property
    def publishers(self) -> frozenset[str]:
        return frozenset(publisher for text in self.texts for publisher in text.publishers)

    @cached_property
    def disclosed(self) -> frozenset[str]:
        """The origins with a root of which others can look at some of the basis."""
        return frozenset(origin for origin, roots in self.origins.items() if any(r.disclosed for r in roots))

    @cached_property
    def only_confirming(self) -> frozenset[str]:
        """The origins whose roots all confirm another claim without stating on what basis."""
        return frozenset(origin for origin, roots in self.origins.items() if all(r.only_confirms for r in roots))

    @cached_property
    def origin_of(self) -> Mapping[str, str]:
        """The origin of each root."""
        return {root.id: origin for origin, roots in self.origins.items() for root in roots}

    @cached_property
    def claims_by_root(self) -> Mapping[str, list[str]]:
        """The ids of the claims that rest on each root, the root included."""
        claims: dict[str, list[str]] = defaultdict(list)
        for claim in self.claims:
            for root in self.roots.of(claim.id):
                claims[root].append(claim.id)
        return claims

    @cached_property
    def withdrawals(self) -> Mapping[str, Withdrawal]:
        """The intervals without each origin, in time near linear in the roots and their groups.

        Each origin or root that is left out is one moment of `joins.merged`, at which its joins are removed.
        """
        moments: dict[tuple[str, str | None], int] = {}
        for origin, roots in self.origins.items():
            for root in (None, *(root.id for root in roots)):
                moments[origin, root] = len(moments)
        undisclosed = self._undisclosed(moments)
        fewer = merged(len(moments), self._joins(moments, undisclosed), self.disclosed)
        intervals = {
            key: Interval(
                len(self.disclosed) - (at in undisclosed[key[0]]) - fewer[at],
                len(self.origins) - (key[1] is None or len(self.origins[key[0]]) == 1),
            )
            for key, at in moments.items()
        }
        unsupported = self._unsupported()
        return {
            origin: Withdrawal(
                intervals[origin, None], {root.id: intervals[origin, root.id] for root in roots}, unsupported[origin]
            )
            for origin, roots in self.origins.items()
        }

    def _undisclosed(self, moments: Moments) -> dict[str, set[int]]:
        """Return for each disclosed origin the moments at which it has no disclosed root."""
        undisclosed: dict[str, set[int]] = {origin: set() for origin in self.origins}
        for origin in self.disclosed:
            undisclosed[origin].add(moments[origin, None])
            disclosed = [root.id for root in self.origins[origin] if root.disclosed]
            if len(disclosed) == 1:
                undisclosed[origin].add(moments[origin, disclosed.pop()])
        return undisclosed

    def _joins(self, moments: Moments, undisclosed: Mapping[str, set[int]]) -> Iterator[Join]:
        """Yield the joins of disclosed origins with the groups of their roots, while both remain."""
        for group, members in enumerate(self.joined):
            for root in members:
                origin = self.origin_of[root]
                if origin in self.disclosed:
                    for first, past in spans_without(len(moments), {*undisclosed[origin], moments[origin, root]}):
                        yield Join(origin, group, first, past)

    def _unsupported(self) -> dict[str, list[str]]:
        unsupported: dict[str, list[str]] = defaultdict(list)
        for claim in self.claims:
            origins = {self.origin_of[root] for root in self.roots.of(claim.id)}
            if len(origins) == 1:
                unsupported[origins.pop()].append(claim.id)
        return unsupported


class Day(NamedTuple):
    """A row of `topic_timeline`: what was public about a topic from a day on.

    The last two are the ids behind `n_origins_hi`, sorted; None where there are more than `limits.LISTED`.
    """

    topic: str
    date: date
    n_claims: int
    n_claimants: int
    n_publishers: int
    n_claim_texts: int
    n_unattributed: int
    lo: int
    hi: int
    n_confirm_only: int
    n_party_denials: int
    n_other_rejections: int
    has_acknowledgement: bool
    origin_ids: list[str] | None
    root_ids: list[str] | None


def origins_of_topic(graph: Graph, topic: str, on: date = date.max, edges: Edges = "then") -> TopicOrigins:
    """Return the origins of a topic on a day; with `current` edges, links that became public later count too."""
    seen = graph if edges == "current" else at(graph, on)
    roots = find(seen, "current")
    about = [seen.utterances[id] for id in sorted(seen.utterances) if seen.utterances[id].topic == topic]
    public = [claim for claim in about if claim.public_on <= on and not claim.background]
    claims = tuple(claim for claim in public if claim.counts)
    ids = sorted({root for claim in claims for root in roots.of(claim.id)})
    origins: dict[str, list[Utterance]] = defaultdict(list)
    for root in ids:
        origins[seen.utterances[root].principal].append(seen.utterances[root])
    counted = {claim.id for claim in claims}
    return TopicOrigins(
        topic,
        on,
        claims,
        tuple(claim for claim in public if claim.stance == "no"),
        roots,
        {origin: tuple(origins[origin]) for origin in sorted(origins)},
        tuple(_joined(seen, roots, ids)),
        tuple(text for text in graph.texts if text.claim in counted and text.public_on <= on),
    )


def at(graph: Graph, on: date) -> Graph:
    """Return the part of a graph that was public by a day."""
    seen = {id: utterance for id, utterance in graph.utterances.items() if utterance.public_on <= on}
    own_links, ties = (
        tuple(link for link in links if link.public_on <= on and link.start in seen and link.end in seen)
        for links in (graph.links, graph.ties)
    )
    texts = tuple(text for text in graph.texts if text.public_on <= on and text.claim in seen)
    return replace(graph, utterances=seen, links=own_links, ties=ties, texts=texts)


def components(origins: Collection[str], groups: Iterable[Group]) -> int:
    """Return the number of connected components of origins if those of each group are connected; ignore others."""
    parent = {origin: origin for origin in origins}
    count = len(parent)
    for group in groups:
        for pair in pairwise(origin for origin in group if origin in parent):
            one, other = (_representative(origin, parent) for origin in pair)
            if one != other:
                parent[one] = other
                count -= 1
    return count


def _representative(origin: str, parent: dict[str, str]) -> str:
    while parent[origin] != origin:
        parent[origin] = origin = parent[parent[origin]]
    return origin


def _joined(graph: Graph, roots: Roots, ids: Collection[str]) -> Iterator[Group]:
    """Yield groups of roots with the same item of evidence, and pairs of roots of claims that may have one origin."""
    holders: dict[str, list[str]] = defaultdict(list)
    for root in ids:
        for item in graph.utterances[root].evidence:
            holders[item].append(root)
    yield from (tuple(group) for group in holders.values() if len(group) > 1)
    among = set(ids)
    for tie in roots.tied(graph.ties):
        ones, others = ([root for root in roots.of(end) if root in among] for end in (tie.start, tie.end))
        yield from ((one, other) for one in ones for other in others)
