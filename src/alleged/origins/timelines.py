"""How what is known of a topic changed from day to day, in one sweep over the days on which anything became public."""

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
    """A root that appears among those of a topic or is one no longer (`step` -1), or two that are tied or no longer."""

    step: int
    root: Utterance
    tied: Utterance | None = None


@dataclass
class _Diary:
    """What became known of one topic, by the day: how much of each sort, who first spoke or printed, which roots."""

    news: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    claimants: dict[str, date] = field(default_factory=dict)
    publishers: dict[str, date] = field(default_factory=dict)
    spans: dict[str, date] = field(default_factory=dict)
    events: dict[date, list[Event]] = field(default_factory=lambda: defaultdict(list))


def timeline(graph: Graph, edges: Edges = "then", roots: Roots | None = None) -> Iterator[Day]:
    """Yield a row for each topic and day on which something became known of it, by topic and day.

    What has no certain day never shows. The time taken is near linear in the claims, the links and the ways to roots.
    `roots` spares finding those of the graph once more.

    Raises:
        LimitError: Origins are joined and parted more often than `limits` allows.
    """
    diaries = _written(graph, edges, roots or find(graph, edges))
    left = pairs(len(graph.utterances))
    for topic in sorted(diaries):
        shown = _Shown(left)
        yield from _told(topic, diaries[topic], shown)
        left -= len(shown.joins)


def _written(graph: Graph, edges: Edges, roots: Roots) -> dict[str, _Diary]:
    diaries: dict[str, _Diary] = defaultdict(_Diary)
    counted: dict[str, _Diary] = {}
    for claim in graph.utterances.values():
        if claim.polarity and not claim.background:
            diary = diaries[claim.topic]
            diary.news[_sort(claim)].append(claim.known)
            if claim.polarity == 1:
                counted[claim.id] = diary
                _asserted(claim, roots, diary)
    for claim_id, publishers, known in graph.texts:
        if (diary := counted.get(claim_id)) is not None:
            diary.news["texts"].append(known)
            _first(diary.publishers, publishers, known)
    for diary in diaries.values():
        for id, since in diary.spans.items():
            diary.events[since].append(Event(1, graph.utterances[id]))
            if id in roots.until:
                diary.events[roots.until[id]].append(Event(-1, graph.utterances[id]))
    _tie(graph, edges, roots, diaries)
    return diaries


def _sort(claim: Utterance) -> str:
    if claim.polarity == 1:
        return "claims"
    return "denied" if claim.act == "deny" and claim.party else "disputed"


def _asserted(claim: Utterance, roots: Roots, diary: _Diary) -> None:
    if claim.attribution in NOBODY:
        diary.news["unattributed"].append(claim.known)
    if claim.act == "acknowledge" and claim.party:
        diary.news["admitted"].append(claim.known)
    _first(diary.claimants, claim.claimants, claim.known)
    spans = diary.spans
    for root, way in roots.ways[claim.id].items():
        spans[root] = min(spans.get(root, date.max), max(claim.known, way.since))


def _first(days: dict[str, date], names: tuple[str, ...], day: date) -> None:
    for name in names:
        days[name] = min(days.get(name, date.max), day)


def _tie(graph: Graph, edges: Edges, roots: Roots, diaries: dict[str, _Diary]) -> None:
    """Write down from when to when the roots of two claims that may have one origin are tied, topic by topic."""
    ties = roots.tied(graph.ties)
    ends = {root for tie in ties for id in (tie.start, tie.end) for root in roots.ways[id]}
    changes, limit = 0, pairs(len(graph.utterances))
    topics: dict[str, set[str]] = defaultdict(set)
    for topic, diary in diaries.items() if ends else ():
        for root in ends.intersection(diary.spans):
            topics[root].add(topic)
    for tie in ties:
        known = [graph.utterances[id].known for id in (tie.start, tie.end)]
        for one, way in roots.ways[tie.start].items():
            for other, back in roots.ways[tie.end].items():
                since = date.min if edges == "current" else max(tie.known, way.since, back.since, *known)
                until = min(roots.until.get(one, date.max), roots.until.get(other, date.max))
                shared = topics[one] & topics[other]
                changes += len(shared)
                if changes > limit:
                    raise LimitError(f"claims that may have one origin are tied in more than {limit:,} ways", tie.start)
                for topic in shared:
                    diary = diaries[topic]
                    tied = max(since, diary.spans[one], diary.spans[other])
                    if tied < until:
                        diary.events[tied].append(Event(1, graph.utterances[one], graph.utterances[other]))
                        diary.events[until].append(Event(-1, graph.utterances[one], graph.utterances[other]))


SORTS = ("claims", "texts", "unattributed", "denied", "disputed", "admitted")


def _told(topic: str, diary: _Diary, shown: "_Shown") -> Iterator[Day]:
    dates = (*(diary.news[sort] for sort in SORTS), diary.claimants.values(), diary.publishers.values())
    news = [Counter(found) for found in dates]
    days = sorted(day for day in set(diary.events).union(*news) if day < date.max)
    sums = [accumulate(map(new.get, days, repeat(0))) for new in news]
    origins, states = _Origins(), []
    for moment, day in enumerate(days):
        for event in diary.events.get(day, ()):
            origins.apply(event)
            shown.apply(event, moment)
        states.append((len(shown.roots), len(origins.roots_of), *origins.named()))
    fewer = merged(len(days), shown.all_joins(len(days)), shown.ever)
    for day, claims, texts, unattributed, denied, disputed, admitted, claimants, publishers, state, joined in zip(
        days, *sums, states, fewer, strict=True
    ):
        n_shown, hi, origin_ids, root_ids = state
        sizes = (claims, claimants, publishers, texts, unattributed, n_shown - joined, hi, denied, disputed)
        yield Day(topic, day, *sizes, admitted > 0, origin_ids, root_ids)


class _Origins:
    """The origins of one topic so far, each with how many roots it has, and their roots by id."""

    def __init__(self) -> None:
        self.roots: list[str] = []
        self.roots_of: Counter[str] = Counter()
        self.names: tuple[list[str] | None, list[str] | None] | None = None

    def apply(self, event: Event) -> None:
        if event.tied is not None:
            return
        self.names = None
        _step(self.roots_of, event.root.principal, event.step)
        if event.step == 1:
            insort(self.roots, event.root.id)
        else:
            del self.roots[bisect_left(self.roots, event.root.id)]

    def named(self) -> tuple[list[str] | None, list[str] | None]:
        """Return all origins, and the roots behind them, by id; None for either of which there are too many."""
        if self.names is None:
            self.names = (
                sorted(self.roots_of) if len(self.roots_of) <= LISTED else None,
                self.roots.copy() if len(self.roots) <= LISTED else None,
            )
        return self.names


class _Shown:
    """The origins of one topic that are shown so far, and since when which of them are joined.

    A join is with an item of evidence that an origin holds (a tuple), or with another origin (a text).
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.roots: Counter[str] = Counter()
        self.ever: set[str] = set()
        self.shares: dict[str, Counter[Hashable]] = defaultdict(Counter)
        self.since: dict[tuple[str, Hashable], int] = {}
        self.joins: list[Join] = []

    def apply(self, event: Event, moment: int) -> None:
        """Take in that a root or a tie came or went, at a moment."""
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
        """Yield all joins, those that still hold as up to a moment."""
        yield from self.joins
        yield from (Join(origin, shared, since, moment) for (origin, shared), since in self.since.items())

    def _share(self, origin: str, shared: Hashable, step: int, moment: int) -> None:
        if _step(self.shares[origin], shared, step):
            self._update(origin, shared, moment)

    def _update(self, origin: str, shared: Hashable, moment: int) -> None:
        holds = origin in self.roots and shared in self.shares[origin]
        key = origin, shared
        if isinstance(shared, str):
            holds = holds and shared in self.roots
            key = min(origin, shared), max(origin, shared)
        if holds:
            self.since.setdefault(key, moment)
        elif (since := self.since.pop(key, moment)) < moment:
            self.joins.append(Join(*key, since, moment))
            if len(self.joins) > self.limit:
                raise LimitError(f"origins are joined and parted more than {self.limit:,} times", origin)


def _step(counter: Counter, key: Hashable, step: int) -> bool:
    """Count one more or one less, and return whether the key is new or gone."""
    counter[key] += step
    if not counter[key]:
        del counter[key]
        return True
    return counter[key] == step
