"""Parts of origins over many moments are those that are found for each moment by itself."""

import random

import pytest

from alleged.origins.intervals import Group, components
from alleged.origins.joins import Join, merged, spans_without


@pytest.mark.parametrize("seed", range(40))
def test_each_moment_has_the_components_of_its_joins(seed: int) -> None:
    chance = random.Random(seed)
    origins = "abcdefgh"[: chance.randint(1, 8)]
    moments = chance.randint(1, 20)
    joins = [join(chance, origins, moments) for _ in range(chance.randint(0, 25))]

    found = merged(moments, joins, origins)

    for moment in range(moments):
        now = [j for j in joins if j.first <= moment < j.past]
        shared = {j.other for j in now if not isinstance(j.other, str)}
        groups: list[Group] = [(str(j.one), j.other) for j in now if isinstance(j.other, str)]
        groups += [tuple(str(j.one) for j in now if j.other == item) for item in shared]
        assert found[moment] == len(origins) - components(origins, groups)


def join(chance: random.Random, origins: str, moments: int) -> Join:
    one = chance.choice(origins)
    other = chance.choice((*origins, *((item,) for item in range(3))))
    first = chance.randrange(moments)
    return Join(one, other, first, chance.randint(first, moments))


def test_a_join_holds_from_its_first_moment_up_to_but_not_at_the_past_one() -> None:
    assert merged(4, [Join("a", "b", 1, 3)], "ab") == [0, 1, 1, 0]


def test_what_origins_share_is_not_counted_itself() -> None:
    shared = ("item",)

    assert merged(1, [Join("a", shared, 0, 1)], "ab") == [0]
    assert merged(1, [Join("a", shared, 0, 1), Join("b", shared, 0, 1)], "ab") == [1]


def test_without_moments_there_are_no_counts() -> None:
    assert merged(0, [Join("a", "b", 0, 0)], "ab") == []


def test_a_chain_of_joins_is_climbed_in_few_steps() -> None:
    # Were the larger part put below the smaller, or the newer below the older, this would take minutes.
    many = 50_000
    origins = [f"{n:05}" for n in range(many)]
    forwards = [Join(origins[n], origins[n + 1], 0, 1) for n in range(many - 1)]

    assert merged(1, forwards, origins) == [many - 1]
    assert merged(1, [Join(j.other, j.one, 0, 1) for j in forwards], origins) == [many - 1]


def test_removing_moments_leaves_the_spans_between_them() -> None:
    assert list(spans_without(9, {4, 3, 7})) == [(0, 3), (5, 7), (8, 9)]
    assert list(spans_without(2, {0, 1})) == []
    assert list(spans_without(3, ())) == [(0, 3)]
    assert list(spans_without(3, {0})) == [(1, 3)]
    assert list(spans_without(3, {2})) == [(0, 2)]
