import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from nanoarrow import c_array_stream
from nanoarrow.c_schema import CSchema
from nanoarrow.ipc import InputStream
from polars.testing import assert_frame_equal

from alleged.asof import as_of
from alleged.dates import parse
from alleged.errors import VerificationError
from alleged.origins.figures import comparable_key
from alleged.origins.publication import earliest, origin
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.schemas import definitions
from alleged.schemas.vocabularies import vocabulary
from alleged.tables import TABLES, Table, all_tables, broken_references
from alleged.tables.columns import Row, contract, date_columns, date_values, text
from alleged.tables.graph import DESCRIPTIVE, Inputs, WithoutDescriptive

REGISTRY = """\
actors:
  - {id: undetermined, name: Undetermined, kind: undetermined}
  - id: rok
    name: South Korea
    short_name: ROK
    kind: state
    ids: {iso3166: KR, cow: '732'}
    id_sources: {cow: wire-1}
  - {id: dprk, name: North Korea, kind: state, ids: {iso3166: KP}}
  - {id: russia, name: Russia, kind: state, ids: {iso3166: RU}}
  - id: rok-nis
    name: National Intelligence Service
    kind: organ
    names: [{text: 국가정보원, lang: ko, from: '1999'}]
    part_of: [{of: rok, from: '1961'}]
  - id: lawmaker
    name: A Lawmaker
    kind: person
    public_role: Member of parliament
    memberships: [{of: rok, role: member}]
  - {id: kcna, name: KCNA, kind: outlet, part_of: [{of: dprk}]}
  - {id: daily, name: The Daily, kind: outlet}
  - {id: herald, name: The Herald, kind: outlet}
  - {id: wire, name: The Wire, kind: outlet}
topics:
  - {id: arms, question: Did the DPRK arm anyone?, predicate: transfers-arms, subject: [dprk], item: arms}
  - id: shells
    question: Did the DPRK give Russia shells?
    predicate: transfers-munitions
    subject: [dprk]
    object: [russia]
    item: munitions
    instrument: [res-1718]
    broader: arms
instruments:
  - id: res-1718
    kind: unsc-resolution
    title: Resolution 1718
    adopted: 2006-10-14
    measures: [Arms embargo]
    ratified: [{by: rok, on: '2007'}]
    provisions: [{para: '8', summary: No arms out of the country.}]
  - id: list-2024
    kind: designation
    title: Listing of two ministries
    issuer: [rok]
    adopted: 2024-05-02
    targets: [rok-nis, russia, undetermined]
    list: Second list
    listings: [{target: russia, ref: R-7, listed: 2024-05-04, delisted: 2024-07}]
evidence:
  - {id: images, kind: image-set, title: Images of a port, held_by: rok-nis, released: 2023-11~}
assessments:
  - id: view
    claim: nis-shells
    assessor: c-1
    scheme: admiralty
    on: 2026-11-24
    credibility: '3'
    rationale: One origin.
"""

ARTICLES = """\
defaults: {topic: shells, recorded: {by: c-1, on: 2026-11-24}}
sources:
  - id: wire-1
    kind: article-newspaper
    publisher: [wire]
    published: 2023-11-02
    lang: en
    url: https://wire.example/1
    seen: consulted
    syndicated_from: {agency: herald, basis: possible}
  - id: daily-1
    kind: article-newspaper
    publisher: [daily]
    published: 2023-11
    lang: fr
    url: https://daily.example/1
    seen: consulted
    syndicated_from: {source: wire-1, basis: byline}
    archived:
      - {uri: 'https://archive.example/new', at: 2024-02}
      - {uri: 'https://archive.example/old', at: 2024-02-15}
  - id: kcna-1
    kind: webpage
    publisher: [kcna, daily]
    published: ../2022-09-22
    lang: ko
    url: https://kcna.example/1
    seen: consulted
claims:
  - id: standing-denial
    claimant: kcna
    act: deny
    attribution: document
    denial_scope: blanket
    said: 2022-09-22
    sources: [{id: kcna-1}]
    summary: Nothing was ever exported.
    relations: [{type: denies, to: shells, basis: curator}]
  - id: nis-shells
    claimant: rok-nis
    co_claimants: [russia]
    via: [lawmaker]
    act: allege
    said: 2023-11-01
    when: 2023-08~/..
    basis: [imagery-released, unstated]
    evidence: [images]
    sources:
      - {id: daily-1, quote: un million d'obus, translated: true, utterance_lang: ko}
      - {id: wire-1, quote: a million, lang: en-GB, locator: para 2}
    summary: Over a million shells went to Russia.
    quantities:
      - low: 1000000
        bound: gt
        unit: round
        item: artillery-shell
        window: 2023-08~/..
        cumulative: true
        verbatim: a million
      - {point: 2000, unit: container, basis: capacity, from: {quantity: 1}}
    response_sought:
      - {on: 2026-11-20, by: c-1, queries: [shells denied, МИД КНДР снаряды]}
      - {on: 2026-11-28, by: c-2, queries: [munitions Pyongyang rejects], note: In two search engines.}
  - id: lawmaker-ammo
    claimant: lawmaker
    on_behalf_of: russia
    act: allege
    subject: [rok-nis]
    item: explosives
    said: 2023-11-03?
    sources: [{id: wire-1}]
    summary: It may be less.
    status: withdrawn
    status_reason: The page was misread.
    status_on: 2026-11-25
    quantities: [{low: 1.5, high: 2.5, unit: tonne, window: '2023', from: {claim: nis-shells, quantity: 2}}]
    relations: [{type: estimates-from, to: nis-shells, basis: stated-by-source, source: daily-1, note: It says so.}]
"""


@pytest.fixture
def records(project: Project) -> Corpus:
    (project.claims / "a.yaml").write_text(REGISTRY, encoding="utf-8")
    (project.claims / "b.yaml").write_text(ARTICLES, encoding="utf-8")
    reading = corpus.read(project)
    assert reading.issues == ()
    return reading.corpus


def line_of(claim: str) -> int:
    return ARTICLES[: ARTICLES.index(f"  - id: {claim}")].count("\n") + 1


def rows_of(name: str, columns: list[str], records: Corpus) -> pl.DataFrame:
    return all_tables(records)[name].select(columns)


def expected(name: str, rows: dict[str, list]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={column: TABLES[name].dtypes[column] for column in rows})


@pytest.mark.parametrize("name", TABLES)
def test_every_table_fulfils_its_contract(name: str, records: Corpus) -> None:
    table = TABLES[name]

    frame = all_tables(records)[name]

    table.validate(frame)
    assert frame.height > 0
    assert frame.schema == table.dtypes
    assert frame.n_chunks() == 1
    assert_frame_equal(frame, frame.sort(table.key))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_records_has_its_columns(name: str) -> None:
    frame = all_tables(Corpus(()))[name]

    TABLES[name].validate(frame)
    assert frame.schema == TABLES[name].dtypes


COUNTS = {name: table.count for name, table in TABLES.items() if table.count is not None}


@pytest.mark.parametrize("name", COUNTS)
def test_the_ledger_of_a_core_table_counts_its_rows(name: str, records: Corpus) -> None:
    for found in (records, Corpus(())):
        assert TABLES[name].frame(found).height == COUNTS[name](found)


def test_tables_of_the_graph_are_those_that_cannot_do_without_it(records: Corpus) -> None:
    class WithoutGraph(Inputs):
        @property
        def graph(self) -> Any:
            raise LookupError("no graph")

    inputs = WithoutGraph(all_tables(records))

    def needs_it(table: Table) -> bool:
        try:
            table.derived_frame(inputs)
        except LookupError:
            return True
        return False

    derived = [table for table in TABLES.values() if table.derive]
    assert [table.of_graph for table in derived] == list(map(needs_it, derived))
    assert {table.of_graph for table in TABLES.values() if not table.derive} == {False}


def test_only_flat_tables_need_descriptive_columns(records: Corpus) -> None:
    core = all_tables(records)
    inputs = Inputs(WithoutDescriptive(core))

    for table in (table for table in TABLES.values() if table.derive):
        if table.flat:
            with pytest.raises(pl.exceptions.ColumnNotFoundError):
                table.derived_frame(inputs)
        else:
            assert table.derived_frame(inputs).equals(core[table.name])


def test_descriptive_columns_exist_and_are_neither_keys_nor_references() -> None:
    core = [table for table in TABLES.values() if table.rows]

    assert {column for table in core for column in table.dtypes} >= DESCRIPTIVE
    for table in core:
        assert DESCRIPTIVE.isdisjoint({*table.key, table.owner, *table.references})


def test_tables_are_built_from_records_or_derived_from_other_tables(records: Corpus) -> None:
    inputs = Inputs(all_tables(records))

    for name, table in TABLES.items():
        assert (table.rows is None) == (table.count is None) == (table.derive is not None) == (name not in COUNTS)
        with pytest.raises(TypeError, match="call `frame`" if name in COUNTS else "call `derived_frame`"):
            table.derived_frame(inputs) if name in COUNTS else table.frame(records)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_description_that_says_what_null_means(name: str) -> None:
    for column in TABLES[name].schema.columns.values():
        assert column.description
        assert column.nullable == (" Null: " in column.description), column.name


@pytest.mark.parametrize("name", TABLES)
def test_no_key_is_ever_null(name: str) -> None:
    table = TABLES[name]

    assert table.key
    assert not any(table.schema.columns[column].nullable for column in table.key)


def test_claims_carry_what_follows_from_their_topic_and_their_sources(records: Corpus) -> None:
    rows = {
        "claim_id": ["lawmaker-ammo", "nis-shells", "standing-denial"],
        "predicate": ["transfers-munitions"] * 3,
        "principal_id": ["russia", "rok", "dprk"],
        "co_claimant_ids": [None, ["russia"], None],
        "attribution": ["named-person", "named-institution", "document"],
        "stance": ["yes", "yes", "no"],
        "background": [False] * 3,
        "item": ["explosives", "munitions", "munitions"],
        "instrument_ids": [["res-1718"]] * 3,
        "known_lo": [date(2023, 11, 2), date(2023, 11, 1), None],
        "known_hi": [date(2023, 11, 2), date(2023, 11, 2), date(2022, 9, 22)],
        "claim_basis": [None, ["imagery-released", "unstated"], None],
        "basis_disclosed": [None, "part", None],
        "is_party": [True, False, True],
        "n_texts": [1, 1, 1],
        "n_publishers": [1, 1, 2],
        "status": ["withdrawn", "active", "active"],
        "status_on": [date(2026, 11, 25), None, None],
        "record_path": ["claims/b.yaml"] * 3,
        "record_line": [line_of("lawmaker-ammo"), line_of("nis-shells"), line_of("standing-denial")],
    }

    assert_frame_equal(rows_of("claims", list(rows), records), expected("claims", rows))


def test_a_stated_stance_is_that_of_the_table(project: Project) -> None:
    partial = ARTICLES.replace("scope: blanket", "scope: partial\n    stance: open")
    (project.claims / "a.yaml").write_text(REGISTRY, encoding="utf-8")
    (project.claims / "b.yaml").write_text(partial, encoding="utf-8")

    claims = TABLES["claims"].frame(corpus.read(project).corpus)

    assert claims.filter(claim_id="standing-denial")["stance"].to_list() == ["open"]


def test_listings_have_a_row_for_each_name_with_what_is_known_of_it(records: Corpus) -> None:
    rows = {
        "instrument_id": ["list-2024"] * 2,
        "target_id": ["rok-nis", "russia"],
        "issuer_ids": [["rok"]] * 2,
        "listed_edtf": ["2024-05-02", "2024-05-04"],
        "delisted_edtf": [None, "2024-07"],
        "delisted_hi": [None, date(2024, 7, 31)],
        "list": ["Second list"] * 2,
        "list_ref": [None, "R-7"],
    }

    assert_frame_equal(rows_of("listings", list(rows), records), expected("listings", rows))


@pytest.mark.parametrize(
    ("on", "known"),
    [
        ("2024-05-01", []),
        ("2024-05-02", [("rok-nis", None)]),
        ("2024-07-30", [("rok-nis", None), ("russia", None)]),
        ("2024-07-31", [("rok-nis", None), ("russia", "2024-07")]),
    ],
)
def test_as_of_a_day_a_name_is_listed_once_it_was_and_until_it_came_off(
    records: Corpus, on: str, known: list[tuple[str, str | None]]
) -> None:
    core = {name: table.frame(records) for name, table in TABLES.items() if table.derive is None}

    assert as_of(core, on)["listings"].select("target_id", "delisted_edtf").rows() == known


def test_each_query_of_each_search_for_an_answer_has_a_row(records: Corpus) -> None:
    rows = {
        "claim_id": ["nis-shells"] * 3,
        "seq": [1, 1, 2],
        "query_seq": [1, 2, 1],
        "query": ["shells denied", "МИД КНДР снаряды", "munitions Pyongyang rejects"],
        "searched_on": [date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 28)],
        "searched_by": ["c-1", "c-1", "c-2"],
        "search_note": [None, None, "In two search engines."],
        "record_line": [line_of("nis-shells")] * 3,
    }

    assert_frame_equal(rows_of("response_searches", list(rows), records), expected("response_searches", rows))


@pytest.mark.parametrize(
    ("on", "searched"),
    [
        ("2023-11-02", None),
        ("2026-11-19", None),
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-27", date(2026, 11, 20)),
        ("2026-11-28", date(2026, 11, 28)),
    ],
)
def test_a_claim_without_an_answer_has_the_last_day_up_to_then_on_which_one_was_looked_for(
    records: Corpus, on: str, searched: date | None
) -> None:
    core = {name: table.frame(records) for name, table in TABLES.items() if table.derive is None}

    unanswered = as_of(core, on)["responses"].filter(pl.col("response_id").is_null(), claim_id="nis-shells")

    assert unanswered["searched_on"].to_list() == [searched, searched]


def test_as_of_a_day_only_claims_that_were_public_have_searches(project: Project) -> None:
    early = ARTICLES.replace("on: 2026-11-20, by", "on: 2023-10-01, by")
    (project.claims / "a.yaml").write_text(REGISTRY, encoding="utf-8")
    (project.claims / "b.yaml").write_text(early, encoding="utf-8")
    records = corpus.read(project).corpus
    core = {name: table.frame(records) for name, table in TABLES.items() if table.derive is None}

    assert [as_of(core, on)["response_searches"].height for on in ("2023-11-01", "2023-11-02")] == [0, 2]


def test_a_claim_with_an_answer_is_not_one_that_was_only_looked_for(project: Project) -> None:
    answer = ARTICLES.replace("said: 2022-09-22", "said: 2023-11-03").replace("../2022-09-22", "2023-11-04")
    (project.claims / "a.yaml").write_text(REGISTRY, encoding="utf-8")
    (project.claims / "b.yaml").write_text(answer, encoding="utf-8")

    rows = all_tables(corpus.read(project).corpus)["responses"].filter(claim_id="nis-shells")

    assert rows.select("type", "response_id", "searched_on").rows() == [
        ("denies", "standing-denial", None),
        ("acknowledges", None, date(2026, 11, 28)),
    ]


def test_dates_have_their_text_and_bounds(records: Corpus) -> None:
    rows = {
        "claim_id": ["lawmaker-ammo", "nis-shells"],
        "said_edtf": ["2023-11-03?", "2023-11-01"],
        "said_lo": [date(2023, 11, 3), date(2023, 11, 1)],
        "said_hi": [date(2023, 11, 3), date(2023, 11, 1)],
        "said_precision": ["day", "day"],
        "said_uncertain": [True, False],
        "said_approx": [False, False],
        "when_edtf": [None, "2023-08~/.."],
        "when_lo": [None, date(2023, 8, 1)],
        "when_hi": [None, None],
        "when_precision": [None, "interval"],
        "when_uncertain": [None, False],
        "when_approx": [None, True],
    }

    assert_frame_equal(rows_of("claims", list(rows), records).head(2), expected("claims", rows))


def test_appearances_name_the_original_of_a_chain_of_copies(records: Corpus) -> None:
    rows = {
        "appearance_id": ["lawmaker-ammo/1", "nis-shells/1", "nis-shells/2", "standing-denial/1"],
        "claim_id": ["lawmaker-ammo", "nis-shells", "nis-shells", "standing-denial"],
        "seq": [1, 1, 2, 1],
        "source_id": ["wire-1", "daily-1", "wire-1", "kcna-1"],
        "original_source_id": ["wire-1", "wire-1", "wire-1", "kcna-1"],
        "original_agency_id": ["herald", "herald", "herald", None],
        "quote": [None, "un million d'obus", "a million", None],
        "quote_lang": [None, "fr", "en-GB", None],
        "utterance_lang": [None, "ko", None, None],
        "translated": [None, True, None, None],
        "locator": [None, None, "para 2", None],
    }

    assert_frame_equal(rows_of("appearances", list(rows), records), expected("appearances", rows))


def test_quantities_have_bounds_and_a_key_of_comparable_figures(records: Corpus) -> None:
    rows = {
        "claim_id": ["lawmaker-ammo", "nis-shells", "nis-shells"],
        "seq": [1, 1, 2],
        "item": ["explosives", "artillery-shell", "munitions"],
        "unit": ["tonne", "round", "container"],
        "dimension": ["mass", "count", "container"],
        "low": [1.5, 1_000_000.0, None],
        "point": [None, None, 2000.0],
        "high": [2.5, None, None],
        "bound": ["none", "gt", "none"],
        "window_edtf": ["2023", "2023-08~/..", None],
        "window_hi": [date(2023, 12, 31), None, None],
        "cumulative": [None, True, None],
        "quantity_basis": [None, None, "capacity"],
        "derived_from_claim_id": ["nis-shells", None, "nis-shells"],
        "derived_from_seq": [2, None, 1],
        "verbatim": [None, "a million", None],
        "comparable_key": ["explosives|tonne|2023-01-01", "artillery-shell|round|2023-08-01", None],
    }

    assert_frame_equal(rows_of("quantities", list(rows), records), expected("quantities", rows))


def test_relations_are_public_from_their_source_or_else_from_their_claim(records: Corpus) -> None:
    rows = {
        "from_id": ["lawmaker-ammo", "standing-denial"],
        "type": ["estimates-from", "denies"],
        "to_id": ["nis-shells", "shells"],
        "to_claim_id": ["nis-shells", None],
        "to_topic_id": [None, "shells"],
        "class": ["dependence", "response"],
        "relation_basis": ["stated-by-source", "curator"],
        "symmetric": [False, False],
        "source_id": ["daily-1", None],
        "known_lo": [date(2023, 11, 1), None],
        "known_hi": [date(2023, 11, 30), date(2022, 9, 22)],
        "note": ["It says so.", None],
    }

    assert_frame_equal(rows_of("relations", list(rows), records), expected("relations", rows))


def test_claim_actors_have_a_role_and_a_principal(records: Corpus) -> None:
    rows = {
        "claim_id": ["lawmaker-ammo"] * 3 + ["nis-shells"] * 5,
        "actor_id": ["lawmaker", "rok-nis", "russia", "dprk", "lawmaker", "rok-nis", "russia", "russia"],
        "role": ["claimant", "subject", "object", "subject", "relay", "claimant", "co-claimant", "object"],
        "principal_id": ["russia", "rok", "russia", "dprk", "rok", "rok", "russia", "russia"],
        "inherited": [False, False, True, True, False, False, False, True],
    }

    assert_frame_equal(rows_of("claim_actors", list(rows), records).head(8), expected("claim_actors", rows))


def test_a_publication_without_a_first_day_leaves_the_earliest_one_open() -> None:
    spans = [parse("../2024-06"), parse("2024-05")]

    assert earliest(spans) == (None, date(2024, 5, 31))
    assert earliest(spans[1:]) == (date(2024, 5, 1), date(2024, 5, 31))


def test_a_cycle_of_copies_ends(project: Project) -> None:
    copied = "kind: report, publisher: [x1], published: '2024', lang: en, doi: 10.1234/x, seen: consulted"
    sources = "".join(
        f"  - {{id: {own}, {copied}, syndicated_from: {{source: {other}, basis: stated}}}}\n"
        for own, other in (("s1", "s2"), ("s2", "s1"))
    )
    (project.claims / "a.yaml").write_text(f"sources:\n{sources}", encoding="utf-8")

    assert origin("s1", corpus.read(project).corpus) == ("s1", None)


def test_figures_without_an_item_are_comparable_with_none() -> None:
    assert comparable_key(None, {"unit": "round", "window": "2024"}) is None


def test_codes_keep_the_order_of_their_list_in_a_column() -> None:
    codes = TABLES["vocabulary"].frame(Corpus(())).filter(list="bound").sort("seq")

    assert codes["code"].to_list() == list(vocabulary("bound"))
    assert codes["seq"].to_list() == [1, 2, 3, 4, 5, 6]


def test_the_latest_snapshot_of_a_source_is_the_one_named(records: Corpus) -> None:
    found = TABLES["sources"].frame(records).filter(source_id="daily-1")["archive_url"].to_list()

    assert found == ["https://archive.example/new"]


def test_a_field_first_seen_in_the_last_of_many_records_is_kept(project: Project) -> None:
    actors = "".join(f"  - {{id: actor-{n}, name: N, kind: igo}}\n" for n in range(150))
    last = "  - {id: zz-last, name: N, kind: person, public_role: Mayor}\n"
    (project.claims / "a.yaml").write_text(f"actors:\n{actors}{last}", encoding="utf-8")

    frame = TABLES["actors"].frame(corpus.read(project).corpus)

    assert frame["public_role"].to_list() == [*[None] * 150, "Mayor"]


def one_column(*rows: Row) -> Table:
    def yielded(_: Corpus) -> Iterator[Row]:
        yield from rows

    return Table(contract("words", ["word"], "Words.", {"word": text("A word.")}), yielded)


@pytest.mark.parametrize("row", [{"word": "b", "more": 1}, {}])
def test_a_row_with_a_column_too_many_or_too_few_is_refused(row: Row) -> None:
    with pytest.raises(VerificationError, match="'more'" if row else "'word'"):
        one_column({"word": "a"}, row).frame(Corpus(()))


def test_a_value_of_another_type_is_refused_by_the_name_of_its_column() -> None:
    with pytest.raises(VerificationError, match="column 'word' of type String"):
        one_column({"word": 1}).frame(Corpus(()))


def test_rows_are_sorted_by_their_key() -> None:
    assert one_column({"word": "b"}, {"word": "a"}).frame(Corpus(()))["word"].to_list() == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("claims", {"n_texts": pl.lit(0, pl.UInt16)}, r"column 'n_texts': .* of claim_id 'nis-shells'"),
        ("claims", {"said_hi": pl.lit(date(2000, 1, 1))}, r"said_lo above said_hi"),
        ("claims", {"summary": pl.lit("")}, r"column 'summary': an empty text"),
        ("claims", {"relay_ids": pl.lit([], pl.List(pl.String))}, r"column 'relay_ids': an empty list"),
        ("claims", {"claim_id": pl.lit("x")}, r"claim_id"),
        ("claims", {"topic_id": pl.lit(None, pl.String)}, r"column 'topic_id': not_nullable"),
        ("claims", {"act": pl.lit("state")}, r"column 'act': dtype"),
        ("claims", {"extra": pl.lit(1)}, r"column_in_schema \(extra\)"),
        ("quantities", {"low": pl.lit(-1.0)}, r"column 'low': below 0"),
        ("quantities", {"high": pl.lit(0.5)}, r"low above high in the row of claim_id 'lawmaker-ammo' seq 1"),
        ("quantities", {"point": pl.lit(0.5)}, r"low above point"),
        ("quantities", {name: pl.lit(None, pl.Float64) for name in ("low", "point", "high")}, r"no figure"),
        ("relations", {"to_topic_id": pl.lit(None, pl.String)}, r"to_id is neither a claim nor a topic"),
        ("assessments", {"actor_id": pl.lit("rok")}, r"not exactly one"),
    ],
)
def test_a_frame_that_breaks_its_contract_is_refused_by_column_and_row(
    name: str, change: dict[str, pl.Expr], message: str, records: Corpus
) -> None:
    broken = all_tables(records)[name].with_columns(**change)

    with pytest.raises(VerificationError, match=message):
        TABLES[name].validate(broken)


def broken(frame: pl.DataFrame, table: Table) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield frames that break a contract, each in one place, with what is wrong."""
    yield "a key twice", pl.concat([frame, frame])
    yield "another order", frame.select(reversed(frame.columns))
    yield "one column more", frame.with_columns(more=1)
    frame = frame.head(1)  # whatever is wrong is then not wrong because of a key twice
    for name, dtype in frame.schema.items():
        column = table.schema.columns[name]
        yield f"{name} missing", frame.drop(name)
        yield f"{name} of another type", frame.with_columns(pl.lit(None, pl.Binary).alias(name))
        if isinstance(dtype, pl.Enum):
            yield f"{name} with other codes", frame.with_columns(pl.lit(None, pl.Enum(["other"])).alias(name))
        if not column.nullable:
            yield f"{name} null", frame.with_columns(pl.lit(None, dtype).alias(name))
        for check in column.checks:
            value = {"an empty text": "", "an empty list": [], "not a finite number": float("nan")}.get(check.error)
            if value is None:
                word, bound = check.error.split()
                value = int(bound) + {"below": -1, "above": 1}[word]
            if not (value == -1 and dtype.is_unsigned_integer()):
                yield f"{name}: {check.error}", frame.with_columns(pl.lit(value, dtype).alias(name))


@pytest.mark.parametrize("name", TABLES)
def test_whatever_breaks_a_contract_is_refused(name: str, records: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the one query: pandera, which explains, is slow, and does not take part."""
    table = TABLES[name]
    frame = all_tables(records)[name]
    monkeypatch.setattr(type(table.schema), "validate", lambda *_, **__: None)
    accepted = []
    for fault, altered in broken(frame, table):
        try:
            table.validate(altered)
            accepted.append(fault)
        except VerificationError:
            continue

    assert accepted == []


@pytest.mark.parametrize("gone", [["claim_id"], ["claim_id", "act"], ["summary"]])
def test_a_missing_column_is_refused(gone: list[str], records: Corpus) -> None:
    with pytest.raises(VerificationError, match="breaks its contract"):
        TABLES["claims"].validate(all_tables(records)["claims"].drop(gone))


def test_the_contract_is_asked_of_all_rows_whatever_pandera_is_set_to() -> None:
    setting = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
    program = (
        "import polars as pl\n"
        "from alleged.errors import VerificationError\n"
        "from alleged.tables import Table\n"
        "from alleged.tables.columns import contract, text\n"
        "table = Table(contract('words', ['word'], 'Words.', {'word': text('A word.')}))\n"
        "twice = pl.DataFrame({'word': ['a', 'a']})\n"
        "table.schema.validate(twice)\n"  # pandera by itself obeys the variables: it lets this pass
        "try:\n    table.validate(twice)\n"
        "except VerificationError as error:\n    print(error)\n"
    )
    environment = {**os.environ, **setting, "PYTHONPATH": os.pathsep.join(sys.path)}

    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)

    assert "of word 'a'" in run.stdout, run.stderr


def test_a_broken_reference_is_named(records: Corpus) -> None:
    frames = all_tables(records)
    assert broken_references(lambda table, column: frames[table][column]) == []

    frames["evidence"] = frames["evidence"].clear()
    frames["actors"] = frames["actors"].filter(pl.col("actor_id") != "wire")

    assert broken_references(lambda table, column: frames[table][column]) == [
        "claims.evidence_ids: 'images' is not in evidence.evidence_id",
        "sources.publisher_ids: 'wire' is not in actors.actor_id",
        "origins.root_evidence_ids: 'images' is not in evidence.evidence_id",
    ]


def test_the_ledger_notices_a_duplicate_record(records: Corpus) -> None:
    doubled = replace(records, records=(*records.records, records.claims["nis-shells"]))

    for name in ("claims", "claim_actors", "appearances", "quantities", "response_searches"):
        assert COUNTS[name](doubled) > TABLES[name].frame(doubled).height


def test_identifier_schemes_are_the_fields_that_records_may_have() -> None:
    fields = {
        field.path[1] for field in definitions.fields("actors") if field.path[0] == "ids" and len(field.path) == 2
    }

    assert fields == set(vocabulary("identifier-scheme"))


def arrow_fields(table: Table) -> dict[str, CSchema]:
    """Return the fields of the Arrow schema that is written into the file of a table, by name."""
    message = InputStream.from_readable(b64decode(table.arrow))
    return {field.name: field for field in c_array_stream(message).get_schema().children}


@pytest.mark.parametrize("name", TABLES)
def test_the_arrow_schema_describes_every_column(name: str) -> None:
    fields = arrow_fields(TABLES[name])

    assert list(fields) == list(TABLES[name].schema.columns)
    for column, field in fields.items():
        assert dict(field.metadata.items())[b"description"].decode() == TABLES[name].schema.columns[column].description


def test_the_arrow_schema_has_only_types_that_older_libraries_read() -> None:
    fields = arrow_fields(TABLES["claims"])
    (codes,), (texts,) = fields["claim_basis"].children, fields["evidence_ids"].children

    assert (fields["act"].format, fields["act"].dictionary.format) == ("i", "U")
    assert (codes.format, codes.dictionary.format) == ("C", "U")  # polars reads no signed indices in lists
    assert (fields["summary"].format, texts.format) == ("U", "U")


def test_dates_of_every_form_fit_their_columns() -> None:
    forms = ("2024", "2024-06", "2024-22", "2024-06-18", "202X", "20XX", "2024-06?/..", "../2024")
    table = Table(
        contract("dates", ["at_edtf"], "Dates.", date_columns("at", "When")),
        lambda _: (date_values("at", form) for form in forms),
    )

    frame = table.frame(Corpus(()))

    table.validate(frame)
    assert set(frame["at_precision"]) == {"year", "month", "season", "day", "decade", "century", "interval"}


def test_the_country_of_an_actor_follows_from_its_state_unless_it_is_stated(records: Corpus) -> None:
    actors = all_tables(records)["actors"]

    assert dict(actors.drop_nulls("country").select("actor_id", pl.col("country").cast(pl.String)).iter_rows()) == {
        "rok": "KR",
        "dprk": "KP",
        "russia": "RU",
        "rok-nis": "KR",
        "kcna": "KP",
    }
    assert actors.filter(actor_id="rok")["short_name"].to_list() == ["ROK"]


def test_a_body_of_two_states_has_no_country(project: Project) -> None:
    (project.claims / "bodies.yaml").write_text(
        "actors:\n"
        "  - {id: north, name: A, kind: state, ids: {iso3166: KP}}\n"
        "  - {id: east, name: B, kind: state, ids: {iso3166: RU}}\n"
        "  - {id: joint, name: Joint, kind: organ, part_of: [{of: north}, {of: east}]}\n"
        "  - {id: seat, name: Seat, kind: organ, country: RU, part_of: [{of: north}, {of: east}]}\n"
        "  - {id: office, name: Office, kind: organ, part_of: [{of: seat}]}\n"
        "  - {id: circle, name: Circle, kind: organ, part_of: [{of: circle}]}\n"
    )
    read = corpus.read(project).corpus

    assert {id: read.country(actor) for id, actor in read.actors.items()} == {
        "north": "KP",
        "east": "RU",
        "joint": None,
        "seat": "RU",
        "office": "RU",
        "circle": None,
    }


@pytest.mark.parametrize(("day", "source"), [("2023-11-01", None), ("2023-11-02", "wire-1")])
def test_an_id_stays_but_its_source_is_shown_only_once_it_is_public(
    records: Corpus, day: str, source: str | None
) -> None:
    ids = as_of(all_tables(records), day)["actor_ids"].filter(scheme="cow")

    assert ids.select("actor_id", "value", "source_id").rows() == [("rok", "732", source)]
