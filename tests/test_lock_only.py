"""A folder with nothing but `alleged.lock`, its release in the cache, and no network: everything that reads works."""

import socket
from pathlib import Path
from typing import NoReturn

import pytest

import alleged
from alleged import api
from alleged.cli import GROUPS
from alleged.datasets.catalogues import look_again
from inside import run_inside
from paths import ROOT
from serving import serving

RELEASE = "2026.11.2"
CLAIM, TOPIC = "stoltenberg-2024-breach", "dprk-troops-to-russia"

COMMANDS: dict[str, list[str]] = {
    "find": ["containers"],
    "show": [CLAIM],
    "origins": [TOPIC, "--as-of", "2024-10-20"],
    "timeline": [TOPIC],
    "quantities": ["dprk-munitions-to-russia"],
    "stats": [],
    "diff": [RELEASE, RELEASE],
    "export": ["wheel"],
    "site": [],
    "cite": [CLAIM],
}
"""Arguments of the commands of the groups `Read` and `Take away`."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a cache with all tables of a release, and a lock that pins it at a server that is gone."""
    folder = tmp_path_factory.mktemp("cached")
    with pytest.MonkeyPatch.context() as patch, serving(ROOT / "datasets") as server:
        patch.setenv("ALLEGED_CACHE", str(folder / "cache"))
        api.pin(RELEASE, server.address, folder)
        opened = alleged.open(project=folder)
        for table in opened.tables:
            opened.content(table)
    return folder / "cache", (folder / "alleged.lock").read_text(encoding="utf-8")


@pytest.fixture
def locked(cache: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with only that lock, on a machine without a network."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the network was used")

    monkeypatch.setenv("ALLEGED_CACHE", str(cache[0]))
    (tmp_path / "alleged.lock").write_text(cache[1], encoding="utf-8")
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    look_again()
    return tmp_path


def test_every_command_that_reads_is_tried() -> None:
    assert set(COMMANDS) == {*GROUPS["Read"], *GROUPS["Take away"]}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_reads_the_pinned_release(name: str, locked: Path) -> None:
    done = run_inside(locked, name, *COMMANDS[name])

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize("name", ["csv", "csl"])
def test_the_pinned_release_is_exported(name: str, locked: Path) -> None:
    assert run_inside(locked, "export", name).returncode == 0


def test_the_pinned_release_is_verified(locked: Path) -> None:
    assert run_inside(locked, "verify").stdout == f"{RELEASE}: 20 files match the manifest\n"


def test_python_reads_the_pinned_release(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(locked)

    assert alleged.load("claims").height == alleged.scan("claims", RELEASE).collect().height
    assert alleged.open().origins_of(TOPIC, as_of="2024-10-20").names
    assert alleged.as_of("2024-06-18")["claims"].height
    assert RELEASE in alleged.open().cite()
