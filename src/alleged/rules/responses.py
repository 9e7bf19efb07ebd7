"""Rules on responses: denials, disputes, confirmations and retractions lead to the claim they answer.

Where none was found, the search for one is recorded.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

from alleged.dates import parse
from alleged.graphs import reachable
from alleged.origins import principal, principal_of
from alleged.origins.publication import public_bounds
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.relations import depends_on, relation_types, relations
from alleged.rules.rule import Finding, Findings, rule

ANSWERS = {
    "confirm": "confirms",
    "correct": "corrects",
    "decline": "declines",
    "deny": "denies",
    "doubt": "doubts",
    "dispute": "disputes",
    "retract": "retracts",
}
"""Relations that lead to the claim that is answered, by act."""

OF_PARTIES = ("denies", "disputes", "confirms")
"""Relations by which a party answers an allegation; declining to comment is no answer."""

REACH = 200
"""Most relations that are followed from each of two claims."""


@rule(severity="error")
def answer_to_nothing(corpus: Corpus) -> Findings:
    """A claim confirms, corrects, declines, denies, disputes, doubts or retracts, but no relation says what.

    An answer without a link to what it answers cannot be shown beside it, and the time until the answer cannot be
    computed. Only a blanket denial needs no link, since it rejects all allegations of its kind, including later ones.

    Example:
        claims:
          - id: kim-2024-denial
            act: deny
            denial_scope: full

    Fix: add the relation to the claim that is answered (`denies`, `doubts` and `declines` may lead to the topic); for a
    denial of everything of the kind, write `denial_scope: blanket`.
    """
    responses = relation_types("response")
    for claim in corpus.active("claims"):
        act = claim["act"]
        if act not in ANSWERS or (act == "deny" and claim.get("denial_scope") == "blanket"):
            continue
        if not any(relation["type"] in responses for relation in claim.get("relations", [])):
            relation = f"relations: [{{type: {ANSWERS[act]}, to: ID, basis: curator}}]"
            blanket = "; if it denies all claims of the kind, write  denial_scope: blanket" if act == "deny" else ""
            yield (
                claim.at("act"),
                f"the act is {act!r}, but no relation leads to what is answered",
                f"add  {relation}  with the id of what is answered:  alleged find --topic {claim['topic']}{blanket}",
            )


@rule(severity="error")
def correction_of_anothers_words(corpus: Corpus) -> Findings:
    """A claim corrects or retracts what another principal said.

    Only one's own words can be taken back; whoever contests the words of another disputes or denies them. Two speakers
    of one government have the same principal, so a spokesman may correct the minister.

    Example:
        claims:
          - id: kremlin-2024-answer
            claimant: kremlin
            relations:
              - {type: corrects, to: kirby-2023-containers, basis: curator}

    Fix: write `disputes` or `denies`. If both do speak for one principal, complete `part_of` or `memberships` of the
    two actors, or `on_behalf_of`.
    """
    for claim in corpus.active("claims"):
        for i, relation in enumerate(claim.get("relations", [])):
            if relation["type"] not in ("corrects", "retracts"):
                continue
            other = corpus.claims[relation["to"]]
            corrector, speaker = principal(claim, corpus), principal(other, corpus)
            if corrector != speaker:
                yield Finding(
                    claim.at("relations", i, "type"),
                    f"{corrector!r} cannot take back {other.id!r}, which is attributed to {speaker!r}",
                    "write  disputes  or  denies",
                    related=(other.at("claimant"),),
                )


@rule(severity="warning")
def relation_without_its_source(corpus: Corpus) -> Findings:
    """A relation is said to be stated by a source, and the claim has several sources.

    A reader must be able to look it up, and the link is public from the day of that source on.

    Example:
        sources: [{id: afp-2024-06-18}, {id: tass-2024-06-18}]
        relations:
          - {type: repeats, to: nis-2023-shells, basis: stated-by-source}

    Fix: name the source, as `source: afp-2024-06-18`. If no source states the link, write `basis: curator`.
    """
    for claim, i, to, kind in relations(corpus):
        relation = claim["relations"][i]
        if relation["basis"] == "stated-by-source" and "source" not in relation and len(claim["sources"]) > 1:
            yield (
                claim.at("relations", i, "basis"),
                f"no source is named that states that this claim {kind.code} {to!r}",
                f"name it, as  source: {claim['sources'][0]['id']}    or write  basis: curator",
            )


@rule(severity="warning", by=keys.linked)
def confirms_its_own_origin(corpus: Corpus) -> Findings:
    """A claim confirms another claim that it depends on, or that depends on it.

    "That is right" is no confirmation if the speaker has it from the other claim, or the other way round. The two
    already count as one origin because of the dependence; this warning asks whether the confirmation is real.

    Example:
        relations:
          - {type: confirms, to: kirby-2023-containers, basis: stated-by-source}
          - {type: estimates-from, to: kirby-2023-containers, basis: stated-by-source}

    Fix: delete `confirms` if the claim only passes the other on. If the claimant did say that the other is right, allow
    this with that as the reason.
    """
    depends = {
        (claim.id, to)
        for claim, _, to, kind in relations(corpus)
        if kind.notes["class"] == "dependence" and kind.code != "possibly-same-origin"
    }
    for claim, i, to, kind in relations(corpus):
        if kind.code == "confirms" and not depends.isdisjoint(((claim.id, to), (to, claim.id))):
            yield (
                claim.at("relations", i, "to"),
                f"this claim confirms {to!r}, but one of the two depends on the other",
                "delete `confirms` if nothing is confirmed; else allow confirms-its-own-origin with the reason",
            )


@rule(severity="warning")
def echoed_confirmation(corpus: Corpus) -> Findings:
    """A claim confirms another, but both go back to the same origin through other claims.

    What a capital "confirms" may be its own briefing, repeated by an ally. Relations of dependence are followed from
    both claims (at most 200 from each); if the two meet, nothing was confirmed independently. If one depends on the
    other directly, see `confirms-its-own-origin`.

    Example:
        claims:
          - id: nato-2023-shells
            relations:
              - {type: repeats, to: nis-2023-shells, basis: stated-by-source}
          - id: rok-mnd-2023-shells
            act: confirm
            relations:
              - {type: confirms, to: nato-2023-shells, basis: stated-by-source}
              - {type: relies-on, to: nis-2023-shells, basis: stated-by-source}

    Fix: delete a dependence that is wrong. If the claimant did say that the other is right, allow this with that as the
    reason: the count of origins already treats both as one.
    """

    @cache
    def depends(claim_id: str) -> Mapping[str, int]:
        return depends_on(corpus.claims[claim_id])

    for claim in corpus.active("claims"):
        for i, relation in enumerate(claim.get("relations", ())):
            to = relation["to"]
            if relation["type"] != "confirms" or to in depends(claim.id) or claim.id in depends(to):
                continue
            if shared := reachable([claim.id], depends, REACH) & reachable([to], depends, REACH):
                yield Finding(
                    claim.at("relations", i, "to"),
                    f"this claim confirms {to!r}, but both go back to {min(shared)!r}",
                    "delete the dependence that is wrong, or allow echoed-confirmation with the reason",
                    related=(corpus.claims[min(shared)].at("id"),),
                )


@rule(severity="error")
def scope_and_denial_apart(corpus: Corpus) -> Findings:
    """A denial has no `denial_scope`, or a claim that is not a denial has one.

    "We never sold shells" and "the figure is wrong" are both called denials, but only the first rejects everything.
    Without the scope, a dispute about a number counts as a full rejection.

    Example:
        claims:
          - id: kim-2024-denial
            act: deny
            relations:
              - {type: denies, to: kirby-2023-containers, basis: curator}

    Fix: write `denial_scope`: `full`, `partial` or `blanket`. If the act is not `deny`, delete the field
    or correct the act.
    """
    for claim in corpus.active("claims"):
        if claim["act"] == "deny" and "denial_scope" not in claim.data:
            yield (
                claim.at("act"),
                "the act is 'deny', but denial_scope is missing",
                "add  denial_scope: full  or  denial_scope: partial  or  denial_scope: blanket",
            )
        elif claim["act"] != "deny" and "denial_scope" in claim.data:
            yield (
                claim.at("denial_scope"),
                f"denial_scope belongs to the act 'deny', but the act is {claim['act']!r}",
                "remove it, or correct the act",
            )


@rule(severity="warning", by=keys.linked)
def unnoted_retraction(corpus: Corpus) -> Findings:
    """A claim was taken back by its claimant, and its record does not mention it.

    The record stays active, since the words were said; `withdrawn` would mean that the curators withdraw the record.
    But a reader who sees only the older claim must learn that it was retracted.

    Example:
        claims:
          - id: nis-2024-casualties
          - id: nis-2024-retraction
            act: retract
            relations:
              - {type: retracts, to: nis-2024-casualties, basis: stated-by-source}

    Fix: add a `note` to the older claim that says when and by which claim it was taken back.
    """
    taken_back: dict[str, tuple[Record, int]] = {}
    for claim in corpus.active("claims"):
        for i, relation in enumerate(claim.get("relations", [])):
            if relation["type"] == "retracts":
                taken_back.setdefault(relation["to"], (claim, i))
    for other in corpus.active("claims"):
        if other.id in taken_back and "note" not in other.data:
            claim, i = taken_back[other.id]
            yield Finding(
                other.at("id"),
                f"{other.id!r} was taken back in {claim.id!r}, but has no note on it",
                f"add  note: Retracted by {claim.id}.",
                related=(claim.at("relations", i, "to"),),
            )


@rule(severity="warning")
def search_without_an_allegation(corpus: Corpus) -> Findings:
    """A claim that alleges nothing has `response_sought`.

    The field says that the answer of those accused was looked for and none was found. Only allegations accuse, and only
    searches for an answer to them are counted.

    Example:
        claims:
          - id: kremlin-2024-treaty
            act: state
            response_sought:
              - {on: 2026-11-28, by: curator-1, queries: [Kremlin treaty denies]}

    Fix: move the search to the allegation that it was about, or correct the act. If others accuse the party of what
    this claim says, allow this with that as the reason.
    """
    for claim in corpus.active("claims"):
        if claim["act"] != "allege" and "response_sought" in claim.data:
            yield (
                claim.at("response_sought", key=True),
                f"an answer was looked for, but the act is {claim['act']!r}, which accuses nobody",
                "move response_sought to the allegation:  alleged find --topic " + claim["topic"],
            )


@rule(severity="warning", by=keys.linked)
def answer_found_after_all(corpus: Corpus) -> Findings:
    """A search is said to have found no answer, but an answer is recorded that was public by then.

    A party to the allegation denies, disputes or confirms it by a relation, in a source that certainly was published
    by the day of the search. The claim is counted as answered, and a reader who sees "none found" beside the answer is
    misled. A search before the answer was public is right and stays.

    Example:
        claims:
          - id: kirby-2023-containers
            act: allege
            response_sought:
              - {on: 2026-11-28, by: curator-1, queries: [Kremlin containers denies]}
          - id: peskov-2023-denial
            said: 2023-10-14
            relations:
              - {type: denies, to: kirby-2023-containers, basis: curator}

    Fix: delete the search; the answer takes its place. If the claim answers something else, correct its relation.
    """
    sought = {claim.id: claim for claim in corpus.active("claims") if "response_sought" in claim.data}
    answers = _first_answers(sought, corpus)
    for claim in sought.values():
        day, answer = answers.get(claim.id, (date.max, claim))
        for i, search in enumerate(claim["response_sought"]):
            if day <= date.fromisoformat(search["on"]):
                yield Finding(
                    claim.at("response_sought", i),
                    f"none was found on {search['on']!r}, but the answer {answer.id!r} was public by then",
                    f"delete this search, or correct the relation of {answer.id!r}",
                    related=(answer.at("id"),),
                )


def _first_answers(sought: Mapping[str, Record], corpus: Corpus) -> dict[str, tuple[date, Record]]:
    """Return the first answer of a party to each of some claims, with the day by which it certainly was public."""
    first: dict[str, tuple[date, Record]] = {}
    for answer, _, to, kind in relations(corpus):
        if to not in sought or kind.code not in OF_PARTIES or not answer.active:
            continue
        if principal(answer, corpus) in _parties(sought[to], corpus):
            day = public_bounds(answer, corpus)[1] or date.max
            if day < first.get(to, (date.max,))[0]:
                first[to] = day, answer
    return first


def _parties(claim: Record, corpus: Corpus) -> set[str]:
    """Return the principals of the subjects and objects of a claim."""
    said = parse(claim["said"])
    actors = (actor for slot in ("subject", "object") for actor in corpus.slot(claim, slot) or ())
    return {principal_of(actor, said, corpus) for actor in actors}
