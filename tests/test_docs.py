"""Every command line that the documents show is run, and every link in them leads somewhere."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from alleged.cli import COMMANDS
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


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_yaml_in_the_documents_can_be_read(page: Path, tmp_path: Path) -> None:
    from alleged.project import Project
    from alleged.reader import Document, read_document

    (tmp_path / "claims").mkdir()
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        path = tmp_path / "claims" / "shown.yaml"
        path.write_text(block, encoding="utf-8")
        assert isinstance(read_document(path, Project(tmp_path)), Document), block
