"""What a reader knows leads to the id: names in any script, addresses in any spelling, words and figures of claims."""

import json
from pathlib import Path

import pytest

from alleged.errors import DateError, UnknownNameError
from alleged.find import Query, of_records, search
from alleged.project import Project
from alleged.records import corpus
from alleged.restored import records_of
from alleged.tables import all_tables
from alleged.text.words import folded
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
    sources: [{id: daily-1, quote: keine Granaten geliefert}]
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


@pytest.mark.parametrize("text", ["granaten", "6700", "6,700", "6.7 thousand", "no shells rail", "kim-2024"])
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


def test_records_and_tables_of_names_in_many_scripts_have_the_same_entries(found_in: Project) -> None:
    read = corpus.read(found_in).corpus

    assert sorted(of_records(records_of(all_tables(read).__getitem__))) == sorted(of_records(read))


def test_an_unknown_claimant_or_topic_is_answered_with_a_near_one(found_in: Project) -> None:
    with pytest.raises(UnknownNameError, match="there is no actor 'kim-jong-on'; did you mean 'kim-jong-un'"):
        ids(found_in, claimant="kim-jong-on")
    with pytest.raises(UnknownNameError, match="there is no topic 'zzz'; look for it with  alleged find --kind topics"):
        ids(found_in, topic="zzz")
    with pytest.raises(DateError):
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


def test_what_is_missing_can_be_added(found_in: Project) -> None:
    done = run_inside(found_in.root, "find", "Xavier Brunson")

    assert done.returncode == 1
    assert "alleged new actor --name 'Xavier Brunson'" in done.stdout


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
