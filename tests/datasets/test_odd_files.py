"""Links, pipes and folders in the place of files, and files and folders that vanish while they are read."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from alleged import api
from alleged.datasets import downloads, manifests, notes
from alleged.errors import AllegedError, EnvironmentFailure, UnknownNameError, VerificationError
from alleged.project import Project, cache_folder
from alleged.release import verification

NEW = "2026.11.0"

Put = Callable[[Path], Any]


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def link(path: Path) -> None:
    """Put a link in the place of a file, to a copy of the very same bytes."""
    target = path.with_name("elsewhere")
    if path.exists():
        path.rename(target)
    else:
        target.write_bytes(b"precious")
    path.symlink_to(target)


def device(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


ODD = [
    pytest.param(put, id=put.__name__, marks=pytest.mark.skipif(os.name == "nt", reason="files of POSIX"))
    for put in (pipe, link, device, folder)
]


@pytest.mark.parametrize("put", ODD)
@pytest.mark.parametrize("name", ["index.json", f"{NEW}/manifest.json", f"{NEW}/claims.parquet"])
def test_only_regular_files_of_a_catalogue_are_read(name: str, put: Put, copied: Project) -> None:
    put(copied.datasets / name)

    for load in (api.load, api.scan):
        with pytest.raises(VerificationError, match=rf"{Path(name).name} is (a link|not a regular file)"):
            load("claims", NEW, project=copied.root)


@pytest.mark.parametrize("put", ODD)
def test_only_a_regular_file_is_read_or_written_as_a_lock(put: Put, copied: Project) -> None:
    path = copied.root / "alleged.lock"
    api.pin(NEW, project=copied.root)
    put(path)
    before = path.lstat()

    with pytest.raises(VerificationError, match=r"alleged\.lock is (a link|not a regular file)"):
        api.load("claims", project=copied.root)
    with pytest.raises(AllegedError, match=r"alleged\.lock is (a link|not a regular file)"):
        api.pin("2026.10.0", project=copied.root)
    assert path.lstat().st_ino == before.st_ino


@pytest.mark.parametrize("name", ["datasets", f"datasets/{NEW}"])
def test_a_folder_that_is_a_link_is_not_followed(name: str, copied: Project, tmp_path: Path) -> None:
    (copied.root / name).rename(tmp_path / "elsewhere")
    (copied.root / name).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(VerificationError, match="is a link, which is not followed"):
        api.load("claims", NEW, project=copied.root)


def test_a_catalogue_that_the_user_names_may_be_reached_through_a_link(copied: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(copied.datasets)

    assert api.load("claims", NEW, tmp_path / "link").height == 1


@pytest.mark.parametrize(
    "place", ["~nobody-of-this-name/x", "a\0b", "x" * 5000, "https://a.example/\u00e4", "http://a b/"]
)
def test_a_catalogue_that_cannot_be_is_unknown(place: str, copied: Project) -> None:
    with pytest.raises(UnknownNameError):
        api.open(NEW, place, project=copied.root)


def test_a_working_directory_that_is_gone_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(EnvironmentFailure, match="the working directory cannot be found"):
        api.open(NEW)


@pytest.mark.parametrize("put", ODD)
def test_only_regular_files_of_the_cache_are_read(put: Put, copied: Project) -> None:
    content = (copied.datasets / NEW / "claims.parquet").read_bytes()
    sha256 = manifests.digest(content)
    kept = cache_folder() / "files" / sha256[:2] / sha256
    noted = cache_folder() / notes._name("http://127.0.0.1:1/index.json")
    for path in (kept, noted):
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        put(path)

    with pytest.raises(
        EnvironmentFailure, match=rf"in the cache .*{sha256} is (a link|not a regular file).*; remove it"
    ):
        downloads.cached(sha256)
    with pytest.raises(EnvironmentFailure, match=r"in the cache .* is (a link|not a regular file)"):
        api.versions("http://127.0.0.1:1", offline=True)


@pytest.mark.parametrize("put", ODD)
def test_a_download_is_not_written_through_what_is_in_its_place(
    put: Put, copied: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "answer", lambda *_: pytest.fail("nothing is asked for"))
    sha256 = "a" * 64
    part = cache_folder() / "files" / "aa" / f"{sha256}.part"
    part.parent.mkdir(parents=True)
    put(part)
    beside = {path: path.read_bytes() for path in part.parent.iterdir() if path.is_file() and not path.is_symlink()}

    with pytest.raises(EnvironmentFailure, match=r"in the cache .*\.part is (a link|not a regular file)"):
        downloads.fetch("http://127.0.0.1:1/claims.parquet", sha256, 10**6)
    assert {path: path.read_bytes() for path in beside} == beside


def test_a_table_that_is_exchanged_after_a_scan_is_read_as_it_was(copied: Project) -> None:
    lazy = api.scan("claims", NEW, project=copied.root)
    path = copied.datasets / NEW / "claims.parquet"
    pl.DataFrame({"claim_id": ["forged"]}).write_parquet(path.with_name("new"))
    path.with_name("new").rename(path)

    assert lazy.select("claim_id").collect()["claim_id"].to_list() == ["ministry-shells"]


USES: dict[str, Callable[[Project], Any]] = {
    "load": lambda project: api.load("claims", NEW, project=project.root),
    "load as pinned": lambda project: api.load("claims", project=project.root),
    "scan": lambda project: api.scan("claims", NEW, project=project.root),
    "versions": lambda project: api.versions(project=project.root),
    "pin": lambda project: api.pin(NEW, project=project.root),
    "verify": lambda project: verification.verify(project, NEW),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("lost", ["datasets", f"datasets/{NEW}", f"datasets/{NEW}/claims.parquet", "alleged.lock"])
def test_what_vanishes_at_any_step_is_reported_and_no_raw_error(
    use: str, lost: str, copied: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = copied.root / lost, tmp_path / "kept"
    api.pin("2026.10.0", project=copied.root)
    real, steps, when = os.open, 0, 0

    def step(*words: Any, **options: Any) -> int:
        nonlocal steps
        steps += 1
        if steps == when and path.exists():
            path.rename(kept)
        return real(*words, **options)

    while steps >= when:
        steps, when = 0, when + 1
        with monkeypatch.context() as watched, suppress(AllegedError):
            watched.setattr(os, "open", step)
            USES[use](copied)
        if kept.exists():
            shutil.rmtree(path, ignore_errors=True)
            kept.rename(path)
    assert when > 2


def test_names_of_files_that_do_not_belong_there_are_shown_in_one_line(copied: Project) -> None:
    (copied.datasets / NEW / "a\n\x1b[2J.parquet").touch()
    (copied.datasets / NEW / os.fsdecode(b"\xff.parquet")).touch()

    with pytest.raises(VerificationError, match="which are not in its manifest") as caught:
        api.load("claims", NEW, project=copied.root)
    assert str(caught.value).isprintable()
