"""Timelines of topics, computed in one sweep over the days on which anything became public."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, repeat
from typing import NamedTuple

from alleged.errors import LimitError
from alleged.origins.intervals import Day
from alleged.origins.joins import Join, merged
from alleged.origins.limits import LISTED, pairs
from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import NOBODY, Graph, Utterance


class Event(NamedTuple):
    """A root of a topic, or a tie between two roots, that is added (`step` 1) or removed (-1)."""

    step: int
    root: Utterance
    tied: Utterance | None = None


@dataclass
class _Changes:
    """What became public about one topic, by day.

    `days` are by sort of what is counted; `claimants`, `publishers` and `roots` have the first day of each claimant,
    publisher and root; `events` are the changes of roots and ties.
    """

    days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    claimants: dict[str, date] = field(default_factory=dict)
    publishers: dict[str, date] = field(default_factory=dict)
    roots: dict[str, date] = field(default_factory=dict)
    events: dict[date, list[Event]] = field(default_factory=lambda: defaultdict(list))


def timeline(graph: Graph, edges: Edges = "then", roots: Roots | None = None) -> Iterator[Day]:
    """Yield a row for each topic and day on which something about it became public, sorted by topic and day.

    Claims and texts without a day of publication never count. The time is near linear in the claims, the links and the
    paths to roots. `roots` are those of the graph, if they have been computed already.

    Raises:
        LimitError: Origins are joined and parted more often than `limits` allows.
    """
    topics = _changes_by_topic(graph, edges, roots or find(graph, edges))
    left = pairs(len(graph.utterances))
    for topic in sorted(topics):
        disclosed = _DisclosedOrigins(left)
        yield from _rows(topic, topics[topic], disclosed)
        left -= len(disclosed.joins)


def _changes_by_topic(graph: Graph, edges: Edges, roots: Roots) -> dict[str, _Changes]:
    topics: dict[str, _Changes] = defaultdict(_Changes)
    counted: dict[str, _Changes] = {}
    for claim in graph.utterances.values():
        if claim.stance != "open" and not claim.background:
            changes = topics[claim.topic]
            changes.days[_sort(claim)].append(claim.public_on)
            if claim.stance == "yes":
                counted[claim.id] = changes
                _add_claim(claim, roots, changes)
    for claim_id, publishers, public_on in graph.texts:
        if (changes := counted.get(claim_id)) is not None:
            changes.days["texts"].append(public_on)
            _set_first_day(changes.publishers, publishers, public_on)
    for changes in topics.values():
        for id, since in changes.roots.items():
            changes.events[since].append(Event(1, graph.utterances[id]))
            if id in roots.until:
                changes.events[roots.until[id]].append(Event(-1, graph.utterances[id]))
    _add_ties(graph, edges, roots, topics)
    return topics


def _sort(claim: Utterance) -> str:
    if claim.stance == "yes":
        return "claims"
    return "party denials" if claim.act == "deny" and claim.party else "other rejections"


def _add_claim(claim: Utterance, roots: Roots, changes: _Changes) -> None:
    if claim.attribution in NOBODY:
        changes.days["unattributed"].append(claim.public_on)
    if claim.act == "acknowledge" and claim.party:
        changes.days["acknowledgements"].append(claim.public_on)
    _set_first_day(changes.claimants, claim.claimants, claim.public_on)
    days = changes.roots
    for root, path in roots.paths[claim.id].items():
        days[root] = min(days.get(root, date.max), max(claim.public_on, path.since))


def _set_first_day(days: dict[str, date], names: tuple[str, ...], day: date) -> None:
    for name in names:
        days[name] = min(days.get(name, date.max), day)


def _add_ties(graph: Graph, edges: Edges, roots: Roots, topics: dict[str, _Changes]) -> None:
    """Add the days from which and until which roots of claims that may have one origin are tied, by topic."""
    ties = roots.tied(graph.ties)
    ends = {root for tie in ties for id in (tie.start, tie.end) for root in roots.paths[id]}
    count, limit = 0, pairs(len(graph.utterances))
    topics_of: dict[str, set[str]] = defaultdict(set)
    for topic, changes in topics.items() if ends else ():
        for root in ends.intersection(changes.roots):
            topics_of[root].add(topic)
    for tie in ties:
        days = [graph.utterances[id].public_on for id in (tie.start, tie.end)]
        for one, path in roots.paths[tie.start].items():
            for other, other_path in roots.paths[tie.end].items():
                since = date.min if edges == "current" else max(tie.public_on, path.since, other_path.since, *days)
                until = min(roots.until.get(one, date.max), roots.until.get(other, date.max))
                shared = topics_of[one] & topics_of[other]
                count += len(shared)
                if count > limit:
                    raise LimitError(f"claims that may have one origin are tied more than {limit:,} times", tie.start)
                for topic in shared:
                    changes = topics[topic]
                    tied = max(since, changes.roots[one], changes.roots[other])
                    if tied < until:
                        changes.events[tied].append(Event(1, graph.utterances[one], graph.utterances[other]))
                        changes.events[until].append(Event(-1, graph.utterances[one], graph.utterances[other]))


SORTS = ("claims", "texts", "unattributed", "party denials", "other rejections", "acknowledgements")


def _rows(topic: str, changes: _Changes, disclosed: "_DisclosedOrigins") -> Iterator[Day]:
    dates = (*(changes.days[sort] for sort in SORTS), changes.claimants.values(), changes.publishers.values())
    counts = [Counter(found) for found in dates]
    days = sorted(day for day in set(changes.events).union(*counts) if day < date.max)
    totals = [accumulate(map(count.get, days, repeat(0))) for count in counts]
    origins, states = _Origins(), []
    for moment, day in enumerate(days):
        for event in changes.events.get(day, ()):
            origins.apply(event)
            disclosed.apply(event, moment)
        states.append((len(disclosed.roots), len(origins.n_roots), origins.only_confirming(), *origins.ids()))
    merges = merged(len(days), disclosed.all_joins(len(days)), disclosed.ever)
    for day, counts_of_day, state, fewer in zip(days, zip(*totals, strict=True), states, merges, strict=True):
        claims, texts, unattributed, denials, rejections, acknowledgements, claimants, publishers = counts_of_day
        n_disclosed, hi, only_confirming, origin_ids, root_ids = state
        numbers = (claims, claimants, publishers, texts, unattributed, n_disclosed - fewer, hi, only_confirming)
        yield Day(topic, day, *numbers, denials, rejections, acknowledgements > 0, origin_ids, root_ids)


class _Origins:
    """The origins of one topic so far, each with its number of roots, and all roots sorted by id.

    `n_roots_beyond` leaves out the roots that only confirm another claim.
    """

    def __init__(self) -> None:
        self.roots: list[str] = []
        self.n_roots: Counter[str] = Counter()
        self.n_roots_beyond: Counter[str] = Counter()
        self.listed: tuple[list[str] | None, list[str] | None] | None = None

    def apply(self, event: Event) -> None:
        if event.tied is not None:
            return
        self.listed = None
        _step(self.n_roots, event.root.principal, event.step)
        if not event.root.only_confirms:
            _step(self.n_roots_beyond, event.root.principal, event.step)
        if event.step == 1:
            insort(self.roots, event.root.id)
        else:
            del self.roots[bisect_left(self.roots, event.root.id)]

    def only_confirming(self) -> int:
        """Return the number of origins whose roots all confirm another claim without a stated basis."""
        return len(self.n_roots) - len(self.n_roots_beyond)

    def ids(self) -> tuple[list[str] | None, list[str] | None]:
        """Return all origins, and all roots, sorted by id; None for either of which there are more than `LISTED`."""
        if self.listed is None:
            self.listed = (
                sorted(self.n_roots) if len(self.n_roots) <= LISTED else None,
                self.roots.copy() if len(self.roots) <= LISTED else None,
            )
        return self.listed


class _DisclosedOrigins:
    """The origins of one topic that have a disclosed root so far, and the joins between them.

    An origin is joined with an item of evidence of its roots (a tuple), or with another origin (a text).
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.roots: Counter[str] = Counter()
        self.ever: set[str] = set()
        self.shares: dict[str, Counter[Hashable]] = defaultdict(Counter)
        self.since: dict[tuple[str, Hashable], int] = {}
        self.joins: list[Join] = []

    def apply(self, event: Event, moment: int) -> None:
        """Add or remove a root or a tie at a moment."""
        origin, step = event.root.principal, event.step
        if event.tied is not None:
            other = event.tied.principal
            if origin != other:
                _step(self.shares[other], origin, step)
                self._share(origin, other, step, moment)
            return
        for item in event.root.evidence:
            self._share(origin, (item,), step, moment)
        if event.root.disclosed and _step(self.roots, origin, step):
            self.ever.add(origin)
            for shared in self.shares[origin]:
                self._update(origin, shared, moment)

    def all_joins(self, moment: int) -> Iterator[Join]:
        """Yield all joins; those that have not ended are given `moment` as their end."""
        yield from self.joins
        yield from (Join(origin, shared, since, moment) for (origin, shared), since in self.since.items())

    def _share(self, origin: str, shared: Hashable, step: int, moment: int) -> None:
        if _step(self.shares[origin], shared, step):
            self._update(origin, shared, moment)

    def _update(self, origin: str, shared: Hashable, moment: int) -> None:
        is_joined = origin in self.roots and shared in self.shares[origin]
        key = origin, shared
        if isinstance(shared, str):
            is_joined = is_joined and shared in self.roots
            key = min(origin, shared), max(origin, shared)
        if is_joined:
            self.since.setdefault(key, moment)
        elif (since := self.since.pop(key, moment)) < moment:
            self.joins.append(Join(*key, since, moment))
            if len(self.joins) > self.limit:
                raise LimitError(f"origins are joined and parted more than {self.limit:,} times", origin)


def _step(counter: Counter, key: Hashable, step: int) -> bool:
    """Add `step` to a count, and return whether the key was added or removed by that."""
    counter[key] += step
    if not counter[key]:
        del counter[key]
        return True
    return counter[key] == step
