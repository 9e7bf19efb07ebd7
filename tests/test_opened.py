"""An open release answers the questions of the command line, from its tables alone."""

import json
from pathlib import Path

import polars as pl
import pytest

import alleged
from alleged.api import Release
from alleged.errors import UnknownNameError
from inside import run_inside
from paths import ROOT

TOPIC = "dprk-munitions-to-russia"


@pytest.fixture(scope="module")
def stable() -> Release:
    index = json.loads((ROOT / "datasets" / "index.json").read_text(encoding="utf-8"))
    return alleged.open(index["channels"]["stable"], catalogue=ROOT / "datasets")


def command(release: Release, *words: str) -> str:
    done = run_inside(ROOT, *words, "--release", release.release)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("day", [None, "2024-06-18", "2023-01-01"])
def test_origins_are_those_of_the_command(stable: Release, day: str | None) -> None:
    options = ("--as-of", day) if day else ()
    shown = json.loads(command(stable, "origins", TOPIC, "--json", *options))
    found = stable.origins_of(TOPIC, as_of=day)

    assert (found.topic, found.lo, found.hi) == (TOPIC, shown["lo"], shown["hi"])
    assert list(found.names) == [origin["origin"] for origin in shown["origins"]]
    assert found.paths == [path for origin in shown["origins"] for path in origin["paths"]]
    assert len(found.names) == found.hi


def test_a_release_as_of_a_day_is_a_release_with_the_tables_of_that_day(stable: Release) -> None:
    then = stable.as_of("2024-06-18")
    frames = alleged.as_of("2024-06-18", release=stable.release, catalogue=ROOT / "datasets")

    assert isinstance(then, Release)
    assert then.day == "2024-06-18"
    assert all(then.load(name).equals(frame) for name, frame in frames.items())
    assert then.scan("claims").select(pl.len()).collect().item() == then.claims.height < stable.claims.height
    assert then.origins_of(TOPIC) == stable.origins_of(TOPIC, as_of="2024-06-18")
    assert stable.day is None


def test_a_trace_has_one_row_for_each_source_with_link_record_and_commit(stable: Release) -> None:
    claim = stable.appearances.filter(pl.col("quote").is_not_null())["claim_id"][0]
    rows = stable.trace(claim)
    printed = stable.appearances.filter(claim_id=claim).sort("seq")

    assert rows["source_id"].to_list() == printed["source_id"].to_list()
    assert rows["quote"].to_list() == printed["quote"].to_list()
    assert all("#:~:text=" in link for link in rows.filter(pl.col("quote").is_not_null())["link"])
    assert set(rows["commit"]) == {stable.manifest["source"]["commit"]}
    written = stable.claims.filter(claim_id=claim)
    assert set(rows["record"]) == {f"{written['record_path'][0]}:{written['record_line'][0]}"}


def test_figures_are_those_of_the_command_with_names(stable: Release) -> None:
    shown = json.loads(command(stable, "quantities", TOPIC, "--json"))
    rows = stable.quantities_of(TOPIC)

    assert sorted(rows["claim_id"]) == sorted(figure["claim"] for figure in shown)
    assert rows["principal"].null_count() == rows["claimant"].null_count() == 0
    assert sorted(rows["comparable_key"].drop_nulls()) == sorted(
        f["comparable_key"] for f in shown if f["comparable_key"]
    )


def test_find_and_timeline_are_those_of_the_commands(stable: Release) -> None:
    shown = json.loads(command(stable, "find", "kim", "--kind", "actors", "--json"))
    assert stable.find("kim", kind="actors")["id"].to_list() == [match["id"] for match in shown]

    days = json.loads(command(stable, "timeline", TOPIC, "--json"))
    assert [day.isoformat() for day in stable.timeline_of(TOPIC)["date"]] == [day["date"] for day in days]
    assert stable.timeline_of(TOPIC)[
        "n_origins_hi" if "n_origins_hi" in stable.topic_timeline.columns else "hi"
    ].to_list() == [day["hi"] for day in days]


def test_unknown_ids_are_answered_with_near_ones(stable: Release) -> None:
    with pytest.raises(UnknownNameError, match=f"there is no topic '{TOPIC}s'; did you mean '{TOPIC}'"):
        stable.origins_of(f"{TOPIC}s")
    with pytest.raises(UnknownNameError, match="there is no claim"):
        stable.trace("nothing")


def test_releases_of_older_schemas_say_so(stable: Release) -> None:
    older = alleged.open("2026.11.1", catalogue=ROOT / "datasets")

    with pytest.raises(UnknownNameError, match="version 2 is needed"):
        older.trace("anything")


def test_tab_completion_shows_the_public_names_only() -> None:
    assert dir(alleged) == sorted({*alleged.__all__, "open"})
    assert {"origins_of", "trace", "as_of", "claims"} <= {*dir(alleged.open("2026.11.2", catalogue=ROOT / "datasets"))}


def test_types_of_the_package_are_exported() -> None:
    assert (Path(alleged.__file__).parent / "py.typed").is_file()


def test_codes_are_attributes_and_a_mistyped_one_is_an_error() -> None:
    assert alleged.codes.act.deny == "deny"
    assert alleged.codes.predicate.transfers_munitions == "transfers-munitions"
    assert alleged.codes.measure.asset_freeze == "Asset freeze"
    assert "deny" in dir(alleged.codes.act)
    assert "relation_type" in dir(alleged.codes)
    assert [*alleged.codes.stance] == ["yes", "no", "open"]
    with pytest.raises(AttributeError, match="the list 'act' has no code 'denny'; did you mean 'deny'"):
        _ = alleged.codes.act.denny
    with pytest.raises(AttributeError, match="there is no code list 'acts'; did you mean 'act'"):
        _ = alleged.codes.acts


def test_the_codes_of_a_list_are_joined_to_their_columns(stable: Release) -> None:
    columns = stable.codebook().filter(pl.col("codes").is_not_null())
    joined = 0
    for table, column, codes in columns.select("table", "column", "codes").iter_rows():
        frame = stable.load(table)
        for name in stable.vocabulary["list"].cast(pl.String).unique():
            listed = stable.codes_of(name)
            if listed["code"].to_list() == list(codes) and frame[column].dtype == listed["code"].dtype:
                rows = frame.filter(pl.col(column).is_not_null())
                assert rows.join(listed, left_on=column, right_on="code").height == rows.height
                joined += 1
    assert joined > 20

    with pytest.raises(UnknownNameError, match="there is no code list 'acts'; did you mean 'act'"):
        stable.codes_of("acts")


def test_duckdb_joins_codes_too(stable: Release) -> None:
    answer = stable.sql("select count(*) n from claims join vocabulary on list = 'act' and code = act")
    assert answer["n"][0] == stable.claims.height
