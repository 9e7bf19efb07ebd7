"""Instruments: treaties, resolutions, sanctions programmes and other legal acts."""

from collections.abc import Iterator

from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    code,
    codes,
    contract,
    date_columns,
    date_values,
    flag,
    link,
    links,
    record_columns,
    record_values,
    text,
    texts,
)
from alleged.tables.table import Table, records

schema = contract(
    "instruments",
    ["instrument_id"],
    "One row for each legal act. `ratified_by_ids` and `ratified_edtf` are parallel "
    "lists, and so are `provision_paras` and `provision_summaries`.",
    {
        "instrument_id": text("Id of the instrument."),
        "kind": code("instrument-kind", "Kind of instrument."),
        "title": text("Title."),
        "issuer_ids": links("actors.actor_id", "Who issued it.", NOT_STATED),
        "symbol": text("Symbol of a UN document.", NOT_STATED),
        "celex": text("CELEX number of a document of the European Union.", NOT_STATED),
        "eli": text("European Legislation Identifier.", NOT_STATED),
        **date_columns("adopted", "When it was adopted or issued", NOT_STATED),
        **date_columns("signed", "When it was signed", NOT_STATED),
        "ratified_by_ids": links("actors.actor_id", "Parties that ratified it.", NOT_STATED),
        "ratified_edtf": texts("When each of `ratified_by_ids` ratified, in the same order, as EDTF.", NOT_STATED),
        **date_columns("in_force", "When it entered into force", NOT_STATED),
        **date_columns("terminated", "When it ended", "still in force, or not stated"),
        "party_ids": links("actors.actor_id", "Parties to a treaty.", NOT_STATED),
        "target_ids": links("actors.actor_id", "Actors whom the measures target.", NOT_STATED),
        "programme_key": text("Key of the sanctions programme, as in OpenSanctions.", NOT_STATED),
        "measures": codes("measure", "Measures that it orders.", NOT_STATED),
        "provision_paras": texts("Paragraphs that claims refer to.", NOT_STATED),
        "provision_summaries": texts(
            "What each of `provision_paras` says, in the same order, in the curator's own words.", NOT_STATED
        ),
        "obligations": codes("obligation", "What the parties of a treaty commit to.", NOT_STATED),
        "conditional": flag("Whether a treaty makes its obligations depend on conditions.", NOT_STATED),
        "source_id": link("sources.source_id", "Source for the dates.", NOT_STATED),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each instrument."""
    for instrument in corpus.instruments.values():
        ratified, provisions = instrument.get("ratified", ()), instrument.get("provisions", ())
        yield {
            "instrument_id": instrument.id,
            "kind": instrument["kind"],
            "title": instrument["title"],
            "issuer_ids": instrument.get("issuer"),
            **{name: instrument.get(name) for name in ("symbol", "celex", "eli")},
            **date_values("adopted", instrument.get("adopted")),
            **date_values("signed", instrument.get("signed")),
            "ratified_by_ids": [r["by"] for r in ratified] or None,
            "ratified_edtf": [r["on"] for r in ratified] or None,
            **date_values("in_force", instrument.get("in_force")),
            **date_values("terminated", instrument.get("terminated")),
            "party_ids": instrument.get("parties"),
            "target_ids": instrument.get("targets"),
            "programme_key": instrument.get("programme_key"),
            "measures": instrument.get("measures"),
            "provision_paras": [p["para"] for p in provisions] or None,
            "provision_summaries": [p["summary"] for p in provisions] or None,
            "obligations": instrument.get("obligations"),
            "conditional": instrument.get("conditional"),
            "source_id": instrument.get("source"),
            **record_values(instrument),
        }


INSTRUMENTS = Table(schema, rows, count=records("instruments"))
