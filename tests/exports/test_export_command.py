"""`alleged export`: which release it writes, and where."""

import io
import json
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from alleged.exports import FORMATS
from inside import run_inside
from paths import ROOT

STABLE = json.loads((ROOT / "datasets" / "index.json").read_text(encoding="utf-8"))["channels"]["stable"]
CATALOGUE = str(ROOT / "datasets")


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """Return a folder with nothing but an `alleged.lock`."""
    assert run_inside(tmp_path, "pin", STABLE, "--catalogue", CATALOGUE).returncode == 0
    return tmp_path


def test_without_a_format_the_formats_are_listed(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "export")

    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[:-1]] == [*FORMATS]


def test_the_release_of_the_lock_is_exported_into_the_working_directory(locked: Path) -> None:
    done = run_inside(locked, "export", "csv")

    assert (done.returncode, done.stderr) == (0, "")
    [made] = [path for path in locked.iterdir() if path.name != "alleged.lock"]
    assert re.fullmatch(rf"[a-z-]+-{re.escape(STABLE)}\.csv\.zip", made.name)
    assert made.name in done.stdout
    assert {"README.txt", "claims.csv", "flat_claims.csv"} <= {*zipfile.ZipFile(made).namelist()}


def test_in_a_project_without_a_lock_the_stable_release_is_used_and_named(tmp_path: Path) -> None:
    done = run_inside(ROOT, "export", "stata", "--out", str(tmp_path))

    assert done.returncode == 0
    assert [path.name.partition("-2")[2] for path in tmp_path.iterdir()] == [f"{STABLE[1:]}.stata.zip"]


def test_a_file_that_exists_is_replaced_only_by_force(locked: Path) -> None:
    path = locked / "mine.zip"
    path.write_text("mine", encoding="utf-8")

    refused = run_inside(locked, "export", "csv", "--out", "mine.zip")
    kept = path.read_bytes()
    forced = run_inside(locked, "export", "csv", "--out", "mine.zip", "--force")

    assert (refused.returncode, kept) == (2, b"mine")
    assert "--force" in refused.stderr
    assert forced.returncode == 0
    assert zipfile.is_zipfile(path)


def test_no_link_is_followed(locked: Path) -> None:
    (locked / "theirs").write_text("theirs", encoding="utf-8")
    (locked / "link.zip").symlink_to(locked / "theirs")

    done = run_inside(locked, "export", "csv", "--out", "link.zip", "--force")

    assert done.returncode == 3
    assert (locked / "theirs").read_text(encoding="utf-8") == "theirs"


def test_a_folder_that_is_missing_is_named(locked: Path) -> None:
    done = run_inside(locked, "export", "csv", "--out", "nowhere/a.zip")

    assert done.returncode == 3
    assert "nowhere/a.zip' cannot be written" in done.stderr


def test_an_unknown_format_gets_a_suggestion(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "export", "sqllite")

    assert done.returncode == 2
    assert "did you mean 'sqlite'" in done.stderr


def test_releases_of_older_schemas_say_what_still_works(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "pin", "2026.11.1", "--catalogue", CATALOGUE)
    done = run_inside(tmp_path, "export", "csv")

    assert done.returncode == 2
    assert "version 2 is needed" in done.stderr


def test_the_last_build_has_the_flat_tables_as_they_were_compiled(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "fixture", tmp_path / "project")
    project = tmp_path / "project"
    assert run_inside(project, "build").returncode == 0

    done = run_inside(project, "export", "sqlite", "--release", "dev")

    assert done.returncode == 0, done.stderr
    [made] = project.glob("*-dev.sqlite.zip")
    (project / "dataset.db").write_bytes(zipfile.ZipFile(io.BytesIO(made.read_bytes())).read("dataset.db"))
    with closing(sqlite3.connect(project / "dataset.db")) as connection:
        [[flat]] = connection.execute("SELECT count(*) FROM flat_claims")
        [[active]] = connection.execute("SELECT count(*) FROM claims WHERE status = 'active' AND NOT background")
    assert flat == active > 0


def test_the_sql_of_the_page_runs(locked: Path) -> None:
    import duckdb

    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    of_sqlite, of_csv = re.findall(r"^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for name in ("sqlite", "csv"):
        assert run_inside(locked, "export", name, "--out", f"{name}.zip").returncode == 0
        zipfile.ZipFile(locked / f"{name}.zip").extractall(locked)

    with closing(sqlite3.connect(locked / "dataset.db")) as connection:
        assert all(connection.execute(query).fetchall() for query in of_sqlite.strip().split(";\n\n"))
    with duckdb.connect() as connection:
        assert connection.execute(of_csv.replace("flat_claims.csv", str(locked / "flat_claims.csv"))).fetchall()


def test_the_page_names_every_format_of_tables() -> None:
    page = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")

    assert all(f"`{name}`" in page for name in FORMATS)
