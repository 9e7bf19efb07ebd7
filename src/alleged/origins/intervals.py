"""How many independent origins a topic has on a day: an interval, with the names behind it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from alleged.origins.joins import Join, merged, without
from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import NOBODY, Graph, TextCopy, Utterance

Group = tuple[str, ...]


class Interval(NamedTuple):
    """Origins that can be shown to differ (`lo`), and origins that are not excluded (`hi`)."""

    lo: int
    hi: int


class Withdrawal(NamedTuple):
    """What would be left without an origin: without all of its roots, or without one of them alone.

    `falling` are the claims that would rest on nothing without the origin, by id.
    """

    whole: Interval
    alone: Mapping[str, Interval]
    falling: list[str]


@dataclass(frozen=True)
class TopicOrigins:
    """What could be known of a topic on a day; claims, roots and origins are in the order of their ids.

    `claims` assert what the topic asks about. `origins` are the principals of their roots, each with these roots;
    `joined` are groups of roots that share evidence or may share their origin. `apart` are claims that reject it.
    """

    topic: str
    on: date
    claims: tuple[Utterance, ...]
    apart: tuple[Utterance, ...]
    roots: Roots
    origins: Mapping[str, tuple[Utterance, ...]]
    joined: tuple[Group, ...]
    texts: tuple[TextCopy, ...]

    @cached_property
    def interval(self) -> Interval:
        groups = [tuple(self.origin_of[root] for root in group) for group in self.joined]
        return Interval(components(self.shown, groups), len(self.origins))

    @property
    def nobodys(self) -> tuple[Utterance, ...]:
        """The claims that are laid to nobody in particular, and so count as no origin."""
        return tuple(claim for claim in self.claims if claim.attribution in NOBODY)

    @property
    def publishers(self) -> frozenset[str]:
        return frozenset(publisher for text in self.texts for publisher in text.publishers)

    @cached_property
    def shown(self) -> frozenset[str]:
        """The origins that have a root with a basis that others can look at."""
        return frozenset(origin for origin, roots in self.origins.items() if any(r.disclosed for r in roots))

    @cached_property
    def origin_of(self) -> Mapping[str, str]:
        """The origin of each root."""
        return {root.id: origin for origin, roots in self.origins.items() for root in roots}

    @cached_property
    def resting(self) -> Mapping[str, list[str]]:
        """The claims that rest on each root, itself included, by id."""
        resting: dict[str, list[str]] = defaultdict(list)
        for claim in self.claims:
            for root in self.roots.of(claim.id):
                resting[root].append(claim.id)
        return resting

    @cached_property
    def withdrawals(self) -> Mapping[str, Withdrawal]:
        """What would be left without each origin, in time near linear in the roots and their groups.

        Each withdrawal is a moment of its own, at which the joins of what is withdrawn do not hold.
        """
        moments = {}  # of an origin as a whole (None), and of each of its roots alone
        for origin, roots in self.origins.items():
            for root in (None, *(root.id for root in roots)):
                moments[origin, root] = len(moments)
        hidden = self._hidden(moments)
        fewer = merged(len(moments), self._joins(moments, hidden), self.shown)
        left = {
            key: Interval(
                len(self.shown) - (at in hidden[key[0]]) - fewer[at],
                len(self.origins) - (key[1] is None or len(self.origins[key[0]]) == 1),
            )
            for key, at in moments.items()
        }
        falling = self._falling()
        return {
            origin: Withdrawal(left[origin, None], {root.id: left[origin, root.id] for root in roots}, falling[origin])
            for origin, roots in self.origins.items()
        }

    def _hidden(self, moments: Mapping[tuple[str, str | None], int]) -> dict[str, set[int]]:
        """Return for each origin the moments at which none of its roots is shown, though one is otherwise."""
        hidden: dict[str, set[int]] = {origin: set() for origin in self.origins}
        for origin in self.shown:
            hidden[origin].add(moments[origin, None])
            disclosed = [root.id for root in self.origins[origin] if root.disclosed]
            if len(disclosed) == 1:
                hidden[origin].add(moments[origin, disclosed.pop()])
        return hidden

    def _joins(self, moments: Mapping[tuple[str, str | None], int], hidden: Mapping[str, set[int]]) -> Iterator[Join]:
        """Yield the joins of each origin that is shown with the groups of its roots, for when both are there."""
        for group, members in enumerate(self.joined):
            for root in members:
                origin = self.origin_of[root]
                if origin in self.shown:
                    for first, past in without(len(moments), {*hidden[origin], moments[origin, root]}):
                        yield Join(origin, group, first, past)

    def _falling(self) -> dict[str, list[str]]:
        falling: dict[str, list[str]] = defaultdict(list)
        for claim in self.claims:
            origins = {self.origin_of[root] for root in self.roots.of(claim.id)}
            if len(origins) == 1:
                falling[origins.pop()].append(claim.id)
        return falling


class Day(NamedTuple):
    """What was known of a topic from a day on.

    The last two are the names behind `hi` in alphabetical order; None where they are too many to be listed.
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
    n_party_denials: int
    n_other_rejections: int
    has_acknowledgement: bool
    origin_ids: list[str] | None
    root_ids: list[str] | None


def origins_of_topic(graph: Graph, topic: str, on: date = date.max, edges: Edges = "then") -> TopicOrigins:
    """Return what could be known of a topic on a day; with `current` edges, links found later are used as well."""
    seen = graph if edges == "current" else at(graph, on)
    roots = find(seen, "current")
    about = [seen.utterances[id] for id in sorted(seen.utterances) if seen.utterances[id].topic == topic]
    public = [claim for claim in about if claim.known <= on and not claim.background]
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
        tuple(claim for claim in public if claim.polarity == -1),
        roots,
        {origin: tuple(origins[origin]) for origin in sorted(origins)},
        tuple(_joined(seen, roots, ids)),
        tuple(text for text in graph.texts if text.claim in counted and text.known <= on),
    )


def at(graph: Graph, on: date) -> Graph:
    """Return what of a graph was public by a day."""
    seen = {id: utterance for id, utterance in graph.utterances.items() if utterance.known <= on}
    links, ties = (
        tuple(link for link in found if link.known <= on and link.start in seen and link.end in seen)
        for found in (graph.links, graph.ties)
    )
    texts = tuple(text for text in graph.texts if text.known <= on and text.claim in seen)
    return replace(graph, utterances=seen, links=links, ties=ties, texts=texts)


def components(origins: Collection[str], groups: Iterable[Group]) -> int:
    """Return into how many parts some origins fall, if those of each group belong together; others are left out."""
    above = {origin: origin for origin in origins}
    parts = len(above)
    for group in groups:
        for pair in pairwise(origin for origin in group if origin in above):
            one, other = (_head(origin, above) for origin in pair)
            if one != other:
                above[one] = other
                parts -= 1
    return parts


def _head(origin: str, above: dict[str, str]) -> str:
    while above[origin] != origin:
        above[origin] = origin = above[above[origin]]
    return origin


def _joined(graph: Graph, roots: Roots, ids: Collection[str]) -> Iterator[Group]:
    """Yield the roots that hold each item of evidence, and those of claims that may have one origin."""
    holders: dict[str, list[str]] = defaultdict(list)
    for root in ids:
        for item in graph.utterances[root].evidence:
            holders[item].append(root)
    yield from (tuple(group) for group in holders.values() if len(group) > 1)
    among = set(ids)
    for tie in roots.tied(graph.ties):
        ones, others = ([root for root in roots.of(end) if root in among] for end in (tie.start, tie.end))
        yield from ((one, other) for one in ones for other in others)
