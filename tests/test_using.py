"""The page on using the tables works as it is written: its Python and SQL are run, in order, on a release."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from paths import ROOT

PAGE = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
NAME = re.findall(r'release="([0-9.]+)"', PAGE)[0]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that has the release of the page as a clone has it."""
    root = tmp_path_factory.mktemp("analysis")
    (root / "datasets").mkdir()
    shutil.copy(ROOT / "datasets" / "index.json", root / "datasets")
    shutil.copytree(ROOT / "datasets" / NAME, root / "datasets" / NAME)
    return root


def run(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=at, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ran(analysis: Path) -> Path:
    """Return the folder after the page's commands and Python blocks, run in order as one script."""
    assert run("-m", "alleged", "pin", NAME, at=analysis).returncode == 0
    (analysis / "script.py").write_text("".join(text for kind, text in BLOCKS if kind == "python"), encoding="utf-8")
    done = run("-W", "error", "script.py", at=analysis)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return analysis


def test_the_page_shows_every_tool() -> None:
    assert {kind for kind, _ in BLOCKS} == {"python", "py", "sql", "r", "console"}
    assert all(kind != "py" or "https://example.org" in text for kind, text in BLOCKS), "only addresses go unrun"


def test_the_python_of_the_page_runs_in_order_and_silently(ran: Path) -> None:
    assert (ran / "alleged.lock").is_file()


def test_the_sql_of_the_page_runs(analysis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(analysis)
    texts = [text for kind, text in BLOCKS if kind == "sql"]

    assert texts
    for text in texts:
        assert duckdb.execute(text).fetchall()


def test_the_tables_that_the_page_names_for_r_are_there(analysis: Path) -> None:
    paths = re.findall(r'read_parquet\("([^"]+)"\)', "".join(text for kind, text in BLOCKS if kind == "r"))

    assert paths
    assert [path for path in paths if not (analysis / path).is_file()] == []


def test_no_cell_of_the_file_for_excel_is_a_formula(ran: Path) -> None:
    content = (ran / f"claims-{NAME}.csv").read_text(encoding="utf-8")
    cells = [cell for row in csv.reader(content.removeprefix("\ufeff").splitlines()) for cell in row]

    assert content[0] == "\ufeff"
    assert "stoltenberg-2024-breach" in cells
    assert [cell for cell in cells if cell[:1] in tuple("=+@\t\r") or re.match(r"-\D", cell)] == []


def test_what_would_be_a_formula_is_kept_as_text(ran: Path) -> None:
    block = next(text for kind, text in BLOCKS if "write_csv" in text)
    hostile = (
        "import polars as pl\nclaims = pl.DataFrame({'quote': ['=1+1', '+1', '-1', '@a', '\\t=1', 'a=1'], 'n': -1})\n"
    )
    folder = ran / "hostile"
    folder.mkdir()
    (folder / "script.py").write_text(hostile + block, encoding="utf-8")

    done = run("script.py", at=folder)

    assert done.returncode == 0, done.stderr
    with (folder / f"claims-{NAME}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["quote"] for row in rows] == ["'=1+1", "'+1", "'-1", "'@a", "'\t=1", "a=1"]
    assert {row["n"] for row in rows} == {"-1"}


def test_the_page_on_mistakes_runs_on_its_release(analysis: Path) -> None:
    page = (ROOT / "docs" / "pitfalls.md").read_text(encoding="utf-8")
    text = "".join(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    (analysis / "pitfalls.py").write_text(text, encoding="utf-8")

    assert f'alleged.open("{NAME}")' in text
    done = run("-W", "error", "pitfalls.py", at=analysis)
    assert (done.returncode, done.stderr) == (0, "")
