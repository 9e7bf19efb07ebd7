"""Figures of a topic side by side, as text: never summed, and marked where they may not be compared."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from alleged.corpus import Corpus, Record
from alleged.origins.figures import Figure
from alleged.render.claims import figure as figure_words
from alleged.render.screen import safe


def text(figures: list[Figure], topic: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the figures by item and unit, in the order in which they were named."""
    yield safe(topic["question"])
    yield f"  {safe(topic.id)}; each figure is its claimant's own, none is best"
    for (item, unit), group in groupby(figures, key=lambda f: (f.item, f.quantity["unit"])):
        yield ""
        yield f"{safe(item or 'item not stated')}, in units of {safe(unit)}"
        rows = list(group)
        for figure in rows:
            said = safe(figure.claim["said"])
            words = safe(figure_words({**figure.quantity, "item": item or "item not stated"}))
            yield f"  {said:<12} {safe(corpus.actors[figure.principal]['name'])}: {words} ({safe(figure.claim.id)})"
            if len(rows) > 1:
                yield f"  {'':<12} {_comparable(figure, rows)}"


def _comparable(figure: Figure, rows: list[Figure]) -> str:
    alike = [other.claim.id for other in rows if other.key and other.key == figure.key and other is not figure]
    if alike:
        return f"comparable with {', '.join(map(safe, alike))}"
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
