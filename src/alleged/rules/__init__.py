"""What a record must keep to beyond its shape: one function a rule, grouped by subject."""

from collections.abc import Iterable, Iterator

from alleged.records.corpus import Corpus
from alleged.rules import (
    actors,
    affiliations,
    assessments,
    claim_dates,
    claims,
    copies,
    duplicates,
    ethics,
    identifiers,
    ids,
    independence,
    instruments,
    quantities,
    references,
    relations,
    responses,
    sources,
    succession,
    texts,
    topics,
    typography,
    urls,
    validity,
    waivers,
)
from alleged.rules.rule import RULES, STAGES, Finding, Rule

__all__ = ["RULES", "STAGES", "SUBJECTS", "Finding", "Rule", "found"]

SUBJECTS = (
    ids,
    references,
    claim_dates,
    validity,
    quantities,
    relations,
    succession,
    independence,
    copies,
    sources,
    urls,
    texts,
    typography,
    actors,
    identifiers,
    affiliations,
    instruments,
    claims,
    topics,
    responses,
    duplicates,
    assessments,
    ethics,
    waivers,
)
"""The modules that hold rules; importing them fills the rule book."""


def found(corpus: Corpus, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Finding]]:
    """Yield what some rules find in a corpus, each finding with its rule."""
    return ((rule, finding) for rule in rules for finding in rule.findings(corpus))
