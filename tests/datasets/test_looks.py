"""How often a server is asked, and what is said where it does not answer as a catalogue does."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from alleged import api, errors
from alleged.datasets.catalogues import look_again
from alleged.web import servers
from paths import ROOT
from serving import Page, Server, serving

RELEASE = "2026.11.2"
TABLES = ("claims", "sources", "topics", "actors")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with serving(ROOT / "datasets") as running:
        yield running


# How often


def test_twelve_loads_and_as_of_cost_one_look_and_one_download_of_each_file(server: Server) -> None:
    for _ in range(3):
        for table in TABLES:
            api.load(table, catalogue=server.address)
    api.as_of("2024-06-18", catalogue=server.address)

    assert server.asked.count("/index.json") == 1
    assert len(server.asked) == len(set(server.asked))


def test_what_is_pinned_and_cached_is_read_without_a_server(server: Server) -> None:
    api.pin(RELEASE, server.address)
    api.load("claims")
    look_again()
    server.asked.clear()

    assert api.open().why == "pinned"
    assert api.load("claims", RELEASE).height
    assert server.asked == []
    api.load("topics")
    assert server.asked == [f"/{RELEASE}/topics.parquet"]


def test_a_withdrawal_that_is_known_is_still_warned_of_when_the_pinned_release_is_cached(server: Server) -> None:
    index = (ROOT / "datasets" / "index.json").read_text(encoding="utf-8")
    server.pages["/index.json"] = lambda request: request.send(
        index.replace('"yanked": {}', f'"yanked": {{"{RELEASE}": "a name was wrong"}}').encode()
    )
    with pytest.warns(UserWarning, match="was withdrawn: a name was wrong"):
        api.pin(RELEASE, server.address)
    look_again()
    server.asked.clear()

    with pytest.warns(UserWarning, match="was withdrawn: a name was wrong"):
        api.open()
    assert server.asked == []


def test_a_release_that_was_not_listed_yet_is_looked_for_again_and_so_are_versions(server: Server) -> None:
    api.load("topics", catalogue=server.address)
    for _ in range(2):
        with pytest.raises(errors.UnknownNameError, match=r"there is no release '2031\.01\.0'"):
            api.load("topics", "2031.01.0", server.address)
    assert server.asked.count("/index.json") == 3
    api.load("topics", "2026.11.2", server.address)
    assert server.asked.count("/index.json") == 3

    api.versions(server.address)
    assert server.asked.count("/index.json") == 4


def test_a_server_that_is_down_is_tried_once_for_a_release_that_is_cached(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.load("topics", RELEASE, server.address)
    server.stop()
    look_again()
    capsys.readouterr()

    for _ in range(3):
        assert api.load("topics", RELEASE, server.address).height
    assert capsys.readouterr().err.count("cannot be reached") == 1
    with pytest.raises(errors.ServerError, match="cannot be reached"):
        api.load("topics", catalogue=server.address)


# What is said


def circle(request) -> None:
    request.send(b"", 302, Location="/index.json")


def truncated(request) -> None:
    request.send(b"{}", Content_Length="1000")


WRONG: dict[str, tuple[Page, str]] = {
    "a page": (
        lambda request: request.send(b"\n<!doctype html><title>Log in</title>"),
        "is a web page, not a catalogue; check the address, and whether this network asks for a login",
    ),
    "a circle": (circle, "cannot be downloaded: the server redirects more than 5 times"),
    "out of order": (lambda request: request.send(b"", 503), "cannot be downloaded: the server answers 503 Service"),
    "too short": (truncated, "was interrupted after 2 bytes"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_server_that_answers_wrongly_is_a_server_error_in_one_sentence(what: str, server: Server) -> None:
    page, said = WRONG[what]
    server.pages["/index.json"] = page

    with pytest.raises(errors.ServerError, match=said) as caught:
        api.load("claims", catalogue=server.address)

    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{server.address}/index.json ")


def test_a_wrong_answer_does_not_replace_the_index_in_the_cache(server: Server) -> None:
    api.load("topics", RELEASE, server.address)
    for content in (b"<html>", b"{}"):
        server.pages["/index.json"] = lambda request, content=content: request.send(content)
        look_again()
        with pytest.raises((errors.ServerError, errors.VerificationError)):
            api.load("topics", catalogue=server.address)

        assert api.load("topics", RELEASE, server.address, offline=True).height


@pytest.mark.parametrize("size", ["shorter", "longer"])
def test_a_table_of_another_size_than_published_is_refused(size: str, server: Server) -> None:
    path = f"/{RELEASE}/topics.parquet"
    content = (ROOT / "datasets" / RELEASE / "topics.parquet").read_bytes()
    wrong = content[:-1] if size == "shorter" else content + b"x"
    server.pages[path] = lambda request: request.send(wrong)

    with pytest.raises(errors.VerificationError, match=r"topics\.parquet is not the published file"):
        api.load("topics", RELEASE, server.address)


# One limit for all of a download, the handshake included


HANDSHAKE = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"
"""The head of a record of TLS of 16 KiB, of which one byte comes at a time."""


@pytest.fixture
def dripping() -> Iterator[int]:
    """Yield the port of a server that begins a handshake, and sends one byte of it now and then."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    connection.sendall(HANDSHAKE)
                    for _ in range(1000):
                        time.sleep(0.01)
                        connection.sendall(b"\0")

        threading.Thread(target=run, daemon=True).start()
        yield listening.getsockname()[1]


def test_a_handshake_without_end_is_given_up(dripping: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "GRACE", 0.3)
    start = time.monotonic()

    with pytest.raises(errors.ServerError, match="the server is too slow"):
        api.versions(f"https://127.0.0.1:{dripping}/datasets")
    assert time.monotonic() - start < 5


def test_the_time_of_a_download_counts_over_its_redirects(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "GRACE", 0.5)

    def slow(request) -> None:
        time.sleep(0.2)
        circle(request)

    server.pages["/index.json"] = slow
    with pytest.raises(errors.ServerError, match="the server is too slow"):
        api.versions(server.address)
