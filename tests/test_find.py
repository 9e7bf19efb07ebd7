"""What a reader knows leads to the id: names in any script, addresses in any spelling, words and figures of claims."""

import json
import shlex
from pathlib import Path

import pytest

from alleged.errors import DateError, UnknownNameError
from alleged.find import Query, of_records, search
from alleged.project import Project
from alleged.records import corpus
from alleged.restored import records_of
from alleged.tables import all_tables
from alleged.text.words import folded, spellings
from inside import run_inside
from paths import ROOT

CAST = """\
actors:
  - id: kim-jong-un
    name: Kim Jong Un
    kind: person
    public_role: Leader
    names:
      - {text: 김정은, lang: ko}
      - {text: Ким Чен Ын, lang: ru}
      - {text: 金正恩, lang: zh}
      - {text: كيم جونغ أون, lang: ar}
    part_of: [{of: dprk}]
  - {id: dprk, name: North Korea, kind: state, ids: {iso3166: KP}}
  - {id: russia, name: Russia, kind: state, ids: {iso3166: RU}}
  - {id: melanie-joly, name: Mélanie Joly, kind: person, public_role: Minister}
  - {id: rok-nis, name: National Intelligence Service, short_name: NIS, kind: organ}
  - {id: lukasz, name: Łukasz Żółw, kind: person, public_role: Spokesman}
  - {id: daily, name: The Daily, kind: outlet}
sources:
  - id: daily-1
    kind: article-newspaper
    publisher: [daily]
    published: 2024-05-02
    lang: en
    url: https://www.daily.example/world/2024/05/02/ships-of-shells
    title: Ships of shells
    seen: consulted
topics:
  - id: shells
    question: Did the DPRK transfer shells to Russia?
    predicate: transfers-munitions
    subject: [dprk]
    object: [russia]
    item: munitions
claims:
  - id: kim-2024-shells
    claimant: kim-jong-un
    on_behalf_of: dprk
    act: deny
    denial_scope: full
    topic: shells
    summary: No shells went by rail.
    said: 2024-05-01
    sources: [{id: daily-1, quote: keine Granaten geliefert, gloss: no grenades delivered}]
    quantities: [{low: 6700, bound: gt, unit: container, verbatim: some 6.7 thousand boxes}]
    relations: [{type: denies, to: shells, basis: curator}]
    recorded: {by: c-1, on: 2026-11-24}
  - id: joly-2024-shells
    claimant: melanie-joly
    act: allege
    topic: shells
    summary: Shells went by ship.
    said: 2024-06
    sources: [{id: daily-1}]
    recorded: {by: c-1, on: 2026-11-24}
"""

STATUS = "    status: withdrawn\n    status_reason: She said nothing.\n    status_on: 2026-11-25\n"
WITHDRAWN = CAST.replace("    act: allege\n", f"    act: allege\n{STATUS}")
"""The same records, but one of the claims was withdrawn."""


@pytest.fixture
def found_in(project: Project) -> Project:
    (project.claims / "cast.yaml").write_text(CAST, encoding="utf-8")
    return project


def ids(project: Project, text: str = "", **options: str) -> list[str]:
    matches = search(of_records(corpus.read(project).corpus), Query(text, **options))
    return [match.entry.id for match in matches if match.entry.kind not in ("codes", "fields")]


@pytest.mark.parametrize(
    "text",
    [
        "kim jong un",
        "KIM",
        "jong kim",
        "김정은",
        "김정",
        "Ким Чен Ын",
        "чен",
        "金正恩",
        "كيم جونغ",
        "kim-jong-un",
        "\uff2b\uff49\uff4d",
    ],
)
def test_an_actor_is_found_by_a_name_in_any_script(found_in: Project, text: str) -> None:
    assert ids(found_in, text)[0] == "kim-jong-un"


def test_an_actor_is_found_by_its_short_name(found_in: Project) -> None:
    assert ids(found_in, "nis", kind="actors") == ["rok-nis"]


@pytest.mark.parametrize(
    ("text", "id"), [("melanie", "melanie-joly"), ("MÉLANIE", "melanie-joly"), ("lukasz zolw", "lukasz")]
)
def test_accents_and_strokes_do_not_matter(found_in: Project, text: str, id: str) -> None:
    assert ids(found_in, text, kind="actors") == [id]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.daily.example/world/2024/05/02/ships-of-shells",
        "http://daily.example/world/2024/05/02/ships-of-shells/",
        "daily.example/world/2024/05/02/ships-of-shells",
        "https://www.daily.example/world/2024/05/02/ships-of-shells?utm_source=x#top",
        "HTTPS://WWW.DAILY.EXAMPLE/world/2024/05/02/ships-of-shells",
    ],
)
def test_a_source_is_found_by_its_address_however_it_is_spelt(found_in: Project, address: str) -> None:
    assert ids(found_in, address) == ["daily-1"]


@pytest.mark.parametrize(
    "text", ["granaten", "grenades", "6700", "6,700", "6.7 thousand", "no shells rail", "kim-2024"]
)
def test_a_claim_is_found_by_its_summary_quote_figure_and_id(found_in: Project, text: str) -> None:
    assert ids(found_in, text, kind="claims") == ["kim-2024-shells"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"claimant": "kim-jong-un"}, ["kim-2024-shells"]),
        ({"claimant": "dprk"}, ["kim-2024-shells"]),
        ({"topic": "shells"}, ["joly-2024-shells", "kim-2024-shells"]),
        ({"said": "2024-06-15"}, ["joly-2024-shells"]),
        ({"said": "2024"}, ["joly-2024-shells", "kim-2024-shells"]),
        ({"said": "../2024-05-01"}, ["kim-2024-shells"]),
        ({"said": "2023"}, []),
        ({"text": "ship", "topic": "shells"}, ["joly-2024-shells"]),
    ],
)
def test_options_leave_claims_that_fit_all_of_them(
    found_in: Project, options: dict[str, str], expected: list[str]
) -> None:
    assert ids(found_in, **options) == expected


def test_a_name_as_typed_comes_before_one_that_only_has_the_word(found_in: Project) -> None:
    (found_in.claims / "more.yaml").write_text(
        "actors:\n  - {id: a-daily-herald, name: The Daily Herald, kind: outlet}\n", encoding="utf-8"
    )

    assert ids(found_in, "the daily", kind="actors") == ["daily", "a-daily-herald"]


def test_codes_and_fields_are_found_by_what_they_mean(found_in: Project) -> None:
    entries = list(of_records(corpus.read(found_in).corpus))

    assert "unit: barrel" in [m.entry.id for m in search(entries, Query("barrel", kind="codes"))]
    assert "claim.hedge" in [m.entry.id for m in search(entries, Query("hedges", kind="fields"))]


@pytest.mark.parametrize("root", [ROOT / "tests" / "fixture", ROOT / "tests" / "scheme"], ids=["fixture", "scheme"])
def test_records_and_tables_have_the_same_entries(root: Path) -> None:
    read = corpus.read(Project(root)).corpus
    tables = all_tables(read)

    assert sorted(of_records(records_of(tables.__getitem__))) == sorted(of_records(read))


@pytest.mark.parametrize("text", [CAST, WITHDRAWN], ids=["active", "withdrawn"])
def test_records_and_tables_of_names_in_many_scripts_have_the_same_entries(found_in: Project, text: str) -> None:
    (found_in.claims / "cast.yaml").write_text(text, encoding="utf-8")
    read = corpus.read(found_in).corpus

    assert sorted(of_records(records_of(all_tables(read).__getitem__))) == sorted(of_records(read))


def test_an_unknown_claimant_or_topic_is_answered_with_a_near_one(found_in: Project) -> None:
    with pytest.raises(UnknownNameError, match="there is no actor 'kim-jong-on'; did you mean 'kim-jong-un'"):
        ids(found_in, claimant="kim-jong-on")
    with pytest.raises(UnknownNameError, match="there is no topic 'zzz'; look for it with  alleged find --kind topics"):
        ids(found_in, topic="zzz")
    with pytest.raises(DateError, match=r"--said: 'last week' cannot be read as a date; write 2024-06-18"):
        ids(found_in, said="last week")


def test_the_command_says_what_to_type_next(found_in: Project) -> None:
    done = run_inside(found_in.root, "find", "김정은")

    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["actors", "  kim-jong-un  Kim Jong Un (person)"]
    assert "claimant: kim-jong-un" in done.stdout


def test_the_command_prints_json_and_limits_what_it_prints(found_in: Project) -> None:
    listed = json.loads(run_inside(found_in.root, "find", "shells", "--json").stdout)
    done = run_inside(found_in.root, "find", "shells", "--kind", "claims", "--most", "1")

    assert [e["id"] for e in listed if e["kind"] == "claims"] == ["joly-2024-shells", "kim-2024-shells"]
    assert "and 1 more: add a word, --kind claims, or --most 2" in done.stdout


def printed(project: Project, *words: str) -> list[str]:
    return run_inside(project.root, "find", *words).stdout.splitlines()


@pytest.mark.parametrize(
    "name", ["Xavier Brunson", "xavier brunson", "최선희", "МИД России", "Unit-7", "the Daily Mirror"]
)
def test_a_missing_name_can_be_added(found_in: Project, name: str) -> None:
    lines = printed(found_in, name)

    assert lines[0] == f"nothing is found for {name!r}"
    assert f"  alleged new actor --name {shlex.quote(name)}" in lines


@pytest.mark.parametrize(
    "words",
    ["shells 33000", "shells rail ship", "3,000", "a/b", "???", " ".join(f"qq{n}" for n in "abcdefghijkl"), "z" * 200],
)
def test_words_that_cannot_be_a_name_are_not_proposed_as_one(found_in: Project, words: str) -> None:
    lines = printed(found_in, words)

    assert lines[0].startswith("nothing is found for ")
    assert not any("new actor" in line for line in lines)


def test_no_actor_is_proposed_where_another_kind_is_searched(found_in: Project) -> None:
    assert not any("new actor" in line for line in printed(found_in, "Xavier Brunson", "--kind", "topic"))
    assert any("new actor" in line for line in printed(found_in, "Xavier Brunson", "--kind", "actor"))


@pytest.mark.parametrize(
    "typed", ["https://www.new.example/a?utm_source=x#:~:text=top", "HTTPS://www.new.example/a", "www.new.example/a"]
)
def test_an_address_that_is_not_recorded_can_only_be_added_as_a_source(found_in: Project, typed: str) -> None:
    assert printed(found_in, typed) == [
        f"nothing is found for {typed!r}",
        "to add this page:",
        "  alleged new source --url https://www.new.example/a",
    ]


def test_an_address_that_no_source_may_have_is_not_proposed(found_in: Project) -> None:
    assert printed(found_in, "https://nobody@new.example/a")[1:] == [
        "the address names a login, 'nobody@', before its host 'new.example'"
    ]


def test_each_word_and_option_that_finds_nothing_together_is_counted_alone(found_in: Project) -> None:
    lines = printed(found_in, "grenades", "daily", "--said", "2024-06")

    assert lines == [
        "nothing is found for 'grenades daily'",
        "all words and options must fit:",
        "  grenades        alone 1 claim            without it nothing",
        "  daily           alone 1 actor, 1 source  without it nothing",
        "  --said 2024-06  alone 1 claim            without it nothing",
    ]


def test_options_that_find_nothing_together_are_counted_alone(found_in: Project) -> None:
    assert printed(found_in, "--claimant", "dprk", "--said", "2023") == [
        "nothing is found",
        "all words and options must fit:",
        "  --claimant dprk  alone 1 claim  without it nothing",
        "  --said 2023      alone nothing  without it 1",
    ]


@pytest.mark.parametrize(("typed", "meant"), [("melany joli", "melanie joly"), ("shels kim", "shells kim")])
def test_a_mistyped_word_is_answered_with_a_near_one(found_in: Project, typed: str, meant: str) -> None:
    assert f"perhaps you mean:  alleged find {shlex.quote(meant)}" in printed(found_in, typed)


OUTLETS = """\
actors:
  - {id: nkn, name: N.K. News, kind: outlet}
  - {id: dia, name: Defense Intelligence Agency, kind: organ}
  - {id: seven, name: G-7 Labor Center, kind: igo}
  - {id: gun, name: Jong Ungun, kind: person, public_role: Envoy}
  - {id: us-envoy, name: US envoy, kind: person, public_role: Envoy}
sources:
  - id: first
    kind: webpage
    publisher: [nkn]
    published: 2024-05-02
    lang: en
    url: https://www.paper.example/1
    seen: consulted
"""


@pytest.mark.parametrize(
    ("text", "id"),
    [
        *(("nknews", "nkn"), ("NK-News", "nkn"), ("nk news", "nkn"), ("n.k.news", "nkn"), ("paper.example", "nkn")),
        *(("g7", "seven"), ("G-7", "seven"), ("g.7.", "seven"), ("labour centre", "seven"), ("g7 labor", "seven")),
        *(("defence intelligence", "dia"), ("defense", "dia"), ("kimjongun", "kim-jong-un")),
    ],
)
def test_spelling_and_spaces_in_names_do_not_matter(found_in: Project, text: str, id: str) -> None:
    (found_in.claims / "outlets.yaml").write_text(OUTLETS, encoding="utf-8")

    assert ids(found_in, text, kind="actors") == [id]


@pytest.mark.parametrize("text", ["use", "jongun", "ewsn"])
def test_names_without_spaces_are_found_by_whole_words_only(found_in: Project, text: str) -> None:
    (found_in.claims / "outlets.yaml").write_text(OUTLETS, encoding="utf-8")

    assert set(ids(found_in, text, kind="actors")) <= {"kim-jong-un"}


@pytest.mark.parametrize(
    ("british", "american"),
    [
        *(("labour", "labor"), ("armoured", "armored"), ("defence", "defense"), ("licences", "licenses")),
        *(("organisation", "organization"), ("recognises", "recognizes"), ("analyse", "analyze")),
        *(("centre", "center"), ("calibres", "calibers"), ("manoeuvre", "maneuver"), ("programme", "program")),
        *(("catalogues", "catalogs"), ("travelled", "traveled"), ("labelling", "labeling"), ("artefact", "artifact")),
        *(("acknowledgement", "acknowledgment"), ("sceptical", "skeptical"), ("neighbouring", "neighboring")),
        ("labour-programme", "labor-program"),
    ],
)
def test_british_and_american_spellings_are_one(british: str, american: str) -> None:
    assert american in spellings(british)
    assert british in spellings(american)


@pytest.mark.parametrize(
    "word", ["four", "use", "nis", "called", "filled", "all", "rise", "there", "is", "김정은", "чен"]
)
def test_other_words_have_one_spelling(word: str) -> None:
    assert spellings(word) == (word,)


def test_many_spellings_of_a_long_word_are_not_tried() -> None:
    assert len(spellings("our-ence-logue-gramme-dgement-" * 500)) == 1


SAID = """\
defaults: {claimant: dprk, act: allege, topic: shells, recorded: {by: c-1, on: 2026-11-24}}
claims:
  - {id: a-open, said: ../2024-07, summary: First., sources: [{id: daily-1}]}
  - {id: b-since, said: 2023/.., summary: Second., sources: [{id: daily-1}]}
  - {id: c-month, said: 2024-05, summary: Third., sources: [{id: daily-1}]}
  - {id: d-days, said: 2024-04-30/2024-05-02, summary: Fourth., sources: [{id: daily-1}]}
  - {id: e-near, said: ../2024-05-02, summary: Fifth., sources: [{id: daily-1}]}
"""


def test_claims_of_the_very_day_come_before_intervals_and_open_ones_last(found_in: Project) -> None:
    (found_in.claims / "said.yaml").write_text(SAID, encoding="utf-8")

    ordered = ids(found_in, said="2024-05-01")
    lines = printed(found_in, "--said", "2024-05-01")

    assert ordered == ["kim-2024-shells", "d-days", "c-month", "e-near", "a-open", "b-since"]
    assert [line for line in lines if line.startswith("  said")] == [
        "  said within 2024-05-01:",
        "  said on an unknown day of an interval, perhaps in 2024-05-01; the narrowest first:",
        "  said by or since a day (an open interval), perhaps in 2024-05-01:",
    ]
    assert lines[1:3] == [
        "  said within 2024-05-01:",
        "  kim-2024-shells  No shells went by rail. (kim-jong-un, 2024-05-01)",
    ]


def test_a_kind_without_words_is_listed_whole(found_in: Project) -> None:
    more = "".join(f"  - {{id: o-{n}, name: Outlet {n}, kind: outlet}}\n" for n in range(20))
    (found_in.claims / "more.yaml").write_text(f"actors:\n{more}", encoding="utf-8")

    actors, topics = (printed(found_in, "--kind", kind) for kind in ("actor", "topics"))

    assert sum(line.startswith("  o-") for line in actors) == 20
    assert topics[:2] == ["topics", "  shells  Did the DPRK transfer shells to Russia?"]
    assert "  and 19 more: add a word, --kind actors, or --most 20" in printed(
        found_in, "--kind", "actor", "o-", "--most", "1"
    )


def test_claims_that_were_withdrawn_are_marked(found_in: Project) -> None:
    (found_in.claims / "cast.yaml").write_text(WITHDRAWN, encoding="utf-8")

    assert printed(found_in, "shells", "--topic", "shells")[1:4] == [
        "  kim-2024-shells               No shells went by rail. (kim-jong-un, 2024-05-01)",
        "  joly-2024-shells [withdrawn]  Shells went by ship. (melanie-joly, 2024-06)",
        "  see  alleged show kim-2024-shells    or link it, as  relations: [{type: …, to: kim-2024-shells, basis: …}]",
    ]
    assert "  joly-2024-shells [withdrawn]  Shells went by ship. (melanie-joly, 2024-06)" in printed(found_in, "ship")
    found = json.loads(run_inside(found_in.root, "find", "ship", "--kind", "claim", "--json").stdout)
    assert [(entry["id"], entry["status"]) for entry in found] == [("joly-2024-shells", "withdrawn")]


def test_something_must_be_asked_for(found_in: Project) -> None:
    assert run_inside(found_in.root, "find").returncode == 2


def test_records_that_cannot_be_read_do_not_hide_the_others(found_in: Project) -> None:
    (found_in.claims / "broken.yaml").write_text("claims: [\n", encoding="utf-8")
    done = run_inside(found_in.root, "find", "melanie")

    assert "melanie-joly" in done.stdout
    assert "run 'alleged check'" in done.stderr


def test_a_date_that_does_not_exist_hides_no_claim(found_in: Project) -> None:
    text = CAST.replace("said: 2024-05-01", "said: 2024-02-30")
    (found_in.claims / "cast.yaml").write_text(text, encoding="utf-8")

    assert ids(found_in, "rail", kind="claims") == ["kim-2024-shells"]


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("Øresund", "oresund"), ("İ", "i"), ("ﬁ", "fi")])
def test_texts_that_differ_in_case_and_accents_have_one_key(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_a_text_without_words_finds_nothing(found_in: Project) -> None:
    assert run_inside(found_in.root, "find", "\u0308").returncode == 1
    assert "say what to find" in run_inside(found_in.root, "find", " ").stderr


@pytest.mark.parametrize(
    ("words", "taken", "found"),
    [
        (
            ("--claimant", "Mélanie Joly"),
            "claimant: melanie-joly (Mélanie Joly), for 'Mélanie Joly'",
            "joly-2024-shells",
        ),
        (("--claimant", "김정은"), "claimant: kim-jong-un (Kim Jong Un), for '김정은'", "kim-2024-shells"),
        (("--topic", "transfer russia"), "topic: shells (Did the DPRK", "joly-2024-shells"),
    ],
)
def test_claimants_and_topics_are_named_as_for_new(
    found_in: Project, words: tuple[str, str], taken: str, found: str
) -> None:
    done = run_inside(found_in.root, "find", *words, "--json")

    assert done.returncode == 0, done.stderr
    assert taken in done.stderr
    assert found in [entry["id"] for entry in json.loads(done.stdout)]
    by_id = taken.partition(" (")[0].partition(": ")[2]
    assert run_inside(found_in.root, "find", words[0], by_id, "--json").stderr == ""


def test_a_name_of_several_claimants_is_refused_with_their_ids(found_in: Project) -> None:
    done = run_inside(found_in.root, "find", "--claimant", "o")

    assert (done.returncode, done.stdout) == (2, "")
    assert "'o' fits several; type an id: " in done.stderr
    assert "'kim-jong-un' (Kim Jong Un)" in done.stderr


def test_an_outlet_is_a_publisher_and_no_claimant(found_in: Project) -> None:
    def next_of(id: str) -> str:
        done = run_inside(found_in.root, "find", id, "--kind", "actor")
        return next(line.strip() for line in done.stdout.splitlines() if "write the id" in line)

    assert next_of("daily").startswith("write the id, as  publisher: [daily] ")
    assert next_of("melanie-joly").startswith("write the id, as  claimant: melanie-joly ")
