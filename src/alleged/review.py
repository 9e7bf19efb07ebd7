"""What a change does: which records differ between two states, and which answers follow from them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from alleged.answers import Answer, Figure, answers, answers_of_release
from alleged.changes import Comparison, compare, revisions
from alleged.datasets.release import Release
from alleged.dates import parse
from alleged.errors import AllegedError
from alleged.issues import Issue
from alleged.origins import principal
from alleged.project import Project
from alleged.records.corpus import Corpus, Record, read_plain
from alleged.report import check, examine, new_since
from alleged.restored import records_of_release

NEIGHBOURS = 3
"""Claims that a reviewer is shown beside a new one."""


class AnswerChange(NamedTuple):
    """An answer that differs; None where there is no such topic.

    `gained` and `lost` are the roots that only the later or the earlier state has, by origin, and `added` and `dropped`
    the figures.
    """

    topic: str
    before: Answer | None
    after: Answer | None

    @property
    def gained(self) -> Mapping[str, frozenset[str]]:
        return _without(self.after, self.before)

    @property
    def lost(self) -> Mapping[str, frozenset[str]]:
        return _without(self.before, self.after)

    @property
    def added(self) -> frozenset[Figure]:
        return _figures(self.after) - _figures(self.before)

    @property
    def dropped(self) -> frozenset[Figure]:
        return _figures(self.before) - _figures(self.after)


class Review(NamedTuple):
    """The changes of records, and of answers by topic; `unknown` says why answers could not be compared.

    `after` are the later records, as far as they can be read, and `findings` what a check finds in them that it does
    not find in the earlier ones.
    """

    comparison: Comparison
    answers: tuple[AnswerChange, ...]
    unknown: str | None = None
    after: Corpus = Corpus(())
    findings: tuple[Issue, ...] = ()


def between(project: Project, before: str, after: str | None = None) -> Review:
    """Return what differs between two revisions or releases; without the second, up to the working tree.

    Raises:
        UnknownNameError: There is no such revision, or a file of its records is not readable YAML.
        EnvironmentFailure: The project is no git checkout.
    """
    with revisions.at(project, before) as old:
        if after is None:
            return _review(project, (before, old), ("the working tree", project))
        with revisions.at(project, after) as new:
            return _review(project, (before, old), (after, new))


def _review(project: Project, before: tuple[str, Project], after: tuple[str, Project]) -> Review:
    comparison = compare(read_plain(before[1]), read_plain(after[1]))
    checked, records = examine(after[1])
    new = new_since(checked, check(before[1])).issues
    found: list[Mapping[str, Answer]] = []
    for name, state in (before, after):
        try:
            found.append(answers(project, name, state))
        except AllegedError as error:
            return Review(comparison, (), f"answers are not compared: {error}", records, new)
    return Review(comparison, _changed(*found), None, records, new)


def between_releases(before: Release, after: Release) -> Review:
    """Return what differs between the tables of two releases; findings are left out, as they are those of records.

    Raises:
        UnknownNameError: A release has tables of another schema version, or one of them is missing.
    """
    old, new = records_of_release(before), records_of_release(after)
    answers_then, answers_now = answers_of_release(before), answers_of_release(after)
    return Review(compare(old, new), _changed(answers_then, answers_now), None, new)


def _changed(old: Mapping[str, Answer], new: Mapping[str, Answer]) -> tuple[AnswerChange, ...]:
    changes = (AnswerChange(topic, old.get(topic), new.get(topic)) for topic in sorted({*old, *new}))
    return tuple(change for change in changes if change.before != change.after)


def unlinked(claim: Record, corpus: Corpus) -> list[Record]:
    """Return the claims nearest in time that a reviewer should compare with a claim, at most `NEIGHBOURS` of them.

    They are of the same principal on the same topic, and no relation links them.
    """
    speaker, day = principal(claim, corpus), _day(claim)
    linked = {relation["to"] for relation in claim.get("relations", ())}
    near = [
        other
        for other in corpus.active("claims")
        if other["topic"] == claim["topic"] and other.id not in {claim.id, *linked}
        if principal(other, corpus) == speaker
        if all(relation["to"] != claim.id for relation in other.get("relations", ()))
    ]
    return sorted(near, key=lambda other: (abs(_day(other) - day), other.id))[:NEIGHBOURS]


def _day(claim: Record) -> timedelta:
    return parse(claim["said"]).first_day - date.min


def _without(one: Answer | None, other: Answer | None) -> Mapping[str, frozenset[str]]:
    known = other.origins if other else {}
    rest = {origin: roots - known.get(origin, frozenset()) for origin, roots in (one.origins if one else {}).items()}
    return {origin: roots for origin, roots in rest.items() if roots or origin not in known}


def _figures(answer: Answer | None) -> frozenset[Figure]:
    return answer.figures if answer else frozenset()
