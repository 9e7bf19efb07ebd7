"""Figures claimed on a topic as text: never summed, and marked if they cannot be compared."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from alleged.origins.figures import Figure
from alleged.records.corpus import Corpus, Record
from alleged.render.claims import figure as figure_words

NAMED = 20
"""Most comparable figures on one line; of more, only the number."""


def text(figures: list[Figure], topic: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the figures by item and unit, oldest first."""
    yield topic["question"]
    yield f"  {topic.id}; each figure is the claimant's own; none is preferred"
    for (item, unit), group in groupby(figures, key=lambda f: (f.item, f.quantity["unit"])):
        yield ""
        yield f"{item or 'item not stated'}, in units of {unit}"
        rows = list(group)
        alike: dict[str | None, list[Figure]] = defaultdict(list)
        for figure in rows:
            alike[figure.key].append(figure)
        for figure in rows:
            words = figure_words({**figure.quantity, "item": item or "item not stated"})
            name = corpus.actors[figure.principal]["name"]
            yield f"  {figure.claim['said']:<12} {name}: {words} ({figure.claim.id})"
            if len(rows) > 1:
                yield f"  {'':<12} {_comparable(figure, alike[figure.key])}"


def _comparable(figure: Figure, alike: list[Figure]) -> str:
    if figure.key is None or len(alike) == 1:
        return f"comparable with none here: {figure.why_not}"
    others = (other.claim.id for other in alike if other is not figure)
    more = len(alike) - 1 - NAMED
    return f"comparable with {', '.join(islice(others, NAMED))}{f' and {more} more' if more > 0 else ''}"


def data(figure: Figure) -> dict[str, Any]:
    """Return a figure as plain data."""
    return {
        "claim": figure.claim.id,
        "said": figure.claim["said"],
        "principal": figure.principal,
        **figure.quantity,
        "item": figure.item,
        "comparable_key": figure.key,
        "not_comparable": figure.why_not,
    }
