"""Rules on relations between claims: they lead to an earlier claim, once, and never in a circle."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from alleged.dates import EdtfDate, parse
from alleged.records.corpus import Corpus, Record
from alleged.rules.rulebook import Finding, Findings, rule
from alleged.schemas.vocabularies import Code, vocabulary

CIRCLES = 1_000
"""Circles that are looked for at a time."""

NAMED = 20
"""Claims of a circle that a message names; a longer one is cut in the middle."""


@rule(severity="error", stage="links")
def relation_to_itself(corpus: Corpus) -> Findings:
    """A claim is related to itself.

    No claim repeats, denies or supersedes itself; the id of the other claim was mistyped.

    Example:
        claims:
          - id: nis-2024-10
            relations:
              - {type: updates, to: nis-2024-10, basis: curator}

    Mend: write the id of the other claim, or drop the relation.
    """
    for claim, i, to, kind in _relations(corpus):
        if to == claim.id:
            yield (
                claim.at("relations", i, "to"),
                f"{kind.code!r} leads from {to!r} to itself",
                "write the id of the other claim",
            )


@rule(severity="error", stage="links")
def relation_to_a_topic(corpus: Corpus) -> Findings:
    """A relation that needs another claim leads to a topic.

    A standing denial may answer a topic at large, and so may a refusal to comment. But only words can be
    repeated, corrected or confirmed, and a topic has none: nobody says it.

    Example:
        relations:
          - {type: repeats, to: dprk-munitions-to-russia, basis: curator}

    Mend: name the claim that is meant; if it is not recorded yet, record it first.
    """
    for claim, i, to, kind in _relations(corpus):
        if to in corpus.topics and to not in corpus.claims and "topic" not in _targets(kind):
            yield (
                claim.at("relations", i, "to"),
                f"{kind.code!r} leads to a claim, but {to!r} is a topic",
                "write the id of the claim that is meant",
            )


@rule(severity="error", whole_corpus=True)
def circular_dependence(corpus: Corpus) -> Findings:
    """Claims depend on each other in a circle.

    Each would be the other's source and none the origin, so the number of independent origins could not be
    told. This is circular reporting, or a relation that runs the wrong way; a human has to look. It is
    reported once, at the claim whose id comes first.

    Example:
        claims:
          - id: nis-2023-shells
            relations:
              - {type: repeats, to: stoltenberg-2024-shells, basis: curator}
          - id: stoltenberg-2024-shells
            relations:
              - {type: repeats, to: nis-2023-shells, basis: curator}

    Mend: drop the relation of the claim that was said first. If two outlets really cite each other, find
    who said it to them, and let both depend on that.
    """
    edges, _ = dependences(corpus)
    for circle in _circles({claim: sorted(to) for claim, to in edges.items()}):
        claim = corpus.claims[circle[0]]
        path = [*circle, circle[0]]
        names = path if len(path) <= NAMED else [*path[: NAMED - 1], f"({len(path) - NAMED} more)", path[-1]]
        yield Finding(
            claim.at("relations", edges[circle[0]][path[1]], "to"),
            f"claims depend on each other in a circle: {' → '.join(names)}",
            "drop the relation that runs the wrong way: the claim said first depends on none of the others",
            related=tuple(corpus.claims[name].at("id") for name in circle[1:NAMED]),
        )


@rule(severity="error", whole_corpus=True)
def relation_stored_twice(corpus: Corpus) -> Findings:
    """One relation is written down twice: on a claim, or for a mutual relation on both of its claims.

    `same-evidence`, `possibly-same-origin` and `contradicts` hold both ways by themselves. Written twice
    they would be counted twice, and one day only one of the two would be corrected.

    Example:
        claims:
          - id: kirby-2023-containers
            relations:
              - {type: same-evidence, to: state-2024-containers, basis: curator}
          - id: state-2024-containers
            relations:
              - {type: same-evidence, to: kirby-2023-containers, basis: curator}

    Mend: keep it on the claim that was said later, and drop the other.
    """
    mutual = {code for code, kind in vocabulary("relation-type").items() if kind.notes["symmetric"]}
    first: dict[tuple[str, str, str], tuple[Record, int]] = {}
    for claim, i, to, kind in _relations(corpus):
        swapped = kind.code in mutual and to < claim.id
        ends = (to, claim.id) if swapped else (claim.id, to)
        other, j = first.setdefault((kind.code, *ends), (claim, i))
        if other is not claim or j != i:
            where = "on this claim" if other is claim else f"on {other.id!r}"
            yield Finding(
                claim.at("relations", i, "to"),
                f"the relation {kind.code!r} to {to!r} is already stored {where}",
                "keep one of the two: the one on the later claim",
                related=(other.at("relations", j, "to"),),
            )


@rule(severity="error")
def supersedes_unlike_claim(corpus: Corpus) -> Findings:
    """A claim supersedes one of another claimant or on another topic.

    To supersede is to record the same utterance better. What somebody else says, or says on another
    question, is a claim of its own, and the older one would vanish from the counts without anyone having
    taken it back.

    Example:
        claims:
          - id: nis-2023-shells-2
            claimant: rok-nis
            relations:
              - {type: supersedes, to: kirby-2023-containers, basis: curator}

    Mend: for a newer figure of the same principal write `updates`, for words of another `disputes` or
    `denies`.
    """
    for claim, i, to, kind in _relations(corpus):
        if kind.code != "supersedes":
            continue
        other = corpus.claims[to]
        for field in ("claimant", "topic"):
            if claim[field] != other[field]:
                yield Finding(
                    claim.at("relations", i, "to"),
                    f"{to!r} has the {field} {other[field]!r}, but what supersedes it has {claim[field]!r}",
                    "write another type: updates, corrects, disputes or denies",
                    related=(other.at(field),),
                )


@rule(severity="error", whole_corpus=True)
def rival_successors(corpus: Corpus) -> Findings:
    """Two claims that count supersede the same one.

    A record has one successor, so that whoever cites the old one is led to the new one. With two, the
    utterance would be counted twice.

    Example:
        claims:
          - id: nis-2023-shells-2
            relations:
              - {type: supersedes, to: nis-2023-shells, basis: curator}
          - id: nis-2023-shells-3
            relations:
              - {type: supersedes, to: nis-2023-shells, basis: curator}

    Mend: let the newer one supersede the other too, and mark that one `status: superseded`. Where one
    record was parted into several, write `split-from`.
    """
    heirs: dict[str, tuple[Record, int]] = {}
    for claim, i, to, kind in _relations(corpus):
        if kind.code != "supersedes" or not _active(claim):
            continue
        other, j = heirs.setdefault(to, (claim, i))
        if other is not claim:
            yield Finding(
                claim.at("relations", i, "to"),
                f"{to!r} is superseded by {other.id!r} already",
                f"supersede {other.id!r} instead, and mark it  status: superseded",
                related=(other.at("relations", j, "to"),),
            )


LINEAGE = frozenset({"updates", "repeats-own", "corrects", "retracts", "supersedes", "duplicates", "split-from"})
"""Types of relation that tell how two claims of one claimant hang together."""

NOBODY = frozenset({"collective", "unnamed", "undetermined"})
"""Kinds of actor under whose name different people may speak."""


@rule(severity="warning", whole_corpus=True)
def unlinked_restatement(corpus: Corpus) -> Findings:
    """A claimant does the same on the same topic again, and no relation joins the two claims.

    The second may restate the first, bring a newer figure or take it back: a reader of a series needs to
    know which. Looked at are claims of one claimant, act and topic, in the order in which they were said;
    each needs a relation to another of them (`updates`, `repeats-own`, `corrects`, `retracts`, or one about
    records). Background, claimants whose names are not known, and two claims of one day from one source are
    let pass.

    Example:
        claims:
          - id: shin-2024-02
            said: 2024-02-26
          - id: shin-2024-06
            said: 2024-06-14

    Mend: add to the later claim `{type: updates, to: shin-2024-02, basis: curator}`, or `repeats-own`.
    """
    runs: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for claim in corpus.claims.values():
        if _active(claim) and not claim.get("background") and corpus.actors[claim["claimant"]]["kind"] not in NOBODY:
            runs[claim["claimant"], claim["act"], claim["topic"]].append(claim)
    for run in (sorted(run, key=lambda c: (_lo(parse(c["said"])), c.id)) for run in runs.values() if len(run) > 1):
        linked = _linked(run)
        for earlier, later in pairwise(run):
            if later.id not in linked and not _one_occasion(earlier, later):
                yield Finding(
                    later.at("id"),
                    f"{later['claimant']!r} did the same in {earlier.id!r}, but no relation joins the two",
                    f"add the relation  {{type: updates, to: {earlier.id}, basis: curator}}  or repeats-own",
                    related=(earlier.at("id"),),
                )


@rule(severity="warning")
def contradicts_unlike_claim(corpus: Corpus) -> Findings:
    """Two claims are said to contradict each other, but concern different items or times.

    Thirteen thousand containers up to August and fifteen thousand up to March can both be right. Claims
    contradict only where they cannot hold together, for the same item and a window in common.

    Example:
        claims:
          - id: nis-2023-shells
            when: 2023-08/2023-10
          - id: osc-2025-shells
            when: 2024-08/2025-03
            relations:
              - {type: contradicts, to: nis-2023-shells, basis: curator}

    Mend: drop the relation, or correct the item or the window that is wrong.
    """
    for claim, i, to, kind in _relations(corpus):
        if kind.code != "contradicts":
            continue
        other = corpus.claims[to]
        if not _meet(_items(claim, corpus), _items(other, corpus)):
            what = "different items"
        elif not _overlap(_windows(claim), _windows(other)):
            what = "times that have no day in common"
        else:
            continue
        yield Finding(
            claim.at("relations", i, "to"),
            f"this claim is said to contradict {to!r}, but the two concern {what}",
            "drop the relation, or correct the item or window",
            related=(other.at("id"),),
        )


@rule(severity="warning", whole_corpus=True)
def confirms_its_own_origin(corpus: Corpus) -> Findings:
    """A claim confirms another and depends on it, or is what the other depends on.

    To be told "that is right" by someone who took it from you, or from whom you took it, is an echo. The
    dependence already keeps the two from counting as two origins; the warning asks whether the confirmation
    is real.

    Example:
        relations:
          - {type: confirms, to: kirby-2023-containers, basis: stated-by-source}
          - {type: estimates-from, to: kirby-2023-containers, basis: stated-by-source}

    Mend: drop `confirms` if the claim only passes the other on. If the claimant did say that the other is
    right, allow this with that as the reason.
    """
    depends = {
        (claim.id, to)
        for claim, _, to, kind in _relations(corpus)
        if kind.notes["class"] == "dependence" and kind.code != "possibly-same-origin"
    }
    for claim, i, to, kind in _relations(corpus):
        if kind.code == "confirms" and not depends.isdisjoint(((claim.id, to), (to, claim.id))):
            yield (
                claim.at("relations", i, "to"),
                f"this claim confirms {to!r}, but one of the two depends on the other",
                "drop `confirms` if nothing is confirmed; else allow confirms-its-own-origin with the reason",
            )


@lru_cache(maxsize=1)
def _relations(corpus: Corpus) -> list[tuple[Record, int, str, Code]]:
    """Return every relation: its claim and its place there, the id it leads to, and its type."""
    types = vocabulary("relation-type")
    return [
        (claim, i, relation["to"], types[relation["type"]])
        for claim in corpus.claims.values()
        for i, relation in enumerate(claim.get("relations", ()))
    ]


@lru_cache(maxsize=1)
def dependences(corpus: Corpus) -> tuple[Mapping[str, Mapping[str, int]], list[tuple[str, str]]]:
    """Return what each claim follows from, with the place of the relation, and the pairs that are tied both ways."""
    follows: dict[str, dict[str, int]] = defaultdict(dict)
    ties: list[tuple[str, str]] = []
    for claim, i, to, kind in _relations(corpus):
        if kind.notes["class"] == "dependence":
            if kind.notes["symmetric"]:
                ties.append((claim.id, to))
            else:
                follows[claim.id].setdefault(to, i)
    return follows, ties


def _targets(kind: Code) -> list[str]:
    return list(kind.notes["target"])  # type: ignore[call-overload]


def _circles(edges: dict[str, list[str]]) -> Iterator[list[str]]:
    """Yield circles, each from the id that comes first in it; cutting one step of each leaves none.

    After `CIRCLES` of them it stops, since each may be as long as all claims together. It walks in depth with a stack
    of its own, since a chain of claims may be longer than Python recurses.
    """
    depth: dict[str, int] = {}
    done: set[str] = set()
    found = 0
    for start in sorted(edges):
        if start in depth:
            continue
        path, ahead = [start], [iter(edges[start])]
        depth[start] = 0
        while path:
            step = next(ahead[-1], None)
            if step is None:
                done.add(path.pop())
                ahead.pop()
            elif step not in depth:
                depth[step] = len(path)
                path.append(step)
                ahead.append(iter(edges.get(step, ())))
            elif step not in done:
                circle = path[depth[step] :]
                head = circle.index(min(circle))
                yield circle[head:] + circle[:head]
                found += 1
                if found == CIRCLES:
                    return


def _active(record: Record) -> bool:
    return record.active


def _lo(span: EdtfDate) -> int:
    return span.lo.toordinal() if span.lo else 0


def _linked(run: list[Record]) -> set[str]:
    """Return the ids of the claims of a run that a relation of lineage joins with another of it."""
    ids = {claim.id for claim in run}
    pairs = (
        (claim.id, relation["to"])
        for claim in run
        for relation in claim.get("relations", [])
        if relation["type"] in LINEAGE and relation["to"] in ids
    )
    return {claim_id for pair in pairs for claim_id in pair}


def _one_occasion(earlier: Record, later: Record) -> bool:
    """Whether two claims were said on one day and appear in one source."""
    sources = {appearance["id"] for appearance in earlier["sources"]}
    return earlier["said"] == later["said"] and any(a["id"] in sources for a in later["sources"])


def _items(claim: Record, corpus: Corpus) -> set[str]:
    """Return the items of a claim's figures, or its own, or the topic's."""
    own = claim.get("item", corpus.topics[claim["topic"]].get("item"))
    found = {figure.get("item", own) for figure in claim.get("quantities", [])} or {own}
    return found - {None}


def _meet(some: set[str], others: set[str]) -> bool:
    """Whether two sets of items have one in common, or one that is a kind of another; unknown ones may."""
    return not some or not others or bool(some & _widened(others) or _widened(some) & others)


def _widened(items: set[str]) -> set[str]:
    """Return the items together with all broader ones."""
    codes, found = vocabulary("item"), set(items)
    ahead = list(items)
    while ahead:
        broader = codes[ahead.pop()].broader
        if broader and broader not in found:
            found.add(broader)
            ahead.append(broader)
    return found


def _windows(claim: Record) -> list[EdtfDate]:
    """Return the windows of a claim's figures, or the time of its event."""
    found = [parse(figure["window"]) for figure in claim.get("quantities", []) if "window" in figure]
    return found or ([parse(claim["when"])] if "when" in claim.data else [])


def _overlap(some: list[EdtfDate], others: list[EdtfDate]) -> bool:
    """Whether two lists of windows have a day in common; unknown ones may."""
    return not some or not others or any(_share(a, b) for a in some for b in others)


def _share(a: EdtfDate, b: EdtfDate) -> bool:
    return (not a.hi or not b.lo or b.lo <= a.hi) and (not b.hi or not a.lo or a.lo <= b.hi)
