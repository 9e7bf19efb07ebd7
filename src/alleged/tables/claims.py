"""Claims: who said what about which question, when, and how firmly."""

from collections.abc import Iterator

import polars as pl

from alleged.origins import principal
from alleged.origins.publication import public_bounds
from alleged.origins.utterances import (
    attribution,
    basis_disclosed,
    is_party,
    publishers,
    stance,
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
    text,
)
from alleged.tables.table import Table, records

NO_OWN_OR_TOPIC = "neither the claim nor its topic states one"

schema = contract(
    "claims",
    ["claim_id"],
    "One row for each claim: one proposition that a claimant uttered on one occasion. Withdrawn and superseded claims "
    "are included; filter on `status`.",
    {
        "claim_id": text("Id of the claim."),
        "topic_id": link("topics.topic_id", "Neutral question that the claim bears on."),
        "predicate": code("predicate", "What the topic asks about: what its subject is said to do."),
        "claimant_id": link(
            "actors.actor_id",
            "Who makes the claim. An outlet is the claimant only where it speaks in its own voice, never for printing "
            "the words of others.",
        ),
        "co_claimant_ids": links("actors.actor_id", "Others who make the same joint statement.", "nobody"),
        "on_behalf_of_id": link(
            "actors.actor_id", "Institution or country that the claimant speaks for, as recorded.", NOT_STATED
        ),
        "principal_id": link(
            "actors.actor_id",
            "State, organisation or person that the claim is attributed to: from `on_behalf_of_id`, or else "
            "`claimant_id`, following affiliations on the day of utterance up to the top body. Count these to count a "
            "government once.",
        ),
        "relay_ids": links(
            "actors.actor_id", "Actors who passed the words on, nearest to the claimant first.", "nobody"
        ),
        "attribution": code(
            "attribution",
            "How the source identifies the claimant. Where the record does not state it, the default for the kind of "
            "actor: person `named-person`, collective `collective`, unnamed `unnamed-role`, undetermined `unnamed`, "
            "outlet `narrator`, all others `named-institution`.",
        ),
        "act": code("act", "What the claimant does with the words, such as allege or deny."),
        "stance": code(
            "stance",
            "How the claim answers the question of its topic, if it is believed: as recorded, or else the default of "
            "the act. It says nothing about truth.",
        ),
        "mode": code("mode", "Whether the claim speaks of the past, the present, a plan or a possibility.", NOT_STATED),
        "hedge": code("hedge", "How far the claimant's words hold back from plain assertion.", NOT_STATED),
        "hedge_text": text("The words of the hedge, as printed.", NOT_STATED),
        "denial_scope": code("denial-scope", "How much a denial rejects.", "not stated, or not a denial"),
        "background": flag(
            "Whether the claim is context that a narrator gives; `responses`, `topic_timeline` and `quantity_quarters` "
            "leave it out. False if the record does not say."
        ),
        "summary": text("The proposition in one English sentence of the curator's own words; not a quote."),
        **date_columns("said", "When the words were spoken or written, in local time"),
        "said_basis": code("said-basis", "Where the date of the words comes from.", NOT_STATED),
        **date_columns("when", "When the event claimed happened or would happen", NOT_STATED),
        "known_lo": day(
            "First day on which the claim may have become public: the earliest publication among its sources. Not the "
            "day on which it was said or recorded.",
            "no lower bound",
        ),
        "known_hi": day("Day by which the claim certainly was public.", "no upper bound"),
        "said_place": text(
            "Where the words were spoken, not where the event happened: ISO 3166-1 or -2 code, or UN/LOCODE.",
            NOT_STATED,
        ),
        "item": code("item", "What is at issue: the claim's own item, or else its topic's.", NO_OWN_OR_TOPIC),
        "instrument_ids": links(
            "instruments.instrument_id",
            "Treaties, resolutions or programmes at issue: the claim's own, or else its topic's.",
            NO_OWN_OR_TOPIC,
        ),
        "claim_basis": codes(
            "basis", "What the claimant says that the claim rests on, in the order of the record.", NOT_STATED
        ),
        "basis_disclosed": choice(
            ("none", "part", "full"),
            "Whether others can look at none, some or all of the kinds of basis in `claim_basis`; of each kind the "
            "code list decides.",
            "no basis is stated",
        ),
        "evidence_ids": links("evidence.evidence_id", "Concrete items that were shown with the claim.", "none"),
        "primary_source_id": link(
            "sources.source_id", "Document with the claimant's own words in full, such as a transcript.", NOT_STATED
        ),
        "is_party": flag("Whether `principal_id` is also the principal of a subject or object of the topic."),
        "n_texts": number(
            "Different texts in which the claim appears, 1 or more; copies of one text, suspected ones included, count "
            "once. At most the number of rows in `appearances`.",
            pl.UInt16,
        ),
        "n_publishers": number(
            "Different publishers of these texts; the publisher of an agency's text is the agency.", pl.UInt16
        ),
        "recorded_by": text("Curator who wrote the record."),
        "recorded_on": day("Day on which the record was written."),
        "second_coder": text("Second curator, who coded the claim independently.", "nobody"),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each claim."""
    for claim in corpus.claims.values():
        topic = corpus.topics[claim["topic"]]
        known_lo, known_hi = public_bounds(claim, corpus)
        texts = {text_key(appearance["id"], corpus) for appearance in claim["sources"]}
        yield {
            "claim_id": claim.id,
            "topic_id": topic.id,
            "predicate": topic["predicate"],
            "claimant_id": claim["claimant"],
            "co_claimant_ids": claim.get("co_claimants"),
            "on_behalf_of_id": claim.get("on_behalf_of"),
            "principal_id": principal(claim, corpus),
            "relay_ids": claim.get("via"),
            "attribution": attribution(claim, corpus),
            "act": claim["act"],
            "stance": stance(claim),
            **{name: claim.get(name) for name in ("mode", "hedge", "hedge_text", "denial_scope")},
            "background": claim.get("background", False),
            "summary": claim["summary"],
            **date_values("said", claim["said"]),
            "said_basis": claim.get("said_basis"),
            **date_values("when", claim.get("when")),
            "known_lo": known_lo,
            "known_hi": known_hi,
            "said_place": claim.get("place"),
            "item": corpus.slot(claim, "item"),
            "instrument_ids": corpus.slot(claim, "instrument"),
            "claim_basis": claim.get("basis"),
            "basis_disclosed": basis_disclosed(claim.get("basis")),
            "evidence_ids": claim.get("evidence"),
            "primary_source_id": claim.get("primary"),
            "is_party": is_party(claim, corpus),
            "n_texts": len(texts),
            "n_publishers": len({publisher for key in texts for publisher in publishers(key, corpus)}),
            "recorded_by": claim["recorded"]["by"],
            "recorded_on": day_value(claim["recorded"]["on"]),
            "second_coder": claim["recorded"].get("coder2"),
            **record_values(claim),
        }


CLAIMS = Table(schema, rows, count=records("claims"))
