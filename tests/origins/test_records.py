"""Claims of records: principal, day of publication, originals of copies, basis and figures."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alleged.dates import parse
from alleged.origins import LEVELS, holds, principal, principal_of
from alleged.origins.figures import figures
from alleged.origins.publication import earliest, origin, public_bounds
from alleged.origins.utterances import (
    ClaimText,
    Link,
    attribution,
    basis_disclosed,
    gather,
    is_party,
    public_day,
    publishers,
    stance,
    text_key,
)
from alleged.reader import File
from alleged.records.corpus import Corpus, Record

TOPIC = {"id": "shells", "predicate": "transfers-munitions", "subject": ["dprk"], "object": ["russia"], "item": "shell"}


def corpus(**kinds: list[dict[str, Any]]) -> Corpus:
    """Return a corpus of some records, with two states and a topic."""
    kinds["actors"] = [actor("dprk", "state"), actor("russia", "state"), *kinds.get("actors", ())]
    kinds.setdefault("topics", [TOPIC])
    file = File(Path(), "claims/made-up.yaml", "", {kind: range(1, len(found) + 1) for kind, found in kinds.items()})
    return Corpus(tuple(Record(kind, n, data, file) for kind, found in kinds.items() for n, data in enumerate(found)))


def actor(id: str, kind: str = "organ", **other: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "kind": kind, **other}


def source(id: str, published: str = "2024-01-01", **other: Any) -> dict[str, Any]:
    return {"id": id, "publisher": ["dprk"], "published": published, **other}


def copy(id: str, of: str | None) -> dict[str, Any]:
    return source(id) if of is None else source(id, syndicated_from={"source": of})


def claim(id: str = "c", *sources: str, **other: Any) -> dict[str, Any]:
    appearances = [{"id": name} for name in sources or ("s",)]
    usual = {"claimant": "dprk", "act": "allege", "topic": "shells", "said": "2024-01-01", "sources": appearances}
    return {"id": id, **usual, **other}


def day(n: int) -> date:
    return date(2024, 1, n)


# Principals


def above(actor_id: str, said: str, *actors: dict[str, Any]) -> str:
    return principal_of(actor_id, parse(said), corpus(actors=list(actors)))


@pytest.mark.parametrize(
    ("tie", "said", "held"),
    [
        ({}, "2024-01-01", True),
        ({"from": "2024-01-01"}, "2024-01-01", True),
        ({"from": "2024-01-02"}, "2024-01-01", False),
        ({"to": "2024-01-01"}, "2024-01-01", True),
        ({"to": "2023-12-31"}, "2024-01-01", False),
        ({"from": "2024-01"}, "2024-01-01", True),
        ({"to": "2024-01"}, "2024-01-31", True),
        ({"to": "2024-01"}, "2024-02-01", False),
        ({"from": "2024-06"}, "2024", True),
        ({"to": "2024-06"}, "2024", True),
        ({"from": "9999-12-31"}, "2024/..", True),
        ({"to": "0001-01-01"}, "../2024", True),
        ({"from": "../2024"}, "2024-01-01", True),
        ({"to": "2024/.."}, "9999-12-31", True),
    ],
)
def test_an_affiliation_holds_if_it_covers_any_day_of_the_utterance(tie: dict[str, str], said: str, held: bool) -> None:
    assert holds(tie, parse(said)) is held


def test_a_claim_is_attributed_to_on_behalf_of() -> None:
    found = corpus(claims=[claim("own"), claim("other", on_behalf_of="russia")])

    assert [principal(c, found) for c in found.claims.values()] == ["dprk", "russia"]


def test_an_organ_speaks_for_what_it_was_part_of_on_the_day() -> None:
    ministry = actor("ministry", part_of=[{"of": "dprk", "to": "2023"}, {"of": "russia", "from": "2024"}])

    assert above("ministry", "2023-12-31", ministry) == "dprk"
    assert above("ministry", "2024-01-01", ministry) == "russia"
    assert above("ministry", "2023-12/2024-01", ministry) == "ministry"


@pytest.mark.parametrize("kind", ["state", "igo"])
def test_states_and_organisations_of_states_speak_for_themselves(kind: str) -> None:
    assert above("bloc", "2024", actor("bloc", kind, part_of=[{"of": "dprk"}])) == "bloc"
    assert above("bloc", "2024", actor("bloc", "organ", part_of=[{"of": "dprk"}])) == "dprk"


def test_a_person_without_office_speaks_for_the_only_body_that_the_person_is_a_member_of() -> None:
    body, other = actor("body", part_of=[{"of": "dprk"}]), actor("other-body")
    one, two = [{"of": "body"}], [{"of": "body"}, {"of": "other-body"}]

    assert above("ann", "2024", body, actor("ann", "person", memberships=one)) == "dprk"
    assert above("ann", "2024", body, actor("ann", "person", memberships=[*one, *one])) == "dprk"
    assert above("ann", "2024", body, other, actor("ann", "person", memberships=two)) == "ann"
    assert above("ann", "2024", body, other, actor("ann", "person", part_of=two[1:], memberships=one)) == "other-body"
    assert above("ann", "2024", body, actor("ann", "organ", memberships=one)) == "ann"
    past = [{"of": "body", "to": "2023"}]
    assert above("ann", "2024", body, actor("ann", "person", memberships=past)) == "ann"


def test_a_cycle_of_affiliations_ends() -> None:
    circle = [actor("a", part_of=[{"of": "b"}]), actor("b", part_of=[{"of": "c"}]), actor("c", part_of=[{"of": "b"}])]

    assert above("a", "2024", *circle) == "c"
    assert above("self", "2024", actor("self", part_of=[{"of": "self"}])) == "self"


def test_twenty_affiliations_are_followed() -> None:
    offices = [actor("office-0"), *(actor(f"office-{n}", part_of=[{"of": f"office-{n - 1}"}]) for n in range(1, 23))]

    assert LEVELS == 20
    assert above("office-20", "2024", *offices) == "office-0"
    assert above("office-21", "2024", *offices) == "office-1"


# Publication


@pytest.mark.parametrize(
    ("published", "bounds"),
    [
        (["2024-01-02", "2024-01-01"], (day(1), day(1))),
        (["2024-01", "2024-01-05"], (day(1), day(5))),
        (["../2024-01-09", "2024-01-05"], (None, day(5))),
        (["2024-01-03/..", "2024-01-05"], (day(3), day(5))),
        (["2024-01-03/.."], (day(3), None)),
        (["../2024-01-03"], (None, day(3))),
    ],
)
def test_a_claim_became_public_with_its_earliest_source(published: list[str], bounds: tuple[Any, Any]) -> None:
    found = corpus(sources=[source(f"s{n}", text) for n, text in enumerate(published)])
    record = Record("claims", 0, claim("c", *found.sources), File(Path(), "x.yaml", "", {"claims": range(1, 2)}))

    assert public_bounds(record, found) == bounds
    assert earliest([parse(text) for text in published]) == bounds


def test_a_copy_has_the_origin_and_the_agency_of_the_end_of_its_chain() -> None:
    found = corpus(
        sources=[
            source("copy", syndicated_from={"source": "middle", "agency": "not-asked"}),
            source("middle", syndicated_from={"source": "first"}),
            source("first", syndicated_from={"agency": "wire"}),
            source("own"),
        ]
    )

    assert [origin(id, found) for id in found.sources] == [("first", "wire")] * 3 + [("own", None)]
    assert origin("copy", found.part({"elsewhere.yaml"})) == ("first", "wire")


def test_a_cycle_of_copies_ends_at_its_first_source_by_id() -> None:
    ties = {"a": "c", "b": "a", "c": "b", "z": "c"}
    found = corpus(sources=[source(id, syndicated_from={"source": of}) for id, of in ties.items()])

    assert [origin(id, found)[0] for id in ties] == ["a"] * 4


@pytest.mark.parametrize("seed", range(20))
def test_chains_of_copies_end_where_following_each_of_them_does(seed: int) -> None:
    chance = random.Random(seed)
    above = {n: chance.randrange(n) for n in range(1, 20) if chance.random() < 0.8}
    copies = [copy(f"s{n}", f"s{above[n]}" if n in above else None) for n in range(20)]
    found = corpus(sources=chance.sample(copies, 20))

    for n in range(20):
        end = n
        while end in above:
            end = above[end]
        assert origin(f"s{n}", found) == (f"s{end}", None)


def test_a_chain_of_50_000_copies_is_followed_once() -> None:
    # Walked from each copy to its end, it would take more than a billion steps.
    copies = [copy(f"s{n}", f"s{n - 1}" if n else None) for n in range(50_000)]
    found = corpus(sources=copies)

    assert {origin(id, found) for id in found.sources} == {("s0", None)}


# Claims


def test_open_bounds_count_as_public_never_or_always() -> None:
    assert public_day((day(1), day(2)), "certain") == day(2)
    assert public_day((day(1), day(2)), "possible") == day(1)
    assert public_day((day(1), None), "certain") == date.max
    assert public_day((None, day(2)), "possible") == date.min


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("allege", "yes"),
        ("deny", "no"),
        *((act, "open") for act in ("criticise", "praise", "pledge", "announce", "request", "threaten", "warn")),
        *((act, "open") for act in ("reject", "doubt", "decline", "correct", "retract")),
    ],
)
def test_an_act_answers_the_question_of_the_topic_or_leaves_it_open(act: str, expected: str) -> None:
    assert stance(corpus(claims=[claim(act=act)]).claims["c"]) == expected


@pytest.mark.parametrize(("act", "stated"), [("state", "no"), ("state", "open"), ("dispute", "yes"), ("confirm", "no")])
def test_a_stated_stance_decides_whatever_the_act(act: str, stated: str) -> None:
    found = corpus(sources=[source("s")], claims=[claim(act=act, stance=stated)])

    assert stance(found.claims["c"]) == stated
    assert (gather(found).utterances["c"].counts, stated) in [(True, "yes"), (False, "no"), (False, "open")]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("person", "named-person"),
        ("collective", "collective"),
        ("unnamed", "unnamed-role"),
        ("undetermined", "unnamed"),
        ("outlet", "narrator"),
        ("organ", "named-institution"),
    ],
)
def test_the_default_attribution_follows_the_kind_of_claimant(kind: str, expected: str) -> None:
    stated = claim("stated", claimant="someone", attribution="unnamed")
    found = corpus(actors=[actor("someone", kind)], claims=[claim(claimant="someone"), stated])

    assert [attribution(c, found) for c in found.claims.values()] == [expected, "unnamed"]


def test_a_basis_is_disclosed_in_full_in_part_or_not_at_all() -> None:
    assert basis_disclosed(None) is None
    assert basis_disclosed([]) is None
    assert basis_disclosed(["imagery-released"]) == "full"
    assert basis_disclosed(["imagery-released", "intelligence-undisclosed"]) == "part"
    assert basis_disclosed(["intelligence-undisclosed"]) == "none"


def test_a_slot_is_that_of_the_topic_if_the_claim_has_none() -> None:
    found = corpus(claims=[claim(), claim("own", item="rocket")])

    assert [found.slot(c, "item") for c in found.claims.values()] == ["shell", "rocket"]
    assert found.slot(found.claims["c"], "instrument") is None


def test_parties_have_the_principal_of_a_subject_or_object_of_the_topic() -> None:
    actors = [actor("ministry", part_of=[{"of": "russia", "from": "2024"}]), actor("neighbour", "state")]
    claims = [
        claim("subject"),
        claim("object", claimant="ministry"),
        claim("before", claimant="ministry", said="2023-12-31"),
        claim("stranger", claimant="neighbour"),
    ]
    found = corpus(actors=actors, claims=claims)

    assert [id for id, c in found.claims.items() if is_party(c, found)] == ["subject", "object"]
    topic = {"id": "shells", "predicate": "tests-missiles", "subject": ["ministry"]}
    alone = corpus(actors=actors, claims=claims, topics=[topic])
    assert [id for id, c in alone.claims.items() if is_party(c, alone)] == ["object", "before"]


def test_copies_of_a_text_are_one_text_of_the_agency_or_of_the_first_publisher() -> None:
    found = corpus(
        sources=[
            source("first", "2024-01-05", publisher=["dprk", "russia"]),
            source("copy", "2024-01-03", syndicated_from={"source": "first"}),
            source("wire", "2024-01-04", syndicated_from={"agency": "russia"}),
        ],
        claims=[claim("c", "first", "copy", "wire")],
    )

    assert text_key("copy", found) == ("source", "first")
    assert text_key("wire", found) == ("agency", "russia")
    assert publishers(("agency", "first"), found) == ("first",)
    assert gather(found).texts == (ClaimText("c", ("dprk", "russia"), day(3)), ClaimText("c", ("russia",), day(4)))


def test_a_graph_has_the_active_claims_with_their_links_and_texts() -> None:
    relations = [
        {"type": "repeats", "to": "first"},
        {"type": "relies-on", "to": "first", "source": "late"},
        {"type": "same-evidence", "to": "first"},
        {"type": "denies", "to": "first"},
        {"type": "repeats", "to": "gone"},
    ]
    later = claim(
        "later",
        "s",
        "late",
        act="deny",
        co_claimants=["russia"],
        basis=["other-claim"],
        evidence=["photo"],
        background=True,
        relations=relations,
    )
    first = claim("first", "late", basis=["imagery-released", "inference"])
    gone = claim("gone", status="withdrawn", relations=relations[:1])
    found = corpus(sources=[source("s", "2024-01"), source("late", "2024-02-01")], claims=[first, later, gone])

    certain, possible = gather(found), gather(found, "possible")

    assert list(certain.utterances) == ["first", "later"]
    one, other = certain.utterances.values()
    assert (one.claimants, one.principal, one.public_on, one.grounds, one.disclosed) == (
        ("dprk",),
        "dprk",
        date(2024, 2, 1),
        True,
        True,
    )
    assert (one.background, one.evidence, one.stance, one.counts, one.party) == (False, (), "yes", True, True)
    assert (other.claimants, other.public_on) == (("dprk", "russia"), day(31))
    assert (other.grounds, other.disclosed) == (False, False)
    assert (other.background, other.evidence, other.stance, other.counts) == (True, ("photo",), "no", False)
    assert certain.links == (
        Link("later", "first", "repeats", day(31)),
        Link("later", "first", "relies-on", date(2024, 2, 1)),
    )
    assert certain.ties == (Link("later", "first", "same-evidence", day(31)),)
    assert [u.public_on for u in possible.utterances.values()] == [date(2024, 2, 1), day(1)]
    assert [link.public_on for link in possible.links] == [day(1), date(2024, 2, 1)]
    assert [text.public_on for text in possible.texts] == [date(2024, 2, 1), day(1), date(2024, 2, 1)]


@pytest.mark.parametrize(
    ("basis", "grounds", "disclosed"),
    [
        (None, False, False),
        (["other-claim"], False, False),
        (["inference", "unstated"], False, False),
        (["inference", "intelligence-undisclosed"], True, False),
        (["imagery-released", "intelligence-undisclosed"], True, True),
        (["imagery-released"], True, True),
    ],
)
def test_a_basis_may_be_a_ground_of_its_own_and_may_be_disclosed(
    basis: list[str] | None, grounds: bool, disclosed: bool
) -> None:
    found = gather(corpus(sources=[source("s")], claims=[claim() if basis is None else claim(basis=basis)]))

    assert (found.utterances["c"].grounds, found.utterances["c"].disclosed) == (grounds, disclosed)


def test_background_and_what_does_not_assert_are_not_counted() -> None:
    claims = [
        claim("c"),
        claim("context", background=True),
        claim("denied", act="deny"),
        claim("asked", act="request"),
    ]
    found = gather(corpus(sources=[source("s")], claims=claims))

    assert [id for id, c in found.utterances.items() if c.counts] == ["c"]


# Figures


def quantity(unit: str = "round", **other: Any) -> dict[str, Any]:
    return {"low": 1, "unit": unit, **other}


def reported(*claims: dict[str, Any], **kinds: Any) -> list[tuple[str, str | None, str | None, str | None]]:
    found = figures("shells", corpus(claims=list(claims), **kinds))
    return [(figure.claim.id, figure.item, figure.key, figure.why_not) for figure in found]


def test_figures_are_those_of_active_claims_that_assert() -> None:
    kept = {"quantities": [quantity(window="2024-01-01/..")]}
    others = [
        claim("withdrawn", status="withdrawn", **kept),
        claim("background", background=True, **kept),
        claim("denied", act="deny", **kept),
        claim("elsewhere", topic="other", **kept),
        claim("none"),
    ]
    topics = [TOPIC, {**TOPIC, "id": "other"}]

    assert reported(claim(**kept), *others, topics=topics) == [("c", "shell", "shell|round|2024-01-01", None)]


def test_figures_are_sorted_by_item_unit_day_and_claim() -> None:
    window = {"window": "2024-01-01/.."}
    claims = [
        claim("c9", said="2024-01", quantities=[quantity(**window)]),
        claim("c8", said="2024-01-31", quantities=[quantity(**window)]),
        claim("c7", said="2024-01-05/..", quantities=[quantity(**window)]),
        claim("c6", said="2024-01-06", quantities=[quantity("container", **window), quantity(item="aaa", **window)]),
        claim("c5", said="2024-01-06", quantities=[quantity(**window)]),
    ]

    assert [(id, item) for id, item, *_ in reported(*claims)] == [
        ("c6", "aaa"),
        ("c6", "shell"),
        ("c7", "shell"),
        ("c5", "shell"),
        ("c8", "shell"),
        ("c9", "shell"),
    ]


def test_figures_without_an_item_come_first() -> None:
    bare = {name: value for name, value in TOPIC.items() if name != "item"}
    figures = [quantity(item="shell", window="2024-01-01"), quantity("container", window="2024-01-01")]

    assert reported(claim(quantities=figures), topics=[bare]) == [
        ("c", None, None, "what is counted is not stated"),
        ("c", "shell", "shell|round|2024-01-01", None),
    ]


def test_a_figure_says_why_it_may_not_be_compared() -> None:
    nameless = {**TOPIC, "id": "nameless", "item": None}
    start, open_start = {"window": "2024-01-01/.."}, {"window": "../2024-01-09"}
    other_start = claim("c3", quantities=[quantity("container", window="2024-01-02/..")])

    assert [
        why for *_, why in reported(claim(quantities=[quantity(**start)]), topics=[{**nameless, "id": "shells"}])
    ] == ["what is counted is not stated"]
    assert reported(claim(quantities=[quantity(), quantity(**open_start)])) == [
        ("c", "shell", None, "the start of its window is not stated"),
        ("c", "shell", None, "the start of its window is not stated"),
    ]
    differs = "the windows of others start on another day, or have no start"
    assert reported(claim("c1", quantities=[quantity(**start)]), claim("c2", quantities=[quantity()]), other_start) == [
        ("c3", "shell", "shell|container|2024-01-02", None),
        ("c1", "shell", "shell|round|2024-01-01", differs),
        ("c2", "shell", None, "the start of its window is not stated"),
    ]
