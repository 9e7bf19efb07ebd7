"""What a record must keep to beyond its shape: one function a rule, grouped by subject."""

from collections.abc import Iterable, Iterator

from alleged.records.corpus import Corpus
from alleged.rules import (
    actors,
    assessments,
    claims,
    duplicates,
    ethics,
    ids,
    independence,
    instruments,
    quantities,
    references,
    relations,
    responses,
    sources,
    texts,
    timing,
    topics,
    typography,
    waivers,
)
from alleged.rules.rulebook import RULES, STAGES, Finding, Rule

__all__ = ["RULES", "STAGES", "SUBJECTS", "Finding", "Rule", "found"]

SUBJECTS = (
    ids,
    references,
    timing,
    quantities,
    relations,
    sources,
    texts,
    independence,
    typography,
    actors,
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
