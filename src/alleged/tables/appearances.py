"""Appearances: the articles and documents in which claims can be read."""

from collections.abc import Iterator

import polars as pl

from alleged.origins.publication import origin
from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    contract,
    flag,
    link,
    number,
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table, entries

schema = contract(
    "appearances",
    ["appearance_id"],
    "One row for each appearance of a claim in a source; a source has several if the record lists several places "
    "in it. Ids are sorted as text, /10 before /2; `seq` gives the order of the record.",
    {
        "appearance_id": text("Id of the appearance: the claim, a slash, and `seq`."),
        "claim_id": link("claims.claim_id", "Claim that appears."),
        "seq": number("Place in the record's list of sources; the first is 1.", pl.UInt16),
        "source_id": link("sources.source_id", "Source in which the claim appears."),
        "original_source_id": link(
            "sources.source_id",
            "Source at the end of the chain of copies from `source_id`, suspected copies included (see "
            "`sources.syndication_basis`); `source_id` itself if it is no copy. To count texts rather than copies, "
            "count different values of coalesce(`original_agency_id`, `original_source_id`); `claims.n_texts` does.",
        ),
        "original_agency_id": link(
            "actors.actor_id",
            "News agency that wrote the text of `original_source_id`, where the agency's own text is not among the "
            "sources. Appearances of one claim with the same agency count as one text.",
            "no agency is recorded",
        ),
        "quote": text("The words as printed there, a few at most.", "the source reworded them, or none are recorded"),
        "gloss": text(
            "What a foreign quote says, in English and in the curator's own words; an aid to reading, not to be cited.",
            "the quote is English or has none, or there is no quote",
        ),
        "quote_lang": text(
            "Language of the quote (BCP 47): the source's, unless the record states another.", "there is no quote"
        ),
        "utterance_lang": text("Language in which the claimant spoke or wrote (BCP 47).", NOT_STATED),
        "translated": flag("Whether the quote is a translation of the claimant's words.", NOT_STATED),
        "locator": text("Where in the source: page, paragraph, minute.", NOT_STATED),
        **provenance_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each place in which a claim appears."""
    for claim in corpus.claims.values():
        for seq, appearance in enumerate(claim["sources"], start=1):
            source = corpus.sources[appearance["id"]]
            original, agency = origin(source.id, corpus)
            quote = appearance.get("quote")
            yield {
                "appearance_id": f"{claim.id}/{seq}",
                "claim_id": claim.id,
                "seq": seq,
                "source_id": source.id,
                "original_source_id": original,
                "original_agency_id": agency,
                "quote": quote,
                "gloss": appearance.get("gloss"),
                "quote_lang": None if quote is None else appearance.get("lang", source["lang"]),
                "utterance_lang": appearance.get("utterance_lang"),
                "translated": appearance.get("translated"),
                "locator": appearance.get("locator"),
                **provenance_values(claim),
            }


APPEARANCES = Table(schema, rows, count=entries("claims", "sources"), owner="claim_id")
