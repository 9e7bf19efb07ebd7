"""Identifiers of actors in other registers, for joining with other data."""

from collections.abc import Iterator

from alleged.records.corpus import Corpus
from alleged.tables.columns import Row, code, contract, link, provenance_columns, provenance_values, text
from alleged.tables.table import Table, entries

schema = contract(
    "actor_ids",
    ["actor_id", "scheme"],
    "One row for each identifier of an actor in another register, such as ISO 3166 or Wikidata; only those that are "
    "certain are recorded.",
    {
        "actor_id": link("actors.actor_id", "Actor."),
        "scheme": code("identifier-scheme", "Register that the identifier belongs to."),
        "value": text("The identifier as text, as the register writes it; leading zeros matter."),
        **provenance_columns(),
        "source_id": link(
            "sources.source_id", "Source that gives the identifier.", "not stated, as for codes of ISO 3166"
        ),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each identifier of each actor."""
    for actor in corpus.actors.values():
        sources = actor.get("id_sources", {})
        for scheme, value in actor.get("ids", {}).items():
            yield {
                "actor_id": actor.id,
                "scheme": scheme,
                "value": value,
                **provenance_values(actor),
                "source_id": sources.get(scheme),
            }


ACTOR_IDS = Table(schema, rows, count=entries("actors", "ids"))
