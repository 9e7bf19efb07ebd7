"""The workflow that signs releases: what it signs, and what it runs where it may sign."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workflow runs on Linux")

WORKFLOW = Path(__file__).parents[1] / ".github" / "workflows" / "release.yml"
STATEMENT = b'{"_type": "https://in-toto.io/Statement/v1"}\n'


@pytest.fixture
def jobs() -> dict[str, Any]:
    return yaml.safe_load(WORKFLOW.read_bytes())["jobs"]


def accept(jobs: dict[str, Any], folder: Path, files: dict[str, Any], handed_over: str) -> bool:
    """Run the step that accepts a statement, beside a commit whose manifest names these files."""
    [step] = [step for step in jobs["sign"]["steps"] if "STATEMENT" in step.get("env", {})]
    committed = folder / "commit" / "datasets" / "2026.11.0"
    committed.mkdir(parents=True)
    (committed / "manifest.json").write_text(json.dumps({"files": files}))
    environment = {**os.environ, "GITHUB_REF_NAME": "2026.11.0", "STATEMENT": handed_over}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    assert step["shell"] == "bash"
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True)
    return done.returncode == 0


def test_only_jobs_that_wait_for_the_rebuild_may_sign_or_publish(jobs: dict[str, Any]) -> None:
    assert [name for name, job in jobs.items() if "id-token" in job["permissions"]] == ["sign", "publish"]
    assert jobs["publish"]["needs"] == ["rebuild", "sign"]
    assert jobs["sign"]["needs"] == "rebuild"


def test_the_job_that_signs_runs_no_code_of_the_commit(jobs: dict[str, Any]) -> None:
    """The commit lies in a folder of its own, and `python -I` imports nothing from the working directory."""
    steps = jobs["sign"]["steps"]
    checkout = next(step for step in steps if step.get("uses", "").startswith("actions/checkout@"))
    commands = [re.sub(r"(?s)<<'SCRIPT'\n.*\nSCRIPT\n", "", step["run"]) for step in steps if "run" in step]
    lines = [line for command in commands for line in command.splitlines()]
    harmless = ("python -I - ", "python -I -m pip install ", "python -I -m sigstore sign ", "cat ")

    assert checkout["with"]["path"] == "commit"
    assert [line for line in lines if not line.startswith(harmless)] == []


@pytest.mark.parametrize(
    ("handed_over", "accepted"),
    [(STATEMENT, True), (STATEMENT.replace(b"v1", b"v2"), False), (STATEMENT + b"\n", False), (b"", False)],
)
def test_only_the_statement_that_the_committed_manifest_names_is_signed(
    handed_over: bytes, accepted: bool, jobs: dict[str, Any], tmp_path: Path
) -> None:
    named = {"provenance.json": {"sha256": hashlib.sha256(STATEMENT).hexdigest()}}

    assert accept(jobs, tmp_path, named, base64.b64encode(handed_over).decode()) is accepted
    assert (tmp_path / "provenance.json").exists() is accepted


def test_nothing_is_signed_where_the_manifest_names_no_statement(jobs: dict[str, Any], tmp_path: Path) -> None:
    assert not accept(jobs, tmp_path, {}, "")
    assert not (tmp_path / "provenance.json").exists()
