"""Ids and files that are proposed for new records: built only from what is not likely to be corrected."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import count
from typing import Any

from alleged.dates import parse
from alleged.project import Project
from alleged.records.corpus import Corpus, Record
from alleged.text.words import slug

COMMON = """
    about across after again against ahead almost along already also although always among an and another any are
    around as asked at away back be became because been before began behind being below between both but by called
    came can cannot could despite did do does done down during each either else enough even ever every few for from
    gave get give given gives goes going gone had has have he her here hers him his how if in inside instead into is
    it its itself just keep kept last later least less like likely made make makes making many may might more most
    much must near neither never next no none nor not nothing now of off on once one only or other others our out
    outside over own per perhaps put rather said same saw say says see seen several shall she should since so some
    soon still such take taken takes than that the their them themselves then there these they this those though
    through thus till to together too took toward towards under until up upon us use used using very via was we well
    went were what when where whether which while who whole whom whose why will with within without would yet you
    your
"""
LEFT_OUT = frozenset(COMMON.split())
"""English words that say too little for an id."""

SHORTEST = 4
"""Letters of the shortest name of which longer forms are known too."""

YEAR, MONTH, DAY = 4, 7, 10
"""Characters of a year, a month and a day, as `2024-06-18`."""

MOST_WORDS = 3
"""Words of a topic that an id of a claim contains."""


def proposed_id(kind: str, record: Mapping[str, Any], corpus: Corpus, taken: Container[str] = ()) -> str:
    """Return a free id for a record without problems; `taken` are ids of other new records."""
    if kind == "claims":
        proposal = claim_id(record, corpus)
    elif kind == "sources":
        proposal = source_id(record)
    else:
        proposal = topic_id(record) if kind == "topics" else record["name"]
    return free_id(proposal, lambda id: id in corpus.by_id or id in taken)


def free_id(proposal: str, is_taken: Callable[[str], bool]) -> str:
    """Return an id that no record has: the proposal, or the proposal with the first free number."""
    base = slug(proposal, 74)
    base = base if len(base) > 1 else f"record-{base}".rstrip("-")
    return base if not is_taken(base) else next(id for n in count(2) if not is_taken(id := f"{base}-{n}"))


def claim_id(claim: Mapping[str, Any], corpus: Corpus) -> str:
    """Return a proposal such as `stoltenberg-2024-06-munitions`: the claimant, the month of utterance, the question.

    The claimant is called as in other ids of their claims. Of the id of the topic, the names of those it is about are
    left out. A month that is not known is left out; the year is always there.
    """
    begin, topic = _beginning(claim["claimant"], corpus), corpus.topics[claim["topic"]]
    known = {*begin.split("-"), *_names([*topic.get("subject", ()), *topic.get("object", ())], corpus)}
    words = [word for word in topic.id.split("-") if _says_something(word, known)] or [topic["predicate"]]
    return "-".join((begin, _period(claim["said"], MONTH), *words[:MOST_WORDS]))


def _names(actors: Iterable[str], corpus: Corpus) -> set[str]:
    known = [corpus.actors[id] for id in actors if id in corpus.actors]
    texts = [text for a in known for text in (a.id, a["name"], *(name["text"] for name in a.get("names", ())))]
    return {word for text in texts for word in slug(text, 300).split("-")}


def _says_something(word: str, known: Iterable[str]) -> bool:
    """Whether a word is fit for an id; a form of a known name, such as `korean` beside `korea`, is not."""
    is_known = any(word == name or (len(name) >= SHORTEST and word.startswith(name)) for name in known)
    return word.isalpha() and word not in LEFT_OUT and not is_known


def _period(date: str, longest: int) -> str:
    """Return the day, month or year that a date lies in as a whole, in at most so many characters as `longest`.

    If it lies in no single year, it is that of its first bound, or of the only one.
    """
    span = parse(date)
    bounds = [bound.isoformat() for bound in (span.lo, span.hi) if bound is not None]
    fits = (length for length in (DAY, MONTH) if length <= longest and len({bound[:length] for bound in bounds}) == 1)
    return bounds[0][: next(fits, YEAR) if len(bounds) > 1 else YEAR]


def _beginning(claimant: str, corpus: Corpus) -> str:
    """Return how ids of claims by a claimant begin: as those that are recorded, or else with the surname."""
    ids = (c.id for c in corpus.claims.values() if c["claimant"] == claimant)
    begins = Counter(match[1] for id in ids if (match := re.match(r"(.+?)-(?:19|20)[0-9]{2}\b", id)))
    if begins:
        return min(begins, key=lambda begin: (-begins[begin], begin))
    actor = corpus.actors[claimant]
    names = actor["name"].split()
    has_surname_last = actor["kind"] == "person" and len(names) > 1 and "-" not in names[-1]
    return slug(names[-1] if has_surname_last else "") or claimant


def source_id(source: Mapping[str, Any]) -> str:
    """Return a proposal such as `tv5monde-2024-06-18`: the publisher and the day, month or year of publication."""
    return f"{slug(source['publisher'][0], 60)}-{_period(source['published'], DAY)}"


def topic_id(topic: Mapping[str, Any]) -> str:
    """Return a proposal such as `dprk-munitions-to-russia`: subject, item or predicate, and object."""
    what = topic.get("item") or topic["predicate"]
    to = ["to", topic["object"][0]] if topic.get("object") else []
    return "-".join([topic["subject"][0], what, *to])


def figures_in(id: str, claim: Mapping[str, Any]) -> list[str]:
    """Return the figures of a claim that stand in an id, where they could not be corrected."""
    figures = (figure.get(name) for figure in claim.get("quantities", ()) for name in ("low", "point", "high"))
    return sorted({f"{number:g}" if number < 1 else f"{number:.0f}" for number in figures if number} & {*id.split("-")})


# Files.


def article_file(source: Mapping[str, Any], id: str, project: Project) -> str:
    """Return the name of the file for the bundle of a new article, in the folder of the year it was published in."""
    return f"{project.folder}/{_period(source['published'], YEAR)}/{id}.yaml"


def registry_file(kind: str, record: Mapping[str, Any], corpus: Corpus, project: Project) -> str:
    """Return the name of the file that a new actor or topic belongs to.

    It is the file with most records that are like it: of actors those of the same kind, if there are any the ones of
    the same state or organisation, of these those who speak or publish rather than those who are only spoken of, and
    those of the same bodies; of topics those of the same predicate.
    """
    pool = list(corpus.active(kind))
    for alike in _likenesses(kind, record, corpus):
        pool = [other for other in pool if alike(other)] or pool
    counts = Counter(other.file.path for other in pool)
    return min(counts, key=lambda path: (-counts[path], path)) if counts else f"{project.folder}/registry/{kind}.yaml"


def _likenesses(kind: str, record: Mapping[str, Any], corpus: Corpus) -> list[Callable[[Record], bool]]:
    if kind == "topics":
        return [lambda other: other["predicate"] == record["predicate"]]
    bodies, ends, voices = _bodies(record), _ends(record, corpus), _voices(corpus)
    return [
        lambda other: other["kind"] == record["kind"],
        lambda other: not ends.isdisjoint(_ends(other.data, corpus)),
        lambda other: other.id in voices,
        lambda other: bool(bodies & _bodies(other.data)),
    ]


def _bodies(actor: Mapping[str, Any]) -> set[str]:
    return {tie["of"] for tie in (*actor.get("part_of", ()), *actor.get("memberships", ()))}


def _ends(actor: Mapping[str, Any], corpus: Corpus) -> set[str]:
    """Return the states and organisations that an actor belongs to, directly or through other bodies."""
    found: set[str] = set()
    left = [*_bodies(actor)]
    while left:
        if (body := left.pop()) not in found and body in corpus.actors:
            found.add(body)
            left += [] if corpus.actors[body]["kind"] in ("state", "igo") else _bodies(corpus.actors[body].data)
    return {body for body in found if corpus.actors[body]["kind"] in ("state", "igo")}


def _voices(corpus: Corpus) -> set[str]:
    claims, sources = corpus.claims.values(), corpus.sources.values()
    speakers = {id for c in claims for id in (c["claimant"], *c.get("co_claimants", ()), *c.get("via", ()))}
    return speakers | {id for source in sources for id in source["publisher"]}
