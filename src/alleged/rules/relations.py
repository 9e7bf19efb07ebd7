"""Rules on relations between claims: they lead to another claim that they fit, and are recorded once."""

from functools import cache, lru_cache

from alleged.dates import EdtfDate, parse
from alleged.graphs import reachable
from alleged.origins.utterances import is_dependence
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.vocabularies import Code, vocabulary


@rule(severity="error", stage="links")
def relation_to_itself(corpus: Corpus) -> Findings:
    """A claim has a relation to itself.

    No claim repeats, denies or supersedes itself; the id of the other claim is mistyped.

    Example:
        claims:
          - id: nis-2024-10
            relations:
              - {type: updates, to: nis-2024-10, basis: curator}

    Fix: write the id of the other claim, or delete the relation.
    """
    for claim, i, to, kind in relations(corpus):
        if to == claim.id:
            yield (
                claim.at("relations", i, "to"),
                f"{kind.code!r} leads from {to!r} to itself",
                "write the id of the other claim",
            )


@rule(severity="error", stage="links")
def relation_to_a_topic(corpus: Corpus) -> Findings:
    """A relation that needs another claim leads to a topic.

    A general denial may answer a topic, and so may a refusal to comment. But only words can be repeated, corrected or
    confirmed, and nobody says a topic.

    Example:
        relations:
          - {type: repeats, to: dprk-munitions-to-russia, basis: curator}

    Fix: name the claim that is meant; if it is not recorded yet, record it first.
    """
    for claim, i, to, kind in relations(corpus):
        if to in corpus.topics and to not in corpus.claims and "topic" not in _targets(kind):
            yield (
                claim.at("relations", i, "to"),
                f"{kind.code!r} leads to a claim, but {to!r} is a topic",
                "write the id of the claim that is meant",
            )


@rule(severity="error", by=keys.linked)
def relation_stored_twice(corpus: Corpus) -> Findings:
    """A relation is recorded twice: on one claim, or a symmetric relation on both of its claims.

    `same-evidence`, `possibly-same-origin` and `contradicts` are symmetric. Recorded twice, they would be counted
    twice, and later only one of the two might be corrected.

    Example:
        claims:
          - id: kirby-2023-containers
            relations:
              - {type: same-evidence, to: state-2024-containers, basis: curator}
          - id: state-2024-containers
            relations:
              - {type: same-evidence, to: kirby-2023-containers, basis: curator}

    Fix: keep the relation on the claim that was said later, and delete the other.
    """
    first: dict[tuple[str, str, str], tuple[Record, int]] = {}
    for claim, i, to, kind in relations(corpus):
        swapped = kind.notes["symmetric"] and to < claim.id
        ends = (to, claim.id) if swapped else (claim.id, to)
        other, j = first.setdefault((kind.code, *ends), (claim, i))
        if other is not claim or j != i:
            where = "on this claim" if other is claim else f"on {other.id!r}"
            yield Finding(
                claim.at("relations", i, "to"),
                f"the relation {kind.code!r} to {to!r} is already recorded {where}",
                "keep one of the two: the one on the later claim",
                related=(other.at("relations", j, "to"),),
            )


@rule(severity="warning")
def contradicts_unlike_claim(corpus: Corpus) -> Findings:
    """Two claims are said to contradict each other, but are about different items or times.

    Thirteen thousand containers up to August and fifteen thousand up to March can both be right. Claims contradict each
    other only if they cannot both be true, for the same item and at a common time.

    Example:
        claims:
          - id: nis-2023-shells
            when: 2023-08/2023-10
          - id: osc-2025-shells
            when: 2024-08/2025-03
            relations:
              - {type: contradicts, to: nis-2023-shells, basis: curator}

    Fix: delete the relation, or correct the item or the window that is wrong.
    """
    for claim, i, to, kind in relations(corpus):
        if kind.code != "contradicts":
            continue
        other = corpus.claims[to]
        if not items_meet(_items(claim, corpus), _items(other, corpus)):
            what = "different items"
        elif not _overlap(_windows(claim), _windows(other)):
            what = "times without a common day"
        else:
            continue
        yield Finding(
            claim.at("relations", i, "to"),
            f"this claim contradicts {to!r}, but the two are about {what}",
            "delete the relation, or correct the item or window",
            related=(other.at("id"),),
        )


@lru_cache(maxsize=1)
def relations(corpus: Corpus) -> list[tuple[Record, int, str, Code]]:
    """Return every relation: its claim, its index there, the id it leads to, and its type."""
    types = vocabulary("relation-type")
    return [
        (claim, i, relation["to"], types[relation["type"]])
        for claim in corpus.claims.values()
        for i, relation in enumerate(claim.get("relations", ()))
    ]


@cache
def relation_types(group: str) -> frozenset[str]:
    """Return the types of relation of a class, such as `response`."""
    return frozenset(code for code, kind in vocabulary("relation-type").items() if kind.notes["class"] == group)


@cache
def one_way_dependences() -> frozenset[str]:
    """Return the types of relation by which a claim depends on another, but the other not on it."""
    types = vocabulary("relation-type")
    return frozenset(code for code in relation_types("dependence") if not types[code].notes["symmetric"])


def depends_on(claim: Record) -> dict[str, int]:
    """Return the claims that a claim depends on, each with the index of the first relation that says so."""
    found: dict[str, int] = {}
    for i, relation in enumerate(claim.get("relations", ())):
        kind = vocabulary("relation-type")[relation["type"]]
        if is_dependence(kind.code, claim) and not kind.notes["symmetric"]:
            found.setdefault(relation["to"], i)
    return found


def _targets(kind: Code) -> list[str]:
    return list(kind.notes["target"])  # type: ignore[call-overload]


def _items(claim: Record, corpus: Corpus) -> set[str]:
    """Return the items of a claim's figures, or else its own or its topic's."""
    own = corpus.slot(claim, "item")
    items = {figure.get("item", own) for figure in claim.get("quantities", [])} or {own}
    return items - {None}


def items_meet(some: set[str], others: set[str]) -> bool:
    """Whether two sets share an item, or one has an item that is a kind of another's; true if one is unknown."""
    return not some or not others or bool(some & _with_broader(others) or _with_broader(some) & others)


def _with_broader(items: set[str]) -> set[str]:
    """Return the items together with all broader ones."""
    codes = vocabulary("item")
    return reachable(items, lambda item: filter(None, [codes[item].broader]))


def _windows(claim: Record) -> list[EdtfDate]:
    """Return the windows of a claim's figures, or else the time of its event."""
    windows = [parse(figure["window"]) for figure in claim.get("quantities", []) if "window" in figure]
    return windows or ([parse(claim["when"])] if "when" in claim.data else [])


def _overlap(some: list[EdtfDate], others: list[EdtfDate]) -> bool:
    """Whether two lists of windows have a day in common; true if one is unknown."""
    return not some or not others or any(a.overlaps(b) for a in some for b in others)
