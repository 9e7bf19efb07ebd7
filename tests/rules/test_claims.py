"""Rules on claims, topics, responses, duplicates, assessments and persons apply within the bounds of their pages."""

import json
import shutil

import pytest

import judging
from alleged.project import Project
from alleged.rules import RULES
from alleged.schemas.vocabularies import vocabulary
from paths import EXAMPLES

CAST = """
sources:
  - {id: wire, kind: post, publisher: [ap], published: 2023-10-13, lang: en, doi: 10.5555/1, seen: consulted}
  - {id: depeche, kind: report, publisher: [ap], published: 2023-10, lang: fr-CA, doi: 10.5555/2, seen: consulted}
  - {id: late, kind: report, publisher: [ap], published: 2026-12-03, lang: ko, doi: 10.5555/3, seen: consulted}
actors:
  - {id: ap, name: Associated Press, kind: outlet}
  - {id: us-nsc, name: US National Security Council, kind: organ, part_of: [{of: us}]}
  - {id: us-state, name: US Department of State, kind: organ, part_of: [{of: us}]}
  - {id: us, name: United States, kind: state, ids: {iso3166: US}}
  - {id: rok, name: South Korea, kind: state, ids: {iso3166: KR}}
  - {id: dprk, name: North Korea, kind: state, ids: {iso3166: KP}}
  - {id: russia, name: Russia, kind: state, ids: {iso3166: RU}}
  - {id: allies, name: Americans and Europeans, kind: collective}
  - {id: official, name: Official, kind: unnamed}
  - {id: someone, name: Undetermined, kind: undetermined}
  - {id: angara, name: Angara, kind: vessel}
  - {id: kirby, name: John Kirby, kind: person, public_role: Spokesman, memberships: [{of: us-nsc, to: "2023"}]}
  - {id: broker, name: John Doe, kind: person, public_role: Broker of ships}
topics:
  - id: shells
    question: Did the DPRK send shells?
    predicate: transfers-munitions
    subject: [dprk]
    object: [russia]
    item: artillery-shell
  - {id: arms, question: Did the DPRK send arms?, predicate: transfers-arms, subject: [dprk]}
  - {id: breach, question: Does Russia breach the cap?, predicate: breaches-sanctions, subject: [russia]}
  - {id: evasion, question: Is the cap evaded?, predicate: evades-sanctions, subject: [broker], instrument: [cap]}
  - {id: closer, question: Do they draw closer?, predicate: closer-to, subject: [someone], object: [dprk]}
  - {id: label, question: What is it called?, predicate: characterises, subject: [russia], object: [russia]}
  - {id: call, question: Did the Angara call?, predicate: port-call, subject: [angara], object: [russia]}
instruments:
  - {id: cap, kind: cap, title: Cap on petroleum, adopted: 2017-12-22}
"""
DEFAULTS = """
defaults:
  claimant: us-nsc
  act: allege
  topic: shells
  said: 2023-10-13
  source: wire
  recorded: {by: curator-1, on: 2026-11-24}
"""
SUMMARY = "Shells went by rail"


def judged(project: Project, name: str, *claims: str, more: str = "") -> list[str]:
    """Return the messages of one rule on claims c1, c2, and so on, given as flow mappings, and on `more` records."""
    texts = [
        f"  - {{id: c{n}{'' if 'summary: ' in claim else f', summary: {SUMMARY}'}{claim}}}"
        for n, claim in enumerate(claims, start=1)
    ]
    bundles = {"cast": CAST, "claims": "\n".join([DEFAULTS, "claims:", *texts]), "more": more or "evidence: []\n"}
    return [found.message for found in judging.judged(project, name, bundles)]


def related(kind: str, *others: int) -> str:
    return f", relations: [{', '.join(f'{{type: {kind}, to: c{n}, basis: curator}}' for n in others)}]"


def sought(*days: str) -> str:
    return f", response_sought: [{', '.join(f'{{on: {day}, by: a-b, queries: [shells denied]}}' for day in days)}]"


GONE = ", status: withdrawn, status_reason: The page was misread., status_on: 2026-11-25"


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("", 1),
        (", attribution: narrator", 0),
        (", attribution: named-institution", 1),
        (", attribution: named-institution, basis: [unstated, imagery-released]", 0),
        (", attribution: document, basis: [intelligence-undisclosed]", 1),
        (", basis: [imagery-released]", 1),
        (GONE, 0),
    ],
)
def test_an_outlet_claims_in_its_own_voice_or_from_what_it_shows(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "outlet-taken-for-speaker", f", claimant: ap{claim}", "")) == found


@pytest.mark.parametrize(
    ("claimant", "fitting"),
    [
        ("kirby", {"named-person", "document"}),
        ("us-nsc", {"named-institution", "document"}),
        ("official", {"unnamed-role", "unnamed"}),
        ("someone", {"unnamed"}),
        ("allies", {"collective"}),
        ("ap", {"named-institution", "document", "narrator"}),
        ("angara", set()),
    ],
)
def test_each_kind_of_actor_takes_some_attributions(project: Project, claimant: str, fitting: set[str]) -> None:
    for attribution in vocabulary("attribution"):
        claim = f", claimant: {claimant}, attribution: {attribution}"
        found = judged(project, "attribution-that-does-not-fit", claim)
        assert len(found) == (attribution not in fitting), claim


@pytest.mark.parametrize(
    ("summary", "joint"),
    [
        ("The DPRK has sent shells and Russia has paid.", "and"),
        ("Russia gives oil and takes shells.", "and"),
        ("No arms have gone to Russia, nor will any.", "nor"),
        ("Shells went by rail, but rockets went by sea.", "but"),
        ("Shells went by rail; rockets went by sea.", ";"),
        ("Shells and rockets have gone by rail and by sea.", None),
        ("Ships that have called at Rajin and Dunai are Russian.", None),
        ("He says that shells went and that oil came.", None),
        ("Shells have gone to Russia and those who have seen them are few.", None),
        ("Rockets made in May and June are on the way.", None),
    ],
)
def test_two_finite_clauses_are_distinguished_from_a_list_of_things(
    project: Project, summary: str, joint: str | None
) -> None:
    expected = [f"the summary has two propositions, joined by {joint!r}"] if joint else []

    assert judged(project, "two-propositions", f', summary: "{summary}"') == expected


@pytest.mark.parametrize(
    ("source", "quote", "word"),
    [
        ("wire", "may have sent shells", "may"),
        ("wire", "sent shells in May", None),
        ("wire", "May have sent shells", None),
        ("wire", "their military might grows", None),
        ("wire", "might have sent shells", "might have"),
        ("wire", "Reportedly sent shells", "Reportedly"),
        ("wire", "il pourrait", None),
        ("depeche", "pourrait être signé", "pourrait"),
        ("depeche", "auraient livré", "auraient"),
        ("depeche", "la serait-elle", "serait"),
        ("depeche", "les desserait", None),
        ("late", "보낸 것으로 추정된다", "것으로 추정"),
        ("late", "보냈다", None),
        ("depeche", "they may have", None),
    ],
)
def test_hedges_are_those_of_the_language_of_the_quote(
    project: Project, source: str, quote: str, word: str | None
) -> None:
    claim = f', sources: [{{id: {source}, quote: "{quote}"}}]'

    assert judged(project, "unmarked-hedge", claim) == (
        [f"the quote has the hedge {word!r}, but no hedge is recorded"] if word else []
    )
    assert judged(project, "unmarked-hedge", claim + ", hedge: belief") == []
    assert len(judged(project, "unmarked-hedge", claim + ", hedge: none")) == (word is not None)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", quantities: [{point: 1, unit: round}]", 1),
        (", quantities: [{point: 1, unit: round}], evidence: [images]", 2),
        ("", 0),
        (", claimant: us-nsc, quantities: [{point: 1, unit: round}]", 0),
    ],
)
def test_figures_and_evidence_belong_to_somebody(project: Project, claim: str, found: int) -> None:
    images = "evidence: [{id: images, kind: image-set, title: Images, held_by: us-nsc}]\n"
    claimant = "" if "claimant" in claim else ", claimant: allies"

    assert len(judged(project, "collective-with-a-figure", claimant + claim, more=images)) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", claimant: kirby", 1),
        (", claimant: kirby, said: 2023-12-31", 1),
        (", claimant: kirby, said: 2024-01-01", 0),
        (", claimant: kirby, on_behalf_of: us", 0),
        (", claimant: broker", 0),
        ("", 0),
    ],
)
def test_a_person_in_office_speaks_on_behalf_of_a_body(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "speaker-without-office", claim)) == found


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("", None),
        (", object: [rok, angara]", "does not fit 'transfers-munitions' as object: 'angara' is of kind 'vessel'"),
        (", subject: [us-nsc]", None),
        (", topic: breach, object: [dprk]", "does not fit 'breaches-sanctions' as object: it allows no object, bu"),
        (", topic: call, subject: [someone]", "does not fit 'port-call' as subject: 'someone' is of kind"),
    ],
)
def test_a_predicate_takes_some_kinds_on_either_side(project: Project, claim: str, expected: str | None) -> None:
    found = judged(project, "party-that-does-not-fit", claim)

    assert [message[: len(expected or "")] for message in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("", 0),
        (", subject: [russia]", 1),
        (", subject: [us, russia]", 1),
        (", subject: [russia], object: [dprk]", 0),
        (", topic: closer, object: [someone]", 0),
        (", topic: arms, object: [dprk]", 1),
        (", topic: breach, subject: [dprk]", 0),
    ],
)
def test_nobody_transfers_shells_to_oneself(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "party-on-both-sides", claim)) == found


def test_a_topic_with_one_party_on_both_sides_is_reported_once_for_all_its_claims(project: Project) -> None:
    topic = "{id: own, question: Is it so?, predicate: closer-to, subject: [dprk], object: [russia, dprk]}"

    assert len(judged(project, "party-on-both-sides", ", topic: own", ", topic: own", more=f"topics: [{topic}]\n")) == 1


def test_an_empty_slot_is_reported_at_its_cause(project: Project) -> None:
    bare = ", topic: breach"

    def places(*claims: str) -> list[str]:
        judged(project, "slot-left-empty", *claims)
        found = judging.findings(project, "slot-left-empty")
        return sorted(f.where.record.id for f in found if f.where.record.id != "arms")

    assert places(bare, bare) == ["breach"]
    assert places(bare, f"{bare}, instrument: [cap]") == ["c1"]
    assert places(f"{bare}, instrument: [cap]") == []


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", subject: [russia], object: [dprk]", 1),
        (", subject: [dprk], object: [russia]", 0),
        (", subject: [russia], object: [us]", 0),
        (", topic: label, subject: [russia], object: [russia]", 0),
        (", topic: arms, subject: [russia], object: [dprk]", 0),
    ],
)
def test_a_topic_is_reversed_only_by_both_sides(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "parties-reversed", claim)) == found


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("Washington lied.", 1),
        ("Shells lie in the port of Rajin.", 0),
        ("Falsely named ships went.", 1),
        ("Fal\u017fely named ships went.", 1),
        ("It was a fa\u212ae.", 1),
        ("Ships went to a false destination.", 0),
        ("Proofreaders left.", 0),
        ("The talk is a baseless rumour.", 0),
    ],
)
def test_verdicts_are_distinguished_from_neutral_words(project: Project, summary: str, found: int) -> None:
    assert len(judged(project, "verdict-word", f", summary: {summary}")) == found


LIED = (
    "proves proved proven proving proof disproves debunked debunks lied liar liars fake fakes faked fakery hoax hoaxes"
)
SURELY = "falsely obviously undoubtedly undeniable undeniably indisputable indisputably unquestionable unquestionably"


@pytest.mark.parametrize("word", f"{LIED} {SURELY}".split())
def test_every_verdict_is_found(project: Project, word: str) -> None:
    assert len(judged(project, "verdict-word", f", summary: They said {word.upper()} of it.")) == 1


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", act: deny, denial_scope: blanket", 0),
        (", act: deny, denial_scope: full", 1),
        (", act: deny, denial_scope: full" + related("denies", 1), 0),
        (", act: deny, denial_scope: full" + related("contradicts", 1), 1),
        (", act: deny, denial_scope: full, relations: [{type: denies, to: shells, basis: curator}]", 0),
        *((f", act: {act}", 1) for act in ("confirm", "correct", "retract", "decline", "dispute", "doubt")),
    ],
)
def test_an_answer_leads_to_what_it_answers(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "answer-to-nothing", "", claim)) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", claimant: us-state" + related("corrects", 1), 0),
        (", claimant: kirby" + related("retracts", 1), 0),
        (", claimant: kirby, said: 2024-02-01" + related("retracts", 1), 1),
        (", claimant: rok" + related("corrects", 1), 1),
        (", claimant: rok" + related("disputes", 1), 0),
    ],
)
def test_only_one_principal_takes_its_words_back(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "correction-of-anothers-words", "", claim)) == found


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        (["", related("repeats", 1), related("confirms", 2)[:-1] + ", {type: relies-on, to: c1, basis: curator}]"], 1),
        (["", related("repeats", 1), related("confirms", 2)], 0),
        ([related("confirms", 2), related("repeats", 1)], 0),
        (["", related("repeats", 1), related("repeats", 2), related("confirms", 3)], 0),
        (["", related("repeats", 1), related("repeats", 2)[:-1] + ", {type: confirms, to: c1, basis: curator}]"], 1),
        (["", related("repeats", 1)[:-1] + ", {type: confirms, to: c1, basis: curator}]"], 0),
        (["", "", related("confirms", 1)[:-1] + ", {type: repeats, to: c2, basis: curator}]"], 0),
    ],
)
def test_a_confirmation_that_depends_on_the_same_claim_is_an_echo(
    project: Project, claims: list[str], found: int
) -> None:
    assert len(judged(project, "echoed-confirmation", *claims)) == found


def test_only_a_limited_number_of_relations_is_followed_from_a_confirmation(project: Project) -> None:
    chain = ["", *(related("repeats", n) for n in range(1, 399))]
    last = related("repeats", 399)[:-1] + ", {type: confirms, to: c1, basis: curator}]"

    assert judged(project, "echoed-confirmation", *chain, last) == []
    assert len(judged(project, "echoed-confirmation", *chain[:150], last.replace("c399", "c150"))) == 1


@pytest.mark.parametrize(
    ("claim", "found"),
    [(", act: deny", 1), (", act: deny, denial_scope: partial", 0), (", denial_scope: full", 1), ("", 0)],
)
def test_a_denial_has_a_scope_and_nothing_else_has(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "scope-and-denial-apart", claim)) == found


@pytest.mark.parametrize(("first", "found"), [("", 1), (", note: Taken back in November.", 0), (GONE, 0)])
def test_a_retracted_claim_has_a_note(project: Project, first: str, found: int) -> None:
    assert len(judged(project, "unnoted-retraction", first, ", act: retract" + related("retracts", 1))) == found


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("", 1),
        (", act: state", 1),
        (", said: 2023-10-12", 0),
        (", claimant: us-state", 0),
        (", topic: arms", 0),
        (", object: [rok]", 0),
        (", object: [russia]", 1),
        (", mode: planned", 0),
        (GONE, 0),
    ],
)
def test_one_quote_of_one_utterance_is_recorded_once(project: Project, other: str, found: int) -> None:
    quoted = ", sources: [{id: wire, quote: by rail}, {id: depeche, quote: par rail}]"

    assert len(judged(project, "claim-recorded-twice", quoted, quoted + other)) == found
    assert judged(project, "claim-recorded-twice", "", other) == []


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (", summary: Shells went by sea", 0),
        (", summary: Shells went by rails", 1),
        (", said: 2023-10", 1),
        (", said: 2023-10-14", 0),
        (", act: state", 1),
        (related("updates", 1), 0),
        (", item: rocket", 0),
        (", summary: Shells went by rail 2", 0),
    ],
)
def test_summaries_are_alike_at_one_time_and_without_a_relation(project: Project, other: str, found: int) -> None:
    assert len(judged(project, "near-equal-claims", "", other)) == found


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("predicate: transfers-arms, subject: [dprk]", 1),
        ("predicate: transfers-arms, subject: [dprk], object: [rok]", 0),
        ("predicate: breaches-sanctions, subject: [russia], instrument: [cap]", 0),
        ("predicate: transfers-missiles, subject: [dprk]", 0),
    ],
)
def test_topics_differ_in_a_slot(project: Project, topic: str, found: int) -> None:
    more = f"topics: [{{id: other, question: Did it happen?, {topic}}}]\n"

    assert len(judged(project, "topics-that-ask-the-same", "", more=more)) == found


def assessed(fields: str) -> str:
    return f"assessments: [{{id: a1, assessor: reader-1, on: 2026-11-30, rationale: See the images., {fields}}}]\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ('scheme: admiralty, reliability: F, credibility: "6"', None),
        ("scheme: admiralty, reliability: G", "'admiralty' has no reliability 'G'"),
        ("scheme: admiralty, reliability: F, likelihood: likely", "'admiralty' does not rate likelihood"),
        ("scheme: icd203-2015, likelihood: likely, confidence: high", None),
        ("scheme: icd203-2015, likelihood: Very likely", "'icd203-2015' has no likelihood 'Very likely'; did you"),
        ("scheme: icd203-2015, likelihood: realistic possibility", "'icd203-2015' has no likelihood"),
        ("scheme: phia, likelihood: realistic possibility", None),
        ("scheme: kent-fr, likelihood: chances à peu près égales", None),
        ("scheme: stix-opinion, credibility: strongly-agree", None),
        ("scheme: free, credibility: middling", None),
    ],
)
def test_a_value_is_on_the_scale_of_its_scheme(project: Project, fields: str, expected: str | None) -> None:
    found = judged(project, "value-off-the-scale", "", more=assessed(f"claim: c1, {fields}"))

    assert [message[: len(expected or "")] for message in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("likelihood: likely with low confidence", 1),
        ("likelihood: probable (confiance moyenne)", 1),
        ("confidence: highly probable", 1),
        ("likelihood: about as likely as not, confidence: very high", 0),
    ],
)
def test_likelihood_and_confidence_are_separate(project: Project, fields: str, found: int) -> None:
    more = assessed(f"claim: c1, scheme: icd203-2015, {fields}")

    assert len(judged(project, "likelihood-and-confidence-in-one", "", more=more)) == found
    if found:
        assert judged(project, "value-off-the-scale", "", more=more) == []


@pytest.mark.parametrize(
    ("coders", "found"), [("by: reader-1", 1), ("by: curator-1", 0), ("by: curator-1, coder2: reader-1", 0)]
)
def test_the_second_coder_may_assess_the_claim(project: Project, coders: str, found: int) -> None:
    claim = f", recorded: {{{coders}, on: 2026-11-24}}"

    assert len(judged(project, "assessor-of-own-record", claim, more=assessed("claim: c1, scheme: free"))) == found


def recorded(day: str) -> str:
    return f", recorded: {{by: curator-2, on: {day}}}"


@pytest.mark.parametrize(
    ("other", "newer"),
    [
        (recorded("2026-11-30"), None),
        (recorded("2026-12-01"), "'c2' arrived on '2026-12-01'"),
        (recorded("2026-12-01") + ", topic: arms", None),
        (recorded("2026-12-01") + ", topic: arms" + related("contradicts", 1), "'c2' arrived on '2026-12-01'"),
        (recorded("2026-12-01") + GONE, None),
        (
            ", relations: [{type: denies, to: c1, basis: stated-by-source, source: late}]",
            "'c2' arrived on '2026-12-03'",
        ),
    ],
)
def test_an_assessment_is_outdated_by_later_claims_and_relations(
    project: Project, other: str, newer: str | None
) -> None:
    found = judged(project, "outdated-assessment", "", other, more=assessed("claim: c1, scheme: free"))

    assert [message.partition("before ")[2] for message in found] == ([newer] if newer else [])


def test_an_assessment_is_not_outdated_by_its_own_claim(project: Project) -> None:
    more = assessed("claim: c1, scheme: free")
    later = recorded("2026-12-05")

    assert judged(project, "outdated-assessment", later, more=more) == []
    assert len(judged(project, "outdated-assessment", later, recorded("2026-12-01"), "", more=more)) == 1


SHOWN = ", basis: [imagery-released]"


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (", claimant: rok" + SHOWN, 0),
        (", claimant: rok, basis: [intelligence-undisclosed]", 1),
        (", claimant: us-state" + SHOWN, 1),
        (", claimant: allies" + SHOWN, 1),
        (", claimant: ap, attribution: narrator" + SHOWN, 1),
        (", claimant: rok, act: warn" + SHOWN, 1),
        (", claimant: rok, topic: arms" + SHOWN, 1),
        (", claimant: rok" + SHOWN + GONE, 1),
    ],
)
def test_two_principals_with_a_disclosed_basis_make_a_confirmation(project: Project, other: str, found: int) -> None:
    rated = assessed('claim: c1, scheme: admiralty, credibility: "1"')

    assert len(judged(project, "confirmed-by-one-origin", SHOWN, other, more=rated)) == found
    assert judged(project, "confirmed-by-one-origin", SHOWN, other, more=rated.replace('"1"', '"2"')) == []


@pytest.mark.parametrize(
    ("actor", "found"),
    [
        ("kind: person, name: Son Kwang-ho, public_role: Minister", 0),
        ("kind: person, name: Kim, public_role: Sister of the leader", 0),
        ("kind: person, name: Kim, public_role: The leader's sister", 1),
        ("kind: person, name: Kim, public_role: Head of the Born Institute, note: b. 1970", 1),
        ("kind: person, name: Kim, public_role: Minister, note: 'Born 1970, resides in Rajin'", 1),
        ("kind: person, name: Kim, public_role: Minister, names: [{text: a.kim@mail.example}]", 1),
        ("kind: person, name: Kim, public_role: 'Speaker, who gave an address'", 0),
        ("kind: unnamed, name: Official who lives in Rajin", 1),
        ("kind: organisation, name: Sons of Liberty of the sons", 0),
    ],
)
def test_private_life_is_distinguished_from_office(project: Project, actor: str, found: int) -> None:
    assert len(judged(project, "private-detail", "", more=f"actors: [{{id: kim, {actor}}}]\n")) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("kind: unnamed", 0),
        ("kind: unnamed, part_of: [{of: us}]", 0),
        ("kind: unnamed, ids: {wikidata: Q1}", 1),
        ("kind: undetermined, names: [{text: Kim}]", 1),
        ("kind: unnamed, ids: {wikidata: Q1}, names: [{text: Kim}]", 2),
        ("kind: organ, ids: {wikidata: Q1}", 0),
    ],
)
def test_unnamed_actors_have_no_identifying_fields(project: Project, fields: str, found: int) -> None:
    more = f"actors: [{{id: aide, name: Aide, {fields}}}]\n"

    assert len(judged(project, "unnamed-but-identified", "", more=more)) == found


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ([", topic: evasion"], 1),
        ([", topic: evasion, act: state"], 0),
        ([", topic: evasion, subject: [kirby]"], 0),
        ([", topic: evasion, note: 'response_sought: asked in May'"], 0),
        ([", topic: evasion" + sought("2026-11-24")], 0),
        ([", topic: evasion", ", topic: evasion, claimant: broker, act: deny, denial_scope: blanket"], 0),
        ([", topic: evasion", ", claimant: rok" + related("declines", 1)], 0),
        ([", topic: evasion", ", claimant: us-state" + related("corrects", 1)], 1),
        ([", topic: evasion", ", claimant: broker"], 1),
    ],
)
def test_a_private_person_who_is_accused_has_an_answer(project: Project, claims: list[str], found: int) -> None:
    assert len(judged(project, "accused-without-a-hearing", *claims)) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("", 0),
        (sought("2026-11-24"), 0),
        (", act: state, stance: open" + sought("2026-11-24"), 1),
        (", act: state, stance: open" + sought("2026-11-24") + GONE, 0),
    ],
)
def test_an_answer_is_looked_for_where_somebody_is_accused(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "search-without-an-allegation", claim)) == found


DENIAL = ", claimant: dprk, act: deny, denial_scope: full"


@pytest.mark.parametrize(
    ("answer", "days", "found"),
    [
        (DENIAL + related("denies", 1), ["2023-10-12"], 0),
        (DENIAL + related("denies", 1), ["2023-10-13"], 1),
        (DENIAL + related("denies", 1), ["2023-10-12", "2023-10-14", "2023-10-15"], 2),
        (DENIAL + related("denies", 1) + ", sources: [{id: depeche}]", ["2023-10-30"], 0),
        (DENIAL + related("denies", 1) + ", sources: [{id: depeche}]", ["2023-10-31"], 1),
        (DENIAL + related("denies", 1) + GONE, ["2023-10-13"], 0),
        (DENIAL, ["2023-10-13"], 0),
        (", claimant: russia, act: dispute, stance: 'no'" + related("disputes", 1), ["2023-10-13"], 1),
        (", claimant: russia, act: confirm, stance: 'yes'" + related("confirms", 1), ["2023-10-13"], 1),
        (", claimant: russia, act: decline" + related("declines", 1), ["2023-10-13"], 0),
        (", claimant: rok, act: dispute, stance: 'no'" + related("disputes", 1), ["2023-10-13"], 0),
        (", claimant: rok, act: dispute, stance: 'no', relations: [{type: denies, to: shells, basis: curator}]",
         ["2023-10-13"], 0),
    ],
)  # fmt: skip
def test_a_search_that_found_nothing_is_not_beside_an_answer_that_was_public_by_then(
    project: Project, answer: str, days: list[str], found: int
) -> None:
    assert len(judged(project, "answer-found-after-all", sought(*days), answer)) == found


def test_of_several_answers_the_one_that_was_public_first_is_named(project: Project) -> None:
    later = DENIAL + related("denies", 1) + ", sources: [{id: late}]"
    first = ", claimant: russia, act: dispute, stance: 'no'" + related("disputes", 1)

    for answers in ([later, first], [first, later]):
        [message] = judged(project, "answer-found-after-all", sought("2026-12-05"), *answers)
        assert f"the answer 'c{2 + answers.index(first)}' was public by then" in message


@pytest.mark.parametrize(("day", "found"), [("2023-10-11", 1), ("2023-10-12", 0), ("2023-10-13", 0)])
def test_no_answer_is_looked_for_before_the_words_are_said(project: Project, day: str, found: int) -> None:
    assert len(judged(project, "clocks-out-of-order", sought(day))) == found


def released(project: Project, ids: dict[str, list[str]]) -> None:
    """Publish a release of records with these ids, as an index and a manifest tell of it."""
    folder = project.datasets / "2026.11.0"
    folder.mkdir(parents=True)
    example = EXAMPLES / "vanished-id" / "datasets"
    shutil.copy(example / "index.json", project.datasets)
    manifest = json.loads((example / folder.name / "manifest.json").read_bytes())
    table = manifest["tables"]["claims"]
    tables = {kind: {**table, "file": f"{kind}.parquet"} for kind in ids}
    expected = {"tables": tables, "records": {kind: len(names) for kind, names in ids.items()}, "ids": ids}
    (folder / "manifest.json").write_text(json.dumps({**manifest, **expected}))


@pytest.mark.parametrize(
    ("former", "expected"),
    [
        ({"claims": ["c1"], "actors": ["ap"]}, []),
        ({"claims": ["c1", "kirby-2023-shells"]}, ["'kirby-2023-shells' is in claims of the last release, but no"]),
        (
            {"claims": ["shells"]},
            ["'shells' named a record of claims in the last release, but names one of topics now"],
        ),
        ({"evidence": ["images"]}, ["'images' is in evidence of the last release, but no record has this id now"]),
    ],
)
def test_ids_of_the_last_release_still_exist(
    project: Project, former: dict[str, list[str]], expected: list[str]
) -> None:
    released(project, former)

    found = judged(project, "vanished-id", "")

    assert [message[: len(text)] for message, text in zip(found, expected, strict=True)] == expected


def test_a_renamed_record_is_found_by_its_similar_id(project: Project) -> None:
    released(project, {"actors": ["us", "angara-1", "ap"]})

    judged(project, "vanished-id", "")
    (found,) = judging.findings(project, "vanished-id")

    assert found.where.record.id == "angara"
    assert found.suggestion is not None
    assert found.suggestion.text == "angara-1"


def test_without_a_release_no_id_can_vanish(project: Project) -> None:
    assert judged(project, "vanished-id", "") == []
    assert RULES["vanished-id"].is_skipped(judging.corpus_of(project))
