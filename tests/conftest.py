"""What tests share: an empty project, and no connection to any machine but this one."""

import socket
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


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if not isinstance(address, tuple) or address[0] not in ("127.0.0.1", "::1"):
            raise OSError("tests open no connection to other machines")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
