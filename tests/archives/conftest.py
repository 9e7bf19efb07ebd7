"""A project with a few sources, an archive on this machine, and sites with public addresses."""

import os
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from alleged.web import sessions
from archive_servers import Archive
from archives_project import Run
from inside import run_inside
from internet import Internet, Site, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "claims").mkdir()
    return tmp_path


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def server(archive: Archive) -> Iterator[Site]:
    with serving(archive) as site:
        yield site


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    monkeypatch.setattr(sessions, "PAUSE", 0.0)
    return Internet(monkeypatch)


@pytest.fixture
def run(folder: Path, server: Site) -> Run:
    """Return a function that runs `alleged archive` in the project, with the archive of the test."""

    def run(*words: str, keys: bool = True, **environment: str) -> CompletedProcess[str]:
        given = {"ALLEGED_ARCHIVE_KEY": "key", "ALLEGED_ARCHIVE_SECRET": "secret"} if keys else {}
        places = {"ALLEGED_WAYBACK": server.address, "ALLEGED_MEMENTO": server.address}
        return run_inside(folder, "archive", *words, **given, **places, **environment)

    assert "ALLEGED_ARCHIVE_KEY" not in os.environ
    return run
