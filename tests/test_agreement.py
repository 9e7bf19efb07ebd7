"""Agreement between coders: alpha as in the paper that defines it, and readings compared with records."""

import json
import shutil
from itertools import permutations
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from alleged.agreement import Agreement, agreement, agreement_of_coders, alpha, interval, nominal, ratio
from alleged.cli.stats import command
from alleged.errors import InvalidCoding
from alleged.project import Project
from alleged.records import corpus, intercoder
from alleged.records.corpus import Corpus
from alleged.records.intercoder import Coding
from paths import ROOT

# Krippendorff (2011), example C: four observers, twelve units, with codes that are missing.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = [[int(code) for code in unit if code != "."] for unit in zip(*OBSERVERS, strict=True)]


def test_alpha_is_that_of_the_worked_example_with_missing_codes() -> None:
    found = alpha(UNITS, nominal)

    assert found.units == 11
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert alpha(UNITS, interval).alpha == pytest.approx(0.849, abs=0.0005)
    assert alpha(UNITS, ratio).alpha == pytest.approx(0.797, abs=0.0005)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)]
)
def test_alpha_is_that_of_the_worked_examples_of_two_observers(one: str, other: str, expected: float) -> None:
    assert alpha(zip(one, other, strict=True), nominal).alpha == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("difference", [nominal, interval, ratio])
def test_alpha_equals_one_minus_observed_over_expected_disagreement(seed: int, difference: Any) -> None:
    draw = Random(seed)
    units = [[draw.randrange(1, 6) for _ in range(draw.randrange(5))] for _ in range(30)]
    paired = [unit for unit in units if len(unit) > 1]
    codes = [code for unit in paired for code in unit]
    observed = sum(sum(difference(*pair) for pair in permutations(u, 2)) / (len(u) - 1) for u in paired) / len(codes)
    expected = sum(difference(*pair) for pair in permutations(codes, 2)) / len(codes) / (len(codes) - 1)

    assert alpha(units, difference).alpha == pytest.approx(1 - observed / expected)


def test_alpha_is_one_where_coders_agree_and_undefined_where_nothing_varies() -> None:
    assert alpha([("a", "a"), ("b", "b")], nominal) == (2, 1.0, 1.0)
    assert alpha([("a", "a"), ("a", "a")], nominal) == (2, 1.0, None)
    assert alpha([("a",), ()], nominal) == (0, None, None)


def test_none_is_a_code_like_others() -> None:
    assert alpha([(None, "full"), (None, None), ("full", "full")], nominal).agreement == pytest.approx(2 / 3)


CLAIM = """
claims:
  - id: ministry-containers
    claimant: defence-ministry
    act: state
    stance: "yes"
    topic: shells-to-harbour-state
    summary: The state sent many containers.
    said: 2023-10-13
    sources:
      - id: gazette-2023-10-14
        quote: many containers
    quantities:
      - {point: 6700, bound: about, unit: container}
      - {low: 1000, bound: gt, unit: round}
    recorded: {by: curator-1, on: 2026-11-24}
"""
READING = {
    "claim": "ministry-containers",
    "coder": "second",
    "seen": "text",
    "claimant": "defence-ministry",
    "attribution": "named-institution",
    "act": "state",
    "said": "2023-10-13",
    "hedge": "none",
    "quantities": [
        {"low": 1000, "bound": "gt", "unit": "round"},
        {"point": 6700, "bound": "about", "unit": "container"},
    ],
}


@pytest.fixture
def records(project: Project) -> Corpus:
    """Return the cast of the tests with one claim that has two figures."""
    shutil.copy(ROOT / "tests" / "cast" / "cast.yaml", project.claims)
    (project.claims / "claim.yaml").write_text(CLAIM)
    read = corpus.read(project)
    assert read.issues == ()
    return read.corpus


def read_again(records: Corpus, **codes: Any) -> Agreement:
    reading = {**READING, **codes}
    return agreement(Coding(({k: v for k, v in reading.items() if v is not None},)), records)


def test_two_coders_are_compared_with_each_other_and_their_differences_have_reasons(records: Corpus) -> None:
    one = {**READING, "coder": "one", "principal": "defence-ministry"}
    other = {**one, "coder": "other", "act": "allege", "principal": "norway"}
    decided = ({"claim": READING["claim"], "field": "act", "reason": "The words blame."},)
    found = agreement_of_coders(Coding((other, one), (), decided), records)

    assert (found.claims, found.coders) == (1, ("one", "other"))
    assert [(d.field, d.first, d.second, d.decided) for d in found.disagreements] == [
        ("principal", "defence-ministry", "norway", None),
        ("act", "state", "allege", "The words blame."),
    ]


def test_a_claim_read_by_one_coder_says_nothing_about_coders(records: Corpus) -> None:
    assert agreement_of_coders(Coding((READING,)), records).claims == 0


def test_a_claim_that_one_of_two_coders_could_not_read_is_left_out(records: Corpus) -> None:
    unread = {**READING, "coder": "other", "seen": "title-only"}
    found = agreement_of_coders(Coding((READING, unread)), records)

    assert (found.claims, found.title_only) == (0, 1)


def test_each_difference_of_two_coders_of_the_shipped_records_is_decided() -> None:
    shipped = corpus.read(Project(ROOT)).corpus
    found = agreement_of_coders(intercoder.read(Project(ROOT)), shipped)

    assert found.claims
    assert [(d.claim, d.field) for d in found.disagreements if d.decided is None] == []


def differing(found: Agreement) -> list[tuple[str, Any, Any]]:
    return [(apart.field, apart.first, apart.second) for apart in found.disagreements]


def test_a_reading_with_the_same_codes_agrees_whatever_the_order_of_figures(records: Corpus) -> None:
    found = read_again(records)

    assert differing(found) == []
    assert found.fields["act"][1] == (1, 1.0, None)
    assert found.fields["bound"][1].units == 2


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"act": "allege"}, [("act", "state", "allege")]),
        ({"mode": "past"}, [("mode", None, "past")]),
        ({"hedge": "belief"}, [("hedge", None, "belief")]),
        ({"said": "2023-10-14"}, [("said", "2023-10-13", "2023-10-14"), ("said, in days", 738806.0, 738807.0)]),
        ({"quantities": []}, [("units of figures", ("container", "round"), ())]),
        (
            {"quantities": [{"point": 6800, "bound": "about", "unit": "container"}, {"high": 1000, "unit": "round"}]},
            [("point", 6700, 6800), ("bound", "gt", "none")],
        ),
    ],
)
def test_a_code_that_differs_is_named(codes: dict[str, Any], expected: list[Any], records: Corpus) -> None:
    assert differing(read_again(records, **codes)) == expected


def test_of_several_figures_in_one_unit_the_nearest_are_compared(records: Corpus) -> None:
    rounds = [{"low": 5, "unit": "round"}, {"low": 1010, "bound": "gt", "unit": "round"}]
    containers = {"point": 6700, "bound": "about", "unit": "container"}

    found = read_again(records, quantities=[*rounds, containers])

    assert ("low", 1000, 1010) in differing(found)
    assert found.fields["low"][1].units == 1


def test_a_field_that_the_coder_could_not_tell_is_no_disagreement(records: Corpus) -> None:
    found = read_again(records, mode="past", act=None, said=None, uncoded=["mode"])

    assert differing(found) == []
    assert [found.fields[name][1].units for name in ("mode", "act", "said", "hedge")] == [0, 0, 0, 1]


def test_an_institution_that_is_named_twice_is_not_another_one(records: Corpus) -> None:
    assert differing(read_again(records, on_behalf_of="defence-ministry")) == []


def test_the_first_code_counts_where_the_record_was_corrected_since(records: Corpus) -> None:
    assert differing(read_again(records, first={"act": "allege"})) == [("act", "allege", "state")]
    assert differing(read_again(records, first={"absent": ["quantities"]})) == [
        ("units of figures", (), ("container", "round"))
    ]


def test_readings_of_titles_only_are_counted_and_left_out(records: Corpus) -> None:
    found = read_again(records, act="allege", seen="title-only")

    assert (found.claims, found.title_only, found.disagreements) == (0, 1, ())


@pytest.mark.parametrize(
    ("codes", "reported"),
    [({"claim": "nobody-said-so"}, "'nobody-said-so'"), ({"claimant": "nobody-known"}, "'nobody-known'")],
)
def test_a_reading_of_nothing_that_exists_is_refused(codes: dict[str, Any], reported: str, records: Corpus) -> None:
    with pytest.raises(InvalidCoding, match=reported):
        read_again(records, **codes)


def test_two_readings_of_a_claim_by_one_coder_are_refused(records: Corpus) -> None:
    reading = {"claim": "ministry-containers", "coder": "second", "seen": "text"}

    with pytest.raises(InvalidCoding, match="two readings"):
        agreement(Coding((reading, reading)), records)


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("readings:\n  - claim: a-b\n    coder: c\n", "intercoder/r.yaml:2: .*'seen'"),
        (
            "readings:\n  - claim: a-b\n    coder: c\n    seen: text\n    act: alege\n",
            "intercoder/r.yaml:5: .*'allege'",
        ),
        ("readings:\n  - claim: a-b\n    coder: c\n    coder: d\n", "intercoder/r.yaml:4: "),
    ],
)
def test_a_faulty_file_of_readings_is_reported_with_its_line(text: str, reported: str, project: Project) -> None:
    (project.root / "intercoder").mkdir()
    (project.root / "intercoder" / "r.yaml").write_text(text)

    with pytest.raises(InvalidCoding, match=reported):
        intercoder.read(project)


def test_without_a_folder_there_are_no_readings(project: Project) -> None:
    assert intercoder.read(project) == Coding()


def test_the_command_prints_json_and_lists_what_differs(
    records: Corpus, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / "intercoder").mkdir()
    text = "readings:\n  - {claim: ministry-containers, coder: second, seen: text, act: allege, said: 2023-10-13}\n"
    (project.root / "intercoder" / "second.yaml").write_text(text)
    monkeypatch.chdir(project.root)
    reported = json.loads(CliRunner().invoke(command, ["--agreement", "--json"], catch_exceptions=False).stdout)
    lines = CliRunner().invoke(command, ["--agreement"], catch_exceptions=False).stdout

    compared = reported["with_records"]
    assert (compared["claims"], compared["coders"]) == (1, ["second"])
    assert reported["of_coders"]["claims"] == 0
    assert compared["fields"]["act"] == {"scale": "nominal", "units": 1, "agreement": 0.0, "alpha": 0.0}
    assert "  ministry-containers  act: state / allege\n" in lines
    assert "  ministry-containers  units of figures: container, round / none\n" in lines
