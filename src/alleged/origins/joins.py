"""Into how many parts origins fall at each of many moments, while joins between them come and go."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import NamedTuple


class Join(NamedTuple):
    """Two nodes that belong together from the moment `first` up to, but not at, the moment `past`.

    A node is an origin, or something that origins share; what is shared counts as no part itself.
    """

    one: Hashable
    other: Hashable
    first: int
    past: int


def merged(moments: int, joins: Iterable[Join], origins: Collection[str]) -> list[int]:
    """Return for each moment how many parts fewer there are than origins, because of the joins of that moment.

    This is offline dynamic connectivity: the moments are halved again and again, a join is applied where it holds
    throughout, and undone on the way back. It takes O(joins * log(moments) * log(origins)) steps.
    """
    forest = _Forest(origins)
    found: list[int] = []

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
            found.extend([fewer] * (past - first))
        forest.undo(mark)

    halve(0, moments, list(joins), 0)
    return found


def without(moments: int, gone: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the spans, each from a first moment to one past it, that are left when some moments are taken out."""
    start = 0
    for moment in sorted(gone):
        if start < moment:
            yield start, moment
        start = moment + 1
    if start < moments:
        yield start, moments


class _Forest:
    """Union-find that can be undone: no path is shortened, the part with fewer origins goes below the other."""

    def __init__(self, origins: Collection[str]) -> None:
        self.above: dict[Hashable, Hashable] = {}
        self.origins: Counter[Hashable] = Counter(origins)
        self.changes: list[Hashable] = []

    def join(self, one: Hashable, other: Hashable) -> int:
        """Join the parts of two nodes; return 1 if both held an origin and were apart, else 0."""
        small, large = sorted((self._head(one), self._head(other)), key=self.origins.__getitem__)
        if small == large:
            return 0
        self.above[small] = large
        self.changes.append(small)
        self.origins[large] += self.origins[small]
        return int(self.origins[small] > 0)

    def undo(self, mark: int) -> None:
        """Undo all joins but the first `mark` ones."""
        while len(self.changes) > mark:
            small = self.changes.pop()
            self.origins[self.above.pop(small)] -= self.origins[small]

    def _head(self, node: Hashable) -> Hashable:
        while node in self.above:
            node = self.above[node]
        return node
