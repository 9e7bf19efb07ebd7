"""What a build or a release leaves behind, and what it refuses to publish."""

import json
import os
import shutil
from pathlib import Path

import pytest

from alleged import release
from alleged.errors import ContractError, VerificationError
from alleged.project import Project
from alleged.release import cutting, tables
from paths import TESTS
from repositories import Git, git_in


@pytest.fixture
def small(project: Project) -> Project:
    """Return a project of a few records."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    return project


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_build_leaves_nothing_beside_its_tables(small: Project) -> None:
    for _ in range(2):
        assert release.build(small, force=True).published
        assert names(small.datasets) == [".lock", "dev"]


def test_a_build_that_finds_errors_does_not_say_that_nothing_has_changed(small: Project) -> None:
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", small.claims)

    built = release.build(small)

    assert (built.published, built.unchanged) == (False, False)
    assert names(small.datasets) == [".lock"]


def committed(small: Project) -> Git:
    git = git_in(small.root)
    git("init", "-q")
    git("add", "claims")
    git("commit", "-qm", "Record claims")
    return git


def test_a_release_that_the_disk_gives_back_otherwise_is_not_published(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def altering(handle: int) -> None:
        for path in small.datasets.glob(".build-*/codebook.*"):
            if os.path.samestat(os.fstat(handle), path.stat()):
                with path.open("r+b") as file:
                    file.write(b"?")
        sync(handle)

    committed(small)
    monkeypatch.setattr(os, "fsync", altering)

    with pytest.raises(VerificationError, match=r"codebook\.\w+ was written with sha256 \w+, but reads back as \w+"):
        cutting.cut(small)
    assert names(small.datasets) == [".lock"]


def test_a_release_whose_tables_have_more_columns_needs_another_version_of_the_contract(small: Project) -> None:
    git = committed(small)
    first = cutting.cut(small)
    path = small.datasets / first.name / "manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest["tables"]["claims"]["columns"][-1]  # as if the last release had been without it
    path.write_text(json.dumps(manifest))
    git("add", *first.commit)
    git("commit", "-qm", "Release")
    before = names(small.datasets)

    with pytest.raises(ContractError, match="the tables' contract has a minor change since"):
        cutting.cut(small)
    assert names(small.datasets) == before


def test_release_data_inside_a_file_are_few(tmp_path: Path) -> None:
    frame = {"vocabulary": tables.TABLES["vocabulary"].frame(tables.Corpus(()))}
    own = {"alleged:note": "", "alleged:table": "vocabulary"}
    space = 4096 - sum(map(len, [*own, *own.values()]))

    with pytest.raises(VerificationError, match="metadata of vocabulary takes more than 4096 bytes"):
        tables.write(tmp_path, frame, {"note": "x" * (space + 1)})
    assert names(tmp_path) == []
    tables.write(tmp_path, frame, {"note": "x" * space})
    assert names(tmp_path) == ["vocabulary.parquet"]
