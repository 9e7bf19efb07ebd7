"""How many independent origins a topic has on a day: an interval, with the names behind it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import NOBODY, Graph, Text, Utterance

Group = tuple[str, ...]


class Interval(NamedTuple):
    """Origins that can be shown to differ (`lo`), and origins that are not excluded (`hi`)."""

    lo: int
    hi: int


@dataclass(frozen=True)
class Standing:
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
    texts: tuple[Text, ...]

    @property
    def interval(self) -> Interval:
        return self.without(())

    @property
    def nobodys(self) -> tuple[Utterance, ...]:
        """The claims that are laid to nobody in particular, and so count as no origin."""
        return tuple(claim for claim in self.claims if claim.attribution in NOBODY)

    @property
    def publishers(self) -> frozenset[str]:
        return frozenset(publisher for text in self.texts for publisher in text.publishers)

    def shown(self) -> frozenset[str]:
        """Return the origins that have a root with a basis that others can look at."""
        return frozenset(origin for origin, roots in self.origins.items() if any(r.disclosed for r in roots))

    def without(self, withdrawn: Collection[str]) -> Interval:
        """Return the interval that would be left if some roots were withdrawn, with all that rests on them alone."""
        left = {root.id: root for roots in self.origins.values() for root in roots if root.id not in withdrawn}
        shown = {root.principal for root in left.values() if root.disclosed}
        groups = [tuple(left[root].principal for root in group if root in left) for group in self.joined]
        return Interval(components(shown, groups), len({root.principal for root in left.values()}))

    def falling(self, withdrawn: Collection[str]) -> list[str]:
        """Return the claims that would rest on nothing if some roots were withdrawn."""
        gone = set(withdrawn)
        return [c.id for c in self.claims if (roots := self.roots.of(c.id)) and gone.issuperset(roots)]


class Day(NamedTuple):
    """What was known of a topic from a day on; the last two are the names behind `hi`, in alphabetical order."""

    topic: str
    date: date
    n_claims: int
    n_claimants: int
    n_publishers: int
    n_appearances: int
    n_unattributed: int
    lo: int
    hi: int
    n_denials_party: int
    n_disputes: int
    has_acknowledgement: bool
    origin_ids: list[str]
    root_ids: list[str]


def standing(graph: Graph, topic: str, on: date = date.max, edges: Edges = "then") -> Standing:
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
    return Standing(
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
        known = [_head(origin, above) for origin in group if origin in above]
        for origin in known[1:]:
            one, other = _head(known[0], above), _head(origin, above)
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
    for tie in graph.ties:
        for one in roots.of(tie.start):
            yield from ((one, other) for other in roots.of(tie.end) if {one, other} <= among)
