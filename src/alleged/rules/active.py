"""What several rules ask of a record: whether it counts, and what its slots hold once the topic fills them."""

from collections.abc import Iterator, Mapping
from typing import Any

from alleged.records.corpus import Corpus, Record

SLOTS = ("subject", "object", "item", "instrument")
"""Fields of a claim that its topic fills where the claim leaves them out."""


def active(records: Mapping[str, Record]) -> Iterator[Record]:
    """Yield the records that count; one that was withdrawn or superseded may be wrong, and stays as it was."""
    return (record for record in records.values() if record.active)


def slot(claim: Record, name: str, corpus: Corpus) -> Any:
    """Return what a slot of a claim holds: its own value, else that of its topic, else None."""
    return claim.get(name, corpus.topics[claim["topic"]].get(name))
