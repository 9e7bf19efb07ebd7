"""Releases that were published: each still loads, verifies, and can be built again to the same bytes."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import alleged
from alleged import api
from alleged.errors import AllegedError
from alleged.project import Project
from alleged.release import rebuilding, verification
from paths import ROOT
from repositories import git_in

RELEASES = [entry["release"] for entry in json.loads((ROOT / "datasets" / "index.json").read_bytes())["releases"]]


@pytest.fixture
def clone(tmp_path: Path) -> Project:
    """Return a clone of this repository; the test is skipped where its history is not here."""
    try:
        git_in(tmp_path)("clone", "-q", "--shared", "--no-tags", str(ROOT), "clone")
        for entry in json.loads((ROOT / "datasets" / "index.json").read_bytes())["releases"]:
            git_in(ROOT)("cat-file", "-e", f"{entry['commit']}^{{commit}}")
    except subprocess.CalledProcessError:
        pytest.skip("the history of this repository is not here")
    return Project(tmp_path / "clone")


@pytest.mark.skipif(os.name == "nt", reason="the code of past releases was never run on Windows")
@pytest.mark.parametrize("name", RELEASES)
def test_a_published_release_is_built_again_to_the_same_bytes_and_loads(name: str, clone: Project) -> None:
    assert verification.verify(clone, name).sound

    again = rebuilding.rebuild(clone, name, restore=True, say=lambda _: None)
    if again.equal == "content" and verification.libraries_differ(clone, name):
        pytest.skip("other versions of the libraries are installed here; the content is the same")
    _, pin = api.pin(name, project=clone.root)

    assert (again.sound, again.equal) == (True, "bytes")
    assert verification.verify(clone, name).missing == ()
    assert pin.release == name
    opened = alleged.open(project=clone.root)
    assert opened.release == name
    assert opened.claims.height == opened.manifest["tables"]["claims"]["rows"]
    assert alleged.load("claims", project=clone.root).equals(opened.claims)


@pytest.mark.parametrize("name", RELEASES)
def test_a_lock_on_a_published_release_holds_against_another_manifest(name: str, clone: Project) -> None:
    api.pin(name, project=clone.root)
    path = clone.datasets / name / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(AllegedError):
        alleged.open(project=clone.root)
