"""How claims bear on earlier claims and on topics."""

from collections.abc import Iterator

import polars as pl

from alleged.origins.publication import earliest, public_bounds, published
from alleged.records.corpus import Corpus
from alleged.schemas.vocabularies import vocabulary
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    choice,
    code,
    condition,
    contract,
    day,
    flag,
    link,
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table, entries

CLASSES = tuple(dict.fromkeys(str(kind.notes["class"]) for kind in vocabulary("relation-type").values()))

has_target = condition(
    lambda _: (pl.col("to_id") == pl.coalesce("to_claim_id", "to_topic_id")).fill_null(False),
    "to_id is neither a claim nor a topic",
)

schema = contract(
    "relations",
    ["from_id", "type", "to_id"],
    "One row for each relation of a claim to an earlier claim or to a topic. A symmetric relation has one row, on the "
    "later claim.",
    {
        "from_id": link("claims.claim_id", "Claim that has the relation; the later one."),
        "type": code("relation-type", "How `from_id` bears on `to_id`, such as repeats or denies."),
        "to_id": text("Earlier claim or topic: whichever of the next two columns is filled."),
        "to_claim_id": link("claims.claim_id", "`to_id` where it is a claim.", "`to_id` is a topic"),
        "to_topic_id": link("topics.topic_id", "`to_id` where it is a topic.", "`to_id` is a claim"),
        "class": choice(CLASSES, "Family of the type; only `dependence` affects how many origins are counted."),
        "relation_basis": code(
            "relation-basis", "Who says that the relation holds: a source, or a curator who concluded it."
        ),
        "symmetric": flag("Whether relations of this type hold in both directions."),
        "source_id": link("sources.source_id", "Source that shows the relation.", NOT_STATED),
        "known_lo": day(
            "First day on which the relation may have become public: publication of `source_id`, or else the earliest "
            "publication of the claim `from_id`.",
            "no lower bound",
        ),
        "known_hi": day("Day by which the relation certainly was public.", "no upper bound"),
        "note": text("Why the relation holds.", NOT_STATED),
        **provenance_columns(),
    },
    has_target,
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each relation of each claim."""
    for claim in corpus.claims.values():
        for relation in claim.get("relations", ()):
            kind, to, source = (
                vocabulary("relation-type")[relation["type"]],
                relation["to"],
                relation.get("source"),
            )
            lo, hi = earliest([published(source, corpus)]) if source else public_bounds(claim, corpus)
            yield {
                "from_id": claim.id,
                "type": kind.code,
                "to_id": to,
                "to_claim_id": to if to in corpus.claims else None,
                "to_topic_id": to if to in corpus.topics else None,
                "class": kind.notes["class"],
                "relation_basis": relation["basis"],
                "symmetric": kind.notes["symmetric"],
                "source_id": source,
                "known_lo": lo,
                "known_hi": hi,
                "note": relation.get("note"),
                **provenance_values(claim),
            }


RELATIONS = Table(schema, rows, count=entries("claims", "relations"))
