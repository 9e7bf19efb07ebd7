"""Rules on duplicates: one claim per utterance, and one topic per question."""

import re
from collections import defaultdict
from collections.abc import Container, Hashable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from alleged.dates import parse
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.rule import Finding, Findings, rule
from alleged.text.words import longest_common, skeleton

SLOTS = ("subject", "object", "item", "instrument")
"""Fields of a claim that its topic fills where the claim leaves them out."""

ALIKE = 0.9
"""Share of letters that two summaries have in common, in the same order, from which they are nearly equal."""

ENDS = " .,;:!?'-()[]"
"""Characters at the ends of a quote that are ignored in comparisons, in the form that `skeleton` gives them."""

SHARED = 0.6
"""Share of equal words below which letters are not compared."""

NEIGHBOURS = 5
"""Claims of one claimant and topic that each is compared with: the next ones by date and summary."""


def _question(topic: Record, _: Corpus) -> Iterator[Hashable]:
    """Yield what a topic asks."""
    if topic.kind == "topics":
        yield (topic["predicate"], *(_plain(topic.get(name)) for name in SLOTS))


@rule(severity="error", by=keys.claimant_and_topic)
def claim_recorded_twice(corpus: Corpus) -> Findings:
    """Two claims have the same claimant, topic and date, and the same quote from the same source.

    They are one utterance, recorded by two curators or copied by mistake, and would be counted twice. Claims with a
    different mode, subject, object, item or instrument are not reported: one sentence may name three states. Quotes are
    compared as a reader would: capitals, spaces, quotation marks, dashes, punctuation at the ends, variants of letters
    and letters of other scripts that look alike are ignored, and so are `~` and `?` after a date.

    Example:
        claims:
          - id: stoltenberg-2024-breach
            said: 2024-06-17
            sources:
              - {id: tv5monde-2024-06-18, quote: viole les sanctions}
          - id: stoltenberg-2024-violation
            said: 2024-06-17
            sources:
              - {id: tv5monde-2024-06-18, quote: viole les sanctions}

    Fix: keep one of the two and move what only the other has into it. If both were published, mark one `status:
    superseded` and let the other supersede it.
    """
    by_source: dict[Hashable, list[tuple[Record, int]]] = defaultdict(list)
    for claim in corpus.active("claims"):
        said = parse(claim["said"])
        for i, appearance in enumerate(claim["sources"]):
            if "quote" in appearance:
                by_source[appearance["id"], claim["claimant"], claim["topic"], said.lo, said.hi].append((claim, i))
    first: dict[Hashable, Record] = {}
    reported: set[str] = set()
    for key, appearances in by_source.items():
        for claim, i in appearances if len(appearances) > 1 else ():
            quote = skeleton(claim["sources"][i]["quote"]).strip(ENDS)
            other = first.setdefault((key, quote, _likeness(claim, corpus)), claim)
            if other is not claim and claim.id not in reported:
                reported.add(claim.id)
                yield Finding(
                    claim.at("sources", i, "quote"),
                    f"{other.id!r} has the same quote, source, claimant, topic and date",
                    f"keep one of the two; this one can supersede {other.id!r}",
                    related=(other.at("id"),),
                )


@rule(severity="warning", by=keys.claimant_and_topic, summaries=True)
def near_equal_claims(corpus: Corpus) -> Findings:
    """Two claims of one claimant on one topic and date have nearly the same summary.

    They may be one utterance from two articles. Then they should be one claim with two sources, or it counts twice. The
    rule compares claims without a relation to each other, with equal mode, slots and figures, whose dates overlap; nine
    in ten letters of their summaries agree.

    Example:
        claims:
          - id: kirby-2023-containers
            said: 2023-10-13
            summary: The DPRK sent more than a thousand containers to Russia.
          - id: kirby-2023-kit
            said: 2023-10-13
            summary: The DPRK has sent more than a thousand containers to Russia.

    Fix: keep one claim and add the source of the other to it. If they are two occasions, link them by `repeats-own` or
    `updates`.
    """
    reported: set[str] = set()
    for group in _groups(corpus):
        for (claim, summary), (other, other_summary) in _at_one_time(group):
            if other.id in reported or _are_linked(claim, other):
                continue
            if _are_alike(summary, other_summary):
                reported.add(other.id)
                yield Finding(
                    other.at("summary"),
                    f"{claim.id!r} has nearly the same summary, claimant, topic and date",
                    "keep one claim with both sources, or add a relation between the two",
                    related=(claim.at("summary"),),
                )


@rule(severity="warning", by=keys.claimant_and_topic)
def likely_the_same_claim(corpus: Corpus) -> Findings:
    """Two claims have the same claimant, act, topic and date, and the same figure or the same source.

    Either one utterance was recorded twice in other words, or one statement has two parts, and then a reader should see
    that they belong together. Claims with a relation to each other, with another mode, subject, object, item or
    instrument, or with figures that differ are not reported. The finding is at the newer record: the one that the last
    release does not have, or else the later one in the files. An equal source alone is reported only where a claim is
    new and the other was released.

    Example:
        claims:
          - id: kirby-2023-containers
            said: 2023-10-13
            summary: More than a thousand containers went to Russia.
            quantities: [{low: 1000, bound: gt, unit: container, window: 2023-09/2023-10}]
          - id: kirby-2023-shipment
            said: 2023-10-13
            summary: Ships brought Russia over 1,000 boxes of kit.
            quantities: [{low: 1000, bound: gt, unit: container, window: 2023-09/2023-10}]

    Fix: keep one record and add the source of the other to it. If they are two statements, link them by `part-of`,
    `repeats-own` or `updates`, or allow this with the reason.
    """
    released = frozenset((corpus.former or {}).get("claims", ()))
    for group in _groups(corpus):
        reported: set[str] = set()
        for older, newer, shared in _sharing(group, released):
            if newer.id not in reported and not _are_linked(older, newer):
                reported.add(newer.id)
                yield Finding(
                    newer.at("id"),
                    f"{older.id!r} has the same claimant, act, topic and date, and the same {shared}",
                    f"keep one of the two, or add here  relations: [{{type: part-of, to: {older.id}, basis: curator}}]",
                    related=(older.at("id"),),
                )


def _sharing(group: list[Record], released: Container[str]) -> Iterator[tuple[Record, Record, str]]:
    """Yield pairs of claims of one act and day, the older first, with what they share: a figure or a source.

    Each claim is paired with the first one that has this figure, and a new one without figures with the first released
    one that has this source.
    """
    ordered = sorted(group, key=lambda claim: claim.id not in released)
    first: dict[Hashable, Record] = {}
    for claim in ordered:
        occasion = claim["act"], claim["said"]
        for figure in claim.get("quantities", ()):
            key = (*occasion, *(figure.get(name) for name in ("low", "point", "high", "unit", "item")))
            other = first.setdefault(key, claim)
            if other is not claim:
                yield other, claim, "figure"
        for appearance in claim["sources"]:
            key = (*occasion, appearance["id"])
            other = first.setdefault(key, claim)
            is_new = other.id in released and claim.id not in released
            if is_new and not (other.get("quantities") and claim.get("quantities")):
                yield other, claim, "source"


@rule(severity="warning", by=_question)
def topics_that_ask_the_same(corpus: Corpus) -> Findings:
    """Two topics have the same predicate, subject, object, item and instrument.

    Claims on one question would be divided between two topics, and the count of each would be incomplete.

    Example:
        topics:
          - id: dprk-munitions-to-russia
            predicate: transfers-munitions
            subject: [dprk]
            object: [russia]
            item: munitions
          - id: dprk-ammunition-to-russia
            predicate: transfers-munitions
            subject: [dprk]
            object: [russia]
            item: munitions

    Fix: move the claims to one of the two and mark the other `status: superseded`. If the questions do differ, show it
    in a slot, or allow this and say in `scope_note` what belongs to which.
    """
    first: dict[Hashable, Record] = {}
    for topic in corpus.active("topics"):
        other = first.setdefault(next(_question(topic, corpus)), topic)
        if other is not topic:
            yield Finding(
                topic.at("id"),
                f"{other.id!r} has the same predicate, subject, object, item and instrument",
                "keep one of the two topics, or give them different slots",
                related=(other.at("id"),),
            )


def _groups(corpus: Corpus) -> Iterator[list[Record]]:
    """Yield groups of claims that are equal except for their words and date."""
    claims_by_topic: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for claim in corpus.active("claims"):
        claims_by_topic[claim["claimant"], claim["topic"]].append(claim)
    for claims in claims_by_topic.values():
        groups: dict[Hashable, list[Record]] = defaultdict(list)
        for claim in claims if len(claims) > 1 else ():
            groups[_likeness(claim, corpus)].append(claim)
        yield from (group for group in groups.values() if len(group) > 1)


def _likeness(claim: Record, corpus: Corpus) -> tuple[Hashable, ...]:
    """Return what all records of one utterance have in common: claimant, topic, mode and slots."""
    slots = (_plain(corpus.slot(claim, name)) for name in SLOTS)
    return claim["claimant"], claim["topic"], claim.get("mode"), *slots


def _plain(value: list[str] | str | None) -> Hashable:
    return tuple(sorted({*value})) if isinstance(value, list) else value


def _at_one_time(group: list[Record]) -> Iterator[tuple[tuple[Record, str], tuple[Record, str]]]:
    """Yield the pairs of a group whose dates of utterance overlap, each in the order of the files.

    Each claim is paired with its summary in the form that `skeleton` gives it.
    """
    spans = sorted((parse(claim["said"]) for claim in group), key=attrgetter("first_day"))
    if all(one.certainly_before(other) for one, other in pairwise(spans)):
        return
    summaries = [skeleton(claim["summary"]) for claim in group]
    dated = [(parse(claim["said"]), summaries[n], n) for n, claim in enumerate(group)]
    dated.sort(key=lambda d: (d[0].first_day, *d[1:]))
    for i, (said, _, n) in enumerate(dated):
        for later, _, m in dated[i + 1 : i + 1 + NEIGHBOURS]:
            if said.certainly_before(later):
                break
            first, second = min(n, m), max(n, m)
            yield (group[first], summaries[first]), (group[second], summaries[second])


def _are_alike(one: str, other: str) -> bool:
    """Whether two summaries are nearly equal; words are compared first, since that is quick."""
    if re.findall("[0-9]+", one) != re.findall("[0-9]+", other):
        return False
    words, others = one.split(), other.split()
    if 2 * len(set(words) & set(others)) < SHARED * (len(set(words)) + len(set(others))):
        return False
    return _share(words, others) >= SHARED and _share(one, other) >= ALIKE


def _share(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    return 2 * longest_common(one, other) / (len(one) + len(other))


def _are_linked(one: Record, other: Record) -> bool:
    ends = ((a, b.id) for a, b in ((one, other), (other, one)))
    return any(relation["to"] == end for claim, end in ends for relation in claim.get("relations", []))
