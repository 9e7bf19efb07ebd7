"""How what is known of a topic changed from day to day, in one sweep over the days on which anything became public."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, repeat
from typing import NamedTuple

from alleged.origins.intervals import Day, Group, components
from alleged.origins.roots import Edges, Roots, find
from alleged.origins.utterances import NOBODY, Graph, Utterance

NOTHING: list[str] = []


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

    What has no certain day never shows. The time taken grows with the claims, links and roots; the lists of roots that
    it returns grow with the days of a topic times its roots. `roots` spares finding those of the graph once more.
    """
    diaries = _written(graph, edges, roots or find(graph, edges))
    for topic in sorted(diaries):
        yield from _told(topic, diaries[topic])


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
        since = max(claim.known, way.since)
        if root not in spans or since < spans[root]:
            spans[root] = since


def _first(days: dict[str, date], names: tuple[str, ...], day: date) -> None:
    for name in names:
        if day < days.get(name, date.max):
            days[name] = day


def _tie(graph: Graph, edges: Edges, roots: Roots, diaries: dict[str, _Diary]) -> None:
    """Write down from when to when the roots of two claims that may have one origin are tied, topic by topic."""
    ends = {root for tie in graph.ties for id in (tie.start, tie.end) for root in roots.ways[id]}
    topics: dict[str, set[str]] = defaultdict(set)
    for topic, diary in diaries.items() if ends else ():
        for root in ends.intersection(diary.spans):
            topics[root].add(topic)
    for tie in graph.ties:
        known = [graph.utterances[id].known for id in (tie.start, tie.end)]
        for one, way in roots.ways[tie.start].items():
            for other, back in roots.ways[tie.end].items():
                since = date.min if edges == "current" else max(tie.known, way.since, back.since, *known)
                until = min(roots.until.get(one, date.max), roots.until.get(other, date.max))
                for topic in topics[one] & topics[other]:
                    diary = diaries[topic]
                    tied = max(since, diary.spans[one], diary.spans[other])
                    if tied < until:
                        diary.events[tied].append(Event(1, graph.utterances[one], graph.utterances[other]))
                        diary.events[until].append(Event(-1, graph.utterances[one], graph.utterances[other]))


SORTS = ("claims", "texts", "unattributed", "denied", "disputed", "admitted")


def _told(topic: str, diary: _Diary) -> Iterator[Day]:
    dates = (*(diary.news[sort] for sort in SORTS), diary.claimants.values(), diary.publishers.values())
    news = [Counter(found) for found in dates]
    days = sorted(day for day in set(diary.events).union(*news) if day < date.max)
    sums = [accumulate(map(new.get, days, repeat(0))) for new in news]
    state = _Origins()
    for day, claims, texts, unattributed, denied, disputed, admitted, claimants, publishers in zip(
        days, *sums, strict=True
    ):
        for event in diary.events.get(day, ()):
            state.apply(event)
        lo, origins, roots = state.told()
        sizes = (claims, claimants, publishers, texts, unattributed, lo, len(origins), denied, disputed)
        yield Day(topic, day, *sizes, admitted > 0, origins, roots)


class _Origins:
    """The origins of one topic so far."""

    def __init__(self) -> None:
        self.roots: list[str] = []
        self.origins: Counter[str] = Counter()
        self.shown: Counter[str] = Counter()
        self.holders: dict[str, Counter[str]] = defaultdict(Counter)
        self.shared: set[str] = set()
        self.pairs: Counter[Group] = Counter()
        self.lo, self.stale = 0, False
        self.last: tuple[list[str], list[str]] | None = (NOTHING, NOTHING)

    def apply(self, event: Event) -> None:
        root, tied = event.root, event.tied
        if tied is not None:
            self.stale |= _step(self.pairs, (root.principal, tied.principal), event.step)
            return
        self.last = None
        if event.step > 0:
            insort(self.roots, root.id)
        else:
            del self.roots[bisect_left(self.roots, root.id)]
        _step(self.origins, root.principal, event.step)
        # Only what appears or vanishes can alter the groups, so that most days leave them alone.
        if root.disclosed:
            self.stale |= _step(self.shown, root.principal, event.step)
        for item in root.evidence:
            holders = self.holders[item]
            if _step(holders, root.principal, event.step) and (len(holders) > 1 or item in self.shared):
                self.stale = True
                (self.shared.add if len(holders) > 1 else self.shared.discard)(item)

    def told(self) -> tuple[int, list[str], list[str]]:
        """Return how many origins can be shown to differ, all origins, and the roots behind them."""
        if self.stale:
            groups = [*self.pairs, *(tuple(self.holders[item]) for item in self.shared)]
            self.lo, self.stale = components(self.shown.keys(), groups), False
        if self.last is None:
            self.last = sorted(self.origins), self.roots.copy()
        return self.lo, *self.last


def _step(counter: Counter, key: str | Group, step: int) -> bool:
    """Count one more or one less, and return whether the key is new or gone."""
    counter[key] += step
    if not counter[key]:
        del counter[key]
        return True
    return counter[key] == step
