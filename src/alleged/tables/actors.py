"""Actors: states, bodies, outlets, persons and vessels."""

from collections.abc import Iterator

from alleged.records.corpus import Corpus
from alleged.tables.columns import Row, code, contract, record_columns, record_values, text, texts
from alleged.tables.table import Table, records

schema = contract(
    "actors",
    ["actor_id"],
    "One row for each actor. Affiliations are in `affiliations`, ids in other registers in `actor_ids`.",
    {
        "actor_id": text("Id of the actor."),
        "name": text("Usual English name."),
        "kind": code("actor-kind", "What kind of actor it is, such as state, organ, person or outlet."),
        "other_names": texts(
            "Names in other languages and scripts, and former ones, in the order of the record; the record has the "
            "language, the dates and the source of each.",
            "none is recorded",
        ),
        "public_role": text("Office or function for which a person is named.", "not stated, or not a person"),
        **record_columns(),
        "short_name": text(
            "Short name as used in writing, such as NIS; no two actors have the same.", "none is recorded"
        ),
        "country": code(
            "country",
            "State that the actor is or is part of, for which it acts, or in which it is registered; no nationality.",
            "not stated, none, or several",
        ),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each actor."""
    for actor in corpus.actors.values():
        yield {
            "actor_id": actor.id,
            "name": actor["name"],
            "kind": actor["kind"],
            "other_names": [name["text"] for name in actor.get("names", ())] or None,
            "public_role": actor.get("public_role"),
            **record_values(actor),
            "short_name": actor.get("short_name"),
            "country": corpus.country(actor),
        }


ACTORS = Table(schema, rows, count=records("actors"))
