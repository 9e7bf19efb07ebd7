"""Numbers and answers in pages are those of the stable release, whatever the records of today are."""

import shutil
from pathlib import Path

import pytest

import cookbook
from alleged.changes import revisions
from alleged.errors import AllegedError
from alleged.project import Project
from alleged.records import corpus
from alleged.release import cutting
from alleged.tables import all_tables
from inside import run_inside
from paths import ROOT, TESTS
from repositories import git_in


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with one release of one claim, and with a second claim that is not released yet."""
    project = Project(tmp_path_factory.mktemp("released"))
    project.claims.mkdir()
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    claim = (TESTS / "mistakes" / "no-mistake.yaml").read_text(encoding="utf-8")
    (project.claims / "one.yaml").write_text(claim, encoding="utf-8")
    (project.root / "README.md").write_text("<!-- stats -->\n<!-- /stats -->\n", encoding="utf-8")
    git = git_in(project.root)
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "Record a claim")
    git("add", *cutting.cut(project).commit)
    git("commit", "-qm", "Release")
    other = claim.replace("id: ministry-shells", "id: ministry-again").replace("sources:\n", "sources: []\n", 0)
    (project.claims / "two.yaml").write_text(other, encoding="utf-8")
    return project


def test_numbers_in_pages_are_those_of_the_stable_release(released: Project) -> None:
    done = run_inside(released.root, "stats", "--write")
    page = (released.root / "README.md").read_text(encoding="utf-8")

    name = next(entry.name for entry in released.datasets.iterdir() if entry.name.startswith("20"))
    assert done.stdout == f"wrote README.md, from {name}\n"
    assert f"Release {name}." in page
    assert "| claims, said from 2023 to 2023 | 1 |" in page
    assert len(corpus.read(released).corpus.claims) == 2


@pytest.fixture(scope="module")
def here() -> Project:
    """Return the records of the stable release of this repository; tests are skipped where its commit is not here."""
    try:
        with revisions.stable(Project(ROOT)):
            return Project(ROOT)
    except AllegedError:
        pytest.skip("the commit of the stable release is not here")


def test_the_numbers_in_docs_are_those_of_the_stable_release(here: Project, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    git_in(tmp_path)("clone", "-q", "--shared", str(here.root), "copy")
    shutil.copy(ROOT / "docs" / "data-quality.md", copy / "docs")
    before = (copy / "docs" / "data-quality.md").read_text(encoding="utf-8")

    assert run_inside(copy, "stats", "--write").returncode == 0
    assert (copy / "docs" / "data-quality.md").read_text(encoding="utf-8") == before, "run `make docs`"


def test_the_answers_in_the_cookbook_are_those_of_the_stable_release(here: Project) -> None:
    with revisions.stable(here) as (_, at):
        tables = all_tables(corpus.read(at).corpus)

    for query in cookbook.queries():
        assert cookbook.shown(cookbook.in_polars(query, tables)) == query.printed, f"{query.title}: run `make docs`"
