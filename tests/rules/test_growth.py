"""Rules that follow relations: how far they follow them; large graphs are refused or checked in few steps."""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from alleged.errors import LimitError
from alleged.origins.roots import find
from alleged.origins.utterances import gather
from alleged.reader import File
from alleged.records.corpus import Corpus, Record
from alleged.rules import RULES

Entry = dict[str, Any]
GROUND = ["own-observation"]


def corpus(claims: list[Entry], actors: list[Entry] | None = None) -> Corpus:
    kinds = {
        "actors": actors or [{"id": "us", "name": "US", "kind": "state"}],
        "topics": [{"id": "shells", "predicate": "transfers-munitions", "subject": ["us"]}],
        "sources": [{"id": "wire", "publisher": ["us"], "published": "2024-01-01"}],
        "claims": claims,
    }
    file = File(Path(), "claims/made-up.yaml", "", {kind: range(1, len(found) + 1) for kind, found in kinds.items()})
    return Corpus(tuple(Record(kind, n, data, file) for kind, found in kinds.items() for n, data in enumerate(found)))


def claim(id: str, *to: str, type: str = "repeats", **other: Any) -> Entry:
    relations = [{"type": type, "to": name} for name in to]
    usual = {"claimant": "us", "act": "allege", "topic": "shells", "said": "2024-01-01", "sources": [{"id": "wire"}]}
    return {"id": id, **usual, **({"relations": relations} if relations else {}), **other}


def found(name: str, *records: Any) -> list[tuple[str, str]]:
    """Return the record of each finding of a rule, and the message."""
    return [(finding.where.record.id, finding.message) for finding in RULES[name].findings(corpus(*records))]


# Excessive dependence


def chain(length: int, grounds: bool = False) -> list[Entry]:
    names = [f"c{n:04}" for n in range(length)]
    basis: Entry = {"basis": GROUND} if grounds else {}
    return [claim(names[0], **basis), *(claim(later, earlier, **basis) for earlier, later in pairwise(names))]


def hub(roots: int, hubs: int, tops: int) -> list[Entry]:
    """Return roots, a claim that follows from all, hubs that follow from it, and claims that follow from each hub."""
    names, middle = [f"root-{n:03}" for n in range(roots)], [f"hub-{n:03}" for n in range(hubs)]
    return [
        *map(claim, names),
        claim("collector", *names),
        *(claim(name, "collector") for name in middle),
        *(claim(f"top-{n:03}", *(middle or ["collector"])) for n in range(tops)),
    ]


def tied(ones: int, others: int) -> list[Entry]:
    names = [f"root-{n:03}" for n in range(ones + others)]
    one = claim("one", *names[:ones])
    one["relations"].append({"type": "same-evidence", "to": "other"})
    return [*map(claim, names), one, claim("other", *names[ones:])]


@pytest.mark.parametrize(
    ("allowed", "refused", "expected"),
    [
        (chain(999), chain(1000), ("c0999", "the paths from claims to their roots name more than 500,000 claims")),
        (
            chain(53, True),
            chain(54, True),
            ("c0053", "the paths from claims to their roots name more than 27,000 claims"),
        ),
        (hub(200, 0, 197), hub(200, 0, 198), ("collector", "claims have more than 39,900 paths to their roots")),
        (hub(50, 13, 24), hub(50, 13, 25), ("collector", "claims have more than 8,900 paths to their roots")),
        (
            tied(250, 400),
            tied(250, 401),
            ("one", "claims that may have one origin rest on more than 100,000 pairs of roots"),
        ),
    ],
    ids=["long", "grounded", "wide", "dense", "tied"],
)
def test_dependences_are_refused_just_above_their_limits(
    allowed: list[Entry], refused: list[Entry], expected: tuple[str, str]
) -> None:
    assert found("excessive-dependence", allowed) == []
    assert found("excessive-dependence", refused) == [(expected[0], f"{expected[1]}, most of them from this claim")]


def test_each_relation_to_the_same_claim_is_counted() -> None:
    claims = hub(40, 13, 24)
    for entry in claims:
        again = [{**relation, "type": "relies-on"} for relation in entry.get("relations", ())]
        entry.update({"relations": [*entry["relations"], *again]} if again else {})

    assert [id for id, _ in found("excessive-dependence", claims)] == ["collector"]


def test_withdrawn_claims_do_not_raise_the_limits() -> None:
    withdrawn = [claim(f"gone-{n}", status="withdrawn") for n in range(50)]

    assert len(found("excessive-dependence", [*chain(54, True), *withdrawn])) == 1
    assert found("excessive-dependence", [*chain(54, True), *(claim(f"more-{n}") for n in range(50))]) == []


@pytest.mark.parametrize("seed", range(30))
def test_no_project_that_the_tables_refuse_passes_the_check(seed: int) -> None:
    chance = random.Random(seed)
    size, map_ordered = chance.randint(50, 110), chance.random() / 4
    names = [f"c{n:03}" for n in range(size)]
    claims = [
        claim(
            name,
            *(earlier for earlier in names[:n] if chance.random() < map_ordered),
            type=chance.choice(("repeats", "relies-on", "relies-on", "same-evidence")),
            **({"basis": GROUND} if chance.random() < 0.8 else {}),
        )
        for n, name in enumerate(names)
    ]
    graph = gather(corpus(claims))
    refused = False
    try:
        roots = find(graph)
        roots.require_writable_paths()
        roots.tied(graph.ties)
    except LimitError:
        refused = True

    assert bool(found("excessive-dependence", claims)) is refused


def test_claims_in_a_circle_are_followed_once() -> None:
    circle = [claim(f"c{n:04}", f"c{(n + 1) % 3000:04}") for n in range(3000)]

    assert found("excessive-dependence", circle) == []


# How far actors are followed


def offices(count: int, kind: str = "organ") -> list[Entry]:
    """Return a chain of bodies, each part of the one before."""
    ties = [{"part_of": [{"of": f"office-{n - 1}"}]} if n else {} for n in range(count)]
    return [{"id": f"office-{n}", "name": "Office", "kind": kind, **tie} for n, tie in enumerate(ties)]


def person(of: str) -> Entry:
    return {"id": "ann", "name": "Ann", "kind": "person", "memberships": [{"of": of}]}


def test_actors_may_be_20_steps_below_the_top_and_only_the_first_below_is_reported() -> None:
    message = "'office-21' is more than 20 steps below the body at the top"

    assert found("affiliation-too-deep", [], offices(21)) == []
    assert found("affiliation-too-deep", [], offices(30)) == [("office-21", message)]
    assert found("affiliation-too-deep", [], [*offices(21), person("office-19")]) == []
    assert found("affiliation-too-deep", [], [*offices(21), person("office-20")]) == [
        ("ann", "'ann' is more than 20 steps below the body at the top")
    ]


def test_states_and_organisations_of_states_have_nothing_above_them() -> None:
    union = {"id": "union", "name": "Union", "kind": "organ", "memberships": [{"of": "office-20"}]}

    assert found("affiliation-too-deep", [], offices(30, "state")) == []
    assert found("affiliation-too-deep", [], [*offices(21), union]) == []


@pytest.mark.parametrize(("ties", "expected"), [(200, ["c"]), (201, [])])
def test_200_affiliations_are_followed_to_the_body_spoken_for(ties: int, expected: list[str]) -> None:
    bodies = offices(ties + 1)
    bodies[1]["part_of"][0]["to"] = "2020"
    said = claim("c", claimant=f"office-{ties}", on_behalf_of="office-0")

    assert [id for id, _ in found("affiliation-of-another-time", [said], bodies)] == expected


def test_actors_with_many_affiliations_are_checked_in_few_steps() -> None:
    # Followed to the end, a million ties would be looked at for each of these claims.
    bodies = [
        {"id": f"b{n}", "name": "B", "kind": "organ", "memberships": [{"of": f"b{m}"} for m in range(n)]}
        for n in range(1, 1500)
    ]
    bodies += [{"id": "b0", "name": "B", "kind": "organ"}, {"id": "us", "name": "US", "kind": "state"}]
    claims = [claim(f"c{n}", claimant="b1499", on_behalf_of="us") for n in range(300)]

    assert found("affiliation-of-another-time", claims, bodies) == []


# How far claims are followed


@pytest.mark.parametrize(("relations", "expected"), [(200, ["last"]), (201, [])])
def test_200_relations_are_followed_from_each_claim_to_find_an_echo(relations: int, expected: list[str]) -> None:
    echoes = chain(relations + 1)
    last = claim("last", "c0000", act="confirm")
    last["relations"].append({"type": "confirms", "to": f"c{relations:04}"})

    assert [id for id, _ in found("echoed-confirmation", [*echoes, last])] == expected


def test_relations_of_one_claim_are_followed_up_to_the_200th() -> None:
    roots = [claim(f"root-{n:03}") for n in range(201)]
    names = [root["id"] for root in roots]

    def last(origin: str) -> Entry:
        entry = claim("last", origin, act="confirm")
        entry["relations"].append({"type": "confirms", "to": "report"})
        return entry

    report = claim("report", *names)
    assert [id for id, _ in found("echoed-confirmation", [*roots, report, last("root-199")])] == ["last"]
    assert found("echoed-confirmation", [*roots, report, last("root-200")]) == []


def test_many_confirmations_of_a_claim_with_many_dependences_are_checked_in_few_steps() -> None:
    # Followed to the end, each of the confirmations would lead to 4,000 claims: a hundred million steps.
    roots = [claim(f"root-{n:04}") for n in range(4000)]
    report = claim("report", *(root["id"] for root in roots))
    confirming = [claim(f"c{n:05}", "report", type="confirms", act="confirm", status="active") for n in range(25_000)]

    assert found("echoed-confirmation", [*roots, report, *confirming]) == []


def test_the_first_thousand_of_many_circles_are_reported() -> None:
    claims = [
        claim(f"c{n:04}", *(["c0000"] if n else []), *([f"c{n + 1:04}"] if n < 1200 else [])) for n in range(1201)
    ]

    assert len(found("circular-dependence", claims)) == 1000
    assert len(found("circular-dependence", claims[:500])) == 499


# Evidence


def states(count: int) -> list[Entry]:
    return [{"id": f"state-{n:05}", "name": f"State {n}", "kind": "state"} for n in range(count)]


def showing(n: int, *to: str, type: str = "same-evidence") -> Entry:
    return claim(f"c{n:05}", *to, type=type, claimant=f"state-{n:05}", evidence=["photo"])


def test_each_further_state_that_shows_an_item_is_reported_with_at_most_20_others() -> None:
    [*_, last] = RULES["states-sharing-evidence"].findings(corpus([showing(n) for n in range(22)], states(22)))

    assert "evidence of 'state-00021' here and of 'state-00000' in 'c00000'" in last.message
    assert [where.record.id for where in last.related] == [f"c{n:05}" for n in range(20)]


@pytest.mark.parametrize("type", ["same-evidence", "relies-on", "updates"])
def test_a_dependence_between_two_claims_explains_shared_evidence_in_both_directions(type: str) -> None:
    expected = [] if type != "updates" else ["c00001"]

    later = found("states-sharing-evidence", [showing(0), showing(1, "c00000", type=type)], states(2))
    assert [id for id, _ in later] == expected
    if type != "relies-on":  # what follows from another is no origin, and is left out
        earlier = found("states-sharing-evidence", [showing(0, "c00001", type=type), showing(1)], states(2))
        assert [id for id, _ in earlier] == expected


def test_an_item_that_many_states_show_is_checked_in_few_steps() -> None:
    # Compared each with each, they would make for 50 million pairs.
    many = 10_000

    assert len(found("states-sharing-evidence", [showing(n) for n in range(many)], states(many))) == many - 1
