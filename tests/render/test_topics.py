"""The pages of a topic: what is named in a line, and what is left out of it."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from alleged.errors import LimitError
from alleged.origins.figures import figures
from alleged.origins.intervals import origins_of_topic
from alleged.origins.timelines import timeline
from alleged.origins.utterances import gather
from alleged.reader import File
from alleged.records.corpus import Corpus, Record
from alleged.render import origins, quantities, timelines

Entry = dict[str, Any]


def corpus(claims: list[Entry]) -> Corpus:
    names = sorted({claim["claimant"] for claim in claims})
    topic = {"id": "shells", "question": "Shells?", "predicate": "transfers-munitions", "subject": names[:1]}
    kinds = {
        "actors": [{"id": name, "name": name.upper(), "kind": "state"} for name in names],
        "topics": [{**topic, "item": "artillery-shell"}],
        "sources": [{"id": "wire", "publisher": names[:1], "published": "2024-01-01"}],
        "claims": claims,
    }
    file = File(Path(), "claims/made-up.yaml", "", {kind: range(1, len(found) + 1) for kind, found in kinds.items()})
    return Corpus(tuple(Record(kind, n, data, file) for kind, found in kinds.items() for n, data in enumerate(found)))


def claim(id: str, *to: str, **other: Any) -> Entry:
    relations = [{"type": "repeats", "to": name} for name in to]
    usual = {"claimant": "us", "act": "allege", "topic": "shells", "said": "2024-01-01", "sources": [{"id": "wire"}]}
    return {"id": id, **usual, **({"relations": relations} if relations else {}), **other}


def chain(length: int) -> list[Entry]:
    names = [f"c{n:04}" for n in range(length)]
    return [claim(names[0]), *(claim(later, earlier) for earlier, later in pairwise(names))]


def lines(claims: list[Entry]) -> list[str]:
    found = corpus(claims)
    at = origins_of_topic(gather(found), "shells")
    return list(origins.text(at, found.topics["shells"], found, "certain", "then"))


def test_a_way_of_more_than_20_claims_is_cut_before_its_root() -> None:
    ways = [line.removeprefix("    ← ").split(" → ") for line in lines(chain(22)) if "←" in line]

    names = [f"c{n:04}" for n in range(21, -1, -1)]
    assert ways[-3:] == [
        names[2:],
        [*names[1:20], "(1 more)", "c0000"],
        [*names[:19], "(2 more)", "c0000"],
    ]


def test_json_holds_whole_ways_unless_they_are_too_many_for_a_page() -> None:
    page = origins.data(origins_of_topic(gather(corpus(chain(30))), "shells"), "certain", "then")

    assert page["origins"][0]["paths"][-1] == [f"c{n:04}" for n in range(29, -1, -1)]
    with pytest.raises(LimitError, match="name more than 500,000 claims"):
        origins.data(origins_of_topic(gather(corpus(chain(1000))), "shells"), "certain", "then")


def test_a_topic_with_ways_too_long_for_json_is_printed_as_text() -> None:
    assert len(lines(chain(1000))) > 1000


def test_what_is_left_without_an_origin_or_one_of_its_roots_is_printed() -> None:
    claims = [
        claim("a", basis=["imagery-released"]),
        claim("b"),
        claim("c", claimant="uk", basis=["imagery-released"]),
        claim("d", "a", "b"),
        claim("e", "a", "c"),
        claim("f", claimant="rok"),
    ]

    printed = lines(claims)

    assert "independent origins: 2 to 3" in printed
    us, uk, rok = ([line for line in printed if line.startswith(f"{name} (")] for name in ("US", "UK", "ROK"))
    assert (us, uk, rok) == (
        ["US (us): evidence disclosed"],
        ["UK (uk): evidence disclosed"],
        ["ROK (rok): no evidence disclosed, cannot be ruled out"],
    )
    assert [line for line in printed if "without" in line] == [
        "  without it: 2",
        "  without it: 1 to 2",
        "  without it: 1 to 2; it alone supports d",
        "  without a alone: 1 to 3",
    ]


def test_roots_that_may_be_one_origin_are_named_if_they_are_of_different_ones() -> None:
    shown = {"basis": ["imagery-released"]}
    claims = [
        claim("a", evidence=["photo"], **shown),
        claim("b", evidence=["photo", "film"], **shown),
        claim("c", claimant="uk", evidence=["film"], **shown),
    ]

    assert [line for line in lines(claims) if "may be" in line] == ["may be one origin: b, c"]


def test_an_origin_that_only_confirms_and_states_no_basis_is_counted_apart() -> None:
    confirms = {"act": "confirm", "stance": "yes", "relations": [{"type": "confirms", "to": "a", "basis": "curator"}]}
    claims = [claim("a"), claim("b", claimant="fr", **confirms), claim("c", claimant="uk", basis=["own-observation"])]
    at = origins_of_topic(gather(corpus(claims)), "shells")

    printed = lines(claims)

    assert "  of the latter, 1 only confirms another claim, basis not stated" in printed
    assert "  b, public 2024-01-01: confirms, basis not stated" in printed
    assert origins.data(at, "certain", "then")["confirm_only"] == ["fr"]
    assert not any("confirm" in line for line in lines([claim("a")]))


def figure_lines(count: int) -> list[str]:
    quantity = {"low": 1, "unit": "round", "window": "2024-01-01/.."}
    found = corpus([claim(f"c{n:04}", quantities=[quantity]) for n in range(count)])
    return list(quantities.text(figures("shells", found), found.topics["shells"], found))


def test_up_to_20_figures_are_named_as_comparable_and_of_more_the_number() -> None:
    assert figure_lines(2)[-1].strip() == "comparable with c0000"
    assert figure_lines(21)[-1].strip() == "comparable with " + ", ".join(f"c{n:04}" for n in range(20))
    assert figure_lines(22)[-1].strip().endswith(" c0019 and 1 more")
    assert figure_lines(22)[5].strip().startswith("comparable with c0001, c0002")


def test_a_figure_alone_is_not_compared() -> None:
    assert len(figure_lines(1)) == 5


def test_a_day_of_very_many_roots_is_reported_by_their_number() -> None:
    found = corpus([claim(f"c{n:04}") for n in range(501)])
    [day] = timeline(gather(found))

    row = timelines.data(day)

    assert (row["hi"], row["origin_ids"], row["root_ids"]) == (1, ["us"], None)
    printed = list(timelines.text([day], gather(found), found.topics["shells"], found))
    assert printed[2].startswith("2024-01-01  0 to 1")
