"""Releases: named, described, compared, verified and made again, and never half published."""

import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import alleged
from alleged import files, release
from alleged.errors import ContractError, EnvironmentFailure, NotReleasable
from alleged.project import Project
from alleged.release import content, contracts, cutting, rebuilding, verification
from alleged.release.cutting import next_name
from alleged.tables import TABLES
from inside import run_inside
from paths import TESTS

Git = Callable[..., str]


def git_in(root: Path) -> Git:
    def git(*words: str) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        run = ["git", *identity, *words]
        return subprocess.run(run, cwd=root, check=True, capture_output=True, text=True).stdout.strip()

    return git


def begin(project: Project) -> Git:
    project.claims.mkdir(parents=True, exist_ok=True)
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    git = git_in(project.root)
    git("init", "-q", "-b", "main")
    git("add", "claims")
    git("commit", "-qm", "Record claims")
    return git


def cut_and_commit(project: Project, git: Git, notes: str = "") -> cutting.Cut:
    cut = cutting.cut(project, notes)
    git("add", *cut.commit)
    git("commit", "-qm", f"Release {cut.name}")
    return cut


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, cutting.Cut]:
    """Return a project with one release, committed; tests do not change it."""
    project = Project(tmp_path_factory.mktemp("released"))
    return project, cut_and_commit(project, begin(project), "The first one.")


@pytest.fixture
def repository(project: Project) -> tuple[Project, Git]:
    """Return a project under git, ready for its first release."""
    return project, begin(project)


@pytest.fixture
def again(released: tuple[Project, cutting.Cut], tmp_path: Path) -> tuple[Project, Git, cutting.Cut]:
    """Return a copy of the project with one release, ready for its second."""
    project = Project(tmp_path / "again")
    shutil.copytree(released[0].root, project.root)
    return project, git_in(project.root), released[1]


@pytest.fixture(scope="module")
def twice(
    released: tuple[Project, cutting.Cut], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, cutting.Cut, cutting.Cut]:
    """Return a project with two releases: of the second, a claim is edited and an actor new; no test changes it."""
    project = Project(tmp_path_factory.mktemp("twice") / "project")
    shutil.copytree(released[0].root, project.root)
    git = git_in(project.root)
    edit(project, "by ship.", "by train.")
    (project.claims / "more.yaml").write_text("actors:\n  - id: new-gazette\n    name: New Gazette\n    kind: outlet\n")
    git("add", "claims")
    git("commit", "-qm", "Edit and add")
    return project, released[1], cut_and_commit(project, git)


def edit(project: Project, old: str, new: str) -> None:
    path = project.claims / "no-mistake.yaml"
    path.write_text(path.read_text().replace(old, new))


def run(project: Project, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "alleged", *words]
    environment = {**os.environ, **environment}
    return subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=False)


def test_a_release_names_its_commit_its_files_and_its_ids(released: tuple[Project, cutting.Cut]) -> None:
    project, cut = released
    folder = project.datasets / cut.name
    manifest = json.loads((folder / "manifest.json").read_bytes())
    named = {entry["file"] for entry in manifest["tables"].values()} | set(manifest["files"]) | {"manifest.json"}

    assert {path.name for path in folder.iterdir()} == named
    assert manifest["source"]["commit"] == git_in(project.root)("rev-parse", "HEAD~1")
    assert manifest["source"]["changed"] is False
    assert manifest["ids"]["claims"] == ["ministry-shells"]
    assert json.loads((project.datasets / "index.json").read_bytes()) == {
        "format": 1,
        "releases": [
            {
                "release": cut.name,
                "manifest_sha256": cutting._digest((folder / "manifest.json").read_bytes()),
                "schema_version": release.SCHEMA_VERSION,
                "content_sha256": manifest["content_sha256"],
                "commit": manifest["source"]["commit"],
            }
        ],
        "channels": {"stable": cut.name},
        "yanked": {},
    }


def test_the_tables_of_a_release_are_committed_so_that_a_clone_has_them(
    released: tuple[Project, cutting.Cut], tmp_path: Path
) -> None:
    project, cut = released
    git_in(tmp_path)("clone", "-q", str(project.root), "clone")
    opened = alleged.open(project=tmp_path / "clone")

    assert (opened.release, opened.claims.height) == (cut.name, 1)
    assert verification.verify(Project(tmp_path / "clone"), cut.name).sound


def test_a_release_is_entered_in_the_changelog_with_its_notes(released: tuple[Project, cutting.Cut]) -> None:
    project, cut = released

    text = (project.root / "CHANGELOG.md").read_text(encoding="utf-8")

    added = "1 claim on 1 article added, 1 source added, 5 actors added, 1 topic added"
    assert f"## Release {cut.name}\n\n{added}. Contract" in text
    assert "The first one." in text


def test_releases_are_numbered_within_their_month() -> None:
    index = {"releases": [{"release": name} for name in ("2026.10.0", "2026.11.0", "2026.11.9", "2026.11.10")]}

    assert next_name(index, datetime(2026, 11, 30, tzinfo=UTC)) == "2026.11.11"
    assert next_name(index, datetime(2026, 12, 1, tzinfo=UTC)) == "2026.12.0"


def test_a_second_release_tells_what_changed_and_stands_above_the_first(
    twice: tuple[Project, cutting.Cut, cutting.Cut],
) -> None:
    project, first, second = twice

    lines = (project.datasets / second.name / "changes.ndjson").read_text().splitlines()
    fields = [{"path": "summary", "before": "Shells went by ship.", "after": "Shells went by train."}]
    assert [json.loads(line) for line in lines] == [
        {"kind": "claims", "id": "ministry-shells", "change": "edited", "fields": fields},
        {"kind": "actors", "id": "new-gazette", "change": "added"},
    ]
    text = (project.root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.index(f"## Release {second.name}") < text.index(f"## Release {first.name}")
    assert verification.verify(project, first.name).sound
    assert verification.verify(project).release == second.name


def test_an_open_release_tells_which_records_differ_from_an_earlier_one(
    twice: tuple[Project, cutting.Cut, cutting.Cut],
) -> None:
    project, first, second = twice

    one, two = (alleged.open(name, project=project.root) for name in (first.name, second.name))

    assert two.diff(one).rows() == [("actors", "new-gazette", "added"), ("claims", "ministry-shells", "edited")]
    assert one.diff(two).rows() == [("actors", "new-gazette", "removed"), ("claims", "ministry-shells", "edited")]
    assert two.diff(two).is_empty()


def test_a_release_is_cut_from_a_clean_commit_only(repository: tuple[Project, Git]) -> None:
    project, _ = repository
    edit(project, "by ship", "by train")

    with pytest.raises(
        NotReleasable, match=r"cut from a commit; commit or remove these first: claims/no-mistake\.yaml"
    ):
        cutting.cut(project)


def test_a_release_is_not_cut_from_records_with_errors(repository: tuple[Project, Git]) -> None:
    project, git = repository
    edit(project, "act: allege", "act: alege")
    git("commit", "-qam", "Break a record")

    with pytest.raises(NotReleasable, match="have 1 errors, the first is unknown-code"):
        cutting.cut(project)
    assert not (project.datasets / "index.json").exists()


def test_a_record_that_vanished_stops_the_next_release(again: tuple[Project, Git, cutting.Cut]) -> None:
    project, git, _ = again
    edit(project, "ministry-shells", "other-shells")
    git("commit", "-qam", "Rename a claim")

    with pytest.raises(NotReleasable, match="vanished-id"):
        cutting.cut(project)


def column(**changes: Any) -> dict[str, Any]:
    return {"name": "a", "type": "Enum", "nullable": False, "description": "Words.", "codes": ["x", "y"], **changes}


def contract(*columns: dict[str, Any], key: tuple[str, ...] = ("a",)) -> dict[str, Any]:
    return {"claims": {"key": list(key), "columns": list(columns)}}


@pytest.mark.parametrize(
    ("after", "level", "words"),
    [
        (contract(column()), None, ""),
        ({}, "major", "table claims is gone"),
        (contract(), "major", "column claims.a is gone"),
        (contract(column(name="b")), "major", "read claims.b, which has the same description"),
        (contract(column(type="String")), "major", "claims.a was Enum, is String"),
        (contract(column(nullable=True)), "major", "claims.a may be null"),
        (contract(column(codes=["x"])), "major", "claims.a has lost the codes y"),
        (contract(column(), key=("a", "b")), "major", "the key of claims is now a, b"),
        (contract(column(), column(name="b")), "minor", "column claims.b is new"),
        (contract(column(codes=["x", "y", "z"])), "minor", "claims.a has new codes: z"),
        ({**contract(column()), "more": {"key": [], "columns": []}}, "minor", "table more is new"),
        (contract(column(description="Other words.")), "patch", "claims.a has another description"),
    ],
)
def test_a_change_of_the_contract_demands_its_bump(after: dict[str, Any], level: str | None, words: str) -> None:
    found = contracts.changes(contract(column()), after)
    least = {None: "1.4.2", "patch": "1.4.3", "minor": "1.5.0", "major": "2.0.0"}[level]

    assert contracts.required("1.4.2", found) == least
    contracts.require_version(least, "1.4.2", found)
    contracts.require_version("2.0.0", "1.4.2", found)
    if level:
        assert words in "; ".join(f"{c.what}; {c.migration}" for c in found)
        with pytest.raises(
            ContractError, match=f"has a {level} change since 1.4.2: declare SCHEMA_VERSION = '{least}'"
        ):
            contracts.require_version("1.4.2", "1.4.2", found)


def test_a_contract_is_equal_to_the_one_that_its_manifest_holds(released: tuple[Project, cutting.Cut]) -> None:
    project, cut = released
    before = json.loads((project.datasets / cut.name / "manifest.json").read_bytes())["tables"]

    assert contracts.changes(before, contracts.contracts()) == []


@pytest.mark.parametrize("method", content.METHODS)
def test_the_content_digest_covers_values_and_not_their_storage(method: str) -> None:
    import polars as pl

    frame = pl.DataFrame({"a": ["x", "y"], "n": [1000.0, 0.0], "l": [["p", None], []], "z": [None, "z"]})

    def digest(other: pl.DataFrame, name: str = "t") -> str:
        return content.of_table(name, other, method)

    assert digest(frame) == digest(frame.with_columns(pl.col("n").cast(pl.Int64)))
    assert digest(frame) == digest(frame.with_columns(pl.col("n") * -1 * -1 * pl.Series([1, -1])))
    assert digest(frame) == digest(frame.with_columns(pl.col("a").cast(pl.Categorical)))
    assert digest(frame) == digest(pl.concat([frame[:1], frame[1:]], rechunk=False))
    others = [
        frame.with_columns(pl.col("n") + 0.5),
        frame.with_columns(n=pl.Series([1000.0, None])),
        frame.with_columns(a=pl.Series(["xy", ""])),
        frame.with_columns(a=pl.Series(["x", None])),
        frame.with_columns(z=pl.Series(["", "z"])),
        frame.with_columns(l=pl.Series([["p"], [None]])),
        frame.with_columns(l=pl.Series([["p", None], None], dtype=pl.List(pl.String))),
        frame.with_columns(l=pl.Series([["p", ""], []])),
        frame.rename({"a": "b"}),
        frame[::-1],
    ]
    assert len({digest(frame), digest(frame, "u"), *map(digest, others)}) == 2 + len(others)


@pytest.mark.parametrize("method", content.METHODS)
def test_batches_do_not_change_the_content_digest(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import polars as pl

    frame = pl.DataFrame({"a": ["x", None, "yz"], "n": [1, None, 3], "l": [["p", "q"], [], None]})
    whole = content.of_table("t", frame, method)
    monkeypatch.setattr(content, "BATCH", 1)

    assert content.of_table("t", frame, method) == whole


GOLDEN = {
    "rows": "a7e6d83eee2333521cf5bb82936062b28a0ed4c803d53ba77a4a00596fe8ec73",
    "columns": "9214f35a519d58426b93761d587031051a5eac870ea44142cade3236605fe89e",
}
"""Digests of the rows below; `rows` as polars 2.0 and 2.1 both give it."""


def golden() -> Any:
    import polars as pl

    return pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "day": [datetime(2024, 2, 29, tzinfo=UTC).date(), None, datetime(1, 1, 1, tzinfo=UTC).date()],
            "figure": [0.1, 1e22, -0.0],
            "codes": [["x", "y"], [], None],
            "flag": [True, None, False],
            "word": ["Ж", "\u2028", '"'],
        },
        schema_overrides={"codes": pl.List(pl.Enum(["x", "y"]))},
    )


@pytest.mark.parametrize("method", content.METHODS)
def test_the_content_digest_is_the_same_for_every_version_of_polars(method: str) -> None:
    assert content.of_table("golden", golden(), method) == GOLDEN[method]


def test_the_digest_by_columns_is_made_of_the_bytes_that_its_page_names() -> None:
    null = bytes.fromhex("000000000000f87f")
    parts = [
        b'["golden","id","day","figure","codes","flag","word"]\n',
        struct.pack("<3I", 1, 1, 1) + b"abc",
        struct.pack("<d", 19782) + null + struct.pack("<d", -719162),
        struct.pack("<3d", 0.1, 1e22, 0.0),
        struct.pack("<3I", 2, 0, 2**32 - 1) + struct.pack("<2I", 1, 1) + b"xy",
        struct.pack("<d", 1) + null + struct.pack("<d", 0),
        struct.pack("<3I", 2, 3, 1) + 'Ж\u2028"'.encode(),
    ]

    assert content.of_table("golden", golden(), "columns") == hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.mark.parametrize("method", content.METHODS)
@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_has_no_digest(number: float, method: str) -> None:
    import polars as pl

    with pytest.raises(ValueError, match=r"finite|JSON"):
        content.of_table("t", pl.DataFrame({"n": [number]}), method)


def test_a_number_that_a_double_does_not_hold_has_no_digest_by_columns() -> None:
    import polars as pl

    with pytest.raises(ValueError, match="column 'n' has a number that is not finite, or too large"):
        content.of_table("t", pl.DataFrame({"n": [2**53 + 1]}))


def test_tables_whose_digests_are_by_rows_verify_for_ever(project: Project) -> None:
    import polars as pl

    begin(project)
    release.build(project)
    path = project.datasets / "dev" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    assert manifest.pop("digests") == "columns"
    for table, entry in manifest["tables"].items():
        entry["content_sha256"] = content.of_table(table, pl.read_parquet(path.with_name(entry["file"])), "rows")
    manifest["content_sha256"] = release.content_of(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    by_rows = verification.verify(project, "dev").faults
    path.write_text(json.dumps({**manifest, "digests": "columns"}), encoding="utf-8")
    by_columns = verification.verify(project, "dev").faults

    assert by_rows == ()
    assert len(by_columns) == sum(entry["rows"] > 0 for entry in manifest["tables"].values())
    assert all(": content " in fault for fault in by_columns)


def test_verify_finds_every_flipped_bit(released: tuple[Project, cutting.Cut], tmp_path: Path) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(released[0].root, project.root, ignore=shutil.ignore_patterns(".git"))
    name, draw = released[1].name, random.Random(1718)
    files = sorted((project.datasets / name).iterdir())
    for _ in range(300):
        path = draw.choice(files)
        before = path.read_bytes()
        flipped = bytearray(before)
        flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        path.write_bytes(flipped)
        assert any(path.name in fault for fault in verification.verify(project, name).faults), path
        path.write_bytes(before)
    assert verification.verify(project, name).sound


def test_verify_names_the_file_and_both_digests_and_exits_with_4(
    released: tuple[Project, cutting.Cut], tmp_path: Path
) -> None:
    project = Project(tmp_path / "copy")
    shutil.copytree(released[0].root, project.root)
    path = project.datasets / released[1].name / "claims.parquet"
    was = cutting._digest(path.read_bytes())
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    done = run_inside(project.root, "verify")

    assert done.returncode == 4
    assert f"claims.parquet: sha256 {cutting._digest(path.read_bytes())}, but the manifest says {was}" in done.stdout


def test_a_file_too_many_is_a_fault_and_a_file_that_is_not_built_is_not(
    released: tuple[Project, cutting.Cut], tmp_path: Path
) -> None:
    project, name = Project(tmp_path / "copy"), released[1].name
    shutil.copytree(released[0].root, project.root)
    (project.datasets / name / "claims.parquet").unlink()
    assert verification.verify(project, name).missing == ("claims.parquet",)
    (project.datasets / name / "more.parquet").write_bytes(b"PAR1")

    assert verification.verify(project, name).faults == ("more.parquet does not belong to this release",)


def test_a_release_is_made_again_from_its_commit_with_the_same_bytes(
    released: tuple[Project, cutting.Cut], tmp_path: Path
) -> None:
    project, name = Project(tmp_path / "an other" / "place"), released[1].name
    git_in(tmp_path)("clone", "-q", str(released[0].root), str(project.root))
    assert len(verification.verify(project, name).missing) == 5
    (project.datasets / name / "claims.parquet").unlink()
    odd = {"TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": "1"}

    done = run(project, "verify", "--rebuild", "--restore", **odd)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"all {len(TABLES) + 7} files have the same bytes" in done.stdout
    assert verification.verify(project, name).missing == ()
    assert git_in(project.root)("worktree", "list").count("\n") == 0


def test_a_release_whose_records_were_altered_is_not_made_again(again: tuple[Project, Git, cutting.Cut]) -> None:
    project, git, cut = again
    path = project.datasets / cut.name / "manifest.json"
    edit(project, "by ship", "by train")
    git("commit", "-qam", "Correct a summary")
    other = git("rev-parse", "HEAD")
    path.write_text(path.read_text().replace(json.loads(path.read_bytes())["source"]["commit"], other))
    index = json.loads((project.datasets / "index.json").read_bytes())
    index["releases"][-1] |= {"manifest_sha256": cutting._digest(path.read_bytes()), "commit": other}
    (path.parent / "provenance.json").unlink()
    (project.datasets / "index.json").write_text(json.dumps(index))

    verdict = rebuilding.rebuild(project, cut.name)

    assert not verdict.sound
    assert "rebuilt, claims has other rows" in verdict.faults


class Disk:
    """The disk under this process: it refuses everything from the n-th fsync or rename on, cleaning up included.

    So what is left is what a crash at that step leaves. `steps` are those that went well.
    """

    def __init__(self, n: int, patch: pytest.MonkeyPatch) -> None:
        self.steps: list[str] = []
        self.left = n
        for name in ("fsync", "rename", "replace"):
            patch.setattr(os, name, self.refusing(name, step=True))
        for name in ("unlink", "rmdir"):
            patch.setattr(os, name, self.refusing(name))

    def refusing(self, name: str, step: bool = False) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*words: Any, **more: Any) -> Any:
            self.left -= step
            if self.left <= 0:
                raise OSError(28, "No space left on device")
            self.steps += [name] * step
            return real(*words, **more)

        return call


def test_whatever_step_fails_a_reader_sees_whole_tables_and_the_next_release_recovers(
    released: tuple[Project, cutting.Cut], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, first = Project(tmp_path / "copy"), released[1]
    shutil.copytree(released[0].root, project.root)
    published = {path.name: path.read_bytes() for path in (project.datasets / first.name).iterdir()}
    edit(project, "by ship", "by train")
    git_in(project.root)("commit", "-qam", "Correct a summary")
    made = ["fsync"] * len(list((project.datasets / first.name).iterdir()))
    folder, file = ["fsync"] * files.DESCRIPTORS, ["fsync", "replace"]
    unfinished = changelog = citation = [*file, *folder]
    steps = [*made, *unfinished, *folder, "rename", *folder, *changelog, *citation, *file]

    # Of the files of the release, which are written one like the other, only the first and the last fail; and where
    # two files are put in their place like the one before, a failure of the rename stands for that of the sync.
    like = {len(made) + len(unfinished) + 2 * len(folder) + 2, len(steps) - len(citation) - 1, len(steps) - 1}
    for n in (1, *(n for n in range(len(made), len(steps) + 1) if n not in like)):
        with monkeypatch.context() as patch:
            Disk(n, patch)
            with pytest.raises(EnvironmentFailure, match="the disk is full"):
                cutting.cut(project, f"Attempt {n}.")
        assert cutting.read_index(project)["channels"]["stable"] == first.name
        assert {path.name: path.read_bytes() for path in (project.datasets / first.name).iterdir()} == published
        # The next one fixes what is left before all else, even if it ends for another reason.
        edit(project, "by train", "by plane")
        with pytest.raises(NotReleasable, match=r"first: claims/no-mistake\.yaml$"):
            cutting.cut(project)
        edit(project, "by plane", "by train")
        assert sorted(p.name for p in project.datasets.iterdir()) == [".lock", first.name, "index.json"]
    with monkeypatch.context() as patch:
        # The index is in place, and only its folder cannot be synced: that is no failure.
        disk = Disk(len(steps) + 1, patch)
        second = cutting.cut(project, "The last attempt.")

    assert disk.steps == steps
    cited = (project.datasets / second.name / "CITATION.cff").read_bytes()
    assert (project.root / "CITATION.cff").read_bytes() == cited
    assert verification.verify(project).release == second.name
    text = (project.root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.count(f"## Release {second.name}\n") == text.count("ttempt") == 1
    edit(project, "by train", "by plane")
    with pytest.raises(NotReleasable, match=r"first: "):  # CHANGELOG.md and the like are to be committed
        cutting.cut(project)
    assert sorted(p.name for p in project.datasets.iterdir()) == sorted(
        [".lock", "index.json", first.name, second.name]
    )
