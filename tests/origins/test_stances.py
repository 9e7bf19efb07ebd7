"""Stances: each branch of the tree of acts has the one that its words give, and only a yes is an origin."""

import shutil
from pathlib import Path
from random import Random

import pytest

from alleged.origins.intervals import TopicOrigins, origins_of_topic
from alleged.origins.utterances import Utterance, gather, graph, stance
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.report import check
from alleged.schemas.vocabularies import vocabulary
from paths import ROOT
from utterances import claim


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with one claim for each branch of the decision tree of acts."""
    root: Path = tmp_path_factory.mktemp("scheme")
    shutil.copytree(ROOT / "tests" / "scheme" / "claims", root / "claims")
    return Project(root)


@pytest.fixture(scope="module")
def branches(scheme: Project) -> Corpus:
    return corpus.read(scheme).corpus


def test_every_act_has_a_claim_and_no_rule_finds_anything(scheme: Project, branches: Corpus) -> None:
    assert {claim["act"] for claim in branches.claims.values()} == set(vocabulary("act"))
    assert check(scheme).issues == ()


def test_each_branch_has_the_stance_that_its_words_give(branches: Corpus) -> None:
    assert {c.id: stance(c) for c in branches.claims.values()} == {c.id: c["note"] for c in branches.claims.values()}


def test_only_claims_that_mean_yes_are_origins(branches: Corpus) -> None:
    found = gather(branches)

    assert roots(origins_of_topic(found, "shells")) == {
        "us": {"dispute-denial", "correct", "allege-deed"},
        "rok": {"warn-of-more"},
        "ukraine": {"allege-presupposed"},
    }
    assert roots(origins_of_topic(found, "use")) == {"russia": {"acknowledge"}, "ukraine": {"target-hit"}}


@pytest.mark.parametrize("seed", range(40))
def test_a_claim_that_no_longer_means_yes_never_raises_the_interval(seed: int) -> None:
    chance = Random(seed)
    claims = [made_up(n, chance) for n in range(chance.randint(1, 10))]
    changed = chance.choice(claims)
    before = origins_of_topic(graph({c.id: c for c in claims}, [], ()), "t")
    other = replace_stance(changed, chance.choice(("no", "open")))
    after = origins_of_topic(graph({c.id: other if c is changed else c for c in claims}, [], ()), "t")

    assert after.interval.lo <= before.interval.lo
    assert after.interval.hi <= before.interval.hi
    assert all(changed.id not in ids for ids in roots(after).values())


@pytest.mark.parametrize("act", [code.code for code in vocabulary("act").values()])
@pytest.mark.parametrize("meant", list(vocabulary("stance")))
def test_the_stance_decides_whatever_the_act(act: str, meant: str) -> None:
    one = claim("c", act=act, stance=meant)

    assert origins_of_topic(graph({"c": one}, [], ()), "t").interval.hi == (meant == "yes")


def roots(found: TopicOrigins) -> dict[str, set[str]]:
    """Return the roots of each origin."""
    return {origin: {root.id for root in of} for origin, of in found.origins.items()}


def made_up(n: int, chance: Random) -> Utterance:
    return claim(
        f"c{n}",
        principal=chance.choice("pqrs"),
        stance=chance.choice(("yes", "yes", "no", "open")),
        disclosed=chance.random() < 0.5,
        grounds=chance.random() < 0.5,
    )


def replace_stance(one: Utterance, meant: str) -> Utterance:
    return one._replace(stance=meant)
