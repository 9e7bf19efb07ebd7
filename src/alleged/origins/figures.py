"""Figures of a topic: which may be compared with each other, and why others may not. None are added up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from alleged.dates import parse
from alleged.origins import principal
from alleged.origins.publication import public_bounds
from alleged.origins.utterances import public_day, stance
from alleged.records.corpus import Corpus, Record


class Figure(NamedTuple):
    """A figure of a claim; figures with the same `key` may be compared, and one without a key with none."""

    claim: Record
    principal: str
    quantity: Mapping[str, Any]
    item: str | None
    key: str | None
    why_not: str | None


def figures(topic: str, corpus: Corpus, on: date = date.max) -> list[Figure]:
    """Return the figures of the claims that assert what a topic asks about, by item, unit and day of utterance.

    With a day, only those of claims that certainly were public by then.
    """
    ordered = sorted(_figures(topic, corpus, on), key=_sort_key)
    starts: dict[tuple[str | None, str], set[str | None]] = defaultdict(set)
    for figure in ordered:
        starts[figure.item, figure.quantity["unit"]].add(figure.key)
    return [f._replace(why_not=_why_not(f, starts[f.item, f.quantity["unit"]])) for f in ordered]


def _why_not(figure: Figure, keys: set[str | None]) -> str | None:
    if figure.item is None:
        return "what is counted is not stated"
    if figure.key is None:
        return "the start of its window is not stated"
    return None if keys == {figure.key} else "the windows of others start on another day, or have no start"


def _figures(topic: str, corpus: Corpus, on: date) -> Iterator[Figure]:
    for claim in corpus.claims.values():
        if claim["topic"] != topic or not claim.active or claim.get("background"):
            continue
        if stance(claim) == "yes" and (on == date.max or public_day(public_bounds(claim, corpus), "certain") <= on):
            for quantity in claim.get("quantities", ()):
                item = quantity.get("item", corpus.slot(claim, "item"))
                yield Figure(claim, principal(claim, corpus), quantity, item, comparable_key(item, quantity), None)


def _sort_key(figure: Figure) -> tuple[str, ...]:
    said = parse(figure.claim["said"])
    return figure.item or "", figure.quantity["unit"], str(said.hi or said.lo), figure.claim.id


def comparable_key(item: str | None, quantity: Mapping[str, Any]) -> str | None:
    """Return the key that two figures must share to be compared; None where a part of it is not stated."""
    start = parse(quantity["window"]).lo if "window" in quantity else None
    return f"{item}|{quantity['unit']}|{start.isoformat()}" if item and start else None
