"""Number of connected components of origins at each of many moments, while joins are added and removed."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import NamedTuple


class Join(NamedTuple):
    """Two nodes that are connected from the moment `first` up to, but not at, the moment `past`.

    A node is an origin, or something that origins share, which is not counted itself.
    """

    one: Hashable
    other: Hashable
    first: int
    past: int


def merged(moments: int, joins: Iterable[Join], origins: Collection[str]) -> list[int]:
    """Return for each moment the number of origins minus the number of their connected components.

    This is offline dynamic connectivity: the range of moments is halved recursively, a join is applied to the largest
    ranges that it covers, and undone afterwards. It takes O(joins * log(moments) * log(origins)) steps.
    """
    forest = _Forest(origins)
    counts: list[int] = []

    def halve(first: int, past: int, joins: list[Join], fewer: int) -> None:
        mark, partial = len(forest.changes), []
        for join in joins:
            if join.first <= first and past <= join.past:
                fewer += forest.join(join.one, join.other)
            elif join.first < past and first < join.past:
                partial.append(join)
        if partial:
            middle = (first + past) // 2
            halve(first, middle, partial, fewer)
            halve(middle, past, partial, fewer)
        else:
            counts.extend([fewer] * (past - first))
        forest.undo(mark)

    halve(0, moments, list(joins), 0)
    return counts


def spans_without(moments: int, removed: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the half-open spans that remain of a range of moments when some of them are removed."""
    start = 0
    for moment in sorted(removed):
        if start < moment:
            yield start, moment
        start = moment + 1
    if start < moments:
        yield start, moments


class _Forest:
    """Union-find with undo: by size, without path compression."""

    def __init__(self, origins: Collection[str]) -> None:
        self.above: dict[Hashable, Hashable] = {}
        self.origins: Counter[Hashable] = Counter(origins)
        self.changes: list[Hashable] = []

    def join(self, one: Hashable, other: Hashable) -> int:
        """Join the components of two nodes; return 1 if that makes one component with origins less, else 0."""
        small, large = sorted((self._head(one), self._head(other)), key=self.origins.__getitem__)
        if small == large:
            return 0
        self.above[small] = large
        self.changes.append(small)
        self.origins[large] += self.origins[small]
        return int(self.origins[small] > 0)

    def undo(self, mark: int) -> None:
        """Undo all joins after the first `mark`."""
        while len(self.changes) > mark:
            small = self.changes.pop()
            self.origins[self.above.pop(small)] -= self.origins[small]

    def _head(self, node: Hashable) -> Hashable:
        while node in self.above:
            node = self.above[node]
        return node
