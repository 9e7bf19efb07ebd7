"""What tests share: an empty project, and nothing of the person who runs them or of other machines."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alleged.layout import Layout


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run tests of named files in this process: starting workers would take longer than it saves."""
    return 0 if any(Path(name.partition("::")[0]).is_file() for name in config.args) else None


@pytest.fixture
def project(tmp_path: Path) -> Layout:
    """Return an empty project in a folder of its own."""
    (tmp_path / "claims").mkdir()
    return Layout(tmp_path)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what tests remember apart from what the person who runs them does."""
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session", autouse=True)
def _own_git_settings() -> Iterator[None]:
    """Run git without the settings of the machine and the person: line endings, hooks and signatures differ there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(autouse=True)
def _skip_where_pipes_and_links_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no named pipes in folders, and symbolic links only for accounts with the privilege."""
    link = os.symlink

    def symlink(*args: Any, **options: Any) -> None:
        try:
            link(*args, **options)
        except OSError as error:
            if getattr(error, "winerror", None) != 1314:  # ERROR_PRIVILEGE_NOT_HELD
                raise
            pytest.skip("this account may not make symbolic links")

    monkeypatch.setattr(os, "symlink", symlink)
    if not hasattr(os, "mkfifo"):
        monkeypatch.setattr(os, "mkfifo", lambda *_: pytest.skip("this system has no named pipes"), raising=False)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if not isinstance(address, tuple) or address[0] not in ("127.0.0.1", "::1"):
            raise OSError("tests open no connection to other machines")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
