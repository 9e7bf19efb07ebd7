"""Charts from the command line: the option `--out` of timeline, origins and quantities."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from xml.etree import ElementTree as ET

import pytest

import alleged
from inside import run_inside
from paths import ROOT, TESTS, stable

RELEASE, TROOPS = stable(), "dprk-troops-to-russia"
COMMANDS = ("timeline", "origins", "quantities")


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder without records, whose lock names a release."""
    root = tmp_path_factory.mktemp("analysis")
    (root / "datasets").mkdir()
    shutil.copy(ROOT / "datasets" / "index.json", root / "datasets")
    shutil.copytree(ROOT / "datasets" / RELEASE, root / "datasets" / RELEASE)
    assert run_inside(root, "pin", RELEASE).returncode == 0
    return root


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Return a project with records and without tables."""
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    return tmp_path


def draw(folder: Path, command: str, *words: str, topic: str = TROOPS) -> CompletedProcess[str]:
    return run_inside(folder, command, topic, *words)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_chart_of_the_pinned_release_is_the_one_that_python_draws(analysis: Path, command: str) -> None:
    done = draw(analysis, command, "--out", f"{command}.svg")
    plot = alleged.open(RELEASE, project=ROOT).plot

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"wrote {command}.svg: Has the DPRK sent troops to Russia?")
    assert (analysis / f"{command}.svg").read_text(encoding="utf-8") == getattr(plot, command)(TROOPS).standalone()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_chart_is_drawn_as_of_a_day(analysis: Path, command: str) -> None:
    done = draw(analysis, command, "--as-of", "2024-10-31", "--release", RELEASE, "--out", "then.svg")

    assert done.returncode == 0, done.stderr
    assert "as known on 31 Oct 2024 · release " + RELEASE in (analysis / "then.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_chart_of_the_records_needs_no_tables(recorded: Path, command: str) -> None:
    done = draw(recorded, command, "--out", "chart.svg", topic="dprk-munitions-to-russia")

    assert done.returncode == 0, done.stderr
    assert ET.parse(recorded / "chart.svg").getroot().tag.endswith("svg")  # noqa: S314 - it is ours


@pytest.mark.parametrize("command", COMMANDS)
def test_a_picture_is_drawn_in_the_colours_of_daylight(analysis: Path, command: str) -> None:
    pytest.importorskip("resvg_py")

    done = draw(analysis, command, "--out", "chart.PNG")

    assert done.returncode == 0, done.stderr
    assert (analysis / "chart.PNG").read_bytes().startswith(b"\x89PNG")


def test_a_program_without_variables_of_style_gets_colours() -> None:
    from alleged.charts.style import DARK, LIGHT, resolved

    for palette in (LIGHT, DARK):
        assert "var(" not in resolved(palette)
        assert "@media" not in resolved(palette)
        assert f".m.no {{ fill: {palette['no']}; }}" in resolved(palette)


def test_a_picture_without_its_package_names_what_to_install(analysis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)

    done = draw(analysis, "timeline", "--out", "missing.png")

    assert done.returncode == 3
    assert "pip install 'alleged[site]'" in done.stderr
    assert not (analysis / "missing.png").exists()


@pytest.mark.parametrize("name", ["chart.pdf", "chart", "chart.svg.html", "claims.yaml"])
def test_other_endings_are_refused(analysis: Path, name: str) -> None:
    done = draw(analysis, "origins", "--out", name)

    assert done.returncode == 2
    assert f"'{name}' ends in neither .svg nor .png" in done.stderr
    assert not (analysis / name).exists()


def test_a_link_is_not_followed(analysis: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.svg"
    kept.write_text("kept", encoding="utf-8")
    (analysis / "link.svg").symlink_to(kept)

    done = draw(analysis, "timeline", "--out", "link.svg")

    assert done.returncode == 3
    assert kept.read_text(encoding="utf-8") == "kept"
    assert (analysis / "link.svg").is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="permissions of folders differ")
def test_a_folder_that_is_not_there_is_an_error(analysis: Path) -> None:
    done = draw(analysis, "timeline", "--out", "nowhere/chart.svg")

    assert done.returncode == 3
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("timeline", "--json"), "--json and --out exclude each other"),
        (("timeline", "--known", "possible"), "charts are drawn with --known certain"),
        (("origins", "--edges", "current"), "charts are drawn with --edges then"),
    ],
)
def test_what_a_chart_cannot_show_is_refused(analysis: Path, words: tuple[str, ...], message: str) -> None:
    command, *options = words

    done = draw(analysis, command, *options, "--out", "no.svg")

    assert done.returncode == 2
    assert message in done.stderr
    assert not (analysis / "no.svg").exists()


def test_a_topic_that_does_not_exist_is_named(analysis: Path) -> None:
    done = draw(analysis, "quantities", "--out", "no.svg", topic="dprk-troops-to-rusia")

    assert done.returncode == 2
    assert "did you mean 'dprk-troops-to-russia'?" in done.stderr


def test_the_text_of_a_timeline_ends_on_the_day(analysis: Path) -> None:
    whole, then = draw(analysis, "timeline"), draw(analysis, "timeline", "--as-of", "2024-10-31")
    days = [line[:10] for line in then.stdout.splitlines()[2:]]

    assert max(days) <= "2024-10-31"
    assert whole.stdout.startswith(then.stdout)
    assert len(whole.stdout) > len(then.stdout)


def test_the_text_of_figures_has_those_that_were_public(analysis: Path) -> None:
    tables = alleged.open(RELEASE, project=ROOT).as_of("2024-10-31")
    expected = tables.quantities_of(TROOPS)["claim_id"].to_list()

    done = draw(analysis, "quantities", "--as-of", "2024-10-31")

    assert sorted(line.rpartition("(")[2][:-1] for line in done.stdout.splitlines() if line.endswith(")")) == sorted(
        expected
    )


def test_the_python_of_the_page_on_charts_runs(analysis: Path) -> None:
    page = (ROOT / "docs" / "charts.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    script = "".join(text for kind, text in blocks if kind == "python")

    (analysis / "page.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "page.py"], cwd=analysis, capture_output=True, text=True, check=False
    )

    assert f'alleged.open("{RELEASE}")' in script
    assert (done.returncode, done.stderr) == (0, "")
    for kind, text in blocks:
        if kind == "py":
            compile(text, "docs/charts.md", "exec")
