"""Listings: who was put on a sanctions list, by which act, and when the name came off again."""

from collections.abc import Iterator

from alleged.records.corpus import Corpus, Record
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    contract,
    date_columns,
    date_values,
    link,
    links,
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table

schema = contract(
    "listings",
    ["instrument_id", "target_id"],
    "One row for each name that an act of the kind `designation` puts on a sanctions list, as far as sources of the "
    "dataset give the names. A listing is the decision of an authority, not a finding. Names may have come off since "
    "the last recorded listing, so check the official list.",
    {
        "instrument_id": link("instruments.instrument_id", "Act by which the name was listed."),
        "target_id": link("actors.actor_id", "Who is listed."),
        "issuer_ids": links("actors.actor_id", "Authorities that list.", NOT_STATED),
        **date_columns(
            "listed", "When the name was listed; where the record gives no day, that of the act", NOT_STATED
        ),
        **date_columns("delisted", "When the name was taken off", "still listed, or not recorded"),
        "list": text("Name of the list.", NOT_STATED),
        "list_ref": text("Reference of the entry on the list, as the authority writes it.", NOT_STATED),
        "source_id": link("sources.source_id", "Source of the names.", NOT_STATED),
        **provenance_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each name that an act of listing puts on a list."""
    for act in corpus.instruments.values():
        entries = {entry["target"]: entry for entry in act.get("listings", ())}
        for target in _listed(act):
            entry = entries.get(target, {})
            yield {
                "instrument_id": act.id,
                "target_id": target,
                "issuer_ids": act.get("issuer"),
                **date_values("listed", entry.get("listed", act.get("adopted"))),
                **date_values("delisted", entry.get("delisted")),
                "list": entry.get("list", act.get("list")),
                "list_ref": entry.get("ref"),
                "source_id": entry.get("source", act.get("source")),
                **provenance_values(act),
            }


def _listed(act: Record) -> list[str]:
    """Return whom an act lists; `undetermined` stands for names that no source gives."""
    if act["kind"] != "designation":
        return []
    return [target for target in dict.fromkeys(act.get("targets", ())) if target != "undetermined"]


def count(corpus: Corpus) -> int:
    """Return how many names the acts of listing have, duplicate ids included."""
    return sum(len(_listed(record)) for record in corpus.records if record.kind == "instruments")


LISTINGS = Table(schema, rows, count)
