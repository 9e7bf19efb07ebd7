"""Roots: the claims at the ends of dependences, on which other claims rest."""

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
"""Whether a link counts from the day on which it and both of its claims were public (`then`), or always (`current`)."""


class RootPath(NamedTuple):
    """The shortest path from a claim to a root: number of links, next claim, and since when any path is public."""

    hops: int
    next_id: str
    since: date


SELF = RootPath(0, "", date.min)
"""The path of a root to itself."""


@dataclass(frozen=True)
class Roots:
    """The roots of each claim, those included that ceased to be roots when a link of theirs became public.

    `paths` has the path of each claim to each of its roots. `until` has the day on which a claim ceases to be a root,
    if it does: a claim that it depends on is public then.
    """

    paths: Mapping[str, Mapping[str, RootPath]]
    until: Mapping[str, date]

    def of(self, claim_id: str) -> list[str]:
        """Return the roots of a claim once every link is public, sorted by id."""
        return sorted([root for root in self.paths[claim_id] if root not in self.until])

    def walk(self, claim_id: str, root: str) -> Iterator[str]:
        """Yield the claims on the shortest path to a root, both ends included; of equal ones the first by id."""
        yield claim_id
        while claim_id != root:
            claim_id = self.paths[claim_id][root].next_id
            yield claim_id

    def path(self, claim_id: str, root: str) -> list[str]:
        """Return the claims of `walk` as a list."""
        return list(self.walk(claim_id, root))

    def require_writable_paths(self) -> None:
        """Refuse paths to roots that are too long to be written out, claim by claim.

        Raises:
            LimitError: They name more claims than `limits.NAMES` allows.
        """
        names = {id: sum(self.paths[id][root].hops + 1 for root in self.of(id)) for id in self.paths}
        limit = NAMES * len(names)
        if sum(names.values()) > limit:
            longest = max(names, key=names.__getitem__)
            raise LimitError(f"the paths from claims to their roots name more than {limit:,} claims", longest)

    def tied(self, ties: Iterable[Link]) -> list[Link]:
        """Return the ties between claims that both have roots; each pair of their roots may have one origin.

        Raises:
            LimitError: There are more pairs than `limits` allows.
        """
        tied = [tie for tie in ties if self.paths[tie.start] and self.paths[tie.end]]
        count, limit = 0, pairs(len(self.paths))
        for tie in tied:
            count += len(self.paths[tie.start]) * len(self.paths[tie.end])
            if count > limit:
                what = f"claims that may have one origin rest on more than {limit:,} pairs of roots"
                raise LimitError(what, tie.start)
        return tied


def find(graph: Graph, edges: Edges = "then") -> Roots:
    """Return the roots of every claim, in time linear in the links and the paths to roots.

    A claim that depends on no other claim is its own root, and so is a claim with a basis of its own; claims with an
    attribution in `NOBODY` are never roots. Claims in a cycle of dependences, which `alleged check` refuses, rest on
    the roots of the links that lead out of the cycle only.

    Raises:
        LimitError: There are more paths from claims to roots than `limits` allows.
    """
    leads: dict[str, list[tuple[str, date]]] = defaultdict(list)
    for link in graph.links:
        leads[link.start].append((link.end, _day(link, graph, edges)))
    until = {id: min(day for _, day in ends) for id, ends in leads.items() if not graph.utterances[id].grounds}
    paths: dict[str, dict[str, RootPath]] = {}
    count, steps, limit = 0, 0, WAYS * len(graph.utterances)
    order = [id for id in graph.utterances if id not in leads]
    order += topological_order({id: [end for end, _ in ends] for id, ends in leads.items()})
    for id in order:
        paths[id] = _paths(graph.utterances[id], leads.get(id, ()), paths, until)
        count += len(paths[id])
        steps += sum(len(paths.get(end, ())) for end, _ in leads.get(id, ()))
        if count > limit or steps > limit + STEPS * len(graph.links):
            most_paths = max(paths, key=lambda id: len(paths[id]))
            raise LimitError(f"claims have more than {limit:,} paths to their roots", most_paths)
    return Roots(paths, until)


def _paths(
    claim: Utterance,
    ends: Sequence[tuple[str, date]],
    paths: Mapping[str, Mapping[str, RootPath]],
    until: Mapping[str, date],
) -> dict[str, RootPath]:
    """Return the paths of a claim to its roots, from those of the claims that it depends on."""
    found: dict[str, RootPath] = {}
    if claim.attribution not in NOBODY and (claim.id not in until or claim.public_on < until[claim.id]):
        found[claim.id] = SELF
    for end, day in ends:
        for root, path in paths.get(end, {}).items():
            since = max(day, path.since)
            if root in until and max(since, claim.public_on) >= until[root]:
                continue
            new, old = RootPath(path.hops + 1, end, since), found.get(root)
            found[root] = new if old is None else RootPath(*min(old[:2], new[:2]), min(old.since, since))
    return found


def _day(link: Link, graph: Graph, edges: Edges) -> date:
    return date.min if edges == "current" else max(link.public_on, graph.utterances[link.end].public_on)
