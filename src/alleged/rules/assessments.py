"""Rules on assessments: in the words of their scheme, not by the curator of the claim, and up to date."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from alleged.dates import parse
from alleged.issues import Suggestion
from alleged.origins import principal
from alleged.origins.utterances import NOBODY, basis_disclosed, stance
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.vocabularies import closest, vocabulary

FIELDS = ("reliability", "credibility", "likelihood", "confidence")


@rule(severity="error")
def value_off_the_scale(corpus: Corpus) -> Findings:
    """An assessment uses a word that its scheme does not have, or a field that its scheme does not rate.

    "Likely" is 55 to 80 per cent in one scheme and more than 66 in another, so a word has a meaning only together with
    its scheme, and must be spelt as there. Admiralty rates a source from A to F and information from 1 to 6; F and 6
    mean that it cannot be judged, and are not numbers. The values of each scheme are in the code list
    `assessment-scheme`; `free` has none and accepts any word.

    Example:
        assessments:
          - id: kirby-2023-rating
            scheme: admiralty
            credibility: probably true

    Fix: write a value of the scheme, such as `credibility: "2"`, or name the scheme that the word belongs to.
    """
    for assessment in corpus.active("assessments"):
        scheme = vocabulary("assessment-scheme")[assessment["scheme"]]
        scales: Mapping[str, list[str]] = scheme.notes["values"]  # type: ignore[assignment]
        for field in FIELDS if scales else ():
            value = assessment.get(field)
            if value is None or value in scales.get(field, ()) or _mixed(field, value):
                continue
            if field in scales:
                similar = closest(value, scales[field])
                hint = f"; did you mean {similar[0]!r}?" if similar else ""
                yield Finding(
                    assessment.at(field),
                    f"{scheme.code!r} has no {field} {value!r}{hint}",
                    f"write one of {', '.join(scales[field])}",
                    Suggestion(similar[0]) if similar else None,
                )
            else:
                yield (
                    assessment.at(field),
                    f"{scheme.code!r} does not rate {field}, so {value!r} is not on its scale",
                    f"remove {field}, or name the scheme that it belongs to; {scheme.code} rates {', '.join(scales)}",
                )


CONFIDENCE = "confiden|confianc"
LIKELIHOOD = "likel|probab|certain|possib|chance|vraisembl"
"""Pattern of the beginnings of words of likelihood in the English and French schemes."""


@rule(severity="error")
def likelihood_and_confidence_in_one(corpus: Corpus) -> Findings:
    """One value mixes likelihood with confidence.

    How likely something is, and how well founded that judgement is, are two questions: something may be judged likely
    on little evidence. The US directive ICD 203 forbids both in one sentence, because readers confuse them.

    Example:
        assessments:
          - id: kirby-2023-rating
            likelihood: likely, with high confidence

    Fix: write `likelihood: likely` and `confidence: high`.
    """
    for assessment in corpus.active("assessments"):
        for field in ("likelihood", "confidence"):
            value = assessment.get(field, "")
            if _mixed(field, value):
                other = "confidence" if field == "likelihood" else "likelihood"
                yield (
                    assessment.at(field),
                    f"the {field} {value!r} contains {other} too",
                    "write each in its own field:  likelihood: likely  and  confidence: high",
                )


def _mixed(field: str, value: str) -> bool:
    foreign = {"likelihood": CONFIDENCE, "confidence": LIKELIHOOD}.get(field)
    return foreign is not None and re.search(rf"\b(?:{foreign})", value, re.IGNORECASE) is not None


@rule(severity="warning")
def assessor_of_own_record(corpus: Corpus) -> Findings:
    """A claim is assessed by the curator who recorded it.

    Whoever chose the words of the record reads the claim in the same way again. A second person sees what the first
    took for granted.

    Example:
        claims:
          - id: kirby-2023-containers
            recorded: {by: curator-1, on: 2026-11-24}
        assessments:
          - id: kirby-2023-rating
            claim: kirby-2023-containers
            assessor: curator-1

    Fix: ask somebody else for an assessment, or allow this and say why there is nobody else.
    """
    for assessment in corpus.active("assessments"):
        claim = corpus.claims.get(assessment.get("claim", ""))
        if claim and claim["recorded"]["by"] == assessment["assessor"]:
            yield Finding(
                assessment.at("assessor"),
                f"{assessment['assessor']!r} recorded the claim {claim.id!r} too",
                "ask somebody else, or allow assessor-of-own-record with the reason",
                related=(claim.at("recorded", "by"),),
            )


@rule(severity="warning", by=keys.topic)
def outdated_assessment(corpus: Corpus) -> Findings:
    """A claim was assessed before a claim on its topic, or a relation to it, was recorded.

    The judgement may still be right, but it was made without the later denial, second origin or correction. A claim
    arrives on the day it is recorded; a relation arrives with its claim or, if later, on the day when its source was
    published.

    Example:
        assessments:
          - id: kirby-2023-rating
            claim: kirby-2023-containers
            on: 2026-11-25
        claims:
          - id: kim-2024-denial
            topic: dprk-munitions-to-russia
            recorded: {by: curator-1, on: 2026-12-01}

    Fix: write a new assessment with its own date and mark this one `status: superseded`; or allow this if the later
    claims change nothing.
    """
    assessed = [a for a in corpus.active("assessments") if "claim" in a.data]
    named = [corpus.claims[a["claim"]] for a in assessed]
    news = _news(corpus, {about for claim in named for about in (claim.id, claim["topic"])})
    for assessment in assessed:
        claim = corpus.claims[assessment["claim"]]
        arrivals = [*news.get(claim["topic"], ()), *news.get(claim.id, ())]
        newer = max((new for new in arrivals if new[1] != claim.id), default=("", ""))
        if newer[0] > assessment["on"]:
            yield Finding(
                assessment.at("on"),
                f"judged on {assessment['on']!r}, before {newer[1]!r} arrived on {newer[0]!r}",
                "judge again and supersede this one, or allow outdated-assessment with the reason",
                related=(corpus.claims[newer[1]].at("id"),),
            )


def _news(corpus: Corpus, wanted: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the two latest days on which something came in for some topics and claims, with the claim that brought it.

    Two, because one of them may be the assessed claim itself.
    """
    latest: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for about, day, claim_id in _arrivals(corpus) if wanted else ():
        if about not in wanted:
            continue
        by_claim = {name: when for when, name in latest[about]}
        by_claim[claim_id] = max(day, by_claim.get(claim_id, ""))
        latest[about] = sorted(((when, name) for name, when in by_claim.items()), reverse=True)[:2]
    return latest


def _arrivals(corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    """Yield what each claim and relation is about (a topic or a claim), the day it came in, and its claim."""
    for claim in corpus.active("claims"):
        recorded = claim["recorded"]["on"]
        yield claim["topic"], recorded, claim.id
        for relation in claim.get("relations", []):
            published = parse(corpus.sources[relation["source"]]["published"]).lo if "source" in relation else None
            yield relation["to"], max(recorded, published.isoformat()) if published else recorded, claim.id


@rule(severity="warning", by=keys.topic, all_records=True)
def confirmed_by_one_origin(corpus: Corpus) -> Findings:
    """A claim is rated credibility 1, "confirmed", but fewer than two origins with a disclosed basis affirm it.

    In the Admiralty code, 1 is for information confirmed by another, independent origin; if independence cannot be
    shown, it is at best 2. The rule counts the principals of claims on the topic that assert it on grounds that others
    can see; collectives and narrators never count. It does not check whether their grounds are one item of evidence, so
    even two may be too few.

    Example:
        assessments:
          - id: kirby-2023-rating
            claim: kirby-2023-containers
            scheme: admiralty
            credibility: "1"

    Fix: write `credibility: "2"`, or record the second claim with its basis and its sources.
    """
    rated = [a for a in corpus.active("assessments") if a["scheme"] == "admiralty" and a.get("credibility") == "1"]
    origins = _origins(corpus) if rated else {}
    for assessment in rated:
        claim = corpus.claims.get(assessment.get("claim", ""))
        if claim is None or len(affirming := origins.get(claim["topic"], set())) >= 2:
            continue
        named = f"only {min(affirming)!r} affirms" if affirming else "nobody affirms"
        yield Finding(
            assessment.at("credibility"),
            f"rated '1', but {named} {claim['topic']!r} on a disclosed basis",
            'write  credibility: "2"',
            related=(claim.at("id"),),
        )


def _origins(corpus: Corpus) -> dict[str, set[str]]:
    """Return the principals that affirm each topic on a disclosed basis."""
    principals: dict[str, set[str]] = defaultdict(set)
    for claim in corpus.active("claims"):
        if (
            stance(claim) == "yes"
            and _has_a_voice(claim, corpus)
            and basis_disclosed(claim.get("basis")) in ("full", "part")
        ):
            principals[claim["topic"]].add(principal(claim, corpus))
    return principals


def _has_a_voice(claim: Record, corpus: Corpus) -> bool:
    collective = corpus.actors[claim["claimant"]]["kind"] == "collective"
    return not collective and claim.get("attribution") not in NOBODY
