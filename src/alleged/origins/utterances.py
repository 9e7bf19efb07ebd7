"""Claims as nodes of the graph in which origins are counted: principal, basis, and the day they became public."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from alleged.dates import parse
from alleged.origins import principal, principal_of
from alleged.origins.publication import earliest, origin, public_bounds, published
from alleged.records.corpus import Corpus, Record
from alleged.schemas.vocabularies import vocabulary

Known = Literal["certain", "possible"]
"""Whether something counts as public from the last day that its dates allow (`certain`) or from the first."""

NOBODY = frozenset({"collective", "narrator"})
"""Attributions that are never an origin, since nobody in particular spoke."""

GROUNDLESS = frozenset({"other-claim", "inference", "unstated"})
"""Kinds of basis that are no ground of a claim's own: they lead to the claims that it depends on, or nowhere."""


class Utterance(NamedTuple):
    """An active claim.

    `public_on` is the day from which it counts as public, `date.max` if there is none. `grounds` is whether it has a
    basis of its own, and `disclosed` whether others can look at some of its basis. `only_confirms` is whether it says
    that another claim is right and does not state on what basis.
    """

    id: str
    topic: str
    claimants: tuple[str, ...]
    principal: str
    attribution: str
    act: str
    stance: str
    party: bool
    background: bool
    public_on: date
    grounds: bool
    disclosed: bool
    evidence: tuple[str, ...]
    only_confirms: bool = False

    @property
    def counts(self) -> bool:
        """Whether it asserts what its topic asks about, and is not background."""
        return self.stance == "yes" and not self.background


class Link(NamedTuple):
    """A dependence of the claim `start` on the claim `end`, and the day from which it counts as public."""

    start: str
    end: str
    type: str
    public_on: date


class ClaimText(NamedTuple):
    """A text in which a claim appears, and the first day on which it or a copy of it was public."""

    claim: str
    publishers: tuple[str, ...]
    public_on: date


@dataclass(frozen=True)
class Graph:
    """All active claims by id. `links` lead to the claims that a claim depends on; `ties` are symmetric."""

    utterances: Mapping[str, Utterance]
    links: tuple[Link, ...]
    ties: tuple[Link, ...]
    texts: tuple[ClaimText, ...]


def gather(corpus: Corpus, known: Known = "certain") -> Graph:
    """Return the graph of the active claims of a corpus, with their dependences and texts."""
    active = {claim.id: claim for claim in corpus.claims.values() if claim.active}
    utterances = {claim.id: _utterance(claim, corpus, known) for claim in active.values()}
    links = [link for claim in active.values() for link in _links(claim, corpus, known) if link.end in active]
    texts = tuple(text for claim in active.values() for text in _texts(claim, corpus, known))
    return graph(utterances, links, texts)


def graph(utterances: Mapping[str, Utterance], links: list[Link], texts: tuple[ClaimText, ...]) -> Graph:
    """Return a graph; links of symmetric types become its ties."""
    symmetric = {code for code, kind in vocabulary("relation-type").items() if kind.notes["symmetric"]}
    one_way = tuple(link for link in links if link.type not in symmetric)
    return Graph(utterances, one_way, tuple(link for link in links if link.type in symmetric), texts)


def public_day(bounds: tuple[date | None, date | None], known: Known) -> date:
    """Return the day from which something counts as public; `date.max` or `date.min` where that bound is open."""
    return (bounds[1] or date.max) if known == "certain" else (bounds[0] or date.min)


def _utterance(claim: Record, corpus: Corpus, known: Known) -> Utterance:
    basis = claim.get("basis", ())
    return Utterance(
        claim.id,
        claim["topic"],
        (claim["claimant"], *claim.get("co_claimants", ())),
        principal(claim, corpus),
        attribution(claim, corpus),
        claim["act"],
        stance(claim),
        is_party(claim, corpus),
        claim.get("background", False),
        public_day(public_bounds(claim, corpus), known),
        not GROUNDLESS.issuperset(basis),
        basis_disclosed(basis) in ("full", "part"),
        tuple(claim.get("evidence", ())),
        claim["act"] == "confirm" and set(basis) <= {"unstated"},
    )


def _links(claim: Record, corpus: Corpus, known: Known) -> Iterator[Link]:
    for relation in claim.get("relations", ()):
        if is_dependence(relation["type"], claim):
            source = relation.get("source")
            bounds = earliest([published(source, corpus)]) if source else public_bounds(claim, corpus)
            yield Link(claim.id, relation["to"], relation["type"], public_day(bounds, known))


def is_dependence(type: str, claim: Record) -> bool:
    """Whether a relation of this type makes a claim depend on the other one.

    These are all types of the class `dependence`, and `confirms` if the claim has no basis but the other's: who says
    "that is right" because the other said it is no second witness.
    """
    is_echo = type == "confirms" and set(claim.get("basis", ())) == {"other-claim"}
    return is_echo or vocabulary("relation-type")[type].notes["class"] == "dependence"


def _texts(claim: Record, corpus: Corpus, known: Known) -> Iterator[ClaimText]:
    days: dict[tuple[str, ...], list[date]] = defaultdict(list)
    for appearance in claim["sources"]:
        source = corpus.sources[appearance["id"]]
        days[text_key(source.id, corpus)].append(public_day(earliest([published(source.id, corpus)]), known))
    for key, days_of_text in days.items():
        yield ClaimText(claim.id, publishers(key, corpus), min(days_of_text))


def text_key(source_id: str, corpus: Corpus) -> tuple[str, ...]:
    """Return the key that copies of one text share: the agency whose text it is, or else the original source."""
    source, agency = origin(source_id, corpus)
    return ("agency", agency) if agency else ("source", source)


def publishers(key: tuple[str, ...], corpus: Corpus) -> tuple[str, ...]:
    """Return the publishers of the text with this key."""
    return (key[1],) if key[0] == "agency" else tuple(corpus.sources[key[1]]["publisher"])


def stance(claim: Record) -> str:
    """Return how a claim answers the question of its topic: `yes`, `no` or `open`.

    It is what the record states, or else the default of the act.
    """
    return claim["stance"] if "stance" in claim.data else act_stance(claim["act"])


def act_stance(act: str) -> str:
    """Return the stance of claims with this act, unless their records state another one.

    It is `open` for the acts whose records must state it.
    """
    return str(vocabulary("act")[act].notes.get("stance", "open"))


def attribution(claim: Record, corpus: Corpus) -> str:
    """Return the attribution of a claim: as recorded, or else the default for the kind of claimant."""
    return claim.get("attribution") or usual_attribution(claim, corpus)


def usual_attribution(claim: Record, corpus: Corpus) -> str:
    """Return the attribution that claims by a claimant of this kind have if they state none."""
    kind = corpus.actors[claim["claimant"]]["kind"]
    return str(vocabulary("actor-kind")[kind].notes["attribution"])


def basis_disclosed(basis: list[str] | None) -> str | None:
    """Return whether others can look at none, part or all of a basis; None where no basis is stated."""
    if not basis:
        return None
    disclosed = [bool(vocabulary("basis")[ground].notes["disclosed"]) for ground in basis]
    return "full" if all(disclosed) else "part" if any(disclosed) else "none"


def is_party(claim: Record, corpus: Corpus) -> bool:
    """Whether the principal of a claim is also the principal of a subject or object of its topic."""
    topic, said = corpus.topics[claim["topic"]], parse(claim["said"])
    actors = (*topic["subject"], *topic.get("object", ()))
    return principal(claim, corpus) in {principal_of(actor, said, corpus) for actor in actors}
