"""Rules on claims: the claimant, hedges, and one proposition per claim."""

import re

from alleged.dates import parse
from alleged.origins import holds
from alleged.origins.utterances import basis_disclosed
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, rule
from alleged.rules.texts import find_word
from alleged.schemas.vocabularies import Code, vocabulary


@rule(severity="error")
def stance_against_act(corpus: Corpus) -> Findings:
    """The stance of a claim contradicts its act.

    An allegation answers the question of its topic with yes, and a denial never does. If the words do not fit, the act
    or the topic is wrong.

    Example:
        claims:
          - id: kim-2024-denial
            act: deny
            stance: "yes"

    Fix: choose the act or the topic that fits the words, or remove the stance.
    """
    for claim in corpus.active("claims"):
        possible: list[str] = vocabulary("act")[claim["act"]].notes["stances"]  # type: ignore[assignment]
        if claim.get("stance", possible[0]) not in possible:
            stances = "  or  ".join(f"stance: {_in_quotes(stance)}" for stance in possible)
            yield (
                claim.at("stance"),
                f"a claim with the act {claim['act']!r} cannot have the stance {claim['stance']!r}",
                f"if the stance is right, choose another act (alleged explain act); else write  {stances}",
            )


def _in_quotes(stance: str) -> str:
    """Return a stance as records write it: in quotes where other programs would read a word of logic."""
    return stance if stance == "open" else f'"{stance}"'


@rule(severity="error")
def missing_stance(corpus: Corpus) -> Findings:
    """A claim whose act does not settle it does not say how it answers the question of its topic.

    An allegation means yes and a denial means no, but what somebody states, disputes, acknowledges or confirms can mean
    either, or leave the question open. Origins are counted from claims that mean yes, so the curator decides, from the
    words.

    Example:
        claims:
          - id: kirby-2022-not-on-battlefield
            act: state
            summary: No sign of the shells has been seen at the front.

    Fix: write `stance`: `yes`, `no` or `open`. What the words presuppose counts; what they only suggest does not.
    """
    for claim in corpus.active("claims"):
        if "stance" not in claim.data and "stance" not in vocabulary("act")[claim["act"]].notes:
            question = corpus.topics[claim["topic"]]["question"]
            yield (
                claim.at("act"),
                f"a claim with the act {claim['act']!r} needs a stance: how does it answer {question!r}, if believed?",
                'add  stance: "yes"  or  stance: "no"  or  stance: open',
            )


@rule(severity="warning")
def uncontested_allegation(corpus: Corpus) -> Findings:
    """An allegation is on a topic about something that nobody contests.

    To allege is to say that another did something that parties contest: sent weapons, used them, broke sanctions. A
    visit or a treaty is no such deed, so whoever reports it states it, and whoever resents it criticises it. The list
    of predicates marks the contested ones with `x-contested`.

    Example:
        topics:
          - id: putin-visits-pyongyang
            predicate: visits
        claims:
          - id: miller-2024-visit
            act: allege
            topic: putin-visits-pyongyang

    Fix: write `state` or `criticise`, or choose the topic about the deed that is meant.
    """
    for claim in corpus.active("claims"):
        predicate = corpus.topics[claim["topic"]]["predicate"]
        if claim["act"] == "allege" and not vocabulary("predicate")[predicate].notes["contested"]:
            yield (
                claim.at("act"),
                f"the topic {claim['topic']!r} asks about {predicate!r}, which nobody contests",
                "write  state  or  criticise, or choose another topic",
            )


@rule(severity="error")
def outlet_taken_for_speaker(corpus: Corpus) -> Findings:
    """The claimant is an outlet that neither speaks for itself nor has shown its own findings.

    A newspaper prints what others say. If it is recorded as the claimant of their words, one statement printed by ten
    papers looks like ten statements. An outlet is a claimant if it narrates (`attribution: narrator`), or if it
    investigated itself: `named-institution` or `document`, with a basis that others can see.

    Example:
        claims:
          - id: ap-2023-containers
            claimant: ap
            attribution: named-institution
            basis: [intelligence-undisclosed]

    Fix: name the speaker as the claimant; the outlet is already in `sources`. If the outlet says it in its own voice,
    write `attribution: narrator`.
    """
    for claim in corpus.active("claims"):
        if corpus.actors[claim["claimant"]]["kind"] != "outlet" or _speaks_for_itself(claim):
            continue
        yield (
            claim.at("claimant"),
            f"the claimant {claim['claimant']!r} is an outlet, and no attribution says that it speaks in its own voice",
            "name the speaker; or write  attribution: narrator  if the outlet itself says so",
        )


def _speaks_for_itself(claim: Record) -> bool:
    attribution = claim.get("attribution")
    is_disclosed = basis_disclosed(claim.get("basis")) in ("full", "part")
    return attribution == "narrator" or (attribution in ("named-institution", "document") and is_disclosed)


@rule(severity="error")
def attribution_that_does_not_fit(corpus: Corpus) -> Findings:
    """The claimant is not of a kind that its attribution allows.

    `attribution` says how the source identifies the claimant; a named person cannot be an actor without a name, nor a
    journalist's plural an institution. Anonymous and collective claimants are counted separately from named ones, so a
    mistake here gives a rumour the weight of a statement.

    Example:
        claims:
          - id: official-2023-shells
            claimant: us-official
            attribution: named-person
        actors:
          - id: us-official
            kind: unnamed

    Fix: write the attribution that fits the actor, or name the actor who is meant. For an official of a ministry whose
    name is not given, add an actor of kind `unnamed` that is `part_of` the ministry.
    """
    for claim in corpus.active("claims"):
        attribution = claim.get("attribution")
        kind = corpus.actors[claim["claimant"]]["kind"]
        fitting = [code.code for code in vocabulary("attribution").values() if kind in _claimants(code)]
        if attribution is None or attribution in fitting:
            continue
        yield Finding(
            claim.at("attribution"),
            f"the attribution is {attribution!r}, but {claim['claimant']!r} is of kind {kind!r}",
            f"write  {'  or  '.join(fitting)}" if fitting else "name the actor who speaks",
            related=(corpus.actors[claim["claimant"]].at("kind"),),
        )


def _claimants(attribution: Code) -> list[str]:
    """Return the kinds of actor that a claimant of an attribution can be."""
    return list(attribution.notes["claimants"])  # type: ignore[call-overload]


FINITE = (
    "is|are|was|were|has|have|had|does|do|did|will|would|can|could|may|might|must|shall|should|"
    "went|gave|took|came|saw|knew|grew|began|wrote|spoke|broke|drew|flew|fell|rose|chose|withdrew|"
    "says|denies|sends|gives|goes|takes|makes|receives|becomes|buys"
)
"""Verb forms that are nearly always finite; forms such as `sent` are also participles."""

DEPENDENT = "that|which|who|whom|whose|what|where|when|whether|how|why|if|because|since|until|as|than"
"""Words that begin a dependent clause, whose verb is not that of the sentence."""


@rule(severity="warning")
def two_propositions(corpus: Corpus) -> Findings:
    """A summary contains two propositions.

    A claim is what somebody can deny, confirm or take back as a whole. Of two in one record, one may be denied and the
    other not, and every count of claims is off by one. The test is simple and misses many: it looks for a semicolon, or
    for `and`, `but` or `nor` with a verb of a short list (`is`, `has`, `will`, `went`, `says` and the like) on either
    side, none of them in a clause that begins with `that`, `which`, `who` and the like.

    Example:
        claims:
          - id: blinken-2024-exchange
            summary: The DPRK has sent shells, and Russia has paid in oil.

    Fix: write one claim for each, with the relation `in-exchange-for` or `part-of` if it applies. If a single
    proposition needs both parts, reword it or allow this with the reason.
    """
    for claim in corpus.active("claims"):
        if joint := _joint(claim["summary"]):
            yield (
                claim.at("summary"),
                f"the summary has two propositions, joined by {joint!r}",
                "write one claim for each of them",
            )


def _joint(summary: str) -> str | None:
    """Return the word or sign that joins two finite clauses of a sentence; None if a simple test finds none."""
    if re.search(r"\w; \w", summary):
        return ";"
    for match in re.finditer(r"\b(?:and|but|nor)\b", summary):
        if _finite(summary[: match.start()]) and _finite(summary[match.end() :]):
            return match[0]
    return None


def _finite(clause: str) -> bool:
    verb = re.search(rf"\b(?:{FINITE})\b", clause)
    return verb is not None and not re.search(rf"\b(?:{DEPENDENT})\b", clause[: verb.start()], re.IGNORECASE)


HEDGES = {
    "de": "könnten?|dürften?|möglicherweise|vermutlich|wahrscheinlich|offenbar|angeblich|mutmaßlich(?:e[nmrs]?)?",
    "en": "(?-i:may)|might (?:be|have|not|well)|could|perhaps|possibly|probably|presumably|apparently|reportedly|"
    "allegedly|supposedly|likely|unlikely|(?:is|are|was|were) believed to|we (?:believe|assess|suspect)|"
    "(?:appears?|seems?) to",
    "es": "podrían?|habrían?|serían?|quizás?|tal vez|probablemente|posiblemente|presuntamente|supuestamente|"
    "aparentemente",
    "fr": "pourrai(?:t|ent)|aurai(?:t|ent)|serai(?:t|ent)|peut-être|probablement|vraisemblablement|apparemment|"
    "possiblement|sans doute",
    "it": "potrebbe(?:ro)?|avrebbe(?:ro)?|sarebbe(?:ro)?|forse|probabilmente|presumibilmente|apparentemente",
    "ja": "かもしれない|可能性|とみられる|おそらく|恐らく|推定",
    "ko": "것으로 (?:보|추정|알려|전해)|가능성|아마|듯하",
    "ru": "возможно|вероятно|предположительно|якобы|по-видимому|может быть|могл[аио] бы|мог бы",
    "uk": "можливо|ймовірно|імовірно|нібито|мабуть|може бути|міг би|могл[аио] би?",
    "zh": "可能|或许|或許|也许|也許|据称|據稱|据报|據報|疑似|大概",
}
"""Patterns of hedges, by language.

English: epistemic hedges in the list of K. Hyland, Metadiscourse (2005), and hearsay adverbs. French: the conditional
of hearsay (P. Dendale, Le conditionnel de l'information incertaine, 1993). The rest are their dictionary equivalents.
"""


@rule(severity="warning")
def unmarked_hedge(corpus: Corpus) -> Findings:
    """A quote has a hedge such as "might" or "pourrait", but the claim is recorded without one.

    Whoever filters for plain assertions must not get what an outlet printed in the conditional. The rule looks for
    words of likelihood, belief and hearsay in Chinese, English, French, German, Italian, Japanese, Korean, Russian,
    Spanish and Ukrainian, in the language of the quote. The English ones follow K. Hyland, Metadiscourse (2005), the
    French ones P. Dendale, Le conditionnel de l'information incertaine (1993); the others are equivalents of these.

    Example:
        claims:
          - id: narrator-2024-accord
            sources:
              - id: tv5monde-2024-06-18
                quote: pourrait être signé

    Fix: write `hedge`: `conditional`, `possibility`, `belief` or `likelihood-word`, with the word in `hedge_text`. If
    the word does not refer to the claim, write `hedge: none` and allow this with the reason.
    """
    for claim in corpus.active("claims"):
        if claim.get("hedge", "none") != "none":
            continue
        for i, appearance in enumerate(claim["sources"]):
            if word := find_word(HEDGES, appearance, corpus):
                recorded = "hedge is 'none'" if "hedge" in claim.data else "no hedge is recorded"
                yield (
                    claim.at("sources", i, "quote"),
                    f"the quote has the hedge {word!r}, but {recorded}",
                    f"write  hedge: conditional  (or possibility, belief, likelihood-word) and  hedge_text: {word}",
                )
                break


@rule(severity="warning")
def collective_with_a_figure(corpus: Corpus) -> Findings:
    """A figure or an item of evidence is attributed to a collective, such as "Americans and Europeans".

    A journalist's plural covers many speakers, who gave different figures or none. A number needs a claimant who can be
    asked how it was obtained.

    Example:
        claims:
          - id: allies-2024-shells
            claimant: us-and-europeans
            quantities:
              - {low: 1000000, unit: round}

    Fix: find who gave the figure or showed the evidence, and record that claim. If the source does not say, delete the
    figure here or allow this with that as the reason.
    """
    for claim in corpus.active("claims"):
        if corpus.actors[claim["claimant"]]["kind"] != "collective":
            continue
        for field, thing in (("quantities", "a figure"), ("evidence", "evidence")):
            if field in claim.data:
                yield (
                    claim.at(field, key=True),
                    f"{claim['claimant']!r} is a collective, but {thing} is attributed to it",
                    "record the claim of the speaker who gave it",
                )


@rule(severity="warning")
def speaker_without_office(corpus: Corpus) -> Findings:
    """A person has no `on_behalf_of`, although an office held on that day is recorded.

    The words of a minister are those of the ministry, and they count together with those of its spokesman. Without
    `on_behalf_of` a reader cannot say whether the person spoke in office or privately.

    Example:
        claims:
          - id: kirby-2023-containers
            claimant: john-kirby
        actors:
          - id: john-kirby
            kind: person
            memberships:
              - {of: us-nsc, role: coordinator}

    Fix: write `on_behalf_of` with the body that the person spoke for. If the person spoke privately, allow this and say
    so.
    """
    for claim in corpus.active("claims"):
        speaker = corpus.actors[claim["claimant"]]
        if speaker["kind"] != "person" or "on_behalf_of" in claim.data:
            continue
        said = parse(claim["said"])
        ties = (tie for field in ("part_of", "memberships") for tie in speaker.get(field, []))
        bodies = [tie["of"] for tie in ties if holds(tie, said)]
        if bodies:
            yield Finding(
                claim.at("claimant"),
                f"{speaker.id!r} belonged to {bodies[0]!r} on {claim['said']!r}, but on_behalf_of is missing",
                f"add  on_behalf_of: {bodies[0]}",
                related=(speaker.at("id"),),
            )
