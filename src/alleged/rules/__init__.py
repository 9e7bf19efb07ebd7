"""What a record must keep to beyond its shape: one function a rule, grouped by subject."""

from alleged.corpus import Corpus
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

__all__ = ["RULES", "SUBJECTS", "Finding", "Rule", "judge"]

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


def judge(corpus: Corpus) -> list[tuple[Rule, Finding]]:
    """Return what the rules find, stage by stage; the first stage in which errors are found is the last to run."""
    found: list[tuple[Rule, Finding]] = []
    for stage in STAGES:
        for rule in RULES.values():
            if rule.stage == stage:
                found += [(rule, finding) for finding in rule.findings(corpus)]
        if any(rule.severity == "error" for rule, _ in found):
            break
    return found
