"""Folders that change while they are listed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from alleged import files


def test_a_file_that_vanishes_while_its_folder_is_listed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    scandir = os.scandir

    @contextmanager
    def scan(folder: Any) -> Iterator[list[os.DirEntry[str]]]:
        with scandir(folder) as found:
            listed = list(found)
        (tmp_path / "b").unlink()
        yield listed

    monkeypatch.setattr(os, "scandir", scan)

    assert [entry.name for entry in files.entries(tmp_path)] == ["a", "c"]
