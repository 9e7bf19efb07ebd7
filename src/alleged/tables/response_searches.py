"""Searches for responses: when curators looked for an answer to a claim and found none, with which queries."""

from collections.abc import Iterator

import polars as pl

from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    Row,
    contract,
    day,
    day_value,
    link,
    number,
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table

schema = contract(
    "response_searches",
    ["claim_id", "seq", "query_seq"],
    "One row for each query of each search for an answer of the accused that found none. It says that a curator looked "
    "in public pages on that day; it does not say that there is no answer.",
    {
        "claim_id": link("claims.claim_id", "Claim to which an answer was looked for."),
        "seq": number("Place of the search in the record's list; the first is 1.", pl.UInt16),
        "query_seq": number("Place of the query in the search; the first is 1.", pl.UInt16),
        "query": text("What was typed into the search."),
        "searched_on": day("Day of the search."),
        "searched_by": text("Curator who searched."),
        "search_note": text("Remark on the search, such as what could not be searched.", "no remark"),
        **provenance_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each query of each search."""
    for claim in corpus.claims.values():
        for seq, search in enumerate(claim.get("response_sought", ()), start=1):
            for query_seq, query in enumerate(search["queries"], start=1):
                yield {
                    "claim_id": claim.id,
                    "seq": seq,
                    "query_seq": query_seq,
                    "query": query,
                    "searched_on": day_value(search["on"]),
                    "searched_by": search["by"],
                    "search_note": search.get("note"),
                    **provenance_values(claim),
                }


def count(corpus: Corpus) -> int:
    """Return how many queries the claims have, duplicate ids included."""
    claims = (record for record in corpus.records if record.kind == "claims")
    return sum(len(search["queries"]) for claim in claims for search in claim.get("response_sought", ()))


RESPONSE_SEARCHES = Table(schema, rows, count)
