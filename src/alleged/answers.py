"""Answers to topics: what the records of a state, or the tables of a release, say to each question.

They never say which answer is true.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from alleged.datasets import manifests
from alleged.datasets.catalogues import Folder
from alleged.datasets.release import Release
from alleged.datasets.resolve import choose, open_release
from alleged.errors import UnknownNameError
from alleged.origins.figures import figures
from alleged.origins.intervals import origins_of_topic
from alleged.origins.utterances import gather
from alleged.project import Project
from alleged.records.corpus import Corpus, read
from alleged.schemas.vocabularies import using

FIGURE = ("item", "unit", "bound", "low", "point", "high")
"""What makes two figures of a claim the same."""

YES, NO = ("yes", 1), ("no", -1)
"""The sides of `stance`, and of `polarity` in releases before schema version 2."""

Figure = tuple[Any, ...]
"""A figure: the id of its claim, then the fields of `FIGURE`."""


class Answer(NamedTuple):
    """What active claims without `background` say to the question of a topic.

    `lo` and `hi` are the interval of the number of origins, and `origins` the claims that are roots of each. `yes` and
    `no` count the claims that assert and those that reject what is asked, `figures` are those of the former.
    """

    lo: int
    hi: int
    origins: Mapping[str, frozenset[str]]
    yes: int = 0
    no: int = 0
    figures: frozenset[Figure] = frozenset()


def answers(project: Project, name: str, state: Project) -> Mapping[str, Answer]:
    """Return the answer to each topic, by id.

    `state` holds the records; of a release with older schemas, the tables that `project` has of it by `name` are read.

    Raises:
        AllegedError: The records are not of the present schemas, and there are no tables of a release of this name.
    """
    found = read(state)
    if not found.issues:
        return _in_records(found.corpus)
    if name not in manifests.read_index(project.root).releases:
        raise UnknownNameError(f"some records of {name} are not valid: {found.issues[0].message}")
    catalogue = Folder(project.root, project.datasets.name)
    return answers_of_release(open_release(catalogue, choose(name, catalogue)))


def _in_records(corpus: Corpus) -> Mapping[str, Answer]:
    with using(corpus.codes):
        graph = gather(corpus)
        named = {topic: figures(topic, corpus) for topic in corpus.topics}
    return {
        at.topic: Answer(
            *at.interval,
            {origin: frozenset(root.id for root in roots) for origin, roots in at.origins.items()},
            len(at.claims),
            len(at.rejecting),
            frozenset(_figure(f.claim.id, {"bound": "none", **f.quantity, "item": f.item}) for f in named[at.topic]),
        )
        for at in (origins_of_topic(graph, topic) for topic in corpus.topics)
    }


def answers_of_release(release: Release) -> Mapping[str, Answer]:
    """Return the answers in the tables of a release: the last row of each topic that has a claim that means yes."""
    topics = {topic: Answer(0, 0, {}) for topic in release.load("topics")["topic_id"]}
    principals = dict(release.load("origins").select("root_id", "root_principal_id").iter_rows())
    for row in release.load("topic_timeline").sort("topic_id", "date").iter_rows(named=True):
        origins: dict[str, set[str]] = {origin: set() for origin in row["origin_ids"] or ()}
        for root in row["root_ids"] or ():
            origins.setdefault(principals.get(root, "?"), set()).add(root)
        roots = {origin: frozenset(ids) for origin, ids in origins.items()}
        topics[row["topic_id"]] = Answer(row["lo"], row["hi"], roots)
    return _with_counts(topics, release)


def _with_counts(topics: Mapping[str, Answer], release: Release) -> Mapping[str, Answer]:
    sides = {topic: {"yes": 0, "no": 0} for topic in topics}
    topic_of = {}
    for claim in release.load("claims").iter_rows(named=True):
        stance = claim["stance"] if "stance" in claim else claim["polarity"]
        if claim["status"] != "active" or claim["background"] or stance not in YES + NO:
            continue
        sides[claim["topic_id"]]["yes" if stance in YES else "no"] += 1
        if stance in YES:
            topic_of[claim["claim_id"]] = claim["topic_id"]
    named = _figures(release.load("quantities").iter_rows(named=True), topic_of)
    return {id: answer._replace(**sides[id], figures=frozenset(named[id])) for id, answer in topics.items()}


def _figures(rows: Iterable[Mapping[str, Any]], topic_of: Mapping[str, str]) -> Mapping[str, list[Figure]]:
    found: dict[str, list[Figure]] = defaultdict(list)
    for row in rows:
        if row["claim_id"] in topic_of:
            found[topic_of[row["claim_id"]]].append(_figure(row["claim_id"], row))
    return found


def _figure(claim: str, quantity: Mapping[str, Any]) -> Figure:
    return claim, *(quantity.get(name) for name in FIGURE)
