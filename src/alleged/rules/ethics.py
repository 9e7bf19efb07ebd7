"""Rules that protect people: private details, unnamed sources, and the right of reply."""

import re
from collections.abc import Iterator

from alleged.records.corpus import Corpus, Record, RecordPlace
from alleged.rules import keys
from alleged.rules.relations import relation_types
from alleged.rules.rule import Finding, Findings, rule

PRIVATE = (
    r"[Bb]orn (?:in|on|at|to|[0-9])|b\. ?(?:18|19|20)[0-9]{2}|[Dd]ate of birth|[Bb]irthday|[Hh]ome address|"
    r"[Pp]rivate address|[Ll]ives (?:in|at|with)\b|[Rr]esides\b|[Pp]assport|[Pp]hone number|"
    r"(?<![^ @])[^ @]+@[^ @]+\.[a-z]+|"
    r"(?:wife|husband|spouse|sons?|daughters?|children|brothers?|sisters?|father|mother|parents|[Mm]arried|divorced)\b"
)
"""Pattern of words of birth, home and family. Family words match in lower case only: Son is also a surname."""


@rule(severity="error")
def private_detail(corpus: Corpus) -> Findings:
    """A record of a person contains a birth date, an address or something about the family.

    Persons are named here for the office in which they speak or act. Birth dates, homes and relatives add nothing to a
    claim, and help those who want to find or threaten them. The rule searches the names, the public role and the note
    of persons and of unnamed actors.

    Example:
        actors:
          - id: john-doe
            kind: person
            public_role: Director of the shipping line
            note: Born 1970, lives in Vladivostok with his wife.

    Fix: delete it. If a family relation is itself the public role, name the office instead.
    """
    for actor in corpus.active("actors"):
        if actor["kind"] not in ("person", "unnamed") or actor.redacted:  # the reason may name what was removed
            continue
        for where, text in _described(actor):
            if word := re.search(rf"(?<!\w)(?:{PRIVATE})", text):
                yield where, f"{word[0]!r} is about the private life of {actor.id!r}", "delete it"


def _described(actor: Record) -> Iterator[tuple[RecordPlace, str]]:
    for field in ("name", "public_role", "note"):
        if field in actor.data:
            yield actor.at(field), actor[field]
    for path, text in actor.values(("names", "*", "text")):
        yield actor.at(*path), text


@rule(severity="error")
def unnamed_but_identified(corpus: Corpus) -> Findings:
    """An actor of kind `unnamed` or `undetermined` has fields that could identify it.

    The source left the name out, often to protect somebody. Nothing beyond the published role may be added, such as
    other names or identifiers, not even what can be concluded from other articles.

    Example:
        actors:
          - id: us-official-2023-10
            kind: unnamed
            ids: {wikidata: Q123}

    Fix: remove the field. If the source does give the name, the actor is a `person`, with a public role.
    """
    for actor in corpus.active("actors"):
        if actor["kind"] not in ("unnamed", "undetermined"):
            continue
        for field in ("ids", "names", "short_name", "public_role"):
            if field in actor.data:
                yield (
                    actor.at(field, key=True),
                    f"{actor.id!r} is {actor['kind']}, but {field} could identify it",
                    f"remove {field}; the role as published belongs in the name",
                )


@rule(severity="warning", by=keys.topic, all_records=True)
def accused_without_a_hearing(corpus: Corpus) -> Findings:
    """A person without an office is accused by name, and no answer is recorded, nor that one was looked for.

    Private persons cannot answer through a spokesman, and an allegation stays with their name. It is fair to show their
    answer beside it. An office is an entry in `part_of` or `memberships`; an answer is a claim of the person on the
    topic, or one that answers the allegation or its topic (`denies`, `disputes`, `declines` and the like).

    Example:
        claims:
          - id: treasury-2024-broker
            act: allege
            topic: broker-evades-sanctions
            subject: [john-doe]

    Fix: look for the answer and record it. If none was found, say so in the field `response_sought`: on which day, by
    whom and with which queries. Older records say it in the `note`, with the word `response_sought`.
    """
    answered = _answered(corpus)
    for claim in corpus.active("claims"):
        if claim["act"] != "allege" or "response_sought" in claim.data or "response_sought" in claim.get("note", ""):
            continue
        if claim.id in answered or claim["topic"] in answered:
            continue
        for person in corpus.slot(claim, "subject"):
            if _is_private(corpus.actors[person]) and (person, claim["topic"]) not in answered:
                yield Finding(
                    claim.at("subject", claim["subject"].index(person))
                    if "subject" in claim.data
                    else claim.at("topic"),
                    f"{person!r} holds no office and is accused, but no answer is recorded",
                    "record the answer; if you looked and found none, add  "
                    "response_sought: [{on: DAY, by: YOU, queries: [WORDS]}]",
                    related=(corpus.actors[person].at("id"),),
                )


def _answered(corpus: Corpus) -> set[str | tuple[str, str]]:
    """Return the ids of answered claims and topics, and pairs of each claimant and topic."""
    responses = relation_types("response") - {"corrects", "retracts"}
    answered: set[str | tuple[str, str]] = set()
    for claim in corpus.active("claims"):
        answered.add((claim["claimant"], claim["topic"]))
        answered.update(r["to"] for r in claim.get("relations", []) if r["type"] in responses)
    return answered


def _is_private(actor: Record) -> bool:
    return actor["kind"] == "person" and "part_of" not in actor.data and "memberships" not in actor.data
