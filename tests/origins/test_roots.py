"""Roots, the paths to them and their limits, against a search through all paths of each day."""

import random
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from alleged.errors import LimitError
from alleged.origins import limits
from alleged.origins.intervals import origins_of_topic
from alleged.origins.roots import find
from alleged.origins.timelines import timeline
from alleged.origins.utterances import ClaimText, Graph, Link, Utterance, graph
from utterances import START, claim, day

DAYS = 12


def web(claims: list[Utterance], *links: Link) -> Graph:
    texts = tuple(ClaimText(c.id, ("paper",), c.public_on) for c in claims)
    return graph({c.id: c for c in claims}, list(links), texts)


def follows(start: str, end: str, known: int = 0, type: str = "repeats") -> Link:
    return Link(start, end, type, day(known))


def made_up(chance: random.Random) -> Graph:
    claims = [
        claim(
            f"c{n}",
            chance.randrange(DAYS),
            attribution=chance.choice(("named-person", "named-person", "narrator")),
            grounds=chance.random() < 0.3,
        )
        for n in range(chance.randint(1, 8))
    ]
    chance.shuffle(claims)
    pairs = [(a, b) for n, a in enumerate(claims) for b in claims[:n]]
    chosen = chance.sample(pairs, min(len(pairs), chance.randint(0, 12)))
    links = [follows(a.id, b.id, chance.randint((a.public_on - START).days, DAYS - 1)) for a, b in chosen]
    return web(claims, *links)


def paths(claim_id: str, found: Graph, on: date) -> Iterator[list[str]]:
    """Yield every way from a claim to a root, as far as they are public on a day."""
    seen = {id for id, c in found.utterances.items() if c.public_on <= on}
    ends = [k.end for k in found.links if k.start == claim_id and k.public_on <= on and k.end in seen]
    this = found.utterances[claim_id]
    if claim_id in seen:
        if this.attribution != "narrator" and (not ends or this.grounds):
            yield [claim_id]
        for end in ends:
            yield from ([claim_id, *path] for path in paths(end, found, on))


@pytest.mark.parametrize("seed", range(150))
def test_a_claim_rests_on_the_roots_that_its_paths_lead_to_from_the_first_such_day(seed: int) -> None:
    found = made_up(random.Random(seed))
    expected: dict[str, dict[str, date]] = {id: {} for id in found.utterances}
    for n in range(DAYS):
        for id, since in expected.items():
            for path in paths(id, found, day(n)):
                since.setdefault(path[-1], day(n))

    roots = find(found)

    first = {
        id: {r: max(path.since, found.utterances[id].public_on) for r, path in paths.items()}
        for id, paths in roots.paths.items()
    }
    assert first == expected


@pytest.mark.parametrize("seed", range(150))
def test_the_path_to_a_lasting_root_is_the_shortest_and_of_equal_ones_the_first(seed: int) -> None:
    found = made_up(random.Random(seed))

    for roots in (find(found), find(found, "current")):
        for id in found.utterances:
            shortest: dict[str, list[str]] = {}
            for path in sorted(paths(id, found, date.max), key=lambda path: (len(path), path)):
                shortest.setdefault(path[-1], path)
            assert roots.of(id) == sorted(shortest)
            for root, path in shortest.items():
                assert roots.path(id, root) == list(roots.walk(id, root)) == path
                assert roots.paths[id][root].hops == len(path) - 1


def test_with_hindsight_only_lasting_roots_are_left() -> None:
    found = web([claim("a"), claim("b", 1)], follows("b", "a", 5))

    assert {id: list(ways) for id, ways in find(found, "current").paths.items()} == {"a": ["a"], "b": ["a"]}
    assert {id: sorted(ways) for id, ways in find(found).paths.items()} == {"a": ["a"], "b": ["a", "b"]}
    assert find(found).until == {"b": day(5)}


def test_a_claim_that_follows_another_from_its_own_day_was_never_a_root() -> None:
    found = web([claim("a"), claim("b", 1), claim("c", 2)], follows("b", "a", 1), follows("c", "b", 2))

    assert {id: list(ways) for id, ways in find(found).paths.items()} == {"a": ["a"], "b": ["a"], "c": ["a"]}


def test_a_claim_made_on_the_day_on_which_another_ceased_to_be_a_root_never_rested_on_it() -> None:
    found = web([claim("a"), claim("b", 1), claim("c", 5)], follows("b", "a", 5), follows("c", "b", 5))
    earlier = web([claim("a"), claim("b", 1), claim("c", 4)], follows("b", "a", 5), follows("c", "b", 4))

    assert sorted(find(found).paths["c"]) == ["a"]
    assert sorted(find(earlier).paths["c"]) == ["a", "b"]


def test_a_link_is_public_once_what_it_leads_to_is() -> None:
    found = web([claim("a", 7), claim("b", 1)], follows("b", "a", 1))

    assert find(found).until == {"b": day(7)}
    assert find(found).paths["b"]["a"].since == day(7)


# Limits


def chain(claims: int, grounds: bool = False) -> Graph:
    names = [f"c{n:05}" for n in range(claims)]
    links = [follows(later, earlier) for earlier, later in pairwise(names)]
    return web([claim(name, grounds=grounds) for name in names], *links)


def hub(roots: int, hubs: int, claims: int) -> Graph:
    """Return a claim that follows from some roots, hubs that follow from it, and claims that follow from each hub."""
    names = {word: [f"{word}-{n:03}" for n in range(size)] for word, size in (("root", roots), ("hub", hubs))}
    tops = [f"top-{n:03}" for n in range(claims)]
    links = [follows("collector", root) for root in names["root"]]
    links += [follows(hub, "collector") for hub in names["hub"]]
    links += [follows(top, hub) for top in tops for hub in names["hub"] or ["collector"]]
    return web([claim(name) for name in (*names["root"], "collector", *names["hub"], *tops)], *links)


def tied(ones: int, others: int) -> Graph:
    """Return two claims that may have one origin, each with so many roots."""
    names = [f"root-{n:03}" for n in range(ones + others)]
    links = [follows("one" if n < ones else "other", name) for n, name in enumerate(names)]
    return web([claim(name) for name in (*names, "one", "other")], *links, follows("one", "other", 0, "same-evidence"))


def test_all_paths_may_name_500_claims_for_each_claim_on_average() -> None:
    find(chain(999)).require_writable_paths()
    with pytest.raises(LimitError, match="name more than 500,000 claims, most of them at 'c00999'") as error:
        find(chain(1000)).require_writable_paths()

    assert (error.value.record, error.value.exit_code) == ("c00999", 1)


def with_one_more(found: Graph, *ends: str) -> Graph:
    """Return a graph with a claim that follows from some others."""
    more = {**found.utterances, "more": claim("more")}
    return graph(more, [*found.links, *found.ties, *(follows("more", end) for end in ends)], found.texts)


def test_claims_may_have_100_paths_to_roots_on_average() -> None:
    find(chain(199, grounds=True))
    find(with_one_more(chain(199, grounds=True), "c00099"))
    with pytest.raises(LimitError, match="more than 20,000 paths to their roots, most of them at 'c00198'"):
        find(with_one_more(chain(199, grounds=True), "c00100"))


def test_20_paths_may_be_followed_for_each_link_on_average_besides_those_that_are_kept() -> None:
    hubs = [f"hub-{n:03}" for n in range(4)]
    find(hub(50, 13, 24))
    find(with_one_more(hub(50, 13, 24), *hubs[:3], "root-000", "root-001"))
    with pytest.raises(LimitError, match="more than 8,900 paths to their roots"):
        find(with_one_more(hub(50, 13, 24), *hubs, "root-000"))


def test_roots_of_two_claims_may_be_tied_in_100_000_pairs() -> None:
    found = tied(250, 400)
    assert find(found).tied(found.ties) == list(found.ties)
    one_more = [*found.links, *found.ties, follows("root-001", "root-000", 0, "same-evidence")]
    with pytest.raises(LimitError, match="more than 100,000 pairs of roots, most of them at 'root-001'"):
        origins_of_topic(graph(found.utterances, one_more, found.texts), "t")


def test_ties_of_claims_that_rest_on_nothing_join_nothing() -> None:
    claims = [claim("a"), claim("b"), claim("crowd", attribution="collective")]
    ends = [("b", "a"), ("b", "crowd"), ("crowd", "a")]
    found = web(claims, *(follows(start, end, 0, "same-evidence") for start, end in ends))

    assert find(found).tied(found.ties) == [follows("b", "a", 0, "same-evidence")]


def test_a_large_project_may_have_100_pairs_for_each_claim() -> None:
    assert [limits.pairs(n) for n in (1, 1000, 1001)] == [100_000, 100_000, 100_100]


def test_pairs_of_all_ties_are_counted_together() -> None:
    found = tied(250, 201)
    second = [*found.links, *found.ties, follows("other", "one", 0, "possibly-same-origin")]

    with pytest.raises(LimitError, match="more than 100,000 pairs"):
        list(timeline(graph(found.utterances, second, found.texts)))
