import pytest
from hypothesis import given
from hypothesis import strategies as st

from alleged.graphs import NAMED, circles, format_circle, reachable, topological_order

EDGES = {"a": ["b", "c"], "b": ["d"], "c": ["d", "a"], "d": []}
graphs = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), unique=True, max_size=4))


def successors(edges: dict[str, list[str]]):
    return lambda id: edges.get(id, [])


@pytest.mark.parametrize(("limit", "ids"), [(None, "abcd"), (5, "abcd"), (3, "abcd"), (2, "abc"), (1, "ab"), (0, "a")])
def test_edges_are_followed_up_to_a_limit_the_nearest_first(limit: int | None, ids: str) -> None:
    assert reachable(["a"], successors(EDGES), limit) == set(ids)


def test_what_is_reachable_from_several_ids_is_all_that_each_leads_to() -> None:
    assert reachable(["d", "b"], successors(EDGES)) == {"b", "d"}
    assert reachable([], successors(EDGES)) == set()


@given(graphs)
def test_reachable_is_the_transitive_closure(edges: dict[str, list[str]]) -> None:
    closure = {id: {id} for id in "abcdef"}
    for _ in closure:
        for id in closure:
            closure[id] = closure[id].union(*(closure[end] for end in edges.get(id, [])))

    assert {id: reachable([id], successors(edges)) for id in closure} == closure


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"b": ["a"], "a": ["b"]}, [["a", "b"]]),
        ({"a": ["c"], "c": ["b"], "b": ["a"]}, [["a", "c", "b"]]),
        ({"a": ["b", "c"], "b": ["a"], "c": ["a"]}, [["a", "b"], ["a", "c"]]),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"]}, []),
    ],
)
def test_circles_begin_with_their_smallest_id(edges: dict[str, list[str]], expected: list[list[str]]) -> None:
    assert list(circles(edges, successors(edges), 10)) == expected


@given(graphs)
def test_without_one_edge_of_each_circle_no_circle_is_left(edges: dict[str, list[str]]) -> None:
    first = list(circles(sorted(edges), successors(edges), 100))
    order = topological_order({id: edges.get(id, []) for id in "abcdef"})
    in_circle = {id for id in "abcdef" if any(id in reachable([end], successors(edges)) for end in edges.get(id, []))}

    assert bool(first) == bool(in_circle)
    assert {id for circle in first for id in circle} <= in_circle
    for circle in first:
        assert all(end in edges[id] for id, end in zip(circle, [*circle[1:], circle[0]], strict=True))
    if not first:
        assert all(order.index(end) < order.index(id) for id in order for end in edges.get(id, []))


def test_circles_stop_after_a_limit() -> None:
    edges = {str(n): [str(n)] for n in range(9)}

    assert len(list(circles(edges, successors(edges), 5))) == 5


def test_walks_are_longer_than_python_recurses() -> None:
    edges = {str(n): [str((n + 1) % 5000)] for n in range(5000)}

    assert len(reachable(["0"], successors(edges))) == 5000
    assert [len(circle) for circle in circles(edges, successors(edges), 10)] == [5000]


def test_a_long_circle_is_cut_in_the_middle() -> None:
    ids = [str(n) for n in range(NAMED)]

    assert format_circle(["a", "b"]) == "a → b → a"
    assert format_circle(ids[:-1]).count("→") == NAMED - 1
    assert format_circle(ids).endswith(" → 18 → (1 more) → 0")


def test_ids_come_after_what_they_lead_to_and_those_that_lead_to_a_circle_last() -> None:
    edges = {"e": ["d", "c"], "d": ["c", "a"], "c": ["a", "b"], "z": ["y"], "y": ["x"], "x": ["z"], "w": ["x", "a"]}

    assert topological_order(edges) == ["c", "d", "e", "w", "x", "y", "z"]
