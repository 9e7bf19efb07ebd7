"""Origins of a topic on a day: which claims and texts count, and what is public by then."""

from datetime import date
from typing import Any

import pytest

from alleged.origins.intervals import at, components, origins_of_topic
from alleged.origins.utterances import ClaimText, Graph, Link, graph
from utterances import claim, day

CLAIMS = [
    claim("late", 5),
    claim("first", 3),
    claim("elsewhere", topic="u"),
    claim("reported", background=True),
    claim("crowd", attribution="collective"),
    claim("paper", attribution="narrator"),
    claim("asked", act="request", stance="open"),
    claim("denied", act="deny", stance="no"),
    claim("denied-late", 5, act="deny", stance="no"),
    claim("denial-told", act="deny", stance="no", background=True),
]
TEXTS = (
    ClaimText("first", ("x", "y"), day(3)),
    ClaimText("first", ("z",), day(4)),
    ClaimText("denied", ("w",), day(0)),
    ClaimText("elsewhere", ("v",), day(0)),
    ClaimText("late", ("u",), day(3)),
)


def graph_of(*links: Link) -> Graph:
    return graph({c.id: c for c in CLAIMS}, list(links), TEXTS)


@pytest.mark.parametrize("edges", ["then", "current"])
def test_origins_of_a_topic_are_those_of_its_public_claims_without_background(edges: Any) -> None:
    found = origins_of_topic(graph_of(), "t", day(3), edges)

    assert [c.id for c in found.claims] == ["crowd", "first", "paper"]
    assert [c.id for c in found.unattributed] == ["crowd", "paper"]
    assert [c.id for c in found.rejecting] == ["denied"]
    assert found.texts == TEXTS[:1]
    assert found.publishers == {"x", "y"}
    assert {origin: [root.id for root in roots] for origin, roots in found.origins.items()} == {
        "principal of first": ["first"]
    }


def test_without_a_day_all_claims_that_become_public_count() -> None:
    found = origins_of_topic(graph_of(), "t")

    assert [c.id for c in found.claims] == ["crowd", "first", "late", "paper"]
    assert [c.id for c in found.rejecting] == ["denied", "denied-late"]
    assert found.texts == (*TEXTS[:2], TEXTS[-1])
    assert (found.topic, found.on) == ("t", date.max)


def test_a_graph_at_a_day_has_what_is_public_by_then() -> None:
    kept = [Link("first", "reported", "repeats", day(3)), Link("first", "crowd", "same-evidence", day(3))]
    dropped = [
        Link("first", "denied", "repeats", day(4)),
        Link("late", "first", "repeats", day(3)),
        Link("first", "late", "repeats", day(3)),
        Link("paper", "crowd", "same-evidence", day(4)),
    ]

    found = at(graph_of(*kept, *dropped), day(3))

    assert sorted(found.utterances) == sorted(c.id for c in CLAIMS if c.public_on <= day(3))
    assert (found.links, found.ties) == ((kept[0],), (kept[1],))
    assert found.texts == (TEXTS[0], *TEXTS[2:-1])


def test_groups_of_roots_share_evidence_or_may_have_one_origin() -> None:
    claims = [
        claim("a", evidence=("film",)),
        claim("b", evidence=("film", "photo")),
        claim("c"),
        claim("d"),
        claim("echo"),
        claim("elsewhere", topic="u"),
        claim("crowd", attribution="collective"),
    ]
    links = [
        Link("echo", "c", "repeats", day(0)),
        Link("echo", "d", "repeats", day(0)),
        Link("echo", "a", "possibly-same-origin", day(0)),
        Link("a", "elsewhere", "same-evidence", day(0)),
        Link("crowd", "b", "same-evidence", day(0)),
    ]

    found = origins_of_topic(graph({c.id: c for c in claims}, links, ()), "t")

    assert found.joined == (("a", "b"), ("c", "a"), ("d", "a"))


def test_components_are_counted_of_origins_that_groups_join() -> None:
    assert components("abc", []) == 3
    assert components("abc", [("a", "b"), ("b", "a")]) == 2
    assert components("abcd", [("a", "b"), ("c", "d"), ("d", "b")]) == 1
    assert components("ac", [("a", "b"), ("b", "c")]) == 2
    assert components("ac", [("a", "b", "c")]) == 1
