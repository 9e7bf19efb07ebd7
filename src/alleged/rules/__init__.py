"""What a record must keep to beyond its shape: one function a rule, grouped by subject."""

from alleged.corpus import Corpus
from alleged.issues import Issue
from alleged.rules import ids, quantities, references, relations, timing
from alleged.rules.rulebook import RULES, STAGES, Rule

__all__ = ["RULES", "SUBJECTS", "Rule", "judge"]

SUBJECTS = (ids, references, timing, quantities, relations)
"""The modules that hold rules; importing them fills the rule book."""


def judge(corpus: Corpus) -> list[Issue]:
    """Return what the rules find, stage by stage; the first stage that finds errors is the last to run."""
    issues: list[Issue] = []
    for stage in STAGES:
        for rule in RULES.values():
            if rule.stage == stage:
                issues += rule.issues(corpus)
        if any(issue.severity == "error" for issue in issues):
            break
    return issues
