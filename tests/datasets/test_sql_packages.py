"""Questions in SQL without the packages that they need."""

import sys

import pytest

from alleged import api
from alleged.errors import EnvironmentFailure
from paths import ROOT


@pytest.mark.parametrize("package", ["duckdb", "pyarrow"])
def test_a_package_that_is_not_installed_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    release = api.open("2026.11.0", ROOT / "datasets")

    with pytest.raises(EnvironmentFailure, match=f"{package} is missing; pip install duckdb pyarrow"):
        release.sql("select 1")
