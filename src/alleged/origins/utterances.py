"""Claims as the count of origins sees them: who stands behind each, on what grounds, and since when it is public."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from alleged.dates import parse
from alleged.origins import principal, principal_of
from alleged.origins.publication import earliest, known, origin, published
from alleged.records.corpus import Corpus, Record
from alleged.schemas.vocabularies import vocabulary

Known = Literal["certain", "possible"]
"""Whether words count as public from the last day that their dates allow (`certain`) or from the first."""

NOBODY = frozenset({"collective", "narrator"})
"""Attributions that are never an origin: nobody in particular is said to have spoken."""

GROUNDLESS = frozenset({"other-claim", "inference", "unstated"})
"""Bases that are no ground beside the claims that a claim follows from: they lead back to those, or to nothing."""


class Utterance(NamedTuple):
    """A claim that stands. `known` is the day from which it counts as public, `date.max` if there is none.

    `grounds` tells whether it names a basis of its own, `disclosed` whether others can look at some of that basis.
    """

    id: str
    topic: str
    claimants: tuple[str, ...]
    principal: str
    attribution: str
    act: str
    polarity: int
    party: bool
    background: bool
    known: date
    grounds: bool
    disclosed: bool
    evidence: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether it asserts what its topic asks about, and is more than a narrator's context."""
        return self.polarity == 1 and not self.background


class Link(NamedTuple):
    """A dependence of one claim on another, and the day from which it counts as public."""

    start: str
    end: str
    type: str
    known: date


class TextCopy(NamedTuple):
    """A text in which a claim appears, copies of one text taken together, and its first day in public."""

    claim: str
    publishers: tuple[str, ...]
    known: date


@dataclass(frozen=True)
class Graph:
    """All claims that stand, by id. `links` lead to what a claim follows from; `ties` hold both ways."""

    utterances: Mapping[str, Utterance]
    links: tuple[Link, ...]
    ties: tuple[Link, ...]
    texts: tuple[TextCopy, ...]


def gather(corpus: Corpus, how: Known = "certain") -> Graph:
    """Return the claims of a corpus that stand, their dependences and their texts."""
    active = {claim.id: claim for claim in corpus.claims.values() if claim.active}
    utterances = {claim.id: _utterance(claim, corpus, how) for claim in active.values()}
    found = [link for claim in active.values() for link in _links(claim, corpus, how) if link.end in active]
    texts = tuple(text for claim in active.values() for text in _texts(claim, corpus, how))
    return graph(utterances, found, texts)


def graph(utterances: Mapping[str, Utterance], links: list[Link], texts: tuple[TextCopy, ...]) -> Graph:
    """Return a graph, its links parted into those that lead one way and those that hold both ways."""
    mutual = {code for code, kind in vocabulary("relation-type").items() if kind.notes["symmetric"]}
    one_way = tuple(link for link in links if link.type not in mutual)
    return Graph(utterances, one_way, tuple(link for link in links if link.type in mutual), texts)


def public(bounds: tuple[date | None, date | None], how: Known) -> date:
    """Return the day from which something counts as public; an open bound is the calendar's own."""
    return (bounds[1] or date.max) if how == "certain" else (bounds[0] or date.min)


def _utterance(claim: Record, corpus: Corpus, how: Known) -> Utterance:
    basis = claim.get("basis", ())
    return Utterance(
        claim.id,
        claim["topic"],
        (claim["claimant"], *claim.get("co_claimants", ())),
        principal(claim, corpus),
        attribution(claim, corpus),
        claim["act"],
        polarity(claim),
        is_party(claim, corpus),
        claim.get("background", False),
        public(known(claim, corpus), how),
        not GROUNDLESS.issuperset(basis),
        basis_disclosed(basis) in ("full", "part"),
        tuple(claim.get("evidence", ())),
    )


def _links(claim: Record, corpus: Corpus, how: Known) -> Iterator[Link]:
    for relation in claim.get("relations", ()):
        if vocabulary("relation-type")[relation["type"]].notes["class"] == "dependence":
            source = relation.get("source")
            bounds = earliest([published(source, corpus)]) if source else known(claim, corpus)
            yield Link(claim.id, relation["to"], relation["type"], public(bounds, how))


def _texts(claim: Record, corpus: Corpus, how: Known) -> Iterator[TextCopy]:
    days: dict[tuple[str, ...], list[date]] = defaultdict(list)
    for appearance in claim["sources"]:
        source = corpus.sources[appearance["id"]]
        days[text_key(source.id, corpus)].append(public(earliest([published(source.id, corpus)]), how))
    for key, found in days.items():
        yield TextCopy(claim.id, publishers(key, corpus), min(found))


def text_key(source_id: str, corpus: Corpus) -> tuple[str, ...]:
    """Return what copies of one text share: the agency whose text it is, or else the source it was copied from."""
    source, agency = origin(source_id, corpus)
    return ("agency", agency) if agency else ("source", source)


def publishers(key: tuple[str, ...], corpus: Corpus) -> tuple[str, ...]:
    """Return who published the text of a key."""
    return (key[1],) if key[0] == "agency" else tuple(corpus.sources[key[1]]["publisher"])


def polarity(claim: Record) -> int:
    """Return 1 if a claim asserts what its topic asks about, -1 if it rejects it, or else 0."""
    return 0 if claim.get("denial_scope") == "non-denial" else act_polarity(claim["act"])


@cache
def act_polarity(act: str) -> int:
    """Return 1 if an act asserts what the topic asks about, -1 if it rejects it, or else 0."""
    return vocabulary("act")[act].notes["polarity"]  # type: ignore[return-value]


def attribution(claim: Record, corpus: Corpus) -> str:
    """Return how the claimant is made known: as the record says, or else as is usual for its kind of actor."""
    kind = corpus.actors[claim["claimant"]]["kind"]
    return claim.get("attribution") or str(vocabulary("actor-kind")[kind].notes["attribution"])


def basis_disclosed(basis: list[str] | None) -> str | None:
    """Return how much of what a claim is said to rest on others can look at; None where no basis is stated."""
    if not basis:
        return None
    shown = [bool(vocabulary("basis")[ground].notes["disclosed"]) for ground in basis]
    return "full" if all(shown) else "part" if any(shown) else "none"


def is_party(claim: Record, corpus: Corpus) -> bool:
    """Whether a claim is laid to a principal of whom, or of whose people, the topic itself asks."""
    topic, said = corpus.topics[claim["topic"]], parse(claim["said"])
    asked_of = (*topic["subject"], *topic.get("object", ()))
    return principal(claim, corpus) in {principal_of(actor, said, corpus) for actor in asked_of}
