"""Rules on actors and instruments apply within the bounds that their pages give."""

import json
from typing import Any

import pytest

import judging
from alleged.project import Project
from alleged.schemas.validate import record_findings
from alleged.schemas.vocabularies import vocabulary

CLAIM = {"id": "claim-1", "claimant": "ap", "act": "state", "topic": "pact", "said": "2024-06-20", "summary": "S"}
CLAIM |= {"sources": [{"id": "wire"}], "recorded": {"by": "curator-1", "on": "2026-11-24"}}
WIRE = {"id": "wire", "kind": "post", "publisher": ["ap"], "published": "2024-06-20", "lang": "en"}
WIRE |= {"doi": "10.5555/1", "seen": "consulted"}
TOPIC = {"id": "pact", "question": "Q?", "predicate": "signs-agreement", "subject": ["russia"], "object": ["dprk"]}
TREATY = {"id": "treaty", "kind": "treaty", "title": "Treaty"}


def actor(id: str, kind: str = "organ", **values: Any) -> dict[str, Any]:
    return {"id": id, "name": f"The {id}", "kind": kind, **values}


def state(id: str, code: str, **ids: str) -> dict[str, Any]:
    return actor(id, "state", ids={"iso3166": code, **ids})


CAST = [actor("ap", "outlet"), state("russia", "RU"), state("dprk", "KP"), state("ussr", "SU")]


def judged(project: Project, name: str, **records: list[dict[str, Any]]) -> list[str]:
    """Return the messages of one rule on records; JSON is YAML too."""
    bundles = {"all": json.dumps(records, ensure_ascii=False)}
    return [found.message for found in judging.judged(project, name, bundles)]


def on_time(project: Project, when: str, *subject: str) -> list[str]:
    claim = {**CLAIM, "when": when, "subject": list(subject)}
    topic = {**TOPIC, "predicate": "allied-with"}
    return judged(project, "country-of-another-time", claims=[claim], sources=[WIRE], topics=[topic], actors=CAST)


def on_treaty(project: Project, claim: dict[str, Any], topic: dict[str, Any], treaty: dict[str, Any]) -> list[str]:
    records = {"claims": [CLAIM | claim], "sources": [WIRE], "topics": [TOPIC | {"instrument": ["treaty"]} | topic]}
    return judged(project, "stage-at-odds-with-instrument", **records, actors=CAST, instruments=[TREATY | treaty])


@pytest.mark.parametrize("number", ["9179842", "9074729", "1234567"])
def test_an_imo_number_that_fits_its_check_digit_passes(project: Project, number: str) -> None:
    ships = [actor("angara", "vessel", ids={"imo": number})]

    assert judged(project, "mistyped-imo-number", actors=ships) == []


@pytest.mark.parametrize("place", range(7))
def test_any_one_wrong_digit_of_an_imo_number_is_found(project: Project, place: int) -> None:
    wrong = "9179842"[:place] + str((int("9179842"[place]) + 1) % 10) + "9179842"[place + 1 :]

    assert len(judged(project, "mistyped-imo-number", actors=[actor("angara", "vessel", ids={"imo": wrong})])) == 1


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("5493001KJTIIGC8Y1R12", 0),
        ("5493001KJTIIGC8Y1R13", 1),
        ("5493001KJTIIGC8YIR12", 1),
        ("549300K1JTIIGC8Y1R12", 1),
    ],
)
def test_an_lei_leaves_one_when_divided_by_97(project: Project, code: str, found: int) -> None:
    assert len(judged(project, "mistyped-lei", actors=[actor("bank", "organisation", ids={"lei": code})])) == found


@pytest.mark.parametrize(
    ("number", "found"),
    [("201000000", 0), ("775999999", 0), ("200999999", 1), ("776000000", 1), ("002731234", 1), ("111273123", 1)],
)
def test_the_mmsi_of_a_ship_begins_with_a_country(project: Project, number: str, found: int) -> None:
    ships = [actor("angara", "vessel", ids={"mmsi": number})]

    assert len(judged(project, "mmsi-of-no-ship", actors=ships)) == found


def test_an_external_id_belongs_to_one_actor_in_each_register(project: Project) -> None:
    same = [state("dprk", "KP", cow="731", gw="731"), state("rok", "KR", cow="732", gw="731")]

    assert judged(project, "shared-external-id", actors=same) == ["'731' is already the gw of 'dprk'"]


def test_a_superseded_record_may_keep_the_ids_of_its_successor(project: Project) -> None:
    old = {"status": "superseded", "status_reason": "Entered twice.", "status_on": "2026-11-24"}

    assert judged(project, "shared-external-id", actors=[state("dprk", "KP"), state("korea", "KP") | old]) == []


def test_a_state_may_share_the_number_of_its_predecessor_but_not_its_wikidata_item(project: Project) -> None:
    both = {"cow": "365", "gw": "365", "wikidata": "Q159"}
    actors = [state("ussr", "SU", **both), state("russia", "RU", **both), state("ukraine", "UA", cow="365")]

    assert judged(project, "shared-external-id", actors=actors) == [
        "'Q159' is already the wikidata of 'ussr'",
        "'365' is already the cow of 'russia'",
    ]


def test_only_the_country_code_that_was_reused_may_belong_to_two_states(project: Project) -> None:
    codes = {"czechoslovakia": "CS", "serbia-and-montenegro": "CS", "ussr": "SU", "soviet-union": "SU"}
    found = judged(project, "shared-external-id", actors=[state(name, code) for name, code in codes.items()])

    assert found == ["'SU' is already the iso3166 of 'ussr'"]


@pytest.mark.parametrize(
    ("when", "russia", "ussr"),
    [
        ("1953/..", 1, 0),
        ("1953/1960", 1, 0),
        ("../1960", 0, 0),
        ("1991-11-30", 1, 0),
        ("1991-11/..", 1, 0),
        ("1991-12-01", 0, 0),
        ("1991", 0, 0),
        ("199X", 0, 0),
        ("1992-08-30", 0, 0),
        ("1992-08-31", 0, 1),
        ("1992", 0, 0),
        ("1950/1993", 1, 1),
        ("1992-09/..", 0, 0),
        ("2024", 0, 1),
        ("1917", 1, 1),
    ],
)
def test_a_state_is_named_only_for_its_own_time(project: Project, when: str, russia: int, ussr: int) -> None:
    assert len(on_time(project, when, "russia")) == russia
    assert len(on_time(project, when, "ussr")) == ussr
    assert on_time(project, when, "dprk", "ap") == []


def test_for_a_state_named_too_early_the_state_of_that_time_is_suggested(project: Project) -> None:
    on_time(project, "1953/..", "russia")
    early = next(iter(judging.findings(project, "country-of-another-time")))
    on_time(project, "2024", "ussr")
    late = next(iter(judging.findings(project, "country-of-another-time")))

    assert early.message == "'russia' (RU) began in 1991-12, but `when` is '1953/..'"
    assert "USSR (SU)" in early.help
    assert late.message == "'ussr' (SU) ended in 1992, but `when` is '2024'"
    assert "Russian Federation (RU)" in late.help


def tied(*ties: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Return actors with ties, each given as an actor, the one above it, and dates as `from/to`."""
    actors = {name: actor(name, "organ") for tie in ties for name in tie[:2]}
    for name, above, dates in ties:
        start, _, end = dates.partition("/")
        tie = {"of": above} | ({"from": start} if start else {}) | ({"to": end} if end else {})
        actors[name].setdefault("part_of", []).append(tie)
    return list(actors.values())


@pytest.mark.parametrize(
    ("ties", "circles"),
    [
        ([("aaa", "aaa", "")], ["aaa → aaa"]),
        ([("bbb", "aaa", ""), ("aaa", "bbb", "")], ["aaa → bbb → aaa"]),
        ([("aaa", "bbb", ""), ("bbb", "ccc", ""), ("ccc", "ddd", "")], []),
        ([("aaa", "bbb", "/1990"), ("bbb", "aaa", "1991")], []),
        ([("aaa", "bbb", "/1990"), ("bbb", "aaa", "1990")], ["aaa → bbb → aaa"]),
        (
            [("aaa", "bbb", ""), ("bbb", "ccc", ""), ("ccc", "bbb", ""), ("ddd", "ddd", "")],
            ["bbb → ccc → bbb", "ddd → ddd"],
        ),
    ],
)
def test_each_circle_of_affiliations_of_one_time_is_reported(
    project: Project, ties: list[tuple[str, str, str]], circles: list[str]
) -> None:
    found = judged(project, "circular-affiliation", actors=tied(*ties))

    assert [message.partition(": ")[2] for message in found] == circles


def test_a_circle_of_more_actors_than_python_recurses_is_found(project: Project) -> None:
    ring = tied(*((f"a{n:04}", f"a{(n + 1) % 1200:04}", "") for n in range(1200)))
    for part, actors in (("all", ring[:600]), ("more", ring[600:])):
        (project.claims / f"{part}.yaml").write_text(json.dumps({"actors": actors}, indent=1), encoding="utf-8")

    found = judging.findings(project, "circular-affiliation")

    assert len(found) == 1
    assert found[0].message.endswith("a0018 → (1181 more) → a0000")


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("", "", 1),
        ("", "2023", 1),
        ("/2022", "2023", 0),
        ("/2023-01-20", "2023-01-20", 0),
        ("/2023-01-21", "2023-01-20", 1),
        ("/2023-01", "2023-01", 0),
        ("/2023", "2023", 0),
        ("/2022-06", "2022", 0),
        ("2020/2021", "2018/2019", 0),
        ("2018/2021", "2019/2020", 1),
    ],
)
def test_an_actor_is_part_of_one_body_at_a_time(project: Project, first: str, second: str, found: int) -> None:
    ties = tied(("aaa", "bbb", first), ("aaa", "ccc", second))

    assert len(judged(project, "rival-principals", actors=ties)) == found


def test_an_actor_may_return_to_a_body_and_states_may_be_part_of_several(project: Project) -> None:
    twice = tied(("aaa", "bbb", "2018"), ("aaa", "bbb", "2019"))
    union = state("belarus", "BY") | {"part_of": [{"of": "aaa"}, {"of": "bbb"}]}

    assert judged(project, "rival-principals", actors=[*twice, union]) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ({"text": "Korea"}, {"text": "KOREA"}, 1),
        ({"text": "North  Korea"}, {"text": "north korea"}, 1),
        ({"text": "Korea", "to": "1948"}, {"text": "Korea", "from": "1949"}, 0),
        ({"text": "Korea", "to": "1948"}, {"text": "Korea", "from": "1948"}, 1),
        ({"text": "The bbb"}, {"text": "X"}, 1),
        ({"text": "Korea"}, {"text": "Corea"}, 0),
    ],
)
def test_a_name_belongs_to_one_actor_at_a_time(
    project: Project, mine: dict[str, str], theirs: dict[str, str], found: int
) -> None:
    actors = [actor("aaa", names=[mine]), actor("bbb", names=[theirs])]

    assert len(judged(project, "shared-name", actors=actors)) == found


def test_actors_that_share_two_names_are_reported_once(project: Project) -> None:
    names = [{"text": "Korea"}, {"text": "Corea"}]

    assert len(judged(project, "shared-name", actors=[actor("aaa", names=names), actor("bbb", names=names)])) == 1


def test_a_repeated_name_of_one_actor_or_of_unnamed_actors_is_allowed(project: Project) -> None:
    twice = actor("aaa", names=[{"text": "The aaa"}, {"text": "the AAA"}])
    officials = [{**actor(id, "unnamed"), "name": "A senior official"} for id in ("bbb", "ccc")]

    assert judged(project, "shared-name", actors=[twice, *officials]) == []


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("vessel", {"text": "Example Star"}, 1),
        ("vessel", {"text": "Example Star", "script": "Latn"}, 1),
        ("vessel", {"text": "Ангара", "script": "Cyrl"}, 0),
        ("vessel", {"text": "Example Star", "from": "2014"}, 0),
        ("vessel", {"text": "Example Star", "to": "2014"}, 0),
        ("outlet", {"text": "Example Star"}, 0),
    ],
)
def test_another_name_of_a_vessel_is_dated(project: Project, kind: str, name: dict[str, str], found: int) -> None:
    assert len(judged(project, "undated-vessel-name", actors=[actor("aaa", kind, names=[name])])) == found


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"adopted": "2024-06", "signed": "2024-06-19", "in_force": "2024", "terminated": "2024-12-04"}, []),
        ({"signed": "2024-06-19", "in_force": "2024-06-19"}, []),
        ({"signed": "2024-06-19", "in_force": "2024-06-18"}, ["in_force '2024-06-18' is before signed '2024-06-19'"]),
        ({"adopted": "2024-06-19", "terminated": "2023"}, ["terminated '2023' is before adopted '2024-06-19'"]),
        ({"signed": "2024-06-19", "in_force": "../2024-12-04"}, []),
    ],
)
def test_stages_are_out_of_order_only_if_no_allowed_days_are_in_order(
    project: Project, dates: dict[str, str], found: list[str]
) -> None:
    assert judged(project, "stages-out-of-order", instruments=[TREATY | dates]) == found


@pytest.mark.parametrize(("parties", "found"), [(["russia", "dprk"], 1), (["russia", "dprk", "ussr"], 0)])
def test_only_treaties_of_more_than_two_parties_may_be_ratified_when_in_force(
    project: Project, parties: list[str], found: int
) -> None:
    ratified = [{"by": "russia", "on": "2025-02"}, {"by": "dprk", "on": "2024-11"}]
    treaty = TREATY | {"parties": parties, "ratified": ratified, "in_force": "2024-12-04"}

    assert len(judged(project, "stages-out-of-order", instruments=[treaty], actors=CAST)) == found


def test_even_of_many_parties_one_ratifies_before_the_treaty_is_in_force(project: Project) -> None:
    ratified = [{"by": "russia", "on": "2025-02"}, {"by": "dprk", "on": "2025-03"}]
    treaty = TREATY | {"parties": ["russia", "dprk", "ussr"], "ratified": ratified, "in_force": "2024-12-04"}

    assert judged(project, "stages-out-of-order", instruments=[treaty], actors=CAST) == [
        "in_force '2024-12-04' is before ratified '2025-02'"
    ]


def test_only_treaties_have_conditional_obligations(project: Project) -> None:
    both = [TREATY | {"conditional": True}, TREATY | {"id": "law", "kind": "statute", "conditional": True}]

    assert judged(project, "obligations-of-a-non-treaty", instruments=both) == [
        "an instrument of kind 'statute' has conditional, which only a treaty has"
    ]


@pytest.mark.parametrize(
    ("claim", "treaty", "found"),
    [
        ({"mode": "past"}, {"signed": "2024-06-19"}, ""),
        ({"mode": "past"}, {"signed": "2024-06-21"}, ""),
        ({"mode": "past"}, {"signed": "2024-06-22"}, "signed '2024-06-22'"),
        ({"mode": "past"}, {"signed": "2024"}, ""),
        ({"mode": "past"}, {}, "not recorded as signed"),
        ({"mode": "past", "hedge": "belief"}, {}, ""),
        ({"mode": "past", "act": "deny", "denial_scope": "full"}, {}, ""),
        ({"mode": "past", "when": "2024-06-18"}, {"signed": "2024-06-19"}, ""),
        ({"mode": "past", "when": "2024-06-17"}, {"signed": "2024-06-19"}, "signed '2024-06-19'"),
        ({"mode": "past", "when": "2024-06-20"}, {"signed": "2024-06-19"}, ""),
        ({"mode": "past", "when": "2024-06-20"}, {"signed": "2024-06-18"}, "signed '2024-06-18'"),
        (
            {"mode": "past", "status": "withdrawn", "status_reason": "Said by another.", "status_on": "2026-11-24"},
            {},
            "",
        ),
        ({"mode": "planned"}, {}, ""),
        ({"mode": "planned"}, {"signed": "2024-06-19"}, ""),
        ({"mode": "planned"}, {"signed": "2024-06-18"}, "signed since '2024-06-18'"),
        ({"mode": "hypothetical"}, {"signed": "2000"}, ""),
        ({}, {}, ""),
    ],
)
def test_claims_of_a_signature_agree_with_the_record_to_the_day(
    project: Project, claim: dict[str, Any], treaty: dict[str, str], found: str
) -> None:
    messages = on_treaty(project, claim, {}, treaty)

    assert [message.partition(" is ")[2] for message in messages] == ([found] if found else [])


def test_a_past_intention_to_sign_is_not_a_signature(project: Project) -> None:
    topic = {"predicate": "intends-to-sign"}

    assert on_treaty(project, {"mode": "past"}, topic, {}) == []
    assert len(on_treaty(project, {"mode": "planned"}, topic, {"signed": "2024-06-01"})) == 1


@pytest.mark.parametrize(("by", "found"), [("russia", 0), ("dprk", 1)])
def test_a_ratification_is_that_of_the_state_for_which_the_subject_acts(project: Project, by: str, found: int) -> None:
    duma = actor("duma", part_of=[{"of": "russia"}])
    claim, topic = {**CLAIM, "mode": "past"}, {**TOPIC, "predicate": "ratifies-agreement", "subject": ["duma"]}
    treaty = TREATY | {"ratified": [{"by": by, "on": "2024-06-01"}]}
    records = {"claims": [claim], "topics": [topic | {"instrument": ["treaty"]}], "instruments": [treaty]}

    messages = judged(project, "stage-at-odds-with-instrument", **records, sources=[WIRE], actors=[*CAST, duma])

    assert len(messages) == found


@pytest.mark.parametrize(("dprk", "found"), [("2024-06-02", 1), ("2024-07", 0)])
def test_a_ratification_is_planned_until_all_subjects_have_ratified(project: Project, dprk: str, found: int) -> None:
    topic = {"predicate": "ratifies-agreement", "subject": ["russia", "dprk"]}
    ratified = [{"by": "russia", "on": "2024-06-01"}, {"by": "dprk", "on": dprk}]

    assert len(on_treaty(project, {"mode": "planned"}, topic, {"ratified": ratified})) == found


def test_an_unknown_country_code_is_refused_with_a_suggestion() -> None:
    assert record_findings("actors", state("dprk", "KP")) == []
    assert record_findings("actors", state("ussr", "SU")) == []
    for code, meant in (
        ("kp", "did you mean 'KP'?"),
        ("EU", "is not in the list 'Country'"),
        ("ZZ", "not in the list"),
    ):
        (fault,) = record_findings("actors", state("dprk", code))
        assert (fault.rule, fault.path) == ("unknown-code", ("ids", "iso3166"))
        assert meant in fault.message


def test_former_countries_have_dates_and_lead_to_their_successors() -> None:
    countries = vocabulary("country")
    gone = {code for code, country in countries.items() if "to" in country.notes}

    assert len(countries) - len(gone) - 1 == 249, "the codes of ISO 3166-1, and XK beside them"
    assert len(gone) == 25
    assert {"SU", "YU", "DD", "CS", "ZR"} <= gone
    for code, country in countries.items():
        for former in country.notes.get("formerly", []):  # pyrefly: ignore
            assert former in countries, code
            assert "from" in country.notes, code


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"ids": {"imo": "9179842"}}, 1),
        ({"ids": {"imo": "9179842"}, "id_sources": {"imo": "wire"}}, 0),
        ({"ids": {"imo": "9179842", "ofac": "36710"}, "id_sources": {"imo": "wire"}}, 1),
        ({"ids": {"iso3166": "RU"}}, 0),
    ],
)
def test_each_id_has_a_source_but_country_codes(project: Project, fields: dict[str, Any], found: int) -> None:
    assert len(judged(project, "id-without-source", actors=[actor("angara", "vessel", **fields)])) == found


def test_a_source_of_an_id_that_leads_nowhere_is_an_unknown_reference(project: Project) -> None:
    ship = actor("angara", "vessel", ids={"imo": "9179842"}, id_sources={"imo": "wirre"})

    assert judged(project, "unknown-reference", actors=[ship, CAST[0]], sources=[WIRE]) == [
        "there is no source 'wirre'; did you mean 'wire'?"
    ]


@pytest.mark.parametrize(
    ("of", "country", "found"),
    [("dprk", "KP", 0), ("dprk", "RU", 1), ("ministry", "KP", 0), ("ministry", "RU", 1), ("firm", "RU", 0)],
)
def test_the_country_of_an_organ_is_that_of_the_state_above_it(
    project: Project, of: str, country: str, found: int
) -> None:
    ministry, firm = actor("ministry", part_of=[{"of": "dprk"}]), actor("firm", "organisation")
    organ = actor("office", country=country, part_of=[{"of": of}])

    assert len(judged(project, "country-of-another-state", actors=[*CAST, ministry, firm, organ])) == found


def test_a_state_has_no_other_country_than_its_own(project: Project) -> None:
    assert judged(project, "country-of-another-state", actors=[state("dprk", "KP") | {"country": "KR"}]) == [
        "country is KR, but 'dprk' belongs to KP"
    ]


def test_a_short_name_belongs_to_one_actor(project: Project) -> None:
    actors = [actor("rok-nis", short_name="NIS"), actor("serbian-nis", "organisation", short_name="NIS")]

    assert judged(project, "shared-name", actors=actors) == ["'NIS' is a name of 'rok-nis' too"]
