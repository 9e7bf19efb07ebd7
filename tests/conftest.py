"""What tests share: an empty project, and nothing of the person who runs them or of other machines."""

import gc
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from alleged.project import Project
from paths import TESTS

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # tests run side by side; more threads would wait for each other

OLD, NEW = "2026.10.0", "2026.11.0"
KINDS = ("claims", "sources", "topics")

Alter = Callable[[Callable[[Any], Any]], None]
Publish = Callable[[Path, Any, dict[str, Any]], None]


MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - pytest makes a private folder in it
"""A disk in memory, on Linux: tests that sync files to disk need not wait there."""


def pytest_configure() -> None:
    """Put temporary folders on the disk in memory if it has 4 GiB free, unless the user chose another place."""
    with suppress(OSError):
        if shutil.disk_usage(MEMORY_DISK).free > 1 << 32 and os.access(MEMORY_DISK, os.W_OK):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run tests of named files in this process: starting workers would take longer than it saves."""
    return 0 if any(Path(name.partition("::")[0]).is_file() for name in config.args) else None


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of the search for garbage, and search more seldom; it takes time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return an empty project in a folder of its own."""
    (tmp_path / "claims").mkdir()
    return Project(tmp_path)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what tests remember apart from what the person who runs them does."""
    from alleged.datasets.catalogues import look_again

    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    look_again()


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


# Releases that are made like real ones, and ways to alter them so that all digests fit.


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with two releases of three tables each; tests do not change it."""
    from alleged import release
    from alleged.datasets import manifests

    project = Project(tmp_path_factory.mktemp("releases"))
    project.claims.mkdir()
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    assert release.build(project).published
    made = manifests.read_manifest(project.root, "datasets/dev")
    made["tables"] = {kind: made["tables"][kind] for kind in KINDS}
    made |= {what: {kind: made[what][kind] for kind in KINDS} for what in ("records", "ids")}
    made["source"] |= {"commit": "0" * 40, "changed": False}
    made["content_sha256"] = release.content_of(made)
    made["citation"] = {"title": "Claims", "authors": ["A. Writer"], "date": "2026-11-25", "url": "https://e.org/x"}
    for name in (OLD, NEW):
        manifest: dict[str, Any] = {**made, "release": name, "files": {}}
        (project.datasets / name).mkdir()
        for entry in manifest["tables"].values():
            shutil.copy(project.datasets / "dev" / entry["file"], project.datasets / name)
        write_release(project.datasets / name, manifest, papers_of(manifest))
    shutil.rmtree(project.datasets / "dev")
    return project


@pytest.fixture
def copied(releases: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a copy of the two releases that a test may change, with the cache beside it."""
    shutil.copytree(releases.root, tmp_path / "project")
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    return Project(tmp_path / "project")


@pytest.fixture
def alter(copied: Project) -> Alter:
    """Return a function that changes the manifest of the newer release in place and lets all digests fit."""

    def altered(change: Callable[[Any], Any]) -> None:
        manifest = json.loads((copied.datasets / NEW / "manifest.json").read_bytes())
        change(manifest)
        write_release(copied.datasets / NEW, manifest, {})

    return altered


@pytest.fixture(scope="session")
def publish() -> Publish:
    """Return the function that writes a release as it is given, sound or not, so that all digests fit."""
    return write_release


def papers_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return data package and provenance of a release."""
    from alleged.datasets.manifests import digest
    from alleged.records.settings import Settings
    from alleged.release import descriptions

    about = descriptions.About(Settings("Claims"), "2026-11-25")
    package = descriptions.datapackage(manifest, about)
    digests = {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()}
    digests["datapackage.json"] = digest(as_json(package))
    return {"datapackage.json": package, "provenance.json": descriptions.provenance(manifest, digests, about)}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def write_release(folder: Path, manifest: Any, papers: dict[str, Any]) -> None:
    """Write manifest and papers of a release so that all digests fit, and enter it in the index."""
    from alleged.datasets.manifests import digest

    for file, paper in papers.items():
        (folder / file).write_bytes(as_json(paper))
        manifest["files"][file] = {"sha256": digest(as_json(paper)), "bytes": len(as_json(paper))}
    (folder / "manifest.json").write_bytes(as_json(manifest))
    path = folder.parent / "index.json"
    nothing: dict[str, Any] = {"format": 1, "releases": [], "channels": {}, "yanked": {}}
    index = json.loads(path.read_bytes()) if path.exists() else nothing
    entries = {entry["release"]: entry for entry in index["releases"]}
    if folder.name not in entries:
        entries[folder.name] = {"release": folder.name, "commit": manifest["source"]["commit"]}
        entries[folder.name] |= {key: manifest[key] for key in ("schema_version", "content_sha256")}
    entries[folder.name]["manifest_sha256"] = digest(as_json(manifest))
    index |= {"releases": [*entries.values()], "channels": {"stable": folder.name}}
    path.write_bytes(as_json(index))
