"""What a change does: which records differ between two states, and which answers follow from them.

An answer is the interval of the origins of a topic. It is computed from the records, or read from the tables of a
release whose records are of older schemas.
"""

from collections.abc import Mapping
from typing import NamedTuple

from alleged.changes import Comparison, compare, revisions
from alleged.datasets import manifests
from alleged.datasets.catalogues import Folder
from alleged.datasets.release import Release
from alleged.datasets.resolve import choose, open_release
from alleged.errors import AllegedError, UnknownNameError
from alleged.origins.intervals import origins_of_topic
from alleged.origins.utterances import gather
from alleged.project import Project
from alleged.records.corpus import read, read_plain
from alleged.schemas.vocabularies import using


class Answer(NamedTuple):
    """The origins of a topic, with the claims that are roots of each, and the interval of their number."""

    lo: int
    hi: int
    origins: Mapping[str, frozenset[str]]


class AnswerChange(NamedTuple):
    """An answer that differs; None where there is no such topic.

    `gained` and `lost` are the roots that only the later or the earlier state has, by origin.
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


class Review(NamedTuple):
    """The changes of records, and of answers by topic; `unknown` says why answers could not be compared."""

    comparison: Comparison
    answers: tuple[AnswerChange, ...]
    unknown: str | None = None


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
    answers: list[Mapping[str, Answer]] = []
    for name, state in (before, after):
        try:
            answers.append(_answers(project, name, state))
        except AllegedError as error:
            return Review(comparison, (), f"answers are not compared: {error}")
    old, new = answers
    changed = (AnswerChange(topic, old.get(topic), new.get(topic)) for topic in sorted({*old, *new}))
    return Review(comparison, tuple(change for change in changed if change.before != change.after))


def _answers(project: Project, name: str, state: Project) -> Mapping[str, Answer]:
    """Return the answer to each topic.

    Raises:
        AllegedError: The records are not of the present schemas, and there are no tables of a release of this name.
    """
    found = read(state)
    if not found.issues:
        with using(found.corpus.codes):
            graph = gather(found.corpus)
        topics = (origins_of_topic(graph, topic) for topic in found.corpus.topics)
        return {
            at.topic: Answer(*at.interval, {o: frozenset(r.id for r in roots) for o, roots in at.origins.items()})
            for at in topics
        }
    releases = manifests.read_index(project.root).releases
    if name not in releases:
        raise UnknownNameError(f"some records of {name} are not valid: {found.issues[0].message}")
    catalogue = Folder(project.root, project.datasets.name)
    return _answers_of(open_release(catalogue, choose(name, catalogue)))


def _answers_of(release: Release) -> Mapping[str, Answer]:
    """Return the answers in the tables of a release: the last row of each topic that has a claim that means yes."""
    topics = {topic: Answer(0, 0, {}) for topic in release.load("topics")["topic_id"]}
    principals = dict(release.load("origins").select("root_id", "root_principal_id").iter_rows())
    for row in release.load("topic_timeline").sort("topic_id", "date").iter_rows(named=True):
        origins: dict[str, set[str]] = {origin: set() for origin in row["origin_ids"] or ()}
        for root in row["root_ids"] or ():
            origins.setdefault(principals.get(root, "?"), set()).add(root)
        roots = {origin: frozenset(ids) for origin, ids in origins.items()}
        topics[row["topic_id"]] = Answer(row["lo"], row["hi"], roots)
    return topics


def _without(one: Answer | None, other: Answer | None) -> Mapping[str, frozenset[str]]:
    known = other.origins if other else {}
    rest = {origin: roots - known.get(origin, frozenset()) for origin, roots in (one.origins if one else {}).items()}
    return {origin: roots for origin, roots in rest.items() if roots or origin not in known}
