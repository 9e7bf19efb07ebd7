"""The workflows of a pull request: their steps are run here as they run there, and what is not run is read."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from alleged.editing.projects import filled
from inside import run_inside
from paths import ROOT, TESTS
from repositories import Git, git_in

GITHUB = ROOT / ".github"
CAST, CLAIM = TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "no-mistake.yaml"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the workflows run on Linux")


def read(name: str, github: Path = GITHUB) -> Any:
    return yaml.load((github / name).read_bytes(), Loader=yaml.BaseLoader)  # noqa: S506 - `on` stays a text


def step(name: str, steps: list[Any]) -> Any:
    [found] = [step for step in steps if step.get("name") == name]
    return found


# The check, and the review sheet.

SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
Run = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Return git in a project with a branch `main`, and a branch that is checked out and has no commit yet."""
    (tmp_path / "claims").mkdir()
    for path in (CAST, CLAIM):
        (tmp_path / "claims" / path.name).write_bytes(path.read_bytes())
    git = git_in(tmp_path)
    git("init", "--quiet", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--quiet", "--message", "Before")
    git("switch", "--quiet", "--create", "branch")
    return git


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what runs a step of the composite action in the project, with the shell that GitHub uses."""
    return lambda name: run_step(name, GITHUB, tmp_path)


def run_step(name: str, github: Path, root: Path) -> subprocess.CompletedProcess[str]:
    """Run a step of the composite action in a folder `.github`, in a project with a branch `main`."""
    found = step(name, read("actions/check/action.yml", github)["runs"]["steps"])
    assert found["shell"] == "bash"
    own = {"ALLEGED": str(Path(sys.executable).with_name("alleged")), "BASE": "main", "FOLDER": "review"}
    given = {key: own[key] for key in found["env"]}
    more = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(root / "summary.md"), "GITHUB_WORKSPACE": str(root)}
    environment = {**os.environ, **given, **more}
    return subprocess.run([*SHELL, found["run"]], cwd=root, env=environment, capture_output=True, text=True)


def change(tmp_path: Path, git: Git, old: str, new: str) -> None:
    path = tmp_path / "claims" / CLAIM.name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", "Change")


def test_a_correct_change_passes_and_its_sheet_names_it(tmp_path: Path, git: Git, run: Run) -> None:
    change(tmp_path, git, "Shells went by ship.", "Shells went by train.")

    assert run("Check").returncode == 0
    assert run("Write the review sheet").returncode == 0
    sheet = (tmp_path / "review" / "review.md").read_text(encoding="utf-8")
    assert "~~ship.~~ **train.**" in sheet
    assert sheet in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_an_error_is_an_annotation_at_its_line_and_fails(tmp_path: Path, git: Git, run: Run) -> None:
    change(tmp_path, git, "claimant: defence-ministry", "claimant: defence-minstry")

    done = run("Check")

    assert done.returncode == 1
    assert re.search(r"^::error file=claims/no-mistake.yaml,line=6,", done.stdout, re.MULTILINE)


def test_what_main_got_meanwhile_is_not_in_the_sheet(tmp_path: Path, git: Git, run: Run) -> None:
    change(tmp_path, git, "Shells went by ship.", "Shells went by train.")
    git("switch", "--quiet", "main")
    (tmp_path / "claims" / "other.yaml").write_text(
        "actors:\n  - {id: newcomer-state, name: Newcomer, kind: state, ids: {iso3166: SE}}\n", encoding="utf-8"
    )
    git("add", ".")
    git("commit", "--quiet", "--message", "Another")
    git("switch", "--quiet", "branch")

    assert run("Write the review sheet").returncode == 0
    assert "newcomer-state" not in (tmp_path / "review" / "review.md").read_text(encoding="utf-8")


def test_a_deleted_record_fails_and_is_in_the_sheet(tmp_path: Path, git: Git, run: Run) -> None:
    git("rm", "--quiet", f"claims/{CLAIM.name}")
    git("commit", "--quiet", "--message", "Delete")

    assert run("Write the review sheet").returncode == 1
    assert "gone without a reason" in (tmp_path / "review" / "review.md").read_text(encoding="utf-8")


def test_records_that_cannot_be_read_leave_a_sheet_that_says_so(tmp_path: Path, git: Git, run: Run) -> None:
    change(tmp_path, git, "claims:\n", "claims:\n\t- broken\n")

    assert run("Write the review sheet").returncode == 2
    assert "some records cannot be read" in (tmp_path / "review" / "review.md").read_text(encoding="utf-8")


def test_the_workflow_that_runs_code_of_a_pull_request_has_no_secrets_and_only_reads() -> None:
    for name in ("workflows/records.yml", "workflows/ci.yml"):
        workflow = read(name)
        assert "secrets." not in (GITHUB / name).read_text(encoding="utf-8")
        assert "pull_request_target" not in workflow["on"]
        assert workflow["permissions"] == {"contents": "read"}
        assert not any("permissions" in job for job in workflow["jobs"].values())


def test_the_records_workflow_uses_the_action_and_hands_over_its_sheet() -> None:
    steps = read("workflows/records.yml")["jobs"]["check"]["steps"]
    action = read("actions/check/action.yml")
    [check] = [s for s in steps if s.get("uses", "").endswith("/.github/actions/check")]
    [upload] = [s for s in steps if s.get("uses", "").startswith("actions/upload-artifact@")]

    assert set(check["with"]) <= set(action["inputs"])
    assert upload["with"]["path"] == f"{action['inputs']['folder']['default']}/review.md"
    assert read("workflows/review.yml")["on"]["workflow_run"]["workflows"] == [read("workflows/records.yml")["name"]]
    assert upload["with"]["name"] in step("Post or update the comment", comment()["steps"])["run"]


# The comment.

COMMIT = "c" * 40
GH = """\
#!{python} -I
import json, pathlib, sys
folder = pathlib.Path({folder!r})
words = sys.argv[1:]
with (folder / "calls.ndjson").open("a") as calls:
    body = json.loads(sys.stdin.read()) if "--input" in words else None
    calls.write(json.dumps([words, body]) + "\\n")
path = words[1].removeprefix("repos/alleged/alleged/").partition("?")[0]
sys.stdout.buffer.write((folder / "answers" / path.replace("/", "_")).read_bytes() if body is None else b"")
"""


def comment() -> Any:
    return read("workflows/review.yml")["jobs"]["comment"]


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


class Forge:
    """GitHub as the step sees it: a program `gh` that answers from files, and notes how it is called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "answers").mkdir()
        (folder / "bin").mkdir()
        (folder / "bin" / "gh").write_text(GH.format(python=sys.executable, folder=str(folder)))
        (folder / "bin" / "gh").chmod(0o755)
        self.answer("pulls", [{"number": 7, "head": {"sha": COMMIT}}])
        self.answer(
            "issues/7/comments", [{"id": 1, "user": {"login": "reader"}, "body": "<!-- review sheet of alleged -->"}]
        )
        self.hand_over({"review.md": "**1 claim added**\n"})

    def answer(self, path: str, value: Any) -> None:
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        (self.folder / "answers" / path.replace("/", "_")).write_bytes(content)

    def hand_over(self, files: dict[str, str], size: int = 1000) -> None:
        self.answer("actions/artifacts/5/zip", zipped(files))
        self.answer(
            "actions/runs/99/artifacts", {"artifacts": [{"id": 5, "name": "review-sheet", "size_in_bytes": size}]}
        )

    def run(self, branch: str = "branch") -> list[Any]:
        """Run the step, and return the calls that change something: their words and what they send."""
        found = step("Post or update the comment", comment()["steps"])
        assert found["shell"] == "bash"
        own = {"GH_TOKEN": "x", "RUN": "99", "COMMIT": COMMIT, "OWNER": "stranger", "BRANCH": branch}
        assert set(found["env"]) == set(own)
        environment = {**os.environ, **own, "GITHUB_REPOSITORY": "alleged/alleged"}
        path = (self.folder / "bin", Path(sys.executable).parent, os.environ["PATH"])
        environment["PATH"] = os.pathsep.join(map(str, path))
        done = subprocess.run([*SHELL, found["run"]], cwd=self.folder, env=environment, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        calls = [json.loads(line) for line in (self.folder / "calls.ndjson").read_text().splitlines()]
        self.words = [words for words, _ in calls]
        return [(words[1], words[words.index("--method") + 1], sent["body"]) for words, sent in calls if sent]


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def test_the_sheet_is_posted_as_it_is(forge: Forge) -> None:
    [(path, method, body)] = forge.run()

    assert (path, method) == ("repos/alleged/alleged/issues/7/comments", "POST")
    assert body.endswith("\n\n**1 claim added**\n")


def test_an_earlier_comment_of_the_workflow_is_updated_but_never_that_of_a_person(forge: Forge) -> None:
    own = {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "<!-- review sheet of alleged -->\nold"}
    person = {"id": 1, "user": {"login": "reader"}, "body": "<!-- review sheet of alleged -->\nmine"}
    forge.answer("issues/7/comments", [person, own])

    assert [call[:2] for call in forge.run()] == [("repos/alleged/alleged/issues/comments/2", "PATCH")]


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [{"number": 7, "head": {"sha": "d" * 40}}],
        [{"number": 7, "head": {"sha": COMMIT}}, {"number": 8, "head": {"sha": COMMIT}}],
    ],
)
def test_nothing_is_posted_unless_the_commit_is_the_head_of_one_pull_request(forge: Forge, pulls: Any) -> None:
    forge.answer("pulls", pulls)

    assert forge.run() == []


def test_a_number_in_the_artefact_is_not_used(forge: Forge) -> None:
    forge.hand_over({"review.md": "sheet", "number": "8", "../../answers/pulls": "[]"})

    assert [call[0] for call in forge.run()] == ["repos/alleged/alleged/issues/7/comments"]
    assert sorted(path.name for path in forge.folder.iterdir()) == ["answers", "bin", "calls.ndjson"]


def test_a_large_artefact_is_not_downloaded(forge: Forge) -> None:
    forge.hand_over({"review.md": "sheet"}, size=(1 << 20) + 1)

    assert forge.run() == []
    assert not any("zip" in words[1] for words in forge.words)


def test_a_sheet_that_unpacks_to_much_more_is_cut(forge: Forge) -> None:
    forge.hand_over({"review.md": "x" * 50_000_000})

    [(_, _, body)] = forge.run()

    assert len(body) < 65_536
    assert body.endswith("see the artefact `review-sheet` of the workflow `records`.")


def test_the_name_of_a_branch_is_one_argument_whatever_it_holds(forge: Forge) -> None:
    forge.run(branch="x&state=all#$(touch pwned)`;\"'")

    assert "head=stranger:x&state=all#$(touch pwned)`;\"'" in forge.words[0]
    assert not (forge.folder / "pwned").exists()


def test_the_workflow_that_may_write_checks_out_nothing_and_may_do_little_else() -> None:
    assert read("workflows/review.yml")["permissions"] == {}
    assert comment()["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert [s for s in comment()["steps"] if "uses" in s] == []
    assert not any("${{" in s["run"] for s in comment()["steps"])
    assert comment()["if"] == "github.event.workflow_run.event == 'pull_request'"


# The same for new datasets.

TEMPLATES = ROOT / "src" / "alleged" / "editing" / "new_project" / "dot-github"
SHARED = sorted(path for path in TEMPLATES.rglob("*") if path.is_file() and path.name != "CODEOWNERS")


@pytest.mark.parametrize("template", SHARED, ids=lambda path: path.name)
def test_a_new_dataset_has_what_this_repository_has(template: Path) -> None:
    ours = GITHUB / template.relative_to(TEMPLATES)

    assert ours.read_bytes() == filled(template.read_bytes(), {"licence": "CC-BY-4.0"}), f"copy {template} to {ours}"


def test_a_new_dataset_has_the_action_both_workflows_the_forms_and_the_template() -> None:
    names = {path.relative_to(TEMPLATES).as_posix() for path in SHARED}

    assert names == {path.relative_to(GITHUB).as_posix() for path in GITHUB.rglob("*") if path.is_file()} - {
        "CODEOWNERS",
        "workflows/archive.yml",
        "workflows/ci.yml",
        "workflows/release.yml",
        "workflows/tool.yml",
    }


def test_the_steps_run_in_a_new_dataset(tmp_path: Path) -> None:
    made = run_inside(tmp_path, "init", "--title", "Choirs", "--author", "A. Writer", "--licence", "CC0-1.0")
    assert made.returncode == 0, made.stderr
    example = tmp_path / "claims" / "example.yaml"
    git = git_in(tmp_path)
    git("init", "--quiet", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--quiet", "--message", "Start")
    git("switch", "--quiet", "--create", "branch")
    text = example.read_text(encoding="utf-8")
    example.write_text(text.replace("two concerts", "three concerts"), encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", "Correct")

    for name in ("Check", "Write the review sheet"):
        done = run_step(name, tmp_path / ".github", tmp_path)
        assert (done.returncode, done.stderr.count("Error")) == (0, 0), done.stderr
    assert "**three**" in (tmp_path / "review" / "review.md").read_text(encoding="utf-8")

    example.write_text(text.replace("claimant: example-fair", "claimant: nobody"), encoding="utf-8")
    assert run_step("Check", tmp_path / ".github", tmp_path).returncode == 1


def test_the_forms_of_a_new_dataset_name_its_licence(tmp_path: Path) -> None:
    run_inside(tmp_path, "init", "--title", "Choirs", "--author", "A. Writer", "--licence", "CC0-1.0")

    for name in ("ISSUE_TEMPLATE/claim.yml", "pull_request_template.md"):
        assert "published under CC0-1.0" in (tmp_path / ".github" / name).read_text(encoding="utf-8")
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"@licence@" in p.read_bytes()]


# Forms and owners.


@pytest.mark.parametrize("name", ["claim", "person"])
def test_a_form_is_one_that_github_accepts(name: str) -> None:
    form = read(f"ISSUE_TEMPLATE/{name}.yml")
    fields = [field for field in form["body"] if field["type"] != "markdown"]

    assert form["name"]
    assert form["description"]
    assert {field["type"] for field in form["body"]} <= {"markdown", "input", "textarea", "dropdown", "checkboxes"}
    assert len({field["id"] for field in fields}) == len(fields)
    assert len({field["attributes"]["label"] for field in fields}) == len(fields)
    assert all(field["attributes"]["options"] for field in fields if field["type"] in ("dropdown", "checkboxes"))


def test_every_folder_in_the_example_of_owners_exists_and_claims_have_one() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("#").split() for line in lines if "@" in line]
    paths = [words[0] for words in examples]

    assert [path for path in paths if path != "*" and not (ROOT / path.strip("/")).exists()] == []
    assert "/claims/" in paths
    assert all(owner.startswith("@") for words in examples for owner in words[1:])


# The weekly search for snapshots.


def test_the_job_with_the_keys_may_not_write_and_the_other_one_has_no_keys() -> None:
    jobs = read("workflows/archive.yml")["jobs"]

    assert jobs["ask"]["permissions"] == {"contents": "read"}
    assert "secrets." not in str(jobs["propose"])
    assert [step for step in jobs["propose"]["steps"] if ".venv" in str(step.get("run"))] == []


def test_only_changes_of_record_files_are_proposed(tmp_path: Path, git: Git) -> None:
    (tmp_path / "Makefile").write_text("all:\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    there, found, tools = (tmp_path.parent / f"{tmp_path.name}-{name}" for name in ("there", "found", "tools"))
    git("init", "--quiet", "--bare", str(there))
    git("config", f"url.{there}.insteadOf", "https://x-access-token:word@github.com/owner/name.git")
    (tmp_path / "Makefile").write_text("all:\n\tcurl e.org\n")
    path = tmp_path / "claims" / CLAIM.name
    path.write_text(path.read_text(encoding="utf-8").replace("ship", "train"), encoding="utf-8")
    found.mkdir()
    (found / "changes.patch").write_text(git("diff", "--binary") + "\n", encoding="utf-8")
    (found / "found.txt").write_text("s1: already\n```\n$(id)\n")
    git("checkout", "--quiet", ".")
    tools.mkdir()
    (tools / "gh").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > ../gh.txt\n')
    (tools / "gh").chmod(0o700)
    given = {"GH_TOKEN": "word", "FOUND": str(found), "GITHUB_REPOSITORY": "owner/name"}
    proposing = step(
        "Commit the changes of record files, and open the pull request",
        read("workflows/archive.yml")["jobs"]["propose"]["steps"],
    )

    done = subprocess.run(
        [*SHELL, proposing["run"]],
        cwd=tmp_path,
        env={**os.environ, **given, "PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert git("show", "--format=%s", "--name-only", "HEAD").split("\n") == [
        "Add snapshots of sources that web archives have",
        "",
        f"claims/{CLAIM.name}",
    ]
    assert (tmp_path / "body.md").read_text().splitlines()[-4:] == ["```text", "s1: already", "$(id)", "```"]
    assert len(git("ls-remote", str(there)).splitlines()) == 1
