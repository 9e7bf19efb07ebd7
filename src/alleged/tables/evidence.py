"""Evidence: concrete items that were shown, such as images or debris."""

from collections.abc import Iterator

from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    code,
    contract,
    date_columns,
    date_values,
    link,
    record_columns,
    record_values,
    text,
)
from alleged.tables.table import Table, records

schema = contract(
    "evidence",
    ["evidence_id"],
    "One row for each concrete item that was shown. Origins whose roots share an item count once in "
    "`topic_timeline.n_origins_lo`.",
    {
        "evidence_id": text("Id of the item."),
        "kind": code("evidence-kind", "Kind of item."),
        "title": text("What it is, in a few words."),
        "held_by_id": link("actors.actor_id", "Actor who holds the item or released it."),
        **date_columns("released", "When it was made public", NOT_STATED),
        "url": text("Address of the item.", NOT_STATED),
        "sha256": text("SHA-256 of the file.", NOT_STATED),
        "source_id": link("sources.source_id", "Source that shows or describes it.", NOT_STATED),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each item of evidence."""
    for item in corpus.evidence.values():
        yield {
            "evidence_id": item.id,
            "kind": item["kind"],
            "title": item["title"],
            "held_by_id": item["held_by"],
            **date_values("released", item.get("released")),
            "url": item.get("url"),
            "sha256": item.get("sha256"),
            "source_id": item.get("source"),
            **record_values(item),
        }


EVIDENCE = Table(schema, rows, count=records("evidence"))
