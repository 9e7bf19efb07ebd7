"""What the dataset holds, in numbers: how many records, of whom, when, on what, and how well they are sourced."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from alleged.dates import parse
from alleged.origins import principal, principal_of
from alleged.origins.publication import known
from alleged.origins.utterances import polarity, text_key
from alleged.records.corpus import Corpus, Record
from alleged.schemas.definitions import KINDS

UNCONFIRMED = ("deny", "dispute", "doubt", "decline")
"""Acts that do not confirm what was said: they reject it, contest it, question it, or leave it unanswered."""

ANSWERS = frozenset({"denies", "disputes", "confirms"})
"""Relations by which a party answers a claim; a refusal to comment leaves it unanswered."""


class Share(NamedTuple):
    """So many of so many."""

    part: int
    whole: int


@dataclass(frozen=True)
class Answers:
    """What parties answered to the accusations, the claims of the act `accuse`; as the table `responses` has it.

    `by_relation` are those that a claim of a party denies, disputes or confirms by a relation; `answered` are these,
    and those after which a party denied or admitted the matter of the topic. `beforehand` are those whose matter a
    party had certainly denied in public before they were made. A refusal to comment is no answer.
    """

    answered: Share
    by_relation: Share
    beforehand: Share


@dataclass(frozen=True)
class Stats:
    """The dataset in numbers. Claims that were withdrawn or superseded count among `records` only.

    `years` count claims by the first year in which they may have been said; `principals` by the state, organisation or
    person that they are laid to; `languages` count sources, by language without region. All are in falling order, years
    in their own.
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
    """Return the numbers of all records."""
    claims = [claim for claim in corpus.claims.values() if claim.active]
    appearances = [appearance for claim in claims for appearance in claim["sources"]]
    acts = _counted(claim["act"] for claim in claims)
    figures = [len(claim.get("quantities", ())) for claim in claims]
    listings = [claim for claim in claims if corpus.topics[claim["topic"]]["predicate"] == "designates"]
    names = [set(_listed(claim)) for claim in listings]
    sources = corpus.sources.values()
    return Stats(
        records={kind: len(corpus.of_kind(kind)) for kind in KINDS},
        years=dict(sorted(Counter(_year(claim) for claim in claims).items())),
        principals=_counted(principal(claim, corpus) for claim in claims),
        acts=acts,
        topics=_counted(claim["topic"] for claim in claims),
        languages=_counted(source["lang"].partition("-")[0] for source in sources),
        archived=_share("archived" in source.data for source in sources),
        quoted=_share("quote" in appearance for appearance in appearances),
        one_source=_share(len(claim["sources"]) == 1 for claim in claims),
        one_text=_share(len({text_key(a["id"], corpus) for a in claim["sources"]}) == 1 for claim in claims),
        translated=_share(any("quote" in a and a.get("translated") for a in claim["sources"]) for claim in claims),
        unconfirmed={act: acts.get(act, 0) for act in UNCONFIRMED},
        denial_scopes=_counted(claim["denial_scope"] for claim in claims if "denial_scope" in claim.data),
        answers=_answers(claims, corpus),
        quantities=sum(figures),
        with_quantities=_share(number > 0 for number in figures),
        named_listings=_share(map(bool, names)),
        listed=len(set().union(*names)),
    )


def _counted(codes: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(codes).items(), key=lambda found: (-found[1], found[0])))


def _share(holds: Iterable[bool]) -> Share:
    told = list(holds)
    return Share(sum(told), len(told))


def _year(claim: Record) -> str:
    span = parse(claim["said"])
    day = span.lo or span.hi
    return f"{day.year:04}" if day else "open"


def _listed(claim: Record) -> Iterator[str]:
    """Yield whom a designation names; only its own objects are listed ones, those of its topic are states."""
    yield from (actor for actor in claim.get("object", ()) if actor != "undetermined")


def _answers(claims: list[Record], corpus: Corpus) -> Answers:
    answered, linked, beforehand = [], [], []
    by_claim, at_large = _given(claims, corpus)
    for claim in claims:
        if claim["act"] != "accuse":
            continue
        lo, hi = known(claim, corpus)
        since = lo or hi or date.max
        later = any(by >= since for by, _ in at_large[claim["topic"]])
        linked.append(not _parties(claim, corpus).isdisjoint(by_claim[claim.id]))
        answered.append(linked[-1] or later)
        beforehand.append(any(denies and lo and by < lo for by, denies in at_large[claim["topic"]]))
    return Answers(_share(answered), _share(linked), _share(beforehand))


def _given(claims: list[Record], corpus: Corpus) -> tuple[dict[str, set[str]], dict[str, list[tuple[date, bool]]]]:
    """Return who answered each claim, and what parties answered to each topic: the day, and whether it was denied."""
    by_claim: dict[str, set[str]] = defaultdict(set)
    at_large: dict[str, list[tuple[date, bool]]] = defaultdict(list)
    for claim in claims:
        speaker, by = principal(claim, corpus), known(claim, corpus)[1]
        topics = {claim["topic"]} if claim["act"] == "acknowledge" or polarity(claim) == -1 else set()
        for relation in claim.get("relations", ()):
            if relation["type"] in ANSWERS and relation["to"] in corpus.claims:
                by_claim[relation["to"]].add(speaker)
            elif relation["type"] in ANSWERS:
                topics.add(relation["to"])
        for topic in topics:
            if by and speaker in _asked_of(topic, claim, corpus):
                at_large[topic].append((by, claim["act"] == "deny" and polarity(claim) == -1))
    return by_claim, at_large


def _parties(claim: Record, corpus: Corpus) -> set[str]:
    """Return the principals of whom a claim or its topic speaks."""
    said = parse(claim["said"])
    own = {principal_of(actor, said, corpus) for actor in (*claim.get("subject", ()), *claim.get("object", ()))}
    return own | _asked_of(claim["topic"], claim, corpus)


def _asked_of(topic_id: str, claim: Record, corpus: Corpus) -> set[str]:
    topic, said = corpus.topics[topic_id], parse(claim["said"])
    return {principal_of(actor, said, corpus) for actor in (*topic["subject"], *topic.get("object", ()))}
