"""Loading releases: from a folder and from a server, pinned or not, whole or damaged."""

import json
import logging
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from platformdirs import user_cache_path
from polars.testing import assert_frame_equal

import alleged
from alleged import api, release
from alleged.datasets import downloads, manifests, resolve
from alleged.datasets import release as module
from alleged.datasets.catalogues import look_again
from alleged.datasets.manifests import digest
from alleged.errors import EnvironmentFailure, UnknownNameError, VerificationError
from alleged.project import Project, cache_folder
from inside import run_inside
from paths import TESTS

NAMES = ("2026.10.0", "2026.11.0", "2026.11.1")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of four tables of a few records."""
    project = Project(tmp_path_factory.mktemp("built"))
    project.claims.mkdir()
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    assert release.build(project).published
    folder = project.datasets / "dev"
    manifest = manifests.read_manifest(project.root, "datasets/dev")
    few = {name: manifest["tables"].pop(name) for name in ("claims", "appearances", "sources", "topics")}
    for entry in manifest["tables"].values():
        (folder / entry["file"]).unlink()
    kinds = {what: {kind: n for kind, n in manifest[what].items() if kind in few} for what in ("records", "ids")}
    source = {**manifest["source"], "commit": "0" * 40, "changed": False}
    change(folder / "manifest.json", tables=few, source=source, **kinds)
    return folder


@pytest.fixture
def catalogue(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a catalogue of three releases with the cache and the working directory elsewhere."""
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(resolve, "_reported", set())
    folder = tmp_path / "published"
    for name in NAMES:
        put(folder, built, name)
    return folder


def put(folder: Path, built: Path, name: str) -> None:
    """Put the tables into a catalogue under the name of a release, by the formats of releases."""
    shutil.copytree(built, folder / name)
    path = folder / name / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "release": name}, indent=2) + "\n")
    index = folder / "index.json"
    found: dict[str, Any] = {"format": 1, "releases": [], "channels": {}, "yanked": {}}
    found = json.loads(index.read_bytes()) if index.exists() else found
    entry = {"release": name, "manifest_sha256": digest(path.read_bytes()), "schema_version": "1.0.0"}
    entry |= {"content_sha256": "0" * 64, "commit": "0" * 40}
    index.write_text(json.dumps({**found, "releases": [*found["releases"], entry], "channels": {"stable": name}}))


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **fields}))


def seal(folder: Path, name: str) -> None:
    """Let the index name the manifest as it is now."""
    index = json.loads((folder / "index.json").read_bytes())
    for entry in index["releases"]:
        if entry["release"] == name:
            entry["manifest_sha256"] = digest((folder / name / "manifest.json").read_bytes())
    (folder / "index.json").write_text(json.dumps(index))


def kept(sha256: str) -> Path:
    """Return where the cache keeps a file."""
    return cache_folder() / "files" / sha256[:2] / sha256


class Server(ThreadingHTTPServer):
    """A static file server that knows ranges, notes what was asked, and can be reported to misbehave."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.asked: list[tuple[str, str | None]] = []
        self.cut: dict[str, int] = {}  # name of a file: how often it is still to be cut in the middle
        self.instead: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.ranges = True
        self.crowd = 0  # how many must have asked for the index before a table is given

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients of these tests leave when they like."""


class Handler(SimpleHTTPRequestHandler):
    """One request; the name of the file decides what happens."""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        wanted, name = self.headers.get("Range"), Path(self.path).name
        server.asked.append((name, wanted))
        if name in server.redirects:
            self.send_response(302)
            self.send_header("Location", server.redirects[name])
            self.end_headers()
            return
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        while path.suffix == ".parquet" and [asked for asked, _ in server.asked].count("index.json") < server.crowd:
            time.sleep(0.01)
        if path.suffix == ".parquet" and server.crowd:
            time.sleep(0.3)  # long enough for the last of them to ask for the table too, if nothing holds it back
        content = server.instead.get(name, path.read_bytes())
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and server.ranges else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        body = content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.cut.get(name, 0):
            server.cut[name] -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server(catalogue: Path) -> Iterator[Server]:
    with Server(catalogue) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def halt(server: Server) -> None:
    server.shutdown()
    server.socket.close()


# Which release


def test_the_channel_is_used_where_nothing_is_said_and_reported_once(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert api.open(catalogue=catalogue).release == "2026.11.1"
    api.load("claims", catalogue=catalogue)

    reported = f"alleged: using 2026.11.1 of {catalogue} (the channel 'stable'; 'alleged pin 2026.11.1' fixes it)\n"
    assert capsys.readouterr().err == reported


def test_the_last_build_is_used_where_nothing_is_released(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(built, tmp_path / "datasets" / "dev")

    opened = alleged.open(project=tmp_path)

    assert opened.release == "dev"
    reported = f"using dev of {tmp_path / 'datasets'} (the last build, as nothing is released yet)"
    assert reported in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["2026.11.0", "2026.10"])
def test_a_given_release_is_not_reported(asked: str, catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert api.open(asked, catalogue).release.startswith(asked)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        ("2026.11", r"'2026\.11' is ambiguous: 2026\.11\.0, 2026\.11\.1"),
        ("2026", r"is ambiguous: 2026\.10\.0, 2026\.11\.0, 2026\.11\.1"),
        ("2026.1", r"no release '2026\.1' in .*; there are: 2026\.10\.0, 2026\.11\.0, 2026\.11\.1"),
        ("2026.11.7", r"there is no release '2026\.11\.7'"),
        ("../2026.11.0", "not the name of a release"),
        ("", "not the name of a release"),
        ("latest", "not the name of a release"),
    ],
)
def test_an_ambiguous_or_unknown_name_lists_the_releases(asked: str, reported: str, catalogue: Path) -> None:
    with pytest.raises(UnknownNameError, match=reported):
        api.load("claims", asked, catalogue)


def test_a_whole_name_wins_over_its_being_the_beginning_of_another(built: Path, catalogue: Path) -> None:
    put(catalogue, built, "2026.11.10")

    assert api.open("2026.11.1", catalogue).release == "2026.11.1"


def test_versions_are_listed_oldest_first_with_channels_and_withdrawals(built: Path, catalogue: Path) -> None:
    put(catalogue, built, "2026.9.0")
    change(catalogue / "index.json", yanked={"2026.10.0": "a claim was copied twice"})

    assert api.versions(catalogue) == [
        api.Version("2026.9.0", "1.0.0", ("stable",), None),
        api.Version("2026.10.0", "1.0.0", (), "a claim was copied twice"),
        api.Version("2026.11.0", "1.0.0", (), None),
        api.Version("2026.11.1", "1.0.0", (), None),
    ]


def test_a_withdrawn_release_is_given_by_its_whole_name_only_and_with_a_warning(catalogue: Path) -> None:
    change(catalogue / "index.json", yanked={"2026.11.1": "quotes lost", "2026.10.0": "copied twice"})

    with pytest.raises(UnknownNameError, match=r"'stable' points at 2026\.11\.1; 2026\.11\.1 was withdrawn \(quotes"):
        api.open(catalogue=catalogue)
    with pytest.raises(UnknownNameError, match=r"was withdrawn \(copied twice\) and is used only if its full name"):
        api.open("2026.10", catalogue)
    assert api.open("2026.11", catalogue).release == "2026.11.0"
    with pytest.warns(UserWarning, match=r"release 2026\.11\.1 was withdrawn: quotes lost"):
        assert api.load("claims", "2026.11.1", catalogue).height == 1


# Pins


def test_a_pin_decides_from_the_nearest_folder_upwards_and_silently(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, now = api.pin("2026.10", catalogue)
    (tmp_path / "elsewhere" / "deep").mkdir()

    assert before is None
    assert now.path == tmp_path / "elsewhere" / "alleged.lock"
    assert json.loads(now.path.read_bytes()) == {
        "format": 1,
        "release": "2026.10.0",
        "manifest_sha256": digest((catalogue / "2026.10.0" / "manifest.json").read_bytes()),
        "catalogue": "../published",
    }
    opened = api.open(project=tmp_path / "elsewhere" / "deep")
    assert (opened.release, opened.why) == ("2026.10.0", "pinned")
    assert api.open("2026.11.0").release == "2026.11.0"
    assert capsys.readouterr().err == ""


def test_a_pin_is_renewed_where_it_lies(catalogue: Path, tmp_path: Path) -> None:
    _, first = api.pin("2026.10.0", catalogue)
    (tmp_path / "elsewhere" / "deep").mkdir()

    before, now = api.pin(project=tmp_path / "elsewhere" / "deep")

    assert before == first
    assert now == first._replace(release="2026.11.1", manifest_sha256=now.manifest_sha256)
    assert sorted(p.name for p in now.path.parent.iterdir()) == ["alleged.lock", "deep"]


def test_another_release_under_the_pinned_name_is_refused(catalogue: Path) -> None:
    _, now = api.pin("2026.10.0", catalogue)
    change(catalogue / "2026.10.0" / "manifest.json", records={})
    seal(catalogue, "2026.10.0")

    with pytest.raises(VerificationError, match=f"pins release 2026.10.0 with the manifest sha256 {now[2]}, but"):
        api.load("claims")


def test_a_pinned_release_that_is_not_listed_says_so(catalogue: Path) -> None:
    api.pin("2026.10.0", catalogue)
    index = json.loads((catalogue / "index.json").read_bytes())
    change(catalogue / "index.json", releases=index["releases"][1:])

    with pytest.raises(UnknownNameError, match=r"alleged.lock pins 2026\.10\.0, but there is no release"):
        api.load("claims")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"format": "1"}', b'{"format": 1, "release": "..", "manifest_sha256": "0"}']
)
def test_a_damaged_pin_is_refused_and_can_be_written_again(content: bytes, catalogue: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "alleged.lock").write_bytes(content)

    with pytest.raises(VerificationError, match=r"is not a lock of a release: .*; run 'alleged pin RELEASE'"):
        api.load("claims")
    api.pin(None, catalogue)
    assert api.load("claims").height == 1


def test_the_command_shows_what_it_changed(catalogue: Path, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return run_inside(Path.cwd(), "pin", *words)

    path = tmp_path / "elsewhere" / "alleged.lock"
    assert run("2026.10.0", "--catalogue", str(catalogue)).stdout == f"pinned 2026.10.0 of ../published in {path}\n"
    assert run().stdout == f"pinned 2026.11.1 of ../published in {path} (was 2026.10.0)\n"
    before = path.stat().st_ino
    assert run().stdout == "alleged.lock already pins 2026.11.1 of ../published\n"
    assert path.stat().st_ino == before
    assert (run("2027").returncode, run("dev").returncode) == (2, 2)
    assert "changes with every build and cannot be pinned" in run("dev").stderr


# Folders that are not what they should be


def test_three_hundred_flipped_bits_are_each_noticed(catalogue: Path) -> None:
    dice = random.Random(20261124)
    folder = catalogue / "2026.11.0"
    sound = {name: api.load(name, "2026.11.0", catalogue) for name in api.table_names("2026.11.0", catalogue)}
    files = sorted(folder.iterdir())
    for _ in range(300):
        path = dice.choice(files)
        before = path.read_bytes()
        content = bytearray(before)
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        path.write_bytes(content)

        with pytest.raises(VerificationError):
            api.load(path.stem if path.suffix == ".parquet" else "claims", "2026.11.0", catalogue)
        path.write_bytes(before)
    for name, frame in sound.items():
        assert_frame_equal(api.load(name, "2026.11.0", catalogue), frame)


def test_a_file_of_another_release_is_refused_with_both_digests(catalogue: Path) -> None:
    path = catalogue / "2026.11.0" / "claims.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")

    with pytest.raises(VerificationError) as caught:
        api.scan("claims", "2026.11.0", catalogue)

    assert str(caught.value) == (
        f"{path} is not the file in its manifest (sha256 {digest(path.read_bytes())}, not {digest(content)}); "
        "run 'alleged verify 2026.11.0 --rebuild --restore', or use a catalogue that has its files"
    )
    assert caught.value.exit_code == 4


def test_a_manifest_that_the_index_does_not_name_is_refused(catalogue: Path) -> None:
    change(catalogue / "2026.11.0" / "manifest.json", records={})

    with pytest.raises(VerificationError, match="is not the manifest in the index"):
        api.load("claims", "2026.11.0", catalogue)


def test_the_manifest_of_another_release_is_refused(catalogue: Path) -> None:
    shutil.copy(catalogue / "2026.10.0" / "manifest.json", catalogue / "2026.11.0")
    seal(catalogue, "2026.11.0")

    with pytest.raises(VerificationError, match=r"is the manifest of release '2026\.10\.0'; the files are mixed up"):
        api.load("claims", "2026.11.0", catalogue)


def test_a_cut_file_is_refused_by_its_size(catalogue: Path) -> None:
    path = catalogue / "2026.11.0" / "claims.parquet"
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(VerificationError, match=r"is not the file in its manifest \(100 bytes, not \d+\)"):
        api.load("claims", "2026.11.0", catalogue)


def test_a_manifest_that_counts_other_rows_than_the_file_has_is_refused(catalogue: Path) -> None:
    path = catalogue / "2026.11.0" / "manifest.json"
    named = json.loads(path.read_bytes())["tables"]
    change(path, tables={**named, "claims": {**named["claims"], "rows": 7}})
    seal(catalogue, "2026.11.0")

    with pytest.raises(VerificationError, match=r"claims of 2026\.11\.0 has 1 rows, not 7"):
        api.load("claims", "2026.11.0", catalogue)


def test_what_another_process_is_about_to_put_there_is_passed_over(catalogue: Path) -> None:
    (catalogue / "2026.11.0" / ".claims-1.parquet").write_bytes(b"PAR1")

    assert api.load("claims", "2026.11.0", catalogue).height == 1


def test_a_parquet_file_too_many_is_refused(catalogue: Path) -> None:
    shutil.copy(catalogue / "2026.11.0" / "claims.parquet", catalogue / "2026.11.0" / "claims-2.parquet")

    with pytest.raises(VerificationError, match=r"holds 'claims-2\.parquet', which are not in its manifest"):
        api.load("topics", "2026.11.0", catalogue)


def test_a_release_whose_files_are_not_here_says_how_to_get_them(catalogue: Path) -> None:
    (catalogue / "2026.11.0" / "claims.parquet").unlink()

    with pytest.raises(UnknownNameError, match=r"run 'alleged verify 2026.11.0 --rebuild --restore', or use a catal"):
        api.load("claims", "2026.11.0", catalogue)


@pytest.mark.parametrize("name", ["index.json", "2026.11.0/manifest.json"])
def test_newer_formats_are_refused_with_the_version_to_upgrade_to(name: str, catalogue: Path) -> None:
    change(catalogue / name, format=2, needs="7.1")
    seal(catalogue, "2026.11.0")

    with pytest.raises(VerificationError, match=r"these tables need alleged 7\.1; upgrade it"):
        api.load("claims", "2026.11.0", catalogue)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"format": true, "releases": []}',
        b'{"format": 1}',
        b'{"format": 1, "releases": [{"release": "../x", "manifest_sha256": "%s"}]}' % (b"0" * 64),
        b'{"format": 1, "releases": [{"release": "2026.11.0"}]}',
        b'{"format": 1, "releases": [], "channels": {}, "yanked": {"2026.11.0": 1}}',
        b'{"format": 1, "releases": [], "channels": {}, "yanked": {"2026.11.0": "\\u001b[2J"}}',
    ],
)
def test_an_index_that_is_none_is_refused(content: bytes, catalogue: Path) -> None:
    (catalogue / "index.json").write_bytes(content)

    with pytest.raises(VerificationError, match=r"index.json is"):
        api.versions(catalogue)


@pytest.mark.parametrize(
    "entry",
    [
        {"file": "../../dev/claims.parquet"},
        {"file": "/etc/passwd"},
        {"file": "http://example.org/claims.parquet"},
        {"sha256": "0"},
        {"bytes": -1},
        {"bytes": "7"},
    ],
)
def test_a_manifest_that_leads_out_of_its_folder_is_refused(entry: dict[str, Any], catalogue: Path) -> None:
    path = catalogue / "2026.11.0" / "manifest.json"
    named = json.loads(path.read_bytes())["tables"]
    change(path, tables={**named, "claims": {**named["claims"], **entry}})
    seal(catalogue, "2026.11.0")

    with pytest.raises(VerificationError, match=r"is not a manifest of tables: /tables/claims/(file|sha256|bytes): "):
        api.load("claims", "2026.11.0", catalogue)


@pytest.mark.skipif(os.name == "nt", reason="named pipes of POSIX")
def test_a_pipe_in_the_place_of_a_table_is_not_waited_for(catalogue: Path) -> None:
    path = catalogue / "2026.11.0" / "claims.parquet"
    path.unlink()
    os.mkfifo(path)

    with pytest.raises(VerificationError, match="is not a regular file"):
        api.load("claims", "2026.11.0", catalogue)


@pytest.mark.parametrize(
    ("place", "reported"),
    [
        ("file:///etc", "not the URL of a catalogue"),
        ("ftp://example.org/datasets", "not the URL of a catalogue"),
        ("http://user:word@example.org", "without user"),
        ("http://example.org/?x", "without user"),
        ("http://[", "not the URL of a catalogue"),
        ("nowhere", "neither a folder, nor an installed package, nor a URL"),
        ("..", "has no index.json"),
    ],
)
def test_what_is_no_catalogue_is_refused(place: str, reported: str, catalogue: Path) -> None:
    with pytest.raises(UnknownNameError, match=reported):
        api.load("claims", catalogue=place)


def test_a_build_between_manifest_and_table_makes_for_another_look(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "datasets" / "dev"
    shutil.copytree(built, folder)
    looks: list[str] = []

    def read(opened: api.Release) -> pl.DataFrame:
        looks.append(opened.manifest_sha256)
        if len(looks) == 1:
            again = folder / "claims.parquet"
            api.load("claims", "dev", project=tmp_path).write_parquet(again, compression="uncompressed")
            named = json.loads((folder / "manifest.json").read_bytes())["tables"]
            named["claims"] |= {"sha256": digest(again.read_bytes()), "bytes": again.stat().st_size}
            change(folder / "manifest.json", tables=named)
        return opened.load("claims")

    assert api._read(read, "dev", None, False, tmp_path).height == 1
    assert len(set(looks)) == 2


def test_a_reader_waits_while_a_build_swaps_the_tables(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "datasets"
    shutil.copytree(built, folder / ".old-1")
    threading.Timer(0.02, (folder / ".old-1").rename, [folder / "dev"]).start()
    (folder / ".build-1").mkdir()

    assert api.load("claims", "dev", project=tmp_path).height == 1


# An open release


def test_tables_are_attributes_and_a_mistyped_one_is_named(catalogue: Path) -> None:
    opened = api.open("2026.11.0", catalogue)

    assert_frame_equal(opened.claims, api.load("claims", "2026.11.0", catalogue))
    assert {"claims", "sources", "sql", "cite"} <= set(dir(opened))
    assert opened.tables == api.table_names("2026.11.0", catalogue)
    with pytest.raises(AttributeError, match="has no table 'clams'; did you mean 'claims'"):
        _ = opened.clams
    with pytest.raises(AttributeError, match="there are: claims, "):
        _ = opened.zzz


def test_what_a_caller_does_to_a_table_stays_with_the_caller(catalogue: Path) -> None:
    opened = api.open("2026.11.0", catalogue)
    opened.claims.insert_column(0, pl.Series("own", [1]))

    assert "own" not in opened.claims.columns


def test_a_lazy_table_gives_the_same_rows(catalogue: Path) -> None:
    lazy = api.scan("claims", "2026.11.0", catalogue)

    assert isinstance(lazy, pl.LazyFrame)
    assert_frame_equal(lazy.collect(), api.load("claims", "2026.11.0", catalogue))


def test_an_opened_build_is_not_mixed_with_a_later_one(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "datasets" / "dev"
    shutil.copytree(built, folder)
    opened = api.open("dev", project=tmp_path)
    lazy = opened.scan("topics")
    topics = opened.load("topics")
    change(folder / "manifest.json", inputs_sha256="0")
    for path in folder.glob("*.parquet"):
        path.write_bytes(b"PAR1")

    with pytest.raises(VerificationError, match="rebuilt since they were opened; open them again"):
        _ = opened.claims
    assert_frame_equal(lazy.collect(), topics)


def test_sql_sees_the_tables_and_nothing_else(catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = api.open("2026.11.0", catalogue)
    monkeypatch.setattr(module, "own", pl.DataFrame({"a": [1]}), raising=False)

    assert opened.sql("select count(*) as n from claims join sources on true").columns == ["n"]
    assert opened.sql("select count(*) as n from claims")["n"].to_list() == [1]
    assert set(opened.sql("show tables")["name"]) == set(opened.tables)
    for query in (
        f"select * from '{catalogue / '2026.11.0' / 'claims.parquet'}'",  # noqa: S608 - our own words
        f"copy claims to '{tmp_path / 'out.csv'}'",
        "set enable_external_access = true",
        "select * from own",
    ):
        with pytest.raises(Exception, match=r"disabled|Cannot change|does not exist"):
            opened.sql(query)
    assert not (tmp_path / "out.csv").exists()


def test_sql_without_duckdb_says_what_to_install(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(
        EnvironmentFailure, match="DuckDB and pyarrow, and duckdb is missing; pip install duckdb pyarrow"
    ):
        api.open("2026.11.0", catalogue).sql("select 1")


def test_the_codebook_tells_exactly_one_column(catalogue: Path) -> None:
    path = catalogue / "2026.11.0" / "manifest.json"
    named = json.loads(path.read_bytes())["tables"]
    reported = {
        ("claims", "act"): {"description": "What it does.", "codes": ["deny", "state"]},
        ("appearances", "claim_id"): {"description": "Claim that appears.", "nullable": True},
    }
    for table, entry in named.items():
        for column in entry["columns"]:
            column |= reported.get((table, column["name"]), {})
    change(path, tables=named)
    seal(catalogue, "2026.11.0")
    opened = api.open("2026.11.0", catalogue)

    assert opened.codebook("act") == "claims.act (Enum, never null): What it does. One of: deny, state."
    assert opened.codebook("appearances.claim_id") == (
        "appearances.claim_id (String, may be null): Claim that appears. Key of claims.claim_id."
    )
    assert opened.codebook().select("table", "column").rows() == [
        (table, column["name"]) for table, entry in named.items() for column in entry["columns"]
    ]
    with pytest.raises(UnknownNameError, match=r"is ambiguous: claims\.claim_id, appearances\.claim_id"):
        opened.codebook("claim_id")
    with pytest.raises(UnknownNameError, match=r"did you mean 'claims.claim_id'"):
        opened.codebook("claims.claimid")


# From a server


def test_a_downloaded_table_is_the_published_one_and_is_fetched_once(server: Server, catalogue: Path) -> None:
    frame = api.load("claims", "2026.11.0", server.address)

    assert_frame_equal(frame, api.load("claims", "2026.11.0", catalogue))
    server.asked.clear()
    api.load("claims", "2026.11.0", f"{server.address}/index.json")
    assert server.asked == []
    look_again()
    api.load("claims", "2026.11.0", server.address)
    assert [name for name, _ in server.asked] == ["index.json"]


def test_a_release_asked_for_by_name_is_had_from_the_cache_when_the_server_is_gone(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = api.load("claims", "2026.11.0", server.address)
    api.open(catalogue=server.address)
    halt(server)
    look_again()
    capsys.readouterr()

    assert_frame_equal(api.load("claims", "2026.11.0", server.address), frame)
    assert "cannot be reached" in capsys.readouterr().err
    with pytest.raises(EnvironmentFailure, match=r"cannot be reached .*can be had with offline=True") as caught:
        api.load("claims", catalogue=server.address)
    assert caught.value.exit_code == 3


def test_offline_uses_the_cache_only_and_says_what_is_missing(server: Server) -> None:
    with pytest.raises(EnvironmentFailure, match=r"offline, and the cache has no valid copy of .*/index.json"):
        api.load("claims", "2026.11.0", server.address, offline=True)
    frame = api.load("claims", catalogue=server.address)
    server.asked.clear()

    assert_frame_equal(api.load("claims", catalogue=server.address, offline=True), frame)
    with pytest.raises(
        EnvironmentFailure, match=r"no valid copy of .*/topics.parquet; load it once with offline=False"
    ):
        api.load("topics", catalogue=server.address, offline=True)
    with pytest.raises(EnvironmentFailure, match=r"no valid copy of .*/2026\.10\.0/manifest\.json"):
        api.load("claims", "2026.10.0", server.address, offline=True)
    assert server.asked == []


def test_a_download_that_was_cut_goes_on_where_it_stopped(server: Server, catalogue: Path) -> None:
    server.cut["claims.parquet"] = 1
    size = (catalogue / "2026.11.0" / "claims.parquet").stat().st_size

    assert api.load("claims", "2026.11.0", server.address).height == 1
    asked = [wanted for name, wanted in server.asked if name == "claims.parquet"]
    assert asked == [None, f"bytes={size // 2}-"]


@pytest.mark.parametrize("cuts", [3, 4])
def test_a_download_is_tried_four_times_in_a_call(server: Server, cuts: int) -> None:
    server.cut["claims.parquet"] = cuts

    with pytest.raises(EnvironmentFailure) if cuts == 4 else nullcontext():
        assert api.load("claims", "2026.11.0", server.address).height == 1

    asked = [wanted for name, wanted in server.asked if name == "claims.parquet"]
    assert len(asked) == 4
    assert server.cut["claims.parquet"] == 0


def test_a_download_goes_on_in_the_next_call_and_starts_again_where_ranges_are_unknown(server: Server) -> None:
    server.cut["claims.parquet"] = downloads.ATTEMPTS
    server.ranges = False
    with pytest.raises(EnvironmentFailure, match=r"was interrupted after \d+ bytes; the next call resumes"):
        api.load("claims", "2026.11.0", server.address)
    server.cut.clear()
    server.asked.clear()

    assert api.load("claims", "2026.11.0", server.address).height == 1
    (wanted,) = [wanted for name, wanted in server.asked if name == "claims.parquet"]
    assert wanted is not None


@pytest.mark.parametrize("rest", [b"?" * 100, b"?" * 10_000_000])
def test_a_damaged_rest_of_an_earlier_download_is_thrown_away(rest: bytes, server: Server, catalogue: Path) -> None:
    sha256 = digest((catalogue / "2026.11.0" / "claims.parquet").read_bytes())
    path = kept(sha256)
    path.parent.mkdir(parents=True)
    path.with_name(f"{sha256}.part").write_bytes(rest)

    assert api.load("claims", "2026.11.0", server.address).height == 1
    assert sorted(p.name for p in path.parent.iterdir() if p.name != ".lock") == [sha256]


def test_a_rest_that_is_longer_than_what_the_server_has_does_not_stand_in_the_way(
    server: Server, catalogue: Path
) -> None:
    content = (catalogue / "2026.11.0" / "claims.parquet").read_bytes()
    path = kept(digest(content))
    path.parent.mkdir(parents=True)
    path.with_name(f"{path.name}.part").write_bytes(content[:-1])
    server.instead["claims.parquet"] = content[:10]

    with pytest.raises(VerificationError, match=f"published file: it has 10 bytes, not {len(content)}"):
        api.load("claims", "2026.11.0", server.address)


def test_a_damaged_file_in_the_cache_is_fetched_again_and_missed_offline(server: Server, catalogue: Path) -> None:
    api.load("claims", "2026.11.0", server.address)
    path = kept(digest((catalogue / "2026.11.0" / "claims.parquet").read_bytes()))
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(EnvironmentFailure, match="no valid copy"):
        api.load("claims", "2026.11.0", server.address, offline=True)
    assert api.load("claims", "2026.11.0", server.address).height == 1


@pytest.mark.parametrize("name", ["claims.parquet", "manifest.json"])
@pytest.mark.parametrize("change", ["flip", "longer", "shorter", "empty"])
def test_another_file_than_the_published_one_is_refused(
    name: str, change: str, server: Server, catalogue: Path
) -> None:
    content = (catalogue / "2026.11.0" / name).read_bytes()
    flipped = content[:100] + bytes([content[100] ^ 1]) + content[101:]
    server.instead[name] = {"flip": flipped, "longer": content + b" ", "shorter": content[:-1], "empty": b""}[change]

    with pytest.raises(VerificationError, match=f"{name} is not the published file") as caught:
        api.load("claims", "2026.11.0", server.address)

    assert caught.value.exit_code == 4
    if change == "flip":
        assert f"(sha256 {digest(flipped)}, not {digest(content)})" in str(caught.value)
    assert not kept(digest(content)).exists()
    server.instead.clear()
    assert api.load("claims", "2026.11.0", server.address).height == 1


def test_a_file_that_the_server_lacks_is_named(server: Server, catalogue: Path) -> None:
    (catalogue / "2026.11.0" / "claims.parquet").unlink()

    with pytest.raises(UnknownNameError, match=r"claims\.parquet cannot be downloaded: the server answers 404"):
        api.load("claims", "2026.11.0", server.address)
    with pytest.raises(UnknownNameError, match=r"nowhere/index\.json cannot be downloaded: the server answers 404"):
        api.versions(f"{server.address}/nowhere")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,x\x1b[2J"])
def test_a_redirect_to_anything_but_http_is_refused(target: str, server: Server) -> None:
    server.redirects["index.json"] = target

    with pytest.raises(EnvironmentFailure, match=r"not allowed|not followed") as caught:
        api.versions(server.address)
    assert str(caught.value).isprintable()


def test_a_redirect_to_http_is_followed_and_what_it_gives_is_verified(server: Server, catalogue: Path) -> None:
    server.redirects["claims.parquet"] = f"{server.address}/2026.11.0/moved"
    shutil.copy(catalogue / "2026.11.0" / "claims.parquet", catalogue / "2026.11.0" / "moved")
    assert api.load("claims", "2026.11.0", server.address).height == 1

    server.redirects["topics.parquet"] = f"{server.address}/2026.11.0/moved"
    with pytest.raises(VerificationError, match=r"topics.parquet is not the published file"):
        api.load("topics", "2026.11.0", server.address)


def test_an_index_without_end_is_not_read(server: Server) -> None:
    server.instead["index.json"] = b" " * ((1 << 26) + 1)

    with pytest.raises(VerificationError, match=r"index\.json is larger than 64 MiB"):
        downloads.ask(f"{server.address}/index.json")


def test_a_cut_index_is_no_index(server: Server) -> None:
    server.cut["index.json"] = 1

    with pytest.raises(EnvironmentFailure, match=r"index\.json was interrupted"):
        api.versions(server.address)


def test_a_pin_leads_to_its_server(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    api.pin("2026.10.0", server.address)

    with caplog.at_level(logging.INFO, "alleged"):
        assert api.open().claims.height == 1
    assert [r.message for r in caplog.records] == [f"downloaded {server.address}/2026.10.0/claims.parquet"]


def test_processes_that_download_at_once_get_whole_tables_and_fetch_them_once(server: Server) -> None:
    code = f"import alleged; print(alleged.load('claims', '2026.11.0', {server.address!r}).height)"
    server.crowd = 3
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(3)]

    assert [process.communicate()[0].split() for process in running] == [[b"1"]] * 3
    assert [name for name, _ in server.asked].count("claims.parquet") == 1


def test_a_cache_that_cannot_be_written_says_what_to_set(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "file"))

    with pytest.raises(EnvironmentFailure, match=r"the cache .* cannot be used: .*; set ALLEGED_CACHE"):
        api.load("claims", "2026.11.0", server.address)


@pytest.mark.parametrize("base", [None, "", "relative", "/elsewhere"])
def test_the_cache_is_where_the_system_keeps_caches(
    base: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLEGED_CACHE", raising=False)
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if base is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", base)

    assert cache_folder() == user_cache_path("alleged", appauthor=False)
    if sys.platform == "linux":
        assert cache_folder() == Path(base if base == "/elsewhere" else tmp_path / ".cache") / "alleged"
