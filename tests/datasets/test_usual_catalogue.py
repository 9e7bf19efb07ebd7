"""Which catalogue is used where none is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import alleged
from alleged import api
from alleged.datasets.catalogues import look_again
from alleged.errors import UnknownNameError
from alleged.text import notices
from paths import ROOT
from serving import Server, serving

RELEASE = "2026.11.2"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, in which Python works; nothing is cached."""
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(notices, "_shown", set())
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    return tmp_path / "empty"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(ROOT / "datasets") as running:
        yield running


def test_a_catalogue_that_was_named_once_is_used_in_the_same_folder_and_reported(
    empty: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    alleged.load("topics", catalogue=server.address)
    look_again()
    capsys.readouterr()

    for _ in range(2):
        assert alleged.load("claims", RELEASE).height
    said = f"alleged: using the catalogue {server.address}, which was named here last; 'alleged pin' writes it down\n"
    assert capsys.readouterr().err == said
    (empty / "inner").mkdir()
    with pytest.raises(UnknownNameError, match="no folder 'datasets' in"):
        alleged.load("claims", project=empty / "inner")


def test_the_catalogue_that_was_named_last_counts(empty: Path, server: Server) -> None:
    alleged.load("topics", catalogue=server.address)
    alleged.load("topics", catalogue=str(ROOT / "datasets"))

    assert str(alleged.open().catalogue) == str(ROOT / "datasets")


def test_a_pin_writes_down_the_server_that_was_named_last(empty: Path, server: Server) -> None:
    alleged.load("topics", catalogue=server.address)
    api.pin(RELEASE)

    assert server.address in (empty / "alleged.lock").read_text(encoding="utf-8")


def test_a_catalogue_that_cannot_be_noted_is_used_all_the_same(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty / "file").touch()
    monkeypatch.setenv("ALLEGED_CACHE", str(empty / "file"))

    assert alleged.load("topics", catalogue=str(ROOT / "datasets")).height


def test_a_catalogue_that_is_gone_is_forgotten(empty: Path) -> None:
    (empty.parent / "copy").symlink_to(ROOT / "datasets")
    alleged.load("topics", catalogue=str(empty.parent / "copy"))
    (empty.parent / "copy").unlink()

    with pytest.raises(UnknownNameError, match="no folder 'datasets' in"):
        alleged.load("topics")


def test_the_public_catalogue_of_a_project_without_releases_is_used(empty: Path, server: Server) -> None:
    alleged.load("topics", catalogue=str(ROOT / "datasets"))
    (empty / "dataset.yaml").write_text(f"title: Claims\ncatalogue: {server.address}\n", encoding="utf-8")

    assert str(api.open().catalogue) == server.address
    assert str(api.open(project=ROOT).catalogue) == str(ROOT / "datasets")
