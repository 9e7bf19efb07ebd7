"""Walks over graphs of ids: circles, reachable ids, topological order.

None of them recurses: a chain of records may be longer than Python's stack.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

NAMED = 20
"""Ids of a circle that `format_circle` names; a longer circle is cut in the middle."""

Successors = Callable[[str], Iterable[str]]
"""Returns the ids to which the edges of an id lead."""


def reachable(starts: Iterable[str], successors: Successors, limit: int | None = None) -> set[str]:
    """Return the ids that edges lead to from some ids, and these ids themselves; at most `limit` edges are followed.

    The edges nearest to the start are followed first.
    """
    reached = dict.fromkeys(starts)
    queue = list(reached)
    for node in islice(chain.from_iterable(map(successors, queue)), limit):  # `queue` grows during the walk
        if node not in reached:
            reached[node] = None
            queue.append(node)
    return set(reached)


def circles(starts: Iterable[str], successors: Successors, limit: int) -> Iterator[list[str]]:
    """Yield circles, each from its smallest id on; if one edge of each is removed, no circle is left.

    Stops after `limit` circles, since each may be as long as all ids together.
    """
    return islice(_circles(starts, successors), limit)


def _circles(starts: Iterable[str], successors: Successors) -> Iterator[list[str]]:
    depth: dict[str, int] = {}
    done: set[str] = set()
    for start in starts:
        if start in depth:
            continue
        path, ahead = [start], [iter(successors(start))]
        depth[start] = 0
        while path:
            node = next(ahead[-1], None)
            if node is None:
                done.add(path.pop())
                ahead.pop()
            elif node not in depth:
                depth[node] = len(path)
                path.append(node)
                ahead.append(iter(successors(node)))
            elif node not in done:
                circle = path[depth[node] :]
                first = circle.index(min(circle))
                yield circle[first:] + circle[:first]


def format_circle(circle: Sequence[str]) -> str:
    """Return a circle as text that starts and ends with its first id: `a → b → a`."""
    steps = [*circle, circle[0]]
    if len(steps) > NAMED:
        steps = [*steps[: NAMED - 1], f"({len(steps) - NAMED} more)", steps[-1]]
    return " → ".join(steps)


def topological_order(edges: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the ids that have edges, each after all ids that it leads to.

    Ids that are part of a circle or lead to one come last, in alphabetical order.
    """
    predecessors: dict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(edges, 0)
    for id, ends in edges.items():
        for end in ends:
            if end in waiting:
                predecessors[end].append(id)
                waiting[id] += 1
    order = [id for id, ends in waiting.items() if not ends]
    for id in order:
        for start in predecessors.get(id, ()):
            waiting[start] -= 1
            if not waiting[start]:
                order.append(start)
    return order + sorted(id for id, ends in waiting.items() if ends)
