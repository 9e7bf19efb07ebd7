"""The interval without an origin is that of a graph from which it was removed."""

import random
from collections.abc import Collection
from datetime import date, timedelta

import pytest

from alleged.origins.intervals import Interval, TopicOrigins, components, origins_of_topic
from alleged.origins.utterances import ClaimText, Graph, Link, Utterance, graph

START = date(2024, 1, 1)
TYPES = ("repeats", "relies-on", "same-evidence", "possibly-same-origin")


def made_up(chance: random.Random) -> Graph:
    """Return a few claims by a few principals that share evidence, ties and roots."""
    claims = [utterance(n, chance) for n in range(chance.randint(1, 12))]
    pairs = [(a.id, b.id) for n, a in enumerate(claims) for b in claims[:n]]
    links = [
        Link(start, end, chance.choice(TYPES), START + timedelta(days=chance.randrange(9)))
        for start, end in chance.sample(pairs, min(len(pairs), chance.randint(0, 9)))
    ]
    return graph({c.id: c for c in claims}, links, tuple(ClaimText(c.id, ("paper",), c.public_on) for c in claims))


def utterance(n: int, chance: random.Random) -> Utterance:
    return Utterance(
        id=f"c{n:02}",
        topic="t",
        claimants=("someone",),
        principal=chance.choice("pqrst"),
        attribution=chance.choice(("named-person", "named-person", "narrator")),
        act="allege",
        stance=chance.choice(("yes", "yes", "yes", "no")),
        party=False,
        background=False,
        public_on=START + timedelta(days=n),
        grounds=chance.random() < 0.5,
        disclosed=chance.random() < 0.5,
        evidence=tuple(chance.sample("xyz", chance.randint(0, 2))),
    )


def left(at: TopicOrigins, withdrawn: Collection[str]) -> Interval:
    """Return the interval without some roots, counted again."""
    roots = {root.id: root for roots in at.origins.values() for root in roots if root.id not in withdrawn}
    shown = {root.principal for root in roots.values() if root.disclosed}
    groups = [tuple(roots[root].principal for root in group if root in roots) for group in at.joined]
    return Interval(components(shown, groups), len({root.principal for root in roots.values()}))


def fallen(at: TopicOrigins, withdrawn: Collection[str]) -> list[str]:
    """Return the claims that rest on some roots alone."""
    return [c.id for c in at.claims if (roots := at.roots.of(c.id)) and set(roots) <= set(withdrawn)]


@pytest.mark.parametrize("seed", range(100))
def test_a_withdrawal_has_the_interval_that_counting_without_it_gives(seed: int) -> None:
    at = origins_of_topic(made_up(random.Random(seed)), "t")

    assert at.interval == left(at, ())
    assert list(at.withdrawals) == list(at.origins)
    for origin, withdrawal in at.withdrawals.items():
        roots = [root.id for root in at.origins[origin]]
        assert withdrawal.without_origin == left(at, roots)
        assert withdrawal.without_root == {root: left(at, [root]) for root in roots}
        assert withdrawal.unsupported == fallen(at, roots)


@pytest.mark.parametrize("seed", range(20))
def test_each_root_is_listed_with_the_claims_that_rest_on_it(seed: int) -> None:
    at = origins_of_topic(made_up(random.Random(seed)), "t")

    for origin, roots in at.origins.items():
        for root in roots:
            assert at.origin_of[root.id] == origin
            assert at.claims_by_root[root.id] == [c.id for c in at.claims if root.id in at.roots.of(c.id)]
