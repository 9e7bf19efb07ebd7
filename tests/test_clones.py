"""A clone that strangers wrote: whoever checks it, builds it, compares it or cuts a release of it is not harmed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from alleged import files, release, report
from alleged.cache import CheckCache
from alleged.cli import _run
from alleged.errors import EnvironmentFailure, NotReleasable, VerificationError
from alleged.project import Project
from alleged.release import cutting, rebuilding
from inside import run_inside
from paths import TESTS
from repositories import Git, git_in

Released = tuple[Project, Git, str]
"""A project, git in it, and the name of its release."""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = run_inside(folder, *words)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a few records, committed; tests do not change it."""
    project = Project(tmp_path_factory.mktemp("committed"))
    project.claims.mkdir()
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    git = git_in(project.root)
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "Begin")
    return project.root


@pytest.fixture
def clone(committed: Path, tmp_path: Path) -> tuple[Project, Git]:
    """Return a project with a few records, committed."""
    shutil.copytree(committed, tmp_path / "clone")
    return Project(tmp_path / "clone"), git_in(tmp_path / "clone")


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """Return a folder of the user's beside the clone, with names that builds use."""
    folder = tmp_path / "precious"
    for name in ("dev/claims.parquet", ".build-1/a.parquet", ".old-1/a.parquet", "2024.01.1/manifest.json", ".x.new"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    (folder / "codebook.md").write_text("mine")
    (folder / "rules.md").write_text("mine")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", [["build"], ["build", "--force"], ["release"]])
def test_tables_are_not_put_where_a_link_leads(words: list[str], clone: tuple[Project, Git], precious: Path) -> None:
    project, _ = clone
    project.datasets.symlink_to(precious)
    before = contents(precious)

    done = run(project.root, *words)

    assert done.returncode == 3
    assert done.stderr == "error: datasets is a link, which is not followed\n"
    assert contents(precious) == before


@pytest.mark.parametrize("page", ["codebook", "rules"])
@pytest.mark.parametrize("linked", ["docs", "docs/{}.md"])
def test_pages_are_not_written_where_a_link_leads(
    page: str, linked: str, clone: tuple[Project, Git], precious: Path
) -> None:
    project, _ = clone
    link = project.root / linked.format(page)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(precious if linked == "docs" else precious / f"{page}.md")
    before = contents(precious)

    done = run(project.root, "explain", "--write")

    assert done.returncode == 3
    assert done.stderr == f"error: {linked.format(page)} is a link, which is not followed\n"
    assert contents(precious) == before


def test_what_the_user_keeps_beside_the_tables_stays(clone: tuple[Project, Git]) -> None:
    project, _ = clone
    release.build(project)
    (project.datasets / "dev" / "notes.txt").write_text("mine")
    (project.datasets / ".build-9999").mkdir()
    (project.datasets / ".build-9999" / "thesis.docx").write_text("mine")
    (project.datasets / "2024.01.1").mkdir()
    (project.datasets / "2024.01.1" / "manifest.json").write_text("mine")

    assert release.build(project, force=True).published
    assert {path.name for path in project.datasets.iterdir()} - {".lock"} == {"2024.01.1", "dev"}
    cutting.cut(project)

    assert (project.datasets / "dev" / "notes.txt").read_text() == "mine"
    assert "mine" in {path.read_text() for path in project.datasets.rglob("thesis.docx")}
    assert (project.datasets / "2024.01.1" / "manifest.json").read_text() == "mine"


def test_a_name_of_an_unfinished_release_is_ignored_if_odd_and_refused_if_long(clone: tuple[Project, Git]) -> None:
    project, _ = clone
    (project.claims / "new.yaml").write_text("actors: []\n")
    (project.root / cutting.UNFINISHED).parent.mkdir(exist_ok=True)

    (project.root / cutting.UNFINISHED).write_text("x" * 101)
    with pytest.raises(EnvironmentFailure, match=r"unfinished is larger than 100 bytes"):
        cutting.cut(project)

    (project.root / cutting.UNFINISHED).write_text("x" * 100)
    with pytest.raises(NotReleasable):
        cutting.cut(project)
    assert not (project.root / cutting.UNFINISHED).exists()


# Releases come from the commit.


def ignored(project: Project, git: Git) -> str:
    (project.root / ".git" / "info" / "exclude").write_text("secret.yaml\n")
    (project.claims / "secret.yaml").write_text("actors:\n  - {id: secret, kind: outlet, name: Secret}\n")
    return "claims/secret.yaml"


def skipped(project: Project, git: Git) -> str:
    git("update-index", "--skip-worktree", "claims/no-mistake.yaml")
    path = project.claims / "no-mistake.yaml"
    path.write_text(path.read_text().replace("by ship", "by train"))
    return "claims/no-mistake.yaml"


def submodule(project: Project, git: Git) -> str:
    inner = project.claims / "sub"
    inner.mkdir()
    (inner / "a.yaml").write_text("actors:\n  - {id: secret, kind: outlet, name: Secret}\n")
    git_in(inner)("init", "-q")
    git_in(inner)("add", ".")
    git_in(inner)("commit", "-qm", "Begin")
    git("add", "claims/sub")
    git("commit", "-qm", "Add a submodule")
    return "claims/sub"


@pytest.mark.parametrize("hide", [ignored, skipped, submodule])
def test_what_the_commit_does_not_hold_is_reported_and_gets_into_no_release(
    hide: Callable[[Project, Git], str], clone: tuple[Project, Git], tmp_path: Path
) -> None:
    project, git = clone
    name = hide(project, git)
    assert git("status", "--porcelain") == ""

    assert release.source_of(project)["changed"] is True
    with pytest.raises(NotReleasable, match=f"first: {name}"):
        cutting.cut(project)


def test_a_release_is_made_of_the_objects_whatever_files_lie_there(clone: tuple[Project, Git], tmp_path: Path) -> None:
    project, git = clone
    ignored(project, git)
    skipped(project, git)
    files.make_folder(tmp_path, "made")
    source = {**release.source_of(project), "changed": False}

    manifest, _ = cutting.produce(project, "2026.01.0", tmp_path / "made", source, cutting.read_index(project))

    assert "secret" not in manifest["ids"]["actors"]
    assert b"by train" not in (tmp_path / "made" / "claims.parquet").read_bytes()


def test_a_link_among_the_records_of_a_commit_stops_its_release(clone: tuple[Project, Git]) -> None:
    project, git = clone
    (project.claims / "link.yaml").symlink_to("no-mistake.yaml")
    git("add", ".")
    git("commit", "-qm", "Add a link")
    source = {**release.source_of(project), "changed": False}

    with pytest.raises(NotReleasable, match=r"claims/link\.yaml is a link in the commit"):
        cutting.produce(project, "2026.01.0", project.root, source, cutting.read_index(project))


# Building again.


@pytest.fixture(scope="module")
def cut_once(committed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a project with a release, committed, and its name; tests do not change it."""
    root = tmp_path_factory.mktemp("released") / "clone"
    shutil.copytree(committed, root)
    cut = cutting.cut(Project(root))
    git_in(root)("add", *cut.commit)
    git_in(root)("commit", "-qm", "Release")
    return root, cut.name


@pytest.fixture
def released(cut_once: tuple[Path, str], tmp_path: Path) -> Released:
    """Return a project with a release, committed."""
    shutil.copytree(cut_once[0], tmp_path / "clone")
    return Project(tmp_path / "clone"), git_in(tmp_path / "clone"), cut_once[1]


def rename_commit(project: Project, name: str, commit: object) -> None:
    """Let the manifest of a release name another commit, and the index that manifest."""
    path = project.datasets / name / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["source"]["commit"] = commit
    path.write_text(json.dumps(manifest))
    index = json.loads((project.datasets / "index.json").read_bytes())
    index["releases"][-1] |= {"manifest_sha256": files.digest(path.parent, path.name), "commit": commit}
    (project.datasets / "index.json").write_text(json.dumps(index))
    (path.parent / "provenance.json").unlink()  # it may be missing, as after a clone; it names the true commit


@pytest.mark.parametrize("name", ["src/click.py", "src/json/__init__.py", "src/alleged.pth", "src/sitecustomize.py"])
def test_code_beside_the_tool_is_not_run(name: str, released: Released) -> None:
    project, git, cut = released
    reported = project.root.parent / "was-run"
    (project.root / "src" / "alleged").mkdir(parents=True)
    (project.root / "src" / "alleged" / "__init__.py").write_text("")
    (project.root / name).parent.mkdir(exist_ok=True)
    (project.root / name).write_text(f"open({str(reported)!r}, 'w')\n")
    git("add", ".")
    git("commit", "-qm", "Add code beside the tool")
    rename_commit(project, cut, git("rev-parse", "HEAD"))
    said: list[str] = []

    with pytest.raises(VerificationError, match=f"holds {name}; only files in src/alleged/ may be there"):
        rebuilding.rebuild(project, cut, say=said.append)

    assert not reported.exists()
    assert said == []


def test_it_is_said_that_code_is_run_before_it_is(released: Released) -> None:
    project, git, cut = released
    reported = project.root.parent / "was-run"
    (project.root / "src" / "alleged").mkdir(parents=True)
    (project.root / "src" / "alleged" / "__init__.py").write_text("")
    code = f"import sys\nopen({str(reported)!r}, 'w').write(repr(sys.path))\n"
    (project.root / "src" / "alleged" / "__main__.py").write_text(code)
    (project.root / "json.py").write_text("raise SystemExit('a module of the working folder was imported')\n")
    git("add", ".")
    git("commit", "-qm", "Add a tool")
    rename_commit(project, cut, git("rev-parse", "HEAD"))
    said: list[tuple[str, bool]] = []

    with pytest.raises((EnvironmentFailure, LookupError)):
        rebuilding.rebuild(project, cut, say=lambda line: said.append((line, reported.exists())))

    assert said == [(f"rebuilding {cut}, which runs the code of its commit", False)]
    assert reported.exists()
    assert "''" not in reported.read_text()


@pytest.mark.parametrize("commit", ["main", "HEAD", "", None, ["main"], "--upload-pack=x", "abcdef1"])
def test_a_release_that_names_no_full_commit_is_not_built(commit: object, released: Released) -> None:
    project, _, cut = released
    rename_commit(project, cut, commit)

    done = run(project.root, "verify", cut, "--rebuild")

    assert done.returncode == 4, done
    assert "which runs" not in done.stderr


def test_a_manifest_that_the_index_does_not_name_is_not_built(released: Released) -> None:
    project, _, cut = released
    path = project.datasets / cut / "manifest.json"
    path.write_text(path.read_text().replace("\n", "\n\n", 1))
    said: list[str] = []

    verdict = rebuilding.rebuild(project, cut, say=said.append)

    assert not verdict.sound
    assert "but the index says" in verdict.faults[0]
    assert said == []


# Names and folders.


def found(project: Project) -> list[tuple[str, str]]:
    return [(issue.rule, issue.place.path) for issue in report.check(project).issues if issue.severity == "error"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_no_text_is_reported(clone: tuple[Project, Git], monkeypatch: pytest.MonkeyPatch) -> None:
    project, _ = clone
    (project.claims / "no-mistake.yaml").rename(project.claims / os.fsdecode(b"\xff.yaml"))

    assert found(project) == [("odd-file-name", r"claims/\xff.yaml")]
    monkeypatch.chdir(project.root)
    formats = (["check", "--format", form] for form in ("human", "json", "jsonl", "github", "sarif", "html"))
    for words in (*formats, ["fmt", "--check"], ["build"]):
        assert _run(words) == 1


@pytest.mark.skipif(not files.DESCRIPTORS, reason="this system has no such long paths")
def test_a_path_that_is_longer_than_the_system_allows_is_reported(
    clone: tuple[Project, Git], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = clone
    handle = os.open(project.claims, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=handle)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(os.open("a.yaml", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)

    ((rule, path),) = found(project)

    assert (rule, path.count("/")) == ("odd-file-name", files.DEEPEST)
    monkeypatch.chdir(project.root)
    for words in (["check"], ["fmt", "--check"], ["build"]):
        assert _run(words) == 1


@pytest.mark.parametrize("folder", ["claims", "intercoder", ".texts"])
def test_folders_of_records_that_are_links_are_not_read(
    folder: str, clone: tuple[Project, Git], tmp_path: Path
) -> None:
    project, _ = clone
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "gazette-2023-10-14.yaml").write_text("secret: 1\n")
    (outside / "gazette-2023-10-14.txt").write_text("secret\n")
    shutil.rmtree(project.root / folder, ignore_errors=True)
    (project.root / folder).symlink_to(outside)

    done = run(project.root, "check")

    assert "secret" not in done.stdout + done.stderr
    assert done.returncode == (3 if folder == "claims" else 0), done


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dataset.yaml", "check"),
        ("claims/a.yaml", "fmt --check"),
        (".texts/a.txt", "build"),
        ("datasets/index.json", "release"),
        ("README.md", "stats --write"),
        ("requirements.lock", "build"),
    ],
)
def test_a_pipe_in_place_of_a_file_is_not_waited_for(name: str, words: str, clone: tuple[Project, Git]) -> None:
    project, _ = clone
    (project.root / name).parent.mkdir(exist_ok=True)
    os.mkfifo(project.root / name)

    command = [sys.executable, "-m", "alleged", *words.split()]  # in a process of its own: waiting would never end
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode in (0, 1, 2, 3, 4)
    assert "Traceback" not in done.stderr


def test_copies_of_articles_that_git_tracks_are_refused(
    clone: tuple[Project, Git], monkeypatch: pytest.MonkeyPatch
) -> None:

    project, git = clone
    (project.root / ".texts").mkdir()
    (project.root / ".texts" / "a.txt").write_text("words")
    cache = CheckCache(project)
    assert report.check(project, cache=cache).sound
    git("add", "-f", ".texts")

    assert found(project) == [("tracked-texts", ".texts")]
    assert not report.check(project, cache=cache).sound  # what was kept does not hide it
