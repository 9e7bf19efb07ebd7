"""What is published: the steps of the workflows are run here, with what they would publish or damaged copies of it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import alleged
from alleged import api
from alleged.exports import FORMATS
from alleged.exports.packing import file_name, packed
from alleged.project import Project
from alleged.records.settings import read_settings
from paths import ROOT
from serving import serving

RELEASE = "2026.11.2"
WORKFLOWS = ROOT / ".github" / "workflows"
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workflows run on Linux")


def jobs(workflow: str) -> dict[str, Any]:
    return yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_bytes())["jobs"]


def run(job: dict[str, Any], name: str, at: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the step of this name as GitHub would, with the Python of the tests."""
    [step] = [step for step in job["steps"] if step.get("name") == name]
    path = os.pathsep.join((str(at / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, **variables}
    return subprocess.run([*SHELL, step["run"]], cwd=at, env=environment, capture_output=True, text=True, check=False)


# Who may do what


@pytest.mark.parametrize("workflow", ["release", "tool", "catalogue"])
def test_jobs_that_may_publish_run_nothing_of_the_commit(workflow: str) -> None:
    for job in jobs(workflow).values():
        writes = {name for name, access in job["permissions"].items() if access == "write"}
        if not writes:
            continue
        commands = "\n".join(step.get("run", "") for step in job["steps"])
        assert not any(word in commands for word in ("make ", "alleged ", "hatchling", ".venv")), workflow
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"] == {"path": "commit", "persist-credentials": False}


@pytest.mark.parametrize(
    ("workflow", "job", "environment"), [("release", "publish", "data"), ("tool", "publish", "tool")]
)
def test_packages_are_published_without_a_token_and_only_where_it_was_switched_on(
    workflow: str, job: str, environment: str
) -> None:
    found = jobs(workflow)[job]

    assert found["permissions"]["id-token"] == "write"
    assert (found["environment"], found["if"]) == (environment, f"vars.PUBLISH_{environment.upper()} == 'true'")
    assert found["steps"][-1]["uses"].startswith("pypa/gh-action-pypi-publish@")
    assert "secrets." not in (WORKFLOWS / f"{workflow}.yml").read_text(encoding="utf-8")


# The data package


@pytest.fixture(scope="module")
def wheel() -> tuple[str, bytes]:
    opened = api.open(RELEASE, ROOT / "datasets")
    return file_name(FORMATS["wheel"], opened), packed(FORMATS["wheel"], opened)


Files = dict[str, bytes]


def unchanged(files: Files) -> None:
    """Change nothing."""


def other_table(files: Files) -> None:
    files[f"alleged_russia_dprk_data/{RELEASE}/topics.parquet"] += b"x"


def other_manifest(files: Files) -> None:
    files[f"alleged_russia_dprk_data/{RELEASE}/manifest.json"] += b"\n"


def code(files: Files) -> None:
    files["alleged_russia_dprk_data/__init__.py"] += b"import os\n"


def one_more(files: Files) -> None:
    files["alleged_russia_dprk_data.pth"] = b"import os\n"


def one_less(files: Files) -> None:
    del files[f"alleged_russia_dprk_data/{RELEASE}/topics.parquet"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (unchanged, ""),
        (other_table, "topics.parquet is not the file that the manifest names"),
        (other_manifest, "manifest.json is not the file"),
        (code, "the package holds code"),
        (one_more, "the package holds other files than the release"),
        (one_less, "the package holds other files than the release"),
    ],
)
def test_only_the_tables_of_the_committed_manifest_are_published(
    change: Callable[[Files], None], said: str, wheel: tuple[str, bytes], tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "datasets" / RELEASE, tmp_path / "commit" / "datasets" / RELEASE)
    (tmp_path / "package").mkdir()
    path = tmp_path / "package" / wheel[0]
    path.write_bytes(wheel[1])
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)

    name = "Accept only the tables that the committed manifest names"
    done = run(jobs("release")["publish"], name, tmp_path, GITHUB_REF_NAME=RELEASE)

    assert (done.returncode == 0) is (not said)
    assert said in done.stderr


def test_a_package_of_another_release_is_not_published(wheel: tuple[str, bytes], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "datasets" / "2026.11.1", tmp_path / "commit" / "datasets" / "2026.11.1")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / wheel[0]).write_bytes(wheel[1])

    name = "Accept only the tables that the committed manifest names"
    done = run(jobs("release")["publish"], name, tmp_path, GITHUB_REF_NAME="2026.11.1")

    assert done.returncode != 0
    assert "is not the package of 2026.11.1" in done.stderr


def test_package_exports_and_signature_are_attached_to_the_release(tmp_path: Path) -> None:
    for name in ("package/a.whl", "exports/a.csv.zip", "exports/a.sqlite.zip", "signature/provenance.json"):
        (tmp_path / "assets" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "assets" / name).touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)

    job = jobs("release")["attach"]
    done = run(job, "Create the release", tmp_path, GITHUB_REF_NAME=RELEASE, GITHUB_REPOSITORY="some/where")

    said = done.stdout.splitlines()
    assert said[:6] == ["release", "create", RELEASE, "--repo", "some/where", "--verify-tag"]
    assert [Path(word).name for word in said[-4:]] == ["a.whl", "a.csv.zip", "a.sqlite.zip", "provenance.json"]


# The tool, and the catalogue


@pytest.mark.parametrize(("tag", "accepted"), [(f"v{alleged.__version__}", True), ("v99.0.0", False)])
def test_only_the_tag_of_this_version_is_published(tag: str, accepted: bool) -> None:
    done = run(jobs("tool")["build"], "Accept only the tag of this version", ROOT, GITHUB_REF_NAME=tag)

    assert (done.returncode == 0) is accepted


def test_the_published_catalogue_is_read_over_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    (tmp_path / "datasets" / "dev").mkdir(exist_ok=True)

    done = run(jobs("catalogue")["collect"], "Copy the releases", tmp_path)

    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pages" / "datasets" / "dev").exists()
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    with serving(tmp_path / "pages") as server:
        assert alleged.load("topics", RELEASE, f"{server.address}/datasets", project=tmp_path).height


# The deposit, and the citation


def test_deposit_and_citation_say_what_dataset_yaml_and_the_stable_release_say() -> None:
    settings = read_settings(Project(ROOT))[0]
    stable = json.loads((ROOT / "datasets" / "index.json").read_bytes())["channels"]["stable"]
    deposit = json.loads((ROOT / ".zenodo.json").read_bytes())
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_bytes())

    assert (deposit["title"], deposit["license"]) == (settings.title, settings.licence.lower())
    assert [one["name"] for one in deposit["creators"]] == [author.name for author in settings.authors]
    assert (cited["title"], cited["version"], cited["type"]) == (settings.title, stable, "dataset")
    assert cited["license"] == settings.licence
    assert (cited.get("url", ""), cited.get("doi", "")) == (settings.address, settings.doi)
