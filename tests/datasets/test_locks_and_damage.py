"""When `alleged.lock` is looked at, and when tables count as whole."""

import hashlib
import json
from pathlib import Path

import pytest

from alleged import api
from alleged.datasets import manifests
from alleged.errors import VerificationError
from paths import ROOT

CATALOGUE = ROOT / "datasets"
FOLDER = "datasets/2026.11.0"


def test_a_pin_decides_on_the_release_of_a_catalogue_that_is_given(tmp_path: Path) -> None:
    api.pin("2026.11.0", CATALOGUE, tmp_path)

    opened = api.open(catalogue=CATALOGUE, project=tmp_path)

    assert (opened.release, opened.why) == ("2026.11.0", "pinned")


def test_a_lock_is_not_even_read_where_it_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / "alleged.lock").write_text("damaged")

    assert api.open("2026.11.1", CATALOGUE, project=tmp_path).release == "2026.11.1"
    for release, catalogue in ((None, CATALOGUE), ("2026.11.1", None)):
        with pytest.raises(VerificationError, match="damaged"):
            api.open(release, catalogue, project=tmp_path)


def test_tables_are_whole_only_if_every_file_is_there_byte_by_byte(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    manifest = json.loads((ROOT / FOLDER / "manifest.json").read_bytes())
    files = {entry["file"]: entry for entry in manifest["tables"].values()} | manifest["files"]
    for name, entry in files.items():
        (tmp_path / FOLDER / name).write_text("one")
        entry["sha256"], entry["bytes"] = hashlib.sha256(b"one").hexdigest(), 3
    (tmp_path / FOLDER / "manifest.json").write_text(json.dumps(manifest))
    assert manifests.intact(tmp_path, FOLDER)

    for name in files:
        (tmp_path / FOLDER / name).write_text("two")
        assert not manifests.intact(tmp_path, FOLDER), name
        (tmp_path / FOLDER / name).unlink()
        assert not manifests.intact(tmp_path, FOLDER), name
        (tmp_path / FOLDER / name).write_text("one")
    (tmp_path / FOLDER / "manifest.json").unlink()
    assert not manifests.intact(tmp_path, FOLDER)
