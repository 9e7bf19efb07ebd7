"""What tests share: an empty project, and no way out to any network."""

import socket
from pathlib import Path

import pytest

from alleged.layout import Layout


@pytest.fixture
def project(tmp_path: Path) -> Layout:
    """Return an empty project in a folder of its own."""
    (tmp_path / "claims").mkdir()
    return Layout(tmp_path)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("tests open no connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
