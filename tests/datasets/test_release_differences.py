"""Comparing two open releases: what differs, and tables by which nothing can be compared."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from alleged import api
from alleged.datasets import manifests
from alleged.errors import UnknownNameError, VerificationError
from alleged.project import Project

OLD, NEW = "2026.10.0", "2026.11.0"

Alter = Callable[[Callable[[Any], Any]], None]


def rewrite(project: Project, alter: Alter, frame: pl.DataFrame, **about: Any) -> None:
    """Put another table of claims into the newer release."""
    path = project.datasets / NEW / "claims.parquet"
    frame.write_parquet(path)
    content = path.read_bytes()
    entry = {"sha256": manifests.digest(content), "bytes": len(content), "rows": frame.height, **about}
    alter(lambda manifest: manifest["tables"]["claims"].update(entry))


def diff(project: Project) -> list[tuple[Any, ...]]:
    opened = {name: api.open(name, project=project.root) for name in (OLD, NEW)}
    return opened[NEW].diff(opened[OLD]).rows()


def test_equal_releases_do_not_differ_and_an_edited_record_does(copied: Project, alter: Alter) -> None:
    assert diff(copied) == []
    frame = pl.read_parquet(copied.datasets / NEW / "claims.parquet")
    rewrite(copied, alter, frame.with_columns(record_sha256=pl.lit("0" * 64)))

    assert diff(copied) == [("claims", "ministry-shells", "edited")]


def test_a_record_that_was_taken_back_is_named_so_and_one_that_is_active_again_is_edited(
    copied: Project, alter: Alter
) -> None:
    frame = pl.read_parquet(copied.datasets / NEW / "claims.parquet")
    rewrite(copied, alter, frame.with_columns(status=pl.lit("withdrawn"), record_sha256=pl.lit("0" * 64)))

    old, new = (api.open(name, project=copied.root) for name in (OLD, NEW))

    assert new.diff(old).rows() == [("claims", "ministry-shells", "withdrawn")]
    assert old.diff(new).rows() == [("claims", "ministry-shells", "edited")]


def test_an_id_that_a_table_has_twice_is_not_compared(copied: Project, alter: Alter) -> None:
    frame = pl.read_parquet(copied.datasets / NEW / "claims.parquet")
    rewrite(copied, alter, pl.concat([frame, frame]))

    with pytest.raises(VerificationError, match=r"2026\.10\.0 and 2026\.11\.0 cannot be compared: "):
        diff(copied)


def test_a_table_without_digests_of_its_records_is_not_compared(copied: Project, alter: Alter) -> None:
    frame = pl.read_parquet(copied.datasets / NEW / "claims.parquet").select("claim_id")
    columns = [{"name": "claim_id", "type": "String", "nullable": False, "description": "Claim."}]
    rewrite(copied, alter, frame, columns=columns, key=["claim_id"])

    with pytest.raises(UnknownNameError, match=r"claims of 2026\.11\.0 lacks record_sha256, status, which are needed"):
        diff(copied)


def test_a_release_of_no_records_differs_by_all_of_the_other(copied: Project, alter: Alter) -> None:
    alter(lambda manifest: manifest.update(records={}, ids={}))

    assert {row[2] for row in diff(copied)} == {"removed"}
