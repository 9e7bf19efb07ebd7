"""Pull requests that only add records: they merge with each other, and pass whatever passes `alleged check`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inside import run_inside
from paths import ROOT
from repositories import Git, git_in

DEPENDENT = (
    "test_agreement.py",
    "test_cookbook.py",
    "test_docs.py",
    "test_generated.py",
    "test_leads.py",
    "test_stats.py",
)
"""Tests that read the records of this repository, or pages that are made from them."""

BUNDLE = """\
sources:
  - id: {word}-2026-02-10
    kind: article-newspaper
    publisher: [{word}-daily]
    published: 2026-02-10
    published_basis: stated
    lang: en
    url: https://{word}.example.org/2026/02/10/ships
    seen: consulted

claims:
  - id: {word}-2026-harbour
    claimant: {word}-harbour-office
    attribution: named-institution
    act: {act}
    stance: {stance}
    topic: {word}-ships
    summary: Ships of the {word} line called at Rajin in February.
    said: 2026-02-10
    said_basis: stated
    mode: past
    basis: [own-observation]
    sources:
      - id: {word}-2026-02-10
    recorded: {{by: newcomer-{word}, on: 2026-11-28}}

actors:
  - id: {word}-daily
    name: The {word} Daily
    kind: outlet
  - id: {word}-line
    name: The {word} Line
    kind: vessel
  - id: {word}-harbour-office
    name: Office of the {word} harbour
    kind: organisation

topics:
  - id: {word}-ships
    question: Did the {word} call at Rajin in 2026?
    predicate: port-call
    subject: [{word}-line]
    object: [dprk]
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of this repository; the test is skipped where it is no checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    git_in(tmp_path)("clone", "-q", "--shared", str(ROOT), "clone")
    return tmp_path / "clone"


def contribute(git: Git, clone: Path, word: str, **codes: str) -> None:
    """Add claims on a branch of their own, as a pull request does."""
    git("checkout", "-q", "-b", word, "main")
    path = clone / "claims" / "2026" / f"{word}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(BUNDLE.format(word=word, **codes), encoding="utf-8")
    git("add", "claims")
    git("commit", "-qm", f"Add claims of {word}")


def test_two_branches_that_add_claims_merge_and_pass_what_the_records_are_tested_for(clone: Path) -> None:
    git = git_in(clone)
    git("checkout", "-q", "-B", "main")
    contribute(git, clone, "north", act="state", stance='"yes"')
    contribute(git, clone, "south", act="state", stance="open")
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-edit", "north")
    git("merge", "-q", "--no-edit", "south")

    checked = run_inside(clone, "check")
    assert checked.stderr.splitlines()[-1].split(": ")[-1].startswith("0 errors, 0 warnings"), checked.stderr

    variables = {**os.environ, "PYTHONPATH": str(clone / "src")}
    variables.pop("PYTEST_XDIST_WORKER", None)
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-k", "not fmt and not export"]
    run = [sys.executable, "-m", "pytest", *options, *DEPENDENT]
    done = subprocess.run(run, cwd=clone / "tests", env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
