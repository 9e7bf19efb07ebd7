"""Independent origins: what counts once, what does not count, and properties that always hold."""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from alleged.asof import as_of
from alleged.errors import UnknownNameError
from alleged.origins.intervals import Interval, components, origins_of_topic
from alleged.origins.roots import Edges, find
from alleged.origins.timelines import timeline
from alleged.origins.utterances import ClaimText, Graph, Link, Utterance, gather, graph
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.tables import TABLES, all_tables, broken_references, derived_tables
from inside import run_inside
from paths import ROOT

DERIVED = [name for name, table in TABLES.items() if table.derive is not None]
START = date(2024, 1, 1)
LAST = START + timedelta(days=12)


@cache
def fixture() -> Corpus:
    reading = corpus.read(Project(ROOT / "tests" / "fixture"))
    assert reading.issues == ()
    return reading.corpus


def day(n: int) -> date:
    return START + timedelta(days=n)


def claim(id: str, principal: str = "p", known: int = 0, **other: object) -> Utterance:
    usual = {
        "id": id,
        "topic": "t",
        "claimants": (f"{principal}-speaker",),
        "principal": principal,
        "attribution": "named-person",
        "act": "allege",
        "stance": "yes",
        "party": False,
        "background": False,
        "public_on": day(known),
        "grounds": False,
        "disclosed": False,
        "evidence": (),
    }
    return Utterance(**{**usual, **other})  # type: ignore[arg-type]


def graph_of(claims: list[Utterance], *links: Link) -> Graph:
    texts = tuple(ClaimText(c.id, ("paper",), c.public_on) for c in claims)
    return graph({c.id: c for c in claims}, list(links), texts)


def follows(start: str, end: str, known: int = 0, type: str = "repeats") -> Link:
    return Link(start, end, type, day(known))


def interval(found: Graph, on: date = date.max, edges: Edges = "then") -> Interval:
    return origins_of_topic(found, "t", on, edges).interval


# What counts once


def test_one_government_counts_once_however_many_speak() -> None:
    claims = [claim(f"c{n}", "us", claimants=(f"speaker-{n}",), disclosed=True) for n in range(3)]

    assert interval(graph_of(claims)) == (1, 1)


def test_an_echo_has_the_origin_of_what_it_repeats() -> None:
    found = origins_of_topic(graph_of([claim("nis", "rok"), claim("nato", "nato", 1)], follows("nato", "nis", 1)), "t")

    assert found.interval == (0, 1)
    assert found.roots.path("nato", "nis") == ["nato", "nis"]
    assert found.withdrawals["rok"].unsupported == ["nato", "nis"]


def test_a_claim_with_a_basis_of_its_own_stays_a_root_beside_what_it_follows() -> None:
    claims = [claim("nis", "rok"), claim("cia", "us", 1, grounds=True)]

    assert find(graph_of(claims, follows("cia", "nis", 1, "relies-on"))).of("cia") == ["cia", "nis"]


@pytest.mark.parametrize("attribution", ["collective", "narrator"])
def test_collectives_and_narrators_are_no_origins(attribution: str) -> None:
    found = origins_of_topic(graph_of([claim("a", "many", attribution=attribution)]), "t")

    assert found.interval == (0, 0)
    assert [c.id for c in found.unattributed] == ["a"]


def test_shared_evidence_joins_origins_for_lo_even_by_way_of_one_that_shows_nothing() -> None:
    claims = [
        claim("a", "us", disclosed=True, evidence=("images",)),
        claim("b", "uk", evidence=("images",)),
        claim("c", "rok", disclosed=True, evidence=("images",)),
    ]

    assert interval(graph_of(claims)) == (1, 3)


@pytest.mark.parametrize("type", ["same-evidence", "possibly-same-origin"])
def test_a_tie_lowers_lo_and_leaves_hi(type: str) -> None:
    claims = [claim("a", "us", disclosed=True), claim("b", "uk", 1, disclosed=True)]

    assert interval(graph_of(claims)) == (2, 2)
    assert interval(graph_of(claims, follows("b", "a", 1, type))) == (1, 2)


def test_a_report_that_follows_two_origins_does_not_make_them_one() -> None:
    claims = [claim("a", "us", disclosed=True), claim("b", "uk", disclosed=True), claim("c", "un", 1)]

    assert interval(graph_of(claims, follows("c", "a", 1), follows("c", "b", 1))) == (2, 2)


def test_denials_and_background_are_no_origins() -> None:
    claims = [claim("a", stance="no", act="deny"), claim("b", "q", background=True)]

    assert interval(graph_of(claims)) == (0, 0)


# Two clocks


def test_a_link_counts_once_it_is_public_unless_hindsight_is_asked_for() -> None:
    found = graph_of([claim("nis", "rok"), claim("nato", "nato", 1)], follows("nato", "nis", 5))

    assert interval(found, day(1)) == (0, 2)
    assert interval(found, day(1), "current") == (0, 1)
    assert interval(found, day(5)) == (0, 1)
    assert [(d.date, d.hi) for d in timeline(found)] == [(day(0), 1), (day(1), 2), (day(5), 1)]


def test_a_tie_moves_to_the_root_behind_once_that_is_public() -> None:
    claims = [
        claim("a", "us", 1, disclosed=True),
        claim("b", "uk", 1, disclosed=True),
        claim("more", "us", 1, disclosed=True),
        claim("x", "rok"),
    ]
    found = graph_of(claims, follows("b", "a", 1, "possibly-same-origin"), follows("a", "x", 5))

    assert [interval(found, day(n)) for n in (1, 5)] == [(1, 3), (2, 3)]
    assert [(d.lo, d.hi) for d in timeline(found)] == [(0, 1), (1, 3), (2, 3)]


def test_hindsight_names_an_origin_that_was_not_public_then() -> None:
    found = graph_of(
        [claim("secret", "rok", 9), claim("a", "nato", 1), claim("b", "eu", 2)],
        follows("a", "secret", 1),
        follows("b", "secret", 2),
    )

    assert interval(found, day(2)) == (0, 2)
    assert interval(found, day(2), "current") == (0, 1)
    assert list(origins_of_topic(found, "t", day(2), "current").origins) == ["rok"]


def test_a_claim_without_a_last_day_of_publication_is_never_certainly_public() -> None:
    found = graph_of([claim("a"), claim("b", "q")._replace(public_on=date.max)])

    assert interval(found, date(9999, 12, 30)) == (0, 1)
    assert [d.hi for d in timeline(found)] == [1]


# Anything at all


some = settings(max_examples=60)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    claims = [
        claim(
            f"c{n:02}",
            draw(st.sampled_from("pqrs")),
            draw(st.integers(0, 9)),
            topic=draw(st.sampled_from(["t", "t", "t", "u"])),
            attribution=draw(st.sampled_from(["named-person", "named-person", "unnamed-role", "narrator"])),
            stance=draw(st.sampled_from(["yes", "yes", "yes", "no", "open"])),
            grounds=draw(st.booleans()),
            disclosed=draw(st.booleans()),
            evidence=tuple(draw(st.sets(st.sampled_from("xyz"), max_size=2))),
        )
        for n in range(draw(st.integers(1, 9)))
    ]
    types = st.sampled_from(["repeats", "relies-on", "repeats", "same-evidence", "possibly-same-origin"])
    pairs = [(a.id, b.id) for n, a in enumerate(claims) for b in claims[:n]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=10)) if pairs else []
    days = {c.id: (c.public_on - START).days for c in claims}
    links = [follows(a, b, draw(st.integers(days[a], 11)), draw(types)) for a, b in chosen]
    return graph_of(claims, *links)


def naive(found: Graph, on: date) -> Interval:
    """Return the interval straight from its definition, with no thought of speed."""
    seen = {id: c for id, c in found.utterances.items() if c.public_on <= on}
    leads = {id: [k.end for k in found.links if k.start == id and k.public_on <= on and k.end in seen] for id in seen}

    def roots(id: str) -> set[str]:
        own = {id} if seen[id].attribution != "narrator" and (not leads[id] or seen[id].grounds) else set()
        return own.union(*(roots(end) for end in leads[id]))

    ends = set().union(*(roots(id) for id, c in seen.items() if c.topic == "t" and c.counts))
    shown = {seen[r].principal for r in ends if seen[r].disclosed}
    ties = [k for k in found.ties if k.public_on <= on and k.start in seen and k.end in seen]
    near = {(a, b) for k in ties for a in roots(k.start) & ends for b in roots(k.end) & ends}
    near |= {(a, b) for a in ends for b in ends if set(seen[a].evidence) & set(seen[b].evidence)}
    parts = [{p} for p in shown]
    for a, b in near:
        one, other = ([part for part in parts if seen[r].principal in part] for r in (a, b))
        if one and other and one != other:
            parts = [part for part in parts if part not in (one[0], other[0])] + [one[0] | other[0]]
    return Interval(len(parts), len({seen[r].principal for r in ends}))


@some
@given(graphs())
def test_the_interval_is_what_its_definition_says_on_every_day(found: Graph) -> None:
    for n in range(13):
        assert interval(found, day(n)) == naive(found, day(n))
        lo, hi = interval(found, day(n))
        assert 0 <= lo <= hi


@some
@given(graphs(), st.sampled_from(["then", "current"]))
def test_the_timeline_has_the_interval_of_each_day(found: Graph, edges: Edges) -> None:
    rows = {row.date: row for row in timeline(found, edges) if row.topic == "t"}
    for n in range(13):
        back = origins_of_topic(found, "t", day(n), edges)
        held = max((d for d in rows if d <= day(n)), default=None)
        if held is None:
            assert back.interval == (0, 0)
            continue
        row = rows[held]
        assert (row.lo, row.hi) == back.interval
        assert row.origin_ids == list(back.origins)
        assert row.root_ids == sorted(root.id for roots in back.origins.values() for root in roots)
        assert (row.n_claims, row.n_claim_texts) == (len(back.claims), len(back.texts))


@some
@given(graphs(), st.data())
def test_an_echo_or_another_spokesman_or_a_copy_never_raises_hi(found: Graph, data: st.DataObject) -> None:
    before = origins_of_topic(found, "t")
    ids = sorted(c.id for c in before.claims)
    if not before.origins or not ids:
        return
    said = data.draw(st.sampled_from(ids))
    principal = data.draw(st.sampled_from(list(before.origins)))
    echo = claim("new", "another", 9)
    links = [*found.links, *found.ties]

    echoed = graph({**found.utterances, "new": echo}, [*links, follows("new", said, 9)], found.texts)
    voiced = graph({**found.utterances, "new": claim("new", principal, 9)}, links, found.texts)
    copied = replace(found, texts=(*found.texts, ClaimText(said, ("another paper",), day(9))))

    assert [interval(g).hi for g in (echoed, voiced, copied)] == [before.interval.hi] * 3


@some
@given(graphs())
def test_a_disclosed_origin_of_its_own_raises_both(found: Graph) -> None:
    lo, hi = interval(found)
    more = replace(found, utterances={**found.utterances, "new": claim("new", "another", 9, disclosed=True)})

    assert interval(more) == (lo + 1, hi + 1)


@some
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(found: Graph, chance: random.Random) -> None:
    claims, links = list(found.utterances.items()), [*found.links, *found.ties]
    chance.shuffle(claims)
    chance.shuffle(links)
    mixed = graph(dict(claims), links, found.texts[::-1])

    assert list(timeline(mixed)) == list(timeline(found))
    ways, again = find(found), find(mixed)
    assert {c: {r: (w.hops, ways.path(c, r)) for r, w in to.items()} for c, to in ways.paths.items()} == {
        c: {r: (w.hops, again.path(c, r)) for r, w in to.items()} for c, to in again.paths.items()
    }


@some
@given(graphs(), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=8))
def test_cycles_of_dependences_end(found: Graph, back: list[tuple[int, int]]) -> None:
    ids = sorted(found.utterances)
    turned = [follows(ids[a % len(ids)], ids[b % len(ids)], 9) for a, b in back]
    circular = graph(found.utterances, [*found.links, *found.ties, *turned], found.texts)

    lo, hi = interval(circular)

    assert 0 <= lo <= hi
    roots = find(circular)
    for id, ways in roots.paths.items():
        assert [roots.path(id, root)[-1] for root in ways] == list(ways)


def test_a_chain_of_many_thousand_links_is_followed_without_recursion() -> None:
    many = 5000
    claims = [claim(f"c{n:05}", f"p{n}") for n in range(many)]
    found = graph_of(claims, *(follows(f"c{n:05}", f"c{n - 1:05}") for n in range(1, many)))

    assert find(found).paths[f"c{many - 1:05}"]["c00000"].hops == many - 1


def test_groups_that_overlap_are_one_component() -> None:
    assert components("abcde", [("a", "b"), ("c", "d"), ("b", "x", "c")]) == 2


# Records and tables


def altered(found: Corpus, **changes: dict) -> Corpus:
    records = tuple(
        replace(record, data={**record.data, **changes[record.id]}) if record.id in changes else record
        for record in found.records
    )
    return replace(found, records=records)


def test_a_withdrawn_claim_counts_as_if_it_had_never_been_recorded_and_may_come_back() -> None:
    gone = {"status": "withdrawn", "status_reason": "Misread.", "status_on": "2025-08-01"}
    without = replace(fixture(), records=tuple(r for r in fixture().records if r.id != "f14"))
    tables, whole = all_tables(altered(fixture(), f14=gone)), all_tables(fixture())

    left_out, back = all_tables(without), all_tables(altered(altered(fixture(), f14=gone), f14={"status": "active"}))

    for name in DERIVED:
        assert_frame_equal(tables[name], left_out[name])
        assert_frame_equal(back[name], whole[name])


@pytest.mark.parametrize("seed", range(3))
def test_derived_tables_do_not_depend_on_the_order_of_records(seed: int) -> None:
    records = list(fixture().records)
    random.Random(seed).shuffle(records)
    mixed = all_tables(replace(fixture(), records=tuple(records)))

    for name, frame in all_tables(fixture()).items():
        assert_frame_equal(mixed[name], frame)


@pytest.mark.parametrize("project", ["fixture", "shipped"])
def test_tables_and_records_give_the_same_timeline(project: str) -> None:
    records = fixture() if project == "fixture" else corpus.read(Project(ROOT)).corpus

    frame = all_tables(records)["topic_timeline"]

    assert frame.drop("origin_ids", "root_ids").rows() == [row[:-2] for row in timeline(gather(records))]


@pytest.mark.parametrize(
    ("basis", "root", "confirm_only"),
    [
        (["other-claim"], "f03", 0),
        (["unstated"], "f04", 1),
        (None, "f04", 1),
        (["unstated", "other-claim"], "f04", 0),
        (["intelligence-undisclosed"], "f04", 0),
        (["intelligence-undisclosed", "other-claim"], "f04", 0),
    ],
)
def test_a_confirmation_is_an_origin_unless_it_rests_on_the_other_claim_alone(
    basis: list[str] | None, root: str, confirm_only: int
) -> None:
    """f04 confirms f03 on behalf of South Korea, and both are the only claims left."""
    confirms = [{"type": "confirms", "to": "f03", "basis": "stated-by-source"}]
    found = altered(fixture(), f04={"relations": confirms, "basis": basis or [], "quantities": []})
    found = replace(found, records=tuple(r for r in found.records if r.id in ("f03", "f04") or r.kind != "claims"))
    tables = all_tables(found)

    assert tables["origins"].filter(claim_id="f04")["root_id"].to_list() == [root]
    assert gather(found).utterances["f04"].only_confirms == (confirm_only == 1)
    last = tables["topic_timeline"].row(-1, named=True)
    assert (last["hi"], last["n_confirm_only"]) == (1 if root == "f03" else 2, confirm_only)
    at = origins_of_topic(gather(found), "dprk-munitions-to-russia")
    assert sorted(at.only_confirming) == ["rok"][:confirm_only]


def test_a_linked_response_has_one_row_and_an_acknowledgement_replaces_the_row_without_one() -> None:
    admits = {"act": "acknowledge", "stance": "yes", "relations": []}
    answers = {"denial_scope": "full", "relations": [{"type": "denies", "to": "f02", "basis": "curator"}]}
    found = all_tables(altered(fixture(), f08={**admits}, f01={**answers}))["responses"]

    rows = found.filter(claim_id="f02").select("type", "response_id", "linked", "by_party", "lag_days_hi").rows()
    assert rows == [("denies", "f01", True, True, -41), ("acknowledges", "f08", False, True, 562)]
    assert all_tables(altered(fixture(), f08=admits))["topic_timeline"]["has_acknowledgement"].to_list().count(True) > 0


# As of a day

DAYS = ["2022-09-22", "2023-10-16", "2024-05-16", "2024-06-18", "2024-12-31"]


def core(found: Corpus) -> dict[str, pl.DataFrame]:
    return {name: frame for name, frame in all_tables(found).items() if name not in DERIVED}


@cache
def cores(project: str) -> dict[str, pl.DataFrame]:
    return core(fixture() if project == "fixture" else corpus.read(Project(ROOT)).corpus)


@pytest.mark.parametrize("project", ["fixture", "shipped"])
def test_as_of_the_last_day_everything_is_public(project: str) -> None:
    whole = {**cores(project), **derived_tables(cores(project))}

    for name, frame in as_of(cores(project), date.max).items():
        assert_frame_equal(frame, whole[name])


def later(tables: dict[str, pl.DataFrame], known: str) -> Iterator[date]:
    """Yield the days on which the rows of the tables became public."""
    bound = "hi" if known == "certain" else "lo"
    copied = tables["sources"]["syndicated_from_id"].drop_nulls()
    sources = tables["sources"].filter(~pl.col("source_id").is_in(copied.implode()))
    for name, column in (("claims", "known"), ("relations", "known")):
        yield from tables[name][f"{column}_{bound}"].drop_nulls()
    yield from sources[f"published_{bound}"].drop_nulls()
    yield from tables["evidence"][f"released_{bound}"].drop_nulls()
    yield from tables["instruments"][f"signed_{bound}"].drop_nulls()
    yield from tables["topic_timeline"]["date"]
    yield from tables["responses"]["censored_on"].drop_nulls() if known == "certain" else ()


@pytest.mark.parametrize(
    ("project", "known", "on"),
    [
        *(("fixture", "certain", on) for on in DAYS),
        *(("fixture", "possible", on) for on in DAYS[1::2]),
        *(("shipped", known, "2024-06-18") for known in ("certain", "possible")),
    ],
)
def test_as_of_a_day_shows_nothing_that_was_published_later(project: str, known: str, on: str) -> None:
    tables = as_of(cores(project), on, known)  # type: ignore[arg-type]

    assert max(later(tables, known)) <= date.fromisoformat(on)
    assert broken_references(lambda table, column: tables[table][column]) == []
    for name, frame in tables.items():
        TABLES[name].validate(frame)


@pytest.mark.parametrize(
    ("project", "first", "second"),
    [("fixture", DAYS[4], DAYS[1]), ("fixture", DAYS[3], DAYS[2]), ("shipped", DAYS[4], DAYS[1])],
)
def test_as_of_a_day_in_tables_as_of_a_later_day_gives_the_same(project: str, first: str, second: str) -> None:
    between = {name: frame for name, frame in as_of(cores(project), first).items() if name not in DERIVED}

    again = as_of(between, second)
    for name, frame in as_of(cores(project), second).items():
        assert_frame_equal(again[name], frame)


@pytest.mark.parametrize("on", DAYS)
def test_the_timeline_as_of_a_day_is_that_of_the_release_up_to_the_day(on: str) -> None:
    stored = derived_tables(cores("fixture"))["topic_timeline"].filter(pl.col("date") <= date.fromisoformat(on))

    assert_frame_equal(as_of(cores("fixture"), on)["topic_timeline"], stored)


def test_tables_of_an_older_release_are_refused_by_the_column_that_they_lack() -> None:
    older = {**cores("fixture"), "relations": cores("fixture")["relations"].rename({"type": "kind"})}

    with pytest.raises(UnknownNameError, match=r"no column relations.type: .* schema version 2, so choose"):
        as_of(older, "2024-06-18")


def test_later_dates_of_a_treaty_are_null() -> None:
    treaty = as_of(cores("fixture"), "2024-11-10")["instruments"].filter(instrument_id="ru-kp-treaty-2024")

    assert treaty.select("signed_edtf", "in_force_edtf", "ratified_by_ids").rows() == [("2024-06-19", None, ["russia"])]


def test_what_may_have_been_public_is_more_than_what_certainly_was() -> None:
    certain, possible = (as_of(cores("fixture"), "2024-05-16", known)["claims"] for known in ("certain", "possible"))

    assert set(possible["claim_id"]) - set(certain["claim_id"]) == {"f08"}


# On the command line


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return run_inside(ROOT / "tests" / "fixture", *words)


def test_origins_are_printed_with_names_paths_and_claims_without_support() -> None:
    printed = run("origins", "dprk-munitions-to-russia", "--as-of", "2024-06-18").stdout

    assert "independent origins: 1 to 2\n" in printed
    assert "South Korea (rok): no evidence disclosed, cannot be ruled out\n" in printed
    assert "    ← f10 → f05\n" in printed
    assert "  without it: 0 to 1; it alone supports f04\n" in printed
    assert "  without f03 alone: 0 to 2\n" in printed
    assert "no origin: s11 (collective)\n" in printed


def test_commands_on_a_topic_give_json_and_need_no_tables() -> None:
    code = (
        "import sys, json; from alleged.cli import group\n"
        "for words in (['origins', T], ['timeline', T], ['quantities', T]):\n"
        "    group.main([*words, '--json'], standalone_mode=False)\n"
        "assert not {'polars', 'pandera', 'jsonschema'} & set(sys.modules)\n"
    ).replace("T]", "'dprk-munitions-to-russia']")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tests" / "fixture", capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert '"hi": 4' in done.stdout


def test_figures_are_printed_with_the_reason_why_they_may_not_be_compared() -> None:
    printed = run("quantities", "dprk-munitions-to-russia").stdout

    assert "more than 15,800 [container]" in printed
    assert "comparable with f13" in printed
    assert "comparable with none here: the start of its window is not stated" in printed


def test_an_unknown_topic_is_answered_with_the_nearest_name() -> None:
    done = run("origins", "dprk-munition-to-russia")

    assert done.returncode == 2
    assert "did you mean 'dprk-munitions-to-russia'?" in done.stderr
