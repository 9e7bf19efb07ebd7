"""The package outside its repository: built as a wheel, installed elsewhere, and used on other datasets."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from paths import ROOT, TESTS
from repositories import git_in

COMMAND = "import alleged.cli, sys; alleged.cli.main(sys.argv[1:])"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the wheel of this repository is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("alleged-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def python(site: Path, at: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python code with the installed package, and the words as its arguments."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    run = [sys.executable, "-c", code, *words]
    return subprocess.run(run, cwd=at, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_wheel_checks_a_copy_of_the_records(site: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "claims", tmp_path / "elsewhere" / "claims")

    done = python(site, tmp_path / "elsewhere", f"import alleged; print(alleged.__file__); {COMMAND}", "check")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(str(site))
    assert " 0 errors" in done.stderr


def test_a_dataset_on_chemical_weapons_from_its_start_to_a_cited_release(site: Path, tmp_path: Path) -> None:
    """A founder uses the wheel alone: own items, acts, predicates and bases, own licence, own authors."""
    folder = tmp_path / "syria"

    def alleged(*words: str, at: Path = folder) -> str:
        done = python(site, at, COMMAND, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    title = "Claims about chemical weapons in Syria"
    made = ("--author", "A. Writer", "--author", "Example Institute", "--licence", "ODbL-1.0")
    more = ("--address", "https://example.org/syria", "--contact", "corrections@example.org")
    alleged("init", "syria", "--title", title, *made, *more, at=tmp_path)
    (folder / "claims" / "example.yaml").unlink()
    for part in ("claims", "vocabularies"):
        shutil.copytree(TESTS / "syria" / part, folder / part, dirs_exist_ok=True)
    git = git_in(folder)
    git("init", "-q")

    assert "2 files checked, 15 records in the project: 0 errors, 0 warnings" in alleged("check")
    alleged("init", "--schemas")
    assert '"const": "sarin-munition"' in (folder / "schemas" / "bundle.schema.json").read_text()
    assert "attribute-use" in alleged("explain", "act")
    assert "independent origins: 1" in alleged("origins", "khan-shaykhun-2017")
    alleged("build")
    git("add", ".")
    git("commit", "-qm", "Record what the Joint Investigative Mechanism reported")
    name = alleged("release").split()[1].rstrip(":")
    git("add", f"datasets/{name}/*.parquet", f"datasets/{name}/manifest.json", f"datasets/{name}/changes.ndjson")
    git("add", "datasets/index.json", "CHANGELOG.md")
    git("commit", "-qm", f"Release {name}")

    assert "files match the manifest" in alleged("verify")
    assert "files have the same bytes" in alleged("verify", "--rebuild")
    clone = tmp_path / "clone"
    git_in(tmp_path)("clone", "-q", str(folder), str(clone))
    assert "have the same bytes" in alleged("verify", name, "--rebuild", "--restore", at=clone)
    assert (clone / "datasets" / name / "CITATION.cff").exists()
    # A reader has the release, and nothing else of the project.
    shutil.copytree(clone / "datasets", tmp_path / "reader" / "datasets")
    assert "files match the manifest" in alleged("verify", at=tmp_path / "reader")
    code = (
        "import alleged, sys; release = alleged.open(sys.argv[1]); claims = release.claims;"
        "print(claims['act'][1], claims['stance'][1], claims['item'][1], *release.quantities['unit']);"
        "print(alleged.as_of('2017-12-31', release=sys.argv[1])['topic_timeline']['hi'].to_list());"
        "print(release.cite())"
    )
    read = python(site, tmp_path / "reader", code, name)
    assert read.returncode == 0, read.stderr
    claim, origins, cited = read.stdout.splitlines()
    assert claim == "attribute-use yes chlorine-munition barrel-bomb"
    assert origins == "[0, 1, 1]", "the denial came first"
    assert cited.startswith("A. Writer and Example Institute. (")
    assert f"{title} (Version {name}) [Data set]" in cited
    assert cited.endswith("https://example.org/syria")
    assert "open site" in alleged("site", at=tmp_path / "reader")
    page = (tmp_path / "reader" / "site" / "topic" / "khan-shaykhun-2017.html").read_text(encoding="utf-8")
    assert "<b>Attribute a use</b>" in page, "own acts have their labels"
    assert title in page
    assert (tmp_path / "reader" / "site" / "static" / "site.css").exists()
