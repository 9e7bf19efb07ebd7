"""Judging records in tests: the corpus of a project without faults of shape, and what one rule finds in it."""

from collections.abc import Mapping

from alleged import report
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.rules import RULES, Finding


def corpus_of(project: Project) -> Corpus:
    """Return the records of a project, all of which must have the shape of their schemas."""
    read = corpus.read(project, former=report.former_ids(project))
    assert read.issues == ()
    return read.corpus


def findings(project: Project, rule: str) -> list[Finding]:
    """Return what a rule finds in the records of a project."""
    return list(RULES[rule].findings(corpus_of(project)))


def judged(project: Project, rule: str, bundles: Mapping[str, str]) -> list[Finding]:
    """Return what a rule finds once some bundles, by their names, are in the project."""
    for name, content in bundles.items():
        (project.claims / f"{name}.yaml").write_text(content, encoding="utf-8")
    return findings(project, rule)
