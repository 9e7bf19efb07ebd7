"""Records as tables hold them: the same tables follow from them, and every reader is shown the same."""

import json
import random
import shutil
from pathlib import Path

import pytest

import alleged
from alleged.asof import core_of
from alleged.datasets.catalogues import Folder
from alleged.datasets.resolve import choose, open_release
from alleged.errors import UnknownNameError
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from alleged.release import cutting
from alleged.render.records import record
from alleged.restored import Load, records_of, records_of_release
from alleged.schemas.definitions import KINDS
from alleged.tables import TABLES, all_tables
from inside import run_inside
from paths import ROOT, TESTS
from repositories import git_in

STABLE = json.loads((ROOT / "datasets" / "index.json").read_text(encoding="utf-8"))["channels"]["stable"]


@pytest.fixture(scope="module", params=["fixture", "scheme", "dataset"])
def read(request: pytest.FixtureRequest) -> Corpus:
    root = ROOT if request.param == "dataset" else TESTS / request.param
    return corpus.read(Project(root)).corpus


def test_the_same_tables_follow_from_records_that_tables_hold(read: Corpus) -> None:
    tables = all_tables(read)
    again = all_tables(records_of(tables.__getitem__))

    assert [name for name in tables if not tables[name].equals(again[name])] == []


def test_records_of_tables_are_shown_alike_and_in_the_same_order(read: Corpus) -> None:
    restored = records_of(all_tables(read).__getitem__)

    assert [*restored.by_id] == [*read.by_id]
    for kind in KINDS:
        ids = [*read.of_kind(kind)]
        for id in random.Random(18).sample(ids, min(50, len(ids))):
            assert list(record(read.by_id[id], read)) == list(record(restored.by_id[id], restored))


def test_own_codes_of_a_dataset_come_with_its_tables(project: Project) -> None:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    project.vocabularies.mkdir()
    (project.vocabularies / "item.yaml").write_text(
        "codes:\n  - {code: sarin, label: Sarin, definition: A nerve agent., broader: munitions, dimensions: [mass]}\n",
        encoding="utf-8",
    )
    read = corpus.read(project).corpus
    restored = records_of(all_tables(read).__getitem__)

    assert read.codes.entries
    assert restored.codes is read.codes


def test_releases_of_older_schemas_say_what_still_works() -> None:
    catalogue = Folder(ROOT, "datasets")
    older = open_release(catalogue, choose("2026.11.1", catalogue))

    with pytest.raises(UnknownNameError, match=r"version 1\..*version 2 is needed.*alleged\.open\('2026"):
        records_of_release(older)


def test_a_table_that_was_added_since_a_release_is_empty_and_any_other_is_missed() -> None:
    older = alleged.open("2026.11.3", catalogue=ROOT / "datasets")

    def without(name: str) -> Load:
        return lambda table: older.load(f"no_{name}" if table == name else table)

    assert "response_searches" not in older.tables
    assert core_of(older.load)["response_searches"].equals(TABLES["response_searches"].frame(Corpus(())))
    assert not any("response_sought" in claim.data for claim in records_of(older.load).claims.values())
    assert older.as_of("2024-06-18").responses["searched_on"].null_count() > 0
    for read_all in (core_of, records_of):
        with pytest.raises(UnknownNameError, match="there is no table 'no_quantities'"):
            read_all(without("quantities"))


# Commands


READING = [
    ["show", "dprk-munitions-to-russia"],
    ["show", "stoltenberg-2024-breach"],
    ["find", "kim", "jong"],
    ["origins", "dprk-munitions-to-russia", "--as-of", "2024-06-18"],
    ["timeline", "dprk-troops-to-russia", "--json"],
    ["quantities", "dprk-troops-to-russia"],
    ["stats", "--json"],
    ["cite"],
    ["cite", "stoltenberg-2024-breach", "--style", "apa", "--accessed", "2026-11-28"],
    ["cite", "--sources", "--topic", "dprk-munitions-to-russia", "--style", "csl-json"],
]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with nothing but an `alleged.lock`, which names a release elsewhere."""
    folder = tmp_path_factory.mktemp("analysis")
    done = run_inside(folder, "pin", STABLE, "--catalogue", str(ROOT / "datasets"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_commands_read_the_release_of_the_lock_where_there_are_no_records(words: list[str], locked: Path) -> None:
    assert [path.name for path in locked.iterdir()] == ["alleged.lock"]
    by_lock = run_inside(locked, *words)
    by_name = run_inside(ROOT, *words, "--release", STABLE)

    assert (by_lock.returncode, by_lock.stderr) == (0, "")
    assert by_lock.stdout == by_name.stdout


def test_records_of_a_project_are_read_although_a_lock_lies_beside_them(project: Project, locked: Path) -> None:
    shutil.copy(locked / "alleged.lock", project.root)
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)

    assert "claims/cast.yaml" in run_inside(project.root, "show", "shells-to-harbour-state").stdout


def test_a_lock_nearer_than_the_records_decides(project: Project, locked: Path) -> None:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    analysis = project.root / "analysis"
    analysis.mkdir()
    lock = json.loads((locked / "alleged.lock").read_text(encoding="utf-8"))
    (analysis / "alleged.lock").write_text(json.dumps({**lock, "catalogue": str(ROOT / "datasets")}), encoding="utf-8")

    assert run_inside(analysis, "show", "shells-to-harbour-state").returncode == 2
    assert run_inside(analysis, "show", "dprk-munitions-to-russia").returncode == 0


def test_a_folder_without_records_and_releases_says_what_to_do(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "show", "anything")

    assert done.returncode == 2
    assert "alleged pin RELEASE --catalogue" in done.stderr


def test_two_releases_are_compared_where_there_are_no_records(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    git = git_in(project.root)
    shutil.copy(TESTS / "scheme" / "claims" / "scheme.yaml", project.claims)
    (project.root / ".gitignore").write_text("datasets/dev/\n", encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "Record claims")
    first = cutting.cut(project).name
    git("add", ".")
    git("commit", "-qm", "Cut a release")
    text = (project.claims / "scheme.yaml").read_text(encoding="utf-8")
    changed = text.replace("act: allege, summary: Kyiv condemns", "act: criticise, summary: Kyiv condemns")
    (project.claims / "scheme.yaml").write_text(changed, encoding="utf-8")
    git("commit", "-qam", "Correct an act")
    second = cutting.cut(project).name
    only = tmp_path_factory.mktemp("only")
    shutil.copytree(project.datasets, only / "datasets")

    here = run_inside(project.root, "diff", first, second, "--format", "json")
    there = run_inside(only, "diff", f"{first}..{second}", "--format", "json")

    assert (there.returncode, there.stderr) == (0, "")
    assert json.loads(there.stdout)["answers"] == json.loads(here.stdout)["answers"] != []
    fields = json.loads(there.stdout)["changes"][0]["fields"]
    assert {"path": "act", "before": "allege", "after": "criticise"} in fields
    assert "name two releases" in run_inside(only, "diff", first).stderr
