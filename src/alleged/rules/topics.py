"""Rules on topics and their slots: actors that fit the predicate, and neutral questions."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from alleged.records.corpus import Corpus, Record, RecordPlace
from alleged.rules import keys
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.vocabularies import Code, vocabulary


@rule(severity="error")
def party_that_does_not_fit(corpus: Corpus) -> Findings:
    """The subject or object of a topic or claim is of a kind that its predicate does not allow.

    Each predicate says who can do it and to whom: ships call at ports, states and organisations designate persons. A
    vessel that signs a treaty is a mistake that would be carried into tables of who did what to whom.

    Example:
        topics:
          - id: angara-treaty
            predicate: signs-agreement
            subject: [angara]
        actors:
          - id: angara
            kind: vessel

    Fix: name the actor who is meant, or use the predicate that fits; the code list `predicate` says what each allows.
    """
    for record, predicate in _with_predicate(corpus):
        for side in ("subject", "object"):
            kinds: list[str] = predicate.notes[side]  # type: ignore[assignment]
            for path, actor in record.values((side, "*")):
                kind = corpus.actors[actor]["kind"]
                if kind in kinds:
                    continue
                if kinds:
                    reason, help = f"{actor!r} is of kind {kind!r}", f"name an actor of kind {', '.join(kinds)}"
                else:
                    reason, help = f"it allows no {side}, but {actor!r} is named", f"remove {side} here"
                yield record.at(*path), f"does not fit {predicate.code!r} as {side}: {reason}", help


def _with_predicate(corpus: Corpus) -> Iterator[tuple[Record, Code]]:
    """Yield each active topic and claim with its predicate."""
    predicates = vocabulary("predicate")
    for topic in corpus.active("topics"):
        yield topic, predicates[topic["predicate"]]
    for claim in corpus.active("claims"):
        yield claim, predicates[corpus.topics[claim["topic"]]["predicate"]]


@rule(severity="error")
def party_on_both_sides(corpus: Corpus) -> Findings:
    """An actor is both subject and object of a predicate that nobody does to oneself.

    A state does not transfer shells to itself, nor does it visit itself. Usually a claim overrides one side of its
    topic and not the other. `undetermined` may be on both sides, since two different parties may be meant.

    Example:
        topics:
          - id: dprk-munitions-to-russia
            predicate: transfers-munitions
            subject: [russia]
            object: [russia]

    Fix: correct the side that is wrong.
    """
    for record, predicate in _with_predicate(corpus):
        if not predicate.notes["irreflexive"]:
            continue
        sides = [side for side in ("subject", "object") if side in record.data]
        if record.kind == "claims" and not sides:
            continue
        subject, object = (_side(record, side, corpus) for side in ("subject", "object"))
        for actor in subject:
            if actor in object and corpus.actors[actor]["kind"] != "undetermined":
                side = sides[-1]
                yield (
                    record.at(side, record[side].index(actor)),
                    f"{actor!r} is subject and object, but nobody {predicate.label.lower()} oneself",
                    "correct the side that is wrong",
                )


def _side(record: Record, side: str, corpus: Corpus) -> list[str]:
    return (corpus.slot(record, side) if record.kind == "claims" else record.get(side)) or []


@rule(severity="error", by=keys.topic)
def slot_left_empty(corpus: Corpus) -> Findings:
    """Neither a claim nor its topic names the instrument or the item that the predicate needs.

    To breach sanctions is to breach certain sanctions, and to transfer arms is to transfer some kind of them. Without
    the instrument nobody can see whether it was in force; without the item figures cannot be compared.

    Example:
        topics:
          - id: russia-compliance-dprk-sanctions
            predicate: breaches-sanctions
            subject: [russia]

    Fix: add `instrument` or `item` to the topic, or to the claim if claims of the topic differ in it.
    """
    needs = {code: str(entry.notes["requires"]) for code, entry in vocabulary("predicate").items() if _requires(entry)}
    claims: dict[str, list[Record]] = defaultdict(list)
    for claim in corpus.active("claims"):
        claims[claim["topic"]].append(claim)
    for topic in corpus.active("topics"):
        field = needs.get(topic["predicate"])
        if field is None or field in topic.data:
            continue
        bare = [claim for claim in claims[topic.id] if field not in claim.data]
        # If no claim fills the slot, the topic is the only cause.
        spots = [c.at("topic") for c in bare] if len(bare) < len(claims[topic.id]) else [topic.at("predicate")]
        for where in spots:
            yield (
                where,
                f"{topic['predicate']!r} needs an {field}, but neither the topic {topic.id!r} nor the claim names one",
                f"add {field} to the topic, or to each claim",
            )


def _requires(predicate: Code) -> bool:
    return predicate.notes.get("requires") is not None


@rule(severity="warning")
def parties_reversed(corpus: Corpus) -> Findings:
    """A claim reverses its topic: its subject is the topic's object, and its object the topic's subject.

    Articles sometimes confuse the direction, and so do curators. If the claimant really says the reverse, the claim
    answers another question and would be counted for this one.

    Example:
        claims:
          - id: c4ads-2024-explosives
            topic: dprk-munitions-to-russia
            subject: [russia]
            object: [dprk]

    Fix: delete the two fields if the topic is right; if the reverse is claimed, use or add the topic that asks it.
    """
    for claim in corpus.active("claims"):
        topic = corpus.topics[claim["topic"]]
        if "subject" not in claim.data or "object" not in claim.data or "object" not in topic.data:
            continue
        claimed, asked = (set(claim["subject"]), set(claim["object"])), (set(topic["subject"]), set(topic["object"]))
        if claimed != asked and claimed == asked[::-1]:
            yield Finding(
                claim.at("subject"),
                f"subject and object are those of the topic {topic.id!r}, reversed",
                "delete both fields, or use the topic that asks the reverse",
                related=(topic.at("subject"),),
            )


VERDICTS = (
    "prove[sdn]?|proving|proof|disprove[sdn]?|debunk(?:s|ed)?|lied|liars?|fak(?:e[sd]?|ery)|hoax(?:es)?|falsely|"
    "obviously|undoubtedly|undeniabl[ey]|indisputabl[ey]|unquestionabl[ey]"
)
"""Pattern of words that judge: those of fact-checkers' verdicts, and adverbs that leave no doubt."""

BEGINNINGS = ("prov", "proof", "debunk", "lie", "lia", "fak", "hoax", "fals", "obvio", "undo", "unde", "indis", "unque")
"""Each of these words contains one of these; texts without any are not searched for words."""


@rule(severity="error")
def verdict_word(corpus: Corpus) -> Findings:
    """A topic or a summary passes judgement, with a word such as "proved", "lied" or "fake".

    This dataset says who alleged what, never what is true, and its own words must not take sides. Such words of a
    claimant belong in the quote; the summary uses neutral ones.

    Example:
        topics:
          - id: fake-denials-of-pyongyang
            question: Has it been proved that the DPRK lied?

    Fix: ask what a believer and a doubter would both call a fair question; in a summary, say what is claimed:
    "Washington's account is untrue", not "Washington lied".
    """
    for where, text in _curators_words(corpus):
        # Beyond ASCII, letters such as the long s match other letters when case is ignored.
        if text.isascii() and not any(map(text.lower().__contains__, BEGINNINGS)):
            continue
        if word := re.search(rf"\b(?:{VERDICTS})\b", text, re.IGNORECASE):
            yield where, f"{word[0]!r} passes judgement", "use neutral words: what is claimed, or asked"


def _curators_words(corpus: Corpus) -> Iterator[tuple[RecordPlace, str]]:
    topics = ((topic, field) for topic in corpus.active("topics") for field in ("id", "question"))
    claims = ((claim, "summary") for claim in corpus.active("claims"))
    for record, field in chain(topics, claims):
        yield record.at(field), record[field]
