"""Source health: whether what claims rest on can still be read."""

import polars as pl

from alleged.tables.columns import NOT_STATED, code, contract, day, link, text
from alleged.tables.graph import Inputs
from alleged.tables.sources import NEVER
from alleged.tables.table import Table

schema = contract(
    "source_health",
    ["source_id"],
    "One row for each active source with a web page: where an archive has it, and how the page was when it was last "
    "read again.",
    {
        "source_id": link("sources.source_id", "Source."),
        "url": text("Address of the page."),
        "archive_url": text("Address of the latest snapshot in a web archive.", "none is recorded"),
        "first_seen_on": day("Day on which the curator read the text.", NOT_STATED),
        "last_seen_on": day("Day on which the page was last read again.", NEVER),
        "page_state": code("page-state", "How the page was on that day, compared with the text read first.", NEVER),
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each active source that has an address."""
    pages = inputs.core["sources"].filter(pl.col("status") == "active", pl.col("url").is_not_null())
    return pages.select(
        "source_id", "url", "archive_url", "page_state", first_seen_on="retrieved_on", last_seen_on="checked_on"
    )


SOURCE_HEALTH = Table(schema, derive=derive)
