"""Building tables: the same bytes everywhere, all or nothing, and readable by what researchers use."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

import alleged
from alleged import files, release
from alleged.datasets import manifests
from alleged.errors import EnvironmentFailure, UnknownNameError, VerificationError
from alleged.project import Project
from alleged.release import publishing
from alleged.tables import TABLES
from paths import ROOT, TESTS


def git(*words: str, at: Path) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *words], cwd=at, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with the real records, committed and built once."""
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "claims", root / "claims")
    git("init", "-q", at=root)
    git("add", "claims", at=root)
    git("commit", "-qm", "Record claims", at=root)
    assert release.build(Project(root)).published
    return Project(root)


@pytest.fixture
def small(project: Project) -> Project:
    """Return a project of a few records."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    return project


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a project of a few records with its tables; tests do not change it."""
    root = tmp_path_factory.mktemp("small")
    shutil.copytree(TESTS / "cast", root / "claims")
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", root / "claims")
    assert release.build(Project(root)).published
    return root


@pytest.fixture
def ready(built_once: Path, tmp_path: Path) -> Project:
    """Return a project of a few records with its tables."""
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def sums(project: Project) -> dict[str, str]:
    files = sorted((project.datasets / "dev").iterdir())
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


@pytest.fixture
def elsewhere(built: Project, tmp_path: Path) -> Path:
    """Return a clone of the project in a folder of another depth and name."""
    clone = tmp_path / "an other" / "folder"
    git("clone", "-q", str(built.root), str(clone), at=tmp_path)
    return clone


def test_tables_of_a_project_inside_another_checkout_name_no_commit(built: Project, tmp_path: Path) -> None:
    shutil.copytree(built.root / ".git", tmp_path / ".git")
    shutil.copytree(built.claims, tmp_path / "inside" / "claims")

    found = release.source_of(Project(tmp_path / "inside"))

    assert [found[name] for name in ("commit", "changed", "claims_tree")] == [None, None, None]


def test_one_commit_gives_the_same_bytes_everywhere(built: Project, elsewhere: Path) -> None:
    environment = {
        "TZ": "America/Anchorage",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONHASHSEED": "4242",
        "POLARS_MAX_THREADS": "8",
    }
    command = [sys.executable, "-m", "alleged", "build"]
    subprocess.run(command, cwd=elsewhere, env={**os.environ, **environment}, check=True, capture_output=True)

    assert sums(Project(elsewhere)) == sums(built)


def test_the_manifest_names_every_file_with_its_digest_and_rows(built: Project) -> None:
    found = manifests.read_manifest(built.root, "datasets/dev")

    assert sorted(p.name for p in (built.datasets / "dev").iterdir()) == sorted(
        ["manifest.json", *(t["file"] for t in found["tables"].values())]
    )
    assert list(found["tables"]) == list(TABLES)
    assert found["records"]["claims"] == found["tables"]["claims"]["rows"]
    assert found["source"]["changed"] is False
    assert len(found["source"]["commit"]) == 40
    assert str(built.root) not in json.dumps(found)


def test_a_second_build_does_nothing_and_says_so(built: Project) -> None:
    before = {p: p.stat().st_mtime_ns for p in (built.datasets / "dev").iterdir()}
    code = (
        "import sys; from alleged.cli import _run; assert _run(['build']) == 0; "
        "print(sorted({'polars', 'pandera', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=built.root, capture_output=True, text=True, check=True)

    assert done.stdout == "nothing has changed since the last build; the tables are in datasets/dev\n[]\n"
    assert {p: p.stat().st_mtime_ns for p in (built.datasets / "dev").iterdir()} == before


def test_a_changed_record_makes_for_a_new_build(ready: Project) -> None:
    path = ready.claims / "no-mistake.yaml"
    path.write_text(path.read_text().replace("Shells went by ship.", "Shells went by train."))

    assert not release.build(ready).unchanged
    assert alleged.load("claims", project=ready.root)["summary"].to_list() == ["Shells went by train."]


def test_a_damaged_table_is_built_again(ready: Project) -> None:
    (ready.datasets / "dev" / "claims.parquet").write_bytes(b"PAR1")

    assert not release.build(ready).unchanged
    assert alleged.load("claims", project=ready.root).height == 1


def test_errors_in_the_records_publish_nothing(ready: Project) -> None:
    before = sums(ready)
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", ready.claims)

    built = release.build(ready)

    assert not built.published
    assert sums(ready) == before


@pytest.mark.parametrize("name", TABLES)
def test_every_table_opens_in_polars_pandas_duckdb_and_pyarrow(name: str, built: Project) -> None:
    path = built.datasets / "dev" / f"{name}.parquet"
    frame = alleged.load(name, project=built.root)

    assert frame.schema == TABLES[name].dtypes
    assert_frame_equal(frame, pl.read_parquet(path))
    assert pq.read_table(path).num_rows == frame.height
    assert list(pd.read_parquet(path).columns) == frame.columns
    relation = duckdb.read_parquet(str(path))
    assert relation.columns == frame.columns
    assert len(relation.fetchall()) == frame.height


def test_dates_lists_and_codes_keep_their_types_in_other_tools(built: Project) -> None:
    path = built.datasets / "dev" / "claims.parquet"

    relation = duckdb.read_parquet(str(path))
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))

    assert types["said_lo"] == "DATE"
    assert types["relay_ids"] == "VARCHAR[]"
    assert types["n_texts"] == "USMALLINT"
    assert types["background"] == "BOOLEAN"
    assert isinstance(pd.read_parquet(path)["act"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize("name", TABLES)
def test_the_meaning_of_columns_and_the_release_are_inside_the_file(name: str, built: Project) -> None:
    path = built.datasets / "dev" / f"{name}.parquet"
    schema = pq.read_schema(path)

    described = {f.name: (f.metadata or {}).get(b"description", b"").decode() for f in schema}
    assert described == {c: column.description for c, column in TABLES[name].schema.columns.items()}
    about = pl.read_parquet_metadata(path)
    assert about["alleged:release"] == "dev"
    assert about["alleged:commit"] == ""  # or each commit would change every table; the manifest has it
    assert sum(len(k) + len(v) for k, v in about.items() if k != "ARROW:schema") <= 4096


def test_files_of_a_release_name_its_commit() -> None:
    (*_, last) = manifests.read_index(ROOT).releases
    folder = ROOT / "datasets" / last
    commit = manifests.read_manifest(ROOT, f"datasets/{last}")["source"]["commit"]

    assert {pl.read_parquet_metadata(path)["alleged:commit"] for path in folder.glob("*.parquet")} == {commit}


def test_validation_cannot_be_switched_off_from_outside(small: Project) -> None:
    code = (
        "from pathlib import Path; from alleged import release; from alleged.project import Project\n"
        "from alleged.errors import VerificationError; from alleged.tables import claims\n"
        "rows = claims.rows\n"
        "object.__setattr__(claims.CLAIMS, 'rows', lambda c: ({**r, 'n_texts': 0} for r in rows(c)))\n"
        "try:\n    release.build(Project(Path('.').absolute()))\n"
        "except VerificationError as error:\n    print('refused', 'n_texts' in str(error))\n"
    )
    off = {**os.environ, "PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=small.root, env=off, capture_output=True, text=True, check=True
    )

    assert done.stdout == "refused True\n"


def test_a_record_lost_on_the_way_to_its_table_stops_the_build(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLES, "appearances", _without_rows("appearances"))

    with pytest.raises(VerificationError, match="appearances has 0 rows, but the records give 1"):
        release.build(small)
    assert not (small.datasets / "dev").exists()


def _without_rows(name: str) -> object:
    from dataclasses import replace

    return replace(TABLES[name], rows=lambda corpus: iter(()))


STEPS = [(files, "create"), (files, "fsync_dir"), (publishing, "swap")]
"""Steps of publishing: module and function."""


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_a_failure_at_any_step_leaves_the_old_tables(
    module: ModuleType, step: str, ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sums(ready)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(EnvironmentFailure, match="nothing was published in datasets/dev: the disk is full"):
        release.build(ready, force=True)

    assert sums(ready) == before
    assert [p.name for p in ready.datasets.iterdir() if p.name.startswith(".build")] == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("module", "step"), STEPS)
def test_a_killed_build_leaves_whole_tables_and_the_next_one_recovers(
    module: ModuleType, step: str, ready: Project
) -> None:
    code = (
        "import os, signal; from pathlib import Path\n"
        "from alleged import release; from alleged.project import Project\n"
        f"import {module.__name__} as module\n"
        f"step = module.{step}\n"
        "def die(*a):\n    step(*a)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"module.{step} = die\n"
        "release.build(Project(Path('.').absolute()), force=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ready.root, check=False, capture_output=True)

    assert done.returncode == -signal.SIGKILL
    assert alleged.load("claims", project=ready.root).height == 1
    release.build(ready, force=True)
    assert sorted(p.name for p in ready.datasets.iterdir()) == [".lock", "dev"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_build_killed_between_the_two_renames_is_recovered(ready: Project) -> None:
    before = sums(ready)
    (ready.datasets / "dev").rename(ready.datasets / ".old-1")
    (ready.datasets / ".build-1").mkdir()

    assert release.build(ready).unchanged
    assert sums(ready) == before
    assert sorted(p.name for p in ready.datasets.iterdir()) == [".lock", "dev"]


def test_two_builds_at_once_both_end_well_and_one_waits(small: Project) -> None:
    lines: list[str] = []
    results: list[bool] = []

    def build() -> None:
        results.append(release.build(small, force=True, say=lines.append).published)

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [True, True]
    assert lines in ([], ["waiting for another build of this project"])
    assert alleged.load("claims", project=small.root).height == 1


def test_a_changed_byte_is_noticed_on_loading(ready: Project) -> None:
    path = ready.datasets / "dev" / "claims.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(VerificationError, match="is not the file in its manifest"):
        alleged.load("claims", project=ready.root)


def test_loading_names_what_there_is(small: Project) -> None:
    with pytest.raises(UnknownNameError, match="run 'alleged build' in a project"):
        alleged.load("claims", project=small.root)
    release.build(small)
    with pytest.raises(UnknownNameError, match="did you mean 'claims'"):
        alleged.load("claim", project=small.root)
    with pytest.raises(UnknownNameError, match=r"no tables in .*2031\.01\.0"):
        alleged.load("claims", release="2031.01.0", project=small.root)
    with pytest.raises(UnknownNameError, match="not the name of a release"):
        alleged.load("claims", release="../dev", project=small.root)
    assert alleged.table_names(project=small.root / "claims") == list(TABLES)


def test_a_manifest_of_a_newer_format_says_what_to_upgrade_to(ready: Project) -> None:
    path = ready.datasets / "dev" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2, "needs": "7.1"}))

    with pytest.raises(VerificationError, match=r"need alleged 7\.1; upgrade it"):
        alleged.load("claims", project=ready.root)


def test_a_folder_whose_name_looks_like_a_pattern_is_no_pattern(tmp_path: Path) -> None:
    project = Project(tmp_path / "x[1]*")
    shutil.copytree(TESTS / "cast", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)

    assert release.build(project).published
    assert alleged.load("claims", project=project.root).height == 1


def test_tables_are_not_written_through_a_link(ready: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    victim = tmp_path_factory.mktemp("victim") / "claims.parquet"
    victim.write_bytes(b"precious")
    link = ready.datasets / "dev" / "claims.parquet"
    link.unlink()
    link.symlink_to(victim)

    release.build(ready, force=True)

    assert victim.read_bytes() == b"precious"
    assert not link.is_symlink()
