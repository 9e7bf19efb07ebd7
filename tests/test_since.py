"""Issues that a branch introduces: old ones are counted, not shown."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from alleged.changes import revisions
from alleged.errors import EnvironmentFailure, UnknownNameError
from alleged.project import Project
from inside import run_inside
from paths import TESTS

SPARE = "actors:\n  - id: {0}-gazette\n    name: {0} gazette\n    kind: outlet\n"

Git = Callable[..., None]


@pytest.fixture
def git(project: Project) -> Git:
    """Return a project under git whose main branch has one warning, and the git command."""

    def run(*words: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *words], cwd=project.root, check=True, capture_output=True)

    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    (project.claims / "spare.yaml").write_text(SPARE.format("old"))
    run("init", "-q", "-b", "main")
    run("add", "claims")
    run("commit", "-qm", "Record claims")
    run("switch", "-qc", "branch")
    return run


def check(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return run_inside(project.root, "check", "--format", "plain", *words)


def test_only_what_the_branch_brings_is_shown(project: Project, git: Git) -> None:
    (project.claims / "more.yaml").write_text(SPARE.format("new"))

    done = check(project, "--since", "main")

    assert [line.partition(": ")[2] for line in done.stdout.splitlines()] == [
        "warning[unused-record]: no record names the actor 'new-gazette'"
    ]
    assert "0 errors, 1 warning; 1 older, not shown" in done.stderr


def test_a_finding_that_moved_is_not_new(project: Project, git: Git) -> None:
    (project.claims / "spare.yaml").rename(project.claims / "other.yaml")
    text = (project.claims / "other.yaml").read_text()
    (project.claims / "other.yaml").write_text("# a line above\n" + text)

    assert check(project, "--since", "main").stdout == ""


def test_an_old_error_does_not_fail_the_branch_but_a_new_one_does(project: Project, git: Git) -> None:
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", project.claims)
    git("add", "claims")
    git("commit", "-qm", "Break a record")
    git("branch", "-f", "main")

    assert check(project).returncode == 1
    assert check(project, "--since", "main").returncode == 0
    shutil.copy(TESTS / "mistakes" / "tab.yaml", project.claims)
    assert check(project, "--since", "main").returncode == 1


def test_work_that_main_has_done_since_does_not_count(project: Project, git: Git) -> None:
    git("switch", "-q", "main")
    (project.claims / "spare.yaml").unlink()
    git("commit", "-qam", "Drop the spare record")
    git("switch", "-q", "branch")

    assert check(project, "--since", "main").stdout == ""


def test_a_revision_that_git_does_not_know_is_named(project: Project, git: Git) -> None:
    done = check(project, "--since", "mian")

    assert (done.returncode, done.stdout) == (2, "")
    assert "git knows no revision 'mian'" in done.stderr


@pytest.mark.parametrize("revision", ["--output=gone", "-h", "a b", ""])
def test_a_revision_is_never_an_option_of_git(revision: str, project: Project, git: Git) -> None:
    with pytest.raises(UnknownNameError):
        revisions.resolve(project, revision)


def test_outside_a_checkout_the_message_says_so(project: Project) -> None:
    with pytest.raises(EnvironmentFailure, match="not a git repository"), revisions.at(project, "main"):
        pass


def test_links_of_a_revision_are_not_followed(project: Project, git: Git) -> None:
    (project.claims / "link.yaml").symlink_to(TESTS / "conftest.py")
    git("add", "claims")
    git("commit", "-qm", "Add a link")

    with revisions.at(project, "HEAD") as before:
        assert sorted(p.name for p in before.claims.iterdir()) == ["cast.yaml", "no-mistake.yaml", "spare.yaml"]
    assert not before.root.exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_watching_checks_again_when_a_record_changes(project: Project, git: Git) -> None:
    command = [sys.executable, "-u", "-m", "alleged", "check", "--watch", "--format", "plain"]
    with subprocess.Popen(
        command, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        assert "0 errors, 1 warning" in watch.stderr.readline()
        (project.claims / "spare.yaml").unlink()
        assert watch.stderr.readline() == "\n"
        assert "0 errors, 0 warnings" in watch.stderr.readline()
        watch.send_signal(signal.SIGINT)
        assert watch.wait(timeout=30) == 0
