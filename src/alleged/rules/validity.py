"""Rules on what is valid on a day: affiliations, instruments and states at the time of a claim."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from alleged.dates import EdtfDate, parse
from alleged.graphs import reachable
from alleged.origins import holds
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath
from alleged.schemas.vocabularies import vocabulary

TIES = 200
"""Ties that are followed from one actor to find a body above it."""


BELONGS = ("memberships", "part_of")
"""Fields of an actor that name bodies to which it belongs, the nearer ones first."""


@rule(severity="warning")
def affiliation_of_another_time(corpus: Corpus) -> Findings:
    """The claimant was not affiliated with the body in `on_behalf_of` on the day of the words.

    A minister who has left office does not speak for the ministry, and words attributed to the wrong office count for
    the wrong government. Affiliations are followed through `part_of` and `memberships`, over several steps if necessary
    (at most 200). If no affiliation is recorded at all, nothing is reported.

    Example:
        claims:
          - id: kirby-2023-containers
            claimant: john-kirby
            on_behalf_of: us-nsc
            said: 2023-10-13
        actors:
          - id: john-kirby
            part_of:
              - {of: us-nsc, from: 2022-05, to: 2023-01}

    Fix: correct the dates of the affiliation, add the one that applied on that day, or name the body that the claimant
    spoke for then.
    """
    for claim in corpus.claims.values():
        claimant, body = claim["claimant"], claim.get("on_behalf_of")
        if body is None or body == claimant:
            continue
        said = parse(claim["said"])
        if not _is_affiliated(claimant, body, corpus, said) and _is_affiliated(claimant, body, corpus):
            yield Finding(
                claim.at("on_behalf_of"),
                f"{claimant!r} is affiliated with {body!r}, but not on {claim['said']!r}",
                f"correct `from` and `to` of the affiliation in {claimant!r}, or name the body spoken for then",
                related=(corpus.actors[claimant].at("id"),),
            )


@rule(severity="error")
def speaker_for_another_body(corpus: Corpus) -> Findings:
    """A claimant speaks for a body to which they never belonged.

    Words are counted as those of the body in `on_behalf_of`. A minister who is recorded as speaking for another state
    would become an origin there. Only speakers with a recorded affiliation are compared: the body must be one that they
    belong to at some time, one above it, or one within it.

    Example:
        claims:
          - id: blinken-2024-strikes
            claimant: antony-blinken
            on_behalf_of: kremlin
        actors:
          - id: antony-blinken
            kind: person
            memberships:
              - {of: us-state-department, role: secretary of state}

    Fix: write the body for which the person spoke; the message names those to which they belonged. If the person had
    changed office by then, add the new one to `memberships`.
    """
    for claim in corpus.active("claims"):
        body, speaker = claim.get("on_behalf_of"), corpus.actors[claim["claimant"]]
        own = [tie for field in BELONGS for tie in speaker.get(field, ())]
        if body in (None, speaker.id) or not own or _is_affiliated(speaker.id, body, corpus):
            continue
        if not any(_is_affiliated(body, tie["of"], corpus) for tie in own):
            near = [tie["of"] for tie in own if holds(tie, parse(claim["said"]))]
            yield Finding(
                claim.at("on_behalf_of"),
                f"{speaker.id!r} never belonged to {body!r}",
                f"write  on_behalf_of: {'  or  '.join(near)}"
                if near
                else f"name the body that {speaker.id!r} spoke for; if it is {body!r}, record it in `memberships`",
                related=(speaker.at("id"),),
            )


@rule(severity="error")
def instrument_of_another_time(corpus: Corpus) -> Findings:
    """A claim alleges a breach of an instrument before its adoption or after its end.

    A measure that is not in force cannot be breached. Usually the wrong instrument is named, or the date is wrong. The
    event is dated by `when`, or else by `said`, unless the claim is about a plan or a possibility; if it is about the
    past, any day up to `said` is accepted.

    Example:
        claims:
          - id: panel-2005-breach
            topic: russia-compliance-dprk-sanctions
            when: "2005"
            instrument: [unsc-1718-regime]
        instruments:
          - id: unsc-1718-regime
            adopted: 2006-10-14

    Fix: correct `when`, or name the instrument that was in force then.
    """
    legal = {code for code, entry in vocabulary("predicate").items() if entry.notes.get("requires") == "instrument"}
    for claim in corpus.claims.values():
        if corpus.topics[claim["topic"]]["predicate"] not in legal or (event := _event(claim)) is None:
            continue
        field, span = event
        for i, name in enumerate(corpus.slot(claim, "instrument") or ()):
            instrument = corpus.instruments[name]
            start, end = instrument.get("adopted", instrument.get("in_force")), instrument.get("terminated")
            if start and span.certainly_before(parse(start)):
                fate = f"adopted {start!r}"
            elif end and parse(end).certainly_before(span):
                fate = f"terminated {end!r}"
            else:
                continue
            yield Finding(
                claim.at("instrument", i) if "instrument" in claim.data else claim.at(field),
                f"{name!r}, {fate}, cannot have been breached then: `{field}` is {claim[field]!r}",
                "correct the date, or name the instrument that was in force then",
                related=(instrument.at("id"),),
            )


@rule(severity="warning")
def country_of_another_time(corpus: Corpus) -> Findings:
    """A claim is about a state at a time before the state began or after it ended.

    "Allies since 1953" covers the Soviet Union and the state that followed it. Coded with Russia alone, the years up to
    1991 would be attributed to a state that did not exist. The rule compares `when` with subjects and objects that have
    a country code; the dates come from the list of countries, which has the changes of ISO 3166 since 1974. States that
    only changed their name have no such dates, and neither have states that were restored.

    Example:
        claims:
          - id: tv5monde-2024-alliance
            topic: russia-dprk-alliance
            subject: [russia]
            when: 1953/..

    Fix: add the state of that time, which the message suggests, as an actor of its own; or limit `when` to the time of
    the state named. If the words themselves span the change, allow this and say so.
    """
    for claim in corpus.claims.values():
        if "when" not in claim.data:
            continue
        begins, ends = _ends(claim["when"])
        for path, actor in _parties(claim, corpus):
            code = actor.get("ids", {}).get("iso3166")
            notes = vocabulary("country")[code].notes if code else {}
            since, until = str(notes.get("from", "")), str(notes.get("to", ""))
            if since and begins and begins.certainly_before(parse(since)):
                fate, others = f"began in {since}", _predecessors(code)
            elif until and ends and parse(until).certainly_before(ends):
                fate, others = f"ended in {until[:4]}", _successors(code)
            else:
                continue
            states = " or ".join(f"{vocabulary('country')[other].label} ({other})" for other in others)
            yield Finding(
                claim.at(*path) if path[0] in claim.data else claim.at("when"),
                f"{actor.id!r} ({code}) {fate}, but `when` is {claim['when']!r}",
                f"name the state of that time{f', {states}' if states else ''}; or allow this if the words span both",
                related=(actor.at("ids", "iso3166"),),
            )


def _is_affiliated(actor_id: str, body: str, corpus: Corpus, said: EdtfDate | None = None) -> bool:
    """Whether affiliations lead from an actor to a body, at any time or, with `said`, on those days."""

    def bodies(id: str) -> Iterator[str]:
        actor = corpus.actors[id]
        for tie in chain(actor.get("part_of", ()), actor.get("memberships", ())):
            # An affiliation of another time leads back to the actor: it counts towards the limit only.
            yield tie["of"] if said is None or holds(tie, said) else id

    return body in reachable([actor_id], bodies, TIES)


def _event(claim: Record) -> tuple[str, EdtfDate] | None:
    """Return the field that dates the event of a claim, and the days it allows."""
    if "when" in claim.data:
        return "when", parse(claim["when"])
    if claim.get("mode") in ("planned", "hypothetical"):
        return None
    said = parse(claim["said"])
    return "said", replace(said, lo=None) if claim.get("mode") == "past" else said


def _predecessors(code: str) -> list[str]:
    return list(vocabulary("country")[code].notes.get("formerly", ()))  # type: ignore[call-overload]


def _successors(code: str) -> list[str]:
    return [other for other in vocabulary("country") if code in _predecessors(other)]


def _ends(when: str) -> list[Any]:
    """Return the date on which a time begins and the one on which it ends; None for an open end."""
    start, slash, end = when.partition("/")
    return [parse(side) if side not in ("", "..") else None for side in ((start, end) if slash else (when, when))]


def _parties(claim: Record, corpus: Corpus) -> Iterator[tuple[ValuePath, Record]]:
    """Yield the subjects and objects of a claim, with their paths in the record that names them."""
    for role in ("subject", "object"):
        for i, actor in enumerate(corpus.slot(claim, role) or ()):
            yield (role, i), corpus.actors[actor]
