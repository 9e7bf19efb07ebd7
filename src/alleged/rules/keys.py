"""What records are compared by: keys of records that several rules share.

A rule `by` keys compares only records that have a key in common, so these can be judged apart from all others.
"""

from collections.abc import Hashable, Iterator

from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import For


def topic(record: Record, corpus: Corpus) -> Iterator[str | For]:
    """Yield the topic of a claim, of an assessed claim, or a topic itself.

    A claim also counts for the topics that its relations lead to.
    """
    if record.kind == "topics":
        yield record.id
    elif record.kind == "claims":
        yield record["topic"]
        for relation in record.get("relations", ()):
            other = corpus.claims.get(relation["to"])
            yield For(other["topic"] if other else relation["to"])
    elif record.kind == "assessments" and "claim" in record.data:
        yield corpus.claims[record["claim"]]["topic"]


def linked(record: Record, _: Corpus) -> Iterator[str | For]:
    """Yield a claim, which also counts for what its relations lead to."""
    if record.kind == "claims":
        yield record.id
        yield from (For(relation["to"]) for relation in record.get("relations", ()))


def claimant_and_topic(record: Record, _: Corpus) -> Iterator[Hashable]:
    """Yield the claimant and the topic of a claim."""
    if record.kind == "claims":
        yield record["claimant"], record["topic"]


def evidence(record: Record, _: Corpus) -> Iterator[str]:
    """Yield the items of evidence of a claim."""
    if record.kind == "claims":
        yield from record.get("evidence", ())
