"""Source health: whether what claims rest on can still be read."""

from collections.abc import Iterator

from alleged.origins.publication import archive_url
from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    code,
    contract,
    day,
    day_value,
    link,
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table, records

NEVER = "it was not read again"

schema = contract(
    "source_health",
    ["source_id"],
    "One row for each source: where an archive has it, and how its page was when it was last read again.",
    {
        "source_id": link("sources.source_id", "Source."),
        "url": text("Address of the page.", NOT_STATED),
        "archive_url": text("Address of the latest snapshot in a web archive.", "none is recorded"),
        "first_seen_on": day("Day on which the curator read the text.", NOT_STATED),
        "last_seen_on": day("Day on which the page was last read again.", NEVER),
        "page_state": code("page-state", "How the page was on that day, compared with the text read first.", NEVER),
        **provenance_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each source."""
    for source in corpus.sources.values():
        checked = source.get("checked", {})
        yield {
            "source_id": source.id,
            "url": source.get("url"),
            "archive_url": archive_url(source),
            "first_seen_on": day_value(source.get("retrieved")),
            "last_seen_on": day_value(checked.get("on")),
            "page_state": checked.get("state"),
            **provenance_values(source),
        }


SOURCE_HEALTH = Table(schema, rows, count=records("sources"))
