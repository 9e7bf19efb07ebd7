"""What reads a release works without the packages that only checking records and building tables need."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import copytree

import pytest

from alleged.errors import RECORDS
from paths import ROOT

WITHOUT = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {RECORDS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
"""
COMMAND = f"{WITHOUT}\nimport alleged.cli; alleged.cli.main(sys.argv[1:])"
CLAIM, TOPIC = "stoltenberg-2024-breach", "dprk-troops-to-russia"


def python(at: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    run = [sys.executable, "-c", code, *words]
    return subprocess.run(run, cwd=at, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("show", CLAIM),
        ("find", "containers"),
        ("origins", TOPIC, "--as-of", "2024-10-20"),
        ("timeline", TOPIC),
        ("quantities", "dprk-munitions-to-russia"),
        ("stats",),
        ("cite", CLAIM),
    ],
    ids=lambda words: words[0],
)
def test_a_command_that_reads_a_release_needs_none_of_them(words: tuple[str, ...]) -> None:
    done = python(ROOT, COMMAND, *words, "--release", "2026.11.2")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_a_release_is_verified_and_pinned_without_them(tmp_path: Path) -> None:
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")

    assert python(ROOT, COMMAND, "verify", "2026.11.2").returncode == 0
    assert python(tmp_path, COMMAND, "pin", "2026.11.2", "--catalogue", "datasets").returncode == 0
    assert python(tmp_path, COMMAND, "show", CLAIM).stdout
    assert python(tmp_path, COMMAND, "diff", "2026.11.2", "2026.11.2").returncode == 0


@pytest.mark.parametrize("name", ["csl", "jsonld", "croissant"])
def test_a_release_is_exported_without_them(name: str, tmp_path: Path) -> None:
    copytree(ROOT / "datasets", tmp_path / "datasets")

    done = python(tmp_path, COMMAND, "export", name, "--release", "2026.11.2")

    assert (done.returncode, done.stderr) == (0, "")


def test_a_format_that_needs_one_says_what_to_install(tmp_path: Path) -> None:
    done = python(ROOT, COMMAND, "export", "csv", "--release", "2026.11.2", "--out", str(tmp_path))

    assert done.returncode == 3
    assert done.stderr.endswith("which is not installed: pip install 'alleged[export]'\n")


def test_python_reads_and_asks_a_release_without_them() -> None:
    code = f"""{WITHOUT}
import alleged
release = alleged.open("2026.11.2")
tables = alleged.table_names("2026.11.2")
assert alleged.scan("claims", "2026.11.2").collect().equals(alleged.load("claims", "2026.11.2"))
assert "2026.11.2" in [version.release for version in alleged.versions()]
assert "2026.11.2" in release.cite() and release.codebook("claims.said_lo")
assert release.origins_of({TOPIC!r}, as_of="2024-10-20").names
assert all(len(frame) for frame in (release.trace({CLAIM!r}), release.find("containers"),
                                    release.timeline_of({TOPIC!r}), release.quantities_of({TOPIC!r})))
for ask in (lambda: release.as_of("2024-06-18"), lambda: release.plot.timeline({TOPIC!r})):
    try:
        ask()
    except OSError as error:
        print(error)
"""
    done = python(ROOT, code)

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        f"{name} needs pandera, which is not installed here: pip install 'alleged[records]'"
        for name in ("as_of", "plot")
    ]


def test_a_command_that_needs_one_names_it_and_what_to_install() -> None:
    done = python(ROOT, COMMAND, "build", "--force")

    assert done.returncode == 3
    assert "this command needs " in done.stderr
    assert done.stderr.endswith("pip install 'alleged[records]'\n")


def test_the_packages_that_are_left_out_are_those_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    modules = {"pyyaml": "yaml"}
    names = {line.partition(">")[0].partition("[")[0] for line in project["optional-dependencies"]["records"]}

    assert {modules.get(name, name) for name in names} == {*RECORDS} - {"referencing"}  # that comes with jsonschema
