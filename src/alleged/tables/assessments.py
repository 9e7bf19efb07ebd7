"""Assessments: signed opinions on claims, sources and actors."""

from collections.abc import Iterator

import polars as pl

from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    code,
    condition,
    contract,
    day,
    day_value,
    link,
    record_columns,
    record_values,
    text,
)
from alleged.tables.table import Table, records

has_one_target = condition(
    lambda _: pl.sum_horizontal(pl.col("claim_id", "source_id", "actor_id").is_not_null()) == 1,
    "not exactly one of claim_id, source_id and actor_id",
)

schema = contract(
    "assessments",
    ["assessment_id"],
    "One row for each signed opinion, in the words of its scheme; opinions are never averaged. One of "
    "`claim_id`, `source_id` and `actor_id` is filled.",
    {
        "assessment_id": text("Id of the assessment."),
        "claim_id": link("claims.claim_id", "Claim that is assessed.", "a source or an actor is assessed"),
        "source_id": link("sources.source_id", "Source that is assessed.", "a claim or an actor is assessed"),
        "actor_id": link("actors.actor_id", "Actor that is assessed.", "a claim or a source is assessed"),
        "assessor": text("Who signs the assessment."),
        "scheme": code(
            "assessment-scheme", "Scale of the columns below; the same word means different things on different scales."
        ),
        "assessed_on": day("Day of the assessment."),
        "reliability": text("Reliability of the source, in the scheme's words.", NOT_STATED),
        "credibility": text("Credibility of the information, in the scheme's words.", NOT_STATED),
        "likelihood": text("Likelihood, in the scheme's words.", NOT_STATED),
        "confidence": text("Confidence, in the scheme's words.", NOT_STATED),
        "rationale": text("Why, in a sentence or two."),
        **record_columns(),
    },
    has_one_target,
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each assessment."""
    for assessment in corpus.assessments.values():
        yield {
            "assessment_id": assessment.id,
            "claim_id": assessment.get("claim"),
            "source_id": assessment.get("source"),
            "actor_id": assessment.get("actor"),
            "assessor": assessment["assessor"],
            "scheme": assessment["scheme"],
            "assessed_on": day_value(assessment["on"]),
            **{n: assessment.get(n) for n in ("reliability", "credibility", "likelihood", "confidence")},
            "rationale": assessment["rationale"],
            **record_values(assessment),
        }


ASSESSMENTS = Table(schema, rows, count=records("assessments"))
