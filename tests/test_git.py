"""Git: no content or setting of a repository can run a program, hide a file, or change what is read."""

import os
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from alleged import git, release, review
from alleged.changes import revisions
from alleged.cli import _run
from alleged.errors import EnvironmentFailure, UnknownNameError
from alleged.git import Blob
from alleged.project import Project
from alleged.reader import record_files
from repositories import Git, git_in

RECORDS = """\
actors:
  - id: {id}
    kind: outlet
    name: Example
"""


@pytest.fixture
def repository(project: Project) -> tuple[Project, Git]:
    """Return a project of one commit, with one record file."""
    run = git_in(project.root)
    run("init", "-q", "-b", "main")
    (project.claims / "a.yaml").write_text(RECORDS.format(id="one"))
    run("add", ".")
    run("commit", "-qm", "Begin")
    return project, run


def program(folder: Path) -> tuple[Path, Path]:
    """Return a program, and the file that it creates when it is run."""
    reported = folder / "was-run"
    path = folder / "program"
    path.write_text(f"#!/bin/sh\necho run >> '{reported}'\nexit 1\n")
    path.chmod(0o755)
    return path, reported


POSIX = pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")


def everything(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run everything that uses git: check --since, build, diff, prepare a release."""
    monkeypatch.chdir(project.root)
    for words in (["check", "--since", "HEAD"], ["build", "--force"], ["diff", "HEAD"], ["diff", "HEAD..HEAD"]):
        _run(words)
    for words in (["release"], ["verify", "--rebuild"]):
        _run(words)
    release.source_of(project)
    git.tracks(project.root, "claims")
    git.day_of(project.root, git.resolve(project.root, "HEAD"))


SETTINGS = [
    ["core.fsmonitor", "{program}"],
    ["core.hooksPath", "{folder}"],
    ["core.pager", "{program}"],
    ["core.editor", "{program}"],
    ["core.sshCommand", "{program}"],
    ["core.gitProxy", "{program}"],
    ["core.alternateRefsCommand", "{program}"],
    ["diff.external", "{program}"],
    ["diff.x.textconv", "{program}"],
    ["filter.x.clean", "{program}"],
    ["filter.x.smudge", "{program}"],
    ["filter.x.process", "{program}"],
    ["tar.x.command", "{program}"],
    ["gpg.program", "{program}"],
    ["log.showSignature", "true"],
    ["credential.helper", "{program}"],
    ["uploadpack.packObjectsHook", "{program}"],
    ["protocol.ext.allow", "always"],
    ["alias.ls-tree", "!{program}"],
    ["alias.rev-parse", "!{program}"],
]

HOOKS = (
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-auto-gc",
    "post-commit",
)


@POSIX
def test_no_setting_attribute_or_hook_of_a_repository_runs_a_program(
    repository: tuple[Project, Git], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = repository
    path, reported = program(tmp_path_factory.mktemp("elsewhere"))
    (project.root / ".gitattributes").write_text("* filter=x diff=x\n")
    run("add", ".")
    run("commit", "-qm", "Name a filter")
    signed = run("cat-file", "commit", "HEAD").replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n\n", 1)
    run("reset", "-q", "--hard", run("hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{signed}\n"))
    (project.claims / "a.yaml").write_text(RECORDS.format(id="two"))
    for hook in HOOKS:
        for folder in (project.root / ".git" / "hooks", path.parent):
            folder.mkdir(exist_ok=True)
            (folder / hook).write_bytes(path.read_bytes())
            (folder / hook).chmod(0o755)
    for name, value in SETTINGS:
        run("config", name, value.format(program=path, folder=path.parent))
    reported.unlink(missing_ok=True)

    subprocess.run(["git", "status"], cwd=project.root, capture_output=True, check=False)
    assert reported.exists()  # the trap works
    reported.unlink()
    everything(project, monkeypatch)

    assert not reported.exists()


@POSIX
def test_a_bare_repository_among_the_files_runs_nothing(
    repository: tuple[Project, Git], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = repository
    path, reported = program(tmp_path_factory.mktemp("elsewhere"))
    inner = project.root / "inner"
    run("clone", "-q", "--bare", ".", str(inner))
    (inner / "claims").mkdir()
    (inner / "claims" / "a.yaml").write_text(RECORDS.format(id="one"))
    git_in(inner)("config", "core.fsmonitor", str(path))
    git_in(inner)("config", "core.bare", "false")
    git_in(inner)("config", "core.worktree", str(inner))

    everything_that_needs_no_repository = Project(inner)
    monkeypatch.chdir(inner)
    assert _run(["build"]) == 0
    found = release.source_of(everything_that_needs_no_repository)

    assert not reported.exists()
    assert found["commit"] is None


def test_attributes_neither_hide_nor_change_a_record(repository: tuple[Project, Git]) -> None:
    project, run = repository
    (project.claims / "b.yaml").write_text(RECORDS.format(id="hidden").replace("Example", "$Format:%H$ $Id$"))
    (project.claims / ".gitattributes").write_text("b.yaml export-ignore export-subst ident\n")
    run("add", ".")
    run("commit", "-qm", "Add a record that archives leave out")

    with revisions.at(project, "HEAD") as then:
        assert (then.claims / "b.yaml").read_bytes() == (project.claims / "b.yaml").read_bytes()
    assert [(c.kind, c.id, c.change) for c in review.between(project, "HEAD~1", "HEAD").comparison.changes] == [
        ("actors", "hidden", "added")
    ]


def test_a_replacement_does_not_stand_in_for_an_object(repository: tuple[Project, Git]) -> None:
    project, run = repository
    other = run("hash-object", "-w", "--stdin", stdin="actors: []\n")
    run("replace", run("rev-parse", "HEAD:claims/a.yaml"), other)
    assert run("cat-file", "blob", "HEAD:claims/a.yaml") == "actors: []"

    with revisions.at(project, "HEAD") as then:
        assert (then.claims / "a.yaml").read_text() == RECORDS.format(id="one")


def test_a_damaged_object_is_noticed(repository: tuple[Project, Git]) -> None:
    project, run = repository
    name = run("rev-parse", "HEAD:claims/a.yaml")
    path = project.root / ".git" / "objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob 11\0actors: []\n"))

    with pytest.raises(EnvironmentFailure, match=rf"object {name} is damaged; run 'git fsck'"):
        list(git.contents(project.root, [name], 100))


def test_a_missing_object_is_reported(repository: tuple[Project, Git]) -> None:
    with pytest.raises(EnvironmentFailure, match=f"git has no object {'0' * 40}; the clone may be shallow"):
        list(git.contents(repository[0].root, ["0" * 40], 100))


@POSIX
def test_a_missing_object_is_not_fetched(
    repository: tuple[Project, Git], tmp_path_factory: pytest.TempPathFactory
) -> None:
    project, run = repository
    path, reported = program(tmp_path_factory.mktemp("elsewhere"))
    name = run("rev-parse", "HEAD:claims/a.yaml")
    for setting, value in (
        ("remote.origin.url", f"ext::{path}"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
        ("protocol.ext.allow", "always"),
    ):
        run("config", setting, value)
    (project.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    subprocess.run(["git", "cat-file", "blob", name], cwd=project.root, capture_output=True, check=False)
    assert reported.exists()  # the trap works
    reported.unlink()

    with pytest.raises(EnvironmentFailure, match=r"git has no object|git ls-tree"), revisions.at(project, "HEAD"):
        raise AssertionError("the object is there")

    assert not reported.exists()


def test_contents_come_in_the_order_of_their_names_up_to_the_limit(repository: tuple[Project, Git]) -> None:
    project, run = repository
    names = [run("hash-object", "-w", "--stdin", stdin=text) for text in ("12345", "", "123")]

    assert list(git.contents(project.root, names, 5)) == [b"12345", b"", b"123"]
    with pytest.raises(EnvironmentFailure, match="has 5 bytes, more than the 4 that are read"):
        list(git.contents(project.root, names, 4))


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_files_of_a_commit_are_listed_with_mode_hash_and_size(kind: str, tmp_path: Path) -> None:
    run = git_in(tmp_path)
    run("init", "-q", f"--object-format={kind}")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "é\n.txt").write_bytes(b"text")
    (tmp_path / "a" / "run").write_bytes(b"")
    (tmp_path / "a" / "run").chmod(0o755)
    (tmp_path / "link").symlink_to("a")
    run("add", ".")
    digits = 64 if kind == "sha256" else 40
    run("update-index", "--add", "--cacheinfo", f"160000,{git.hash_of(b'', digits=digits)},sub")
    run("commit", "-qm", "Begin")
    commit = git.resolve(tmp_path, "HEAD")

    found = git.blobs(tmp_path, commit)

    assert len(commit) == digits
    assert found == [
        Blob(b"a/run", "100755", git.hash_of(b"", digits=digits), 0),
        Blob("a/é\n.txt".encode(), "100644", git.hash_of(b"text", digits=digits), 4),
        Blob(b"link", git.LINK, git.hash_of(b"a", digits=digits), 1),
        Blob(b"sub", git.SUBMODULE, git.hash_of(b"", digits=digits), 0),
    ]
    assert [blob.path for blob in git.blobs(tmp_path, commit, ["a"])] == [b"a/run", "a/é\n.txt".encode()]
    assert list(git.contents(tmp_path, [found[1].hash], 10)) == [b"text"]
    assert git.tree(tmp_path, commit, "a") == run("rev-parse", "HEAD:a")
    assert git.tree(tmp_path, commit, "link") is None
    assert git.tree(tmp_path, commit, "missing") is None


def test_paths_are_reported_from_the_folder_of_the_project(repository: tuple[Project, Git]) -> None:
    project, run = repository
    (project.root / "inner" / "claims").mkdir(parents=True)
    (project.root / "inner" / "claims" / "b.yaml").write_text(RECORDS.format(id="inner"))
    run("add", ".")
    run("commit", "-qm", "Add a project within")
    inner = project.root / "inner"

    assert git.is_top(project.root)
    assert not git.is_top(inner)
    assert [blob.path for blob in git.blobs(inner, git.resolve(inner, "HEAD"), ["claims"])] == [b"claims/b.yaml"]
    with revisions.at(Project(inner), "HEAD") as then:
        assert [path.name for path in record_files(then)] == ["b.yaml"]


@pytest.mark.parametrize("revision", ["nothing", "-h", "--upload-pack=x", "HEAD:claims", "", "a\0b", "x" * 300_000])
def test_what_is_no_revision_is_reported_so(revision: str, repository: tuple[Project, Git]) -> None:
    with pytest.raises(UnknownNameError, match="git knows no revision"):
        git.resolve(repository[0].root, revision)


def test_a_folder_outside_any_checkout_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="git rev-parse: fatal: not a git repository"):
        git.resolve(tmp_path, "HEAD")


def test_variables_of_git_do_not_lead_to_another_repository(
    repository: tuple[Project, Git], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = repository
    here = run("rev-parse", "HEAD")
    other = tmp_path_factory.mktemp("other")
    git_in(other)("init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "broken")

    assert git.resolve(project.root, "HEAD") == here


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("1718668800 +0000", "2024-06-18"),
        ("1718665200 +0100", "2024-06-18"),
        ("1718665199 +0100", "2024-06-17"),
        ("1718676000 -0100", "2024-06-18"),
        ("1718670600 -0030", "2024-06-18"),
        ("1718670599 -0030", "2024-06-17"),
    ],
)
def test_the_day_of_a_commit_is_that_of_its_committer(moment: str, day: str, repository: tuple[Project, Git]) -> None:
    project, run = repository
    tree = run("rev-parse", "HEAD^{tree}")
    text = (
        f"tree {tree}\nauthor A <a@example.org> 0 +0000\ncommitter B <b@example.org> {moment}\n\ncommitter C 5 +0000\n"
    )
    commit = run("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)

    assert git.day_of(project.root, commit) == day == run("show", "-s", "--format=%cs", commit)


def test_a_commit_of_more_than_a_mebibyte_is_not_read(repository: tuple[Project, Git]) -> None:
    project, run = repository
    person = "A <a@b.example> 1718668800 +0000"
    head = f"tree {run('rev-parse', 'HEAD^{tree}')}\nauthor {person}\ncommitter {person}\n\n"
    for size in ((1 << 20), (1 << 20) + 1):
        text = head + "x" * (size - len(head))
        commit = run("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)
        if size == 1 << 20:
            assert git.day_of(project.root, commit) == "2024-06-18"
        else:
            with pytest.raises(EnvironmentFailure, match="more than the 1048576 that are read"):
                git.day_of(project.root, commit)


def test_the_point_where_branches_part_is_found(repository: tuple[Project, Git]) -> None:
    project, run = repository
    start = run("rev-parse", "HEAD")
    run("commit", "-q", "--allow-empty", "-m", "Go on")
    run("checkout", "-q", "-b", "side", start)
    run("commit", "-q", "--allow-empty", "-m", "Go elsewhere")
    run("checkout", "-q", "--orphan", "apart")
    run("commit", "-q", "--allow-empty", "-m", "Begin again")

    assert git.merge_base(project.root, "main", "side") == start
    assert git.merge_base(project.root, "main", "apart") is None


def test_tracked_files_are_known(repository: tuple[Project, Git]) -> None:
    project, run = repository
    (project.root / ".texts").mkdir()
    (project.root / ".texts" / "a.txt").write_text("words")

    assert not git.tracks(project.root, ".texts")
    assert not git.tracks(project.root, "claims/*")
    run("add", "-f", ".texts")
    assert git.tracks(project.root, ".texts")


@pytest.mark.parametrize(("kind", "digits"), [("sha1", 40), ("sha256", 64)])
def test_a_repository_is_made_for_the_objects_of_another(kind: str, digits: int, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    run = git_in(one)
    run("init", "-q", f"--object-format={kind}")
    (one / "a").write_text("text")
    run("add", ".")
    run("commit", "-qm", "Begin")

    git.make_repository(two, digits)
    (two / ".git" / "objects" / "info").mkdir(exist_ok=True)
    (two / ".git" / "objects" / "info" / "alternates").write_text(f"{git.objects_folder(one)}\n")
    git.set_head(two, run("rev-parse", "HEAD"))

    again = git_in(two)
    assert again("rev-parse", "HEAD") == run("rev-parse", "HEAD")
    assert again("status", "--porcelain") == "D a"
    assert not (two / ".git" / "hooks").exists()


# Bounds.


def a_git(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace git with a program."""
    path = folder / "git"
    path.write_text(f"#!{sys.executable}\nimport sys, time\n{code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))


@POSIX
def test_git_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_git(tmp_path, "time.sleep(60)", monkeypatch)
    monkeypatch.setattr(git, "SECONDS", 0.2)

    with pytest.raises(EnvironmentFailure, match=r"git did not answer within 0\.2 seconds"):
        git.run(tmp_path, "version")


@POSIX
def test_what_git_prints_is_read_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_git(tmp_path, "sys.stdout.write('x' * int(sys.argv[-1])); sys.stdout.flush()", monkeypatch)
    monkeypatch.setattr(git, "MAX_OUTPUT_BYTES", 1 << 20)

    assert len(git.run(tmp_path, str(1 << 20))) == 1 << 20
    with pytest.raises(EnvironmentFailure, match="printed more than 1 MiB"):
        git.run(tmp_path, str((1 << 20) + 1))


@POSIX
def test_many_complaints_do_not_stop_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_git(tmp_path, "sys.stderr.write('fatal: first\\n' + 'more\\n' * 200_000); sys.exit(128)", monkeypatch)

    with pytest.raises(EnvironmentFailure, match=r"^git status: fatal: first$"):
        git.run(tmp_path, "status")


def test_a_missing_git_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EnvironmentFailure, match="this needs git, which is not installed"):
        git.run(tmp_path, "version")


def test_no_thread_and_no_process_is_left_over(repository: tuple[Project, Git]) -> None:
    import threading

    before = threading.active_count()
    project, run = repository
    next(git.contents(project.root, [run("rev-parse", "HEAD:claims/a.yaml")] * 3, 1000))
    git.run(project.root, "version")

    assert threading.active_count() == before


# Revisions.


def test_a_revision_holds_what_a_check_reads_and_no_more(repository: tuple[Project, Git]) -> None:
    project, run = repository
    kept = ["dataset.yaml", "datasets/index.json", "datasets/2026.01.0/manifest.json", "claims/deep/b.yml"]
    left = [
        "README.md",
        "datasets/2026.01.0/claims.parquet",
        "claims/notes.txt",
        "claims/.hidden/c.yaml",
        "other/d.yaml",
    ]
    for name in (*kept, *left):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text(name)
    run("add", ".")
    run("commit", "-qm", "Add files")

    with revisions.at(project, "HEAD") as then:
        found = {path.relative_to(then.root).as_posix() for path in then.root.rglob("*") if path.is_file()}

    assert found == {*kept, "claims/a.yaml"}


def test_a_revision_without_records_is_an_empty_project(repository: tuple[Project, Git]) -> None:
    project, run = repository
    run("rm", "-rq", "claims")
    run("commit", "-qm", "Take all away")
    project.claims.mkdir(exist_ok=True)

    with revisions.at(project, "HEAD") as then:
        assert list(record_files(then)) == []


def test_links_and_submodules_are_left_out_of_a_revision(repository: tuple[Project, Git]) -> None:
    project, run = repository
    (project.claims / "link.yaml").symlink_to("/etc/hostname")
    run("add", ".")
    run("update-index", "--add", "--cacheinfo", f"160000,{run('rev-parse', 'HEAD')},claims/sub.yaml")
    run("commit", "-qm", "Add a link and a submodule")

    with revisions.at(project, "HEAD") as then:
        assert sorted(path.name for path in then.claims.iterdir()) == ["a.yaml"]


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "git~1"])
def test_a_tree_whose_names_lead_elsewhere_is_refused(name: str, repository: tuple[Project, Git]) -> None:
    project, run = repository
    blob = run("rev-parse", "HEAD:claims/a.yaml")

    def tree(entry: str, mode: str, target: str) -> str:
        content = f"{mode} {entry}\0".encode() + bytes.fromhex(target)
        return write_object(project.root, "tree", content)

    inner = tree("x.yaml", "100644", blob)
    claims = tree("claims", "40000", tree(name, "40000", inner))
    text = f"tree {claims}\nauthor A <a@example.org> 0 +0000\ncommitter A <a@example.org> 0 +0000\n\nBad\n"
    commit = run("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)

    with pytest.raises(EnvironmentFailure, match=r"not the name of a file below|git reserves"):
        revisions.extract_files(project.root, git.blobs(project.root, commit), project.root / "new")


def write_object(root: Path, kind: str, content: bytes) -> str:
    name = git.hash_of(content, kind)
    path = root / ".git" / "objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(f"{kind} {len(content)}\0".encode() + content))
    return name


def test_a_large_file_of_a_revision_is_reported_before_it_is_read(
    repository: tuple[Project, Git], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = repository
    (project.claims / "zeros.yaml").write_bytes(b"\0" * 5000)
    run("add", ".")
    run("commit", "-qm", "Add zeros")
    monkeypatch.setattr(revisions, "MAX_FILE_BYTES", 5000)
    with revisions.at(project, "HEAD"):
        pass

    monkeypatch.setattr(revisions, "MAX_FILE_BYTES", 4999)
    monkeypatch.setattr(git, "contents", lambda *_: pytest.fail("it is read"))
    with (
        pytest.raises(EnvironmentFailure, match=r"claims/zeros\.yaml has 5,000 bytes in the revision"),
        revisions.at(project, "HEAD"),
    ):
        pass


def test_many_copies_of_one_file_are_reported_before_they_are_written(
    repository: tuple[Project, Git], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = repository
    for n in range(3):
        (project.claims / f"{n}.yaml").write_bytes(b" " * 1000)
    run("add", ".")
    run("commit", "-qm", "Add copies")
    size = 3000 + len(RECORDS.format(id="one"))
    monkeypatch.setattr(revisions, "MAX_BYTES", size)
    with revisions.at(project, "HEAD"):
        pass

    monkeypatch.setattr(revisions, "MAX_BYTES", size - 1)
    with pytest.raises(EnvironmentFailure, match=r"bytes of records; the most is"), revisions.at(project, "HEAD"):
        pass


def test_differences_from_a_commit_are_found_whatever_git_should_overlook(
    repository: tuple[Project, Git],
) -> None:
    project, run = repository
    commit = run("rev-parse", "HEAD")
    assert list(revisions.changed(project, commit)) == []

    (project.root / ".gitignore").write_text("ignored.yaml\n")
    (project.claims / "ignored.yaml").write_text(RECORDS.format(id="ignored"))
    assert list(revisions.changed(project, commit)) == ["claims/ignored.yaml"]
    (project.claims / "ignored.yaml").unlink()

    run("update-index", "--skip-worktree", "claims/a.yaml")
    (project.claims / "a.yaml").write_text(RECORDS.format(id="other"))
    assert run("status", "--porcelain", "--", "claims") == ""
    assert list(revisions.changed(project, commit)) == ["claims/a.yaml"]

    (project.claims / "a.yaml").unlink()
    assert list(revisions.changed(project, commit)) == ["claims/a.yaml"]

    (project.claims / "a.yaml").write_bytes(RECORDS.format(id="one").replace("\n", "\r\n").encode())
    assert list(revisions.changed(project, commit)) == []  # as git checks files out on Windows


def test_the_tool_in_the_same_repository_is_compared_too(repository: tuple[Project, Git]) -> None:
    project, run = repository
    for name in ("src/alleged/a.py", "schemas/a.schema.json", "requirements.lock", "dataset.yaml"):
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text("1\n")
    run("add", ".")
    run("commit", "-qm", "Add the tool")
    commit = run("rev-parse", "HEAD")
    assert list(revisions.changed(project, commit)) == []

    names = ["dataset.yaml", "requirements.lock", "schemas/a.schema.json", "src/alleged/a.py"]
    for name in names:
        (project.root / name).write_text("2\n")
    (project.root / "src" / "b.py").write_text("")
    (project.root / "src" / "notes.txt").write_text("")

    assert list(revisions.changed(project, commit)) == [*names, "src/b.py"]


def test_a_branch_that_shares_no_commit_left_the_revision_at_the_revision_itself(
    repository: tuple[Project, Git],
) -> None:
    project, run = repository
    commit = run("rev-parse", "main")
    run("checkout", "-q", "--orphan", "other")
    run("commit", "-qm", "Begin again")

    assert revisions.fork_point(project, "main") == commit


def test_the_head_of_a_repository_of_its_own_is_on_no_branch(repository: tuple[Project, Git], tmp_path: Path) -> None:
    project, run = repository
    commit, folder = run("rev-parse", "HEAD"), tmp_path / "own"
    folder.mkdir()
    git.make_repository(folder, len(commit))
    objects = git.objects_folder(project.root)
    (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{objects}\n")

    git.set_head(folder, commit)

    assert (folder / ".git" / "HEAD").read_text() == f"{commit}\n"
