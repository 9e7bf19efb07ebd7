"""What records are compared by: keys of records that several rules share.

A rule `by` keys compares only records that have a key in common, so these can be judged apart from all others.
"""

from collections.abc import Hashable, Iterator

from alleged.records.corpus import Corpus, Record


def topic(record: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the topic of a claim, and those that its relations lead to; a topic itself; that of an assessed claim."""
    if record.kind == "topics":
        yield record.id
    elif record.kind == "claims":
        yield record["topic"]
        for relation in record.get("relations", ()):
            other = corpus.claims.get(relation["to"])
            yield other["topic"] if other else relation["to"]
    elif record.kind == "assessments" and "claim" in record.data:
        yield corpus.claims[record["claim"]]["topic"]


def linked(record: Record, corpus: Corpus) -> Iterator[str]:
    """Yield a claim, its topic, and what its relations lead to; an assessed claim and its topic."""
    if record.kind == "claims":
        yield from (record.id, record["topic"])
        yield from (relation["to"] for relation in record.get("relations", ()))
    elif record.kind == "assessments" and "claim" in record.data:
        yield from (record["claim"], corpus.claims[record["claim"]]["topic"])


def claimant_and_topic(record: Record, _: Corpus) -> Iterator[Hashable]:
    """Yield the claimant and the topic of a claim."""
    if record.kind == "claims":
        yield record["claimant"], record["topic"]


def evidence(record: Record, _: Corpus) -> Iterator[str]:
    """Yield the items of evidence of a claim."""
    if record.kind == "claims":
        yield from record.get("evidence", ())
