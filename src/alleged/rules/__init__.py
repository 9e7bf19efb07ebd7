"""Rules that records must follow beyond the schemas: one function per rule, one module per subject."""

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

__all__ = ["RULES", "STAGES", "SUBJECTS", "Finding", "Rule", "findings_of"]

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
"""The modules of rules, in the order in which they are listed; importing them fills `RULES`."""


# Modules import each other, so rules are not defined in this order.
_ORDER = {module.__name__.rpartition(".")[2]: place for place, module in enumerate(SUBJECTS)}
for _rule in sorted(RULES.values(), key=lambda rule: _ORDER[rule.subject]):
    RULES[_rule.name] = RULES.pop(_rule.name)


def findings_of(corpus: Corpus, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Finding]]:
    """Yield the findings of some rules in a corpus, each with its rule."""
    return ((rule, finding) for rule in rules for finding in rule.findings(corpus))
