"""The numbers of the dataset: counted as they are defined, and the pages that carry them kept up to date."""

import json
import shutil

import polars as pl
import pytest
from click.testing import CliRunner

from alleged.cli.pages import write
from alleged.cli.stats import command
from alleged.errors import UnknownNameError
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.render import stats as render
from alleged.stats import Share, stats
from alleged.tables import all_tables
from paths import ROOT

CLAIMS = """
sources:
  - {id: courier-2023-10-15, kind: article-newspaper, publisher: [daily-gazette], published: 2023-10-15, lang: nb-NO,
     seen: consulted, url: "https://gazette.example/1", archived: [{uri: "https://archive.example/1", at: 2023-10-16}]}
  - {id: courier-2023-10-16, kind: article-newspaper, publisher: [daily-gazette], published: 2023-10-16, lang: en,
     seen: consulted, url: "https://gazette.example/2", syndicated_from: {source: gazette-2023-10-14, basis: byline}}
  - {id: courier-2022-09-22, kind: article-newspaper, publisher: [daily-gazette], published: 2022-09-22, lang: en,
     seen: consulted, url: "https://gazette.example/3"}
claims:
  - id: early-denial
    claimant: north-kingdom
    act: deny
    denial_scope: blanket
    topic: shells-to-harbour-state
    summary: The kingdom sends no shells.
    said: 2022-09-22
    sources: [{id: courier-2022-09-22, quote: no shells, translated: true}]
    recorded: {by: curator-1, on: 2026-11-24}
  - id: allegation
    claimant: defence-ministry
    act: allege
    topic: shells-to-harbour-state
    summary: The kingdom sent shells.
    said: 2023-10-13
    sources: [{id: gazette-2023-10-14}, {id: courier-2023-10-16}]
    quantities: [{point: 6700, unit: container}, {low: 1000, bound: gt, unit: round}]
    recorded: {by: curator-1, on: 2026-11-24}
  - id: late-answer
    claimant: harbour-state
    act: ACT
    topic: shells-to-harbour-state
    summary: Nothing came.
    said: 2023-10-15
    sources: [{id: courier-2023-10-15}]
    relations: [{type: RELATION, to: ANSWERED, basis: curator}]
    recorded: {by: curator-1, on: 2026-11-24}
  - id: gone
    claimant: norway
    act: allege
    topic: shells-to-harbour-state
    summary: The kingdom sent ships.
    said: 2021-01-01
    sources: [{id: gazette-2023-10-14}]
    status: withdrawn
    status_reason: Never said.
    status_on: 2026-11-24
    recorded: {by: curator-1, on: 2026-11-24}
"""


def written(project: Project, act: str = "deny", relation: str = "denies", to: str = "allegation") -> Corpus:
    shutil.copy(ROOT / "tests" / "cast" / "cast.yaml", project.claims)
    scope = "deny\n    denial_scope: full" if act == "deny" else act
    text = CLAIMS.replace("ACT", scope).replace("RELATION", relation).replace("ANSWERED", to)
    (project.claims / "claims.yaml").write_text(text)
    read = corpus.read(project)
    assert read.issues == ()
    return read.corpus


def test_claims_that_stand_are_counted_by_year_principal_act_and_topic(project: Project) -> None:
    found = stats(written(project))

    assert found.records["claims"] == 4
    assert found.years == {"2022": 1, "2023": 2}
    assert found.principals == {"harbour-state": 1, "north-kingdom": 1, "norway": 1}
    assert list(found.acts.items()) == [("deny", 2), ("allege", 1)]
    assert found.topics == {"shells-to-harbour-state": 3}
    assert found.languages == {"en": 3, "nb": 1}


def test_sourcing_is_reported_in_shares(project: Project) -> None:
    found = stats(written(project))

    assert found.archived == Share(1, 4)
    assert found.quoted == Share(1, 4)
    assert found.one_source == Share(2, 3)
    assert found.one_text == Share(3, 3), "a copy of a text is no second text"
    assert found.translated == Share(1, 3)
    assert (found.quantities, found.with_quantities) == (2, Share(1, 3))


@pytest.mark.parametrize(
    ("act", "relation", "answered"),
    [("deny", "denies", 1), ("dispute", "disputes", 1), ("decline", "declines", 0), ("state", "contradicts", 0)],
)
def test_an_accusation_is_answered_by_a_party_that_denies_or_disputes_it(
    act: str, relation: str, answered: int, project: Project
) -> None:
    found = stats(written(project, act, relation)).answers

    assert found.by_relation == Share(answered, 1)
    assert found.answered == Share(answered, 1)


def test_a_later_denial_of_the_matter_answers_too_and_an_earlier_one_was_there_before(project: Project) -> None:
    found = stats(written(project, to="early-denial")).answers

    assert (found.answered, found.by_relation, found.beforehand) == (Share(1, 1), Share(0, 1), Share(1, 1))


SEARCH = "    response_sought: [{on: 2026-11-24, by: c-1, queries: [shells denied]}]\n"


@pytest.mark.parametrize(
    ("to", "search", "shares"),
    [
        ("allegation", "", (1, 0, 0)),
        ("allegation", SEARCH, (1, 0, 0)),
        ("early-denial", SEARCH, (1, 0, 0)),
        ("nothing", "", (0, 0, 1)),
        ("nothing", SEARCH, (0, 1, 0)),
    ],
)
def test_allegations_are_answered_or_looked_for_or_neither(
    to: str, search: str, shares: tuple[int, int, int], project: Project
) -> None:
    """What is answered does not count as looked for, whatever was recorded before the answer."""
    written(project, to="allegation" if to == "nothing" else to)
    path = project.claims / "claims.yaml"
    text = path.read_text().replace("    quantities:", search + "    quantities:")
    if to == "nothing":
        text = text.replace("claimant: harbour-state", "claimant: norway")
    path.write_text(text)
    read = corpus.read(project)
    found = stats(read.corpus).answers

    assert read.issues == ()
    assert (found.answered, found.sought, found.unsought) == tuple(Share(part, 1) for part in shares)


def test_only_names_that_a_designation_itself_gives_are_listed_ones(project: Project) -> None:
    written(project)
    (project.claims / "list.yaml").write_text("""
topics:
  - {id: norway-lists, question: Whom does Norway list?, predicate: designates, subject: [norway],
     object: [north-kingdom]}
actors:
  - {id: undetermined, name: Not determined, kind: undetermined}
  - {id: ship-owner, name: Ship Owner, kind: organisation}
claims:
  - {id: one, claimant: norway, act: announce, topic: norway-lists, summary: Norway lists an owner., said: 2023-10-14,
     object: [ship-owner, undetermined], sources: [{id: gazette-2023-10-14}], recorded: {by: a-b, on: 2026-11-24}}
  - {id: two, claimant: norway, act: announce, topic: norway-lists, summary: Norway lists others., said: 2023-10-14,
     sources: [{id: gazette-2023-10-14}], recorded: {by: a-b, on: 2026-11-24}}
""")
    read = corpus.read(project)
    found = stats(read.corpus)

    assert read.issues == ()
    assert (found.named_listings, found.listed) == (Share(1, 2), 1)


@pytest.fixture(scope="module")
def shipped() -> Corpus:
    return corpus.read(Project(ROOT)).corpus


def test_answers_are_those_of_the_table_of_responses(shipped: Corpus) -> None:
    tables = all_tables(shipped)
    alleged = tables["claims"].filter(act="allege", background=False)["claim_id"]
    rows = tables["responses"].filter(pl.col("claim_id").is_in(alleged.implode()))
    evasive = pl.col("type").cast(pl.String).is_in(["declines", "doubts", "replies-to"])
    given = rows.filter("by_party", pl.col("response_id").is_not_null(), ~evasive)
    found = stats(shipped).answers

    assert found.answered == Share(given["claim_id"].n_unique(), len(alleged))
    assert found.by_relation.part == given.filter("linked")["claim_id"].n_unique()
    searched = tables["response_searches"].filter(pl.col("claim_id").is_in(alleged.implode()))
    assert found.sought.part == len(set(searched["claim_id"]) - set(given["claim_id"]))
    assert found.answered.part + found.sought.part + found.unsought.part == found.unsought.whole
    assert found.beforehand.part == rows.filter("denied_before")["claim_id"].n_unique()


@pytest.mark.parametrize("part", ["stats", "leads", "agreement"])
def test_one_page_shows_the_numbers_that_depend_on_the_records(part: str) -> None:
    pages = [page for page in (ROOT / "README.md", *ROOT.glob("docs/*.md")) if f"<!-- {part} -->" in page.read_text()]

    assert [page.name for page in pages] == ["data-quality.md"]


def test_the_text_names_each_state_and_topic_with_its_number(shipped: Corpus) -> None:
    found = stats(shipped)
    lines = [line.split() for line in render.text(found, shipped)]

    for topic, number in found.topics.items():
        assert [f"{number:,}", topic] in lines
    for principal, number in found.principals.items():
        assert any(words[:1] == [f"{number:,}"] and words[-1] == principal for words in lines)


def test_only_the_marked_part_of_a_page_is_written(project: Project) -> None:
    page = project.root / "README.md"
    page.write_text("before\n<!-- stats -->\nold\n<!-- /stats -->\nafter \\1\n")

    assert write(project, {"stats": "new \\1\n", "leads": "x"}) == ["README.md"]
    assert page.read_text() == "before\n<!-- stats -->\nnew \\1\n<!-- /stats -->\nafter \\1\n"


def test_a_project_without_a_marked_page_is_reported_what_to_put_there(project: Project) -> None:
    with pytest.raises(UnknownNameError, match="<!-- stats -->"):
        write(project, {"stats": "new\n"})


def test_the_command_prints_json_and_writes_pages(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    written(project)
    monkeypatch.chdir(project.root)
    (project.root / "README.md").write_text("<!-- stats -->\n<!-- /stats -->\n")
    reported = json.loads(CliRunner().invoke(command, ["--json"], catch_exceptions=False).stdout)

    assert reported["acts"] == {"deny": 2, "allege": 1}
    assert reported["answers"]["by_relation"] == {"part": 1, "whole": 1}
    assert reported["answers"]["unsought"] == {"part": 0, "whole": 1}
    assert reported["one_source"] == {"part": 2, "whole": 3}
    assert (
        CliRunner().invoke(command, ["--write"], catch_exceptions=False).stdout
        == "wrote README.md, from the records as they are\n"
    )
    assert "| claims, said from 2022 to 2023 | 4 |" in (project.root / "README.md").read_text()


def test_records_that_cannot_be_read_are_not_counted_around(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.claims / "broken.yaml").write_text("claims: [\n")
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(command, [])

    assert done.exit_code == 1
    assert "run 'alleged check'" in done.output


def test_columns_without_any_value_are_named_and_tables_without_rows_too() -> None:
    full, none = pl.Series("full", ["x", None]), pl.Series("none", [None, None], pl.String)
    tables = {"some": pl.DataFrame([full, none]), "all": pl.DataFrame([full]), "no": pl.DataFrame([full]).head(0)}

    page = render.empty_columns(tables)

    assert "| `some` | `none` |" in page
    assert "`all`" not in page
    assert "| `no` | all: it has no row |" in page
