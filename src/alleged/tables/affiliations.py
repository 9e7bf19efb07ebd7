"""Affiliations: what each actor is part of or a member of, with dates."""

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
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table, entries

FIELDS = {"part-of": "part_of", "member": "memberships"}
"""Fields of an actor record, by the value of the column `type` that they give."""

schema = contract(
    "affiliations",
    ["actor_id", "type", "seq"],
    "One row for each affiliation of an actor with a body, group or country, with its dates.",
    {
        "actor_id": link("actors.actor_id", "Actor that has the affiliation."),
        "type": choice(
            FIELDS,
            "`part-of`: the actor is an organ of `parent_id` and speaks for it. `member`: the actor sits in "
            "`parent_id`, which does not speak through it; but a person without `part-of` is attributed to its only "
            "`member` affiliation.",
        ),
        "seq": number("Place in the record's list of affiliations of this type; the first is 1.", pl.UInt16),
        "parent_id": link("actors.actor_id", "Body, group or country that the actor belongs to."),
        "role": text("Role of the actor in it.", NOT_STATED),
        **date_columns("start", "When the affiliation began", NOT_STATED),
        **date_columns("end", "When the affiliation ended", "it still holds, or not stated"),
        "source_id": link("sources.source_id", "Source for the affiliation.", NOT_STATED),
        **provenance_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each affiliation of each actor."""
    for actor in corpus.actors.values():
        for type_, field in FIELDS.items():
            for seq, affiliation in enumerate(actor.get(field, ()), start=1):
                yield {
                    "actor_id": actor.id,
                    "type": type_,
                    "seq": seq,
                    "parent_id": affiliation["of"],
                    "role": affiliation.get("role"),
                    **date_values("start", affiliation.get("from")),
                    **date_values("end", affiliation.get("to")),
                    "source_id": affiliation.get("source"),
                    **provenance_values(actor),
                }


AFFILIATIONS = Table(schema, rows, count=entries("actors", "part_of", "memberships"))
