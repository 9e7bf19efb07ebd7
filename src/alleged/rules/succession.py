"""Rules on succession: claims that replace or continue an earlier one."""

from collections import defaultdict
from collections.abc import Container, Iterator
from datetime import date
from itertools import pairwise

from alleged.dates import parse
from alleged.origins import principal
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.relations import relations
from alleged.rules.rule import Finding, Findings, rule

LINEAGE = frozenset({"updates", "repeats-own", "corrects", "retracts", "supersedes", "duplicates", "split-from"})
"""Types of relation between two claims of one claimant."""

NOBODY = frozenset({"collective", "unnamed", "undetermined"})
"""Kinds of actor under whose name different people may speak."""


@rule(severity="error")
def supersedes_unlike_claim(corpus: Corpus) -> Findings:
    """A claim supersedes one of another claimant or on another topic.

    To supersede is to record the same utterance better. Words of someone else, or on another question, are a claim of
    their own; the older claim would vanish from the counts although nobody took it back.

    Example:
        claims:
          - id: nis-2023-shells-2
            claimant: rok-nis
            relations:
              - {type: supersedes, to: kirby-2023-containers, basis: curator}

    Fix: for a newer figure of the same principal write `updates`, for words of someone else `disputes` or `denies`.
    """
    for claim, i, to, kind in relations(corpus):
        if kind.code != "supersedes":
            continue
        other = corpus.claims[to]
        for field in ("claimant", "topic"):
            if claim[field] != other[field]:
                yield Finding(
                    claim.at("relations", i, "to"),
                    f"{to!r} has the {field} {other[field]!r}, but the claim that supersedes it has {claim[field]!r}",
                    "write another type: updates, corrects, disputes or denies",
                    related=(other.at(field),),
                )


def _superseded(claim: Record, _: Corpus) -> Iterator[str]:
    """Yield the claims that a claim supersedes."""
    if claim.kind == "claims":
        yield from (relation["to"] for relation in claim.get("relations", ()) if relation["type"] == "supersedes")


@rule(severity="error", by=_superseded)
def rival_successors(corpus: Corpus) -> Findings:
    """Two active claims supersede the same claim.

    A record has one successor, so that a reader of the old one is led to the new one. With two, the utterance would be
    counted twice.

    Example:
        claims:
          - id: nis-2023-shells-2
            relations:
              - {type: supersedes, to: nis-2023-shells, basis: curator}
          - id: nis-2023-shells-3
            relations:
              - {type: supersedes, to: nis-2023-shells, basis: curator}

    Fix: let the newer claim supersede the other too, and mark that one `status: superseded`. If one record was split
    into several, write `split-from`.
    """
    successors: dict[str, tuple[Record, int]] = {}
    for claim, i, to, kind in relations(corpus):
        if kind.code != "supersedes" or not claim.active:
            continue
        other, j = successors.setdefault(to, (claim, i))
        if other is not claim:
            yield Finding(
                claim.at("relations", i, "to"),
                f"{to!r} is already superseded by {other.id!r}",
                f"supersede {other.id!r} instead, and mark it  status: superseded",
                related=(other.at("relations", j, "to"),),
            )


@rule(severity="warning", by=keys.claimant_and_topic)
def unlinked_restatement(corpus: Corpus) -> Findings:
    """A claimant repeats an act on the same topic, and no relation links the two claims.

    The second claim may restate the first, give a newer figure or take it back, and a reader of a series needs to know
    which. The rule takes the claims with the same claimant, act and topic in the order in which they were said;
    each needs a relation to another of them (`updates`, `repeats-own`, `corrects`, `retracts`, or one about records).
    Background, claimants without a known name, and two claims of one day from one source are not reported. A relation
    is stored on the later claim; the finding may be at the earlier one, if only that is new.

    Example:
        claims:
          - id: shin-2024-02
            said: 2024-02-26
          - id: shin-2024-06
            said: 2024-06-14

    Fix: add to the later claim `relations: [{type: repeats-own, to: shin-2024-02, basis: curator}]`, or `updates` for a
    newer figure. Below the message stand the record to edit, its file, and what to type, also where the later
    claim was released before. To leave that one as it is, allow this at the new one with the reason.
    """
    runs: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for claim in corpus.claims.values():
        if claim.active and not claim.get("background") and corpus.actors[claim["claimant"]]["kind"] not in NOBODY:
            runs[claim["claimant"], claim["act"], claim["topic"]].append(claim)
    released = (corpus.former or {}).get("claims", ())
    for run in (sorted(run, key=lambda c: (parse(c["said"]).first_day, c.id)) for run in runs.values() if len(run) > 1):
        linked = _linked(run)
        for pair in pairwise(run):
            if pair[1].id not in linked and not _one_occasion(*pair):
                yield _unlinked(*pair, released)


def _order(claim: Record) -> tuple[date, str]:
    """Return when a claim was said, for sorting: the first possible day, or the last one if only that is known."""
    said = parse(claim["said"])
    return said.lo or said.last_day, claim.id


def _unlinked(first: Record, second: Record, released: Container[str]) -> Finding:
    """Return the finding for two claims: at the second, or at the first if only that is new or allows it.

    So a release changes no verdict: what was allowed at the first when only that was new stays allowed.
    """
    at_first = second.id in released and (first.id not in released or _is_allowed(first) > _is_allowed(second))
    here, other = (first, second) if at_first else (second, first)
    earlier, later = sorted((first, second), key=_order)
    relation = f"relations: [{{type: repeats-own, to: {earlier.id}, basis: curator}}]"
    help = f"add to {later.id!r} in {later.file.path}  {relation}  or type: updates"
    if later is here:
        message = f"{here['claimant']!r} did the same in {other.id!r}, but no relation links the two"
    else:
        message = f"{here['claimant']!r} did the same later in {other.id!r}, which has no relation to this claim"
        help += ", or allow this here with the reason"
    return Finding(here.at("id"), message, help, related=(other.at("id"),))


def _is_allowed(claim: Record) -> bool:
    return any(waiver.get("rule") == "unlinked-restatement" for waiver in claim.get("allow", ()))


@rule(severity="warning")
def mistaken_repetition(corpus: Corpus) -> Findings:
    """A claim `repeats` words of its own principal, or `repeats-own` words of another.

    To repeat another is to depend on that claim, so both count as one origin. A government that says the same again
    adds no origin anyway, and still knows what it knows: that is `repeats-own`. Two speakers of one government have the
    same principal. Collectives and people without a name, on whose behalf nobody is named, are not examined, since
    different people may speak under one name.

    Example:
        claims:
          - id: kirby-2023-containers
            claimant: us-nsc
          - id: miller-2023-containers
            claimant: us-state-department
            relations:
              - {type: repeats, to: kirby-2023-containers, basis: curator}

    Fix: write the other of the two types. If the principal is wrong, correct `on_behalf_of`, or `part_of` and
    `memberships` of the two actors.
    """
    for claim, i, to, kind in relations(corpus):
        if kind.code not in ("repeats", "repeats-own"):
            continue
        other = corpus.claims[to]
        speaker, first = principal(claim, corpus), principal(other, corpus)
        if corpus.actors[speaker]["kind"] in NOBODY:
            continue
        if kind.code == "repeats" and speaker == first:
            what, right = f"both are attributed to {speaker!r}", "repeats-own"
        elif kind.code == "repeats-own" and speaker != first:
            what, right = f"this is attributed to {speaker!r}, that to {first!r}", "repeats"
        else:
            continue
        yield Finding(
            claim.at("relations", i, "type"),
            f"{kind.code!r} is the wrong type for {to!r}: {what}",
            f"write  {right}",
            related=(other.at("claimant"),),
        )


def _linked(run: list[Record]) -> set[str]:
    """Return the ids of the claims in a run that a relation of lineage links with another one in it."""
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
