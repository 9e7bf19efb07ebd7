"""Every command line that the documents show is run, and every link in them leads somewhere."""

import re
import shlex
import shutil
from pathlib import Path

import polars as pl
import pytest

import alleged
from alleged.api import Release
from alleged.cli import COMMANDS
from alleged.project import PACKAGE
from alleged.tables import TABLES
from inside import run_inside
from paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINES = [
    (page.name, line.removeprefix("$ "))
    for page in PAGES
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the records, releases and documents, so that commands may write."""
    folder = tmp_path_factory.mktemp("docs") / "alleged"
    shutil.copytree(ROOT / "claims", folder / "claims")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copytree(ROOT / "datasets", folder / "datasets", ignore=shutil.ignore_patterns("dev", ".*"))
    return folder


def test_the_documents_show_commands() -> None:
    assert {page for page, _ in LINES} >= {"README.md"}


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_command_in_the_documents_works(page: str, line: str, copy: Path) -> None:
    words = shlex.split(re.split(r" [|>] ", line.removeprefix(".venv/bin/"))[0], comments=True)
    assert words[0] == "alleged", f"{page} shows {line!r}; only commands of alleged can be run here"

    done = run_inside(copy, *words[1:])

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_lists_every_command_in_the_order_of_the_help() -> None:
    listed = re.findall(r"^\| `alleged ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert listed == [name for name in COMMANDS if name in listed]
    assert set(listed) == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_between_the_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [t for t in targets if not re.match(r"[a-z]+:", t)]

    assert [t for t in local if not (page.parent / t).exists()] == []


NAME = re.compile(r"`([a-z]+(?:_[a-z0-9]+)+)`")


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Return the names of tables, columns, fields, modules, and of what the API and polars offer."""
    schemas = [path.read_text(encoding="utf-8") for path in (ROOT / "schemas").rglob("*.json")]
    fields = {word for text in schemas for word in re.findall(r'"([a-z]+(?:_[a-z0-9]+)*)"', text)}
    columns = {name for table in TABLES.values() for name in table.dtypes}
    joined = {f"{name}_right" for name in columns}  # so polars calls a second column of the name
    imported = {f"source_{name}" for name in fields}
    modules = {path.stem for path in PACKAGE.rglob("*.py")}
    offered = {*dir(alleged), *dir(alleged.codes), *dir(Release), *dir(pl.DataFrame)}
    return {*TABLES, *columns, *joined, *fields, *imported, *modules, *offered}


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "CHANGELOG.md"], ids=lambda p: p.name)
def test_tables_columns_and_fields_that_the_documents_name_exist(page: Path, names: set[str]) -> None:
    assert {*NAME.findall(page.read_text(encoding="utf-8"))} - names == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_yaml_in_the_documents_can_be_read(page: Path, tmp_path: Path) -> None:
    from alleged.project import Project
    from alleged.reader import Document, read_document

    (tmp_path / "claims").mkdir()
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        path = tmp_path / "claims" / "shown.yaml"
        path.write_text(block, encoding="utf-8")
        assert isinstance(read_document(path, Project(tmp_path)), Document), block
