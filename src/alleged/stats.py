"""Statistics of a dataset: records by kind, claims by year, principal, act and topic, and quality of sources."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from alleged.dates import parse
from alleged.origins import principal, principal_of
from alleged.origins.publication import public_bounds
from alleged.origins.utterances import stance, text_key
from alleged.records.corpus import Corpus, Record
from alleged.schemas.definitions import KINDS

UNCONFIRMED = ("deny", "dispute", "doubt", "decline")
"""Acts that do not confirm what others said: they reject it, dispute it, doubt it, or decline to comment."""

ANSWERS = frozenset({"denies", "disputes", "confirms"})
"""Types of relations by which a party answers a claim; declining to comment is no answer."""


class Share(NamedTuple):
    """A part of a whole, as two numbers."""

    part: int
    whole: int


@dataclass(frozen=True)
class Answers:
    """How many allegations (claims with the act `allege`) parties answered; the table `responses` gives the same.

    `by_relation` are allegations that a claim of a party denies, disputes or confirms by a relation. `answered` are
    these, and those after which a party denied or acknowledged the topic. `sought` are allegations that are not
    answered, but to which an answer was looked for (`response_sought`), and `unsought` the rest, so that the three add
    up to all. `beforehand` are allegations before which a party's denial of the topic certainly was public. Declining
    to comment is no answer.
    """

    answered: Share
    sought: Share
    unsought: Share
    by_relation: Share
    beforehand: Share


@dataclass(frozen=True)
class Stats:
    """Statistics of a dataset. Claims that were withdrawn or superseded count in `records` only.

    `years` count claims by the first year in which they may have been said, `principals` by the state, organisation or
    person that they are attributed to; `languages` count sources by language without region. `years` are in order of
    time, the others are sorted from most to fewest.
    """

    records: Mapping[str, int]
    years: Mapping[str, int]
    principals: Mapping[str, int]
    acts: Mapping[str, int]
    topics: Mapping[str, int]
    languages: Mapping[str, int]
    archived: Share
    quoted: Share
    one_source: Share
    one_text: Share
    translated: Share
    unconfirmed: Mapping[str, int]
    denial_scopes: Mapping[str, int]
    answers: Answers
    quantities: int
    with_quantities: Share
    named_listings: Share
    listed: int


def stats(corpus: Corpus) -> Stats:
    """Return the statistics of all records."""
    claims = [claim for claim in corpus.claims.values() if claim.active]
    appearances = [appearance for claim in claims for appearance in claim["sources"]]
    acts = _count(claim["act"] for claim in claims)
    figures = [len(claim.get("quantities", ())) for claim in claims]
    listings = [claim for claim in claims if corpus.topics[claim["topic"]]["predicate"] == "designates"]
    names = [set(_listed(claim)) for claim in listings]
    sources = corpus.sources.values()
    return Stats(
        records={kind: len(corpus.of_kind(kind)) for kind in KINDS},
        years=dict(sorted(Counter(_year(claim) for claim in claims).items())),
        principals=_count(principal(claim, corpus) for claim in claims),
        acts=acts,
        topics=_count(claim["topic"] for claim in claims),
        languages=_count(source["lang"].partition("-")[0] for source in sources),
        archived=_share("archived" in source.data for source in sources),
        quoted=_share("quote" in appearance for appearance in appearances),
        one_source=_share(len(claim["sources"]) == 1 for claim in claims),
        one_text=_share(len({text_key(a["id"], corpus) for a in claim["sources"]}) == 1 for claim in claims),
        translated=_share(any("quote" in a and a.get("translated") for a in claim["sources"]) for claim in claims),
        unconfirmed={act: acts.get(act, 0) for act in UNCONFIRMED},
        denial_scopes=_count(claim["denial_scope"] for claim in claims if "denial_scope" in claim.data),
        answers=_answers([claim for claim in claims if not claim.get("background")], corpus),
        quantities=sum(figures),
        with_quantities=_share(number > 0 for number in figures),
        named_listings=_share(map(bool, names)),
        listed=len(set().union(*names)),
    )


def _count(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items(), key=lambda item: (-item[1], item[0])))


def _share(flags: Iterable[bool]) -> Share:
    values = list(flags)
    return Share(sum(values), len(values))


def _year(claim: Record) -> str:
    span = parse(claim["said"])
    day = span.lo or span.hi
    return f"{day.year:04}" if day else "open"


def _listed(claim: Record) -> Iterator[str]:
    """Yield the actors that a designation lists: its own objects; the objects of its topic are states."""
    yield from (actor for actor in claim.get("object", ()) if actor != "undetermined")


def _answers(claims: list[Record], corpus: Corpus) -> Answers:
    answered, sought, linked, beforehand = [], [], [], []
    by_claim, by_topic = _answers_of_parties(claims, corpus)
    for claim in claims:
        if claim["act"] != "allege":
            continue
        lo, hi = public_bounds(claim, corpus)
        since = lo or hi or date.max
        later = any(day >= since for day, _ in by_topic[claim["topic"]])
        linked.append(not _parties(claim, corpus).isdisjoint(by_claim[claim.id]))
        answered.append(linked[-1] or later)
        sought.append(not answered[-1] and "response_sought" in claim.data)
        beforehand.append(any(denies and lo and day < lo for day, denies in by_topic[claim["topic"]]))
    unsought = (not (found or searched) for found, searched in zip(answered, sought, strict=True))
    return Answers(*map(_share, (answered, sought, unsought, linked, beforehand)))


def _answers_of_parties(
    claims: list[Record], corpus: Corpus
) -> tuple[dict[str, set[str]], dict[str, list[tuple[date, bool]]]]:
    """Return the principals that answered each claim, and the day of each party's answer to a topic, and if it denies.

    Answers to a topic are denials and acknowledgements of it.
    """
    by_claim: dict[str, set[str]] = defaultdict(set)
    by_topic: dict[str, list[tuple[date, bool]]] = defaultdict(list)
    for claim in claims:
        speaker, day = principal(claim, corpus), public_bounds(claim, corpus)[1]
        denies = claim["act"] == "deny" and stance(claim) == "no"
        topics = {claim["topic"]} if denies or claim["act"] == "acknowledge" else set()
        for relation in claim.get("relations", ()):
            if relation["type"] in ANSWERS and relation["to"] in corpus.claims:
                by_claim[relation["to"]].add(speaker)
            elif relation["type"] in ANSWERS:
                topics.add(relation["to"])
        for topic in topics:
            if day and speaker in _parties_of_topic(topic, claim, corpus):
                by_topic[topic].append((day, denies))
    return by_claim, by_topic


def _parties(claim: Record, corpus: Corpus) -> set[str]:
    """Return the principals of the subjects and objects of a claim and of its topic."""
    said = parse(claim["said"])
    own = {principal_of(actor, said, corpus) for actor in (*claim.get("subject", ()), *claim.get("object", ()))}
    return own | _parties_of_topic(claim["topic"], claim, corpus)


def _parties_of_topic(topic_id: str, claim: Record, corpus: Corpus) -> set[str]:
    topic, said = corpus.topics[topic_id], parse(claim["said"])
    return {principal_of(actor, said, corpus) for actor in (*topic["subject"], *topic.get("object", ()))}
