"""`alleged export wheel`: a release as a package, installed by pip and read without a network or any other file."""

import base64
import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from alleged import api
from alleged.errors import UnknownNameError
from alleged.exports import FORMATS
from alleged.exports.packing import file_name, packed
from inside import run_inside
from paths import ROOT

RELEASE = "2026.11.2"
CLAIM = "stoltenberg-2024-breach"
FILE = f"alleged_russia_dprk-{RELEASE}-py3-none-any.whl"

OFFLINE = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("the network was used")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
"""
COMMAND = f"{OFFLINE}\nimport alleged.cli; alleged.cli.main(sys.argv[1:])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    done = run_inside(ROOT, "export", "wheel", "--release", RELEASE, "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return folder / FILE


@pytest.fixture(scope="module")
def site(wheel: Path) -> Path:
    """Return a folder into which pip installs the package."""
    folder = wheel.parent / "site"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"]
    run = [sys.executable, "-m", "pip", *install, "--target", str(folder), str(wheel)]
    subprocess.run(run, check=True)
    return folder


def python(site: Path, at: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site), "ALLEGED_CACHE": str(at / "cache"), "POLARS_MAX_THREADS": "1"}
    run = [sys.executable, "-c", code, *words]
    return subprocess.run(run, cwd=at, env=environment, capture_output=True, text=True, check=False)


def test_an_empty_folder_has_the_tables_after_pip_install(site: Path, tmp_path: Path) -> None:
    code = f"""{OFFLINE}
import alleged
opened = alleged.open()
here, there = alleged.load("claims"), alleged.load("claims", {RELEASE!r}, catalogue={str(ROOT / "datasets")!r})
print(opened.release, here.equals(there))
print(alleged.load("claims", catalogue="alleged-russia-dprk").height == opened.claims.height)
"""
    done = python(site, tmp_path, code)

    assert done.stdout == f"{RELEASE} True\nTrue\n", done.stderr
    assert f"using {RELEASE} of {site}" in done.stderr


@pytest.mark.parametrize("words", [("show", CLAIM), ("cite", CLAIM)], ids=lambda words: words[0])
def test_commands_read_the_installed_release(words: tuple[str, ...], site: Path, tmp_path: Path) -> None:
    done = python(site, tmp_path, COMMAND, *words)

    assert (done.returncode, done.stdout) == (0, run_inside(ROOT, *words, "--release", RELEASE).stdout)


def test_the_installed_release_is_verified(site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(site, copy)

    sound = python(copy, tmp_path, COMMAND, "verify")
    table = copy / "alleged_russia_dprk_data" / RELEASE / "topics.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    damaged = python(copy, tmp_path, COMMAND, "verify")

    assert (sound.returncode, sound.stdout) == (0, f"{RELEASE}: 20 files match the manifest\n")
    assert damaged.returncode == 4
    assert "topics.parquet" in damaged.stdout


def test_a_pin_holds_the_installed_release(site: Path, tmp_path: Path) -> None:
    assert python(site, tmp_path, COMMAND, "pin").returncode == 0
    assert python(site, tmp_path, COMMAND, "show", CLAIM).stderr == ""
    lock = tmp_path / "alleged.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace(RELEASE, "2026.11.1"), encoding="utf-8")

    done = python(site, tmp_path, COMMAND, "show", CLAIM)

    assert done.returncode == 2
    assert "pins 2026.11.1, but there is no release '2026.11.1'" in done.stderr


def test_of_several_packages_one_has_to_be_named(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other-1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n", encoding="utf-8")
    (other / "entry_points.txt").write_text("[alleged.data]\nother-claims = nowhere\n", encoding="utf-8")
    both = os.pathsep.join((str(site), str(tmp_path)))
    (tmp_path / "empty").mkdir()

    done = python(Path(both), tmp_path / "empty", COMMAND, "cite")

    assert done.returncode == 2
    assert "name one as the catalogue: alleged-russia-dprk, other-claims" in done.stderr


def test_the_package_lists_each_of_its_files_with_its_digest(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    [record] = [name for name in content if name.endswith("/RECORD")]

    for name, digest, size in csv.reader(io.StringIO(content.pop(record).decode())):
        if name == record:
            continue
        sha256 = base64.urlsafe_b64encode(hashlib.sha256(content[name]).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={sha256}", len(content.pop(name)))
    assert content == {}


def test_the_package_says_what_it_is_under_which_licence_and_what_reads_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = Parser().parsestr(archive.read(f"{FILE.partition('-py3')[0]}.dist-info/METADATA").decode())
    readme = about.get_payload()

    assert (about["Name"], about["Version"], about["License-Expression"]) == (
        "alleged-russia-dprk",
        RELEASE,
        "CC-BY-4.0",
    )
    assert about["Requires-Dist"] == "alleged>=0.2.0"
    assert "What this format loses" in str(readme)
    assert "alleged_russia_dprk_data/README.txt" in names
    assert [name for name in names if not name.startswith("alleged_russia_dprk")] == []


def test_the_same_release_gives_the_same_bytes(wheel: Path) -> None:
    assert packed(FORMATS["wheel"], api.open(RELEASE, ROOT / "datasets")) == wheel.read_bytes()


def test_titles_cannot_add_lines_to_the_metadata(wheel: Path) -> None:
    opened = api.open(RELEASE, ROOT / "datasets")
    opened.manifest["citation"].update(
        title="A\nLicense: none", authors=["B\r\nName: other"], url="https://example.org/a", package="other-claims"
    )

    with zipfile.ZipFile(io.BytesIO(packed(FORMATS["wheel"], opened))) as archive:
        about = Parser().parsestr(archive.read(f"other_claims-{RELEASE}.dist-info/METADATA").decode())

    assert (about["Name"], about["License"], about.get_all("Name")) == ("other-claims", None, ["other-claims"])
    assert about["Project-URL"] == "Homepage, https://example.org/a"


def test_the_name_comes_from_the_settings_beside_the_release_or_else_from_the_title(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    titled = file_name(FORMATS["wheel"], api.open(RELEASE, tmp_path / "datasets"))
    (tmp_path / "dataset.yaml").write_text("title: Claims\npackage: my-claims\n", encoding="utf-8")
    named = file_name(FORMATS["wheel"], api.open(RELEASE, tmp_path / "datasets"))

    assert titled == f"alleged_claims_around_russia_and_north_korea-{RELEASE}-py3-none-any.whl"
    assert named == f"my_claims-{RELEASE}-py3-none-any.whl"


def test_the_last_build_is_no_release(tmp_path: Path) -> None:
    opened = api.open(RELEASE, ROOT / "datasets")
    built = type(opened)("dev", opened.manifest, opened.manifest_sha256, opened.catalogue)

    with pytest.raises(UnknownNameError, match="'dev' changes with every build"):
        file_name(FORMATS["wheel"], built)
