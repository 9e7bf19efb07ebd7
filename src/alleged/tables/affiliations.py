"""Ties between actors: what each is part of, and where it sits, with dates."""

from collections.abc import Iterator

import polars as pl

from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    choice,
    contract,
    date_columns,
    date_values,
    link,
    number,
    record_columns,
    record_values,
    text,
)
from alleged.tables.table import Table, entries

TIES = {"part-of": "part_of", "member": "memberships"}
"""Words of the column `tie`, with the fields of an actor that they come from."""

schema = contract(
    "affiliations",
    ["actor_id", "tie", "seq"],
    "One row for each dated tie of an actor to another.",
    {
        "actor_id": link("actors.actor_id", "Actor that has the tie."),
        "tie": choice(
            TIES,
            "`part-of`: an organ of the other, which speaks through it; `member`: sits in the other, which does not.",
        ),
        "seq": number("Place in the record's list of such ties; the first is 1.", pl.UInt16),
        "of_id": link("actors.actor_id", "Body, group or country that it belongs to."),
        "role": text("Role in it.", NOT_STATED),
        **date_columns("from", "Since when", NOT_STATED),
        **date_columns("to", "Until when", "still so, or not stated"),
        "source_id": link("sources.source_id", "Source that says so.", NOT_STATED),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each tie of each actor."""
    for actor in corpus.actors.values():
        for word, field in TIES.items():
            for seq, tie in enumerate(actor.get(field, ()), start=1):
                yield {
                    "actor_id": actor.id,
                    "tie": word,
                    "seq": seq,
                    "of_id": tie["of"],
                    "role": tie.get("role"),
                    **date_values("from", tie.get("from")),
                    **date_values("to", tie.get("to")),
                    "source_id": tie.get("source"),
                    **record_values(actor),
                }


AFFILIATIONS = Table(schema, rows, count=entries("actors", "part_of", "memberships"))
