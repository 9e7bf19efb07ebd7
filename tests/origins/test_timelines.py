"""Timelines: each row is that of the definition, and the time of large topics is near linear."""

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from alleged.errors import LimitError
from alleged.origins import limits
from alleged.origins.intervals import Day, origins_of_topic
from alleged.origins.roots import Edges, find
from alleged.origins.timelines import timeline
from alleged.origins.utterances import ClaimText, Graph, Link, Utterance, graph
from utterances import START, claim, day

DAYS = 12
ACTS = (*["allege"] * 8, "acknowledge", "deny", "dispute", "pledge")
STANCES = {"deny": "no", "dispute": "no", "pledge": "open"}
TYPES = ("repeats", "same-evidence", "possibly-same-origin")


def made_up(chance: random.Random) -> Graph:
    """Return a few claims on two topics, some of which depend on each other, with the texts in which they appear."""
    claims = [made_up_claim(n, chance) for n in range(chance.randint(1, 14))]
    pairs = [(a, b) for n, a in enumerate(claims) for b in claims[:n]]
    links = [
        Link(a.id, b.id, chance.choice(TYPES), day(chance.randint((a.public_on - START).days, DAYS - 1)))
        for a, b in chance.sample(pairs, min(len(pairs), chance.randint(0, 14)))
    ]
    texts = [
        ClaimText(c.id, tuple(chance.sample(("x", "y", "z"), chance.randint(1, 2))), day(n))
        for c in claims
        for n in {(c.public_on - START).days, *(chance.randint((c.public_on - START).days, DAYS - 1) for _ in range(2))}
    ]
    return graph({c.id: c for c in claims}, links, tuple(texts))


def made_up_claim(n: int, chance: random.Random) -> Utterance:
    act = chance.choice(ACTS)
    return claim(
        f"c{n}",
        chance.randrange(DAYS),
        topic=chance.choice("tttu"),
        claimants=tuple(chance.sample(("ann", "bob", "cy"), chance.randint(1, 2))),
        principal=chance.choice("pqrst"),
        attribution=chance.choice(("named-person",) * 6 + ("narrator", "collective")),
        act=act,
        stance=STANCES.get(act, "yes"),
        party=chance.random() < 0.5,
        background=chance.random() < 0.1,
        grounds=chance.random() < 0.4,
        disclosed=chance.random() < 0.5,
        evidence=tuple(chance.sample("xy", chance.choice((0, 0, 0, 1, 2)))),
        only_confirms=chance.random() < 0.5,
    )


def defined(topic: str, on: date, found: Graph, edges: Edges) -> tuple[Any, ...]:
    """Return the row of a topic on a day, without topic and date."""
    reported = [c for c in found.utterances.values() if c.topic == topic and c.public_on <= on and not c.background]
    claims = {c.id: c for c in reported if c.stance == "yes"}
    texts = [text for text in found.texts if text.claim in claims and text.public_on <= on]
    at = origins_of_topic(found, topic, on, edges)
    return (
        len(claims),
        len({claimant for c in claims.values() for claimant in c.claimants}),
        len({publisher for text in texts for publisher in text.publishers}),
        len(texts),
        sum(c.attribution in ("narrator", "collective") for c in claims.values()),
        at.interval.lo,
        at.interval.hi,
        sum(all(root.only_confirms for root in roots) for roots in at.origins.values()),
        sum(c.stance == "no" and c.act == "deny" and c.party for c in reported),
        sum(c.stance == "no" and not (c.act == "deny" and c.party) for c in reported),
        any(c.act == "acknowledge" and c.party for c in claims.values()),
        list(at.origins),
        sorted(root.id for roots in at.origins.values() for root in roots),
    )


@pytest.mark.parametrize("edges", ["then", "current"])
@pytest.mark.parametrize("seed", range(90))
def test_on_each_day_the_last_row_is_that_of_the_definition(seed: int, edges: Edges) -> None:
    found = made_up(random.Random(seed))
    listed = list(timeline(found, edges))
    rows = {(row.topic, row.date): row for row in listed}

    for topic in "tu":
        row: tuple[Any, ...] = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, False, [], [])
        for n in range(DAYS):
            row = tuple(rows.get((topic, day(n)), (topic, day(n), *row)))[2:]
            assert row == defined(topic, day(n), found, edges)
    assert [(row.topic, row.date) for row in listed] == sorted(days_of_change(found, edges))


def days_of_change(found: Graph, edges: Edges) -> Iterator[tuple[str, date]]:
    """Yield each topic and day on which a claim or a text became public, or a root or a tie came or went."""
    for topic in "tu":
        before: Any = [], []
        for n in range(DAYS):
            at = origins_of_topic(found, topic, day(n), edges)
            spoken = [c.id for c in (*at.claims, *at.rejecting) if c.public_on == day(n)]
            printed = [text for text in at.texts if text.public_on == day(n)]
            now = sorted(at.origin_of), sorted(at.joined)
            if spoken or printed or now != before:
                yield topic, day(n)
            before = now


def apart(claims: int, principals: int) -> Graph:
    found = [claim(f"c{n:04}", n // 2, principal=f"p{n % principals:04}") for n in range(claims)]
    return graph({c.id: c for c in found}, [], tuple(ClaimText(c.id, ("paper",), c.public_on) for c in found))


def last(found: Graph) -> Day:
    return list(timeline(found))[-1]


def test_up_to_500_names_are_listed_and_of_more_only_the_number() -> None:
    at_most, roots, both = last(apart(500, 500)), last(apart(501, 500)), last(apart(501, 501))

    assert (at_most.hi, len(at_most.origin_ids or ()), len(at_most.root_ids or ())) == (500, 500, 500)
    assert (roots.hi, len(roots.origin_ids or ()), roots.root_ids) == (500, 500, None)
    assert (both.hi, both.origin_ids, both.root_ids) == (501, None, None)


def test_a_tie_ends_when_either_end_ceases_to_be_a_root() -> None:
    shown = {"disclosed": True}
    claims = [
        claim("a", 1, principal="us", **shown),
        claim("b", 1, principal="uk", **shown),
        claim("more", 1, principal="us", **shown),
        claim("behind", topic="u", principal="rok"),
    ]
    links = [Link("b", "a", "possibly-same-origin", day(1)), Link("a", "behind", "repeats", day(5))]
    turned = [Link("a", "b", "possibly-same-origin", day(1)), links[1]]

    for found in (links, turned):
        rows = timeline(graph({c.id: c for c in claims}, found, ()))
        of_topic = [(row.date, row.lo, row.hi) for row in rows if row.topic == "t"]
        assert of_topic == [(day(1), 1, 2), (day(5), 2, 3)]


def test_a_root_that_ceases_on_the_day_on_which_a_claim_would_rest_on_it_gives_no_row() -> None:
    claims = [
        claim("base", topic="u", attribution="collective"),
        claim("root", topic="u"),
        claim("c", topic="t", grounds=True),
    ]
    links = [Link("root", "base", "repeats", day(2)), Link("c", "root", "repeats", day(2))]

    rows = timeline(graph({c.id: c for c in claims}, links, ()))

    assert [row.date for row in rows if row.topic == "t"] == [day(0)]


@pytest.mark.parametrize("ends", [("a", "b"), ("b", "a")])
def test_a_tie_joins_two_origins_from_the_day_on_which_both_are_disclosed(ends: tuple[str, str]) -> None:
    claims = [
        claim("a", 1, principal="us", disclosed=True),
        claim("b", 1, principal="uk"),
        claim("b2", 4, principal="uk", disclosed=True),
    ]
    found = graph({c.id: c for c in claims}, [Link(*ends, "possibly-same-origin", day(2))], ())

    rows = [(row.date, row.lo, row.hi) for row in timeline(found)]
    assert rows == [(day(1), 1, 2), (day(2), 1, 2), (day(4), 1, 2)]


def test_roots_that_are_given_are_not_computed_again() -> None:
    claims = {c.id: c for c in (claim("a"), claim("b"))}
    linked = graph(claims, [Link("b", "a", "repeats", day(0))], ())

    assert last(linked).root_ids == ["a"]
    assert [row.root_ids for row in timeline(linked, roots=find(graph(claims, [], ())))] == [["a", "b"]]


# Limits


def flickering(times: int, items: int, topics: int = 1) -> Graph:
    """Return, for each topic, an origin that holds items all the time and is shown on every second day only."""
    claims, links = [claim("base", topic="other")], []
    for topic in range(topics):
        own = {"topic": f"t{topic}", "principal": "p"}
        claims.append(claim(f"t{topic}-holder", **own, evidence=tuple(f"item-{n}" for n in range(items))))
        for n in range(times):
            name = f"t{topic}-{n:04}"
            claims.append(claim(name, 2 * n + 1, **own, disclosed=True))
            links.append(Link(name, "base", "repeats", day(2 * n + 2)))
    return graph({c.id: c for c in claims}, links, ())


def test_origins_may_be_joined_and_parted_100_000_times() -> None:
    assert last(flickering(250, 400)).lo == 0
    with pytest.raises(LimitError, match="joined and parted more than 100,000 times, most of them at 'p'"):
        last(flickering(251, 400))


def test_joins_of_all_topics_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PAIRS", 10_000)

    assert last(flickering(25, 200, topics=2)).lo == 0
    with pytest.raises(LimitError, match="joined and parted more than"):
        last(flickering(26, 200, topics=2))


def many_topics(topics: int, tied_roots: int = 0) -> Graph:
    """Return two claims that rest on twenty roots each and may have one origin, and topics that rest on both.

    On a topic of their own, there are some roots that are tied to the first of them.
    """
    roots = [f"root-{n}" for n in range(40)]
    claims = [claim(id, topic="other") for id in (*roots, "one", "other")]
    links = [Link("one" if n < 20 else "other", root, "repeats", day(0)) for n, root in enumerate(roots)]
    for n in range(topics):
        claims.append(claim(f"top-{n:04}", topic=f"t{n:04}"))
        links += [Link(f"top-{n:04}", end, "repeats", day(0)) for end in ("one", "other")]
    links.append(Link("one", "other", "same-evidence", day(0)))
    claims += [claim(f"tied-{n}", topic="of ties") for n in range(tied_roots + 1)]
    links += [Link(f"tied-{n}", "tied-0", "same-evidence", day(0)) for n in range(1, tied_roots + 1)]
    return graph({c.id: c for c in claims}, links, ())


def test_ties_may_bear_on_100_000_pairs_of_roots_over_all_topics() -> None:
    # With the topic of the roots themselves there are 249.
    assert last(many_topics(248, tied_roots=400)).hi == 40
    with pytest.raises(LimitError, match="tied more than 100,000 times, most of them at 'one'"):
        last(many_topics(250))
    with pytest.raises(LimitError, match="tied more than 100,000 times, most of them at 'tied-1'"):
        last(many_topics(249, tied_roots=1))


LARGE = """
from datetime import date, timedelta
from alleged.origins.intervals import origins_of_topic
from alleged.origins.timelines import timeline
from alleged.origins.utterances import Graph, Link, ClaimText, Utterance, graph

MANY = 5_000
days = [date(1950, 1, 1) + timedelta(days=n) for n in range(MANY)]
ids = [f"c{n:05}" for n in range(MANY)]

def claims(n, **other):
    usual = dict(topic="t", claimants=("x",), principal=f"p{n}", attribution="named-person", act="allege", stance="yes")
    usual |= dict(party=False, background=False, grounds=True, disclosed=True, evidence=())
    return Utterance(id=ids[n], public_on=days[n], **{**usual, **other})

def look(found, links=()):
    texts = tuple(ClaimText(c.id, ("paper",), c.public_on) for c in found)
    whole = graph({c.id: c for c in found}, list(links), texts)
    at = origins_of_topic(whole, "t")
    print(at.interval, len(at.withdrawals), sum(map(len, at.claims_by_root.values())), sum(1 for _ in timeline(whole)))

look([claims(n, evidence=("all",)) for n in range(MANY)])
look([claims(n, evidence=(f"e{n}", f"e{n // 2}")) for n in range(MANY)])
ties = [Link(ids[n], ids[n - 1], "possibly-same-origin", days[n]) for n in range(1, MANY)]
look([claims(n) for n in range(MANY)], ties)
echoes = [Link(ids[n], ids[0], "repeats", days[n]) for n in range(1, MANY)]
look([claims(n, grounds=not n) for n in range(MANY)], echoes)
"""


def test_a_topic_of_5_000_claims_takes_a_short_time() -> None:
    done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, timeout=100, check=False)

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "Interval(lo=1, hi=5000) 5000 5000 5000",
        "Interval(lo=1, hi=5000) 5000 5000 5000",
        "Interval(lo=1, hi=5000) 5000 5000 5000",
        "Interval(lo=1, hi=1) 1 5000 5000",
    ]
