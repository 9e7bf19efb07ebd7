"""The twelve questions of the page: its Python is run on its release, and each answer is found again another way."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import alleged
from alleged import git
from alleged.errors import AllegedError
from inside import run_inside
from paths import ROOT

PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
CODE = "".join(re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = re.findall(r"^\$ alleged (.*)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """Return what the names of the page mean after all its Python has run in order."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        exec(compile(CODE, "questions.md", "exec"), names)  # noqa: S102
    return names


def rows(page: dict[str, Any], query: str) -> set[tuple[Any, ...]]:
    """Return the rows that DuckDB finds in the tables as they are, without the flat ones."""
    return set(page["release"].sql(query).rows())


def test_the_page_uses_the_stable_release(page: dict[str, Any]) -> None:
    assert page["release"].release == alleged.open(project=ROOT).release


def test_1_containers_are_the_figures_that_nothing_updates(page: dict[str, Any]) -> None:
    found = set(page["containers"].select("claim_id", "seq").rows())
    all_figures = rows(
        page,
        """select claim_id, seq from quantities join claims using (claim_id)
        where topic_id = 'dprk-munitions-to-russia' and stance = 'yes' and status = 'active' and not background
        and unit in ('container', 'container-20ft', 'container-40ft')""",
    )
    updated = {id for (id,) in rows(page, "select to_claim_id from relations where type in ('updates', 'corrects')")}

    assert found
    assert found <= all_figures
    assert {id for id, _ in all_figures - found} <= updated


def test_2_quick_denials_lie_within_seven_days_by_the_dates_of_both_claims(page: dict[str, Any]) -> None:
    found = set(page["quick"].select("claim_id", "response_id").rows())
    within = rows(
        page,
        """select r.claim_id, r.response_id from responses as r
        join claims as said on said.claim_id = r.claim_id join claims as answer on answer.claim_id = r.response_id
        where r.type = 'denies' and answer.principal_id = 'russia'
        and answer.known_lo >= said.known_hi and answer.known_hi - said.known_lo <= 7""",
    )

    assert found == within
    assert 0 < page["first_reactions"].height < page["quick"].height


def test_3_origins_are_those_of_the_table_of_steps(page: dict[str, Any]) -> None:
    for day, (lo, hi, names) in page["intervals"].items():
        step = rows(
            page,
            f"""select lo, hi from topic_timeline
            where topic_id = 'dprk-troops-to-russia' and date <= '{day}'
            order by date desc limit 1""",  # noqa: S608
        )
        assert step == {(lo, hi)}
        assert len(names) == hi


def test_4_single_texts_are_those_of_which_all_pages_are_copies(page: dict[str, Any]) -> None:
    [(number,)] = rows(
        page,
        """select count(*) from (
            select claim_id from appearances join claims using (claim_id) where status = 'active' and not background
            group by claim_id having count(distinct coalesce(original_agency_id, original_source_id)) = 1
        )""",
    )

    assert page["single"]["claims"].sum() == number


def test_5_the_path_ends_at_the_line_of_the_record_in_the_commit_of_the_release(page: dict[str, Any]) -> None:
    path = page["path"]
    assert set(path["source_id"]) == {
        id
        for (id,) in rows(
            page,
            """select source_id from appearances
        where claim_id = 'stoltenberg-2024-breach'""",
        )
    }
    file, _, line = path["record"][0].partition(":")
    try:
        record = git.run(ROOT, "show", f"{path['commit'][0]}:{file}").decode()
    except AllegedError:
        pytest.skip("the commit of the release is not here")
    assert record.splitlines()[int(line) - 1].strip() == "- id: stoltenberg-2024-breach"


def test_6_ids_are_matched_and_those_of_nobody_are_not(page: dict[str, Any]) -> None:
    assert set(page["matched"].select("value", "actor_id").rows()) == {("Q159", "russia"), ("Q423", "dprk")}


def test_7_repeats_are_the_relations_between_claims_that_count(page: dict[str, Any]) -> None:
    [(number,)] = rows(
        page,
        """select count(*) from relations
        join claims as a on a.claim_id = from_id and a.status = 'active' and not a.background
        join claims as b on b.claim_id = to_claim_id and b.status = 'active' and not b.background
        where type in ('repeats', 'relies-on', 'estimates-from')""",
    )

    assert page["repeats"]["claims"].sum() == number > 0


def test_8_the_pictures_show_the_claims_of_the_topic(page: dict[str, Any]) -> None:
    assert page["when"].svg.startswith("<svg")
    assert set(page["how_many"].data["claim_id"]) >= set(page["containers"]["claim_id"])


def test_9_citations_name_the_release_the_digest_and_the_record(page: dict[str, Any]) -> None:
    digest = page["release"].manifest["content_sha256"]

    assert digest in page["of_release"]
    assert all(text in page["of_claim"] for text in (digest, "stoltenberg-2024-breach", "Jens Stoltenberg"))


def test_10_changes_are_those_of_both_tables_of_claims(page: dict[str, Any]) -> None:
    before, after = (set(page[at].claims["claim_id"]) for at in ("earlier", "release"))
    added = page["changes"].filter(kind="claims", change="added")

    assert set(added["id"]) == after - before
    assert page["same_answer"] == (len({(at.lo, at.hi) for at in page["answers"].values()}) == 1)


def test_11_one_person_has_offices_claims_and_claims_about_him(page: dict[str, Any]) -> None:
    shown = run_inside(ROOT, "show", "kim-jong-un", "--json", "--release", page["release"].release).stdout

    assert page["offices"].height > 0
    assert page["by_kim"].height > 0
    assert all(id in shown for id in page["by_kim"]["claim_id"])
    assert set(page["by_kim"]["claim_id"]) <= set(page["about_kim"]["claim_id"])


def test_12_colleagues_get_every_claim(page: dict[str, Any], tmp_path: Path) -> None:
    for words in COMMANDS:
        done = run_inside(ROOT, *words.split(), "--out", str(tmp_path))
        assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(next(tmp_path.glob("*.xlsx")), read_only=True)

    assert sum(1 for _ in book["flat_claims"].iter_rows()) == page["claims"].height + 1
    with zipfile.ZipFile(next(tmp_path.glob("*.stata.zip"))) as archive:
        assert {"flat_claims.dta", "flat_quantities.dta"} <= set(archive.namelist())
