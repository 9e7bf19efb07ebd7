"""Figures of a topic side by side, as text: never summed, and marked where they may not be compared."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from alleged.corpus import Corpus, Record
from alleged.origins.figures import Figure
from alleged.render.claims import figure as figure_words


def text(figures: list[Figure], topic: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the figures by item and unit, in the order in which they were named."""
    yield topic["question"]
    yield f"  {topic.id}; each figure is its claimant's own, none is best"
    for (item, unit), group in groupby(figures, key=lambda f: (f.item, f.quantity["unit"])):
        yield ""
        yield f"{item or 'item not stated'}, in units of {unit}"
        rows = list(group)
        for figure in rows:
            words = figure_words({**figure.quantity, "item": item or "item not stated"})
            name = corpus.actors[figure.principal]["name"]
            yield f"  {figure.claim['said']:<12} {name}: {words} ({figure.claim.id})"
            if len(rows) > 1:
                yield f"  {'':<12} {_comparable(figure, rows)}"


def _comparable(figure: Figure, rows: list[Figure]) -> str:
    alike = [other.claim.id for other in rows if other.key and other.key == figure.key and other is not figure]
    if alike:
        return f"comparable with {', '.join(alike)}"
    return f"comparable with none here: {figure.why_not}"


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
