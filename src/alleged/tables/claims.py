"""Claims: who said what about which question, when, and how firmly."""

from collections.abc import Iterator

import polars as pl

from alleged.origins import principal
from alleged.origins.publication import known
from alleged.origins.utterances import (
    attribution,
    basis_disclosed,
    is_party,
    polarity,
    publishers,
    text_key,
)
from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    choice,
    code,
    codes,
    contract,
    date_columns,
    date_values,
    day,
    day_value,
    flag,
    link,
    links,
    number,
    record_columns,
    record_values,
    status_columns,
    status_values,
    text,
)
from alleged.tables.table import Table, records

FROM_TOPIC = "neither the claim nor its topic names one"

schema = contract(
    "claims",
    ["claim_id"],
    "One row for each claim: one proposition that a claimant uttered on one occasion. Withdrawn "
    "and superseded claims are kept; filter on `status`.",
    {
        "claim_id": text("Claim."),
        "topic_id": link("topics.topic_id", "Neutral question that the claim bears on."),
        "predicate": code("predicate", "What the topic asks about: what the subject is said to do."),
        "claimant_id": link("actors.actor_id", "Who makes the claim; never the outlet that merely prints it."),
        "co_claimant_ids": links("actors.actor_id", "Who else makes the same joint statement.", "nobody"),
        "on_behalf_of_id": link("actors.actor_id", "Institution or country bound by the words.", NOT_STATED),
        "principal_id": link(
            "actors.actor_id",
            "State, organisation or person that the claim is laid to: from `on_behalf_of_id`, or else the claimant, "
            "up through what each was part of on the day of utterance.",
        ),
        "via_ids": links("actors.actor_id", "Who passed the words on, nearest to the claimant first.", "nobody"),
        "attribution": code(
            "attribution",
            "How the source makes the claimant known; where the record does not say, as its kind of actor usually is.",
        ),
        "act": code("act", "What the claimant does with the words."),
        "polarity": number(
            "1 if the act asserts what the topic asks about (state, accuse, estimate, acknowledge, confirm), -1 if it "
            "rejects it (deny, dispute), 0 for every other act and for a denial that denies nothing (`non-denial`).",
            pl.Int8,
            least=-1,
            most=1,
        ),
        "mode": code("mode", "Whether the claim speaks of the past, the present, a plan or a possibility.", NOT_STATED),
        "hedge": code("hedge", "How far the words hold back from plain assertion.", NOT_STATED),
        "hedge_text": text("The words that hold back, as printed.", NOT_STATED),
        "denial_scope": code("denial-scope", "How much a denial rejects.", "not stated, or not a denial"),
        "background": flag("Whether this is a narrator's context, which most counts should skip; false if not stated."),
        "summary": text("The proposition in one English sentence of the curator's own words."),
        **date_columns("said", "When the words were spoken or written, in local time"),
        "said_basis": code("said-basis", "Where the date of the words comes from.", NOT_STATED),
        **date_columns("when", "When the thing claimed happened or would happen", NOT_STATED),
        "known_lo": day("First day on which the claim can have become public: its earliest publication.", "no bound"),
        "known_hi": day("Day by which it certainly was public.", "no bound"),
        "place": text("Where the words were spoken: ISO 3166-1 or -2 code, or UN/LOCODE.", NOT_STATED),
        "item": code("item", "What is at issue; the topic's, unless the claim names another.", FROM_TOPIC),
        "instrument_ids": links(
            "instruments.instrument_id",
            "Treaties, resolutions or programmes at issue; the topic's, unless the claim names others.",
            FROM_TOPIC,
        ),
        "basis": codes("basis", "What the claimant says that the claim rests on.", NOT_STATED),
        "basis_disclosed": choice(
            ("none", "part", "full"), "How much of `basis` others can look at.", "no basis is stated"
        ),
        "evidence_ids": links("evidence.evidence_id", "Concrete items that were shown.", "nothing"),
        "primary_source_id": link("sources.source_id", "Document that holds the claimant's own words.", NOT_STATED),
        "is_party": flag("Whether the principal is also that of a subject or object of the topic."),
        "n_appearances": number(
            "Texts in which the claim appears; copies of one text, suspected ones too, are one.", pl.UInt16
        ),
        "n_publishers": number(
            "Different publishers of these texts; that of an agency's text is the agency.", pl.UInt16
        ),
        "recorded_by": text("Curator who wrote the record."),
        "recorded_on": day("Day on which the record was written."),
        "coder2": text("Second curator, who coded it independently.", "nobody"),
        **status_columns(),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each claim."""
    for claim in corpus.claims.values():
        topic = corpus.topics[claim["topic"]]
        known_lo, known_hi = known(claim, corpus)
        texts = {text_key(appearance["id"], corpus) for appearance in claim["sources"]}
        yield {
            "claim_id": claim.id,
            "topic_id": topic.id,
            "predicate": topic["predicate"],
            "claimant_id": claim["claimant"],
            "co_claimant_ids": claim.get("co_claimants"),
            "on_behalf_of_id": claim.get("on_behalf_of"),
            "principal_id": principal(claim, corpus),
            "via_ids": claim.get("via"),
            "attribution": attribution(claim, corpus),
            "act": claim["act"],
            "polarity": polarity(claim),
            **{name: claim.get(name) for name in ("mode", "hedge", "hedge_text", "denial_scope")},
            "background": claim.get("background", False),
            "summary": claim["summary"],
            **date_values("said", claim["said"]),
            "said_basis": claim.get("said_basis"),
            **date_values("when", claim.get("when")),
            "known_lo": known_lo,
            "known_hi": known_hi,
            "place": claim.get("place"),
            "item": corpus.slot(claim, "item"),
            "instrument_ids": corpus.slot(claim, "instrument"),
            "basis": claim.get("basis"),
            "basis_disclosed": basis_disclosed(claim.get("basis")),
            "evidence_ids": claim.get("evidence"),
            "primary_source_id": claim.get("primary"),
            "is_party": is_party(claim, corpus),
            "n_appearances": len(texts),
            "n_publishers": len({publisher for key in texts for publisher in publishers(key, corpus)}),
            "recorded_by": claim["recorded"]["by"],
            "recorded_on": day_value(claim["recorded"]["on"]),
            "coder2": claim["recorded"].get("coder2"),
            **status_values(claim),
            **record_values(claim),
        }


CLAIMS = Table(schema, rows, count=records("claims"))
